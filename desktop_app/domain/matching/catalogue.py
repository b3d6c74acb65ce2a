"""Both lists as tables: the words of every reading, how rare they are, who shares them.

A *row* is one reading of one record (``folding.readings``). Words that mean the same for counting
("grille" and "grill", "foods" and "food", "food service" and "foodservice") share one column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy import sparse

from desktop_app.domain.matching import folding, spelling, words
from desktop_app.domain.matching.folding import Folded

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

# Rarity is judged as if this many other records were known, so that it means something in a list
# of ten names too.
UNSEEN = 500
_BITS = 62  # of a group that are told apart
_FAINT_CEILING, _LIGHT_CEILING, _DESCRIPTOR_CEILING, _COMMON_CEILING = 0.08, 0.15, 0.45, 0.75


@dataclass(frozen=True, slots=True)
class Side:
    """One list. owner: for each row, the position of its record."""

    rows: list[Folded]
    owner: Ints
    size: int
    texts: npt.NDArray[np.object_]  # row -> folded text without spaces
    words: sparse.csr_matrix  # row x word class, 1 where the row has it
    exact: sparse.csr_matrix  # row x word, 1 where the row has it as spelled
    codes: sparse.csr_matrix  # row x model number
    first: Ints  # row -> class of its first word, -1 without
    qualifiers: npt.NDArray[np.int64]  # row x group, bits of the words of that group


@dataclass(frozen=True, slots=True)
class Catalogue:
    """left and right with common columns. weight, code_weight: 0 to 1 by rarity.

    single: a telling word that exactly one record of each side has. number: class holds a digit.
    """

    kind: str
    left: Side
    right: Side
    vocabulary: dict[str, int]  # word -> class
    weight: Floats
    exact_class: Ints  # word as spelled -> class
    exact_weight: Floats
    code_weight: Floats
    code_single: npt.NDArray[np.bool_]  # a whole model number that one record of each side has
    single: npt.NDArray[np.bool_]
    number: npt.NDArray[np.bool_]


def build(
    left: Sequence[Sequence[Folded]], right: Sequence[Sequence[Folded]], kind: str
) -> Catalogue:
    """Tables of both lists; each record comes as its readings."""
    sides = [_flatten(left), _flatten(right)]
    joined = _compounds(sides)
    tokens = [[_tokens(row, joined) for row in rows] for rows, _ in sides]
    known = [set(chain.from_iterable(side)) for side in tokens]
    spelled = sorted(known[0] | known[1])
    position = {t: n for n, t in enumerate(spelled)}
    classes = _classes(spelled, known, kind)
    size = max(classes.values(), default=-1) + 1
    total = len(left) + len(right) + UNSEEN
    columns = np.fromiter((classes[t] for t in spelled), dtype=np.intp, count=len(spelled))
    ceilings = np.ones(size)
    number = np.zeros(size, dtype=bool)
    telling = np.ones(size, dtype=bool)
    for word, column in classes.items():
        ceiling = _ceiling(word, kind)
        if ceiling < ceilings[column]:
            ceilings[column] = ceiling
        if len(word) < 3:
            telling[column] = False
        if not word.isalpha() and any(c.isdigit() for c in word):
            number[column] = True
    place = _qualifier_places(position, kind)
    codes = sorted({c for rows, _ in sides for r in rows if r.codes for c in _codes(r)})
    code_position = {c: n for n, c in enumerate(codes)}
    built = []
    for n in (0, 1):
        rows, owner = sides[n]
        row_at, word_at = _flat(tokens[n], position)
        code_row, code = _flat([_codes(r) if r.codes else () for r in rows], code_position)
        first = np.full(len(rows), -1, dtype=np.intp)
        begins = np.flatnonzero(np.r_[True, row_at[1:] != row_at[:-1]]) if len(row_at) else row_at
        first[row_at[begins]] = columns[word_at[begins]]
        built.append(
            Side(
                rows=rows,
                owner=np.array(owner, dtype=np.intp),
                size=len((left, right)[n]),
                texts=np.array([r.text for r in rows] + [None], dtype=object)[:-1],
                words=_incidence(row_at, columns[word_at], (len(rows), size)),
                exact=_incidence(row_at, word_at, (len(rows), len(spelled))),
                codes=_incidence(code_row, code, (len(rows), len(codes))),
                first=first,
                qualifiers=_qualifiers(
                    row_at, word_at, (len(rows), len(qualifier_groups(kind))), place
                ),
            )
        )
    counts = [_records_with(side) for side in built]
    weight = np.minimum(_rarity(counts[0] + counts[1], total), ceilings)
    code_counts = [side.codes.getnnz(axis=0) for side in built]
    code_weight = _rarity(code_counts[0] + code_counts[1], total)
    # A whole number that one record of each side has says more than a shared trunk.
    whole = np.array([not c.endswith("~") for c in codes], dtype=bool)
    code_single = whole & (code_counts[0] == 1) & (code_counts[1] == 1)
    code_weight *= np.where(code_single, 1.0, 0.6)
    return Catalogue(
        kind=kind,
        left=built[0],
        right=built[1],
        vocabulary=classes,
        weight=weight,
        exact_class=columns,
        exact_weight=weight[columns],
        code_weight=code_weight,
        code_single=code_single,
        single=(counts[0] == 1) & (counts[1] == 1) & telling & (ceilings == 1.0),
        number=number,
    )


def _flatten(records: Sequence[Sequence[Folded]]) -> tuple[list[Folded], list[int]]:
    rows: list[Folded] = []
    owner: list[int] = []
    for n, found in enumerate(records):
        rows.extend(found)
        owner.extend([n] * len(found))
    return rows, owner


def _rarity(frequency: npt.NDArray[np.generic], total: int) -> Floats:
    """1 for a word nobody has, falling with the logarithm of how many records have it."""
    seen = np.maximum(frequency.astype(np.float64), 1.0)
    return np.maximum(np.log(total / seen) / math.log(total), 0.02)


def _ceiling(word: str, kind: str) -> float:
    if word in words.FAINT:
        return _FAINT_CEILING
    if kind == folding.CUSTOMERS:
        if word in words.LIGHT:
            return _LIGHT_CEILING
        if word in words.DESCRIPTORS:
            return _DESCRIPTOR_CEILING
        if word in words.COMMON:
            return _COMMON_CEILING
    return 1.0


def _tokens(row: Folded, joined: frozenset[tuple[str, str]]) -> list[str]:
    """The row's words, stemmed, neighbours joined where either list writes them as one."""
    core = row.core
    if joined:
        result: list[str] = []
        n = 0
        while n < len(core):
            if n + 1 < len(core) and (core[n], core[n + 1]) in joined:
                result.append(core[n] + core[n + 1])
                n += 2
            else:
                result.append(core[n])
                n += 1
        core = tuple(result)
    return [folding.stem(t) if t[-1] == "s" else t for t in core]


