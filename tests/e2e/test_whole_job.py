"""The whole job through the services, over real HTTP: connect, refresh, map, rehearse, send."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.bootstrap import Stage
from desktop_app.domain.document_choices import Track
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import InvoiceStatus
from desktop_app.errors import NetworkError, OtherCompany, ReconnectNeeded, SignInError
from desktop_app.progress import Cancelled, Progress, Step
from desktop_app.services.api import InvoiceState, Service, Services
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program
from tests.e2e import desk
from tests.simulator_fixtures import Browser
from tests.support.keyrings import MemoryKeyring


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
    """Connected to both and refreshed."""
    desk.connect(program.services, simulator)
    program.services.refresh.refresh(Progress())
    return program.services


def realm(simulator: Simulator) -> str:
    return simulator.seed.companies[0].realm_id


def test_from_the_first_click_to_the_last_invoice(
    stage: Stage, program: Program, simulator: Simulator
) -> None:
    services = program.services
    desk.connect(services, simulator)
    workspace = services.workspaces.current()
    assert workspace.company_name == "Tidewater IT Services"
    assert workspace.activated_at is not None
    report = services.refresh.refresh(Progress())
    assert report.full
    assert all(read == counted for _, read, counted in report.counts)
    assert report.metered_reads == simulator.quickbooks.metered_reads(realm(simulator)) - 2
    mapped = desk.auto_map(services)
    assert min(mapped.values()) > 0

    ready = desk.ids_in(services, InvoiceState.READY)
    assert len(ready) >= 24
    needs = services.invoices.carrier_needs(ready)
    if needs:
        services.invoices.create_carriers(needs, Progress())
    rehearsal = services.documents.rehearse(ready, Progress())
    before = simulator.quickbooks.summary(realm(simulator))
    assert rehearsal.going == len(ready)

    sent = services.invoices.send(ready, Progress())
    assert (sent.refused, sent.uncertain, sent.left) == (0, 0, 0), sent
    assert sent.sent + sent.differs == len(ready)
    after = simulator.quickbooks.summary(realm(simulator))
    assert after["counts"]["Invoice"] - before["counts"]["Invoice"] == len(ready)
    ((_, total),) = sent.totals
    assert after["totals"]["Invoice"] - before["totals"]["Invoice"] == total

    again = services.invoices.send(ready, Progress())
    assert again.sent == 0
    unchanged = simulator.quickbooks.summary(realm(simulator))
    assert unchanged["counts"]["Invoice"] == after["counts"]["Invoice"]


def test_every_invoice_is_in_one_state_with_a_reason(services: Services) -> None:
    desk.auto_map(services)
    rows = services.invoices.rows()
    assert len(rows) == 112
    for row in rows:
        if row.state in (InvoiceState.BLOCKED, InvoiceState.NOT_GOING):
            assert row.reason, row
    reasons = {b.reason for row in rows for b in row.blockers}
    assert reasons >= {
        Reason.BEFORE_ACTIVATION,
        Reason.NOT_APPROVED,
        Reason.AGREEMENT_NOT_UPDATED,
        Reason.CUSTOMER_UNMAPPED,
        Reason.ITEM_UNMAPPED,
        Reason.CURRENCY,
        Reason.CREDIT_MEMO,
        Reason.NO_LINES,
    }


def test_what_is_called_ready_is_taken_and_agrees_to_the_cent(services: Services) -> None:
    desk.auto_map(services)
    ready = desk.ids_in(services, InvoiceState.READY)
    needs = services.invoices.carrier_needs(ready)
    services.invoices.create_carriers(needs, Progress())
    services.invoices.send(ready, Progress())
    rows = {row.invoice.id: row for row in services.invoices.rows()}
    for invoice_id in ready:
        row = rows[invoice_id]
        assert row.push is not None
        assert row.push.qbo_id
        if row.state is InvoiceState.DIFFERS:
            # The world holds one whose own total is a cent off its lines, and ones whose tax
            # QuickBooks computes otherwise; each is said.
            assert row.push.total is not None
            assert abs(row.push.total - row.invoice.total) <= Decimal("0.02"), row
            assert "Differs by" in row.reason
        else:
            assert row.push.total == row.invoice.total


def test_a_second_refresh_reads_changes_only(services: Services, simulator: Simulator) -> None:
    customer = services.mapping.choices(Kind.CUSTOMERS)[0]
    simulator.quickbooks.simulate_rename(realm(simulator), "Customer", customer.id, "Renamed Ltd")
    filed = services.tracking.standing(Track.CLASS).choices
    simulator.quickbooks.simulate_rename(realm(simulator), "Class", filed[0].id, "Renamed class")
    report = services.refresh.refresh(Progress())
    assert not report.full
    assert report.metered_reads == 9  # five small ones, the capture, three counts
    assert "Renamed Ltd" in {t.name for t in services.mapping.choices(Kind.CUSTOMERS)}
    after = services.tracking.standing(Track.CLASS).choices
    assert len(after) == len(filed)
    assert "Renamed class" in {one.name for one in after}


def test_a_cancelled_or_failed_refresh_changes_nothing(
    services: Services, simulator: Simulator
) -> None:
    before = services.mapping.choices(Kind.ITEMS)
    item = before[0]
    simulator.quickbooks.simulate_rename(realm(simulator), "Item", item.id, "Other name")

    def cancel_late(step: Step) -> None:
        if "tems" in step.text:
            progress.cancel()

    progress = Progress(cancel_late)
    with pytest.raises(Cancelled):
        services.refresh.refresh(progress, full=True)
    assert services.mapping.choices(Kind.ITEMS) == before
    simulator.faults.arm("transport.cut_before", service="quickbooks", path="query")
    with pytest.raises(NetworkError):
        services.refresh.refresh(Progress(), full=True)
    simulator.faults.clear()
    assert services.mapping.choices(Kind.ITEMS) == before


def test_mapping_works_with_no_network_and_after_a_restart(
    stage: Stage, program: Program, simulator: Simulator
) -> None:
    desk.connect(program.services, simulator)
    program.services.refresh.refresh(Progress())
    mapped = desk.auto_map(program.services)
    activated = program.services.workspaces.current().activated_at
    simulator.stop()
    try:
        with stage.open(offline=True) as later:
            mapping = later.services.mapping
            rows = mapping.rows(Kind.CUSTOMERS)
            linked = [r for r in rows if r.mapping]
            assert len(linked) == mapped[Kind.CUSTOMERS]
            mapping.clear(Kind.CUSTOMERS, [linked[0].source.id])
            free = next(r for r in rows if not r.mapping)
            target = next(
                t
                for t in mapping.choices(Kind.CUSTOMERS)
                if t.id not in {r.mapping.target_id for r in linked if r.mapping}
            )
            mapping.change(Kind.CUSTOMERS, [free.source.id], target.id)
            assert later.services.invoices.rows()
            assert later.services.workspaces.current().activated_at == activated
            with pytest.raises(NetworkError):
                later.services.refresh.refresh(Progress())
        with stage.open(offline=True) as again:
            rows = again.services.mapping.rows(Kind.CUSTOMERS)
            assert next(r for r in rows if r.source.id == free.source.id).target == target
            again.services.mapping.undo()
            again.services.mapping.undo()
            restored = again.services.mapping.rows(Kind.CUSTOMERS)
            assert len([r for r in restored if r.mapping]) == mapped[Kind.CUSTOMERS]
    finally:
        simulator.start()


def test_lost_answers_never_send_twice(services: Services, simulator: Simulator) -> None:
    desk.auto_map(services)
    ready = [
        row.invoice.id
        for row in services.invoices.rows()
        if row.state is InvoiceState.READY and not row.blockers
    ][:6]
    before = simulator.quickbooks.summary(realm(simulator))["counts"]["Invoice"]
    simulator.faults.arm(
        "transport.cut_after", times=2, service="quickbooks", method="POST", path="invoice"
    )
    report = services.invoices.send(ready, Progress())
    assert report.sent == 6
    assert simulator.quickbooks.summary(realm(simulator))["counts"]["Invoice"] == before + 6


def test_reconnect_keeps_everything_and_another_company_is_refused(
    program: Program, services: Services, simulator: Simulator
) -> None:
    desk.auto_map(services)
    activated = services.workspaces.current().activated_at
    services.connect.disconnect(Service.QUICKBOOKS, Progress())
    assert not services.workspaces.current().quickbooks_connected
    with pytest.raises(ReconnectNeeded):
        services.refresh.refresh(Progress())

    request = services.connect.begin(Service.QUICKBOOKS, Progress())
    browser = Browser(simulator.base)
    browser.open(request.url)
    browser.sign_in(*desk.ADMIN)
    browser.submit("choose-company", realm_id=simulator.seed.companies[1].realm_id)
    browser.submit("connect")
    with pytest.raises(OtherCompany, match="Shoreline"):
        services.connect.finish(Service.QUICKBOOKS, request, browser.landed, Progress())
    browser.session.close()
    services.connect.discard_pending(Progress())

    desk.sign_in(services, simulator, Service.QUICKBOOKS)
    assert services.workspaces.current().activated_at == activated
    assert any(r.mapping for r in services.mapping.rows(Kind.CUSTOMERS))
    services.refresh.refresh(Progress())


def test_another_company_in_a_workspace_of_its_own(
    services: Services, simulator: Simulator
) -> None:
    first = services.workspaces.current()
    request = services.connect.begin(Service.QUICKBOOKS, Progress())
    browser = Browser(simulator.base)
    browser.open(request.url)
    browser.sign_in(*desk.ADMIN)
    browser.submit("choose-company", realm_id=simulator.seed.companies[1].realm_id)
    browser.submit("connect")
    with pytest.raises(OtherCompany):
        services.connect.finish(Service.QUICKBOOKS, request, browser.landed, Progress())
    browser.session.close()
    services.connect.adopt_in_new_workspace("Shoreline", Progress())
    now = services.workspaces.current()
    assert (now.name, now.company_name) == ("Shoreline", "Shoreline Property Care")
    assert now.id != first.id
    assert services.mapping.rows(Kind.CUSTOMERS) == []
    services.workspaces.open(first.id)
    assert len(services.mapping.rows(Kind.CUSTOMERS)) == 30


def test_a_sign_in_answer_is_used_once(program: Program, simulator: Simulator) -> None:
    connect = program.services.connect
    request = connect.begin(Service.QUICKBOOKS, Progress())
    with pytest.raises(SignInError):
        connect.finish(
            Service.QUICKBOOKS, request, request.redirect_uri + "?code=x&state=wrong", Progress()
        )
    with pytest.raises(SignInError, match="already used"):
        connect.finish(
            Service.QUICKBOOKS, request,
            f"{request.redirect_uri}?code=x&state={request.state}&realmId=1", Progress(),
        )  # fmt: skip


def test_an_invoice_changed_in_ninjaone_is_not_sent(
    services: Services, simulator: Simulator
) -> None:
    desk.auto_map(services)
    row = next(
        r for r in services.invoices.rows() if r.state is InvoiceState.READY and not r.blockers
    )
    simulator.ninjaone.simulate_status(int(row.invoice.id), InvoiceStatus.ARCHIVED.value)
    report = services.invoices.send([row.invoice.id], Progress())
    assert (report.sent, report.left) == (0, 1)
    assert "changed in NinjaOne" in report.stopped


def test_a_planted_secret_is_nowhere_but_in_the_keyring(
    stage: Stage, services: Services, memory_keyring: MemoryKeyring, tmp_path: Path
) -> None:
    desk.auto_map(services)
    ready = desk.ids_in(services, InvoiceState.READY)
    services.invoices.send(ready[:3], Progress())
    secrets = [secret for secret in memory_keyring.entries.values() if len(secret) > 8]
    assert len(secrets) >= 3
    files = [f for f in tmp_path.rglob("*") if f.is_file() and f.name != "simulator.json"]
    assert any(f.suffix == ".log" for f in files)
    for file in files:
        content = file.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, file


def test_the_token_is_renewed_once_when_it_has_ended(
    services: Services, simulator: Simulator, memory_keyring: MemoryKeyring
) -> None:
    before = dict(memory_keyring.entries)
    simulator.clock.advance(25 * 3600)
    services.refresh.refresh(Progress())
    assert dict(memory_keyring.entries) != before


def test_a_login_ended_at_intuit_asks_for_a_reconnect(
    services: Services, simulator: Simulator, program: Program
) -> None:
    simulator.intuit.disconnect(realm(simulator))
    with pytest.raises(ReconnectNeeded):
        services.refresh.refresh(Progress())
    workspace = services.workspaces.current()
    assert not workspace.quickbooks_connected
    assert workspace.activated_at is not None
