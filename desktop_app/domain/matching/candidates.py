"""Which pairs are worth a look: a sparse index over rare words, model numbers and letter groups.

The cost is bounded by a budget of multiplications that grows with the number of names: columns that
most names share (common words, common letter groups) are the dearest and the least telling, so they
are dropped first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from desktop_app.domain.matching.catalogue import Catalogue, Floats, Ints, Side

Flags = npt.NDArray[np.bool_]

KEPT = 8  # candidates for each name, from either side
_BUDGET = 500  # multiplications for each name
_LEAST = 0.18  # of 1: less in common is no candidate
_CHUNK = 4_000_000  # products held at once
_GRAM = 3
_EDGE = "\x02"


def letter_groups(side: Side, other: Side) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Groups of three letters of each row's text, weighted by rarity, rows of length 1."""
    counts = [_grams(side.texts), _grams(other.texts)]
    hashes = np.concatenate([c[1] for c in counts])
    known, columns = np.unique(hashes, return_inverse=True)
    split = len(counts[0][1])
    built = []
    for (row, _), column, texts in (
        (counts[0], columns[:split], side.texts),
        (counts[1], columns[split:], other.texts),
    ):
        matrix = sparse.csr_matrix(
            (np.ones(len(row)), (row, column)), shape=(len(texts), len(known))
        )
        matrix.sum_duplicates()
        built.append(matrix)
    frequency = built[0].getnnz(axis=0) + built[1].getnnz(axis=0)
    weight = np.log((len(side.texts) + len(other.texts) + 50) / np.maximum(frequency, 1))
    return unit_rows(built[0], weight), unit_rows(built[1], weight)


def unit_rows(matrix: sparse.csr_matrix, weight: Floats) -> sparse.csr_matrix:
    """The matrix with its columns weighted and each row scaled to length 1."""
    result = sparse.csr_matrix(matrix, copy=True)
    result.data = result.data * weight[result.indices]
    rows = np.repeat(np.arange(result.shape[0]), np.diff(result.indptr))
    length = np.sqrt(np.bincount(rows, result.data**2, minlength=result.shape[0]))
    result.data /= np.maximum(length, 1e-12)[rows]
    return result


def _grams(texts: npt.NDArray[np.object_]) -> tuple[Ints, npt.NDArray[np.int64]]:
    """(row, hash of three letters) for every place in every text; the edges count as a letter."""
    whole = _EDGE + _EDGE.join(texts.tolist()) + _EDGE
    letters = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    edge = letters == ord(_EDGE)
    row = np.cumsum(edge) - 1
    if len(letters) < _GRAM:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int64)
    code = (letters[:-2] << 42) | (letters[1:-1] << 21) | letters[2:]
    inside = ~edge[1:-1]  # the middle letter is one of the text's own
    owner = np.where(edge[:-2], row[:-2], row[1:-1])
    return owner[inside].astype(np.intp), code[inside]


def find(
    catalogue: Catalogue,
    grams: tuple[sparse.csr_matrix, sparse.csr_matrix],
    settled: tuple[Flags, Flags] | None = None,
    check: Callable[[], None] = lambda: None,
) -> tuple[Ints, Ints]:
    """Row pairs (left, right) worth scoring, each once, sorted.

    settled: rows of either side whose records are linked already; two such rows are no pair, but
    a settled row still competes for those that are open. *check* is called between chunks.
    """
    width = len(catalogue.right.rows)
    left, right = _affordable(
        _profile(catalogue, catalogue.left, grams[0]),
        _profile(catalogue, catalogue.right, grams[1]),
    )
    everything = np.arange(width)
    if settled is None:
        parts = [(np.arange(len(catalogue.left.rows)), everything)]
    else:
        ours, theirs = settled
        parts = [
            (np.flatnonzero(~ours), everything),
            (np.flatnonzero(ours), np.flatnonzero(~theirs)),
        ]
    kept = [_products(left, right, rows, columns, check) for rows, columns in parts]
    row = np.concatenate([k[0] for k in kept])
    column = np.concatenate([k[1] for k in kept])
    score = np.round(np.concatenate([k[2] for k in kept]), 9)
    if len(row):
        best = _best(row, score) | _best(column, score)
        row, column = row[best], column[best]
    more_row, more_column = _acronyms(catalogue)
    pairs = np.unique(
        np.concatenate([row, more_row]) * width + np.concatenate([column, more_column])
    )
    return pairs // max(width, 1), pairs % max(width, 1)


