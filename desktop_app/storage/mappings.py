"""Decisions (links and exclusions) and the writing of their journal.

Every change is a step of the journal, written in the same transaction as the decisions it changes.
Undo and redo are steps of their own that point at the step they take back, so nothing is ever
erased: what can be undone is the latest first step whose chain does not end in an undo. Reading
the journal is :mod:`desktop_app.storage.history`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.journal import JournalEntry
from desktop_app.domain.kinds import Kind
from desktop_app.domain.rechecks import Checked
from desktop_app.domain.records import PLAIN, Choice, Delivery, How, Mapping, MappingChange, Mode
from desktop_app.domain.snapshots import Snapshot
from desktop_app.storage import models
from desktop_app.storage.codec import instant_text
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.decision_steps import (
    after_check,
    as_it_stood,
    differs,
    entry_values,
    made,
    step_label,
)
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.journal_text import INDEX_ENTRY, entry_number, entry_text
from desktop_app.storage.models import MAPPING

_PUT = upsert("mappings", ("workspace_id", *MAPPING.columns), ("workspace_id", "kind", "source_id"))
_REMOVE = "DELETE FROM mappings WHERE workspace_id = ? AND kind = ? AND source_id = ?"
_STEP = (
    "INSERT INTO journal_steps"
    " (workspace_id, made_at, who, action, label, reverses, origin, offline)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ENTRY = (
    "INSERT INTO journal (step_id, position, kind, source_id, source_label, from_choice,"
    " from_target_id, from_target_label, from_delivery, from_problem, to_choice, to_target_id,"
    " to_target_label, how, evidence, score, decided_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RESTORE_POINT = (
    "INSERT INTO restore_points (workspace_id, made_at, who, name, step, automatic)"
    " VALUES (?, ?, ?, ?, COALESCE((SELECT id FROM journal_steps WHERE workspace_id = ?"
    " ORDER BY id DESC LIMIT 1), 0), ?)"
)
# A check that a decision made meanwhile has overtaken changes nothing.
_CHECKED = (
    "UPDATE mappings SET delivery = ?, problem = ? WHERE workspace_id = ? AND kind = ?"
    " AND source_id = ? AND changed_at = ? AND target_id = ?"
)

# The last step of a chain that began with step d: d itself unless it was undone or redone.
_LAST = (
    "COALESCE((SELECT s.id FROM journal_steps s WHERE s.origin = d.id"
    " ORDER BY s.id DESC LIMIT 1), d.id)"
)
_UNDOABLE = f"""
SELECT d.id, {_LAST}, d.label FROM journal_steps d
WHERE d.workspace_id = ? AND d.action = 'change' AND COALESCE((
    SELECT s.action FROM journal_steps s WHERE s.origin = d.id ORDER BY s.id DESC LIMIT 1
), 'change') <> 'undo'
ORDER BY d.id DESC LIMIT 1
"""  # noqa: S608 - made of constants
# Undos that no later change has cut off; the step that was made first comes back first.
_REDOABLE = """
SELECT u.origin, u.id, u.label FROM journal_steps u
WHERE u.workspace_id = ?1 AND u.action = 'undo'
AND u.id > (SELECT MAX(c.id) FROM journal_steps c
            WHERE c.workspace_id = ?1 AND c.action = 'change')
AND NOT EXISTS (SELECT 1 FROM journal_steps s WHERE s.origin = u.origin AND s.id > u.id)
ORDER BY u.origin LIMIT 1
"""
# What a step took the place of, with the evidence that each row had before it.
_BEFORE = """
SELECT j.kind, j.source_id, j.source_label, j.from_choice, j.from_target_id, j.from_target_label,
    j.from_delivery, j.from_problem,
    COALESCE((
        SELECT p.evidence FROM journal p JOIN journal_steps s ON s.id = p.step_id
        WHERE p.kind = j.kind AND p.source_id = j.source_id AND p.step_id < j.step_id
        AND s.workspace_id = ?2
        ORDER BY p.step_id DESC LIMIT 1
    ), '')
FROM journal j WHERE j.step_id = ?1 ORDER BY j.position
"""

AUTOMATIC = (How.AUTO_MAP, How.IMPORT, How.RESTORED)
"""A restore point is made before these, and before every change of more than one row."""

_Links = MappingOf[Kind, Snapshot[Mapping]]


@dataclass(frozen=True, slots=True)
class _Known:
    """One workspace's decisions by kind and source id, and the companies they are stamped with."""

    links: _Links
    excluded: _Links
    companies: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Step:
    action: str
    label: str
    reverses: int | None = None
    origin: int | None = None


