"""What a document comes to in QuickBooks, as far as local data can tell.

Source: QuickBooks sheet 8.3 and 8.4: tax is computed per code on the summed net, each rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from desktop_app.domain.document_choices import DiscountChoice
from desktop_app.domain.facts import Facts
from desktop_app.domain.money import ZERO, cents
from desktop_app.domain.records import Company, Invoice, TaxChoice
from desktop_app.domain.tax import TaxModel, TaxPlan, line_taxable, plan_tax, taxed_after_discount

Money = list[tuple[bool, Decimal]]
"""(taxable, amount) of each line with money, with the signs that the document has."""


def is_credit(invoice: Invoice) -> bool:
    """Whether the invoice can only go as a credit memo, with all signs turned."""
    return invoice.total < ZERO


def wanted(invoice: Invoice, choice: TaxChoice) -> tuple[Decimal, Decimal]:
    """NinjaOne's total and tax as the document should have them: without the tax where none is
    sent, positive on a credit memo."""
    sign = -1 if is_credit(invoice) else 1
    if choice is TaxChoice.NONE:
        return cents(sign * (invoice.total - invoice.total_tax)), ZERO
    return cents(sign * invoice.total), cents(sign * invoice.total_tax)


def discount_shares(invoice: Invoice, money: Money) -> Money:
    """A whole discount as lines of an item: (taxable, amount taken off), with the invoice's sign.

    Where NinjaOne taxed after the discount, taxable and exempt lines bear it in proportion;
    otherwise it takes no tax away.
    """
    discount = cents(invoice.discount)
    taxable = sum((amount for taxed, amount in money if taxed), ZERO)
    net = sum((amount for _, amount in money), ZERO)
    if not taxable or not taxed_after_discount(invoice):
        return [(False, discount)]
    if taxable == net or not net:
        return [(True, discount)]
    taxed = cents(discount * taxable / net)
    return [(kind, share) for kind, share in ((True, taxed), (False, discount - taxed)) if share]


def money_of(invoice: Invoice, facts: Facts) -> tuple[Money, Decimal]:
    """The lines, and QuickBooks' own discount (0 where it is a line of an item)."""
    sign = -1 if is_credit(invoice) else 1
    money = [
        (line_taxable(line, invoice), sign * cents(line.amount)) for line in invoice.lines or ()
    ]
    if not invoice.discount:
        return money, ZERO
    if facts.handling.choices.discount is DiscountChoice.LINE:
        return money, sign * cents(invoice.discount)
    shares = discount_shares(invoice, money)
    return [*money, *((taxed, -sign * share) for taxed, share in shares)], ZERO


def reducing(invoice: Invoice, plan: TaxPlan, discount: Decimal) -> Decimal:
    """How much of QuickBooks' own discount is taken off before tax: all of it outside the United
    States, and there where the document says so."""
    after = plan.model is TaxModel.PER_LINE or taxed_after_discount(invoice)
    return discount if after else ZERO


def computed_tax(
    plan: TaxPlan, money: Iterable[tuple[bool, Decimal]], discount: Decimal, rate: Decimal
) -> Decimal:
    """The tax that QuickBooks computes with *rate* per cent; each code bears its share of the
    discount and is rounded to the cent."""
    nets: dict[str, Decimal] = {}
    for taxable, amount in money:
        code = plan.line_code(taxable)
        nets[code] = nets.get(code, ZERO) + amount
    net = sum(nets.values(), ZERO)
    rates = {plan.exempt_code: plan.exempt_rate, plan.taxable_code: rate}
    total = ZERO
    for code, amount in nets.items():
        share = cents(discount * amount / net) if net and discount else ZERO
        total += cents((amount - share) * rates.get(code, ZERO) / 100)
    return total


def expected_tax(plan: TaxPlan, money: Money, discount: Decimal) -> Decimal | None:
    """None where the automated sales tax decides alone."""
    if plan.total is not None:
        return cents(plan.total)
    return None if plan.rate is None else computed_tax(plan, money, discount, plan.rate)


def expected_total(invoice: Invoice, facts: Facts, company: Company) -> Decimal | None:
    """What QuickBooks is expected to come to, with the invoice's sign; None where it cannot be
    told."""
    choice = facts.workspace.tax_choice
    plan = plan_tax(invoice, company, facts.tax_codes, choice, facts.handling.choices)
    money, discount = money_of(invoice, facts)
    tax = expected_tax(plan, money, reducing(invoice, plan, discount))
    if plan.problem or tax is None:
        return None
    net = sum((amount for _, amount in money), ZERO) - discount
    return cents(net + tax) * (-1 if is_credit(invoice) else 1)


def expected_difference(invoice: Invoice, facts: Facts, company: Company) -> Decimal | None:
    """QuickBooks' expected total less NinjaOne's, as it is to be sent; None where it cannot be
    told."""
    total = expected_total(invoice, facts, company)
    if total is None:
        return None
    sign = -1 if is_credit(invoice) else 1
    return sign * total - wanted(invoice, facts.workspace.tax_choice)[0]


def least_total(invoice: Invoice, facts: Facts, plan: TaxPlan) -> Decimal:
    """The least that QuickBooks can come to for the document."""
    money, discount = money_of(invoice, facts)
    net = sum((amount for _, amount in money), ZERO) - discount
    taxable = sum((amount for taxed, amount in money if taxed), ZERO)
    if plan.model is TaxModel.US_AUTOMATED and plan.total is not None:
        return net  # a customer without an address is taxed nothing, whatever is sent
    if taxable >= ZERO and net >= ZERO and not discount and plan.total is None:
        return net
    off = reducing(invoice, plan, discount)
    tax = expected_tax(plan, money, off)
    if tax is not None:
        return net + tax
    rates = (code.rate for code in facts.tax_codes if code.rate is not None)
    return net + min(ZERO, computed_tax(plan, money, off, max(rates, default=ZERO)))
