"""Links and their journal.

Every change is a step of the journal, written in the same transaction as the links it changes.
Undo and redo are steps of their own that point at the step they take back, so nothing is ever
erased: what can be undone is the latest first step whose chain does not end in an undo.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How, Mapping, MappingChange
from desktop_app.storage import models
from desktop_app.storage.codec import Codec, instant_text
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.models import MAPPING

_Links = dict[Kind, MappingOf[str, Mapping]]

_PUT = upsert("mappings", ("workspace_id", *MAPPING.columns), ("workspace_id", "kind", "source_id"))
_REMOVE = "DELETE FROM mappings WHERE workspace_id = ? AND kind = ? AND source_id = ?"
_STEP = (
    "INSERT INTO journal_steps (workspace_id, made_at, who, action, label, reverses, origin)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_ENTRY = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

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


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One link changed in one step. Empty targets mean "not mapped". reverses: the step that an
    undo or redo took back."""

    step: int
    made_at: datetime
    who: str
    action: str  # "change", "undo" or "redo"
    reverses: int | None
    kind: Kind
    source_id: str
    source_label: str
    from_target_id: str
    from_target_label: str
    to_target_id: str
    to_target_label: str
    how: How
    evidence: str


ENTRY = Codec(JournalEntry)


class SqlMappingStore:
    """The port MappingStore, and reading of the journal."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.RLock()
        self._links: dict[int, _Links] = {}

    def all(self, workspace_id: int, kind: Kind) -> MappingOf[str, Mapping]:
        """By source id; a snapshot that later changes do not touch."""
        known = self._links.get(workspace_id)  # without the lock, which a writer may hold
        if known is None:
            with self._guard:
                known = self._of(workspace_id)
        return known[kind]

    def apply(
        self, workspace_id: int, changes: Iterable[MappingChange], who: str, when: datetime
    ) -> None:
        """All changes as one step. The last of several changes of one source counts."""
        wanted = list({(c.kind, c.source_id): c for c in changes}.values())
        with self._guard:
            links = self._of(workspace_id)
            changes = [c for c in wanted if _differs(c, links[c.kind].get(c.source_id))]
            if changes:
                self._write(workspace_id, changes, who, when, "change", _label(changes))

    def undo(self, workspace_id: int, who: str, when: datetime) -> tuple[MappingChange, ...]:
        return self._take_back(workspace_id, who, when, _UNDOABLE, "undo", How.UNDO)

    def redo(self, workspace_id: int, who: str, when: datetime) -> tuple[MappingChange, ...]:
        return self._take_back(workspace_id, who, when, _REDOABLE, "redo", How.REDO)

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: no change is made, and what was read before
        is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._links.clear()

    def can_undo(self, workspace_id: int) -> str:
        found = self._database.row(_UNDOABLE, (workspace_id,))
        return str(found[2]) if found else ""

    def can_redo(self, workspace_id: int) -> str:
        found = self._database.row(_REDOABLE, (workspace_id,))
        return str(found[2]) if found else ""

    def journal(
        self,
        workspace_id: int,
        *,
        kind: Kind | None = None,
        source_id: str | None = None,
        limit: int = 1000,
    ) -> tuple[JournalEntry, ...]:
        """The newest entries first, of one kind or one source if wanted."""
        step, entry = models.JournalStep, models.JournalEntry
        query = (
            entry.select(
                step.id, step.made_at, step.who, step.action, step.reverses,
                entry.kind, entry.source_id, entry.source_label,
                entry.from_target_id, entry.from_target_label,
                entry.to_target_id, entry.to_target_label, entry.how, entry.evidence,
            )
            .join(step, on=(step.id == entry.step_id))
            .where(step.workspace_id == workspace_id)
            .order_by(step.id.desc(), entry.position)
            .limit(limit)
        )  # fmt: skip
        if kind is not None:
            query = query.where(entry.kind == kind.value)
        if source_id is not None:
            query = query.where(entry.source_id == source_id)
        return tuple(ENTRY.decode(self._database.rows(query)))

    def _of(self, workspace_id: int) -> _Links:
        if workspace_id not in self._links:
            table = models.Mapping
            query = table.select(*models.columns(table, MAPPING))
            rows = self._database.rows(query.where(table.workspace_id == workspace_id))
            found: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
            for link in MAPPING.decode(rows):
                found[link.kind][link.source_id] = link
            self._links[workspace_id] = {k: MappingProxyType(v) for k, v in found.items()}
        return self._links[workspace_id]

    def _take_back(
        self, workspace_id: int, who: str, when: datetime, find: str, action: str, how: How
    ) -> tuple[MappingChange, ...]:
        with self._guard:
            found = self._database.row(find, (workspace_id,))
            if found is None:
                return ()
            origin, last, label = found
            table = models.JournalEntry
            entries = self._database.rows(
                table.select(
                    table.kind, table.source_id, table.source_label,
                    table.from_target_id, table.from_target_label, table.evidence,
                )
                .where(table.step_id == last)
                .order_by(table.position)
            )  # fmt: skip
            changes = [
                MappingChange(Kind(kind), source, source_label, target, target_label, how, evidence)
                for kind, source, source_label, target, target_label, evidence in entries
            ]
            self._write(workspace_id, changes, who, when, action, label, last, origin)
            return tuple(changes)

    def _write(
        self,
        workspace_id: int,
        changes: Sequence[MappingChange],
        who: str,
        when: datetime,
        action: str,
        label: str,
        reverses: int | None = None,
        origin: int | None = None,
    ) -> None:
        """One step and its links in one transaction, then in memory."""
        links = self._of(workspace_id)
        after = {kind: dict(links[kind]) for kind in {c.kind for c in changes}}
        entries, put, removed = [], [], []
        for position, change in enumerate(changes):
            before = after[change.kind].pop(change.source_id, None)
            entries.append(
                (
                    position, change.kind.value, change.source_id, change.source_label,
                    before.target_id if before else "", before.target_label if before else "",
                    change.target_id, change.target_label if change.target_id else "",
                    change.how.value, change.evidence,
                )
            )  # fmt: skip
            if change.target_id:
                link = Mapping(
                    change.kind, change.source_id, change.target_id, change.target_label,
                    change.how, who, when,
                )  # fmt: skip
                after[change.kind][change.source_id] = link
                put.append(link)
            else:
                removed.append((workspace_id, change.kind.value, change.source_id))
        database = self._database
        with database.writing():
            step = database.insert(
                _STEP, (workspace_id, instant_text(when), who, action, label, reverses, origin)
            )
            database.run_many(_ENTRY, [(step, *entry) for entry in entries])
            database.run_many(_REMOVE, removed)
            database.run_many(_PUT, [(workspace_id, *row) for row in MAPPING.encode(put)])
        self._links[workspace_id] = links | {k: MappingProxyType(v) for k, v in after.items()}


def _differs(change: MappingChange, link: Mapping | None) -> bool:
    if link is None:
        return bool(change.target_id)
    return (change.target_id, change.target_label) != (link.target_id, link.target_label)


def _label(changes: Sequence[MappingChange]) -> str:
    """What Undo and Redo call the step: "Auto Map of 61 rows"."""
    first = changes[0]
    if len(changes) > 1 and all(c.how is How.IMPORT for c in changes):
        return f"import of {len(changes):,} rows"
    if any((c.how, bool(c.target_id)) != (first.how, bool(first.target_id)) for c in changes):
        what = "changes"
    elif not first.target_id:
        what = "clearing"
    else:
        what = {How.AUTO_MAP: "Auto Map", How.IMPORT: "import"}.get(first.how, "mapping")
    if len(changes) > 1:
        return f"{what} of {len(changes):,} rows"
    return f"{what} of {first.source_label or first.source_id}"
