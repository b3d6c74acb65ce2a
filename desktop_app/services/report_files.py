"""The month-end report as a spreadsheet and as a page to read or print."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from html import escape

from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.report import Finding, MonthReport, ReportRow, ReportTotal
from desktop_app.services.table_files import Cell, Table

_HEADER = ("Finding", "Customer", "Date", "NinjaOne number", "NinjaOne total", "QuickBooks number",
           "QuickBooks total", "Difference", "Currency", "Why", "Sent from here")  # fmt: skip
_WIDTHS = (26, 32, 12, 20, 16, 20, 16, 14, 10, 60, 14)
_STYLE = """
body { font-family: "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 9pt; color: #111; }
h1 { font-size: 16pt; margin-bottom: 4px; }
h2 { font-size: 12pt; margin-top: 24px; margin-bottom: 4px; }
p { margin-top: 4px; margin-bottom: 4px; }
th { text-align: left; background-color: #e7ebf0; padding: 2pt; }
td { padding: 2pt; vertical-align: top; }
"""
SHORT = {
    Finding.MISSING: "Missing",
    Finding.UNEXPECTED: "Not approved",
    Finding.DIFFERENT: "Different",
    Finding.EQUAL: "Equal",
}
"""For the headings of narrow columns."""
_TABLE = "border-collapse: collapse"
_LEGEND = (
    "Missing: approved in NinjaOne, not in QuickBooks. Not approved: in QuickBooks, not approved in"
    " NinjaOne. Different and equal: in both. Difference: QuickBooks less NinjaOne."
)


def report_tables(report: MonthReport) -> list[Table]:
    rows = tuple(_cells(row) for row in report.rows)
    return [
        Table("Invoices", _HEADER, rows, _WIDTHS),
        _totals("Customers", report.customers, customer=True),
        _totals("Totals", report.totals, customer=False),
    ]


def _cells(row: ReportRow) -> tuple[Cell, ...]:
    sent = {None: "", True: "yes", False: "no"}[row.by_us]
    return (row.finding.value, row.customer, row.day, row.number, row.ninjaone_total,
            row.doc_number, row.quickbooks_total, row.difference, row.currency, row.why,
            sent)  # fmt: skip


def _totals(name: str, totals: Iterable[ReportTotal], *, customer: bool) -> Table:
    header = (*(("Customer",) if customer else ()), "Currency", "NinjaOne", "QuickBooks",
              "Difference", *(finding.value for finding in Finding))  # fmt: skip
    rows = tuple(
        (*((t.customer,) if customer else ()), t.currency, t.ninjaone, t.quickbooks,
         t.difference, *(count for _, count in t.counts))
        for t in totals
    )  # fmt: skip
    return Table(name, header, rows, (*((32,) if customer else ()), 10, 16, 16, 14, 26, 26, 22, 18))


def report_html(report: MonthReport) -> str:
    """One self-contained page; the window prints it."""
    return "".join(_parts(report))


def _parts(report: MonthReport) -> Iterator[str]:
    title = f"Month-end report {report.start} to {report.end}"
    yield f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{escape(report.company)}</h1>"
    yield f"<p>{title}, made {report.made_at:%Y-%m-%d %H:%M} UTC.</p>"
    if report.books_read_at is None:
        yield ('<p class="q">The documents of this period were not read from QuickBooks: those '
               "that were not sent from here are not known.</p>")  # fmt: skip
    else:
        yield f'<p class="q">QuickBooks was read {report.books_read_at:%Y-%m-%d %H:%M} UTC.</p>'
    yield f"<p>{_LEGEND}</p><h2>Totals</h2>"
    yield from _totals_html(report.totals, customer=False)
    for finding in Finding:
        rows = report.of(finding)
        amounts = _amounts(rows, finding)
        yield f"<h2>{finding.value}: {len(rows):,}{f' ({amounts})' if amounts else ''}</h2>"
        if rows:
            yield from _rows_html(rows, finding)
    if report.customers:
        yield "<h2>Totals per customer</h2>"
        yield from _totals_html(report.customers, customer=True)
    yield "</body></html>"


def _amounts(rows: Iterable[ReportRow], finding: Finding) -> str:
    """ "425.00 EUR, 718.99 USD": NinjaOne's, or QuickBooks' where NinjaOne has none."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        other = finding is Finding.UNEXPECTED
        amount = row.quickbooks_total if other else row.ninjaone_total
        sums[row.currency] = sums.get(row.currency, ZERO) + (amount or ZERO)
    return ", ".join(money_text(total, escape(name)) for name, total in sorted(sums.items()))


def _rows_html(rows: Iterable[ReportRow], finding: Finding) -> Iterator[str]:
    """Only the sides that such a finding has."""
    here, there = finding is not Finding.UNEXPECTED, finding is not Finding.MISSING
    explained = finding is not Finding.EQUAL
    names = ["Customer", "Date"]
    names += ["NinjaOne"] * here + ["QuickBooks"] * there
    names += ["NinjaOne total"] * here + ["QuickBooks total"] * there
    names += ["Why"] * explained
    yield _head(names, ("NinjaOne total", "QuickBooks total"))
    for row in rows:
        cells = [escape(row.customer), str(row.day or "")]
        cells += [escape(row.number)] * here + [escape(row.doc_number)] * there
        cells += [_money(row.ninjaone_total, row.currency)] * here
        cells += [_money(row.quickbooks_total, row.currency)] * there
        cells += [escape(row.why)] * explained
        yield _row(cells)
    yield "</table>"


def _totals_html(totals: Iterable[ReportTotal], *, customer: bool) -> Iterator[str]:
    amounts = ("NinjaOne", "QuickBooks", "Difference", *SHORT.values())
    yield _head((*(("Customer",) if customer else ()), "Currency", *amounts), amounts)
    for total in totals:
        cells = [escape(total.customer)] if customer else []
        cells.append(escape(total.currency))
        cells += [
            _right(money_text(amount))
            for amount in (total.ninjaone, total.quickbooks, total.difference)
        ]
        cells += [_right(f"{count:,}" if count else "") for _, count in total.counts]
        yield _row(cells)
    yield "</table>"


def _head(names: Iterable[str], amounts: Container[str]) -> str:
    """amounts: the names of columns that stand to the right."""
    cells = "".join(
        f"<th><div align='right'>{name}</div></th>" if name in amounts else f"<th>{name}</th>"
        for name in names
    )
    return f"<table width='100%' border='1' cellspacing='0' style='{_TABLE}'><tr>{cells}</tr>"


def _row(cells: Iterable[str]) -> str:
    """cells: HTML."""
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else _right(money_text(amount, escape(currency)))


def _right(text: str) -> str:
    """No blank at which an amount could part from its currency."""
    return f"<div align='right'>{text.replace(' ', chr(0xA0))}</div>" if text else ""
