"""The simulated world agrees with itself: references resolve, names obey, sums add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.simulator.data.seed import CompanySeed, Seed
from tests.support.worlds import CENT, SIZES, by_id, cents, lines_of, world


@pytest.fixture(params=SIZES)
def simulated(request: pytest.FixtureRequest) -> Seed:
    return world(request.param)


@pytest.fixture(params=[(size, place) for size in SIZES for place in range(3)], ids=str)
def company(request: pytest.FixtureRequest) -> CompanySeed:
    size, place = request.param
    return world(size).companies[place]


REFERENCES = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "ItemRef": "Item",
    "IncomeAccountRef": "Account",
    "ExpenseAccountRef": "Account",
    "AssetAccountRef": "Account",
    "ItemAccountRef": "Account",
    "AccountRef": "Account",
    "APAccountRef": "Account",
    "DepositToAccountRef": "Account",
    "SalesTermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "TaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "TaxRateRef": "TaxRate",
    "AgencyRef": "TaxAgency",
}


def references(value: Any, entity: str) -> Iterator[tuple[str, str]]:
    """(entity, Id) of every reference inside *value*."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "ParentRef":
                yield entity, inner["value"]
            elif key in REFERENCES:
                yield REFERENCES[key], inner["value"]
            elif key.endswith("Ref") and key != "CurrencyRef":
                raise AssertionError(f"unknown reference {key}")
            elif key == "LinkedTxn":
                for link in inner:
                    yield link["TxnType"], link["TxnId"]
            else:
                yield from references(inner, entity)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, entity)


def test_references_in_the_books_resolve(company: CompanySeed) -> None:
    known = {
        (entity, record["Id"]) for entity, records in company.entities.items() for record in records
    }
    for entity, records in company.entities.items():
        for record in records:
            missing = set(references(record, entity)) - known
            assert not missing, (entity, record["Id"], missing)
    prefs = company.preferences
    assert ("Account", prefs["SalesFormsPrefs"]["DefaultDiscountAccount"]) in known
    assert ("Term", prefs["SalesFormsPrefs"]["DefaultTerms"]["value"]) in known
    if company.country == "US":
        assert ("TaxCode", prefs["TaxPrefs"]["TaxGroupCodeRef"]["value"]) in known


def test_references_in_the_tenant_resolve(simulated: Seed) -> None:
    tenant = simulated.tenant
    organizations = by_id(tenant.organizations + tenant.archived_organizations)
    listed = by_id(tenant.organizations)
    agreements, accounts = by_id(tenant.agreements), by_id(tenant.accounts)
    products = by_id(tenant.products)
    assert all(place["organizationId"] in listed for place in tenant.locations)
    assert all(person["organizationId"] in listed for person in tenant.contacts)
    for product in tenant.products:
        assert product["account"] is None or product["account"]["id"] in accounts
    for agreement in tenant.agreements:
        assert listed[agreement["client"]["id"]]["name"] == agreement["client"]["name"]
        assert all(line["productId"] in products for line in agreement["products"])
    deleted = set()
    for invoice in tenant.invoices:
        assert organizations[invoice["client"]["id"]]["name"] == invoice["client"]["name"]
        if "agreement" in invoice:
            agreement = agreements[invoice["agreement"]["id"]]
            assert agreement["client"] == invoice["client"]
            assert agreement["interval"] == invoice["interval"]
        for line in lines_of(invoice):
            if line["productId"] is None:
                assert line["account"] is not None
            elif line["productId"] not in products:
                deleted.add(line["productId"])
            else:
                assert products[line["productId"]]["name"] == line["name"]
                assert products[line["productId"]]["account"] == line["account"]
    assert deleted == {200}


def test_ids_are_unique_and_ascend(simulated: Seed) -> None:
    for records in vars(simulated.tenant).values():
        ids = [record["id"] for record in records]
        assert ids == sorted(set(ids))
    line_ids = [line["id"] for i in simulated.tenant.invoices for line in lines_of(i)]
    assert len(line_ids) == len(set(line_ids))
    numbers = [i["invoiceNumber"] for i in simulated.tenant.invoices if i["invoiceNumber"]]
    assert len(numbers) == len(set(numbers))
    created = [i["createTime"] for i in simulated.tenant.invoices]
    assert created == sorted(created)
    for made in simulated.companies:
        for entity, records in made.entities.items():
            plain = [int(record["Id"]) for record in records if record["Id"].isdigit()]
            assert plain == sorted(set(plain)), entity
        transactions = Counter(
            record["Id"]
            for entity in ("Invoice", "Payment", "Estimate", "CreditMemo", "SalesReceipt", "Bill")
            for record in made.entities[entity]
        )
        assert max(transactions.values()) == 1


