"""Invoices: what will happen to each, rehearse, send."""

from __future__ import annotations

import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import item_problem, plan_line
from desktop_app.domain.money import ZERO, money_text
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
    Invoice,
    PushState,
    Target,
    Workspace,
)
from desktop_app.domain.review import target_label
from desktop_app.domain.texts import name_for_quickbooks
from desktop_app.errors import ReconnectNeeded, RuleError, ServiceFault
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api import (
    AgreementRow,
    CarrierNeed,
    InvoiceRow,
    InvoiceState,
    Rehearsal,
    Rehearsed,
    SendReport,
    Service,
)
from desktop_app.services.invoice_rows import (
    agreement_rows,
    invoice_row,
    invoice_rows,
    sendable,
    updated_rows,
)
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins
from desktop_app.services.sending import Sender, StopRun

log = logging.getLogger(__name__)

NAME_TAKEN = "6240"
REHEARSAL_MARKER = "not sent yet"


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
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._pushes = pushes
        self._facts = facts
        self._logins = logins
        self._gateways = gateways
        self._locks = locks
        self._clock = clock
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

    # --- Rehearsal ---------------------------------------------------------------------------

    def rehearse(self, invoice_ids: Sequence[str], progress: Progress) -> Rehearsal:
        facts = self._facts.get()
        items: list[Rehearsed] = []
        totals: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        chosen = self._chosen(invoice_ids)
        for number, row in enumerate(chosen):
            progress.report("Rehearsing", number, len(chosen))
            document = None
            if sendable(row) and not row.blockers:
                document = build_document(row.invoice, facts, REHEARSAL_MARKER)
                totals[row.invoice.currency] += document.expected_total
            items.append(Rehearsed(row, document))
        ready = sum(item.document is not None for item in items)
        carriers = sum(sendable(item.row) and item.document is None for item in items)
        return Rehearsal(
            items=tuple(items),
            totals=tuple(sorted(totals.items())),
            text=_rehearsal_text(ready, carriers, len(items), totals),
        )

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
        workspace = self._connected()
        with self._locks.hold(f"push-{workspace.id}", progress):
            # Another program may have sent some of these while this one waited for the lock.
            self._facts.invalidate(Part.PUSHES)
            return self._send(workspace, invoice_ids, progress)

    def settle(self, progress: Progress) -> ChangeSet:
        facts = self._facts.get()
        workspace = facts.workspace
        open_pushes = [
            push
            for push in facts.pushes.values()
            if push.state is PushState.SENDING and push.realm_id == workspace.realm_id
        ]
        if not open_pushes:
            return ChangeSet()
        workspace = self._connected()
        sender = self._sender(workspace)
        settled = 0
        with self._locks.hold(f"push-{workspace.id}", progress):
            try:
                for number, push in enumerate(open_pushes):
                    progress.report("Looking up what became of it", number, len(open_pushes))
                    settled += sender.settle(push, progress).state is not PushState.SENDING
            finally:
                self._facts.invalidate(Part.PUSHES)
        return ChangeSet(
            invoices=True, text=f"Looked up {settled} of {len(open_pushes)} unanswered invoices"
        )

    def _send(
        self, workspace: Workspace, invoice_ids: Sequence[str], progress: Progress
    ) -> SendReport:
        facts = self._facts.get()
        rows = [row for row in self._chosen(invoice_ids) if sendable(row) and not row.blockers]
        progress.report("Reading the invoices again in NinjaOne", 0, len(rows))
        fresh = self._fresh(workspace, [row.invoice.id for row in rows], progress)
        sender = self._sender(workspace)
        tally: Counter[PushState] = Counter()
        total, stopped, changed = ZERO, "", 0
        try:
            for number, row in enumerate(rows):
                progress.report(f"Sending {_name(row.invoice)}", number, len(rows))
                if not _same(row.invoice, fresh.get(row.invoice.id)):
                    changed += 1
                    continue
                push = sender.send(row.invoice, facts)
                tally[push.state] += 1
                total += push.total or ZERO
        except Cancelled:
            stopped = "Cancelled."
        except StopRun as stop:
            stopped = stop.reason
        finally:
            self._facts.invalidate(Part.PUSHES)
        return self._report(rows, tally, total, stopped, changed)

    def _report(
        self,
        rows: Sequence[InvoiceRow],
        tally: Counter[PushState],
        total: Decimal,
        stopped: str,
        changed: int,
    ) -> SendReport:
        after = self._facts.get()
        now = [invoice_row(row.invoice, after) for row in rows]
        uncertain = sum(row.state is InvoiceState.UNCERTAIN for row in now)
        sent, differs = tally[PushState.SENT], tally[PushState.DIFFERS]
        refused = sum(row.state is InvoiceState.REFUSED for row in now)
        left = len(rows) - sent - differs - refused - uncertain
        if changed:
            words = f"{changed} changed in NinjaOne since the last refresh and were not sent."
            stopped = f"{stopped} {words}".strip()
        text = f"{sent + differs} sent, {money_text(total)}"
        for count, word in ((differs, "with a different total"), (refused, "refused"),
                            (uncertain, "being looked up"), (left, "not sent")):  # fmt: skip
            if count:
                text += f"; {count} {word}"
        log.info("Sending ended: %d sent, %d differ, %d refused, %d uncertain, %d left",
                 sent, differs, refused, uncertain, left)  # fmt: skip
        return SendReport(
            sent=sent,
            differs=differs,
            refused=refused,
            uncertain=uncertain,
            left=left,
            total=total,
            stopped=stopped,
            changes=ChangeSet(invoices=True, text=text),
            text=text,
        )

    def _fresh(
        self, workspace: Workspace, ids: Sequence[str], progress: Progress
    ) -> dict[str, Invoice]:
        """The invoices as NinjaOne has them now (NinjaOne sheet 10.5)."""
        api = self._gateways.ninjaone(
            workspace, self._logins.keeper(workspace.id, Service.NINJAONE)
        )
        return {invoice.id: invoice for invoice in api.invoices(ids, progress)}

    def _sender(self, workspace: Workspace) -> Sender:
        return Sender(
            workspace_id=workspace.id,
            realm_id=workspace.realm_id,
            pushes=self._pushes,
            quickbooks=self._quickbooks(workspace),
            clock=self._clock,
        )

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


def _same(known: Invoice, fresh: Invoice | None) -> bool:
    """Whether what was reviewed is what NinjaOne still has."""
    return (
        fresh is not None
        and (known.status, known.total, known.organization_id, known.number)
        == (fresh.status, fresh.total, fresh.organization_id, fresh.number)
        and known.lines == fresh.lines
    )


def _name(invoice: Invoice) -> str:
    return invoice.number or f"INV-{invoice.id}"


def _rehearsal_text(ready: int, carriers: int, asked: int, totals: dict[str, Decimal]) -> str:
    amounts = ", ".join(money_text(amount, currency) for currency, amount in sorted(totals.items()))
    text = f"{ready} of {asked} would be sent"
    if amounts:
        text += f": {amounts}"
    if carriers:
        text += f"; {carriers} after their carrier items are created"
    blocked = asked - ready - carriers
    if blocked:
        text += f"; {blocked} would not go"
    return text + ". Nothing was sent."
