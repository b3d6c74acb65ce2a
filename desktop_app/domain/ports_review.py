"""What reviewing needs from the store besides decisions: the reading of their
journal, and what refreshes found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