def _products(
    left: sparse.csr_matrix,
    right: sparse.csr_matrix,
    rows: Ints,
    columns: Ints,
    check: Callable[[], None],
) -> tuple[Ints, Ints, Floats]:
    """(row, column, what they have in common) of all pairs that have enough in common."""
    ours = left[rows]
    turned = sparse.csr_matrix(right[columns].T)
    # Work for each left row: the right names that each of its columns leads to.
    lengths = np.diff(turned.indptr)
    places = np.r_[0, np.cumsum(lengths[ours.indices])]
    work = places[ours.indptr[1:]] - places[ours.indptr[:-1]]
    kept: list[tuple[Ints, Ints, Floats]] = [
        (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0))
    ]
    for start, end in _chunks(work, _CHUNK):
        check()
        product = (ours[start:end] @ turned).tocoo()
        enough = np.flatnonzero(product.data >= _LEAST)
        kept.append(
            (
                rows[product.row[enough] + start],
                columns[product.col[enough]],
                product.data[enough],
            )
        )
    row, column, score = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return row.astype(np.intp), column.astype(np.intp), score


def _profile(catalogue: Catalogue, side: Side, grams: sparse.csr_matrix) -> sparse.csr_matrix:
    """Words, model numbers and letter groups side by side, each part of its share of length."""
    parts = [
        unit_rows(side.words, catalogue.weight) * np.sqrt(0.5),
        grams * np.sqrt(0.5),
    ]
    if side.codes.shape[1]:
        parts.append(unit_rows(side.codes, catalogue.code_weight) * np.sqrt(0.5))
    return sparse.csr_matrix(sparse.hstack(parts))


def _affordable(
    left: sparse.csr_matrix, right: sparse.csr_matrix
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Both without the columns whose products would go beyond the budget."""
    cost = left.getnnz(axis=0).astype(np.int64) * right.getnnz(axis=0).astype(np.int64)
    order = np.argsort(cost, kind="stable")
    spent = np.cumsum(cost[order])
    budget = _BUDGET * (left.shape[0] + right.shape[0])
    # Equal cost is kept or dropped together, so that the order of names makes no difference.
    over = cost[order][np.searchsorted(spent, budget, side="right") :]
    limit = over[0] if len(over) else np.inf
    keep = np.flatnonzero((cost < limit) & (cost > 0))
    return left[:, keep], right[:, keep]


def _chunks(work: Ints, limit: int) -> list[tuple[int, int]]:
    """Ranges of rows with about *limit* products each."""
    number = np.cumsum(work) // limit
    begins = np.flatnonzero(np.r_[True, number[1:] != number[:-1]]) if len(work) else work
    ends = np.r_[begins[1:], len(work)]
    return list(zip(begins.tolist(), ends.tolist(), strict=False))


def _best(group: Ints, score: Floats) -> npt.NDArray[np.bool_]:
    """Marks the KEPT best of each group, and what ties with the last of them (up to twice KEPT)."""
    order = np.lexsort((-score, group))
    sorted_group, sorted_score = group[order], score[order]
    first = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    sizes = np.diff(np.r_[first, len(group)])
    start = np.repeat(first, sizes)
    rank = np.arange(len(group)) - start
    last = np.minimum(start + KEPT - 1, start + np.repeat(sizes, sizes) - 1)
    chosen = (rank < KEPT) | ((sorted_score == sorted_score[last]) & (rank < 2 * KEPT))
    result = np.zeros(len(group), dtype=bool)
    result[order[chosen]] = True
    return result


def _acronyms(catalogue: Catalogue) -> tuple[Ints, Ints]:
    """Pairs of a single short word with a name whose initials it is."""
    sides = (catalogue.left, catalogue.right)
    found: set[tuple[int, int]] = set()
    for n in (0, 1):
        index: dict[str, list[int]] = {}
        for place, row in enumerate(sides[n].rows):
            if len(row.core) >= 3:
                index.setdefault("".join(t[0] for t in row.core), []).append(place)
        for place, row in enumerate(sides[1 - n].rows):
            if len(row.core) == 1 and 3 <= len(row.core[0]) <= 6:
                hits = index.get(row.core[0], ())
                if len(hits) <= KEPT:
                    found.update((place, h) if n == 1 else (h, place) for h in hits)
    ordered = sorted(found)
    return (
        np.array([a for a, _ in ordered], dtype=np.intp),
        np.array([b for _, b in ordered], dtype=np.intp),
    )
