"""Create in QuickBooks, as the window sees it.

The rules for callers are those of :mod:`desktop_app.services.api`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desktop_app.domain.creating import CreateCheck, CreateDraft, Creation
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress


class Standing(StrEnum):
    """Whether a creation that waits may go; the word is what the screen shows."""

    READY = "Ready to create"
    LOOK = "Needs a look"  # local data speak against it
    OLD_LISTS = "Refresh first"
    UNDER_WAY = "Being looked up"  # asked for, and not answered
    REFUSED = "Refused"
    SUPERSEDED = "No longer needed"  # the row was mapped or excluded meanwhile, or is gone
    ELSEWHERE = "Another company"


@dataclass(frozen=True, slots=True)
class WaitingCreation:
    """A creation that is not done. reason: why it stands so, "" when it is ready. fields: the exact
    record, as :meth:`CreateService.fields` gives it. reads: metered reads of the last check."""

    creation: Creation
    standing: Standing
    reason: str
    fields: tuple[tuple[str, str], ...]
    reads: int


class Outcome(StrEnum):
    """What became of a staged creation in a run."""

    CREATED = "Created and linked"
    HELD = "Not created"  # kept staged: something has come up that a person has to look at
    REFUSED = "Refused"
    UNKNOWN = "Being looked up"  # the answer was lost
    NOT_TRIED = "Not tried"


@dataclass(frozen=True, slots=True)
class CreateResult:
    """creation: as it was before the run. text: what happened, or why not."""

    creation: Creation
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class CreateReport:
    """What became of staged creations, in their order. stopped: why the run ended early."""

    results: tuple[CreateResult, ...]
    stopped: str
    changes: ChangeSet
    text: str

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)


class CreateService(Protocol):
    def draft(self, kind: Kind, source_id: str) -> CreateDraft:
        """The record that would be created, cleaned and within QuickBooks' limits; of a row that
        has a staged or refused creation, that one.

        Raises RuleError for accounts (they are made in QuickBooks), for mapped rows, and for one
        that QuickBooks has not answered for.
        """
        ...

    def fields(self, draft: CreateDraft) -> tuple[tuple[str, str], ...]:
        """The exact record, field by field, as it would be sent ("DisplayName", "Acme")."""
        ...

    def check(self, draft: CreateDraft, progress: Progress) -> CreateCheck:
        """Problems, clashes and near-duplicates. Asks QuickBooks where it can (at most one read
        for each list of names), else looks at the local list and says so (live)."""
        ...

    def check_locally(self, draft: CreateDraft) -> CreateCheck:
        """The same from the local list only; short enough for every key (about 20 ms)."""
        ...

    def create(self, draft: CreateDraft, progress: Progress) -> ChangeSet:
        """Create and link in one undo step (undo unlinks; the QuickBooks record stays).

        Raises RuleError (a problem, a clash), ServiceFault (refused, in words), UnknownOutcome
        (looked up later by settle), NetworkError (nothing was sent: offer to stage).
        """
        ...

    def stage(self, draft: CreateDraft) -> ChangeSet:
        """Keep it until there is a connection. Raises RuleError for what is wrong locally."""
        ...

    def open(self) -> tuple[Creation, ...]:
        """Staged, unanswered and refused creations, oldest first."""
        ...

    def pending(self) -> tuple[Creation, ...]:
        """Those of them whose row nobody has decided otherwise since; short."""
        ...

    def waiting(self, progress: Progress) -> tuple[WaitingCreation, ...]:
        """All open ones, checked again with the local lists; some 20 ms each."""
        ...

    def discard(self, request_ids: Sequence[str]) -> ChangeSet:
        """Drop staged or refused ones; one whose answer is unknown stays."""
        ...

    def carry_out(self, request_ids: Sequence[str] | None, progress: Progress) -> CreateReport:
        """Create staged ones (None: all) one by one, each checked again first: with the local
        lists, which have to be fresher than it, and by asking QuickBooks about the name."""
        ...

    def settle(self, progress: Progress) -> ChangeSet:
        """Find out what became of creations whose answer was lost, and link what was created."""
        ...
