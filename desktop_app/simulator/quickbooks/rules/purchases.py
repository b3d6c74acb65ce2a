"""What the company buys: bills, vendor credits, purchase orders and direct purchases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.money import ZERO, cents, decimal_of
from desktop_app.simulator.quickbooks.rules.currency import settle_transaction_currency
from desktop_app.simulator.quickbooks.rules.sales import (
    due_date,
    paid_already,
    refuse_duplicate,
    settle_number,
)
from desktop_app.simulator.quickbooks.rules.sales_lines import check_product, line_amount
from desktop_app.simulator.quickbooks.rules.work import Work

Json = dict[str, Any]

_PAID_FROM = {
    "Check": frozenset({"Bank"}),
    "Cash": frozenset({"Bank", "Other Current Asset"}),
    "CreditCard": frozenset({"Credit Card"}),
}
_BY_ACCOUNT = "AccountBasedExpenseLineDetail"
_BY_ITEM = "ItemBasedExpenseLineDetail"


def settle_purchase(work: Work) -> None:
    """Raises ServiceFault: 2020, 6000, 6070, 6140, 6310, 6430, 6440, 2410, 2500."""
    values = work.values
    party = _party(work)
    settle_transaction_currency(work, party, rate_needed=True)
    total = _lines(work) + _tax(work)
    if total < 0:
        raise codes.business("You must specify a transaction amount that is 0 or greater.")
    values["TotalAmt"] = money.amount(total)
    _number(work)
    if work.entity in {"Bill", "VendorCredit"}:
        _payable(work)
        left = total - (paid_already(work.old))
        if left < 0:
            raise codes.business("The total is less than what has been paid on it.", "TotalAmt")
        values["Balance"] = money.amount(left)
    if work.entity == "Bill":
        _due(work, party or {})
    if work.entity == "PurchaseOrder":
        _payable(work)
        work.default("POStatus", "Open")


def _party(work: Work) -> Json | None:
    if work.entity != "Purchase":
        work.require("VendorRef")
        return work.company.get("Vendor", work.target("VendorRef"))
    work.require("PaymentType", "AccountRef")
    account = work.company.get("Account", work.target("AccountRef")) or {}
    if account.get("AccountType") not in _PAID_FROM[work.values["PaymentType"]]:
        raise codes.account_type(str(account.get("AccountType")), "AccountRef")
    reference = work.values.get("EntityRef")
    if not reference:
        return None
    kind = str(reference.get("type") or "Vendor").capitalize()
    if kind not in {"Vendor", "Customer", "Employee"}:
        raise codes.invalid_value("2170", "EntityRef.type", kind, "Vendor, Customer or Employee")
    party = work.company.get(kind, str(reference["value"]))
    if party is None:
        raise codes.reference("Names", reference["value"], "EntityRef")
    if party.get("Active") is False:
        raise codes.not_found(element="EntityRef")
    reference.update(name=str(party.get("DisplayName", "")), type=kind)
    return party


def _lines(work: Work) -> Decimal:
    lines = [
        dict(line)
        for line in work.values.get("Line") or []
        if line.get("DetailType") != "SubTotalLineDetail"
    ]
    if not lines:
        raise codes.required("Line")
    total = ZERO
    for index, line in enumerate(lines, start=1):
        kind = line.get("DetailType")
        if kind is None:
            raise codes.required("Line.DetailType")
        line["Id"] = str(index)
        line["LineNum"] = line.get("LineNum") or index
        if kind == "DescriptionOnly":
            line.pop("Amount", None)
            continue
        total += _money_line(work, line, kind)
    work.values["Line"] = lines
    return total


def _money_line(work: Work, line: Json, kind: str) -> Decimal:
    detail = line[kind] = dict(line.get(kind) or {})
    if kind == _BY_ACCOUNT and not detail.get("AccountRef"):
        raise codes.refused("6440", "The line has no account.", f"Line.{kind}.AccountRef")
    if kind == _BY_ITEM and not detail.get("ItemRef"):
        raise codes.refused("6440", "The line has no product.", f"Line.{kind}.ItemRef")
    if detail.get("BillableStatus") == "Billable" and not detail.get("CustomerRef"):
        raise codes.refused("6310", "A billable line needs a customer.", f"Line.{kind}.CustomerRef")
    amount = check_product(line, detail) if kind == _BY_ITEM else cents(line_amount(line))
    if kind == _BY_ACCOUNT:
        detail.setdefault("BillableStatus", "NotBillable")
        detail.setdefault("TaxCodeRef", {"value": "NON"} if work.company.is_us else {})
        if not detail["TaxCodeRef"]:
            del detail["TaxCodeRef"]
    line["Amount"] = money.amount(amount)
    return amount


def _tax(work: Work) -> Decimal:
    """Purchases are taxed by what the request says; the United States tax none of them."""
    sent = work.values.get("TxnTaxDetail", {})
    tax = cents(decimal_of(sent.get("TotalTax"))) if not work.company.is_us else ZERO
    if sent:
        work.values["TxnTaxDetail"] = {**sent, "TotalTax": money.amount(tax)}
    return tax


def _number(work: Work) -> None:
    if work.entity == "PurchaseOrder":
        settle_number(work, warn=False)
        return
    number = str(work.values.get("DocNumber", ""))
    preference = {"Bill": "WarnDuplicateBillNumber", "Purchase": "WarnDuplicateCheckNumber"}
    warned = work.company.other_preference(preference.get(work.entity, "")) or ""
    if number and warned.casefold() == "true":
        refuse_duplicate(work, number)


def _payable(work: Work) -> None:
    account = work.company.get("Account", work.target("APAccountRef"))
    if account is not None:
        if account.get("AccountType") != "Accounts Payable":
            raise codes.account_type(str(account.get("AccountType")), "APAccountRef")
        return
    for one in work.company.all("Account"):
        if one.get("AccountType") == "Accounts Payable" and one.get("Active") is not False:
            work.values["APAccountRef"] = {"value": str(one["Id"]), "name": one.get("Name", "")}
            return


def _due(work: Work, vendor: Json) -> None:
    values = work.values
    if work.creating and "SalesTermRef" not in values and vendor.get("TermRef"):
        values["SalesTermRef"] = dict(vendor["TermRef"])
    if not values.get("DueDate"):
        term = work.company.get("Term", work.target("SalesTermRef"))
        values["DueDate"] = due_date(work.txn_date, term).isoformat()
    elif values["DueDate"] < values["TxnDate"]:
        raise codes.business("The due date cannot be before the transaction date.", "DueDate")
