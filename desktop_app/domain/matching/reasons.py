"""Why a match was made or refused, in words for the person who looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from desktop_app.domain.matching import folding, spelling
from desktop_app.domain.matching.folding import Folded
from desktop_app.domain.matching.legal_forms import shown
from desktop_app.domain.matching.records import Level, Record

if TYPE_CHECKING:
    from desktop_app.domain.matching.tiers import Lists

# Long and short spelling of the same legal form.
FORM_SPELLINGS = {
    "incorporated": "inc",
    "corporation": "corp",
    "company": "co",
    "limited": "ltd",
    "private": "pvt",
}
_SHOWN = 3


def listed(names: Iterable[str]) -> str:
    """ "A", "B" and 4 more."""
    found = list(names)
    shown = ", ".join(f'"{_short(n)}"' for n in found[:_SHOWN])
    return f"{shown} and {len(found) - _SHOWN} more" if len(found) > _SHOWN else shown


def several(lists: Lists, lefts: Sequence[int], rights: Sequence[int]) -> str:
    """That these records of both sides cannot be told apart."""
    ours = listed(lists.left[i].name for i in lefts)
    theirs = listed(lists.right[j].name for j in rights)
    if len(rights) == 1:
        return f"{len(lefts)} fit {theirs}: {ours}"
    if len(lefts) == 1:
        return f"{ours} fits {len(rights)}: {theirs}"
    return f"not one to one: {ours} and {theirs}"


def same(lists: Lists, i: int, j: int, level: Level) -> list[str]:
    """What was left out to make the two names equal."""
    if level is Level.EXACT:
        return ["identical name"]
    if lists.kind != folding.CUSTOMERS:
        return ["same after ignoring case, punctuation, order and filling words"]
    ours, theirs = lists.left_readings[i], lists.right_readings[j]
    for a in ours:
        for b in theirs:
            if a.key == b.key:
                result = [_left_out(a, b)]
                if a is not ours[0] or b is not theirs[0]:
                    result.append("one name is given as another name of the same business")
                return result
    return ["same words in another order"]


def _left_out(a: Folded, b: Folded) -> str:
    if [_form(f) for f in a.form] == [_form(f) for f in b.form]:
        return "same after ignoring case, punctuation and spaces"
    forms = [" ".join(map(shown, f.form)) for f in (a, b) if f.form]
    return "same after leaving out " + " and ".join(dict.fromkeys(forms))


def _form(word: str) -> str:
    return FORM_SPELLINGS.get(word, word)


def similar(a: Folded, b: Folded, weight: dict[str, float]) -> list[str]:
    """What two readings share and where they differ; *weight* is the rarity of each word."""
    result = []
    codes = sorted(set(a.codes) & set(b.codes))
    if codes:
        result.append(f"model number {codes[0].upper()} equal")
    elif a.codes and b.codes:
        result.append(f"model numbers differ: {a.codes[0].upper()}, {b.codes[0].upper()}")
    stems_a = {folding.stem(w): w for w in a.core}
    stems_b = {folding.stem(w): w for w in b.core}
    only_a = [w for s, w in stems_a.items() if s not in stems_b]
    only_b = [w for s, w in stems_b.items() if s not in stems_a]
    common = [s for s in stems_a if s in stems_b]
    if a.key == b.key:
        result.append("same when case, punctuation and legal form are ignored")
    elif common:
        rare = [s for s in {**stems_a, **stems_b} if weight.get(s, 1.0) >= 0.5]
        if rare:
            shared = sum(1 for s in rare if s in stems_a and s in stems_b)
            result.append(f"{shared} of {len(rare)} rare words equal")
        else:
            result.append("only common words equal")
    alike = _alike(only_a, only_b)
    for x, y in alike:
        result.append(f'"{x}" and "{y}" spelled nearly alike')
    paired = {w for pair in alike for w in pair}
    for side, rest in (("NinjaOne", only_a), ("QuickBooks", only_b)):
        left = [w for w in rest if w not in paired]
        if left:
            result.append(
                f"only in {side}: {', '.join(left[:_SHOWN])}{' ...' if len(left) > _SHOWN else ''}"
            )
    return result or ["similar letters"]


def only_a_number(a: Folded, b: Folded) -> bool:
    """Whether two names have numbers in common and no word, though both have words: "Store 118" of
    one chain is not that of another, however rare its number is."""
    ours, theirs = ({folding.stem(w) for w in reading.core} for reading in (a, b))
    common = ours & theirs
    if not common or not all(word.isdigit() for word in common):
        return False
    return bool(ours - theirs and theirs - ours) and not _alike(
        sorted(ours - theirs), sorted(theirs - ours)
    )


def _alike(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    return [
        (x, y)
        for x in ours[:8]
        for y in theirs[:8]
        if x[0] == y[0] and len(x) >= 4 and Indel.normalized_similarity(x, y) >= spelling.ALIKE
    ]


def remarks(left: Record, right: Record) -> list[str]:
    """What a person should look at besides the names."""
    result = []
    if left.price is not None and right.price is not None:
        result.append("price equal" if left.price == right.price else "price differs")
    if left.sku and right.sku and left.sku != right.sku:
        result.append("SKU differs")
    return result


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:59] + "…"
