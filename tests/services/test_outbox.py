"""Written down before it is sent; ids that stay with an invoice; markers told apart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.proof import Proof
from desktop_app.domain.records import Push, PushState
from desktop_app.errors import NetworkError, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from desktop_app.services.dispatch import Dispatch, Stop
from desktop_app.services.markers import is_marked, next_request_id, stem_of
from desktop_app.services.outbox import Outbox
from tests.domain import builders as b
from tests.services.fakes import FakeClock, MemoryPushes, ScriptedQuickBooks


class MemoryEvidence:
    def __init__(self, pushes: MemoryPushes) -> None:
        self.pushes = pushes
        self.proofs: list[Proof] = []

    def answered(self, workspace_id: int, results: Any) -> None:
        for push, proof in results:
            self.pushes.save(workspace_id, push)
            if proof is not None:
                self.proofs.append(proof)


class Desk:
    def __init__(self, *script: Any) -> None:
        self.clock = FakeClock()
        self.pushes = MemoryPushes()
        self.evidence = MemoryEvidence(self.pushes)
        self.quickbooks = ScriptedQuickBooks(*script)
        self.counted: list[Push] = []
        self.outbox = Outbox(
            workspace=b.WORKSPACE, pushes=self.pushes,
            evidence=self.evidence, quickbooks=self.quickbooks, clock=self.clock,
        )  # type: ignore[arg-type]  # fmt: skip
        self.dispatch = Dispatch(
            self.outbox, self.clock, Progress(), self.counted.append, lambda text: None, (0.0,)
        )

    def send(self) -> Push | None:
        invoice = b.invoice()
        facts = b.facts(invoice, pushes=self.pushes.all(1))
        self.dispatch.single(self.outbox.prepare(invoice, facts))
        return self.counted[-1] if self.counted else None


def fault(code: str, **more: Any) -> ServiceFault:
    from desktop_app.integrations.quickbooks.faults import Entry
    from desktop_app.integrations.quickbooks.faults import fault as made

    return made([Entry(code, "Refused", more.get("detail", ""), "")], 400, "tid-2")


def test_written_down_before_it_is_sent_and_after_it_is_answered() -> None:
    desk = Desk()
    order: list[str] = []
    desk.pushes.on_save = lambda push: order.append(f"save {push.state.value}")
    desk.quickbooks.events = order
    push = desk.send()
    assert push is not None
    assert order == ["save sending", f"create {push.request_id}", "save sent"]
    first = desk.pushes.history[0]
    assert '"DocNumber": "NB-1042"' in first.payload
    assert first.request_id in first.payload
    assert (push.qbo_id, push.doc_number, push.total) == ("145", "NB-1042", Decimal("1748.24"))
    assert desk.evidence.proofs[0].request_id == push.request_id


def test_a_differing_total_is_said_to_the_cent() -> None:
    desk = Desk()
    desk.quickbooks.off_by = Decimal("0.01")
    push = desk.send()
    assert push is not None
    assert push.state is PushState.DIFFERS
    assert push.problem.startswith("Differs by 0.01 in tax")


def test_no_network_leaves_nothing_behind() -> None:
    desk = Desk(NetworkError("No route."))
    with pytest.raises(NetworkError):
        desk.send()
    assert desk.pushes.all(1) == {}


def test_a_lost_answer_is_looked_up_at_once(expect_log: Any) -> None:
    expect_log("was lost")
    lost = UnknownOutcome("Cut.")
    lost.after_commit = True  # type: ignore[attr-defined]
    desk = Desk(lost)
    push = desk.send()
    assert push is not None
    assert push.state is PushState.SENT
    assert len(desk.quickbooks.documents) == 1


def test_what_is_not_found_stays_under_way_and_ends_the_run(expect_log: Any) -> None:
    expect_log("was lost")
    desk = Desk(UnknownOutcome("Cut."))
    with pytest.raises(Stop, match="looked up before"):
        desk.send()
    assert [push.state for push in desk.pushes.all(1).values()] == [PushState.SENDING]
    with pytest.raises(ValueError, match="looked up first"):
        desk.send()
    desk.clock.advance(minutes=1)
    assert desk.outbox.resolve(list(desk.pushes.all(1).values()), Progress())[0].state is (
        PushState.SENDING
    )
    desk.clock.advance(minutes=3)
    resolved = desk.outbox.resolve(list(desk.pushes.all(1).values()), Progress())[0]
    assert resolved.state is PushState.SENT
    assert desk.quickbooks.events.count(f"create {resolved.request_id}") == 2


def test_after_the_ids_are_forgotten_nothing_goes_again_by_itself(expect_log: Any) -> None:
    expect_log("was lost")
    desk = Desk(UnknownOutcome("Cut."))
    with pytest.raises(Stop):
        desk.send()
    desk.clock.advance(hours=21)
    resolved = desk.outbox.resolve(list(desk.pushes.all(1).values()), Progress())[0]
    assert resolved.state is PushState.REFUSED
    assert "did not arrive" in resolved.problem
    assert "find by note" in desk.quickbooks.events
    assert desk.quickbooks.documents == []


def test_somebody_elses_number_is_not_adopted() -> None:
    desk = Desk(None, fault("6140"))
    desk.send()
    other = replace(desk.quickbooks.documents[0], private_note="typed by hand")
    desk.quickbooks.documents[:] = [other]
    desk.pushes.history.clear()
    push = desk.send()
    assert push is not None
    assert push.state is PushState.REFUSED
    assert push.rival
    assert len(desk.quickbooks.documents) == 1


@pytest.mark.parametrize("changes", [{"customer_id": "99"}, {"total": Decimal(1)}])
def test_even_a_marked_one_must_match_in_customer_and_total(changes: dict[str, Any]) -> None:
    desk = Desk(None, fault("6140"))
    desk.send()
    desk.quickbooks.documents[:] = [replace(desk.quickbooks.documents[0], **changes)]
    desk.pushes.history.clear()
    push = desk.send()
    assert push is not None
    assert push.state is PushState.REFUSED


def test_our_own_document_is_adopted_by_its_marker() -> None:
    """As after a restored backup, or on another computer: the id is the invoice's own."""
    desk = Desk(None, fault("6140"))
    first = desk.send()
    desk.pushes.history.clear()
    second = desk.send()
    assert first is not None
    assert second is not None
    assert (second.state, second.qbo_id) == (PushState.SENT, first.qbo_id)
    assert len(desk.quickbooks.documents) == 1


def test_request_ids_are_stable_and_short_enough_for_everything() -> None:
    first = next_request_id(b.WORKSPACE, "5012", None)
    assert first == next_request_id(b.WORKSPACE, "5012", None)
    assert first != next_request_id(b.WORKSPACE, "5013", None)
    assert first != next_request_id(replace(b.WORKSPACE, realm_id="1"), "5012", None)
    assert first.endswith(":g1")
    push = replace(b.push_of(b.invoice(), PushState.REFUSED), request_id=first)
    for generation in range(2, 100):
        again = next_request_id(b.WORKSPACE, "5012", push)
        assert again == f"{stem_of(first)}:g{generation}"
        assert len(again) <= 36
        push = replace(push, request_id=again)


def test_a_marker_is_not_the_beginning_of_another() -> None:
    assert is_marked("NinjaOne invoice 7 | ref abc:g1", "abc:g1")
    assert is_marked("Voided - NinjaOne invoice 7 | ref abc:g1 typed", "abc:g1")
    assert not is_marked("NinjaOne invoice 7 | ref abc:g10", "abc:g1")
    assert not is_marked("", "abc:g1")
