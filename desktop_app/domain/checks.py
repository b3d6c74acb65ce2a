"""The preflight checks of one invoice, in the order in which a person would mend them."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.domain import document_checks
from desktop_app.domain.creating import CREATE_IT, to_be
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import plan_line
from desktop_app.domain.preflight import NOT_GOING, Blocker, Reason
from desktop_app.domain.rechecks import doubt
from desktop_app.domain.records import Agreement, Invoice, InvoiceStatus, Push, PushState

MAX_LINES = 700
"""QuickBooks refuses more than 750 taxable lines; the sheet (4.4) advises 700."""

HOLDING_ACTIONS = {
    "NONE": "is set not to sync",
    "COMPLETE": "is set to mark invoices as completed",
}
"""Agreement settings that keep invoices from going (NinjaOne sheet 4.4), in words."""


def check(invoice: Invoice, facts: Facts) -> tuple[Blocker, ...]:
    """All reasons why *invoice* cannot go now; () when it is ready.

    An invoice that is not meant to go has that one reason only.
    """
    status = _status(invoice, facts)
    if status is not None:
        return (status,)
    return tuple(_unique(_blockers(invoice, facts)))


def is_not_going(blockers: tuple[Blocker, ...]) -> bool:
    return any(b.reason in NOT_GOING for b in blockers)


def only_carriers_missing(blockers: tuple[Blocker, ...]) -> bool:
    """Whether a clear question before sending is all that stands in the way."""
    return bool(blockers) and all(b.reason is Reason.CARRIER_MISSING for b in blockers)


def held_on_purpose(blockers: tuple[Blocker, ...]) -> bool:
    """Whether nothing but somebody's exclusion stands in the way."""
    return bool(blockers) and all(b.reason is Reason.HELD for b in blockers)


def holds_back(agreement: Agreement) -> bool:
    """Whether the agreement's setting keeps its invoices from going. A setting that the service
    does not tell does not block (U17)."""
    return agreement.accounting_action in HOLDING_ACTIONS


def is_unknown(agreement: Agreement, facts: Facts) -> bool:
    """Whether nobody has said that the agreement syncs: neither the service nor a person."""
    return agreement.accounting_action is None and agreement.id not in facts.handling.updated


def _gone_since(push: Push | None) -> bool:
    """Whether it was sent from here, and a person sends it again since QuickBooks lost it."""
    return push is not None and push.state is PushState.REFUSED and bool(push.qbo_id)


def _status(invoice: Invoice, facts: Facts) -> Blocker | None:
    words = {
        InvoiceStatus.PENDING: (Reason.NOT_APPROVED, "Not approved in NinjaOne yet."),
        InvoiceStatus.ARCHIVED: (Reason.ARCHIVED, "Archived in NinjaOne."),
        InvoiceStatus.COMPLETE: (Reason.COMPLETE, "Already complete in NinjaOne."),
        InvoiceStatus.FAILED: (
            Reason.FAILED,
            "Failed in NinjaOne: its own QuickBooks integration seems to be switched on.",
        ),
    }
    again = invoice.status == InvoiceStatus.COMPLETE and _gone_since(facts.pushes.get(invoice.id))
    if invoice.status in words and not again:
        reason, text = words[InvoiceStatus(invoice.status)]
        advice = {
            Reason.NOT_APPROVED: "Approve it in NinjaOne, then refresh.",
            Reason.FAILED: "Switch NinjaOne's own integration off, or invoices go twice.",
        }.get(reason, "")
        return Blocker(reason, text, advice)
    if invoice.status != InvoiceStatus.APPROVED and not again:
        return Blocker(Reason.UNKNOWN_STATUS, f"NinjaOne calls its status “{invoice.status}”.")
    activated = facts.workspace.activated_at
    if activated is None:
        return Blocker(
            Reason.NOT_CONNECTED,
            "QuickBooks was never connected in this workspace.",
            "Enable QuickBooks on the Integrations page.",
        )
    if invoice.created_at is None or invoice.created_at < activated:
        return Blocker(
            Reason.BEFORE_ACTIVATION, "Created before the integration was activated: never sent."
        )
    return None


def _blockers(invoice: Invoice, facts: Facts) -> Iterator[Blocker]:
    company = facts.company
    if company is None:
        yield Blocker(
            Reason.NOT_CONNECTED, "The QuickBooks lists were never fetched.", "Refresh first."
        )
        return
    if company.realm_id != facts.workspace.realm_id:
        yield Blocker(
            Reason.OTHER_COMPANY,
            f"The local lists belong to another company ({company.name}).",
            "Refresh, or open the workspace of that company.",
        )
        return
    if facts.locked:
        yield Blocker(
            Reason.OTHER_COMPANY,
            facts.locked,
            "Enter the app keys of that environment again, or open the workspace of that company.",
        )
        return
    if facts.is_excluded(Kind.CUSTOMERS, invoice.organization_id):
        yield Blocker(
            Reason.HELD,
            f"Held on purpose: organization “{invoice.organization_name}” is excluded.",
            "Include the organization if it is to be billed through QuickBooks.",
            Kind.CUSTOMERS,
            invoice.organization_id,
        )
        return
    yield from _agreement(invoice, facts)
    yield from _customer(invoice, facts)
    yield from _lines(invoice, facts)
    if invoice.lines:
        yield from document_checks.header(invoice, facts, company)


