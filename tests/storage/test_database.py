from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.errors import StorageError
from desktop_app.storage import database as module
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.faults import storage_error
from desktop_app.storage.settings import SqlSettingsStore, WindowSettings

from .samples import invoice, update

ROOT = Path(__file__).resolve().parents[2]


def test_what_must_survive_a_power_cut_is_waited_for(database: Database) -> None:
    assert database.row("PRAGMA synchronous") == (2,)
    assert database.row("PRAGMA foreign_keys") == (1,)
    assert database.row("PRAGMA journal_mode") == ("wal",)
    with ThreadPoolExecutor(1) as pool:  # the connections of other threads, too
        assert pool.submit(database.row, "PRAGMA synchronous").result() == (2,)


def test_a_transaction_that_fails_changes_nothing(database: Database) -> None:
    def change() -> None:
        with database.writing():
            database.run("INSERT INTO settings VALUES ('a', '1')")
            with database.writing():
                database.run("INSERT INTO settings VALUES ('b', '1')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert database.rows("SELECT * FROM settings") == []


def test_a_change_outside_a_transaction_is_a_mistake(database: Database) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        database.run("INSERT INTO settings VALUES ('a', '1')")
    with pytest.raises(RuntimeError, match="lost"), database.reading(), database.writing():
        pass


def test_reading_sees_one_state_while_another_thread_writes(database: Database) -> None:
    def write() -> None:
        with database.writing():
            database.run("INSERT INTO settings VALUES ('a', '1')")

    with database.reading():
        assert database.rows("SELECT * FROM settings") == []
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result()
        assert database.rows("SELECT * FROM settings") == []
    assert len(database.rows("SELECT * FROM settings")) == 1


def test_many_threads_write_in_turn(database: Database) -> None:
    def count() -> None:
        with database.writing():
            (number,) = database.row("SELECT count(*) FROM settings")
            database.run("INSERT INTO settings VALUES (?, '1')", (str(number),))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count) for _ in range(64)]:
            done.result()
    assert database.row("SELECT count(*) FROM settings") == (64,)


def test_connections_end_with_their_threads(database: Database) -> None:
    for _ in range(20):
        thread = threading.Thread(target=database.rows, args=("SELECT 1",))
        thread.start()
        thread.join()
    gc.collect()
    assert sum(each.alive for each in database._sqlite._open) <= 1  # this thread's own


def test_closing_closes_for_every_thread(file: Path) -> None:
    database = Database.open(file)
    opened, closed = threading.Event(), threading.Event()

    def use() -> None:
        database.rows("SELECT 1")
        opened.set()
        assert closed.wait(30)
        database.rows("SELECT 1")

    with ThreadPoolExecutor(1) as pool:
        used = pool.submit(use)
        assert opened.wait(30)
        database.close()
        database.close()
        closed.set()
        with pytest.raises(StorageError, match="closed"):
            used.result()
    with pytest.raises(StorageError, match="closed"):
        database.rows("SELECT 1")
    assert not file.with_name(file.name + "-wal").exists()  # closed cleanly


def test_a_backup_while_open_is_whole(database: Database, tmp_path: Path) -> None:
    SqlSettingsStore(database).set("a", 1)
    database.backup(tmp_path / "copy.sqlite3")
    copy = Database.open(tmp_path / "copy.sqlite3")
    assert SqlSettingsStore(copy).get("a") == 1
    copy.close()
    assert {each.name for each in tmp_path.glob("*.part")} == set()


