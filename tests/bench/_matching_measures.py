"""How good a set of scored links is: precision, recall, average precision, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench._matching_data import Case

Pair = tuple[int, int]
BINS = 10


@dataclass(frozen=True)
class Found:
    """What a method says of a case. levels: "" for methods that have none."""

    scores: Mapping[Pair, float]
    levels: Mapping[Pair, str]
    seconds: float


@dataclass(frozen=True)
class Quality:
    """precision and recall are None where nothing was proposed; wrong: links ticked wrongly."""

    ticked: tuple[float | None, float]
    wrong: int
    likely: tuple[float | None, float]
    recall_at_99: float
    average_precision: float
    calibration_error: float


def quality(case: Case, found: Found) -> Quality:
    ticked = [p for p, level in found.levels.items() if level in ("exact", "folded")]
    likely = [p for p, level in found.levels.items() if level in ("exact", "folded", "likely")]
    recall, average = curve(case, found.scores)
    return Quality(
        _precision_recall(case, ticked),
        sum(p not in case.truth for p in ticked),
        _precision_recall(case, likely),
        recall,
        average,
        calibration_error(reliability([(case, found)])),
    )


def _precision_recall(case: Case, pairs: Sequence[Pair]) -> tuple[float | None, float]:
    right = sum(p in case.truth for p in pairs)
    return (right / len(pairs) if pairs else None), right / max(len(case.truth), 1)


def curve(case: Case, scores: Mapping[Pair, float]) -> tuple[float, float]:
    """(greatest recall at precision 0.99 or better, average precision), going down the scores."""
    order = sorted(scores, key=lambda p: (-scores[p], p))
    best = right = 0
    area = 0.0
    for count, pair in enumerate(order, start=1):
        if pair in case.truth:
            right += 1
            area += right / count
        if right >= 0.99 * count:
            best = right
    total = max(len(case.truth), 1)
    return best / total, area / total


def reliability(found: Sequence[tuple[Case, Found]]) -> list[tuple[int, float, float]]:
    """(number of links, mean score, share that is right) in each tenth of the scores."""
    scores = np.array([s for _, f in found for s in f.scores.values()])
    right = np.array([p in c.truth for c, f in found for p in f.scores], dtype=float)
    tenth = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    result = []
    for n in range(BINS):
        inside = tenth == n
        count = int(inside.sum())
        mean = float(scores[inside].mean()) if count else 0.0
        share = float(right[inside].mean()) if count else 0.0
        result.append((count, mean, share))
    return result


def calibration_error(bins: Sequence[tuple[int, float, float]]) -> float:
    """The expected distance between a score and how often such a score is right."""
    total = sum(count for count, _, _ in bins)
    return sum(count * abs(mean - share) for count, mean, share in bins) / max(total, 1)
