"""Progress and cancelling, for anything that may take longer than a frame.

The progress call is the cancel point: an operation calls :meth:`Progress.report` (or
:meth:`Progress.check`) between steps, and it raises :class:`Cancelled` once the user asked for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):
    """The user cancelled; whatever ran leaves everything as it was."""


@dataclass(frozen=True, slots=True)
class Step:
    """One report. total is None while the amount of work is unknown."""

    text: str
    done: int = 0
    total: int | None = None


class Progress:
    """Handed to an operation; thread-safe. *listener* is called in the operation's thread."""

    def __init__(self, listener: Callable[[Step], None] | None = None) -> None:
        self._listener = listener
        self._cancelled = threading.Event()

    def report(self, text: str, done: int = 0, total: int | None = None) -> None:
        """Tell the listener where the operation is. Raises Cancelled when cancelled."""
        self.check()
        if self._listener is not None:
            self._listener(Step(text, done, total))

    def check(self) -> None:
        """Raise Cancelled when cancelled."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the operation to stop at its next report."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def wait(self, seconds: float) -> None:
        """Pause for pacing or back-off, ending early (with Cancelled) when cancelled."""
        if self._cancelled.wait(seconds):
            raise Cancelled
