"""Logins: where they are kept, and how an adapter gets a valid access token.

A new refresh token is stored before its access token is used, and only one refresh runs at a
time, across threads and processes (QuickBooks sheet 1.5, NinjaOne sheet 1.4).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from desktop_app.domain.ports import (
    Clock,
    IntuitSignIn,
    Locks,
    NinjaOneSignIn,
    TokenSet,
    Vault,
    WorkspaceStore,
)
from desktop_app.domain.records import NinjaOneGrant, Workspace
from desktop_app.errors import (
    BridgeError,
    FaultClass,
    ReconnectNeeded,
    ServiceFault,
    VaultError,
)
from desktop_app.progress import Progress
from desktop_app.services.api import Service
from desktop_app.services.aside import Aside

log = logging.getLogger(__name__)

MARGIN = timedelta(minutes=5)
"""An access token is renewed this long before it ends."""


def secret_name(workspace_id: int, service: Service, what: str) -> str:
    """The vault's entry: what is "client-secret" or "refresh-token"."""
    return f"workspace-{workspace_id}/{service.name.lower()}/{what}"


class Logins:
    """The vault's entries of all workspaces, and one token keeper for each login."""

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        vault: Vault,
        locks: Locks,
        intuit: IntuitSignIn,
        ninjaone: NinjaOneSignIn,
        clock: Clock,
    ) -> None:
        self.vault = vault
        self.clock = clock
        self._workspaces = workspaces
        self._locks = locks
        self._intuit = intuit
        self._ninjaone = ninjaone
        self._keepers: dict[tuple[int, Service], TokenKeeper] = {}
        self._trouble: dict[int, BridgeError] = {}
        self.aside = Aside()
        self._guard = threading.Lock()

    def client_secret(self, workspace_id: int, service: Service) -> str:
        return self.vault.get(secret_name(workspace_id, service, "client-secret")) or ""

    def set_client_secret(self, workspace_id: int, service: Service, secret: str) -> None:
        self.vault.set(secret_name(workspace_id, service, "client-secret"), secret)

    def copy_client_secrets(self, from_id: int, to_id: int) -> None:
        for service in Service:
            secret = self.client_secret(from_id, service)
            if secret:
                self.set_client_secret(to_id, service, secret)

    def refresh_token(self, workspace_id: int, service: Service) -> str:
        return self.vault.get(secret_name(workspace_id, service, "refresh-token")) or ""

    def keeper(self, workspace_id: int, service: Service) -> TokenKeeper:
        """The one keeper of that login."""
        with self._guard:
            key = (workspace_id, service)
            if key not in self._keepers:
                renew = (
                    self._renew_quickbooks
                    if service is Service.QUICKBOOKS
                    else self._renew_ninjaone
                )
                self._keepers[key] = TokenKeeper(
                    f"token-{secret_name(workspace_id, service, 'login')}",
                    self._locks,
                    self.clock,
                    lambda: renew(workspace_id),
                    self.aside,
                )
            return self._keepers[key]

    def trouble(self, workspace_id: int) -> BridgeError | None:
        """Why QuickBooks refused this connection when it was last used, though it has a login."""
        return self._trouble.get(workspace_id)

    def used(self, workspace_id: int, error: BridgeError | None = None) -> None:
        """QuickBooks was called with this login: well, or ending in *error*."""
        if error is None:
            self._trouble.pop(workspace_id, None)
        elif isinstance(error, ServiceFault) and (
            error.service == Service.QUICKBOOKS and error.fault_class is FaultClass.CONNECTION
        ):
            self._trouble[workspace_id] = error

    def remember(self, workspace: Workspace, service: Service, tokens: TokenSet) -> Workspace:
        """Store a login just received; returns the workspace with its new expiry, not saved."""
        self._store_refresh_token(workspace.id, service, tokens)
        self.keeper(workspace.id, service).put(tokens)
        if service is Service.QUICKBOOKS:
            self.used(workspace.id)
            return replace(workspace, refresh_token_expires_at=tokens.refresh_expires_at)
        return workspace

    def forget(self, workspace_id: int, service: Service) -> None:
        self.vault.delete(secret_name(workspace_id, service, "refresh-token"))
        self.keeper(workspace_id, service).drop()

    def reconcile(self) -> None:
        """At the start: a workspace whose login is gone (kept in memory only last time, or
        removed from the keyring) is not connected."""
        for workspace in self._workspaces.all():
            machine = workspace.ninjaone_app.grant is NinjaOneGrant.MACHINE
            quickbooks = workspace.quickbooks_connected and bool(
                self.refresh_token(workspace.id, Service.QUICKBOOKS)
            )
            ninjaone = workspace.ninjaone_connected and bool(
                self.client_secret(workspace.id, Service.NINJAONE)
                if machine
                else self.refresh_token(workspace.id, Service.NINJAONE)
            )
            if (quickbooks, ninjaone) != (
                workspace.quickbooks_connected,
                workspace.ninjaone_connected,
            ):
                self._workspaces.save(
                    replace(workspace, quickbooks_connected=quickbooks, ninjaone_connected=ninjaone)
                )

    def _store_refresh_token(self, workspace_id: int, service: Service, tokens: TokenSet) -> None:
        if tokens.refresh_token:
            self.vault.set(
                secret_name(workspace_id, service, "refresh-token"), tokens.refresh_token
            )

    def _renew_quickbooks(self, workspace_id: int) -> TokenSet:
        workspace = self._workspaces.get(workspace_id)
        old = self.refresh_token(workspace_id, Service.QUICKBOOKS)
        if not old:
            raise ReconnectNeeded("There is no saved QuickBooks login for this workspace.")
        secret = self.client_secret(workspace_id, Service.QUICKBOOKS)
        try:
            tokens = self._intuit.refresh(workspace.quickbooks_app, secret, old)
        except ReconnectNeeded:
            self._ended(workspace_id, Service.QUICKBOOKS)
            raise
        self._keep(workspace_id, Service.QUICKBOOKS, tokens)
        if tokens.refresh_expires_at is not None:
            latest = self._workspaces.get(workspace_id)
            self._workspaces.save(
                replace(latest, refresh_token_expires_at=tokens.refresh_expires_at)
            )
        return tokens

    def _renew_ninjaone(self, workspace_id: int) -> TokenSet:
        workspace = self._workspaces.get(workspace_id)
        secret = self.client_secret(workspace_id, Service.NINJAONE)
        if workspace.ninjaone_app.grant is NinjaOneGrant.MACHINE:
            return self._ninjaone.machine(workspace.ninjaone_app, secret)
        old = self.refresh_token(workspace_id, Service.NINJAONE)
        if not old:
            raise ReconnectNeeded("There is no saved NinjaOne login for this workspace.")
        try:
            tokens = self._ninjaone.refresh(workspace.ninjaone_app, secret, old)
        except ReconnectNeeded:
            self._ended(workspace_id, Service.NINJAONE)
            raise
        self._keep(workspace_id, Service.NINJAONE, tokens)
        return tokens

    def _keep(self, workspace_id: int, service: Service, tokens: TokenSet) -> None:
        """The old token may be dead already, so a vault that fails must not lose the new one:
        it then lives in the vault's memory, and the next refresh tries to store again."""
        try:
            self._store_refresh_token(workspace_id, service, tokens)
        except VaultError as error:
            log.error(  # noqa: TRY400 - the vault's error says it all
                "The new %s login could not be stored: %s", service.value, error.message
            )
            self.vault.keep_for_now(
                secret_name(workspace_id, service, "refresh-token"), tokens.refresh_token
            )

    def _ended(self, workspace_id: int, service: Service) -> None:
        """A dead refresh token is forgotten, so that nothing tries it again."""
        self.vault.delete(secret_name(workspace_id, service, "refresh-token"))
        workspace = self._workspaces.get(workspace_id)
        if service is Service.QUICKBOOKS:
            workspace = replace(workspace, quickbooks_connected=False)
        else:
            workspace = replace(workspace, ninjaone_connected=False)
        self._workspaces.save(workspace)


