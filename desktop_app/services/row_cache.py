"""The rows of the mapping tabs, kept in memory and mended after a decision.

Making 20,000 rows takes longer than a frame, and a decision changes one or two of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from desktop_app.domain.creating import CreateState
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.mapping_rows import Surroundings, row_of, surroundings
from desktop_app.domain.records import Mapping
from desktop_app.domain.review import MappingRow
from desktop_app.domain.snapshots import changed_keys
from desktop_app.services.local import LocalFacts

_Links = MappingOf[str, Mapping]


@dataclass(frozen=True)
class _Made:
    """users: target id to the sources that point at it; mended in place, under the guard."""

    facts: Facts
    around: Surroundings
    rows: list[MappingRow]
    places: dict[str, int]
    users: dict[str, set[str]]


class RowCache:
    """Rows of each kind as local data are now; thread-safe."""

    def __init__(self, facts: LocalFacts) -> None:
        self._facts = facts
        self._guard = threading.Lock()
        self._made: dict[Kind, _Made] = {}

    def rows(self, kind: Kind) -> list[MappingRow]:
        """In the order of the sources. Not to be changed by the caller."""
        with self._guard:
            return self._of(kind).rows

    def row(self, kind: Kind, source_id: str) -> MappingRow | None:
        with self._guard:
            made = self._of(kind)
            place = made.places.get(source_id)
            return made.rows[place] if place is not None else None

    def users(self, kind: Kind, target_id: str) -> frozenset[str]:
        """The sources that point at a target."""
        with self._guard:
            return frozenset(self._of(kind).users.get(target_id, ()))

    def decided(self, kind: Kind) -> tuple[int, int]:
        """How many sources are decided, and how many there are; rows are not made for it."""
        facts = self._facts.get()
        sources, links = facts.sources[kind], facts.mappings[kind]
        excluded = facts.excluded.get(kind, {})
        number = sum(map(sources.__contains__, links))
        number += sum(each in sources and each not in links for each in excluded)
        number += sum(
            each in sources
            and each not in links
            and each not in excluded
            and creation.state is not CreateState.REFUSED
            for each, creation in facts.creations.get(kind, {}).items()
        )
        return number, len(sources)

    def _of(self, kind: Kind) -> _Made:
        facts = self._facts.get()
        made = self._made.get(kind)
        if made is None or made.facts is not facts:
            fits = made is not None and _only_decisions_changed(made.facts, facts, kind)
            made = _mended(made, facts, kind) if made and fits else _new(facts, kind)
            self._made[kind] = made
        return made


def _new(facts: Facts, kind: Kind) -> _Made:
    links = facts.mappings[kind]
    users: dict[str, set[str]] = {}
    for link in links.values():
        users.setdefault(link.target_id, set()).add(link.source_id)
    around = surroundings(facts, kind, {target: len(ids) for target, ids in users.items()})
    rows = [row_of(source, links.get(source.id), around) for source in facts.sources[kind].values()]
    places = {row.source.id: place for place, row in enumerate(rows)}
    return _Made(facts, around, rows, places, users)


def _only_decisions_changed(before: Facts, now: Facts, kind: Kind) -> bool:
    return (
        before.sources[kind] is now.sources[kind]
        and before.targets[kind] is now.targets[kind]
        and before.invoices is now.invoices
        and before.company is now.company
        and before.workspace.refreshed_at == now.workspace.refreshed_at
        and before.vanished == now.vanished
    )


def _mended(made: _Made, now: Facts, kind: Kind) -> _Made:
    """The rows after a change of decisions alone."""
    old, new = made.facts.mappings[kind], now.mappings[kind]
    moved = changed_keys(old, new)
    targets = _move(made.users, moved, old, new)
    counts: dict[str, int] = made.around.users  # type: ignore[assignment]  # made by _new
    for target in targets:
        counts[target] = len(made.users.get(target, ()))
    excluded = now.excluded.get(kind, {})
    fresh = now.fresh.get(kind, frozenset())
    creations, created = now.creations.get(kind, {}), now.created.get(kind, {})
    around = replace(
        made.around, excluded=excluded, fresh=fresh, creations=creations, created=created
    )
    changed = moved | changed_keys(made.facts.excluded.get(kind, {}), excluded)
    changed |= changed_keys(made.facts.creations.get(kind, {}), creations)
    changed |= {key for key, _ in made.facts.created.get(kind, {}).items() ^ created.items()}
    changed |= fresh ^ made.facts.fresh.get(kind, frozenset())
    if not kind.shares_targets:
        changed = changed.union(*(made.users.get(target, set()) for target in targets))
    rows = list(made.rows)
    for source_id in changed:
        place = made.places.get(source_id)
        if place is not None:
            rows[place] = row_of(rows[place].source, new.get(source_id), around)
    return _Made(now, around, rows, made.places, made.users)


def _move(
    users: dict[str, set[str]], source_ids: Iterable[str], old: _Links, new: _Links
) -> set[str]:
    """Note who points where now; the targets that lost or got a source."""
    targets: set[str] = set()
    for source_id in source_ids:
        before, after = old.get(source_id), new.get(source_id)
        if before is not None:
            users.get(before.target_id, set()).discard(source_id)
            targets.add(before.target_id)
        if after is not None:
            users.setdefault(after.target_id, set()).add(source_id)
            targets.add(after.target_id)
    return targets
