"""Month end: what NinjaOne approved against what QuickBooks has, on screen, as XLSX and PDF."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtGui import QAction, QPageSize
from PySide6.QtWidgets import QDateEdit, QLabel, QTabWidget, QVBoxLayout

from desktop_app.domain.records import ChangeSet
from desktop_app.domain.report import MonthReport, ReportRow, ReportTotal
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api_documents import Exported
from desktop_app.ui import files, messages
from desktop_app.ui.exchange.choose import usual_paper
from desktop_app.ui.exchange.printing import write_pdf
from desktop_app.ui.formats import date_text, instant_text
from desktop_app.ui.icons import keep_icon
from desktop_app.ui.invoices.month_columns import (
    CHIPS,
    CUSTOMER_CHIPS,
    CUSTOMERS,
    ROWS,
    totals_text,
)
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.sorting import newest_first, sorted_by
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

FILES = (("PDF", ".pdf"), ("Spreadsheet", ".xlsx"))
EMPTY = Empty(
    "check-circle", "Nothing in this period", "No invoice of these days is known on either side."
)


def usual_period(today: date) -> tuple[date, date]:
    """The month that is being closed: the last one until the 20th, then the present one."""
    first = today.replace(day=1)
    if today.day <= 20:
        first = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


class MonthEndPage(Page):
    """Compares again after every change while it is shown; from local data, until QuickBooks'
    documents of the period are read."""

    key, title, icon = "month-end", "Month end", "month-end"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.report: MonthReport | None = None
        self._asked = 0
        settings = shell.services.settings
        start, end = usual_period(shell.context.now().date())
        self.start, self.end = _day("First day", start), _day("Last day", end)
        self.summary = Elided("", "muted")
        self.known = Text("", "muted")
        self.read_button = Button("Read QuickBooks…", self.read_books, icon="refresh")
        self.save_button = Button("Save as…", self.save, icon="export", role="primary")
        self.browser: RecordBrowser[ReportRow] = RecordBrowser(
            ROWS, settings, name="Invoices of the period", chips=CHIPS,
            placeholder="Search the report", empty=EMPTY, ticks=False,
        )  # fmt: skip
        self.customers: RecordBrowser[ReportTotal] = RecordBrowser(
            CUSTOMERS, settings, name="Totals by customer", chips=CUSTOMER_CHIPS,
            placeholder="Search customers", empty=EMPTY, ticks=False,
        )  # fmt: skip
        newest_first(self.customers.table, settings, "difference")
        sorted_by(self.browser.table, settings, "finding")  # what is missing comes first
        self.table, self.model = self.browser.table, self.browser.model
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Month end")
        self.tabs.setDocumentMode(True)
        for browser, title in ((self.browser, "Invoices"), (self.customers, "Totals by customer")):
            browser.setContentsMargins(0, 12, 0, 0)
            self.tabs.addTab(browser, title)
        first, last = QLabel("&From"), QLabel("&to")
        first.setBuddy(self.start)
        last.setBuddy(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(
            row_of(
                Heading(self.title), first, self.start, last, self.end, None, self.read_button,
                self.save_button,
            )
        )  # fmt: skip
        column.addWidget(self.summary)
        column.addWidget(self.known)
        column.addWidget(self.tabs, 1)
        self.start.dateChanged.connect(self.compare)
        self.end.dateChanged.connect(self.compare)
        self.table.activated_row.connect(self._open)
        self.save_action = QAction("Save as…", self)
        self.save_action.triggered.connect(lambda: self.save())
        keep_icon(self.save_action, "export")
        self.save_button.setEnabled(False)

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.invoices or changes.workspace

    def refresh(self, changes: ChangeSet | None) -> None:
        self.compare()

    def page_actions(self) -> list[QAction]:
        return [self.save_action]

    def leaving(self) -> None:
        self.table.save_layout()
        self.customers.table.save_layout()

    # --- What a person can do ----------------------------------------------------------------

    def compare(self) -> None:
        """Make the report anew, off the window's thread; the last one asked for is shown."""
        self._asked += 1
        asked, (start, end) = self._asked, self._period()
        documents = self.shell.services.documents

        def done(report: MonthReport) -> None:
            if asked == self._asked:
                self._show(report)

        def failed(error: BridgeError) -> None:
            if asked == self._asked:
                self.report = None
                self.save_button.setEnabled(False)
                self.summary.setText(f"{error.message} {error.advice}")

        self.shell.tasks.run(
            lambda progress: documents.month_report(start, end, progress),
            title="Compare the period",
            on_success=done,
            on_failure=failed,
            quiet=True,
        )

    def read_books(self) -> None:
        """Read the period's documents from QuickBooks, after telling what it costs."""
        start, end = self._period()
        documents = self.shell.services.documents
        messages.confirm(
            self,
            title="Read the period from QuickBooks?",
            text=f"All invoices and credit memos of {date_text(start)} to {date_text(end)}, "
            "whoever made them. It takes about two metered reads, and one more for each further "
            "thousand documents.",
            action="Read",
            on_confirm=lambda: self.shell.tasks.run(
                lambda progress: documents.read_books(start, end, progress),
                title="Read the period's documents",
                on_success=self.shell.publish,
                exclusive="quickbooks",
            ),
        )

    def save(self) -> None:
        """Ask where, then write the report that is shown as PDF or spreadsheet."""
        report = self.report
        if report is None:
            return
        files.ask_save(
            self,
            self.shell.services.settings,
            title="Save the month-end report",
            name=f"Month end {report.start} to {report.end}.pdf",
            filters=FILES,
            on_file=lambda file: self.write(report, file),
        )

    def write(self, report: MonthReport, file: Path) -> None:
        """Write *report* by the ending of *file*, off the window's thread."""
        documents = self.shell.services.documents

        def work(progress: Progress) -> str:
            if file.suffix.lower() != ".pdf":
                written: Exported = documents.export_report(report, file, progress)
                return written.text
            title = f"Month end – {report.company}"
            html = documents.report_html(report)
            paper = QPageSize(usual_paper())
            pages = write_pdf(html, file, paper, title, progress, landscape=True)
            return f"Saved {pages:,} page{'' if pages == 1 else 's'} as {file.name}"

        def done(text: str) -> None:
            messages.show_notice(
                self, "good", "The report is saved", text, seconds=12,
                choices=(messages.Choice("Open it", lambda: files.show(file)),),
            )  # fmt: skip

        self.shell.tasks.run(work, title="Save the report", on_success=done, exclusive="file")

    # --- What is shown -----------------------------------------------------------------------

    def _show(self, report: MonthReport) -> None:
        self.report = report
        self.browser.set_records(report.rows)
        self.customers.set_records(report.customers)
        self.summary.setText(totals_text(report.totals))
        if report.books_read_at is not None:
            known = f"QuickBooks' documents as read {instant_text(report.books_read_at)}."
        else:
            known = (
                "Of QuickBooks, only documents that were sent from here are known: read the "
                "period to see all of them."
            )
        self.known.setText(known)
        self.save_button.setEnabled(True)

    def _open(self, identity: str) -> None:
        row = self.model.record(identity)
        if row is not None and row.invoice_id:
            self.shell.go("invoices", row.invoice_id)

    def _period(self) -> tuple[date, date]:
        start, end = self.start.date(), self.end.date()
        return (
            date(start.year(), start.month(), start.day()),
            date(end.year(), end.month(), end.day()),
        )


def _day(name: str, day: date) -> QDateEdit:
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setAccessibleName(name)
    field.setCalendarPopup(True)
    field.setDisplayFormat("d MMM yyyy")
    return field