class TokenKeeper:
    """Implements domain.ports.AccessTokens for one login; thread-safe.

    The access token is in memory only. *renew* gets a new one and has stored the refresh token
    when it returns. Who cancels does not wait for it; begun, it goes on to its end all the same,
    because the service may have replaced the refresh token already.
    """

    def __init__(
        self,
        lock_name: str,
        locks: Locks,
        clock: Clock,
        renew: Callable[[], TokenSet],
        aside: Aside,
    ) -> None:
        self._lock_name = lock_name
        self._locks = locks
        self._clock = clock
        self._renew = renew
        self._aside = aside
        self._tokens: TokenSet | None = None

    def token(self, progress: Progress | None = None) -> str:
        tokens = self._tokens
        if tokens is not None and self._fresh(tokens):
            return tokens.access_token
        return self._one_of(self._fresh, progress)

    def renew(self, stale: str, progress: Progress | None = None) -> str:
        return self._one_of(lambda tokens: tokens.access_token != stale, progress)

    def _one_of(self, good: Callable[[TokenSet], bool], progress: Progress | None) -> str:
        """The access token if it is *good*, else a new one; one caller at a time."""

        def call() -> str:
            with self._locks.hold(self._lock_name, progress):
                if progress is not None:
                    progress.check()
                tokens = self._tokens
                return tokens.access_token if tokens and good(tokens) else self._replace()

        return call() if progress is None else self._aside.until_cancelled(call, progress)

    def put(self, tokens: TokenSet) -> None:
        self._tokens = tokens

    def drop(self) -> None:
        self._tokens = None

    def _replace(self) -> str:
        self._tokens = None
        self._tokens = self._renew()
        return self._tokens.access_token

    def _fresh(self, tokens: TokenSet) -> bool:
        return self._clock.now() < tokens.access_expires_at - MARGIN
