"""Preflight, documents and the month's end through the services, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.bootstrap import Stage
from desktop_app.domain.document_choices import LongNumberChoice, Track
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import PushState
from desktop_app.domain.report import Finding
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from desktop_app.services.api_preflight import Weight
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program
from tests.e2e import desk


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with desk.demo_stage(tmp_path) as made:
        yield made


@pytest.fixture
def program(stage: Stage) -> Iterator[Program]:
    with stage.open() as opened:
        yield opened


@pytest.fixture
def simulator(stage: Stage) -> Simulator:
    assert stage.simulator is not None
    return stage.simulator


@pytest.fixture
def services(program: Program, simulator: Simulator) -> Services:
    """Connected, refreshed and mapped."""
    desk.connect(program.services, simulator)
    program.services.refresh.refresh(Progress())
    desk.auto_map(program.services)
    return program.services


def period(services: Services) -> tuple[date, date]:
    days = [row.invoice.invoice_date for row in services.invoices.rows()
            if row.state in (InvoiceState.READY, InvoiceState.BLOCKED)]  # fmt: skip
    known = sorted(day for day in days if day is not None)
    return known[0], known[-1]


def test_every_approved_invoice_is_ready_or_in_a_group(services: Services) -> None:
    rows = services.invoices.rows()
    groups = services.preflight.preflight()
    grouped = {key for group in groups for key in group.invoice_ids}
    for row in rows:
        if row.state in (InvoiceState.BLOCKED, InvoiceState.NOT_GOING, InvoiceState.HELD):
            assert row.invoice.id in grouped, row
    summary = services.preflight.summary()
    approved = [row for row in rows if row.invoice.status == "APPROVED"]
    counted = summary.ready, summary.asks, summary.there, summary.will_not_go
    assert sum(tally.count for tally in counted) == len(approved)
    assert {Reason.NUMBER_UNFIT, Reason.CREDIT_MEMO, Reason.BEFORE_ACTIVATION} <= {
        group.reason for group in groups
    }
    weights = [group.weight for group in groups]
    assert weights == sorted(weights, key=list(Weight).index)


def test_a_credit_memo_goes_once_it_is_approved(services: Services, simulator: Simulator) -> None:
    group = next(g for g in services.preflight.preflight() if g.reason is Reason.CREDIT_MEMO)
    (credit,) = group.invoice_ids
    assert services.documents.view(credit).document is None
    services.preflight.approve_credit_memo(credit, approved=True)
    row = next(row for row in services.invoices.rows() if row.invoice.id == credit)
    assert row.state is InvoiceState.READY, row.reason
    services.invoices.create_carriers(services.invoices.carrier_needs([credit]), Progress())
    view = services.documents.view(credit)
    assert view.document is not None
    assert view.document.entity == "CreditMemo"
    report = services.invoices.send([credit], Progress())
    assert report.sent + report.differs == 1, report
    row = next(row for row in services.invoices.rows() if row.invoice.id == credit)
    assert row.push is not None
    assert row.push.entity == "CreditMemo"
    assert row.push.total == -row.invoice.total
    assert report.totals == ((row.invoice.currency, row.invoice.total),)
    realm = simulator.seed.companies[0].realm_id
    stored = simulator.quickbooks.company(realm).get("CreditMemo", row.push.qbo_id)
    assert stored is not None
    assert stored["TotalAmt"] == -row.invoice.total
    assert services.documents.view(credit).sent


def test_a_long_number_goes_by_its_end_where_that_was_chosen(services: Services) -> None:
    group = next(g for g in services.preflight.preflight() if g.reason is Reason.NUMBER_UNFIT)
    choices = services.documents.choices()
    services.documents.choose(replace(choices, long_number=LongNumberChoice.END))
    assert Reason.NUMBER_UNFIT not in {g.reason for g in services.preflight.preflight()}
    view = services.documents.view(group.invoice_ids[0])
    assert any("too long" in note for note in view.notes)


def test_the_month_after_sending(services: Services, simulator: Simulator, tmp_path: Path) -> None:
    start, end = period(services)
    ready = desk.ids_in(services, InvoiceState.READY)
    services.invoices.create_carriers(services.invoices.carrier_needs(ready), Progress())
    rehearsal = services.documents.rehearse(ready, Progress())
    assert rehearsal.going == len(ready)
    assert rehearsal.plan.invoices == len(ready)
    assert all(total.difference == 0 for total in rehearsal.totals if total.currency != "USD")
    services.invoices.send(ready, Progress())
    local = services.documents.month_report(start, end, Progress())
    assert local.books_read_at is None
    sent = [*local.of(Finding.EQUAL), *local.of(Finding.DIFFERENT)]
    assert {row.invoice_id for row in sent} == set(ready)
    services.documents.read_books(start, end, Progress())
    full = services.documents.month_report(start, end, Progress())
    assert full.books_read_at is not None
    assert {row.invoice_id for row in full.rows if row.by_us} == set(ready)
    pushes = {row.invoice.id: row.push for row in services.invoices.rows()}
    for row in full.of(Finding.EQUAL):
        push = pushes[row.invoice_id]
        assert push is not None
        assert push.state is PushState.SENT
    # What was really posted in the period is what the report says is in QuickBooks.
    books = simulator.quickbooks.company(simulator.seed.companies[0].realm_id)
    posted = sum(
        (Decimal(one["TotalAmt"]) * sign
         for entity, sign in (("Invoice", 1), ("CreditMemo", -1))
         for one in books.all(entity)
         if start.isoformat() <= one["TxnDate"] <= end.isoformat()),
        Decimal(0),
    )  # fmt: skip
    assert sum(total.quickbooks for total in full.totals) == posted
    for name in ("month.xlsx", "month.html"):
        made = services.documents.export_report(full, tmp_path / name, Progress())
        assert made.rows == len(full.rows)
        assert made.path.stat().st_size > 1000


def test_documents_are_filed_under_classes_and_locations(
    services: Services, simulator: Simulator
) -> None:
    """A refresh has read the lists; the default goes on every document, an organization's rule and
    an account code's before it, each where the company takes it."""
    realm = simulator.seed.companies[0].realm_id
    company = simulator.quickbooks.company(realm)
    standings = {track: services.tracking.standing(track) for track in Track}
    for track, entity in ((Track.CLASS, "Class"), (Track.LOCATION, "Department")):
        active = [row for row in company.all(entity) if row.get("Active") is not False]
        assert {one.id for one in standings[track].choices} == {str(row["Id"]) for row in active}
    assert standings[Track.CLASS].per_line
    first, second, third, *_ = (one.id for one in standings[Track.CLASS].choices)
    place = standings[Track.LOCATION].choices[0].id
    row = next(
        row
        for row in services.invoices.rows()
        if row.state is InvoiceState.READY and not row.blockers and len(row.invoice.lines or ()) > 1
    )
    lines = row.invoice.lines or ()
    services.tracking.set_default(Track.CLASS, first)
    services.tracking.set_default(Track.LOCATION, place)
    organization = (Kind.CUSTOMERS, row.invoice.organization_id)
    services.tracking.set_rule(Track.CLASS, [organization], second)
    services.tracking.set_rule(Track.CLASS, [(Kind.ACCOUNTS, lines[0].account_id)], third)
    view = services.documents.view(row.invoice.id)
    assert ("Location", "", standings[Track.LOCATION].choices[0].name) in view.headers
    assert services.invoices.send([row.invoice.id], Progress()).sent == 1
    pushed = {each.invoice.id: each.push for each in services.invoices.rows()}[row.invoice.id]
    assert pushed is not None
    stored = company.get("Invoice", pushed.qbo_id)
    assert stored is not None
    assert stored["DepartmentRef"]["value"] == place
    filed = [
        line["SalesItemLineDetail"]["ClassRef"]["value"]
        for line in stored["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]
    assert filed == [third if line.account_id == lines[0].account_id else second for line in lines]


def test_an_agreement_opens_in_ninjaone(services: Services) -> None:
    agreement = services.invoices.agreements()[0].agreement
    address = services.preflight.agreement_address(agreement.id)
    base = services.workspaces.current().ninjaone_app.base_url
    assert address.startswith(base)
    assert address.endswith(f"/{agreement.id}")
