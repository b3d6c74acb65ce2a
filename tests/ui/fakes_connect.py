"""Small stand-ins for the workspace, connect, refresh and settings services of the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import SignInRequest
from desktop_app.domain.records import (
    ChangeSet,
    Environment,
    NinjaOneApp,
    NinjaOneGrant,
    QuickBooksApp,
    TaxChoice,
    Workspace,
)
from desktop_app.errors import BridgeError, ConfigurationError, OtherCompany, SignInError
from desktop_app.progress import Progress
from desktop_app.services.api import RefreshReport, Service, Services, TokenHealth

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
WORKSPACE = ChangeSet(workspace=True)


class FakeSettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


class FakeWorkspaces:
    def __init__(self) -> None:
        self.items = [Workspace(1, "Acme IT")]
        self.open_id = 1

    def current(self) -> Workspace:
        return next(w for w in self.items if w.id == self.open_id)

    def all(self) -> tuple[Workspace, ...]:
        return tuple(self.items)

    def put(self, **changes: Any) -> ChangeSet:
        self.items = [replace(w, **changes) if w.id == self.open_id else w for w in self.items]
        return WORKSPACE

    def open(self, workspace_id: int) -> ChangeSet:
        self.open_id = workspace_id
        return ChangeSet(frozenset(Kind), frozenset(), True, True, "Opened a workspace")

    def create(self, name: str) -> ChangeSet:
        new = Workspace(
            len(self.items) + 1,
            name,
            self.current().quickbooks_app,
            self.current().ninjaone_app,
        )
        self.items.append(new)
        return self.open(new.id)

    def rename(self, name: str) -> ChangeSet:
        return self.put(name=name)

    def set_tax_choice(self, choice: TaxChoice) -> ChangeSet:
        return self.put(tax_choice=choice)


@dataclass
class FakeConnect:
    """Connects as told. *error* is raised by the next online call; *hold* makes them wait."""

    workspaces: FakeWorkspaces
    sign_in_url: str = "http://127.0.0.1:9/sign-in"
    error: BridgeError | None = None
    hold: threading.Event | None = None
    secrets: dict[Service, str] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    notice: str = ""
    health: TokenHealth = field(
        default_factory=lambda: TokenHealth(97, "ok", "The login ends in 97 days")
    )
    other_company: str = ""

    def _online(self, call: str, progress: Progress) -> None:
        self.calls.append(call)
        progress.report("Contacting the service")
        while self.hold is not None and not self.hold.wait(0.01):
            progress.check()
        if self.error is not None:
            error, self.error = self.error, None
            raise error

    def save_quickbooks_app(self, app: QuickBooksApp, secret: str) -> ChangeSet:
        if app.environment is Environment.PRODUCTION and app.redirect_uri.startswith("http://"):
            raise ConfigurationError("The redirect address must begin with https://.")
        if secret:
            self.secrets[Service.QUICKBOOKS] = secret
        return self.workspaces.put(quickbooks_app=app)

    def save_ninjaone_app(self, app: NinjaOneApp, secret: str) -> ChangeSet:
        if secret:
            self.secrets[Service.NINJAONE] = secret
        return self.workspaces.put(ninjaone_app=app)

    def has_secret(self, service: Service) -> bool:
        return service in self.secrets

    def ready_to_enable(self, service: Service) -> str:
        now = self.workspaces.current()
        if service is Service.QUICKBOOKS:
            return "" if now.quickbooks_app.client_id else "The client ID is missing."
        return "" if now.ninjaone_app.client_id else "The NinjaOne client ID is missing."

    def test_quickbooks_keys(self, app: QuickBooksApp, secret: str, progress: Progress) -> str:
        self._online("test quickbooks", progress)
        return "Intuit knows these keys."

    def test_ninjaone_keys(self, app: NinjaOneApp, secret: str, progress: Progress) -> str:
        self._online("test ninjaone", progress)
        return "NinjaOne knows these keys."

    def begin(self, service: Service, progress: Progress) -> SignInRequest:
        self._online(f"begin {service.value}", progress)
        now = self.workspaces.current()
        quickbooks = service is Service.QUICKBOOKS
        redirect = now.quickbooks_app.redirect_uri if quickbooks else now.ninjaone_app.redirect_uri
        return SignInRequest(self.sign_in_url, redirect, f"state-{len(self.calls)}")

    def finish(
        self,
        service: Service,
        request: SignInRequest,
        redirected_to: str,
        progress: Progress,
        *,
        new_workspace: bool = False,
    ) -> ChangeSet:
        self.finished.append(redirected_to)
        self._online(f"finish {service.value}", progress)
        if f"state={request.state}" not in redirected_to:
            raise SignInError(
                "The answer does not belong to this sign-in.", advice="Choose Enable again."
            )
        if "error=access_denied" in redirected_to:
            raise SignInError("The connection was refused.", advice="Choose Enable, then Connect.")
        if self.other_company and service is Service.QUICKBOOKS:
            raise OtherCompany(
                f"You signed in to {self.other_company}.",
                company_name=self.other_company,
                advice="Keep this workspace as it is, or make a new one.",
            )
        return self.connected(service)

    def connected(self, service: Service) -> ChangeSet:
        if service is Service.NINJAONE:
            return self.workspaces.put(ninjaone_connected=True)
        return self.workspaces.put(
            quickbooks_connected=True,
            realm_id="9341453000000001",
            company_name="Craig's Design and Landscaping Services",
            quickbooks_user="Pat Doe (pat@example.test)",
            activated_at=self.workspaces.current().activated_at or NOW,
            refresh_token_expires_at=NOW + timedelta(days=97),
        )

    def adopt_in_new_workspace(self, name: str, progress: Progress) -> ChangeSet:
        self._online("adopt", progress)
        changes = self.workspaces.create(name)
        self.workspaces.put(company_name=self.other_company, quickbooks_connected=True)
        return changes

    def discard_pending(self, progress: Progress) -> None:
        self._online("discard", progress)

    def connect_machine(self, progress: Progress) -> ChangeSet:
        self._online("machine", progress)
        return self.connected(Service.NINJAONE)

    def disconnect(self, service: Service, progress: Progress) -> ChangeSet:
        self._online(f"disconnect {service.value}", progress)
        if service is Service.QUICKBOOKS:
            return self.workspaces.put(quickbooks_connected=False)
        return self.workspaces.put(ninjaone_connected=False)

    def token_health(self) -> TokenHealth:
        return self.health

    def keyring_notice(self) -> str:
        return self.notice

    def configured(self, redirect: str, *, machine: bool = False) -> FakeConnect:
        """With app keys entered for both services, as a test usually starts."""
        app = QuickBooksApp("sb-client", Environment.SANDBOX, redirect)
        grant = NinjaOneGrant.MACHINE if machine else NinjaOneGrant.NATIVE
        ninja = NinjaOneApp("https://app.ninjarmm.com", "nj-client", grant, redirect)
        self.workspaces.put(quickbooks_app=app, ninjaone_app=ninja)
        self.secrets[Service.QUICKBOOKS] = "stored"
        return self


@dataclass
class FakeRefresh:
    workspaces: FakeWorkspaces
    error: BridgeError | None = None
    hold: threading.Event | None = None
    calls: list[bool] = field(default_factory=list)
    on_done: Callable[[], None] = lambda: None

    def refresh(self, progress: Progress, *, full: bool = False) -> RefreshReport:
        self.calls.append(full)
        progress.report("Customers", 243, 1243)
        while self.hold is not None and not self.hold.wait(0.01):
            progress.check()
        if self.error is not None:
            raise self.error
        self.workspaces.put(refreshed_at=NOW)
        self.on_done()
        changes = ChangeSet(frozenset(Kind), frozenset(), True, True, "Refreshed")
        counts = (("Customers", 1243, 1243), ("Accounts", 90, 90), ("Items", 1500, 1500))
        text = "Customers: 1,243 of 1,243. 7 metered reads."
        return RefreshReport(full, counts, 7, NOW, changes, text)

    def estimate(self) -> str:
        return "About 7 metered reads."


@dataclass
class BareMapping:
    """No rows; only what the shell itself asks."""

    undoable: list[str] = field(default_factory=list)
    redoable: list[str] = field(default_factory=list)

    def rows(self, kind: Kind) -> list[Any]:
        return []

    def choices(self, kind: Kind) -> list[Any]:
        return []

    def undo(self) -> ChangeSet:
        self.redoable.append(self.undoable.pop())
        return ChangeSet(frozenset({Kind.CUSTOMERS}), text=f"Undid: {self.redoable[-1]}")

    def redo(self) -> ChangeSet:
        self.undoable.append(self.redoable.pop())
        return ChangeSet(frozenset({Kind.CUSTOMERS}), text=f"Did again: {self.undoable[-1]}")

    def undo_rows(self) -> int:
        return len(self.undoable)

    def redo_rows(self) -> int:
        return len(self.redoable)

    def undo_text(self) -> str:
        return self.undoable[-1] if self.undoable else ""

    def redo_text(self) -> str:
        return self.redoable[-1] if self.redoable else ""


@dataclass
class BareInvoices:
    """No invoices."""

    settled: int = 0

    def rows(self) -> list[Any]:
        return []

    def agreements(self) -> list[Any]:
        return []

    def settle(self, progress: Progress) -> ChangeSet:
        self.settled += 1
        return ChangeSet()


def make_services(mapping: Any = None, invoices: Any = None) -> Services:
    """All services, with empty mapping and invoices unless given."""
    workspaces = FakeWorkspaces()
    return Services(
        workspaces=workspaces,
        connect=FakeConnect(workspaces),
        refresh=FakeRefresh(workspaces),
        mapping=mapping or BareMapping(),
        invoices=invoices or BareInvoices(),
        settings=FakeSettings(),
        facts={"keyring": "Test keyring"},
    )
