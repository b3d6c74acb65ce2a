"""What others do, for comparison in the same run. Each: a case in, scored links out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from desktop_app.domain.matching import folding, legal_forms
from tests.bench._matching_data import Case
from tests.bench._matching_measures import Found, Pair

MISSING = "package not installed"


def equal_ignoring_case(case: Case) -> dict[Pair, float]:
    return _same_key(case, lambda name: " ".join(name.casefold().split()))


def legal_forms_stripped(case: Case) -> dict[Pair, float]:
    def key(name: str) -> str:
        words = "".join(c if c.isalnum() else " " for c in name.casefold()).split()
        return "".join(legal_forms.split_forms(words)[0])

    return _same_key(case, key)


def _same_key(case: Case, key: Callable[[str], str]) -> dict[Pair, float]:
    left = [key(n) for n in case.left]
    right = [key(n) for n in case.right]
    count_left, count_right = Counter(left), Counter(right)
    place = {k: j for j, k in enumerate(right)}
    return {
        (i, place[k]): 1.0
        for i, k in enumerate(left)
        if k and count_left[k] == 1 and count_right[k] == 1
    }


def weighted_ratio(case: Case) -> dict[Pair, float]:
    """rapidfuzz's WRatio, for each left name the best right one."""
    table = process.cdist(_lower(case.left), _lower(case.right), scorer=fuzz.WRatio)
    best = table.argmax(axis=1)
    return {(i, int(j)): float(table[i, j]) / 100 for i, j in enumerate(best)}


def jaro_winkler(case: Case) -> dict[Pair, float]:
    table = process.cdist(
        _lower(case.left), _lower(case.right), scorer=JaroWinkler.similarity, dtype=np.float64
    )
    return _assigned(table)


def letter_groups(case: Case) -> dict[Pair, float]:
    """Cosine of groups of two to four letters weighted by rarity, one to one."""
    column: dict[str, int] = {}
    counted = []
    for name in _lower(case.left + case.right):
        text = f" {name} "
        groups = Counter(text[n : n + k] for k in (2, 3, 4) for n in range(len(text) - k + 1))
        counted.append({column.setdefault(g, len(column)): c for g, c in groups.items()})
    row = np.repeat(np.arange(len(counted)), [len(c) for c in counted])
    flat = np.array([n for c in counted for n in c], dtype=np.intp)
    data = np.array([float(v) for c in counted for v in c.values()])
    table = sparse.csr_matrix((data, (row, flat)), shape=(len(counted), len(column)))
    rarity = np.log((1 + len(counted)) / (1 + table.getnnz(axis=0))) + 1
    table = table @ sparse.diags(rarity)
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-12)) @ table)
    split = len(case.left)
    return _assigned((table[:split] @ table[split:].T).toarray())


def string_grouper(case: Case) -> dict[Pair, float]:
    import pandas
    from string_grouper import match_strings

    found = match_strings(pandas.Series(case.left), pandas.Series(case.right), min_similarity=0.1)
    best: dict[int, tuple[float, int]] = {}
    for i, j, s in zip(found["left_index"], found["right_index"], found["similarity"], strict=True):
        best[int(i)] = max(best.get(int(i), (-1.0, -1)), (float(s), int(j)))
    return {(i, j): s for i, (s, j) in best.items()}


def _lower(names: list[str]) -> list[str]:
    return [" ".join(n.casefold().split()) for n in names]


def _assigned(table: npt.NDArray[np.float64]) -> dict[Pair, float]:
    rows, columns = linear_sum_assignment(-table)
    return {
        (int(i), int(j)): float(table[i, j])
        for i, j in zip(rows, columns, strict=True)
        if table[i, j] > 0
    }


METHODS: dict[str, Callable[[Case], dict[Pair, float]]] = {
    "equal, ignoring case": equal_ignoring_case,
    "legal forms stripped, then equal": legal_forms_stripped,
    "rapidfuzz WRatio, best": weighted_ratio,
    "Jaro-Winkler, assignment": jaro_winkler,
    "TF-IDF letter groups, one to one": letter_groups,
    "string_grouper": string_grouper,
}


def run(name: str, case: Case) -> Found | None:
    """None when the method's package is not installed, or it is not meant for this kind."""
    if name.startswith("legal forms") and case.kind != folding.CUSTOMERS:
        return None
    start = time.perf_counter()
    try:
        scores = METHODS[name](case)
    except ImportError:
        return None
    return Found(scores, {}, time.perf_counter() - start)
