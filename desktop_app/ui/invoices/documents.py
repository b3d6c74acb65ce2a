"""The two sides of an invoice as plain lines: NinjaOne's, and the QuickBooks document's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.records import Document, Invoice, Push


@dataclass(frozen=True, slots=True)
class LineText:
    """One line, ready to be read."""

    text: str
    quantity: str
    price: str
    amount: str
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its lines, and (label, amount) below them."""

    lines: tuple[LineText, ...]
    totals: tuple[tuple[str, str], ...]


def ninjaone_side(invoice: Invoice) -> Side:
    lines = [
        LineText(
            line.name or line.description,
            _number(line.quantity),
            money_text(line.price),
            money_text(line.amount),
            line.description,
        )
        for line in invoice.lines or ()
    ]
    totals = [("Discount", money_text(-invoice.discount))] if invoice.discount else []
    totals += [("Tax", money_text(invoice.total_tax))] if invoice.total_tax else []
    totals.append(("Total", money_text(invoice.total, invoice.currency)))
    return Side(tuple(lines), tuple(totals))


def quickbooks_side(
    body: Mapping[str, Any],
    total: Decimal,
    tax: Decimal,
    currency: str,
    item_name: Callable[[str], str],
) -> Side:
    """The document of *body*; *item_name* tells an item's name by its QuickBooks id."""
    lines, totals = [], []
    for line in body.get("Line", ()):
        kind, amount = line.get("DetailType"), line.get("Amount")
        if kind == "DiscountLineDetail":
            totals.append(("Discount", money_text(-_decimal(amount))))
            continue
        detail = line.get("SalesItemLineDetail", {})
        item = item_name(str(detail.get("ItemRef", {}).get("value", "")))
        description = str(line.get("Description", ""))
        lines.append(
            LineText(
                item or description,
                _number(_decimal(detail["Qty"])) if "Qty" in detail else "",
                money_text(_decimal(detail["UnitPrice"])) if "UnitPrice" in detail else "",
                money_text(_decimal(amount)) if amount is not None else "",
                description,
            )
        )
    if tax:
        totals.append(("Tax", money_text(tax)))
    totals.append(("Total", money_text(total, currency)))
    return Side(tuple(lines), tuple(totals))


def document_side(document: Document, currency: str, item_name: Callable[[str], str]) -> Side:
    """What would be sent, with the total that QuickBooks is expected to come to."""
    total, tax = document.expected_total, document.expected_tax
    expectation = document.expectation
    if expectation is not None and expectation.total is not None:
        total, tax = expectation.total, expectation.tax or ZERO
    return quickbooks_side(document.body, total, tax, currency, item_name)


def push_side(push: Push, currency: str, item_name: Callable[[str], str]) -> Side | None:
    """What was sent, from its own record; None if that cannot be read."""
    try:
        body = json.loads(push.payload, parse_float=Decimal)
    except ValueError:
        return None
    if not isinstance(body, dict) or "Line" not in body:
        return None
    total = push.total if push.total is not None else push.expected_total
    tax = push.total_tax if push.total_tax is not None else push.expected_tax
    return quickbooks_side(body, total, tax, currency, item_name)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else ZERO


def _number(value: Decimal) -> str:
    return f"{value.normalize():,f}"
