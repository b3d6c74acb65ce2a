from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from desktop_app.domain.records import Environment, QuickBooksApp
from desktop_app.errors import (
    BridgeError,
    ConfigurationError,
    NetworkError,
    ReconnectNeeded,
    SignInError,
)
from desktop_app.integrations.http import Patience
from desktop_app.integrations.intuit import DISCOVERY, IntuitOAuth
from tests.integrations.stub import HTML, Reply, Stub, unused_port

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKENS = {
    "token_type": "bearer",
    "access_token": "eyJ.access..token",
    "expires_in": 3600,
    "refresh_token": "AB11-refresh",
    "x_refresh_token_expires_in": 8726400,
}
TOKEN, REVOKE, USERINFO = "/token", "/revoke", "/userinfo"


def discovery(base: str) -> dict[str, Any]:
    return {
        "issuer": base + "/op/v1",
        "authorization_endpoint": base + "/connect",
        "token_endpoint": base + TOKEN,
        "userinfo_endpoint": base + USERINFO,
        "revocation_endpoint": base + REVOKE,
        "jwks_uri": base + "/jwks",
    }


@pytest.fixture
def oauth(quick: Patience) -> IntuitOAuth:
    return IntuitOAuth(quick, now=lambda: NOW)


@pytest.fixture
def app(stub: Stub) -> QuickBooksApp:
    stub.on("/found", Reply(200, discovery(stub.url)))
    return QuickBooksApp(
        "client-1", Environment.CUSTOM, "https://example.test/back", stub.url + "/found"
    )


def test_hosts_by_environment() -> None:
    assert DISCOVERY[Environment.SANDBOX].endswith("openid_sandbox_configuration")
    assert DISCOVERY[Environment.PRODUCTION].endswith("openid_configuration")
    assert Environment.CUSTOM not in DISCOVERY


def test_begin(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    request = oauth.begin(app, "s3cret", "state-of-mine")
    query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
    assert query == {
        "client_id": "client-1",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting openid profile email",
        "redirect_uri": "https://example.test/back",
        "state": "state-of-mine",
    }
    assert request.url.startswith(stub.url + "/connect?")
    assert (request.state, request.verifier) == ("state-of-mine", "")
    oauth.begin(app, "s3cret", "another")
    assert len(stub.calls("/found")) == 1  # looked up once, then remembered


def test_exchange(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(200, TOKENS))
    tokens = oauth.exchange(app, "s3cret", "code-1", "9341")
    assert tokens.access_token == "eyJ.access..token"
    assert tokens.refresh_token == "AB11-refresh"
    assert tokens.access_expires_at == NOW + timedelta(seconds=3600)
    assert tokens.refresh_expires_at == NOW + timedelta(seconds=8726400)
    (sent,) = stub.calls(TOKEN)
    assert sent.form == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "https://example.test/back",
    }
    assert sent.headers["authorization"].startswith("Basic ")


HOSTILE: dict[str, Any] = {
    "headers": "x",
    "auth": ["a", "b"],
    "proxies": {"http": "http://127.0.0.1:1"},
    "adapters": {},
    "hooks": None,
    "cookies": 3,
    "token_endpoint": "http://evil.example/",
    "client_secret": "x",
    "request": "x",
    "send": "x",
    "close": "x",
    "__class__": "x",
    "_patience": None,
    "id_token": "not.a.token",
}


def test_hostile_keys_change_nothing(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(200, TOKENS | HOSTILE))
    stub.on(USERINFO, Reply(200, {"givenName": "Ada", "familyName": "L"} | HOSTILE))
    stub.on(REVOKE, Reply(200, HOSTILE))
    assert oauth.exchange(app, "s", "c", "1").access_token == TOKENS["access_token"]
    assert oauth.refresh(app, "s", "r").refresh_token == TOKENS["refresh_token"]
    assert oauth.user(app, "s", "a").name == "Ada L"
    oauth.revoke(app, "s", "r")
    # No id token is ever checked, so its keys are not fetched by the side door either.
    assert not stub.calls("/jwks")


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "a\r\nX-Injected: 1"},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "a", "expires_in": "soon"},
        {"access_token": "a", "expires_in": -5},
        {"access_token": "a", "expires_in": 10**30},
        {"access_token": "a", "expires_in": 3600, "refresh_token": ["x"]},
        {},
        [],
        "text",
    ],
)
def test_unusable_tokens(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub, answer: Any) -> None:
    stub.on(TOKEN, Reply(200, answer))
    with pytest.raises(NetworkError):
        oauth.exchange(app, "s", "c", "1")
    assert len(stub.calls(TOKEN)) == 1


