"""Backups of the local database: made, checked, listed, kept to a sensible number, restored."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop_app.domain.backups import Backup, BackupReason, Restored
from desktop_app.errors import StorageError
from desktop_app.storage import migrations, restoring
from desktop_app.storage.backup_folder import STAMP, BackupFolder
from desktop_app.storage.database import Database

log = logging.getLogger(__name__)

NEWEST, DAYS, WEEKS, BY_HAND = 10, 14, 8, 20
"""Kept: the newest, the last one of each of so many days and weeks, and of those made by hand."""

LEFT_BEHIND = 3600
"""A part of a backup that nobody has written to for so many seconds is nobody's."""

SetAside = Callable[[], AbstractContextManager[None]]


class SqlBackups(BackupFolder):
    """The port BackupStore.

    folder: made when missing. set_aside: of each store that remembers what it has read, the method
    that holds it still and makes it forget.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        set_aside: Sequence[SetAside] = (),
        *,
        steps: Sequence[str] = migrations.STEPS,
    ) -> None:
        super().__init__(database.file, folder, steps=steps)
        self._database = database
        self._set_aside = tuple(set_aside)

    # --- making and keeping ---

    def make(self, reason: BackupReason, when: datetime) -> Backup:
        name = f"{self._stem}-{when.astimezone(UTC).strftime(STAMP)}-{reason.value}{self._suffix}"
        file = self._folder / name
        with self.in_words("The backup could not be made."):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._database.backup(file)
        made = self._look(file)
        if made.problem:
            file.unlink(missing_ok=True)
            raise StorageError("The backup could not be made.", detail=made.problem)
        log.info("Made the backup %s", name)
        self._thin(when)
        return made

    def _thin(self, now: datetime) -> None:
        """Delete what the rule no longer keeps, and what a program that was killed left half-done;
        a file that resists is left for the next time."""
        for part in self._folder.glob("*.part*"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                    part.unlink()
        mine = [
            (moment, reason, file)
            for file in self._files()
            if (moment := self._moment(file)) and (reason := self._reason(file)).value in file.stem
        ]
        mine.sort(key=lambda each: each[0], reverse=True)
        keep = kept([(moment, reason) for moment, reason, _ in mine], now)
        for index, (_, _, file) in enumerate(mine):
            if index not in keep:
                with contextlib.suppress(OSError):
                    file.unlink()

    def delete(self, name: str) -> None:
        with self.in_words("The backup could not be deleted."):
            Path(self.path(name)).unlink()

    # --- restoring ---

    def restore(self, file: str, when: datetime, check: Callable[[], None]) -> Restored:
        source = Path(file)
        with self.staged(source) as (part, found):
            check()
            with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                (page_size,) = self._database.row("PRAGMA page_size")
                restoring.bring_up(db, source.name, self._steps, page_size)
            check()
            saved = self.make(BackupReason.RESTORE, when)
            check()
            with ExitStack() as still:
                for each in self._set_aside:
                    still.enter_context(each())
                still.enter_context(self._database.standing_still())
                with self.in_words("The backup could not be restored."):
                    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                        kept = restoring.merge(db, self._database.file)
                    self._database.take_over(part)
        log.info("Restored the backup %s; the state before it is %s", found.name, saved.name)
        return Restored(found, saved.name, kept.pushes, kept.workspaces)


def kept(files: Sequence[tuple[datetime, BackupReason]], now: datetime) -> set[int]:
    """Which of these, given newest first, the rule keeps, by index."""
    keep = set(range(min(NEWEST, len(files))))
    days: set[object] = set()
    weeks: set[object] = set()
    by_hand = 0
    for index, (moment, reason) in enumerate(files):
        day, week = moment.date(), moment.isocalendar()[:2]
        if day not in days and now - moment < timedelta(days=DAYS):
            keep.add(index)
        if week not in weeks and now - moment < timedelta(weeks=WEEKS):
            keep.add(index)
        days.add(day)
        weeks.add(week)
        if reason is BackupReason.BY_HAND:
            by_hand += 1
            if by_hand <= BY_HAND:
                keep.add(index)
    return keep
