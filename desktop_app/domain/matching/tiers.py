"""Links that need no score: remembered ones, the same identifier, the same name.

A link is made only when it is the only one possible in both directions. Where a key fits more
records than one, or two keys name different partners, all concerned are refused together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from desktop_app.domain.matching import folding, reasons
from desktop_app.domain.matching.folding import Folded
from desktop_app.domain.matching.records import Level, Record
from desktop_app.domain.names import tidy

Pair = tuple[int, int]


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
    _by_identifier(lists, links)
    _by_name(
        lists,
        links,
        Level.EXACT,
        lambda record, readings: [folding.raw_key(record.name)],
        lambda pair: ["identical name"],
    )
    spelled: Callable[[Record, Sequence[Folded]], list[str]] = lambda record, readings: [  # noqa: E731
        _with_form(r) for r in readings
    ]
    plain: Callable[[Record, Sequence[Folded]], list[str]] = lambda record, readings: [  # noqa: E731
        r.key for r in readings
    ]
    for key in (spelled, plain):
        _by_name(lists, links, Level.FOLDED, key, lambda pair: reasons.folded(lists, pair))
    return links


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


def _by_identifier(lists: Lists, links: Links) -> None:
    """Remembered links and equal identifiers; two that disagree refuse each other."""
    found: dict[Pair, list[str]] = {}
    for name, keys in _identifiers(lists):
        for pair in _unique(lists, *keys):
            found.setdefault(pair, []).append(name)
    names = lambda record, readings: [folding.raw_key(record.name)]  # noqa: E731
    identical = set(_unique(lists, *_keys(lists, names)))
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


def _identifiers(lists: Lists) -> list[tuple[str, tuple[list[list[str]], list[list[str]]]]]:
    """(reason, keys of each record left and right) of every kind of identifier in use."""

    def both(
        key: Callable[[Record, Sequence[Folded]], str],
    ) -> tuple[list[list[str]], list[list[str]]]:
        return _keys(lists, lambda record, readings: [key(record, readings)])

    result = []
    if lists.confirmed:
        number = {
            (folding.raw_key(a).casefold(), folding.raw_key(b).casefold()): str(n)
            for n, (a, b) in enumerate(sorted(set(lists.confirmed)))
        }
        as_left: dict[str, list[str]] = {}
        as_right: dict[str, list[str]] = {}
        for (a, b), n in number.items():
            if a and b:
                as_left.setdefault(a, []).append(n)
                as_right.setdefault(b, []).append(n)
        result.append(
            (
                "linked by you before",
                (
                    [as_left.get(folding.raw_key(r.name).casefold(), []) for r in lists.left],
                    [as_right.get(folding.raw_key(r.name).casefold(), []) for r in lists.right],
                ),
            )
        )
    plain: Callable[[str], str] = lambda text: "".join(c for c in text.casefold() if c.isalnum())  # noqa: E731
    result.append(("SKU equal", both(lambda r, _: plain(r.sku))))
    result.append(
        ("account number equal", both(lambda r, readings: plain(r.number or _number(readings))))
    )
    result.append(("tax number equal", both(lambda r, _: plain(r.tax_id))))
    result.append(("e-mail equal", both(lambda r, _: tidy(r.email).casefold())))
    return [(name, keys) for name, keys in result if any(keys[0]) and any(keys[1])]


def _number(readings: Sequence[Folded]) -> str:
    return readings[0].number if readings else ""


def _keys(
    lists: Lists, key: Callable[[Record, Sequence[Folded]], list[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    return (
        [[k for k in key(r, f) if k] for r, f in zip(lists.left, lists.left_readings, strict=True)],
        [
            [k for k in key(r, f) if k]
            for r, f in zip(lists.right, lists.right_readings, strict=True)
        ],
    )


def _with_form(reading: Folded) -> str:
    return reading.key + "|" + " ".join(reasons.FORM_SPELLINGS.get(f, f) for f in reading.form)


def _groups(
    lists: Lists, left: list[list[str]], right: list[list[str]]
) -> dict[str, tuple[list[int], list[int]]]:
    """Key -> the records with it. Records that may not be linked at all do not count."""
    groups: dict[str, tuple[list[int], list[int]]] = {}
    for i, keys in enumerate(left):
        if not lists.left[i].taken:
            for key in dict.fromkeys(keys):
                groups.setdefault(key, ([], []))[0].append(i)
    for j, keys in enumerate(right):
        record = lists.right[j]
        if record.active and not record.taken:
            for key in dict.fromkeys(keys):
                if key in groups:
                    groups[key][1].append(j)
    return groups


def _unique(lists: Lists, left: list[list[str]], right: list[list[str]]) -> list[Pair]:
    """Pairs with a common key that nobody else has, on either side, and without a cap."""
    found = []
    for lefts, rights in _groups(lists, left, right).values():
        if lefts and rights and len(lefts) <= 20 and len(rights) <= 20:
            open_pairs = _open(lists, lefts, rights)
            if len(open_pairs) == 1 or _separated(open_pairs):
                found.extend(open_pairs)
    return sorted(set(found))


def _open(lists: Lists, lefts: list[int], rights: list[int]) -> list[Pair]:
    return [
        (i, j)
        for i in lefts
        for j in rights
        if (i, j) not in lists.rejected and not cap(lists.left[i], lists.right[j])
    ]


def _separated(pairs: list[Pair]) -> bool:
    """Whether no record occurs twice (twins that a currency tells apart)."""
    return len({i for i, _ in pairs}) == len(pairs) == len({j for _, j in pairs})


def _by_name(
    lists: Lists,
    links: Links,
    level: Level,
    key: Callable[[Record, Sequence[Folded]], list[str]],
    why: Callable[[Pair], list[str]],
) -> None:
    """Link what has the same key and is alone with it; refuse the others of that key."""
    done_left, done_right = links.lefts(), links.rights()
    made: dict[Pair, tuple[Level, list[str]]] = {}
    for lefts, rights in _groups(lists, *_keys(lists, key)).values():
        if not lefts or not rights:
            continue
        free_left = [i for i in lefts if i not in done_left]
        free_right = [j for j in rights if j not in done_right]
        if not free_left or not free_right:
            continue
        if len(lefts) <= 20 and len(rights) <= 20:
            open_pairs = _open(lists, lefts, rights)
            if open_pairs and _separated(open_pairs):
                for i, j in open_pairs:
                    if i in links.refused_left or j in links.refused_right:
                        continue
                    if i not in done_left and j not in done_right:
                        made[i, j] = (level, why((i, j)))
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
