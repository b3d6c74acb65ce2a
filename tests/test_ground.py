"""The test ground itself: it isolates, and it fails tests that ought to fail."""

from __future__ import annotations

import os
import random
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import keyring
import pytest
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from pytestqt.qtbot import QtBot

from tests.conftest import ROOT
from tests.support.keyrings import MemoryKeyring

BAD = {
    "log record": (
        "import logging\ndef test_it(): logging.getLogger('some').warning('surprise')\n",
        "unexpected log record: WARNING some: surprise",
    ),
    "expected record that never came": (
        "def test_it(expect_log): expect_log('surprise')\n",
        "no log record with: surprise",
    ),
    "log record while tearing down": (
        (
            "import logging, pytest\n@pytest.fixture\ndef thing():\n  yield\n"
            "  logging.error('late')\ndef test_it(thing): pass\n"
        ),
        "unexpected log record while tearing down: ERROR root: late",
    ),
    "Qt message": (
        "from PySide6.QtCore import qWarning\ndef test_it(): qWarning('from Qt')\n",
        "from Qt",
    ),
    "Python warning": (
        "import warnings\ndef test_it(): warnings.warn('old', DeprecationWarning)\n",
        "DeprecationWarning: old",
    ),
    "unknown mark": ("import pytest\n@pytest.mark.typo\ndef test_it(): pass\n", "'typo' not found"),
    "other host, swallowed": (
        (
            "import socket\ndef test_it():\n  try: socket.create_connection(('192.0.2.1', 80))\n"
            "  except OSError: pass\n"
        ),
        "the test asked for other hosts: 192.0.2.1",
    ),
    "error in a thread": (
        (
            "import threading\ndef test_it():\n  t = threading.Thread(target=lambda: 1 / 0)\n"
            "  t.start(); t.join()\n"
        ),
        "ZeroDivisionError",
    ),
}


