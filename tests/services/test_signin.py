"""The address at which a sign-in ends; app keys; days left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.domain.ports import SignInRequest
from desktop_app.domain.records import (
    Environment,
    NinjaOneApp,
    NinjaOneGrant,
    QuickBooksApp,
)
from desktop_app.errors import BridgeError, ConfigurationError, SignInError
from desktop_app.services.api import Service
from desktop_app.services.appkeys import check_ninjaone_app, check_quickbooks_app
from desktop_app.services.expiry import token_health
from desktop_app.services.signin import new_state, read_redirect
from tests.domain.builders import WORKSPACE
from tests.services.fakes import START

REQUEST = SignInRequest("https://intuit.example/a", "https://app.example/cb", "s3cret-state")
GOOD = "https://app.example/cb?code=c0de&state=s3cret-state&realmId=9341"


def test_good_redirect_in_any_order() -> None:
    answer = read_redirect(Service.QUICKBOOKS, REQUEST, GOOD)
    assert (answer.code, answer.realm_id) == ("c0de", "9341")
    shuffled = "https://APP.example/cb?realmId=9341&state=s3cret-state&code=c0de"
    assert read_redirect(Service.QUICKBOOKS, REQUEST, f" {shuffled}\n").code == "c0de"
    assert "c0de" not in repr(answer)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (GOOD.replace("s3cret-state", "other"), "does not belong"),
        (GOOD.replace("&state=s3cret-state", ""), "does not belong"),
        ("https://app.example/cb?error=access_denied&state=s3cret-state", "refused"),
        ("https://app.example/cb?error=invalid_scope&state=s3cret-state", "does not let"),
        ("https://app.example/cb?error=server_error&state=s3cret-state", "problem of its own"),
        ("https://app.example/cb?error=access_denied&state=other", "does not belong"),
        ("https://app.example/cb?state=s3cret-state&realmId=9341", "no sign-in code"),
        ("https://app.example/cb?code=c&state=s3cret-state", "which company"),
        ("https://app.example/cb?code=c&state=s3cret-state&realmId=../x", "which company"),
        ("https://app.example:444/cb?code=c&state=s3cret-state&realmId=1", "not the address"),
        ("https://evil.example/cb?code=c&state=s3cret-state&realmId=1", "not the address"),
        ("http://app.example/cb?code=c&state=s3cret-state&realmId=1", "not the address"),
        ("https://app.example:x/cb?code=c", "not the address"),
        ("", "not the address"),
    ],
)
def test_every_bad_end_is_said_in_words(address: str, words: str) -> None:
    with pytest.raises(SignInError, match=words) as caught:
        read_redirect(Service.QUICKBOOKS, REQUEST, address)
    assert caught.value.advice
    assert "s3cret" not in str(caught.value)


def test_ninjaone_needs_no_realm() -> None:
    address = "https://app.example/cb?code=c&state=s3cret-state"
    assert read_redirect(Service.NINJAONE, REQUEST, address).realm_id == ""


def test_states_are_long_and_new() -> None:
    states = {new_state() for _ in range(100)}
    assert len(states) == 100
    assert all(len(state) >= 43 for state in states)


APP = QuickBooksApp("id", Environment.PRODUCTION, "https://app.example/cb")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": " "}, "Client ID"),
        ({"client_id": "a b"}, "Client ID"),
        ({"redirect_uri": "app.example/cb"}, "Redirect address"),
        ({"redirect_uri": "https://"}, "Redirect address"),
        ({"redirect_uri": "https://app.example/cb?x=1"}, "Redirect address"),
        ({"redirect_uri": "http://localhost:8765/cb"}, "Redirect address"),
        ({"redirect_uri": "https://localhost/cb"}, "Redirect address"),
        ({"environment": Environment.CUSTOM}, "Discovery address"),
        ({"environment": Environment.CUSTOM, "discovery_url": "http://x.example/"}, "Discovery"),
    ],
)
def test_quickbooks_keys_name_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ConfigurationError, match=field) as caught:
        check_quickbooks_app(replace(APP, **changes))  # type: ignore[arg-type]
    assert caught.value.advice


def test_sandbox_keys_may_use_localhost() -> None:
    check_quickbooks_app(APP)
    check_quickbooks_app(
        replace(APP, environment=Environment.SANDBOX, redirect_uri="http://localhost:8765/cb")
    )


def test_ninjaone_keys() -> None:
    app = NinjaOneApp("https://eu.ninjarmm.com", "id")
    check_ninjaone_app(app)
    check_ninjaone_app(replace(app, grant=NinjaOneGrant.MACHINE, redirect_uri=""))
    with pytest.raises(ConfigurationError, match="NinjaOne address"):
        check_ninjaone_app(replace(app, base_url="http://eu.ninjarmm.com"))
    with pytest.raises(ConfigurationError, match="Redirect address"):
        check_ninjaone_app(replace(app, redirect_uri=""))


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (timedelta(days=60), "ok", "60 days"),
        (timedelta(days=14, hours=1), "notice", "14 days"),
        (timedelta(days=7, hours=1), "warning", "7 days"),
        (timedelta(days=2, hours=1), "urgent", "2 days"),
        (timedelta(days=1, hours=1), "urgent", "1 day"),
        (timedelta(hours=3), "urgent", "less than a day"),
        (timedelta(0), "urgent", "has ended"),
    ],
)
def test_days_left(left: timedelta, level: str, words: str) -> None:
    health = token_health(replace(WORKSPACE, refresh_token_expires_at=START + left), START)
    assert health.level == level
    assert words in health.text


def test_no_login_no_warning() -> None:
    assert token_health(replace(WORKSPACE, quickbooks_connected=False), START).text == ""
    refused = BridgeError("It was disconnected.", title="Not authorised", advice="Reconnect.")
    health = token_health(replace(WORKSPACE, quickbooks_connected=True), START, refused)
    assert (health.level, health.title) == ("urgent", "Not authorised")
    assert health.text == "It was disconnected. Reconnect."
