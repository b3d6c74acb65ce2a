"""Reading the journal: pages of history, one row's past, earlier states, restore points.

Entries are read along the journal's own key, backwards, so that a page costs the same whether the
journal holds a week or ten years; words are looked up in their index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_app.domain.journal import (
    Cursor,
    HistoryFilter,
    HistoryPage,
    JournalEntry,
    RestorePoint,
    RowState,
)
from desktop_app.domain.kinds import Kind
from desktop_app.errors import StorageError
from desktop_app.storage.codec import Codec, instant_text
from desktop_app.storage.database import Database
from desktop_app.storage.journal_text import entry_number, match_text

ENTRY = Codec(JournalEntry)
POINT = Codec(RestorePoint)

_OF_STEP = {
    "step": "s.id", "made_at": "s.made_at", "who": "s.who", "action": "s.action",
    "reverses": "s.reverses", "label": "s.label", "offline": "s.offline",
}  # fmt: skip
_COLUMNS = ", ".join(_OF_STEP.get(name, f"j.{name}") for name in ENTRY.columns)
_POINTS = ", ".join(POINT.columns)
# The first entry of each row after a step tells how the row stood at that step. A few steps are
# read as they stand in the journal (SQLite gives the other columns of the row that has the
# minimum; "+" keeps it from walking the whole index). Years of them are asked row by row.
_STATE = "j.kind, j.source_id, j.source_label, j.from_choice, j.from_target_id, j.from_target_label"
_THEN_NEAR = f"""
SELECT {_STATE}, MIN(j.step_id)
FROM journal j CROSS JOIN journal_steps s ON s.id = j.step_id
WHERE j.step_id > ?1 AND s.workspace_id = ?2
GROUP BY +j.kind, +j.source_id
"""  # noqa: S608 - made of constants
_THEN_FAR = f"""
WITH r AS MATERIALIZED (
    SELECT kind, source_id, (
        SELECT x.step_id FROM journal x CROSS JOIN journal_steps s ON s.id = x.step_id
        WHERE x.kind = d.kind AND x.source_id = d.source_id AND x.step_id > ?1
        AND s.workspace_id = ?2
        ORDER BY x.step_id LIMIT 1
    ) AS first
    FROM (SELECT DISTINCT kind, source_id FROM journal) d
)
SELECT {_STATE} FROM r
CROSS JOIN journal j INDEXED BY journal_source
    ON j.kind = r.kind AND j.source_id = r.source_id AND j.step_id = r.first
