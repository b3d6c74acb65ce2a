"""The embedded browser against real servers on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from werkzeug.wrappers import Request, Response

from desktop_app.ui.login.browser import Browser
from desktop_app.ui.login.profile import WebHome
from tests.ui.web import Site, serve

REDIRECT = "https://billing.example.test/oauth/callback"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Iterator[WebHome]:  # type: ignore[override]
    made = WebHome(tmp_path / "web")
    yield made
    made.close()


class Opened:
    """A browser on a window, with what it told."""

    def __init__(self, qtbot: QtBot, home: WebHome, redirect: str = REDIRECT) -> None:
        self.window = QWidget()
        home.lodge(self.window)
        self.browser = Browser(home, redirect)
        QVBoxLayout(self.window).addWidget(self.browser)
        self.window.resize(800, 600)
        self.window.show()
        self.arrived: list[str] = []
        self.troubles: list[str] = []
        self.browser.arrived.connect(self.arrived.append)
        self.browser.trouble.connect(self.troubles.append)
        self.qtbot = qtbot

    def load(self, address: str) -> None:
        with self.qtbot.waitSignal(self.browser.page.loadFinished, timeout=20_000):
            self.browser.open(address)

    def script(self, code: str) -> Any:
        answers: list[Any] = []
        self.browser.page.runJavaScript(code, answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        return answers[0]

    def shows_error(self) -> bool:
        return self.browser.stack.currentWidget() is self.browser.error


@pytest.fixture
def opened(qtbot: QtBot, home: WebHome) -> Opened:
    return Opened(qtbot, home)


def test_a_redirect_to_a_host_that_does_not_exist_is_caught(
    opened: Opened, site: Site, qtbot: QtBot
) -> None:
    answer = f"{REDIRECT}?code=Ab%2F1&state=s-1&realmId=9341"
    site.html("/sign-in", "<h1>Sign in</h1>")
    site.redirect("/connect", answer)
    opened.load(site.url("/sign-in"))
    opened.load(site.url("/connect"))
    assert opened.arrived == [answer]
    assert not opened.shows_error()  # the refused load is no error


def test_nothing_is_requested_from_the_redirect_address(
    qtbot: QtBot, home: WebHome, site: Site
) -> None:
    with serve() as target:
        opened = Opened(qtbot, home, target.url("/callback"))
        site.answers["/connect"] = lambda _: Response(
            status=303, headers={"Location": target.url("/callback?code=c&state=s")}
        )
        site.html("/form", f"<form method=post action='{site.url('/connect')}'><button>Go")
        opened.load(site.url("/form"))
        with qtbot.waitSignal(opened.browser.arrived, timeout=20_000):
            opened.browser.page.runJavaScript("document.forms[0].submit()")
        assert opened.arrived == [target.url("/callback?code=c&state=s")]
        assert target.asked == []


def test_localhost_with_nothing_listening_is_caught(
    qtbot: QtBot, home: WebHome, site: Site
) -> None:
    opened = Opened(qtbot, home, "http://localhost:8888/")
    site.redirect("/connect", "http://localhost:8888/?code=c&state=s")
    opened.load(site.url("/connect"))
    assert opened.arrived == ["http://localhost:8888/?code=c&state=s"]


def test_a_script_that_goes_there_is_caught_and_only_once(
    opened: Opened, site: Site, qtbot: QtBot
) -> None:
    site.html("/sign-in", "<p>in</p>")
    opened.load(site.url("/sign-in"))
    with qtbot.waitSignal(opened.browser.arrived, timeout=20_000):
        opened.browser.page.runJavaScript(f"location.href='{REDIRECT}?code=1&state=s'")
    opened.browser.page.load(QUrl(f"{REDIRECT}?code=2&state=s"))
    site.html("/after", "<p>after</p>")
    opened.browser.page.load(QUrl(site.url("/after")))
    qtbot.waitUntil(lambda: not opened.browser.page.isLoading())
    assert opened.arrived == [f"{REDIRECT}?code=1&state=s"]
    assert "/after" not in site.asked  # the sign-in is over: the page goes nowhere any more


@pytest.mark.parametrize(
    "near",
    [
        "https://billing.example.test/oauth/callback/more?code=1",
        "https://billing.example.test:8443/oauth/callback?code=1",
        "https://other.example.test/oauth/callback?code=1",
    ],
)
def test_an_address_that_only_looks_like_it_is_not_taken(
    opened: Opened, site: Site, near: str
) -> None:
    site.redirect("/connect", near)
    opened.load(site.url("/connect"))
    assert opened.arrived == []


def test_a_frame_that_goes_there_is_not_the_sign_in(opened: Opened, site: Site) -> None:
    site.html("/sign-in", f"<iframe src='{REDIRECT}?code=1&state=s'></iframe>")
    opened.load(site.url("/sign-in"))
    assert opened.arrived == []


@pytest.mark.parametrize("address", ["file:///etc/hostname", "data:text/html,hello"])
def test_addresses_that_are_not_of_the_web_are_refused(
    opened: Opened, site: Site, qtbot: QtBot, address: str
) -> None:
    site.html("/sign-in", "<p>in</p>")
    opened.load(site.url("/sign-in"))
    opened.browser.page.load(QUrl(address))
    qtbot.waitUntil(lambda: bool(opened.troubles))
    assert opened.script("document.title") == "Page"
    assert "not allowed" in opened.troubles[0]


class Started(QObject):
    """Stands where the system would start a program for an address."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @Slot(QUrl)
    def start(self, url: QUrl) -> None:
        self.addresses.append(url.toString())


