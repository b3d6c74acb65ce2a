"""Objects that are made, and their modules loaded, when they are first used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def deferred(make: Callable[[], T]) -> T:
    """Stands for what *make* returns. It is called once, at the first use of an attribute, in
    whichever thread that is; what it raises is raised there, and the next use tries again."""
    return cast(T, _Deferred(make))


class _Deferred:
    __slots__ = ("_guard", "_made", "_make")

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        self._made: Any = None
        self._guard = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        if self._make is not None:
            with self._guard:
                if self._make is not None:
                    self._made = self._make()
                    self._make = None
        return getattr(self._made, name)
