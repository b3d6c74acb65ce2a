"""The rows of the mapping tabs, kept in memory and mended after a decision.

Making 20,000 rows takes longer than a frame, and a decision changes one or two of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.mapping_rows import Surroundings, row_of, surroundings
from desktop_app.domain.records import Mapping
from desktop_app.domain.review import MappingRow
from desktop_app.services.local import LocalFacts


@dataclass(frozen=True)
class _Made:
    facts: Facts
    around: Surroundings
    rows: list[MappingRow]
    places: dict[str, int]


class RowCache:
    """Rows of each kind as local data are now; thread-safe."""

    def __init__(self, facts: LocalFacts) -> None:
        self._facts = facts
        self._guard = threading.Lock()
        self._made: dict[Kind, _Made] = {}

    def rows(self, kind: Kind) -> list[MappingRow]:
        """In the order of the sources. Not to be changed by the caller."""
        return self._of(kind).rows

    def row(self, kind: Kind, source_id: str) -> MappingRow | None:
        made = self._of(kind)
        place = made.places.get(source_id)
        return made.rows[place] if place is not None else None

    def _of(self, kind: Kind) -> _Made:
        facts = self._facts.get()
        with self._guard:
            made = self._made.get(kind)
            if made is None or made.facts is not facts:
                self._made[kind] = made = _mended(made, facts, kind) if made else _new(facts, kind)
            return made


def _new(facts: Facts, kind: Kind) -> _Made:
    around = surroundings(facts, kind)
    links = facts.mappings[kind]
    rows = [row_of(source, links.get(source.id), around) for source in facts.sources[kind].values()]
    return _Made(facts, around, rows, {row.source.id: n for n, row in enumerate(rows)})


def _mended(made: _Made, now: Facts, kind: Kind) -> _Made:
    """The rows after a change of decisions alone; anything else makes them anew."""
    before = made.facts
    same = (
        before.sources[kind] is now.sources[kind]
        and before.targets[kind] is now.targets[kind]
        and before.invoices is now.invoices
        and before.company is now.company
        and before.workspace.refreshed_at == now.workspace.refreshed_at
        and before.vanished is now.vanished
        and before.fresh is now.fresh
    )
    if not same:
        return _new(now, kind)
    around = surroundings(now, kind)
    links = now.mappings[kind]
    rows = list(made.rows)
    changed = _changed(before, now, kind)
    for source_id in changed | _sharing(changed, before, now, kind):
        place = made.places.get(source_id)
        if place is not None:
            rows[place] = row_of(rows[place].source, links.get(source_id), around)
    return _Made(now, around, rows, made.places)


def _changed(before: Facts, now: Facts, kind: Kind) -> set[str]:
    """Sources whose decision is another one."""
    found: set[str] = set()
    for old, new in (
        (before.mappings[kind], now.mappings[kind]),
        (before.excluded.get(kind, {}), now.excluded.get(kind, {})),
    ):
        if old is not new:
            found |= {key for key, each in new.items() if old.get(key) is not each}
            found |= old.keys() - new.keys()
    return found


def _sharing(changed: Iterable[str], before: Facts, now: Facts, kind: Kind) -> set[str]:
    """Sources that share, or shared, a target with the changed ones: where that is not normal."""
    if kind.shares_targets:
        return set()
    old, new = before.mappings[kind], now.mappings[kind]
    links: Sequence[Mapping | None] = [links.get(each) for links in (old, new) for each in changed]
    targets = {link.target_id for link in links if link is not None}
    return {key for key, each in new.items() if each.target_id in targets}
