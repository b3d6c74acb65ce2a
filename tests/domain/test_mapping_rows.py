"""Every state of health, and what holds an invoice on purpose or for doubt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_app.domain.catalogue import What
from desktop_app.domain.checks import check, held_on_purpose
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.mapping_rows import row_of, surroundings, users_of
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import (
    Choice,
    Delivery,
    Environment,
    Mapping,
    QuickBooksApp,
    Source,
    Target,
)
from desktop_app.domain.review import Health
from desktop_app.domain.stamps import lock_text, stamp
from tests.domain import builders as b


def health(source: Source, target: Target, world: Facts | None = None, label: str = "") -> Health:
    link = b.link(source, target, label or None)
    facts = world or b.facts(b.invoice())
    targets = {**facts.targets, source.kind: {**facts.targets[source.kind], target.id: target}}
    facts = replace(facts, mappings=b.links(link), targets=targets)
    around = surroundings(facts, source.kind, users_of(facts.mappings[source.kind]))
    return row_of(source, link, around).health


@pytest.mark.parametrize(
    ("source", "target", "changes", "expected"),
    [
        (b.ACME, b.CUSTOMER, {}, Health.OK),
        (b.ACME, b.CUSTOMER, {"active": False, "subordinate": True}, Health.INACTIVE),
        (b.ACME, b.CUSTOMER, {"subordinate": True}, Health.UNSUITABLE),
        (b.ACME, b.CUSTOMER, {"currency": "EUR"}, Health.CURRENCY),
        (b.ACME, b.CUSTOMER, {"currency": ""}, Health.OK),
        (b.WORKSTATION, b.ITEM, {}, Health.OK),
        (b.WORKSTATION, b.ITEM, {"type": "Group"}, Health.WRONG_TYPE),
        (b.WORKSTATION, b.ITEM, {"income_account_id": ""}, Health.NO_INCOME_ACCOUNT),
        (b.HARDWARE, b.ACCOUNT, {}, Health.OK),
        (b.HARDWARE, b.ACCOUNT, {"type": "Other Income"}, Health.OK),
        (b.HARDWARE, b.ACCOUNT, {"type": "Expense"}, Health.NOT_INCOME),
    ],
)
def test_health(
    source: Source, target: Target, changes: dict[str, object], expected: Health
) -> None:
    assert health(source, replace(target, **changes)) is expected  # type: ignore[arg-type]


def test_a_renamed_target() -> None:
    assert health(b.ACME, b.CUSTOMER, label="Acme") is Health.RENAMED


def test_a_vanished_target_tells_how_it_went() -> None:
    link = b.link(b.ACME, replace(b.CUSTOMER, id="99"))
    for vanished, expected in (
        ({}, Health.MISSING),
        ({"99": What.MERGED}, Health.MERGED),
        ({"99": What.DELETED}, Health.DELETED),
    ):
        facts = b.facts(mappings=b.links(link), vanished={Kind.CUSTOMERS: vanished})
        around = surroundings(facts, Kind.CUSTOMERS, {"99": 1})
        assert row_of(b.ACME, link, around).health is expected


def excluded(source: Source) -> dict[Kind, dict[str, Mapping]]:
    link = replace(b.link(source, b.CUSTOMER), target_id="", choice=Choice.EXCLUDED)
    return {source.kind: {source.id: link}}


def test_an_excluded_organization_is_the_only_reason() -> None:
    unmapped = b.facts(b.invoice(), mappings=b.links(), excluded=excluded(b.ACME))
    (blocker,) = check(b.invoice(), unmapped)
    assert (blocker.reason, blocker.kind, blocker.source_id) == (Reason.HELD, Kind.CUSTOMERS, "11")
    assert held_on_purpose((blocker,))
    assert not held_on_purpose(())


def test_a_line_without_money_is_not_held() -> None:
    note = b.line(amount=Decimal(0), price=Decimal(0), quantity=Decimal(0))
    facts = b.facts(excluded=excluded(b.WORKSTATION), mappings=b.links(b.link(b.ACME, b.CUSTOMER)))
    assert Reason.HELD in {x.reason for x in check(b.invoice(b.line()), facts)}
    assert Reason.HELD not in {x.reason for x in check(b.invoice(note), facts)}


@pytest.mark.parametrize(
    ("delivery", "problem", "reason"),
    [
        (Delivery.STAGED, "", Reason.UNCHECKED),
        (Delivery.CONFLICT, "renamed", Reason.CONFLICT),
        (Delivery.RECHECK, "", None),
        (Delivery.SAVED, "", None),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_doubtful_decisions_do_not_count(
    kind: Kind, delivery: Delivery, problem: str, reason: Reason | None
) -> None:
    def doubtful(link: Mapping) -> Mapping:
        if link.kind is not kind:
            return link
        return replace(link, delivery=delivery, problem=problem)

    links = [b.link(b.ACME, b.CUSTOMER), b.link(b.WORKSTATION, b.ITEM)]
    if kind is Kind.ACCOUNTS:
        links = [links[0], b.link(b.DEVICES, b.ACCOUNT)]
    world = b.facts(mappings=b.links(*map(doubtful, links)), carriers={"80": "40"})
    items = {**world.targets[Kind.ITEMS], "40": b.CARRIER}
    world = replace(world, targets={**world.targets, Kind.ITEMS: items})
    assert [x.reason for x in check(b.invoice(), world)] == ([reason] if reason else [])


def test_the_lock() -> None:
    mine = stamp(b.WORKSPACE)
    assert mine == "production:9341"
    assert lock_text(b.WORKSPACE, b.US, {"", mine}) == ""
    assert "sandbox" in lock_text(b.WORKSPACE, b.US, {mine, "sandbox:9341"})
    assert "555" in lock_text(b.WORKSPACE, b.US, {mine, "production:555"})
    other = replace(b.US, realm_id="555", name="Others Ltd")
    assert "Others Ltd" in lock_text(b.WORKSPACE, other, {mine})
    sandbox = replace(b.WORKSPACE, quickbooks_app=QuickBooksApp(environment=Environment.SANDBOX))
    assert "production" in lock_text(sandbox, b.US, {mine})
    assert lock_text(replace(b.WORKSPACE, realm_id=""), None, {"sandbox:1"}) == ""
