from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from desktop_app.domain.records import NinjaOneApp, NinjaOneGrant
from desktop_app.errors import (
    BridgeError,
    ConfigurationError,
    NetworkError,
    ReconnectNeeded,
    SignInError,
)
from desktop_app.integrations.http import Patience
from desktop_app.integrations.ninjaone.signin import NinjaOneOAuth, challenge
from desktop_app.simulator.server import Simulator
from tests.integrations.stub import HTML, Reply, Stub, unused_port

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "/ws/oauth/token"
TOKENS = {
    "access_token": "sim-at",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "sim-rt",
}


@pytest.fixture
def oauth(quick: Patience) -> NinjaOneOAuth:
    return NinjaOneOAuth(quick, now=lambda: NOW)


@pytest.fixture
def app(stub: Stub) -> NinjaOneApp:
    return NinjaOneApp(stub.url + "/api/v2/", "client-1")


def test_challenge_of_the_standard() -> None:
    # The example of RFC 7636, appendix B.
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_begin(oauth: NinjaOneOAuth, app: NinjaOneApp, stub: Stub) -> None:
    request = oauth.begin(app, "state-1")
    assert request.url.startswith(stub.url + "/ws/oauth/authorize?")
    query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
    assert query == {
        "response_type": "code",
        "client_id": "client-1",
        "redirect_uri": "http://localhost:8888/",
        "scope": "monitoring offline_access",
        "state": "state-1",
        "code_challenge": challenge(request.verifier),
        "code_challenge_method": "S256",
    }
    assert 43 <= len(request.verifier) <= 128
    assert oauth.begin(app, "state-1").verifier != request.verifier
    assert not stub.seen


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": ""},
        {"base_url": ""},
        {"base_url": "not an address"},
        {"redirect_uri": ""},
        {"grant": NinjaOneGrant.MACHINE},
    ],
)
def test_cannot_begin(oauth: NinjaOneOAuth, app: NinjaOneApp, changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        oauth.begin(replace(app, **changes), "state")


@pytest.mark.parametrize(
    ("grant", "with_secret"), [(NinjaOneGrant.NATIVE, False), (NinjaOneGrant.WEB, True)]
)
def test_exchange(
    oauth: NinjaOneOAuth, app: NinjaOneApp, stub: Stub, grant: NinjaOneGrant, with_secret: bool
) -> None:
    stub.on(TOKEN, Reply(200, TOKENS))
    tokens = oauth.exchange(replace(app, grant=grant), "s3cret", "c0de", "verifier")
    assert (tokens.access_token, tokens.refresh_token) == ("sim-at", "sim-rt")
    assert tokens.access_expires_at == NOW + timedelta(hours=1)
    assert tokens.refresh_expires_at is None
    expected = {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "http://localhost:8888/",
        "code_verifier": "verifier",
        "client_id": "client-1",
    }
    assert stub.seen[0].form == (
        expected | {"client_secret": "s3cret"} if with_secret else expected
    )


def test_without_refresh_token(oauth: NinjaOneOAuth, app: NinjaOneApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(200, {"access_token": "a", "expires_in": 3600}))
    with pytest.raises(SignInError, match="lasting"):
        oauth.exchange(app, "", "c", "v")
    assert oauth.refresh(app, "", "old").refresh_token == "old"
    assert oauth.machine(replace(app, grant=NinjaOneGrant.MACHINE), "s").refresh_token == ""
    assert "scope" not in stub.seen[-1].form


def test_wrong_region(oauth: NinjaOneOAuth, app: NinjaOneApp, stub: Stub) -> None:
    body = {"resultCode": "Client app not exist", "incidentId": "WEB_MGMT_SERVICE-17"}
    stub.on(TOKEN, Reply(404, body, {"x-nj-request-id": "nj-5"}))
    with pytest.raises(ConfigurationError, match="region") as caught:
        oauth.exchange(app, "", "c", "v")
    assert "region" in caught.value.advice
    assert "WEB_MGMT_SERVICE-17" in caught.value.detail
    assert "nj-5" in caught.value.detail


@pytest.mark.parametrize(
    ("status", "body", "on_code", "on_refresh"),
    [
        (400, {"error": "invalid_grant"}, SignInError, ReconnectNeeded),
        (400, {"error": "invalid_token"}, SignInError, ReconnectNeeded),
        (400, {"error": "invalid_client"}, ConfigurationError, ConfigurationError),
        (401, {"error": "invalid_client"}, ConfigurationError, ConfigurationError),
        (400, {"error": "unauthorized_client"}, ConfigurationError, ConfigurationError),
        (404, "<html>", ConfigurationError, ConfigurationError),
        (301, "", ConfigurationError, ConfigurationError),
        (500, {"resultCode": "FAILURE"}, NetworkError, NetworkError),
        (429, "<html>", NetworkError, NetworkError),
        (200, "<html>", NetworkError, NetworkError),
        (200, "{}", NetworkError, NetworkError),
        (400, {"error": 3}, SignInError, ReconnectNeeded),
    ],
)
def test_refused(
    oauth: NinjaOneOAuth,
    app: NinjaOneApp,
    stub: Stub,
    status: int,
    body: Any,
    on_code: type[BridgeError],
    on_refresh: type[BridgeError],
) -> None:
    stub.on(TOKEN, Reply(status, body))
    with pytest.raises(on_code):
        oauth.exchange(app, "", "c", "v")
    with pytest.raises(on_refresh):
        oauth.refresh(app, "", "r")
    assert len(stub.seen) == 2  # nothing here is worth, or safe, to send again


@pytest.mark.parametrize("trouble", [Reply(cut="before"), Reply(hang=True), HTML])
def test_lost_answers_are_not_asked_for_again(
    oauth: NinjaOneOAuth, app: NinjaOneApp, stub: Stub, trouble: Reply
) -> None:
    stub.on(TOKEN, trouble)
    with pytest.raises(NetworkError):
        oauth.refresh(app, "", "r")
    assert len(stub.seen) == 1


def test_nobody_there(oauth: NinjaOneOAuth, app: NinjaOneApp) -> None:
    nowhere = replace(app, base_url=f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(NetworkError, match="refused the connection"):
        oauth.machine(nowhere, "s")


# --- Against the simulator ---------------------------------------------------------------------


def simulated(simulator: Simulator, kind: str) -> tuple[NinjaOneApp, str]:
    known = next(one for one in simulator.ninjaone.apps if one.type == kind)
    app = NinjaOneApp(
        simulator.urls["ninjaone"],
        known.client_id,
        NinjaOneGrant(kind),
        known.redirect_uri or "http://localhost:8888/",
    )
    return app, known.client_secret


@pytest.mark.parametrize("kind", ["native", "web"])
def test_whole_sign_in(
    simulator: Simulator, browser: Browser, oauth: NinjaOneOAuth, kind: str
) -> None:
    app, secret = simulated(simulator, kind)
    request = oauth.begin(app, "state-1")
    browser.open(request.url)
    browser.submit("sign-in", email="tech@tidewater.example", password="ninja-sample")
    browser.submit("allow")
    assert browser.answer["state"] == "state-1"
    tokens = oauth.exchange(app, secret, browser.answer["code"], request.verifier)
    renewed = oauth.refresh(app, secret, tokens.refresh_token)
    assert renewed.refresh_token != tokens.refresh_token
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(app, secret, tokens.refresh_token)  # it died with the rotation
    oauth.revoke(app, secret, renewed.refresh_token)
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(app, secret, renewed.refresh_token)


def test_machine(simulator: Simulator, oauth: NinjaOneOAuth) -> None:
    app, secret = simulated(simulator, "machine")
    assert oauth.machine(app, secret).access_token
    with pytest.raises(ConfigurationError):
        oauth.machine(app, "wrong")
    with pytest.raises(ConfigurationError, match="region"):
        oauth.machine(replace(app, client_id="nobody"), secret)
