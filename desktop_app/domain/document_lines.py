"""The lines of a document: what each line of the invoice becomes, and the discount.

Source: QuickBooks sheet 4.4 (lines), 8.2 (rounding) and 8.3 (discounts, negatives, zero).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop_app.domain import texts
from desktop_app.domain.document_choices import DiscountChoice
from desktop_app.domain.expectation import ExpectedLine
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import item_problem, plan_line
from desktop_app.domain.money import ZERO, cents, line_amount, money_text
from desktop_app.domain.records import Company, Invoice, InvoiceLine, Target
from desktop_app.domain.review import target_label
from desktop_app.domain.tax import TaxPlan, line_taxable
from desktop_app.domain.totals import discount_shares, is_credit
from desktop_app.domain.tracking import line_class

Json = dict[str, Any]

PLACES = 5
"""QuickBooks keeps quantities and prices to about this many decimals (sheet 8.2)."""

_SUBTOTAL = "Subtotal:"


@dataclass(frozen=True, slots=True)
class BuiltLine:
    """source: the invoice's line, None for a discount. expected: None for a line of text only.
    taxable: whether the amount is taxed. changed: what was adapted, "" for nothing."""

    body: Json
    source: InvoiceLine | None = None
    expected: ExpectedLine | None = None
    taxable: bool = False
    changed: str = ""


class Writer:
    """Fits texts to QuickBooks and keeps a note of each visible change."""

    def __init__(self, company: Company) -> None:
        self._plain = company.country in ("US", "USA", "")
        self.notes: list[str] = []

    def text(self, text: str, limit: int, where: str) -> str:
        short, changed = self.fit(text, limit)
        if changed:
            self.notes.append(f"{changed} ({where}).")
        return short

    def fit(self, text: str, limit: int) -> tuple[str, str]:
        """The text as QuickBooks can hold it, and what was changed, "" for nothing."""
        fitted = texts.printable(texts.latin1(text, missing="?") if self._plain else text)
        short = texts.shorten(fitted, limit)
        changed = []
        if fitted != text:
            changed.append("Characters that QuickBooks cannot hold were replaced")
        if short != fitted:
            changed.append(f"Shortened to {limit:,} characters")
        return short, "; ".join(changed)


def discount_item(facts: Facts) -> Target | None:
    """The item that the user chose for discounts, usable or not."""
    return facts.targets[Kind.ITEMS].get(facts.handling.choices.discount_item_id)


def discount_problem(invoice: Invoice, facts: Facts, company: Company) -> tuple[str, str]:
    """Why the discount on the whole invoice cannot travel, and what to do; "" if it can."""
    if not invoice.discount:
        return "", ""
    amount = money_text(invoice.discount)
    if facts.handling.choices.discount is DiscountChoice.ITEM:
        problem = item_problem(discount_item(facts), invoice.invoice_date)
        if problem:
            return (
                f"The item for discounts cannot be used: {problem}.",
                "Choose another item for discounts in Settings.",
            )
        return "", ""
    choose = "choose in Settings to send discounts as a line of an item"
    if is_credit(invoice) or invoice.discount < ZERO:
        what = "A credit memo" if is_credit(invoice) else "An invoice"
        kind = "a discount" if is_credit(invoice) else "a negative discount"
        return (
            f"{what} cannot carry {kind} ({amount}) as QuickBooks' discount line.",
            f"Correct it in NinjaOne, or {choose}.",
        )
    if not company.allow_discount:
        problem = (
            f"The invoice has a discount of {amount}, and discounts are switched off in QuickBooks."
        )
        advice = "Switch them on in QuickBooks (Account and settings, Sales), then refresh; or "
        return problem, f"{advice}{choose}."
    account = facts.targets[Kind.ACCOUNTS].get(company.discount_account_id)
    if account is not None and not account.active:
        problem = f"QuickBooks' account for discounts, “{target_label(account)}”, is inactive."
        advice = "Choose another one in QuickBooks (Account and settings, Sales), then refresh; or "
        return problem, f"{advice}{choose}."
    return "", ""


def build_lines(
    invoice: Invoice, facts: Facts, company: Company, tax: TaxPlan, writer: Writer
) -> list[BuiltLine]:
    """All lines in the invoice's order, the discount last. Raises ValueError for a line with money
    that has no item: no half document may exist."""
    maker = _Maker(invoice, facts, company, tax, writer)
    built = [maker.line(line, number) for number, line in enumerate(invoice.lines or (), start=1)]
    if maker.adapted:
        count, one = maker.adapted, maker.adapted == 1
        writer.notes.append(
            f"The text{'' if one else 's'} of {count:,} line{'' if one else 's'} had to be adapted "
            "to what QuickBooks can hold: see the lines."
        )
    return [*built, *maker.discount(built)]


class _Maker:
    def __init__(
        self, invoice: Invoice, facts: Facts, company: Company, tax: TaxPlan, writer: Writer
    ) -> None:
        self._invoice = invoice
        self._facts = facts
        self._company = company
        self._tax = tax
        self._writer = writer
        self._sign = -1 if is_credit(invoice) else 1
        self.adapted = 0  # lines whose texts had to be

    def line(self, line: InvoiceLine, number: int) -> BuiltLine:
        item = plan_line(line, self._facts).item
        if item is None:
            if line.amount != ZERO:
                raise ValueError(f"line {number} of invoice {self._invoice.id} has no item")
            return self._text_only(line, number)
        amount = self._sign * cents(line.amount)
        quantity, price = line.quantity, self._sign * line.price
        if quantity < ZERO:
            quantity, price = -quantity, -price
        behind, changed = "", ""
        if line_amount(quantity, price) != amount or _places(quantity, price) > PLACES:
            # A line discount or proration: Amount must equal UnitPrice x Qty (fault 6070).
            really = f"{_number(line.quantity)} x {_number(line.price)}" + (
                f", discount {money_text(line.discount)}" if line.discount else ""
            )
            behind = f" ({really})"
            quantity, price = Decimal(1), amount
            changed = f"Sent as 1 x {money_text(amount)} ({really})"
        text, adapted = self._fit(_description(line), len(behind))
        taxable = line_taxable(line, self._invoice)
        return self._sales(item, number, f"{text}{behind}".strip(), (quantity, price, amount),
                           taxable, line, "; ".join(filter(None, (changed, adapted))))  # fmt: skip

    def _text_only(self, line: InvoiceLine, number: int) -> BuiltLine:
        text, changed = self._fit(_description(line))
        if text.startswith(_SUBTOTAL):  # QuickBooks would make it a subtotal of its own
            text = f"Subtotal{text[len(_SUBTOTAL) :]}"
            colon = "The colon after “Subtotal” was left out"
            changed = "; ".join(filter(None, (changed, colon)))
        return BuiltLine(
            {
                "LineNum": number,
                "Description": text or "-",
                "DetailType": "DescriptionOnly",
                "DescriptionLineDetail": {},
            },
            line,
            changed=changed,
        )

    def _fit(self, text: str, behind: int = 0) -> tuple[str, str]:
        """*behind*: how many characters are to follow it."""
        fitted, changed = self._writer.fit(text, texts.DESCRIPTION_LIMIT - behind)
        self.adapted += bool(changed)
        return fitted, changed

    def discount(self, built: list[BuiltLine]) -> Iterator[BuiltLine]:
        discount = cents(self._invoice.discount)
        if not discount:
            return
        if self._facts.handling.choices.discount is DiscountChoice.LINE:
            yield self._own_discount(discount)
            return
        item = discount_item(self._facts)
        if item is None:
            raise ValueError(f"invoice {self._invoice.id} has no item for its discount")
        number = len(built)
        money = [(b.taxable, b.expected.amount) for b in built if b.expected is not None]
        for taxable, share in discount_shares(self._invoice, money):
            number += 1
            price = -self._sign * share
            yield self._sales(item, number, "Discount", (Decimal(1), price, price), taxable)

    def _own_discount(self, amount: Decimal) -> BuiltLine:
        detail: Json = {"PercentBased": False}
        if self._company.discount_account_id:
            detail["DiscountAccountRef"] = {"value": self._company.discount_account_id}
        return BuiltLine(
            {
                "Amount": amount,
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": detail,
            },
            expected=ExpectedLine("", amount),
        )

    def _sales(
        self,
        item: Target,
        number: int,
        description: str,
        sums: tuple[Decimal, Decimal, Decimal],
        taxable: bool,
        source: InvoiceLine | None = None,
        changed: str = "",
    ) -> BuiltLine:
        quantity, price, amount = sums
        detail: Json = {"ItemRef": {"value": item.id}, "Qty": quantity, "UnitPrice": price}
        code = self._tax.line_code(taxable)
        if code:
            detail["TaxCodeRef"] = {"value": code}
        filed = line_class(source, self._invoice, self._facts, self._company)
        if filed:
            detail["ClassRef"] = {"value": filed}
        body: Json = {
            "LineNum": number,
            "Description": description,
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }
        if not body["Description"]:
            del body["Description"]
        return BuiltLine(body, source, ExpectedLine(item.id, amount, code), taxable, changed)


def _places(*numbers: Decimal) -> int:
    """The most decimals that any of *numbers* needs."""
    return max(-int(number.normalize().as_tuple().exponent) for number in numbers)


def _description(line: InvoiceLine) -> str:
    parts = [line.name] if line.name else []
    if line.description and line.description != line.name:
        parts.append(line.description)
    return " - ".join(parts)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
