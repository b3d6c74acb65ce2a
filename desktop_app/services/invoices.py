"""Invoices: what will happen to each, rehearse, send."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Sequence

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import item_problem, plan_line
from desktop_app.domain.ports import (
    CatalogueStore,
    Clock,
    Gateways,
    Locks,
    PushStore,
    QuickBooksApi,
    WorkspaceStore,
)
from desktop_app.domain.records import (
    ChangeSet,
    Target,
    Workspace,
)
from desktop_app.domain.review import target_label
from desktop_app.domain.texts import name_for_quickbooks
from desktop_app.errors import ReconnectNeeded, RuleError, ServiceFault
from desktop_app.progress import Progress
from desktop_app.services.api import (
    AgreementRow,
    CarrierNeed,
    InvoiceRow,
    SendReport,
    Service,
)
from desktop_app.services.api_sending import SendingService
from desktop_app.services.invoice_rows import (
    agreement_rows,
    invoice_rows,
    sendable,
    updated_rows,
)
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins

log = logging.getLogger(__name__)

NAME_TAKEN = "6240"


class Invoices:
    """Implements services.api.InvoiceService."""

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        catalogue: CatalogueStore,
        pushes: PushStore,
        facts: LocalFacts,
        logins: Logins,
        gateways: Gateways,
        locks: Locks,
        clock: Clock,
        sending: SendingService,
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._pushes = pushes
        self._facts = facts
        self._logins = logins
        self._gateways = gateways
        self._locks = locks
        self._clock = clock
        self._sending = sending
        self._cached: tuple[Facts, list[InvoiceRow]] | None = None

    # --- Looking -----------------------------------------------------------------------------

    def rows(self) -> list[InvoiceRow]:
        facts = self._facts.get()
        cached = self._cached
        if cached is None or cached[0] is not facts:
            rows = updated_rows(cached[1], cached[0], facts) if cached else invoice_rows(facts)
            self._cached = cached = (facts, rows)
        return list(cached[1])

    def agreements(self) -> list[AgreementRow]:
        return agreement_rows(self._facts.get(), self.rows())

    def web_address(self, qbo_id: str) -> str:
        environment = self._workspaces.current().quickbooks_app.environment
        return self._gateways.web_address(environment, "Invoice", qbo_id)

    # --- Carrier items -----------------------------------------------------------------------

    def carrier_needs(self, invoice_ids: Sequence[str]) -> list[CarrierNeed]:
        facts = self._facts.get()
        needed: dict[str, Target] = {}
        users: Counter[str] = Counter()
        for row in self._chosen(invoice_ids):
            if not sendable(row):
                continue
            plans = [plan_line(line, facts) for line in row.invoice.lines or ()]
            accounts = {p.carrier_account.id: p.carrier_account for p in plans if p.carrier_account}
            needed |= accounts
            users.update(accounts.keys())  # a mapping would add its values
        return [
            CarrierNeed(
                account_id=account.id,
                account_text=target_label(account),
                item_name=name_for_quickbooks(f"NinjaOne - {account.name}"),
                invoices=users[account.id],
            )
            for account in sorted(needed.values(), key=target_label)
        ]

    def create_carriers(self, needs: Sequence[CarrierNeed], progress: Progress) -> ChangeSet:
        workspace = self._connected()
        quickbooks = self._quickbooks(workspace)
        with self._locks.hold(f"push-{workspace.id}", progress):
            for number, need in enumerate(needs):
                progress.report(f"Creating {need.item_name}", number, len(needs))
                item = self._existing_carrier(need) or self._create_carrier(quickbooks, need)
                self._catalogue.put_target(workspace.id, item)
                self._pushes.set_carrier(workspace.id, need.account_id, item.id)
                self._facts.invalidate(Part.CATALOGUE, Part.PUSHES)
        return ChangeSet(
            kinds=frozenset({Kind.ITEMS}),
            invoices=True,
            text=f"{len(needs)} carrier item{'' if len(needs) == 1 else 's'} ready",
        )

    def _existing_carrier(self, need: CarrierNeed) -> Target | None:
        """One created before (on another computer, say): same name, same account, usable."""
        items = self._facts.get().targets[Kind.ITEMS].values()
        return next(
            (
                item
                for item in items
                if item.name == need.item_name
                and item.income_account_id == need.account_id
                and not item_problem(item)
            ),
            None,
        )

    def _create_carrier(self, quickbooks: QuickBooksApi, need: CarrierNeed) -> Target:
        try:
            return quickbooks.create_service_item(
                need.item_name, need.account_id, uuid.uuid4().hex, Progress()
            )
        except ServiceFault as fault:
            if fault.code != NAME_TAKEN:
                raise
            raise RuleError(
                f"QuickBooks already has an item called “{need.item_name}” that does not post to "
                f"{need.account_text}.",
                advice="Refresh; if it is still so, rename that item in QuickBooks, or map the "
                "products to items.",
            ) from fault

    # --- Sending -----------------------------------------------------------------------------

    def send(self, invoice_ids: Sequence[str], progress: Progress) -> SendReport:
        return self._sending.start(invoice_ids).run(progress)

    def settle(self, progress: Progress) -> ChangeSet:
        return self._sending.settle(progress)

    def _quickbooks(self, workspace: Workspace) -> QuickBooksApi:
        return self._gateways.quickbooks(
            workspace, self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        )

    def _connected(self) -> Workspace:
        workspace = self._workspaces.current()
        if not workspace.quickbooks_connected:
            raise ReconnectNeeded("QuickBooks is not connected in this workspace.")
        return workspace

    def _chosen(self, invoice_ids: Sequence[str]) -> list[InvoiceRow]:
        chosen = frozenset(invoice_ids)
        return [row for row in self.rows() if row.invoice.id in chosen]
