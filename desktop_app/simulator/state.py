"""The state file: the whole simulated world as JSON, replaced in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.simulator.wire import dumps, loads

VERSION = 1


class StateError(ValueError):
    """The file cannot be used: damaged, or written by another version or for another world."""


def read(path: Path, size: str, seed: int) -> dict[str, Any] | None:
    """The saved state, or None when there is no file yet.

    Raises:
        StateError: see there.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        state = loads(text)
    except ValueError as error:
        raise StateError(f"{path} is not a state file: {error}") from error
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise StateError(f"{path} was written by another version of the simulator")
    if (state.get("size"), state.get("seed")) != (size, seed):
        raise StateError(
            f"{path} holds size {state.get('size')}, seed {state.get('seed')}; "
            f"asked for size {size}, seed {seed}"
        )
    return state


def write(path: Path, state: dict[str, Any]) -> None:
    """Replace ``path`` in one step; a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=path.name + ".", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(dumps({"version": VERSION, **state}))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class Saver:
    """Writes the state soon after a change, and spends a small part of the time writing."""

    def __init__(self, path: Path, dump: Callable[[], dict[str, Any]], pause: float = 0.5) -> None:
        self._path = path
        self._dump = dump
        self._pause = pause
        self._changed = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator-state", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def changed(self) -> None:
        self._changed.set()

    def stop(self) -> None:
        """Save once more and end."""
        self._ended.set()
        self._changed.set()
        self._thread.join()
        write(self._path, self._dump())

    def _run(self) -> None:
        pause = self._pause
        while True:
            self._changed.wait()
            if self._ended.wait(pause):
                return
            self._changed.clear()
            started = time.monotonic()
            write(self._path, self._dump())
            pause = max(self._pause, 5 * (time.monotonic() - started))
