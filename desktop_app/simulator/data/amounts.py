"""Amounts of the simulated world: Decimal, half up, to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """*amount* rounded half up to two places."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def extended(quantity: Decimal, price: Decimal) -> Decimal:
    """Quantity x unit price to the cent, as both services compute a line."""
    return (quantity * price).quantize(CENT, rounding=ROUND_HALF_UP)
