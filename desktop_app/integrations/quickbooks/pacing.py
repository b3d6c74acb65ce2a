"""Keeps the program below QuickBooks' limits (QuickBooks sheet, chapter 6).

The limits are 10 requests a second and 500 a minute per company; the program stays at 8 and 400.
Batches: 40 a minute, 30 operations in each, and about 800 operations a minute all in all. Windows
of a minute are taken half a second longer, since requests may arrive closer together than they
went out. All adapters of one company in this process share one Pacer.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.progress import Progress

MINUTE = 60.5  # seconds
WORTH_TELLING = 2.0  # seconds of a wait


@dataclass(frozen=True, slots=True)
class Pace:
    """throttle_*: seconds to stay silent after a 429 (which carries no Retry-After), random
    seconds on top, and how often a call waits like that before it gives up."""

    per_second: int = 8
    per_minute: int = 400
    throttle_pause: float = 60.0
    throttle_jitter: float = 15.0
    throttle_tries: int = 3
    batches_per_minute: int = 40
    operations_per_minute: int = 800


class Pacer:
    """Hands out moments to send at; thread-safe."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace = pace
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: deque[float] = deque(maxlen=pace.per_minute)
        self._batches: deque[float] = deque(maxlen=pace.batches_per_minute)
        self._operations: deque[tuple[float, int]] = deque()
        self._held_until = 0.0

    def wait(self, progress: Progress, items: int = 0) -> None:
        """Return when a request may go out. items: operations of a batch, 0 for no batch.

        Raises Cancelled.
        """
        seconds = self._reserve(items)
        if seconds > WORTH_TELLING:
            progress.report(f"Within QuickBooks' limits; going on in {seconds:.0f} seconds")
        progress.wait(seconds)
        while (rest := self._held()) > 0:
            progress.wait(rest)

    def hold(self) -> float:
        """Nobody sends for a while: called after a 429. The seconds to wait."""
        pause = self.pace.throttle_pause + random.uniform(0, self.pace.throttle_jitter)  # noqa: S311
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + pause)
        return pause

    def _reserve(self, items: int) -> float:
        with self._lock:
            now = self._clock()
            moment = max(now, self._held_until)
            for count, seconds in ((self.pace.per_second, 1.0), (self.pace.per_minute, MINUTE)):
                if len(self._sent) >= count:
                    moment = max(moment, self._sent[-count] + seconds)
            if self._sent:
                moment = max(moment, self._sent[-1])
            if items and len(self._batches) >= self.pace.batches_per_minute:
                moment = max(moment, self._batches[0] + MINUTE)
            moment = self._when_room(moment, max(items, 1))
            self._sent.append(moment)
            if items:
                self._batches.append(moment)
            self._operations.append((moment, max(items, 1)))
            return moment - now

    def _when_room(self, moment: float, wanted: int) -> float:
        """The first moment from *moment* on at which so many more operations are allowed."""
        while self._operations and self._operations[0][0] + MINUTE <= moment:
            self._operations.popleft()
        used = sum(count for _, count in self._operations)
        for sent, count in self._operations:
            if used + wanted <= self.pace.operations_per_minute:
                break
            used -= count
            moment = max(moment, sent + MINUTE)
        return moment

    def _held(self) -> float:
        with self._lock:
            return self._held_until - self._clock()


_pacers: dict[tuple[str, str], Pacer] = {}
_pacers_lock = threading.Lock()


def pacer_for(api_url: str, realm_id: str) -> Pacer:
    """The one Pacer of this company in this process."""
    with _pacers_lock:
        return _pacers.setdefault((api_url, realm_id), Pacer(Pace()))
