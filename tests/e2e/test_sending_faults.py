"""Every fault of QuickBooks has its own reaction: what is sent, what waits, what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.domain.records import Push, PushState
from desktop_app.errors import RuleError
from desktop_app.integrations import gateways
from desktop_app.integrations.gateways import Adapters
from desktop_app.integrations.http import Patience
from desktop_app.integrations.quickbooks.pacing import Pace
from desktop_app.progress import Progress, Step
from desktop_app.services.api import InvoiceState, SendReport, Services
from desktop_app.services.api_sending import RunState
from desktop_app.services.delivery import Sending
from desktop_app.simulator.quickbooks import hooks
from desktop_app.simulator.server import Simulator
from tests.e2e import desk

PACE = Pace(1000, 100_000, throttle_pause=0.3, throttle_jitter=0.0,
            batches_per_minute=1000, operations_per_minute=100_000)  # fmt: skip


class Office:
    """Ready invoices, taken one after another by the tests."""

    def __init__(self, services: Services, simulator: Simulator) -> None:
        self.services, self.simulator = services, simulator
        self.sending = services.sending
        self.realm = simulator.seed.companies[0].realm_id
        desk.connect(services, simulator)
        services.refresh.refresh(Progress())
        desk.auto_map(services)
        self._free = [
            row.invoice.id
            for row in services.invoices.rows()
            if row.state is InvoiceState.READY and not row.blockers and row.invoice.number
        ]
        assert len(self._free) >= 20

    def more(self, count: int) -> None:
        """So many further ready invoices."""
        self._free += desk.more_invoices(self.simulator, self._free, count)
        self.services.refresh.refresh(Progress())

    def take(self, count: int) -> list[str]:
        taken, self._free = self._free[:count], self._free[count:]
        return taken

    def send(self, ids: list[str], **more: Any) -> SendReport:
        return self.sending.start(ids, **more).run(Progress())

    def push(self, invoice_id: str) -> Push | None:
        return next(r.push for r in self.services.invoices.rows() if r.invoice.id == invoice_id)

    @property
    def count(self) -> int:
        return int(self.simulator.quickbooks.summary(self.realm)["counts"]["Invoice"])

    def numbers(self) -> list[str]:
        """Numbers in the order in which QuickBooks made the documents."""
        rows = self.simulator.quickbooks.company(self.realm).records["Invoice"].values()
        return [row.get("DocNumber", "") for row in sorted(rows, key=lambda r: int(r["Id"]))]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    quick = Patience(connect=5, read=20, attempts=3, backoff=0.01)
    monkeypatch.setattr(gateways, "Adapters", lambda: Adapters(quickbooks=quick, pace=PACE))
    monkeypatch.setattr(Sending, "pauses", (0.01, 0.02))
    with desk.demo_stage(tmp_path) as stage, stage.open() as program:
        assert stage.simulator is not None
        yield Office(program.services, stage.simulator)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"name": "qbo.forbidden"}, "not authorised"),
        ({"name": "qbo.lost_admin"}, "administrator"),
        ({"name": "qbo.subscription_ended"}, "subscription"),
        ({"name": "qbo.company_locked"}, "locked"),
    ],
    ids=["3100", "120", "6190", "140"],
)
def test_what_meets_every_invoice_stops_and_leaves_them_as_they_were(
    office: Office, fault: dict[str, Any], words: str
) -> None:
    ids = office.take(4)
    office.simulator.faults.arm(fault["name"])
    report = office.send(ids)
    assert (report.sent, report.left, report.uncertain, report.refused) == (0, 4, 0, 0)
    assert words in report.stopped
    assert [office.push(key) for key in ids] == [None] * 4
    office.simulator.faults.clear()
    assert office.send(ids).sent == 4


def test_an_ended_token_is_renewed_once(office: Office) -> None:
    ids = office.take(3)
    office.simulator.faults.arm("qbo.token_expired", times=1)
    assert office.send(ids).sent == 3


def test_too_many_requests_wait_and_go_on(office: Office) -> None:
    ids = office.take(4)
    office.simulator.faults.arm("qbo.throttled", times=1, path="invoice")
    office.simulator.faults.arm("qbo.batch_item_throttled", times=1)
    before = office.count
    heard: list[str] = []
    run = office.sending.start(ids)
    report = run.run(Progress(lambda step: heard.append(f"{run.status().state}: {step.text}")))
    assert (report.sent, office.count) == (4, before + 4)
    assert any(each.startswith(f"{RunState.WAITING}: QuickBooks asks to slow") for each in heard)
    assert run.status().state is RunState.ENDED


@pytest.mark.parametrize("together", [1, 4])
def test_a_name_lock_is_tried_again(office: Office, together: int) -> None:
    ids = office.take(together)
    office.simulator.faults.arm(
        "qbo.business_rule",
        times=1,
        detail="You can only add or edit one name at a time. Please try again.",
    )
    before = office.count
    assert (office.send(ids).sent, office.count) == (together, before + together)


def test_one_refused_invoice_holds_nobody_up(office: Office) -> None:
    ids = office.take(4)
    office.simulator.faults.arm("qbo.business_rule", times=1, detail="A rule of this company.")
    report = office.send(ids)
    assert (report.sent, report.refused) == (3, 1)
    push = office.push(ids[0])
    assert push is not None
    assert push.state is PushState.REFUSED
    assert "A rule of this company" in push.problem
    assert office.send([ids[0]]).sent == 1
    again = office.push(ids[0])
    assert again is not None
    assert again.request_id == push.request_id.replace(":g1", ":g2")


def test_closed_books_hold_back_what_is_dated_as_early(office: Office) -> None:
    rows = {r.invoice.id: r.invoice for r in office.services.invoices.rows()}
    ids = sorted(office.take(8), key=lambda key: str(rows[key].invoice_date), reverse=True)
    office.simulator.faults.arm("qbo.books_closed", times=1)
    report = office.send(ids)
    first = rows[ids[0]].invoice_date
    early = [k for k in ids[1:] if str(rows[k].invoice_date) <= str(first)]
    assert report.refused == 1
    assert report.left == len(early) == 7
    assert "books are closed" in report.stopped
    push = office.push(ids[0])
    assert push is not None
    assert "closed" in push.problem


def test_what_is_gone_is_said_and_holds_back_its_like(office: Office) -> None:
    rows = {r.invoice.id: r for r in office.services.invoices.rows()}
    by_customer: dict[str, list[str]] = {}
    for key in office.take(20):
        by_customer.setdefault(rows[key].invoice.organization_id, []).append(key)
    ids = max(by_customer.values(), key=len)
    mapping = next(
        r.mapping
        for r in office.services.mapping.rows(desk.Kind.CUSTOMERS)
        if r.source.id == rows[ids[0]].invoice.organization_id
    )
    assert mapping is not None
    office.simulator.quickbooks.company(office.realm).vanish("Customer", mapping.target_id)
    report = office.send(ids)
    assert (report.sent, report.refused, report.left) == (0, 1, len(ids) - 1)
    push = office.push(ids[0])
    assert push is not None
    assert "Refresh" in push.problem


def test_a_taken_number_is_a_question_and_can_be_adopted(office: Office) -> None:
    ids = office.take(2)
    rows = {r.invoice.id: r.invoice for r in office.services.invoices.rows()}
    office.send([ids[0]])
    mine = office.push(ids[0])
    assert mine is not None
    company = office.simulator.quickbooks.company(office.realm)
    with company.lock:
        hooks.change(company, "Invoice", mine.qbo_id, {"DocNumber": rows[ids[1]].number})
    before = office.count
    report = office.send([ids[1]])
    assert (report.sent, report.refused, office.count) == (0, 1, before)
    taken = office.sending.taken_numbers()
    assert [(t.invoice_id, t.qbo_id) for t in taken] == [(ids[1], mine.qbo_id)]
    assert rows[ids[1]].number in taken[0].text
    assert taken[0].differences
    with pytest.raises(RuleError):  # it is another invoice of this workspace
        office.sending.adopt(ids[1], Progress())


def test_where_quickbooks_keeps_no_order_of_numbers_they_are_asked_for_first(
    office: Office,
) -> None:
    company = office.simulator.quickbooks.company(office.realm)
    company.preferences["SalesFormsPrefs"]["CustomTxnNumbers"] = False
    office.services.refresh.refresh(Progress())
    ids = office.take(5)
    office.send(ids[:2])
    # Another computer has sent the third: same tenant, same company, nothing known of it here.
    rows = {r.invoice.id: r.invoice for r in office.services.invoices.rows()}
    push = office.push(ids[0])
    assert push is not None
    with company.lock:
        hooks.change(company, "Invoice", push.qbo_id, {"DocNumber": rows[ids[2]].number})
    before, reads = office.count, office.simulator.quickbooks.metered_reads(office.realm)
    assert office.sending.plan(ids[2:]).metered_reads == 2
    report = office.send(ids[2:])
    assert (report.sent, report.refused, office.count) == (2, 1, before + 2)
    assert office.simulator.quickbooks.metered_reads(office.realm) - reads == 2
    assert office.sending.taken_numbers()[0].may_send
    assert office.send([ids[2]], despite_number=[ids[2]]).sent == 1


def test_a_lost_batch_is_looked_up_by_one_read_and_never_sent_twice(
    office: Office, expect_log: Any
) -> None:
    expect_log("was lost")
    ids = office.take(6)
    before, reads = office.count, office.simulator.quickbooks.metered_reads(office.realm)
    office.simulator.faults.arm("transport.cut_after", path="batch")
    report = office.send(ids)
    assert (report.sent, report.uncertain, office.count) == (6, 0, before + 6)
    assert office.simulator.quickbooks.metered_reads(office.realm) - reads == 1


def test_a_request_that_never_arrived_goes_again_with_the_same_id(
    office: Office, expect_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from desktop_app.services import outbox

    expect_log("was lost")
    ids = office.take(4)
    before = office.count
    office.simulator.faults.arm("transport.cut_before", path="batch")
    report = office.send(ids)
    assert (report.sent, report.uncertain, report.left) == (1, 3, 0)
    first = [office.push(key) for key in ids]
    office.simulator.faults.clear()
    office.sending.settle(Progress())  # too early to tell: it may still be under way
    assert [office.push(key) for key in ids] == first
    monkeypatch.setattr(outbox, "STILL_UNDER_WAY", timedelta(0))
    office.sending.settle(Progress())
    assert office.count == before + 4
    for key, push in zip(ids, first, strict=True):
        now = office.push(key)
        assert now is not None
        assert push is not None
        assert now.state is PushState.SENT
        assert now.request_id == push.request_id


def test_a_remembered_success_of_a_deleted_document_is_noticed(
    office: Office, expect_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from desktop_app.services import outbox

    expect_log("was sent before and is gone")
    monkeypatch.setattr(outbox, "SKEW", timedelta(0))
    monkeypatch.setattr(outbox, "STILL_UNDER_WAY", timedelta(0))
    expect_log("was lost")
    ids = office.take(1)
    office.simulator.faults.arm("transport.cut_after", service="quickbooks", path="invoice")
    office.simulator.faults.arm("qbo.reads_blocked")  # the look-up fails, too
    report = office.send(ids)
    assert (report.uncertain, report.sent) == (1, 0)
    office.simulator.faults.clear()
    company = office.simulator.quickbooks.company(office.realm)
    newest = max(company.records["Invoice"], key=int)
    office.simulator.quickbooks.simulate_delete(office.realm, "Invoice", newest)
    office.simulator.clock.advance(5)
    office.sending.settle(Progress())
    push = office.push(ids[0])
    assert push is not None
    assert push.state is PushState.REFUSED
    assert "deleted there since" in push.problem
    assert office.send(ids).sent == 1


def test_another_workspace_opened_in_mid_run_ends_it(office: Office) -> None:
    ids, before = office.take(4), office.count
    first = office.services.workspaces.current()

    def listen(step: Step) -> None:
        if step.done == 1 and office.services.workspaces.current().id == first.id:
            office.services.workspaces.create("Other")

    report = office.sending.start(ids).run(Progress(listen))
    assert "Another workspace was opened" in report.stopped
    assert (report.sent, office.count) == (1, before + 1)
    office.services.workspaces.open(first.id)
    assert [office.push(key) is None for key in ids] == [False, True, True, True]
    assert office.send(ids[1:]).sent == 3


def test_order_pause_resume_and_cancel(office: Office) -> None:
    ids = list(reversed(office.take(8)))
    rows = {r.invoice.id: r.invoice for r in office.services.invoices.rows()}
    run = office.sending.start(ids[:5])
    states: list[RunState] = []

    def listen(step: Step) -> None:
        states.append(run.status().state)
        if step.done == 1 and RunState.PAUSED not in states:
            run.pause()
        if states[-1] is RunState.PAUSED:
            run.resume()

    before = len(office.numbers())
    report = run.run(Progress(listen))
    assert RunState.PAUSED in states
    assert (report.sent, run.status().done, run.status().seconds_left) == (5, 5, None)
    assert office.numbers()[before:] == [rows[key].number for key in ids[:5]]
    other = office.sending.start(ids[5:])

    def cancel(step: Step) -> None:
        if step.done == 1:
            other.cancel()

    report = other.run(Progress(cancel))
    assert (report.sent, report.left, report.uncertain) == (1, 2, 0)
    assert other.status().state is RunState.CANCELLED
    assert [office.push(key) for key in ids[6:]] == [None, None]
    assert re.search("1 sent", report.text)
