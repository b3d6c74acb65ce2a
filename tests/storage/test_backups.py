"""Backups: made, kept to a number, refused in words, restored while the program runs."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import PushState
from desktop_app.errors import StorageError
from desktop_app.progress import Cancelled
from desktop_app.storage import database as database_module
from desktop_app.storage import migrations
from desktop_app.storage.backups import DAYS, NEWEST, WEEKS, kept
from desktop_app.storage.database import Database

from .samples import NOW, link, push, source, target, update
from .worlds import World, connected

C = Kind.CUSTOMERS


@pytest.fixture
def world(file: Path) -> Iterator[World]:
    made = World(file)
    yield made
    made.database.close()


def nothing() -> None:
    """A check that never cancels."""


def restore(world: World, name: str) -> object:
    return world.backups.restore(world.backups.path(name), NOW, nothing)


def test_a_backup_says_what_it_holds(world: World) -> None:
    world.link("1", "11", "2", "12")
    made = world.backups.make(BackupReason.IMPORT, NOW)
    (found,) = world.backups.all()
    assert found == made
    assert found.name == "local-20260715-093000-123456-import.sqlite3"
    assert (found.made_at, found.reason) == (NOW, BackupReason.IMPORT)
    assert dict(found.mappings) == {C: 2, Kind.ACCOUNTS: 0, Kind.ITEMS: 0}
    assert found.companies == ("Acme MSP",)
    assert found.size == (Path(world.backups.folder) / found.name).stat().st_size
    assert found.restorable


def test_restoring_brings_back_mappings_history_lists_and_settings(world: World) -> None:
    world.link("1", "11")
    world.settings.set("width", 640)
    world.catalogue.apply(world.id, update((source(1),), (target(11),)))
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("1", "12", "2", "13")
    world.settings.set("width", 800)
    world.catalogue.apply(world.id, update((source(2),), (target(12),)))
    done = world.backups.restore(world.backups.path(made.name), NOW, nothing)
    # The same objects, with nothing started again:
    assert world.links() == {"1": "11"}
    assert world.settings.get("width") == 640
    assert [each.id for each in world.catalogue.sources(world.id, C)] == ["1"]
    assert world.mappings.can_undo(world.id) == "mapping of Organization 1"
    world.mappings.undo(world.id, "me", NOW)
    assert world.links() == {}
    # and the state before it is a backup that can be restored as well.
    restore(world, done.saved_as)
    assert world.links() == {"1": "12", "2": "13"}
    assert world.settings.get("width") == 800
    assert not list(Path(world.backups.folder).glob("*.part*"))


def test_what_was_sent_is_never_taken_back(world: World) -> None:
    world.pushes.save(world.id, push("i1", "r1"))
    made = world.backups.make(BackupReason.BULK, NOW)
    world.pushes.save(world.id, push("i1", "r1", PushState.SENT))
    world.pushes.save(world.id, push("i2", "r2", PushState.SENT))
    world.pushes.save(world.id, push("i3", "r3"))
    world.pushes.set_carrier(world.id, "4000", "77")
    done = world.backups.restore(world.backups.path(made.name), NOW, nothing)
    assert done.kept_pushes == 2
    states = {key: each.state for key, each in world.pushes.all(world.id).items()}
    assert states == {"i1": PushState.SENT, "i2": PushState.SENT, "i3": PushState.SENDING}
    assert world.pushes.carriers(world.id) == {"4000": "77"}
    world.pushes.save(world.id, push("i3", "r3", PushState.SENT))  # the answer comes afterwards


def _rows(world: World, table: str, columns: str) -> list[tuple[object, ...]]:
    return world.database.rows(f"SELECT {columns} FROM {table} ORDER BY 1")


def _put(world: World, table: str, **values: object) -> None:
    """A row whose other columns are empty, as the schema has them."""
    row: dict[str, object] = {"workspace_id": world.id} | values
    for _, name, kind, not_null, default, key in world.database.rows(f"PRAGMA table_info({table})"):
        if not_null and default is None and name not in row and not (key and kind == "INTEGER"):
            row[name] = "" if kind == "TEXT" else 0
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    with world.database.writing():
        world.database.run(
            f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", tuple(row.values())
        )


def test_what_happened_in_quickbooks_is_never_taken_back(world: World) -> None:
    _put(world, "creations", request_id="c1", state="sending", draft_source_id="1")
    _put(world, "creations", request_id="c2", state="staged", draft_source_id="2")
    _put(world, "creations", request_id="c3", state="staged", draft_source_id="3")
    _put(world, "confirmations", subject="credit", subject_id="a", who="me")
    _put(world, "remotes", entity="Invoice", qbo_id="7", status="present")
    _put(world, "books_reads", start="2026-01", end="2026-02")
    _put(world, "books_documents", entity="Invoice", id="old")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    _put(world, "creations", request_id="c1", state="created", draft_source_id="1", target_id="99")
    _put(world, "creations", request_id="c4", state="sending", draft_source_id="4")
    with world.database.writing():
        world.database.run("DELETE FROM creations WHERE request_id IN ('c2', 'c3')")
        world.database.run("DELETE FROM books_documents")
    _put(world, "creations", request_id="c5", state="sending", draft_source_id="3")
    _put(world, "creations", request_id="c6", state="staged", draft_source_id="6")
    _put(world, "confirmations", subject="credit", subject_id="b", who="me")
    _put(world, "remotes", entity="Invoice", qbo_id="7", status="voided")
    _put(world, "proofs", invoice_id="i1", request_id="r1")
    _put(world, "books_documents", entity="Invoice", id="new")
    restore(world, made.name)
    assert _rows(world, "creations", "request_id, state, target_id") == [
        ("c1", "created", "99"), ("c2", "staged", ""), ("c4", "sending", ""), ("c5", "sending", ""),
    ]  # fmt: skip
    assert _rows(world, "confirmations", "subject_id") == [("a",), ("b",)]
    assert _rows(world, "remotes", "qbo_id, status") == [("7", "voided")]
    assert _rows(world, "proofs", "invoice_id") == [("i1",)]
    assert _rows(world, "books_documents", "id") == [("new",)]
    assert len(_rows(world, "books_reads", "start")) == 1


def test_every_table_has_its_place_in_a_restore(world: World) -> None:
    """A new table goes back with the backup, unless restoring.py brings it over: decide which."""
    taken_back = {
        "settings", "sources", "targets", "companies", "terms", "tax_codes", "agreements",
        "invoices", "invoice_lines", "mappings", "journal_steps", "journal", "remembered_pairs",
        "restore_points", "catalogue_changes", "suggestions",
    }  # fmt: skip
    kept = {
        "workspaces", "pushes", "carriers", "creations", "proofs", "remotes", "left_alone",
        "exchange_rates", "confirmations", "books_documents", "books_reads",
    }  # fmt: skip
    found = world.database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE 'journal_text%'"  # the index of the journal, which goes with it
    )
    assert {name for (name,) in found} == taken_back | kept


def test_logins_and_the_company_stay_and_the_moments_of_the_refresh_go_back(file: Path) -> None:
    world = World(file, company=False)
    world.catalogue.apply(world.id, update())
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    before = world.workspaces.get(world.id)
    now = connected(before, "9130", client="new keys")
    world.workspaces.save(now)
    later = NOW + timedelta(days=1)
    newer = update()
    world.catalogue.apply(
        world.id,
        type(newer)(**{**{f: getattr(newer, f) for f in newer.__slots__}, "fetched_at": later}),
    )
    restore(world, made.name)
    found = world.workspaces.get(world.id)
    assert (found.realm_id, found.activated_at) == ("9130", now.activated_at)
    assert found.quickbooks_app.client_id == "new keys"
    assert found.quickbooks_connected
    assert found.refreshed_at == NOW
    world.database.close()


def test_a_workspace_younger_than_the_backup_is_kept_with_its_history(world: World) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("1", "12")
    second = world.workspaces.create("Second")
    world.workspaces.save(connected(second, "777"))
    world.workspaces.open(second.id)
    world.mappings.apply(second.id, [link("5", "50")], "me", NOW)
    world.mappings.apply(second.id, [link("5", "51")], "me", NOW)
    world.mappings.undo(second.id, "me", NOW)
    world.catalogue.apply(second.id, update((source(5),), (target(50),)))
    world.pushes.save(second.id, push("i9", "r9", PushState.SENT))
    done = world.backups.restore(world.backups.path(made.name), NOW, nothing)
    assert done.kept_workspaces == ("Second",)
    assert world.links() == {"1": "11"}
    assert world.links(second.id) == {"5": "50"}
    assert world.workspaces.current().id == second.id
    assert set(world.pushes.all(second.id)) == {"i9"}
    world.mappings.redo(second.id, "me", NOW)
    assert world.links(second.id) == {"5": "51"}
    # The history of both goes on where the numbers of two histories had met.
    other = world.backups.make(BackupReason.BY_HAND, NOW + timedelta(seconds=1))
    restore(world, made.name)
    world.link("3", "33", "4", "44")
    restore(world, other.name)
    assert world.links() == {"1": "11"}
    assert world.mappings.can_undo(world.id) == "mapping of Organization 1"


def test_diverged_histories_do_not_collide(world: World) -> None:
    """The backup and the younger workspace have used the same numbers of steps."""
    world.link("1", "11")
    first = world.backups.make(BackupReason.BY_HAND, NOW)
    for number in range(5):
        world.link("1", str(20 + number))
    long = world.backups.make(BackupReason.BY_HAND, NOW + timedelta(seconds=1))
    restore(world, first.name)
    second = world.workspaces.create("Second")
    world.mappings.apply(second.id, [link("5", "50")], "me", NOW)
    world.mappings.apply(second.id, [link("5", "51")], "me", NOW)
    world.mappings.undo(second.id, "me", NOW)
    restore(world, long.name)
    assert world.links() == {"1": "24"}
    assert world.links(second.id) == {"5": "50"}
    entries = world.mappings.journal(second.id)
    assert [(each.action, each.to_target_id) for each in entries] == [
        ("undo", "50"), ("change", "51"), ("change", "50"),
    ]  # fmt: skip
    assert entries[0].reverses == entries[1].step


def test_a_backup_of_another_company_is_refused(world: World, tmp_path: Path) -> None:
    world.link("1", "11")
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other" / "local.sqlite3", realm="4620", name="Bolt LLC")
    foreign = other.backups.make(BackupReason.BY_HAND, NOW)
    with pytest.raises(StorageError, match=r"Bolt LLC.*Acme MSP") as caught:
        world.backups.restore(other.backups.path(foreign.name), NOW, nothing)
    assert "--profile-dir" in caught.value.advice
    assert world.links() == {"1": "11"}
    other.database.close()


def test_a_new_computer_takes_the_backup_as_it_is(world: World, tmp_path: Path) -> None:
    world.link("1", "11")
    world.pushes.save(world.id, push("i1", "r1", PushState.SENT))
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    (tmp_path / "new").mkdir()
    fresh = World(tmp_path / "new" / "local.sqlite3", company=False)
    fresh.backups.restore(world.backups.path(made.name), NOW, nothing)
    assert fresh.links() == {"1": "11"}
    assert set(fresh.pushes.all(fresh.id)) == {"i1"}
    assert fresh.workspaces.current().company_name == "Acme MSP"
    fresh.database.close()


def test_an_older_version_is_brought_up(world: World) -> None:
    old = Path(world.backups.folder) / "old.sqlite3"
    old.parent.mkdir()
    Database.open(old, steps=migrations.STEPS[:1]).close()
    done = world.backups.restore(str(old), NOW, nothing)
    assert done.backup.schema == 1
    assert world.database.row("PRAGMA user_version") == (len(migrations.STEPS),)
    assert world.database.row("PRAGMA journal_mode") == ("wal",)
    assert world.database.row("PRAGMA integrity_check") == ("ok",)


def test_a_file_with_another_page_size(world: World, tmp_path: Path) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    with closing(sqlite3.connect(world.backups.path(made.name), isolation_level=None)) as db:
        db.execute("PRAGMA page_size = 16384")
        db.execute("VACUUM")
    world.link("1", "12")
    restore(world, made.name)
    assert world.links() == {"1": "11"}


# --- refused in words, nothing lost ---------------------------------------------------------------


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _text(file: Path) -> None:
    file.write_bytes(b"source,target\n" * 400)


def _foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
        db.execute("PRAGMA user_version = 1")


def _newer(file: Path) -> None:
    Database.open(file).close()
    with closing(sqlite3.connect(file)) as db:
        db.execute(f"PRAGMA user_version = {len(migrations.STEPS) + 1}")


def _torn(file: Path) -> None:
    Database.open(file).close()
    content = bytearray(file.read_bytes())
    content[len(content) // 3 :] = b"\xa5" * (len(content) - len(content) // 3)
    file.write_bytes(content)


def _short(file: Path) -> None:
    Database.open(file).close()
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _trigger(file: Path) -> None:
    Database.open(file).close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TRIGGER x AFTER INSERT ON settings BEGIN DELETE FROM mappings; END")


def _folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_empty, "not a backup of this program"),
        (_text, "damaged"),
        (_foreign, "not a backup of this program"),
        (_newer, "newer version"),
        (_torn, "damaged"),
        (_short, "damaged"),
        (_trigger, "damaged"),
        (_folder, "a folder"),
        (lambda file: None, "not there any more"),
    ],
)
def test_a_file_that_cannot_be_restored(world: World, tmp_path: Path, make, words: str) -> None:  # type: ignore[no-untyped-def]
    world.link("1", "11")
    file = tmp_path / "chosen.sqlite3"
    make(file)
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(StorageError, match=words) as caught:
        world.backups.restore(str(file), NOW, nothing)
    assert caught.value.advice
    assert world.links() == {"1": "11"}
    assert before == (file.read_bytes() if file.is_file() else None)
    assert {each.name for each in tmp_path.glob("chosen*")} <= {"chosen.sqlite3"}
    assert not list(Path(world.backups.folder).glob("*.part*"))


def test_unreadable_files_of_the_folder_are_listed_with_their_reason(world: World) -> None:
    folder = Path(world.backups.folder)
    folder.mkdir()
    _text(folder / "text.sqlite3")
    _newer(folder / "newer.sqlite3")
    world.backups.make(BackupReason.BY_HAND, NOW)
    found = {each.name.partition("-")[0]: each for each in world.backups.all()}
    assert "damaged" in found["text.sqlite3"].problem
    assert "newer version" in found["newer.sqlite3"].problem
    assert found["local"].restorable
    assert found["text.sqlite3"].reason is BackupReason.OTHER


def test_a_full_disk_while_restoring(world: World) -> None:
    world.link("1", "11")
    world.catalogue.apply(world.id, update(tuple(source(n) for n in range(3000))))
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.catalogue.apply(world.id, update())
    with world.database.writing():
        world.database.run("DELETE FROM sources")
    world.database.row("VACUUM")
    world.link("1", "12")
    (pages,) = world.database.row("PRAGMA page_count")
    world.database.row(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StorageError, match="disk is full"):
        restore(world, made.name)
    assert world.links() == {"1": "12"}
    assert world.database.row("PRAGMA integrity_check") == ("ok",)
    world.link("1", "13")  # the program goes on
    world.database.row(f"PRAGMA max_page_count = {pages + 50_000}")
    restore(world, made.name)
    assert world.links() == {"1": "11"}


def test_no_room_for_the_copy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(StorageError, match="disk is full"):
        restore(world, made.name)
    assert world.links() == {"1": "11"}


def test_a_folder_that_cannot_be_made(world: World) -> None:
    Path(world.backups.folder).write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="backup could not be made") as caught:
        world.backups.make(BackupReason.BULK, NOW)
    assert world.backups.folder in caught.value.advice


def test_another_program_holds_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("1", "12")
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(world.database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program") as caught:
            restore(world, made.name)
        assert caught.value.retryable
        other.execute("ROLLBACK")
    assert world.links() == {"1": "12"}
    restore(world, made.name)
    assert world.links() == {"1": "11"}


def test_a_reader_keeps_what_it_sees(world: World) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("1", "12")
    with closing(sqlite3.connect(world.database.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        seen = "SELECT target_id FROM mappings"
        assert reader.execute(seen).fetchall() == [("12",)]
        restore(world, made.name)
        assert reader.execute(seen).fetchall() == [("12",)]
        reader.execute("ROLLBACK")
        assert reader.execute(seen).fetchall() == [("11",)]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_cancelling_leaves_everything(world: World, at: int) -> None:
    world.link("1", "11")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("1", "12")
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise Cancelled

    with pytest.raises(Cancelled):
        world.backups.restore(world.backups.path(made.name), NOW, check)
    assert world.links() == {"1": "12"}


# --- how many are kept ----------------------------------------------------------------------------


def test_which_are_kept(rng: random.Random) -> None:
    """A year with several a day: the newest, one a day, one a week; and never none."""
    moments = sorted(
        (NOW - timedelta(minutes=rng.randrange(365 * 24 * 60)) for _ in range(3000)), reverse=True
    )
    files = [(moment, BackupReason.BULK) for moment in moments]
    found = kept(files, NOW)
    assert set(range(NEWEST)) <= found
    assert len(found) <= NEWEST + DAYS + 1 + WEEKS + 1
    days = {moments[index].date() for index in found}
    assert {(NOW - timedelta(days=n)).date() for n in range(DAYS)} <= days
    weeks = {moments[index].isocalendar()[:2] for index in found}
    assert {(NOW - timedelta(weeks=n)).isocalendar()[:2] for n in range(WEEKS)} <= weeks
    assert kept(files[-1:], NOW) == {0}


def test_older_ones_go_and_other_files_stay(world: World) -> None:
    folder = Path(world.backups.folder)
    folder.mkdir()
    others = {"local-schema1-20200101-000000-000000.sqlite3", "my own.sqlite3", "notes.txt"}
    for name in others:
        (folder / name).write_text("kept")
    hand = world.backups.make(BackupReason.BY_HAND, NOW - timedelta(days=200)).name
    for number in range(NEWEST + 5):
        world.backups.make(BackupReason.BULK, NOW + timedelta(seconds=number))
    names = {file.name for file in folder.iterdir()}
    assert others < names
    assert hand in names
    assert len(names) == len(others) + 1 + NEWEST


def test_what_a_killed_program_left_half_done_goes(world: World) -> None:
    world.backups.make(BackupReason.BY_HAND, NOW)
    folder = Path(world.backups.folder)
    old, new = folder / "local-1.sqlite3.part", folder / "local-2.sqlite3.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (1, 1))
    world.backups.make(BackupReason.BY_HAND, NOW)
    assert (old.exists(), new.exists()) == (False, True)


def test_deleting_one(world: World) -> None:
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.backups.delete(made.name)
    assert world.backups.all() == ()
    for name in (made.name, "../local.sqlite3", str(world.database.file)):
        with pytest.raises(StorageError, match="not there"):
            world.backups.delete(name)
    assert world.database.file.exists()
