"""Every fault of a run of five: its reaction, its words, the rest of the run, the next start.

The first invoice goes alone and the fault meets the batch of the other four.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from desktop_app.domain.records import PushState
from desktop_app.integrations import gateways
from desktop_app.integrations.gateways import Adapters
from desktop_app.integrations.http import Patience
from desktop_app.progress import Progress
from desktop_app.services import outbox
from desktop_app.services.api import InvoiceState
from desktop_app.services.api_sending import RunState
from desktop_app.services.delivery import Sending
from tests.e2e import desk
from tests.e2e.test_sending_faults import PACE, Office

COUNT = 5
QUICK = Patience(connect=5, read=20, attempts=3, backoff=0.01)


@pytest.fixture(scope="module")
def busy_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all: each test takes invoices of its own."""
    folder = tmp_path_factory.mktemp("office")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(gateways, "Adapters", lambda: Adapters(quickbooks=QUICK, pace=PACE))
        patch.setattr(Sending, "pauses", (0.01, 0.02))
        # A later day's start: what was under way before has long been answered or not.
        patch.setattr(outbox, "STILL_UNDER_WAY", timedelta(0))
        stage = stack.enter_context(desk.demo_stage(folder))
        program = stack.enter_context(stage.open())
        assert stage.simulator is not None
        made = Office(program.services, stage.simulator)
        made.more(COUNT * (len(CASES) + 1))
        yield made


@pytest.fixture
def office(busy_office: Office) -> Iterator[Office]:
    busy_office.simulator.clock.advance(61)  # so that no test meets the limits for another
    yield busy_office
    busy_office.simulator.faults.clear()


@dataclass(frozen=True)
class Case:
    """name: as the test is called. fault: of the simulator, on the batch. lasting: until it is
    taken back, else once. stopped, problem: words of the run's end, and of the refused invoice."""

    name: str
    fault: str
    params: dict[str, Any] = field(default_factory=dict)
    lasting: bool = False
    sent: int = COUNT
    refused: int = 0
    uncertain: int = 0
    stopped: str = ""
    problem: str = ""
    reconnect: bool = False
    log: str = ""

    @property
    def left(self) -> int:
        return COUNT - self.sent - self.refused - self.uncertain


def refused(code: str, words: str) -> Case:
    return Case(code, "qbo.refused", {"code": code}, sent=4, refused=1, problem=words)


