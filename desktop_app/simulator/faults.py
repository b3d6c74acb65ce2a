"""The switchboard of faults: what can go wrong, and what is armed to go wrong next.

A fault is armed by name, for the next ``times`` occasions or until disarmed. The code that plays
it asks ``take(name, **context)`` at the place where the real service would fail. Selectors among
the parameters (``service``, ``path``, ``method``, ``realm_id``, ``entity``, ``client_id``) narrow
the occasions down; every other parameter belongs to the fault.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from desktop_app.simulator.fault_list import FAULTS, SELECTORS, FaultKind


class FaultError(ValueError):
    """An unknown fault, an unknown parameter, or a value that makes no sense."""


@dataclass
class _Armed:
    left: int | None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def selectors(self) -> dict[str, Any]:
        return {key: value for key, value in self.params.items() if key in SELECTORS}

    def fits(self, context: dict[str, Any]) -> bool:
        for key, wanted in self.selectors.items():
            seen = context.get(key)
            if seen is None:
                return False
            if key == "path":
                if str(wanted) not in str(seen):
                    return False
            elif str(wanted).casefold() != str(seen).casefold():
                return False
        return True


class Faults:
    """Thread-safe. Names, areas, meanings and parameters are in ``fault_list.FAULTS``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[str, list[_Armed]] = {}
        self._taken: Counter[str] = Counter()

    def arm(self, name: str, *, times: int | None = None, **params: Any) -> None:
        """Let ``name`` happen on the next ``times`` fitting occasions (None: until disarmed).

        Arming again with the same selectors replaces the former arming; with other selectors
        both stand.

        Raises:
            FaultError: unknown name or parameter, or ``times`` below 1.
        """
        kind = self._kind(name)
        unknown = set(params) - set(kind.params) - set(SELECTORS)
        if unknown:
            raise FaultError(f"{name} has no parameter {', '.join(sorted(unknown))}")
        if times is not None and times < 1:
            raise FaultError("times must be a whole number of at least 1")
        new = _Armed(times, dict(params))
        with self._lock:
            kept = [one for one in self._armed.get(name, []) if one.selectors != new.selectors]
            self._armed[name] = [*kept, new]

    def disarm(self, name: str) -> None:
        """Take ``name`` back in every form. Raises FaultError for an unknown name."""
        self._kind(name)
        with self._lock:
            self._armed.pop(name, None)

    def clear(self) -> None:
        """Disarm everything and forget what was taken."""
        with self._lock:
            self._armed.clear()
            self._taken.clear()

    def take(self, name: str, **context: Any) -> dict[str, Any] | None:
        """Use up one occasion: {"fault": name} and the parameters, defaults filled in; or None."""
        return self._find(name, context, consume=True)

    def peek(self, name: str, **context: Any) -> dict[str, Any] | None:
        """As take, but nothing is used up."""
        return self._find(name, context, consume=False)

    def taken(self, name: str) -> int:
        """How often ``name`` happened since the last clear()."""
        self._kind(name)
        with self._lock:
            return self._taken[name]

    def armed(self) -> list[dict[str, Any]]:
        """What is armed now: [{"name", "times", "params"}], for the admin route."""
        with self._lock:
            return [
                {"name": name, "times": one.left, "params": dict(one.params)}
                for name, entries in sorted(self._armed.items())
                for one in entries
            ]

    def _find(self, name: str, context: dict[str, Any], *, consume: bool) -> dict[str, Any] | None:
        kind = self._kind(name)
        with self._lock:
            entries = self._armed.get(name)
            if not entries:
                return None
            for one in entries:
                if not one.fits(context):
                    continue
                if consume:
                    self._taken[name] += 1
                    if one.left is not None:
                        one.left -= 1
                        if one.left == 0:
                            entries.remove(one)
                # The name makes it true in a condition even for a fault without parameters.
                return {"fault": name, **kind.params, **one.params}
        return None

    @staticmethod
    def _kind(name: str) -> FaultKind:
        try:
            return FAULTS[name]
        except KeyError:
            raise FaultError(f"there is no fault named {name!r}") from None
