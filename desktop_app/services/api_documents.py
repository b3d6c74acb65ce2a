"""Documents, the rehearsal of a whole run and the month-end report, for the window.

The rules of :mod:`desktop_app.services.api` hold: a method with a ``progress`` goes online or takes
long and is run off the window's thread; every other one is short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from desktop_app.domain.document_choices import DocumentChoices, Track, Tracked
from desktop_app.domain.records import ChangeSet, Document, Invoice, InvoiceLine
from desktop_app.domain.report import MonthReport
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import Amounts

__all__ = [
    "CallPlan",
    "DocumentService",
    "DocumentView",
    "Exported",
    "LinePair",
    "RunRehearsal",
    "RunRow",
]


@dataclass(frozen=True, slots=True)
class LinePair:
    """One line of the invoice beside what it becomes. ours None: a line that only the document
    has (a discount). theirs fields are "" or None where that side has nothing.

    detail: "Qty 1 x 120.00, tax TAX, class Services"; changed: what was adapted, in words.
    """

    ours: InvoiceLine | None
    item_text: str
    description: str
    amount: Decimal | None
    detail: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """An invoice and its document, side by side.

    document: None while the invoice cannot go. headers: (name, in NinjaOne, in the document).
    text: the exact JSON, indented. sent: whether it shows what was sent, instead of what would be.
    """

    invoice: Invoice
    document: Document | None
    headers: tuple[tuple[str, str, str], ...]
    lines: tuple[LinePair, ...]
    text: str
    notes: tuple[str, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What a run will ask of the services at best. seconds: at the published limits.

    writes: creates, which are not metered. reads: metered reads of QuickBooks. ninjaone: details
    read again before sending.
    """

    writes: int
    reads: int
    ninjaone: int
    seconds: Decimal

    @property
    def calls(self) -> int:
        return self.writes + self.reads + self.ninjaone


@dataclass(frozen=True, slots=True)
class RunRow:
    """One invoice of a rehearsal. document: None when it would not go; reasons say why.

    difference: what QuickBooks' total is expected to be off NinjaOne's, 0 for none, None where
    QuickBooks alone decides the tax.
    """

    row: InvoiceRow
    document: Document | None
    reasons: tuple[str, ...]
    difference: Decimal | None = Decimal(0)


@dataclass(frozen=True, slots=True)
class RunRehearsal:
    """A whole run with nothing sent. ninjaone, quickbooks: the totals of what would go, by
    currency, as NinjaOne has them and as QuickBooks is expected to have them (a credit memo counts
    negative). blocked: what would not go."""

    rows: tuple[RunRow, ...]
    ninjaone: Amounts
    quickbooks: Amounts
    blocked: Amounts
    plan: CallPlan
    text: str

    @property
    def going(self) -> int:
        return sum(row.document is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: int
    text: str


class DocumentService(Protocol):
    # --- Choices ---

    def choices(self) -> DocumentChoices: ...

    def choose(self, choices: DocumentChoices) -> ChangeSet:
        """Raises RuleError for a discount item, tax code, class or location that cannot be used."""
        ...

    def tracked(self, track: Track) -> tuple[Tracked, ...]:
        """Classes or locations as last read, by name; () when they never were."""
        ...

    def read_tracked(self, progress: Progress) -> ChangeSet:
        """Read classes and locations from QuickBooks (about two metered reads each)."""
        ...

    # --- One document ---

    def view(self, invoice_id: str) -> DocumentView: ...

    # --- A whole run ---

    def rehearse(self, invoice_ids: list[str], progress: Progress) -> RunRehearsal: ...

    def export_rehearsal(self, rehearsal: RunRehearsal, path: Path, progress: Progress) -> Exported:
        """As .xlsx or .csv, by the ending of *path*. Raises StorageError, RuleError (ending)."""
        ...

    # --- Month end ---

    def month_report(self, start: date, end: date, progress: Progress) -> MonthReport:
        """From local data, both days included, by the date of the invoice."""
        ...

    def read_books(self, start: date, end: date, progress: Progress) -> ChangeSet:
        """Read the period's invoices and credit memos from QuickBooks, so that the report and the
        preflight know documents that were not sent from here. Few metered reads (one a thousand
        documents, and two counts)."""
        ...

    def export_report(self, report: MonthReport, path: Path, progress: Progress) -> Exported:
        """As .xlsx or .html, by the ending of *path* (the window prints the HTML as PDF)."""
        ...

    def report_html(self, report: MonthReport) -> str: ...
