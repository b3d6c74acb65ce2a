"""A backup put in the place of a database that is damaged and cannot be opened."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from desktop_app.domain.backups import Backup, Rescued
from desktop_app.storage import migrations, restoring
from desktop_app.storage.backup_folder import STAMP, BackupFolder, remove

log = logging.getLogger(__name__)

_FILES = ("", "-wal", "-journal")


class SqlRescue:
    """The port Rescue. Nothing may have the database open.

    The damaged files are copied aside before anything is changed, so that a specialist can still
    look at them; killed at any moment, either the damaged database is there or the backup.
    """

    def __init__(
        self, file: Path, folder: Path, *, steps: Sequence[str] = migrations.STEPS
    ) -> None:
        self._file = file
        self._steps = steps
        self._backups = BackupFolder(file, folder, steps=steps)

    def backups(self) -> tuple[Backup, ...]:
        return tuple(backup for backup in self._backups.all() if backup.restorable)

    def put_in_place(self, name: str, when: datetime) -> Rescued:
        source = Path(self._backups.path(name))
        with self._backups.staged(source) as (part, found):
            with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                (page_size,) = db.execute("PRAGMA page_size").fetchone()
                restoring.bring_up(db, source.name, self._steps, page_size)
            with self._backups.in_words("The backup could not be put in place."):
                aside = self._copy_aside(when)
                known = self._keep_what_was_sent(part, source.name)
                with part.open("rb+") as stream:
                    os.fsync(stream.fileno())
                for ending in ("-wal", "-shm", "-journal"):  # they belong to the damaged file
                    self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
                part.replace(self._file)
        log.warning("Put the backup %s in the place of a damaged database", found.name)
        return Rescued(str(aside), found, sent_is_known=known)

    def start_anew(self, when: datetime) -> Rescued:
        with self._backups.in_words("The damaged database could not be moved aside."):
            aside = self._copy_aside(when)
            remove(self._file)
        log.warning("A damaged database was moved aside")
        return Rescued(str(aside), None, sent_is_known=False)

    def _copy_aside(self, when: datetime) -> Path:
        aside = self._file.parent / f"damaged-{when.strftime(STAMP)}"
        aside.mkdir(mode=0o700)
        for ending in _FILES:
            file = self._file.with_name(self._file.name + ending)
            if file.exists():
                shutil.copy2(file, aside / file.name)
        return aside

    def _keep_what_was_sent(self, part: Path, name: str) -> bool:
        """Bring over what a restore never takes back, as far as the damaged file can be read:
        all of it, or nothing. Raises StorageError when the backup is of another company."""
        try:
            with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                if self._differs(db):
                    return False
                try:
                    restoring.merge(db, self._file)
                finally:
                    restoring.check(db, name, self._steps)
        except sqlite3.Error as error:
            log.warning("What was sent cannot be read from the damaged database: %s", error)
            return False
        return True

    def _differs(self, db: sqlite3.Connection) -> bool:
        """Whether the damaged file has other tables than the backup, brought up to date, has."""
        address = f"{self._file.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as live:
            return migrations.version(live) != migrations.version(db)
