"""The folder of backups: what its files are, and a checked copy of one to work on."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop_app.domain.backups import Backup, BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.errors import StorageError
from desktop_app.storage import migrations, restoring
from desktop_app.storage.faults import storage_error

STAMP = "%Y%m%d-%H%M%S-%f"
_NAME = re.compile(r"-(?:schema\d+-)?(\d{8}-\d{6}-\d{6})(?:-([a-z-]+))?$")


class BackupFolder:
    """The backups of the database *file*, which need not be readable. folder: made when missing."""

    def __init__(
        self, file: Path, folder: Path, *, steps: Sequence[str] = migrations.STEPS
    ) -> None:
        self._file = file
        self._folder = folder
        self._steps = steps

    @property
    def folder(self) -> str:
        return str(self._folder)

    # --- looking ---

    def all(self) -> tuple[Backup, ...]:
        with self.in_words("The backups could not be listed."):
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
        with self.staged(Path(file)) as (_, found):
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

    @contextlib.contextmanager
    def staged(self, file: Path) -> Iterator[tuple[Path, Backup]]:
        """A checked copy to work on, gone at the end, and what it holds."""
        part = self._folder / "restoring.part"
        with self.in_words("The backup could not be read."):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove(part)  # of a program that was killed
            try:
                restoring.copied(file, part, file.name)
                with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                    restoring.check(db, file.name, self._steps)
                    found = self._describe(file, db)
                yield part, found
            finally:
                remove(part)

    # --- names ---

    @property
    def _stem(self) -> str:
        return self._file.stem

    @property
    def _suffix(self) -> str:
        return self._file.suffix

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [file for file in self._folder.glob(f"*{self._suffix}") if file.is_file()]

    def _moment(self, file: Path) -> datetime | None:
        found = _NAME.search(file.stem)
        try:
            return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None
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
    def in_words(self, what: str) -> Iterator[None]:
        """Errors of the backup folder; the words of the database's own errors are about it."""
        try:
            yield
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, OSError | sqlite3.Error) and (
                error.message == storage_error(cause, self._file).message
            ):
                raise self._worded(what, cause) from cause
            raise
        except (OSError, sqlite3.Error) as error:
            raise self._worded(what, error) from error

    def _worded(self, what: str, error: Exception) -> StorageError:
        known = storage_error(error, self._file)
        if re.search(r"disk is full|Another program|is damaged", known.message):
            return known
        return StorageError(
            f"{what} Nothing was changed.",
            advice=f"Check that your user may write to {self._folder} and that its disk has room,"
            " then try again.",
            retryable=True,
            detail=known.detail,
        )


def remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)
