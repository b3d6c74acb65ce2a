"""Which records of a table are under which filter tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

Tags = tuple[str, ...]
T = TypeVar("T")


class TagIndex:
    """Positions by tag. A tag "facet:value" belongs to a facet; others stand alone."""

    def __init__(self, tags: Iterable[Tags] = ()) -> None:
        self._tags = list(tags)
        # Few sets of tags belong to many records: each is taken apart once.
        alike: defaultdict[Tags, list[int]] = defaultdict(list)
        for position, under in enumerate(self._tags):
            alike[under].append(position)
        self._members: dict[str, set[int]] = {}
        for under, positions in alike.items():
            for tag in under:
                self._members.setdefault(tag, set()).update(positions)

    def counts(self) -> Counter[str]:
        """Records under each tag."""
        return Counter({tag: len(members) for tag, members in self._members.items()})

    def grouped(self, records: Sequence[T]) -> dict[str, list[T]]:
        """The records under each tag; *records* in the order of the positions."""
        return {tag: [records[place] for place in under] for tag, under in self._members.items()}

    def change(self, position: int, tags: Tags) -> None:
        """A record is under other tags now."""
        if tags == self._tags[position]:
            return
        for tag in self._tags[position]:
            self._members[tag].discard(position)
        for tag in tags:
            self._members.setdefault(tag, set()).add(position)
        self._tags[position] = tags

    def filtered(self, positions: Sequence[int], tag: str, also: Iterable[str]) -> Sequence[int]:
        """Those under *tag* ("" for all) and, of each facet named in *also*, under one of the
        values named."""
        if tag:
            members = self._members.get(tag, set())
            positions = [position for position in positions if position in members]
        facets: dict[str, set[int]] = {}
        for value in also:
            allowed = facets.setdefault(value.partition(":")[0], set())
            allowed |= self._members.get(value, set())
        for allowed in facets.values():
            positions = [position for position in positions if position in allowed]
        return positions
