"""Auto Map's matching beside what others do: how much it finds, how often it is wrong, how long.

``--data DIR`` takes labelled lists (companies_dev.csv, products_dev.csv, accounts_dev.csv with the
columns left_name and right_name); without it, our own corpus and the simulated world are measured.
"cross-fitted" is judged on names that its weights were not learned from; "as shipped" uses the
weights in the program, which were learned from the labelled lists and our corpus.
``--fit DIR`` prints new weights; ``--save`` keeps what our corpus gives now as the baseline.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.domain.matching import Match, Record, match, match_records
from desktop_app.domain.matching.model import Coefficients
from tests.bench import _matching_baselines as baselines
from tests.bench import _matching_data as data
from tests.bench import _matching_fit as fitting
from tests.bench._matching_measures import (
    Found,
    Quality,
    calibration_error,
    quality,
    reliability,
)
from tests.domain.matching import baseline

FOLDS = 5
SPEED_SIZES = (2_000, 20_000)
HEAD = (
    *("", "ticked: precision", "recall", "likely+: precision", "recall"),
    *("recall at 0.99", "avg. precision", "calibration error", "seconds"),
)


@dataclass
class Report:
    """The tables as text; goals that were missed."""

    lines: list[str] = field(default_factory=list)
    goals_missed: list[str] = field(default_factory=list)

    def text(self) -> str:
        missed = [f"MISSED: {goal}" for goal in self.goals_missed]
        return "\n".join([*self.lines, *missed])

    def missed(self) -> list[str]:
        return self.goals_missed


def measure(options: argparse.Namespace | None = None) -> Report:
    """Run everything and report. options: data, fit (folders or None), save (flag)."""
    folder: Path | None = getattr(options, "data", None)
    fit: Path | None = getattr(options, "fit", None)
    if fit is not None:
        return Report([fitting.module(fitting.fit([*data.development(fit), *data.corpus()]))])
    if getattr(options, "save", False):
        return Report([f"written: {baseline.save()}"])
    labelled = data.development(folder) if folder else []
    if folder and not labelled:
        return Report(goals_missed=[f"no labelled lists in {folder}"])
    corpus = data.corpus()
    judged = fitting.apart([*labelled, *corpus])
    shown = judged[: len(labelled)] if labelled else [*judged, *data.simulator()]
    report = Report()
    rows: list[tuple[str, ...]] = [HEAD]
    crossed: list[tuple[data.Case, Found]] = []
    for case in shown:
        rows.append((f"{case.name}: {len(case.left)} x {len(case.right)}",))
        for name in baselines.METHODS:
            found = baselines.run(name, case)
            if found is not None:
                rows.append(_row(name, quality(case, found), found.seconds))
            elif name == "string_grouper":
                rows.append((f"{name} ({baselines.MISSING}: pip install string-grouper)",))
        if case in judged:
            found = cross_fitted(case, [c for c in judged if c.kind == case.kind])
            crossed.append((case, found))
            rows.append(_row("this program, cross-fitted", quality(case, found), found.seconds))
            _hold(report, case, quality(case, found))
        shipped = as_shipped(case)
        if case not in judged:
            crossed.append((case, shipped))
        rows.append(_row("this program, as shipped", quality(case, shipped), shipped.seconds))
    report.lines += ["Matching", *_table(rows), "", *_reliability(crossed), "", *_speed(report)]
    return report


def _hold(report: Report, case: data.Case, found: Quality) -> None:
    """Hold the figures of the labelled company names against the goals."""
    if case.name != "companies":
        return
    precision, recall = found.ticked
    likely_precision, likely_recall = found.likely
    goals = (
        (precision is not None and precision >= 0.999, "companies, ticked: precision 0.999"),
        (recall >= 0.75, "companies, ticked: recall 0.75"),
        ((likely_precision or 0) >= 0.99, "companies, likely and better: precision 0.99"),
        (likely_recall >= 0.90, "companies, likely and better: recall 0.90"),
        (found.recall_at_99 >= 0.945, "companies: recall 0.945 at precision 0.99"),
        (found.calibration_error <= 0.03, "companies: calibration error 0.03"),
    )
    report.goals_missed += [text for met, text in goals if not met]


def as_shipped(case: data.Case) -> Found:
    start = time.perf_counter()
    found = match(case.left, case.right, kind=case.kind)
    return _found(found, time.perf_counter() - start)


def cross_fitted(case: data.Case, same_kind: Sequence[data.Case]) -> Found:
    """Each left name judged with weights learned without its entity."""
    tables = [fitting.table(view, w) for c in same_kind for view, w in fitting.views(c)]
    groups = sorted({*case.left_group, *case.right_group})
    random.Random(11).shuffle(groups)
    fold = {group: n % FOLDS for n, group in enumerate(groups)}
    left, right = [Record(n) for n in case.left], [Record(n) for n in case.right]
    kept: list[Match] = []
    seconds = 0.0
    for n in range(FOLDS):
        weights: Coefficients = fitting.learn(tables, [g for g in groups if fold[g] == n])
        start = time.perf_counter()
        found = match_records(left, right, kind=case.kind, weights=weights)
        seconds += time.perf_counter() - start
        kept += [m for m in found if fold[case.left_group[m.left]] == n]
    return _found(kept, seconds / FOLDS)


def _found(found: Sequence[Match], seconds: float) -> Found:
    return Found(
        {(m.left, m.right): m.score for m in found},
        {(m.left, m.right): m.level.value for m in found},
        seconds,
    )


def _row(name: str, found: Quality, seconds: float) -> tuple[str, ...]:
    def shown(pair: tuple[float | None, float]) -> tuple[str, str]:
        return ("-", "-") if pair[0] is None else (f"{pair[0]:.4f}", f"{pair[1]:.3f}")

    return (
        f"  {name}",
        *shown(found.ticked),
        *shown(found.likely),
        f"{found.recall_at_99:.3f}",
        f"{found.average_precision:.3f}",
        f"{found.calibration_error:.3f}",
        f"{seconds:.2f}",
    )


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The rows under each other; rows of one cell are headings."""
    full = [row for row in rows if len(row) > 1]
    widths = [max(len(row[n]) for row in full) for n in range(len(full[0]))]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=False)),
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return lines


