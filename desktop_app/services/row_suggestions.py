"""Suggestions of the mapping rows: searched in a task, kept in memory and in the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace

from desktop_app.domain import auto_map
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import MappingStore
from desktop_app.domain.ports_suggest import SavedCandidate, SavedSuggestion, SuggestionStore
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import ChangeSet, Source, Target
from desktop_app.domain.shortlist import Shortlist
from desktop_app.domain.suggestions import (
    SHOWN,
    Suggestion,
    SuggestionState,
    suggestion_of,
)
from desktop_app.errors import BridgeError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts
from desktop_app.services.offered import Offered

log = logging.getLogger(__name__)

AT_ONCE = 100
"""So many rows are searched one by one; for more, the whole list is."""


@dataclass(slots=True)
class _Searched:
    """What a search found, and what it was made of.

    sources, targets: empty for a result that an earlier run of the program saved.
    """

    workspace: int
    kind: Kind
    found: dict[str, Suggestion]
    sources: MappingOf[str, Source] = field(default_factory=dict)
    targets: MappingOf[str, Target] = field(default_factory=dict)
    rejected: Collection[tuple[str, str]] = frozenset()
    shortlist: Shortlist | None = None
    held: dict[str, tuple[str, ...]] = field(init=False)  # row -> targets that another row had
    offered: Offered = field(init=False)

    def __post_init__(self) -> None:
        self.offered = Offered(self.found, self.kind)
        taken = auto_map.LINKED_ELSEWHERE.partition("{")[0]
        self.held = {}
        for source_id, suggestion in self.found.items():
            held = [c.target.id for c in suggestion.candidates if c.caution.startswith(taken)]
            if held:
                self.held[source_id] = tuple(held)


class RowSuggestions:
    """Thread-safe: the search runs in a worker while the window reads."""

    def __init__(
        self,
        *,
        facts: LocalFacts,
        mappings: MappingStore,
        lessons: Lessons,
        store: SuggestionStore,
    ) -> None:
        self._facts = facts
        self._mappings = mappings
        self._lessons = lessons
        self._store = store
        self._guard = threading.RLock()
        self._searched: dict[Kind, _Searched] = {}

    def of(self, kind: Kind) -> MappingOf[str, Suggestion]:
        facts = self._facts.get()
        return self._get(facts, kind).offered.at(facts)

    def to_search(self) -> frozenset[Kind]:
        facts = self._facts.get()
        return frozenset(
            kind for kind in Kind if self._is_old(facts, kind) or self._open_rows(facts, kind)
        )

    def search(self, progress: Progress, kinds: Collection[Kind] | None) -> ChangeSet:
        facts = self._facts.get()
        wanted = self.to_search() if kinds is None else frozenset(kinds)
        rows: set[str] = set()
        for kind in Kind:
            if kind in wanted:
                progress.report(f"Searching {kind.target_noun}s that fit")
                whole = kinds is not None or self._is_old(facts, kind)
                few: set[str] = set() if whole else self._open_rows(facts, kind)
                if not whole and len(few) <= AT_ONCE:
                    self._search_rows(facts, kind, few, progress)
                    rows |= few
                else:
                    self._search_all(facts, kind, progress)
                    rows |= facts.sources[kind].keys()
        return ChangeSet(kinds=wanted, source_ids=frozenset(rows))

    def candidates(self, kind: Kind, source_id: str) -> tuple[Candidate, ...]:
        facts = self._facts.get()
        searched = self._get(facts, kind)
        known = self.of(kind).get(source_id)
        first = known.candidates if known else ()
        if searched.shortlist is None:
            return first
        # The search over all rows knows more about a pair than the comparison of one row does,
        # but its runner-up is an estimate.
        found = list(first[:1])
        found += [
            c for c in searched.shortlist.of(source_id) if not first or c.target != first[0].target
        ]
        return tuple(searched.offered.with_user(c, facts, source_id) for c in found[:SHOWN])

    # --- inside ---

    def _get(self, facts: Facts, kind: Kind) -> _Searched:
        with self._guard:
            known = self._searched.get(kind)
            if known is None or known.workspace != facts.workspace.id:
                saved = self._store.load(facts.workspace.id, kind)
                found = _restored(saved, facts.targets[kind])
                known = _Searched(facts.workspace.id, kind, found)
                self._searched[kind] = known
            return known

    def _is_old(self, facts: Facts, kind: Kind) -> bool:
        """Whether the lists are others than those that were searched."""
        known = self._get(facts, kind)
        for name, now in (("sources", facts.sources[kind]), ("targets", facts.targets[kind])):
            if getattr(known, name) is not now:
                if getattr(known, name) != now:
                    return True
                setattr(known, name, now)  # the same records, read again
        return False

    def _open_rows(self, facts: Facts, kind: Kind) -> set[str]:
        """Undecided rows that the last search does not answer for: cleared since, a pair rejected
        or offered again, a candidate that is free again."""
        known = self._get(facts, kind)
        links = facts.mappings[kind]
        used = {link.target_id for link in links.values()}
        excluded = self._mappings.excluded(facts.workspace.id, kind)
        rejected = auto_map.rejected_pairs(self._lessons.all(kind), facts, kind)
        judged = {s for s, _ in frozenset(rejected) ^ frozenset(known.rejected)}
        freed = {s for s, held in known.held.items() if any(t not in used for t in held)}
        undecided = facts.sources[kind].keys() - links.keys() - excluded.keys()
        return (undecided - known.found.keys()) | (undecided & (judged | freed))

    def _search_all(self, facts: Facts, kind: Kind, progress: Progress) -> None:
        remembered = self._lessons.all(kind)
        shortlist: Shortlist | None = None
        rejected: Collection[tuple[str, str]] = frozenset()
        try:
            excluded = self._mappings.excluded(facts.workspace.id, kind)
            data = auto_map.lists(facts, kind, remembered, skipped=excluded)
            found = {p.source.id: suggestion_of(p) for p in auto_map.propose(data, progress)}
            progress.check()
            shortlist = Shortlist(data)
            rejected = data.rejected
        except Cancelled:
            raise
        except Exception as error:
            # Whatever it is, the rows must not look as if nothing fitted.
            log.exception("The search for %s failed", kind.label.lower())
            found = _failed(facts, kind, error)
        with self._guard:
            self._searched[kind] = _Searched(
                facts.workspace.id,
                kind,
                found,
                facts.sources[kind],
                facts.targets[kind],
                rejected,
                shortlist,
            )
        if shortlist is not None:
            self._store.save(facts.workspace.id, kind, _saved(found))

    def _search_rows(
        self, facts: Facts, kind: Kind, rows: Collection[str], progress: Progress
    ) -> None:
        """A few rows, each with the rows that want the same targets: a name that two sources fit
        is seen as such here too."""
        known = self._get(facts, kind)
        excluded = self._mappings.excluded(facts.workspace.id, kind)
        data = auto_map.lists(facts, kind, self._lessons.all(kind), skipped=excluded)
        shortlist = Shortlist(data) if known.shortlist is None else known.shortlist.with_(data)
        place = {s.id: n for n, s in enumerate(data.sources)}
        target_place = {t.id: n for n, t in enumerate(data.targets)}
        rivals: dict[str, set[str]] = {}
        for source_id, suggestion in known.found.items():
            for candidate in suggestion.candidates:
                rivals.setdefault(candidate.target.id, set()).add(source_id)
        nearest = {row: shortlist.near(data.left[place[row]], row) for row in sorted(rows)}
        for source_id, near in nearest.items():
            for n in near:
                rivals.setdefault(data.targets[n].id, set()).add(source_id)
        answers: dict[str, Suggestion] = {}
        for source_id, near in nearest.items():
            progress.check()
            lefts = {source_id}
            for n in near:
                lefts |= rivals.get(data.targets[n].id, set())
            rights = set(near)
            for rival in lefts:
                earlier = known.found.get(rival)
                for candidate in earlier.candidates if earlier else ():
                    rights |= {target_place.get(candidate.target.id, -1)} - {-1}
            small = auto_map.part(data, (place[s] for s in lefts if s in place), rights)
            for proposal in auto_map.propose(small, progress, {source_id}):
                answers[source_id] = suggestion_of(proposal)
        with self._guard:
            if self._searched.get(kind) is known:
                self._searched[kind] = replace(
                    known,
                    found={**known.found, **answers},
                    rejected=data.rejected,
                    shortlist=shortlist,
                )
        self._store.save(facts.workspace.id, kind, _saved(answers), whole=False)


def _failed(facts: Facts, kind: Kind, error: Exception) -> dict[str, Suggestion]:
    words = error.message if isinstance(error, BridgeError) else "the log says why."
    failed = Suggestion(SuggestionState.FAILED, problem=f"The search failed: {words}")
    links = facts.mappings[kind]
    return {source_id: failed for source_id in facts.sources[kind] if source_id not in links}


def _saved(found: MappingOf[str, Suggestion]) -> dict[str, SavedSuggestion]:
    return {
        source_id: SavedSuggestion(
            s.state.value,
            s.gap,
            tuple(SavedCandidate(c.target.id, c.score, c.reasons, c.caution) for c in s.candidates),
        )
        for source_id, s in found.items()
    }


def _restored(
    saved: MappingOf[str, SavedSuggestion], targets: MappingOf[str, Target]
) -> dict[str, Suggestion]:
    """What an earlier run of the program saved; a row whose candidates are gone is searched
    again, and so is one with a state that this program does not know."""
    known = {state.value: state for state in SuggestionState}
    result = {}
    for source_id, s in saved.items():
        if s.state in known and all(c.target_id in targets for c in s.candidates):
            candidates = tuple(
                Candidate(targets[c.target_id], c.score, c.reasons, c.caution) for c in s.candidates
            )
            result[source_id] = Suggestion(known[s.state], candidates, s.gap)
    return result
