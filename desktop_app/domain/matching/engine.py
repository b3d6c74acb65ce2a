"""The matching run: links that need no score first, then scored pairs, one to one."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.domain.matching import (
    assignment,
    candidates,
    catalogue,
    certain,
    coefficients,
    features,
    folding,
    model,
    reasons,
    tiers,
)
from desktop_app.domain.matching.catalogue import Catalogue, Floats, Ints
from desktop_app.domain.matching.folding import Folded
from desktop_app.domain.matching.model import Coefficients
from desktop_app.domain.matching.records import Level, Match, Record
from desktop_app.progress import Progress

KINDS = {
    "customers": folding.CUSTOMERS,
    "items": folding.ITEMS,
    "products": folding.ITEMS,
    "accounts": folding.ACCOUNTS,
}
LIKELY = 0.85  # a score below is not offered, only listed
MARGIN = 0.10  # nor is one with a competitor this near
NUMBER_ONLY = 0.5  # at most, whatever the rarity of the number says
LISTED = 0.05  # a score below is no match
_EXACT_SCORE, _FOLDED_SCORE = 0.999, 0.997
_DOUBT = 0.5  # the highest score of what was refused as not one to one


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs of records with their probability; row, column: their best readings."""

    left: Ints
    right: Ints
    score: Floats
    base: Floats  # log odds of the pair on its own
    row: Ints
    column: Ints
    features: Floats


def match(left: Sequence[str], right: Sequence[str], *, kind: str = "customers") -> list[Match]:
    """Match two lists of names; see match_records."""
    return match_records([Record(n) for n in left], [Record(n) for n in right], kind=kind)


