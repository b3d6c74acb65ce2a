"""Simulated worlds for tests, each built once."""

from __future__ import annotations

import hashlib
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import simplejson

from desktop_app.simulator.data import PLANS, build
from desktop_app.simulator.data.seed import Seed

Json = dict[str, Any]
SIZES = tuple(PLANS)
CENT = Decimal("0.01")


@cache
def world(size: str) -> Seed:
    """Seed number 7, not to be changed by its taker."""
    return build(size, 7)


def digest(size: str, number: int) -> str:
    """A fingerprint of everything in a newly built world."""
    made = build(size, number)
    parts = {**vars(made), "tenant": vars(made.tenant)}
    for name in ("users", "apps", "ninjaone_apps", "companies"):
        parts[name] = [vars(record) for record in parts[name]]
    text = simplejson.dumps(parts, use_decimal=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def lines_of(invoice: Json) -> list[Json]:
    """All lines of a NinjaOne invoice."""
    return [*invoice["products"], *invoice["agreementProducts"], *invoice["ticketProducts"]]


def by_id(records: list[Json]) -> dict[Any, Json]:
    """By "Id" (QuickBooks) or "id" (NinjaOne)."""
    key = "Id" if records and "Id" in records[0] else "id"
    return {record[key]: record for record in records}
