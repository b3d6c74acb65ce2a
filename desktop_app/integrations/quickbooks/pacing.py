"""Keeps the program below QuickBooks' limits (QuickBooks sheet, chapter 6).

The limits are 10 requests a second and 500 a minute per company; the program stays at 8 and 400.
All adapters of one company in this process share one Pacer.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.progress import Progress


@dataclass(frozen=True, slots=True)
class Pace:
    """throttle_*: seconds to stay silent after a 429 (which carries no Retry-After), random
    seconds on top, and how often a call waits like that before it gives up."""

    per_second: int = 8
    per_minute: int = 400
    throttle_pause: float = 60.0
    throttle_jitter: float = 15.0
    throttle_tries: int = 3


class Pacer:
    """Hands out moments to send at; thread-safe."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace = pace
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: deque[float] = deque(maxlen=pace.per_minute)
        self._held_until = 0.0

    def wait(self, progress: Progress) -> None:
        """Return when a request may go out. Raises Cancelled."""
        progress.wait(self._reserve())
        while (rest := self._held()) > 0:
            progress.wait(rest)

    def hold(self) -> float:
        """Nobody sends for a while: called after a 429. The seconds to wait."""
        pause = self.pace.throttle_pause + random.uniform(0, self.pace.throttle_jitter)  # noqa: S311
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + pause)
        return pause

    def _reserve(self) -> float:
        with self._lock:
            now = self._clock()
            moment = max(now, self._held_until)
            for count, seconds in ((self.pace.per_second, 1.0), (self.pace.per_minute, 60.0)):
                if len(self._sent) >= count:
                    moment = max(moment, self._sent[-count] + seconds)
            if self._sent:
                moment = max(moment, self._sent[-1])
            self._sent.append(moment)
            return moment - now

    def _held(self) -> float:
        with self._lock:
            return self._held_until - self._clock()


_pacers: dict[tuple[str, str], Pacer] = {}
_pacers_lock = threading.Lock()


def pacer_for(api_url: str, realm_id: str) -> Pacer:
    """The one Pacer of this company in this process."""
    with _pacers_lock:
        return _pacers.setdefault((api_url, realm_id), Pacer(Pace()))
