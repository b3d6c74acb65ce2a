"""An invoice goes exactly once, whatever happens to the answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.facts import Facts
from desktop_app.domain.records import Push, PushState
from desktop_app.errors import FaultClass, NetworkError, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from desktop_app.services.sending import Sender, StopRun, difference
from tests.domain import builders as b
from tests.services.fakes import FakeClock, MemoryPushes, ScriptedQuickBooks


class Desk:
    def __init__(self, *script: Any) -> None:
        self.clock = FakeClock()
        self.pushes = MemoryPushes()
        self.quickbooks = ScriptedQuickBooks(*script)
        self.sender = Sender(
            workspace_id=1, realm_id="9341", pushes=self.pushes,
            quickbooks=self.quickbooks,  # type: ignore[arg-type]
            clock=self.clock,
        )  # fmt: skip

    def facts(self) -> Facts:
        return b.facts(b.invoice(), pushes=self.pushes.all(1))

    def send(self) -> Push:
        return self.sender.send(b.invoice(), self.facts())

    def settle(self) -> Push:
        return self.sender.settle(self.pushes.history[-1], Progress())

    @property
    def states(self) -> list[PushState]:
        return [push.state for push in self.pushes.history]


def lost() -> UnknownOutcome:
    error = UnknownOutcome("QuickBooks did not answer.")
    error.after_commit = True  # type: ignore[attr-defined]
    return error


def fault(code: str, fault_class: FaultClass = FaultClass.DATA, **more: Any) -> ServiceFault:
    return ServiceFault("Refused.", service="QuickBooks", status=400, code=code,
                        fault_class=fault_class, **more)  # fmt: skip


def test_written_down_before_it_is_sent_and_after_it_is_answered() -> None:
    desk = Desk()
    order: list[str] = []
    desk.pushes.on_save = lambda push: order.append(f"save {push.state.value}")
    desk.quickbooks.events = order
    push = desk.send()
    assert [entry.split()[0] + " " + entry.split()[-1][:7] for entry in order] == [
        "save sending",
        f"create {push.request_id[:7]}",
        "save sent",
    ]
    first = desk.pushes.history[0]
    assert '"DocNumber": "NB-1042"' in first.payload
    assert first.request_id in first.payload
    assert (push.qbo_id, push.doc_number, push.total) == ("145", "NB-1042", Decimal("1748.24"))


def test_a_differing_total_is_said_to_the_cent() -> None:
    desk = Desk()
    desk.quickbooks.off_by = Decimal("0.01")
    push = desk.send()
    assert push.state is PushState.DIFFERS
    assert push.problem.startswith("Differs by 0.01 in tax")


def test_a_refused_invoice_is_told_in_quickbooks_words_and_can_go_again() -> None:
    desk = Desk(fault("6070", service_detail="Amount is not equal"))
    push = desk.send()
    assert push.state is PushState.REFUSED
    assert "Amount is not equal" in push.problem
    again = desk.send()
    assert again.state is PushState.SENT
    assert again.request_id != push.request_id


@pytest.mark.parametrize(
    "fault_class",
    [FaultClass.TOKEN, FaultClass.CONNECTION, FaultClass.COMPANY, FaultClass.THROTTLED,
     FaultClass.DEFECT],
)  # fmt: skip
def test_what_would_meet_every_invoice_stops_the_run(fault_class: FaultClass) -> None:
    desk = Desk(fault("x", fault_class))
    with pytest.raises(StopRun):
        desk.send()
    assert desk.states == [PushState.SENDING, PushState.REFUSED]


def test_no_network_before_sending_leaves_nothing_uncertain() -> None:
    desk = Desk(NetworkError("No route."))
    with pytest.raises(StopRun, match="No route"):
        desk.send()
    assert desk.states[-1] is PushState.REFUSED


def test_a_lost_answer_is_found_by_its_marker_and_never_sent_twice(expect_log: Any) -> None:
    expect_log("was lost")
    desk = Desk(lost())
    with pytest.raises(StopRun):
        desk.send()
    assert desk.states == [PushState.SENDING]
    with pytest.raises(StopRun, match="looked up first"):
        desk.send()
    settled = desk.settle()
    assert settled.state is PushState.SENT
    assert len(desk.quickbooks.documents) == 1


def test_a_request_that_never_arrived_may_still_be_under_way(expect_log: Any) -> None:
    expect_log("was lost")
    desk = Desk(UnknownOutcome("Cut."))
    with pytest.raises(StopRun):
        desk.send()
    assert desk.settle().state is PushState.SENDING
    desk.clock.advance(minutes=6)
    assert desk.settle().state is PushState.REFUSED
    assert desk.send().state is PushState.SENT
    assert len(desk.quickbooks.documents) == 1


def test_without_a_number_it_is_looked_up_by_its_note(expect_log: Any) -> None:
    expect_log("was lost")
    desk = Desk(lost())
    numberless = replace(b.invoice(), number="")
    with pytest.raises(StopRun):
        desk.sender.send(numberless, b.facts(numberless))
    assert desk.settle().state is PushState.SENT
    assert "find by note" in desk.quickbooks.events


def test_a_document_of_somebody_else_with_that_number_is_not_adopted() -> None:
    desk = Desk(None, fault("6140"))
    desk.send()
    desk.pushes.history.clear()
    push = desk.send()
    assert push.state is PushState.REFUSED
    assert len(desk.quickbooks.documents) == 1


def test_a_duplicate_number_that_is_our_own_lost_answer_is_adopted() -> None:
    duplicate = fault("6140")
    duplicate.after_commit = True  # type: ignore[attr-defined]
    desk = Desk(duplicate)
    assert desk.send().state is PushState.SENT
    assert len(desk.quickbooks.documents) == 1


def test_difference_outside_of_tax() -> None:
    push = b.push_of(b.invoice(), PushState.SENDING)
    desk = Desk()
    desk.send()
    answer = replace(desk.quickbooks.documents[0], total=Decimal("1700.00"))
    assert difference(push, answer).startswith("Differs by 48.24:")
