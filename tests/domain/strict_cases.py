"""Random invoices as NinjaOne would have them: mostly sound, each oddity once in a while."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from desktop_app.domain.document_choices import (
    DiscountChoice,
    DocumentChoices,
    LongNumberChoice,
    MemoChoice,
    NumberChoice,
    TrackRule,
)
from desktop_app.domain.records import Invoice, InvoiceLine, LineGroup, TaxChoice
from tests.domain.strict_worlds import ACTIVATED, RATES, Way, World

CENT = Decimal("0.01")
TEXTS = ["", "", "November", "Subtotal: 5", "“Zürich” – 5 €", "🙂", "a\x00b\tc", "Рабочая станция",
         "管理された端末"]  # fmt: skip
NAMES = ["Line", "Managed workstation", "Subtotal:", "", "Ж" * 40, 'a:b"c', "x" * 5000, "ﬁne½",
         "ДА " * 2000]  # fmt: skip
EMAILS = ["a@b.example; c@d.example", "nobody", "", " a@b.example ", "a@b", "a@b.example.",
          "ä@ö.example", "a b@c.example", "a@@b.example", f"{'x' * 95}@b.example",
          "<ap@acme.example>", "a@b.example,c@d.example", "Ann <ap@acme.example>",
          "a..b@c.example", "a@-b.example", "a@b..example", "a'b+c@d.example",
          "“a”@b.example"]  # fmt: skip
ODD_LETTERS = "aZ0 .,;:@<>\"'\\&%\t\n\r\x00\x7f\u00a0é½ﬁ“–€ЖΩ中🙂\ud800\u202e"


@dataclass(frozen=True)
class Case:
    """after: whether NinjaOne took the discount off before it computed the tax. approved: whether
    a person let a negative total go."""

    invoice: Invoice
    choice: TaxChoice
    choices: DocumentChoices
    way: Way
    after: bool
    approved: bool


class Dice(random.Random):
    def mostly(self, good: Any, *odd: Any, out_of: int = 30) -> Any:
        """Each of *odd* once in *out_of* times."""
        place = self.randrange(out_of)
        return odd[place] if place < len(odd) else good

    def number(self, low: float, high: float, places: int) -> Decimal:
        scale = 10**places
        return Decimal(self.randint(int(low * scale), int(high * scale))).scaleb(-places)

    def text(self, known: list[str], most: int = 30) -> str:
        """One of those *known*, or any letters."""
        if self.randrange(4):
            return self.choice(known)
        return "".join(self.choices(ODD_LETTERS, k=self.randrange(most)))


def make_case(dice: Dice, world: World, number: int) -> Case:
    found = tuple(_line(dice) for _ in range(dice.randint(1, 5)))
    after = bool(dice.getrandbits(1))
    return Case(
        _invoice(dice, world, number, found, after=after),
        dice.choice(list(TaxChoice)),
        DocumentChoices(
            discount=dice.choice(list(DiscountChoice)),
            discount_item_id="1",
            empty_number=dice.choice(list(NumberChoice)),
            long_number=dice.choice(list(LongNumberChoice)),
            memo=dice.choice(list(MemoChoice)),
            classes=_rule(dice),
            locations=replace(_rule(dice), by_account={}),
        ),
        Way(
            discounts=dice.mostly(True, *[False] * 5),
            discount_account=dice.mostly(True, *[False] * 5),
            classes=dice.mostly("txn", "", *["line"] * 15),
            departments=dice.mostly(True, False),
        ),
        after,
        dice.mostly(True, *[False] * 6),
    )


def _rule(dice: Dice) -> TrackRule:
    """20 is inactive, 21 and 22 are not, 77 is not there."""
    return TrackRule(
        fixed=dice.mostly("", "20", *["21"] * 12),
        by_organization=dice.mostly({}, {"o1": "20"}, {"o1": ""}, *[{"o1": "22"}] * 6),
        by_account=dice.mostly({}, {"a1": "20"}, {"a1": ""}, {"a1": "77"}, *[{"a1": "22"}] * 6),
    )


def _line(dice: Dice) -> InvoiceLine:
    quantity = dice.choice(
        [
            Decimal(dice.randint(1, 60)),
            Decimal(dice.randint(1, 9)),
            Decimal(dice.randint(-3, 3)),
            dice.number(0.01, 40, 2),
            dice.number(0.000001, 3, 6),
            dice.mostly(Decimal(1), dice.number(1, 90_000_000, 7), out_of=3),
        ]
    )
    price = dice.choice(
        [
            dice.number(0, 400, 2),
            dice.number(0, 400, 2),
            dice.number(-60, 400, 4),
            dice.mostly(Decimal(0), dice.number(-400, -1, 2), out_of=2),
            dice.mostly(Decimal("12.5"), dice.number(0.0000001, 900_000, 7), out_of=3),
        ]
    )
    gross = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    discount = dice.mostly(Decimal(0), *[Decimal("0.37"), Decimal("12.5")] * 3)
    if abs(discount) > abs(gross):
        discount = Decimal(0)
    good = dice.choice(["p0", "p1", "p1", "p2", "p7", "p8"])
    # Items that are not to be used, and a line without a product.
    product = dice.mostly(good, "p3", "p4", "p5", "p6", "p9", "", out_of=150)
    return InvoiceLine(
        LineGroup.AGREEMENT,
        name=dice.text(NAMES),
        quantity=quantity,
        price=price,
        discount=discount,
        amount=gross - discount,
        product_id=product,
        account_id=dice.mostly("a1", "a2") if product in ("", "p7") else "",
        description=dice.text(TEXTS),
        taxable=dice.choice([True, True, False, None]),
    )


def _invoice(
    dice: Dice, world: World, number: int, found: tuple[InvoiceLine, ...], *, after: bool
) -> Invoice:
    """Tax of one rate on the taxable lines, and a total that is off now and then."""
    taxed = dice.mostly(True, *[False] * 5)
    rate = dice.mostly(Decimal(dice.choice(RATES[world.country])), Decimal("0.0999"))
    discount = dice.mostly(Decimal(0), Decimal(-2), Decimal("17.77"), CENT, *[Decimal(5)] * 7)
    net = sum((line.amount for line in found), Decimal(0))
    # A line that does not say follows the invoice.
    taxable = sum((line.amount for line in found if line.taxable is not False), Decimal(0))
    if after and net:
        taxable -= discount * taxable / net
    tax = (taxable * rate).quantize(CENT, ROUND_HALF_UP) if taxed else Decimal(0)
    off = dice.mostly(Decimal(0), CENT, Decimal(-1), *[Decimal(900)] * 3)
    currency = dice.mostly(world.home, "EUR", "EUR", "CHF", "CHF", "")
    organization = dice.mostly("o0", "o2", "o3", "o4", "o5", *["o1"] * 20, out_of=50)
    if currency == "EUR" and organization == "o0":
        organization = "o4"  # where there is one, the customer whose currency it is
    day = dice.mostly(
        date(2026, 2, 3), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 1)
    )
    due = dice.mostly(30, 0, 45, None, -1, -9)
    taken = world.posted[-1][1] if world.posted else f"N-{number}"
    return Invoice(
        id=str(number),
        number=dice.mostly(f"N-{number}", "", f"{'X' * 21}{number}", f" Ä🙂-{number} ", taken,
                           taken, f"Ж{number}", f"管-{number}", f"{'Y' * 30}{number}",
                           f"{'Щ' * 1500}{number}", f"{'Z' * 5000}{number}"),
        status="APPROVED",
        organization_id=organization,
        organization_name="Acme",
        invoice_date=day,
        due_date=day + timedelta(days=due) if due is not None else None,
        currency=currency,
        agreement_name=dice.text(NAMES),
        bill_email=dice.mostly("ap@acme.example", *EMAILS, f"{dice.text(TEXTS, 8)}@acme.example",
                               out_of=40),
        sub_total=net,
        discount=discount,
        tax_rate=rate if taxed else None,
        total_tax=tax,
        total=net - discount + tax + off,
        note=dice.text(TEXTS) * dice.mostly(1, 200),
        created_at=ACTIVATED,
        lines=found,
    )  # fmt: skip
