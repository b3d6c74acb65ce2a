from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How, MappingChange
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, link

ROOT = Path(__file__).resolve().parents[2]
ME = "ann@msp.example"


@pytest.fixture
def store(database: Database) -> SqlMappingStore:
    return SqlMappingStore(database)


def targets(store: SqlMappingStore, workspace_id: int) -> dict[str, str]:
    """Source id to target id, which memory and file have to agree on."""
    found = store.all(workspace_id, Kind.CUSTOMERS)
    assert found == SqlMappingStore(store._database).all(workspace_id, Kind.CUSTOMERS)
    return {source: mapping.target_id for source, mapping in found.items()}


def test_a_change_and_its_journal(store: SqlMappingStore, workspace_id: int) -> None:
    store.apply(workspace_id, [link("1", "10", How.AUTO_MAP), link("2", "20")], ME, NOW)
    store.apply(workspace_id, [link("1", "11"), link("2", "")], "bob", NOW + timedelta(hours=1))
    assert targets(store, workspace_id) == {"1": "11"}
    mapping = store.all(workspace_id, Kind.CUSTOMERS)["1"]
    assert (mapping.target_label, mapping.how, mapping.who) == ("Customer 11", How.BY_HAND, "bob")
    assert mapping.changed_at == NOW + timedelta(hours=1)
    newest, cleared, first, second = store.journal(workspace_id)
    assert (newest.from_target_id, newest.from_target_label) == ("10", "Customer 10")
    assert (newest.to_target_id, newest.source_label) == ("11", "Organization 1")
    assert (cleared.to_target_id, cleared.to_target_label, cleared.how) == ("", "", How.CLEARED)
    assert (first.who, first.made_at, first.how) == (ME, NOW, How.AUTO_MAP)
    assert (first.from_target_id, first.evidence) == ("", "identical name")
    assert first.step == second.step < newest.step == cleared.step
    assert store.journal(workspace_id, kind=Kind.ITEMS) == ()
    assert store.journal(workspace_id, source_id="2", limit=1) == (cleared,)


def test_what_changes_nothing_leaves_no_trace(store: SqlMappingStore, workspace_id: int) -> None:
    store.apply(workspace_id, [link("1", "10")], ME, NOW)
    store.apply(workspace_id, [link("1", "10"), link("2", "")], ME, NOW)
    store.apply(workspace_id, [], ME, NOW)
    assert len(store.journal(workspace_id)) == 1
    store.undo(workspace_id, ME, NOW)
    assert store.can_undo(workspace_id) == ""


def test_the_last_of_several_changes_of_one_source_counts(
    store: SqlMappingStore, workspace_id: int
) -> None:
    store.apply(workspace_id, [link("1", "10"), link("1", "11")], ME, NOW)
    assert targets(store, workspace_id) == {"1": "11"}
    assert len(store.journal(workspace_id)) == 1


def test_a_snapshot_does_not_change(store: SqlMappingStore, workspace_id: int) -> None:
    before = store.all(workspace_id, Kind.CUSTOMERS)
    store.apply(workspace_id, [link("1", "10")], ME, NOW)
    assert dict(before) == {}


def test_undo_and_redo_are_steps_that_point_at_what_they_reverse(
    store: SqlMappingStore, workspace_id: int
) -> None:
    store.apply(workspace_id, [link("1", "10"), link("2", "20")], ME, NOW)
    undone = store.undo(workspace_id, "bob", NOW)
    assert {(c.source_id, c.target_id, c.how) for c in undone} == {
        ("1", "", How.UNDO),
        ("2", "", How.UNDO),
    }
    redone = store.redo(workspace_id, "bob", NOW)
    assert {(c.source_id, c.target_id, c.target_label) for c in redone} == {
        ("1", "10", "Customer 10"),
        ("2", "20", "Customer 20"),
    }
    assert targets(store, workspace_id) == {"1": "10", "2": "20"}
    steps = {e.step: (e.action, e.reverses) for e in store.journal(workspace_id)}
    first, second, third = sorted(steps)
    assert steps == {
        first: ("change", None),
        second: ("undo", first),
        third: ("redo", second),
    }
    assert store.redo(workspace_id, ME, NOW) == ()


def test_what_undo_is_called(store: SqlMappingStore, workspace_id: int) -> None:
    assert (store.can_undo(workspace_id), store.can_redo(workspace_id)) == ("", "")
    assert (store.undo_size(workspace_id), store.redo_size(workspace_id)) == (0, 0)
    store.apply(workspace_id, [link(str(n), "1", How.AUTO_MAP) for n in range(1061)], ME, NOW)
    assert store.can_undo(workspace_id) == "Auto Map of 1,061 rows"
    assert store.undo_size(workspace_id) == 1061
    store.apply(workspace_id, [link("1", "7")], ME, NOW)
    assert store.can_undo(workspace_id) == "mapping of Organization 1"
    store.apply(workspace_id, [link("1", ""), link("2", "")], ME, NOW)
    assert store.can_undo(workspace_id) == "clearing of 2 rows"
    store.undo(workspace_id, ME, NOW)
    assert store.can_redo(workspace_id) == "clearing of 2 rows"
    assert (store.undo_size(workspace_id), store.redo_size(workspace_id)) == (1, 2)
    assert store.can_undo(workspace_id) == "mapping of Organization 1"


