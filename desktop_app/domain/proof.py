"""What QuickBooks has, compared field by field with what was sent.

Works on the JSON of both sides (QuickBooks sheet 4.4): what was not sent, QuickBooks may fill in;
what was sent, it must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop_app.domain.money import cents, money_text, same_amount

Json = Mapping[str, Any]

TOTAL, TAX = "total", "tax"

_SALES = "SalesItemLineDetail"
# QuickBooks adds these itself.
_ADDED = frozenset({"SubTotalLineDetail"})
_HEADER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("customer", ("CustomerRef", "value")),
    ("number", ("DocNumber",)),
    ("date", ("TxnDate",)),
    ("due date", ("DueDate",)),
    ("currency", ("CurrencyRef", "value")),
)
_LINE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("item", (_SALES, "ItemRef", "value")),
    ("quantity", (_SALES, "Qty")),
    ("price", (_SALES, "UnitPrice")),
    ("amount", ("Amount",)),
    ("tax code", (_SALES, "TaxCodeRef", "value")),
)


class Verdict(StrEnum):
    """The word is what the screen shows."""

    VERIFIED = "verified"
    DIFFERS = "differs"


class How(StrEnum):
    """Where the evidence is from."""

    ANSWER = "answer to the create"
    LOOK_UP = "look-up"
    READ = "read back"
    UPDATE = "answer to the update"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as it was sent. field: "tax", "line 3 price"."""

    field: str
    sent: str
    found: str

    @property
    def text(self) -> str:
        if self.field in (TOTAL, TAX):
            by = money_text(abs(Decimal(self.sent) - Decimal(self.found)))
            return (
                f"differs by {by} in {self.field}: NinjaOne {money_text(Decimal(self.sent))}, "
                f"QuickBooks {money_text(Decimal(self.found))}"
            )
        return f"{self.field} is {self.found or 'missing'}, sent was {self.sent or 'none'}"


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of one document. body: QuickBooks' JSON as it was answered, amounts as
    Decimal."""

    invoice_id: str
    request_id: str
    entity: str
    qbo_id: str
    sync_token: str
    taken_at: datetime
    how: How
    differences: tuple[Difference, ...]
    body: Json

    @property
    def verdict(self) -> Verdict:
        return Verdict.DIFFERS if self.differences else Verdict.VERIFIED

    @property
    def text(self) -> str:
        """ "verified" or "differs by 0.01 in tax: ..."."""
        return words(self.differences) if self.differences else Verdict.VERIFIED.value


def compare(
    sent: Json, expected_total: Decimal, expected_tax: Decimal, found: Json
) -> tuple[Difference, ...]:
    """All fields of *found* that are not as they were *sent*."""
    return tuple(_differences(sent, expected_total, expected_tax, found))


def same_document(before: Json, now: Json) -> tuple[Difference, ...]:
    """How a document of QuickBooks changed between two readings: an edit, not a payment."""
    detail = before.get("TxnTaxDetail")
    tax = detail.get("TotalTax", 0) if isinstance(detail, Mapping) else 0
    return tuple(_differences(before, _amount(before.get("TotalAmt")), _amount(tax), now))


def words(differences: Sequence[Difference]) -> str:
    """The weightiest first, the others counted."""
    if not differences:
        return ""
    ranked = sorted(differences, key=_rank)
    lead = ranked[0]
    if lead.field == TOTAL and any(d.field == TAX for d in ranked[1:]):
        tax = next(d for d in ranked if d.field == TAX)
        if same_amount(
            Decimal(lead.sent) - Decimal(lead.found), Decimal(tax.sent) - Decimal(tax.found)
        ):
            ranked.remove(lead)  # the tax is all of it
            lead = tax
    more = len(ranked) - 1
    return lead.text + (f" (and {more} more)" if more else "")


def _rank(difference: Difference) -> int:
    order = ("customer", TOTAL, TAX)
    return order.index(difference.field) if difference.field in order else len(order)


def _differences(
    sent: Json, expected_total: Decimal, expected_tax: Decimal, found: Json
) -> Iterator[Difference]:
    for name, path in _HEADER:
        wanted, got = _text(sent, path), _text(found, path)
        if wanted and wanted != got:
            yield Difference(name, wanted, got)
    lines, answered = _lines(sent), _lines(found)
    if len(lines) != len(answered):
        yield Difference("number of lines", str(len(lines)), str(len(answered)))
    for number, (one, other) in enumerate(zip(lines, answered, strict=False), start=1):
        if one.get("DetailType") != other.get("DetailType"):
            yield Difference(
                f"line {number} kind", _text(one, ("DetailType",)), _text(other, ("DetailType",))
            )
            continue
        for name, path in _LINE:
            wanted, got = _text(one, path), _text(other, path)
            if wanted and wanted != got:
                yield Difference(f"line {number} {name}", wanted, got)
    detail = found.get("TxnTaxDetail")
    tax = _amount(detail.get("TotalTax") if isinstance(detail, Mapping) else None)
    if not same_amount(expected_tax, tax):
        yield Difference(TAX, str(cents(expected_tax)), str(cents(tax)))
    total = _amount(found.get("TotalAmt"))
    if not same_amount(expected_total, total):
        yield Difference(TOTAL, str(cents(expected_total)), str(cents(total)))


def _lines(body: Json) -> list[Json]:
    rows = body.get("Line")
    return [
        row
        for row in (rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ())
        if isinstance(row, Mapping) and row.get("DetailType") not in _ADDED
    ]


def _text(body: Json, path: Sequence[str]) -> str:
    """The value as text; numbers without trailing zeros, so that 12 and 12.0 are the same."""
    value: Any = body
    for name in path:
        if not isinstance(value, Mapping):
            return ""
        value = value.get(name)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | Decimal):
        normal = Decimal(value).normalize()
        return f"{normal:f}"
    return str(value)


def _amount(value: Any) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return Decimal(0)