def _compounds(sides: list[tuple[list[Folded], list[int]]]) -> frozenset[tuple[str, str]]:
    """Neighbouring words that stand somewhere as one word."""
    known = {t for rows, _ in sides for row in rows for t in row.core if len(t) >= 6}
    found = set()
    for rows, _ in sides:
        for row in rows:
            for pair in zip(row.core, row.core[1:], strict=False):
                if len(pair[0]) + len(pair[1]) >= 6 and pair[0] + pair[1] in known:
                    found.add(pair)
    return frozenset(found)


def _classes(spelled: list[str], known: list[set[str]], kind: str) -> dict[str, int]:
    """Word -> class; a word that one list does not know joins its nearest word of the other."""
    nearest = spelling.nearest((known[0], known[1]), kind)
    head = {word: word for word in spelled}
    for word, other in nearest.items():
        if (word in known[0]) != (word in known[1]):
            alone = (other in known[0]) != (other in known[1])
            if not alone or nearest.get(other) == word:
                head[word] = min(word, other) if alone else other
    number: dict[str, int] = {}
    return {word: number.setdefault(head[word], len(number)) for word in spelled}


def _flat(rows: Sequence[Sequence[str]], position: dict[str, int]) -> tuple[Ints, Ints]:
    """(row, column) of every entry of every row."""
    sizes = np.fromiter((len(row) for row in rows), dtype=np.intp, count=len(rows))
    column = np.fromiter(
        (position[t] for row in rows for t in row), dtype=np.intp, count=int(sizes.sum())
    )
    return np.repeat(np.arange(len(rows)), sizes), column


def _incidence(row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    """1 wherever a row has a column."""
    matrix = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)
    matrix.data[:] = 1.0  # said twice is said once
    return matrix


def _records_with(side: Side) -> Ints:
    """For each class, how many records of this side have it in any reading."""
    width = max(side.words.shape[1], 1)
    row = side.owner[np.repeat(np.arange(len(side.rows)), np.diff(side.words.indptr))]
    once = np.unique(row * width + side.words.indices)
    return np.bincount(once % width, minlength=side.words.shape[1]).astype(np.intp)


def _codes(row: Folded) -> list[str]:
    """A model number counts as such and, too, without the letters at its end (colour, region)."""
    found = []
    for code in row.codes:
        found.append(code)
        trunk = code.rstrip("abcdefghijklmnopqrstuvwxyz")
        if len(trunk) >= 4:
            found.append(trunk + "~")
    return found


def _qualifier_places(
    position: dict[str, int], kind: str
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
    """For each word: its group (-1 for none) and its bit in that group."""
    group = np.full(len(position), -1, dtype=np.int8)
    bits = np.zeros(len(position), dtype=np.int64)
    for n, (members, _) in enumerate(words.QUALIFIERS[kind]):
        for bit, word in enumerate(sorted({folding.stem(w) for w in members})):
            if word in position:
                group[position[word]] = n
                bits[position[word]] = 1 << bit
    for n, (pattern, _) in enumerate(words.NUMBERED[kind], start=len(words.QUALIFIERS[kind])):
        found = [w for w in position if re.fullmatch(pattern, w)]
        for bit, word in enumerate(found):
            group[position[word]] = n
            bits[position[word]] = 1 << bit % _BITS
    return group, bits


def qualifier_groups(kind: str) -> list[bool]:
    """For each group, whether it also counts when only one of two names has such a word."""
    return [counts for _, counts in words.QUALIFIERS[kind] + words.NUMBERED[kind]]


def _qualifiers(
    row: Ints,
    word: Ints,
    shape: tuple[int, int],
    place: tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]],
) -> npt.NDArray[np.int64]:
    group, bits = place
    result = np.zeros(shape, dtype=np.int64)
    found = np.flatnonzero(group[word] >= 0)
    np.bitwise_or.at(result, (row[found], group[word[found]]), bits[word[found]])
    return result