def test_no_other_program_is_started(opened: Opened, site: Site, qtbot: QtBot) -> None:
    started = Started()
    QDesktopServices.setUrlHandler("othapp", started, "start")
    try:
        site.html("/sign-in", "<a id=a autofocus href='othapp:x' style='font-size:200px'>away</a>")
        site.html("/next", "<p>next</p>")
        opened.load(site.url("/sign-in"))
        target = opened.browser.view.focusProxy()
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        opened.script("document.getElementById('a').click()")
        opened.load(site.url("/next"))
        assert started.addresses == []
    finally:
        QDesktopServices.unsetUrlHandler("othapp")


def test_a_pop_up_is_the_same_kind_of_window_and_may_end_the_sign_in(
    opened: Opened, site: Site, qtbot: QtBot
) -> None:
    site.html("/sign-in", "<button onclick=\"window.open('/second')\" autofocus>More</button>")
    site.html("/second", "<p>second factor</p>")
    site.redirect("/done", f"{REDIRECT}?code=1&state=s")
    opened.load(site.url("/sign-in"))
    opened.browser.page.runJavaScript("document.querySelector('button').click()")
    qtbot.waitUntil(lambda: len(opened.browser.popups) == 1, timeout=10_000)
    popup = opened.browser.popups[0]
    qtbot.waitUntil(lambda: "/second" in site.asked)
    assert type(popup.browser.page) is type(opened.browser.page)
    with qtbot.waitSignal(opened.browser.arrived, timeout=20_000):
        popup.browser.page.load(QUrl(site.url("/done")))
    assert opened.arrived == [f"{REDIRECT}?code=1&state=s"]


def test_a_pop_up_that_closes_itself_is_gone(opened: Opened, site: Site, qtbot: QtBot) -> None:
    site.html("/sign-in", "<p>in</p>")
    site.html("/second", "<script>setTimeout(() => window.close(), 10)</script>")
    opened.load(site.url("/sign-in"))
    opened.browser.page.runJavaScript("window.open('/second')")
    qtbot.waitUntil(lambda: "/second" in site.asked)
    qtbot.waitUntil(lambda: opened.browser.popups == [])


def test_the_address_bar_shows_host_and_lock_but_no_code(opened: Opened, site: Site) -> None:
    site.html("/sign-in", "<p>in</p>")
    opened.load(site.url("/sign-in?state=secret-state&code=abc"))
    assert opened.browser.address.text() == site.url("/sign-in")
    assert opened.browser.address.isReadOnly()
    assert "not encrypted" in opened.browser.lock.accessibleName()


