"""Sales forms: invoices, credit memos, sales receipts, refunds and estimates."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.money import ZERO, decimal_of
from desktop_app.simulator.quickbooks.rules.currency import settle_transaction_currency
from desktop_app.simulator.quickbooks.rules.sales_lines import settle_lines
from desktop_app.simulator.quickbooks.rules.tax import settle_tax
from desktop_app.simulator.quickbooks.rules.work import Work

Json = dict[str, Any]

NEEDS_CUSTOMER = frozenset({"Invoice", "CreditMemo", "Estimate"})
#: How a document names the payments on it.
PAYERS = frozenset({"Payment", "BillPaymentCheck", "BillPaymentCreditCard"})
_LEGACY = ("AllowIPNPayment", "AllowOnlinePayment")
_ONLINE = ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment")
_ZERO_OR_GREATER = "You must specify a transaction amount that is 0 or greater."
_EMPTY_CUSTOMER = "Unexpected Internal Error. (-30003)"


def settle_sale(work: Work) -> None:
    """Check and compute a sales form: lines, discount, tax, total, balance.

    Raises:
        ServiceFault: every code of chapters 4.4 and 8 of the sheet.
    """
    values = work.values
    customer = _customer(work)
    _header_features(work)
    settle_transaction_currency(work, customer, rate_needed=False)
    _copy_addresses(work, customer)
    basis = settle_lines(work)
    _same_currency_accounts(work)
    tax = settle_tax(work, basis)
    total = basis.subtotal - basis.discount + tax
    if total < 0:
        raise codes.business(_ZERO_OR_GREATER, "TotalAmt")
    settle_number(work, warn=True)
    values["TotalAmt"] = money.amount(total)
    _home_amounts(work, total)
    _standing_fields(work)
    if work.entity == "Invoice":
        _invoice(work, customer, total)
    elif work.entity == "CreditMemo":
        _credit_memo(work, total)
    elif work.entity == "Estimate":
        work.default("TxnStatus", "Pending")
        _dates(work, customer, due=False)
    else:
        values["Balance"] = 0
        _deposit_account(work)


def _customer(work: Work) -> Json | None:
    identity = work.target("CustomerRef")
    if not identity:
        if "CustomerRef" in work.emptied:
            raise codes.business(_EMPTY_CUSTOMER, "CustomerRef")
        if work.entity in NEEDS_CUSTOMER:
            raise codes.required("CustomerRef")
        return None
    customer = work.company.get("Customer", identity)
    if customer is None:
        raise codes.reference("Names", identity, "CustomerRef")
    if customer.get("Active") is False:
        raise codes.inactive_customer(str(customer.get("DisplayName", "")))
    return customer


def _header_features(work: Work) -> None:
    """5030 for fields whose feature the company has turned off."""
    company = work.company
    if work.values.get("ClassRef") and not company.preference(
        "AccountingInfoPrefs", "ClassTrackingPerTxn", False
    ):
        raise codes.feature("class tracking by transaction is turned off", "ClassRef")
    if work.values.get("DepartmentRef") and not company.preference(
        "AccountingInfoPrefs", "TrackDepartments", False
    ):
        raise codes.feature("location tracking is turned off", "DepartmentRef")


def _copy_addresses(work: Work, customer: Json | None) -> None:
    if work.creating and customer is not None:
        for name in ("BillAddr", "ShipAddr"):
            if customer.get(name):
                work.default(name, dict(customer[name]))


def _same_currency_accounts(work: Work) -> None:
    """Receivable and deposit accounts, where given, must be of a fitting type."""
    deposit = work.company.get("Account", work.target("DepositToAccountRef"))
    if deposit and deposit.get("AccountType") not in {"Bank", "Other Current Asset"}:
        raise codes.account_type(str(deposit.get("AccountType")), "DepositToAccountRef")
    receivable = work.company.get("Account", work.target("ARAccountRef"))
    if receivable and receivable.get("AccountType") != "Accounts Receivable":
        raise codes.account_type(str(receivable.get("AccountType")), "ARAccountRef")


def settle_number(work: Work, *, warn: bool) -> None:
    """DocNumber: as sent, automatic, or none, by the company's preference.

    warn: whether a number in use is refused; custom numbers on is the condition on sales forms.

    Raises:
        ServiceFault: 6140 with the holder's Id.
    """
    values, company = work.values, work.company
    custom = bool(company.preference("SalesFormsPrefs", "CustomTxnNumbers", False))
    number = values.get("DocNumber")
    if not number:
        if custom or not work.creating:
            if work.old and "DocNumber" in work.old and "DocNumber" not in work.emptied:
                values["DocNumber"] = work.old["DocNumber"]
        else:
            values["DocNumber"] = _free_number(work)
        return
    if custom and warn:
        refuse_duplicate(work, str(number))


def _free_number(work: Work) -> str:
    number = work.company.next_number()
    while any(one.get("DocNumber") == number for one in work.company.all(work.entity)):
        number = work.company.next_number()
    return number


def refuse_duplicate(work: Work, number: str) -> None:
    """6140 unless the request allows duplicates or the record already has the number."""
    if "allowduplicatedocnum" in work.include or number == work.old_value("DocNumber"):
        return
    for one in work.company.all(work.entity):
        if one.get("DocNumber") == number and one["Id"] != work.identity:
            raise codes.duplicate_number(number, work.entity, str(one["Id"]))


def _home_amounts(work: Work, total: Decimal) -> None:
    if work.company.multicurrency:
        rate = decimal_of(work.values.get("ExchangeRate") or 1)
        work.values["HomeTotalAmt"] = money.amount(total * rate)


def _standing_fields(work: Work) -> None:
    values = work.values
    work.default("CustomField", [])
    work.default("ApplyTaxAfterDiscount", False)
    work.default("PrintStatus", "NeedToPrint")
    work.default("EmailStatus", "NotSet")
    values["FreeFormAddress"] = True
    if values["EmailStatus"] == "NeedToSend" and not values.get("BillEmail", {}).get("Address"):
        raise codes.refused("6420", "An e-mail address is required to send it.", "BillEmail")


def _invoice(work: Work, customer: Json | None, total: Decimal) -> None:
    values, company = work.values, work.company
    for name in _LEGACY:
        values[name] = False
    online = bool(company.preference("SalesFormsPrefs", "ETransactionPaymentEnabled", False))
    for name in _ONLINE:
        values[name] = bool(values.get(name)) and online
    deposit = decimal_of(values.get("Deposit"))
    if deposit and not company.preference("SalesFormsPrefs", "AllowDeposit", False):
        raise codes.feature("deposits are turned off", "Deposit")
    if deposit < 0 or deposit > total:
        raise codes.invalid_value("2140", "Deposit", deposit, "between 0 and the total")
    if not deposit:
        values.pop("Deposit", None)
    _dates(work, customer, due=True)
    balance = total - deposit - paid_already(work.old)
    if balance < 0:
        raise codes.business(
            "The amount of the transaction is less than what has been paid on it.", "TotalAmt"
        )
    values["Balance"] = money.amount(balance)
    if company.multicurrency:
        rate = decimal_of(values.get("ExchangeRate") or 1)
        values["HomeBalance"] = money.amount(balance * rate)


def _credit_memo(work: Work, total: Decimal) -> None:
    left = total - paid_already(work.old)
    if left < 0:
        raise codes.business("More of this credit has been used than it comes to.", "TotalAmt")
    work.values["RemainingCredit"] = money.amount(left)
    work.values["Balance"] = money.amount(left)


def paid_already(record: Json | None) -> Decimal:
    """What payments and credits have taken off a stored invoice, credit memo, bill or credit."""
    if record is None:
        return ZERO
    left = record.get("RemainingCredit", record.get("Balance", record.get("TotalAmt")))
    due = decimal_of(record.get("TotalAmt")) - decimal_of(record.get("Deposit"))
    return due - decimal_of(left)


def _dates(work: Work, customer: Json | None, *, due: bool) -> None:
    """DueDate from the terms; a date before TxnDate is refused."""
    values, company = work.values, work.company
    if work.creating and "SalesTermRef" not in values:
        own = (customer or {}).get("SalesTermRef")
        default = own or company.preference("SalesFormsPrefs", "DefaultTerms")
        term = company.get("Term", str((default or {}).get("value", "")))
        if term is not None:
            values["SalesTermRef"] = {"value": str(term["Id"]), "name": term.get("Name", "")}
    if not due:
        return
    moved = {"TxnDate", "SalesTermRef"} & work.sent and "DueDate" not in work.sent
    if work.old is not None and moved and _terms_or_date_changed(work):
        values.pop("DueDate", None)
    if not values.get("DueDate"):
        term = company.get("Term", work.target("SalesTermRef"))
        values["DueDate"] = due_date(work.txn_date, term).isoformat()
    elif values["DueDate"] < values["TxnDate"]:
        raise codes.business("The due date cannot be before the transaction date.", "DueDate")


def _terms_or_date_changed(work: Work) -> bool:
    old = work.old or {}
    return bool(
        old.get("TxnDate") != work.values.get("TxnDate")
        or old.get("SalesTermRef", {}).get("value") != work.target("SalesTermRef")
    )


def due_date(start: date, term: Json | None) -> date:
    """``start`` plus the term: so many days, or a day of the month."""
    if term is None:
        return start
    if term.get("Type") != "DATE_DRIVEN":
        return start + timedelta(days=int(term.get("DueDays") or 0))
    wanted = int(term.get("DayOfMonthDue") or 1)
    due = _day_of_month(start.year, start.month, wanted)
    if due < start or (due - start).days < int(term.get("DueNextMonthDays") or 0):
        following = start.replace(day=1) + timedelta(days=32)
        due = _day_of_month(following.year, following.month, wanted)
    return due


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _deposit_account(work: Work) -> None:
    """Where the money of a receipt goes: undeposited funds unless the request says otherwise."""
    if work.entity == "RefundReceipt":
        work.require("DepositToAccountRef")
        return
    if work.target("DepositToAccountRef"):
        return
    for account in work.company.all("Account"):
        if account.get("AccountSubType") == "UndepositedFunds":
            work.values["DepositToAccountRef"] = {
                "value": str(account["Id"]),
                "name": account.get("Name", ""),
            }
            return


def settle_links(work: Work) -> None:
    """LinkedTxn of a sales form: the payments stay, what is sent must exist.

    Raises:
        ServiceFault: 620.
    """
    links = [
        link for link in (work.old or {}).get("LinkedTxn", []) if link.get("TxnType") in PAYERS
    ]
    for link in work.values.get("LinkedTxn", []):
        kind, identity = str(link.get("TxnType", "")), str(link.get("TxnId", ""))
        if kind in PAYERS or identity in {"", "0"}:
            continue
        known = kind if kind in work.company.records else ""
        if not known or work.company.get(known, identity) is None:
            raise codes.cannot_link(f"Transaction {kind} {identity} cannot be linked.")
        links.append({"TxnId": identity, "TxnType": kind})
    work.values["LinkedTxn"] = links
