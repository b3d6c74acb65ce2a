"""What the tables of invoices and agreements show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from desktop_app.domain.aftermath import Paid
from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.records import Invoice, InvoiceStatus
from desktop_app.services.api import InvoiceRow, InvoiceState
from desktop_app.ui.invoices.shared_columns import date_column, money_column, state_column
from desktop_app.ui.invoices.shown import ShownRow
from desktop_app.ui.tables.browser import ChipSpec, Facet
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone

HELD = "held"
"""Tag of approved invoices that will not go as things are."""

PICKED, NEEDS_YOU = "picked", "needs-you"
"""Tags: another page asked to see it; changed since it was sent."""

STATE_BADGES = {
    InvoiceState.READY: "accent",
    InvoiceState.BLOCKED: "warning",
    InvoiceState.HELD: "neutral",
    InvoiceState.NOT_GOING: "neutral",
    InvoiceState.UNCERTAIN: "warning",
    InvoiceState.SENT: "good",
    InvoiceState.DIFFERS: "bad",
    InvoiceState.REFUSED: "bad",
}

RARE = (InvoiceState.HELD, InvoiceState.UNCERTAIN, InvoiceState.DIFFERS, InvoiceState.REFUSED)
TIPS = {
    InvoiceState.READY: "Would be sent now",
    InvoiceState.BLOCKED: "Approved, but something has to be mended first",
    InvoiceState.HELD: "Approved, but excluded on purpose: no error",
    InvoiceState.NOT_GOING: "Not meant to go: before activation, not approved, archived",
    InvoiceState.UNCERTAIN: "Sent, but the answer was lost: looked up before anything else",
    InvoiceState.DIFFERS: "In QuickBooks, with another total",
    InvoiceState.REFUSED: "QuickBooks said no; nothing is there",
}

SHORT = {
    InvoiceState.HELD: "Held",
    InvoiceState.UNCERTAIN: "Looked up",
    InvoiceState.DIFFERS: "Differs",
}
"""Words for the filter where the state's own are long: all filters stand in two lines."""

CHIPS = (
    ChipSpec("", "All"),
    *(
        ChipSpec(
            state.value, SHORT.get(state, state.value), TIPS.get(state, ""), optional=state in RARE
        )
        for state in InvoiceState
    ),
    ChipSpec(HELD, "Will not go", "Approved in NinjaOne, and not going as things are"),
    ChipSpec(
        NEEDS_YOU,
        "Changed since",
        "Edited, voided or deleted after it was sent, on either side: asks for a decision",
        optional=True,
    ),
    ChipSpec(PICKED, "Chosen", "What another page asked to see", optional=True),
)


SUMMED = (InvoiceState.READY.value,)
"""Filters that show their amount; the others have it in their tool tip."""

FACETS = (
    Facet(
        "Payment",
        tuple(
            (f"payment:{paid}", paid.value)
            for paid in (Paid.OPEN, Paid.PART, Paid.PAID, Paid.OVERDUE)
        ),
    ),
    Facet("Proof", (("proof:verified", "Verified"), ("proof:differs", "Differs"))),
)


def can_go(row: InvoiceRow) -> bool:
    """Whether Send takes it: ready, or refused before (carrier items may still be missing)."""
    return row.state in (InvoiceState.READY, InvoiceState.REFUSED)


def is_there(row: InvoiceRow) -> bool:
    """Whether QuickBooks has it."""
    return row.state in (InvoiceState.SENT, InvoiceState.DIFFERS)


def is_held(row: InvoiceRow) -> bool:
    """Approved in NinjaOne and neither in QuickBooks, nor on its way, nor ready."""
    return row.invoice.status == InvoiceStatus.APPROVED and row.state in (
        InvoiceState.BLOCKED,
        InvoiceState.HELD,
        InvoiceState.NOT_GOING,
        InvoiceState.REFUSED,
    )


def name_of(invoice: Invoice) -> str:
    return invoice.number or f"(no number, id {invoice.id})"


def sums(invoices: Iterable[Invoice]) -> dict[str, Decimal]:
    """Totals by currency."""
    result: dict[str, Decimal] = {}
    for invoice in invoices:
        result[invoice.currency] = result.get(invoice.currency, ZERO) + invoice.total
    return result


def sums_text(totals: dict[str, Decimal] | Sequence[tuple[str, Decimal]]) -> str:
    """ "1,200.00 EUR + 3,400.50 USD", "" for nothing."""
    pairs = sorted(totals.items() if isinstance(totals, dict) else totals)
    return " + ".join(money_text(amount, currency) for currency, amount in pairs)


