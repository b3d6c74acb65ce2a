"""A whole run with nothing sent: documents, both totals, blockers by cause, and what it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_app.domain.checks import only_carriers_missing
from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.numbering import plain_number
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import Document
from desktop_app.domain.totals import expected_total, is_credit
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_documents import Outcome, RunRehearsal, RunRow, RunTotal
from desktop_app.services.api_preflight import Jump, Page, PreflightGroup, Weight
from desktop_app.services.api_sending import SendPlan
from desktop_app.services.invoice_rows import sendable
from desktop_app.services.preflight_groups import Grouper, amounts_of
from desktop_app.services.table_files import Cell, Table

MARKER = "not sent yet"
Plan = Callable[[Sequence[str]], SendPlan]
"""What sending these would take."""

_HEADER = ("Outcome", "Document", "Number", "Customer", "Date", "Currency", "NinjaOne total",
           "QuickBooks total expected", "Difference", "Why not", "Adapted")  # fmt: skip
_WIDTHS = (24, 14, 22, 32, 12, 10, 16, 24, 12, 70, 70)
_LINES = ("Number", "Line", "NinjaOne line", "Quantity", "Price", "NinjaOne amount",
          "QuickBooks kind", "Item id", "Description", "QuickBooks amount", "Tax code")  # fmt: skip
_CAUSES = ("Cause", "Standing", "Invoices", "Currency", "Amount", "Ready after", "What to do")


def rehearse(
    rows: Sequence[InvoiceRow], facts: Facts, plan: Plan, progress: Progress
) -> RunRehearsal:
    found = []
    for number, row in enumerate(rows):
        progress.report("Rehearsing", number, len(rows))
        found.append(_run_row(row, facts))
    totals = _totals(found)
    stopped = [each.row for each in found if each.outcome is not Outcome.GOES]
    known = plan([each.row.invoice.id for each in found if each.outcome is Outcome.GOES])
    return RunRehearsal(
        rows=tuple(found),
        totals=totals,
        causes=_causes(stopped, facts),
        plan=known,
        text=_text(found, totals, known),
    )


def _run_row(row: InvoiceRow, facts: Facts) -> RunRow:
    reasons = tuple(blocker.text for blocker in row.blockers)
    if not sendable(row) or not (not row.blockers or only_carriers_missing(row.blockers)):
        return RunRow(row, Outcome.STAYS, reasons=reasons or (row.reason or row.state.value,))
    company = facts.company
    expected = expected_total(row.invoice, facts, company) if company is not None else None
    if row.blockers:
        return RunRow(row, Outcome.CARRIER, None, reasons, expected, expected is not None)
    document = build_document(row.invoice, facts, MARKER)
    exact = document.expectation is not None and document.expectation.exact
    taxed = row.invoice.total_tax != ZERO or expected is None
    return RunRow(row, Outcome.GOES, document, (), expected, exact or not taxed)


@dataclass(slots=True)
class _Sums:
    ninjaone: Decimal = ZERO
    quickbooks: Decimal = ZERO
    blocked: Decimal = ZERO


def _totals(found: Sequence[RunRow]) -> tuple[RunTotal, ...]:
    sums: dict[str, _Sums] = {}
    for each in found:
        invoice = each.row.invoice
        of = sums.setdefault(invoice.currency, _Sums())
        if each.outcome is Outcome.STAYS:
            of.blocked += invoice.total
        else:
            of.ninjaone += invoice.total
            of.quickbooks += invoice.total if each.expected is None else each.expected
    return tuple(
        RunTotal(currency, of.ninjaone, of.quickbooks, of.blocked)
        for currency, of in sorted(sums.items())
    )


def _causes(rows: list[InvoiceRow], facts: Facts) -> tuple[PreflightGroup, ...]:
    """As the preflight has them; then what has no blocker since it is in QuickBooks already."""
    grouper = Grouper(lambda *_: ())
    grouper.update(rows, facts)
    groups = grouper.groups()
    there: dict[str, list[InvoiceRow]] = {}
    for row in rows:
        if not row.blockers:
            there.setdefault(row.state.value, []).append(row)
    for state, those in there.items():
        groups.append(
            PreflightGroup(
                key=f"there:{state}",
                reason=Reason.COMPLETE,
                weight=Weight.NOT_GOING,
                cause=f"{state}: nothing is sent a second time",
                advice="",
                invoice_ids=tuple(row.invoice.id for row in those),
                amounts=amounts_of(row.invoice for row in those),
                jump=Jump(Page.INVOICES),
            )
        )
    return tuple(groups)


def _text(found: Sequence[RunRow], totals: Sequence[RunTotal], plan: SendPlan) -> str:
    """ "42 of 45 would be sent, 2 after their carrier items; 1 would not go: 100.00 USD. ..." """
    count = {outcome: sum(each.outcome is outcome for each in found) for outcome in Outcome}
    text = f"{count[Outcome.GOES]:,} of {len(found):,} would be sent"
    if count[Outcome.CARRIER]:
        text += f", {count[Outcome.CARRIER]:,} more after their carrier items"
    both = "; ".join(_both(total) for total in totals if total.ninjaone or total.quickbooks)
    if both:
        text += f": {both}"
    if count[Outcome.STAYS]:
        stays = ", ".join(money_text(t.blocked, t.currency) for t in totals if t.blocked)
        text += f"; {count[Outcome.STAYS]:,} would not go" + (f" ({stays})" if stays else "")
    if plan.invoices:
        text += f". {plan.text}"
    return f"{text}. Nothing was sent."


def _both(total: RunTotal) -> str:
    text = f"NinjaOne {money_text(total.ninjaone, total.currency)}"
    if not total.difference:
        return f"{text}, the same in QuickBooks"
    return f"{text}, QuickBooks {money_text(total.quickbooks, total.currency)}"


def rehearsal_tables(rehearsal: RunRehearsal) -> list[Table]:
    rows = tuple(_cells(each) for each in rehearsal.rows)
    lines = tuple(
        line for each in rehearsal.rows if each.document for line in _lines(each, each.document)
    )
    sums = tuple(
        (t.currency, t.ninjaone, t.quickbooks, t.difference, t.blocked) for t in rehearsal.totals
    )
    causes = tuple(
        (group.cause, group.weight.value, group.count, currency, amount, group.alone, group.advice)
        for group in rehearsal.causes
        for currency, amount in group.amounts
    )
    header = ("Currency", "NinjaOne", "QuickBooks expected", "Difference", "Would not go")
    return [
        Table("Invoices", _HEADER, rows, _WIDTHS),
        Table("Lines", _LINES, lines, (22, 6, 32, 10, 12, 16, 20, 10, 60, 18, 10)),
        Table("In the way", _CAUSES, causes, (70, 18, 10, 10, 16, 12, 70)),
        Table("Totals", header, sums, (10, 16, 20, 16, 16)),
    ]


def _cells(each: RunRow) -> tuple[Cell, ...]:
    invoice, document = each.row.invoice, each.document
    stays = each.outcome is Outcome.STAYS
    return (
        each.outcome.value,
        "" if stays else "Credit memo" if is_credit(invoice) else "Invoice",
        plain_number(invoice),
        each.row.customer_text or invoice.organization_name,
        invoice.invoice_date,
        invoice.currency,
        invoice.total,
        each.expected,
        each.difference,
        "; ".join(each.reasons),
        "; ".join(document.notes) if document else "",
    )


def _lines(each: RunRow, document: Document) -> list[tuple[Cell, ...]]:
    own = each.row.invoice.lines or ()
    found: list[tuple[Cell, ...]] = []
    for place, body in enumerate(document.body["Line"]):
        line = own[place] if place < len(own) else None
        detail = body.get("SalesItemLineDetail", {})
        found.append(
            (
                plain_number(each.row.invoice),
                place + 1,
                line.name if line else "",
                line.quantity if line else None,
                line.price if line else None,
                line.amount if line else None,
                body["DetailType"].removesuffix("LineDetail"),
                detail.get("ItemRef", {}).get("value", ""),
                body.get("Description", ""),
                body.get("Amount"),
                detail.get("TaxCodeRef", {}).get("value", ""),
            )
        )
    return found
