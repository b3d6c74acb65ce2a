"""Documents, the rehearsal of a whole run and the month-end report, for the window.

The rules of :mod:`desktop_app.services.api` hold: a method with a ``progress`` goes online or takes
long and is run off the window's thread; every other one is short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop_app.domain.document_choices import DocumentChoices
from desktop_app.domain.records import ChangeSet, Document, Invoice, InvoiceLine, TaxCode
from desktop_app.domain.report import MonthReport
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import PreflightGroup
from desktop_app.services.api_sending import SendPlan

__all__ = [
    "DocumentService",
    "DocumentView",
    "Exported",
    "LinePair",
    "Outcome",
    "RunRehearsal",
    "RunRow",
    "RunTotal",
    "SumPair",
]


@dataclass(frozen=True, slots=True)
class LinePair:
    """One line of the invoice beside what it becomes. ours None: a line that only the document
    has (a discount). theirs fields are "" or None where that side has nothing.

    detail: "1 x 120, tax TAX, class Services"; changed: what was adapted, in words; account: where
    the item posts to.
    """

    ours: InvoiceLine | None
    item_text: str
    description: str
    amount: Decimal | None
    detail: str = ""
    changed: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class SumPair:
    """One sum of both sides; None where a side does not tell it. theirs has the signs of the
    document: those of a credit memo are turned."""

    name: str
    ours: Decimal
    theirs: Decimal | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class DocumentView:
    """An invoice and its document, side by side.

    document: None while the invoice cannot go. headers: (name, in NinjaOne, in the document).
    sums: lines, discount, tax and total; theirs as QuickBooks is expected to come to, or as it
    answered. text: the exact JSON, indented. sent: whether it shows what was sent, instead of what
    would be.
    """

    invoice: Invoice
    document: Document | None
    headers: tuple[tuple[str, str, str], ...]
    lines: tuple[LinePair, ...]
    text: str
    notes: tuple[str, ...]
    sent: bool = False
    sums: tuple[SumPair, ...] = ()


class Outcome(StrEnum):
    """What a run would do with an invoice."""

    GOES = "Would be sent"
    CARRIER = "After its carrier item"  # sent, too, once the question about it is answered
    STAYS = "Would not go"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One invoice of a rehearsal. document: of GOES only; reasons say why there is none.

    expected: what QuickBooks is expected to come to, with the invoice's sign; None where
    QuickBooks alone decides the tax, and for what stays. exact: False where QuickBooks may come to
    another tax than is expected.
    """

    row: InvoiceRow
    outcome: Outcome
    document: Document | None = None
    reasons: tuple[str, ...] = ()
    expected: Decimal | None = None
    exact: bool = True

    @property
    def difference(self) -> Decimal | None:
        """QuickBooks' expected total less NinjaOne's; None where it cannot be told."""
        return None if self.expected is None else self.expected - self.row.invoice.total


@dataclass(frozen=True, slots=True)
class RunTotal:
    """The sums of one currency; a credit memo counts negative.

    ninjaone, quickbooks: of what would be sent, as NinjaOne has it and as QuickBooks is expected to
    come to (NinjaOne's where that cannot be told). blocked: NinjaOne's, of what would not go.
    """

    currency: str
    ninjaone: Decimal = Decimal(0)
    quickbooks: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.quickbooks - self.ninjaone


@dataclass(frozen=True, slots=True)
class RunRehearsal:
    """A whole run with nothing sent. totals: by currency. causes: what stands in the way of the
    chosen ones, the costly ones first. plan: of what would be sent without a question."""

    rows: tuple[RunRow, ...]
    totals: tuple[RunTotal, ...]
    causes: tuple[PreflightGroup, ...]
    plan: SendPlan
    text: str

    def count(self, *outcomes: Outcome) -> int:
        return sum(row.outcome in outcomes for row in self.rows)

    @property
    def going(self) -> int:
        return self.count(Outcome.GOES)

    @property
    def differing(self) -> int:
        """How many are expected to come to another total."""
        return sum(bool(row.difference) for row in self.rows)

    @property
    def uncertain(self) -> int:
        """How many have a tax that QuickBooks decides itself."""
        return sum(not row.exact for row in self.rows)


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: int
    text: str


class DocumentService(Protocol):
    # --- Choices ---

    def choices(self) -> DocumentChoices: ...

    def choose(self, choices: DocumentChoices) -> ChangeSet:
        """Raises RuleError for a new discount item or tax code that cannot be used."""
        ...

    def tax_codes(self) -> tuple[TaxCode, ...]:
        """Those that a line may name, by name; () where QuickBooks names the tax on the whole
        document (the United States)."""
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
