"""Accounts, items and the small lists."""

from __future__ import annotations

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.rules.currency import settle_list_currency
from desktop_app.simulator.quickbooks.rules.people import same_name
from desktop_app.simulator.quickbooks.rules.trees import settle_tree
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.schema import ENTITIES
from desktop_app.simulator.quickbooks.schema.account_types import (
    CLASSIFICATION,
    SUBTYPES,
    TYPE_OF_SUBTYPE,
)

_NUMBER_LENGTHS = {"AU": (0, 20), "CA": (0, 20), "FR": (6, 20)}
_INCOME = frozenset({"Income", "Other Income"})
_COST = frozenset({"Cost of Goods Sold", "Expense", "Other Expense"})
_ACCOUNTS = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")


def settle_account(work: Work) -> None:
    """Raises ServiceFault: 6010, 6430, 2050, 6000, 6060, and those of trees."""
    values, company = work.values, work.company
    subtype = values.get("AccountSubType")
    if not values.get("AccountType"):
        if not subtype:
            raise codes.refused("6010", "Give AccountType or AccountSubType.", "AccountType")
        if subtype not in TYPE_OF_SUBTYPE:
            raise codes.account_type(str(subtype), "AccountSubType")
        values["AccountType"] = TYPE_OF_SUBTYPE[subtype]
    kind = values["AccountType"]
    if not subtype:
        values["AccountSubType"] = SUBTYPES[kind][0]
    elif subtype not in SUBTYPES[kind] and subtype != work.old_value("AccountSubType"):
        raise codes.account_type(f"{subtype} is no sub-type of {kind}", "AccountSubType")
    parent = company.get("Account", work.target("ParentRef"))
    if parent and parent.get("AccountType") != kind:
        raise codes.refused("700", "A sub-account has the type of its parent.", "ParentRef")
    settle_tree(work)
    _account_number(work)
    if CLASSIFICATION[kind]:
        values["Classification"] = CLASSIFICATION[kind]
    settle_list_currency(work)
    opening = money.decimal_of(values.get("OpeningBalance"))
    if work.creating and opening and not values.get("OpeningBalanceDate"):
        raise codes.refused("6060", "OpeningBalance needs a date.", "OpeningBalanceDate")
    for name in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
        values[name] = work.old_value(name) or money.amount(opening)


def _account_number(work: Work) -> None:
    number = str(work.values.get("AcctNum", ""))
    if not number or number == work.old_value("AcctNum"):
        return
    low, high = _NUMBER_LENGTHS.get(work.company.country.upper(), (0, 7))
    if not low <= len(number) <= high:
        raise codes.string_length("AcctNum", low, high, len(number))
    for other in work.company.all("Account"):
        if other["Id"] != work.identity and other.get("AcctNum") == number:
            raise codes.business(
                f"Another account already uses the number {number}. Id={other['Id']}", "AcctNum"
            )


def settle_item(work: Work) -> None:
    """Raises ServiceFault: 2020, 2120, 2600, 6000, 6430, 6520, and those of trees."""
    values = work.values
    work.default("Type", "Service")
    kind = values["Type"]
    if kind == "Group" and work.old_value("Type") != "Group":
        raise codes.invalid_value("2120", "Type", kind, "a type that can be created here")
    if not work.creating and kind != work.old["Type"] and "Category" in (kind, work.old["Type"]):  # type: ignore[index]
        raise codes.invalid_value("2120", "Type", kind, "the type the item has")
    settle_tree(work, unique_everywhere=True)
    if kind == "Category":
        _category(work)
        return
    if kind != "Group":
        _item_accounts(work)
    work.default("Taxable", False)
    work.default("UnitPrice", 0)
    work.default("PurchaseCost", 0)
    work.default("TrackQtyOnHand", kind == "Inventory")
    if kind == "Inventory":
        _stock(work)
    else:
        values["TrackQtyOnHand"] = False
        for name in ("QtyOnHand", "InvStartDate", "AssetAccountRef"):
            values.pop(name, None)


def _category(work: Work) -> None:
    values = work.values
    for name in (*_ACCOUNTS, "UnitPrice", "PurchaseCost"):
        if values.pop(name, None) and name in work.sent:
            raise codes.conflicting("A category has neither price nor accounts.", name)
    for name in ("Taxable", "TrackQtyOnHand", "QtyOnHand", "InvStartDate", "Sku"):
        values.pop(name, None)


