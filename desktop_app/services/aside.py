"""Calls that cannot be stopped half way, such as a sign-in's: cancelling stops the waiting only.

What is left behind is waited for when the program closes, because a login that arrives then must
still be stored or given back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from desktop_app.errors import BridgeError
from desktop_app.progress import Progress, until_cancelled

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 10.0  # seconds, at the end of the program


class Aside:
    """Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []

    def until_cancelled(
        self, call: Callable[[], T], progress: Progress, late: Callable[[T], object] | None = None
    ) -> T:
        """The result of *call*, or Cancelled at once. late: what to do with a result that comes
        after that."""

        def quietly(result: T) -> None:
            if late is not None:
                _quietly(lambda: late(result))

        return until_cancelled(call, progress, quietly, self._begun)

    def leave(self, call: Callable[[], object]) -> None:
        """Do it without anybody waiting; what goes wrong is only noted."""
        thread = threading.Thread(target=_quietly, args=(call,), name="aside", daemon=True)
        thread.start()
        self._begun(thread)

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Until all has ended; False when it takes longer."""
        until = time.monotonic() + seconds
        while True:
            with self._guard:
                running = [thread for thread in self._threads if thread.is_alive()]
            if not running:
                return True
            running[0].join(max(0.0, until - time.monotonic()))
            if time.monotonic() >= until and running[0].is_alive():
                return False

    def _begun(self, thread: threading.Thread) -> None:
        with self._guard:
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]


def _quietly(call: Callable[[], object]) -> None:
    try:
        call()
    except BridgeError as error:
        log.info("Something done in passing failed: %s", error.title)
