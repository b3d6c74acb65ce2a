"""What waits for each row, and what a bulk change would do."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from desktop_app.domain.facts import Facts
from desktop_app.domain.impact import LinkChange, impact
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, Invoice, Mapping, PushState
from desktop_app.domain.waiting import NOTHING, Waiting, WaitingBoard
from desktop_app.progress import Cancelled, Progress
from tests.domain import builders as b


def dock(**changes: Any) -> Any:
    return b.line(
        **{
            "name": "Laptop dock", "product_id": "202", "account_id": "1",
            "amount": Decimal(150), "quantity": Decimal(1), "price": Decimal(150), **changes,
        }
    )  # fmt: skip


def waiting(facts: Facts, kind: Kind) -> dict[str, Waiting]:
    return dict(WaitingBoard().of(facts, kind))


def linked(facts: Facts, *mappings: Mapping) -> Facts:
    return replace(facts, mappings=b.links(*mappings))


def test_organizations_wait_with_whole_invoices_by_currency() -> None:
    first = b.invoice(total=Decimal("100.50"))
    euro = b.invoice(id="2", currency="EUR", total=Decimal(7))
    other = b.invoice(id="3", organization_id="12", total=Decimal(5))
    found = waiting(b.facts(first, euro, other), Kind.CUSTOMERS)
    assert found == {
        "11": Waiting(2, (("EUR", Decimal(7)), ("USD", Decimal("100.50")))),
        "12": Waiting(1, (("USD", Decimal(5)),)),
    }
    assert found["11"].largest == Decimal("100.50")
    assert NOTHING.largest == 0


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "PENDING"}, None),
        ({"status": "COMPLETE"}, None),
        ({"created_at": None}, None),
        ({"created_at": b.ACTIVATED.replace(year=2025)}, None),
        ({}, PushState.SENT),
        ({}, PushState.DIFFERS),
        ({}, PushState.SENDING),
    ],
)
def test_what_does_not_wait(changes: dict[str, Any], state: PushState | None) -> None:
    invoice = b.invoice(**changes)
    pushes = {invoice.id: b.push_of(invoice, state)} if state else {}
    facts = b.facts(invoice, pushes=pushes)
    assert all(waiting(facts, kind) == {} for kind in Kind)


def test_a_refused_invoice_waits() -> None:
    invoice = b.invoice()
    facts = b.facts(invoice, pushes={invoice.id: b.push_of(invoice, PushState.REFUSED)})
    assert waiting(facts, Kind.CUSTOMERS)["11"].invoices == 1


def test_products_wait_with_their_lines_and_account_codes_with_what_falls_to_them() -> None:
    facts = b.facts(b.invoice(b.line(), dock(), dock()), b.invoice(dock(), id="2"))
    assert waiting(facts, Kind.ITEMS) == {
        "201": Waiting(1, (("USD", Decimal(1615)),), 1),
        "202": Waiting(2, (("USD", Decimal(450)),), 3),
    }
    # The workstation has an item of its own, the dock has none.
    assert waiting(facts, Kind.ACCOUNTS) == {"1": Waiting(2, (("USD", Decimal(450)),), 3)}
    assert waiting(linked(facts), Kind.ACCOUNTS)["5"] == Waiting(1, (("USD", Decimal(1615)),), 1)


def test_the_board_follows_decisions_as_if_it_were_made_anew() -> None:
    seed = 20261122
    chance = random.Random(seed)
    invoices = tuple(
        b.invoice(
            *(chance.choice([b.line, dock])() for _ in range(chance.randint(1, 4))),
            id=str(n),
            organization_id=str(chance.randint(11, 14)),
        )
        for n in range(40)
    )
    sent = {i.id: b.push_of(i, PushState.SENT) for i in invoices}
    facts = b.facts(*invoices, pushes=sent)
    board = WaitingBoard()
    choices = [b.link(b.WORKSTATION, b.ITEM), b.link(b.DOCK, b.ITEM), b.link(b.ACME, b.CUSTOMER)]
    for step in range(120):
        if chance.random() < 0.5:
            pushed = chance.choice(invoices)
            state = chance.choice([PushState.SENT, PushState.REFUSED])
            pushes = {**facts.pushes, pushed.id: b.push_of(pushed, state)}
            facts = replace(facts, pushes=MappingProxyType(pushes))
        else:
            facts = linked(facts, *(m for m in choices if chance.random() < 0.5))
        for kind in Kind:
            assert board.of(facts, kind) == waiting(facts, kind), (seed, step, kind)


def test_mapping_an_organization_makes_its_invoices_ready() -> None:
    ready, other = b.invoice(), b.invoice(id="2", number="NB-2", organization_id="12")
    facts = linked(b.facts(ready, other), b.link(b.WORKSTATION, b.ITEM))
    found = impact(facts, [LinkChange(Kind.CUSTOMERS, "11", "58")])
    assert found.ready == Waiting(1, (("USD", ready.total),))
    assert found.ready_invoices == (ready,)
    assert found.blocked == found.still_blocked == NOTHING
    assert facts.mappings[Kind.CUSTOMERS] == {}


def test_clearing_blocks_and_sent_documents_stay() -> None:
    ready = b.invoice()
    sent = b.invoice(id="2", number="NB-2")
    facts = b.facts(ready, sent, pushes={"2": b.push_of(sent, PushState.SENT)})
    found = impact(facts, [LinkChange(Kind.ITEMS, "201", "")])
    assert found.blocked_invoices == (ready,)
    assert found.blocked.amounts == (("USD", ready.total),)
    assert found.sent_invoices == (sent,)
    assert found.ready == NOTHING


def test_one_reason_of_two_leaves_it_blocked() -> None:
    invoice = b.invoice()
    facts = linked(b.facts(invoice))
    found = impact(facts, [LinkChange(Kind.CUSTOMERS, "11", "58")])
    assert found.still_blocked == Waiting(1, (("USD", invoice.total),))
    both = [LinkChange(Kind.CUSTOMERS, "11", "58"), LinkChange(Kind.ITEMS, "201", "19")]
    assert impact(facts, both).ready_invoices == (invoice,)


def test_an_account_code_makes_ready_what_falls_to_it_once_its_carrier_is_made() -> None:
    invoice = b.invoice(dock())
    facts = b.facts(invoice)
    found = impact(facts, [LinkChange(Kind.ACCOUNTS, "1", "80")])
    assert found.ready_invoices == (invoice,)


def test_linking_an_excluded_row_includes_it() -> None:
    invoice = b.invoice()
    held = replace(b.link(b.ACME, b.CUSTOMER), target_id="", choice=Choice.EXCLUDED)
    facts = linked(b.facts(invoice), b.link(b.WORKSTATION, b.ITEM))
    facts = replace(facts, excluded=b.links(held))
    found = impact(facts, [LinkChange(Kind.CUSTOMERS, "11", "58")])
    assert found.ready_invoices == (invoice,)


def test_excluding_holds_on_purpose_and_including_takes_it_back() -> None:
    invoice = b.invoice()
    blocked = b.invoice(dock(), id="2", number="NB-2")
    facts = b.facts(invoice, blocked)
    exclusion = [LinkChange(Kind.CUSTOMERS, "11", excludes=True)]
    found = impact(facts, exclusion)
    assert found.held == Waiting(2, (("USD", invoice.total + blocked.total),))
    assert found.ready == found.blocked == found.still_blocked == NOTHING
    # An organization that was never mapped holds its invoices all the same.
    unmapped = linked(b.facts(invoice), b.link(b.WORKSTATION, b.ITEM))
    assert impact(unmapped, exclusion).held.invoices == 1
    held = replace(b.link(b.ACME, b.CUSTOMER), target_id="", choice=Choice.EXCLUDED)
    facts = replace(unmapped, excluded=b.links(held))
    assert impact(facts, exclusion) == impact(facts, [])
    included = impact(facts, [LinkChange(Kind.CUSTOMERS, "11")])
    assert included.still_blocked.invoices == 1
    assert included.held == NOTHING


def test_what_changes_nothing_has_no_impact() -> None:
    facts = b.facts(b.invoice())
    same = [LinkChange(Kind.CUSTOMERS, "11", "58"), LinkChange(Kind.ITEMS, "202", "")]
    assert impact(facts, same) == impact(facts, [])
    assert impact(facts, same).sent == 0


def test_impact_can_be_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    facts: Facts = b.facts(*(Invoice(**_fields(b.invoice(), id=str(n))) for n in range(3)))
    with pytest.raises(Cancelled):
        impact(facts, [LinkChange(Kind.ITEMS, "201", "")], progress)


def _fields(invoice: Invoice, **changes: Any) -> dict[str, Any]:
    return {name: getattr(invoice, name) for name in invoice.__slots__} | changes
