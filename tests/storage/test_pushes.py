from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.records import PushState
from desktop_app.errors import RuleError, StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, push


@pytest.fixture
def store(database: Database) -> SqlPushStore:
    return SqlPushStore(database)


def test_written_before_and_after_and_read_after_a_restart(file: Path) -> None:
    database = Database.open(file)
    workspace_id = SqlWorkspaceStore(database).current().id
    store = SqlPushStore(database)
    started = push("i1", "r1")
    finished = replace(
        started,
        state=PushState.DIFFERS,
        finished_at=NOW + timedelta(seconds=2),
        qbo_id="145",
        doc_number="INV-1",
        total=Decimal("150.16"),
        total_tax=Decimal("0.00"),
        problem="0.01 more",
        reference="1-abc",
    )
    for step in (started, finished):
        store.save(workspace_id, step)
        assert store.all(workspace_id) == {"i1": step}
        database.close()
        database = Database.open(file)
        store = SqlPushStore(database)
        assert store.all(workspace_id) == {"i1": step}
    assert str(store.all(workspace_id)["i1"].total) == "150.16"
    assert database.row("SELECT count(*) FROM pushes") == (1,)
    database.close()


def test_the_latest_of_an_invoice_counts(
    store: SqlPushStore, database: Database, workspace_id: int
) -> None:
    assert store.all(workspace_id) == {}
    first = push("i1", "r1", PushState.REFUSED)
    second = push("i1", "r2")
    store.save(workspace_id, first)
    store.save(workspace_id, push("i2", "r9", PushState.SENT))
    store.save(workspace_id, second)
    assert store.all(workspace_id)["i1"] == second
    store.save(workspace_id, replace(first, problem="said later"))  # does not become the latest
    for each in (store, SqlPushStore(database)):
        assert each.all(workspace_id)["i1"] == second
        assert set(each.all(workspace_id)) == {"i1", "i2"}


def test_never_two_under_way_for_one_invoice(
    store: SqlPushStore, database: Database, workspace_id: int
) -> None:
    store.save(workspace_id, push("i1", "r1"))
    with pytest.raises(RuleError, match="being sent"):
        store.save(workspace_id, push("i1", "r2"))
    store.save(workspace_id, push("i1", "r2", PushState.REFUSED))
    with pytest.raises(RuleError, match="being sent"):
        store.save(workspace_id, push("i1", "r2"))
    with pytest.raises(StorageError), database.writing():  # not even past the store
        database.run("UPDATE pushes SET state = 'sending'")
    store.save(workspace_id, push("i2", "r3"))
    store.save(workspace_id, push("i1", "r1", PushState.SENT))
    store.save(workspace_id, push("i1", "r4"))


def test_a_request_id_belongs_to_one_invoice(
    store: SqlPushStore, database: Database, workspace_id: int
) -> None:
    other = SqlWorkspaceStore(database).create("Second").id
    store.save(workspace_id, push("i1", "r1"))
    with pytest.raises(RuleError, match="request id"):
        store.save(workspace_id, push("i2", "r1"))
    with pytest.raises(RuleError, match="request id"):
        store.save(other, push("i1", "r1"))
    with pytest.raises(StorageError):
        store.save(workspace_id, push("i3", "r" * 51))
    with pytest.raises(StorageError):
        store.save(workspace_id, push("i3", ""))
    assert list(store.all(workspace_id)) == ["i1"]
    assert store.all(other) == {}


def test_a_snapshot_does_not_change(store: SqlPushStore, workspace_id: int) -> None:
    before = store.all(workspace_id)
    store.save(workspace_id, push("i1", "r1"))
    assert dict(before) == {}


def test_carriers(store: SqlPushStore, database: Database, workspace_id: int) -> None:
    store.set_carrier(workspace_id, "79", "201")
    store.set_carrier(workspace_id, "80", "202")
    store.set_carrier(workspace_id, "79", "203")
    assert SqlPushStore(database).carriers(workspace_id) == {"79": "203", "80": "202"}
    assert store.carriers(workspace_id + 1) == {}
