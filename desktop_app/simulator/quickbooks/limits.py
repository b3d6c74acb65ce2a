"""Throttling as chapter 6 of the sheet counts it."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.quickbooks.switches import Switches


@dataclass
class Limits:
    """How many requests pass. 0 or less means without limit.

    per_second: for each company and app. per_minute: for each company. batches_per_minute: for
        each company and app. company_batches_per_minute: for each company.
    operations_per_minute: what batches hold and all other requests together, for each company
        and app.
    pace: a client that waits for every answer before its next request cannot exceed ten a second
        at the real service, whose answers take a tenth of a second; here they take a millisecond.
        With pace such a client is slowed down instead of refused; one that sends requests side by
        side is refused all the same.
    """

    per_second: int = 10
    per_minute: int = 500
    batches_per_minute: int = 40
    company_batches_per_minute: int = 120
    operations_per_minute: int = 800
    pace: bool = True

    @classmethod
    def none(cls) -> Limits:
        return cls(0, 0, 0, 0, 0)


class Throttle:
    """Sliding windows of request times, by company and app. Thread-safe; waits hold no lock."""

    def __init__(self, clock: SimClock, limits: Limits) -> None:
        self.limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, ...], deque[float]] = {}
        self._busy: dict[tuple[str, str], int] = {}

    def enter(self, realm: str, app: str, *, operations: int, switches: Switches) -> bool:
        """Count one request in. False when it is one too many; then leave() is not called.

        operations: of a batch; 0 for any other request.
        """
        second = switches.peek("qbo.rate_per_second")
        minute = switches.peek("qbo.rate_per_minute")
        limits = self.limits
        rules = [
            (("s", realm, app), int(second["limit"]) if second else limits.per_second, 1.0, 1),
            (("m", realm), int(minute["limit"]) if minute else limits.per_minute, 60.0, 1),
            (("o", realm, app), limits.operations_per_minute, 60.0, max(operations, 1)),
        ]
        if operations:
            rules += [
                (("b", realm, app), limits.batches_per_minute, 60.0, 1),
                (("c", realm), limits.company_batches_per_minute, 60.0, 1),
            ]
        pace = limits.pace and second is None
        for _ in range(2 if pace else 1):
            with self._lock:
                wait = self._try(rules)
                if wait == 0.0:
                    self._busy[realm, app] = self._busy.get((realm, app), 0) + 1
                    return True
                alone = not self._busy.get((realm, app))
            if not (pace and alone) or wait is None:
                return False
            time.sleep(wait)
        return False

    def leave(self, realm: str, app: str) -> None:
        with self._lock:
            self._busy[realm, app] -= 1

    def _try(self, rules: list[tuple[tuple[str, ...], int, float, int]]) -> float | None:
        """0.0 when counted in; else seconds until a slot is free, None for longer than a second."""
        now = self._clock.timestamp()
        wait: float | None = 0.0
        for key, limit, span, weight in rules:
            window = self._windows.setdefault(key, deque())
            while window and window[0] <= now - span:
                window.popleft()
            if limit > 0 and len(window) + weight > limit:
                wait = None if span > 1 or wait is None else window[-limit] + span - now
        if wait == 0.0:
            for key, _, _, weight in rules:
                self._windows[key].extend([now] * weight)
            return 0.0
        return None if wait is None else max(wait, 0.001)
