"""What the tables of the month-end report show."""

from __future__ import annotations

from desktop_app.domain.money import money_text
from desktop_app.domain.report import Finding, ReportRow, ReportTotal
from desktop_app.ui.invoices.shared_columns import date_column, money_column
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone

FINDING_MARKS = {
    Finding.MISSING: Mark("warning", Tone.WARNING),
    Finding.UNEXPECTED: Mark("help", Tone.WARNING),
    Finding.DIFFERENT: Mark("x-circle", Tone.BAD),
    Finding.EQUAL: Mark("check-circle", Tone.GOOD),
}
_ORDER = {finding: place for place, finding in enumerate(Finding)}

CHIPS = (
    ChipSpec("", "All"),
    *(ChipSpec(finding.value, finding.value) for finding in Finding),
)


def _number(row: ReportRow) -> str:
    return row.number or row.doc_number or "(no number)"


ROWS: TableSpec[ReportRow] = TableSpec(
    name="month-end",
    columns=(
        Column("number", "Number", _number, width=120),
        Column("customer", "Customer", lambda r: r.customer, width=220, flexible=True),
        date_column(lambda r: r.day),
        Column(
            "finding",
            "Standing",
            lambda r: r.finding.value,
            width=230,
            sort=lambda r: _ORDER[r.finding],
            mark=lambda r: FINDING_MARKS[r.finding],
        ),
        money_column("ninjaone", "NinjaOne", lambda r: r.ninjaone_total, lambda r: r.currency, 125),
        money_column(
            "quickbooks", "QuickBooks", lambda r: r.quickbooks_total, lambda r: r.currency, 125
        ),
        Column(
            "why",
            "Why",
            lambda r: r.why,
            width=260,
            flexible=True,
            sort=lambda r: last_when_empty(r.why),
        ),
    ),
    identity=lambda r: f"{r.finding}:{r.invoice_id}:{r.entity}:{r.qbo_id}",
    search=lambda r: f"{r.number} {r.doc_number} {r.customer} {r.why}",
    tags=lambda r: (r.finding.value,),
    speak=lambda r: f"{_number(r)}, {r.customer}, {r.finding}. {r.why}",
)


def _count(total: ReportTotal, finding: Finding) -> int:
    return dict(total.counts).get(finding, 0)


def _counted(finding: Finding, title: str) -> Column[ReportTotal]:
    return Column(
        finding.name.lower(),
        title,
        lambda t: f"{_count(t, finding):,}" if _count(t, finding) else "",
        width=120,
        sort=lambda t: _count(t, finding),
        numeric=True,
        tooltip=lambda t: f"{finding.value}: {_count(t, finding):,}",
    )


CUSTOMERS: TableSpec[ReportTotal] = TableSpec(
    name="month-end-customers",
    columns=(
        Column("customer", "Customer", lambda t: t.customer, width=260, flexible=True),
        money_column("ninjaone", "NinjaOne", lambda t: t.ninjaone, lambda t: t.currency, 140),
        money_column("quickbooks", "QuickBooks", lambda t: t.quickbooks, lambda t: t.currency, 140),
        money_column(
            "difference",
            "Difference",
            lambda t: t.difference or None,
            lambda t: t.currency,
            140,
            sort=lambda t: abs(t.difference),
        ),
        _counted(Finding.MISSING, "Missing"),
        _counted(Finding.UNEXPECTED, "Not approved"),
        _counted(Finding.DIFFERENT, "Different"),
        _counted(Finding.EQUAL, "Equal"),
    ),
    identity=lambda t: f"{t.customer}:{t.currency}",
    search=lambda t: t.customer,
    tags=lambda t: ("differs",) if t.difference else (),
    speak=lambda t: (
        f"{t.customer}: NinjaOne {money_text(t.ninjaone, t.currency)}, "
        f"QuickBooks {money_text(t.quickbooks, t.currency)}"
    ),
)

CUSTOMER_CHIPS = (ChipSpec("", "All customers"), ChipSpec("differs", "With a difference"))


def totals_text(totals: tuple[ReportTotal, ...]) -> str:
    """ "NinjaOne 1,200.00 USD, QuickBooks 1,100.00 USD: off by -100.00 USD", a part a currency."""
    parts = []
    for total in totals:
        part = (
            f"NinjaOne {money_text(total.ninjaone, total.currency)}, "
            f"QuickBooks {money_text(total.quickbooks, total.currency)}"
        )
        off = total.difference
        parts.append(f"{part}: off by {money_text(off, total.currency)}" if off else part)
    return "; ".join(parts)