def match_records(
    left: Sequence[Record],
    right: Sequence[Record],
    *,
    kind: str = "customers",
    confirmed: Iterable[tuple[str, str]] = (),
    rejected: Iterable[tuple[int, int]] = (),
    progress: Progress | None = None,
    weights: Coefficients | None = None,
) -> list[Match]:
    """For each left record that has one, the best right record, sorted by left.

    Args:
        kind: "customers", "accounts" or "items" (also "products").
        confirmed: (left name, right name) that a person linked; they link again.
        rejected: (left position, right position) that a person refused; never proposed.
        progress: is asked between steps; raises its Cancelled.
        weights: other than the shipped ones (the benchmark judges on names not learned from).

    The order of the records makes no difference. exact, folded and likely matches use each right
    at most once; ambiguous ones only list what a person may look at.

    Raises:
        ValueError: for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    with _collector_paused():
        return _run(
            left,
            right,
            KINDS[kind],
            list(confirmed),
            set(rejected),
            progress or Progress(),
            weights or coefficients.BY_KIND[KINDS[kind]],
        )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A run makes many small records and no cycles: looking for cycles would take a fifth of it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _run(
    left: Sequence[Record],
    right: Sequence[Record],
    kind: str,
    confirmed: list[tuple[str, str]],
    rejected: set[tuple[int, int]],
    progress: Progress,
    weights: Coefficients,
) -> list[Match]:
    left_readings = [_readings(r, kind) for r in left]
    right_readings = [_readings(r, kind) for r in right]
    # Everything below works on the lists in an order of its own, so that theirs does not matter.
    left_order = _order(left, left_readings)
    right_order = _order(right, right_readings)
    left_place = {n: place for place, n in enumerate(left_order)}
    right_place = {n: place for place, n in enumerate(right_order)}
    lists = tiers.Lists(
        left=[left[n] for n in left_order],
        right=[right[n] for n in right_order],
        left_readings=[left_readings[n] for n in left_order],
        right_readings=[right_readings[n] for n in right_order],
        kind=kind,
        rejected={
            (left_place[i], right_place[j])
            for i, j in rejected
            if i in left_place and j in right_place
        },
        confirmed=confirmed,
    )
    progress.check()
    links = tiers.link(lists)
    progress.check()
    known = catalogue.build(lists.left_readings, lists.right_readings, kind)
    scored = _score(known, lists, links, weights, progress)
    found = _linked(lists, links, scored) + _choose(known, lists, links, scored, weights)
    found = [
        Match(
            left=left_order[m.left],
            right=right_order[m.right],
            score=m.score,
            level=m.level,
            reasons=m.reasons,
            runner_up=None if m.runner_up is None else right_order[m.runner_up],
            gap=m.gap,
        )
        for m in found
    ]
    return sorted(found, key=lambda m: m.left)


def _readings(record: Record, kind: str) -> list[Folded]:
    found = folding.readings(record.name, kind)
    for alias in record.aliases:
        known = {f.text for f in found}
        found.extend(f for f in folding.readings(alias, kind) if f.text not in known)
    return found


def _order(records: Sequence[Record], readings: Sequence[Sequence[Folded]]) -> list[int]:
    """Positions sorted by what the records say."""

    def key(n: int) -> tuple[str, ...]:
        r = records[n]
        text = readings[n][0].text if readings[n] else ""
        return (text, r.name, *r.aliases, r.email, r.sku, r.number, r.parent, r.currency)

    return sorted(range(len(records)), key=key)


def _score(
    known: Catalogue,
    lists: tiers.Lists,
    links: tiers.Links,
    chosen: Coefficients,
    progress: Progress,
) -> Scored:
    grams = candidates.letter_groups(known.left, known.right)
    ours = _marked(links.lefts(), len(lists.left))[known.left.owner]
    theirs = _marked(links.rights(), len(lists.right))[known.right.owner]
    rows, columns = candidates.find(known, grams, (ours, theirs), progress.check)
    progress.check()
    table = features.compute(known, grams, rows, columns)
    progress.check()
    base = np.round(model.first_step(table, chosen), 6)
    owner, partner = known.left.owner[rows], known.right.owner[columns]
    base = base + _hints(lists, owner, partner)
    best = model.strongest_reading(owner, partner, base)
    owner, partner, base = owner[best], partner[best], base[best]
    score = np.round(model.second_step(base, owner, partner, chosen), 6)
    return Scored(owner, partner, score, base, rows[best], columns[best], table[best])


def _marked(places: set[int], size: int) -> npt.NDArray[np.bool_]:
    result = np.zeros(size, dtype=bool)
    result[list(places)] = True
    return result


def _hints(lists: tiers.Lists, owner: Ints, partner: Ints) -> Floats:
    """Preferences that break ties and decide nothing alone: equal prices."""
    left = [r.price for r in lists.left]
    right = [r.price for r in lists.right]
    if all(p is None for p in left) or all(p is None for p in right):
        return np.zeros(len(owner))
    hint = {True: 0.7, False: -0.7}
    return np.array(
        [
            0.0 if left[i] is None or right[j] is None else hint[left[i] == right[j]]
            for i, j in zip(owner.tolist(), partner.tolist(), strict=True)
        ]
    )


def _linked(lists: tiers.Lists, links: tiers.Links, scored: Scored) -> list[Match]:
    """The links that need no score. Their runner-up is the best other candidate."""
    others: dict[int, tuple[float, int]] = {}
    if links.made:
        done = _marked(links.lefts(), len(lists.left))
        width = max(len(lists.right), 1)
        linked = np.array([i * width + j for i, j in links.made], dtype=np.int64)
        near = np.flatnonzero(done[scored.left] & (scored.score >= LISTED))
        near = near[~np.isin(scored.left[near] * width + scored.right[near], linked)]
        for n in near[np.argsort(scored.score[near], kind="stable")].tolist():
            others[int(scored.left[n])] = (float(scored.score[n]), int(scored.right[n]))
    result = []
    for (i, j), (level, why) in links.made.items():
        score = _EXACT_SCORE if level is Level.EXACT else _FOLDED_SCORE
        other, place = others.get(i, (0.0, None))
        why = [*why, *reasons.remarks(lists.left[i], lists.right[j])]
        result.append(Match(i, j, score, level, tuple(why), place, round(score - other, 6)))
    return result


def _choose(
    known: Catalogue,
    lists: tiers.Lists,
    links: tiers.Links,
    scored: Scored,
    weights: Coefficients,
) -> list[Match]:
    """Likely and ambiguous matches among the records that are not linked yet."""
    free = _free(lists, links, scored)
    left, right, score = scored.left[free], scored.right[free], scored.score[free]
    row, column = scored.row[free], scored.column[free]
    capped = {
        n: text
        for n, (i, j) in enumerate(zip(left.tolist(), right.tolist(), strict=True))
        if (text := _refusal(lists, links, i, j))
    }
    # Where two are about equally likely, what the names have in common decides.
    preferred = score + np.clip(scored.base[free], -20, 20) / 400
    assigned = assignment.one_to_one(left, right, preferred)
    other_left, place_left = model.best_other_at(score, left)
    other_right, place_right = model.best_other_at(score, right)
    rival = np.maximum(np.maximum(other_left, other_right), 0.0)
    settled = assigned & (score - rival >= MARGIN)
    settled[list(capped)] = False
    final = np.round(np.where(settled, model.third_step(score, weights), score), 6)
    taken = set(left[assigned].tolist())
    best = np.zeros(len(left), dtype=bool)
    if len(left):
        order = np.lexsort((right, -score, left))
        best[order[np.r_[True, left[order][1:] != left[order][:-1]]]] = True
    weight = {w: float(known.weight[c]) for w, c in known.vocabulary.items()}
    result = []
    for n in np.flatnonzero(assigned | best).tolist():
        i, j = int(left[n]), int(right[n])
        if not assigned[n] and i in taken:
            continue
        value = float(final[n])
        gap = round(min(value, float(score[n] - rival[n])), 6)
        readings = (known.left.rows[row[n]], known.right.rows[column[n]])
        why = reasons.similar(*readings, weight)
        sure = score[n] >= certain.SURE and gap >= certain.APART and known.kind == folding.CUSTOMERS
        level = Level.LIKELY
        if n in capped:
            level = Level.AMBIGUOUS
            why.insert(0, capped[n])
        elif known.kind == folding.CUSTOMERS and reasons.only_a_number(*readings):
            level, value = Level.AMBIGUOUS, min(value, NUMBER_ONLY)
            gap = min(gap, value)
            why.insert(0, "only a number is equal")
        elif not settled[n] or value < LIKELY:
            level = Level.AMBIGUOUS
            why.extend(_rivals(lists, n, (left, right, score), (place_left, place_right)))
        elif sure and (text := certain.reason(*readings, scored.features[free[n]])):
            level = Level.FOLDED
            why = [text, "no other name is like it"]
        why.extend(reasons.remarks(lists.left[i], lists.right[j]))
        second = int(right[place_left[n]]) if place_left[n] >= 0 else None
        result.append(Match(i, j, value, level, tuple(why), second, gap))
    return result


def _free(lists: tiers.Lists, links: tiers.Links, scored: Scored) -> npt.NDArray[np.intp]:
    """Places of the pairs that may still be proposed."""
    done_left = _marked(links.lefts(), len(lists.left))
    done_right = _marked(links.rights(), len(lists.right))
    # Twins share what one of them would score, and are listed all the same.
    twins = (
        _marked(set(links.refused_left), len(lists.left))[scored.left]
        & _marked(set(links.refused_right), len(lists.right))[scored.right]
        & (scored.score >= LISTED / 10)
    )
    keep = ((scored.score >= LISTED) | twins) & ~done_left[scored.left] & ~done_right[scored.right]
    places = np.flatnonzero(keep)
    if lists.rejected or any(r.parent for r in lists.right):
        pairs = zip(scored.left[places].tolist(), scored.right[places].tolist(), strict=True)
        places = places[[_proposable(lists, i, j) for i, j in pairs]]
    return np.asarray(places, dtype=np.intp)


def _proposable(lists: tiers.Lists, i: int, j: int) -> bool:
    """Not refused by a person, and no sub-customer that is merely similar.

    The names of sub-customers are made from their parent's, so likeness says nothing about them.
    """
    if (i, j) in lists.rejected:
        return False
    if not lists.right[j].parent or lists.left[i].parent:
        return True
    keys = {f.key for f in lists.left_readings[i]}
    return any(f.key in keys for f in lists.right_readings[j])


def _refusal(lists: tiers.Lists, links: tiers.Links, i: int, j: int) -> str:
    """Why this pair is listed at most."""
    return (
        tiers.refusal(lists, i, j)
        or links.refused_left.get(i, "")
        or links.refused_right.get(j, "")
    )


def _rivals(
    lists: tiers.Lists,
    n: int,
    pairs: tuple[Ints, Ints, Floats],
    places: tuple[Ints, Ints],
) -> list[str]:
    """Who else comes into question for either record, if near."""
    left, right, score = pairs
    result = []
    other = places[0][n]
    if other >= 0 and score[n] - score[other] < MARGIN:
        result.append(f'nearly as similar: "{lists.right[right[other]].name[:60]}"')
    other = places[1][n]
    if other >= 0 and score[n] - score[other] < MARGIN:
        result.append(f'also fits "{lists.left[left[other]].name[:60]}"')
    return result