def _agreement(invoice: Invoice, facts: Facts) -> Iterator[Blocker]:
    agreement = facts.agreements.get(invoice.agreement_id)
    if agreement is None:
        return
    if holds_back(agreement):
        yield Blocker(
            Reason.AGREEMENT_NOT_UPDATED,
            f"Agreement “{agreement.name}” {HOLDING_ACTIONS[agreement.accounting_action or '']}.",
            "Set the agreement to sync with the accounting tool in NinjaOne, then refresh.",
            subject=agreement.id,
        )
    elif facts.handling.choices.hold_unknown and is_unknown(agreement, facts):
        yield Blocker(
            Reason.AGREEMENT_UNKNOWN,
            f"NinjaOne does not tell whether agreement “{agreement.name}” was updated.",
            "Look in NinjaOne that it syncs with the accounting tool, then mark it as updated.",
            subject=agreement.id,
        )


def _customer(invoice: Invoice, facts: Facts) -> Iterator[Blocker]:
    organization = invoice.organization_id
    mapping, customer = facts.mapped(Kind.CUSTOMERS, organization)
    if mapping is None:
        creation = facts.to_be_created(Kind.CUSTOMERS, organization)
        yield Blocker(
            Reason.CUSTOMER_UNMAPPED,
            f"Organization “{invoice.organization_name}” "
            + (to_be(creation) if creation else "is not mapped to a customer."),
            CREATE_IT if creation else "Map the organization.",
            Kind.CUSTOMERS,
            organization,
        )
        return
    problem = ""
    if customer is None:
        problem = "is no longer in QuickBooks"
    elif not customer.active:
        problem = "is inactive in QuickBooks"
    elif customer.subordinate:
        problem = "is a sub-customer or project, which is not supported"
    if customer is None or problem:
        yield Blocker(
            Reason.CUSTOMER_UNUSABLE,
            f"Customer “{mapping.target_label}” {problem}.",
            "Map the organization to another customer.",
            Kind.CUSTOMERS,
            organization,
        )
        return
    doubtful = doubt(mapping, customer)
    if doubtful is not None:
        yield doubtful
    company = facts.company
    if company is None or not invoice.currency:
        return
    if not company.home_currency:
        yield Blocker(
            Reason.CURRENCY,
            "The home currency of the QuickBooks company is not known.",
            "Refresh.",
            cause="The home currency of the QuickBooks company is not known",
        )
        return
    currency = (company.multicurrency and customer.currency) or company.home_currency
    if currency != invoice.currency:
        yield Blocker(
            Reason.CURRENCY,
            f"The invoice is in {invoice.currency}, the customer in {currency}.",
            "A customer's currency cannot be changed in QuickBooks: map the organization to a "
            f"customer in {invoice.currency}.",
            Kind.CUSTOMERS,
            organization,
            cause=f"Organization “{invoice.organization_name}” is billed in {invoice.currency}, "
            f"its customer is in {currency}",
        )


def _lines(invoice: Invoice, facts: Facts) -> Iterator[Blocker]:
    if invoice.lines is None:
        yield Blocker(Reason.LINES_UNKNOWN, "Its lines were not fetched yet.", "Refresh.")
        return
    if not invoice.lines:
        yield Blocker(Reason.NO_LINES, "The invoice has no lines.", "Add them in NinjaOne.")
        return
    if len(invoice.lines) > MAX_LINES:
        yield Blocker(
            Reason.TOO_MANY_LINES,
            f"The invoice has {len(invoice.lines)} lines; at most {MAX_LINES} can be sent.",
            "Split the invoice in NinjaOne.",
            cause=f"More than {MAX_LINES} lines",
        )
    for line in invoice.lines:
        blocker = plan_line(line, facts, invoice.invoice_date).blocker
        if blocker is not None:
            yield blocker


def _unique(blockers: Iterator[Blocker]) -> Iterator[Blocker]:
    """Ten lines of one unmapped product are one reason."""
    seen: set[tuple[Reason, Kind | None, str, str]] = set()
    for blocker in blockers:
        text = "" if blocker.source_id else blocker.text
        key = (blocker.reason, blocker.kind, blocker.source_id, text)
        if key not in seen:
            seen.add(key)
            yield blocker
