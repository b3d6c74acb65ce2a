"""The best few candidates of one row, for the detail pane and the keys 1 to 9.

The matching run gives each source its best target. Here one source is compared with the targets
whose names share most letters with its own, so that nothing long runs when a row is entered.
"""

from __future__ import annotations

import copy
import heapq
import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_app.domain.auto_map import Lists, caution, target_caution
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.suggestions import SHOWN

if TYPE_CHECKING:
    from desktop_app.domain.matching import Record

COMPARED = 40
"""Targets that are compared in earnest."""

_LOOKED_AT = 4000  # names, each counted as often as it shares letters
_NEVER_CONCLUSIVE = 0.25  # a group of letters in more names than this part says nothing


class Shortlist:
    """An index of the targets of *data* by groups of three letters. Immutable once built."""

    def __init__(self, data: Lists) -> None:
        from desktop_app.domain.matching import fold

        self._data = data
        self._fold = fold
        self._place = {s.id: n for n, s in enumerate(data.sources)}
        posting: dict[str, list[int]] = defaultdict(list)
        identifiers: dict[str, list[int]] = defaultdict(list)
        for n, record in enumerate(data.right):
            grams: set[str] = set()
            for name in (record.name, *record.aliases):
                grams |= self._grams(name)
            for gram in grams:
                posting[gram].append(n)
            for key in (record.sku, record.number, record.email):
                if key:
                    identifiers[key.casefold()].append(n)
        # A long name shares letters with everything, so what is shared counts against its length.
        self._share = [1 / math.sqrt(8 + len(record.name)) for record in data.right]
        most = max(200, int(len(data.right) * _NEVER_CONCLUSIVE))
        self._posting = {gram: places for gram, places in posting.items() if len(places) <= most}
        self._identifiers = dict(identifiers)

    def with_(self, data: Lists) -> Shortlist:
        """The same index of the same targets, for other sources or links."""
        if data.targets != self._data.targets:
            return Shortlist(data)
        other = copy.copy(self)
        other._data = data
        other._place = {s.id: n for n, s in enumerate(data.sources)}
        return other

    def of(self, source_id: str) -> tuple[Candidate, ...]:
        """At most nine, best first; () for a source that is not among the unmapped ones."""
        data = self._data
        left = self._place.get(source_id)
        if left is None:
            return ()
        scores = self._scores(data.left[left], self.near(data.left[left], source_id))
        found = [
            Candidate(data.targets[n], score, why, caution(data, left, n))
            for n, (score, why) in scores.items()
        ]
        found.sort(key=lambda c: (-round(c.score, 3), bool(c.caution), c.target.id))
        return tuple(found[:SHOWN])

    def like(self, record: Record) -> tuple[Candidate, ...]:
        """The targets most like any record, best first. The cautions are those of the target."""
        scores = self._scores(record, self.near(record, ""))
        found = [
            Candidate(self._data.targets[n], score, why, target_caution(self._data, n))
            for n, (score, why) in scores.items()
        ]
        found.sort(key=lambda c: (-round(c.score, 3), bool(c.caution), c.target.id))
        return tuple(found[:SHOWN])

    def near(self, record: Record, source_id: str) -> list[int]:
        """Positions of the targets that come into question, the nearest first."""
        data = self._data
        weight: dict[int, float] = defaultdict(float)
        size = len(data.right) + 1
        known = [g for g in self._grams(record.name) if g in self._posting]
        known.sort(key=lambda gram: (len(self._posting[gram]), gram))
        looked_at = 0
        for gram in known:  # the rarest first; what everybody has decides little
            places = self._posting[gram]
            looked_at += len(places)
            if looked_at > _LOOKED_AT and len(weight) >= COMPARED:
                break
            rarity = math.log(size / len(places))
            for n in places:
                weight[n] += rarity
        for key in (record.sku, record.number, record.email):
            for n in self._identifiers.get(key.casefold(), ()) if key else ():
                weight[n] += 1000.0
        share, targets = self._share, data.targets
        near = (n for n in weight if (source_id, targets[n].id) not in data.rejected)
        return heapq.nsmallest(COMPARED, near, key=lambda n: (-weight[n] * share[n], targets[n].id))

    def _scores(
        self, record: Record, places: list[int]
    ) -> dict[int, tuple[float, tuple[str, ...]]]:
        """Place to score and reasons.

        The sides are exchanged for the run: it gives each record of its left side one answer, and
        here every target is to have one. What speaks against a pair is added by ``caution``.
        """
        from desktop_app.domain.matching import match_records

        source = replace(record, taken=False)
        found: dict[int, tuple[float, tuple[str, ...]]] = {}
        open_places = places
        most = 1.0
        for _ in range(2):  # the second time without the one that is certain
            targets = [
                replace(self._data.right[n], taken=False, active=True, parent="", currency="")
                for n in open_places
            ]
            answer = match_records(
                targets,
                [source],
                kind=self._data.kind.value,
                confirmed=[(theirs, ours) for ours, theirs in self._data.confirmed],
            )
            certain = [m for m in answer if m.level.ticked]
            for match in answer:
                if not certain or match in certain:
                    score = min(match.score, most)
                    found[open_places[match.left]] = (score, _exchanged(match.reasons))
            if not certain:
                break
            most = 1.0 - certain[0].score
            open_places = [n for n in open_places if n not in found]
        return found

    def _grams(self, name: str) -> set[str]:
        text = f" {self._fold(name[:200], self._data.kind.value)} "
        squeezed = text.replace(" ", "")
        return {text[n : n + 3] for n in range(len(text) - 2)} | {
            squeezed[n : n + 3] for n in range(len(squeezed) - 2)
        }


_EXCHANGED = (
    ("only in NinjaOne:", "only in QuickBooks:"),
    ("also fits ", "nearly as similar: "),
)


def _exchanged(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """The reasons of a run with exchanged sides, told from the source's side."""
    return tuple(map(_told_from_the_other_side, reasons))


def _told_from_the_other_side(reason: str) -> str:
    for pair in _EXCHANGED:
        for ours, theirs in (pair, pair[::-1]):
            if reason.startswith(ours):
                return theirs + reason[len(ours) :]
    return reason
