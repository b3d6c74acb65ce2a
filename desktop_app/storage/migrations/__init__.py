"""The schema's history: numbered steps of plain SQL, each in one transaction.

A step that has been released is never edited; a change of the schema is a new module here, added
to :data:`STEPS`. The number of steps done is kept in the file itself (``PRAGMA user_version``).
They are modules rather than data files so that the frozen program carries them without more ado.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from desktop_app.storage.migrations import (
    m0001_first,
    m0002_memory,
    m0003_review,
    m0004_suggestions,
    m0005_sending,
    m0006_handling,
    m0007_journal_text,
    m0008_stock_start,
)

STEPS: tuple[str, ...] = (
    m0001_first.SQL,
    m0002_memory.SQL,
    m0003_review.SQL,
    m0004_suggestions.SQL,
    m0005_sending.SQL,
    m0006_handling.SQL,
    m0007_journal_text.SQL,
    m0008_stock_start.SQL,
)

# "BBrd": tells our file from any other SQLite database.
APPLICATION_ID = 0x42427264


def version(connection: sqlite3.Connection) -> int:
    """The number of steps that were applied to this file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file is empty or was made by this program."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        return True
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return version(connection) == 0 and tables == 0


def migrate(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> None:
    """Apply the steps that are missing. A step that fails leaves the file at the one before."""
    for number in range(version(connection) + 1, len(steps) + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements(steps[number - 1]):
                connection.execute(statement)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise sqlite3.IntegrityError(f"step {number} breaks a reference in {broken[0]}")  # noqa: TRY301
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.rollback()
            raise
        connection.execute("COMMIT")


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one (``executescript`` would end the transaction)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        raise ValueError(f"an unfinished statement at the end: {pending.strip()[:60]}")