def test_names_follow_the_rules_of_quickbooks(company: CompanySeed) -> None:
    lists = company.entities
    shown = [
        record["DisplayName"].strip().casefold()
        for entity in ("Customer", "Vendor", "Employee")
        for record in lists[entity]
    ]
    assert len(shown) == len(set(shown))
    assert not [name for name in shown if set(name) & set(":\t\n")]
    for entity in ("Item", "Account"):
        full = [record["FullyQualifiedName"].casefold() for record in lists[entity]]
        assert len(full) == len(set(full))
        assert all(len(record["Name"]) <= 100 for record in lists[entity])
        assert not [record for record in lists[entity] if ":" in record["Name"]]
    assert not [record for record in lists["Account"] if '"' in record["Name"]]
    numbers = [record["AcctNum"] for record in lists["Account"] if "AcctNum" in record]
    assert len(numbers) == len(set(numbers))
    assert max(map(len, numbers)) <= 7


def test_full_names_and_levels_follow_the_parents(company: CompanySeed) -> None:
    for entity, key in (("Customer", "DisplayName"), ("Item", "Name"), ("Account", "Name")):
        records = by_id(company.entities[entity])
        for record in records.values():
            path, above = [record[key]], record
            while "ParentRef" in above:
                above = records[above["ParentRef"]["value"]]
                path.append(above[key])
            assert record["FullyQualifiedName"] == ":".join(reversed(path))
            if "Level" in record:
                assert record["Level"] == len(path) - 1


# --- Arithmetic ---


def test_ninjaone_totals_add_up_but_for_the_one_that_must_not(simulated: Seed) -> None:
    off = []
    for invoice in simulated.tenant.invoices:
        net = taxable = Decimal(0)
        for line in lines_of(invoice):
            assert line["subTotal"] == cents(line["quantity"] * line["price"])
            assert line["subTotalWithDiscount"] == line["subTotal"] - line["discount"]
            net += line["subTotalWithDiscount"]
            taxable += line["subTotalWithDiscount"] if line["taxable"] else 0
        assert invoice["subTotal"] == net
        assert invoice["totalTax"] == cents(taxable * invoice.get("taxRate", 0))
        difference = invoice["total"] - (net - invoice["discount"] + invoice["totalTax"])
        if difference:
            off.append(difference)
    assert off == [CENT]


def test_the_books_balance(company: CompanySeed) -> None:
    lists = company.entities
    customers = by_id(lists["Customer"])
    rates = {record["Id"]: record["RateValue"] for record in lists["TaxRate"]}
    paid: Counter[str] = Counter()
    for payment in lists["Payment"]:
        assert payment["TotalAmt"] == sum(line["Amount"] for line in payment["Line"])
        for line in payment["Line"]:
            paid[line["LinkedTxn"][0]["TxnId"]] += line["Amount"]
    owed: Counter[str] = Counter()
    for entity in ("Invoice", "CreditMemo", "SalesReceipt", "Estimate"):
        for sale in lists[entity]:
            lines = [line for line in sale["Line"] if line["DetailType"] == "SalesItemLineDetail"]
            for line in lines:
                detail = line["SalesItemLineDetail"]
                assert line["Amount"] == cents(detail["Qty"] * detail["UnitPrice"])
            subtotal = sum(line["Amount"] for line in lines)
            assert sale["Line"][-1]["Amount"] == subtotal
            tax = Decimal(0)
            for line in sale["TxnTaxDetail"].get("TaxLine", []):
                detail = line["TaxLineDetail"]
                assert detail["TaxPercent"] == rates[detail["TaxRateRef"]["value"]]
                assert line["Amount"] == cents(
                    detail["NetAmountTaxable"] * detail["TaxPercent"] / 100
                )
                tax += line["Amount"]
            assert sale["TxnTaxDetail"]["TotalTax"] == tax
            assert sale["TotalAmt"] == subtotal + tax
            customer = customers[sale["CustomerRef"]["value"]]
            assert customer["CurrencyRef"] == sale["CurrencyRef"]
            assert customer["Active"]
            if entity == "Invoice":
                assert sale["Balance"] == sale["TotalAmt"] - paid[sale["Id"]]
                assert sale["Balance"] >= 0
                assert sale["DueDate"] >= sale["TxnDate"]
                owed[customer["Id"]] += sale["Balance"]
            elif entity == "CreditMemo":
                owed[customer["Id"]] -= sale["Balance"]
    with_jobs = Counter(owed)
    for record in customers.values():
        above = record
        while "ParentRef" in above:
            above = customers[above["ParentRef"]["value"]]
            with_jobs[above["Id"]] += owed[record["Id"]]
    for record in customers.values():
        assert record["Balance"] == owed[record["Id"]]
        assert record["BalanceWithJobs"] == with_jobs[record["Id"]]
    if not company.preferences["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        receivable = next(a for a in lists["Account"] if a["AccountType"] == "Accounts Receivable")
        assert receivable["CurrentBalance"] == sum(owed.values())
