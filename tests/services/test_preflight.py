"""Causes grouped, kept up to date, and confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import Handling
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import (
    Agreement,
    Invoice,
    NinjaOneApp,
    PushState,
    Target,
    TaxChoice,
)
from desktop_app.errors import RuleError
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import Page, PreflightGroup, Weight
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoice_rows import invoice_rows, updated_rows
from desktop_app.services.preflight import Preflight
from desktop_app.storage.database import Database
from desktop_app.storage.handling import SqlHandlingStore
from desktop_app.storage.settings import SqlSettingsStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.domain import builders as b
from tests.services.fakes import FakeClock

SILENT = {"71": Agreement("71", "Care", "11")}


class Desk:
    """Facts that a test changes, the rows made from them, and Preflight on top."""

    def __init__(self, database: Database, facts: Facts) -> None:
        SqlWorkspaceStore(database).current()
        self.store = SqlHandlingStore(database)
        self.reader = HandlingReader(self.store, SqlSettingsStore(database))
        self.facts = facts
        self.known = invoice_rows(facts)
        self.clock = FakeClock()
        self.preflight = Preflight(
            invoices=self,  # type: ignore[arg-type]
            store=self.store,
            facts=self,  # type: ignore[arg-type]
            gateways=self,  # type: ignore[arg-type]
            clock=self.clock,
            who="ann",
        )

    def get(self) -> Facts:
        return self.facts

    def rows(self) -> list[InvoiceRow]:
        return list(self.known)

    def invalidate(self, *parts: Any) -> None:
        self.change(handling=self.reader.read(1))

    def change(self, **changes: Any) -> None:
        now = replace(self.facts, **changes)
        now.keep_indexes(self.facts)
        self.known, self.facts = updated_rows(self.known, self.facts, now), now

    def agreement_address(self, app: NinjaOneApp, agreement_id: str) -> str:
        return f"{app.base_url}/{agreement_id}"

    def groups(self) -> dict[Reason, Any]:
        return {group.reason: group for group in self.preflight.preflight()}


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    opened: list[Database] = []

    def make(*invoices: Invoice, **changes: Any) -> Desk:
        opened.append(Database.open(tmp_path / f"{len(opened)}.db"))
        return Desk(opened[-1], b.facts(*invoices, **changes))

    yield make
    for database in opened:
        database.close()


Make = Callable[..., Desk]


def test_one_group_for_each_cause_sorted_by_amount(desk: Make) -> None:
    small = b.invoice(b.line(product_id="202", account_id="1", name="Dock", amount=Decimal(10)),
                      id="1", number="1")  # fmt: skip
    large = b.invoice(id="2", number="2", organization_id="99", organization_name="Nobody")
    both = replace(small, id="3", number="3", organization_id="99", organization_name="Nobody")
    waiting = b.invoice(id="4", number="4", status="PENDING")
    groups = desk(small, large, both, waiting).preflight.preflight()
    assert [group.reason for group in groups] == [
        Reason.CUSTOMER_UNMAPPED, Reason.ITEM_UNMAPPED, Reason.NOT_APPROVED
    ]  # fmt: skip
    customer, item, pending = groups
    assert customer.invoice_ids == ("2", "3")
    assert customer.amounts == (("USD", large.total + both.total),)
    assert (customer.alone, item.alone) == (1, 1)
    assert item.cause == "Product “Laptop dock” is not mapped"
    assert item.jump is not None
    assert (item.jump.page, item.jump.kind, item.jump.source_ids) == (
        Page.MAPPING, Kind.ITEMS, ("202",)
    )  # fmt: skip
    assert pending.weight is Weight.NOT_GOING


def test_every_approved_invoice_is_counted_in_one_place(desk: Make) -> None:
    ready = b.invoice(id="1", number="1")
    blocked = b.invoice(id="2", number="2", organization_id="99")
    old = b.invoice(id="3", number="3", created_at=b.ACTIVATED.replace(year=2025))
    sent = b.invoice(id="4", number="4")
    pending = b.invoice(id="5", number="5", status="PENDING")
    made = desk(ready, blocked, old, sent, pending, pushes={"4": b.push_of(sent, PushState.SENT)})
    summary = made.preflight.summary()
    assert [t.count for t in (summary.ready, summary.there, summary.will_not_go)] == [1, 1, 2]
    assert summary.before_activation.count == 1
    assert summary.will_not_go.amounts == (("USD", blocked.total + old.total),)
    assert summary.text.startswith("2 approved invoices will not go: 3,496.48 USD")


def test_a_refused_invoice_has_its_own_group(desk: Make) -> None:
    invoice = b.invoice()
    push = replace(b.push_of(invoice, PushState.REFUSED), problem="The books are closed.")
    (group,) = desk(invoice, pushes={invoice.id: push}).preflight.preflight()
    assert (group.reason, group.weight) == (Reason.REFUSED, Weight.BLOCKED)
    assert "The books are closed" in group.cause


def test_warnings_do_not_hold_anything_back(desk: Make) -> None:
    off = b.invoice(total=Decimal("1748.25"))
    made = desk(off, agreements=SILENT)
    groups = made.preflight.preflight()
    assert {g.reason for g in groups} == {Reason.TOTAL_DIFFERS, Reason.AGREEMENT_UNKNOWN}
    assert {g.weight for g in groups} == {Weight.WARNING}
    assert made.preflight.summary().ready.count == 1


def test_an_item_that_posts_elsewhere_than_the_account_code_says_is_told(desk: Make) -> None:
    """The item decides; both accounts are named, and the product's row mends it. An inactive
    account is told likewise."""
    services = Target(Kind.ACCOUNTS, "79", "Services", "Services", type="Income", active=False)
    mappings = b.links(b.link(b.ACME, b.CUSTOMER), b.link(b.WORKSTATION, b.ITEM),
                       b.link(b.DEVICES, b.ACCOUNT))  # fmt: skip

    def looked(item: Target) -> dict[Reason, PreflightGroup]:
        targets = b.by_kind(b.CUSTOMER, item, b.ACCOUNT, services)
        made = desk(b.invoice(), targets=targets, mappings=mappings)
        return {group.reason: group for group in made.preflight.preflight()}

    found = looked(b.ITEM)
    assert set(found) == {Reason.OTHER_ACCOUNT, Reason.ACCOUNT_UNUSABLE}
    other = found[Reason.OTHER_ACCOUNT]
    assert other.weight is Weight.WARNING
    assert other.cause == (
        "Item “Recurring:Managed workstation” posts to account “Services”, while the account code "
        "is mapped to “Hardware Sales”"
    )
    assert other.jump is not None
    assert (other.jump.page, other.jump.kind) == (Page.MAPPING, Kind.ITEMS)
    assert other.jump.source_ids == ("201",)
    assert "inactive" in found[Reason.ACCOUNT_UNUSABLE].cause
    assert looked(replace(b.ITEM, income_account_id="80")) == {}


def test_marking_an_agreement_and_taking_it_back(desk: Make) -> None:
    made = desk(b.invoice(), agreements=SILENT)
    made.reader.set_choices(1, replace(made.reader.choices(1), hold_unknown=True))
    made.invalidate()
    assert made.groups()[Reason.AGREEMENT_UNKNOWN].weight is Weight.BLOCKED
    changes = made.preflight.mark_agreement("71", updated=True)
    assert changes.invoices
    assert made.preflight.preflight() == []
    assert made.preflight.summary().ready.count == 1
    made.clock.advance(minutes=5)
    made.preflight.mark_agreement("71", updated=False)
    assert Reason.AGREEMENT_UNKNOWN in made.groups()
    assert [(m.who, m.made) for m in made.preflight.mark_history("71")] == [
        ("ann", True), ("ann", False)
    ]  # fmt: skip
    assert not made.preflight.agreement_marks()["71"].made
    made.preflight.mark_agreement("71", updated=False)  # a second time changes nothing
    assert len(made.preflight.mark_history("71")) == 2


def test_an_agreement_whose_setting_is_told_is_not_marked(desk: Make) -> None:
    made = desk(b.invoice())
    with pytest.raises(RuleError, match="itself tells"):
        made.preflight.mark_agreement("71", updated=True)
    with pytest.raises(RuleError, match="no longer"):
        made.preflight.mark_agreement("5", updated=True)


def test_a_credit_memo_is_approved_for_one_total(desk: Make) -> None:
    negative = b.invoice(b.line(quantity=Decimal(-1), amount=Decimal("-42.50")))
    made = desk(negative)
    assert made.groups()[Reason.CREDIT_MEMO].weight is Weight.QUESTION
    made.preflight.approve_credit_memo(negative.id, approved=True)
    assert made.preflight.preflight() == []
    made.change(invoices=(replace(negative, total=negative.total - 1),))
    assert Reason.CREDIT_MEMO in made.groups()
    with pytest.raises(RuleError, match="not negative"):
        desk(b.invoice()).preflight.approve_credit_memo("5012", approved=True)


def test_that_nothing_can_be_sent_is_noticed(desk: Make) -> None:
    apart = replace(b.WORKSPACE, quickbooks_connected=False)
    (notice,) = desk(b.invoice(), workspace=apart).preflight.notices()
    assert (notice.code, notice.reconnect) == ("not-connected", True)
    assert desk(b.invoice(status="PENDING"), workspace=apart).preflight.notices() == []
    assert desk(b.invoice()).preflight.notices() == []


def test_the_native_integration_is_noticed(desk: Make) -> None:
    assert desk(b.invoice()).preflight.notices() == []
    failed = b.invoice(status="FAILED", updated_at=b.ACTIVATED.replace(day=2))
    (notice,) = desk(failed).preflight.notices()
    assert notice.code == "native-integration"
    assert notice.invoice_ids == (failed.id,)
    long_ago = replace(failed, updated_at=None, created_at=b.ACTIVATED.replace(year=2025))
    assert desk(long_ago).preflight.notices() == []
    taken = Handling(books=(b.books_document(number="NB-1042"),))
    assert desk(b.invoice(), handling=taken).preflight.notices()[0].invoice_ids == ("5012",)


def _changes(random: Random, facts: Facts) -> dict[str, Any]:
    """One change of the local data, like those that services make."""
    kind = random.randrange(6)
    invoice = random.choice(facts.invoices)
    if kind == 0:
        links = dict(facts.mappings[Kind.CUSTOMERS])
        if links.pop(b.ACME.id, None) is None:
            links[b.ACME.id] = b.link(b.ACME, b.CUSTOMER)
        return {"mappings": {**facts.mappings, Kind.CUSTOMERS: links}}
    if kind == 1:
        links = dict(facts.mappings[Kind.ITEMS])
        if links.pop(b.DOCK.id, None) is None:
            links[b.DOCK.id] = b.link(b.DOCK, b.ITEM)
        return {"mappings": {**facts.mappings, Kind.ITEMS: links}}
    if kind == 2:
        state = random.choice(list(PushState))
        push = replace(b.push_of(invoice, state), doc_number=random.choice(("", "N-1", "N-2")))
        return {"pushes": {**facts.pushes, invoice.id: push}}
    if kind == 3:
        return {"pushes": {k: v for k, v in facts.pushes.items() if k != invoice.id}}
    if kind == 4:
        updated = facts.handling.updated ^ {random.choice(("71", "72"))}
        return {"handling": replace(facts.handling, updated=frozenset(updated))}
    totals = dict(facts.handling.credit_totals)
    if totals.pop(invoice.id, None) is None:
        totals[invoice.id] = invoice.total
    return {"handling": replace(facts.handling, credit_totals=totals)}


def test_kept_up_to_date_is_the_same_as_made_anew(
    desk: Make, request: pytest.FixtureRequest
) -> None:
    seed = int(request.config.option.hypothesis_seed)
    random = Random(seed)
    invoices = []
    for number in range(12):
        lines = [b.line(amount=Decimal(random.choice((-5000, 10, 1615))),
                        product_id=random.choice(("201", "202")), quantity=Decimal(1))
                 for _ in range(2)]  # fmt: skip
        invoices.append(
            b.invoice(*lines, id=str(number), number=f"N-{random.randrange(6)}",
                      agreement_id=random.choice(("71", "72", "")),
                      status=random.choice(("APPROVED", "APPROVED", "PENDING")))
        )  # fmt: skip
    choices = replace(b.facts().handling.choices, hold_unknown=True)
    made = desk(*invoices, agreements={**SILENT, "72": Agreement("72", "Other")},
                handling=Handling(choices=choices))  # fmt: skip
    for step in range(60):
        made.change(**_changes(random, made.facts))
        assert made.known == invoice_rows(made.facts), (seed, step)
        anew = Desk.__new__(Desk)
        anew.facts, anew.known = made.facts, invoice_rows(made.facts)
        fresh = Preflight(invoices=anew, store=made.store, facts=anew, gateways=made,  # type: ignore[arg-type]
                          clock=made.clock, who="ann")  # fmt: skip
        assert made.preflight.preflight() == fresh.preflight(), (seed, step)
        assert made.preflight.summary() == fresh.summary(), (seed, step)


def test_another_way_of_sending_tax_is_looked_at_everywhere(desk: Make) -> None:
    made = desk(b.invoice(total_tax=Decimal("133.23"), total=Decimal("1748.23")))
    assert made.preflight.preflight() == []
    made.change(workspace=replace(made.facts.workspace, tax_choice=TaxChoice.QUICKBOOKS))
    assert made.groups()[Reason.TOTAL_DIFFERS].count == 1