class SqlMappingStore:
    """The port MappingStore."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.RLock()
        self._known: dict[int, _Known] = {}
        self._history = SqlHistory(database)

    # --- reading ---

    def all(self, workspace_id: int, kind: Kind) -> MappingOf[str, Mapping]:
        """Links by source id; a snapshot that later changes do not touch."""
        return self._read(workspace_id).links[kind]

    def excluded(self, workspace_id: int, kind: Kind) -> MappingOf[str, Mapping]:
        """Exclusions by source id; a snapshot, too."""
        return self._read(workspace_id).excluded[kind]

    def companies(self, workspace_id: int) -> frozenset[str]:
        """The company stamps that occur."""
        return self._read(workspace_id).companies

    def can_undo(self, workspace_id: int) -> str:
        found = self._database.row(_UNDOABLE, (workspace_id,))
        return str(found[2]) if found else ""

    def can_redo(self, workspace_id: int) -> str:
        found = self._database.row(_REDOABLE, (workspace_id,))
        return str(found[2]) if found else ""

    def undo_size(self, workspace_id: int) -> int:
        return self._size(_UNDOABLE, workspace_id)

    def redo_size(self, workspace_id: int) -> int:
        return self._size(_REDOABLE, workspace_id)

    def _size(self, find: str, workspace_id: int) -> int:
        found = self._database.row(find, (workspace_id,))
        if found is None:
            return 0
        rows = self._database.row("SELECT COUNT(*) FROM journal WHERE step_id = ?", (found[1],))
        return int(rows[0]) if rows else 0

    def journal(
        self,
        workspace_id: int,
        *,
        kind: Kind | None = None,
        source_id: str | None = None,
        limit: int = 1000,
    ) -> tuple[JournalEntry, ...]:
        """The newest entries first, of one kind or one source if wanted."""
        return self._history.newest(workspace_id, kind, source_id, limit)

    # --- changing ---

    def apply(
        self,
        workspace_id: int,
        changes: Iterable[MappingChange],
        who: str,
        when: datetime,
        *,
        label: str = "",
        mode: Mode = PLAIN,
    ) -> None:
        """All changes as one step. The last of several changes of one source counts."""
        wanted = list({(c.kind, c.source_id): c for c in changes}.values())
        with self._guard:
            known = self._of(workspace_id)
            changes = [c for c in wanted if differs(c, _decision(known, c))]
            if changes:
                step = _Step("change", label or step_label(changes))
                rows = [made(c, _decision(known, c), who, when, mode) for c in changes]
                self._write(workspace_id, changes, rows, who, when, step, mode)

    def undo(
        self, workspace_id: int, who: str, when: datetime, *, mode: Mode = PLAIN
    ) -> tuple[MappingChange, ...]:
        return self._take_back(workspace_id, who, when, _UNDOABLE, "undo", How.UNDO, mode)

    def redo(
        self, workspace_id: int, who: str, when: datetime, *, mode: Mode = PLAIN
    ) -> tuple[MappingChange, ...]:
        return self._take_back(workspace_id, who, when, _REDOABLE, "redo", How.REDO, mode)

    def add_restore_point(self, workspace_id: int, name: str, who: str, when: datetime) -> None:
        """One on demand: of the mappings as they are now."""
        values = (workspace_id, instant_text(when), who, name, workspace_id, 0)
        with self._guard, self._database.writing():
            self._database.run(_RESTORE_POINT, values)

    def write_checks(self, workspace_id: int, checks: Sequence[Checked]) -> None:
        """Write what a refresh found, within the refresh's transaction. Call
        :meth:`note_checks` once it has ended well."""
        self._database.run_many(
            _CHECKED,
            [
                (new.delivery.value, new.problem, workspace_id, new.kind.value, new.source_id,
                 instant_text(new.changed_at), new.target_id)
                for new in map(after_check, checks)
            ],
        )  # fmt: skip

    def note_checks(self, workspace_id: int, checks: Sequence[Checked]) -> None:
        """The second half of :meth:`write_checks`: the same in memory."""
        with self._guard:
            known = self._known.get(workspace_id)
            if known is None:
                return
            links, excluded = dict(known.links), dict(known.excluded)
            for tables in (links, excluded):
                for kind in {check.mapping.kind for check in checks}:
                    rows = tables[kind]
                    changed = {
                        check.mapping.source_id: after_check(check)
                        for check in checks
                        if rows.get(check.mapping.source_id) is check.mapping
                    }
                    if changed:
                        tables[kind] = Snapshot({**rows, **changed}, rows, changed)
            self._known[workspace_id] = _Known(links, excluded, known.companies)

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: no change is made, and what was read before
        is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._known.clear()

    # --- inside ---

    def _read(self, workspace_id: int) -> _Known:
        known = self._known.get(workspace_id)  # without the lock, which a writer may hold
        if known is None:
            with self._guard:
                known = self._of(workspace_id)
        return known

    def _of(self, workspace_id: int) -> _Known:
        if workspace_id not in self._known:
            table = models.Mapping
            query = table.select(*models.columns(table, MAPPING))
            rows = self._database.rows(query.where(table.workspace_id == workspace_id))
            links: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
            excluded: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
            companies = set()
            for each in MAPPING.decode(rows):
                (links if each.target_id else excluded)[each.kind][each.source_id] = each
                companies.add(each.company)
            self._known[workspace_id] = _Known(
                {kind: Snapshot(rows) for kind, rows in links.items()},
                {kind: Snapshot(rows) for kind, rows in excluded.items()},
                frozenset(companies),
            )
        return self._known[workspace_id]

    def _take_back(
        self,
        workspace_id: int,
        who: str,
        when: datetime,
        find: str,
        action: str,
        how: How,
        mode: Mode,
    ) -> tuple[MappingChange, ...]:
        with self._guard:
            found = self._database.row(find, (workspace_id,))
            if found is None:
                return ()
            origin, last, label = found
            changes, rows = [], []
            for entry in self._database.rows(_BEFORE, (last, workspace_id)):
                kind, source, source_label, choice, target, label_then, *how_it_stood = entry
                delivery, problem, evidence = how_it_stood
                change = MappingChange(
                    Kind(kind), source, source_label, target, label_then, how, evidence,
                    Choice(choice or Choice.LINKED),
                )  # fmt: skip
                row = made(change, None, who, when, mode)
                changes.append(change)
                rows.append(as_it_stood(row, delivery, problem) if row else None)
            step = _Step(action, label, last, origin)
            self._write(workspace_id, changes, rows, who, when, step, mode)
            return tuple(changes)

    def _write(
        self,
        workspace_id: int,
        changes: Sequence[MappingChange],
        rows: Sequence[Mapping | None],
        who: str,
        when: datetime,
        step: _Step,
        mode: Mode,
    ) -> None:
        """One step and its decisions (None: undecided) in one transaction, then in memory."""
        known = self._of(workspace_id)
        kinds = {c.kind for c in changes}
        links = {kind: dict(known.links[kind]) for kind in kinds}
        excluded = {kind: dict(known.excluded[kind]) for kind in kinds}
        entries, befores, put, removed = [], [], [], []
        for position, (change, row) in enumerate(zip(changes, rows, strict=True)):
            before = links[change.kind].pop(change.source_id, None)
            before = excluded[change.kind].pop(change.source_id, None) or before
            entries.append((position, *entry_values(change, before, row)))
            befores.append(before)
            if row is None:
                removed.append((workspace_id, change.kind.value, change.source_id))
            else:
                (links if row.target_id else excluded)[row.kind][row.source_id] = row
                put.append(row)
        database, moment = self._database, instant_text(when)
        with database.writing():
            if step.action == "change" and (len(changes) > 1 or changes[0].how in AUTOMATIC):
                name = f"Before {step.label}"
                database.run(_RESTORE_POINT, (workspace_id, moment, who, name, workspace_id, 1))
            offline = int(mode.delivery is Delivery.STAGED)
            number = database.insert(
                _STEP,
                (workspace_id, moment, who, step.action, step.label, step.reverses, step.origin,
                 offline),
            )  # fmt: skip
            database.run_many(_ENTRY, [(number, *entry) for entry in entries])
            database.run_many(
                INDEX_ENTRY,
                [
                    (entry_number(number, place), entry_text(change, before, step.label, who))
                    for place, (change, before) in enumerate(zip(changes, befores, strict=True))
                ],
            )
            database.run_many(_REMOVE, removed)
            database.run_many(_PUT, [(workspace_id, *row) for row in MAPPING.encode(put)])
        companies = known.companies | ({mode.company} if put else frozenset())
        self._known[workspace_id] = _Known(
            _next(known.links, links, changes), _next(known.excluded, excluded, changes), companies
        )


def _next(
    before: _Links, after: dict[Kind, dict[str, Mapping]], changes: Sequence[MappingChange]
) -> _Links:
    """Snapshots of *after*, with what was changed; a table that stayed as it was is kept."""
    result = dict(before)
    for kind, rows in after.items():
        mine = [change.source_id for change in changes if change.kind is kind]
        changed = [each for each in mine if before[kind].get(each) is not rows.get(each)]
        if changed:
            result[kind] = Snapshot(rows, before[kind], changed)
    return result


def _decision(known: _Known, change: MappingChange) -> Mapping | None:
    link = known.links[change.kind].get(change.source_id)
    return link or known.excluded[change.kind].get(change.source_id)
