"""What QuickBooks is expected to make of a document, for the comparison after it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """One line with money. item_id: "" for QuickBooks' own discount line, whose amount is positive
    and taken off."""

    item_id: str
    amount: Decimal
    tax_code: str = ""

    @property
    def is_discount(self) -> bool:
        return not self.item_id


@dataclass(frozen=True, slots=True)
class Expectation:
    """The fields that a proof compares. Amounts as QuickBooks shows them: those of a credit memo
    are positive.

    number: "" when QuickBooks numbers the document. net: lines less discount. tax: None where the
    automated sales tax decides alone; then total is None, too. exact: False where QuickBooks may
    come to another cent (several rates in one code, rounded each) or may not honour the amount
    that is sent (automated sales tax).
    """

    customer_id: str
    number: str
    day: date
    currency: str
    lines: tuple[ExpectedLine, ...]
    net: Decimal
    tax: Decimal | None
    exact: bool = True

    @property
    def total(self) -> Decimal | None:
        return None if self.tax is None else self.net + self.tax
