"""The Intuit sign-in against the simulator and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from desktop_app.integrations.intuit import IntuitOAuth
from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser


@pytest.fixture
def real(simulator: Simulator) -> tuple[IntuitOAuth, QuickBooksApp, str]:
    known = simulator.intuit.apps[0]
    app = QuickBooksApp(
        known.client_id,
        Environment.CUSTOM,
        known.redirect_uris[0],
        simulator.urls["intuit_discovery"],
        simulator.urls["quickbooks"],
    )
    return IntuitOAuth(Patience(2, 2, 2, 0.001, 0.01)), app, known.client_secret


Real = tuple[IntuitOAuth, QuickBooksApp, str]


def test_whole_sign_in(simulator: Simulator, browser: Browser, real: Real) -> None:
    oauth, app, secret = real
    simulator.faults.arm("oauth.extra_key")
    request = oauth.begin(app, secret, "state-1")
    user = next(one for one in simulator.intuit.users if len(one.admin_of) == 1)
    browser.open(request.url)
    browser.sign_in(user.email, user.password, user.otp)
    browser.submit("connect")
    assert browser.landed.startswith(request.redirect_uri)
    tokens = oauth.exchange(app, secret, browser.answer["code"], browser.answer["realmId"])
    who = oauth.user(app, secret, tokens.access_token)
    assert who.email == user.email
    assert who.name
    renewed = oauth.refresh(app, secret, tokens.refresh_token)
    assert renewed.access_token != tokens.access_token
    with pytest.raises(SignInError):
        oauth.exchange(app, secret, browser.answer["code"], browser.answer["realmId"])
    oauth.test_keys(app, secret)


def test_revoked_login(simulator: Simulator, real: Real) -> None:
    oauth, app, secret = real
    token = simulator.intuit.companies()[0]["refresh_token"]
    oauth.revoke(app, secret, token)
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(app, secret, token)


def test_wrong_secret(real: Real) -> None:
    oauth, app, _ = real
    with pytest.raises(ConfigurationError):
        oauth.test_keys(app, "wrong")


@pytest.mark.parametrize(
    ("fault", "params", "expected"),
    [
        ("oauth.token_500", {}, NetworkError),
        ("oauth.token_html", {}, NetworkError),
        ("oauth.invalid_client", {}, ConfigurationError),
        ("oauth.refresh_dead", {}, ReconnectNeeded),
    ],
)
def test_faults_of_the_token_endpoint(
    simulator: Simulator,
    real: Real,
    fault: str,
    params: dict[str, Any],
    expected: type[BridgeError],
) -> None:
    oauth, app, secret = real
    simulator.faults.arm(fault, **params)
    with pytest.raises(expected):
        oauth.refresh(app, secret, simulator.intuit.companies()[0]["refresh_token"])


def test_refresh_survives_one_bad_answer(simulator: Simulator, real: Real) -> None:
    oauth, app, secret = real
    simulator.faults.arm("oauth.token_html", times=1)
    assert oauth.refresh(app, secret, simulator.intuit.companies()[0]["refresh_token"])


def test_lost_answer_of_a_rotation(simulator: Simulator, real: Real) -> None:
    oauth, app, secret = real
    simulator.faults.arm("oauth.rotate", times=1)
    simulator.faults.arm("oauth.lost_response", times=1)
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(app, secret, simulator.intuit.companies()[0]["refresh_token"])
