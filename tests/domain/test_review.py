"""Rows of the mapping tabs, and Auto Map's equal names."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.domain.kinds import Kind
from desktop_app.domain.mapping_rows import rows
from desktop_app.domain.records import Target
from desktop_app.domain.review import (
    Decision,
    Health,
    mappable,
    offered,
    target_label,
)
from tests.domain import builders as b


def customer(target_id: str, name: str, **changes: object) -> Target:
    return replace(Target(Kind.CUSTOMERS, target_id, name, name), **changes)  # type: ignore[arg-type]


def test_health() -> None:
    other = customer("59", "Zeta")
    cases = [
        (b.CUSTOMER, None, Health.OK),
        (b.CUSTOMER, "Old name", Health.RENAMED),
        (replace(b.CUSTOMER, active=False), None, Health.INACTIVE),
        (replace(b.CUSTOMER, subordinate=True), None, Health.UNSUITABLE),
    ]
    for target, label, health in cases:
        (row,) = rows([b.ACME], [target, other], {"11": b.link(b.ACME, target, label)})
        assert (row.decision, row.health) == (Decision.LINKED, health)
    (row,) = rows([b.ACME], [other], {"11": b.link(b.ACME, b.CUSTOMER)})
    assert row.health is Health.MISSING
    assert row.target_text == "Acme Dental"
    (row,) = rows([b.ACME], [other], {})
    assert (row.decision, row.target_text) == (Decision.UNDECIDED, "")


def test_a_shared_customer_is_marked_on_both_rows_and_a_shared_item_on_none() -> None:
    twin = replace(b.ACME, id="12", name="Acme Labs")
    mappings = {"11": b.link(b.ACME, b.CUSTOMER), "12": b.link(twin, b.CUSTOMER)}
    assert {r.health for r in rows([b.ACME, twin], [b.CUSTOMER], mappings)} == {Health.SHARED}
    items = {"201": b.link(b.WORKSTATION, b.ITEM), "202": b.link(b.DOCK, b.ITEM)}
    found = rows([b.WORKSTATION, b.DOCK], [b.ITEM], items)
    assert {r.health for r in found} == {Health.OK}


def test_offered_order() -> None:
    def account(target_id: str, name: str, kind: str, **changes: object) -> Target:
        made = Target(Kind.ACCOUNTS, target_id, name, name, type=kind)
        return replace(made, **changes)  # type: ignore[arg-type]

    listed = offered(
        [
            account("1", "Rent", "Expense"),
            account("2", "Old sales", "Income", active=False),
            account("3", "Interest", "Other Income"),
            account("4", "Zeta sales", "Income"),
            account("5", "Alpha sales", "Income"),
        ]
    )
    assert [t.id for t in listed] == ["5", "4", "3", "1", "2"]


def test_what_can_be_mapped_and_how_it_reads() -> None:
    assert not mappable(replace(b.ITEM, type="Group"))
    assert target_label(replace(b.ACCOUNT, number="4010")) == "4010 – Hardware Sales"
