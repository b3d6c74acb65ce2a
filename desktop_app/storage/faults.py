"""Errors of SQLite, Peewee and the file system, turned into words at the border."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import peewee

from desktop_app.errors import DamagedData, StorageError

LIBRARY_ERRORS = (sqlite3.Error, sqlite3.Warning, peewee.PeeweeException)

_LOCKED = ("database is locked", "database table is locked", "database schema is locked")
_READ_ONLY = ("readonly database", "read-only")
_NOT_OPENED = ("unable to open database file",)
_DAMAGED = ("file is not a database", "malformed", "file is encrypted", "corrupt")
_FULL = ("disk is full",)
_DISK = ("disk i/o error",)
_ROOM = 256 * 1024
"""With fewer bytes free, SQLite cannot make the files beside the database, which it reports as an
error of the disk."""
_CLOSED = ("closed database",)


@contextlib.contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Raise StorageError instead of the errors of SQLite, Peewee and the file system."""
    try:
        yield
    except (*LIBRARY_ERRORS, OSError) as error:
        told = storage_error(error, file)
        if isinstance(told, DamagedData):
            with contextlib.suppress(OSError):
                suspect(file).touch()
        raise told from error


def suspect(file: Path) -> Path:
    """The mark that damage was met in the database *file*: the next start looks at all of it."""
    return file.with_name(f"{file.name}.suspect")


def storage_error(error: Exception, file: Path) -> StorageError:
    """What happened to the database *file*, and what to do."""
    text = str(error).lower()
    detail = f"{type(error).__name__}: {error}; file {file}"

    def has(parts: tuple[str, ...]) -> bool:
        return any(part in text for part in parts)

    if has(_LOCKED):
        return StorageError(
            "Another program is using the local database, so nothing could be written.",
            advice="Close other copies of the program and tools that read its files, try again.",
            retryable=True,
            detail=detail,
        )
    full = has(_FULL) or (isinstance(error, OSError) and error.errno == 28)
    if full or (has(_DISK) and _without_room(file.parent)):
        return StorageError(
            "The disk is full. Nothing was changed.",
            advice=f"Free some space on the disk that holds {file.parent}, then try again.",
            retryable=True,
            detail=detail,
        )
    if has(_DAMAGED):
        return DamagedData(
            f"The local database {file.name} is damaged, or it is not a database of this program.",
            advice="Nothing was changed. Close the program and start it again: it then offers to"
            f" put a backup in its place. The backups are in {file.parent / BACKUP_FOLDER}.",
            detail=detail,
        )
    if has(_READ_ONLY) or isinstance(error, PermissionError):
        return StorageError(
            "The local database may not be written.",
            advice=f"Allow your user to write to {file.parent}, or start with another"
            " --profile-dir.",
            detail=detail,
        )
    if has(_NOT_OPENED) or isinstance(error, OSError):
        return StorageError(
            "The local database could not be opened.",
            advice=f"Check that the folder {file.parent} exists and that your user may write"
            " to it, or start with another --profile-dir.",
            detail=detail,
        )
    if has(_DISK):
        return StorageError(
            "The disk reported an error while the local database was used.",
            advice=f"Check the disk that holds {file.parent}. What was saved before is kept.",
            retryable=True,
            detail=detail,
        )
    if has(_CLOSED):
        return StorageError(
            "The local database is already closed.",
            advice="Start the program again.",
            detail=detail,
        )
    return StorageError(
        "The local database refused the change. Nothing was changed.",
        advice="Try again. If it happens again, the log says more.",
        detail=detail,
    )


def _without_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _ROOM
    except OSError:
        return False


BACKUP_FOLDER = "backups"