"""  # noqa: S608 - made of constants
_NEAR = 20_000  # entries


class SqlHistory:
    """The port History."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        workspace_id: int,
        wanted: HistoryFilter,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage:
        """Entries that fit, the newest first, the later entries of a step first."""
        where, values = self._conditions(workspace_id, wanted)
        words = match_text(wanted.text)
        if words:
            # Along the index of words, which has the journal's order.
            table = (
                "journal_text t CROSS JOIN journal j"
                " ON j.step_id = t.rowid >> 20 AND j.position = t.rowid & 1048575"
            )
            where.append("t.journal_text MATCH ?")
            values.append(words)
            order, place = "t.rowid DESC", "t.rowid < ?"
        else:
            table = "journal j"
            order, place = "j.step_id DESC, j.position DESC", "(j.step_id, j.position) < (?, ?)"
        if after is not None:
            where.append(place)
            values += [entry_number(*after)] if words else after
        sql = (
            f"SELECT {_COLUMNS} FROM {table} CROSS JOIN journal_steps s ON s.id = j.step_id"  # noqa: S608
            f" WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?"
        )
        entries = tuple(ENTRY.decode(self._database.rows(sql, (*values, limit))))
        last = entries[-1] if len(entries) == limit else None
        return HistoryPage(entries, (last.step, last.position) if last else None)

    def newest(
        self, workspace_id: int, kind: Kind | None, source_id: str | None, limit: int
    ) -> tuple[JournalEntry, ...]:
        """The newest steps first, the entries of each in their order."""
        where, values = ["s.workspace_id = ?"], [workspace_id]
        more: list[Any] = []
        if kind is not None:
            where.append("j.kind = ?")
            more.append(kind.value)
        if source_id is not None:
            where.append("j.source_id = ?")
            more.append(source_id)
        sql = (
            f"SELECT {_COLUMNS} FROM journal j CROSS JOIN journal_steps s ON s.id = j.step_id"  # noqa: S608
            f" WHERE {' AND '.join(where)} ORDER BY j.step_id DESC, j.position LIMIT ?"
        )
        return tuple(ENTRY.decode(self._database.rows(sql, (*values, *more, limit))))

    def people(self, workspace_id: int) -> tuple[str, ...]:
        """Everybody who made a step, by name."""
        rows = self._database.rows(
            "SELECT DISTINCT who FROM journal_steps WHERE workspace_id = ? ORDER BY who",
            (workspace_id,),
        )
        return tuple(who for (who,) in rows)

    def restore_points(self, workspace_id: int) -> tuple[RestorePoint, ...]:
        """The newest first."""
        rows = self._database.rows(
            f"SELECT {_POINTS} FROM restore_points WHERE workspace_id = ? ORDER BY id DESC",  # noqa: S608
            (workspace_id,),
        )
        return tuple(POINT.decode(rows))

    def restore_point(self, workspace_id: int, point_id: int) -> RestorePoint:
        """Raises StorageError when there is none."""
        rows = self._database.rows(
            f"SELECT {_POINTS} FROM restore_points WHERE workspace_id = ? AND id = ?",  # noqa: S608
            (workspace_id, point_id),
        )
        if not rows:
            raise StorageError("That restore point is not there any more.")
        return POINT.decode(rows)[0]

    def states_at(self, workspace_id: int, step: int) -> tuple[RowState, ...]:
        """How every row that was changed after *step* stood right after it; the other rows stand
        now as they stood then."""
        (later,) = self._database.row(
            "SELECT COUNT(*) FROM (SELECT 1 FROM journal WHERE step_id > ? LIMIT ?)", (step, _NEAR)
        )
        then = _THEN_NEAR if later < _NEAR else _THEN_FAR
        rows = self._database.rows(then, (step, workspace_id))
        return tuple(_state(row) for row in rows)

    def state_of(self, workspace_id: int, kind: Kind, source_id: str, step: int) -> RowState | None:
        """How one row stood right after *step*; None if it was never changed at all."""
        base = (
            "FROM journal j JOIN journal_steps s ON s.id = j.step_id"
            " WHERE j.kind = ? AND j.source_id = ? AND s.workspace_id = ? AND j.step_id"
        )
        names = "j.kind, j.source_id, j.source_label,"
        values = (kind.value, source_id, workspace_id, step)
        row = self._database.row(
            f"SELECT {names} j.to_choice, j.to_target_id, j.to_target_label {base} <= ?"
            " ORDER BY j.step_id DESC LIMIT 1",
            values,
        ) or self._database.row(
            f"SELECT {names} j.from_choice, j.from_target_id, j.from_target_label {base} > ?"
            " ORDER BY j.step_id LIMIT 1",
            values,
        )
        return _state(row) if row else None

    def _conditions(self, workspace_id: int, wanted: HistoryFilter) -> tuple[list[str], list[Any]]:
        where, values = ["s.workspace_id = ?"], [workspace_id]
        parts: list[tuple[str, Sequence[Any]]] = []
        if wanted.kind is not None:
            parts.append(("j.kind = ?", (wanted.kind.value,)))
        if wanted.source_id:
            parts.append(("j.source_id = ?", (wanted.source_id,)))
        if wanted.who:
            parts.append(("(s.who = ? OR j.decided_by = ?)", (wanted.who, wanted.who)))
        if wanted.how is not None:
            parts.append(("j.how = ?", (wanted.how.value,)))
        if wanted.since is not None or wanted.until is not None:
            parts.append(self._between(workspace_id, wanted))
        everything: list[Any] = [*values]
        for condition, its in parts:
            where.append(condition)
            everything += its
        return where, everything

    def _between(self, workspace_id: int, wanted: HistoryFilter) -> tuple[str, Sequence[Any]]:
        """Moments as a range of steps, which the journal is ordered by, and the moments themselves
        (a clock that was set back must not bring in others)."""
        moments, values = [], []
        if wanted.since is not None:
            moments.append("s.made_at >= ?")
            values.append(instant_text(wanted.since))
        if wanted.until is not None:
            moments.append("s.made_at < ?")
            values.append(instant_text(wanted.until))
        condition = " AND ".join(moments)
        first, last = self._database.row(
            f"SELECT MIN(s.id), MAX(s.id) FROM journal_steps s"  # noqa: S608
            f" WHERE s.workspace_id = ? AND {condition}",
            (workspace_id, *values),
        )
        return f"j.step_id BETWEEN ? AND ? AND {condition}", (first or 0, last or 0, *values)


def _state(row: Sequence[Any]) -> RowState:
    kind, source_id, source_label, choice, target_id, target_label, *_ = row
    return RowState(Kind(kind), source_id, source_label, choice, target_id, target_label)
