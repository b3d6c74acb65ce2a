"""Local data as Facts, each part kept in memory until it changes.

A single decision reads its own part again and nothing else: reading a catalogue of 20,000 rows
for every key would hold the window.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from desktop_app.domain.creating import CreateState, Creation
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import Handling
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import CatalogueStore, MappingStore, PushStore, WorkspaceStore
from desktop_app.domain.ports_review import NewsStore
from desktop_app.domain.ports_suggest import CreationStore


class Part(Enum):
    """What may change on its own."""

    WORKSPACE = auto()
    CATALOGUE = auto()
    MAPPINGS = auto()
    PUSHES = auto()
    NEWS = auto()
    HANDLING = auto()
    CREATIONS = auto()


class LocalFacts:
    """Gathers Facts from the stores; thread-safe."""

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        catalogue: CatalogueStore,
        mappings: MappingStore,
        pushes: PushStore,
        news: NewsStore | None = None,
        handling: Callable[[int], Handling] | None = None,
        creations: CreationStore | None = None,
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._mappings = mappings
        self._pushes = pushes
        self._news = news
        self._handling = handling
        self._creations = creations
        self._read: dict[Part, Callable[[int], dict[str, Any]]] = {
            Part.CATALOGUE: self._read_catalogue,
            Part.MAPPINGS: self._read_mappings,
            Part.PUSHES: self._read_pushes,
            Part.NEWS: self._read_news,
            Part.HANDLING: self._read_handling,
            Part.CREATIONS: self._read_creations,
        }
        self._guard = threading.RLock()
        self._parts: dict[Part, dict[str, Any]] = {}
        self._facts: Facts | None = None
        self._last: Facts | None = None

    def invalidate(self, *parts: Part) -> None:
        """Forget *parts*; without any, everything. Another workspace means everything."""
        with self._guard:
            self._facts = None
            for part in parts or tuple(Part):
                self._parts.pop(part, None)

    def get(self) -> Facts:
        with self._guard:
            if self._facts is None:
                self._facts = self._gather()
            return self._facts

    def _gather(self) -> Facts:
        workspace = self._workspaces.current()
        fields: dict[str, Any] = {}
        for part, read in self._read.items():
            if part not in self._parts:
                self._parts[part] = read(workspace.id)
            fields |= self._parts[part]
        facts = Facts(workspace=workspace, **fields)
        if self._last is not None:
            facts.keep_indexes(self._last)
        self._last = facts
        return facts

    def _read_catalogue(self, workspace_id: int) -> dict[str, Any]:
        catalogue = self._catalogue
        return {
            "company": catalogue.company(workspace_id),
            "sources": {k: {s.id: s for s in catalogue.sources(workspace_id, k)} for k in Kind},
            "targets": {k: {t.id: t for t in catalogue.targets(workspace_id, k)} for k in Kind},
            "agreements": {a.id: a for a in catalogue.agreements(workspace_id)},
            "terms": catalogue.terms(workspace_id),
            "tax_codes": catalogue.tax_codes(workspace_id),
            "invoices": catalogue.invoices(workspace_id),
        }

    def _read_mappings(self, workspace_id: int) -> dict[str, Any]:
        mappings = self._mappings
        return {
            "mappings": {k: mappings.all(workspace_id, k) for k in Kind},
            "excluded": {k: mappings.excluded(workspace_id, k) for k in Kind},
            "companies": mappings.companies(workspace_id),
        }

    def _read_news(self, workspace_id: int) -> dict[str, Any]:
        if self._news is None:
            return {}
        return {
            "vanished": self._news.vanished(workspace_id),
            "fresh": self._news.fresh(workspace_id),
        }

    def _read_handling(self, workspace_id: int) -> dict[str, Any]:
        return {"handling": self._handling(workspace_id)} if self._handling else {}

    def _read_creations(self, workspace_id: int) -> dict[str, Any]:
        if self._creations is None:
            return {}
        found: dict[Kind, dict[str, Creation]] = {kind: {} for kind in Kind}
        for each in self._creations.open(workspace_id):
            earlier = found[each.draft.kind].get(each.draft.source_id)
            # What waits or is under way tells more than what was refused before.
            if earlier is None or earlier.state is CreateState.REFUSED:
                found[each.draft.kind][each.draft.source_id] = each
        return {"creations": found, "created": self._creations.created(workspace_id)}

    def _read_pushes(self, workspace_id: int) -> dict[str, Any]:
        return {
            "carriers": self._pushes.carriers(workspace_id),
            "pushes": self._pushes.all(workspace_id),
        }
