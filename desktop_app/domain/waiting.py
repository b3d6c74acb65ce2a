"""How much money waits for each mapping row: approved, unsent invoices that depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Waiting:
    """invoices: how many. amounts: by currency, sorted ("" where the invoice names none).

    For organizations the invoices' totals; for products and account codes the amounts of the
    lines that fall to the row.
    """

    invoices: int = 0
    amounts: tuple[tuple[str, Decimal], ...] = ()

    @property
    def largest(self) -> Decimal:
        """For sorting where currencies are mixed: the greatest of the amounts."""
        return max((amount for _, amount in self.amounts), default=Decimal(0))


NOTHING = Waiting()
