from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.domain.records import Environment, NinjaOneApp, QuickBooksApp, TaxChoice
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.settings import SqlSettingsStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW


def test_the_first_start_makes_one_and_the_next_start_finds_it(file: Path) -> None:
    first = Database.open(file)
    made = SqlWorkspaceStore(first).current()
    saved = replace(
        made,
        quickbooks_app=QuickBooksApp("id", Environment.CUSTOM, "http://localhost/", "d", "a"),
        realm_id="9130",
        activated_at=NOW,
        quickbooks_connected=True,
        tax_choice=TaxChoice.NONE,
    )
    SqlWorkspaceStore(first).save(saved)
    first.close()
    second = Database.open(file)
    assert SqlWorkspaceStore(second).all() == (saved,)
    assert SqlWorkspaceStore(second).current() == saved
    second.close()


def test_threads_that_ask_at_once_get_the_same_first_one(database: Database) -> None:
    store = SqlWorkspaceStore(database)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.current().id, range(32)))
    assert len(set(found)) == 1
    assert len(store.all()) == 1


def test_a_new_one_takes_over_app_settings_but_no_connection(database: Database) -> None:
    store = SqlWorkspaceStore(database)
    first = replace(
        store.current(),
        quickbooks_app=QuickBooksApp("id"),
        ninjaone_app=NinjaOneApp("https://eu.ninjarmm.com", "n1"),
        realm_id="1",
        ninjaone_connected=True,
    )
    store.save(first)
    made = store.create("Second", first)
    assert made == store.get(made.id)
    assert (made.quickbooks_app, made.ninjaone_app) == (first.quickbooks_app, first.ninjaone_app)
    assert (made.realm_id, made.activated_at, made.ninjaone_connected) == ("", None, False)
    assert store.current().id == first.id
    assert store.open(made.id) == made
    assert store.current() == made


def test_company_and_activation_are_never_overwritten(database: Database) -> None:
    store = SqlWorkspaceStore(database)
    joined = replace(store.current(), realm_id="1", activated_at=NOW)
    store.save(joined)
    store.save(replace(joined, name="Renamed"))
    for change in ({"realm_id": "2"}, {"realm_id": ""}, {"activated_at": None}):
        with pytest.raises(StorageError):
            store.save(replace(joined, **change))  # type: ignore[arg-type]
    assert store.current() == replace(joined, name="Renamed")


def test_one_that_is_not_there(database: Database) -> None:
    store = SqlWorkspaceStore(database)
    current = store.current()
    for ask in (
        lambda: store.get(99),
        lambda: store.open(99),
        lambda: store.save(replace(current, id=99)),
    ):
        with pytest.raises(StorageError, match="99"):
            ask()
    assert store.current() == current


def test_settings_hold_json_and_survive(file: Path, allow_log) -> None:  # type: ignore[no-untyped-def]
    first = Database.open(file)
    store = SqlSettingsStore(first)
    value = {"columns": [1, 2.5, None, "ü"], "open": True}
    store.set("table", value)
    store.set("table", value)
    store.get("table")["columns"].clear()  # a copy
    assert store.get("table") == value
    with pytest.raises(TypeError):
        store.set("bad", object())
    first.close()
    second = Database.open(file)
    store = SqlSettingsStore(second)
    assert store.get("table") == value
    assert store.get("nothing", 7) == 7
    with second.writing():
        second.run("UPDATE settings SET value = '{' WHERE name = 'table'")
    allow_log("could not be read")
    assert SqlSettingsStore(second).get("table", "default") == "default"
    second.close()
