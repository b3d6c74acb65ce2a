"""Decimal arithmetic of the books: half up, to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Rounded half up (away from zero at the half) to two places."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def decimal_of(value: Any) -> Decimal:
    """A stored JSON number as Decimal; anything without a value counts as zero."""
    if value is None or value == "":
        return ZERO
    return value if isinstance(value, Decimal) else Decimal(str(value))


def parse(value: Any) -> Decimal | None:
    """A number as sent: a JSON number, or text that spells one. None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        number = Decimal(value)
    elif isinstance(value, str):
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            return None
    else:
        return None
    return number if number.is_finite() else None


def number(value: Decimal) -> Decimal | int:
    """As the service writes numbers: 42.5, 12, 0 - no needless zeros, no exponent."""
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()


def amount(value: Decimal) -> Decimal | int:
    """As the service writes amounts: 510.0, 718.99, and a plain 0."""
    rounded = cents(value)
    if rounded == 0:
        return 0
    if rounded == rounded.to_integral_value():
        return rounded.quantize(Decimal("0.1"))
    return rounded.normalize()


def grouped(value: Decimal) -> str:
    """As details quote amounts: 1,861.07."""
    return f"{cents(value):,.2f}"