def _item_accounts(work: Work) -> None:
    kind = work.values["Type"]
    if kind == "Inventory":
        _need_stock_fields(work)
    elif kind == "NonInventory":
        if not work.target("IncomeAccountRef") and not work.target("ExpenseAccountRef"):
            raise codes.required("IncomeAccountRef")
    elif work.creating or work.old_value("IncomeAccountRef"):
        work.require("IncomeAccountRef")
    _account_is(work, "IncomeAccountRef", _INCOME)
    _account_is(work, "ExpenseAccountRef", _COST)
    if kind == "Inventory":
        _account_is(work, "ExpenseAccountRef", frozenset({"Cost of Goods Sold"}))
        _account_is(work, "AssetAccountRef", frozenset({"Other Current Asset"}))


def _account_is(work: Work, name: str, allowed: frozenset[str]) -> None:
    if name not in work.sent:
        return
    account = work.company.get("Account", work.target(name))
    if account and account.get("AccountType") not in allowed:
        raise codes.account_type(f"{account['AccountType']} cannot be used as {name}", name)


def _need_stock_fields(work: Work) -> None:
    if work.values.get("TrackQtyOnHand") is False:
        raise codes.business(
            "When you create an item, if Track quantity on hand is turned off, the item cannot be"
            " of type Inventory.",
            "TrackQtyOnHand",
        )
    work.require("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "InvStartDate")
    if work.values.get("QtyOnHand") is None:
        raise codes.refused("6520", "QtyOnHand is required for tracked items.", "QtyOnHand")
    if not work.company.preference("ProductAndServicesPrefs", "QuantityOnHand", True):
        raise codes.feature("quantity on hand is turned off", "Type")


def _stock(work: Work) -> None:
    old = work.old
    if (
        old is not None
        and old.get("Active") is False
        and work.values.get("Active") is False
        and work.values.get("QtyOnHand") != old.get("QtyOnHand")
    ):
        raise codes.business(
            "you need to activate this item before updating the quantity", "QtyOnHand"
        )


def settle_class(work: Work) -> None:
    """Raises ServiceFault: 5030 where the company tracks no classes, and those of trees."""
    prefs = ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
    if not any(work.company.preference("AccountingInfoPrefs", one, False) for one in prefs):
        raise codes.feature("class tracking is turned off")
    settle_tree(work)


def settle_department(work: Work) -> None:
    """Raises ServiceFault: 5030 where the company tracks no locations, and those of trees."""
    if not work.company.preference("AccountingInfoPrefs", "TrackDepartments", False):
        raise codes.feature("location tracking is turned off")
    settle_tree(work)


def settle_term(work: Work) -> None:
    """Raises ServiceFault: 2020 without days, 6240."""
    values = work.values
    _unique_name(work)
    kind = values.get("Type") or (
        "DATE_DRIVEN" if values.get("DayOfMonthDue") and "DueDays" not in values else "STANDARD"
    )
    values["Type"] = kind
    work.require("DayOfMonthDue" if kind == "DATE_DRIVEN" else "Name")
    if kind == "STANDARD" and values.get("DueDays") is None:
        raise codes.required("DueDays")


def settle_plain(work: Work) -> None:
    """Payment methods and tax agencies: one name each."""
    _unique_name(work)
    if work.entity == "PaymentMethod":
        work.default("Type", "NON_CREDIT_CARD")
    if work.entity == "TaxAgency":
        work.default("TaxTrackedOnSales", True)
        work.default("TaxTrackedOnPurchases", False)
        work.values.pop("Active", None)


def settle_company_currency(work: Work) -> None:
    """Raises ServiceFault: 5030 without multicurrency, 6240."""
    if not work.company.multicurrency:
        raise codes.feature("multicurrency is turned off")
    _unique_name(work)
    work.default("Name", work.values["Code"])


def _unique_name(work: Work) -> None:
    field = ENTITIES[work.entity].name_field
    work.require(field)
    work.default("Active", True)
    name = str(work.values[field])
    if work.old and same_name(str(work.old.get(field, "")), name):
        return
    for one in work.company.all(work.entity):
        if one["Id"] != work.identity and same_name(str(one.get(field, "")), name):
            raise codes.duplicate_name(str(one["Id"]))
