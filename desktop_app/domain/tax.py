"""Which tax codes a document carries, by the company's tax model.

Source: QuickBooks sheet 8.4 and NinjaOne sheet 6.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.document_choices import STANDARD, DocumentChoices
from desktop_app.domain.money import ZERO, cents
from desktop_app.domain.records import Company, Invoice, InvoiceLine, TaxChoice, TaxCode

US_TAXABLE = "TAX"
US_EXEMPT = "NON"
RESERVED = "customsalestax"
"""The automated engine's own code; naming it is refused (6160, 6230)."""


class TaxModel(StrEnum):
    OFF = "off"  # sales tax not switched on: tax details are ignored
    US_CLASSIC = "us-classic"
    US_AUTOMATED = "us-automated"
    PER_LINE = "per-line"  # outside the United States: every line names a tax code


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """problem: "" or why the tax cannot be expressed. Codes are "" where none is sent.

    total: the amount to send as TotalTax, None where QuickBooks computes. rate, exempt_rate: in
    per cent, what QuickBooks will compute with; None where it cannot be known. note: a choice that
    was made and should be seen.
    """

    problem: str = ""
    advice: str = ""
    taxable_code: str = ""
    exempt_code: str = ""
    header_code: str = ""
    total: Decimal | None = None
    global_calculation: str = ""
    model: TaxModel = TaxModel.OFF
    rate: Decimal | None = ZERO
    exempt_rate: Decimal = ZERO
    note: str = ""

    def line_code(self, taxable: bool) -> str:
        return self.taxable_code if taxable else self.exempt_code


def tax_model(company: Company) -> TaxModel:
    if company.country not in ("US", "USA", ""):
        return TaxModel.PER_LINE
    if not company.using_sales_tax or company.partner_tax is False:
        return TaxModel.OFF
    return TaxModel.US_AUTOMATED if company.partner_tax else TaxModel.US_CLASSIC


def line_taxable(line: InvoiceLine, invoice: Invoice) -> bool:
    """A line that does not say follows the invoice."""
    return invoice.total_tax != ZERO if line.taxable is None else line.taxable


def taxed_after_discount(invoice: Invoice) -> bool:
    """Whether NinjaOne took the discount off before it computed the tax; told from the amounts,
    since the service does not say. True where they do not tell."""
    if not invoice.discount or not invoice.tax_rate or not invoice.total_tax:
        return True
    lines = invoice.lines or ()
    net = sum((line.amount for line in lines), ZERO)
    taxable = sum((line.amount for line in lines if line_taxable(line, invoice)), ZERO)
    if not net:
        return True
    after = cents((taxable - invoice.discount * taxable / net) * invoice.tax_rate)
    before = cents(taxable * invoice.tax_rate)
    return cents(invoice.total_tax) == after or cents(invoice.total_tax) != before


