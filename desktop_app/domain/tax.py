"""Which tax codes a document carries, by the company's tax model.

Source: QuickBooks sheet 8.4 and NinjaOne sheet 6.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Company, Invoice, InvoiceLine, TaxChoice, TaxCode

US_TAXABLE = "TAX"
US_EXEMPT = "NON"


class TaxModel(StrEnum):
    OFF = "off"  # sales tax not switched on: tax details are ignored
    US_CLASSIC = "us-classic"
    US_AUTOMATED = "us-automated"
    PER_LINE = "per-line"  # outside the United States: every line names a tax code


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """problem: "" or why the tax cannot be expressed. Codes are "" where none is sent.

    total: the amount to send as TotalTax, None where QuickBooks computes.
    """

    problem: str = ""
    advice: str = ""
    taxable_code: str = ""
    exempt_code: str = ""
    header_code: str = ""
    total: Decimal | None = None
    global_calculation: str = ""

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


def plan_tax(
    invoice: Invoice, company: Company, codes: tuple[TaxCode, ...], choice: TaxChoice
) -> TaxPlan:
    model = tax_model(company)
    lines = invoice.lines or ()
    taxed = choice is not TaxChoice.NONE and any(line_taxable(line, invoice) for line in lines)
    amount = ZERO if choice is TaxChoice.NONE else invoice.total_tax
    if amount != ZERO and not taxed:
        return TaxPlan(
            problem=f"The invoice has {amount} tax but none of its lines is taxable.",
            advice="Correct the lines in NinjaOne, or choose another way of sending tax.",
        )
    percent = invoice.tax_rate * 100 if invoice.tax_rate is not None else None
    if model is TaxModel.PER_LINE:
        return _per_line(codes, percent if taxed and amount != ZERO else ZERO)
    if model is TaxModel.OFF:
        if amount != ZERO:
            return TaxPlan(
                problem="Sales tax is switched off in QuickBooks, but the invoice has tax.",
                advice="Switch sales tax on in QuickBooks, or choose to send no tax (Settings).",
            )
        return TaxPlan()
    if not taxed:
        return TaxPlan(taxable_code=US_EXEMPT, exempt_code=US_EXEMPT)
    header = _header_code(company, codes, percent)
    if not header and model is TaxModel.US_CLASSIC:
        return TaxPlan(
            problem="QuickBooks has no sales tax rate that could be named on the invoice.",
            advice="Add the sales tax rate in QuickBooks, then refresh.",
        )
    return TaxPlan(
        taxable_code=US_TAXABLE,
        exempt_code=US_EXEMPT,
        header_code=header,
        total=amount if choice is TaxChoice.NINJAONE else None,
    )


def _header_code(company: Company, codes: tuple[TaxCode, ...], percent: Decimal | None) -> str:
    """The default code if its rate fits; else the only one that fits; else the default."""
    numeric = {c.id: c for c in codes if c.active and c.id not in (US_TAXABLE, US_EXEMPT)}
    default = numeric.get(company.tax_group_code_id)
    if default is not None and default.rate == percent:
        return default.id
    fitting = [c.id for c in numeric.values() if percent is not None and c.rate == percent]
    if len(fitting) == 1:
        return fitting[0]
    return default.id if default is not None else ""


def _per_line(codes: tuple[TaxCode, ...], percent: Decimal | None) -> TaxPlan:
    taxable = _code_of_rate(codes, percent)
    exempt = _code_of_rate(codes, ZERO)
    if not taxable or not exempt:
        missing = percent if not taxable else ZERO
        rate = "that rate" if missing is None else f"{missing.normalize():f} %"
        return TaxPlan(
            problem=f"QuickBooks has no tax code of {rate}, and every line needs one.",
            advice="Add the tax code in QuickBooks, then refresh.",
        )
    return TaxPlan(taxable_code=taxable, exempt_code=exempt, global_calculation="TaxExcluded")


def _code_of_rate(codes: tuple[TaxCode, ...], percent: Decimal | None) -> str:
    """The code of that rate; the first by id where several have it."""
    fitting = sorted(c.id for c in codes if c.active and c.rate is not None and c.rate == percent)
    return fitting[0] if fitting else ""
