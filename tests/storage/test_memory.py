from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import RememberedPair, Verdict
from desktop_app.storage.database import Database
from desktop_app.storage.memory import SqlPairMemory
from desktop_app.storage.workspaces import SqlWorkspaceStore

WHEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PAIR = RememberedPair(Kind.CUSTOMERS, "11", "Acme", "58", "Acme Inc", Verdict.REJECTED)


def test_a_later_verdict_replaces_the_earlier_one(database: Database) -> None:
    here = SqlWorkspaceStore(database).current().id
    memory = SqlPairMemory(database)
    other = replace(PAIR, target_id="59")
    memory.remember(here, [PAIR, other], "ann", WHEN)
    changed = replace(PAIR, verdict=Verdict.CONFIRMED, target_name="Acme Incorporated")
    memory.remember(here, [changed], "bob", WHEN)
    assert set(memory.all(here, Kind.CUSTOMERS)) == {changed, other}
    assert memory.all(here, Kind.ITEMS) == ()
    memory.forget(here, [other])
    assert memory.all(here, Kind.CUSTOMERS) == (changed,)


def test_each_workspace_has_its_own(database: Database) -> None:
    store = SqlWorkspaceStore(database)
    here, there = store.current().id, store.create("Other").id
    memory = SqlPairMemory(database)
    memory.remember(here, [PAIR], "ann", WHEN)
    assert memory.all(there, Kind.CUSTOMERS) == ()
    memory.forget(there, [PAIR])
    assert memory.all(here, Kind.CUSTOMERS) == (PAIR,)
