"""Progress and cancelling, for anything that may take longer than a frame.

The progress call is the cancel point: an operation calls :meth:`Progress.report` (or
:meth:`Progress.check`) between steps, and it raises :class:`Cancelled` once the user asked for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

_T = TypeVar("_T")

GLANCE = 0.05  # seconds between two looks for a cancel, while something is awaited


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


def until_cancelled(
    call: Callable[[], _T],
    progress: Progress,
    late: Callable[[_T], object] | None = None,
    begun: Callable[[threading.Thread], object] = lambda thread: None,
) -> _T:
    """Run *call* on a thread of its own: its result, or Cancelled as soon as that is asked.

    The call itself cannot be stopped: it is left to end alone. late: gets the result that nobody
    waits for any more, on that thread. begun: told of the thread once it runs.
    """
    guard = threading.Lock()
    done = threading.Event()
    ended: list[tuple[bool, Any]] = []  # whether it went well, and its result or error
    left = False

    def run() -> None:
        try:
            end: tuple[bool, Any] = (True, call())
        except BaseException as error:
            end = (False, error)
        with guard:
            ended.append(end)
            unwanted = left
        done.set()
        if unwanted and end[0] and late is not None:
            late(end[1])

    progress.check()
    thread = threading.Thread(target=run, name="awaited", daemon=True)
    thread.start()
    begun(thread)
    while not done.wait(GLANCE):
        if progress.cancelled:
            with guard:
                left = not ended
            if left:
                raise Cancelled
    well, result = ended[0]
    if not well:
        raise result
    return cast("_T", result)