CASES = (
    # Of one invoice: the others go.
    refused("610", "was deleted or made inactive"),
    refused("2500", "refers to a customer, item or account that QuickBooks does not have"),
    refused("6240", "Another customer, vendor, employee or item"),
    refused("6250", "does not exist any more or is inactive"),
    Case("6000", "qbo.business_rule", {"detail": "A rule."}, sent=4, refused=1,
         problem="QuickBooks says: A rule."),
    Case("6140", "qbo.duplicate_number", sent=4, refused=1,
         problem="already has a document with this invoice's number"),
    Case("6210", "qbo.books_closed", sent=4, refused=1, problem="books are closed"),
    # For the moment: the same request again.
    Case("5010", "qbo.refused", {"code": "5010"}),
    Case("5010 for good", "qbo.refused", {"code": "5010"}, lasting=True, sent=1, refused=4,
         problem="was changed in QuickBooks in the meantime"),
    Case("3001", "qbo.throttled"),
    Case("3001 for one item", "qbo.batch_item_throttled"),
    Case("10000", "qbo.system_failure"),
    Case("10000 after the work", "qbo.system_failure_after"),
    Case("HTML 502", "transport.html_error", {"status": 502}),
    Case("HTML 503 after the work", "transport.html_error", {"status": 503, "when": "after"}),
    Case("no answer", "transport.cut_before"),
    Case("cut after the work", "transport.cut_after"),
    Case("cut in mid-body", "transport.truncated"),
    Case("empty body", "qbo.empty_body"),
    # Unknown: looked up, by one read for all.
    Case("HTML 503 after the work, for good", "transport.html_error",
         {"status": 503, "when": "after"}, lasting=True, log="was lost"),
    Case("HTML 502 for good", "transport.html_error", {"status": 502}, lasting=True,
         sent=1, uncertain=4, stopped="is looked up before anything is sent again",
         log="was lost"),
    Case("no answer for good", "transport.cut_before", lasting=True, sent=1, uncertain=4,
         stopped="is looked up before anything is sent again", log="was lost"),
    # A batch refused as a whole for what is in it: each alone.
    Case("200 with a Fault", "qbo.fault_in_200"),
    # Of the connection or the company: nothing more is tried, and nothing changed.
    Case("3200 once", "qbo.token_expired"),
    Case("3200 for good", "qbo.token_expired", lasting=True, sent=1, reconnect=True,
         stopped="no longer accepts the saved login. Open Integrations and choose Reconnect."),
    Case("100 as XML, for good", "qbo.xml_401", lasting=True, sent=1, reconnect=True,
         stopped="no longer accepts the saved login"),
    Case("130", "qbo.wrong_cluster", lasting=True, sent=1, reconnect=True,
         stopped="Check the environment and the app keys"),
    Case("3100", "qbo.forbidden", lasting=True, sent=1, reconnect=True,
         stopped="The app is not authorised for this QuickBooks company"),
    Case("120", "qbo.lost_admin", lasting=True, sent=1, reconnect=True,
         stopped="sign in as an administrator of the QuickBooks company"),
    Case("6190", "qbo.subscription_ended", lasting=True, sent=1,
         stopped="subscription has ended, or there is a billing problem"),
    Case("140", "qbo.company_locked", lasting=True, sent=1, stopped="has locked this company"),
    Case("150", "qbo.maintenance", lasting=True, sent=1,
         stopped="is doing maintenance on this company"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_in_mid_run(office: Office, case: Case, expect_log: Any) -> None:
    if case.log:
        expect_log(case.log)
    ids, before = office.take(COUNT), office.count
    office.simulator.faults.arm(
        case.fault, times=None if case.lasting else 1, path="batch", method="POST", **case.params
    )
    run = office.sending.start(ids)
    report = run.run(Progress())
    assert office.simulator.faults.taken(case.fault) > 0
    assert (report.sent + report.differs, report.refused, report.uncertain, report.left) == (
        case.sent, case.refused, case.uncertain, case.left,
    )  # fmt: skip
    assert office.count == before + case.sent
    # The words, and what is offered.
    assert case.stopped in report.stopped
    assert bool(report.stopped) == bool(case.stopped)
    assert run.status().state is (RunState.STOPPED if case.stopped else RunState.ENDED)
    assert report.reconnect == case.reconnect
    pushes = [office.push(key) for key in ids]
    problems = [p.problem for p in pushes if p is not None and p.state is PushState.REFUSED]
    assert len(problems) == case.refused
    assert all(case.problem in text for text in problems)
    states = {r.invoice.id: r.state for r in office.services.invoices.rows()}
    assert sum(states[key] is InvoiceState.READY for key in ids) == case.left
    # The next start finds out what was not answered, and the rest goes.
    office.simulator.faults.clear()
    office.sending.settle(Progress())
    rest = [k for k in ids if states[k] in (InvoiceState.READY, InvoiceState.REFUSED)]
    again = office.send(rest)
    assert (again.sent + again.differs, again.stopped) == (len(rest), "")
    assert office.count == before + COUNT
    now = [office.push(key) for key in ids]
    assert {p.state for p in now if p is not None} <= {PushState.SENT, PushState.DIFFERS}
    assert len({p.qbo_id for p in now if p is not None}) == COUNT
    assert office.services.connect.token_health().title == ""


def test_a_refused_connection_is_marked_until_it_works_again(office: Office) -> None:
    ids = office.take(2)
    office.simulator.faults.arm("qbo.forbidden")
    assert office.send(ids).reconnect
    health = office.services.connect.token_health()
    assert (health.days_left, health.level) == (0, "urgent")
    assert health.title == "Not authorised for this company"
    assert "choose Reconnect" in health.text
    office.simulator.faults.clear()
    office.services.refresh.refresh(Progress())
    assert office.services.connect.token_health().level == "ok"
    assert office.send(ids).sent == 2


def test_an_answer_that_comes_too_late_is_looked_up(office: Office, expect_log: Any) -> None:
    expect_log("was lost")
    ids, before = office.take(3), office.count
    sending = office.sending
    assert isinstance(sending, Sending)
    http = sending._ports.gateways._quickbooks  # type: ignore[attr-defined]
    patience, http.patience = http.patience, replace(QUICK, read=0.4, attempts=2)
    try:
        office.simulator.faults.arm("transport.delay", path="batch", seconds=0.6, when="after")
        report = office.send(ids)
    finally:
        http.patience = patience
    assert office.simulator.faults.taken("transport.delay") == 2
    assert (report.sent + report.differs, report.uncertain) == (3, 0)
    assert office.count == before + 3
