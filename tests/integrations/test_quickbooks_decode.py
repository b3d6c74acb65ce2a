from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.errors import ServiceFault
from desktop_app.integrations.quickbooks import decode


def test_customer() -> None:
    row = {
        "Id": "58",
        "SyncToken": "2",
        "DisplayName": "Harbor Peak Dental",
        "CompanyName": "Harbor Peak Dental LLC",
        "FullyQualifiedName": "Harbor Peak Dental",
        "Active": True,
        "Job": False,
        "IsProject": False,
        "Taxable": True,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "SalesTermRef": {"value": "3", "name": "Net 30"},
        "PrimaryEmailAddr": {"Address": "ap@harborpeak.example"},
        "BillAddr": {"Id": "94", "City": "Tacoma"},
    }
    found = decode.target(Kind.CUSTOMERS, row)
    assert (found.id, found.name, found.full_name) == ("58", *["Harbor Peak Dental"] * 2)
    assert (found.sync_token, found.company_name) == ("2", "Harbor Peak Dental LLC")
    assert (found.email, found.city) == ("ap@harborpeak.example", "Tacoma")
    assert (found.currency, found.term_id, found.taxable) == ("USD", "3", True)
    assert found.active
    assert not found.subordinate


@pytest.mark.parametrize(
    "more", [{"Job": True}, {"IsProject": True}, {"ParentRef": {"value": "5"}}, {"Job": "true"}]
)
def test_what_is_below_a_customer(more: dict[str, Any]) -> None:
    assert decode.target(Kind.CUSTOMERS, {"Id": "1", **more}).subordinate


def test_account() -> None:
    row = {
        "Id": "79",
        "Name": "Managed Services",
        "FullyQualifiedName": "Service Revenue:Managed Services",
        "SubAccount": True,
        "ParentRef": {"value": "45"},
        "Active": False,
        "AccountType": "Income",
        "AccountSubType": "ServiceFeeIncome",
        "AcctNum": "4010",
    }
    found = decode.target(Kind.ACCOUNTS, row)
    assert (found.type, found.subtype, found.number) == ("Income", "ServiceFeeIncome", "4010")
    assert (found.parent_id, found.subordinate, found.active) == ("45", False, False)


def test_item() -> None:
    row = {
        "Id": "19",
        "Name": "Managed Workstation",
        "Sku": "MSP-WKS",
        "Type": "Service",
        "UnitPrice": Decimal("42.5"),
        "IncomeAccountRef": {"value": "79"},
    }
    found = decode.target(Kind.ITEMS, row)
    assert (found.type, found.number, found.price) == ("Service", "MSP-WKS", Decimal("42.5"))
    assert found.income_account_id == "79"
    assert decode.target(Kind.ITEMS, {"Id": "1"}).price is None


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("row", [{}, {"Id": ""}, {"Id": None}, {"Id": ["1"]}])
def test_without_id(kind: Kind, row: dict[str, Any]) -> None:
    with pytest.raises(ServiceFault):
        decode.target(kind, row)


@pytest.mark.parametrize("kind", list(Kind))
def test_odd_values_do_no_harm(kind: Kind) -> None:
    odd = {
        "Id": 5,
        "ParentRef": "5",
        "UnitPrice": True,
        "Active": None,
        "BillAddr": [],
        "PrimaryEmailAddr": None,
        "DisplayName": None,
    }
    found = decode.target(kind, odd)
    assert (found.id, found.parent_id, found.price, found.active) == ("5", "", None, True)


def test_company() -> None:
    preferences = {
        "AccountingInfoPrefs": {"UseAccountNumbers": True, "BookCloseDate": "2025-12-31"},
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowDiscount": True,
            "DefaultDiscountAccount": "86",
            "DefaultTerms": {"value": "3"},
        },
        "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "3"}},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "OtherPrefs": {
            "NameValue": [{"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"}, {"Name": "x"}]
        },
    }
    found = decode.company("9341", {"CompanyName": "Tide", "Country": "GB"}, preferences)
    assert (found.realm_id, found.name, found.country) == ("9341", "Tide", "GB")
    assert found.book_close_date == date(2025, 12, 31)
    assert (found.home_currency, found.multicurrency) == ("USD", False)
    assert (found.custom_txn_numbers, found.use_account_numbers) == (True, True)
    assert (found.allow_discount, found.discount_account_id) == (True, "86")
    assert (found.using_sales_tax, found.partner_tax, found.tax_group_code_id) == (True, None, "3")
    assert (found.default_term_id, found.default_item_id) == ("3", "1")
    assert not found.class_per_line


@pytest.mark.parametrize(("given", "found"), [(True, True), (False, False), ("true", True)])
def test_automated_sales_tax(given: Any, found: bool) -> None:
    preferences = {"TaxPrefs": {"PartnerTaxEnabled": given}}
    assert decode.company("1", {}, preferences).partner_tax is found


TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("more", "rate"),
    [
        ({"RateValue": Decimal("8.5")}, "8.5"),
        ({"RateValue": 0}, "0"),
        ({"RateValue": 5, "Active": False}, None),
        ({}, None),
        (
            {
                "RateValue": 0,
                "EffectiveTaxRate": [
                    {"RateValue": 15, "EffectiveDate": "2010-01-01", "EndDate": "2020-12-31"},
                    {"RateValue": 20, "EffectiveDate": "2021-01-01T00:00:00-08:00"},
                    {"RateValue": 25, "EffectiveDate": "2027-01-01"},
                ],
            },
            "20",
        ),
    ],
)
def test_tax_rate(more: dict[str, Any], rate: str | None) -> None:
    found = decode.tax_rate({"Id": "4", **more}, TODAY)
    assert found == (None if rate is None else ("4", Decimal(rate)))


def test_tax_code() -> None:
    def uses(*ids: str) -> dict[str, Any]:
        details = [{"TaxRateRef": {"value": one}} for one in ids]
        return {"Id": "3", "Name": "Both", "SalesTaxRateList": {"TaxRateDetail": details}}

    rates = {"4": Decimal("6.5"), "5": Decimal("2")}
    assert decode.tax_code(uses("4", "5"), rates).rate == Decimal("8.5")
    assert decode.tax_code(uses("4", "gone"), rates).rate == Decimal("6.5")
    assert decode.tax_code(uses("gone"), rates).rate is None
    assert decode.tax_code({"Id": "NON", "Name": "NON"}, rates).rate is None


def test_term() -> None:
    assert decode.term({"Id": "3", "Name": "Net 30", "DueDays": 30}).due_days == 30
    assert decode.term({"Id": "3", "Name": "15th", "DayOfMonthDue": 15}).due_days is None


def test_document() -> None:
    row = {
        "Id": "145",
        "SyncToken": "0",
        "DocNumber": "N1",
        "TotalAmt": Decimal("718.99"),
        "CustomerRef": {"value": "58"},
        "TxnTaxDetail": {"TotalTax": 19},
        "PrivateNote": "marker",
    }
    found = decode.document(row, "tid")
    assert (found.id, found.doc_number, found.customer_id) == ("145", "N1", "58")
    assert (found.total, found.total_tax) == (Decimal("718.99"), Decimal(19))
    assert (found.private_note, found.reference, found.body) == ("marker", "tid", row)
    assert decode.document({"Id": "1", "TotalAmt": 0}, "").total_tax == 0
    with pytest.raises(ServiceFault):
        decode.document({"Id": "1"}, "tid")