def _reliability(found: Sequence[tuple[data.Case, Found]]) -> list[str]:
    bins = reliability(found)
    lines = ["Reliability (all sets above, cross-fitted where learned from)"]
    rows: list[tuple[str, ...]] = [("score", "links", "mean score", "right")]
    for n, (count, mean, share) in enumerate(bins):
        if count:
            rows.append(
                (f"{n / 10:.1f} to {(n + 1) / 10:.1f}", str(count), f"{mean:.3f}", f"{share:.3f}")
            )
    return [*lines, *_table(rows), f"expected calibration error {calibration_error(bins):.4f}"]


def _speed(report: Report) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("Speed (best of 3)", "this program", "string_grouper", "times", "peak")
    ]
    for size in SPEED_SIZES:
        ours, theirs = _child("match", size), _child("string_grouper", size)
        if ours is None:
            report.goals_missed.append(f"{size:,} x {size:,} names could not be measured")
            continue
        ratio = f"{ours[0] / theirs[0]:.2f}" if theirs else baselines.MISSING
        other = f"{theirs[0]:.2f} s" if theirs else "-"
        rows.append(
            (f"{size:,} x {size:,} names", f"{ours[0]:.2f} s", other, ratio, f"{ours[1]:.0f} MiB")
        )
        if size == SPEED_SIZES[0] and ours[0] > 0.5:
            report.goals_missed.append("2,000 x 2,000 names in 0.5 s")
        if size == SPEED_SIZES[1]:
            if theirs and ours[0] > 1.3 * theirs[0]:
                report.goals_missed.append("20,000 x 20,000 names in 1.3 times string_grouper")
            if ours[1] > 500:
                report.goals_missed.append("20,000 x 20,000 names in 500 MiB")
    return _table(rows)


def _child(method: str, size: int) -> tuple[float, float] | None:
    """(seconds, MiB at most) of a run in a process of its own; None when it cannot run."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench._matching_speed", method, str(size)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        return None
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), float(memory)
