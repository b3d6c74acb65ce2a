"""The last catalogue of each workspace: sources, targets and the small lists.

What was read stays in memory, so that a screen asks for twenty thousand rows without waiting. An
update is compared with it first and writes only what changed, in one transaction; the database is
held up for those rows alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    CatalogueUpdate,
    Company,
    Invoice,
    Source,
    Target,
    TaxCode,
    Term,
)
from desktop_app.storage import models
from desktop_app.storage.codec import Codec, Row, instant_text
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.invoices import InvoiceTable, StoredInvoices, newest_first
from desktop_app.storage.models import AGREEMENT, COMPANY, SOURCE, TARGET, TAX_CODE, TERM

T = TypeVar("T")
S = TypeVar("S", Source, Target)

_KEY = ("workspace_id", "kind", "id")
_PUT_SOURCE = upsert("sources", ("workspace_id", *SOURCE.columns, "removed_at"), _KEY)
_PUT_TARGET = upsert("targets", ("workspace_id", *TARGET.columns, "removed_at"), _KEY)
_REMOVE = "SET removed_at = ? WHERE workspace_id = ? AND kind = ? AND id = ?"
_REMOVE_SOURCE = f"UPDATE sources {_REMOVE}"
_REMOVE_TARGET = f"UPDATE targets {_REMOVE}"
_PUT_COMPANY = upsert("companies", ("workspace_id", *COMPANY.columns), ("workspace_id",))


class SqlCatalogueStore:
    """The port CatalogueStore. Reads come from memory after the first one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._invoices = InvoiceTable(database)
        self._changing = threading.RLock()  # one change of the catalogue at a time
        self._memory = _Memory()

    # --- changing ---

    def apply(
        self,
        workspace_id: int,
        update: CatalogueUpdate,
        beside: Callable[[], None] | None = None,
    ) -> None:
        """One transaction: all of it, and what *beside* writes, or nothing. Also
        notes the moments of the refresh (refreshed_at, quickbooks_checkpoint) on the workspace."""
        with self._changing:
            sources = [
                _difference(
                    self.sources(workspace_id, kind),
                    [source for source in update.sources if source.kind is kind],
                    whole=True,
                )
                for kind in Kind
            ]
            targets = [
                _difference(self.targets(workspace_id, each.kind), each.targets, each.complete)
                for each in update.targets
            ]
            source_rows = [SOURCE.encode(changed) for changed, _ in sources]
            target_rows = [TARGET.encode(changed) for changed, _ in targets]
            invoices = self._invoices.prepare(self._stored_invoices(workspace_id), update.invoices)
            now = instant_text(update.fetched_at)
            database = self._database
            with database.writing():
                for rows, (_, gone) in zip(source_rows, sources, strict=True):
                    self._write(workspace_id, _PUT_SOURCE, _REMOVE_SOURCE, rows, gone, now)
                for rows, (_, past) in zip(target_rows, targets, strict=True):
                    self._write(workspace_id, _PUT_TARGET, _REMOVE_TARGET, rows, past, now)
                self._invoices.write(workspace_id, invoices, now)
                self._replace(workspace_id, models.Agreement, AGREEMENT, update.agreements)
                self._replace(workspace_id, models.Term, TERM, update.terms)
                self._replace(workspace_id, models.TaxCode, TAX_CODE, update.tax_codes)
                company = COMPANY.encode([update.company])[0]
                database.run(_PUT_COMPANY, (workspace_id, *company))
                self._note(workspace_id, update.fetched_at, update.checkpoint)
                if beside is not None:
                    beside()
            for kind, (changed, gone) in zip(Kind, sources, strict=True):
                if changed or gone:
                    self._memory.forget(workspace_id, "sources", kind)
            for each, (new, past) in zip(update.targets, targets, strict=True):
                if new or past:
                    self._memory.forget(workspace_id, "targets", each.kind)
            if invoices.rows or invoices.vanished:
                self._memory.forget(workspace_id, "invoices")
            for model in (models.Agreement, models.Term, models.TaxCode, models.Company):
                self._memory.forget(workspace_id, model.__name__)
            self.warm(workspace_id)

    def put_target(self, workspace_id: int, target: Target) -> None:
        with self._changing:
            with self._database.writing():
                row = TARGET.encode([target])[0]
                self._database.run(_PUT_TARGET, (workspace_id, *row, None))
            self._memory.forget(workspace_id, "targets", target.kind)

    def put_invoices(self, workspace_id: int, invoices: Sequence[Invoice]) -> None:
        """Add or replace these (details just read); the others stay as they are."""
        with self._changing:
            known = self._stored_invoices(workspace_id)
            change = self._invoices.prepare(known, invoices, whole=False)
            with self._database.writing():
                self._invoices.write(workspace_id, change, "")
            self._memory.forget(workspace_id, "invoices")

    def warm(self, workspace_id: int) -> None:
        """Read everything into memory now; for a worker, before a screen asks."""
        for kind in Kind:
            self.sources(workspace_id, kind)
            self.targets(workspace_id, kind)
        self._stored_invoices(workspace_id)
        self.agreements(workspace_id)

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: no change is made, and what was read before
        is forgotten."""
        with self._changing:
            try:
                yield
            finally:
                self._memory.forget()

    # --- reading ---

    def sources(self, workspace_id: int, kind: Kind) -> tuple[Source, ...]:
        """By name."""
        return self._memory.get(
            (workspace_id, "sources", kind),
            lambda: self._list(workspace_id, models.Source, SOURCE, kind, models.Source.name),
        )

    def targets(self, workspace_id: int, kind: Kind) -> tuple[Target, ...]:
        """All, inactive and subordinate ones too, by full name."""
        return self._memory.get(
            (workspace_id, "targets", kind),
            lambda: self._list(workspace_id, models.Target, TARGET, kind, models.Target.full_name),
        )

    def company(self, workspace_id: int) -> Company | None:
        found = self._small(workspace_id, models.Company, COMPANY)
        return found[0] if found else None

    def terms(self, workspace_id: int) -> tuple[Term, ...]:
        return self._small(workspace_id, models.Term, TERM)

    def tax_codes(self, workspace_id: int) -> tuple[TaxCode, ...]:
        return self._small(workspace_id, models.TaxCode, TAX_CODE)

    def agreements(self, workspace_id: int) -> tuple[Agreement, ...]:
        return self._small(workspace_id, models.Agreement, AGREEMENT)

    def invoices(self, workspace_id: int) -> tuple[Invoice, ...]:
        """All, newest first, with lines where they are known; also those that have vanished from
        NinjaOne after they were sent."""
        stored = self._stored_invoices(workspace_id)
        if not stored.vanished:
            return stored.present
        sent = self._invoices.sent(workspace_id)
        kept = [invoice for invoice in stored.vanished if invoice.id in sent]
        return newest_first((*stored.present, *kept)) if kept else stored.present

    def invoice(self, workspace_id: int, invoice_id: str) -> Invoice | None:
        stored = self._stored_invoices(workspace_id)
        found = stored.by_id.get(invoice_id)
        if found is not None:
            return found
        gone = next((each for each in stored.vanished if each.id == invoice_id), None)
        return gone if gone and invoice_id in self._invoices.sent(workspace_id) else None

    # --- inside ---

    def _stored_invoices(self, workspace_id: int) -> StoredInvoices:
        return self._memory.get(
            (workspace_id, "invoices"), lambda: self._invoices.read(workspace_id)
        )

    def _list(self, workspace_id: int, model: Any, codec: Codec[T], kind: Kind, name: Any) -> Any:
        query = model.select(*models.columns(model, codec)).where(
            (model.workspace_id == workspace_id)
            & (model.kind == kind.value)
            & model.removed_at.is_null()
        )
        ordered = query.order_by(name.collate("NOCASE"), model.id)
        return tuple(codec.decode(self._database.rows(ordered)))

    def _small(self, workspace_id: int, model: Any, codec: Codec[T]) -> tuple[T, ...]:
        def read() -> tuple[T, ...]:
            query = model.select(*models.columns(model, codec)).order_by(model.name)
            rows = self._database.rows(query.where(model.workspace_id == workspace_id))
            return tuple(codec.decode(rows))

        return self._memory.get((workspace_id, model.__name__), read)

    def _write(
        self,
        workspace_id: int,
        put: str,
        remove: str,
        rows: list[Row],
        vanished: Sequence[Source | Target],
        now: str,
    ) -> None:
        self._database.run_many(put, [(workspace_id, *row, None) for row in rows])
        self._database.run_many(
            remove, [(now, workspace_id, each.kind.value, each.id) for each in vanished]
        )

    def _replace(self, workspace_id: int, model: Any, codec: Codec[T], wanted: Sequence[T]) -> None:
        """A small list as a whole."""
        key = ("workspace_id", "id")
        put = upsert(model._meta.table_name, ("workspace_id", *codec.columns), key)
        self._database.run(model.delete().where(model.workspace_id == workspace_id))
        self._database.run_many(put, [(workspace_id, *row) for row in codec.encode(wanted)])

    def _note(self, workspace_id: int, fetched_at: datetime, checkpoint: datetime) -> None:
        table = models.Workspace
        self._database.run(
            table.update(
                refreshed_at=instant_text(fetched_at),
                quickbooks_checkpoint=instant_text(checkpoint),
            ).where(table.id == workspace_id)
        )


def _difference(known: Iterable[S], new: Sequence[S], whole: bool) -> tuple[list[S], list[S]]:
    """Records to write, and those to mark as removed: none where *new* is not the whole list."""
    before = {record.id: record for record in known}
    changed = [record for record in new if before.get(record.id) != record]
    if not whole:
        return changed, []
    for record in new:
        before.pop(record.id, None)
    return changed, list(before.values())


class _Memory:
    """What was read, by key. A value read while it was being changed is not kept."""

    def __init__(self) -> None:
        self._values: dict[tuple[Hashable, ...], Any] = {}
        self._guard = threading.Lock()
        self._changes = 0

    def get(self, key: tuple[Hashable, ...], read: Callable[[], T]) -> T:
        with self._guard:
            if key in self._values:
                return cast(T, self._values[key])
            changes = self._changes
        value = read()
        with self._guard:
            if changes == self._changes:
                self._values[key] = value
        return value

    def forget(self, *beginning: Hashable) -> None:
        """Drop every value whose key begins like this."""
        size = len(beginning)
        with self._guard:
            self._changes += 1
            for key in [key for key in self._values if key[:size] == beginning]:
                del self._values[key]
