"""Mapping rows of the real shape, in any number; the same ones each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How, Mapping, Source, Target
from desktop_app.domain.review import Decision, Health, MappingRow

FIRST = ("North", "South", "Blue", "Silver", "Old", "New", "Great", "Green", "Harbour", "Stone")
SECOND = ("wind", "bridge", "field", "water", "gate", "wood", "ford", "ridge", "haven", "brook")
THIRD = ("Dental", "Legal", "Logistics", "Holdings", "Foods", "Architects", "Clinic", "Motors")
LAST = ("Ltd", "GmbH", "LLC", "Inc.", "& Sons", "Group", "Partners", "Co.")


def mapping_rows(count: int, seed: int = 1) -> list[MappingRow]:
    """Customers: 60 in 100 mapped, a few of those renamed or inactive."""
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
        else:
            target = Target(
                Kind.CUSTOMERS, str(100_000 + number), name, name, city="Springfield", email="a@b.c"
            )
            health = rng.choices((Health.OK, Health.RENAMED, Health.INACTIVE), weights=(94, 3, 3))[
                0
            ]
            at = day + timedelta(minutes=rng.randrange(400_000))
            link = Mapping(Kind.CUSTOMERS, source.id, target.id, name, How.AUTO_MAP, "someone", at)
            row = MappingRow(source, link, target, Decision.LINKED, health)
        rows.append(row)
    return rows
