"""Random invoices against the simulated QuickBooks' own strict rules, and against an oracle that
shares no code with the program.

What preflight calls ready must be taken, with the total to the cent; what it blocks for a reason of
QuickBooks' own must be refused there for that reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop_app.domain.checks import MAX_LINES, check
from desktop_app.domain.document_choices import DiscountChoice, DocumentChoices, Track, TrackRule
from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import plan_line
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import Document, Invoice, InvoiceLine, LineGroup, TaxChoice
from desktop_app.domain.totals import expected_total
from desktop_app.domain.tracking import is_tracked
from tests.domain.strict_cases import Dice, make_case
from tests.domain.strict_worlds import ACTIVATED, ADDRESSLESS, RATES, Way, World

WORLDS = ("us", "multi", "automated", "untaxed", "gb", "ca", "au")

#: What QuickBooks answers where preflight blocks for a reason of QuickBooks' own.
ANSWERS = {
    Reason.PERIOD_CLOSED: {"6210"},
    Reason.DATES: {"6000"},
    Reason.CURRENCY: {"6000"},
    Reason.DISCOUNT: {"5030", "610"},
    Reason.NEGATIVE_TOTAL: {"6000"},
    Reason.CUSTOMER_UNUSABLE: {"6250", "610", "2500"},
    Reason.TRACKING: {"2500", "610"},
    Reason.NUMBER_TAKEN: {"6140"},
    Reason.ITEM_UNUSABLE: {"6270"},
}
NUMBERS = count(1)
AFTER: dict[str, bool] = {}  # invoice id to whether its tax was computed after the discount
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # a seed is not made smaller
SEEN: Counter[str] = Counter()
RUN: set[str] = set()


@pytest.fixture(scope="module", autouse=True)
def reached() -> Iterator[None]:
    """A generator that never reaches a rule proves nothing about it."""
    yield
    if set(WORLDS) <= RUN:
        assert SEEN["taken"] > 800, SEEN
        assert SEEN["refused"] > 150, SEEN
        for reason in (*ANSWERS, Reason.CREDIT_MEMO, Reason.NUMBER_UNFIT, Reason.ITEM_UNMAPPED,
                       Reason.CUSTOMER_UNMAPPED, Reason.TAX):  # fmt: skip
            assert SEEN[reason], f"{reason} was never met: {SEEN}"
        for reason in ANSWERS:
            assert SEEN[f"refused {reason}"], f"{reason} was never held against QuickBooks: {SEEN}"


@pytest.fixture(scope="module", params=WORLDS)
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def half_up(value: Fraction) -> Fraction:
    """To the cent, away from zero at the half: the oracle's own rounding."""
    sign = -1 if value < 0 else 1
    return Fraction(sign * ((abs(value) * 200 + 1) // 2), 100)


def fraction(value: Decimal) -> Fraction:
    return Fraction(*value.as_integer_ratio())


def oracle(world: World, invoice: Invoice, facts: Facts, document: Document) -> Fraction:
    """What QuickBooks must answer, from the invoice's own numbers and the company's rates."""
    sign = -1 if invoice.total < 0 else 1
    own = [(half_up(fraction(line.amount)) * sign,
            invoice.total_tax != 0 if line.taxable is None else line.taxable)
           for line in invoice.lines or ()]  # fmt: skip
    discount = half_up(fraction(invoice.discount)) * sign
    net = sum((amount for amount, _ in own), Fraction(0)) - discount
    choice = facts.workspace.tax_choice
    if choice is TaxChoice.NONE or world.name == "untaxed":
        return net
    taxable = sum((amount for amount, taxed in own if taxed), Fraction(0))
    if world.american and not any(taxed for _, taxed in own):
        return net
    if world.automated and document.body["CustomerRef"]["value"] == ADDRESSLESS:
        return net  # no address, no tax
    if world.american and choice is TaxChoice.NINJAONE:
        return net + half_up(fraction(invoice.total_tax)) * sign
    return net + tax_of(world, invoice, facts, document, own, taxable, discount)


def tax_of(
    world: World,
    invoice: Invoice,
    facts: Facts,
    document: Document,
    own: list[tuple[Fraction, bool]],
    taxable: Fraction,
    discount: Fraction,
) -> Fraction:
    """Computed by QuickBooks: every rate on the net of its code, each rounded."""
    gross = sum((amount for amount, _ in own), Fraction(0))
    as_line = facts.handling.choices.discount is DiscountChoice.LINE
    # Elsewhere QuickBooks takes its own discount line off before it computes, whatever is wanted.
    applies = applied_first(invoice, own, discount) or (as_line and not world.american)
    share = half_up(discount * taxable / gross) if gross and applies else Fraction(0)
    if not as_line and gross == 0 and taxable and applies:
        share = discount
    if world.american:
        used = (
            document.body["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] if not world.automated else "3"
        )
    else:
        used = code_of(world, invoice, document)
    return sum(
        (
            half_up((taxable - share) * world.rates[rate] / 100)
            for rate in world.parts.get(used, ())
        ),
        Fraction(0),
    )


def code_of(world: World, invoice: Invoice, document: Document) -> str:
    """The tax code of taxed lines: the one that has the invoice's rate, "" where none is named."""
    named = {line["SalesItemLineDetail"].get("TaxCodeRef", {}).get("value")
             for line in document.body["Line"] if "SalesItemLineDetail" in line}  # fmt: skip
    wanted = [
        code
        for code, parts in sorted(world.parts.items())
        if invoice.tax_rate is not None
        and sum(world.rates[part] for part in parts) == fraction(invoice.tax_rate) * 100
    ]
    return wanted[0] if wanted and wanted[0] in named else ""


def applied_first(invoice: Invoice, own: list[tuple[Fraction, bool]], discount: Fraction) -> bool:
    """Whether NinjaOne took the discount off before the tax: as the invoice was made, or also
    where both ways come to the same."""
    gross = sum((amount for amount, _ in own), Fraction(0))
    taxable = sum((amount for amount, taxed in own if taxed), Fraction(0))
    if not invoice.total_tax or not gross or invoice.tax_rate is None:
        return True
    rate = fraction(invoice.tax_rate)
    after = half_up((taxable - discount * taxable / gross) * rate)
    return AFTER[invoice.id] or half_up(taxable * rate) == after


@settings(max_examples=500, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**64))
def test_ready_invoices_are_taken_and_blocked_ones_would_be_refused(
    world: World, seed: int
) -> None:
    RUN.add(world.name)
    case = make_case(Dice(f"{world.name} {seed}"), world, next(NUMBERS))
    invoice = case.invoice
    AFTER[invoice.id] = case.after
    facts = world.facts(case.choice, case.choices, case.way)
    if case.approved:
        approved = replace(facts.handling, credit_totals={invoice.id: invoice.total})
        facts = replace(facts, handling=approved)
    blockers = check(invoice, facts)
    reasons = {blocker.reason for blocker in blockers}
    SEEN.update([str(reason) for reason in reasons] or ["taken"])
    if not blockers:
        document = build_document(invoice, facts, f"m{invoice.id}")
        assert_taken(world, invoice, facts, document)
    elif would_be_refused(world, invoice, facts, reasons):
        document = build_document(invoice, facts, f"m{invoice.id}")
        status, answer = world.post(document.entity, document.body)
        assert status == 400, (reasons, document.body)
        (error,) = answer["Fault"]["Error"]
        assert any(error["code"] in ANSWERS[reason] for reason in reasons), (reasons, error)
        SEEN.update(["refused", *(f"refused {r}" for r in reasons if error["code"] in ANSWERS[r])])


def would_be_refused(world: World, invoice: Invoice, facts: Facts, reasons: set[Reason]) -> bool:
    """Whether all *reasons* are QuickBooks' own, and there is a document to try it with. These are
    the program's rules: that sub-customers are not mapped, that no other currency than its own
    goes to a company of one currency, that a discount line is positive and stands on invoices,
    that a rule which cannot be followed is not passed over, that no number is used twice even
    where QuickBooks would allow it, and that no invoice hangs on a tax which the automated engine
    may set to nothing."""
    _, customer = facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
    if customer is None or (Reason.CUSTOMER_UNUSABLE in reasons and customer.active):
        return False
    company, choices = facts.company, facts.handling.choices
    assert company is not None
    account = facts.targets[Kind.ACCOUNTS]["7"]
    if Reason.DISCOUNT in reasons and company.allow_discount and account.active:
        return False
    if Reason.DISCOUNT in reasons and (invoice.discount < 0 or invoice.total < 0):
        return False
    if Reason.TRACKING in reasons and not all(
        is_tracked(track, company) for track in Track if choices.rule(track) != TrackRule()
    ):
        return False
    if Reason.NUMBER_TAKEN in reasons and not world.custom_numbers:
        return False
    if Reason.NEGATIVE_TOTAL in reasons and world.automated and customer.id != ADDRESSLESS:
        return False
    if any(plan_line(line, facts).blocker for line in invoice.lines or ()):
        return False  # an item that no document can be made with
    return reasons <= set(ANSWERS) - (set() if world.multi else {Reason.CURRENCY})


def assert_taken(world: World, invoice: Invoice, facts: Facts, document: Document) -> None:
    status, answer = world.post(document.entity, document.body)
    assert status == 200, (answer, document.body)
    saved = answer[document.entity]
    total = fraction(Decimal(saved["TotalAmt"]))
    assert total == oracle(world, invoice, facts, document)
    expectation = document.expectation
    assert expectation is not None
    net = fraction(expectation.net)
    assert net == total - fraction(Decimal(saved["TxnTaxDetail"].get("TotalTax", 0)))
    assert facts.company is not None
    signed = expected_total(invoice, facts, facts.company)
    assert (None if signed is None else abs(signed)) == (
        None if expectation.total is None else abs(expectation.total)
    ), "the rehearsal says what the document says"
    if expectation.total is not None:
        off = abs(fraction(expectation.total) - total)
        if world.automated and document.body["CustomerRef"]["value"] == ADDRESSLESS:
            assert not expectation.exact or not off
        else:
            # A code of several rates rounds each of them.
            assert off <= (0 if expectation.exact else Fraction(1, 100))
    if total != fraction(document.expected_total) and expectation.total is not None:
        assert document.notes or off, "a difference that could be told was not said"
    assert [line["Amount"] for line in document.body["Line"] if "Amount" in line] == [
        line["Amount"]
        for line in saved["Line"]
        if line["DetailType"] in ("SalesItemLineDetail", "DiscountLineDetail")
    ]
    assert document.body["PrivateNote"].endswith(f"| ref m{invoice.id}")
    assert_filed(invoice, facts, saved)


def assert_filed(invoice: Invoice, facts: Facts, saved: Any) -> None:
    """Under the class and the location of the most particular rule."""
    company, choices = facts.company, facts.handling.choices
    assert company is not None

    def of_all(rule: TrackRule) -> str:
        return rule.by_organization.get(invoice.organization_id, rule.fixed)

    whole = of_all(choices.classes) if company.class_per_txn else ""
    assert saved.get("ClassRef", {}).get("value", "") == whole
    place = of_all(choices.locations) if company.track_departments else ""
    assert saved.get("DepartmentRef", {}).get("value", "") == place
    for line, sent in zip(invoice.lines or (), saved["Line"], strict=False):
        filed = sent.get("SalesItemLineDetail", {}).get("ClassRef", {}).get("value", "")
        # Every product here has account code a1.
        code = line.account_id or "a1"
        own = choices.classes.by_account.get(code, of_all(choices.classes))
        by_line = company.class_per_line and "SalesItemLineDetail" in sent
        assert filed == (own if by_line else "")


@pytest.mark.parametrize("name", ["us", "gb"])
def test_as_many_lines_as_preflight_allows(name: str) -> None:
    world = World(name)
    facts = world.facts(TaxChoice.NINJAONE, DocumentChoices(), Way())
    line = InvoiceLine(
        LineGroup.AGREEMENT, "Line", Decimal(1), Decimal("0.01"), Decimal("0.01"), product_id="p1",
        taxable=True,
    )  # fmt: skip
    rate = Decimal(RATES[world.country][0])

    def of(number: int) -> Invoice:
        net = number * line.amount
        tax = (net * rate).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
        return Invoice(
            str(number), f"L-{number}", "APPROVED", "o1", "Acme", date(2026, 2, 3),
            currency=world.home, sub_total=net, tax_rate=rate, total_tax=tax, total=net + tax,
            created_at=ACTIVATED, lines=(line,) * number,
        )  # fmt: skip

    most = of(MAX_LINES)
    assert check(most, facts) == ()
    assert_taken(world, most, facts, build_document(most, facts, f"m{most.id}"))
    over = of(751)
    assert [blocker.reason for blocker in check(over, facts)] == [Reason.TOO_MANY_LINES]
    document = build_document(over, facts, "m")
    status, answer = world.post(document.entity, document.body)
    assert (status, answer["Fault"]["Error"][0]["code"]) == (400, "6000")
