"""The last search for suggestions (the port SuggestionStore)."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

import simplejson

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports_suggest import SavedCandidate, SavedSuggestion
from desktop_app.storage import suggest_models
from desktop_app.storage.database import Database, upsert

_KEY = ("workspace_id", "kind", "source_id")
_PUT = upsert("suggestions", (*_KEY, "state", "gap", "candidates"), _KEY)
_REMOVE = "DELETE FROM suggestions WHERE workspace_id = ? AND kind = ? AND source_id = ?"

_Row = tuple[str, str, str]


class SqlSuggestionStore:
    """Rows that are the same as before are not written again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, workspace_id: int, kind: Kind) -> MappingOf[str, SavedSuggestion]:
        rows = self._rows(workspace_id, kind)
        texts = ",".join(
            text for _, _, text in rows.values()
        )  # read in one go: a fifth of the time
        return {
            source_id: SavedSuggestion(state, float(gap), _candidates(found))
            for (source_id, (state, gap, _)), found in zip(
                rows.items(), simplejson.loads(f"[{texts}]"), strict=True
            )
        }

    def save(
        self,
        workspace_id: int,
        kind: Kind,
        found: MappingOf[str, SavedSuggestion],
        *,
        whole: bool = True,
    ) -> None:
        before = self._rows(workspace_id, kind)
        after = {source_id: _row(each) for source_id, each in found.items()}
        put = [
            (workspace_id, kind.value, source_id, *row)
            for source_id, row in after.items()
            if before.get(source_id) != row
        ]
        gone = [s for s in before if s not in after] if whole else []
        if put or gone:
            with self._database.writing():
                self._database.run_many(_REMOVE, [(workspace_id, kind.value, s) for s in gone])
                self._database.run_many(_PUT, put)

    def _rows(self, workspace_id: int, kind: Kind) -> dict[str, _Row]:
        table = suggest_models.Suggestion
        query = table.select(table.source_id, table.state, table.gap, table.candidates).where(
            (table.workspace_id == workspace_id) & (table.kind == kind.value)
        )
        return {row[0]: (row[1], row[2], row[3]) for row in self._database.rows(query)}


def _row(found: SavedSuggestion) -> _Row:
    candidates = [[c.target_id, c.score, c.reasons, c.caution] for c in found.candidates]
    return found.state, repr(found.gap), simplejson.dumps(candidates, separators=(",", ":"))


def _candidates(rows: list[Any]) -> tuple[SavedCandidate, ...]:
    """Scores are probabilities, not money: plain floats."""
    return tuple(
        SavedCandidate(target_id, float(score), tuple(reasons), caution)
        for target_id, score, reasons, caution in rows
    )
