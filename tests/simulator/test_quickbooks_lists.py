"""Customers, vendors, employees, accounts, items and the small lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.books import GB, Books, sale


@pytest.fixture
def books() -> Books:
    return Books()


def test_customer_is_completed(books: Books) -> None:
    made = books.save("Customer", {"DisplayName": "New Client", "BillAddr": {"City": "Reno"}})
    assert (made["Id"], made["SyncToken"], made["domain"], made["sparse"]) == (
        "5",
        "0",
        "QBO",
        False,
    )
    assert made["FullyQualifiedName"] == made["PrintOnCheckName"] == "New Client"
    assert (made["Active"], made["Job"], made["Level"], made["IsProject"]) == (
        True,
        False,
        0,
        False,
    )
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert made["BillAddr"]["Id"].isdigit()
    assert set(made["MetaData"]) == {"CreateTime", "LastUpdatedTime"}
    assert books.read("Customer", "5") == made


def test_name_from_its_parts(books: Books) -> None:
    made = books.save("Customer", {"GivenName": "Ada", "FamilyName": "King", "Title": "Dr"})
    assert made["DisplayName"] == "Dr Ada King"
    assert books.fault("customer", {"Notes": "nobody"})["code"] == "6080"


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        ({"DisplayName": "a:b"}, "2040", "DisplayName"),
        ({"DisplayName": "a\tb"}, "2040", "DisplayName"),
        ({"DisplayName": "x", "GivenName": "a\nb"}, "2040", "GivenName"),
        ({"DisplayName": "x" * 501}, "2050", "DisplayName"),
        ({"DisplayName": "x", "Title": "t" * 17}, "2050", "Title"),
        ({"DisplayName": "x", "CompanyName": "t" * 101}, "2050", "CompanyName"),
        ({"DisplayName": "x", "Notes": "n" * 2001}, "2050", "Notes"),
        ({"DisplayName": "x", "PrimaryPhone": {"FreeFormNumber": "5" * 31}}, "2050", None),
        ({"DisplayName": "x", "BillAddr": {"City": "c" * 256}}, "2050", "BillAddr.City"),
        ({"DisplayName": "x", "PrimaryEmailAddr": {"Address": "no"}}, "2210", None),
        ({"DisplayName": "x", "PrimaryEmailAddr": {"Address": "a@b"}}, "2210", None),
        ({"DisplayName": "x", "Active": "perhaps"}, "2230", "Active"),
        ({"DisplayName": "x", "PreferredDeliveryMethod": "Pigeon"}, "2170", None),
        ({"DisplayName": "x", "TaxExemptionReasonId": 16}, "2240", "TaxExemptionReasonId"),
        ({"DisplayName": "x", "TaxExemptionReasonId": "one"}, "2080", None),
        ({"DisplayName": "x", "OpenBalanceDate": "01/02/2026"}, "2060", "OpenBalanceDate"),
        ({"DisplayName": "x", "OpenBalanceDate": "2026-02-30"}, "2070", "OpenBalanceDate"),
        ({"DisplayName": "x", "Balance": "lots"}, "2140", "Balance"),
        ({"DisplayName": "x", "SalesTermRef": {"value": "99"}}, "2500", "SalesTermRef"),
        ({"DisplayName": "x", "CurrencyRef": {"value": "USD"}}, "6000", "CurrencyRef"),
        ({"DisplayName": "x", "Job": True}, "6150", "ParentRef"),
        ({"DisplayName": "x", "ParentRef": {"value": "99"}}, "2500", "ParentRef"),
        ({"DisplayName": "x", "Id": "abc", "SyncToken": "0"}, "2030", "Id"),
        ({"DisplayName": ["x"]}, "2010", "DisplayName"),
        ({"DisplayName": "x", "BillAddr": "street"}, "2010", "BillAddr"),
    ],
)
def test_customer_refused(books: Books, body: dict[str, Any], code: str, element: Any) -> None:
    error = books.fault("customer", body)
    assert error["code"] == code, error
    if element:
        assert error["element"] == element
    assert books.query("SELECT COUNT(*) FROM Customer")["totalCount"] == 3


def test_length_detail_names_the_bounds(books: Books) -> None:
    error = books.fault("customer", {"DisplayName": "x", "Suffix": "s" * 20})
    assert error["Message"] == "Invalid String Length"
    assert "Min:0 Max:16 supplied:20" in error["Detail"]


def test_unknown_property(books: Books) -> None:
    error = books.fault("customer", {"DisplayName": "x", "Colour": "red"})
    assert error["code"] == "2010"
    assert error["Message"] == "Request has invalid or unsupported property"
    assert 'Property Name:Unrecognized field "Colour"' in error["Detail"]
    assert "specified value is not supported" in error["Detail"]
    nested = books.fault("customer", {"DisplayName": "x", "BillAddr": {"Planet": "Mars"}})
    assert '"BillAddr.Planet"' in nested["Detail"]


@pytest.mark.parametrize("name", ["harbor peak dental", " Paper Mill ", "ADA BYRON"])
@pytest.mark.parametrize("entity", ["Customer", "Vendor", "Employee"])
def test_names_are_unique_over_three_lists(books: Books, entity: str, name: str) -> None:
    error = books.fault(entity.lower(), {"DisplayName": name})
    assert error["code"] == "6240"
    assert error["Message"] == "Duplicate Name Exists Error"
    assert error["Detail"] == "The name supplied already exists. : Id=1"


def test_read_only_fields_are_ignored_silently(books: Books) -> None:
    made = books.save(
        "Customer",
        {
            "DisplayName": "Sly",
            "FullyQualifiedName": "Something else",
            "Level": 3,
            "BalanceWithJobs": 50,
            "IsProject": True,
            "MetaData": {"CreateTime": "1999-01-01T00:00:00Z"},
        },
    )
    assert made["FullyQualifiedName"] == "Sly"
    assert (made["Level"], made["BalanceWithJobs"], made["IsProject"]) == (0, 0, False)
    assert not made["MetaData"]["CreateTime"].startswith("1999")


def test_full_and_sparse_update(books: Books) -> None:
    made = books.save(
        "Customer", {"DisplayName": "Two Ways", "Notes": "keep", "CompanyName": "Two Ways Inc"}
    )
    sparse = books.save(
        "Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "changed"}
    )
    assert (sparse["Notes"], sparse["CompanyName"], sparse["SyncToken"]) == (
        "changed",
        "Two Ways Inc",
        "1",
    )
    emptied = books.save(
        "Customer",
        {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Notes": "", "DisplayName": ""},
    )
    assert "Notes" not in emptied
    assert emptied["DisplayName"] == "Two Ways"
    full = books.save(
        "Customer", {"Id": made["Id"], "SyncToken": "2", "DisplayName": "Two Ways More"}
    )
    assert "CompanyName" not in full
    assert (full["SyncToken"], full["DisplayName"]) == ("3", "Two Ways More")
    assert full["MetaData"]["CreateTime"] == made["MetaData"]["CreateTime"]


def test_stale_token(books: Books) -> None:
    books.change("Customer", "1", Notes="first")
    error = books.fault("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "b"})
    assert (error["code"], error["Message"]) == ("5010", "Stale Object Error")
    assert error["Detail"].startswith("Stale Object Error : You and root were working on this")
    missing = books.fault("customer", {"Id": "1", "sparse": True})
    assert (missing["code"], missing["element"]) == ("2020", "SyncToken")


def test_inactive_customers(books: Books) -> None:
    gone = books.change("Customer", "2", Active=False)
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "O'Neil IT (deleted)"
    again = books.save("Customer", {"DisplayName": "O'Neil IT"})
    second = books.change("Customer", again["Id"], Active=False)
    assert second["DisplayName"] == "O'Neil IT (deleted-1)"
    back = books.change("Customer", "2", Active=True)
    assert back["DisplayName"] == "O'Neil IT"
    error = books.fault(
        "customer", {"Id": second["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    )
    assert error["code"] == "6240"


def test_who_owes_money_stays(books: Books) -> None:
    books.save("Invoice", books.invoice(CustomerRef={"value": "2"}))
    body = {"Id": "2", "SyncToken": "0", "sparse": True, "Active": False}
    error = books.fault("customer", body)
    assert (error["code"], error["Message"]) == ("6220", "Delete List Has Balance Error")
    assert "non-zero balance" in error["Detail"]


def test_sub_customers(books: Books) -> None:
    parent = "4"
    for level in range(2, 5):
        made = books.save("Customer", {"DisplayName": f"L{level}", "ParentRef": {"value": parent}})
        assert (made["Level"], made["Job"]) == (level, True)
        parent = made["Id"]
    assert made["FullyQualifiedName"] == "Harbor Peak Dental:Branch:L2:L3:L4"
    too_deep = {"DisplayName": "L5", "ParentRef": {"value": parent}}
    assert books.fault("customer", too_deep)["code"] == "6180"
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "ParentRef": {"value": parent}}
    assert books.fault("customer", body)["code"] == "900"
    books.change("Customer", "1", DisplayName="Harbour")
    assert books.read("Customer", parent)["FullyQualifiedName"] == "Harbour:Branch:L2:L3:L4"
    inactive = {"DisplayName": "Orphan", "ParentRef": {"value": "3"}}
    assert books.fault("customer", inactive)["code"] == "700"


def test_currency_is_fixed() -> None:
    books = Books(GB)
    made = books.save("Customer", {"DisplayName": "Euro", "CurrencyRef": {"value": "EUR"}})
    assert made["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "GBP"}}
    assert books.fault("customer", body)["code"] == "6000"
    assert books.read("Customer", made["Id"])["CurrencyRef"]["value"] == "EUR"
    unknown = {"DisplayName": "Yen", "CurrencyRef": {"value": "JPY"}}
    assert books.fault("customer", unknown)["code"] == "2500"
    nonsense = {"DisplayName": "Yen", "CurrencyRef": {"value": "yen"}}
    assert books.fault("customer", nonsense)["code"] == "2220"


def test_opening_balance_is_written_once(books: Books) -> None:
    assert books.fault("customer", {"DisplayName": "Debtor", "Balance": 5})["code"] == "6060"
    made = books.save(
        "Customer", {"DisplayName": "Debtor", "Balance": 5, "OpenBalanceDate": "2026-01-05"}
    )
    assert books.change("Customer", made["Id"], Balance=99)["Balance"] == 5


@pytest.mark.parametrize("entity", ["Customer", "Account", "Item", "Term", "Vendor"])
def test_lists_cannot_be_deleted(books: Books, entity: str) -> None:
    error = books.fault(entity.lower(), {"Id": "1", "SyncToken": "0"}, operation="delete")
    assert error["code"] == "500"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"AccountType": "Income"}, "2020"),
        ({"Name": "x"}, "6010"),
        ({"Name": 'x"y', "AccountType": "Income"}, "2040"),
        ({"Name": "x:y", "AccountType": "Income"}, "2040"),
        ({"Name": "x" * 101, "AccountType": "Income"}, "2050"),
        ({"Name": "x", "AccountType": "Piggy Bank"}, "2170"),
        ({"Name": "x", "AccountType": "Income", "AccountSubType": "Checking"}, "6430"),
        ({"Name": "x", "AccountSubType": "Nonsense"}, "6430"),
        ({"Name": "services", "AccountType": "Expense"}, "6240"),
        ({"Name": "x", "AccountType": "Income", "AcctNum": "40:1"}, "2040"),
        ({"Name": "x", "AccountType": "Income", "AcctNum": "12345678"}, "2050"),
        ({"Name": "x", "AccountType": "Income", "Description": "d" * 101}, "2050"),
        ({"Name": "x", "AccountType": "Income", "ParentRef": {"value": "6"}}, "700"),
        ({"Name": "x", "AccountType": "Income", "ParentRef": {"value": "99"}}, "2500"),
        ({"Name": "x", "AccountType": "Income", "ParentRef": {"value": "11"}}, "700"),
        ({"Name": "x", "AccountType": "Bank", "OpeningBalance": 5}, "6060"),
    ],
)
def test_account_refused(books: Books, body: dict[str, Any], code: str) -> None:
    assert books.fault("account", body)["code"] == code


def test_accounts(books: Books) -> None:
    made = books.save("Account", {"Name": "Managed", "AccountType": "Income", "AcctNum": "4010"})
    assert made["AccountSubType"] == "OtherPrimaryIncome"
    assert (made["Classification"], made["SubAccount"], made["Active"]) == ("Revenue", False, True)
    assert made["CurrentBalance"] == made["CurrentBalanceWithSubAccounts"] == 0
    sub = books.save(
        "Account",
        {"Name": "Services", "AccountSubType": "ServiceFeeIncome", "ParentRef": {"value": "2"}},
    )
    assert (sub["FullyQualifiedName"], sub["SubAccount"]) == ("Services:Services", True)
    taken = {"Name": "Other", "AccountType": "Income", "AcctNum": "4010"}
    assert books.fault("account", taken)["code"] == "6000"
    body = {"Id": "2", "SyncToken": "0", "sparse": True, "Active": False}
    assert books.fault("account", body)["code"] == "800"
    books.change("Account", sub["Id"], Active=False)
    assert books.change("Account", "2", Active=False)["Name"] == "Services (deleted)"


def test_account_numbers_are_shown_only_when_used(books: Books) -> None:
    made = books.save("Account", {"Name": "Managed", "AccountType": "Income", "AcctNum": "4010"})
    books.prefer("AccountingInfoPrefs", UseAccountNumbers=False)
    assert "AcctNum" not in books.read("Account", made["Id"])
    (row,) = books.query("SELECT * FROM Account WHERE Name = 'Managed'")["Account"]
    assert "AcctNum" not in row


INCOME = {"IncomeAccountRef": {"value": "2"}}
STOCK = {
    "Name": "Switch",
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 4,
    "InvStartDate": "2026-01-01",
    **INCOME,
    "ExpenseAccountRef": {"value": "9"},
    "AssetAccountRef": {"value": "10"},
}


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        ({"Type": "Service", **INCOME}, "2020", "Name"),
        ({"Name": "x", "Type": "Service"}, "2020", "IncomeAccountRef"),
        ({"Name": "x", "Type": "NonInventory"}, "2020", "IncomeAccountRef"),
        ({"Name": "x", "Type": "Group"}, "2120", "Type"),
        ({"Name": "x", "Type": "Spell", **INCOME}, "2120", "Type"),
        ({"Name": "x" * 101, "Type": "Service", **INCOME}, "2050", "Name"),
        ({"Name": "x:y", "Type": "Service", **INCOME}, "2040", "Name"),
        ({"Name": "WORKSTATION", "Type": "Service", **INCOME}, "6240", ""),
        ({"Name": "x", "Type": "Service", "IncomeAccountRef": {"value": "99"}}, "2500", None),
        ({"Name": "x", "Type": "Service", "IncomeAccountRef": {"value": "11"}}, "610", None),
        ({"Name": "x", "Type": "Service", "IncomeAccountRef": {"value": "3"}}, "6430", None),
        ({"Name": "x", "Type": "Service", **INCOME, "UnitPrice": 10**11}, "2110", "UnitPrice"),
        ({"Name": "x", "Type": "Service", **INCOME, "UnitPrice": "dear"}, "2100", "UnitPrice"),
        ({"Name": "x", "Type": "Service", **INCOME, "SubItem": True}, "6150", "ParentRef"),
        ({"Name": "x", "Type": "Category", "UnitPrice": 5}, "2600", "UnitPrice"),
        ({**STOCK, "TrackQtyOnHand": False}, "6000", "TrackQtyOnHand"),
        ({**STOCK, "QtyOnHand": None}, "6520", "QtyOnHand"),
        ({**STOCK, "InvStartDate": None}, "2020", "InvStartDate"),
        ({**STOCK, "AssetAccountRef": None}, "2020", "AssetAccountRef"),
        ({**STOCK, "ExpenseAccountRef": {"value": "6"}}, "6430", "ExpenseAccountRef"),
    ],
)
def test_item_refused(books: Books, body: dict[str, Any], code: str, element: Any) -> None:
    error = books.fault("item", body)
    assert error["code"] == code, error
    if element is not None:
        assert error["element"] == element


def test_accounts_of_an_unknown_family_are_named(books: Books) -> None:
    body = {"Name": "x", "Type": "Service", "IncomeAccountRef": {"value": "99"}}
    assert "Accounts element id 99 not found" in books.fault("item", body)["Detail"]


def test_items(books: Books) -> None:
    made = books.save(
        "Item",
        {"Name": "Laptop", "Type": "NonInventory", **INCOME, "ParentRef": {"value": "3"}},
    )
    assert (made["FullyQualifiedName"], made["SubItem"], made["Level"]) == (
        "Hardware:Laptop",
        True,
        1,
    )
    assert made["IncomeAccountRef"] == {"value": "2", "name": "Services"}
    stock = books.save("Item", STOCK)
    assert (stock["QtyOnHand"], stock["TrackQtyOnHand"]) == (4, True)
    books.change("Item", "3", Name="Devices")
    assert books.read("Item", made["Id"])["FullyQualifiedName"] == "Devices:Laptop"
    bought = {"Name": "Cable", "Type": "NonInventory", "ExpenseAccountRef": {"value": "6"}}
    assert "IncomeAccountRef" not in books.save("Item", bought)
    assert books.save("Item", {"Name": "Group of things", "Type": "Category"})["Level"] == 0


def test_small_lists(books: Books) -> None:
    assert books.fault("term", {"Name": "Soon"})["code"] == "2020"
    assert books.fault("term", {"Name": "n" * 32, "DueDays": 1})["code"] == "2050"
    assert books.fault("term", {"Name": "Late", "DueDays": 1000})["code"] == "2240"
    assert books.fault("term", {"Name": "net 30", "DueDays": 30})["code"] == "6240"
    assert books.save("Term", {"Name": "Monthly", "DayOfMonthDue": 31})["Type"] == "DATE_DRIVEN"
    assert books.save("PaymentMethod", {"Name": "Barter"})["Type"] == "NON_CREDIT_CARD"
    assert books.save("TaxAgency", {"DisplayName": "County"})["TaxTrackedOnSales"] is True


def test_classes_and_departments_need_their_preference(books: Books) -> None:
    assert books.fault("class", {"Name": "West"})["code"] == "5030"
    assert books.fault("department", {"Name": "West"})["code"] == "5030"
    books.prefer("AccountingInfoPrefs", ClassTrackingPerTxn=True, TrackDepartments=True)
    west = books.save("Class", {"Name": "West"})
    sub = books.save("Class", {"Name": "North", "ParentRef": {"value": west["Id"]}})
    assert (sub["FullyQualifiedName"], sub["SubClass"]) == ("West:North", True)
    assert books.save("Department", {"Name": "West"})["SubDepartment"] is False
    missing = books.invoice(ClassRef={"value": "77"})
    assert "Klasses element id 77 not found" in books.fault("invoice", missing)["Detail"]
    missing = books.invoice(DepartmentRef={"value": "77"})
    assert "Depts element id 77 not found" in books.fault("invoice", missing)["Detail"]


@pytest.mark.parametrize("entity", ["TaxCode", "TaxRate", "Budget", "CustomerType"])
def test_what_cannot_be_created(books: Books, entity: str) -> None:
    assert books.fault(entity.lower(), {"Name": "Mine"})["code"] == "500"


def test_tax_service(books: Books) -> None:
    detail = {"TaxRateName": "County 1", "RateValue": 1, "TaxAgencyId": "1"}
    made = books.post("taxservice/taxcode", {"TaxCode": "County", "TaxRateDetails": [detail]})
    (row,) = books.query("SELECT * FROM TaxCode WHERE Name = 'County'")["TaxCode"]
    assert row["Id"] == made["TaxCodeId"]
    assert made["TaxRateDetails"][0]["TaxRateId"] == "6"
    invoice = books.invoice(
        sale("100", tax="TAX"), TxnTaxDetail={"TxnTaxCodeRef": {"value": row["Id"]}}
    )
    assert books.save("Invoice", invoice)["TotalAmt"] == 101
    again = {"TaxCode": "County", "TaxRateDetails": [{"TaxRateId": "4"}]}
    assert books.fault("taxservice/taxcode", again)["code"] == "6240"
    lost = {"TaxCode": "Other", "TaxRateDetails": [{"TaxRateId": "99"}]}
    assert books.fault("taxservice/taxcode", lost)["code"] == "2500"
    assert books.fault("taxservice/taxcode", {"TaxCode": "Other"})["code"] == "2020"


def test_company_info(books: Books) -> None:
    info = books.get(f"companyinfo/{books.realm}")["CompanyInfo"]
    assert (info["Id"], info["CompanyName"], info["Country"]) == ("1", "Tiny Books", "US")
    changed = books.save("CompanyInfo", {"SyncToken": "0", "sparse": True, "LegalName": "TB"})
    assert (changed["LegalName"], changed["CompanyName"]) == ("TB", "Tiny Books")
    assert books.error(books.raw("GET", "companyinfo/77"))["code"] == "610"


def test_preferences(books: Books) -> None:
    before = books.get("preferences")["Preferences"]
    changed = books.save(
        "Preferences",
        {"SyncToken": "0", "sparse": True, "SalesFormsPrefs": {"CustomTxnNumbers": False}},
    )
    assert changed["SyncToken"] == "1"
    assert changed["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    assert changed["SalesFormsPrefs"]["AllowDiscount"] is True
    assert changed["TaxPrefs"] == before["TaxPrefs"]
    assert books.fault("preferences", {"SyncToken": "0"})["code"] == "5010"
    assert books.fault("preferences", {"SyncToken": "1", "Nonsense": {}})["code"] == "2010"
    bad = {"SyncToken": "1", "AccountingInfoPrefs": {"BookCloseDate": "then"}}
    assert books.fault("preferences", bad)["code"] == "2060"


def test_exchange_rates() -> None:
    books = Books(GB)
    rate = books.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-03-01")
    assert rate["ExchangeRate"]["Rate"] == Decimal("0.85")
    assert rate["ExchangeRate"]["TargetCurrencyCode"] == "GBP"
    books.save(
        "ExchangeRate",
        {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-02-01", "Rate": Decimal("0.9")},
    )
    later = books.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-03-01")
    assert later["ExchangeRate"]["Rate"] == Decimal("0.9")
    earlier = books.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-01-15")
    assert earlier["ExchangeRate"]["Rate"] == Decimal("0.85")
    home = books.get("exchangerate", sourcecurrencycode="GBP")
    assert home["ExchangeRate"]["Rate"] == 1
    assert books.error(books.raw("GET", "exchangerate"))["code"] == "2020"
    single = Books()
    body = {"SourceCurrencyCode": "EUR", "Rate": 1}
    assert single.fault("exchangerate", body)["code"] == "5030"
