"""The month-end report as a spreadsheet and as a page to read or print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from desktop_app.domain.money import money_text
from desktop_app.domain.report import Finding, MonthReport, ReportRow, ReportTotal
from desktop_app.services.table_files import Cell, Table

_HEADER = ("Finding", "Customer", "Date", "NinjaOne number", "NinjaOne total", "QuickBooks number",
           "QuickBooks total", "Difference", "Currency", "Why", "Sent from here")  # fmt: skip
_WIDTHS = (26, 32, 12, 20, 16, 20, 16, 14, 10, 60, 14)
_STYLE = """
body { font-family: "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 10pt; color: #111; }
h1 { font-size: 16pt; margin: 0 0 4pt; } h2 { font-size: 12pt; margin: 16pt 0 4pt; }
p { margin: 2pt 0; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 3pt 6pt; border-bottom: 1px solid #ccc; vertical-align: top; }
th { background: #e7ebf0; } .n { text-align: right; white-space: nowrap; } .q { color: #555; }
"""


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
    yield "<h2>Totals</h2>"
    yield from _totals_html(report.totals, customer=False)
    for finding in Finding:
        rows = report.of(finding)
        yield f"<h2>{finding.value}: {len(rows)}</h2>"
        if rows:
            yield from _rows_html(rows)
    if report.customers:
        yield "<h2>Totals per customer</h2>"
        yield from _totals_html(report.customers, customer=True)
    yield "</body></html>"


def _rows_html(rows: Iterable[ReportRow]) -> Iterator[str]:
    names = ("Customer", "Date", "NinjaOne", "QuickBooks", "NinjaOne total", "QuickBooks total")
    yield f"<table><tr>{''.join(f'<th>{name}</th>' for name in names)}<th>Why</th></tr>"
    for row in rows:
        cells = (row.customer, str(row.day or ""), row.number, row.doc_number)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield "".join(
            f'<td class="n">{"" if amount is None else money_text(amount, escape(row.currency))}'
            "</td>"
            for amount in (row.ninjaone_total, row.quickbooks_total)
        )
        yield f"<td>{escape(row.why)}</td></tr>"
    yield "</table>"


def _totals_html(totals: Iterable[ReportTotal], *, customer: bool) -> Iterator[str]:
    names = (*(("Customer",) if customer else ()), "NinjaOne", "QuickBooks", "Difference",
             *(finding.value for finding in Finding))  # fmt: skip
    yield f"<table><tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
    for total in totals:
        yield f"<tr><td>{escape(total.customer)}</td>" if customer else "<tr>"
        for amount in (total.ninjaone, total.quickbooks, total.difference):
            yield f'<td class="n">{money_text(amount, escape(total.currency))}</td>'
        yield "".join(f'<td class="n">{count}</td>' for _, count in total.counts) + "</tr>"
    yield "</table>"
