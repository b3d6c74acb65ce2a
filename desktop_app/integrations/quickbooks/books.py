"""Reads what documents refer to and what the books hold: exchange rates, classes, locations, and
the invoices and credit memos of a period, whoever made them.

Source: QuickBooks sheet 4.4, 4.5, 4.7 and 4.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.handling import BooksDocument
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.client import Client
from desktop_app.integrations.quickbooks.faults import unreadable
from desktop_app.integrations.quickbooks.lists import ALL, whole_list
from desktop_app.progress import Progress

ENTITIES = ("Invoice", "CreditMemo")
TRACKED = {Track.CLASS: "Class", Track.LOCATION: "Department"}


class BooksReads:
    """The part BooksApi of the port QuickBooksApi."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def exchange_rate(self, currency: str, day: date, progress: Progress) -> Decimal:
        params = {"sourcecurrencycode": currency, "asofdate": day.isoformat()}
        envelope = self._client.read("exchangerate", progress, params)
        rate = decode.number(envelope.part("ExchangeRate"), "Rate")
        if rate is None or rate <= 0:
            raise unreadable("Rate", envelope.reference)
        return rate

    def tracked(self, track: Track, progress: Progress) -> tuple[Tracked, ...]:
        label = f"{track.noun.title()}s"
        rows = whole_list(self._client, TRACKED[track], ALL, label, progress)
        return tuple(tracked_of(track, row) for row in rows)

    def books(self, start: date, end: date, progress: Progress) -> tuple[BooksDocument, ...]:
        where = f"TxnDate >= '{start.isoformat()}' AND TxnDate <= '{end.isoformat()}'"
        return tuple(
            _document(entity, row)
            for entity in ENTITIES
            for row in whole_list(self._client, entity, where, f"{entity}s", progress)
        )


def tracked_of(track: Track, row: Mapping[str, Any]) -> Tracked:
    return Tracked(
        track,
        decode.record_id(row),
        decode.text(row, "FullyQualifiedName") or decode.text(row, "Name"),
        decode.flag(row, "Active", default=True),
    )


def _document(entity: str, row: Mapping[str, Any]) -> BooksDocument:
    known = decode.document(row, "")
    return BooksDocument(
        entity=entity,
        id=known.id,
        number=known.doc_number,
        day=decode.day(row, "TxnDate"),
        customer_id=known.customer_id,
        customer_name=decode.text(row, "CustomerRef", "name"),
        currency=decode.text(row, "CurrencyRef", "value"),
        total=known.total,
        tax=known.total_tax,
        note=known.private_note,
    )
