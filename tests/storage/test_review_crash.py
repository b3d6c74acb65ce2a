"""Killed at any moment of an edit, an undo or a restoring, the next start has every finished
decision and no half one."""

from __future__ import annotations

import copy
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .review_crash import Model, State, operation, state_of

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
OPERATIONS = 12  # of one child, if it is not killed before


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


@pytest.mark.skipif(sys.platform == "win32", reason="no signal kills there")
def test_killed_at_fifty_random_points(file: Path, rng: Random, seed: int) -> None:
    print(f"seed {seed}")
    database = Database.open(file)
    assert SqlWorkspaceStore(database).current().id == 1
    database.close()
    model, first, killed = Model(), 0, 0
    within: set[str] = set()
    for _ in range(KILLS):
        left = rng.randint(1, 260)
        command = [sys.executable, "-m", "tests.storage.review_crash", str(file)]
        child = subprocess.run(
            [*command, *map(str, (seed, first, OPERATIONS, left))],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert child.returncode in (0, -signal.SIGKILL), child.stderr.decode()
        killed += child.returncode != 0
        done = len(child.stdout)
        for number in range(first, first + done):
            model.do(*operation(seed, number))
        database = Database.open(file)
        store = SqlMappingStore(database)
        found = state_of(store)
        assert found == replayed(database), "the journal and the decisions differ"
        if done < OPERATIONS:
            # The one it was killed in: all of it, or nothing.
            what, wanted = operation(seed, first + done)
            within.add(what)
            after = copy.deepcopy(model)
            after.do(what, wanted)
            points = sum(not point.automatic for point in SqlHistory(database).restore_points(1))
            finished = found == after.state and points == len(after.points)
            untouched = found == model.state and points == len(model.points)
            assert finished or untouched, (what, wanted)
            undoable = (bool(store.can_undo(1)), bool(store.can_redo(1)))
            fits = [
                each
                for each, could in ((after, finished), (model, untouched))
                if could and (bool(each.past), bool(each.future)) == undoable
            ]
            assert fits, (what, undoable)
            model = fits[0]  # both fit only where nothing was to be done
            first += done + 1
        else:
            assert found == model.state
            first += done
        database.close()
    assert killed > KILLS / 2
    assert within >= {"edit", "undo"}
