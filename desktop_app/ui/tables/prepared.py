"""Records made ready for a table beside the window, which cannot wait for a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from desktop_app.domain.names import search_fold
from desktop_app.ui.tables.columns import R, TableSpec
from desktop_app.ui.tables.tags import TagIndex

STEP = 2000
"""So many records are prepared between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Prepared(Generic[R]):
    """Records with all that a model keeps of them."""

    records: list[R]
    ids: list[str]
    position: dict[str, int]
    tags: TagIndex
    texts: list[str]


def prepare(spec: TableSpec[R], records: Sequence[R], step: Callable[[], object]) -> Prepared[R]:
    """What RecordModel.set_records would do, for more records than the window can wait for:
    it may run in a worker. *step* is called now and then, and raises to cancel."""
    ids: list[str] = []
    texts: list[str] = []
    search = spec.search
    for begin in range(0, len(records), STEP):
        step()
        some = records[begin : begin + STEP]
        ids += map(spec.identity, some)
        texts += [search_fold(search(record)) for record in some]
    step()
    position = dict(zip(ids, range(len(ids)), strict=True))
    return Prepared(list(records), ids, position, TagIndex(map(spec.tags, records)), texts)
