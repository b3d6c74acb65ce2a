"""What a workspace says about making documents, and what is known of the books besides."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.document_choices import STANDARD, DocumentChoices, Track, Tracked


class Subject(StrEnum):
    """What a person can confirm; stored."""

    AGREEMENT_UPDATED = "agreement-updated"
    CREDIT_MEMO = "credit-memo"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Something a person said about an agreement or an invoice, or took back (made False).

    detail: what it was said about: the total of the invoice, for a credit memo.
    """

    subject: Subject
    subject_id: str
    made: bool
    who: str
    when: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BooksDocument:
    """An invoice or credit memo as it stands in QuickBooks, whoever made it."""

    entity: str  # "Invoice" or "CreditMemo"
    id: str
    number: str
    day: date | None
    customer_id: str
    customer_name: str
    currency: str
    total: Decimal
    tax: Decimal
    note: str = ""  # PrivateNote

    @property
    def voided(self) -> bool:
        """QuickBooks keeps a voided document with zeros and this word (sheet 3.8)."""
        return not self.total and "Voided" in self.note


@dataclass(frozen=True, slots=True)
class BooksRead:
    """Documents of start to end, both included, were read then."""

    start: date
    end: date
    read_at: datetime


@dataclass(frozen=True)
class Handling:
    """credit_totals: invoice id to the total for which a credit memo was approved. updated: the
    agreements that were marked as updated. tracked: classes and locations by id; a list that was
    never read is missing. rates: home units for one unit of a currency on a day.
    """

    choices: DocumentChoices = STANDARD
    credit_totals: MappingOf[str, Decimal] = field(default_factory=dict)
    updated: frozenset[str] = frozenset()
    tracked: MappingOf[Track, MappingOf[str, Tracked]] = field(default_factory=dict)
    rates: MappingOf[tuple[str, date], Decimal] = field(default_factory=dict)
    books: tuple[BooksDocument, ...] = ()
    reads: tuple[BooksRead, ...] = ()


PLAIN = Handling()
