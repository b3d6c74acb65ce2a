"""What the parts of sending share: the stores, the adapters and the state of one workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.domain.facts import Facts
from desktop_app.domain.ports import (
    Clock,
    Gateways,
    Locks,
    NinjaOneApi,
    PushStore,
    QuickBooksApi,
    SettingsStore,
    WorkspaceStore,
)
from desktop_app.domain.ports_sending import EvidenceStore
from desktop_app.domain.proof import Proof
from desktop_app.domain.records import Invoice, Push, PushState, Workspace
from desktop_app.errors import ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import Service
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins
from desktop_app.services.outbox import Outbox

IN_QUICKBOOKS = (PushState.SENT, PushState.DIFFERS)


@dataclass(frozen=True)
class Ports:
    """Everything that sending stands on. prepare: reads what the documents still need (exchange
    rates) before a run."""

    workspaces: WorkspaceStore
    pushes: PushStore
    evidence: EvidenceStore
    facts: LocalFacts
    logins: Logins
    gateways: Gateways
    locks: Locks
    settings: SettingsStore
    clock: Clock
    prepare: Callable[[Sequence[Invoice], Progress], None] | None = None


class SendingBase:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def _facts(self) -> Facts:
        return self._ports.facts.get()

    def _changed(self) -> Facts:
        """After pushes were written."""
        self._ports.facts.invalidate(Part.PUSHES)
        return self._ports.facts.get()

    def _connected(self) -> Workspace:
        workspace = self._ports.workspaces.current()
        if not workspace.quickbooks_connected:
            raise ReconnectNeeded("QuickBooks is not connected in this workspace.")
        return workspace

    def _quickbooks(self, workspace: Workspace) -> QuickBooksApi:
        keeper = self._ports.logins.keeper(workspace.id, Service.QUICKBOOKS)
        return self._ports.gateways.quickbooks(workspace, keeper)

    def _ninjaone(self, workspace: Workspace) -> NinjaOneApi:
        keeper = self._ports.logins.keeper(workspace.id, Service.NINJAONE)
        return self._ports.gateways.ninjaone(workspace, keeper)

    def _outbox(self, workspace: Workspace) -> Outbox:
        return Outbox(
            workspace=workspace,
            pushes=self._ports.pushes,
            evidence=self._ports.evidence,
            quickbooks=self._quickbooks(workspace),
            clock=self._ports.clock,
        )

    def _lock_name(self, workspace: Workspace) -> str:
        return f"push-{workspace.id}"

    def _sent_push(self, invoice_id: str) -> Push:
        push = self._facts().pushes.get(invoice_id)
        if push is None or push.state not in IN_QUICKBOOKS:
            raise RuleError("This invoice was not sent, so there is nothing to do in QuickBooks.")
        return push

    def _proof_of(self, push: Push) -> Proof | None:
        return self._ports.evidence.proofs(self._ports.workspaces.current().id).get(push.request_id)

    def _fresh_invoice(
        self, workspace: Workspace, invoice_id: str, progress: Progress
    ) -> Invoice | None:
        found = self._ninjaone(workspace).invoices([invoice_id], progress)
        return found[0] if found else None
