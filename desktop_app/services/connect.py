"""Enable, Reconnect, Disconnect, and the app keys they need."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import (
    CatalogueStore,
    Gateways,
    IntuitSignIn,
    NinjaOneSignIn,
    SignInRequest,
    TokenSet,
    WorkspaceStore,
)
from desktop_app.domain.records import (
    ChangeSet,
    Company,
    NinjaOneApp,
    NinjaOneGrant,
    QuickBooksApp,
    Workspace,
)
from desktop_app.errors import (
    BridgeError,
    ConfigurationError,
    FaultClass,
    OtherCompany,
    RuleError,
    ServiceFault,
    SignInError,
)
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api import Service, TokenHealth
from desktop_app.services.appkeys import check_ninjaone_app, check_quickbooks_app
from desktop_app.services.expiry import token_health
from desktop_app.services.local import LocalFacts
from desktop_app.services.logins import Logins
from desktop_app.services.signin import FixedToken, Redirected, new_state, read_redirect
from desktop_app.services.workspaces import EVERYTHING

log = logging.getLogger(__name__)

NOT_ADMIN_CODES = frozenset({"120", "3100", "5020"})


@dataclass(frozen=True, slots=True)
class _Pending:
    """A sign-in for another company, until the user decides."""

    realm_id: str
    tokens: TokenSet
    company: Company
    user: str


class Connect:
    """Implements services.api.ConnectService."""

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        catalogue: CatalogueStore,
        logins: Logins,
        intuit: IntuitSignIn,
        ninjaone: NinjaOneSignIn,
        gateways: Gateways,
        facts: LocalFacts,
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._logins = logins
        self._intuit = intuit
        self._ninjaone = ninjaone
        self._gateways = gateways
        self._facts = facts
        self._open_states: set[str] = set()
        self._states_guard = threading.Lock()
        self._pending: _Pending | None = None
        self._aside = logins.aside

    # --- App keys ----------------------------------------------------------------------------

    def save_quickbooks_app(self, app: QuickBooksApp, secret: str) -> ChangeSet:
        check_quickbooks_app(app)
        workspace = self._workspaces.current()
        moved = (app.environment, app.api_url) != (
            workspace.quickbooks_app.environment,
            workspace.quickbooks_app.api_url,
        )
        if workspace.realm_id and moved:
            raise ConfigurationError(
                f"This workspace belongs to {workspace.company_name} in another environment.",
                advice="Make a new workspace for the other environment.",
            )
        self._save_secret(workspace, Service.QUICKBOOKS, secret)
        self._workspaces.save(replace(workspace, quickbooks_app=app))
        return ChangeSet(workspace=True, text="QuickBooks app keys saved")

    def save_ninjaone_app(self, app: NinjaOneApp, secret: str) -> ChangeSet:
        check_ninjaone_app(app)
        workspace = self._workspaces.current()
        if app.base_url != workspace.ninjaone_app.base_url and self._has_sources(workspace):
            raise ConfigurationError(
                f"This workspace's organizations came from {workspace.ninjaone_app.base_url}.",
                advice="Make a new workspace for another NinjaOne address: mappings are kept by "
                "NinjaOne's numbers, which mean something else there.",
            )
        self._save_secret(workspace, Service.NINJAONE, secret)
        self._workspaces.save(replace(workspace, ninjaone_app=app))
        return ChangeSet(workspace=True, text="NinjaOne app keys saved")

    def has_secret(self, service: Service) -> bool:
        return bool(self._secret(self._workspaces.current(), service))

    def ready_to_enable(self, service: Service) -> str:
        workspace = self._workspaces.current()
        try:
            if service is Service.QUICKBOOKS:
                check_quickbooks_app(workspace.quickbooks_app)
            else:
                check_ninjaone_app(workspace.ninjaone_app)
        except ConfigurationError as error:
            return error.message
        native = workspace.ninjaone_app.grant is NinjaOneGrant.NATIVE
        if not (service is Service.NINJAONE and native) and not self._secret(workspace, service):
            return "Client secret is empty."
        return ""

    def test_quickbooks_keys(self, app: QuickBooksApp, secret: str, progress: Progress) -> str:
        check_quickbooks_app(app)
        progress.report("Asking Intuit about the keys")
        current = self._workspaces.current()
        known = secret or self._secret(current, Service.QUICKBOOKS)
        self._aside.until_cancelled(lambda: self._intuit.test_keys(app, known), progress)
        return "Intuit knows this client id and secret."

    def test_ninjaone_keys(self, app: NinjaOneApp, secret: str, progress: Progress) -> str:
        check_ninjaone_app(app)
        progress.report("Asking NinjaOne about the keys")
        known = secret or self._secret(self._workspaces.current(), Service.NINJAONE)
        if app.grant is NinjaOneGrant.MACHINE:
            self._aside.until_cancelled(lambda: self._ninjaone.machine(app, known), progress)
            return "NinjaOne accepts these machine-to-machine keys."
        self._aside.until_cancelled(lambda: self._ninjaone.test_keys(app, known), progress)
        return "NinjaOne knows this client id at this address."

    # --- Sign-in -----------------------------------------------------------------------------

    def begin(self, service: Service, progress: Progress) -> SignInRequest:
        missing = self.ready_to_enable(service)
        if missing:
            raise ConfigurationError(missing, advice="Enter the app keys in Settings first.")
        progress.report(f"Preparing the sign-in to {service.value}")
        workspace = self._workspaces.current()
        state = new_state()
        if service is Service.QUICKBOOKS:
            app, secret = workspace.quickbooks_app, self._secret(workspace, service)
            request = self._aside.until_cancelled(
                lambda: self._intuit.begin(app, secret, state), progress
            )
        else:
            request = self._ninjaone.begin(workspace.ninjaone_app, state)
        with self._states_guard:
            self._open_states.add(state)
        return request

    def finish(
        self,
        service: Service,
        request: SignInRequest,
        redirected_to: str,
        progress: Progress,
        *,
        new_workspace: bool = False,
    ) -> ChangeSet:
        self._use_up(request.state)
        answer = read_redirect(service, request, redirected_to)
        progress.report(f"Finishing the sign-in to {service.value}")
        if service is Service.NINJAONE:
            return self._finish_ninjaone(request, answer, progress)
        return self._finish_quickbooks(answer, progress, new_workspace=new_workspace)

    def adopt_in_new_workspace(self, name: str, progress: Progress) -> ChangeSet:
        pending = self._pending
        if pending is None:
            raise RuleError("There is no sign-in to take over.", advice="Choose Enable again.")
        progress.report("Making a workspace")
        old = self._workspaces.current()
        created = self._workspaces.create(name or pending.company.name, like=old)
        self._logins.copy_client_secrets(old.id, created.id)
        self._workspaces.open(created.id)
        self._pending = None
        self._connected(created, pending)
        return replace(EVERYTHING, text=f"New workspace for {pending.company.name}")

    def discard_pending(self, progress: Progress) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            self._give_back(
                self._workspaces.current(), Service.QUICKBOOKS, pending.tokens, pending.realm_id
            )

    def connect_machine(self, progress: Progress) -> ChangeSet:
        workspace = self._workspaces.current()
        progress.report("Signing in to NinjaOne")
        app, secret = workspace.ninjaone_app, self._secret(workspace, Service.NINJAONE)
        tokens = self._aside.until_cancelled(lambda: self._ninjaone.machine(app, secret), progress)
        return self._ninjaone_connected(workspace, tokens, progress)

    def disconnect(self, service: Service, progress: Progress) -> ChangeSet:
        workspace = self._workspaces.current()
        token = self._logins.refresh_token(workspace.id, service)
        told = ""
        if token:
            progress.report(f"Telling {service.value}")
            try:
                self._aside.until_cancelled(
                    lambda: self._revoke(workspace, service, token), progress
                )
            except Cancelled:  # it is disconnected here all the same, and told meanwhile
                told = f"; {service.value} has not confirmed it yet"
            except BridgeError as error:
                log.warning("%s could not be told of the disconnect: %s", service.value,
                            error.detail or error.title)  # fmt: skip
                told = f"; {service.value} could not be told, remove the app there too"
        self._logins.forget(workspace.id, service)
        workspace = self._workspaces.get(workspace.id)
        if service is Service.QUICKBOOKS:
            changed = replace(workspace, quickbooks_connected=False, refresh_token_expires_at=None)
        else:
            changed = replace(workspace, ninjaone_connected=False)
        self._workspaces.save(changed)
        return ChangeSet(
            workspace=True, text=f"{service.value} disconnected, mappings are kept{told}"
        )

    def token_health(self) -> TokenHealth:
        workspace = self._workspaces.current()
        trouble = self._logins.trouble(workspace.id)
        return token_health(workspace, self._logins.clock.now(), trouble)

    def keyring_notice(self) -> str:
        if self._logins.vault.persistent:
            return ""
        return "No usable keyring was found on this computer: logins last until the program closes."

    # --- Inside ------------------------------------------------------------------------------

    def _secret(self, workspace: Workspace, service: Service) -> str:
        return self._logins.client_secret(workspace.id, service)

    def _save_secret(self, workspace: Workspace, service: Service, secret: str) -> None:
        if secret:
            self._logins.set_client_secret(workspace.id, service, secret)

    def _has_sources(self, workspace: Workspace) -> bool:
        return any(self._catalogue.sources(workspace.id, kind) for kind in Kind)

    def _use_up(self, state: str) -> None:
        with self._states_guard:
            if state not in self._open_states:
                raise SignInError(
                    "This sign-in was already used or has been replaced.",
                    advice="Start again with Enable.",
                )
            self._open_states.discard(state)

    def _finish_quickbooks(
        self, answer: Redirected, progress: Progress, *, new_workspace: bool
    ) -> ChangeSet:
        workspace = self._workspaces.current()
        app, secret = workspace.quickbooks_app, self._secret(workspace, Service.QUICKBOOKS)
        realm_id = answer.realm_id

        def unwanted(tokens: TokenSet) -> None:
            self._give_back(workspace, Service.QUICKBOOKS, tokens, realm_id)

        tokens = self._aside.until_cancelled(
            lambda: self._intuit.exchange(app, secret, answer.code, realm_id), progress, unwanted
        )
        try:
            company = self._company(workspace, realm_id, tokens, progress)
            user = self._user(workspace, tokens, progress)
        except BaseException:
            unwanted(tokens)
            raise
        self._pending = _Pending(realm_id, tokens, company, user)
        if new_workspace:
            return self.adopt_in_new_workspace("", progress)
        if workspace.realm_id and workspace.realm_id != answer.realm_id:
            raise OtherCompany(
                f"You signed in to {company.name}, but this workspace belongs to "
                f"{workspace.company_name}. Its mappings would be wrong there.",
                company_name=company.name,
                advice="Sign in to the workspace's own company, or make a new workspace.",
            )
        pending, self._pending = self._pending, None
        return self._connected(workspace, pending)

    def _connected(self, workspace: Workspace, pending: _Pending) -> ChangeSet:
        """Store the login, then say so: the token is safe before anything counts on it."""
        workspace = self._logins.remember(workspace, Service.QUICKBOOKS, pending.tokens)
        self._workspaces.save(
            replace(
                workspace,
                realm_id=pending.realm_id,
                company_name=pending.company.name,
                country=pending.company.country,
                activated_at=workspace.activated_at or self._logins.clock.now(),
                quickbooks_connected=True,
                quickbooks_user=pending.user,
            )
        )
        self._facts.invalidate()
        return ChangeSet(workspace=True, invoices=True, text=f"Connected to {pending.company.name}")

    def _company(
        self, workspace: Workspace, realm_id: str, tokens: TokenSet, progress: Progress
    ) -> Company:
        """Whose books these are; fails for a user without administrator rights."""
        api = self._gateways.quickbooks(
            replace(workspace, realm_id=realm_id), FixedToken(tokens.access_token)
        )
        try:
            return api.company(progress)
        except ServiceFault as fault:
            if fault.code in NOT_ADMIN_CODES or fault.fault_class is FaultClass.CONNECTION:
                raise SignInError(
                    "This Intuit account may not connect apps to that company.",
                    title="Administrator needed",
                    advice="Sign in with an account that has QuickBooks administrator permission.",
                ) from fault
            raise

    def _user(self, workspace: Workspace, tokens: TokenSet, progress: Progress) -> str:
        """Who signed in, for the card; not worth failing for."""
        app, secret = workspace.quickbooks_app, self._secret(workspace, Service.QUICKBOOKS)
        try:
            user = self._aside.until_cancelled(
                lambda: self._intuit.user(app, secret, tokens.access_token), progress
            )
        except BridgeError as error:
            log.info("The signed-in user's name could not be read: %s", error.title)
            return ""
        return user.name or user.email

    def _finish_ninjaone(
        self, request: SignInRequest, answer: Redirected, progress: Progress
    ) -> ChangeSet:
        workspace = self._workspaces.current()
        app, secret = workspace.ninjaone_app, self._secret(workspace, Service.NINJAONE)
        tokens = self._aside.until_cancelled(
            lambda: self._ninjaone.exchange(app, secret, answer.code, request.verifier),
            progress,
            lambda tokens: self._give_back(workspace, Service.NINJAONE, tokens),
        )
        return self._ninjaone_connected(workspace, tokens, progress)

    def _ninjaone_connected(
        self, workspace: Workspace, tokens: TokenSet, progress: Progress
    ) -> ChangeSet:
        try:
            progress.report("Checking that NinjaOne Billing answers")
            self._gateways.ninjaone(workspace, FixedToken(tokens.access_token)).check(progress)
        except BaseException:
            self._give_back(workspace, Service.NINJAONE, tokens)
            raise
        workspace = self._logins.remember(workspace, Service.NINJAONE, tokens)
        self._workspaces.save(replace(workspace, ninjaone_connected=True))
        return ChangeSet(workspace=True, text="Connected to NinjaOne Billing")

    def _revoke(self, workspace: Workspace, service: Service, token: str) -> None:
        secret = self._secret(workspace, service)
        if service is Service.QUICKBOOKS:
            self._intuit.revoke(workspace.quickbooks_app, secret, token)
        else:
            self._ninjaone.revoke(workspace.ninjaone_app, secret, token)

    def _give_back(
        self, workspace: Workspace, service: Service, tokens: TokenSet, realm_id: str = ""
    ) -> None:
        """End a login that is not used. Not while the workspace has one to the same company or
        instance, which might end with it: it is then forgotten, and dies of age."""
        now = self._workspaces.get(workspace.id)
        if not tokens.refresh_token:
            return
        same = (
            now.quickbooks_connected and now.realm_id == realm_id
            if service is Service.QUICKBOOKS
            else now.ninjaone_connected
        )
        if same:
            log.info("An unused %s login was dropped", service.value)
            return
        self._aside.leave(lambda: self._revoke(workspace, service, tokens.refresh_token))
