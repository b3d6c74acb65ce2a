"""What a person said about pairs of records (the port PairMemory)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import RememberedPair, Verdict
from desktop_app.storage import models
from desktop_app.storage.codec import instant_text
from desktop_app.storage.database import Database, upsert

_KEY = ("workspace_id", "kind", "source_id", "target_id")
_INSERT = upsert(
    "remembered_pairs",
    (*_KEY, "source_name", "target_name", "verdict", "who", "decided_at"),
    _KEY,
)


class SqlPairMemory:
    """The port PairMemory; what was read stays in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.RLock()
        self._known: dict[tuple[int, Kind], tuple[RememberedPair, ...]] = {}

    def all(self, workspace_id: int, kind: Kind) -> tuple[RememberedPair, ...]:
        known = self._known.get((workspace_id, kind))
        if known is not None:
            return known
        table = models.RememberedPair
        query = table.select(
            table.source_id, table.source_name, table.target_id, table.target_name, table.verdict
        ).where((table.workspace_id == workspace_id) & (table.kind == kind.value))
        with self._guard:
            found = tuple(
                RememberedPair(kind, source_id, source, target_id, target, Verdict(verdict))
                for source_id, source, target_id, target, verdict in self._database.rows(query)
            )
            self._known[workspace_id, kind] = found
            return found

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: nothing is saved, and what was read before
        is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._known.clear()

    def remember(
        self, workspace_id: int, pairs: Iterable[RememberedPair], who: str, when: datetime
    ) -> None:
        rows = [
            (workspace_id, p.kind.value, p.source_id, p.target_id, p.source_name, p.target_name,
             p.verdict.value, who, instant_text(when))
            for p in pairs
        ]  # fmt: skip
        if rows:
            with self._guard:
                with self._database.writing():
                    self._database.run_many(_INSERT, rows)
                self._known.clear()

    def forget(self, workspace_id: int, pairs: Iterable[RememberedPair]) -> None:
        keys = [(workspace_id, p.kind.value, p.source_id, p.target_id) for p in pairs]
        if keys:
            with self._guard:
                with self._database.writing():
                    self._database.run_many(
                        "DELETE FROM remembered_pairs WHERE workspace_id = ? AND kind = ?"
                        " AND source_id = ? AND target_id = ?",
                        keys,
                    )
                self._known.clear()
