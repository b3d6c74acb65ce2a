"""Links that need no score: remembered ones, the same identifier, the same name.

A link is made only when it is the only one possible in both directions. Where a key fits more
records than one, or two keys name different partners, all concerned are refused together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from desktop_app.domain.matching import folding, reasons, words
from desktop_app.domain.matching.folding import Folded
from desktop_app.domain.matching.records import Level, Record
from desktop_app.domain.names import tidy

Pair = tuple[int, int]
Keys = tuple[list[Sequence[str]], list[Sequence[str]]]  # for each record of either side
_KNOWN = words.DESCRIPTORS | words.COMMON
_MOST = 20  # records with one key that are still looked at pair by pair


@dataclass(slots=True)
class Links:
    """made: pair -> level and reasons. refused: records that nothing may link, with why."""

    made: dict[Pair, tuple[Level, list[str]]] = field(default_factory=dict)
    refused_left: dict[int, str] = field(default_factory=dict)
    refused_right: dict[int, str] = field(default_factory=dict)

    def lefts(self) -> set[int]:
        return {i for i, _ in self.made}

    def rights(self) -> set[int]:
        return {j for _, j in self.made}


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists with their readings, and which pairs are out of the question."""

    left: Sequence[Record]
    right: Sequence[Record]
    left_readings: Sequence[Sequence[Folded]]
    right_readings: Sequence[Sequence[Folded]]
    kind: str
    rejected: Collection[Pair]
    confirmed: Collection[tuple[str, str]]


def link(lists: Lists) -> Links:
    """All links that need no score."""
    links = Links()
    raw = _keys(lists, lambda r, _: (folding.raw_key(r.name),))
    _by_identifier(lists, links, raw)
    _by_name(lists, links, _groups(lists, raw), Level.EXACT)
    same = _groups(lists, _keys(lists, lambda _, readings: [r.key for r in readings]))
    crowded = [group for group in same if len(group[0]) > 1 or len(group[1]) > 1]
    if crowded:
        # Among several of one key, those with the same legal form too belong together.
        within = _within(crowded)
        spelled = _keys(lists, lambda _, readings: [_with_form(r) for r in readings], within)
        _by_name(lists, links, _groups(lists, spelled), Level.FOLDED)
    _by_name(lists, links, same, Level.FOLDED)
    if lists.kind == folding.CUSTOMERS:
        mixed = _keys(lists, lambda _, readings: [_any_order(r) for r in readings])
        _by_name(lists, links, _groups(lists, mixed), Level.FOLDED)
    return links


def _any_order(reading: Folded) -> str:
    """The words in any order ("Elmsford, City of"), unless they may be surnames of partners."""
    if len(reading.core) < 2:
        return ""
    if all(w.isalpha() and w not in _KNOWN for w in reading.core):
        return ""
    return " ".join(sorted(reading.core))


def _within(groups: list[tuple[list[int], list[int]]]) -> tuple[set[int], set[int]]:
    """All records of either side that are in one of the groups."""
    lefts = {i for group in groups for i in group[0]}
    return lefts, {j for group in groups for j in group[1]}


def cap(left: Record, right: Record) -> str:
    """Why this pair must not be linked without a person, "" when nothing speaks against it."""
    if not right.active:
        return "capped: inactive in QuickBooks"
    if right.taken or left.taken:
        return "capped: already linked elsewhere"
    if right.parent and not left.parent:
        return "capped: belongs to another record"
    if left.currency and right.currency and left.currency.upper() != right.currency.upper():
        return "capped: other currency"
    return ""


def refusal(lists: Lists, i: int, j: int) -> str:
    """Like cap, with what only the names tell."""
    ours, theirs = lists.left_readings[i], lists.right_readings[j]
    numbers = {f[0].number for f in (ours, theirs) if f and f[0].number}
    if len(numbers) > 1:
        return "capped: other account number"
    return cap(lists.left[i], lists.right[j])


def _by_identifier(lists: Lists, links: Links, raw: Keys) -> None:
    """Remembered links and equal identifiers; two that disagree refuse each other."""
    found: dict[Pair, list[str]] = {}
    for name, keys in _identifiers(lists):
        for pair in _unique(lists, keys):
            found.setdefault(pair, []).append(name)
    if not found:
        return
    identical = set(_unique(lists, raw))
    partners_left: dict[int, set[int]] = {}
    partners_right: dict[int, set[int]] = {}
    named_left, named_right = {i for i, _ in found}, {j for _, j in found}
    touching = {(i, j) for i, j in identical if i in named_left or j in named_right}
    for i, j in sorted({*found, *touching}):
        partners_left.setdefault(i, set()).add(j)
        partners_right.setdefault(j, set()).add(i)
    for (i, j), why in sorted(found.items()):
        if len(partners_left[i]) == 1 and len(partners_right[j]) == 1:
            links.made[i, j] = (Level.EXACT, why)
    for i, j in sorted({*found, *touching}):
        if (i, j) not in links.made:
            text = "name and identifiers disagree: " + reasons.several(
                lists, sorted(partners_right[j]), sorted(partners_left[i])
            )
            links.refused_left.setdefault(i, text)
            links.refused_right.setdefault(j, text)


def _identifiers(lists: Lists) -> list[tuple[str, Keys]]:
    """(reason, keys of each record left and right) of every kind of identifier in use."""
    result = [("linked by you before", _remembered(lists))]
    for name, key in _IDENTIFIERS:
        if any(key(r, f) for r, f in zip(lists.left, lists.left_readings, strict=True)):
            result.append((name, _keys(lists, lambda r, f, key=key: (key(r, f),))))  # type: ignore[misc]
    return [(name, keys) for name, keys in result if keys[0] and any(any(k) for k in keys[1])]