def test_undo_against_a_plain_model(file: Path, rng: Random) -> None:
    """A random walk, with restarts, beside two stacks of whole states."""
    database = Database.open(file)
    workspace_id = SqlWorkspaceStore(database).current().id
    store = SqlMappingStore(database)
    state: dict[str, str] = {}
    past: list[dict[str, str]] = []
    future: list[dict[str, str]] = []
    for _ in range(400):
        action = rng.choice(["change", "change", "undo", "undo", "redo", "restart"])
        if action == "change":
            chosen = rng.sample(range(6), rng.randint(1, 3))
            wanted = {str(n): rng.choice(["", "10", "11", "12"]) for n in chosen}
            after = {k: v for k, v in (state | wanted).items() if v}
            store.apply(workspace_id, [link(s, t) for s, t in wanted.items()], ME, NOW)
            if after != state:
                past.append(state)
                future.clear()
                state = after
        elif action == "undo":
            done = store.undo(workspace_id, ME, NOW)
            assert bool(done) == bool(past)
            if past:
                future.append(state)
                state = past.pop()
        elif action == "redo":
            done = store.redo(workspace_id, ME, NOW)
            assert bool(done) == bool(future)
            if future:
                past.append(state)
                state = future.pop()
        else:
            database.close()
            database = Database.open(file)
            store = SqlMappingStore(database)
        assert targets(store, workspace_id) == state
        assert bool(store.can_undo(workspace_id)) == bool(past)
        assert bool(store.can_redo(workspace_id)) == bool(future)
    database.close()


def test_workspaces_do_not_mix(
    store: SqlMappingStore, database: Database, workspace_id: int
) -> None:
    second = SqlWorkspaceStore(database).create("Second").id
    store.apply(workspace_id, [link("1", "10")], ME, NOW)
    assert store.can_undo(second) == ""
    store.apply(second, [link("1", "99")], ME, NOW)
    store.undo(workspace_id, ME, NOW)
    assert targets(store, workspace_id) == {}
    assert targets(store, second) == {"1": "99"}
    assert len(store.journal(second)) == 1


def test_the_journal_cannot_be_rewritten(
    store: SqlMappingStore, database: Database, workspace_id: int
) -> None:
    store.apply(workspace_id, [link("1", "10")], ME, NOW)
    for change in (
        "UPDATE journal SET to_target_id = '11'",
        "DELETE FROM journal",
        "UPDATE journal_steps SET who = 'nobody'",
        "DELETE FROM journal_steps",
    ):
        with pytest.raises(StorageError), database.writing():
            database.run(change)
    assert store.journal(workspace_id)[0].to_target_id == "10"


CHILD = """
import os, signal, sys
from pathlib import Path
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from tests.storage.samples import NOW, How, link

database = Database.open(Path(sys.argv[1]))
store = SqlMappingStore(database)
left = int(sys.argv[2])

def count(statement):
    global left
    # Not what the index of words does inside, which differs between versions of SQLite.
    left -= statement.startswith(("BEGIN", "INSERT", "DELETE", "COMMIT"))
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

store.all(1, link("1", "1").kind)
database._connection().set_trace_callback(count)
store.apply(1, [link(str(n), str(n + 100), How.AUTO_MAP) for n in range(40)], "child", NOW)
database._connection().set_trace_callback(None)
print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal kills there")
@pytest.mark.parametrize("statement", [1, 2, 3, 20, 42, 43, 60, 82, 124, 125, 400])
def test_a_killed_process_leaves_all_or_nothing(file: Path, statement: int) -> None:
    """The whole change is 124 statements: BEGIN, the restore point, the step, 40 entries, their
    words, 40 links, COMMIT."""
    before = [link(str(n), str(n)) for n in range(20)]
    database = Database.open(file)
    assert SqlWorkspaceStore(database).current().id == 1
    SqlMappingStore(database).apply(1, before, ME, NOW)
    database.close()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(statement)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    finished = statement > 124
    assert done.returncode == (0 if finished else -signal.SIGKILL), done.stderr
    again = Database.open(file)
    store = SqlMappingStore(again)
    entries = [each for each in store.journal(1) if each.who == "child"]
    if finished:
        assert len(entries) == 40
        assert targets(store, 1) == {str(n): str(n + 100) for n in range(40)}
        assert store.can_undo(1) == "Auto Map of 40 rows"
    else:
        assert entries == []
        assert targets(store, 1) == {str(n): str(n) for n in range(20)}
        assert store.can_undo(1) == "mapping of 20 rows"
    again.close()


def test_kinds_do_not_mix(store: SqlMappingStore, workspace_id: int) -> None:
    changes: list[MappingChange] = [link("1", str(n), kind=kind) for n, kind in enumerate(Kind, 1)]
    store.apply(workspace_id, changes, ME, NOW)
    for number, kind in enumerate(Kind, 1):
        assert store.all(workspace_id, kind)["1"].target_id == str(number)
