"""Columns that several tables of invoices have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from desktop_app.domain.money import ZERO, money_text
from desktop_app.services.api import InvoiceState
from desktop_app.ui.formats import date_text
from desktop_app.ui.tables.columns import Column, Mark
from desktop_app.ui.theme import Tone

R = TypeVar("R")

STATE_MARKS = {
    InvoiceState.READY: Mark("check-circle", Tone.ACCENT),
    InvoiceState.BLOCKED: Mark("warning", Tone.WARNING),
    InvoiceState.HELD: Mark("ban", Tone.MUTED),
    InvoiceState.NOT_GOING: Mark("minus", Tone.MUTED),
    InvoiceState.UNCERTAIN: Mark("clock", Tone.WARNING),
    InvoiceState.SENT: Mark("check-circle", Tone.GOOD),
    InvoiceState.DIFFERS: Mark("warning", Tone.BAD),
    InvoiceState.REFUSED: Mark("x-circle", Tone.BAD),
}


def date_column(day: Callable[[R], date | None], width: int = 100) -> Column[R]:
    def sort(record: R) -> int:
        found = day(record)
        return found.toordinal() if found is not None else 0

    return Column("date", "Date", lambda r: date_text(day(r)), width=width, sort=sort)


def money_column(
    key: str,
    title: str,
    amount: Callable[[R], Decimal | None],
    currency: Callable[[R], str],
    width: int = 130,
    *,
    sort: Callable[[R], Decimal] | None = None,
    mark: Callable[[R], Mark | None] | None = None,
    tooltip: Callable[[R], str] | None = None,
) -> Column[R]:
    """Aligned to the right, empty for None; sorted by the amount."""

    def text(record: R) -> str:
        found = amount(record)
        return "" if found is None else money_text(found, currency(record))

    def value(record: R) -> Decimal:
        found = amount(record)
        return ZERO if found is None else found

    return Column(key, title, text, width=width, sort=sort or value, mark=mark, tooltip=tooltip,
                  numeric=True)  # fmt: skip


def state_column(state: Callable[[R], InvoiceState], width: int = 140) -> Column[R]:
    return Column(
        "state",
        "State",
        lambda r: state(r).value,
        width=width,
        mark=lambda r: STATE_MARKS[state(r)],
    )
