"""Batches, reading many, and the pace of both, against an independent count."""

from __future__ import annotations

import random
from collections import deque

import pytest

from desktop_app.integrations.quickbooks.pacing import MINUTE, Pace, Pacer
from desktop_app.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Sleeper(Progress):
    """Waiting moves the clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(lambda step: self.said.append(step.text))
        self.said: list[str] = []
        self._clock = clock

    def wait(self, seconds: float) -> None:
        self._clock.now += max(0.0, seconds)


def moments(items: list[int], pace: Pace) -> list[float]:
    clock = Clock()
    pacer, progress = Pacer(pace, clock), Sleeper(clock)
    found = []
    for count in items:
        pacer.wait(progress, count)
        found.append(clock.now)
    return found


def windows_hold(items: list[int], times: list[float], pace: Pace) -> None:
    """Each limit, counted anew over every window."""
    for limit, seconds, weight in (
        (pace.per_second, 1.0, lambda n: 1),
        (pace.per_minute, 60.0, lambda n: 1),
        (pace.batches_per_minute, 60.0, lambda n: int(n > 0)),
        (pace.operations_per_minute, 60.0, lambda n: max(n, 1)),
    ):
        window: deque[tuple[float, int]] = deque()
        for count, moment in zip(items, times, strict=True):
            window.append((moment, weight(count)))
            while window[0][0] <= moment - seconds:
                window.popleft()
            assert sum(n for _, n in window) <= limit, (limit, seconds)


def test_a_long_wait_is_told() -> None:
    clock = Clock()
    pacer, progress = Pacer(Pace(), clock), Sleeper(clock)
    for _ in range(27):
        pacer.wait(progress, 30)
    assert progress.said == ["Within QuickBooks' limits; going on in 58 seconds"]


def test_a_thousand_in_batches_take_little_more_than_the_minute_they_must() -> None:
    items = [0, *[30] * 33, 9]
    times = moments(items, Pace())
    windows_hold(items, times, Pace())
    assert times[-1] - times[0] < MINUTE + 2


def test_small_batches_are_held_to_forty_a_minute() -> None:
    items = [2] * 100
    times = moments(items, Pace())
    windows_hold(items, times, Pace())
    assert times[39] - times[0] < 10
    assert times[40] - times[0] >= 60


@pytest.mark.parametrize("_", range(5))
def test_no_window_ever_holds_too_many(_: int, rng: random.Random) -> None:
    pace = Pace(
        per_second=rng.randint(1, 9), per_minute=rng.randint(10, 60),
        batches_per_minute=rng.randint(2, 12), operations_per_minute=rng.randint(30, 120),
    )  # fmt: skip
    items = [rng.choice((0, 0, 1, 7, 30)) for _ in range(300)]
    windows_hold(items, moments(items, pace), pace)
