"""Ports of suggestions and of creating records in QuickBooks (others: domain.ports)."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Protocol

from desktop_app.domain.creating import Creation
from desktop_app.domain.kinds import Kind


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


class CreationStore(Protocol):
    """Records that a person wants made in QuickBooks, and what became of them."""

    def open(self, workspace_id: int) -> tuple[Creation, ...]:
        """All but those that were created, oldest first."""
        ...

    def save(self, workspace_id: int, creation: Creation) -> None:
        """Insert, or replace the one of the same request id; durable on return.

        Raises RuleError when another one of the same source is staged or under way.
        """
        ...

    def drop(self, workspace_id: int, request_id: str) -> None: ...
