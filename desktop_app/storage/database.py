"""The local database: one SQLite file, opened, checked, upgraded, and shared by threads.

Each thread has a connection of its own, opened at its first use and closed when the thread ends
or the database is closed. Writers take turns in this process before SQLite is asked, so that
nobody polls for the file's lock. Everything is committed with ``synchronous = FULL``: what a
method has written down survives a power cut, which sending relies on.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peewee

from desktop_app.errors import RuleError, StorageError
from desktop_app.storage import migrations
from desktop_app.storage.faults import BACKUP_FOLDER, in_words, suspect

log = logging.getLogger(__name__)

BUSY_SECONDS = 10.0
BACKUPS_KEPT = 5
_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": "memory",
    "cache_size": -16_000,  # KiB
}
if sys.platform == "darwin":  # elsewhere FULL already waits for the disk
    _PRAGMAS |= {"fullfsync": 1, "checkpoint_fullfsync": 1}


class _Token:
    """Lives as long as its thread's local storage; its end closes the thread's connection."""


class _Sqlite(peewee.SqliteDatabase):
    """Peewee's database, whose connections can be closed from any thread."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file), pragmas=_PRAGMAS, timeout=BUSY_SECONDS, check_same_thread=False)
        self._tokens = threading.local()
        self._open: set[weakref.finalize[[sqlite3.Connection], _Token]] = set()
        self._open_lock = threading.Lock()
        self.shut = False

    def _connect(self) -> sqlite3.Connection:
        with self._open_lock:
            if self.shut:
                raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
            connection: sqlite3.Connection = super()._connect()  # type: ignore[misc]
            token = self._tokens.value = _Token()
            # The thread may end anywhere, even in a pool that is not Python's own.
            ending = weakref.finalize(token, sqlite3.Connection.close, connection)
            self._open = {each for each in self._open if each.alive} | {ending}
            return connection

    def shut_down(self) -> None:
        """Close the connections of all threads; none is opened again."""
        with self._open_lock:
            self.shut = True
            for ending in self._open:
                ending()
            self._open.clear()


