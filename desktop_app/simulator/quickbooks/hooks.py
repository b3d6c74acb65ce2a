"""What other people do in QuickBooks meanwhile: pay, rename, merge, make inactive, delete."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.faults import Faults
from desktop_app.simulator.quickbooks import writes
from desktop_app.simulator.quickbooks.money import ZERO, amount, decimal_of
from desktop_app.simulator.quickbooks.rules.payments import open_amount
from desktop_app.simulator.quickbooks.schema import ENTITIES, SALES_FORMS
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches

Json = dict[str, Any]

_NOTHING: frozenset[str] = frozenset()


def _undisturbed() -> Switches:
    return Switches(Faults())


def pay(company: Company, invoice_id: str, paid: Decimal | None) -> Json:
    """Receive a payment for an invoice, all that is open where ``paid`` is None."""
    invoice = writes.find(company, ENTITIES["Invoice"], invoice_id)
    value = amount(open_amount(invoice) if paid is None else paid)
    body: Json = {
        "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
        "TotalAmt": value,
        "Line": [{"Amount": value, "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]}],
    }
    return writes.write(company, ENTITIES["Payment"], body, _NOTHING, _undisturbed())


def change(company: Company, entity: str, identity: str, changes: Json) -> Json:
    """A sparse update with whatever SyncToken is current."""
    record = writes.find(company, ENTITIES[entity], identity)
    body = {**changes, "Id": identity, "SyncToken": record["SyncToken"], "sparse": True}
    return writes.write(company, ENTITIES[entity], body, _NOTHING, _undisturbed())


def inactivate(company: Company, entity: str, identity: str) -> Json:
    """Make a list record inactive, whatever its balance: the screens can do that."""
    record = writes.find(company, ENTITIES[entity], identity)
    owed: Json = {name: record[name] for name in ("Balance", "BalanceWithJobs") if name in record}
    company.adjust(entity, identity, dict.fromkeys(owed, 0))
    changed = change(company, entity, identity, {"Active": False})
    company.adjust(entity, identity, owed)
    return company.get(entity, identity) or changed


def delete(company: Company, entity: str, identity: str) -> None:
    """Delete a transaction."""
    record = writes.find(company, ENTITIES[entity], identity)
    writes.delete(
        company,
        ENTITIES[entity],
        {"Id": identity, "SyncToken": record["SyncToken"]},
        _undisturbed(),
    )


def merge(company: Company, entity: str, lost_id: str, kept_id: str) -> None:
    """Two records become one: everything that named the lost one names the kept one."""
    lost = writes.find(company, ENTITIES[entity], lost_id)
    kept = writes.find(company, ENTITIES[entity], kept_id)
    field_name = ENTITIES[entity].name_field
    name = str(kept.get(field_name, ""))
    for kind, records in company.records.items():
        pointers = _POINTERS.get(entity, set()) | ({"ParentRef"} if kind == entity else set())
        for identity, record in list(records.items()):
            if (kind, identity) == (entity, lost_id):
                continue
            moved = _renamed(record, pointers, lost_id, kept_id, name)
            if moved is not record:
                company.replace(kind, identity, moved)
    changes: Json = {}
    for balance in ("Balance", "BalanceWithJobs", "CurrentBalance"):
        if balance in lost:
            changes[balance] = amount(decimal_of(kept.get(balance)) + decimal_of(lost[balance]))
    company.vanish(entity, lost_id)
    company.merged[f"{entity}/{lost_id}"] = kept_id
    company.replace(entity, kept_id, {**(company.get(entity, kept_id) or kept), **changes})


#: Reference fields by what they point at; ParentRef points within its own list.
_POINTERS: dict[str, set[str]] = {
    "Customer": {"CustomerRef", "ProjectRef"},
    "Vendor": {"VendorRef", "PrefVendorRef"},
    "Employee": {"EmployeeRef"},
    "Item": {"ItemRef", "GroupItemRef"},
    "Account": {
        "AccountRef",
        "IncomeAccountRef",
        "ExpenseAccountRef",
        "AssetAccountRef",
        "ItemAccountRef",
        "DepositToAccountRef",
        "APAccountRef",
        "ARAccountRef",
    },
    "Class": {"ClassRef"},
    "Department": {"DepartmentRef"},
    "Term": {"SalesTermRef", "TermRef"},
}


def _renamed(value: Any, pointers: set[str], lost: str, kept: str, name: str) -> Any:
    """``value`` with every reference moved over; the same object where none is in it."""
    if isinstance(value, list):
        items = [_renamed(one, pointers, lost, kept, name) for one in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if not isinstance(value, dict):
        return value
    result: Json | None = None
    for key, inner in value.items():
        if key in pointers and isinstance(inner, dict):
            new = {**inner, "value": kept, "name": name} if inner.get("value") == lost else inner
        else:
            new = _renamed(inner, pointers, lost, kept, name)
        if new is not inner:
            result = dict(value) if result is None else result
            result[key] = new
    return value if result is None else result


def summary(company: Company) -> Json:
    """Counts and totals, for tests and the demo: {"counts", "active", "totals", "reads"}."""
    counts = {name: len(found) for name, found in company.records.items() if found}
    active = {
        name: sum(one.get("Active") is not False for one in found.values())
        for name, found in company.records.items()
        if found and "Active" in ENTITIES[name].fields
    }
    totals = {
        name: amount(sum((decimal_of(one.get("TotalAmt")) for one in company.all(name)), ZERO))
        for name in SALES_FORMS
    }
    balance = sum((decimal_of(one.get("Balance")) for one in company.all("Invoice")), ZERO)
    return {
        "realm_id": company.realm_id,
        "name": company.name,
        "counts": counts,
        "active": active,
        "totals": totals,
        "open_balance": amount(balance),
        "reads": company.reads,
    }
