"""The Intuit sign-in pages, driven as a person would, up to the redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import requests

from desktop_app.simulator.data.seed import IntuitUser
from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser

ACCOUNTING = "com.intuit.quickbooks.accounting"


def authorize_url(simulator: Simulator, **changes: str | None) -> str:
    app = simulator.intuit.apps[0]
    values: dict[str, str | None] = {
        "client_id": app.client_id,
        "response_type": "code",
        "scope": ACCOUNTING,
        "redirect_uri": app.redirect_uris[0],
        "state": "a state/with+signs&=",
        **changes,
    }
    kept = {key: value for key, value in values.items() if value is not None}
    return f"{simulator.base}/connect/oauth2?{urlencode(kept)}"


def user(simulator: Simulator, *, companies: int, otp: bool | None = None) -> IntuitUser:
    return next(
        one
        for one in simulator.intuit.users
        if min(len(one.admin_of), 2) == companies and otp in (None, one.otp is not None)
    )


def to_consent(simulator: Simulator, browser: Browser) -> str:
    """Sign in as someone with one company; its realm id."""
    one = user(simulator, companies=1)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password, one.otp)
    assert browser.page == "consent"
    return one.admin_of[0]


def test_one_company_goes_straight_to_consent_and_back(
    simulator: Simulator, browser: Browser
) -> None:
    realm = to_consent(simulator, browser)
    browser.submit("connect")
    assert browser.landed.startswith(simulator.intuit.apps[0].redirect_uris[0] + "?")
    assert browser.answer["state"] == "a state/with+signs&="
    assert browser.answer["realmId"] == realm
    assert 10 < len(browser.answer["code"]) <= 512


def test_every_registered_address_is_served(simulator: Simulator, browser: Browser) -> None:
    realm = to_consent(simulator, browser)
    for address in simulator.intuit.apps[0].redirect_uris:
        browser.open(authorize_url(simulator, redirect_uri=address))
        browser.submit("connect")
        assert browser.landed.startswith(address)
        assert browser.answer["realmId"] == realm


def test_wrong_password_says_so_and_lets_try_again(simulator: Simulator, browser: Browser) -> None:
    one = user(simulator, companies=1)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password + "x")
    assert browser.page == "sign-in"
    assert "password is not right" in browser.error
    browser.sign_in("nobody@nowhere.example", "x")
    assert "password is not right" in browser.error
    browser.sign_in(one.email.upper(), one.password, one.otp)
    assert browser.page == "consent"


def test_second_factor(simulator: Simulator, browser: Browser) -> None:
    one = next(one for one in simulator.intuit.users if one.otp)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password)
    assert browser.page == "second-factor"
    browser.submit("verify", code="000000")
    assert browser.page == "second-factor"
    assert "not right" in browser.error
    # The password alone is not enough, even when the address is opened anew.
    browser.open(authorize_url(simulator))
    assert browser.page == "sign-in"
    browser.sign_in(one.email, one.password, one.otp)
    assert browser.page in {"company", "consent"}


def test_company_chooser(simulator: Simulator, browser: Browser) -> None:
    one = user(simulator, companies=2)
    for realm in one.admin_of:
        browser.open(authorize_url(simulator))
        if browser.page == "sign-in":
            browser.sign_in(one.email, one.password, one.otp)
        assert browser.page == "company"
        browser.submit("choose-company", realm_id=realm)
        assert browser.page == "consent"
        browser.submit("connect")
        assert browser.answer["realmId"] == realm


def test_a_company_of_someone_else_cannot_be_chosen(simulator: Simulator, browser: Browser) -> None:
    one = user(simulator, companies=2)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password, one.otp)
    browser.submit("choose-company", realm_id="1234567890")
    assert browser.page == "company"


def test_without_administrator_right(simulator: Simulator, browser: Browser) -> None:
    one = next(one for one in simulator.intuit.users if not one.admin_of)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password, one.otp)
    assert browser.page == "no-company"
    browser.submit("cancel")
    assert browser.answer == {"error": "access_denied", "state": "a state/with+signs&="}


def test_cancel(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    browser.submit("cancel")
    assert browser.answer == {"error": "access_denied", "state": "a state/with+signs&="}


def test_sign_in_is_remembered_until_cookies_go(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    browser.open(authorize_url(simulator))
    assert browser.page == "consent"
    browser.session.cookies.clear()
    browser.open(authorize_url(simulator))
    assert browser.page == "sign-in"


def test_remembered_sign_in_ends_by_the_clock(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    cookies = dict(browser.session.cookies)
    simulator.clock.advance(31 * 24 * 3600)
    response = requests.get(authorize_url(simulator), cookies=cookies, timeout=20)
    assert 'data-page="sign-in"' in response.text


def test_another_account(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    flow = browser.url.partition("flow=")[2]
    browser.open(f"{simulator.base}/app/sign-in/other?flow={flow}")
    assert browser.page == "sign-in"
    browser.open(authorize_url(simulator))
    assert browser.page == "sign-in"


def test_consent_cannot_be_given_twice(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    flow = browser.url.partition("flow=")[2]
    browser.submit("connect")
    browser.open(f"{simulator.base}/app/sign-in?flow={flow}")
    assert (browser.page, browser.status) == ("expired", 410)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "unknown"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
    ],
)
def test_wrong_key_or_address_never_redirects(
    simulator: Simulator, browser: Browser, changes: dict[str, str | None]
) -> None:
    browser.open(authorize_url(simulator, **changes))
    assert browser.page == "error"
    assert "undefined didn't connect" in browser.error
    assert browser.landed == ""


def test_address_must_fit_to_the_slash(simulator: Simulator, browser: Browser) -> None:
    address = simulator.intuit.apps[0].redirect_uris[0] + "/"
    browser.open(authorize_url(simulator, redirect_uri=address))
    assert browser.page == "error"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_other_mistakes_go_back(
    simulator: Simulator, browser: Browser, changes: dict[str, str | None], error: str
) -> None:
    browser.open(authorize_url(simulator, **changes))
    assert browser.answer["error"] == error
    assert browser.answer["state"] == "a state/with+signs&="


def test_fault_access_denied(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    simulator.faults.arm("oauth.access_denied", times=1)
    browser.submit("connect")
    assert browser.answer["error"] == "access_denied"
    assert "code" not in browser.answer


def test_fault_redirect_error(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    simulator.faults.arm("oauth.redirect_error", times=1, error="temporarily_unavailable")
    browser.submit("connect")
    assert browser.answer["error"] == "temporarily_unavailable"


@pytest.mark.parametrize(
    ("fault", "key", "present"),
    [
        ("oauth.state_altered", "state", True),
        ("oauth.state_missing", "state", False),
        ("oauth.realm_missing", "realmId", False),
    ],
)
def test_faults_of_the_redirect(
    simulator: Simulator, browser: Browser, fault: str, key: str, present: bool
) -> None:
    to_consent(simulator, browser)
    simulator.faults.arm(fault, times=1)
    browser.submit("connect")
    assert (key in browser.answer) is present
    assert browser.answer.get("state") != "a state/with+signs&=" or key != "state"
    assert "code" in browser.answer


def test_fault_wrong_redirect(simulator: Simulator, browser: Browser) -> None:
    simulator.faults.arm("oauth.wrong_redirect", times=1)
    browser.open(authorize_url(simulator))
    assert browser.page == "error"


def test_fault_never_redirects(simulator: Simulator, browser: Browser) -> None:
    to_consent(simulator, browser)
    simulator.faults.arm("oauth.never_redirects", times=1)
    browser.submit("connect")
    assert browser.page == "waiting"
    assert browser.landed == ""


def test_fault_no_companies(simulator: Simulator, browser: Browser) -> None:
    simulator.faults.arm("oauth.no_companies")
    one = user(simulator, companies=1)
    browser.open(authorize_url(simulator))
    browser.sign_in(one.email, one.password, one.otp)
    assert browser.page == "no-company"
