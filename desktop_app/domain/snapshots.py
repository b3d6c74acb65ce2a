"""Snapshots of tables in memory that know what was changed since the one before.

A decision changes one row of 20,000. Whoever keeps something that was made from the snapshot
before asks :func:`changed_keys`, and is told without anybody looking at all rows.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from typing import TypeVar

V = TypeVar("V")


class Snapshot(dict[str, V]):
    """Rows by id, not to be changed once made. previous: the one it was made from; changed: the
    ids that were added, replaced or removed since."""

    __slots__ = ("__weakref__", "changed", "previous")

    def __init__(
        self,
        rows: MappingOf[str, V],
        previous: Snapshot[V] | None = None,
        changed: Iterable[str] = (),
    ) -> None:
        super().__init__(rows)
        # Weak: a chain of all snapshots since the start would fill the memory.
        self.previous = weakref.ref(previous) if previous is not None else None
        self.changed = frozenset(changed)


def changed_keys(before: MappingOf[str, V], now: MappingOf[str, V]) -> set[str]:
    """The ids whose row is another object than before, or there in one of them only."""
    if before is now:
        return set()
    if isinstance(now, Snapshot) and now.previous is not None and now.previous() is before:
        return set(now.changed)
    found = {key for key, row in now.items() if before.get(key) is not row}
    return found | (before.keys() - now.keys())
