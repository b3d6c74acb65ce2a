"""Auto Map, suggestions and Create through all layers, against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program
from tests.e2e.desk import connect, demo_stage, ids_in


@dataclass
class Connected:
    """A program that is connected and has its lists."""

    program: Program
    simulator: Simulator


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Connected]:
    with demo_stage(tmp_path / "profile") as made, made.open() as program:
        assert made.simulator is not None
        connect(program.services, made.simulator)
        program.services.refresh.refresh(Progress())
        yield Connected(program, made.simulator)


def auto_map(services: Services, kind: Kind) -> int:
    run = services.suggest.propose(kind, None, Progress())
    chosen = [(p.source.id, p.target.id) for p in run.proposals if p.ticked and p.target]
    impact = services.suggest.impact([LinkChange(kind, *pair) for pair in chosen], Progress())
    ready = set(ids_in(services, InvoiceState.READY))
    services.suggest.apply(run, chosen)
    became = set(ids_in(services, InvoiceState.READY)) - ready
    assert became == {i.id for i in impact.ready_invoices}, kind
    return len(chosen)


def test_auto_map_makes_ready_what_it_said(stage: Connected) -> None:
    services = stage.program.services
    mapped = {kind: auto_map(services, kind) for kind in Kind}
    assert all(mapped.values()), mapped
    assert ids_in(services, InvoiceState.READY)
    steps = 0
    while services.mapping.undo_text():
        services.mapping.undo()
        steps += 1
    assert steps == len(Kind)
    assert ids_in(services, InvoiceState.READY) == []


def test_suggestions_of_the_simulated_lists(stage: Connected) -> None:
    services = stage.program.services
    assert services.suggest.to_search() == frozenset(Kind)
    services.suggest.search(Progress())
    states = {s.state for s in services.suggest.suggestions(Kind.CUSTOMERS).values()}
    assert {SuggestionState.STRONG, SuggestionState.NONE} <= states
    waiting = services.suggest.waiting(Kind.CUSTOMERS)
    blocked = [r for r in services.invoices.rows() if r.state is InvoiceState.BLOCKED]
    assert sum(w.invoices for w in waiting.values()) >= len(blocked) > 0


def test_a_customer_and_an_item_are_created_and_billed(stage: Connected) -> None:
    services = stage.program.services
    source = next(r.source for r in services.mapping.rows(Kind.CUSTOMERS) if r.mapping is None)
    draft = services.create.draft(Kind.CUSTOMERS, source.id)
    draft = replace(draft, name=f"{draft.name[:80]} (new)")
    check = services.create.check(draft, Progress())
    assert check.live
    assert check.may_create
    services.create.create(draft, Progress())
    row = next(r for r in services.mapping.rows(Kind.CUSTOMERS) if r.source.id == draft.source_id)
    assert row.target is not None
    assert row.target.name == draft.name
    realm = stage.program.workspaces.current().realm_id
    books = stage.simulator.quickbooks.company(realm)
    made = [c for c in books.all("Customer") if c["DisplayName"] == draft.name]
    assert [c["Id"] for c in made] == [row.target.id]

    product = next(r.source for r in services.mapping.rows(Kind.ITEMS) if r.mapping is None)
    account = next(t for t in services.mapping.choices(Kind.ACCOUNTS) if t.type == "Income")
    item = services.create.draft(Kind.ITEMS, product.id)
    item = replace(item, name=f"{item.name[:80]} (new)", income_account_id=account.id)
    services.create.create(item, Progress())
    row = next(r for r in services.mapping.rows(Kind.ITEMS) if r.source.id == product.id)
    assert row.target is not None
    assert (row.target.name, row.target.income_account_id) == (item.name, account.id)


def test_a_vendor_s_name_is_not_created_again(stage: Connected) -> None:
    services = stage.program.services
    realm = stage.program.workspaces.current().realm_id
    vendor = next(v for v in stage.simulator.quickbooks.company(realm).all("Vendor")
                  if v.get("Active", True))  # fmt: skip
    source = services.mapping.rows(Kind.CUSTOMERS)[0].source
    draft = replace(services.create.draft(Kind.CUSTOMERS, source.id), name=vendor["DisplayName"])
    with pytest.raises(RuleError, match="vendor"):
        services.create.create(draft, Progress())