def plan_tax(
    invoice: Invoice,
    company: Company,
    codes: tuple[TaxCode, ...],
    choice: TaxChoice,
    choices: DocumentChoices = STANDARD,
) -> TaxPlan:
    """*invoice*: a credit memo's total and tax are expected below zero, as NinjaOne has them."""
    model = tax_model(company)
    lines = invoice.lines or ()
    taxed = choice is not TaxChoice.NONE and any(line_taxable(line, invoice) for line in lines)
    amount = ZERO if choice is TaxChoice.NONE else cents(invoice.total_tax)
    if amount != ZERO and not taxed:
        return TaxPlan(
            problem="The invoice has tax but none of its lines is taxable.",
            advice="Correct the lines in NinjaOne, or choose another way of sending tax.",
        )
    percent = invoice.tax_rate * 100 if invoice.tax_rate is not None else None
    if model is TaxModel.PER_LINE:
        taxes = taxed and (amount != ZERO or (choice is TaxChoice.QUICKBOOKS and bool(percent)))
        return _per_line(company, codes, percent if taxes else ZERO, choice, choices)
    if model is TaxModel.OFF:
        if amount != ZERO:
            return TaxPlan(
                problem="Sales tax is switched off in QuickBooks, but the invoice has tax.",
                advice="Switch sales tax on in QuickBooks, or choose to send no tax (Settings).",
            )
        return TaxPlan()
    if not taxed:
        return TaxPlan(taxable_code=US_EXEMPT, exempt_code=US_EXEMPT, model=model)
    if choice is TaxChoice.NINJAONE and (amount < ZERO) != (invoice.total < ZERO) and amount:
        return TaxPlan(
            problem="The tax and the total have opposite signs.",
            advice="Correct the invoice in NinjaOne, or let QuickBooks compute the tax (Settings).",
        )
    header = _header_code(company, codes, percent)
    if header is None and model is TaxModel.US_CLASSIC:
        return TaxPlan(
            problem="QuickBooks has no sales tax rate that could be named on the invoice.",
            advice="Add the sales tax rate in QuickBooks, then refresh.",
        )
    return TaxPlan(
        taxable_code=US_TAXABLE,
        exempt_code=US_EXEMPT,
        header_code=header.id if header is not None else "",
        total=abs(amount) if choice is TaxChoice.NINJAONE else None,
        model=model,
        rate=header.rate or ZERO if header is not None and model is TaxModel.US_CLASSIC else None,
    )


def nameable(code: TaxCode) -> bool:
    """Whether a document may name the code at all."""
    return code.active and not code.name.casefold().startswith(RESERVED)


def _header_code(
    company: Company, codes: tuple[TaxCode, ...], percent: Decimal | None
) -> TaxCode | None:
    """The default code if its rate fits; else the only one that fits; else the default."""
    numeric = {c.id: c for c in codes if nameable(c) and c.id not in (US_TAXABLE, US_EXEMPT)}
    default = numeric.get(company.tax_group_code_id)
    if default is not None and default.rate == percent:
        return default
    fitting = [c for c in numeric.values() if percent is not None and c.rate == percent]
    return fitting[0] if len(fitting) == 1 else default


def _per_line(
    company: Company,
    codes: tuple[TaxCode, ...],
    percent: Decimal | None,
    choice: TaxChoice,
    choices: DocumentChoices,
) -> TaxPlan:
    exempt, _ = _code(codes, ZERO, choices.exempt_code_id)
    if percent == ZERO and (
        not company.using_sales_tax or (exempt is None and choice is TaxChoice.NONE)
    ):
        # Without any tax the document may be outside its scope: lines then carry no code.
        return TaxPlan(model=TaxModel.PER_LINE, global_calculation="NotApplicable")
    taxable, others = _code(codes, percent, "" if percent == ZERO else choices.taxable_code_id)
    if percent == ZERO:
        taxable = exempt
    if taxable is None or exempt is None:
        missing = percent if taxable is None else ZERO
        rate = "that rate" if missing is None else f"{missing.normalize():f} %"
        return TaxPlan(
            problem=f"QuickBooks has no tax code of {rate}, and every line needs one.",
            advice="Add the tax code in QuickBooks, then refresh; or choose one in Settings.",
        )
    note = f"{others + 1} tax codes have that rate; “{taxable.name}” is used." if others else ""
    return TaxPlan(
        taxable_code=taxable.id,
        exempt_code=exempt.id,
        global_calculation="TaxExcluded",
        model=TaxModel.PER_LINE,
        rate=taxable.rate,
        exempt_rate=exempt.rate or ZERO,
        note=note,
    )


def _code(
    codes: tuple[TaxCode, ...], percent: Decimal | None, chosen: str
) -> tuple[TaxCode | None, int]:
    """The chosen code, else the first by id that has the rate; and how many others have it."""
    usable = {c.id: c for c in codes if nameable(c) and c.id.isdigit()}
    if chosen:
        return usable.get(chosen), 0
    fitting = sorted(
        (c for c in usable.values() if c.rate is not None and c.rate == percent),
        key=lambda c: c.id,
    )
    return (fitting[0] if fitting else None), len(fitting) - 1
