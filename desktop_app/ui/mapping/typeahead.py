"""Finding a target by typing: words in any order, folded, the likeliest first. No Qt here."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import search_fold
from desktop_app.domain.records import Target
from desktop_app.domain.review import INCOME_TYPES, target_label

SHOWN = 200
"""More than this nobody reads: the list says how many there are and to type on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What typing some text finds. groups: heading ("" for none) and its targets, in order.

    total: all that match, shown or not. exact: the only active target of exactly this name.
    """

    groups: tuple[tuple[str, tuple[Target, ...]], ...]
    total: int
    exact: Target | None

    @property
    def shown(self) -> int:
        return sum(len(targets) for _, targets in self.groups)


class TargetIndex:
    """The targets that Change Mapping offers, in the order of the service."""

    def __init__(self, kind: Kind, choices: Sequence[Target]) -> None:
        self.kind = kind
        groups = [_group(target) for target in choices]
        targets = list(choices)
        if any(a > b for a, b in pairwise(groups)):
            targets.sort(key=_group)  # stable: within a group the service's order stays
            groups.sort()
        self._targets = targets
        self._starts = [bisect_left(groups, number) for number in range(3)] + [len(groups)]
        self._texts: list[str] = []  # folded, made up to now

    def __len__(self) -> int:
        return len(self._targets)

    def fold_ahead(self, at_most: int) -> bool:
        """Prepare the texts of some more targets; False when all are ready."""
        made = len(self._texts)
        self._texts += [search_fold(_text(t)) for t in self._targets[made : made + at_most]]
        return len(self._texts) < len(self._targets)

    def find(self, typed: str, at_most: int = SHOWN) -> Found:
        """Targets that hold every word of *typed*; all for an empty text.

        Within each group: first an equal name, then names that begin with the text, then the
        rest.
        """
        wanted = search_fold(typed)
        positions: Sequence[int] = range(len(self._targets))
        if wanted:
            self.fold_ahead(len(self._targets))
            texts = self._texts
            for word in wanted.split():
                positions = [p for p in positions if word in texts[p]]
        equal = self._equal(positions, wanted) if wanted else set()
        groups = []
        room = at_most
        for number in range(3):
            first = bisect_left(positions, self._starts[number])
            behind = bisect_left(positions, self._starts[number + 1])
            chosen = self._ranked(positions[first:behind], wanted, equal, room)
            room -= len(chosen)
            if chosen:
                targets = tuple(self._targets[p] for p in chosen)
                groups.append((self._heading(number), targets))
        active = [p for p in equal if self._targets[p].active]
        exact = self._targets[active[0]] if len(active) == 1 else None
        return Found(tuple(groups), len(positions), exact)

    def _equal(self, positions: Sequence[int], wanted: str) -> set[int]:
        """Those whose name or label is *wanted*."""
        # As a whole it stands at the start, behind a number or behind a parent: true of few.
        texts, first, inner, child = self._texts, f"{wanted} ", f" {wanted} ", f":{wanted} "
        few = [
            p
            for p in positions
            if texts[p].startswith(first) or inner in texts[p] or child in texts[p]
        ]
        # Folding changes a length a little ("ß", ligatures, blanks), never so much.
        longest = 2 * len(wanted) + 4
        return {
            p
            for p in few
            for name in (self._targets[p].name, target_label(self._targets[p]))
            if len(name) <= longest and search_fold(name) == wanted
        }

    def _ranked(
        self, positions: Sequence[int], wanted: str, equal: set[int], room: int
    ) -> list[int]:
        if not wanted:
            return list(positions[:room])
        texts = self._texts
        ranked = [p for p in positions if p in equal]
        ranked += [p for p in positions if texts[p].startswith(wanted) and p not in equal]
        if len(ranked) < room:
            taken = set(ranked)
            ranked += [p for p in positions[: room + len(taken)] if p not in taken]
        return ranked[:room]

    def _heading(self, number: int) -> str:
        if number == 2:
            return "Inactive in QuickBooks"
        if self.kind is Kind.ACCOUNTS:
            return ("Income accounts", "Other accounts")[number]
        return ""


def _group(target: Target) -> int:
    """0: offered first; 1: active, but not an income account; 2: inactive."""
    if not target.active:
        return 2
    return int(target.kind is Kind.ACCOUNTS and target.type not in INCOME_TYPES)


def _text(target: Target) -> str:
    """What is searched: the label first, by which beginnings are told, and the id at the end."""
    return (
        f"{target_label(target)} {target.number} {target.company_name} {target.email} "
        f"{target.city} {target.type} {target.id}"
    )


def match_spans(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the words of *typed* stand in *text*: (start, length) in the text as it is written."""
    folded, origin = [], []
    for position, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                for piece in part.casefold():
                    folded.append(piece)
                    origin.append(position)
    line = "".join(folded)
    marked: set[int] = set()
    for word in search_fold(typed).split():
        start = line.find(word)
        while start >= 0:
            marked.update(origin[start : start + len(word)])
            start = line.find(word, start + len(word))
    spans: list[tuple[int, int]] = []
    for position in sorted(marked):
        if spans and spans[-1][0] + spans[-1][1] == position:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((position, 1))
    return spans
