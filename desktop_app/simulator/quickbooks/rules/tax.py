"""Sales tax: United States by hand and automated, and the other countries' codes on each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.money import ZERO, cents, decimal_of
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

#: How the service words the tax in the refusal of a line without a code.
_TAX_WORD = {"CA": "GST/HST", "GB": "VAT", "UK": "VAT", "AU": "GST", "IN": "GST", "NZ": "GST"}
RESERVED = "customsalestax"


@dataclass
class TaxBasis:
    """What lines come to. nets: tax code to the sum of its lines; gross: the sum of their
    TaxInclusiveAmt, None where a line gave none. discount: to be taken off the subtotal."""

    subtotal: Decimal = ZERO
    discount: Decimal = ZERO
    nets: dict[str, Decimal] = field(default_factory=dict)
    gross: Decimal | None = ZERO

    def add(self, code: str, net: Decimal, gross: Any) -> None:
        self.subtotal += net
        if code:
            self.nets[code] = self.nets.get(code, ZERO) + net
        if gross is None or self.gross is None:
            self.gross = None
        else:
            self.gross += decimal_of(gross)


def check_line_code(work: Work, detail: Json, item: Json | None) -> str:
    """Complete and judge a money line's TaxCodeRef; returns the code.

    Raises:
        ServiceFault: 6100 (United States: TAX or NON only), 6000 (elsewhere: a rate is needed),
            2500 (unknown code).
    """
    company = work.company
    code = str(detail.get("TaxCodeRef", {}).get("value", ""))
    if company.is_us:
        if not code:
            detail["TaxCodeRef"] = {"value": "NON"}
            return "NON"
        if code not in {"TAX", "NON"}:
            raise codes.refused(
                "6100",
                f"Line tax code {code} is invalid; use TAX or NON.",
                "Line.SalesItemLineDetail.TaxCodeRef",
            )
        return code
    if not code and item is not None:
        code = str(item.get("SalesTaxCodeRef", {}).get("value", ""))
    if work.values.get("GlobalTaxCalculation") == "NotApplicable":
        detail.pop("TaxCodeRef", None)
        return ""
    if not code.isdigit():
        word = _TAX_WORD.get(company.country.upper(), "VAT/GST/HST")
        raise codes.business(
            f"Make sure all your transactions have a {word} rate before you save.", "TaxCodeRef"
        )
    record = company.get("TaxCode", code)
    if record is None:
        raise codes.reference("TaxCodes", code, "Line.SalesItemLineDetail.TaxCodeRef")
    detail["TaxCodeRef"] = {"value": code}
    return code


def settle_tax(work: Work, basis: TaxBasis) -> Decimal:
    """Fill in TxnTaxDetail and return the total tax.

    Raises:
        ServiceFault: 6160, 6230 (reserved code), 6170 (tax detail with NotApplicable).
    """
    sent: Json = work.values.get("TxnTaxDetail", {}) if "TxnTaxDetail" in work.sent else {}
    _refuse_reserved(work, sent)
    company = work.company
    if company.is_us:
        work.values.pop("GlobalTaxCalculation", None)
        if not company.preference("TaxPrefs", "UsingSalesTax", False):
            work.values["TxnTaxDetail"] = {"TotalTax": 0}
            return ZERO
        if company.preference("TaxPrefs", "PartnerTaxEnabled") is True:
            detail, tax = _automated(work, sent, basis)
        else:
            detail, tax = _by_hand(work, sent, basis)
    else:
        detail, tax = _elsewhere(work, sent, basis)
    work.values["TxnTaxDetail"] = detail
    return tax


def _refuse_reserved(work: Work, sent: Json) -> None:
    code = str(sent.get("TxnTaxCodeRef", {}).get("value", ""))
    record = work.company.get("TaxCode", code) or {}
    if str(record.get("Name", "")).casefold().startswith(RESERVED):
        raise codes.refused(
            "6160" if work.creating else "6230",
            "The tax code CustomSalesTax is reserved and cannot be used.",
            "TxnTaxDetail.TxnTaxCodeRef",
        )


def _taxable(work: Work, basis: TaxBasis) -> Decimal:
    """The taxable net: less its share of the discount where tax comes after the discount."""
    net = basis.nets.get("TAX", ZERO)
    if work.values.get("ApplyTaxAfterDiscount") and basis.subtotal and basis.discount:
        net -= cents(basis.discount * net / basis.subtotal)
    return net


def _default_code(work: Work) -> str:
    customer = work.company.get("Customer", work.target("CustomerRef")) or {}
    own = customer.get("DefaultTaxCodeRef", {}).get("value")
    if own and str(own).isdigit():
        return str(own)
    return str(work.company.preference("TaxPrefs", "TaxGroupCodeRef", {}).get("value", ""))


def _by_hand(work: Work, sent: Json, basis: TaxBasis) -> tuple[Json, Decimal]:
    code = str(sent.get("TxnTaxCodeRef", {}).get("value", ""))
    taxable = _taxable(work, basis)
    if not code and taxable:
        code = _default_code(work)
    lines, tax = tax_lines(work.company, code, taxable, work.values["TxnDate"])
    return _detail(code if code.isdigit() else "", lines, tax, sent)


def _automated(work: Work, sent: Json, basis: TaxBasis) -> tuple[Json, Decimal]:
    """The engine decides by address; a customer without one is taxed nothing."""
    customer = work.company.get("Customer", work.target("CustomerRef")) or {}
    addresses = (
        work.values.get("ShipAddr"),
        work.values.get("BillAddr"),
        customer.get("ShipAddr"),
        customer.get("BillAddr"),
    )
    if not any(_located(one) for one in addresses):
        return {"TotalTax": 0}, ZERO
    code = str(work.company.preference("TaxPrefs", "TaxGroupCodeRef", {}).get("value", ""))
    if not code:
        groups = [one for one in work.company.all("TaxCode") if one.get("TaxGroup")]
        code = str(groups[0]["Id"]) if groups else ""
    lines, tax = tax_lines(work.company, code, _taxable(work, basis), work.values["TxnDate"])
    return _detail(code, lines, tax, sent)


def _located(address: Json | None) -> bool:
    return bool(address) and any(
        address.get(part)  # type: ignore[union-attr]
        for part in ("PostalCode", "City", "CountrySubDivisionCode", "Line1")
    )


def _elsewhere(work: Work, sent: Json, basis: TaxBasis) -> tuple[Json, Decimal]:
    values = work.values
    work.default("GlobalTaxCalculation", "TaxExcluded")
    if values["GlobalTaxCalculation"] == "NotApplicable":
        if sent.get("TaxLine") or decimal_of(sent.get("TotalTax")):
            raise codes.refused(
                "6170", "Tax detail is not allowed with NotApplicable.", "TxnTaxDetail"
            )
        return {"TotalTax": 0}, ZERO
    lines: list[Json] = []
    total = ZERO
    for code, net in basis.nets.items():
        if basis.subtotal and basis.discount:
            net -= cents(basis.discount * net / basis.subtotal)
        more, tax = tax_lines(work.company, code, net, values["TxnDate"])
        lines += more
        total += tax
    if values["GlobalTaxCalculation"] == "TaxInclusive" and basis.gross is not None:
        total = basis.gross - basis.subtotal
        if len(lines) == 1:
            lines[0]["Amount"] = money.amount(total)
    return _detail("", lines, total, sent)


def _detail(code: str, lines: list[Json], tax: Decimal, sent: Json) -> tuple[Json, Decimal]:
    """A TotalTax that was sent wins; it is spread over the lines in proportion."""
    if sent.get("TotalTax") is not None:
        wanted = cents(decimal_of(sent["TotalTax"]))
        _spread(lines, tax, wanted)
        tax = wanted
    detail: Json = {}
    if code:
        detail["TxnTaxCodeRef"] = {"value": code}
    detail["TotalTax"] = money.amount(tax)
    if lines:
        detail["TaxLine"] = lines
    return detail, tax


def _spread(lines: list[Json], computed: Decimal, wanted: Decimal) -> None:
    left = wanted
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        own = decimal_of(line["Amount"])
        share = left if last or not computed else cents(own * wanted / computed)
        line["Amount"] = money.amount(share)
        left -= share


def tax_lines(company: Company, code: str, net: Decimal, day: str) -> tuple[list[Json], Decimal]:
    """One line for each rate of ``code`` on ``net``, rounded half up each, and their sum."""
    record = company.get("TaxCode", code) or {}
    details = record.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    if not details or not net:
        return [], ZERO
    lines: list[Json] = []
    total = ZERO
    for detail in sorted(details, key=lambda one: int(one.get("TaxOrder") or 0)):
        identity = str(detail.get("TaxRateRef", {}).get("value", ""))
        rate = _rate_on(company.get("TaxRate", identity) or {}, day)
        base = net
        if detail.get("TaxTypeApplicable") == "TaxOnAmountPlusTax":
            base = net + total
        elif detail.get("TaxTypeApplicable") == "TaxOnTax":
            base = total
        tax = cents(base * rate / 100)
        total += tax
        lines.append(
            {
                "Amount": money.amount(tax),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": identity},
                    "PercentBased": True,
                    "TaxPercent": money.number(rate),
                    "NetAmountTaxable": money.amount(base),
                },
            }
        )
    return lines, total


def _rate_on(record: Json, day: str) -> Decimal:
    for period in record.get("EffectiveTaxRate") or []:
        begin, end = str(period.get("EffectiveDate", ""))[:10], str(period.get("EndDate", ""))[:10]
        if begin and begin <= day and (not end or day <= end):
            return decimal_of(period.get("RateValue"))
    return decimal_of(record.get("RateValue"))
