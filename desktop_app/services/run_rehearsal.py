"""A whole run with nothing sent: documents, totals, blockers, and what it will ask of the services.

Source of the limits: QuickBooks sheet, chapter 6; NinjaOne sheet 5.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.money import ZERO, amounts_text, by_currency
from desktop_app.domain.numbering import plain_number
from desktop_app.domain.records import Document, Invoice
from desktop_app.domain.totals import is_credit
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_documents import CallPlan, RunRehearsal, RunRow
from desktop_app.services.invoice_rows import sendable
from desktop_app.services.rates import missing_rates
from desktop_app.services.table_files import Cell, Table

MARKER = "not sent yet"
BATCH = 30
COMBINED_A_MINUTE = 800
"""What batches and single requests reach together; the batch endpoint alone takes 40 a minute."""
NINJAONE_A_SECOND = 10
_TURN = Decimal("0.5")  # seconds that a request takes at least, there and back

_HEADER = ("Would go", "Document", "Number", "Customer", "Date", "Currency", "NinjaOne total",
           "QuickBooks total expected", "Difference", "Why not", "Adapted")  # fmt: skip
_WIDTHS = (10, 14, 22, 32, 12, 10, 16, 24, 12, 70, 70)
_LINES = ("Number", "Line", "NinjaOne line", "Quantity", "Price", "NinjaOne amount",
          "QuickBooks kind", "Item id", "Description", "QuickBooks amount", "Tax code")  # fmt: skip


def rehearse(rows: Sequence[InvoiceRow], facts: Facts, progress: Progress) -> RunRehearsal:
    found = []
    for number, row in enumerate(rows):
        progress.report("Rehearsing", number, len(rows))
        found.append(_run_row(row, facts))
    going = [each for each in found if each.document is not None]
    ninjaone = by_currency((each.row.invoice.currency, each.row.invoice.total) for each in going)
    quickbooks = by_currency((each.row.invoice.currency, _expected(each)) for each in going)
    blocked = by_currency(
        (each.row.invoice.currency, each.row.invoice.total)
        for each in found
        if each.document is None
    )
    plan = call_plan([each.row.invoice for each in going], facts)
    return RunRehearsal(
        rows=tuple(found),
        ninjaone=ninjaone,
        quickbooks=quickbooks,
        blocked=blocked,
        plan=plan,
        text=_text(len(going), len(found), ninjaone, blocked, plan),
    )


def _run_row(row: InvoiceRow, facts: Facts) -> RunRow:
    if not sendable(row) or row.blockers:
        reasons = tuple(blocker.text for blocker in row.blockers) or (row.reason or row.state,)
        return RunRow(row, None, reasons)
    document = build_document(row.invoice, facts, MARKER)
    expectation = document.expectation
    total = expectation.total if expectation is not None else None
    difference = None if total is None else total - document.expected_total
    return RunRow(row, document, (), difference)


def _expected(each: RunRow) -> Decimal:
    """QuickBooks' total with the invoice's sign: NinjaOne's where it cannot be told."""
    assert each.document is not None
    total = each.document.expected_total + (each.difference or ZERO)
    return -total if is_credit(each.row.invoice) else total


def call_plan(invoices: Sequence[Invoice], facts: Facts) -> CallPlan:
    """At best: creates go in batches, nothing is refused and no answer is lost."""
    count = len(invoices)
    rates = len(missing_rates(invoices, facts))
    company = facts.company
    looked_up = company is not None and not company.custom_txn_numbers
    reads = rates + (ceil(count / BATCH) if looked_up else 0)
    batches = ceil(count / BATCH)
    paced = Decimal(count * 60) / COMBINED_A_MINUTE
    turns = _TURN * (batches + reads)
    ninjaone = Decimal(count) / NINJAONE_A_SECOND
    return CallPlan(count, reads, count, max(paced, turns) + ninjaone)


def _text(
    going: int,
    asked: int,
    totals: Sequence[tuple[str, Decimal]],
    blocked: Sequence[tuple[str, Decimal]],
    plan: CallPlan,
) -> str:
    text = f"{going:,} of {asked:,} would be sent"
    if totals:
        text += f": {amounts_text(totals)}"
    if asked > going:
        text += f"; {asked - going:,} would not go ({amounts_text(blocked)})"
    if going:
        text += (
            f". {plan.writes:,} creates and {plan.reads:,} metered reads, at least "
            f"{_duration(plan.seconds)}"
        )
    return f"{text}. Nothing was sent."


def _duration(seconds: Decimal) -> str:
    whole = max(1, ceil(seconds))
    return f"{whole} s" if whole < 120 else f"{ceil(Decimal(whole) / 60)} min"


def rehearsal_tables(rehearsal: RunRehearsal) -> list[Table]:
    rows = tuple(_cells(each) for each in rehearsal.rows)
    lines = tuple(
        line for each in rehearsal.rows if each.document for line in _lines(each, each.document)
    )
    currencies = sorted({c for c, _ in (*rehearsal.ninjaone, *rehearsal.blocked)})
    sums: tuple[tuple[Cell, ...], ...] = tuple(
        (currency, *(dict(part).get(currency, ZERO)
         for part in (rehearsal.ninjaone, rehearsal.quickbooks, rehearsal.blocked)))
        for currency in currencies
    )  # fmt: skip
    header = ("Currency", "NinjaOne", "QuickBooks expected", "Would not go")
    return [
        Table("Invoices", _HEADER, rows, _WIDTHS),
        Table("Lines", _LINES, lines, (22, 6, 32, 10, 12, 16, 20, 10, 60, 18, 10)),
        Table("Totals", header, sums, (10, 16, 20, 16)),
    ]


def _cells(each: RunRow) -> tuple[Cell, ...]:
    invoice, document = each.row.invoice, each.document
    return (
        "yes" if document else "no",
        "" if document is None else "Credit memo" if is_credit(invoice) else "Invoice",
        plain_number(invoice),
        each.row.customer_text or invoice.organization_name,
        invoice.invoice_date,
        invoice.currency,
        invoice.total,
        None if document is None or each.difference is None else _expected(each),
        None if document is None else each.difference,
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