@pytest.mark.parametrize(
    "content", [b"not a database, " * 300, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_refused_and_left_as_it_is(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged") as caught:
        Database.open(file)
    assert "backup" in caught.value.advice
    assert file.read_bytes() == content


def test_damage_inside_is_told_when_it_is_met(file: Path) -> None:
    database = Database.open(file)
    with database.writing():
        database.run_many(
            "INSERT INTO settings VALUES (?, ?)", [(str(n), "x" * 500) for n in range(500)]
        )
    database.close()
    content = bytearray(file.read_bytes())
    half = len(content) // 2  # behind the schema
    content[half:] = b"\xa5" * (len(content) - half)
    file.write_bytes(content)
    damaged = Database.open(file)
    with pytest.raises(StorageError, match="damaged"):
        damaged.rows("SELECT name, value FROM settings")
    damaged.close()


def test_another_programs_database_is_refused(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    before = file.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        Database.open(file)
    assert file.read_bytes() == before


def test_an_empty_file_is_a_new_database(file: Path) -> None:
    file.touch()
    Database.open(file).close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be opened") as caught:
        Database.open(tmp_path / "nowhere" / "local.sqlite3")
    assert "--profile-dir" in caught.value.advice


def test_a_full_disk_changes_nothing_and_says_so(database: Database, workspace_id: int) -> None:
    store = SqlCatalogueStore(database)
    store.apply(workspace_id, update(invoices=(invoice(1),)))
    (pages,) = database.row("PRAGMA page_count")
    database.row(f"PRAGMA max_page_count = {pages + 5}")
    many = tuple(invoice(number, 3) for number in range(2000))
    with pytest.raises(StorageError, match="full") as caught:
        store.apply(workspace_id, update(invoices=many))
    assert caught.value.retryable
    assert [each.id for each in store.invoices(workspace_id)] == ["i1"]
    database.row(f"PRAGMA max_page_count = {pages + 5000}")
    store.apply(workspace_id, update(invoices=many))
    assert len(store.invoices(workspace_id)) == 2000


def test_an_error_of_the_disk_on_a_full_one_is_called_so(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls it an error of the disk when it cannot make the files beside the database."""
    error = sqlite3.OperationalError("disk I/O error")
    assert "reported an error" in storage_error(error, file).message
    usage = shutil.disk_usage(file.parent)._replace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    said = storage_error(error, file)
    assert "The disk is full" in said.message
    assert str(file.parent) in said.advice


def test_the_windows_own_settings_last_where_the_disk_is_full(
    database: Database, expect_log: Callable[[str], None]
) -> None:
    expect_log("The setting wide was not saved: The disk is full")
    kept = SqlSettingsStore(database)
    settings = WindowSettings(kept)
    (pages,) = database.row("PRAGMA page_count")
    database.row(f"PRAGMA max_page_count = {pages}")
    settings.set("wide", "x" * 100_000)
    assert settings.get("wide") == "x" * 100_000
    assert kept.get("wide") is None
    database.row(f"PRAGMA max_page_count = {pages + 500}")
    settings.set("wide", "y" * 100_000)
    assert settings.get("wide") == kept.get("wide") == "y" * 100_000


def test_a_file_that_another_program_holds(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    database = Database.open(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program") as caught:
            SqlSettingsStore(database).set("a", 1)
        assert caught.value.retryable
        other.execute("ROLLBACK")
    SqlSettingsStore(database).set("a", 1)
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permission there")
@pytest.mark.parametrize(("there", "folder_too"), [(False, True), (True, True), (True, False)])
def test_what_may_not_be_written_is_told_at_once(there: bool, folder_too: bool) -> None:
    """In a process of its own, which gives up root's power to write anywhere."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "data"
        folder.mkdir()
        said = _opened_without_permission(folder, there, folder_too)
        folder.chmod(0o755)
    assert said.startswith("may not be written" if there else "could not be opened")
    assert "--profile-dir" in said


def _opened_without_permission(folder: Path, there: bool, folder_too: bool) -> str:
    file = folder / "local.sqlite3"
    if there:
        Database.open(file).close()
        file.chmod(0o444)
    folder.chmod(0o555 if folder_too else 0o777)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from desktop_app.errors import StorageError\n"
        "from desktop_app.storage.database import Database\n"
        "import encodings.idna, sqlite3, urllib.parse\n"  # needed later, and may be unreadable then
        "os.chdir(sys.argv[1])\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: Database.open(Path('local.sqlite3'))\n"
        "except StorageError as error: print(error.message, '|', error.advice)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.removeprefix("The local database ")