def test_back_goes_back(opened: Opened, site: Site, qtbot: QtBot) -> None:
    site.html("/one", "<p>1</p><a href=/two id=a>2</a>")
    site.html("/two", "<p>2</p>")
    opened.load(site.url("/one"))
    assert not opened.browser.back.isEnabled()
    opened.load(site.url("/two"))
    assert opened.browser.back.isEnabled()
    with qtbot.waitSignal(opened.browser.page.loadFinished):
        opened.browser.back.click()
    assert opened.browser.address.text() == site.url("/one")


def test_no_server_gives_words_and_try_again(opened: Opened, qtbot: QtBot) -> None:
    with serve() as short:
        address = short.url("/sign-in")
        port = short.port
    assert port
    opened.load(address)
    qtbot.waitUntil(opened.shows_error)
    assert "could not be reached" in opened.browser.error.title.text()
    with qtbot.waitSignal(opened.browser.page.loadStarted, timeout=10_000):
        opened.browser.error.button.click()


def test_an_error_page_of_the_service_is_explained(opened: Opened, qtbot: QtBot) -> None:
    with serve() as site:
        opened.load(site.url("/missing"))
        qtbot.waitUntil(lambda: bool(opened.troubles))
        assert "client ID or the redirect address" in opened.troubles[0]
        assert not opened.shows_error()  # the service's own page stays readable


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that nobody signed."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    try:
        subprocess.run(
            [*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("openssl, which makes the test's certificate, is not installed")
    return cert, key


def test_a_bad_certificate_is_refused_with_words(
    opened: Opened, certificate: tuple[Path, Path], qtbot: QtBot
) -> None:
    with serve(certificate) as tls:
        tls.html("/sign-in", "<p>in</p>")
        opened.load(tls.url("/sign-in"))
        qtbot.waitUntil(opened.shows_error)
        assert "not safe" in opened.browser.error.title.text()
        assert tls.asked == []


def set_cookie(_: Request) -> Response:
    answer = Response("<p>in</p>", mimetype="text/html")
    answer.set_cookie("device", "known", max_age=100_000)
    return answer


def test_cookies_are_kept_until_forgotten(
    qtbot: QtBot, home: WebHome, site: Site, tmp_path: Path
) -> None:
    site.answers["/sign-in"] = set_cookie
    Opened(qtbot, home).load(site.url("/sign-in"))
    Opened(qtbot, home).load(site.url("/sign-in"))
    assert site.cookies == [{}, {"device": "known"}]
    home.forget()
    assert home.profile().persistentStoragePath().endswith("browser-2")
    Opened(qtbot, home).load(site.url("/sign-in"))
    assert site.cookies[-1] == {}


def test_the_user_agent_has_no_unusual_name(qtbot: QtBot, home: WebHome, site: Site) -> None:
    site.html("/", "<p>in</p>")
    Opened(qtbot, home).load(site.url("/"))
    assert "Chrome/" in site.agents[0]
    assert "QtWebEngine" not in site.agents[0]
    home.plain_agent = False
    home.profile()
    Opened(qtbot, home).load(site.url("/"))
    assert "QtWebEngine" in site.agents[-1]


def test_downloads_are_refused(opened: Opened, site: Site, tmp_path: Path, qtbot: QtBot) -> None:
    states: list[Any] = []
    opened.browser.page.profile().downloadRequested.connect(lambda d: states.append(d.state()))
    site.html("/sign-in", "<p>in</p>")
    site.answers["/file"] = lambda _: Response(
        b"x", headers={"Content-Disposition": "attachment; filename=x.bin"}
    )
    opened.load(site.url("/sign-in"))
    opened.browser.page.load(QUrl(site.url("/file")))
    qtbot.waitUntil(lambda: bool(states))
    assert states[0].name == "DownloadCancelled"


def test_nothing_of_a_page_is_logged(
    opened: Opened, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    site.html("/sign-in", "<script>console.error('planted-words')</script>")
    site.redirect("/connect", f"{REDIRECT}?code=planted-code&state=planted-state")
    opened.load(site.url("/sign-in"))
    opened.load(site.url("/connect"))
    assert "planted" not in caplog.text
