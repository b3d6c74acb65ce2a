"""NinjaOne's sign-in: native with PKCE, web, machine to machine; tokens and their errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests

from desktop_app.simulator.ninjaone.technicians import TECHNICIANS
from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator.conftest import Ninja


def test_metadata(simulator: Simulator) -> None:
    url = f"{simulator.base}/.well-known/oauth-authorization-server"
    body = requests.get(url, timeout=20).json()
    assert body["authorization_endpoint"] == f"{simulator.base}/ws/oauth/authorize"
    assert body["token_endpoint"] == f"{simulator.base}/ws/oauth/token"
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["scopes_supported"] == ["monitoring"]


def test_native_flow_and_rotation(ninja: Ninja) -> None:
    tokens = ninja.connect()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["scope"] == "monitoring management offline_access"
    assert ninja.call("GET", "/v2/organizations?pageSize=1").status_code == 200
    form = {"grant_type": "refresh_token", "client_id": ninja.app("native").client_id}
    second = ninja.token(refresh_token=tokens["refresh_token"], **form)
    assert second.status_code == 200
    assert second.json()["refresh_token"] != tokens["refresh_token"]
    reused = ninja.token(refresh_token=tokens["refresh_token"], **form)
    assert (reused.status_code, reused.json()) == (400, {"error": "invalid_token"})
    assert ninja.token(refresh_token=second.json()["refresh_token"], **form).status_code == 200


def test_refresh_token_slides_and_dies_unused(ninja: Ninja) -> None:
    value = ninja.connect()["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": ninja.app("native").client_id}
    for _ in range(2):
        ninja.simulator.clock.advance(29 * 24 * 3600)
        value = ninja.token(refresh_token=value, **form).json()["refresh_token"]
    ninja.simulator.clock.advance(31 * 24 * 3600)
    assert ninja.token(refresh_token=value, **form).json() == {"error": "invalid_token"}


def test_no_refresh_token_without_offline_access(ninja: Ninja) -> None:
    assert "refresh_token" not in ninja.connect(scope="monitoring")


@pytest.mark.parametrize("port", [1024, 8765, 65535])
def test_native_takes_any_local_port(ninja: Ninja, port: int) -> None:
    address = f"http://localhost:{port}/back"
    ninja.authorize(redirect_uri=address)
    ninja.sign_in()
    ninja.browser.submit("allow")
    assert ninja.browser.landed.startswith(address)
    answer = ninja.redeem(ninja.browser.answer["code"], redirect_uri=address)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("native", {"redirect_uri": "https://localhost:8888/"}),
        ("native", {"redirect_uri": "http://evil.example/"}),
        ("native", {"redirect_uri": "http://localhost:99999/"}),
        ("native", {"redirect_uri": None}),
        ("native", {"client_id": "unknown"}),
        ("web", {"redirect_uri": "http://localhost:8888/"}),
        ("machine", {}),
    ],
)
def test_what_lands_on_the_error_page(
    ninja: Ninja, kind: str, changes: dict[str, str | None]
) -> None:
    ninja.authorize(kind, **changes)
    assert ninja.browser.page == "ninjaone-error"
    assert "/ws/oauth/error?error=" in ninja.browser.url
    assert ninja.browser.landed == ""


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "monitoring everything"}, "invalid_scope"),
    ],
)
def test_what_goes_back(ninja: Ninja, changes: dict[str, str | None], error: str) -> None:
    ninja.authorize(**changes)
    assert ninja.browser.answer["error"] == error
    assert ninja.browser.answer["state"] == "state-1"


def test_wrong_password_second_factor_and_deny(ninja: Ninja) -> None:
    user = next(one for one in TECHNICIANS if one.otp)
    ninja.authorize()
    ninja.browser.submit("sign-in", email=user.email, password="wrong")
    assert "password is not right" in ninja.browser.error
    ninja.browser.submit("sign-in", email=user.email, password=user.password)
    assert "code is not right" in ninja.browser.error
    ninja.sign_in(user)
    assert ninja.browser.page == "ninjaone-consent"
    ninja.browser.submit("deny")
    assert ninja.browser.answer == {"error": "access_denied", "state": "state-1"}
    ninja.authorize()
    assert ninja.browser.page == "ninjaone-consent"


def test_verifier_and_code_are_checked(ninja: Ninja) -> None:
    def code() -> str:
        ninja.authorize()
        if ninja.browser.page == "ninjaone-sign-in":
            ninja.sign_in()
        ninja.browser.submit("allow")
        return ninja.browser.answer["code"]

    refused = {"error": "invalid_grant"}
    assert ninja.redeem(code(), code_verifier="x" * 43).json() == refused
    assert ninja.redeem(code(), code_verifier="").json() == refused
    assert ninja.redeem(code(), redirect_uri="http://localhost:1/").json() == refused
    value = code()
    assert ninja.redeem(value).status_code == 200
    assert ninja.redeem(value).json() == refused
    late = code()
    ninja.simulator.clock.advance(301)
    assert ninja.redeem(late).json() == refused
    assert ninja.redeem("nonsense").status_code == 400


def test_web_flow_needs_the_secret(ninja: Ninja) -> None:
    tokens = ninja.connect(kind="web")
    app = ninja.app("web")
    form = {
        "grant_type": "refresh_token",
        "client_id": app.client_id,
        "refresh_token": tokens["refresh_token"],
    }
    wrong = ninja.token(**form)
    assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_client"})
    assert ninja.token(**form, client_secret=app.client_secret).status_code == 200


@pytest.mark.parametrize("path", ["/ws/oauth/token", "/oauth/token"])
def test_machine_to_machine(ninja: Ninja, path: str) -> None:
    app = ninja.app("machine")
    keys = {"client_id": app.client_id, "client_secret": app.client_secret}
    answer = ninja.token(path, grant_type="client_credentials", **keys).json()
    assert answer["scope"].split() == app.scopes
    assert "refresh_token" not in answer
    narrow = ninja.token(path, grant_type="client_credentials", scope="monitoring", **keys)
    assert narrow.json()["scope"] == "monitoring"
    for scope in ("offline_access", "nonsense"):
        refused = ninja.token(path, grant_type="client_credentials", scope=scope, **keys)
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_scope"})
    basic = ninja.session.post(
        f"{ninja.simulator.base}{path}",
        data={"grant_type": "client_credentials"},
        auth=(app.client_id, app.client_secret),
        timeout=20,
    )
    assert basic.status_code == 200


def test_unknown_app_is_a_404(ninja: Ninja) -> None:
    response = ninja.token(grant_type="client_credentials", client_id="x", client_secret="y")
    assert response.status_code == 404
    assert set(response.json()) == {"resultCode", "incidentId"}
    assert response.json()["resultCode"] == "Client app not exist"
    assert re.match(r"WEB_MGMT_SERVICE-.+", response.json()["incidentId"])
    assert response.headers["x-nj-request-id"]


@pytest.mark.parametrize(
    ("kind", "form", "error"),
    [
        ("machine", {"grant_type": "authorization_code"}, "unauthorized_client"),
        ("native", {"grant_type": "client_credentials"}, "unauthorized_client"),
        ("machine", {"grant_type": "password"}, "unsupported_grant_type"),
        ("machine", {}, "invalid_request"),
        ("native", {"grant_type": "authorization_code"}, "invalid_request"),
        ("native", {"grant_type": "refresh_token"}, "invalid_request"),
        ("native", {"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_token"),
    ],
)
def test_malformed_token_requests(
    ninja: Ninja, kind: str, form: dict[str, str], error: str
) -> None:
    app = ninja.app(kind)
    keys = {"client_id": app.client_id, "client_secret": app.client_secret}
    response = ninja.token(**keys, **form)
    assert (response.status_code, response.json()["error"]) == (400, error)


def test_token_takes_forms_only(ninja: Ninja) -> None:
    url = f"{ninja.simulator.base}/ws/oauth/token"
    assert ninja.session.post(url, json={}, timeout=20).json()["error"] == "invalid_request"
    assert ninja.session.get(url, timeout=20).status_code == 405


def test_revoke(ninja: Ninja) -> None:
    tokens = ninja.connect()
    form = {"client_id": ninja.app("native").client_id}
    answer = ninja.token("/ws/oauth/revoke", token=tokens["refresh_token"], **form)
    assert answer.status_code == 200
    assert ninja.call("GET", "/v2/organizations").status_code == 401
    again = ninja.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], **form)
    assert again.json() == {"error": "invalid_token"}
    assert ninja.token("/ws/oauth/revoke", token="nonsense", **form).status_code == 200


def test_revoking_an_access_token_leaves_the_grant(ninja: Ninja) -> None:
    tokens = ninja.connect()
    form = {"client_id": ninja.app("native").client_id}
    ninja.token("/ws/oauth/revoke", token=tokens["access_token"], **form)
    assert ninja.call("GET", "/v2/organizations").status_code == 401
    answer = ninja.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], **form)
    assert answer.status_code == 200


# The errors of the Authorization header, byte for byte


def test_no_header(ninja: Ninja) -> None:
    response = ninja.call("GET", "/v2/organizations")
    assert response.status_code == 400
    assert response.json() == {
        "error": "missing_header",
        "error_description": "Missing required header",
        "error_code": 2,
    }


@pytest.mark.parametrize("value", ["Bearer", "Bearer a b", "Basic eDp5", "token", "Bearer é"])
def test_malformed_header(ninja: Ninja, value: str) -> None:
    headers = {"Authorization": value.encode("latin-1")}
    response = ninja.call("GET", "/v2/organizations", headers=headers)
    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_header",
        "error_description": "Invalid 'Authorization' header",
        "error_code": 1,
    }


def test_unknown_and_expired_token(ninja: Ninja) -> None:
    expected = {
        "error": "not_authenticated",
        "error_description": "Invalid credentials",
        "error_code": 10,
    }
    ninja.access = "nonsense"
    response = ninja.call("GET", "/v2/organizations")
    assert (response.status_code, response.json()) == (401, expected)
    ninja.connect()
    ninja.simulator.clock.advance(3601)
    response = ninja.call("GET", "/v2/organizations")
    assert (response.status_code, response.json()) == (401, expected)


# Faults


def test_fault_access_denied(ninja: Ninja) -> None:
    ninja.simulator.faults.arm("ninja.access_denied", times=1, error="unauthorized_client")
    ninja.authorize()
    ninja.sign_in()
    ninja.browser.submit("allow")
    assert ninja.browser.answer["error"] == "unauthorized_client"


def test_fault_state_altered(ninja: Ninja) -> None:
    ninja.simulator.faults.arm("ninja.state_altered", times=1)
    ninja.authorize()
    ninja.sign_in()
    ninja.browser.submit("allow")
    assert ninja.browser.answer["state"] != "state-1"


def test_fault_never_redirects(ninja: Ninja) -> None:
    ninja.simulator.faults.arm("ninja.never_redirects", times=1)
    ninja.authorize()
    ninja.sign_in()
    ninja.browser.submit("allow")
    assert ninja.browser.page == "ninjaone-waiting"


def test_fault_refresh_dead(ninja: Ninja) -> None:
    value = ninja.connect()["refresh_token"]
    ninja.simulator.faults.arm("ninja.refresh_dead", times=1)
    form = {"grant_type": "refresh_token", "client_id": ninja.app("native").client_id}
    for _ in range(2):
        response = ninja.token(refresh_token=value, **form)
        assert (response.status_code, response.json()) == (400, {"error": "invalid_token"})


def test_fault_unknown_app(ninja: Ninja) -> None:
    ninja.simulator.faults.arm("ninja.unknown_app", times=2)
    ninja.authorize()
    assert ninja.browser.page == "ninjaone-error"
    app = ninja.app("machine")
    response = ninja.token(
        grant_type="client_credentials",
        client_id=app.client_id,
        client_secret=app.client_secret,
    )
    assert response.status_code == 404


def test_fault_invalid_client(ninja: Ninja) -> None:
    ninja.simulator.faults.arm("ninja.invalid_client", times=1)
    app = ninja.app("machine")
    keys = {"client_id": app.client_id, "client_secret": app.client_secret}
    response = ninja.token(grant_type="client_credentials", **keys)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_client"})


def test_fault_token_expired(signed_in: Ninja) -> None:
    signed_in.simulator.faults.arm("ninja.token_expired", times=1)
    assert signed_in.call("GET", "/v2/organizations").status_code == 401
    assert signed_in.call("GET", "/v2/organizations").status_code == 200
