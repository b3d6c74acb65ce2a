"""Create in QuickBooks, as the window sees it.

The rules for callers are those of :mod:`desktop_app.services.api`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_app.domain.creating import CreateCheck, CreateDraft, Creation
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress


@dataclass(frozen=True, slots=True)
class CreateReport:
    """What became of staged creations. held: kept staged, because a clash or a near-duplicate has
    appeared since (or the row was mapped); each says why. stopped: why the run ended early."""

    created: int
    refused: int
    held: tuple[tuple[Creation, str], ...]
    left: int
    stopped: str
    changes: ChangeSet
    text: str


class CreateService(Protocol):
    def draft(self, kind: Kind, source_id: str) -> CreateDraft:
        """The record that would be created, cleaned and within QuickBooks' limits.

        Raises RuleError for accounts (they are made in QuickBooks) and for mapped rows.
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

    def discard(self, request_ids: Sequence[str]) -> ChangeSet:
        """Drop staged or refused ones; one whose answer is unknown stays."""
        ...

    def carry_out(self, request_ids: Sequence[str] | None, progress: Progress) -> CreateReport:
        """Create staged ones (None: all) one by one, each re-checked with QuickBooks first."""
        ...

    def settle(self, progress: Progress) -> ChangeSet:
        """Find out what became of creations whose answer was lost, and link what was created."""
        ...
