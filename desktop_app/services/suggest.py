"""Suggestions, Auto Map, Waiting and Impact in one hand for the window."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from desktop_app.domain.impact import Impact, LinkChange, impact
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import AutoMapRun, Candidate
from desktop_app.domain.records import ChangeSet, RememberedPair
from desktop_app.domain.suggestions import Suggestion
from desktop_app.domain.waiting import Waiting, WaitingBoard
from desktop_app.progress import Progress
from desktop_app.services.auto_map import AutoMap
from desktop_app.services.local import LocalFacts
from desktop_app.services.row_suggestions import RowSuggestions

AT_ONCE = 1000
"""So many invoices are gathered for Waiting when they are asked for; more, by the search."""


class Suggest:
    """Implements services.api_suggest.SuggestService."""

    def __init__(self, *, facts: LocalFacts, auto: AutoMap, rows: RowSuggestions) -> None:
        self._facts = facts
        self._auto = auto
        self._rows = rows
        self._board = WaitingBoard()
        self._board_guard = threading.Lock()

    # --- Auto Map ---

    def auto_map_refusal(self, kind: Kind) -> str:
        return self._auto.refusal(kind)

    def propose(
        self,
        kind: Kind,
        source_ids: Sequence[str] | None,
        progress: Progress,
        *,
        overwrite: bool = False,
    ) -> AutoMapRun:
        return self._auto.propose(kind, source_ids, progress, overwrite=overwrite)

    def apply(
        self,
        run: AutoMapRun,
        chosen: Sequence[tuple[str, str]],
        rejected: Sequence[tuple[str, str]] = (),
    ) -> ChangeSet:
        return self._auto.apply(run, chosen, rejected)

    def rejected(self, kind: Kind) -> tuple[RememberedPair, ...]:
        return self._auto.rejected(kind)

    def reject(self, kind: Kind, pairs: Sequence[tuple[str, str]]) -> ChangeSet:
        return self._auto.reject(kind, pairs)

    def offer_again(self, pairs: Sequence[RememberedPair]) -> ChangeSet:
        return self._auto.offer_again(pairs)

    # --- Suggestions ---

    def suggestions(self, kind: Kind) -> MappingOf[str, Suggestion]:
        return self._rows.of(kind)

    def to_search(self) -> frozenset[Kind]:
        if self._board.is_old(self._facts.get()):
            return frozenset(Kind)
        return self._rows.to_search()

    def search(self, progress: Progress, kinds: Collection[Kind] | None = None) -> ChangeSet:
        gathered = self.gather()
        changes = self._rows.search(progress, kinds)
        return replace(changes, kinds=frozenset(Kind)) if gathered else changes

    def candidates(self, kind: Kind, source_id: str) -> tuple[Candidate, ...]:
        return self._rows.candidates(kind, source_id)

    # --- Waiting and Impact ---

    def waiting(self, kind: Kind) -> MappingOf[str, Waiting]:
        facts = self._facts.get()
        if not self._board_guard.acquire(blocking=False):
            return self._board.known(kind)  # a worker is gathering them
        try:
            if self._board.is_old(facts) and len(facts.invoices) > AT_ONCE:
                return self._board.known(kind)
            return self._board.of(facts, kind)
        finally:
            self._board_guard.release()

    def gather(self) -> bool:
        facts = self._facts.get()
        with self._board_guard:
            old = self._board.is_old(facts)
            self._board.of(facts, Kind.CUSTOMERS)
        return old

    def impact(self, changes: Sequence[LinkChange], progress: Progress) -> Impact:
        return impact(self._facts.get(), changes, progress)
