"""What measurements share: timing in rounds, goals, and the table that is printed.

A time in milliseconds says little on another machine, or on this one when it is busy. So each run
also measures an empty window, opened and painted, and prints every figure as a multiple of that.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Goal:
    """At most so many milliseconds, or so many times the empty window."""

    milliseconds: float | None = None
    ratio: float | None = None

    def text(self) -> str:
        if self.milliseconds is not None:
            return f"{self.milliseconds:g} ms"
        return "" if self.ratio is None else f"{self.ratio:g} x"

    def met(self, milliseconds: float, baseline: float) -> bool:
        if self.milliseconds is not None:
            return milliseconds <= self.milliseconds
        return self.ratio is None or milliseconds <= self.ratio * baseline


NO_GOAL = Goal()


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. rounds: milliseconds of each; the goal is held against *median*."""

    name: str
    rounds: tuple[float, ...]
    goal: Goal = NO_GOAL

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


@dataclass(slots=True)
class Report:
    """A titled table. baseline: milliseconds of the empty window."""

    title: str
    baseline: float
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, rounds: Sequence[float], goal: Goal = NO_GOAL) -> None:
        self.figures.append(Figure(name, tuple(rounds), goal))

    def missed(self) -> list[Figure]:
        return [f for f in self.figures if not f.goal.met(f.median, self.baseline)]

    def text(self) -> str:
        head = ("", "median", "worst", "x empty window", "goal", "")
        lines = [head]
        for figure in self.figures:
            met = "" if figure.goal is NO_GOAL else ("met" if self._met(figure) else "MISSED")
            lines.append(
                (
                    figure.name,
                    f"{figure.median:.1f} ms",
                    f"{max(figure.rounds):.1f} ms",
                    f"{figure.median / self.baseline:.2f}",
                    figure.goal.text(),
                    met,
                )
            )
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        rows = [
            line[0].ljust(widths[0])
            + "".join(f"  {cell.rjust(w)}" for cell, w in zip(line[1:], widths[1:], strict=True))
            for line in lines
        ]
        rule = "-" * max(len(row.rstrip()) for row in rows)
        return "\n".join([self.title, rule, *(row.rstrip() for row in rows), *self.notes])

    def _met(self, figure: Figure) -> bool:
        return figure.goal.met(figure.median, self.baseline)


def milliseconds(action: Callable[[], object]) -> float:
    """How long one call takes, with the garbage collector kept out of it."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        action()
        return (time.perf_counter() - start) * 1000
    finally:
        gc.enable()


def rounds(
    count: int, action: Callable[[], object], before: Callable[[], object] | None = None
) -> list[float]:
    """*count* measurements after one that warms up; *before* runs unmeasured ahead of each."""
    found = []
    for _ in range(count + 1):
        if before is not None:
            before()
        found.append(milliseconds(action))
    return found[1:]
