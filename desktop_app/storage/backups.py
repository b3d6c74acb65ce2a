"""Backups of the local database: made, checked, listed, kept to a sensible number, restored."""

from __future__ import annotations

import contextlib
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop_app.domain.backups import Backup, BackupReason, Restored
from desktop_app.domain.kinds import Kind
from desktop_app.errors import StorageError
from desktop_app.storage import migrations, restoring
from desktop_app.storage.database import Database
from desktop_app.storage.faults import storage_error

log = logging.getLogger(__name__)

NEWEST, DAYS, WEEKS, BY_HAND = 10, 14, 8, 20
"""Kept: the newest, the last one of each of so many days and weeks, and of those made by hand."""

LEFT_BEHIND = 3600
"""A part of a backup that nobody has written to for so many seconds is nobody's."""

_STAMP = "%Y%m%d-%H%M%S-%f"
_NAME = re.compile(r"-(?:schema\d+-)?(\d{8}-\d{6}-\d{6})(?:-([a-z-]+))?$")
SetAside = Callable[[], AbstractContextManager[None]]


class SqlBackups:
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
        self._database = database
        self._folder = folder
        self._set_aside = tuple(set_aside)
        self._steps = steps

    @property
    def folder(self) -> str:
        return str(self._folder)

    # --- making and keeping ---

    def make(self, reason: BackupReason, when: datetime) -> Backup:
        name = f"{self._stem}-{when.astimezone(UTC).strftime(_STAMP)}-{reason.value}{self._suffix}"
        file = self._folder / name
        with self._in_words("The backup could not be made."):
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
        with self._in_words("The backup could not be deleted."):
            Path(self.path(name)).unlink()

    # --- looking ---

    def all(self) -> tuple[Backup, ...]:
        with self._in_words("The backups could not be listed."):
            found = [self._look(file) for file in self._files()]
        return tuple(sorted(found, key=lambda each: (each.made_at, each.name), reverse=True))

    def path(self, name: str) -> str:
        file = self._folder / name
        if Path(name).name != name or not file.is_file():
            raise StorageError(
                f"The backup {name} is not there any more.", advice="Choose another."
            )
        return str(file)

    def inspect(self, file: str) -> Backup:
        with self._staged(Path(file)) as (_, found):
            return found

    def _look(self, file: Path) -> Backup:
        """What a file of the folder holds. Nothing is written beside it."""
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
                return self._describe(file, db)
        except (sqlite3.Error, StorageError) as error:
            words = error.message if isinstance(error, StorageError) else "It cannot be read."
            return self._bare(file, words)

    def _describe(self, file: Path, db: sqlite3.Connection) -> Backup:
        try:
            ours = migrations.version(db) > 0 and migrations.is_ours(db)
        except sqlite3.DatabaseError as error:
            raise restoring.damaged(file.name, str(error)) from error
        if not ours:
            return self._bare(file, "It is not a backup of this program.")
        schema = migrations.version(db)
        if schema > len(self._steps):
            return self._bare(file, "It was made by a newer version of this program.")
        counts = dict(
            db.execute(
                "SELECT kind, count(*) FROM mappings WHERE target_id <> '' GROUP BY kind"
            ).fetchall()
        )
        companies = db.execute(
            "SELECT company_name FROM workspaces WHERE company_name <> '' ORDER BY id"
        )
        bare = self._bare(file, "")
        return Backup(
            bare.name, bare.made_at, bare.reason, bare.size,
            tuple((kind, int(counts.get(kind.value, 0))) for kind in Kind),
            tuple(str(name) for (name,) in companies),
            schema,
        )  # fmt: skip

    def _bare(self, file: Path, problem: str) -> Backup:
        about = file.stat()
        moment = self._moment(file) or datetime.fromtimestamp(about.st_mtime, UTC)
        return Backup(file.name, moment, self._reason(file), about.st_size, problem=problem)

    # --- restoring ---

    def restore(self, file: str, when: datetime, check: Callable[[], None]) -> Restored:
        source = Path(file)
        with self._staged(source) as (part, found):
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
                with self._in_words("The backup could not be restored."):
                    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                        kept = restoring.merge(db, self._database.file)
                    self._database.take_over(part)
        log.info("Restored the backup %s; the state before it is %s", found.name, saved.name)
        return Restored(found, saved.name, kept.pushes, kept.workspaces)

    @contextlib.contextmanager
    def _staged(self, file: Path) -> Iterator[tuple[Path, Backup]]:
        """A checked copy to work on, gone at the end, and what it holds."""
        part = self._folder / "restoring.part"
        with self._in_words("The backup could not be read."):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove(part)  # of a program that was killed
            try:
                restoring.copied(file, part, file.name)
                with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                    restoring.check(db, file.name, self._steps)
                    found = self._describe(file, db)
                yield part, found
            finally:
                _remove(part)

    # --- names ---

    @property
    def _stem(self) -> str:
        return self._database.file.stem

    @property
    def _suffix(self) -> str:
        return self._database.file.suffix

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [file for file in self._folder.glob(f"*{self._suffix}") if file.is_file()]

    def _moment(self, file: Path) -> datetime | None:
        found = _NAME.search(file.stem)
        try:
            return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None
        except ValueError:
            return None

    def _reason(self, file: Path) -> BackupReason:
        found = _NAME.search(file.stem)
        if found is None:
            return BackupReason.OTHER
        if found[2] is None:
            return BackupReason.UPGRADE  # made while the database is opened
        try:
            return BackupReason(found[2])
        except ValueError:
            return BackupReason.OTHER

    @contextlib.contextmanager
    def _in_words(self, what: str) -> Iterator[None]:
        """Errors of the backup folder; the words of the database's own errors are about it."""
        try:
            yield
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, OSError | sqlite3.Error) and (
                error.message == storage_error(cause, self._database.file).message
            ):
                raise self._worded(what, cause) from cause
            raise
        except (OSError, sqlite3.Error) as error:
            raise self._worded(what, error) from error

    def _worded(self, what: str, error: Exception) -> StorageError:
        known = storage_error(error, self._database.file)
        if re.search(r"disk is full|Another program|is damaged", known.message):
            return known
        return StorageError(
            f"{what} Nothing was changed.",
            advice=f"Check that your user may write to {self._folder} and that its disk has room,"
            " then try again.",
            retryable=True,
            detail=known.detail,
        )


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


def _remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)
