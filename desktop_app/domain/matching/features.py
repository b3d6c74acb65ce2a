"""What a pair of readings has in common and where it differs, as numbers from 0 to 1.

Every feature is the same when the sides are swapped. "Weight" is always the rarity of words in
this catalogue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Indel, Postfix, Prefix
from scipy import sparse

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.catalogue import Catalogue, Floats, Ints, qualifier_groups
from desktop_app.domain.matching.legal_forms import COUNTRIES

NAMES = (
    "overlap",  # shared weight / weight of both
    "cover",  # shared weight / weight of the lighter name
    "cosine",  # of groups of three letters
    "edit",  # alike letters in order
    "near",  # how far "edit" is above 0.8, on the way to 1
    "rarest",  # weight of the rarest shared word
    "single",  # shared words that no other record has: none 0, one 0.5, more 1; half if misspelled
    "first",  # weight of the first word, if both begin with it
    "head",  # common beginning / shorter text
    "tail",  # common end / shorter text
    "replaced",  # the rarest words left over on both sides: the lesser of the two
    "missing",  # the rarest word left over on either side
    "left_over",  # weight of all words left over, per word of the shorter name, at most 1
    "number_differs",  # both have numbers of their own
    "number_missing",  # one has a number that the other lacks
    "qualifier_differs",  # each has a word of its own of one group (north, south)
    "qualifier_missing",  # only one of them has such a word
    "code",  # weight of a shared model number
    "code_single",  # they share a whole model number that no other record has
    "code_differs",  # both have model numbers, none shared
    "initials",  # one is the initials of the other
    "spelling",  # share of the common weight that is not spelled alike
    "country",  # legal forms without a common country
    "equal",  # equal but for spaces
)


def compute(
    catalogue: Catalogue,
    grams: tuple[sparse.csr_matrix, sparse.csr_matrix],
    rows: Ints,
    columns: Ints,
) -> Floats:
    """Matrix pairs x NAMES for the row pairs (rows[n], columns[n])."""
    left, right = catalogue.left, catalogue.right
    weight = catalogue.weight
    ours = scaled(left.words, weight)[rows]
    theirs = scaled(right.words, weight)[columns]
    both = sparse.csr_matrix(left.words[rows].multiply(theirs))
    shared = _sums(both)
    total_left, total_right = _sums(ours), _sums(theirs)
    rest_left = sparse.csr_matrix(ours - both)
    rest_right = sparse.csr_matrix(theirs - both)
    most_left, most_right = _most(rest_left), _most(rest_right)
    lighter = np.minimum(total_left, total_right)
    union = total_left + total_right - shared
    exact = _shared(left.exact, right.exact, catalogue.exact_weight, rows, columns)
    alone = catalogue.single.astype(np.float64)
    singles = _shared(left.words, right.words, alone, rows, columns)
    same_singles = _shared(left.exact, right.exact, alone[catalogue.exact_class], rows, columns)
    singles = (singles + same_singles) / 2
    words_left = np.diff(left.words.indptr)[rows]
    words_right = np.diff(right.words.indptr)[columns]
    a, b = left.texts[rows], right.texts[columns]
    short = np.maximum(np.minimum(_lengths(left.texts)[rows], _lengths(right.texts)[columns]), 1)
    edit = _each(a, b, Indel.normalized_similarity)
    number_left, number_right, number_both = _numbers(catalogue, rows, columns)
    left_bits, right_bits = left.qualifiers[rows], right.qualifiers[columns]
    more_left, more_right = left_bits & ~right_bits != 0, right_bits & ~left_bits != 0
    heard = np.array(qualifier_groups(catalogue.kind))
    code, code_single, code_differs = _codes(catalogue, rows, columns)
    result = np.column_stack(
        [
            shared / np.maximum(union, 1e-9),
            np.minimum(shared / np.maximum(lighter, 1e-9), 1.0),
            _sums(sparse.csr_matrix(grams[0][rows].multiply(grams[1][columns]))),
            edit,
            np.maximum(edit - 0.8, 0.0) * 5,
            _most(both),
            np.minimum(singles, 2) / 2,
            np.where(
                (left.first[rows] == right.first[columns]) & (left.first[rows] >= 0),
                np.append(weight, 0.0)[left.first[rows]],
                0.0,
            ),
            np.minimum(_each(a, b, Prefix.similarity) / short, 1.0),
            np.minimum(_each(a, b, Postfix.similarity) / short, 1.0),
            np.minimum(most_left, most_right),
            np.maximum(most_left, most_right),
            np.minimum(
                (_sums(rest_left) + _sums(rest_right))
                / np.maximum(2 * np.minimum(words_left, words_right), 1),
                1.0,
            ),
            (number_left > number_both) & (number_right > number_both),
            (number_left > number_both) != (number_right > number_both),
            (more_left & more_right).any(axis=1),
            ((more_left ^ more_right) & heard).any(axis=1),
            code,
            code_single,
            code_differs,
            _initials(catalogue, rows, columns),
            1.0 - np.minimum(exact / np.maximum(shared, 1e-9), 1.0),
            _countries(catalogue, rows, columns),
            edit >= 1.0,
        ]
    )
    return result.astype(np.float64)


def _shared(
    left: sparse.csr_matrix, right: sparse.csr_matrix, weight: Floats, rows: Ints, columns: Ints
) -> Floats:
    """For each pair the weight of the columns that both rows have."""
    return _sums(sparse.csr_matrix(scaled(left, weight)[rows].multiply(right[columns])))


def scaled(matrix: sparse.csr_matrix, weight: Floats) -> sparse.csr_matrix:
    """Columns weighted."""
    result = sparse.csr_matrix(matrix, copy=True)
    result.data = result.data * weight[result.indices]
    return result


def _owners(matrix: sparse.csr_matrix) -> Ints:
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _sums(matrix: sparse.csr_matrix) -> Floats:
    sums = np.bincount(_owners(matrix), matrix.data, minlength=matrix.shape[0])
    return sums.astype(np.float64)


def _most(matrix: sparse.csr_matrix) -> Floats:
    result = np.zeros(matrix.shape[0])
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        result[filled] = np.maximum.reduceat(matrix.data, matrix.indptr[filled])
    return np.maximum(result, 0.0)


def _lengths(texts: npt.NDArray[np.object_]) -> Ints:
    return np.fromiter((len(t) for t in texts), dtype=np.intp, count=len(texts))


def _each(a: npt.NDArray[np.object_], b: npt.NDArray[np.object_], scorer: Any) -> Floats:
    return np.asarray(process.cpdist(a.tolist(), b.tolist(), scorer=scorer), dtype=np.float64)


def _numbers(catalogue: Catalogue, rows: Ints, columns: Ints) -> tuple[Floats, Floats, Floats]:
    """How many numbers either row has, and how many of them both have."""
    chosen = np.flatnonzero(catalogue.number)
    ours, theirs = catalogue.left.words[:, chosen], catalogue.right.words[:, chosen]
    both = _sums(sparse.csr_matrix(ours[rows].multiply(theirs[columns])))
    return _sums(ours)[rows], _sums(theirs)[columns], both


def _codes(catalogue: Catalogue, rows: Ints, columns: Ints) -> tuple[Floats, Floats, Floats]:
    left, right = catalogue.left.codes, catalogue.right.codes
    if not left.shape[1]:
        return np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    both = sparse.csr_matrix(scaled(left, catalogue.code_weight)[rows].multiply(right[columns]))
    shared = _most(both)
    single = _shared(left, right, catalogue.code_single.astype(np.float64), rows, columns)
    has = (np.diff(left.indptr)[rows] > 0) & (np.diff(right.indptr)[columns] > 0)
    return shared, np.minimum(single, 1.0), (has & (shared == 0)).astype(np.float64)


def _initials(catalogue: Catalogue, rows: Ints, columns: Ints) -> Floats:
    sides = []
    for side in (catalogue.left, catalogue.right):
        letters = np.array(
            ["".join(t[0] for t in row.core) if len(row.core) >= 3 else "-" for row in side.rows]
            + [""],
            dtype=object,
        )[:-1]
        alone = np.array(
            [row.core[0] if len(row.core) == 1 else "+" for row in side.rows] + [""], dtype=object
        )[:-1]
        sides.append((letters, alone))
    same = (sides[0][0][rows] == sides[1][1][columns]) | (sides[0][1][rows] == sides[1][0][columns])
    return np.asarray(same, dtype=np.float64)


def _countries(catalogue: Catalogue, rows: Ints, columns: Ints) -> Floats:
    if catalogue.kind != folding.CUSTOMERS:
        return np.zeros(len(rows))
    bit: dict[str, int] = {}
    known: dict[tuple[str, ...], int] = {(): 0}

    def mask(form: tuple[str, ...]) -> int:
        if form not in known:
            named = {country for word in form for country in COUNTRIES.get(word, ())}
            known[form] = sum(1 << bit.setdefault(country, len(bit)) for country in named)
        return known[form]

    masks = [
        np.fromiter((mask(r.form) for r in side.rows), dtype=np.int64, count=len(side.rows))
        for side in (catalogue.left, catalogue.right)
    ]
    a, b = masks[0][rows], masks[1][columns]
    return np.asarray((a != 0) & (b != 0) & (a & b == 0), dtype=np.float64)
