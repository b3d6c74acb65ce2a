"""How long a run still takes, when a limit lets only so many through in a minute."""

from __future__ import annotations

from collections.abc import Sequence

MINUTE = 60.0


def at_least(sent: Sequence[float], left: int, now: float, a_minute: int) -> float:
    """Seconds until the last of *left* can go. sent: the moments of those that went, in order.

    Any minute holds at most *a_minute* of them, so each waits for the one that many places before
    it to be a minute old.
    """
    place, minutes = len(sent) + left - 1, 0
    while place >= len(sent):
        place -= a_minute
        minutes += 1
    if left <= 0 or place < 0:
        return MINUTE * max(0, minutes - 1) if left > 0 else 0.0
    return max(0.0, sent[place] + MINUTE * minutes - now)
