"""The control routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from desktop_app.simulator.fault_list import FAULTS
from desktop_app.simulator.server import Simulator

Call = Callable[..., requests.Response]


@pytest.fixture
def admin(simulator: Simulator) -> Call:
    def call(method: str, path: str, **more: Any) -> requests.Response:
        url = simulator.urls["admin"] + path
        return requests.request(method, url, timeout=20, **more)

    return call


def test_index_and_known_faults(simulator: Simulator, admin: Call) -> None:
    index = admin("GET", "").json()
    assert index["quickbooks"] == simulator.base
    assert "POST /_sim/faults" in index["routes"]
    known = admin("GET", "/faults").json()["known"]
    assert {one["name"] for one in known} == set(FAULTS)


def test_arm_and_disarm(simulator: Simulator, admin: Call) -> None:
    body = {"name": "transport.delay", "times": 2, "params": {"seconds": 0.5}, "path": "/v2"}
    assert admin("POST", "/faults", json=body).json()["armed"] == [
        {"name": "transport.delay", "times": 2, "params": {"seconds": 0.5, "path": "/v2"}}
    ]
    admin("POST", "/faults/oauth.rotate", json={"times": 1})
    assert simulator.faults.peek("oauth.rotate")
    admin("DELETE", "/faults/transport.delay")
    assert [one["name"] for one in simulator.faults.armed()] == ["oauth.rotate"]
    admin("POST", "/fault", json={"name": "qbo.throttled"})
    admin("DELETE", "/faults")
    assert simulator.faults.armed() == []


@pytest.mark.parametrize(
    "body",
    [
        {"name": "no.such"},
        {"name": "oauth.rotate", "times": 0},
        {"name": "oauth.rotate", "times": "two"},
        {"name": "oauth.rotate", "nonsense": 1},
        {},
        [],
    ],
)
def test_bad_faults_are_refused(simulator: Simulator, admin: Call, body: Any) -> None:
    response = admin("POST", "/faults", json=body)
    assert response.status_code == 400
    assert response.json()["error"]
    assert simulator.faults.armed() == []


def test_clock(simulator: Simulator, admin: Call) -> None:
    assert admin("POST", "/clock/advance", json={"seconds": 90}).json()["offset"] == 90
    assert simulator.clock.offset == 90
    for seconds in (-1, "5", None, True):
        assert admin("POST", "/clock/advance", json={"seconds": seconds}).status_code == 400
    assert admin("GET", "/clock").json()["offset"] == 90


def test_summary_and_meter(simulator: Simulator, admin: Call) -> None:
    summary = admin("GET", "/summary").json()
    realms = {one.realm_id for one in simulator.seed.companies}
    assert set(summary["quickbooks"]) == realms
    tenant = simulator.seed.tenant
    assert summary["ninjaone"]["organizations"] == len(tenant.organizations)
    groups = summary["ninjaone"]["invoices"]["by_status"]
    assert sum(one["count"] for one in groups.values()) == len(tenant.invoices)
    assert set(admin("GET", "/meter").json()) == realms


def test_billing_an_agreement_makes_an_invoice_of_today(simulator: Simulator, admin: Call) -> None:
    agreement = next(one for one in simulator.seed.tenant.agreements if one["products"])
    body = {"agreement_id": agreement["id"], "approve": True}
    invoice = admin("POST", "/ninjaone/bill", json=body).json()["invoice"]
    assert invoice["status"] == "APPROVED"
    assert invoice["agreement"]["id"] == agreement["id"]
    assert invoice["createTime"] == pytest.approx(simulator.clock.timestamp(), abs=30)
    assert len(invoice["agreementProducts"]) == len(agreement["products"])
    assert admin("POST", "/ninjaone/bill", json={"agreement_id": 999999}).status_code == 400


def test_other_changes_in_ninjaone(simulator: Simulator, admin: Call) -> None:
    tenant = simulator.ninjaone.tenant
    number = next(iter(tenant.organizations))
    body: dict[str, Any] = {"id": number, "name": "Renamed & Sons"}
    assert admin("POST", "/ninjaone/rename-organization", json=body).status_code == 200
    assert tenant.organizations[number]["name"] == "Renamed & Sons"
    admin("POST", "/ninjaone/archive-organization", json={"id": number})
    assert number not in tenant.organizations
    invoice = next(iter(tenant.invoices))
    body = {"id": invoice, "status": "FAILED"}
    admin("POST", "/ninjaone/invoice-status", json=body)
    assert tenant.invoices[invoice]["status"] == "FAILED"
    body = {"id": invoice, "status": "MAYBE"}
    assert admin("POST", "/ninjaone/invoice-status", json=body).status_code == 400


def test_unknown_routes_companies_and_verbs(admin: Call) -> None:
    assert admin("GET", "/nothing").status_code == 404
    assert admin("GET", "/reset").status_code == 405
    body = {"invoice_id": "1", "amount": 5}
    assert admin("POST", "/quickbooks/999/payment", json=body).status_code == 400
    assert admin("POST", "/faults", data="{").status_code == 400


def test_sample_people(simulator: Simulator, admin: Call) -> None:
    users = admin("GET", "/intuit/users").json()
    assert [one["email"] for one in users] == [one.email for one in simulator.intuit.users]
    assert admin("GET", "/ninjaone/users").json()[0]["password"]
