"""Clients of the simulated NinjaOne, for the tests of this folder."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import requests

from desktop_app.simulator.data.seed import NinjaOneApp
from desktop_app.simulator.ninjaone.technicians import TECHNICIANS, Technician
from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
FULL = "monitoring management offline_access"


class Ninja:
    """A client of the API; ``access`` is the bearer token it sends."""

    def __init__(self, simulator: Simulator, browser: Browser) -> None:
        self.simulator = simulator
        self.browser = browser
        self.session = requests.Session()
        self.access: str | None = None

    def app(self, kind: str) -> NinjaOneApp:
        return next(one for one in self.simulator.ninjaone.apps if one.type == kind)

    def authorize(self, kind: str = "native", **changes: str | None) -> None:
        """Open the authorize address in the browser."""
        app = self.app(kind)
        values: dict[str, str | None] = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "scope": FULL,
            "state": "state-1",
        }
        if kind == "native":
            values |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        values |= changes
        query = urlencode({key: value for key, value in values.items() if value is not None})
        self.browser.open(f"{self.simulator.base}/ws/oauth/authorize?{query}")

    def sign_in(self, user: Technician = TECHNICIANS[0]) -> None:
        code = {"code": user.otp} if user.otp else {}
        self.browser.submit("sign-in", email=user.email, password=user.password, **code)

    def token(self, path: str = "/ws/oauth/token", **form: str) -> requests.Response:
        return self.session.post(f"{self.simulator.base}{path}", data=form, timeout=20)

    def redeem(self, code: str, kind: str = "native", **changes: str) -> requests.Response:
        app = self.app(kind)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
        }
        if kind == "native":
            form["code_verifier"] = VERIFIER
        else:
            form["client_secret"] = app.client_secret
        return self.token(**{**form, **changes})

    def connect(
        self, user: Technician = TECHNICIANS[0], scope: str = FULL, kind: str = "native"
    ) -> dict[str, Any]:
        """The whole sign-in; the token answer, whose access token is used from now on."""
        self.browser.session.cookies.clear()
        self.authorize(kind, scope=scope)
        self.sign_in(user)
        self.browser.submit("allow")
        assert self.browser.answer["state"] == "state-1"
        answer: dict[str, Any] = self.redeem(self.browser.answer["code"], kind).json()
        self.access = answer["access_token"]
        return answer

    def connect_machine(self, **more: str) -> dict[str, Any]:
        app = self.app("machine")
        form = {"client_id": app.client_id, "client_secret": app.client_secret, **more}
        answer: dict[str, Any] = self.token(grant_type="client_credentials", **form).json()
        self.access = answer["access_token"]
        return answer

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        headers |= more.pop("headers", {})
        url = f"{self.simulator.base}{path}"
        return self.session.request(method, url, headers=headers, timeout=20, **more)

    def get(self, path: str, **params: Any) -> Any:
        """The parsed answer of a read that works."""
        response = self.call("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def ninja(simulator: Simulator, browser: Browser) -> Iterator[Ninja]:
    """Not signed in yet."""
    made = Ninja(simulator, browser)
    yield made
    made.session.close()


@pytest.fixture
def signed_in(ninja: Ninja) -> Ninja:
    ninja.connect()
    return ninja
