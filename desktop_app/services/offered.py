"""What a search found, as far as it holds for the links of now."""

from __future__ import annotations

import threading
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from types import MappingProxyType

from desktop_app.domain import auto_map
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import Mapping
from desktop_app.domain.snapshots import changed_keys
from desktop_app.domain.suggestions import Suggestion, SuggestionState


class Offered:
    """Suggestions of the rows that are undecided; a candidate that was linked since is no offer.

    Looking through 20,000 rows takes longer than a frame and a decision touches few of them, so
    only those are looked at again. Thread-safe.
    """

    def __init__(self, found: MappingOf[str, Suggestion], kind: Kind) -> None:
        self._found, self._kind = found, kind
        self._guard = threading.Lock()
        self._links: MappingOf[str, Mapping] = {}
        self._users: dict[str, dict[str, None]] = {}  # target -> its sources, the latest last
        self._wanting: dict[str, list[str]] = {}  # target -> rows that it fits best
        for source_id, suggestion in found.items():
            if suggestion.best is not None:
                self._wanting.setdefault(suggestion.best.target.id, []).append(source_id)
        self._shown: MappingOf[str, Suggestion] = found

    def at(self, facts: Facts) -> MappingOf[str, Suggestion]:
        """By source id. A snapshot."""
        with self._guard:
            if facts.mappings[self._kind] is not self._links:
                self._follow(facts)
            return self._shown

    def with_user(self, candidate: Candidate, facts: Facts, source_id: str) -> Candidate:
        """*candidate* with a caution where another row is linked to it."""
        with self._guard:
            if facts.mappings[self._kind] is not self._links:
                self._follow(facts)
            return self._cautioned(candidate, facts, source_id)

    def _follow(self, facts: Facts) -> None:
        before, now = self._links, facts.mappings[self._kind]
        touched = changed_keys(before, now)
        for source_id in tuple(touched):
            for links, moves in ((before, self._leaves), (now, self._takes)):
                link = links.get(source_id)
                if link is not None and link.target_id:
                    moves(link)
                    touched.update(self._wanting.get(link.target_id, ()))
        shown = dict(self._shown)
        for source_id in touched:
            if source_id in now or source_id not in self._found:
                shown.pop(source_id, None)
            else:
                shown[source_id] = self._present(source_id, facts)
        self._links, self._shown = now, MappingProxyType(shown)

    def _leaves(self, link: Mapping) -> None:
        self._users.get(link.target_id, {}).pop(link.source_id, None)

    def _takes(self, link: Mapping) -> None:
        self._users.setdefault(link.target_id, {})[link.source_id] = None

    def _present(self, source_id: str, facts: Facts) -> Suggestion:
        suggestion = self._found[source_id]
        best = suggestion.best
        if best is None or not suggestion.acceptable or not self._users.get(best.target.id):
            return suggestion
        return replace(
            suggestion,
            state=SuggestionState.AMBIGUOUS,
            candidates=tuple(self._cautioned(c, facts, source_id) for c in suggestion.candidates),
        )

    def _cautioned(self, candidate: Candidate, facts: Facts, source_id: str) -> Candidate:
        users = self._users.get(candidate.target.id, {})
        user = next(reversed(users), source_id)
        if user == source_id or candidate.caution:
            return candidate
        source = facts.sources[self._kind].get(user)
        words = auto_map.LINKED_ELSEWHERE.format(source.name if source else user)
        return replace(candidate, caution=words)
