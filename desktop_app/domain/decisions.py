"""Decisions about sources: what is decided, how it came about and where it is.

:mod:`desktop_app.domain.records` hands these on with all other nouns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.kinds import Kind


class How(StrEnum):
    """How a mapping change came about; stored in the journal."""

    BY_HAND = "by hand"
    AUTO_MAP = "Auto Map"
    CLEARED = "cleared"
    EXCLUDED = "excluded"
    INCLUDED = "included"
    KEPT = "kept"  # a conflict or a change in QuickBooks was looked at, and the link stays
    REVERTED = "one row put back"
    RESTORED = "restore point"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"


class Choice(StrEnum):
    """What was decided about a source; stored."""

    LINKED = "linked"
    SHARED = "shared"  # linked, on purpose, to a customer that another organization has too
    EXCLUDED = "excluded"  # not to be billed through QuickBooks: held on purpose


class Delivery(StrEnum):
    """Where a decision is; stored. A saved one that a later refresh looked at is "checked"."""

    SAVED = "saved"
    STAGED = "staged"  # made offline: does not count for sending until a refresh has checked it
    RECHECK = "recheck"  # made on an old list: checked by the next refresh
    CONFLICT = "conflict"  # the check found something: does not count until a person settles it


@dataclass(frozen=True, slots=True)
class Mapping:
    """A decision about one source: a link, or its exclusion (no target).

    target_label keeps the row readable should the target disappear. evidence: why, in words.
    problem: the stable code of a conflict (domain.rechecks.Problem), "" without one.
    company: the stamp of the company that the mapping belongs to, see
    :func:`desktop_app.domain.stamps.stamp`.
    """

    kind: Kind
    source_id: str
    target_id: str
    target_label: str
    how: How
    who: str
    changed_at: datetime
    choice: Choice = Choice.LINKED
    evidence: str = ""
    delivery: Delivery = Delivery.SAVED
    problem: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class MappingChange:
    """One wanted change: link source_id to target_id, exclude it (target_id "", choice EXCLUDED)
    or clear it (target_id "").

    score: how likely the link was right when it was offered, 0 to 1. decided_by: who decided it,
    where that is another person than the one who applies it (a colleague's change set).
    """

    kind: Kind
    source_id: str
    source_label: str
    target_id: str
    target_label: str
    how: How
    evidence: str = ""
    choice: Choice = Choice.LINKED
    score: Decimal | None = None
    decided_by: str = ""

    @property
    def clears(self) -> bool:
        """Whether the source is undecided afterwards."""
        return not self.target_id and self.choice is not Choice.EXCLUDED


@dataclass(frozen=True, slots=True)
class Mode:
    """How the decisions of a step are made: delivery SAVED, STAGED (offline) or RECHECK (on an old
    list). company: the stamp that they get (domain.stamps)."""

    delivery: Delivery = Delivery.SAVED
    company: str = ""


PLAIN = Mode()


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RememberedPair:
    """What a person said about a source and a target, for Auto Map's next run. The names are
    those of that moment: a record that comes back under a new id is still recognised."""

    kind: Kind
    source_id: str
    source_name: str
    target_id: str
    target_name: str
    verdict: Verdict
