"""What the crash test's child process does: edits, undos, redos and restorings, until it is killed.

Run as ``python -m tests.storage.review_crash FILE SEED FIRST COUNT LEFT``: the operations FIRST to
FIRST + COUNT of the seed's endless list, killed at the LEFT-th statement that SQLite runs. One
line is printed for each operation that is done.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, How, MappingChange
from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
ROWS = [(kind, str(n)) for kind in (Kind.CUSTOMERS, Kind.ITEMS) for n in range(8)]

State = dict[tuple[Kind, str], str]
"""Row to target id, "-" for an excluded one."""


def operation(seed: int, number: int) -> tuple[str, State]:
    """What is done, and for "edit" the wanted rows ("" to clear)."""
    rng = Random(f"{seed} {number}")
    what = rng.choice(["edit"] * 5 + ["undo"] * 3 + ["redo"] * 2 + ["restore", "point"])
    chosen = rng.sample(ROWS, rng.choice([1, 1, 2, 12]))
    return what, {row: rng.choice(["", "-", "10", "11", "12"]) for row in chosen}


@dataclass
class Model:
    """Two stacks of whole states, and restore points."""

    state: State = field(default_factory=dict)
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)
    points: list[State] = field(default_factory=list)

    def do(self, what: str, wanted: State) -> None:
        if what == "undo" and self.past:
            self.future.append(self.state)
            self.state = self.past.pop()
        elif what == "redo" and self.future:
            self.past.append(self.state)
            self.state = self.future.pop()
        elif what == "point":
            self.points.append(self.state)
        elif what == "restore" and self.points:
            self._step(self.points[-1])
        elif what == "edit":
            merged = self.state | wanted
            self._step({row: target for row, target in merged.items() if target})

    def _step(self, after: State) -> None:
        if after != self.state:
            self.past.append(self.state)
            self.future.clear()
            self.state = after


def state_of(store: SqlMappingStore) -> State:
    found: State = {}
    for kind in Kind:
        found |= {(kind, source): row.target_id for source, row in store.all(1, kind).items()}
        found |= {(kind, source): "-" for source in store.excluded(1, kind)}
    return found


def change(row: tuple[Kind, str], target: str, how: How = How.BY_HAND) -> MappingChange:
    kind, source = row
    linked = target not in ("", "-")
    return MappingChange(
        kind, source, f"Source {source}", target if linked else "",
        f"Target {target}" if linked else "", how, "tried",
        Choice.EXCLUDED if target == "-" else Choice.LINKED,
    )  # fmt: skip


def perform(store: SqlMappingStore, history: SqlHistory, what: str, wanted: State) -> None:
    """The same as Model.do, on the real store."""
    if what == "undo":
        store.undo(1, "child", NOW)
    elif what == "redo":
        store.redo(1, "child", NOW)
    elif what == "point":
        store.add_restore_point(1, "by hand", "child", NOW)
    elif what == "edit":
        store.apply(1, [change(row, target) for row, target in wanted.items()], "child", NOW)
    elif what == "restore":
        by_hand = [point for point in history.restore_points(1) if not point.automatic]
        if by_hand:
            now = state_of(store)
            back = [
                change((then.kind, then.source_id), target, How.RESTORED)
                for then in history.states_at(1, by_hand[0].step)
                for target in ["-" if then.choice == "excluded" else then.target_id]
                if now.get((then.kind, then.source_id), "") != target
            ]
            store.apply(1, back, "child", NOW)


def main() -> None:
    file, seed, first, count, left = Path(sys.argv[1]), *map(int, sys.argv[2:])
    database = Database.open(file)
    store, history = SqlMappingStore(database), SqlHistory(database)
    state_of(store)

    def counted(statement: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    database._connection().set_trace_callback(counted)
    for number in range(first, first + count):
        perform(store, history, *operation(seed, number))
        os.write(1, b".")  # done, and told so before anything else


if __name__ == "__main__":
    main()
