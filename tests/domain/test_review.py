"""Rows of the mapping tabs, and Auto Map's equal names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.mapping_rows import rows
from desktop_app.domain.records import Source, Target
from desktop_app.domain.review import (
    Decision,
    Health,
    mappable,
    offered,
    propose_equal,
    target_label,
)
from tests.domain import builders as b


def org(source_id: str, name: str) -> Source:
    return Source(Kind.CUSTOMERS, source_id, name)


def customer(target_id: str, name: str, **changes: object) -> Target:
    return replace(Target(Kind.CUSTOMERS, target_id, name, name), **changes)  # type: ignore[arg-type]


def pairs(sources: list[Source], targets: list[Target], **mapped: str) -> set[tuple[str, str]]:
    by_id = {t.id: t for t in targets}
    mappings = {
        s.id: b.link(s, by_id[mapped[s.id]]) for s in sources if s.id in mapped
    }  # fmt: skip
    return {(p.source.id, p.target.id) for p in propose_equal(sources, targets, mappings)}


@pytest.mark.parametrize("name", ["Acme", "ACME ", " acme", "Ac\u200dme".replace("\u200d", "")])
def test_equal_after_trimming_and_case(name: str) -> None:
    assert pairs([org("1", name)], [customer("58", "Acme")]) == {("1", "58")}


def test_white_space_within_is_collapsed() -> None:
    assert pairs([org("1", "Blue \t Sky")], [customer("58", "blue sky ")]) == {("1", "58")}


def test_more_than_equal_is_not_proposed() -> None:
    assert pairs([org("1", "Acme Inc")], [customer("58", "Acme")]) == set()


def test_one_to_one_in_both_directions() -> None:
    assert pairs([org("1", "Acme"), org("2", "acme")], [customer("58", "Acme")]) == set()
    assert pairs([org("1", "Acme")], [customer("58", "Acme"), customer("59", "ACME")]) == set()


def test_inactive_and_subordinate_targets_are_left_out() -> None:
    assert pairs([org("1", "Acme")], [customer("58", "Acme", active=False)]) == set()
    assert pairs([org("1", "Acme")], [customer("58", "Acme", subordinate=True)]) == set()


def test_existing_links_stay_and_their_customers_are_not_offered_again() -> None:
    sources = [org("1", "Acme"), org("2", "Other")]
    targets = [customer("58", "Acme"), customer("59", "Other")]
    assert pairs(sources, targets, **{"1": "59"}) == set()


def test_empty_names_never_match() -> None:
    assert pairs([org("1", "  ")], [customer("58", "")]) == set()


def test_items_match_by_name_or_full_name_without_counting_twice() -> None:
    product = Source(Kind.ITEMS, "201", "managed workstation")
    assert [p.target for p in propose_equal([product], [b.ITEM], {})] == [b.ITEM]
    category = replace(b.ITEM, type="Category")
    assert propose_equal([product], [category], {}) == []


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
    twin = org("12", "Acme Labs")
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
