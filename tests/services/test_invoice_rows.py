"""One named state for each invoice; rows made again are the same as rows made anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Agreement, PushState
from desktop_app.services.api import InvoiceState
from desktop_app.services.invoice_rows import (
    agreement_rows,
    invoice_row,
    invoice_rows,
    updated_rows,
)
from tests.domain import builders as b

READY = b.invoice(id="1", number="N-1")
PENDING = b.invoice(id="2", number="N-2", status="PENDING")
NOWHERE = b.invoice(id="3", number="N-3", organization_id="?", organization_name="Nobody")


def world(**changes: object) -> Facts:
    return b.facts(READY, PENDING, NOWHERE, **changes)


def test_states() -> None:
    states = [row.state for row in invoice_rows(world())]
    assert states == [InvoiceState.READY, InvoiceState.NOT_GOING, InvoiceState.BLOCKED]


@pytest.mark.parametrize(
    ("push", "state"),
    [
        (PushState.SENDING, InvoiceState.UNCERTAIN),
        (PushState.SENT, InvoiceState.SENT),
        (PushState.DIFFERS, InvoiceState.DIFFERS),
        (PushState.REFUSED, InvoiceState.REFUSED),
    ],
)
def test_a_push_decides(push: PushState, state: InvoiceState) -> None:
    facts = world(pushes={"1": b.push_of(READY, push)})
    assert invoice_row(READY, facts).state is state


def test_a_sent_invoice_stays_sent_whatever_its_mapping_does() -> None:
    facts = world(pushes={"1": b.push_of(READY, PushState.SENT)}, mappings=b.links())
    assert invoice_row(READY, facts).state is InvoiceState.SENT


def test_a_refused_one_that_is_blocked_by_now_says_so() -> None:
    facts = world(pushes={"1": b.push_of(READY, PushState.REFUSED)}, mappings=b.links())
    assert invoice_row(READY, facts).state is InvoiceState.BLOCKED


@pytest.mark.parametrize(
    "change",
    [
        {"mappings": b.links()},
        {"mappings": b.links(b.link(b.ACME, b.CUSTOMER))},
        {"pushes": {"1": b.push_of(READY, PushState.SENT)}},
        {"pushes": {"2": b.push_of(PENDING, PushState.SENT)}},
        {"workspace": replace(b.WORKSPACE, activated_at=None)},
        {"invoices": (PENDING,)},
        {"agreements": {"71": Agreement("71", "Care", accounting_action="NONE")}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_rows_made_from_the_old_ones_are_the_same_as_new_ones(change: dict[str, object]) -> None:
    before = world()
    now = replace(before, **change)  # type: ignore[arg-type]
    assert updated_rows(invoice_rows(before), before, now) == invoice_rows(now)


def test_an_agreement_that_holds_back_names_what_waits() -> None:
    facts = world(agreements={"71": Agreement("71", "Care", accounting_action="COMPLETE"),
                              "72": Agreement("72", "Other")})  # fmt: skip
    held, unknown = agreement_rows(facts, invoice_rows(facts))
    assert (held.holds_back, held.waiting, held.waiting_amounts) == (
        True,
        2,
        (("USD", READY.total + NOWHERE.total),),
    )
    assert held.advice
    assert (unknown.holds_back, unknown.setting) == (False, "NinjaOne does not tell")


def test_the_customer_is_named_even_when_it_vanished() -> None:
    facts = world(targets=b.by_kind(b.ITEM))
    assert invoice_row(READY, facts).customer_text == "Acme Dental"
    assert facts.mappings[Kind.CUSTOMERS]


def test_an_agreement_that_a_person_vouched_for() -> None:
    silent = {"71": Agreement("71", "Care")}
    holding = b.choosing(world(agreements=silent), hold_unknown=True)
    (row,) = agreement_rows(holding, invoice_rows(holding))
    assert (row.holds_back, row.waiting, row.can_mark, row.marked) == (True, 2, True, False)
    marked = replace(holding, handling=replace(holding.handling, updated=frozenset({"71"})))
    (row,) = agreement_rows(marked, invoice_rows(marked))
    assert (row.holds_back, row.waiting, row.marked) == (False, 0, True)
    assert row.setting == "Marked as updated"
