"""Ports of suggestions and of creating records in QuickBooks (others: domain.ports)."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_app.domain.creating import Creation, NameUse
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Target
from desktop_app.progress import Progress


@dataclass(frozen=True, slots=True)
class SavedCandidate:
    target_id: str
    score: float
    reasons: tuple[str, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class SavedSuggestion:
    """A row's suggestion as kept in the database. state: a SuggestionState's value."""

    state: str
    gap: float
    candidates: tuple[SavedCandidate, ...]


class SuggestionStore(Protocol):
    """The last search's result, so that the next start shows it at once."""

    def load(self, workspace_id: int, kind: Kind) -> MappingOf[str, SavedSuggestion]:
        """By source id."""
        ...

    def save(
        self,
        workspace_id: int,
        kind: Kind,
        found: MappingOf[str, SavedSuggestion],
        *,
        whole: bool = True,
    ) -> None:
        """whole: nothing else is known of this kind; otherwise only these rows are replaced."""
        ...


class RecordsApi(Protocol):
    """What QuickBooks is asked in order to create customers and items."""

    def names(self, kind: Kind, name: str, progress: Progress) -> tuple[NameUse, ...]:
        """Records that have *name*, inactive ones and those that had it before they were made
        inactive too: customers, vendors and employees, or items. One metered read for each list.
        """
        ...

    def named(self, kind: Kind, name: str, progress: Progress) -> tuple[Target, ...]:
        """Active customers or items of exactly that name, oldest first."""
        ...

    def create_record(
        self, kind: Kind, body: MappingOf[str, Any], request_id: str, progress: Progress
    ) -> Target:
        """Create a customer or an item. Raises ServiceFault (refused; 6240 when the name is
        taken), UnknownOutcome (no answer after the last attempt)."""
        ...


class CreationStore(Protocol):
    """Records that a person wants made in QuickBooks, and what became of them."""

    def open(self, workspace_id: int) -> tuple[Creation, ...]:
        """All but those that were created, oldest first."""
        ...

    def created(self, workspace_id: int) -> MappingOf[Kind, MappingOf[str, str]]:
        """Source id to the id of the record that was created from it, the newest."""
        ...

    def save(self, workspace_id: int, creation: Creation) -> None:
        """Insert, or replace the one of the same request id; durable on return.

        Raises RuleError when another one of the same source is staged or under way.
        """
        ...

    def drop(self, workspace_id: int, request_id: str) -> None: ...
