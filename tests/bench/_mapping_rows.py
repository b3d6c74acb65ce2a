"""Mapping rows of the real shape, in any number; the same ones each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import How, Mapping, Source, Target
from desktop_app.domain.review import Decision, Health, MappingRow, Where
from desktop_app.domain.suggestions import Suggestion, SuggestionState
from desktop_app.domain.waiting import NOTHING, Waiting
from desktop_app.ui.mapping.words import Row

FIRST = ("North", "South", "Blue", "Silver", "Old", "New", "Great", "Green", "Harbour", "Stone")
SECOND = ("wind", "bridge", "field", "water", "gate", "wood", "ford", "ridge", "haven", "brook")
THIRD = ("Dental", "Legal", "Logistics", "Holdings", "Foods", "Architects", "Clinic", "Motors")
LAST = ("Ltd", "GmbH", "LLC", "Inc.", "& Sons", "Group", "Partners", "Co.")


STATES = (
    SuggestionState.STRONG,
    SuggestionState.LIKELY,
    SuggestionState.AMBIGUOUS,
    SuggestionState.NONE,
)


def mapping_rows(count: int, seed: int = 1) -> list[Row]:
    """Customers: 60 in 100 mapped, a few of those renamed or inactive; the others with a
    suggestion of each state, and invoices waiting for every third row."""
    rng = random.Random(seed)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    rows = []
    for number in range(count):
        name = (
            f"{rng.choice(FIRST)}{rng.choice(SECOND)} {rng.choice(THIRD)} {rng.choice(LAST)}"
            f" {number}"
        )
        source = Source(Kind.CUSTOMERS, str(number), name, email=f"billing{number}@example.com")
        if rng.random() >= 0.6:
            row = MappingRow(source, None, None, Decision.UNDECIDED, Health.OK)
            suggestion = _suggestion(rng, name, number)
        else:
            target = Target(
                Kind.CUSTOMERS, str(100_000 + number), name, name, city="Springfield", email="a@b.c"
            )
            health = rng.choices((Health.OK, Health.RENAMED, Health.INACTIVE), weights=(94, 3, 3))[
                0
            ]
            at = day + timedelta(minutes=rng.randrange(400_000))
            link = Mapping(Kind.CUSTOMERS, source.id, target.id, name, How.AUTO_MAP, "someone", at)
            row = MappingRow(
                source, link, target, Decision.LINKED, health, decided=link, where=Where.SAVED
            )
            suggestion = Suggestion(SuggestionState.NONE)
        waiting = NOTHING
        if number % 3 == 0:
            amount = Decimal(rng.randrange(1_000, 900_000)) / 100
            waiting = Waiting(rng.randrange(1, 9), (("USD", amount),))
        rows.append(Row(row, suggestion, waiting))
    return rows


def _suggestion(rng: random.Random, name: str, number: int) -> Suggestion:
    state = rng.choice(STATES)
    if state is SuggestionState.NONE:
        return Suggestion(state)
    candidates = tuple(
        Candidate(
            Target(Kind.CUSTOMERS, f"{number}-{place}", f"{name} {place}", f"{name} {place}"),
            rng.uniform(0.6, 1.0),
            ("2 of 3 rare words equal",),
        )
        for place in range(2)
    )
    return Suggestion(state, candidates, rng.random() / 2)