def _remembered(lists: Lists) -> Keys:
    """The number of the confirmed pair in which the record's name stands."""
    as_left: dict[str, list[str]] = {}
    as_right: dict[str, list[str]] = {}
    for n, (a, b) in enumerate(sorted(set(lists.confirmed))):
        ours, theirs = folding.raw_key(a).casefold(), folding.raw_key(b).casefold()
        if ours and theirs:
            as_left.setdefault(ours, []).append(str(n))
            as_right.setdefault(theirs, []).append(str(n))
    if not as_left:
        return [], []
    return (
        [as_left.get(folding.raw_key(r.name).casefold(), []) for r in lists.left],
        [as_right.get(folding.raw_key(r.name).casefold(), []) for r in lists.right],
    )


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()) if text else ""


def _account_number(record: Record, readings: Sequence[Folded]) -> str:
    return _plain(record.number or (readings[0].number if readings else ""))


_IDENTIFIERS: tuple[tuple[str, Callable[[Record, Sequence[Folded]], str]], ...] = (
    ("SKU equal", lambda r, _: _plain(r.sku)),
    ("account number equal", _account_number),
    ("tax number equal", lambda r, _: _plain(r.tax_id)),
    ("e-mail equal", lambda r, _: tidy(r.email).casefold() if r.email else ""),
)


def _keys(
    lists: Lists,
    key: Callable[[Record, Sequence[Folded]], Sequence[str]],
    within: tuple[set[int], set[int]] | None = None,
) -> Keys:
    """The keys of every record, "" left out; of those outside *within* none."""
    sides = []
    for n, (records, readings) in enumerate(
        ((lists.left, lists.left_readings), (lists.right, lists.right_readings))
    ):
        pairs = zip(records, readings, strict=True)
        if within is None:
            sides.append([key(r, f) for r, f in pairs])
        else:
            sides.append([key(r, f) if m in within[n] else () for m, (r, f) in enumerate(pairs)])
    return sides[0], sides[1]


def _with_form(reading: Folded) -> str:
    if not reading.key or not reading.form:
        return reading.key
    return reading.key + "|" + " ".join(reasons.FORM_SPELLINGS.get(f, f) for f in reading.form)


def _groups(lists: Lists, keys: Keys) -> list[tuple[list[int], list[int]]]:
    """The records of either side that have a key in common, for each key that both sides have.

    Records that may not be linked at all do not count.
    """
    lefts: dict[str, list[int]] = {}
    rights: dict[str, list[int]] = {}
    for i, found in enumerate(keys[0]):
        if not lists.left[i].taken:
            for key in found if len(found) < 2 else dict.fromkeys(found):
                if key:
                    lefts.setdefault(key, []).append(i)
    for j, found in enumerate(keys[1]):
        record = lists.right[j]
        if record.active and not record.taken:
            for key in found if len(found) < 2 else dict.fromkeys(found):
                if key in lefts:
                    rights.setdefault(key, []).append(j)
    return [(lefts[key], members) for key, members in rights.items()]


def _unique(lists: Lists, keys: Keys) -> list[Pair]:
    """Pairs with a common key that nobody else has, on either side, and without a cap."""
    found = []
    for lefts, rights in _groups(lists, keys):
        if len(lefts) <= _MOST and len(rights) <= _MOST:
            open_pairs = _open(lists, lefts, rights)
            if len(open_pairs) == 1 or _separated(open_pairs):
                found.extend(open_pairs)
    return sorted(set(found))


def _open(lists: Lists, lefts: list[int], rights: list[int]) -> list[Pair]:
    return [
        (i, j)
        for i in lefts
        for j in rights
        if (i, j) not in lists.rejected and not refusal(lists, i, j)
    ]


def _separated(pairs: list[Pair]) -> bool:
    """Whether no record occurs twice (twins that a currency tells apart)."""
    return len({i for i, _ in pairs}) == len(pairs) == len({j for _, j in pairs})


def _by_name(
    lists: Lists,
    links: Links,
    groups: list[tuple[list[int], list[int]]],
    level: Level,
) -> None:
    """Link what has the same key and is alone with it; refuse the others of that key."""
    done_left, done_right = links.lefts(), links.rights()
    made: dict[Pair, tuple[Level, list[str]]] = {}
    for lefts, rights in groups:
        free_left = [i for i in lefts if i not in done_left]
        free_right = [j for j in rights if j not in done_right]
        if not free_left or not free_right:
            continue
        if len(lefts) <= _MOST and len(rights) <= _MOST:
            open_pairs = _open(lists, lefts, rights)
            if open_pairs and _separated(open_pairs):
                for i, j in open_pairs:
                    if i in links.refused_left or j in links.refused_right:
                        continue
                    if i not in done_left and j not in done_right:
                        made[i, j] = (level, reasons.same(lists, i, j, level))
                continue
            if not open_pairs:
                continue
        text = reasons.several(lists, lefts, rights)
        for i in free_left:
            links.refused_left.setdefault(i, text)
        for j in free_right:
            links.refused_right.setdefault(j, text)
    # A record that two keys link to different partners (readings of "X dba Y") stays unlinked.
    times_left = Counter(i for i, _ in made)
    times_right = Counter(j for _, j in made)
    for (i, j), found in made.items():
        if times_left[i] == times_right[j] == 1:
            links.made[i, j] = found
