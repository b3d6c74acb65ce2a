"""Reviewing, for the window: decisions, their journal, conflicts and changes.

The rules of :mod:`desktop_app.services.api` hold: a method with a ``progress`` is run off the
window's thread, every other one is short. Every method that changes something raises RuleError
when the mappings are locked (see :meth:`ReviewService.locked`), and answers with a ChangeSet whose
kinds and source_ids name the rows to show again; :meth:`ReviewService.row` gives each of them.

Linking, clearing, undo and redo stay in MappingService; everything that it does is staged when
offline, stamped and locked in the same way. *label* is what Undo and the history call the step;
without one it is made from what was done ("exclusion of 12 rows").

A change takes about 0.1 ms for each row (one row: 5 ms at 20,000 rows), so one of more than some
300 rows is made in a task; every method may be called on any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from desktop_app.domain.catalogue import Side, What
from desktop_app.domain.journal import (
    Cursor,
    HistoryFilter,
    HistoryPage,
    JournalEntry,
    RestorePoint,
    RowState,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Mapping, Source, Target
from desktop_app.domain.review import MappingRow
from desktop_app.progress import Progress

__all__ = [
    "CatalogueChange",
    "Conflict",
    "Cursor",
    "HistoryFilter",
    "HistoryPage",
    "JournalEntry",
    "RestorePoint",
    "RestorePreview",
    "ReviewService",
    "RowState",
    "Touched",
]


@dataclass(frozen=True, slots=True)
class Touched:
    """Approved invoices that are not in QuickBooks yet and use some rows. amounts: the total of
    these invoices by currency, sorted."""

    invoice_ids: tuple[str, ...] = ()
    amounts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision made offline that does not fit the fresh lists. Until it is settled it does not
    count for sending.

    text: what is wrong, one sentence. target: the record as it is now, None when it is gone.
    can_keep: whether Keep makes sense; Re-map (MappingService.change) and Clear
    (MappingService.clear) always do, and settle it as well. others: the names of the rows that
    have the same customer. source: None when it is no longer in NinjaOne.
    """

    kind: Kind
    source_id: str
    source_label: str
    mapping: Mapping
    problem: str
    text: str
    source: Source | None
    target: Target | None
    can_keep: bool
    others: tuple[str, ...] = ()
    touched: Touched = Touched()


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """One record that changed in QuickBooks or NinjaOne and concerns mapped rows.

    text: "was “Acme”, is “Acme Inc”". source_ids: the rows it touches now. harmless: the link goes
    on working (what "Keep all renames" may take is what is RENAMED). Keep is
    :meth:`ReviewService.keep_changes`; Re-map is MappingService.change on source_ids, Clear is
    MappingService.clear: the line goes away by itself when no row points at the record any more.
    """

    id: int
    seen_at: datetime
    side: Side
    kind: Kind
    record_id: str
    what: What
    label: str
    was: str
    now: str
    text: str
    harmless: bool
    source_ids: tuple[str, ...]
    touched: Touched


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What restoring a point would do: how each row is now and would be, for rows that differ."""

    point: RestorePoint
    rows: tuple[tuple[RowState, RowState], ...]  # now, then


class ReviewService(Protocol):
    # --- Rows ---

    def rows(self, kind: Kind) -> Sequence[MappingRow]:
        """The tab's rows with all their facts, in the order of the names; kept in memory and
        mended after a decision. Not to be changed by the caller."""
        ...

    def row(self, kind: Kind, source_id: str) -> MappingRow | None:
        """One row as it is now; None when it is not in the list."""
        ...

    def decided(self, kind: Kind) -> tuple[int, int]:
        """How many of the tab's rows are decided, and how many there are; without making them."""
        ...

    def gather(self) -> None:
        """Make what :meth:`rows` and :meth:`touched` answer with. Long after new lists have come
        (a refresh does it itself): for a worker."""
        ...

    def locked(self) -> str:
        """ "" when mappings can be changed; else why they can only be looked at (they belong to
        another company or environment)."""
        ...

    def online(self) -> bool:
        """Whether decisions are made with a connection; if not they are staged."""
        ...

    def touched(self, kind: Kind, source_ids: Sequence[str]) -> Touched:
        """Which approved, unsent invoices use these rows: for the question before excluding."""
        ...

    # --- Decisions ---

    def exclude(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        """Hold these on purpose. A link they had is taken away (and comes back by Undo)."""
        ...

    def include(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        """Excluded rows become undecided again; others are left alone."""
        ...

    # --- Decisions made offline ---

    def staged(self) -> int:
        """How many decisions wait for the check at the next refresh."""
        ...

    def conflicts(self) -> tuple[Conflict, ...]:
        """By kind and name."""
        ...

    def keep(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        """Settle conflicts: the link stays, under the target's present name. Raises RuleError for
        one that cannot be kept."""
        ...

    # --- Changes in QuickBooks and NinjaOne ---

    def changes(self) -> tuple[CatalogueChange, ...]:
        """What refreshes found that nobody has looked at yet, the newest first."""
        ...

    def keep_changes(self, change_ids: Sequence[int], *, label: str = "") -> ChangeSet:
        """Looked at, the links stay. A renamed target's new name goes into the links (one undo
        step; undoing it brings the old name back, and with it the "renamed" health)."""
        ...

    def keep_all_renames(self) -> ChangeSet:
        """keep_changes of everything that was only renamed."""
        ...

    def dismiss_new(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet:
        """Take these out of "New since last time". A decision does so by itself."""
        ...

    # --- Restore points ---

    def restore_points(self) -> tuple[RestorePoint, ...]:
        """The newest first."""
        ...

    def set_restore_point(self, name: str) -> RestorePoint:
        """One on demand. Raises RuleError for an empty name."""
        ...

    def preview_restore(self, point_id: int, progress: Progress) -> RestorePreview: ...

    def restore(self, point_id: int, progress: Progress) -> ChangeSet:
        """Put every mapping of all kinds back as it was, as one new step that Undo takes back.
        May take long: years of steps may lie between."""
        ...

    # --- The journal ---

    def history(
        self,
        wanted: HistoryFilter,
        progress: Progress,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage:
        """A page of the journal, the newest first. For an export: page after page."""
        ...

    def row_history(self, kind: Kind, source_id: str, limit: int = 50) -> tuple[JournalEntry, ...]:
        """The newest entries of one row, for the detail pane."""
        ...

    def people(self) -> tuple[str, ...]:
        """Everybody in the journal, for its filter."""
        ...

    def revert_row(
        self, kind: Kind, source_id: str, to_step: int, *, share: bool = False, label: str = ""
    ) -> ChangeSet:
        """Put one row back as it was right after *to_step*, as a new step; the others stay.

        To take back one entry of its history: ``to_step = entry.step - 1``. Raises RuleError when
        a customer would be shared and *share* is not set.
        """
        ...
