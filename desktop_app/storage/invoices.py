"""NinjaOne's invoices in the database: list rows, and lines where the detail was read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from desktop_app.domain.records import Invoice, InvoiceLine, PushState
from desktop_app.storage import models
from desktop_app.storage.codec import Row
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.models import INVOICE, LINE

_PUT = upsert(
    "invoices",
    ("workspace_id", *INVOICE.columns, "lines_known", "removed_at"),
    ("workspace_id", "id"),
)
_PUT_LINE = upsert(
    "invoice_lines",
    ("workspace_id", "invoice_id", "position", *LINE.columns),
    ("workspace_id", "invoice_id", "position"),
)
_DROP_LINES = "DELETE FROM invoice_lines WHERE workspace_id = ? AND invoice_id = ?"
_REMOVE = "UPDATE invoices SET removed_at = ? WHERE workspace_id = ? AND id = ?"

_DEFAULTS: Mapping[str, Any] = {
    field.name: field.default
    for field in dataclasses.fields(Invoice)
    if field.default is not dataclasses.MISSING
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class StoredInvoices:
    """present: newest first. vanished: no longer in NinjaOne."""

    present: tuple[Invoice, ...]
    vanished: tuple[Invoice, ...]
    by_id: Mapping[str, Invoice]  # the present ones


@dataclass(frozen=True)
class InvoiceChange:
    """Ready to be written. vanished: ids."""

    rows: Sequence[Row]
    lines: Sequence[Row]
    redone: Sequence[str]  # whose stored lines go first
    vanished: Sequence[str]


class InvoiceTable:
    """Reads and writes the two tables; transactions are the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, workspace_id: int) -> StoredInvoices:
        table = models.Invoice
        fields = [*models.columns(table, INVOICE), table.lines_known, table.removed_at]
        with self._database.reading():
            rows = self._database.rows(
                table.select(*fields).where(table.workspace_id == workspace_id)
            )
            lines = self._lines(workspace_id)
        known = (lines.get(row[0], ()) if row[-2] else None for row in rows)
        invoices = INVOICE.decode([row[:-2] for row in rows], lines=known)
        gone = {row[0] for row in rows if row[-1] is not None}
        present = newest_first(invoice for invoice in invoices if invoice.id not in gone)
        return StoredInvoices(
            present=present,
            vanished=tuple(invoice for invoice in invoices if invoice.id in gone),
            by_id={invoice.id: invoice for invoice in present},
        )

    def _lines(self, workspace_id: int) -> dict[str, tuple[InvoiceLine, ...]]:
        table = models.InvoiceLine
        query = (
            table.select(table.invoice_id, *models.columns(table, LINE))
            .where(table.workspace_id == workspace_id)
            .order_by(table.invoice_id, table.position)
        )
        rows = self._database.rows(query)
        owners = map(itemgetter(0), rows)
        pairs = zip(owners, LINE.decode([row[1:] for row in rows]), strict=True)
        return {
            owner: tuple(line for _, line in group)
            for owner, group in groupby(pairs, key=itemgetter(0))
        }

    def sent(self, workspace_id: int) -> frozenset[str]:
        """Ids of invoices that QuickBooks has or may have."""
        table = models.Push
        query = table.select(table.invoice_id).where(
            (table.workspace_id == workspace_id) & (table.state != PushState.REFUSED.value)
        )
        return frozenset(row[0] for row in self._database.rows(query))

    def prepare(
        self, stored: StoredInvoices, invoices: Sequence[Invoice], *, whole: bool = True
    ) -> InvoiceChange:
        """What must be written so that *invoices* are stored; the others vanish if *whole*."""
        merged = [_merged(stored.by_id.get(each.id), each) for each in invoices]
        changed = [each for each in merged if stored.by_id.get(each.id) != each]
        lines: list[Row] = []
        for invoice in changed:
            rows = LINE.encode(invoice.lines or ())
            lines.extend((invoice.id, position, *row) for position, row in enumerate(rows))
        rows = INVOICE.encode(changed)
        ids = {each.id for each in invoices}
        return InvoiceChange(
            rows=[
                (*row, int(each.lines is not None)) for row, each in zip(rows, changed, strict=True)
            ],
            lines=lines,
            redone=[each.id for each in changed],
            vanished=[each for each in stored.by_id if each not in ids] if whole else [],
        )

    def write(self, workspace_id: int, change: InvoiceChange, now: str) -> None:
        """Within the caller's transaction."""
        run_many = self._database.run_many
        run_many(_DROP_LINES, [(workspace_id, each) for each in change.redone])
        run_many(_PUT, [(workspace_id, *row, None) for row in change.rows])
        run_many(_PUT_LINE, [(workspace_id, *row) for row in change.lines])
        run_many(_REMOVE, [(now, workspace_id, each) for each in change.vanished])


def newest_first(invoices: Iterable[Invoice]) -> tuple[Invoice, ...]:
    """By date, then by the moment of making, then by id."""
    return tuple(
        sorted(
            invoices,
            key=lambda each: (
                each.invoice_date or date.min,
                each.created_at or _EARLIEST,
                each.id,
            ),
            reverse=True,
        )
    )


def _merged(known: Invoice | None, new: Invoice) -> Invoice:
    """A list row of an invoice that has not changed keeps what only the detail told."""
    if known is None or known.lines is None or new.lines is not None:
        return new
    if (new.status, new.total, new.updated_at) != (known.status, known.total, known.updated_at):
        return new
    told = {
        name: getattr(known, name)
        for name, default in _DEFAULTS.items()
        if getattr(new, name) == default
    }
    return dataclasses.replace(new, **told)
