"""What the comparison's dialog needs of a file, made beside the window: it may have many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Diff, DiffRow, Outcome
from desktop_app.ui.exchange.columns import diff_spec
from desktop_app.ui.tables.columns import TableSpec
from desktop_app.ui.tables.prepared import Prepared, prepare


@dataclass(frozen=True, slots=True)
class Ready:
    """A comparison and its table. applicable, fixed: ids of the rows that can be ticked, and of the
    others. ticked: those that are ticked at first."""

    diff: Diff
    spec: TableSpec[DiffRow]
    table: Prepared[DiffRow]
    applicable: frozenset[str]
    fixed: frozenset[str]
    ticked: frozenset[str]
    counts: Mapping[Outcome, int]


def nothing() -> Ready:
    return ready(Diff("", 0, ()), Progress())


def ready(diff: Diff, progress: Progress) -> Ready:
    spec = diff_spec(change_set=diff.change_set)
    progress.report("Preparing the comparison")
    table = prepare(spec, diff.rows, progress.check)
    applicable = frozenset(str(row.key) for row in diff.rows if row.applicable)
    return Ready(
        diff,
        spec,
        table,
        applicable,
        frozenset(table.position.keys() - applicable),
        frozenset(str(row.key) for row in diff.rows if row.ticked and row.applicable),
        diff.counts(),
    )
