"""The simulator's own clock, so that expiry of codes and tokens can be tested at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class SimClock:
    """Real time plus an offset that only grows. Safe to use from any thread."""

    def __init__(self, offset: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(seconds=offset)

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        with self._lock:
            return datetime.now(UTC) + self._offset

    def timestamp(self) -> float:
        """The present instant in epoch seconds."""
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds`` >= 0.

        Raises:
            ValueError: for a negative number; issued tokens would otherwise lie in the future.
        """
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        with self._lock:
            self._offset += timedelta(seconds=seconds)

    @property
    def offset(self) -> float:
        """Seconds ahead of real time."""
        with self._lock:
            return self._offset.total_seconds()

    def restart(self, offset: float = 0.0) -> None:
        """Set the offset, when a state is loaded or the world is reset."""
        with self._lock:
            self._offset = timedelta(seconds=offset)
