"""Killed at any moment of an edit, an undo, an import or a restoring, the next start has every
finished decision and no half one."""

from __future__ import annotations

import copy
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from tests.services.exchange.worlds import Office

from .review_crash import (
    IMPORTED,
    NUMBERS,
    TARGETS,
    Model,
    State,
    moment,
    open_office,
    operation,
    state_of,
)
from .samples import source, target, update

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
AFTERWARDS = 3  # operations that follow, if the one aimed at was over before it was killed
AIMS = {  # by turns: about how many statements and seconds each takes
    "edit": (20, 0.004),
    "undo": (20, 0.004),
    "import": (60, 0.04),
    "restore": (20, 0.004),
    "restore backup": (198, 0.1),
}


def replayed(database: Database) -> State:
    """What the journal says, entry by entry."""
    found: State = {}
    history = SqlHistory(database)
    for entry in reversed(history.newest(1, None, None, 1_000_000)):
        key = (entry.kind, entry.source_id)
        found.pop(key, None)
        if entry.to_choice:
            found[key] = "-" if entry.to_choice == "excluded" else entry.to_target_id
    return found


@contextmanager
def child(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.storage.review_crash", str(folder)],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.communicate()


def attempt(process: subprocess.Popen[str], **asked: Any) -> tuple[int, int]:
    """How many operations it said were done, and its exit code."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    for done, line in enumerate(process.stdout):
        if line.startswith("end "):
            return done, int(line[4:])
    raise AssertionError("the child has ended")


def begin(folder: Path) -> None:
    office = open_office(folder)
    kinds = (Kind.CUSTOMERS, IMPORTED)
    sources = [source(n, kind, f"Source {n}") for kind in kinds for n in NUMBERS]
    targets = [
        replace(target(int(each), kind, f"Target {each}"), type="Service", income_account_id="1")
        for kind in kinds
        for each in TARGETS
    ]
    office.world.catalogue.apply(1, update(tuple(sources), tuple(targets)))
    office.close()


def check_whole(office: Office) -> None:
    database = office.world.database
    assert database.row("PRAGMA integrity_check") == ("ok",)
    assert database.rows("PRAGMA foreign_key_check") == []
    assert [each.problem for each in office.world.backups.all() if each.problem] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no signal kills there")
def test_killed_at_fifty_random_points(tmp_path: Path, rng: Random, seed: int) -> None:
    print(f"seed {seed}")
    begin(tmp_path)
    model, first, killed, by_time = Model(), 0, 0, 0
    within: Counter[str] = Counter()
    with child(tmp_path) as process:
        while killed < KILLS:
            wanted_kind = list(AIMS)[killed % len(AIMS)]
            statements, seconds = AIMS[wanted_kind]
            aim = next(n for n in count(first) if operation(seed, n)[0] == wanted_kind)
            many = aim - first + 1 + AFTERWARDS
            ways = {
                "left": rng.randint(1, statements),
                "after": rng.uniform(0.0001, seconds),
                "copies": rng.randint(1, 4),
            }
            copying = wanted_kind in ("import", "restore backup")
            chosen = rng.choice(list(ways)[: 3 if copying else 2])
            done, code = attempt(
                process,
                seed=seed,
                first=first,
                count=many,
                aim=aim,
                **(dict.fromkeys(ways, 0) | {chosen: ways[chosen]}),
            )
            errors = (tmp_path / "errors.txt").read_text()
            assert code in (0, -signal.SIGKILL, -signal.SIGALRM), errors
            killed += code != 0
            by_time += code == -signal.SIGALRM
            for number in range(first, first + done):
                model.do(number, *operation(seed, number))
            office = open_office(tmp_path)
            check_whole(office)
            if done < many:
                what, wanted = operation(seed, first + done)
                within[what] += 1
                after = copy.deepcopy(model)
                after.do(first + done, what, wanted)
                # The operation it was killed in: all of it, or nothing. Both fit only where nothing
                # was to be done.
                fits = [each for each in (after, model) if matches(office, each)]
                assert fits, (what, wanted)
                model = fits[0]
                done += 1
            else:
                assert matches(office, model)
            first += done
            office.close()
    print(f"{by_time} of {killed} at a random moment, within {dict(within)}")
    assert min(within[each] for each in AIMS) > 0


def newest_by_hand(office: Office) -> datetime | None:
    made = (each.made_at for each in office.world.backups.all()
            if each.reason is BackupReason.BY_HAND)  # fmt: skip
    return max(made, default=None)


def matches(office: Office, model: Model) -> bool:
    store, history = office.world.mappings, SqlHistory(office.world.database)
    found = state_of(store)
    assert found == replayed(office.world.database), "the journal and the decisions differ"
    (steps,) = office.world.database.row("SELECT COUNT(*) FROM journal_steps")
    points = sum(not point.automatic for point in history.restore_points(1))
    return (
        found == model.state
        and steps == model.steps
        and points == len(model.points)
        and bool(store.can_undo(1)) == bool(model.past)
        and bool(store.can_redo(1)) == bool(model.future)
        and newest_by_hand(office) == (None if model.newest is None else moment(model.newest))
    )
