"""Named locks across threads and processes.

A lock is the operating system's lock on a small file, so that it ends with whoever held it: a
program that crashed leaves nothing behind that would have to be cleared.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import filelock

from desktop_app.errors import StorageError
from desktop_app.progress import Progress

POLL_SECONDS = 0.05


class FileLocks:
    """The port Locks. *folder* is made when missing. A lock is not re-entrant."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._threads: dict[str, threading.Lock] = {}

    @contextlib.contextmanager
    def hold(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        """Hold the lock during the block; waits for it, as long as *progress* is not cancelled.

        Raises Cancelled while waiting; StorageError when the folder cannot hold lock files.
        """
        with self._guard:
            mine = self._threads.setdefault(name, threading.Lock())
        while not mine.acquire(timeout=POLL_SECONDS):
            _check(progress)
        try:
            across = self._file_lock(name)
            while not self._take(across):
                _check(progress)
            try:
                yield
            finally:
                across.release()
        finally:
            mine.release()

    def _file_lock(self, name: str) -> filelock.BaseFileLock:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60]
        mark = hashlib.sha256(name.encode()).hexdigest()[:8]  # two names never share a file
        # Released by the thread that took it, but asked for by several: no per-thread counting.
        return filelock.FileLock(self._folder / f"{readable}-{mark}.lock", thread_local=False)

    def _take(self, lock: filelock.BaseFileLock) -> bool:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(timeout=POLL_SECONDS, poll_interval=POLL_SECONDS / 5)
        except filelock.Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise StorageError(
                "The folder for lock files cannot be used.",
                advice=f"Allow your user to write to {self._folder}, or start with another"
                " --profile-dir.",
                detail=f"{type(error).__name__}: {error}",
            ) from error
        return True


def only_program(folder: Path) -> filelock.BaseFileLock | None:
    """The lock that says a program runs on this profile; None when another one holds it.

    Keep the result until the program ends, then release it. Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / "program.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return None
    return lock


def _check(progress: Progress | None) -> None:
    if progress is not None:
        progress.check()
