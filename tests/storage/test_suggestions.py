"""Suggestions and creations are kept, and step 4 of the schema."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.creating import CreateDraft, CreateState, Creation
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports_suggest import SavedCandidate, SavedSuggestion
from desktop_app.errors import RuleError
from desktop_app.storage import migrations
from desktop_app.storage.creations import SqlCreationStore
from desktop_app.storage.database import Database
from desktop_app.storage.suggestions import SqlSuggestionStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

FOUND = SavedSuggestion(
    "Likely match", 0.25, (SavedCandidate("58", 0.913, ("1 of 2 rare words equal",), "inactive"),)
)
NONE = SavedSuggestion("No match", 0.0, ())
CREATION = Creation(
    "r1", "9341", CreateState.STAGED,
    CreateDraft(Kind.ITEMS, "201", "Docks: USB", "Docks USB", item_type="Service",
                income_account_id="80", price=Decimal("12.50"), note="The colon was left out."),
    "ann", datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
)  # fmt: skip


def test_step_4_adds_suggestions_and_creations_and_keeps_what_was_there(file: Path) -> None:
    old = Database.open(file, steps=migrations.STEPS[:3])
    here = SqlWorkspaceStore(old).current().id
    old.close()
    new = Database.open(file, steps=migrations.STEPS[:4])
    assert SqlWorkspaceStore(new).current().id == here
    SqlSuggestionStore(new).save(here, Kind.CUSTOMERS, {"11": FOUND})
    SqlCreationStore(new).save(here, CREATION)
    new.close()


def test_a_search_is_kept_and_the_next_one_replaces_it(database: Database) -> None:
    here = SqlWorkspaceStore(database).current().id
    store = SqlSuggestionStore(database)
    store.save(here, Kind.CUSTOMERS, {"11": FOUND, "12": NONE})
    store.save(here, Kind.ITEMS, {"11": NONE})
    assert store.load(here, Kind.CUSTOMERS) == {"11": FOUND, "12": NONE}
    store.save(here, Kind.CUSTOMERS, {"13": FOUND}, whole=False)
    assert set(store.load(here, Kind.CUSTOMERS)) == {"11", "12", "13"}
    store.save(here, Kind.CUSTOMERS, {"12": FOUND})
    assert store.load(here, Kind.CUSTOMERS) == {"12": FOUND}
    assert store.load(here, Kind.ITEMS) == {"11": NONE}


def test_a_creation_is_kept_with_every_step(database: Database) -> None:
    here = SqlWorkspaceStore(database).current().id
    store = SqlCreationStore(database)
    store.save(here, CREATION)
    assert store.open(here) == (CREATION,)
    sending = replace(CREATION, state=CreateState.SENDING)
    store.save(here, sending)
    assert store.open(here) == (sending,)
    store.save(here, replace(sending, state=CreateState.CREATED, target_id="77"))
    assert store.open(here) == ()
    other = replace(CREATION, request_id="r2")
    store.save(here, other)
    store.drop(here, "r2")
    assert store.open(here) == ()


def test_a_row_is_created_once_at_a_time(database: Database) -> None:
    here = SqlWorkspaceStore(database).current().id
    store = SqlCreationStore(database)
    store.save(here, CREATION)
    with pytest.raises(RuleError, match="already being created"):
        store.save(here, replace(CREATION, request_id="r2"))
    with pytest.raises(RuleError, match="another record"):
        store.save(here, replace(CREATION, draft=replace(CREATION.draft, source_id="202")))
    store.save(here, replace(CREATION, state=CreateState.REFUSED))
    store.save(here, replace(CREATION, request_id="r2"))
    assert {c.request_id for c in store.open(here)} == {"r1", "r2"}
