"""The QuickBooks adapter, built by the gateways, against the simulator and its faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import QuickBooksApi
from desktop_app.domain.records import (
    Document,
    Environment,
    NinjaOneApp,
    QuickBooksApp,
    Target,
    Workspace,
)
from desktop_app.errors import (
    ConfigurationError,
    FaultClass,
    NetworkError,
    PartialListError,
    ReconnectNeeded,
    ServiceFault,
    UnknownOutcome,
)
from desktop_app.integrations.gateways import Adapters
from desktop_app.integrations.http import Patience
from desktop_app.integrations.intuit import IntuitOAuth
from desktop_app.integrations.quickbooks.pacing import Pace
from desktop_app.progress import Progress
from desktop_app.simulator.quickbooks.limits import Limits
from desktop_app.simulator.server import Simulator
from tests.integrations.tokens import Tokens

FAST = Patience(connect=5, read=5, attempts=3, backoff=0.001, longest_pause=0.01)
HASTY = Pace(1000, 100_000, throttle_pause=0.01, throttle_jitter=0, throttle_tries=2)


@dataclass
class World:
    simulator: Simulator
    adapters: Adapters
    workspace: Workspace
    tokens: Tokens
    api: QuickBooksApi

    @property
    def books(self) -> Any:
        return self.simulator.quickbooks.company(self.workspace.realm_id)

    def entities(self, name: str) -> list[Any]:
        return list(self.books.all(name))


@pytest.fixture
def world(simulator: Simulator) -> Iterator[World]:
    known = simulator.intuit.apps[0]
    app = QuickBooksApp(
        known.client_id,
        Environment.CUSTOM,
        known.redirect_uris[0],
        simulator.urls["intuit_discovery"],
        simulator.urls["quickbooks"],
    )
    simulator.quickbooks._throttle.limits = Limits.none()
    company = simulator.intuit.companies()[0]
    token = IntuitOAuth(FAST).refresh(app, known.client_secret, company["refresh_token"])
    workspace = Workspace(1, "W", quickbooks_app=app, realm_id=company["realm_id"])
    adapters = Adapters(FAST, FAST, HASTY)
    tokens = Tokens(token.access_token)
    yield World(simulator, adapters, workspace, tokens, adapters.quickbooks(workspace, tokens))
    adapters.close()


def whole(world: World, kind: Kind) -> tuple[Target, ...]:
    return world.api.all_targets(kind, Progress()).targets


# --- Reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "entity"),
    [(Kind.CUSTOMERS, "Customer"), (Kind.ACCOUNTS, "Account"), (Kind.ITEMS, "Item")],
)
def test_whole_lists(world: World, kind: Kind, entity: str) -> None:
    targets = whole(world, kind)
    rows = {row["Id"]: row for row in world.entities(entity)}
    assert {one.id for one in targets} == set(rows)
    assert len(targets) == len(rows) > 10
    assert any(not one.active for one in targets)
    for one in targets:
        assert one.active == rows[one.id].get("Active", True)
    if kind is Kind.CUSTOMERS:
        assert {one.id for one in targets if one.subordinate} == {
            key for key, row in rows.items() if "ParentRef" in row or row.get("IsProject")
        }


def test_metered_reads_agree(world: World) -> None:
    before = world.simulator.quickbooks.metered_reads(world.workspace.realm_id)
    world.api.company(Progress())
    world.api.small_lists(Progress())
    whole(world, Kind.CUSTOMERS)
    world.api.changes(datetime.now(UTC) - timedelta(days=2), Progress())
    after = world.simulator.quickbooks.metered_reads(world.workspace.realm_id)
    assert world.api.metered_reads == after - before


def test_company_and_small_lists(world: World) -> None:
    company = world.api.company(Progress())
    small = world.api.small_lists(Progress())
    assert small.company == company
    assert company.realm_id == world.workspace.realm_id
    assert company.name == world.simulator.intuit.companies()[0]["name"]
    assert company.home_currency
    assert {one.id for one in small.terms} == {row["Id"] for row in world.entities("Term")}
    assert {one.id for one in small.tax_codes} >= {row["Id"] for row in world.entities("TaxCode")}
    assert any(one.rate for one in small.tax_codes)
    assert abs(small.time - datetime.now(UTC)) < timedelta(minutes=5)


def test_changes(world: World) -> None:
    api, books, realm = world.api, world.simulator.quickbooks, world.workspace.realm_id
    since = api.small_lists(Progress()).time
    assert not api.changes(since + timedelta(seconds=1), Progress()).targets
    customer = next(one for one in whole(world, Kind.CUSTOMERS) if one.active)
    item = next(one for one in whole(world, Kind.ITEMS) if one.active and one.type == "Service")
    books.simulate_rename(realm, "Customer", customer.id, "Renamed")
    books.simulate_inactivate(realm, "Item", item.id)
    world.simulator.faults.arm("qbo.cdc_plain_text")
    found = api.changes(since - timedelta(seconds=1), Progress())
    by_id = {(one.kind, one.id): one for one in found.targets}
    assert by_id[Kind.CUSTOMERS, customer.id].name == "Renamed"
    assert not by_id[Kind.ITEMS, item.id].active
    assert not found.truncated


def test_changes_cut_short(world: World) -> None:
    since = datetime.now(UTC) - timedelta(seconds=30)
    for one in whole(world, Kind.CUSTOMERS)[:5]:
        world.simulator.quickbooks.simulate_rename(
            world.workspace.realm_id, "Customer", one.id, f"Renamed {one.id}"
        )
    world.simulator.faults.arm("qbo.cdc_truncated", rows=2)
    found = world.api.changes(since, Progress())
    assert Kind.CUSTOMERS in found.truncated


def test_changes_too_long_ago(world: World) -> None:
    with pytest.raises(ServiceFault):
        world.api.changes(datetime.now(UTC) - timedelta(days=40), Progress())


PASSING = [
    ("qbo.xml_401", {}),
    ("qbo.token_expired", {}),
    ("qbo.throttled", {}),
    ("qbo.system_failure", {}),
    ("qbo.empty_body", {}),
    ("qbo.empty_page", {}),
    ("qbo.short_page", {"rows": 1}),
    ("transport.html_error", {"status": 502}),
    ("transport.html_ok", {}),
    ("transport.cut_before", {}),
    ("transport.truncated", {}),
    ("transport.bad_json", {}),
    ("transport.gzip", {}),
]


@pytest.mark.parametrize(("fault", "params"), PASSING)
def test_reading_through_a_passing_fault(world: World, fault: str, params: dict[str, Any]) -> None:
    plain = whole(world, Kind.ACCOUNTS)
    world.simulator.faults.arm(fault, times=1, service="quickbooks", **params) if (
        fault.startswith("transport")
    ) else world.simulator.faults.arm(fault, times=1, **params)
    assert whole(world, Kind.ACCOUNTS) == plain
    assert world.simulator.faults.taken(fault) == 1


@pytest.mark.parametrize("fault", ["qbo.empty_page", "qbo.fault_in_200", "qbo.empty_body"])
def test_never_a_list_in_part(world: World, fault: str) -> None:
    world.simulator.faults.arm(fault)
    with pytest.raises((PartialListError, ServiceFault)):
        whole(world, Kind.CUSTOMERS)


LASTING = [
    ("qbo.forbidden", FaultClass.CONNECTION, "3100"),
    ("qbo.wrong_cluster", FaultClass.CONNECTION, "130"),
    ("qbo.lost_admin", FaultClass.CONNECTION, "120"),
    ("qbo.throttled", FaultClass.THROTTLED, "3001"),
    ("qbo.reads_blocked", FaultClass.THROTTLED, "3001"),
    ("qbo.system_failure", FaultClass.TRANSIENT, "10000"),
]


@pytest.mark.parametrize(("fault", "expected", "code"), LASTING)
def test_lasting_faults(world: World, fault: str, expected: FaultClass, code: str) -> None:
    world.simulator.faults.arm(fault)
    with pytest.raises(ServiceFault) as caught:
        world.api.company(Progress())
    assert (caught.value.fault_class, caught.value.code) == (expected, code)
    assert caught.value.reference


@pytest.mark.parametrize("fault", ["qbo.token_expired", "qbo.xml_401"])
def test_login_that_cannot_be_renewed(world: World, fault: str) -> None:
    world.simulator.faults.arm(fault)
    with pytest.raises(ReconnectNeeded):
        world.api.company(Progress())
    assert len(world.tokens.renewals) == 1


def test_disconnected_in_quickbooks(world: World) -> None:
    world.simulator.intuit.disconnect(world.workspace.realm_id)
    with pytest.raises((ReconnectNeeded, ServiceFault)):
        world.api.company(Progress())


def test_nobody_there(world: World) -> None:
    world.simulator.stop()
    with pytest.raises(NetworkError):
        world.api.company(Progress())
    world.simulator.start()
    assert world.api.company(Progress()).name


# --- Writing -------------------------------------------------------------------------------------


def document(world: World, number: str, note: str = "", amount: str = "12.34") -> Document:
    customer = next(
        one for one in whole(world, Kind.CUSTOMERS) if one.active and not one.subordinate
    )
    item = next(
        one
        for one in whole(world, Kind.ITEMS)
        if one.active and one.type == "Service" and one.income_account_id
    )
    line = {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item.id},
            "Qty": 1,
            "UnitPrice": Decimal(amount),
            "TaxCodeRef": {"value": "NON"},
        },
    }
    body = {
        "CustomerRef": {"value": customer.id},
        "DocNumber": number,
        "PrivateNote": note,
        "Line": [line],
    }
    return Document("1", "Invoice", body, Decimal(amount), Decimal(0))


def numbered(world: World, number: str) -> list[Any]:
    return [row for row in world.entities("Invoice") if row.get("DocNumber") == number]


def test_create_and_find(world: World) -> None:
    wanted = document(world, "Q'\\1", "ref marker-1")
    before = datetime.now(UTC) - timedelta(minutes=5)
    made = world.api.create(wanted, "req-1", Progress())
    assert (made.doc_number, made.total, made.private_note) == (
        "Q'\\1",
        Decimal("12.34"),
        "ref marker-1",
    )
    assert made.reference
    (found,) = world.api.find_documents("Invoice", "Q'\\1", Progress())
    assert (found.id, found.total) == (made.id, made.total)
    assert not world.api.find_documents("Invoice", "Q'\\2", Progress())
    assert [
        one.id for one in world.api.find_by_note("Invoice", "marker-1", before, Progress())
    ] == [made.id]
    assert not world.api.find_by_note("Invoice", "marker-2", before, Progress())
    again = world.api.create(wanted, "req-1", Progress())
    assert again.id == made.id


LOST = [
    ("transport.cut_after", {}),
    ("transport.truncated", {}),
    ("transport.bad_json", {}),
    ("transport.html_error", {"when": "after", "status": 504}),
    ("qbo.system_failure_after", {}),
    ("qbo.empty_body", {}),
]


@pytest.mark.parametrize(("fault", "params"), LOST)
def test_lost_answer_makes_no_second_invoice(
    world: World, fault: str, params: dict[str, Any]
) -> None:
    wanted = document(world, "ONCE")
    world.simulator.faults.arm(fault, times=2, method="POST", **params)
    made = world.api.create(wanted, "req-once", Progress())
    assert world.simulator.faults.taken(fault) == 2
    assert [row["Id"] for row in numbered(world, "ONCE")] == [made.id]


@pytest.mark.parametrize(("fault", "params"), LOST)
def test_answer_never_comes(world: World, fault: str, params: dict[str, Any]) -> None:
    wanted = document(world, "LOST", "ref lost-1")
    world.simulator.faults.arm(fault, method="POST", **params)
    with pytest.raises(UnknownOutcome):
        world.api.create(wanted, "req-lost", Progress())
    world.simulator.faults.clear()
    (found,) = world.api.find_documents("Invoice", "LOST", Progress())
    assert "lost-1" in found.private_note
    assert len(numbered(world, "LOST")) == 1


REFUSED = [
    ("qbo.books_closed", FaultClass.DATA, "6210"),
    ("qbo.duplicate_number", FaultClass.DATA, "6140"),
    ("qbo.business_rule", FaultClass.DATA, "6000"),
    ("qbo.subscription_ended", FaultClass.COMPANY, "6190"),
    ("qbo.lost_admin", FaultClass.CONNECTION, "120"),
]


@pytest.mark.parametrize(("fault", "expected", "code"), REFUSED)
def test_refusals(world: World, fault: str, expected: FaultClass, code: str) -> None:
    wanted = document(world, "NOPE")
    world.simulator.faults.arm(fault)
    with pytest.raises(ServiceFault) as caught:
        world.api.create(wanted, "req-nope", Progress())
    assert (caught.value.fault_class, caught.value.code) == (expected, code)
    assert not numbered(world, "NOPE")


def test_line_that_does_not_add_up(world: World) -> None:
    wanted = document(world, "SUM")
    wanted.body["Line"][0]["Amount"] = Decimal("12.35")
    with pytest.raises(ServiceFault) as caught:
        world.api.create(wanted, "req-sum", Progress())
    assert caught.value.code == "6070"
    assert "12.35" in caught.value.service_detail
    assert "12.35" not in caught.value.detail


def test_carrier_item(world: World) -> None:
    account = next(one for one in whole(world, Kind.ACCOUNTS) if one.type == "Income")
    made = world.api.create_service_item("NinjaOne – Cloud", account.id, "req-i", Progress())
    assert (made.income_account_id, made.type, made.active) == (account.id, "Service", True)
    with pytest.raises(ServiceFault) as caught:
        world.api.create_service_item("NinjaOne – Cloud", account.id, "req-j", Progress())
    assert caught.value.code == "6240"


def test_side_by_side_within_the_limits(world: World) -> None:
    """The default pace never meets the service's own limit."""
    world.simulator.quickbooks._throttle.limits = Limits(pace=False)
    adapters = Adapters(FAST, FAST)
    api = adapters.quickbooks(world.workspace, world.tokens)
    for _ in range(6):
        api.company(Progress())
    adapters.close()
    assert not world.tokens.renewals


