"""A backup made ready to take the place of the local data.

What lies outside the program is never taken back by a restore: which invoices were sent and what
became of them, which records were created in QuickBooks, what people confirmed to have done there,
and the logins, whose secrets are in the keyring. All this is brought over from the present into a
copy of the backup, and the copy then replaces the content in one step.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.errors import StorageError
from desktop_app.storage import migrations

# Of a workspace in both: what belongs to its logins stays as it is now.
_LOGIN = {
    "quickbooks_app": (
        "quickbooks_app_client_id", "quickbooks_app_environment", "quickbooks_app_redirect_uri",
        "quickbooks_app_discovery_url", "quickbooks_app_api_url", "quickbooks_connected",
        "quickbooks_user", "refresh_token_expires_at",
    ),
    "ninjaone_app": (
        "ninjaone_app_base_url", "ninjaone_app_client_id", "ninjaone_app_grant",
        "ninjaone_app_redirect_uri", "ninjaone_connected",
    ),
}  # fmt: skip
_COMPANY = ("realm_id", "company_name", "country", "activated_at")
# References that the schema does not declare, because "0: before the first" is no step.
_UNDECLARED = {"restore_points": ("journal_steps", "step", "id")}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was brought over: records of sending, and names of workspaces that the backup lacks."""

    pushes: int
    workspaces: tuple[str, ...]


def copied(file: Path, part: Path, name: str) -> None:
    """Copy the database *file* to *part* in one file, without touching it or its folder.

    It may be any file that a person has chosen, even a running database's file copied by hand with
    its log beside it. Raises StorageError in words.
    """
    if file.is_dir():
        raise StorageError(f"{name} is a folder, not a backup.", advice="Choose a backup file.")
    if not file.exists():
        raise StorageError(f"The backup {name} is not there any more.", advice="Choose another.")
    try:
        shutil.copyfile(file, part)
        log = file.with_name(file.name + "-wal")
        if log.exists():
            shutil.copyfile(log, part.with_name(part.name + "-wal"))
    except PermissionError as error:
        unreadable = error.filename == str(file)
        raise StorageError(
            f"The backup {name} may not be read."
            if unreadable
            else f"No copy can be made in {part.parent}.",
            advice="Allow your user to read it."
            if unreadable
            else "Allow your user to write to that folder. Nothing was changed.",
            detail=str(error),
        ) from error


def check(db: sqlite3.Connection, name: str, steps: Sequence[str]) -> None:
    """Raise StorageError unless the open file is a whole database of this program."""
    try:
        known = migrations.version(db) > 0 and migrations.is_ours(db)
        if known and migrations.version(db) <= len(steps):
            answer = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if answer != "ok":
                raise damaged(name, answer)
    except sqlite3.DatabaseError as error:
        raise damaged(name, str(error)) from error
    if not known:
        raise StorageError(
            f"{name} is not a backup of this program.",
            advice="Nothing was changed. Choose a file that this program has made.",
        )
    if migrations.version(db) > len(steps):
        raise StorageError(
            f"The backup {name} was made by a newer version of this program.",
            advice="Nothing was changed. Install the newer version, then restore it there.",
            detail=f"schema {migrations.version(db)}, this program knows {len(steps)}",
        )


def damaged(name: str, detail: str) -> StorageError:
    return StorageError(
        f"The backup {name} is damaged and cannot be restored.",
        advice="Nothing was changed. Choose another backup.",
        detail=detail,
    )


def bring_up(db: sqlite3.Connection, name: str, steps: Sequence[str], page_size: int) -> None:
    """Upgrade the copy to this program, and prove that its tables are this program's own."""
    try:
        db.execute("PRAGMA journal_mode = delete")
        migrations.migrate(db, steps)
        broken = db.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise damaged(name, f"a reference of {broken[0]} leads nowhere")
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
            migrations.migrate(model, steps)
            if _schema(db) != _schema(model):
                raise damaged(name, "its tables are not those of its version")
        if db.execute("PRAGMA page_size").fetchone()[0] != page_size:
            db.execute(f"PRAGMA page_size = {page_size}")
            db.execute("VACUUM")
    except (sqlite3.DatabaseError, sqlite3.Warning) as error:
        raise damaged(name, str(error)) from error


