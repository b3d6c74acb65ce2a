"""The one way in which decisions are changed: locked, staged and stamped as they have to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, MappingStore, WorkspaceStore
from desktop_app.domain.records import ChangeSet, Delivery, How, MappingChange, Mode
from desktop_app.errors import RuleError
from desktop_app.services.connection import Connection
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.row_cache import RowCache

BULK = 25
"""A change of more rows than this is a bulk change: a backup is made before it, so that callers run
it off the window's thread."""


class Decider:
    """Writes steps of the journal. who: the name written there; connection: None means always
    online. before: makes the backup before a bulk change. rows: the rows of the tabs, made anew
    after a bulk change, while the window does not wait for them.
    """

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        mappings: MappingStore,
        facts: LocalFacts,
        clock: Clock,
        who: str,
        connection: Connection | None = None,
        lessons: Lessons | None = None,
        before: Callable[[BackupReason], object] | None = None,
        rows: RowCache | None = None,
    ) -> None:
        self._workspaces = workspaces
        self._mappings = mappings
        self._facts = facts
        self._clock = clock
        self._lessons = lessons
        self._before = before
        self._rows = rows
        self.connection = connection or Connection()
        self.who = who

    def apply(self, changes: Sequence[MappingChange], text: str, *, label: str = "") -> ChangeSet:
        """All changes as one step; *text* for the status bar. Raises RuleError when locked."""
        before = self.allowed()
        mode = self._mode(before)
        if _is_bulk(changes) and self._before is not None:
            self._before(BackupReason.BULK)
        self._mappings.apply(
            before.workspace.id, changes, self.who, self._clock.now(), label=label, mode=mode
        )
        self._changed(changes, before)
        if mode.delivery is Delivery.STAGED and changes:
            text += "; staged until the next refresh"
        return told(changes, text)

    def undo(self) -> tuple[MappingChange, ...]:
        return self._take_back(self._mappings.undo)

    def redo(self) -> tuple[MappingChange, ...]:
        return self._take_back(self._mappings.redo)

    def allowed(self) -> Facts:
        """Local data, if mappings may be changed; else RuleError in words."""
        facts = self._facts.get()
        if facts.locked:
            raise RuleError(
                facts.locked,
                title="Another company's mappings",
                advice="Enter the app keys of that environment again, or open the workspace of "
                "that company.",
            )
        return facts

    def _take_back(
        self, step: Callable[..., tuple[MappingChange, ...]]
    ) -> tuple[MappingChange, ...]:
        before = self.allowed()
        changes = step(before.workspace.id, self.who, self._clock.now(), mode=self._mode(before))
        self._changed(changes, before)
        return changes

    def _mode(self, facts: Facts) -> Mode:
        return self.connection.mode(facts.workspace, self._clock.now())

    def _changed(self, changes: Sequence[MappingChange], before: Facts) -> None:
        self._facts.invalidate(Part.MAPPINGS)
        if self._lessons is not None:
            self._lessons.learn(changes, before.mappings, before.sources, before.targets)
        if len(changes) > BULK and self._rows is not None:
            for kind in {change.kind for change in changes}:
                self._rows.rows(kind)


def _is_bulk(changes: Sequence[MappingChange]) -> bool:
    """An import has its own backup."""
    return len(changes) > BULK and changes[0].how is not How.IMPORT


def told(changes: Sequence[MappingChange], text: str) -> ChangeSet:
    """The ChangeSet of these changes."""
    return ChangeSet(
        kinds=frozenset(change.kind for change in changes),
        source_ids=frozenset(change.source_id for change in changes),
        invoices=bool(changes),
        text=text,
    )


def count_text(number: int, kind: Kind) -> str:
    """ "12 organizations"."""
    return f"{number:,} {kind.source_noun}{'' if number == 1 else 's'}"
