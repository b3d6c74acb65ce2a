from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.errors import StorageError
from desktop_app.storage import migrations, models
from desktop_app.storage.database import BACKUPS_KEPT, Database
from desktop_app.storage.settings import SqlSettingsStore

NEXT = (
    *migrations.STEPS,
    """CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    INSERT INTO notes (text) SELECT name FROM settings;""",
)


def schema(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as db:
        return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        return migrations.version(db)


def backups(file: Path) -> list[Path]:
    return sorted((file.parent / "backups").glob("*"))


def test_step_1_makes_the_first_schema(file: Path) -> None:
    Database.open(file, steps=migrations.STEPS[:1]).close()
    assert version(file) == 1
    made = schema(file)
    assert {"workspaces", "sources", "targets", "invoices", "invoice_lines", "mappings"} <= set(
        made
    )
    assert {"journal", "journal_steps", "pushes", "carriers", "settings"} <= set(made)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == migrations.APPLICATION_ID
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_step_8_has_the_lists_read_in_full_once_more(file: Path) -> None:
    """A change capture would leave out what was fetched before the start of stock was kept."""
    older = Database.open(file, steps=migrations.STEPS[:7])
    columns = [row[1] for row in older.rows("PRAGMA table_info(workspaces)")]
    values = {"id": 1, "quickbooks_checkpoint": "2026-03-01T00:00:00.000000+00:00"}
    with older.writing():
        older.run(
            f"INSERT INTO workspaces ({', '.join(columns)}) "
            f"VALUES ({', '.join('?' * len(columns))})",
            tuple(values.get(name, "") for name in columns),
        )
    older.close()
    newer = Database.open(file)
    assert newer.rows("SELECT quickbooks_checkpoint FROM workspaces") == [(None,)]
    assert newer.rows("SELECT starts_on FROM targets") == []
    newer.close()


def test_models_are_what_the_migrations_made(file: Path) -> None:
    Database.open(file).close()
    with closing(sqlite3.connect(file)) as db:
        tables = {
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "journal_text"))  # the latter: full text, no model
        }
        assert {model._meta.table_name for model in models.ALL} == tables
        for model in models.ALL:
            meta = model._meta
            found = db.execute(f"PRAGMA table_info({meta.table_name})").fetchall()
            assert list(meta.columns) == [row[1] for row in found], meta.table_name
            for _, name, kind, not_null, _, in_key in found:
                field = meta.columns[name]
                assert field.field_type in {"TEXT": ("TEXT",), "INTEGER": ("INT", "AUTO")}[kind]
                assert field.null == (not not_null and not in_key), (meta.table_name, name)
            keys = [row[1] for row in sorted(found, key=lambda row: row[5]) if row[5]]
            primary = meta.primary_key
            assert keys == list(getattr(primary, "field_names", (getattr(primary, "name", ""),)))


def test_an_upgrade_keeps_the_data_and_leaves_a_backup_that_opens(file: Path) -> None:
    first = Database.open(file)
    SqlSettingsStore(first).set("width", 640)
    first.close()
    second = Database.open(file, steps=NEXT)
    assert second.rows("SELECT text FROM notes") == [("width",)]
    second.close()
    assert version(file) == len(NEXT)
    (copy,) = backups(file)
    assert version(copy) == len(migrations.STEPS)
    restored = Database.open(copy)
    assert SqlSettingsStore(restored).get("width") == 640
    restored.close()


def test_the_backup_holds_what_was_not_yet_in_the_main_file(file: Path) -> None:
    first = Database.open(file)
    SqlSettingsStore(first).set("last", "in the write-ahead log")
    second = Database.open(file, steps=NEXT)  # the first is still open, as after a crash
    first.close()
    second.close()
    (copy,) = backups(file)
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT name FROM settings").fetchall() == [("last",)]


def test_a_failing_step_leaves_the_file_at_the_step_before(file: Path) -> None:
    Database.open(file).close()
    before = schema(file)
    broken = (*NEXT, "CREATE TABLE more (id INTEGER);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(StorageError):
        Database.open(file, steps=broken)
    assert version(file) == len(NEXT)
    assert set(schema(file)) == {*before, "notes"}


def test_a_step_that_breaks_a_reference_is_taken_back(file: Path) -> None:
    Database.open(file).close()
    broken = (*migrations.STEPS, "INSERT INTO terms VALUES (77, '1', 'Net', NULL, 1);")
    with pytest.raises(StorageError):
        Database.open(file, steps=broken)
    assert version(file) == len(migrations.STEPS)


def test_few_backups_are_kept(file: Path) -> None:
    steps: tuple[str, ...] = migrations.STEPS
    Database.open(file).close()
    for number in range(BACKUPS_KEPT + 3):
        steps = (*steps, f"CREATE TABLE extra{number} (id INTEGER);")
        Database.open(file, steps=steps).close()
    kept = backups(file)
    assert len(kept) == BACKUPS_KEPT
    assert max(version(each) for each in kept) == len(steps) - 1


def test_a_newer_file_is_refused_and_left_as_it_is(file: Path) -> None:
    Database.open(file, steps=NEXT).close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match="newer version") as caught:
        Database.open(file)
    assert "Nothing was changed" in caught.value.advice
    assert file.read_bytes() == before
    assert not backups(file)


def test_statements_are_split_around_triggers_and_comments() -> None:
    script = (
        "-- a comment; with a semicolon\nCREATE TABLE a (b TEXT DEFAULT ';');\n"
        "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  DELETE FROM a;\nEND;\n"
    )
    assert len(list(migrations.statements(script))) == 2
    with pytest.raises(ValueError, match="unfinished"):
        list(migrations.statements("CREATE TABLE a (b TEXT)"))
