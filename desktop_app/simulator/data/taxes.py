"""Sales tax of a company: agencies, rates, codes, and the tax detail of a transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from desktop_app.simulator.data.amounts import ZERO, cents
from desktop_app.simulator.data.books import Books
from desktop_app.simulator.data.seed import Json


@dataclass
class TaxModel:
    """How a company taxes.

    per_line: every line names a numeric code (outside the US); otherwise lines say TAX or NON and
    the header names *default_code*. parts: code to its (rate id, per cent) pairs.
    """

    per_line: bool
    default_code: str
    parts: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)
    exempt_code: str = "NON"

    def line_code(self, taxable: bool) -> str:
        if self.per_line:
            return self.default_code if taxable else self.exempt_code
        return "TAX" if taxable else "NON"

    def detail(self, lines: list[tuple[Decimal, str]]) -> Json:
        """TxnTaxDetail for (amount, line code) pairs; each rate is taken on its summed net."""
        net: dict[tuple[str, Decimal], Decimal] = {}
        for amount, line_code in lines:
            if not self.per_line and line_code == "NON":
                continue
            code = line_code if self.per_line else self.default_code
            for part in self.parts[code]:
                net[part] = net.get(part, ZERO) + amount
        tax_lines: list[Json] = [
            {
                "Amount": cents(taxed * percent / 100),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": rate_id},
                    "PercentBased": True,
                    "TaxPercent": percent,
                    "NetAmountTaxable": taxed,
                },
            }
            for (rate_id, percent), taxed in net.items()
        ]
        detail: Json = {"TotalTax": sum((line["Amount"] for line in tax_lines), ZERO)}
        if not self.per_line:
            detail["TxnTaxCodeRef"] = {"value": self.default_code}
        if tax_lines:
            detail["TaxLine"] = tax_lines
        return detail


def united_states(books: Books, since: datetime, *, automated: bool = False) -> TaxModel:
    """TAX and NON, a code of 8.25 % in one rate and one of 8.75 % in two.

    One rate for the first, so that tax is the same to the cent as total x 0.0825.
    """
    agency = books.add(
        "TaxAgency",
        {"DisplayName": "Harbor County Revenue", "TaxTrackedOnSales": True,
         "TaxTrackedOnPurchases": False},
        since,
    )  # fmt: skip
    state = books.add(
        "TaxAgency",
        {"DisplayName": "State Department of Revenue", "TaxTrackedOnSales": True,
         "TaxTrackedOnPurchases": False},
        since,
    )  # fmt: skip
    combined = _rate(books, "Harbor County combined", "8.25", agency, since)
    base = _rate(books, "State rate", "6.5", state, since)
    local = _rate(books, "Out-of-county local rate", "2.25", agency, since)
    for code, taxable in (("TAX", True), ("NON", False)):
        books.add(
            "TaxCode",
            {"Name": code, "Description": code, "Active": True, "Taxable": taxable,
             "TaxGroup": False},
            since,
            record_id=code,
        )  # fmt: skip
    kind = "SYSTEM_GENERATED" if automated else "USER_DEFINED"
    _code(books, "2", "Harbor County", [combined], since, kind=kind, group=True)
    _code(books, "3", "Out of county", [base, local], since, kind=kind, group=True)
    return TaxModel(
        per_line=False,
        default_code="2",
        parts={"2": [_part(combined)], "3": [_part(base), _part(local)]},
    )


def united_kingdom(books: Books, since: datetime) -> TaxModel:
    """VAT: numeric codes on every line, standard, reduced, zero, exempt and out of scope."""
    agency = books.add(
        "TaxAgency",
        {"DisplayName": "HM Revenue & Customs (VAT)", "TaxTrackedOnSales": True,
         "TaxTrackedOnPurchases": True, "TaxRegistrationNumber": "123 4567 89"},
        since,
    )  # fmt: skip
    parts: dict[str, list[tuple[str, Decimal]]] = {}
    for name, percent, taxable in (
        ("20.0% S", "20", True),
        ("5.0% R", "5", True),
        ("0.0% Z", "0", True),
        ("Exempt", "0", False),
        ("No VAT", "0", False),
    ):
        rate = _rate(books, f"{name} (Sales)", percent, agency, since)
        code_id = str(len(parts) + 2)
        _code(books, code_id, name, [rate], since, taxable=taxable)
        parts[code_id] = [_part(rate)]
    return TaxModel(per_line=True, default_code="2", parts=parts, exempt_code="6")


def _part(rate: Json) -> tuple[str, Decimal]:
    return rate["Id"], rate["RateValue"]


def _rate(books: Books, name: str, percent: str, agency: Json, since: datetime) -> Json:
    value = Decimal(percent)
    return books.add(
        "TaxRate",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "RateValue": value,
            "AgencyRef": {"value": agency["Id"]},
            "SpecialTaxType": "NONE" if value else "ZERO_RATE",
            "DisplayType": "ReadOnly",
            "EffectiveTaxRate": [
                {"RateValue": value, "EffectiveDate": books.calendar.pacific(since)}
            ],
        },
        since,
    )


def _code(
    books: Books,
    code_id: str,
    name: str,
    rates: list[Json],
    since: datetime,
    *,
    kind: str = "USER_DEFINED",
    group: bool = True,
    taxable: bool = True,
) -> None:
    books.add(
        "TaxCode",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "Hidden": False,
            "Taxable": taxable,
            "TaxGroup": group,
            "TaxCodeConfigType": kind,
            "SalesTaxRateList": {
                "TaxRateDetail": [
                    {
                        "TaxRateRef": {"value": rate["Id"], "name": rate["Name"]},
                        "TaxTypeApplicable": "TaxOnAmount",
                        "TaxOrder": order,
                    }
                    for order, rate in enumerate(rates)
                ]
            },
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        },
        since,
        record_id=code_id,
    )
