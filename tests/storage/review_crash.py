"""What the crash test's child process does: edits, undos, redos, imports, restorings of points and
of backups, until it is killed.

Run as ``python -m tests.storage.review_crash FOLDER``. Each line of standard input is one attempt,
a JSON object: the operations from ``first`` on of the endless list of ``seed``, ``count`` of them.
From operation ``aim`` on it is killed at the ``left``-th statement that SQLite runs on any
connection, at the ``copies``-th beginning or end of a copy of a whole database, or ``after`` so
many seconds, whatever is being done then (0 for not). Each attempt
is a fork of this process, which has loaded all that takes long. A line "." is printed for each
operation that is done, and "end CODE".
"""

from __future__ import annotations

import copy
import functools
import json
import os
import signal
import sqlite3
import sys
import traceback
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, How, MappingChange
from desktop_app.progress import Progress
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore
from tests.services.exchange.worlds import Office
from tests.services.fakes import FakeClock

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
IMPORTED = Kind.ITEMS  # whose targets may be shared, so that any table can be applied
TARGETS = ("10", "11", "12")
NUMBERS = range(8)
ROWS = [(kind, str(n)) for kind in (Kind.CUSTOMERS, IMPORTED) for n in NUMBERS]

State = dict[tuple[Kind, str], str]
"""Row to target id, "-" for an excluded one."""

WEIGHTS = {
    "edit": 5, "undo": 4, "redo": 2, "import": 4, "restore": 2, "point": 1, "backup": 1,
    "restore backup": 3,
}  # fmt: skip


def operation(seed: int, number: int) -> tuple[str, State]:
    """What is done, and for "edit" and "import" the wanted rows ("" to clear)."""
    rng = Random(f"{seed} {number}")
    (what,) = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))
    rows = [row for row in ROWS if row[0] is IMPORTED] if what == "import" else ROWS
    chosen = rng.sample(rows, min(rng.choice([1, 1, 2, 12]), len(rows)))
    return what, {row: rng.choice(["", "-", *TARGETS]) for row in chosen}


@dataclass
class Model:
    """Two stacks of whole states, restore points, and the backup by hand with all of these."""

    state: State = field(default_factory=dict)
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)
    points: list[State] = field(default_factory=list)
    steps: int = 0
    saved: Model | None = None
    newest: int | None = None  # the operation that made the newest backup by hand

    def do(self, number: int, what: str, wanted: State) -> None:
        if what == "undo" and self.past:
            self.future.append(self.state)
            self.state = self.past.pop()
            self.steps += 1
        elif what == "redo" and self.future:
            self.past.append(self.state)
            self.state = self.future.pop()
            self.steps += 1
        elif what == "point":
            self.points.append(self.state)
        elif what == "restore" and self.points:
            self._step(self.points[-1])
        elif what in ("edit", "import"):
            merged = self.state | wanted
            self._step({row: target for row, target in merged.items() if target})
        elif what == "backup":
            self.saved = copy.deepcopy(replace(self, saved=None))
            self.newest = number
        elif what == "restore backup" and self.saved is not None:
            then = copy.deepcopy(self.saved)
            self.state, self.past, self.steps = then.state, then.past, then.steps
            self.future, self.points = then.future, then.points

    def _step(self, after: State) -> None:
        if after != self.state:
            self.past.append(self.state)
            self.future.clear()
            self.state = after
            self.steps += 1


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


class Hands:
    """The same as Model.do, on the real services and stores."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.world = office.world
        self.store = office.world.mappings
        self.history = SqlHistory(office.world.database)
        self.file = office.folder / "table.csv"

    def do(self, what: str, wanted: State) -> None:
        now = self.office.clock.now()
        if what == "undo":
            self.store.undo(1, "child", now)
        elif what == "redo":
            self.store.redo(1, "child", now)
        elif what == "point":
            self.store.add_restore_point(1, "by hand", "child", now)
        elif what == "edit":
            changes = [change(row, target) for row, target in wanted.items()]
            self.store.apply(1, changes, "child", now)
        elif what == "import":
            self._import(wanted)
        elif what == "restore":
            self._restore_point(now)
        elif what == "backup":
            self.world.backups.make(BackupReason.BY_HAND, now)
        elif what == "restore backup":
            made = by_hand(self.office)
            if made:
                self.world.backups.restore(str(made[-1]), now, lambda: None)
                self.office.facts.invalidate()

    def _import(self, wanted: State) -> None:
        words = {"": "Not mapped", "-": "Excluded"}
        lines = [
            f"{words.get(target, 'Mapped')},{source},{'' if target in words else target}"
            for (_, source), target in wanted.items()
        ]
        self.file.write_text("\n".join(["State,NinjaOne id,QuickBooks id", *lines]), "utf-8")
        desk = self.office.desk
        diff = desk.read_table(IMPORTED, self.file, Progress())
        desk.apply(diff, [row.key for row in diff.rows], Progress())

    def _restore_point(self, now: datetime) -> None:
        mine = [point for point in self.history.restore_points(1) if not point.automatic]
        if mine:
            present = state_of(self.store)
            back = [
                change((then.kind, then.source_id), target, How.RESTORED)
                for then in self.history.states_at(1, mine[0].step)
                for target in ["-" if then.choice == "excluded" else then.target_id]
                if present.get((then.kind, then.source_id), "") != target
            ]
            self.store.apply(1, back, "child", now)


def by_hand(office: Office) -> list[Path]:
    """The backups by hand, the oldest first."""
    folder = Path(office.world.backups.folder)
    return sorted(folder.glob(f"*-{BackupReason.BY_HAND}.sqlite3"))


def moment(number: int) -> datetime:
    """When operation *number* is done."""
    return NOW + timedelta(minutes=number)


def open_office(folder: Path) -> Office:
    """The program's parts on the folder."""
    office = Office(folder, "child")
    clock: FakeClock = office.clock
    office.desk._before = lambda reason: office.world.backups.make(reason, clock.now())
    return office


def attempt(folder: Path, asked: dict[str, Any]) -> None:
    left = copies = 0

    def counted(statement: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def copied() -> None:
        nonlocal copies
        copies -= 1
        if copies == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    class Watched(sqlite3.Connection):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            self.set_trace_callback(counted)

        def backup(self, *given: Any, **more: Any) -> None:
            copied()
            super().backup(*given, **more)
            copied()

    connect = functools.partial(sqlite3.connect, factory=Watched)

    first = asked["first"]
    office = open_office(folder)
    hands = Hands(office)
    state_of(hands.store)
    sqlite3.connect = connect  # type: ignore[assignment]
    office.world.database._connection().set_trace_callback(counted)
    for number in range(first, first + asked["count"]):
        if number == asked["aim"]:
            left, copies = asked["left"], asked["copies"]
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # it ends the process, busy or not
            signal.setitimer(signal.ITIMER_REAL, asked["after"])
        office.clock.time = moment(number)
        hands.do(*operation(asked["seed"], number))
        os.write(1, b".\n")  # done, and told so before anything else
    signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                attempt(folder, asked)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        os.write(1, f"end {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main()
