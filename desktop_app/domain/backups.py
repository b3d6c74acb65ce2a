"""Backups of the local data: the nouns, and what the services need from the storage layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from desktop_app.domain.kinds import Kind


class BackupReason(StrEnum):
    """Why a backup was made; part of its file's name, so a value never changes."""

    UPGRADE = "upgrade"
    IMPORT = "import"
    RESTORE = "restore"
    BULK = "bulk"
    BY_HAND = "by-hand"
    OTHER = "other"  # a file that somebody put there

    @property
    def words(self) -> str:
        return {
            "upgrade": "Before an update of the program",
            "import": "Before an import",
            "restore": "Before restoring a backup",
            "bulk": "Before a change of many rows",
            "by-hand": "Made by hand",
            "other": "Not made by this program's own rules",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup file.

    name: the file's name, its key. size: bytes. mappings: links of all workspaces, by kind.
    companies: the QuickBooks companies in it. problem: "" when it can be restored, else why not,
    in words (the counts are then empty).
    """

    name: str
    made_at: datetime
    reason: BackupReason
    size: int
    mappings: tuple[tuple[Kind, int], ...] = ()
    companies: tuple[str, ...] = ()
    schema: int = 0
    problem: str = ""

    @property
    def restorable(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. saved_as: the backup of the state before it, by its name.

    kept_pushes: records of sent invoices that were newer than the backup and were kept.
    kept_workspaces: names of workspaces younger than the backup, kept as they were.
    """

    backup: Backup
    saved_as: str
    kept_pushes: int = 0
    kept_workspaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescued:
    """What took the place of a damaged database. aside: the folder with the damaged files.

    backup: None for an empty one. sent_is_known: whether what was sent to QuickBooks since the
    backup could be read from the damaged file and was kept.
    """

    aside: str
    backup: Backup | None
    sent_is_known: bool


class Rescue(Protocol):
    """For a database that is damaged and cannot be opened. All methods raise StorageError."""

    def backups(self) -> tuple[Backup, ...]:
        """Those that can be put in its place, the newest first."""
        ...

    def put_in_place(self, name: str, when: datetime) -> Rescued: ...

    def start_anew(self, when: datetime) -> Rescued:
        """Without a backup: the program then begins with nothing."""
        ...


class BackupStore(Protocol):
    """Backups of the local data. All methods raise StorageError in words."""

    @property
    def folder(self) -> str:
        """Where they are kept."""
        ...

    def all(self) -> tuple[Backup, ...]:
        """The newest first; each file is opened, read-only, for what it holds."""
        ...

    def make(self, reason: BackupReason, when: datetime) -> Backup:
        """A whole copy, checked by opening it; older ones beyond the rule are deleted."""
        ...

    def inspect(self, file: str) -> Backup:
        """Check a file anywhere thoroughly; raises StorageError when it cannot be restored."""
        ...

    def path(self, name: str) -> str:
        """The file of the backup *name*; raises StorageError when there is none."""
        ...

    def restore(self, file: str, when: datetime, check: Callable[[], None]) -> Restored:
        """Replace the local data by the file's in one exclusive step, after a backup of the
        present state. *check* raises to cancel; it is not called any more once that step began.
        """
        ...

    def delete(self, name: str) -> None: ...
