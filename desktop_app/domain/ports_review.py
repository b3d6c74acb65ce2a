"""What reviewing needs from the stores: decisions, their journal, and what refreshes found.

:mod:`desktop_app.domain.ports` hands on what others need, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop_app.domain.catalogue import RecordChange, Side, What
from desktop_app.domain.journal import (
    Cursor,
    HistoryFilter,
    HistoryPage,
    RestorePoint,
    RowState,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.rechecks import Checked
from desktop_app.domain.records import PLAIN, Mapping, MappingChange, Mode


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One change that nobody has looked at yet. See RecordChange for the fields."""

    id: int
    seen_at: datetime
    side: Side
    kind: Kind
    record_id: str
    what: What
    label: str
    was: str
    now: str


class MappingStore(Protocol):
    """Decisions and their journal; a change and its journal entry are one transaction.

    *label*: what Undo and the history call the step ("" for words made from the changes).
    *mode*: see records.Mode. A restore point is made before Auto Map, an import, a restoring and
    every change of several rows, in the same transaction.
    """

    def all(self, workspace_id: int, kind: Kind) -> MappingOf[str, Mapping]:
        """Links by source id."""
        ...

    def excluded(self, workspace_id: int, kind: Kind) -> MappingOf[str, Mapping]:
        """Exclusions by source id."""
        ...

    def companies(self, workspace_id: int) -> frozenset[str]:
        """The company stamps that occur among the decisions."""
        ...

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
        """All changes as one undo step. A change that changes nothing is left out."""
        ...

    def undo(
        self, workspace_id: int, who: str, when: datetime, *, mode: Mode = PLAIN
    ) -> tuple[MappingChange, ...]:
        """Take back the last step; what it did, () when there is nothing."""
        ...

    def redo(
        self, workspace_id: int, who: str, when: datetime, *, mode: Mode = PLAIN
    ) -> tuple[MappingChange, ...]: ...

    def can_undo(self, workspace_id: int) -> str:
        """What Undo would take back ("Auto Map of 61 rows"), "" for nothing."""
        ...

    def can_redo(self, workspace_id: int) -> str: ...

    def undo_size(self, workspace_id: int) -> int:
        """How many rows Undo would change, 0 for nothing."""
        ...

    def redo_size(self, workspace_id: int) -> int: ...

    def write_checks(self, workspace_id: int, checks: Sequence[Checked]) -> None:
        """Write what a refresh found about decisions, within the transaction of the refresh."""
        ...

    def note_checks(self, workspace_id: int, checks: Sequence[Checked]) -> None:
        """The second half of write_checks, once that transaction has ended well."""
        ...

    def add_restore_point(self, workspace_id: int, name: str, who: str, when: datetime) -> None:
        """One on demand: of the mappings as they are now."""
        ...


class History(Protocol):
    """Reading of the journal. page() may take longer than a frame."""

    def page(
        self,
        workspace_id: int,
        wanted: HistoryFilter,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage:
        """Entries that fit, the newest first."""
        ...

    def people(self, workspace_id: int) -> tuple[str, ...]: ...

    def restore_points(self, workspace_id: int) -> tuple[RestorePoint, ...]:
        """The newest first."""
        ...

    def restore_point(self, workspace_id: int, point_id: int) -> RestorePoint: ...

    def states_at(self, workspace_id: int, step: int) -> tuple[RowState, ...]:
        """How every row that was changed after *step* stood right after it."""
        ...

    def state_of(self, workspace_id: int, kind: Kind, source_id: str, step: int) -> RowState | None:
        """How one row stood right after *step*; None if it was never changed at all."""
        ...


class NewsStore(Protocol):
    """What changed in either catalogue, as refreshes found it."""

    def open(self, workspace_id: int) -> tuple[StoredChange, ...]:
        """Those not looked at yet, the newest first; without new sources."""
        ...

    def vanished(self, workspace_id: int) -> MappingOf[Kind, MappingOf[str, What]]:
        """How targets that rows pointed at went away: MERGED or DELETED."""
        ...

    def fresh(self, workspace_id: int) -> MappingOf[Kind, frozenset[str]]:
        """Sources that a refresh brought and nobody has looked at."""
        ...

    def write(self, workspace_id: int, found: Iterable[RecordChange], when: datetime) -> None:
        """Add what a refresh found, within its transaction. A change that takes an open one back
        settles it; one that goes on from an open one of the same sort replaces it."""
        ...

    def settle(self, workspace_id: int, ids: Collection[int], who: str, when: datetime) -> None:
        """Looked at, and kept."""
        ...

    def settle_new(
        self, workspace_id: int, kind: Kind, source_ids: Collection[str], who: str, when: datetime
    ) -> None: ...
