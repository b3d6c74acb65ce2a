"""Customers, vendors and employees: names that no two may share, levels, balances, currency."""

from __future__ import annotations

import re
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.rules.currency import settle_list_currency
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.schema import NAMES
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

MAX_LEVEL = 4
_SUFFIX = re.compile(r" \(deleted(?:-\d+)?\)$")
_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


def bare_name(name: str) -> str:
    """Without the " (deleted)" that an inactive record carries."""
    return _SUFFIX.sub("", name)


def same_name(first: str, second: str) -> bool:
    return first.strip().casefold() == second.strip().casefold()


def deleted_name(name: str, taken: set[str]) -> str:
    """``name`` with the suffix of an inactive record, the first that is free."""
    candidate, count = f"{name} (deleted)", 0
    while candidate.strip().casefold() in taken:
        count += 1
        candidate = f"{name} (deleted-{count})"
    return candidate


def settle_person(work: Work) -> None:
    """Names, activity and standing fields of all three lists.

    Raises:
        ServiceFault: 6080, 6240, 6220, 6150, 6180, 900, 6000.
    """
    values = work.values
    _display_name(work)
    work.default("Active", True)
    if values["Active"] is False:
        _may_leave(work)
    if work.entity == "Customer":
        _hierarchy(work)
    _unique(work)
    work.default("PrintOnCheckName", str(values["DisplayName"])[:110])
    if work.entity != "Employee":
        settle_list_currency(work)
        _balance(work)
    if work.entity == "Customer":
        _customer_defaults(work)
    elif work.entity == "Vendor":
        work.default("Vendor1099", False)
    else:
        work.default("BillableTime", False)


def _display_name(work: Work) -> None:
    values = work.values
    if not values.get("DisplayName"):
        parts = [str(values[part]) for part in _PARTS if values.get(part)]
        if work.old and not (work.sent & set(_PARTS)):
            values["DisplayName"] = work.old["DisplayName"]
        elif parts:
            values["DisplayName"] = " ".join(parts)
        else:
            raise codes.refused(
                "6080",
                "Name is required: give DisplayName or at least one of Title, GivenName,"
                " MiddleName, FamilyName, Suffix.",
                "DisplayName",
            )


def _may_leave(work: Work) -> None:
    """6220: nobody who still owes or is owed money can be made inactive."""
    if work.old is not None and work.old.get("Active") is not False:
        owed = max(
            abs(money.decimal_of(work.old.get("Balance"))),
            abs(money.decimal_of(work.old.get("BalanceWithJobs"))),
        )
        if owed:
            raise codes.has_balance(work.entity.lower())


def _unique(work: Work) -> None:
    """6240 over Customer, Vendor and Employee together; inactive records take a suffix."""
    values = work.values
    name = bare_name(str(values["DisplayName"]))
    taken: dict[str, str] = {}
    for entity in NAMES:
        for record in work.company.all(entity):
            if entity == work.entity and record["Id"] == work.identity:
                continue
            taken[str(record.get("DisplayName", "")).strip().casefold()] = str(record["Id"])
    if values["Active"] is False:
        old = str(work.old_value("DisplayName") or "")
        kept = work.old_value("Active") is False and same_name(bare_name(old), name)
        values["DisplayName"] = old if kept else deleted_name(name, set(taken))
    else:
        holder = taken.get(name.strip().casefold())
        if holder is not None:
            raise codes.duplicate_name(holder)
        values["DisplayName"] = name
    if work.entity == "Vendor":
        return
    if work.entity == "Customer":
        parent = work.company.get("Customer", work.target("ParentRef"))
        prefix = f"{parent['FullyQualifiedName']}:" if parent else ""
        values["FullyQualifiedName"] = prefix + values["DisplayName"]


def _hierarchy(work: Work) -> None:
    values, company = work.values, work.company
    parent_id = work.target("ParentRef")
    if not parent_id:
        if values.get("Job") is True:
            raise codes.refused("6150", "A sub-customer needs a ParentRef.", "ParentRef")
        values.update(Job=False, Level=0)
        return
    if work.identity and parent_id in [work.identity, *descendants(company, work.identity)]:
        raise codes.refused("900", "A customer cannot be its own parent.", "ParentRef")
    parent = company.get("Customer", parent_id)
    level = int((parent or {}).get("Level") or 0) + 1
    depth = _depth_below(company, work.identity) if work.identity else 0
    if level + depth > MAX_LEVEL:
        raise codes.refused("6180", "A hierarchy has at most 5 levels.", "ParentRef")
    values.update(Job=True, Level=level)


def descendants(company: Company, identity: str) -> list[str]:
    """Ids of all customers below one, children before grandchildren."""
    found = [identity]
    for one in found:
        found += [
            str(record["Id"])
            for record in company.all("Customer")
            if record.get("ParentRef", {}).get("value") == one
        ]
    return found[1:]


def _depth_below(company: Company, identity: str) -> int:
    below = descendants(company, identity)
    own = int((company.get("Customer", identity) or {}).get("Level") or 0)
    levels = (int((company.get("Customer", one) or {}).get("Level") or 0) for one in below)
    return max((level - own for level in levels), default=0)


def _balance(work: Work) -> None:
    """Balance may be given once, at creation, with its date."""
    values = work.values
    if work.old is not None:
        for name in ("Balance", "BalanceWithJobs", "OpenBalanceDate"):
            values.pop(name, None)
            if name in work.old:
                values[name] = work.old[name]
        return
    opening = money.decimal_of(values.get("Balance"))
    if opening and not values.get("OpenBalanceDate"):
        raise codes.refused("6060", "An opening balance needs OpenBalanceDate.", "OpenBalanceDate")
    values["Balance"] = money.amount(opening)
    if work.entity == "Customer":
        values["BalanceWithJobs"] = money.amount(opening)


def _customer_defaults(work: Work) -> None:
    work.default("Taxable", True)
    work.default("BillWithParent", False)
    work.default("PreferredDeliveryMethod", "Print")
    work.values["IsProject"] = bool(work.old_value("IsProject"))


def spread_names(company: Company, identity: str) -> None:
    """After a rename or a move: the qualified names and levels of everybody below."""
    for one in descendants(company, identity):
        record = company.get("Customer", one)
        parent = company.get("Customer", record["ParentRef"]["value"]) if record else None
        if record and parent:
            company.adjust(
                "Customer",
                one,
                {
                    "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{record['DisplayName']}",
                    "Level": int(parent.get("Level") or 0) + 1,
                    "ParentRef": {**record["ParentRef"], "name": parent["DisplayName"]},
                },
            )