class Database:
    """One open database. Made by :meth:`open`; all methods raise StorageError in words.

    Reading and writing may be done from any thread. A write holds up other writes only.
    """

    def __init__(self, file: Path, sqlite: _Sqlite, *, read_only: bool = False) -> None:
        self.file = file
        self.read_only = read_only
        self._sqlite = sqlite
        self._writing = threading.RLock()
        self._thread = threading.local()

    @classmethod
    def open(
        cls, file: Path, *, steps: Sequence[str] = migrations.STEPS, read_only: bool = False
    ) -> Database:
        """Open *file* (made when missing; its folder must exist), upgraded to this program.

        A file of a newer program, of another program, or a damaged one is refused as it is. Before
        an upgrade a backup is made beside it and checked by opening it. read_only: a second
        program beside the one that writes; every change raises RuleError.
        """
        with in_words(file):
            if file.exists() and file.stat().st_size > 0:
                _check_before_touching(file, len(steps))
            if not read_only:
                _upgrade(file, steps)
            elif not file.exists() or _schema(file) != len(steps):
                raise StorageError(
                    "The other window runs another version of this program.",
                    advice="Close it first, then start this one again.",
                )
            database = cls(file, _Sqlite(file), read_only=read_only)
            try:
                database._sqlite.connect()
                if not read_only:
                    database._try_writing()
            except BaseException:
                database._sqlite.shut_down()
                raise
        return database

    def _try_writing(self) -> None:
        """Say now, not at the first change, if it cannot. (To begin is not enough: SQLite lets
        that pass with a file that may only be read.)"""
        connection = self._connection()
        version = migrations.version(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(f"PRAGMA user_version = {version}")
        finally:
            if _busy(connection):
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close for all threads, after the write under way. Safe to call twice."""
        with self._writing, in_words(self.file):
            self._sqlite.shut_down()

    # --- reading ---

    def rows(self, query: peewee.Query | str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query (of Peewee's, or plain SQL) as plain tuples."""
        sql, values = self._sql(query, parameters)
        with in_words(self.file):
            return self._connection().execute(sql, values).fetchall()

    def row(self, query: peewee.Query | str, parameters: Sequence[Any] = ()) -> Any:
        """The first row or None."""
        rows = self.rows(query, parameters)
        return rows[0] if rows else None

    def compiled(self, query: peewee.Query) -> tuple[str, Sequence[Any]]:
        """A query as text and values, for one that is asked again and again: Peewee takes longer to
        write it than SQLite to answer it."""
        return self._sql(query, ())

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one state of the database."""
        with in_words(self.file):
            connection = self._connection()
            if _busy(connection):
                yield
                return
            connection.execute("BEGIN")
            self._thread.reading = True
            try:
                yield
            finally:
                self._thread.reading = False
                connection.execute("ROLLBACK")

    # --- writing ---

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction: all of the block's changes, durable at its end, or none. Nests."""
        if self.read_only:
            raise refuse()
        with self._writing, in_words(self.file):
            connection = self._connection()
            if _busy(connection):
                if getattr(self._thread, "reading", False):
                    raise RuntimeError("a write within reading() would be lost")
                yield
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if _busy(connection):  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise

    def run(self, query: peewee.Query | str, parameters: Sequence[Any] = ()) -> int:
        """Run one change within :meth:`writing`; how many rows it changed."""
        sql, values = self._sql(query, parameters)
        with in_words(self.file):
            return self._within_transaction().execute(sql, values).rowcount

    def insert(self, query: peewee.Query | str, parameters: Sequence[Any] = ()) -> int:
        """Run one insert within :meth:`writing`; the new row's number."""
        sql, values = self._sql(query, parameters)
        with in_words(self.file):
            number = self._within_transaction().execute(sql, values).lastrowid
        if number is None:
            raise ValueError("not an insert")
        return number

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one change for every row within :meth:`writing`."""
        with in_words(self.file):
            self._within_transaction().executemany(sql, rows)

    # --- copies ---

    def backup(self, to: Path) -> None:
        """Write a whole, checked copy to *to* while the program goes on."""
        with in_words(self.file):
            _copy(self._connection(), to)

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """No other thread of this program writes during the block."""
        with self._writing:
            yield

    def take_over(self, source: Path) -> None:
        """Replace the whole content by that of the database *source*, while connections are open.

        One transaction of SQLite's backup call: whatever interrupts it, the file holds the old
        content or the new one. Readers keep what they see until they ask again.
        """
        with self._writing, in_words(self.file):
            connection = self._connection()
            if _busy(connection):
                raise RuntimeError("the content cannot be replaced within a transaction")
            until = time.monotonic() + BUSY_SECONDS

            def patience(status: int, remaining: int, total: int) -> None:
                # Python would ask for ever for a file that another program holds.
                if status != sqlite3.SQLITE_DONE and time.monotonic() > until:
                    raise sqlite3.OperationalError("database is locked")

            with contextlib.closing(sqlite3.connect(source)) as new:
                new.backup(connection, progress=patience, sleep=0.05)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._sqlite.connection()  # type: ignore[no-untyped-call]
        return connection

    def _within_transaction(self) -> sqlite3.Connection:
        connection = self._connection()
        if not _busy(connection):
            raise RuntimeError("a change outside writing()")
        return connection

    def _sql(
        self, query: peewee.Query | str, parameters: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        if isinstance(query, str):
            return query, parameters
        sql, values = query.bind(self._sqlite).sql()
        return sql, values


def refuse() -> RuleError:
    """What a program that only reads says to every change."""
    return RuleError(
        "This window only reads: another one is open with the same profile.",
        title="Opened to read only",
        advice="Make changes in the window that was opened first, or close it and start this"
        " program again.",
    )


def _busy(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


def upsert(table: str, columns: Sequence[str], keys: Sequence[str]) -> str:
    """SQL that inserts one row, or replaces the one with the same *keys*."""

    def quoted(names: Iterable[str]) -> str:
        return ", ".join(f'"{name}"' for name in names)

    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    marks = ", ".join("?" * len(columns))
    return (  # the names are the program's own
        f'INSERT INTO "{table}" ({quoted(columns)}) VALUES ({marks})'  # noqa: S608
        f" ON CONFLICT ({quoted(keys)}) DO UPDATE SET {changes}"
    )


def _check_before_touching(file: Path, known: int) -> None:
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        if not migrations.is_ours(db):
            raise StorageError(
                f"{file.name} is a database of another program.",
                advice=f"Nothing was changed. Move {file} aside, or start with another"
                " --profile-dir.",
            )
        found = migrations.version(db)
        if suspect(file).exists():
            answer = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if answer != "ok":
                raise sqlite3.DatabaseError(f"database disk image is malformed: {answer}")
            with contextlib.suppress(OSError):
                suspect(file).unlink()
    if found > known:
        raise StorageError(
            "The local database was made by a newer version of this program.",
            advice="Nothing was changed. Install the newer version again, or start with another"
            " --profile-dir.",
            detail=f"schema {found}, this program knows {known}",
        )


def _schema(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return migrations.version(db)


def _upgrade(file: Path, steps: Sequence[str]) -> None:
    with contextlib.closing(
        sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    ) as db:
        db.execute("PRAGMA synchronous = full")
        found = migrations.version(db)
        if found == len(steps):
            return
        if found:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            folder = file.parent / BACKUP_FOLDER
            folder.mkdir(mode=0o700, exist_ok=True)
            copy = folder / f"{file.stem}-schema{found}-{stamp}{file.suffix}"
            _copy(db, copy)
            log.info("Made the backup %s before upgrading the local database", copy.name)
            _keep_newest(folder, f"{file.stem}-schema*{file.suffix}")
        migrations.migrate(db, steps)
        log.info("The local database was brought from schema %d to %d", found, len(steps))


def _copy(source: sqlite3.Connection, to: Path) -> None:
    """SQLite's own backup call (a copy of the open file would lack what is in its log)."""
    part = to.with_name(to.name + ".part")
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = delete")
            answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if answer != "ok" or migrations.version(copy) != migrations.version(source):
                raise sqlite3.DatabaseError(f"the backup is malformed: {answer}")
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _keep_newest(folder: Path, pattern: str) -> None:
    for old in sorted(folder.glob(pattern), key=lambda each: each.stat().st_mtime)[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)
