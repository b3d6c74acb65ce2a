"""One-to-one choice among scored pairs: the set of pairs with the greatest total score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

from desktop_app.domain.matching.catalogue import Floats, Ints

_DENSE = 400  # names of a tangle that are still solved exactly; beyond it weak pairs are cut first


def one_to_one(left: Ints, right: Ints, score: Floats) -> npt.NDArray[np.bool_]:
    """Marks the chosen pairs. Pairs that touch no other are chosen without more ado."""
    chosen = np.zeros(len(left), dtype=bool)
    todo = np.arange(len(left))
    limit = 0.0
    while len(todo):
        rows, row = np.unique(left[todo], return_inverse=True)
        columns, column = np.unique(right[todo], return_inverse=True)
        graph = sparse.coo_matrix(
            (np.ones(len(todo)), (row, column + len(rows))),
            shape=(len(rows) + len(columns),) * 2,
        )
        _, label = connected_components(graph, directed=False)
        part = label[row]
        order = np.argsort(part, kind="stable")
        begins = np.flatnonzero(np.r_[True, part[order][1:] != part[order][:-1]])
        later: list[Ints] = []
        for start, end in zip(begins, np.r_[begins[1:], len(order)], strict=True):
            members = order[start:end]
            if len(members) == 1:
                chosen[todo[members[0]]] = True
                continue
            rest = _solve(todo[members], left, right, score, chosen)
            if rest is not None:
                later.append(rest)
        # A tangle too large to solve: its weakest pairs go until it falls apart.
        limit += 0.1
        todo = np.concatenate(later) if later else np.zeros(0, dtype=np.intp)
        todo = todo[score[todo] >= limit]
    return chosen


def _solve(
    members: Ints, left: Ints, right: Ints, score: Floats, chosen: npt.NDArray[np.bool_]
) -> Ints | None:
    """Solve one tangle, or give it back when it is too large."""
    rows, row = np.unique(left[members], return_inverse=True)
    columns, column = np.unique(right[members], return_inverse=True)
    if max(len(rows), len(columns)) > _DENSE:
        return members
    table = np.zeros((len(rows), len(columns)))
    table[row, column] = score[members]
    picked = set(zip(*(p.tolist() for p in linear_sum_assignment(-table)), strict=True))
    for place, pair in zip(
        members.tolist(), zip(row.tolist(), column.tolist(), strict=True), strict=True
    ):
        if pair in picked and score[place] > 0:
            chosen[place] = True
    return None