# --- Gateways ------------------------------------------------------------------------------------


def test_addresses_in_quickbooks() -> None:
    adapters = Adapters()
    address = adapters.web_address
    assert address(Environment.PRODUCTION, "Invoice", "145") == (
        "https://qbo.intuit.com/app/invoice?txnId=145"
    )
    assert address(Environment.SANDBOX, "customer", "5&8") == (
        "https://sandbox.qbo.intuit.com/app/customerdetail?nameId=5%268"
    )
    assert address(Environment.SANDBOX, "Account", "1").endswith("/app/chartofaccounts")
    assert address(Environment.CUSTOM, "Invoice", "145") == ""
    assert address(Environment.PRODUCTION, "Vendor", "1") == ""
    adapters.close()


def test_workspaces_that_cannot_work() -> None:
    adapters = Adapters()
    blank = Workspace(1, "W")
    with pytest.raises(ReconnectNeeded):
        adapters.quickbooks(blank, Tokens())
    for url in ("", "http://quickbooks.example", "nonsense"):
        app = QuickBooksApp(environment=Environment.CUSTOM, api_url=url)
        with pytest.raises(ConfigurationError):
            adapters.quickbooks(replace(blank, quickbooks_app=app, realm_id="1"), Tokens())
    with pytest.raises(ConfigurationError):
        adapters.ninjaone(replace(blank, ninjaone_app=NinjaOneApp(base_url="mars")), Tokens())
    adapters.close()
