"""Words of two lists that differ by a letter: "grille" and "grill", "disablities".

Found by deletion neighbourhoods: two words one letter apart share a spelling that lacks one letter.
The spellings are compared as numbers, so nothing is compared with everything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from desktop_app.domain.matching import words

ALIKE = 0.84  # share of letters that two words must have in common, in order
_SHORTEST, _LONGEST = 4, 30
_MOST = 20  # words with one spelling in common that are still compared

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 2**64)


def nearest(known: tuple[set[str], set[str]], kind: str) -> dict[str, str]:
    """For words that one side alone has: the most alike word of the other side, if alike enough.

    Words whose sense is known (directions, trades, first names) are no misspellings, though others
    may be misspellings of them.
    """
    fixed = (words.DESCRIPTORS | words.COMMON).union(
        *(members for members, _ in words.QUALIFIERS[kind])
    )
    usable = [
        {w for w in side if _SHORTEST <= len(w) <= _LONGEST and w.isalpha()} for side in known
    ]
    best: dict[str, tuple[float, str]] = {}
    alone = [sorted(usable[n] - known[1 - n]) for n in (0, 1)]
    both = sorted(usable[0] & usable[1])
    for ours, theirs in ((alone[0], alone[1] + both), (alone[1], both)):
        for word, other, alike in _pairs(ours, theirs):
            if word not in fixed:
                _keep(best, word, other, alike)
            if other not in fixed and not (other in known[0] and other in known[1]):
                _keep(best, other, word, alike)
    return {word: other for word, (_, other) in best.items()}


def _keep(best: dict[str, tuple[float, str]], word: str, other: str, alike: float) -> None:
    """Remember the better of two partners; the first in the alphabet when equally good."""
    had = best.get(word)
    if had is None or (-alike, other) < (-had[0], had[1]):
        best[word] = (alike, other)


def _pairs(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[str, str, float]]:
    """(word, other, share of letters alike) of all that share a spelling and are alike enough."""
    if not ours or not theirs:
        return []
    our_hash, our_word = _spellings(ours)
    their_hash, their_word = _spellings(theirs)
    order = np.argsort(their_hash, kind="stable")
    their_hash, their_word = their_hash[order], their_word[order]
    start = np.searchsorted(their_hash, our_hash, side="left")
    count = np.minimum(np.searchsorted(their_hash, our_hash, side="right") - start, _MOST)
    found = np.flatnonzero(count)
    a = np.repeat(our_word[found], count[found])
    step = np.arange(len(a)) - np.repeat(np.cumsum(count[found]) - count[found], count[found])
    b = their_word[np.repeat(start[found], count[found]) + step]
    pairs = np.unique(a * len(theirs) + b)
    left = [ours[n] for n in (pairs // len(theirs)).tolist()]
    right = [theirs[n] for n in (pairs % len(theirs)).tolist()]
    if not left:
        return []
    alike = process.cpdist(left, right, scorer=Indel.normalized_similarity)
    # One letter wrong, missing, too many, or two exchanged.
    steps = process.cpdist(left, right, scorer=OSA.distance)
    long = np.array([min(len(x), len(y)) > _SHORTEST for x, y in zip(left, right, strict=True)])
    good = np.flatnonzero((alike >= ALIKE) | ((steps <= 1) & long)).tolist()
    return [(left[n], right[n], float(alike[n])) for n in good]


def _spellings(texts: Sequence[str]) -> tuple[Hashes, Places]:
    """(hash, place of the word) of each word and of each word without one letter but the first."""
    lengths = np.fromiter((len(t) for t in texts), dtype=np.intp, count=len(texts))
    hashes, places = [], []
    for length in np.unique(lengths).tolist():
        place = np.flatnonzero(lengths == length)
        letters = np.array([texts[n] for n in place.tolist()], dtype=f"U{length}")
        codes = letters.view(np.uint32).reshape(len(place), length).astype(np.uint64)
        powers = [pow(_BASE, n, 2**64) for n in range(length)]
        terms = codes * np.array(powers, dtype=np.uint64)  # wraps around, as a hash may
        sums = np.cumsum(terms, axis=1, dtype=np.uint64)
        total = sums[:, -1:]
        # Without letter n, what follows it moves one place to the left.
        without = sums[:, :-1] + (total - sums[:, 1:]) * np.uint64(_INVERSE)
        hashes.append(np.concatenate([total, without], axis=1).ravel())
        places.append(np.repeat(place, length))
    return np.concatenate(hashes), np.concatenate(places)
