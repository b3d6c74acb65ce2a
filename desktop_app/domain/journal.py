"""The journal as it is read: entries, pages of history, restore points.

The journal is append-only. What a step did, and how every row stood before it, is in its entries,
so that any earlier state can be told from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One row changed in one step.

    action: "change", "undo" or "redo". reverses: the step that an undo or redo took back.
    from_choice, to_choice: a Choice's value, "" for undecided. from_delivery, from_problem: how
    the decision stood that was replaced. evidence: the reasons, in words; score: 0 to 1, None
    where nothing was scored. decided_by: who decided, where it was not *who*. label: the step's.
    """

    step: int
    made_at: datetime
    who: str
    action: str
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
    position: int = 0
    label: str = ""
    from_choice: str = ""
    to_choice: str = ""
    from_delivery: str = ""
    from_problem: str = ""
    score: Decimal | None = None
    decided_by: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which entries; an empty field does not restrict.

    text: beginnings of words, all of which occur in the names, evidence, label or person, in any
    case, with or without accents. since, until: instants; until is excluded. source_id needs kind.
    """

    text: str = ""
    kind: Kind | None = None
    source_id: str = ""
    who: str = ""
    how: How | None = None
    since: datetime | None = None
    until: datetime | None = None


Cursor = tuple[int, int]
"""Where a page of history ended: step and position."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, the newest first. more: where to go on, None at the end."""

    entries: tuple[JournalEntry, ...]
    more: Cursor | None = None


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """The mappings of all three kinds as they were after *step* (0: before the first).

    automatic: made by the program before Auto Map, an import, a bulk change or a restoring.
    """

    id: int
    made_at: datetime
    who: str
    name: str
    step: int
    automatic: bool


@dataclass(frozen=True, slots=True)
class RowState:
    """How one row stood at some moment of the journal. choice: "" for undecided."""

    kind: Kind
    source_id: str
    source_label: str
    choice: str
    target_id: str
    target_label: str