def _schema(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Everything but SQLite's own tables (statistics come and go)."""
    found = db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return {row for row in found if not str(row[1]).startswith("sqlite_stat")}


def merge(db: sqlite3.Connection, live: Path) -> Kept:
    """Bring over from the *live* database what a restore must not take back.

    Raises StorageError when the backup is of other companies: workspaces are known by number, to
    the keyring too, and mappings of one company under another would bill the wrong customers.
    """
    db.execute("PRAGMA foreign_keys = 0")  # checked as a whole at the end
    db.execute("ATTACH ? AS live", (str(live),))
    try:
        db.execute("BEGIN IMMEDIATE")
        _refuse_other_companies(db)
        younger = _numbers(
            db, "SELECT id FROM live.workspaces WHERE id NOT IN (SELECT id FROM main.workspaces)"
        )
        names = tuple(
            str(name)
            for number in younger
            for (name,) in db.execute("SELECT name FROM live.workspaces WHERE id = ?", (number,))
        )
        db.execute("UPDATE workspaces SET opened = 0")
        _keep_logins(db)
        pushes = _keep_outside(db)
        _keep_workspaces(db, younger)
        db.execute(
            "UPDATE workspaces SET opened = 1"
            " WHERE id = (SELECT id FROM live.workspaces WHERE opened = 1)"
        )
        broken = db.execute("PRAGMA main.foreign_key_check").fetchone()
        if broken is not None:
            raise sqlite3.IntegrityError(f"a reference of {broken[0]} leads nowhere")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("DETACH live")
    return Kept(pushes, names)


def _refuse_other_companies(db: sqlite3.Connection) -> None:
    other = db.execute(
        "SELECT b.name, b.company_name, w.company_name FROM main.workspaces b"
        " JOIN live.workspaces w ON w.id = b.id"
        " WHERE w.realm_id <> '' AND b.realm_id <> '' AND w.realm_id <> b.realm_id"
    ).fetchone()
    if other is not None:
        workspace, theirs, ours = other
        raise StorageError(
            f"The backup is of another profile: its workspace “{workspace}” belongs to"
            f" {theirs or 'another company'}, while the same workspace here is {ours}'s.",
            advice="Nothing was changed. Restore it in a profile of its own (--profile-dir).",
        )


def _keep_logins(db: sqlite3.Connection) -> None:
    for app, columns in _LOGIN.items():
        known = f"w.{app}_client_id <> ''"
        _take(db, columns, known)
    _take(db, _COMPANY, "w.realm_id <> '' AND workspaces.realm_id = ''")


def _take(db: sqlite3.Connection, columns: Sequence[str], where: str) -> None:
    changes = ", ".join(f"{name} = w.{name}" for name in columns)
    db.execute(  # the names are the program's own
        f"UPDATE workspaces SET {changes} FROM live.workspaces w"  # noqa: S608
        f" WHERE w.id = workspaces.id AND {where}"
    )


def _keep_outside(db: sqlite3.Connection) -> int:
    """What happened outside, of the workspaces in both: the present's is the newer, and what only
    the backup has (on a new computer) stays. The number of newer records of sending."""
    both = "workspace_id IN (SELECT id FROM main.workspaces)"
    newer = db.execute(
        f"SELECT count(*) FROM live.pushes WHERE {both}"  # noqa: S608
        " AND request_id NOT IN (SELECT request_id FROM main.pushes)"
    ).fetchone()[0]
    # A record that is only staged has not left this computer: it comes and goes with the rest.
    for table, row, under_way, sent in (
        ("pushes", "invoice_id", "'sending'", "true"),
        ("creations", "draft_kind, draft_source_id", "'staged', 'sending'", "state <> 'staged'"),
    ):
        live = f"FROM live.{table} WHERE {both} AND {sent}"
        db.execute(f"DELETE FROM {table} WHERE request_id IN (SELECT request_id {live})")  # noqa: S608
        db.execute(
            f"DELETE FROM {table} WHERE state IN ({under_way}) AND (workspace_id, {row}) IN"  # noqa: S608
            f" (SELECT workspace_id, {row} {live} AND state IN ({under_way}))"
        )
        _insert(db, table, f"{both} AND {sent}", _shifts(db, [table]))
    for table in ("carriers", "proofs", "remotes", "left_alone", "exchange_rates"):
        names = ", ".join(f'"{name}"' for name in _columns(db, table))
        db.execute(
            f"INSERT OR REPLACE INTO {table} ({names})"  # noqa: S608
            f" SELECT {names} FROM live.{table} WHERE {both}"
        )
    same = " AND ".join(
        f'm."{name}" = confirmations."{name}"'
        for name in _columns(db, "confirmations")
        if name != "sequence"
    )
    _insert(
        db, "confirmations",
        f"{both} AND NOT EXISTS (SELECT 1 FROM main.confirmations m WHERE {same})",  # noqa: S608
        _shifts(db, ["confirmations"]),
    )  # fmt: skip
    # The books as last read belong together.
    read = "workspace_id IN (SELECT workspace_id FROM live.books_reads)"
    for table in ("books_documents", "books_reads"):
        db.execute(f"DELETE FROM {table} WHERE {read}")  # noqa: S608
        _insert(db, table, f"{both} AND {read}", _shifts(db, [table]))
    return int(newer)


def _keep_workspaces(db: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Everything of the workspaces that are younger than the backup, with their history.

    Found from the schema: tables with a workspace_id, and those that refer to rows of such a table
    (the journal's entries to its steps). Numbers that SQLite gave are moved behind the backup's.
    """
    if not numbers:
        return
    chosen = ", ".join(map(str, numbers))
    _insert(db, "workspaces", f"id IN ({chosen})", {})
    tables = [str(name) for (name,) in db.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT IN ('workspaces', 'settings')"
    )]  # fmt: skip
    owned = {name for name in tables if "workspace_id" in _columns(db, name)}
    shifts = _shifts(db, tables)
    for name in owned:
        _insert(db, name, f"workspace_id IN ({chosen})", shifts)
    for name in set(tables) - owned:
        for parent, column, key in _references(db, name):
            if parent in owned:
                inside = f"SELECT {key} FROM live.{parent} WHERE workspace_id IN ({chosen})"  # noqa: S608
                _insert(db, name, f'"{column}" IN ({inside})', shifts)
                break


_Shifts = dict[tuple[str, str], int]


def _shifts(db: sqlite3.Connection, tables: Sequence[str]) -> _Shifts:
    """(table, its numbered key) to how far the present's numbers move."""
    found: _Shifts = {}
    for name in tables:
        info = db.execute(f"PRAGMA main.table_info({name})").fetchall()
        keys = [row for row in info if row[5]]
        if len(keys) == 1 and keys[0][2] == "INTEGER" and keys[0][1] != "workspace_id":
            key = keys[0][1]
            last = db.execute(f"SELECT coalesce(max({key}), 0) FROM main.{name}").fetchone()[0]  # noqa: S608
            first = db.execute(f"SELECT coalesce(min({key}), 0) FROM live.{name}").fetchone()[0]  # noqa: S608
            found[name, key] = max(0, last - first + 1)
    return found


def _insert(db: sqlite3.Connection, table: str, where: str, shifts: _Shifts) -> None:
    moved = {column: shifts.get((parent, key), 0) for parent, column, key in _references(db, table)}
    columns = _columns(db, table)
    values = []
    for name in columns:
        shift = shifts.get((table, name), 0) or moved.get(name, 0)
        values.append(f'"{name}" + {shift}' if shift else f'"{name}"')
    names = ", ".join(f'"{name}"' for name in columns)
    db.execute(
        f"INSERT INTO main.{table} ({names})"  # noqa: S608
        f" SELECT {', '.join(values)} FROM live.{table} WHERE {where}"
    )


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in db.execute(f"PRAGMA main.table_info({table})")]


def _references(db: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, str]]:
    """(table referred to, column here, column there)."""
    rows: list[Any] = db.execute(f"PRAGMA main.foreign_key_list({table})").fetchall()
    for row in rows:
        yield str(row[2]), str(row[3]), str(row[4])
    if table in _UNDECLARED:
        yield _UNDECLARED[table]


def _numbers(db: sqlite3.Connection, sql: str) -> list[int]:
    return [int(number) for (number,) in db.execute(sql)]
