"""From features to a probability: a logistic formula in three steps.

The first step weighs what the pair has in common. The second compares it with the best competitor
on either side, since a name that fits two others fits neither for certain. The third, after the
one-to-one choice, gives credit for having been left over for each other. The numbers come from
``coefficients`` and were fitted beforehand; nothing is learned here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.domain.matching.catalogue import Floats, Ints

NO_COMPETITOR = -4.0  # the first step's result of a pair that nobody would consider
_SPREAD = 8.0  # first step results are cut to this, margins to _MARGIN
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Coefficients:
    """weights: one for each of ``features.NAMES``.

    own, closer, farther: second step; closer is the margin to the stronger of the two best
    competitors (own row, own column), farther to the weaker one. chosen_offset, chosen_slope:
    third step, for pairs that the one-to-one choice settled on.
    """

    constant: float
    weights: tuple[float, ...]
    offset: float
    own: float
    closer: float
    farther: float
    chosen_offset: float = 0.0
    chosen_slope: float = 1.0


def first_step(table: Floats, coefficients: Coefficients) -> Floats:
    """Log odds of each pair on its own."""
    return np.asarray(table @ np.array(coefficients.weights) + coefficients.constant)


def second_step(base: Floats, left: Ints, right: Ints, coefficients: Coefficients) -> Floats:
    """Probabilities, given the log odds of all pairs (left[n], right[n]), each pair once."""
    table = context(base, left, right)
    odds = (
        table @ np.array([coefficients.own, coefficients.closer, coefficients.farther])
        + coefficients.offset
    )
    alone = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
    # At most one partner is right: what the candidates of one name claim together is at most 1.
    together = [
        np.bincount(g, alone, minlength=int(g.max(initial=-1)) + 1)[g] for g in (left, right)
    ]
    return np.asarray(alone / np.maximum(1.0, np.maximum(*together)))


def third_step(score: Floats, coefficients: Coefficients) -> Floats:
    """Probabilities of pairs that were chosen: that the others went elsewhere speaks for them."""
    odds = coefficients.chosen_offset + coefficients.chosen_slope * log_odds(score)
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def log_odds(score: Floats) -> Floats:
    inside = np.clip(score, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1.0 - inside)))


def context(base: Floats, left: Ints, right: Ints) -> Floats:
    """Columns: own log odds, margin to the stronger and to the weaker best competitor.

    A competitor that has a better partner itself competes the less, the better that partner is:
    "Acme" is no match for "Acme North" where another "Acme" is there.
    """
    in_row, in_column = best_other(base, left), best_other(base, right)
    for_row = base - np.maximum(in_column - base, 0.0)
    for_column = base - np.maximum(in_row - base, 0.0)
    rivals = [
        np.maximum(best_other(for_row, left), NO_COMPETITOR),
        np.maximum(best_other(for_column, right), NO_COMPETITOR),
    ]
    own = np.clip(base, -_SPREAD, _SPREAD)
    stronger, weaker = np.maximum(*rivals), np.minimum(*rivals)
    return np.column_stack(
        [
            own,
            np.clip(base - stronger, -_MARGIN, _MARGIN),
            np.clip(base - weaker, -_MARGIN, _MARGIN),
        ]
    )


def best_other(values: Floats, group: Ints) -> Floats:
    """For each value, the greatest other value of its group; -inf when it is alone."""
    best, _ = best_other_at(values, group)
    return best


def best_other_at(values: Floats, group: Ints) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Like best_other, with the place of that other value (-1 when alone)."""
    count = len(values)
    other = np.full(count, -np.inf)
    place = np.full(count, -1, dtype=np.intp)
    if count == 0:
        return other, place
    order = np.lexsort((np.arange(count), -values, group))
    ordered = group[order]
    begins = np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.flatnonzero(begins)
    leader = order[first][np.cumsum(begins) - 1]
    second = np.full(len(first), -1, dtype=np.intp)
    many = np.flatnonzero(np.diff(np.r_[first, count]) > 1)
    second[many] = order[first[many] + 1]
    chosen = np.where(begins, second[np.cumsum(begins) - 1], leader)
    place[order] = chosen
    found = place >= 0
    other[found] = values[place[found]]
    return other, place


def strongest_reading(left: Ints, right: Ints, base: Floats) -> Ints:
    """Of several readings of the same two records, the place of the best one; sorted by records."""
    if not len(left):
        return np.zeros(0, dtype=np.intp)
    pairs = left * (int(right.max()) + 1) + right
    if (pairs[1:] > pairs[:-1]).all():
        return np.arange(len(left))  # one reading each, and sorted already
    order = np.lexsort((-base, right, left))
    first = np.r_[
        True, (left[order][1:] != left[order][:-1]) | (right[order][1:] != right[order][:-1])
    ]
    return np.asarray(order[first[: len(order)]])
