"""Which similar names are as good as equal: nothing telling differs, and nobody else is called so.

These are links like the folded ones, found through the scores: one name is the other with words
added that say what an organization is or does, never where it is or which of several it is.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding, words
from desktop_app.domain.matching.catalogue import Floats
from desktop_app.domain.matching.features import NAMES
from desktop_app.domain.matching.folding import Folded
from desktop_app.domain.matching.legal_forms import shown

SURE = 0.90  # the least score
APART = 0.80  # and the least distance to any competitor

_AT = {name: n for n, name in enumerate(NAMES)}
_AGAINST = tuple(
    _AT[name]
    for name in (
        *("number_differs", "number_missing", "qualifier_differs", "qualifier_missing"),
        *("code_differs", "country"),
    )
)
# Places and parts of the world among the light words: "Acme" need not be "Acme Europe".
_PLACES = frozenset(
    ("global", "worldwide", "america", "american", "europe", "european", "emea", "regional")
)
_BEHIND = words.DESCRIPTORS - _PLACES
# What stands inside the name of a public body or a person and is left out in speech.
_INSIDE = frozenset(
    (
        *("district", "county", "borough", "city", "metropolitan", "nhs", "foundation"),
        *("multi", "academy", "dr", "mr", "mrs", "rev"),
    )
)


def reason(a: Folded, b: Folded, features: Floats) -> str:
    """Why these two are as good as equal, "" when they are not. For customers only."""
    shorter, longer = sorted((a, b), key=lambda reading: len(reading.core))
    short, long = shorter.core, longer.core
    alone = features[_AT["single"]] >= 0.5  # they share a word that nobody else has
    if any(features[n] for n in _AGAINST) or not (alone or len(short) > 1):
        return ""
    ours, theirs = [_key(w) for w in short], [_key(w) for w in long]
    if sorted(ours) == sorted(theirs):
        return "same but for plural endings" if ours == theirs else "same words in another order"
    if len(ours) == len(theirs):
        return ""  # one letter may be all that tells Andersen from Anderson
    inside, behind = _added(ours, theirs)
    if not (inside or behind) or (shorter.form and longer.form):
        return ""  # two full legal names that differ are two companies
    extra = [long[n] for n in inside + behind]
    if all(long[n] in _INSIDE or len(long[n]) == 1 for n in inside) and all(
        long[n] in _BEHIND for n in behind
    ):
        return f"same after leaving out {' '.join(map(shown, extra))}"
    return ""


def _key(word: str) -> str:
    """Plural endings count in telling words ("St Mary", "St Marys"), not in the others."""
    return folding.stem(word) if word in words.DESCRIPTORS else word


def _added(short: list[str], long: list[str]) -> tuple[list[int], list[int]]:
    """Places in *long* of what it has beyond *short*: between its words, behind them.

    Both empty when *long* does not hold the words of *short* in their order, from the first on.
    """
    if short[:1] != long[:1]:
        return [], []
    extra = []
    last = n = 0
    for place, word in enumerate(long):
        if n < len(short) and word == short[n]:
            n, last = n + 1, place
        else:
            extra.append(place)
    if n < len(short):
        return [], []
    return [p for p in extra if p < last], [p for p in extra if p > last]
