"""Payments of customers and to vendors: what they settle, and what that does to the settled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.money import ZERO, decimal_of
from desktop_app.simulator.quickbooks.rules.currency import settle_transaction_currency
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]
Links = dict[tuple[str, str], Decimal]

#: What each kind of payment settles, and the credits that it may use up.
DEBTS = {"Payment": "Invoice", "BillPayment": "Bill"}
CREDITS = {"Payment": "CreditMemo", "BillPayment": "VendorCredit"}
_PARTY = {"Payment": ("CustomerRef", "Customer"), "BillPayment": ("VendorRef", "Vendor")}


def links_of(payment: Json | None) -> Links:
    """What one payment puts against each document."""
    found: Links = {}
    for line in (payment or {}).get("Line", []):
        for link in line.get("LinkedTxn", []):
            key = (str(link.get("TxnType", "")), str(link.get("TxnId", "")))
            found[key] = found.get(key, ZERO) + decimal_of(line.get("Amount"))
    return found


def settle_payment(work: Work) -> None:
    """Raises ServiceFault: 2020, 2290, 620, 6000, 6430, 6540, 2500."""
    values = work.values
    field, entity = _PARTY[work.entity]
    work.require(field)
    refuse_deposited(work)
    party = work.company.get(entity, work.target(field))
    settle_transaction_currency(work, party, rate_needed=False)
    if values.get("TotalAmt") is None:
        raise codes.required("TotalAmt")
    total = money.cents(decimal_of(values["TotalAmt"]))
    if total < 0:
        raise codes.business("You must specify a transaction amount that is 0 or greater.")
    values["Line"] = [dict(line) for line in values.get("Line", [])]
    _lines(work, entity, field)
    applied = _applied(work)
    if applied > total:
        raise codes.business("The amount applied is more than the amount of the payment.")
    values["TotalAmt"] = money.amount(total)
    if work.entity == "Payment":
        values["UnappliedAmt"] = money.amount(total - applied)
        work.default("ProcessPayment", False)
        _deposit_account(work)
    else:
        _pay_type(work)


def _lines(work: Work, entity: str, field: str) -> None:
    before = links_of(work.old)
    after: Links = {}
    for line in work.values["Line"]:
        if line.get("Amount") is None:
            raise codes.required("Line.Amount")
        if decimal_of(line["Amount"]) < 0:
            raise codes.refused("2290", "Negative amounts are not supported.", "Line.Amount")
        line["Amount"] = money.amount(decimal_of(line["Amount"]))
        line["LinkedTxn"] = [_link(work, link, entity, field) for link in line.get("LinkedTxn", [])]
        if not line["LinkedTxn"]:
            raise codes.required("Line.LinkedTxn")
    for key, amount in links_of(work.values).items():
        after[key] = amount
        document = work.company.get(*key) or {}
        if amount > open_amount(document) + before.get(key, ZERO):
            raise codes.business(
                f"The amount {money.grouped(amount)} is more than the open balance of"
                f" {key[0]} {key[1]}."
            )


def _link(work: Work, link: Json, entity: str, field: str) -> Json:
    kind, identity = str(link.get("TxnType", "")), str(link.get("TxnId", ""))
    if kind not in {DEBTS[work.entity], CREDITS[work.entity]}:
        raise codes.cannot_link(f"Transactions of type {kind} cannot be linked to a payment.")
    document = work.company.get(kind, identity)
    if document is None:
        raise codes.cannot_link(f"{kind} {identity} was not found.")
    owner = str(document.get(field, {}).get("value", ""))
    if _root(work.company, entity, owner) != _root(work.company, entity, work.target(field)):
        raise codes.cannot_link(f"{kind} {identity} belongs to another {entity.lower()}.")
    return {"TxnId": identity, "TxnType": kind}


def _root(company: Company, entity: str, identity: str) -> str:
    """The top customer of a family: a parent may pay for its sub-customers."""
    seen: set[str] = set()
    while identity not in seen:
        seen.add(identity)
        parent = (company.get(entity, identity) or {}).get("ParentRef", {}).get("value")
        if not parent:
            break
        identity = str(parent)
    return identity


def _applied(work: Work) -> Decimal:
    links = links_of(work.values)
    debts = sum((a for (kind, _), a in links.items() if kind == DEBTS[work.entity]), ZERO)
    credits = sum((a for (kind, _), a in links.items() if kind == CREDITS[work.entity]), ZERO)
    return debts - credits


def _deposit_account(work: Work) -> None:
    account = work.company.get("Account", work.target("DepositToAccountRef"))
    if account is not None:
        if account.get("AccountType") not in {"Bank", "Other Current Asset"}:
            raise codes.account_type(str(account.get("AccountType")), "DepositToAccountRef")
        return
    for one in work.company.all("Account"):
        if one.get("AccountSubType") == "UndepositedFunds":
            work.values["DepositToAccountRef"] = {"value": str(one["Id"])}
            return


def _pay_type(work: Work) -> None:
    work.require("PayType", "Line")
    field, inner, kind = {
        "Check": ("CheckPayment", "BankAccountRef", "Bank"),
        "CreditCard": ("CreditCardPayment", "CCAccountRef", "Credit Card"),
    }[work.values["PayType"]]
    reference = work.values.get(field, {}).get(inner)
    if not reference:
        raise codes.required(f"{field}.{inner}")
    account = work.company.get("Account", str(reference["value"])) or {}
    if account.get("AccountType") != kind:
        raise codes.account_type(str(account.get("AccountType")), f"{field}.{inner}")


def refuse_deposited(work: Work) -> None:
    """6540: what lies in a bank deposit stays as it is."""
    if work.old is None:
        return
    for deposit in work.company.all("Deposit"):
        if (work.entity, work.identity) in links_of(deposit):
            raise codes.refused("6540", f"The transaction is part of deposit {deposit['Id']}.")


def open_amount(document: Json) -> Decimal:
    """What is still open on an invoice or bill, or left of a credit."""
    return decimal_of(document.get("RemainingCredit", document.get("Balance")))


def relink(company: Company, entity: str, old: Json | None, new: Json | None) -> None:
    """After a payment changed: balance, links and SyncToken of every document it touches."""
    payer = str((new or old or {}).get("Id", ""))
    before, after = links_of(old), links_of(new)
    for key in {**before, **after}:
        change = after.get(key, ZERO) - before.get(key, ZERO)
        if change or (key in before) != (key in after):
            put_against(
                company, key, (_word(entity, new or old or {}), payer), change, key in after
            )


def _word(entity: str, payment: Json) -> str:
    """How a settled document names its payment."""
    if entity == "Payment":
        return "Payment"
    return "BillPaymentCreditCard" if payment.get("PayType") == "CreditCard" else "BillPaymentCheck"


def put_against(
    company: Company,
    document_key: tuple[str, str],
    payer: tuple[str, str],
    change: Decimal,
    linked: bool,
) -> None:
    """Take ``change`` off one document, link it to ``payer`` or not, and raise its SyncToken."""
    kind, identity = document_key
    document = company.get(kind, identity)
    if document is None:
        return
    links = [
        link
        for link in document.get("LinkedTxn", [])
        if (link.get("TxnType"), str(link.get("TxnId"))) != payer
    ]
    if linked:
        links.append({"TxnId": payer[1], "TxnType": payer[0]})
    left = open_amount(document) - change
    values = {**document, "LinkedTxn": links, "Balance": money.amount(left)}
    if "RemainingCredit" in document:
        values["RemainingCredit"] = money.amount(left)
    if "HomeBalance" in document:
        values["HomeBalance"] = money.amount(left * decimal_of(document.get("ExchangeRate") or 1))
    company.replace(kind, identity, values)


def unlink_document(company: Company, entity: str, document: Json) -> None:
    """Before a document goes: its payments stay, with the amount unapplied."""
    key = (entity, str(document["Id"]))
    for kind in DEBTS:
        for payment in list(company.all(kind)):
            if key not in links_of(payment):
                continue
            lines = [
                line
                for line in payment.get("Line", [])
                if key
                not in {(str(x.get("TxnType")), str(x.get("TxnId"))) for x in line["LinkedTxn"]}
            ]
            values = {**payment, "Line": lines}
            if "UnappliedAmt" in payment and entity in DEBTS.values():
                freed = links_of(payment)[key]
                values["UnappliedAmt"] = money.amount(decimal_of(payment["UnappliedAmt"]) + freed)
            company.replace(kind, str(payment["Id"]), values)


def auto_apply(company: Company, invoice_id: str) -> None:
    """AutoApplyCredit and AutoApplyPayments: a new invoice takes what its customer has left."""
    if company.preference("SalesFormsPrefs", "AutoApplyCredit", False):
        _apply_credits(company, invoice_id)
    if company.preference("SalesFormsPrefs", "AutoApplyPayments", False):
        _apply_payments(company, invoice_id)


def _apply_credits(company: Company, invoice_id: str) -> None:
    invoice = company.get("Invoice", invoice_id) or {}
    customer = invoice.get("CustomerRef")
    left = open_amount(invoice)
    lines: list[Json] = []
    used = ZERO
    for memo in company.all("CreditMemo"):
        if memo.get("CustomerRef", {}).get("value") != (customer or {}).get("value"):
            continue
        share = min(left - used, open_amount(memo))
        if share > 0:
            lines.append(_line(share, "CreditMemo", str(memo["Id"])))
            used += share
    if not used:
        return
    lines.insert(0, _line(used, "Invoice", invoice_id))
    payment = company.add(
        "Payment",
        {
            "CustomerRef": customer,
            "TotalAmt": 0,
            "UnappliedAmt": 0,
            "ProcessPayment": False,
            "TxnDate": invoice["TxnDate"],
            "CurrencyRef": invoice["CurrencyRef"],
            "PrivateNote": "Created by QB Online to link credits to charges.",
            "Line": lines,
        },
    )
    relink(company, "Payment", None, payment)


def _apply_payments(company: Company, invoice_id: str) -> None:
    for payment in list(company.all("Payment")):
        invoice = company.get("Invoice", invoice_id) or {}
        same = payment.get("CustomerRef", {}).get("value") == invoice["CustomerRef"]["value"]
        spare = decimal_of(payment.get("UnappliedAmt"))
        share = min(open_amount(invoice), spare)
        if not same or share <= 0:
            continue
        values = {
            **payment,
            "Line": [*payment.get("Line", []), _line(share, "Invoice", invoice_id)],
            "UnappliedAmt": money.amount(spare - share),
        }
        changed = company.replace("Payment", str(payment["Id"]), values)
        relink(company, "Payment", payment, changed)


def _line(amount: Decimal, kind: str, identity: str) -> Json:
    return {"Amount": money.amount(amount), "LinkedTxn": [{"TxnId": identity, "TxnType": kind}]}
