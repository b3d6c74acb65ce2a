"""Records of QuickBooks that are like one that is to be created."""

from __future__ import annotations

import threading
from dataclasses import replace

from desktop_app.domain import auto_map
from desktop_app.domain.creating import CreateDraft
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import Source
from desktop_app.domain.shortlist import Shortlist

NEAR = 0.25
"""Similar records from this score on are shown before something is created."""

NEAR_SHOWN = 5


class NearRecords:
    """Thread-safe; keeps the index of the targets while they and the links stay the same."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._index: dict[Kind, tuple[object, object, Shortlist]] = {}

    def of(self, draft: CreateDraft, facts: Facts) -> tuple[Candidate, ...]:
        """At most NEAR_SHOWN, best first.

        The scores of one search compete: a record of the same e-mail address leaves nothing for
        one of nearly the same name. Both are looked for, therefore.
        """
        if not draft.name.strip():
            return ()
        shortlist = self._shortlist(draft.kind, facts)
        by_name = Source(draft.kind, "", draft.name)
        best: dict[str, Candidate] = {}
        for probe in {by_name, replace(by_name, code=draft.sku, email=draft.email)}:
            for candidate in shortlist.like(auto_map.source_record(probe)):
                known = best.get(candidate.target.id)
                if known is None or known.score < candidate.score:
                    best[candidate.target.id] = candidate
        found = sorted(best.values(), key=lambda c: (-c.score, c.target.id))
        return tuple(c for c in found if c.score >= NEAR)[:NEAR_SHOWN]

    def _shortlist(self, kind: Kind, facts: Facts) -> Shortlist:
        targets, links = facts.targets[kind], facts.mappings[kind]
        with self._guard:
            known = self._index.get(kind)
            if known is None or known[0] is not targets or known[1] is not links:
                data = replace(auto_map.lists(facts, kind, ()), sources=(), left=())
                made = known[2].with_(data) if known is not None else Shortlist(data)
                known = self._index[kind] = (targets, links, made)
            return known[2]
