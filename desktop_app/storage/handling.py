"""Confirmations, exchange rates and the books as last read (the port HandlingStore)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from datetime import date
from decimal import Decimal
from typing import Any

from desktop_app.domain.handling import BooksDocument, BooksRead, Confirmation, Subject
from desktop_app.storage import handling_models as tables
from desktop_app.storage.codec import amount_text
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.handling_models import BOOKS_DOCUMENT, BOOKS_READ, CONFIRMATION
from desktop_app.storage.models import columns

_RATE = upsert(
    "exchange_rates",
    ("workspace_id", "currency", "day", "rate"),
    ("workspace_id", "currency", "day"),
)
_PUT = upsert(
    "books_documents",
    ("workspace_id", *BOOKS_DOCUMENT.columns),
    ("workspace_id", "entity", "id"),
)


class SqlHandlingStore:
    """The port HandlingStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def confirmations(self, workspace_id: int) -> tuple[Confirmation, ...]:
        return self._confirmations(tables.Confirmation.workspace_id == workspace_id)

    def history(
        self, workspace_id: int, subject: Subject, subject_id: str
    ) -> tuple[Confirmation, ...]:
        table = tables.Confirmation
        return self._confirmations(
            (table.workspace_id == workspace_id)
            & (table.subject == subject.value)
            & (table.subject_id == subject_id)
        )

    def _confirmations(self, where: Any) -> tuple[Confirmation, ...]:
        table = tables.Confirmation
        query = table.select(*columns(table, CONFIRMATION)).where(where).order_by(table.sequence)
        return tuple(CONFIRMATION.decode(self._database.rows(query)))

    def confirm(self, workspace_id: int, confirmation: Confirmation) -> None:
        values = CONFIRMATION.encode_one(confirmation)
        with self._database.writing():
            self._database.insert(tables.Confirmation.insert(workspace_id=workspace_id, **values))

    def rates(self, workspace_id: int) -> MappingOf[tuple[str, date], Decimal]:
        table = tables.ExchangeRate
        query = table.select(table.currency, table.day, table.rate)
        rows = self._database.rows(query.where(table.workspace_id == workspace_id))
        return {(code, date.fromisoformat(day)): Decimal(rate) for code, day, rate in rows}

    def put_rate(self, workspace_id: int, currency: str, day: date, rate: Decimal) -> None:
        with self._database.writing():
            self._database.run(_RATE, (workspace_id, currency, day.isoformat(), amount_text(rate)))

    def books(self, workspace_id: int) -> tuple[BooksDocument, ...]:
        table = tables.BooksDocument
        query = table.select(*columns(table, BOOKS_DOCUMENT))
        rows = self._database.rows(query.where(table.workspace_id == workspace_id))
        return tuple(BOOKS_DOCUMENT.decode(rows))

    def reads(self, workspace_id: int) -> tuple[BooksRead, ...]:
        table = tables.BooksRead
        query = table.select(*columns(table, BOOKS_READ)).order_by(table.sequence)
        rows = self._database.rows(query.where(table.workspace_id == workspace_id))
        return tuple(BOOKS_READ.decode(rows))

    def put_books(
        self, workspace_id: int, read: BooksRead, documents: Iterable[BooksDocument]
    ) -> None:
        rows = [(workspace_id, *row) for row in BOOKS_DOCUMENT.encode(list(documents))]
        table = tables.BooksDocument
        gone = table.delete().where(
            (table.workspace_id == workspace_id)
            & (table.day >= read.start.isoformat())
            & (table.day <= read.end.isoformat())
        )
        values = BOOKS_READ.encode_one(read)
        with self._database.writing():
            self._database.run(gone)
            if rows:
                self._database.run_many(_PUT, rows)
            self._database.insert(tables.BooksRead.insert(workspace_id=workspace_id, **values))
