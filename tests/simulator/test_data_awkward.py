"""Every awkward case of the table is found in every size, by looking for what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from desktop_app.simulator.data import PLANS, REFERENCE
from desktop_app.simulator.data.awkward_cases import AWKWARD_CASES
from tests.support.worlds import lines_of, world

Json = dict[str, Any]
INVOICEABLE = {"Service", "NonInventory", "Inventory"}


@dataclass
class View:
    """The lists of one world, by short names. after: approved, created after the connection."""

    customers: list[Json]
    vendors: list[Json]
    items: list[Json]
    accounts: list[Json]
    closed_until: str
    organizations: list[Json]
    archived: list[Json]
    codes: list[Json]
    products: list[Json]
    agreements: list[Json]
    invoices: list[Json]

    def __post_init__(self) -> None:
        moment = int(REFERENCE.timestamp())
        self.late = [i for i in self.invoices if i["createTime"] > moment]
        self.after = [i for i in self.late if i["status"] == "APPROVED"]
        self.by_agreement = {record["id"]: record for record in self.agreements}
        self.product_ids = {record["id"] for record in self.products}
        self.item_names = {
            record["Name"]
            for record in self.items
            if record["Active"] and record["Type"] in INVOICEABLE and "IncomeAccountRef" in record
        }

    def customer(self, name: str) -> Json:
        return next(record for record in self.customers if record["DisplayName"] == name)

    def customer_like(self, text: str) -> bool:
        return any(text in record["DisplayName"] for record in self.customers)

    def organization_like(self, text: str) -> bool:
        return any(text in record["name"] for record in self.organizations)

    def pair(self, organization: str, customer: str) -> bool:
        """The organization exists, and so does the customer, under another name."""
        names = {record["name"] for record in self.organizations}
        shown = {record["DisplayName"] for record in self.customers}
        return organization in names and organization not in shown and customer in shown

    def any_after(self, wanted: Callable[[Json], Any]) -> bool:
        return any(wanted(invoice) for invoice in self.after)

    def any_line(self, wanted: Callable[[Json], Any]) -> bool:
        return any(wanted(line) for invoice in self.after for line in lines_of(invoice))

    def held_agreements(self) -> set[tuple[str, str]]:
        """(status, setting) of the agreements that approved later invoices come from."""
        return {
            (record["status"], record.get("accountingAction", "lacking"))
            for invoice in self.after
            if "agreement" in invoice
            for record in [self.by_agreement[invoice["agreement"]["id"]]]
        }


@cache
def view(size: str) -> View:
    made = world(size)
    first, tenant = made.companies[0], made.tenant
    return View(
        first.entities["Customer"],
        first.entities["Vendor"],
        first.entities["Item"],
        first.entities["Account"],
        first.preferences["AccountingInfoPrefs"]["BookCloseDate"],
        tenant.organizations,
        tenant.archived_organizations,
        tenant.accounts,
        tenant.products,
        tenant.agreements,
        tenant.invoices,
    )


def twice(values: Iterable[Any]) -> bool:
    return max(Counter(values).values()) > 1


def places(number: Decimal) -> int:
    return -int(number.normalize().as_tuple().exponent)


def vendor_namesake(v: View) -> bool:
    companies = {record["CompanyName"] for record in v.customers}
    shown = {record["DisplayName"] for record in v.customers}
    vendors = {record["DisplayName"] for record in v.vendors}
    organizations = {record["name"] for record in v.organizations}
    return bool((vendors & companies) - shown) and bool((vendors & organizations) - shown)


def merged(v: View) -> bool:
    numbers = [int(record["Id"]) for record in v.customers + v.vendors]
    survivor = v.customer("Kaur Books & Learning")
    return 23 not in numbers and max(numbers) > 23 and "Merged" in survivor["Notes"]


def deep_sub_customer(v: View) -> bool:
    return {record["Level"] for record in v.customers if record["Job"]} >= {1, 2}


def misleading_number(v: View) -> bool:
    codes = {record["code"]: record["name"] for record in v.codes if record["code"]}
    return any(
        codes.get(record.get("AcctNum", ""), record["Name"]) != record["Name"]
        for record in v.accounts
    )


def total_is_off(invoice: Json) -> bool:
    due = invoice["subTotal"] - invoice["discount"] + invoice["totalTax"]
    return bool(abs(invoice["total"] - due) == Decimal("0.01"))


CHECKS: dict[str, Callable[[View], Any]] = {
    "customer and vendor of one name": vendor_namesake,
    "quotes in a customer": lambda v: v.customer_like('"'),
    "ampersand in a customer": lambda v: v.customer_like("&"),
    "accent in a customer": lambda v: v.customer_like("é"),
    "apostrophe in a customer": lambda v: v.customer_like("'"),
    "blanks around a customer": lambda v: any(
        record["DisplayName"].startswith(" ") and record["DisplayName"].endswith(" ")
        for record in v.customers
    ),
    "customers that differ in the legal form": lambda v: (
        v.pair("Summit Hardware", "Summit Hardware Inc")
        and v.pair("Summit Hardware", "Summit Hardware LLC")
    ),
    "sub-customer": deep_sub_customer,
    "sub-customer named like an organization": lambda v: (
        v.customer("Halloran Downtown Store")["Job"]
        and v.organization_like("Halloran Downtown Store")
    ),
    "project": lambda v: any(record["IsProject"] for record in v.customers),
    "inactive customer": lambda v: any(
        not record["Active"] and record["DisplayName"].endswith(" (deleted)")
        for record in v.customers
    ),
    "merged customer": merged,
    "item without income account": lambda v: any(
        record["Type"] == "Service" and "IncomeAccountRef" not in record for record in v.items
    ),
    "category": lambda v: any(record["Type"] == "Category" for record in v.items),
    "bundle": lambda v: (
        {r["Name"] for r in v.items if r["Type"] == "Group"} & {r["name"] for r in v.products}
    ),
    "item with a hierarchical name": lambda v: any(
        record["FullyQualifiedName"] == "Managed Services:Managed Workstation" for record in v.items
    ),
    "inactive item": lambda v: any(not record["Active"] for record in v.items),
    "inventory item": lambda v: any(record["Type"] == "Inventory" for record in v.items),
    "quotes in an item": lambda v: any('"' in record["Name"] for record in v.items),
    "accounts of one name under two parents": lambda v: twice(
        record["Name"] for record in v.accounts if record["AccountType"] == "Income"
    ),
    "account without number": lambda v: (
        {"AcctNum" in record for record in v.accounts} == {True, False}
    ),
    "number that misleads": misleading_number,
    "inactive account": lambda v: any(not record["Active"] for record in v.accounts),
    "organization with &": lambda v: v.pair("Smyth & Sons Joinery", "Smyth and Sons Joinery"),
    "organization with an apostrophe": lambda v: (
        v.organization_like("O'") and v.pair("St. Mary’s Clinic", "St Mary's Clinic")
    ),
    "organization with an accent": lambda v: v.pair(
        "Peña Landscape Design", "Pena Landscape Design"
    ),
    "organization with a trailing blank": lambda v: v.pair(
        "Greystone Law Office ", "Greystone Law Office"
    ),
    "organization in another case": lambda v: v.pair(
        "SAN PEDRO CHIROPRACTIC", "San Pedro Chiropractic"
    ),
    "organization with a legal form": lambda v: v.pair(
        "Contreras Plumbing LLC", "Contreras Plumbing"
    ),
    "organization with emoji and curly quotes": lambda v: any(
        "“" in record["name"] and any(ord(c) > 0xFFFF for c in record["name"])
        for record in v.organizations
    ),
    "two organizations of one name": lambda v: twice(r["name"] for r in v.organizations),
    "archived organization with an invoice": lambda v: (
        {r["id"] for r in v.archived} & {i["client"]["id"] for i in v.invoices}
    ),
    "account code without code": lambda v: (
        [r["name"] for r in v.codes if not r["code"]] == ["Project work"]
    ),
    "inactive products": lambda v: sum(not r["active"] for r in v.products) >= 2,
    "two products of one name": lambda v: twice(r["name"] for r in v.products),
    "product without account": lambda v: any(r["account"] is None for r in v.products),
    "every quantity source": lambda v: len({r["quantityType"] for r in v.products}) == 6,
    "agreement ACTIVE and INACTIVE": lambda v: (
        {r["status"] for r in v.agreements} == {"ACTIVE", "INACTIVE"}
    ),
    "agreement SYNC, COMPLETE, NONE": lambda v: (
        {r["accountingAction"] for r in v.agreements if "accountingAction" in r}
        == {"SYNC", "COMPLETE", "NONE"}
    ),
    "agreement without the setting": lambda v: any(
        "accountingAction" not in r for r in v.agreements
    ),
    "every interval": lambda v: (
        {r["interval"] for r in v.agreements} == {"WEEKLY", "MONTHLY", "QUARTERLY", "ANNUALLY"}
    ),
    "every status": lambda v: (
        {i["status"] for i in v.late} == {"PENDING", "APPROVED", "COMPLETE", "FAILED", "ARCHIVED"}
    ),
    "no number": lambda v: v.any_after(lambda i: i["invoiceNumber"] == ""),
    "number of 24 characters": lambda v: v.any_after(lambda i: len(i["invoiceNumber"]) == 24),
    "no agreement": lambda v: v.any_after(lambda i: "agreement" not in i),
    "agreement that does not send": lambda v: (
        v.held_agreements()
        >= {("ACTIVE", "NONE"), ("ACTIVE", "COMPLETE"), ("ACTIVE", "lacking"), ("INACTIVE", "SYNC")}
    ),
    "no lines": lambda v: v.any_after(lambda i: not lines_of(i)),
    "zero total": lambda v: v.any_after(lambda i: lines_of(i) and i["total"] == 0),
    "line of $0": lambda v: v.any_after(
        lambda i: i["total"] > 0 and any(x["price"] == 0 for x in lines_of(i))
    ),
    "negative line": lambda v: v.any_after(
        lambda i: i["total"] > 0 and any(x["subTotal"] < 0 for x in lines_of(i))
    ),
    "negative total": lambda v: v.any_after(lambda i: i["total"] < 0),
    "fractional quantity": lambda v: v.any_line(lambda x: x["quantity"] == Decimal("0.25")),
    "unit price of three decimals": lambda v: v.any_line(lambda x: places(x["price"]) == 3),
    "line discount": lambda v: v.any_line(lambda x: x["discount"] > 0),
    "invoice discount": lambda v: v.any_after(lambda i: i["discount"] > 0),
    "tax rate 0, 0.0825 and missing": lambda v: (
        {i.get("taxRate") for i in v.after} == {Decimal(0), Decimal("0.0825"), None}
    ),
    "total off by a cent": lambda v: v.any_after(total_is_off),
    "EUR": lambda v: v.any_after(lambda i: i["currency"] == "EUR"),
    "no due date": lambda v: v.any_after(lambda i: "dueDate" not in i),
    "200 lines": lambda v: v.any_after(lambda i: len(lines_of(i)) == 200),
    "emoji and curly quotes in a line": lambda v: v.any_line(
        lambda x: "“" in x["description"] and "✅" in x["description"]
    ),
    "line without product": lambda v: v.any_line(
        lambda x: x["productId"] is None and x["account"] is not None
    ),
    "line whose product was deleted": lambda v: v.any_line(
        lambda x: x["productId"] is not None and x["productId"] not in v.product_ids
    ),
    "line of a product without item": lambda v: v.any_line(
        lambda x: (
            x["productId"] in v.product_ids
            and x["account"] is not None
            and x["name"] not in v.item_names
        )
    ),
    "line without item and account": lambda v: v.any_line(
        lambda x: x["account"] is None and x["name"] not in v.item_names
    ),
    "organization without customer": lambda v: v.any_after(
        lambda i: not v.customer_like(i["client"]["name"].strip())
    ),
    "date in the closed period": lambda v: v.any_after(
        lambda i: i["invoiceDate"] <= v.closed_until
    ),
    "created the day before the connection": lambda v: any(
        i["status"] == "APPROVED" and i["createTime"] == int(REFERENCE.timestamp()) - 86_400
        for i in v.invoices
    ),
}


def test_every_case_of_the_table_is_checked() -> None:
    assert set(CHECKS) == set(AWKWARD_CASES)


@pytest.mark.parametrize("size", PLANS)
@pytest.mark.parametrize("case", AWKWARD_CASES)
def test_awkward_case_is_there(size: str, case: str) -> None:
    assert CHECKS[case](view(size)), f"{case}: {AWKWARD_CASES[case]}"
