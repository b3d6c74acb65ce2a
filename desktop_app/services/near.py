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
        """At most NEAR_SHOWN, best first."""
        if not draft.name.strip():
            return ()
        probe = Source(draft.kind, "", draft.name, code=draft.sku, email=draft.email)
        found = self._shortlist(draft.kind, facts).like(auto_map.source_record(probe))
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
