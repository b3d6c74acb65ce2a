"""The published client ninjapy against the simulator, unchanged but for the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ninjapy
import pytest

from desktop_app.simulator.server import Simulator


@pytest.fixture
def client(simulator: Simulator) -> Iterator[ninjapy.NinjaRMMClient]:
    app = next(one for one in simulator.ninjaone.apps if one.type == "machine")
    made = ninjapy.NinjaRMMClient(
        token_url=f"{simulator.urls['ninjaone']}/oauth/token",
        client_id=app.client_id,
        client_secret=app.client_secret,
        scope="monitoring management",
        base_url=simulator.urls["ninjaone"],
        retry_backoff_factor=0.01,
    )
    yield made
    made.close()


def test_organizations_page_by_page(simulator: Simulator, client: ninjapy.NinjaRMMClient) -> None:
    expected = [one["id"] for one in simulator.seed.tenant.organizations]
    first = client.get_organizations(page_size=4)
    assert [one["id"] for one in first] == expected[:4]
    second = client.get_organizations(page_size=4, after=first[-1]["id"])
    assert [one["id"] for one in second] == expected[4:8]
    assert [one["id"] for one in client.get_all_organizations(page_size=7)] == expected
    assert [one["id"] for one in client.iter_all_organizations(page_size=7)] == expected


def test_details_and_locations(simulator: Simulator, client: ninjapy.NinjaRMMClient) -> None:
    number = simulator.seed.tenant.organizations[0]["id"]
    one = client.get_organization(number)
    assert one["name"] == simulator.seed.tenant.organizations[0]["name"]
    assert client.get_organization_locations(number) == one["locations"]
    detailed = client.list_organizations_detailed(page_size=3)
    assert detailed[0]["id"] == number
    assert "settings" in detailed[0]
    assert len(client.get_all_organizations_detailed(page_size=8)) == len(
        simulator.seed.tenant.organizations
    )
    assert {row["organizationId"] for row in client.list_locations()} >= {number}
    assert client.get_locations() == client.list_locations()


def test_people(client: ninjapy.NinjaRMMClient) -> None:
    assert client.list_users()[0]["email"]
    assert client.get_contacts()[0]["organizationId"]


def test_billing_through_its_generic_request(client: ninjapy.NinjaRMMClient) -> None:
    # The client knows no billing route yet; its own request method does the rest.
    rows = client._runner.run(client._async._request("GET", "/v2/billing/invoices"))
    assert rows
    path = f"/v2/billing/invoices/{rows[0]['id']}"
    detail = client._runner.run(client._async._request("GET", path))
    assert detail["total"] == rows[0]["total"]


def test_errors(
    simulator: Simulator, client: ninjapy.NinjaRMMClient, expect_log: Callable[[str], None]
) -> None:
    expect_log("Rate limited")
    expect_log("after status 502")
    from ninjapy.exceptions import NinjaRMMAuthError, NinjaRMMError

    with pytest.raises(NinjaRMMError, match="not found"):
        client.get_organization(999999)
    simulator.faults.arm("ninja.token_expired", times=1)
    with pytest.raises(NinjaRMMAuthError):
        client.list_users()
    simulator.faults.arm("ninja.throttled", times=1, retry_after=0)
    assert client.list_users()
    simulator.faults.arm("transport.html_error", times=2, path="/v2/users")
    assert client.list_users()
    simulator.faults.arm("transport.truncated", times=1, path="/v2/users")
    assert client.list_users()


def test_token_is_renewed(simulator: Simulator, client: ninjapy.NinjaRMMClient) -> None:
    assert client.list_users()
    client.token_manager.force_token_expiration()
    assert client.list_users()
    assert len(simulator.ninjaone.dump()["grants"]) == 2


def test_wrong_keys(simulator: Simulator, expect_log: Callable[[str], None]) -> None:
    expect_log("Failed to get access token: 404")
    expect_log("Token management failed")
    from ninjapy.exceptions import NinjaRMMAuthError

    with (
        ninjapy.NinjaRMMClient(
            token_url=f"{simulator.base}/ws/oauth/token",
            client_id="unknown",
            client_secret="x",
            scope="monitoring",
            base_url=simulator.base,
        ) as client,
        pytest.raises(NinjaRMMAuthError, match="404"),
    ):
        client.list_users()
