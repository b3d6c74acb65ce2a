"""Opening and writing the files that people exchange: what is wrong with one, in words."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from desktop_app.errors import BridgeError, RuleError, StorageError
from desktop_app.progress import Cancelled

MAX_ROWS = 200_000
MAX_BYTES = 200 * 1024 * 1024


def unusable(what: str, advice: str, detail: str = "") -> RuleError:
    """The content of a file cannot be used; nothing was changed."""
    return RuleError(
        f"{what} Nothing was changed.",
        title="The file cannot be used",
        advice=advice,
        detail=detail,
    )


@contextlib.contextmanager
def reading(file: Path) -> Iterator[None]:
    """The errors of reading *file* as StorageError in words; also for a folder and a huge file."""
    try:
        if file.is_dir():
            raise StorageError(
                f"“{file.name}” is a folder.", title="The file cannot be read",
                advice="Choose a file.",
            )  # fmt: skip
        size = file.stat().st_size
        if size == 0:
            raise unusable(f"“{file.name}” is empty.", "Choose another file.")
        if size > MAX_BYTES:
            raise unusable(
                f"“{file.name}” has {size // 2**20:,} MB; up to {MAX_BYTES // 2**20} MB are read.",
                "Split it into several files.",
            )
        yield
    except OSError as error:
        words = {
            errno.ENOENT: (f"“{file.name}” is not there any more.", "Choose the file again."),
            errno.EACCES: (
                f"“{file.name}” may not be read.",
                "Close it in other programs, or allow your user to read it.",
            ),
        }
        message, advice = words.get(
            error.errno or 0,
            (f"“{file.name}” could not be read.", "Check the disk or network drive it is on."),
        )
        raise StorageError(
            message, title="The file cannot be read", advice=advice, retryable=True,
            detail=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip


def write(file: Path, fill: Callable[[IO[bytes]], Any]) -> None:
    """Write *file* as a whole or not at all: an older one stays until the new one is ready."""
    part = file.with_name(f".{file.name}.part")
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder", str(file))
        try:
            with part.open("wb") as stream:
                fill(stream)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(file, error) from error


def _not_written(file: Path, error: OSError) -> StorageError:
    words = {
        errno.ENOENT: ("The folder is not there.", "Choose another folder."),
        errno.ENOTDIR: ("The folder is not there.", "Choose another folder."),
        errno.EISDIR: ("A folder has that name.", "Choose another name."),
        errno.ENOSPC: ("The disk is full.", "Free some space, or choose another disk."),
        errno.EROFS: ("The folder may not be written to.", "Choose another folder."),
        errno.EACCES: (
            "It may not be written.",
            "Close it in other programs (a spreadsheet holds its file), or choose another folder.",
        ),
        errno.ENAMETOOLONG: ("The name is too long.", "Choose a shorter name."),
    }
    why, advice = words.get(error.errno or 0, ("", "Choose another folder."))
    return StorageError(
        f"“{file.name}” could not be saved. {why}".strip(),
        title="The file cannot be saved",
        advice=advice,
        retryable=True,
        detail=f"{type(error).__name__}: {error}",
    )


@contextlib.contextmanager
def parsing(what: str, advice: str) -> Iterator[None]:
    """Whatever a parser throws at a file that is not what it says, in words."""
    try:
        yield
    except (BridgeError, Cancelled, OSError, MemoryError):
        raise
    except Exception as error:  # parsers of formats raise nearly everything
        raise unusable(what, advice, f"{type(error).__name__}: {error}") from error
