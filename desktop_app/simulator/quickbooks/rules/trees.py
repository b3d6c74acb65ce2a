"""Lists whose records nest: accounts, items, classes and departments."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.quickbooks import codes
from desktop_app.simulator.quickbooks.rules.people import bare_name, deleted_name, same_name
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

LEVELS = 5
#: The flag that marks a nested record, by entity.
SUB = {
    "Account": "SubAccount",
    "Item": "SubItem",
    "Class": "SubClass",
    "Department": "SubDepartment",
}


def settle_tree(work: Work, *, unique_everywhere: bool = False) -> None:
    """Name, parent, level and qualified name.

    unique_everywhere: no two records of the list share a name; else no two of one parent do.

    Raises:
        ServiceFault: 2020, 6150, 6180, 6240, 700, 800, 900.
    """
    values, company, entity = work.values, work.company, work.entity
    work.require("Name")
    work.default("Active", True)
    parent = _parent(work)
    name = bare_name(str(values["Name"]))
    others = [one for one in company.all(entity) if one["Id"] != work.identity]
    siblings = [
        one for one in others if unique_everywhere or _parent_id(one) == work.target("ParentRef")
    ]
    if values["Active"] is False:
        _may_leave(work, others)
        old = str(work.old_value("Name") or "")
        kept = work.old_value("Active") is False and same_name(bare_name(old), name)
        taken = {str(one.get("Name", "")).strip().casefold() for one in siblings}
        values["Name"] = old if kept else deleted_name(name, taken)
    else:
        values["Name"] = name
        if not _unchanged(work, name):
            for one in siblings:
                if same_name(str(one.get("Name", "")), name):
                    raise codes.duplicate_name(str(one["Id"]))
    prefix = f"{parent['FullyQualifiedName']}:" if parent else ""
    values["FullyQualifiedName"] = prefix + values["Name"]
    values[SUB[entity]] = parent is not None
    if entity == "Item":
        values["Level"] = _level(company, entity, parent) if parent else 0


def _unchanged(work: Work, name: str) -> bool:
    old = work.old
    return (
        old is not None
        and old.get("Active") is not False
        and same_name(str(old.get("Name", "")), name)
        and _parent_id(old) == work.target("ParentRef")
    )


def _parent_id(record: Json) -> str:
    return str(record.get("ParentRef", {}).get("value", ""))


def _parent(work: Work) -> Json | None:
    company, entity = work.company, work.entity
    identity = work.target("ParentRef")
    if not identity:
        if work.values.get(SUB[entity]) is True and SUB[entity] in work.sent:
            raise codes.refused("6150", f"{SUB[entity]} needs a ParentRef.", "ParentRef")
        return None
    if work.identity and identity in [work.identity, *below(company, entity, work.identity)]:
        raise codes.refused("900", "A record cannot be its own parent.", "ParentRef")
    parent = company.get(entity, identity)
    deepest = _depth(company, entity, work.identity) if work.identity else 0
    if _level(company, entity, parent) + deepest >= LEVELS:
        raise codes.refused("6180", f"A hierarchy has at most {LEVELS} levels.", "ParentRef")
    return parent


def _level(company: Company, entity: str, parent: Json | None) -> int:
    level = 0
    while parent is not None and level <= LEVELS:
        level += 1
        parent = company.get(entity, _parent_id(parent))
    return level


def _depth(company: Company, entity: str, identity: str) -> int:
    children = [str(one["Id"]) for one in company.all(entity) if _parent_id(one) == identity]
    return 1 + max(_depth(company, entity, one) for one in children) if children else 0


def below(company: Company, entity: str, identity: str) -> list[str]:
    """Ids of all records below one, parents before children."""
    found = [identity]
    for one in found:
        found += [str(r["Id"]) for r in company.all(entity) if _parent_id(r) == one]
    return found[1:]


def _may_leave(work: Work, others: list[Json]) -> None:
    if work.old is None or work.old.get("Active") is False:
        return
    if any(_parent_id(one) == work.identity and one.get("Active") is not False for one in others):
        raise codes.refused("800", "Records below this one are still active.")


def spread_names(company: Company, entity: str, identity: str) -> None:
    """After a rename or a move: the qualified names of everything below."""
    for one in below(company, entity, identity):
        record = company.get(entity, one)
        parent = company.get(entity, _parent_id(record)) if record else None
        if record and parent:
            changes: Json = {
                "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{record['Name']}"
            }
            if entity == "Item":
                changes["Level"] = _level(company, entity, parent)
            company.adjust(entity, one, changes)
