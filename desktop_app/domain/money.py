"""Amounts: Decimal, half up, to the cent. A float never touches an amount."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """*amount* rounded half up to two places."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """What QuickBooks demands of a line (fault 6070): round_half_up(Qty x UnitPrice, 2)."""
    return cents(quantity * unit_price)


def same_amount(left: Decimal, right: Decimal) -> bool:
    """Equal to the cent."""
    return cents(left) == cents(right)


def amount_of(text: str) -> Decimal | None:
    """The finite number that *text* spells, None for anything else."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def by_currency(amounts: Iterable[tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    """(currency, amount) pairs summed up and sorted by currency."""
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, ZERO) + amount
    return tuple(sorted(sums.items()))


def amounts_text(amounts: Iterable[tuple[str, Decimal]]) -> str:
    """ "1,234.50 USD, 20.00 EUR"."""
    return ", ".join(money_text(amount, currency) for currency, amount in amounts)


def money_text(amount: Decimal, currency: str = "") -> str:
    """ "1,234.50" or "1,234.50 USD"."""
    text = f"{cents(amount):,.2f}"
    return f"{text} {currency}" if currency else text