def run_pytest(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a test file on this ground, in a process of its own."""
    file = folder / "test_made_up.py"
    file.write_text(text)
    ini = ROOT / "pyproject.toml"
    command = ["-m", "pytest", "-c", str(ini), "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, *command, *options, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_what_ought_to_fail_does(tmp_path: Path) -> None:
    text = "".join(
        re.sub(r"\btest_it\b", f"test_{number}", source)
        for number, (source, _) in enumerate(BAD.values())
        if "typo" not in source
    )
    done = run_pytest(tmp_path, text)
    wanted = [words for source, words in BAD.values() if "typo" not in source]
    for words in wanted:
        assert words in done.stdout, words
    failed = sum(int(n) for n in re.findall(r"(\d+) (?:failed|error)", done.stdout))
    assert failed == len(wanted), done.stdout


def test_unknown_marks_are_refused(tmp_path: Path) -> None:
    source, words = BAD["unknown mark"]
    assert words in run_pytest(tmp_path, source).stdout


def test_expected_records_pass(tmp_path: Path) -> None:
    text = (
        "import logging\n"
        "def test_one(expect_log):\n  expect_log('sur')\n  logging.warning('%s', 'surprise')\n"
        "def test_two(allow_log):\n  allow_log('never comes')\n"
        "def test_three():\n  logging.info('nothing grave')\n"
    )
    done = run_pytest(tmp_path, text)
    assert done.stdout.splitlines()[-1].startswith("3 passed"), done.stdout


def test_a_seed_repeats_the_random_numbers(tmp_path: Path) -> None:
    text = "def test_it(rng, seed): raise AssertionError(f'drew {seed} {rng.random()}')\n"
    first, second, other = (
        re.search(
            r"Error: drew (.*)", run_pytest(tmp_path, text, f"--hypothesis-seed={number}").stdout
        )
        for number in (5, 5, 6)
    )
    assert first
    assert second
    assert other
    assert first[0] == second[0] != other[0]


def test_the_seed_is_told(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_it(): pass\n")
    *_, told, last = done.stdout.splitlines()
    assert re.fullmatch(r"random seed: repeat with --hypothesis-seed=\d+", told)
    assert last.startswith("1 passed")


def test_random_numbers_are_the_tests_own(rng: random.Random, seed: int) -> None:
    assert rng.random() != random.Random(seed).random()


def test_home_is_a_new_folder(home: Path) -> None:
    assert Path.home() == home
    assert list(home.iterdir()) == []


class TestKeyring:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_is_empty_in_each_test(self, memory_keyring: MemoryKeyring, turn: int) -> None:
        assert keyring.get_password("service", "user") is None
        keyring.set_password("service", "user", f"secret {turn}")
        assert memory_keyring.entries == {("service", "user"): f"secret {turn}"}
        keyring.delete_password("service", "user")
        assert memory_keyring.entries == {}

    def test_keeps_the_limit_of_windows(self) -> None:
        backend = MemoryKeyring(limit=1280)
        backend.set_password("service", "user", "x" * 1280)
        with pytest.raises(keyring.errors.PasswordSetError):
            backend.set_password("service", "user", "x" * 1281)

    def test_started_programs_find_none(self) -> None:
        code = "import keyring; keyring.get_password('a', 'b')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert b"NoKeyringError" in done.stderr

    def test_secret_service(self, secret_service: dict[str, str]) -> None:
        """What one process stores in the real Secret Service, another reads and deletes."""

        def run(code: str) -> str:
            return subprocess.run(
                [sys.executable, "-c", f"import keyring; {code}"],
                env={**os.environ, **secret_service},
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            ).stdout.strip()

        secret = "z" * 1280 + "ä/'\""
        assert run("print(keyring.get_keyring().name)") == "SecretService Keyring"
        run(f"keyring.set_password('Billing Bridge test', 'company', {secret!r})")
        read = "print(ascii(keyring.get_password('Billing Bridge test', 'company')))"
        assert run(read) == ascii(secret)
        run("keyring.delete_password('Billing Bridge test', 'company')")
        assert run(read) == "None"


class TestNetwork:
    @pytest.mark.asks_outside
    @pytest.mark.parametrize(
        "ask",
        [
            lambda: socket.create_connection(("192.0.2.1", 80), 1),
            lambda: socket.getaddrinfo("example.com", 443),
            lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 9)),
            lambda: urllib.request.urlopen("http://example.com/", timeout=1),
        ],
    )
    @pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_other_hosts_are_refused(self, ask: Callable[[], object]) -> None:
        with pytest.raises(OSError, match="tests may not reach"):
            ask()

    def test_this_machine_answers(self) -> None:
        with socket.create_server(("localhost", 0)) as server:
            socket.create_connection(server.getsockname()).close()


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>here</title>")

    def log_message(self, *_: object) -> None:
        pass


def test_browser_reaches_this_machine_only(qtbot: QtBot) -> None:
    """The real embedded browser, with no word from Qt that would fail a test."""
    server = HTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    profile = QWebEngineProfile()
    page = QWebEnginePage(profile)
    try:
        for host, reached in (("127.0.0.1", True), ("localhost", True), ("example.com", False)):
            with qtbot.waitSignal(page.loadFinished, timeout=60_000) as finished:
                page.load(QUrl(f"http://{host}:{server.server_port}/"))
            assert finished.args == [reached], host
        page.load(QUrl("about:blank"))
    finally:
        with qtbot.waitSignal(page.destroyed, timeout=10_000):
            page.deleteLater()  # before its profile, or Qt complains
        server.shutdown()
        server.server_close()


class Emitter(QObject):
    plain = Signal()
    carrying = Signal(object)


def test_qt_keeps_count_of_true_and_none() -> None:
    """PySide6 6.12.0 gives away a reference to True with each signal emitted, and one to None with
    each empty value read, which ends the program after some thousands (before Python 3.12, from
    which on neither is counted). A lock that brings this back has to be refused."""
    emitter = Emitter()
    emitter.carrying.connect(lambda _: None)
    emitter.plain.emit()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(500):
        emitter.plain.emit()
        emitter.carrying.emit([])
        emitter.plain.connect(emitter.deleteLater)
        emitter.plain.disconnect(emitter.deleteLater)
        assert emitter.property("nothing of that name") is None
    assert sys.getrefcount(True) > before[0] - 200
    assert sys.getrefcount(None) > before[1] - 200
