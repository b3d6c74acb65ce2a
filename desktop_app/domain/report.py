"""The month-end report: what NinjaOne approved against what QuickBooks has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.money import ZERO


class Finding(StrEnum):
    """Where an invoice stands; the word is what the screen shows."""

    MISSING = "Approved, not in QuickBooks"
    UNEXPECTED = "In QuickBooks, not approved"
    DIFFERENT = "In both, different"
    EQUAL = "In both, equal"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One invoice or document. A side that has nothing has "" and None.

    why: why it is missing, unexpected or different, in words. by_us: whether this program sent it;
    None where it is not in QuickBooks.
    """

    finding: Finding
    customer: str
    currency: str
    day: date | None
    invoice_id: str = ""
    number: str = ""
    ninjaone_total: Decimal | None = None
    entity: str = ""
    qbo_id: str = ""
    doc_number: str = ""
    quickbooks_total: Decimal | None = None
    why: str = ""
    by_us: bool | None = None

    @property
    def difference(self) -> Decimal:
        """QuickBooks less NinjaOne."""
        return (self.quickbooks_total or ZERO) - (self.ninjaone_total or ZERO)


@dataclass(frozen=True, slots=True)
class ReportTotal:
    """Of one customer ("" for all) in one currency. counts and amounts by finding: amounts as
    NinjaOne has them, but QuickBooks' for UNEXPECTED."""

    customer: str
    currency: str
    ninjaone: Decimal
    quickbooks: Decimal
    counts: tuple[tuple[Finding, int], ...]

    @property
    def difference(self) -> Decimal:
        return self.quickbooks - self.ninjaone


@dataclass(frozen=True, slots=True)
class MonthReport:
    """start, end: both included. rows: by finding in its order, then customer and number.

    books_read_at: when the period's documents were last read from QuickBooks; None when the
    report knows of those only that were sent from here.
    """

    start: date
    end: date
    company: str
    made_at: datetime
    rows: tuple[ReportRow, ...]
    customers: tuple[ReportTotal, ...]
    totals: tuple[ReportTotal, ...]
    books_read_at: datetime | None = None

    def of(self, finding: Finding) -> tuple[ReportRow, ...]:
        return tuple(row for row in self.rows if row.finding is finding)
