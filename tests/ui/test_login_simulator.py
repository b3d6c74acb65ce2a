"""The embedded browser through the simulator's whole sign-in: password, code, company, consent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.simulator.data.seed import IntuitUser
from desktop_app.simulator.server import Simulator
from desktop_app.ui.login.browser import Browser
from desktop_app.ui.login.profile import WebHome


class Person:
    """Does what a person does at the sign-in pages, through the pages themselves."""

    def __init__(self, qtbot: QtBot, home: WebHome, redirect: str) -> None:
        self.window = QWidget()
        home.lodge(self.window)
        self.browser = Browser(home, redirect)
        QVBoxLayout(self.window).addWidget(self.browser)
        self.window.show()
        self.arrived: list[str] = []
        self.troubles: list[str] = []
        self.browser.arrived.connect(self.arrived.append)
        self.browser.trouble.connect(self.troubles.append)
        self._qtbot = qtbot

    def script(self, code: str) -> Any:
        answers: list[Any] = []
        self.browser.page.runJavaScript(code, answers.append)
        self._qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        return answers[0]

    def at(self, name: str) -> None:
        """Wait until the step of this name is shown."""

        def there() -> bool:
            return bool(
                self.script("document.readyState === 'complete' && document.body.dataset.page")
                == name
            )

        self._qtbot.waitUntil(there, timeout=20_000)

    def press(self, button: str, **fields: str) -> None:
        fill = "".join(
            f"document.getElementById('{name}').value = '{value}';"
            for name, value in fields.items()
        )
        self.browser.page.runJavaScript(f"{fill} document.getElementById('{button}').click()")

    def sign_in(self, user: IntuitUser) -> None:
        self.at("sign-in")
        self.press("sign-in", email=user.email, password=user.password)
        if user.otp:
            self.at("second-factor")
            self.press("verify", code=user.otp)

    def answer(self) -> dict[str, list[str]]:
        self._qtbot.waitUntil(lambda: bool(self.arrived), timeout=20_000)
        return parse_qs(urlsplit(self.arrived[0]).query)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[WebHome]:
    made = WebHome(tmp_path / "web")
    yield made
    made.close()


def start(simulator: Simulator, person: Person, redirect: str, **changed: str) -> None:
    query = {
        "client_id": simulator.intuit.apps[0].client_id,
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting openid",
        "redirect_uri": redirect,
        "state": "one-use-state",
    }
    person.browser.open(f"{simulator.base}/connect/oauth2?{urlencode(query | changed)}")


def redirect_of(simulator: Simulator) -> str:
    return simulator.intuit.apps[0].redirect_uris[0]


def admin(simulator: Simulator, companies: int) -> IntuitUser:
    fitting = (u for u in simulator.seed.users if min(len(u.admin_of), 2) == companies)
    return next(fitting)


def test_an_administrator_connects(simulator: Simulator, home: WebHome, qtbot: QtBot) -> None:
    redirect = redirect_of(simulator)
    person = Person(qtbot, home, redirect)
    user = admin(simulator, 2)
    start(simulator, person, redirect)
    person.sign_in(user)
    person.at("company")
    realm = user.admin_of[1]
    person.script(f"document.getElementById('company-{realm}').checked = true")
    person.press("choose-company")
    person.at("consent")
    person.press("connect")
    answer = person.answer()
    assert answer["realmId"] == [realm]
    assert answer["state"] == ["one-use-state"]
    assert answer["code"][0]
    assert person.troubles == []


def test_the_next_sign_in_knows_this_browser(
    simulator: Simulator, home: WebHome, qtbot: QtBot
) -> None:
    redirect = redirect_of(simulator)
    user = admin(simulator, 1)
    first = Person(qtbot, home, redirect)
    start(simulator, first, redirect)
    first.sign_in(user)
    first.at("consent")
    first.press("cancel")
    assert first.answer()["error"] == ["access_denied"]
    second = Person(qtbot, home, redirect)
    start(simulator, second, redirect)
    second.at("consent")  # no password asked: the cookie was kept
    home.forget()
    third = Person(qtbot, home, redirect)
    start(simulator, third, redirect)
    third.at("sign-in")


def test_a_standard_user_is_never_redirected(
    simulator: Simulator, home: WebHome, qtbot: QtBot
) -> None:
    redirect = redirect_of(simulator)
    person = Person(qtbot, home, redirect)
    user = next(u for u in simulator.seed.users if not u.admin_of)
    start(simulator, person, redirect)
    person.sign_in(user)
    person.at("no-company")
    assert person.arrived == []


def test_a_wrong_key_ends_on_the_error_page_and_is_explained(
    simulator: Simulator, home: WebHome, qtbot: QtBot
) -> None:
    redirect = redirect_of(simulator)
    person = Person(qtbot, home, redirect)
    start(simulator, person, redirect, client_id="unknown")
    qtbot.waitUntil(lambda: bool(person.troubles), timeout=20_000)
    assert "client ID or the redirect address" in person.troubles[0]
    assert person.arrived == []


def test_terms_open_in_a_window_of_the_same_kind(
    simulator: Simulator, home: WebHome, qtbot: QtBot
) -> None:
    redirect = redirect_of(simulator)
    person = Person(qtbot, home, redirect)
    start(simulator, person, redirect)
    person.at("sign-in")
    person.press("terms")
    qtbot.waitUntil(lambda: len(person.browser.popups) == 1, timeout=20_000)
    popup = person.browser.popups[0]
    qtbot.waitUntil(lambda: popup.browser.address.text().endswith("/app/terms"), timeout=20_000)
