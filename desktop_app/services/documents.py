"""Documents: how they are made, what each will be, a whole run rehearsed, and the month's end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from desktop_app.domain.document_choices import DiscountChoice, DocumentChoices
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import BooksRead
from desktop_app.domain.invoicing import build_parts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import item_problem
from desktop_app.domain.money import ZERO
from desktop_app.domain.ports import Clock, Gateways, QuickBooksApi
from desktop_app.domain.ports_handling import HandlingStore
from desktop_app.domain.records import ChangeSet, Invoice, PushState, TaxCode
from desktop_app.domain.report import MonthReport
from desktop_app.domain.reporting import month_report
from desktop_app.domain.tax import TaxModel, nameable, tax_model
from desktop_app.errors import ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow, InvoiceService, InvoiceState, Service
from desktop_app.services.api_documents import DocumentView, Exported, RunRehearsal
from desktop_app.services.document_view import bare_view, sent_view, view_of
from desktop_app.services.exchange.files import unusable, write
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoice_rows import sendable
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins
from desktop_app.services.report_files import report_html, report_tables
from desktop_app.services.run_rehearsal import MARKER, Plan, rehearsal_tables, rehearse
from desktop_app.services.table_files import write_tables


class Documents:
    """Implements services.api_documents.DocumentService. plan: what sending would take."""

    def __init__(
        self,
        *,
        invoices: InvoiceService,
        store: HandlingStore,
        handling: HandlingReader,
        facts: LocalFacts,
        logins: Logins,
        gateways: Gateways,
        clock: Clock,
        plan: Plan,
    ) -> None:
        self._invoices = invoices
        self._store = store
        self._handling = handling
        self._facts = facts
        self._logins = logins
        self._gateways = gateways
        self._clock = clock
        self._plan = plan

    # --- Choices -----------------------------------------------------------------------------

    def choices(self) -> DocumentChoices:
        return self._facts.get().handling.choices

    def choose(self, choices: DocumentChoices) -> ChangeSet:
        facts = self._facts.get()
        _check(choices, facts)
        self._handling.set_choices(facts.workspace.id, choices)
        self._facts.invalidate(Part.HANDLING)
        return ChangeSet(workspace=True, invoices=True, text="Way of making documents saved")

    def tax_codes(self) -> tuple[TaxCode, ...]:
        return invoice_codes(self._facts.get())

    # --- One document ------------------------------------------------------------------------

    def view(self, invoice_id: str) -> DocumentView:
        facts = self._facts.get()
        place = facts.places.get(invoice_id)
        if place is None:
            raise RuleError("This invoice is no longer in NinjaOne.", advice="Refresh.")
        row = self._invoices.rows()[place]
        invoice, push = row.invoice, row.push
        if push is not None and push.state is not PushState.REFUSED and push.payload:
            return sent_view(invoice, facts, push)
        if not sendable(row) or row.blockers:
            return bare_view(invoice)
        document, lines = build_parts(invoice, facts, MARKER)
        return view_of(invoice, facts, document, lines)

    # --- A whole run -------------------------------------------------------------------------

    def rehearse(self, invoice_ids: list[str], progress: Progress) -> RunRehearsal:
        facts = self._facts.get()
        chosen = frozenset(invoice_ids)
        rows = [row for row in self._invoices.rows() if row.invoice.id in chosen]
        return rehearse(rows, facts, self._plan, progress)

    def export_rehearsal(self, rehearsal: RunRehearsal, path: Path, progress: Progress) -> Exported:
        progress.report("Writing the rehearsal")
        write_tables(path, rehearsal_tables(rehearsal), (".xlsx", ".csv"))
        return _exported(path, len(rehearsal.rows), "invoice")

    # --- Month end ---------------------------------------------------------------------------

    def month_report(self, start: date, end: date, progress: Progress) -> MonthReport:
        progress.report("Comparing")
        if end < start:
            raise RuleError("The period ends before it begins.", advice="Choose other days.")
        facts = self._facts.get()
        rows = self._invoices.rows()

        def why(invoice: Invoice) -> str:
            row: InvoiceRow = rows[facts.places[invoice.id]]
            return row.reason or (
                "Not sent yet" if row.state is InvoiceState.READY else str(row.state)
            )

        return month_report(facts, start, end, self._clock.now(), why)

    def read_books(self, start: date, end: date, progress: Progress) -> ChangeSet:
        facts = self._facts.get()
        now = self._clock.now()
        found = self._quickbooks(facts).books(start, end, progress)
        self._store.put_books(facts.workspace.id, BooksRead(start, end, now), found)
        self._facts.invalidate(Part.HANDLING)
        return ChangeSet(invoices=True, text=f"Read {len(found):,} documents of {start} to {end}")

    def export_report(self, report: MonthReport, path: Path, progress: Progress) -> Exported:
        progress.report("Writing the report")
        if path.suffix.lower() in (".html", ".htm"):
            text = report_html(report).encode("utf-8")
            write(path, lambda stream: stream.write(text))
        elif path.suffix.lower() == ".xlsx":
            write_tables(path, report_tables(report), (".xlsx",))
        else:
            raise unusable(
                f"A report that ends in “{path.suffix}” cannot be written.",
                "Choose a name that ends in .xlsx or .html.",
            )
        return _exported(path, len(report.rows), "row")

    def report_html(self, report: MonthReport) -> str:
        return report_html(report)

    def _quickbooks(self, facts: Facts) -> QuickBooksApi:
        workspace = facts.workspace
        if not workspace.quickbooks_connected:
            raise ReconnectNeeded("QuickBooks is not connected in this workspace.")
        keeper = self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        return self._gateways.quickbooks(workspace, keeper)


def _check(choices: DocumentChoices, facts: Facts) -> None:
    """Raises RuleError for a new choice that could only block every invoice; what was chosen before
    and does not fit any more is no reason to refuse another one."""
    before = facts.handling.choices
    item = (choices.discount, choices.discount_item_id)
    if choices.discount is DiscountChoice.ITEM and item != (
        before.discount, before.discount_item_id,
    ):  # fmt: skip
        problem = item_problem(facts.targets[Kind.ITEMS].get(choices.discount_item_id))
        if problem:
            raise RuleError(
                f"This item cannot stand for discounts: {problem}.", advice="Choose another item."
            )
    codes = {code.id: code for code in invoice_codes(facts)}
    for name, zero in (("taxable_code_id", False), ("exempt_code_id", True)):
        chosen = getattr(choices, name)
        if not chosen or chosen == getattr(before, name):
            continue
        if chosen not in codes:
            raise RuleError(
                "This tax code cannot be used on invoices.", advice="Choose another tax code."
            )
        if zero and codes[chosen].rate != ZERO:
            raise RuleError(
                f"Tax code “{codes[chosen].name}” is not a zero rate.",
                advice="Choose a tax code of 0 % for lines without tax.",
            )


def invoice_codes(facts: Facts) -> tuple[TaxCode, ...]:
    """The tax codes that a line of an invoice may name, by name; () where lines name none."""
    if facts.company is None or tax_model(facts.company) is not TaxModel.PER_LINE:
        return ()
    usable = (
        code
        for code in facts.tax_codes
        if nameable(code) and code.id.isdigit() and code.rate is not None
    )
    return tuple(sorted(usable, key=lambda code: code.name.casefold()))


def _exported(path: Path, rows: int, noun: str) -> Exported:
    return Exported(path, rows, f"Wrote {rows:,} {noun}{'' if rows == 1 else 's'} to {path.name}")
