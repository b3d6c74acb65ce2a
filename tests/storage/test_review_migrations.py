"""The steps that brought reviewing: what was there before is there after, and more is known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.domain.journal import HistoryFilter
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, Delivery, How
from desktop_app.errors import StorageError
from desktop_app.storage import migrations
from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore

BEFORE = """
INSERT INTO workspaces (id, opened, name, quickbooks_app_client_id, quickbooks_app_environment,
    quickbooks_app_redirect_uri, quickbooks_app_discovery_url, quickbooks_app_api_url,
    ninjaone_app_base_url, ninjaone_app_client_id, ninjaone_app_grant, ninjaone_app_redirect_uri,
    realm_id, company_name, country, quickbooks_connected, quickbooks_user, ninjaone_connected,
    tax_choice)
VALUES (1, 1, 'Main', '', 'sandbox', '', '', '', '', '', 'native', '', '9341', 'Acme', 'US', 1, '',
    1, 'ninjaone'),
    (2, 0, 'New', '', 'production', '', '', '', '', '', 'native', '', '', '', '', 0, '', 0,
    'ninjaone');
INSERT INTO journal_steps (id, workspace_id, made_at, who, action, label, reverses, origin) VALUES
    (1, 1, '2026-07-01T10:00:00.000000+00:00', 'ann', 'change', 'mapping of 2 rows', NULL, NULL),
    (2, 1, '2026-07-02T10:00:00.000000+00:00', 'bob', 'change', 'mapping of Zoë', NULL, NULL),
    (3, 2, '2026-07-02T10:00:00.000000+00:00', 'bob', 'change', 'mapping of x', NULL, NULL);
INSERT INTO journal VALUES
    (1, 0, 'customers', '11', 'Acme', '', '', '58', 'Acme Inc', 'by hand', 'chosen by hand'),
    (1, 1, 'customers', '12', 'Zoë', '', '', '59', 'Zoë Ltd', 'Auto Map', 'identical name'),
    (2, 0, 'customers', '12', 'Zoë', '59', 'Zoë Ltd', '58', 'Acme Inc', 'by hand',
        'shared on purpose'),
    (3, 0, 'items', '1', 'x', '', '', '5', 'y', 'by hand', 'chosen by hand');
INSERT INTO mappings VALUES
    (1, 'customers', '11', '58', 'Acme Inc', 'by hand', 'ann', '2026-07-01T10:00:00.000000+00:00'),
    (1, 'customers', '12', '58', 'Acme Inc', 'by hand', 'bob', '2026-07-02T10:00:00.000000+00:00'),
    (2, 'items', '1', '5', 'y', 'by hand', 'bob', '2026-07-02T10:00:00.000000+00:00');
"""


@pytest.fixture
def upgraded(file: Path) -> Database:
    Database.open(file, steps=migrations.STEPS[:2]).close()
    with closing(sqlite3.connect(file)) as db:
        db.executescript(BEFORE)
    return Database.open(file)


def test_step_3_keeps_decisions_with_evidence_and_company(upgraded: Database) -> None:
    store = SqlMappingStore(upgraded)
    acme, zoe = store.all(1, Kind.CUSTOMERS).values()
    assert (acme.target_id, acme.who, acme.evidence) == ("58", "ann", "chosen by hand")
    assert (acme.choice, acme.delivery, acme.company) == (
        Choice.LINKED, Delivery.SAVED, "sandbox:9341",
    )  # fmt: skip
    assert (zoe.choice, zoe.evidence) == (Choice.SHARED, "shared on purpose")
    assert store.all(2, Kind.ITEMS)["1"].company == ""
    assert store.companies(1) == {"sandbox:9341"}
    upgraded.close()


def test_step_3_tells_the_journal_what_was_decided(upgraded: Database) -> None:
    store, history = SqlMappingStore(upgraded), SqlHistory(upgraded)
    newest, second, first = history.page(1, HistoryFilter()).entries
    assert [(e.from_choice, e.to_choice) for e in (first, second, newest)] == [
        ("", "linked"), ("", "linked"), ("linked", "linked"),
    ]  # fmt: skip
    store.undo(1, "ann", newest.made_at)
    zoe = store.all(1, Kind.CUSTOMERS)["12"]
    assert (zoe.target_id, zoe.how, zoe.evidence) == ("59", How.UNDO, "identical name")
    with pytest.raises(StorageError), upgraded.writing():
        upgraded.run("UPDATE journal SET to_target_id = '1'")
    upgraded.close()


def test_step_7_finds_the_words_of_old_entries(upgraded: Database) -> None:
    history = SqlHistory(upgraded)
    found = history.page(1, HistoryFilter(text="zoe identical")).entries
    assert [entry.source_id for entry in found] == ["12"]
    assert len(history.page(2, HistoryFilter(text="bob")).entries) == 1
    upgraded.close()


@pytest.mark.parametrize(
    "values",
    ["'excluded', '58'", "'linked', ''", "'shared', ''", "'create', '58'"],
)
def test_an_exclusion_has_no_target_and_a_link_has_one(upgraded: Database, values: str) -> None:
    choice, target = values.split(", ")
    with pytest.raises(StorageError), upgraded.writing():
        upgraded.run(
            "INSERT INTO mappings VALUES (1, 'items', '9', "
            f"{target}, '', 'x', 'x', 'x', {choice}, '', 'saved', '', '')"
        )
    upgraded.close()
