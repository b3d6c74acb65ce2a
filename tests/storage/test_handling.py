from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_app.domain.handling import BooksDocument, BooksRead, Confirmation, Subject
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.handling import SqlHandlingStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(database: Database) -> SqlHandlingStore:
    SqlWorkspaceStore(database).current()
    return SqlHandlingStore(database)


def said(subject_id: str, *, made: bool = True, minutes: int = 0) -> Confirmation:
    when = NOW + timedelta(minutes=minutes)
    return Confirmation(Subject.AGREEMENT_UPDATED, subject_id, made, "ann", when, "x")


def document(identity: str, day: date | None, number: str = "N-1") -> BooksDocument:
    return BooksDocument("Invoice", identity, number, day, "58", "Acme", "USD",
                         Decimal("12.50"), Decimal("1.00"), "note")  # fmt: skip


def test_confirmations_keep_their_order_and_every_word(store: SqlHandlingStore) -> None:
    first, other, back = said("71"), said("72"), said("71", made=False, minutes=1)
    for each in (first, other, back):
        store.confirm(1, each)
    assert store.confirmations(1) == (first, other, back)
    assert store.history(1, Subject.AGREEMENT_UPDATED, "71") == (first, back)
    assert store.history(1, Subject.CREDIT_MEMO, "71") == ()


def test_confirmations_cannot_be_erased(store: SqlHandlingStore, database: Database) -> None:
    store.confirm(1, said("71"))
    for statement in ("DELETE FROM confirmations", "UPDATE confirmations SET who = 'eve'"):
        with pytest.raises(StorageError), database.writing():
            database.run(statement)
    assert len(store.confirmations(1)) == 1


def test_rates_by_currency_and_day(store: SqlHandlingStore) -> None:
    store.put_rate(1, "EUR", date(2026, 11, 2), Decimal("1.08412"))
    store.put_rate(1, "EUR", date(2026, 11, 2), Decimal("1.09"))
    assert store.rates(1) == {("EUR", date(2026, 11, 2)): Decimal("1.09")}


def test_a_period_read_again_replaces_its_documents(store: SqlHandlingStore) -> None:
    october = BooksRead(date(2026, 10, 1), date(2026, 10, 31), NOW)
    november = BooksRead(date(2026, 11, 1), date(2026, 11, 30), NOW)
    kept = document("1", date(2026, 10, 31))
    store.put_books(1, october, [kept])
    store.put_books(
        1, november, [document("2", date(2026, 11, 1)), document("3", date(2026, 11, 9))]
    )
    moved = document("3", date(2026, 11, 30), number="N-9")
    store.put_books(1, november, [moved])
    assert set(store.books(1)) == {kept, moved}
    assert store.reads(1) == (october, november, november)
