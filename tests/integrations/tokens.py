"""An AccessTokens whose token a test decides on."""

from __future__ import annotations

from desktop_app.progress import Progress


class Tokens:
    """renewed: the tokens that renew() hands out in turn; the last one stays."""

    def __init__(self, token: str = "access-1", *renewed: str) -> None:
        self.current = token
        self._next = list(renewed)
        self.renewals: list[str] = []

    def token(self, progress: Progress | None = None) -> str:
        return self.current

    def renew(self, stale: str, progress: Progress | None = None) -> str:
        self.renewals.append(stale)
        if self._next:
            self.current = self._next.pop(0)
        return self.current
