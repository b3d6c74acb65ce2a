"""Classes and locations, for the window: what QuickBooks has, and which rule files documents under
which.

The rules of :mod:`desktop_app.services.api` hold: a method with a ``progress`` goes online and is
run off the window's thread; every other one is short.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress

Place = tuple[Kind, str]
"""An organization (Kind.CUSTOMERS) or an account code (Kind.ACCOUNTS), by its id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one of the two stands in this company.

    choices: what can be chosen, by name; what a rule names and cannot be used is no part of it.
    fixed: the id for all that have no rule of their own, "" for none. fixed_text: its words.
    per_line: each line may have its own. reason: why nothing can be chosen, "" where it can.
    problem: what is wrong with a rule, "" for nothing. ruled: whether there is any rule.
    """

    track: Track
    choices: tuple[Tracked, ...] = ()
    fixed: str = ""
    fixed_text: str = "None"
    per_line: bool = False
    reason: str = ""
    problem: str = ""
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one organization or account code is filed under.

    texts: in words, for each track that it can have. own: those for which it has its own rule.
    problem: what is wrong with one of these, "" for nothing.
    """

    place: Place
    name: str
    texts: MappingOf[Track, str] = field(default_factory=dict)
    own: frozenset[Track] = frozenset()
    problem: str = ""


class TrackingService(Protocol):
    def standing(self, track: Track) -> Standing: ...

    def rows(self) -> list[RuleRow]:
        """Organizations by name; account codes, too, where each line has its own class."""
        ...

    def set_default(self, track: Track, identity: str) -> ChangeSet:
        """*identity*: "" for none. Raises RuleError for one that cannot be used."""
        ...

    def set_rule(self, track: Track, places: Sequence[Place], identity: str | None) -> ChangeSet:
        """*identity*: "" for none, whatever the default is; None takes the rule away. Account
        codes have no location. Raises RuleError for one that cannot be used."""
        ...

    def read(self, progress: Progress) -> ChangeSet:
        """Read from QuickBooks what this company tracks (about two metered reads each)."""
        ...