def short_sums_text(totals: dict[str, Decimal]) -> str:
    """For a chip: "1.2k EUR + 370k USD"; the whole amounts are in its tool tip."""
    return " + ".join(f"{_short(amount)} {currency}" for currency, amount in sorted(totals.items()))


def _short(amount: Decimal) -> str:
    for size, letter in ((Decimal(1_000_000), "m"), (Decimal(1_000), "k")):
        if abs(amount) >= size:
            part = amount / size
            return f"{part:,.0f}{letter}" if abs(part) >= 10 else f"{part:,.1f}{letter}"
    return f"{amount:,.0f}"


INVOICES: TableSpec[ShownRow] = TableSpec(
    name="invoices",
    columns=(
        Column("number", "Number", lambda row: name_of(row.invoice), width=110),
        Column(
            "organization",
            "Organization → customer",
            lambda row: row.invoice.organization_name,
            width=270,
            flexible=True,
            detail=lambda row: f"→  {row.customer_text}" if row.customer_text else "→  not mapped",
            tooltip=lambda row: "\n".join(
                line
                for line in (
                    row.invoice.organization_name,
                    f"→ {row.customer_text or 'not mapped'}",
                    row.invoice.agreement_name,
                )
                if line
            ),
        ),
        date_column(lambda row: row.invoice.invoice_date, width=95),
        money_column(
            "amount", "Amount", lambda row: row.invoice.total, lambda row: row.invoice.currency
        ),
        Column(
            "status",
            "NinjaOne",
            lambda row: _status(row.invoice),
            width=95,
            quiet=True,
            hidden=True,
        ),
        state_column(lambda row: row.state),
        Column(
            "there",
            "In QuickBooks",
            lambda row: _there(row),
            width=150,
            sort=lambda row: last_when_empty(_there(row)),
            mark=lambda row: _there_mark(row),
            tooltip=lambda row: "\n".join(
                line
                for line in (
                    row.proof_text,
                    row.since_text,
                    *(row.after.changes if row.after is not None else ()),
                )
                if line
            ),
        ),
        Column(
            "reason",
            "Why, and what to do",
            lambda row: row.reason,
            width=330,
            flexible=True,
            sort=lambda row: last_when_empty(row.reason),
            detail=lambda row: row.blockers[0].advice if row.blockers else "",
            tooltip=lambda row: (
                "\n".join(f"{b.text} {b.advice}".strip() for b in row.blockers) or row.reason
            ),
        ),
    ),
    identity=lambda row: row.invoice.id,
    search=lambda row: (
        f"{row.invoice.number} {row.invoice.organization_name} {row.customer_text} {row.reason} "
        f"{row.invoice.agreement_name} {row.invoice.total} "
        f"{row.push.doc_number if row.push else ''}"
    ),
    tags=lambda row: _tags(row),
    speak=lambda row: (
        f"Invoice {name_of(row.invoice)}, {row.invoice.organization_name}, "
        f"{money_text(row.invoice.total, row.invoice.currency)}, {row.state.value}. {row.reason}"
        f" {row.proof_text} {row.since_text}".rstrip()
    ),
)


def _tags(row: ShownRow) -> tuple[str, ...]:
    tags = [row.state.value]
    if is_held(row):
        tags.append(HELD)
    if row.after is not None and row.after.paid:
        tags.append(f"payment:{row.after.paid}")
    if row.proof is not None:
        tags.append("proof:verified" if row.verified else "proof:differs")
    if row.needs_you:
        tags.append(NEEDS_YOU)
    if row.picked:
        tags.append(PICKED)
    return tuple(tags)


def _there(row: ShownRow) -> str:
    """ "Paid, verified", "Part paid; Changed in NinjaOne", "Differs by 0.01 in tax"."""
    if row.after is None:
        return ""
    if row.proof is not None and not row.verified:
        return row.proof_text.partition(":")[0]
    known = f"{row.since_text}, verified" if row.verified else row.since_text
    return row.since_text if row.needs_you else known


def _there_mark(row: ShownRow) -> Mark | None:
    if row.after is None:
        return None
    if row.proof is not None and not row.verified:
        return Mark("warning", Tone.BAD)
    if row.after.needs_you:
        return Mark("warning", Tone.WARNING)
    return {
        Paid.PAID: Mark("check-circle", Tone.GOOD),
        Paid.PART: Mark("circle-dashed", Tone.ACCENT),
        Paid.OVERDUE: Mark("clock", Tone.BAD),
    }.get(row.after.paid, Mark("circle", Tone.MUTED))


def _status(invoice: Invoice) -> str:
    known = {status.value for status in InvoiceStatus}
    return invoice.status.capitalize() if invoice.status in known else invoice.status
