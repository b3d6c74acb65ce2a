"""A progress within another one."""

from __future__ import annotations

import time

from desktop_app.progress import Cancelled, Progress


class Linked(Progress):
    """A run's own progress: cancelled when it is, or when its caller's is."""

    outer: Progress | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set() or (self.outer is not None and self.outer.cancelled)

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            if self._cancelled.wait(min(rest, 0.1)):
                raise Cancelled
            self.check()
        self.check()

    def tell(self, text: str, done: int, total: int) -> None:
        """As report, without being a cancel point."""
        if not self.cancelled and self.outer is not None:
            try:
                self.outer.report(text, done, total)
            except Cancelled:
                return  # met at the next gate
