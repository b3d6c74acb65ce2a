"""Fitting of ``desktop_app.domain.matching.coefficients`` on cases with true answers.

Logistic regression by scipy, with the signs that understanding gives: what names share may only
speak for a pair, what they differ in only against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from desktop_app.domain.matching import (
    assignment,
    candidates,
    catalogue,
    engine,
    features,
    folding,
    model,
)
from desktop_app.domain.matching.model import Coefficients
from tests.bench._matching_data import Case, enlarged, noisy, slices, with_lookalikes

Floats = npt.NDArray[np.float64]
HEAD = '''"""The fitted numbers of ``model``, one set for each kind.

Printed by ``dev.py bench matching --fit DIR`` from the labelled lists in DIR and the corpus under
``tests``. Order of the weights: ``features.NAMES``.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.model import Coefficients
'''
TAIL = (
    "\nBY_KIND = {folding.CUSTOMERS: CUSTOMERS, folding.ITEMS: ITEMS, folding.ACCOUNTS: ACCOUNTS}"
)
AGAINST = (
    *("replaced", "missing", "left_over", "number_differs", "number_missing", "qualifier_differs"),
    *("qualifier_missing", "code_differs", "spelling", "country"),
)
PENALTY = 0.5
NOISY = 0.2
SECOND_PENALTY = 10.0  # a pair without competitors is not yet a good one
# What little data says hardly anything about: starting belief of the weight.
# Rules, whatever the examples say: at most these weights.
AT_MOST = {"qualifier_differs": -8.0, "qualifier_missing": -0.75}
AT_MOST_BY_KIND = {"customers": {"number_differs": -6.0}}
PRIOR = {
    "qualifier_differs": -10.0,
    "qualifier_missing": -3.0,
    "number_differs": -3.0,
    "number_missing": -1.0,
    "country": -0.5,
    "code": 2.0,
    "code_single": 2.0,
    "code_differs": -1.0,
    "equal": 1.0,
}


@dataclass(frozen=True)
class Table:
    """One case as numbers. weight: of each pair, so that copies of a case count less."""

    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    features: Floats
    true: npt.NDArray[np.bool_]
    group: npt.NDArray[np.intp]
    other_group: npt.NDArray[np.intp]
    weight: float
    kind: str


def table(case: Case, weight: float = 1.0) -> Table:
    known = catalogue.build(
        [folding.readings(n, case.kind) for n in case.left],
        [folding.readings(n, case.kind) for n in case.right],
        case.kind,
    )
    grams = candidates.letter_groups(known.left, known.right)
    rows, columns = candidates.find(known, grams)
    numbers = features.compute(known, grams, rows, columns)
    left, right = known.left.owner[rows], known.right.owner[columns]
    true = [(i, j) in case.truth for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    return Table(
        left,
        right,
        numbers,
        np.array(true, dtype=bool),
        np.array(case.left_group, dtype=np.intp)[left],
        np.array(case.right_group, dtype=np.intp)[right],
        weight,
        case.kind,
    )


def views(case: Case) -> list[tuple[Case, float]]:
    """The case as it is, misspelled, larger, among look-alikes, and in small pieces."""
    larger = enlarged(case, 2, 1)
    more = [(noisy(larger, 5), NOISY)] if case.kind == folding.CUSTOMERS else []
    return [
        (case, 1.0),
        *more,
        (larger, 0.3),
        (with_lookalikes(case, 0.5, 2), 0.12),
        (with_lookalikes(larger, 0.3, 3), 0.08),
        *((piece, 0.3) for piece in slices(case, 25, 4)),
    ]


def learn(tables: Sequence[Table], leave_out: Iterable[int] = ()) -> Coefficients:
    """Coefficients from all pairs none of whose names belongs to a group of *leave_out*."""
    out = np.array(sorted(leave_out), dtype=np.intp)
    keeps = [~(np.isin(t.group, out) | np.isin(t.other_group, out)) for t in tables]
    x = np.concatenate([t.features[k] for t, k in zip(tables, keeps, strict=True)])
    y = np.concatenate([t.true[k] for t, k in zip(tables, keeps, strict=True)])
    w = np.concatenate([np.full(k.sum(), t.weight) for t, k in zip(tables, keeps, strict=True)])
    rules = {**AT_MOST, **AT_MOST_BY_KIND.get(tables[0].kind, {})}
    bounds = [
        (None, rules.get(name, 0.0)) if name in AGAINST else (0.0, None) for name in features.NAMES
    ]
    prior = np.array([PRIOR.get(name, 0.0) for name in features.NAMES])
    constant, weights = _logistic(x, y, w, bounds, prior)
    first = Coefficients(constant, tuple(weights), 0.0, 1.0, 0.0, 0.0)
    xs, ys, ws = [], [], []
    for t, keep in zip(tables, keeps, strict=True):
        base = model.first_step(t.features, first)
        best = model.strongest_reading(t.left, t.right, base)
        context = model.context(base[best], t.left[best], t.right[best])
        xs.append(context[keep[best]])
        ys.append(t.true[best][keep[best]])
        ws.append(np.full(keep[best].sum(), t.weight))
    offset, (own, closer, farther) = _logistic(
        np.concatenate(xs),
        np.concatenate(ys),
        np.concatenate(ws),
        [(0.0, None)] * 3,
        np.array([1.0, 0.0, 0.0]),
        SECOND_PENALTY,
    )
    second = Coefficients(constant, tuple(weights), offset, own, closer, farther)
    xs, ys, ws = [], [], []
    for t, keep in zip(tables, keeps, strict=True):
        base = model.first_step(t.features, second)
        best = model.strongest_reading(t.left, t.right, base)
        left, right = t.left[best], t.right[best]
        score = model.second_step(base[best], left, right, second)
        rival = np.maximum(model.best_other(score, left), model.best_other(score, right))
        chosen = assignment.one_to_one(left, right, score) & (score >= engine.LISTED)
        chosen &= keep[best] & (score - np.maximum(rival, 0.0) >= engine.MARGIN)
        xs.append(model.log_odds(score[chosen])[:, None])
        ys.append(t.true[best][chosen])
        ws.append(np.full(chosen.sum(), t.weight))
    after, (slope,) = _logistic(
        np.concatenate(xs), np.concatenate(ys), np.concatenate(ws), [(0.3, None)], np.array([1.0])
    )
    return replace(second, chosen_offset=after, chosen_slope=slope)


def _logistic(
    x: Floats,
    y: npt.NDArray[np.bool_],
    w: Floats,
    bounds: list[tuple[float | None, float | None]],
    prior: Floats,
    penalty: float | None = None,
) -> tuple[float, list[float]]:
    """(constant, weights) of the penalised logistic regression within bounds."""
    penalty = PENALTY if penalty is None else penalty
    sign = np.where(y, 1.0, -1.0)

    def loss(v: Floats) -> tuple[float, Floats]:
        odds = x @ v[1:] + v[0]
        margin = sign * odds
        value = (w * np.logaddexp(0.0, -margin)).sum()
        slope = -w * sign / (1.0 + np.exp(np.clip(margin, -500, 500)))
        gap = v[1:] - prior
        gradient = np.r_[slope.sum(), x.T @ slope + 2 * penalty * gap]
        return value + penalty * (gap**2).sum(), gradient

    start = np.r_[-3.0, prior]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds])
    return float(found.x[0]), [float(v) for v in found.x[1:]]


def fit(cases: Sequence[Case]) -> dict[str, Coefficients]:
    """Coefficients for each kind, from all its cases."""
    result = {}
    for kind in dict.fromkeys(c.kind for c in cases):
        chosen = [c for c in cases if c.kind == kind]
        result[kind] = learn([table(v, w) for c in apart(chosen) for v, w in views(c)])
    return result


def apart(cases: Sequence[Case]) -> list[Case]:
    """The cases with groups that none of them shares with another."""
    result = []
    for n, c in enumerate(cases):
        move = n * 1_000_000
        left = [g + move for g in c.left_group]
        right = [g + move for g in c.right_group]
        result.append(replace(c, left_group=left, right_group=right))
    return result


def module(fitted: dict[str, Coefficients]) -> str:
    """The source text of ``coefficients.py``."""
    kinds = {"customers": "CUSTOMERS", "items": "ITEMS", "accounts": "ACCOUNTS"}
    parts = [HEAD, *(written(kinds[k], fitted[k]) for k in kinds), TAIL]
    return "\n".join(parts)


def written(name: str, c: Coefficients) -> str:
    """The coefficients as source text for ``coefficients.py``."""
    lines = [f"{name} = Coefficients(", f"    constant={c.constant:.3f},", "    weights=("]
    for label, value in zip(features.NAMES, c.weights, strict=True):
        lines.append(f"        {value:.3f},  # {label}".replace("-0.000", "0.000"))
    lines += ["    ),", f"    offset={c.offset:.3f},", f"    own={c.own:.3f},"]
    lines += [f"    closer={c.closer:.3f},", f"    farther={c.farther:.3f},"]
    lines += [
        f"    chosen_offset={c.chosen_offset:.3f},",
        f"    chosen_slope={c.chosen_slope:.3f},",
        ")",
    ]
    return "\n".join(lines)
