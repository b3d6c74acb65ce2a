"""Whether QuickBooks would take the document: what its own rules say of header and sums.

Source: QuickBooks sheet 4.4, 5.2, 8.3 to 8.7 and 8.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from desktop_app.domain.document_lines import discount_problem
from desktop_app.domain.facts import Facts
from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.numbering import document_number
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Company, Invoice
from desktop_app.domain.tax import TaxPlan, plan_tax
from desktop_app.domain.totals import is_credit, least_total
from desktop_app.domain.tracking import problem as tracking_problem

LIMIT = Decimal(10) ** 13
"""Far above any invoice, far below what QuickBooks' 15 digits hold."""


def header(invoice: Invoice, facts: Facts, company: Company) -> Iterator[Blocker]:
    """Everything but the lines' own items. *invoice* has lines."""
    yield from _dates(invoice, company)
    yield from _number(invoice, facts, company)
    problem, advice = discount_problem(invoice, facts, company)
    if problem:
        yield Blocker(Reason.DISCOUNT, problem, advice, cause="The discount cannot be sent")
    problem, advice = tracking_problem(invoice, facts, company)
    if problem:
        yield Blocker(Reason.TRACKING, problem, advice, cause=problem)
    choice = facts.workspace.tax_choice
    plan = plan_tax(invoice, company, facts.tax_codes, choice, facts.handling.choices)
    if plan.problem:
        yield Blocker(Reason.TAX, plan.problem, plan.advice, cause=plan.problem)
    else:
        yield from _sums(invoice, facts, plan)


def _dates(invoice: Invoice, company: Company) -> Iterator[Blocker]:
    day = invoice.invoice_date
    if day is None:
        yield Blocker(
            Reason.DATES, "The invoice has no date.", "Give it one in NinjaOne.",
            cause="No date, or due before its date",
        )  # fmt: skip
        return
    if not is_credit(invoice) and invoice.due_date is not None and invoice.due_date < day:
        yield Blocker(
            Reason.DATES,
            f"It is due ({invoice.due_date}) before its date ({day}).",
            "Correct the dates in NinjaOne.",
            cause="No date, or due before its date",
        )
    closed = company.book_close_date
    if closed is not None and day <= closed:
        yield Blocker(
            Reason.PERIOD_CLOSED,
            f"The books are closed to {closed}; the invoice is dated {day}.",
            "Change the date in NinjaOne, or reopen the period in QuickBooks.",
            cause=f"Dated in a closed period (the books are closed to {closed})",
        )


def _number(invoice: Invoice, facts: Facts, company: Company) -> Iterator[Blocker]:
    number = document_number(invoice, company, facts.handling.choices)
    if number.problem:
        yield Blocker(
            Reason.NUMBER_UNFIT, number.problem, number.advice,
            cause="The number is too long for QuickBooks, or cannot be written there",
        )  # fmt: skip
        return
    twins = facts.others_numbered(invoice, number.text)
    if twins:
        yield Blocker(
            Reason.NUMBER,
            f"Number {number.text} is also used by another invoice ({twins[0].organization_name}).",
            "Give one of them another number in NinjaOne.",
            cause="The number is used by another invoice, too",
        )
    entity = "CreditMemo" if is_credit(invoice) else "Invoice"
    taken = [one for one in facts.strangers_numbered(number.text) if one.entity == entity]
    if taken:
        one = taken[0]
        words = f"{one.customer_name}, {one.day}, {money_text(one.total, one.currency)}"
        yield Blocker(
            Reason.NUMBER_TAKEN,
            f"QuickBooks already has number {number.text}, not sent from here ({words}).",
            "If it is the same invoice, another integration sends them, too: switch that off. "
            "Otherwise give the invoice another number in NinjaOne.",
            cause="The number is already in QuickBooks, not sent from here",
        )


def _sums(invoice: Invoice, facts: Facts, plan: TaxPlan) -> Iterator[Blocker]:
    amounts = [invoice.total, *(line.amount for line in invoice.lines or ())]
    if any(abs(amount) >= LIMIT for amount in amounts):
        yield Blocker(
            Reason.AMOUNT,
            "An amount has more digits than QuickBooks holds.",
            "Correct the invoice in NinjaOne.",
            cause="An amount has more digits than QuickBooks holds",
        )
        return
    lowest = least_total(invoice, facts, plan)
    if is_credit(invoice):
        approved = facts.handling.credit_totals.get(invoice.id)
        if lowest < ZERO:
            yield _negative(
                f"NinjaOne's total is {money_text(invoice.total)}, but as a credit memo its lines, "
                f"discount and tax would come to {money_text(lowest)}.",
                "Correct the invoice in NinjaOne.",
            )
        elif approved != invoice.total:
            yield Blocker(
                Reason.CREDIT_MEMO,
                f"The total is negative ({money_text(invoice.total, invoice.currency)}); "
                "QuickBooks takes it as a credit memo.",
                "Approve it to be sent as a credit memo, with positive amounts.",
                cause="Negative total: goes as a credit memo once approved",
            )
    elif lowest < ZERO:
        yield _negative(
            f"Its lines, discount and tax come to {money_text(lowest, invoice.currency)}, although "
            f"NinjaOne's total is {money_text(invoice.total)}.",
            "Correct the invoice in NinjaOne: QuickBooks takes no invoice below zero.",
        )


def _negative(text: str, advice: str) -> Blocker:
    return Blocker(Reason.NEGATIVE_TOTAL, text, advice, cause="The total would be negative")
