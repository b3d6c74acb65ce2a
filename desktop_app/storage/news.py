"""What refreshes found about records that rows point at, and new sources (the port NewsStore)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf
from datetime import datetime

from desktop_app.domain.catalogue import OPPOSITES, RecordChange, Side, What
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports_review import StoredChange
from desktop_app.storage.codec import Codec, instant_text
from desktop_app.storage.database import Database

STORED = Codec(StoredChange)
_COLUMNS = ", ".join(STORED.columns)
_OPEN = f"SELECT {_COLUMNS} FROM catalogue_changes WHERE workspace_id = ? AND settled_at IS NULL"  # noqa: S608
_INSERT = (
    "INSERT INTO catalogue_changes"
    " (workspace_id, seen_at, side, kind, record_id, what, label, was, now)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SETTLE = (
    "UPDATE catalogue_changes SET settled_at = ?, settled_by = ?, outcome = ?"
    " WHERE workspace_id = ? AND id = ? AND settled_at IS NULL"
)
_SETTLE_NEW = (
    "UPDATE catalogue_changes SET settled_at = ?, settled_by = ?, outcome = 'kept'"
    " WHERE workspace_id = ? AND side = 'NinjaOne' AND kind = ? AND record_id = ?"
    " AND what = 'new' AND settled_at IS NULL"
)
_GOES_ON = (What.RENAMED, What.CURRENCY, What.TYPE)
"""Changes from one value to another: two in a row are one."""

_Key = tuple[Side, Kind, str]


class SqlNewsStore:
    """The port NewsStore. Keeps nothing in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, workspace_id: int) -> tuple[StoredChange, ...]:
        rows = self._database.rows(f"{_OPEN} AND what <> 'new' ORDER BY id DESC", (workspace_id,))
        return tuple(STORED.decode(rows))

    def vanished(self, workspace_id: int) -> MappingOf[Kind, MappingOf[str, What]]:
        found: dict[Kind, dict[str, What]] = {kind: {} for kind in Kind}
        rows = self._database.rows(
            "SELECT kind, record_id, what FROM catalogue_changes WHERE workspace_id = ?"
            " AND side = 'QuickBooks' AND what IN ('merged', 'deleted') ORDER BY id",
            (workspace_id,),
        )
        for kind, record_id, what in rows:
            found[Kind(kind)][record_id] = What(what)
        return found

    def fresh(self, workspace_id: int) -> MappingOf[Kind, frozenset[str]]:
        found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        rows = self._database.rows(
            "SELECT kind, record_id FROM catalogue_changes WHERE workspace_id = ?"
            " AND settled_at IS NULL AND what = 'new'",
            (workspace_id,),
        )
        for kind, record_id in rows:
            found[Kind(kind)].add(record_id)
        return {kind: frozenset(ids) for kind, ids in found.items()}

    def write(self, workspace_id: int, found: Iterable[RecordChange], when: datetime) -> None:
        moment = instant_text(when)
        earlier: dict[_Key, list[StoredChange]] = {}
        for each in STORED.decode(self._database.rows(_OPEN, (workspace_id,))):
            earlier.setdefault((each.side, each.kind, each.record_id), []).append(each)
        settled: list[tuple[object, ...]] = []
        added: list[tuple[object, ...]] = []
        for change in found:
            known = earlier.get((change.side, change.kind, change.record_id), [])
            was, label, keep = change.was, change.label, True
            for old in known:
                if old.what in OPPOSITES.get(change.what, ()):
                    settled.append((moment, "", "taken back", workspace_id, old.id))
                    # A new source that goes away again is told all the same if rows use it.
                    keep = keep and old.what is What.NEW
                elif old.what is change.what:
                    settled.append((moment, "", "superseded", workspace_id, old.id))
                    if change.what in _GOES_ON:
                        was, label = old.was, old.label
                        keep = was != change.now
            if keep:
                added.append(
                    (workspace_id, moment, change.side.value, change.kind.value, change.record_id,
                     change.what.value, label, was, change.now)
                )  # fmt: skip
        self._database.run_many(_SETTLE, settled)
        self._database.run_many(_INSERT, added)

    def settle(self, workspace_id: int, ids: Collection[int], who: str, when: datetime) -> None:
        moment = instant_text(when)
        with self._database.writing():
            self._database.run_many(
                _SETTLE, [(moment, who, "kept", workspace_id, each) for each in ids]
            )

    def settle_new(
        self, workspace_id: int, kind: Kind, source_ids: Collection[str], who: str, when: datetime
    ) -> None:
        moment = instant_text(when)
        with self._database.writing():
            self._database.run_many(
                _SETTLE_NEW,
                [(moment, who, workspace_id, kind.value, each) for each in source_ids],
            )
