"""Journal entries, transfers, deposits, time activities, notes and card payments."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.quickbooks import codes, money, stamps
from desktop_app.simulator.quickbooks.money import ZERO, cents, decimal_of
from desktop_app.simulator.quickbooks.rules.currency import settle_transaction_currency
from desktop_app.simulator.quickbooks.rules.sales import refuse_duplicate
from desktop_app.simulator.quickbooks.rules.sales_lines import line_amount
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.schema import lookup

Json = dict[str, Any]

_JOURNAL = "JournalEntryLineDetail"
_DEPOSIT = "DepositLineDetail"


def settle_journal(work: Work) -> None:
    """Raises ServiceFault: 2020, 2260, 2270, 2280, 2300, 6000, 6140, 6440."""
    values = work.values
    work.require("Line")
    settle_transaction_currency(work, None, rate_needed=False)
    sums = {"Debit": ZERO, "Credit": ZERO}
    lines = [dict(line) for line in values["Line"]]
    for index, line in enumerate(lines):
        line["Id"] = str(index)
        if line.get("DetailType") == "DescriptionOnly":
            continue
        if line.get("DetailType") is None:
            raise codes.required("Line.DetailType")
        amount = cents(line_amount(line))
        if amount < 0:
            raise codes.refused("2290", "Negative amounts are not supported.", "Line.Amount")
        line["Amount"] = money.amount(amount)
        sums[_posting(work, line)] += amount
    if sums["Debit"] != sums["Credit"]:
        raise codes.refused(
            "2300",
            f"Debits {money.grouped(sums['Debit'])} and credits {money.grouped(sums['Credit'])}"
            " are not equal.",
            "Line",
        )
    values["Line"] = lines
    values["TotalAmt"] = money.amount(sums["Debit"])
    work.default("Adjustment", False)
    number = str(values.get("DocNumber", ""))
    warned = work.company.other_preference("WarnDuplicateJournalNumber") or ""
    if number and warned.casefold() == "true":
        refuse_duplicate(work, number)


def _posting(work: Work, line: Json) -> str:
    detail = line[_JOURNAL] = dict(line.get(_JOURNAL) or {})
    posting = detail.get("PostingType")
    if not posting:
        raise codes.refused("2260", "PostingType is missing.", f"Line.{_JOURNAL}.PostingType")
    if not detail.get("AccountRef"):
        raise codes.refused("6440", "The line has no account.", f"Line.{_JOURNAL}.AccountRef")
    if detail.get("TaxCodeRef") and not work.company.is_us:
        if not detail.get("TaxApplicableOn"):
            raise codes.refused("2270", "TaxApplicableOn is missing.", f"Line.{_JOURNAL}")
        if detail.get("TaxAmount") is None:
            raise codes.refused("2280", "TaxAmount is missing.", f"Line.{_JOURNAL}")
    account = work.company.get("Account", detail["AccountRef"]["value"]) or {}
    named = _name_on_line(work, detail)
    needed = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}
    wanted = needed.get(str(account.get("AccountType")))
    if wanted and named != wanted:
        raise codes.business(
            f"When you use {account['AccountType']}, you must choose a {wanted.lower()} in the"
            " name field.",
            f"Line.{_JOURNAL}.Entity",
        )
    return str(posting)


def _name_on_line(work: Work, detail: Json) -> str:
    entity = detail.get("Entity")
    if not entity or not entity.get("EntityRef"):
        return ""
    kind = str(entity.get("Type") or "Customer")
    identity = str(entity["EntityRef"]["value"])
    record = work.company.get(kind, identity)
    if record is None:
        raise codes.reference("Names", identity, f"Line.{_JOURNAL}.Entity.EntityRef")
    entity["EntityRef"] = {"value": identity, "name": record.get("DisplayName", "")}
    return kind


def settle_transfer(work: Work) -> None:
    """Raises ServiceFault: 2020, 2140, 2600."""
    work.require("FromAccountRef", "ToAccountRef")
    if work.values.get("Amount") is None:
        raise codes.required("Amount")
    if decimal_of(work.values["Amount"]) <= 0:
        raise codes.invalid_value("2140", "Amount", work.values["Amount"], "more than 0")
    if work.target("FromAccountRef") == work.target("ToAccountRef"):
        raise codes.conflicting("From and to are the same account.", "ToAccountRef")
    settle_transaction_currency(work, None, rate_needed=False)


def settle_deposit(work: Work) -> None:
    """Raises ServiceFault: 2020, 620, 6430, 6440, 6000."""
    work.require("DepositToAccountRef", "Line")
    account = work.company.get("Account", work.target("DepositToAccountRef")) or {}
    if account.get("AccountType") not in {"Bank", "Other Current Asset"}:
        raise codes.account_type(str(account.get("AccountType")), "DepositToAccountRef")
    settle_transaction_currency(work, None, rate_needed=False)
    total = ZERO
    lines = [dict(line) for line in work.values["Line"]]
    for index, line in enumerate(lines, start=1):
        line["Id"] = str(index)
        line["LineNum"] = line.get("LineNum") or index
        line["LinkedTxn"] = [one for one in line.get("LinkedTxn", []) if one.get("TxnId")]
        for link in line["LinkedTxn"]:
            kind = lookup(str(link.get("TxnType", "")))
            if kind is None or work.company.get(kind.name, str(link["TxnId"])) is None:
                raise codes.cannot_link(f"{link.get('TxnType')} {link['TxnId']} was not found.")
        if not line["LinkedTxn"] and not line.get(_DEPOSIT, {}).get("AccountRef"):
            raise codes.refused("6440", "The line has no account.", f"Line.{_DEPOSIT}.AccountRef")
        amount = cents(line_amount(line))
        line["Amount"] = money.amount(amount)
        total += amount
    total -= decimal_of(work.values.get("CashBack", {}).get("Amount"))
    if total < 0:
        raise codes.business("You must specify a transaction amount that is 0 or greater.")
    work.values.update(Line=lines, TotalAmt=money.amount(total))


def settle_time(work: Work) -> None:
    """Raises ServiceFault: 2020, 6290, 6300, 6310, 6330."""
    values = work.values
    who = values["NameOf"]
    field = {"Employee": "EmployeeRef", "Vendor": "VendorRef"}.get(who, "")
    other = {"Employee": "VendorRef", "Vendor": "EmployeeRef"}.get(who, "")
    if field and not values.get(field):
        if values.get(other):
            raise codes.refused("6290", f"NameOf is {who}; give {field}.", field)
        raise codes.refused("6300", f"NameOf is {who}; give {field}.", field)
    if values.get("BillableStatus") == "Billable" and not values.get("CustomerRef"):
        raise codes.refused("6310", "A billable activity needs a customer.", "CustomerRef")
    begin, end = values.get("StartTime"), values.get("EndTime")
    spent = values.get("Hours") is not None or values.get("Minutes") is not None
    if not spent and not (begin and end):
        raise codes.refused("6330", "Give Hours and Minutes, or StartTime and EndTime.", "Hours")
    if begin and end:
        first, last = stamps.parse_instant(begin), stamps.parse_instant(end)
        if first and last and last < first:
            raise codes.refused("6330", "EndTime is before StartTime.", "EndTime")
    work.default("BillableStatus", "NotBillable")
    work.default("Taxable", False)


def settle_attachable(work: Work) -> None:
    """Raises ServiceFault: 2020 for neither note nor file name, 2500."""
    values = work.values
    if not values.get("Note") and not values.get("FileName"):
        raise codes.required("Note")
    values.pop("TxnDate", None)
    for one in values.get("AttachableRef", []):
        reference = one.get("EntityRef")
        if not reference:
            continue
        kind = lookup(str(reference.get("type", "")))
        if kind is None or work.company.get(kind.name, str(reference["value"])) is None:
            raise codes.reference("Attachables", reference["value"], "AttachableRef.EntityRef")


def settle_card_payment(work: Work) -> None:
    """Raises ServiceFault: 2020, 6430."""
    work.require("Amount", "BankAccountRef", "CreditCardAccountRef")
    for field, kind in (("BankAccountRef", "Bank"), ("CreditCardAccountRef", "Credit Card")):
        account = work.company.get("Account", work.target(field)) or {}
        if account.get("AccountType") != kind:
            raise codes.account_type(str(account.get("AccountType")), field)
    settle_transaction_currency(work, None, rate_needed=False)
