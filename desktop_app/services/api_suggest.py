"""Suggestions, Auto Map, Waiting and Impact, as the window sees them.

The rules for callers are those of :mod:`desktop_app.services.api`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingOf
from typing import Protocol

from desktop_app.domain.impact import Impact, LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import AutoMapRun, Candidate
from desktop_app.domain.records import ChangeSet, RememberedPair
from desktop_app.domain.suggestions import Suggestion
from desktop_app.domain.waiting import Waiting
from desktop_app.progress import Progress


class SuggestService(Protocol):
    # --- Auto Map ---

    def auto_map_refusal(self, kind: Kind) -> str:
        """ "" when Auto Map may run; else why not, in words, for the disabled button: no list yet,
        a list that was not read to its end, or an old one whose last refresh failed."""
        ...

    def propose(
        self,
        kind: Kind,
        source_ids: Sequence[str] | None,
        progress: Progress,
        *,
        overwrite: bool = False,
    ) -> AutoMapRun:
        """Auto Map over these rows, or over all (None). Mapped rows take part only with
        *overwrite*. Nothing is linked. Raises RuleError with the words of auto_map_refusal."""
        ...

    def apply(
        self,
        run: AutoMapRun,
        chosen: Sequence[tuple[str, str]],
        rejected: Sequence[tuple[str, str]] = (),
    ) -> ChangeSet:
        """Link the chosen (source id, target id) as one undo step, with score and reasons as
        evidence; remember what was confirmed and rejected. Nothing is linked when one of them
        cannot be: RuleError names it (sharing a customer, a record that is gone or unusable)."""
        ...

    def rejected(self, kind: Kind) -> tuple[RememberedPair, ...]:
        """Pairs that are not proposed any more, by the source's name."""
        ...

    def reject(self, kind: Kind, pairs: Sequence[tuple[str, str]]) -> ChangeSet:
        """Never propose these (source id, target id) again."""
        ...

    def offer_again(self, pairs: Sequence[RememberedPair]) -> ChangeSet: ...

    # --- Suggestions ---

    def suggestions(self, kind: Kind) -> MappingOf[str, Suggestion]:
        """By source id, for rows that are not mapped; a row that is not in it was not searched
        (suggestions.NOT_SEARCHED). Short: what the last search found, less what was linked since.
        """
        ...

    def to_search(self) -> frozenset[Kind]:
        """Kinds whose suggestions are not those of the present lists: after a start without a
        saved result, a refresh, a cleared row, a rejected pair. Short. The window runs
        :meth:`search` in a task when it is not empty."""
        ...

    def search(self, progress: Progress, kinds: Collection[Kind] | None = None) -> ChangeSet:
        """Search suggestions for these kinds (None: those of to_search). A search that breaks is
        a state of its rows (FAILED), not an error."""
        ...

    def candidates(self, kind: Kind, source_id: str) -> tuple[Candidate, ...]:
        """Up to nine candidates of one row, best first, for the detail pane and the keys 1..9.
        About 20 ms; fewer (those of the last search) before :meth:`search` has run once."""
        ...

    # --- Waiting and Impact ---

    def waiting(self, kind: Kind) -> MappingOf[str, Waiting]:
        """By source id; rows without waiting invoices are not in it. Short: where a refresh brought
        very many invoices, what was known before until :meth:`search` has run."""
        ...

    def gather(self) -> bool:
        """Look at all invoices for :meth:`waiting`, for a worker before a screen asks (the search
        does it too); whether there was something to do."""
        ...

    def impact(self, changes: Sequence[LinkChange], progress: Progress) -> Impact: ...
