"""Organizations, routing, rights and the faults of the NinjaOne API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from desktop_app.simulator.ninjaone.technicians import TECHNICIANS

if TYPE_CHECKING:
    from tests.simulator.conftest import Ninja


def test_organizations_in_pages(signed_in: Ninja) -> None:
    everything = signed_in.get("/v2/organizations")
    found: list[dict[str, Any]] = []
    pages = 0
    while True:
        after = {"after": found[-1]["id"]} if found else {}
        page = signed_in.get("/v2/organizations", pageSize=7, **after)
        found += page
        pages += 1
        if len(page) < 7:
            break
    assert found == everything
    assert pages == len(everything) // 7 + 1
    ids = [one["id"] for one in found]
    assert ids == sorted(set(ids))
    archived = {one["id"] for one in signed_in.simulator.seed.tenant.archived_organizations}
    assert archived
    assert not archived & set(ids)
    assert not {"locations", "policies", "settings"} & set(found[0])


def test_detailed_organizations_and_locations(signed_in: Ninja) -> None:
    rows = signed_in.get("/v2/organizations-detailed", pageSize=5)
    assert len(rows) == 5
    one = rows[0]
    assert {"locations", "policies", "settings"} <= set(one)
    assert signed_in.get(f"/v2/organization/{one['id']}") == one
    assert signed_in.get(f"/v2/organization/{one['id']}/locations") == one["locations"]
    flat = signed_in.get("/v2/locations", pageSize=1000)
    assert [place for place in flat if place["organizationId"] == one["id"]]
    assert all("organizationId" not in place for place in one["locations"])


def test_an_archived_organization_still_has_a_page(signed_in: Ninja) -> None:
    number = signed_in.simulator.seed.tenant.archived_organizations[0]["id"]
    assert signed_in.get(f"/v2/organization/{number}")["id"] == number


def test_users_and_contacts(signed_in: Ninja) -> None:
    assert {one["email"] for one in signed_in.get("/v2/users")} == {
        one.email for one in TECHNICIANS
    }
    assert {"organizationId", "email"} <= set(signed_in.get("/v2/contacts")[0])


@pytest.mark.parametrize("prefix", ["/v2", "/api/v2"])
def test_both_prefixes(signed_in: Ninja, prefix: str) -> None:
    response = signed_in.call("GET", f"{prefix}/billing/accounts")
    assert response.status_code == 200
    assert response.headers["x-nj-request-id"]


@pytest.mark.parametrize(
    "path",
    [
        "/v2/nothing",
        "/v2/organization/abc",
        "/v2/organization/-1",
        "/v2/billing/agreement/71",
        "/v2/billing/invoice/5012",
        "/v2/billing/customer-accounts",
        "/v2/billing/invoices/abc",
        "/v2/billing/invoices/5001/",
        "/v2/billing/products/1.5",
        "/api/v3/organizations",
    ],
)
def test_routes_that_do_not_exist(signed_in: Ninja, path: str) -> None:
    response = signed_in.call("GET", path)
    assert response.status_code == 404
    assert response.json()["resultCode"] == "FAILURE"
    assert response.json()["errorMessage"] == "HTTP 404 Not Found"
    assert response.json()["incidentId"].startswith("WEB_MGMT_SERVICE-")
    assert response.headers["x-nj-request-id"]


def test_wrong_verb(signed_in: Ninja) -> None:
    for method, path in [("DELETE", "/v2/organizations"), ("PATCH", "/v2/billing/invoices")]:
        response = signed_in.call(method, path)
        assert (response.status_code, response.json()["resultCode"]) == (405, "FAILURE")


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=x", "after=x", "pageSize=99999999999"])
def test_bad_paging(signed_in: Ninja, query: str) -> None:
    response = signed_in.call("GET", f"/v2/organizations?{query}")
    assert (response.status_code, response.json()["resultCode"]) == (400, "FAILURE")


def test_unknown_organization(signed_in: Ninja) -> None:
    assert signed_in.call("GET", "/v2/organization/999999").status_code == 404


# Rights


def test_reading_needs_monitoring_and_writing_management(ninja: Ninja) -> None:
    ninja.connect(scope="management")
    assert ninja.call("GET", "/v2/organizations").status_code == 403
    ninja.connect(scope="monitoring")
    assert ninja.call("GET", "/v2/billing/invoices").status_code == 200
    response = ninja.call("POST", "/v2/billing/invoices/approve", json={"invoiceIds": [1]})
    assert response.status_code == 403
    assert response.json()["error"] == "insufficient_scope"


def test_technician_without_billing(ninja: Ninja) -> None:
    ninja.connect(next(one for one in TECHNICIANS if not one.billing))
    assert ninja.call("GET", "/v2/organizations").status_code == 200
    response = ninja.call("GET", "/v2/billing/invoices")
    assert (response.status_code, response.json()["errorCode"]) == (500, "permission_denied")
    assert set(response.json()) == {"errorCode", "message"}


def test_machine_reads_but_does_not_write(ninja: Ninja) -> None:
    ninja.connect_machine()
    number = ninja.get("/v2/billing/invoices")[0]["id"]
    path = f"/v2/billing/invoices/{number}/note"
    response = ninja.call("PATCH", path, json={"note": "x"})
    assert (response.status_code, response.json()["errorCode"]) == (403, "user_context_required")
    ninja.simulator.faults.arm("ninja.machine_writes_allowed")
    assert ninja.call("PATCH", path, json={"note": "x"}).status_code == 204


# Faults


def test_fault_no_billing(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.no_billing")
    response = signed_in.call("GET", "/v2/billing/products")
    assert response.json()["errorMessage"] == "HTTP 404 Not Found"
    assert signed_in.call("GET", "/v2/organizations").status_code == 200


def test_fault_user_context_required(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.user_context_required", times=1)
    body = {"invoiceIds": [1]}
    response = signed_in.call("POST", "/v2/billing/invoices/export", json=body)
    assert (response.status_code, response.json()["errorCode"]) == (403, "user_context_required")


def test_fault_permission_denied(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.permission_denied", times=1)
    response = signed_in.call("GET", "/v2/billing/accounts")
    assert (response.status_code, response.json()["errorCode"]) == (500, "permission_denied")


def test_fault_throttled(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.throttled", times=1)
    response = signed_in.call("GET", "/v2/organizations")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    signed_in.simulator.faults.arm("ninja.throttled", times=1, html=True)
    response = signed_in.call("GET", "/v2/organizations")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert signed_in.call("GET", "/v2/organizations").json()


def test_fault_rate_limit(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.rate_limit", limit=5, seconds=10)
    seen = [signed_in.call("GET", "/v2/users").status_code for _ in range(7)]
    assert seen == [200] * 5 + [429] * 2
    wait = int(signed_in.call("GET", "/v2/users").headers["Retry-After"])
    assert 1 <= wait <= 10
    signed_in.simulator.clock.advance(wait + 1)
    assert signed_in.call("GET", "/v2/users").status_code == 200


def test_fault_wrapped_list(signed_in: Ninja) -> None:
    for key in ("results", "data", "items"):
        signed_in.simulator.faults.arm("ninja.wrapped_list", times=1, key=key)
        assert list(signed_in.get("/v2/billing/invoices")) == [key]
    assert isinstance(signed_in.get("/v2/billing/invoices"), list)


def test_fault_numeric_dates(signed_in: Ninja) -> None:
    plain = signed_in.get("/v2/billing/invoices")[0]
    signed_in.simulator.faults.arm("ninja.numeric_dates", times=1)
    shaped = signed_in.get("/v2/billing/invoices")[0]
    assert isinstance(plain["invoiceDate"], str)
    assert isinstance(shaped["invoiceDate"], float)
    assert shaped["total"] == plain["total"]


def test_fault_unknown_status(signed_in: Ninja) -> None:
    rows = signed_in.get("/v2/billing/invoices")
    signed_in.simulator.faults.arm("ninja.unknown_status", times=2)
    assert {one["status"] for one in signed_in.get("/v2/billing/invoices")} == {"ON_HOLD"}
    number = rows[0]["id"]
    assert signed_in.get(f"/v2/billing/invoices/{number}")["status"] == "ON_HOLD"
    assert signed_in.get("/v2/billing/invoices") == rows


def test_fault_empty_lists(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.empty_lists")
    for path in ("/v2/organizations", "/v2/billing/products", "/v2/billing/invoices"):
        assert signed_in.get(path) == []


def test_fault_changed_between_list_and_detail(signed_in: Ninja) -> None:
    rows = signed_in.get("/v2/billing/invoices")
    number = next(one["id"] for one in rows if one["status"] == "APPROVED")
    signed_in.simulator.faults.arm("ninja.changed_between", times=1)
    assert signed_in.get(f"/v2/billing/invoices/{number}")["status"] == "ARCHIVED"
    again = next(one for one in signed_in.get("/v2/billing/invoices") if one["id"] == number)
    assert again["status"] == "ARCHIVED"