def test_no_refresh_token(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(200, {"access_token": "a", "expires_in": "3600"}))
    with pytest.raises(SignInError, match="lasting"):
        oauth.exchange(app, "s", "c", "1")
    kept = oauth.refresh(app, "s", "old")
    assert (kept.refresh_token, kept.refresh_expires_at) == ("old", None)


@pytest.mark.parametrize(
    "reply", [HTML, Reply(200, b""), Reply(200, b'{"access'), Reply(200, TOKENS, cut="middle")]
)
def test_answers_that_are_no_answers(
    oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub, reply: Reply
) -> None:
    stub.on(TOKEN, reply)
    with pytest.raises(NetworkError):
        oauth.exchange(app, "s", "c", "1")
    assert len(stub.calls(TOKEN)) == 1  # a code is never sent twice


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": "invalid_grant"}, SignInError),
        (400, {"error": "invalid_request"}, SignInError),
        (401, {"error": "invalid_client"}, ConfigurationError),
        (400, {"error": "invalid_client"}, ConfigurationError),
        (401, "", ConfigurationError),
        (400, {"error": "unsupported_grant_type"}, ConfigurationError),
        (400, "<html>", NetworkError),
        (403, "<html>", NetworkError),
        (429, "{}", NetworkError),
        (500, {"error": "server_error"}, NetworkError),
        (503, "<html>", NetworkError),
        (302, "", NetworkError),
    ],
)
def test_exchange_refused(
    oauth: IntuitOAuth,
    app: QuickBooksApp,
    stub: Stub,
    status: int,
    body: Any,
    expected: type[BridgeError],
) -> None:
    stub.on(TOKEN, Reply(status, body, {"intuit_tid": "tid-9", "Location": "/elsewhere"}))
    with pytest.raises(expected) as caught:
        oauth.exchange(app, "s3cret", "c0de", "1")
    assert type(caught.value) is expected
    assert "tid-9" in caught.value.detail
    assert not stub.calls("/elsewhere")


def test_refresh_refused(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(400, {"error": "invalid_grant"}))
    with pytest.raises(ReconnectNeeded, match="ended"):
        oauth.refresh(app, "s", "r")
    foreign = {"error": "invalid_grant", "error_description": "Incorrect Token type or clientID"}
    stub.on(TOKEN, Reply(400, foreign))
    with pytest.raises(ReconnectNeeded, match="other app keys"):
        oauth.refresh(app, "s", "r")
    stub.on(TOKEN, Reply(401, {"error": "invalid_client"}))
    with pytest.raises(ConfigurationError):
        oauth.refresh(app, "s", "r")
    assert len(stub.calls(TOKEN)) == 3  # none of these was tried again


@pytest.mark.parametrize(
    "trouble", [Reply(503, "<html>"), Reply(cut="before"), Reply(hang=True), Reply(429), HTML]
)
def test_refresh_is_tried_again_with_the_same_token(
    oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub, trouble: Reply
) -> None:
    stub.on(TOKEN, trouble, Reply(200, TOKENS))
    assert oauth.refresh(app, "s", "r-1").refresh_token == "AB11-refresh"
    assert [one.form["refresh_token"] for one in stub.calls(TOKEN)] == ["r-1", "r-1"]


def test_silence(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(hang=True))
    with pytest.raises(NetworkError, match="in time"):
        oauth.exchange(app, "s", "c", "1")
    stub.on("/slow", Reply(hang=True))
    slow = QuickBooksApp("c", Environment.CUSTOM, "https://x.test/", stub.url + "/slow")
    with pytest.raises(NetworkError, match="in time"):
        oauth.begin(slow, "s", "state")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(404, "<html>"), ConfigurationError),
        (HTML, ConfigurationError),
        (Reply(200, {"issuer": "x"}), ConfigurationError),
        (Reply(503, "<html>"), NetworkError),
    ],
)
def test_discovery_fails(
    oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub, reply: Reply, expected: type[BridgeError]
) -> None:
    stub.on("/found", reply)
    with pytest.raises(expected):
        oauth.begin(app, "s", "state")


