"""Fixtures around the simulator: a running one, and a browser that fills in its pages."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from desktop_app.simulator.server import Simulator

TIMEOUT = 20


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A running simulator of size small, fresh for each test.

    A mistake of the simulator's own (an answer of 500 that no fault asked for) fails the test.
    """
    with Simulator("small", seed=1) as running:
        yield running
    assert not running.errors, "\n".join(running.errors)


class _Forms(HTMLParser):
    """Forms of a page by id: action, preset fields, buttons by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.page = ""
        self.error = ""
        self.forms: dict[str, dict[str, Any]] = {}
        self._form: dict[str, Any] | None = None
        self._in_error = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "body":
            self.page = values.get("data-page", "")
        if values.get("id") == "error":
            self._in_error = True
        if tag == "form":
            self._form = {"action": values["action"], "fields": {}, "names": set(), "buttons": {}}
            self.forms[values["id"]] = self._form
        elif self._form is not None and tag == "input" and "name" in values:
            self._form["names"].add(values["name"])
            if values.get("type") == "hidden":
                self._form["fields"][values["name"]] = values["value"]
        elif self._form is not None and tag == "button":
            name = values.get("name")
            self._form["buttons"][values["id"]] = {name: values.get("value", "")} if name else {}

    def handle_endtag(self, tag: str) -> None:
        self._in_error = False
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._in_error:
            self.error += data


class Browser:
    """Follows redirects on the simulator's own host and stops where they leave it.

    Attributes:
        page: name of the page shown (its body's data-page), "" when none is.
        error: text of the page's error message.
        landed: where the last redirect led outside, and its query in ``answer``.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._host = urlsplit(base).netloc
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = self.error = self.landed = self.url = ""
        self.status = 0
        self.answer: dict[str, str] = {}
        self._forms: dict[str, dict[str, Any]] = {}

    def open(self, url: str) -> None:
        self._follow(self.session.get(url, allow_redirects=False, timeout=TIMEOUT))

    def submit(self, button: str, **fields: str) -> None:
        """Press the button with this id after filling in ``fields``."""
        form = next(one for one in self._forms.values() if button in one["buttons"])
        assert set(fields) <= form["names"], f"no such field: {fields}"
        data = {**form["fields"], **fields, **form["buttons"][button]}
        url = urljoin(self._base, form["action"])
        self._follow(self.session.post(url, data=data, allow_redirects=False, timeout=TIMEOUT))

    def sign_in(self, email: str, password: str, otp: str | None = None) -> None:
        """Through the password page and, with a code, the page after it."""
        self.submit("sign-in", email=email, password=password)
        if otp is not None:
            self.submit("verify", code=otp)

    def _follow(self, response: requests.Response) -> None:
        self.landed, self.answer = "", {}
        while response.is_redirect:
            url = urljoin(response.url, response.headers["Location"])
            if urlsplit(url).netloc != self._host:
                self.landed = url
                query = parse_qs(urlsplit(url).query, keep_blank_values=True)
                self.answer = {key: values[0] for key, values in query.items()}
                self.page, self._forms, self.error = "", {}, ""
                return
            response = self.session.get(url, allow_redirects=False, timeout=TIMEOUT)
        parsed = _Forms(response.text)
        self.url, self.status = response.url, response.status_code
        self.page, self.error, self._forms = parsed.page, parsed.error, parsed.forms


@pytest.fixture
def browser(simulator: Simulator) -> Iterator[Browser]:
    made = Browser(simulator.base)
    yield made
    made.session.close()
