from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import PushState
from desktop_app.errors import StorageError
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, invoice, push, source, target, update

MANY = 20_000


@pytest.fixture
def store(database: Database) -> SqlCatalogueStore:
    return SqlCatalogueStore(database)


def both(store: SqlCatalogueStore, database: Database) -> tuple[SqlCatalogueStore, ...]:
    """What is in memory and what is in the file have to agree."""
    return store, SqlCatalogueStore(database)


def test_everything_comes_back(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    sources = tuple(source(n, kind) for kind in Kind for n in range(5))
    targets = tuple(target(n, kind) for kind in Kind for n in range(7))
    wanted = update(sources, targets, (invoice(1, 3), invoice(2), invoice(3, 0)))
    store.apply(workspace_id, wanted)
    for each in both(store, database):
        for kind in Kind:
            assert set(each.sources(workspace_id, kind)) == {s for s in sources if s.kind is kind}
            assert set(each.targets(workspace_id, kind)) == {t for t in targets if t.kind is kind}
        assert set(each.invoices(workspace_id)) == set(wanted.invoices)
        assert each.invoice(workspace_id, "i1") == wanted.invoices[0]
        assert each.invoice(workspace_id, "i3").lines == ()  # type: ignore[union-attr]
        assert each.company(workspace_id) == wanted.company
        assert set(each.terms(workspace_id)) == set(wanted.terms)
        assert each.tax_codes(workspace_id) == wanted.tax_codes
        assert each.agreements(workspace_id) == wanted.agreements
    workspace = SqlWorkspaceStore(database).current()
    assert workspace.refreshed_at == wanted.fetched_at
    assert workspace.quickbooks_checkpoint == wanted.checkpoint


def test_nothing_is_known_before_the_first_refresh(
    store: SqlCatalogueStore, workspace_id: int
) -> None:
    assert store.sources(workspace_id, Kind.ITEMS) == ()
    assert store.invoices(workspace_id) == ()
    assert store.invoice(workspace_id, "i1") is None
    assert store.company(workspace_id) is None


def test_rows_come_in_the_order_of_names_and_invoices_newest_first(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    sources = (source(1, name="beta"), source(2, name="Alpha"), source(3, name="GAMMA"))
    store.apply(workspace_id, update(sources, invoices=tuple(invoice(n) for n in (5, 9, 2))))
    for each in both(store, database):
        names = [s.name for s in each.sources(workspace_id, Kind.CUSTOMERS)]
        assert names == ["Alpha", "beta", "GAMMA"]
        assert [i.id for i in each.invoices(workspace_id)] == ["i9", "i5", "i2"]


def test_a_complete_list_removes_what_vanished_and_brings_back_what_returned(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    everything = update((source(1), source(2)), (target(1), target(2)), (invoice(1), invoice(2)))
    fewer = update((source(2),), (target(2),), (invoice(2),))
    store.apply(workspace_id, everything)
    for wanted in (fewer, everything):
        store.apply(workspace_id, wanted)
        for each in both(store, database):
            assert set(each.sources(workspace_id, Kind.CUSTOMERS)) == set(wanted.sources)
            assert len(each.targets(workspace_id, Kind.CUSTOMERS)) == len(wanted.sources)
            assert set(each.invoices(workspace_id)) == set(wanted.invoices)


def test_a_partial_list_only_adds_and_changes(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    store.apply(workspace_id, update(targets=(target(1), target(2))))
    changed = replace(target(2), name="Renamed", active=False)
    store.apply(workspace_id, update(targets=(changed, target(3)), complete=False))
    for each in both(store, database):
        assert set(each.targets(workspace_id, Kind.CUSTOMERS)) == {target(1), changed, target(3)}


def test_lines_stay_while_the_list_row_is_the_same(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    full = invoice(1, 3, note="Thank you", bill_email="a@b.example")
    row = invoice(1, organization_name="Renamed")
    store.apply(workspace_id, update(invoices=(full,)))
    store.apply(workspace_id, update(invoices=(row,)))
    for each in both(store, database):
        kept = each.invoice(workspace_id, "i1")
        assert kept == replace(full, organization_name="Renamed")


@pytest.mark.parametrize(
    "change",
    [
        {"status": "COMPLETE"},
        {"total": Decimal("99.00")},
        {"updated_at": NOW.replace(microsecond=1)},
        {"updated_at": None},
    ],
)
def test_lines_go_when_the_list_row_changed(
    store: SqlCatalogueStore, database: Database, workspace_id: int, change: dict[str, object]
) -> None:
    store.apply(workspace_id, update(invoices=(invoice(1, 3), invoice(2, 1))))
    row = invoice(1, **change)  # type: ignore[arg-type]
    store.apply(workspace_id, update(invoices=(row, invoice(2))))
    for each in both(store, database):
        assert each.invoice(workspace_id, "i1") == row
        assert each.invoice(workspace_id, "i2") == invoice(2, 1)
    assert database.row("SELECT count(*) FROM invoice_lines") == (1,)


def test_new_lines_replace_old_ones(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    store.apply(workspace_id, update(invoices=(invoice(1, 5),)))
    store.put_invoices(workspace_id, [invoice(1, 2), invoice(4, 1)])
    for each in both(store, database):
        assert each.invoices(workspace_id) == (invoice(4, 1), invoice(1, 2))


def test_sent_invoices_stay_readable_after_they_vanished(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    pushes = SqlPushStore(database)
    store.apply(workspace_id, update(invoices=tuple(invoice(n, 1) for n in range(1, 6))))
    for number, state in enumerate(PushState, 1):  # i1 to i4; i5 was never sent
        pushes.save(workspace_id, push(f"i{number}", f"r{number}", state))
    store.apply(workspace_id, update(invoices=()))
    wanted = [f"i{n}" for n, state in enumerate(PushState, 1) if state is not PushState.REFUSED]
    for each in both(store, database):
        assert [i.id for i in each.invoices(workspace_id)] == sorted(wanted, reverse=True)
        assert each.invoice(workspace_id, "i1") == invoice(1, 1)
        assert each.invoice(workspace_id, "i5") is None


def test_one_target_is_put_in_at_once(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    store.apply(workspace_id, update(targets=(target(1, Kind.ITEMS),)))
    carrier = replace(target(2, Kind.ITEMS), type="Service", income_account_id="79")
    store.put_target(workspace_id, carrier)
    for each in both(store, database):
        assert set(each.targets(workspace_id, Kind.ITEMS)) == {target(1, Kind.ITEMS), carrier}


def test_workspaces_do_not_mix(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    second = SqlWorkspaceStore(database).create("Second").id
    store.apply(workspace_id, update((source(1),), (target(1),), (invoice(1, 1),)))
    store.apply(second, update((source(2),), (target(2),), (invoice(1, 2),), company="Other"))
    for each in both(store, database):
        assert each.sources(workspace_id, Kind.CUSTOMERS) == (source(1),)
        assert each.targets(second, Kind.CUSTOMERS) == (target(2),)
        assert each.invoice(workspace_id, "i1") == invoice(1, 1)
        assert each.invoice(second, "i1") == invoice(1, 2)
        assert each.company(workspace_id).name == "Acme MSP"  # type: ignore[union-attr]


def test_an_update_that_fails_at_its_end_changes_nothing(
    store: SqlCatalogueStore, database: Database, workspace_id: int
) -> None:
    before = update((source(1),), (target(1),), (invoice(1, 2),))
    store.apply(workspace_id, before)
    with database.writing():
        database.run(
            "CREATE TRIGGER stop BEFORE INSERT ON tax_codes BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(StorageError):
        store.apply(workspace_id, update((source(2),), (target(2),), (invoice(2),), company="New"))
    for each in both(store, database):
        assert each.sources(workspace_id, Kind.CUSTOMERS) == before.sources
        assert each.targets(workspace_id, Kind.CUSTOMERS) == (target(1),)
        assert each.invoices(workspace_id) == before.invoices
        assert each.company(workspace_id) == before.company


def test_readers_never_see_half_an_update(database: Database, workspace_id: int) -> None:
    """One thread replaces the catalogue, others read it, each from a store of its own."""
    writer = SqlCatalogueStore(database)
    worlds = [
        update(tuple(source(n, name=f"{word} {n}") for n in range(200))) for word in ("one", "two")
    ]
    writer.apply(workspace_id, worlds[0])
    finished = threading.Event()

    def read(shared: SqlCatalogueStore | None) -> set[str]:
        seen = set()
        while not finished.is_set():
            found = (shared or SqlCatalogueStore(database)).sources(workspace_id, Kind.CUSTOMERS)
            words = {each.name.split()[0] for each in found}
            assert len(found) == 200
            assert len(words) == 1
            seen |= words
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, shared) for shared in (None, writer, writer)]
        try:
            for turn in range(30):
                writer.apply(workspace_id, worlds[turn % 2])
        finally:
            finished.set()
        for reader in readers:
            reader.result()
    assert writer.sources(workspace_id, Kind.CUSTOMERS)[0].name.startswith("two")


def test_twenty_thousand_rows(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Generous bounds: they catch a row-by-row mistake, not a busy machine."""
    database = Database.open(file)
    workspace_id = SqlWorkspaceStore(database).current().id
    store = SqlCatalogueStore(database)
    wanted = update(
        tuple(source(n) for n in range(MANY)),
        tuple(target(n) for n in range(MANY)),
        tuple(invoice(n, 4 if n < 1000 else None) for n in range(MANY)),
    )
    times: dict[str, float] = {}

    def timed(what: str, call: Callable[[], object]) -> None:
        start = time.perf_counter()
        call()
        times[what] = time.perf_counter() - start

    timed("first apply", lambda: store.apply(workspace_id, wanted))
    timed("same again", lambda: store.apply(workspace_id, wanted))
    cold = SqlCatalogueStore(database)
    timed("sources", lambda: cold.sources(workspace_id, Kind.CUSTOMERS))
    timed("targets", lambda: cold.targets(workspace_id, Kind.CUSTOMERS))
    timed("invoices", lambda: cold.invoices(workspace_id))
    timed("invoices again", lambda: cold.invoices(workspace_id))
    assert len(cold.invoices(workspace_id)) == MANY
    database.close()
    with capsys.disabled():
        print("\n20,000 rows:", ", ".join(f"{k} {v * 1000:.0f} ms" for k, v in times.items()))
    assert times["same again"] < times["first apply"]
    assert times["invoices again"] < times["invoices"]