def test_secrets_go_to_safe_addresses_only(
    oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub
) -> None:
    document = discovery(stub.url) | {"token_endpoint": "http://intuit.example/token"}
    stub.on("/found", Reply(200, document))
    with pytest.raises(ConfigurationError) as caught:
        oauth.exchange(app, "s", "c", "1")
    assert "token_endpoint" in caught.value.detail


def test_nobody_there(oauth: IntuitOAuth) -> None:
    url = f"http://127.0.0.1:{unused_port()}/"
    app = QuickBooksApp("c", Environment.CUSTOM, "https://x.test/", url)
    with pytest.raises(NetworkError, match="refused the connection"):
        oauth.begin(app, "s", "state")


@pytest.mark.parametrize(
    ("app", "match"),
    [
        (QuickBooksApp("", Environment.SANDBOX, "https://x.test/"), "client ID"),
        (QuickBooksApp("c", Environment.SANDBOX, ""), "redirect address"),
        (QuickBooksApp("c", Environment.CUSTOM, "https://x.test/"), "discovery address"),
        (QuickBooksApp("c", Environment.CUSTOM, "https://x.test/", "nonsense"), "address"),
    ],
)
def test_something_is_missing(oauth: IntuitOAuth, app: QuickBooksApp, match: str) -> None:
    with pytest.raises(ConfigurationError, match=match):
        oauth.begin(app, "s", "state")


def test_keys(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(TOKEN, Reply(400, {"error": "invalid_grant"}))
    oauth.test_keys(app, "s")
    stub.on(TOKEN, Reply(401, {"error": "invalid_client"}))
    with pytest.raises(ConfigurationError, match="does not know this pair"):
        oauth.test_keys(app, "s")
    stub.on(TOKEN, Reply(200, TOKENS))
    with pytest.raises(ConfigurationError, match="not come from Intuit"):
        oauth.test_keys(app, "s")
    stub.on(TOKEN, HTML)
    with pytest.raises(NetworkError):
        oauth.test_keys(app, "s")


def test_revoke(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(REVOKE, Reply(200, b""), Reply(200, {"statuscode": "200"}), HTML, Reply(400, {}))
    for _ in range(3):
        oauth.revoke(app, "s", "r-1")
    assert stub.calls(REVOKE)[0].json == {"token": "r-1"}
    with pytest.raises(SignInError):
        oauth.revoke(app, "s", "r-1")


def test_user(oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub) -> None:
    stub.on(USERINFO, Reply(200, {"sub": "1", "email": "a@b.test", "address": {"x": 1}}))
    user = oauth.user(app, "s", "acc")
    assert (user.name, user.email) == ("a@b.test", "a@b.test")
    assert stub.calls(USERINFO)[0].headers["authorization"] == "Bearer acc"
    stub.on(USERINFO, Reply(401, {"error": "invalid_token"}))
    with pytest.raises(ReconnectNeeded):
        oauth.user(app, "s", "acc")


def test_netrc_does_not_replace_the_keys(
    oauth: IntuitOAuth,
    app: QuickBooksApp,
    stub: Stub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "netrc").write_text("default login other password other")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    stub.on(USERINFO, Reply(200, {}))
    oauth.user(app, "s", "acc")
    assert stub.calls(USERINFO)[0].headers["authorization"] == "Bearer acc"
    assert "authorization" not in stub.calls("/found")[0].headers


def test_nothing_secret_is_told(
    oauth: IntuitOAuth, app: QuickBooksApp, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="desktop_app")
    told = []
    for reply in (
        Reply(400, {"error": "x p1anted", "error_description": "p1anted"}),
        HTML,
        Reply(200, {"access_token": ["p1anted"]}),
        Reply(cut="before"),
    ):
        stub.on(TOKEN, reply)
        for call in (
            lambda: oauth.exchange(app, "p1anted", "p1anted", "1"),
            lambda: oauth.refresh(app, "p1anted", "p1anted"),
            lambda: oauth.test_keys(app, "p1anted"),
        ):
            with pytest.raises(BridgeError) as caught:
                call()
            assert caught.value.__suppress_context__
            told.append(str(vars(caught.value)) + str(caught.value))
    assert "p1anted" not in "".join(told) + caplog.text
