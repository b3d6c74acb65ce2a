"""Token, revoke and user-info endpoints, spoken to with plain HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import requests

from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser

DAY = 24 * 3600


class Client:
    """An app that speaks to the token endpoints; secret and id can be made wrong."""

    def __init__(self, simulator: Simulator) -> None:
        app = simulator.intuit.apps[0]
        self.simulator = simulator
        self.session = requests.Session()
        self.auth = (app.client_id, app.client_secret)
        self.redirect_uri = app.redirect_uris[0]
        self.ready = simulator.announcement()["companies"][0]["refresh_token"]

    def token(self, *, headers: dict[str, str] | None = None, **form: str) -> requests.Response:
        url = f"{self.simulator.base}/oauth2/v1/tokens/bearer"
        return self.session.post(url, data=form, auth=self.auth, headers=headers, timeout=20)

    def refresh(self, value: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=value)

    def redeem(self, code: str) -> requests.Response:
        return self.token(
            grant_type="authorization_code", code=code, redirect_uri=self.redirect_uri
        )

    def revoke(self, value: str, **more: Any) -> requests.Response:
        url = f"{self.simulator.base}/v2/oauth2/tokens/revoke"
        return self.session.post(
            url, auth=self.auth, timeout=20, **(more or {"json": {"token": value}})
        )

    def userinfo(self, access: str) -> requests.Response:
        url = f"{self.simulator.base}/v1/openid_connect/userinfo"
        return self.session.get(url, headers={"Authorization": f"Bearer {access}"}, timeout=20)


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    made = Client(simulator)
    yield made
    made.session.close()


def get_code(client: Client, browser: Browser, scope: str = "openid email") -> str:
    one = next(one for one in client.simulator.intuit.users if len(one.admin_of) == 1)
    query = {
        "client_id": client.auth[0],
        "response_type": "code",
        "scope": f"com.intuit.quickbooks.accounting {scope}",
        "redirect_uri": client.redirect_uri,
        "state": "s",
    }
    browser.open(f"{client.simulator.base}/connect/oauth2?{urlencode(query)}")
    if browser.page == "sign-in":
        browser.sign_in(one.email, one.password, one.otp)
    browser.submit("connect")
    return browser.answer["code"]


def assert_refused(response: requests.Response, description: str | None, status: int = 400) -> None:
    expected = {"error": "invalid_grant"}
    if description:
        expected["error_description"] = description
    assert (response.status_code, response.json()) == (status, expected)
    assert response.headers["intuit_tid"]


def test_code_gives_tokens(client: Client, browser: Browser) -> None:
    response = client.redeem(get_code(client, browser, ""))
    body = response.json()
    assert response.status_code == 200
    assert response.headers["intuit_tid"]
    assert "no-store" in response.headers["Cache-Control"]
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 3600
    assert body["x_refresh_token_expires_in"] == 8726400
    assert 700 <= len(body["access_token"]) <= 1000
    assert ".." in body["access_token"]
    assert len(body["refresh_token"]) == 50
    assert "id_token" not in body
    assert "x_refresh_token_hard_expires_in" not in body
    assert "realmId" not in body


def test_code_is_single_use_and_reuse_revokes(client: Client, browser: Browser) -> None:
    code = get_code(client, browser)
    tokens = client.redeem(code).json()
    assert client.userinfo(tokens["access_token"]).status_code == 200
    assert_refused(client.redeem(code), "Invalid authorization code")
    assert_refused(client.refresh(tokens["refresh_token"]), "Token invalid")
    assert client.userinfo(tokens["access_token"]).status_code == 401


def test_code_lasts_ten_minutes(client: Client, browser: Browser) -> None:
    code = get_code(client, browser)
    client.simulator.clock.advance(601)
    assert_refused(client.redeem(code), "Invalid authorization code")


def test_code_needs_the_same_address(client: Client, browser: Browser) -> None:
    code = get_code(client, browser)
    client.redirect_uri = "http://localhost:1/other"
    assert_refused(client.redeem(code), "Invalid authorization code")


def test_code_of_other_keys(client: Client, browser: Browser) -> None:
    code = get_code(client, browser)
    other = client.simulator.intuit.apps[-1]
    client.auth = (other.client_id, other.client_secret)
    assert_refused(client.redeem(code), "Incorrect Token type or clientID")


def test_unknown_code(client: Client) -> None:
    assert_refused(client.redeem("nonsense"), "Invalid authorization code")


def test_ready_made_tokens_work_for_every_company(client: Client) -> None:
    for company in client.simulator.announcement()["companies"]:
        body = client.refresh(company["refresh_token"]).json()
        info = client.simulator.intuit.look_up(body["access_token"])
        assert info is not None
        assert info.realm_id == company["realm_id"]
        assert info.usable


def test_refresh_keeps_the_value_for_a_day_then_rotates(client: Client) -> None:
    first = client.refresh(client.ready).json()
    assert first["refresh_token"] == client.ready
    client.simulator.clock.advance(DAY)
    second = client.refresh(client.ready).json()
    assert second["refresh_token"] != client.ready
    assert second["x_refresh_token_expires_in"] == 8726400
    assert_refused(client.refresh(client.ready), "Incorrect or invalid refresh token")
    assert client.refresh(second["refresh_token"]).status_code == 200


def test_refresh_value_ends_after_its_days(client: Client) -> None:
    client.simulator.clock.advance(3600)
    assert client.refresh(client.ready).json()["x_refresh_token_expires_in"] == pytest.approx(
        8726400 - 3600, abs=30
    )
    client.simulator.clock.advance(8726400)
    assert_refused(client.refresh(client.ready), "Incorrect or invalid refresh token")


def test_grant_lives_five_years_at_most(client: Client) -> None:
    value = client.ready
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    for _ in range(18):
        client.simulator.clock.advance(100 * DAY)
        body = client.token(headers=header, grant_type="refresh_token", refresh_token=value).json()
        value = body["refresh_token"]
    assert body["x_refresh_token_hard_expires_in"] == pytest.approx(157680000 - 1800 * DAY, abs=30)
    assert body["x_refresh_token_expires_in"] <= body["x_refresh_token_hard_expires_in"]
    client.simulator.clock.advance(26 * DAY)
    assert_refused(client.refresh(value), "Incorrect or invalid refresh token")


def test_access_token_ends_after_an_hour(client: Client) -> None:
    access = client.refresh(client.ready).json()["access_token"]
    client.simulator.clock.advance(3599)
    assert client.userinfo(access).status_code == 200
    client.simulator.clock.advance(2)
    response = client.userinfo(access)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    info = client.simulator.intuit.look_up(access)
    assert info is not None
    assert info.expired
    assert not info.revoked


def test_an_access_token_is_no_refresh_token(client: Client) -> None:
    access = client.refresh(client.ready).json()["access_token"]
    assert_refused(client.refresh(access), "Incorrect Token type or clientID")
    assert client.refresh(client.ready).status_code == 200


def test_client_may_authenticate_by_form(client: Client) -> None:
    client_id, secret = client.auth
    client.auth = None  # type: ignore[assignment]
    form = {"client_id": client_id, "client_secret": secret}
    response = client.token(grant_type="refresh_token", refresh_token=client.ready, **form)
    assert response.status_code == 200


@pytest.mark.parametrize("auth", [("x", "y"), None, ("", "")])
def test_wrong_keys(client: Client, auth: Any) -> None:
    client.auth = auth
    response = client.refresh(client.ready)
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_wrong_secret_keeps_the_token(client: Client) -> None:
    good = client.auth
    client.auth = (good[0], "wrong")
    assert client.refresh(client.ready).status_code == 401
    client.auth = good
    assert client.refresh(client.ready).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
    ],
)
def test_malformed_requests(client: Client, form: dict[str, str], error: str) -> None:
    response = client.token(**form)
    if not form:  # an empty form is sent without a type
        response = client.token(x="y")
    assert (response.status_code, response.json()) == (400, {"error": error})


def test_token_takes_forms_only(client: Client) -> None:
    url = f"{client.simulator.base}/oauth2/v1/tokens/bearer"
    body = {"grant_type": "refresh_token", "refresh_token": client.ready}
    response = client.session.post(url, json=body, auth=client.auth, timeout=20)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})
    assert client.session.get(url, timeout=20).status_code == 405


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revoke_ends_the_grant(client: Client, kind: str) -> None:
    tokens = client.refresh(client.ready).json()
    response = client.revoke(tokens[kind])
    assert (response.status_code, response.content) == (200, b"")
    assert_refused(client.refresh(client.ready), "Token invalid")
    info = client.simulator.intuit.look_up(tokens["access_token"])
    assert info is not None
    assert info.revoked
    assert client.revoke(tokens[kind]).status_code == 400


def test_revoke_takes_json_only(client: Client) -> None:
    assert client.revoke("", data={"token": client.ready}).status_code == 400
    assert client.revoke("", json={"token": ""}).status_code == 400
    assert client.revoke("", json=["token"]).status_code == 400
    assert client.revoke("nonsense").status_code == 400
    assert client.refresh(client.ready).status_code == 200


def test_revoke_needs_the_keys(client: Client) -> None:
    client.auth = ("x", "y")
    assert client.revoke(client.ready).status_code == 401


def test_userinfo_follows_the_scopes(client: Client, browser: Browser) -> None:
    one = next(one for one in client.simulator.intuit.users if len(one.admin_of) == 1)
    full = client.redeem(get_code(client, browser, "openid email profile phone address")).json()
    body = client.userinfo(full["access_token"]).json()
    assert body["sub"]
    assert body["email"] == one.email
    assert body["emailVerified"] is True
    assert body["givenName"] == one.given_name
    assert body["familyName"] == one.family_name
    assert set(body["address"]) == {
        "streetAddress", "locality", "region", "postalCode", "country",
    }  # fmt: skip
    bare = client.redeem(get_code(client, browser, "openid")).json()
    assert set(client.userinfo(bare["access_token"]).json()) == {"sub"}
    without = client.redeem(get_code(client, browser, "")).json()
    assert client.userinfo(without["access_token"]).status_code == 403
    assert client.userinfo("nonsense").status_code == 401


def test_disconnecting_inside_quickbooks(client: Client) -> None:
    access = client.refresh(client.ready).json()["access_token"]
    realm = client.simulator.announcement()["companies"][0]["realm_id"]
    url = f"{client.simulator.urls['admin']}/intuit/{realm}/disconnect"
    assert client.session.post(url, timeout=20).json() == {"grants_ended": 1}
    assert_refused(client.refresh(client.ready), "Token invalid")
    info = client.simulator.intuit.look_up(access)
    assert info is not None
    assert info.revoked


# Faults


@pytest.mark.parametrize("fault", ["oauth.code_used", "oauth.code_expired"])
def test_faults_of_the_code(client: Client, browser: Browser, fault: str) -> None:
    code = get_code(client, browser)
    client.simulator.faults.arm(fault, times=1)
    assert_refused(client.redeem(code), "Invalid authorization code")


def test_fault_rotate(client: Client) -> None:
    client.simulator.faults.arm("oauth.rotate", times=1)
    new = client.refresh(client.ready).json()["refresh_token"]
    assert new != client.ready
    assert client.refresh(new).json()["refresh_token"] == new


def test_fault_refresh_dead(client: Client) -> None:
    client.simulator.faults.arm("oauth.refresh_dead", times=1)
    assert_refused(client.refresh(client.ready), "Incorrect or invalid refresh token")
    assert client.refresh(client.ready).status_code == 400


def test_fault_invalid_client(client: Client) -> None:
    client.simulator.faults.arm("oauth.invalid_client", times=1, status=400)
    response = client.refresh(client.ready)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_client"})
    assert client.refresh(client.ready).status_code == 200


def test_fault_slow_token(client: Client) -> None:
    client.simulator.faults.arm("oauth.slow_token", times=1, seconds=0.3)
    url = f"{client.simulator.base}/oauth2/v1/tokens/bearer"
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.post(url, data={"grant_type": "x"}, auth=client.auth, timeout=0.1)


def test_fault_token_errors(client: Client) -> None:
    client.simulator.faults.arm("oauth.token_500", times=1)
    assert client.refresh(client.ready).status_code == 500
    client.simulator.faults.arm("oauth.token_html", times=1)
    response = client.refresh(client.ready)
    assert response.status_code == 503
    assert response.text.startswith("<html>")
    assert client.refresh(client.ready).status_code == 200


def test_fault_lost_response_after_rotation(client: Client) -> None:
    client.simulator.faults.arm("oauth.lost_response", times=1)
    client.simulator.faults.arm("oauth.rotate", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.refresh(client.ready)
    # The new value is gone and the old one is dead: only signing in again helps.
    assert_refused(client.refresh(client.ready), "Incorrect or invalid refresh token")


def test_fault_revoke_fails(client: Client) -> None:
    client.simulator.faults.arm("oauth.revoke_fails", times=1)
    assert client.revoke(client.ready).status_code == 400
    assert client.refresh(client.ready).status_code == 200


def test_fault_extra_key(client: Client) -> None:
    client.simulator.faults.arm("oauth.extra_key", times=1)
    assert "headers" in client.refresh(client.ready).json()


def test_fault_parallel_refresh(client: Client) -> None:
    client.simulator.faults.arm("oauth.parallel_refresh", times=1, hold=0.5)
    results: list[requests.Response] = []
    first = threading.Thread(target=lambda: results.append(client.refresh(client.ready)))
    first.start()
    while not client.simulator.faults.taken("oauth.parallel_refresh"):
        first.join(0.005)
    with requests.Session() as session:
        client.session, kept = session, client.session
        second = client.refresh(client.ready)
        client.session = kept
    assert_refused(second, None)
    first.join()
    given = results[0].json()
    assert results[0].status_code == 200
    info = client.simulator.intuit.look_up(given["access_token"])
    assert info is not None
    assert info.revoked
    assert_refused(client.refresh(given["refresh_token"]), "Token invalid")
