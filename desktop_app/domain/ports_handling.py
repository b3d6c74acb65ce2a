"""What the making of documents needs from the store: confirmations, rates and the books as read."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from datetime import date
from decimal import Decimal
from typing import Protocol

from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.handling import BooksDocument, BooksRead, Confirmation, Subject
from desktop_app.progress import Progress


class BooksApi(Protocol):
    """The part of QuickBooksApi that reads what documents refer to, and what the books hold."""

    def exchange_rate(self, currency: str, day: date, progress: Progress) -> Decimal:
        """Home units for one unit of *currency* on *day*; one metered read."""
        ...

    def tracked(self, track: Track, progress: Progress) -> tuple[Tracked, ...]:
        """All classes or locations, inactive ones too."""
        ...

    def books(self, start: date, end: date, progress: Progress) -> tuple[BooksDocument, ...]:
        """Every invoice and credit memo dated within the two days, whoever made it."""
        ...


class HandlingStore(Protocol):
    def confirmations(self, workspace_id: int) -> tuple[Confirmation, ...]:
        """All ever made, oldest first: the last one of a subject counts."""
        ...

    def confirm(self, workspace_id: int, confirmation: Confirmation) -> None:
        """Append; nothing is ever erased."""
        ...

    def history(
        self, workspace_id: int, subject: Subject, subject_id: str
    ) -> tuple[Confirmation, ...]: ...

    def rates(self, workspace_id: int) -> MappingOf[tuple[str, date], Decimal]:
        """Home units for one unit of a currency on a day."""
        ...

    def put_rate(self, workspace_id: int, currency: str, day: date, rate: Decimal) -> None: ...

    def books(self, workspace_id: int) -> tuple[BooksDocument, ...]:
        """Documents of QuickBooks as last read, whoever made them."""
        ...

    def reads(self, workspace_id: int) -> tuple[BooksRead, ...]:
        """Which periods were read, oldest reading first."""
        ...

    def put_books(
        self, workspace_id: int, read: BooksRead, documents: Iterable[BooksDocument]
    ) -> None:
        """Everything of the period is replaced by *documents*, in one transaction."""
        ...
