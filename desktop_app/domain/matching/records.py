"""What goes into matching and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Level(StrEnum):
    """How far a match can be trusted; the first two are ticked for the user."""

    EXACT = "exact"  # same identifier, or identical name, and nothing else comes into question
    FOLDED = "folded"  # same after leaving out what does not count, and nothing else either
    LIKELY = "likely"  # similar, with a gap to the next: offered, not ticked
    AMBIGUOUS = "ambiguous"  # possible, but not alone, or capped: listed only

    @property
    def ticked(self) -> bool:
        return self in (Level.EXACT, Level.FOLDED)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of either side. What is not known stays empty.

    aliases: other names of the same record (the company name beside the display name).
    number: account number. parent: name or id of the record that it belongs to, for sub-customers
    (the left side's sites too). taken: already linked to something else.
    """

    name: str
    aliases: tuple[str, ...] = ()
    email: str = ""
    sku: str = ""
    number: str = ""
    tax_id: str = ""
    price: Decimal | None = None
    currency: str = ""
    active: bool = True
    parent: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """left, right: positions in the two lists.

    score: how likely the link is right, 0 to 1 (0.95: about 95 of 100 such links are right).
    runner_up: the next best right position for this left, None without one. gap: the distance
    from score to the best competitor on either side, equal to score without one.
    """

    left: int
    right: int
    score: float
    level: Level
    reasons: tuple[str, ...]
    runner_up: int | None = None
    gap: float = 1.0
