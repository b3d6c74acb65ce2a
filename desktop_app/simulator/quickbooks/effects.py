"""What a stored record does to others: balances, links, stock, qualified names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import money
from desktop_app.simulator.quickbooks.money import ZERO, decimal_of
from desktop_app.simulator.quickbooks.rules import payments, people, trees
from desktop_app.simulator.quickbooks.schema import TRANSACTIONS
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

DATED = frozenset(TRANSACTIONS)

#: What a transaction adds to or takes from its party's balance.
_PARTY = {
    "Invoice": ("CustomerRef", "Customer", 1),
    "CreditMemo": ("CustomerRef", "Customer", -1),
    "Payment": ("CustomerRef", "Customer", -1),
    "Bill": ("VendorRef", "Vendor", 1),
    "VendorCredit": ("VendorRef", "Vendor", -1),
    "BillPayment": ("VendorRef", "Vendor", -1),
}
_STOCK = {"Invoice": -1, "SalesReceipt": -1, "CreditMemo": 1, "RefundReceipt": 1, "Bill": 1}


def after_write(company: Company, entity: str, old: Json | None, new: Json) -> None:
    """Carry a create or update into everything that follows from it."""
    _balances(company, entity, old, new)
    _stock(company, entity, old, new)
    if entity in payments.DEBTS:
        payments.relink(company, entity, old, new)
    if entity == "Customer":
        people.spread_names(company, str(new["Id"]))
    if entity in trees.SUB:
        trees.spread_names(company, entity, str(new["Id"]))
    if entity == "Invoice" and old is None:
        _close_estimates(company, new)
        payments.auto_apply(company, str(new["Id"]))


def before_delete(company: Company, entity: str, record: Json) -> None:
    """Undo what a transaction did, before it goes."""
    _balances(company, entity, record, None)
    _stock(company, entity, record, None)
    if entity in payments.DEBTS:
        payments.relink(company, entity, record, None)
    else:
        payments.unlink_document(company, entity, record)


def _party_change(entity: str, record: Json | None) -> dict[tuple[str, str], Decimal]:
    if record is None or entity not in _PARTY:
        return {}
    field, party, sign = _PARTY[entity]
    amount = decimal_of(record.get("TotalAmt")) - decimal_of(record.get("Deposit"))
    return {(party, str(record.get(field, {}).get("value", ""))): sign * amount}


def _balances(company: Company, entity: str, old: Json | None, new: Json | None) -> None:
    before, after = _party_change(entity, old), _party_change(entity, new)
    for key in {**before, **after}:
        change = after.get(key, ZERO) - before.get(key, ZERO)
        if change:
            _add_to_balance(company, key[0], key[1], change)


def _add_to_balance(company: Company, party: str, identity: str, change: Decimal) -> None:
    record = company.get(party, identity)
    if record is None:
        return
    company.adjust(
        party, identity, {"Balance": money.amount(decimal_of(record.get("Balance")) + change)}
    )
    seen: set[str] = set()
    while record is not None and party == "Customer" and record["Id"] not in seen:
        seen.add(record["Id"])
        total = decimal_of(record.get("BalanceWithJobs", record.get("Balance"))) + change
        company.adjust(party, str(record["Id"]), {"BalanceWithJobs": money.amount(total)})
        record = company.get(party, str(record.get("ParentRef", {}).get("value", "")))


def _quantities(record: Json | None) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in (record or {}).get("Line", []):
        for kind in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail"):
            detail = line.get(kind, {})
            item = str(detail.get("ItemRef", {}).get("value", ""))
            if item:
                found[item] = found.get(item, ZERO) + decimal_of(detail.get("Qty"))
    return found


def _stock(company: Company, entity: str, old: Json | None, new: Json | None) -> None:
    sign = _STOCK.get(entity)
    if sign is None:
        return
    before, after = _quantities(old), _quantities(new)
    for identity in {**before, **after}:
        change = (after.get(identity, ZERO) - before.get(identity, ZERO)) * sign
        item = company.get("Item", identity)
        if change and item is not None and item.get("Type") == "Inventory":
            left = decimal_of(item.get("QtyOnHand")) + change
            company.adjust("Item", identity, {"QtyOnHand": money.number(left)})


def _close_estimates(company: Company, invoice: Json) -> None:
    for link in invoice.get("LinkedTxn", []):
        estimate = company.get("Estimate", str(link.get("TxnId")))
        if link.get("TxnType") == "Estimate" and estimate is not None:
            links = [
                *estimate.get("LinkedTxn", []),
                {"TxnId": invoice["Id"], "TxnType": "Invoice"},
            ]
            values = {**estimate, "TxnStatus": "Closed", "LinkedTxn": links}
            company.replace("Estimate", str(estimate["Id"]), values)
