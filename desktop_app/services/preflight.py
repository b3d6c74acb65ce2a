"""Preflight: why approved invoices will not go, by cause; agreements and credit memos confirmed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal

from desktop_app.domain.checks import is_unknown
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import Confirmation, Subject
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, amounts_text, money_text
from desktop_app.domain.numbering import plain_number
from desktop_app.domain.ports import Clock, Gateways
from desktop_app.domain.ports_handling import HandlingStore
from desktop_app.domain.postings import remarkable
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import ChangeSet, Invoice, InvoiceStatus
from desktop_app.domain.review import target_label
from desktop_app.domain.totals import expected_difference, is_credit
from desktop_app.domain.waiting import waits
from desktop_app.errors import RuleError
from desktop_app.services.api import InvoiceService
from desktop_app.services.api_preflight import (
    Mark,
    Notice,
    PreflightGroup,
    PreflightSummary,
)
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.preflight_groups import Grouper, Standing, Tallies, Warned


class Preflight:
    """Implements services.api_preflight.PreflightService. who: for what is confirmed."""

    def __init__(
        self,
        *,
        invoices: InvoiceService,
        store: HandlingStore,
        facts: LocalFacts,
        gateways: Gateways,
        clock: Clock,
        who: str,
    ) -> None:
        self._invoices = invoices
        self._store = store
        self._facts = facts
        self._gateways = gateways
        self._clock = clock
        self._who = who
        self._guard = threading.RLock()
        self._grouper = Grouper(self._warnings)
        self._tallies = Tallies()
        self._looked: tuple[Facts, list[PreflightGroup], PreflightSummary] | None = None
        self._off = _Differences()

    # --- Looking -----------------------------------------------------------------------------

    def preflight(self) -> list[PreflightGroup]:
        return list(self._look()[0])

    def summary(self) -> PreflightSummary:
        return self._look()[1]

    def notices(self) -> list[Notice]:
        return list(_notices(self._facts.get()))

    def _look(self) -> tuple[list[PreflightGroup], PreflightSummary]:
        with self._guard:
            facts = self._facts.get()
            if self._looked is None or self._looked[0] is not facts:
                rows = self._invoices.rows()
                self._grouper.update(rows, facts)
                self._tallies.update(rows)
                self._looked = (facts, self._grouper.groups(), _summary(self._tallies))
            return self._looked[1], self._looked[2]

    def _warnings(self, invoice: Invoice, facts: Facts) -> Iterator[Warned]:
        agreement = facts.agreements.get(invoice.agreement_id)
        if agreement is not None and is_unknown(agreement, facts):
            yield Warned(
                Reason.AGREEMENT_UNKNOWN,
                f"NinjaOne does not tell whether agreement “{agreement.name}” was updated",
                "Look in NinjaOne that it syncs with the accounting tool, then mark it as updated.",
                agreement.id,
            )
        yield from _postings(invoice, facts)
        if self._off.of(invoice, facts):
            yield Warned(
                Reason.TOTAL_DIFFERS,
                "QuickBooks' total will differ from NinjaOne's",
                "The invoice does not add up, or QuickBooks rounds the tax otherwise. It can go; "
                "the difference is shown after sending.",
            )

    # --- Agreements --------------------------------------------------------------------------

    def mark_agreement(self, agreement_id: str, *, updated: bool) -> ChangeSet:
        facts = self._facts.get()
        agreement = facts.agreements.get(agreement_id)
        if agreement is None:
            raise RuleError("This agreement is no longer in NinjaOne.", advice="Refresh.")
        if updated and agreement.accounting_action is not None:
            raise RuleError(
                f"NinjaOne itself tells the setting of agreement “{agreement.name}”.",
                advice="Change it in NinjaOne, then refresh.",
            )
        if (agreement_id in facts.handling.updated) != updated:
            self._confirm(Subject.AGREEMENT_UPDATED, agreement_id, made=updated)
        word = "marked as updated" if updated else "no longer marked as updated"
        return ChangeSet(invoices=True, text=f"Agreement “{agreement.name}” is {word}")

    def agreement_marks(self) -> dict[str, Mark]:
        return self._marks(Subject.AGREEMENT_UPDATED)

    def mark_history(self, agreement_id: str) -> list[Mark]:
        workspace = self._facts.get().workspace
        found = self._store.history(workspace.id, Subject.AGREEMENT_UPDATED, agreement_id)
        return [Mark(each.who, each.when, each.made) for each in found]

    def agreement_address(self, agreement_id: str) -> str:
        return self._gateways.agreement_address(
            self._facts.get().workspace.ninjaone_app, agreement_id
        )

    # --- Credit memos ------------------------------------------------------------------------

    def approve_credit_memo(self, invoice_id: str, *, approved: bool) -> ChangeSet:
        facts = self._facts.get()
        place = facts.places.get(invoice_id)
        if place is None:
            raise RuleError("This invoice is no longer in NinjaOne.", advice="Refresh.")
        invoice = facts.invoices[place]
        if approved and not is_credit(invoice):
            raise RuleError(
                f"The total of {plain_number(invoice)} is not negative, so it goes as an invoice."
            )
        total = f"{invoice.total:f}" if approved else ""
        if approved != (facts.handling.credit_totals.get(invoice_id) == invoice.total):
            self._confirm(Subject.CREDIT_MEMO, invoice_id, made=approved, detail=total)
        amount = money_text(abs(invoice.total), invoice.currency)
        word = "may go as a credit memo" if approved else "does not go as a credit memo"
        return ChangeSet(invoices=True, text=f"{plain_number(invoice)} {word} ({amount})")

    def credit_memo_marks(self) -> dict[str, Mark]:
        return self._marks(Subject.CREDIT_MEMO)

    def _marks(self, subject: Subject) -> dict[str, Mark]:
        workspace = self._facts.get().workspace
        return {
            each.subject_id: Mark(each.who, each.when, each.made)
            for each in self._store.confirmations(workspace.id)
            if each.subject is subject
        }

    def _confirm(self, subject: Subject, subject_id: str, *, made: bool, detail: str = "") -> None:
        confirmation = Confirmation(subject, subject_id, made, self._who, self._clock.now(), detail)
        self._store.confirm(self._facts.get().workspace.id, confirmation)
        self._facts.invalidate(Part.HANDLING)


def _postings(invoice: Invoice, facts: Facts) -> Iterator[Warned]:
    for posting in remarkable(invoice, facts):
        item, account = target_label(posting.item), target_label(posting.account)
        where = (Kind.ITEMS, posting.product_id)
        if not posting.account.active:
            yield Warned(
                Reason.ACCOUNT_UNUSABLE,
                f"Item “{item}” posts to account “{account}”, which is inactive in QuickBooks",
                "QuickBooks may refuse it: activate the account there, or give the item another.",
                posting.item.id,
                *where,
            )
        if posting.wanted is not None:
            yield Warned(
                Reason.OTHER_ACCOUNT,
                f"Item “{item}” posts to account “{account}”, while the account code is mapped to "
                f"“{target_label(posting.wanted)}”",
                "The item decides. If that is not wanted, map the product to an item of the other "
                "account, or give the item that account in QuickBooks.",
                f"{posting.item.id}:{posting.wanted.id}",
                *where,
            )


class _Differences:
    """Expected differences, each worked out once as long as what it is made of stays the same."""

    def __init__(self) -> None:
        self._basis: tuple[object, ...] = ()
        self._known: dict[str, tuple[Invoice, Decimal]] = {}

    def of(self, invoice: Invoice, facts: Facts) -> Decimal:
        """0 where it is none or cannot be told."""
        basis = (facts.company, facts.tax_codes, facts.workspace.tax_choice, facts.handling.choices)
        if basis != self._basis:
            self._basis, self._known = basis, {}
        known = self._known.get(invoice.id)
        if known is None or known[0] is not invoice:
            company = facts.company
            off = expected_difference(invoice, facts, company) if company is not None else None
            self._known[invoice.id] = known = (invoice, off or ZERO)
        return known[1]


def _summary(tallies: Tallies) -> PreflightSummary:
    stay = tallies.of(Standing.BLOCKED, Standing.HELD, Standing.BEFORE)
    noun = "invoice" if stay.count == 1 else "invoices"
    text = f"{stay.count:,} approved {noun} will not go: {amounts_text(stay.amounts)}"
    return PreflightSummary(
        ready=tallies.of(Standing.READY),
        asks=tallies.of(Standing.ASKS),
        there=tallies.of(Standing.THERE),
        will_not_go=stay,
        held=tallies.of(Standing.HELD),
        before_activation=tallies.of(Standing.BEFORE),
        text=text if stay.count else "Every approved invoice can go.",
    )


def _notices(facts: Facts) -> Iterator[Notice]:
    activated = facts.workspace.activated_at
    if activated is None:
        return
    if not facts.workspace.quickbooks_connected and any(waits(i, facts) for i in facts.invoices):
        yield Notice(
            "not-connected",
            "QuickBooks is not connected: nothing can be sent",
            "What is ready stays ready, and goes once you have connected again.",
            reconnect=True,
        )
    failed = [
        invoice.id
        for invoice in facts.invoices
        if invoice.status == InvoiceStatus.FAILED
        and max(invoice.updated_at or activated, invoice.created_at or activated) > activated
    ]
    twice = [
        invoice.id
        for number in facts.stranger_numbers
        for invoice in facts.numbered(number)
        if any(one.entity == "Invoice" for one in facts.strangers_numbered(number))
    ]
    if failed or twice:
        parts = []
        if failed:
            count = len(failed)
            parts.append(f"NinjaOne calls {count} invoice{'' if count == 1 else 's'} failed")
        if twice:
            parts.append(
                f"{len(twice)} approved or sent number{'s are' if len(twice) > 1 else ' is'} in "
                "QuickBooks on documents that were not sent from here"
            )
        yield Notice(
            "native-integration",
            f"NinjaOne's own QuickBooks integration seems to be on: {' and '.join(parts)}.",
            "Switch it off in NinjaOne (Administration, Apps, NinjaOne Billing, Integrations), or "
            "invoices go twice.",
            (*failed, *twice),
        )
