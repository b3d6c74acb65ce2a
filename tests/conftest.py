"""The ground that every test stands on.

A test gets a home folder, a keyring and a network (this machine only) of its own, runs on Qt's
offscreen platform, and fails on a log record, Qt message or Python warning that it did not expect.
"""

from __future__ import annotations

import importlib.util
import os
import random
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import keyring
import pytest

from tests.support import network
from tests.support.keyrings import MemoryKeyring
from tests.support.logfail import WATCH, LogFailPlugin
from tests.support.secret_service import NotAvailable
from tests.support.secret_service import secret_service as start_secret_service

ROOT = Path(__file__).resolve().parent.parent

# Before anything loads Qt. A platform that the developer names (xcb under Xvfb, say) is kept.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")  # it refuses to start as root
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(
    filter(None, (os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS"), network.CHROMIUM_SWITCH))
)
# Programs that tests start must not find the user's session or keyring either.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Several people's builds share a machine: how long an example takes says nothing about the code.
hypothesis.settings.register_profile(
    "project",
    deadline=None,
    print_blob=True,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("project")

SEED = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "asks_outside: the test asks for another host, and is refused"
    )
    config.pluginmanager.register(LogFailPlugin(), "log-fail")
    # One seed for hypothesis and for the tests' own random numbers; --hypothesis-seed repeats it.
    given = config.getoption("--hypothesis-seed", default=None)
    if given in (None, "random"):
        given = str(secrets.randbelow(2**32))
        config.option.hypothesis_seed = given
    config.stash[SEED] = int(given)
    simulator = "tests.simulator_fixtures"
    if importlib.util.find_spec(simulator) is not None:
        pytest.register_assert_rewrite(simulator)
        config.pluginmanager.import_plugin(simulator)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    terminalreporter.write_line(f"random seed: repeat with --hypothesis-seed={config.stash[SEED]}")


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The run's random seed, which the summary prints."""
    return request.config.stash[SEED]


@pytest.fixture
def rng(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """Random numbers of this test's own: the same with the same seed, in whatever order it runs."""
    return random.Random(f"{seed} {request.node.nodeid}")


@pytest.fixture(scope="session", autouse=True)
def _runtime_dir() -> Iterator[None]:
    """Qt and D-Bus want a private folder for sockets, and complain without."""
    with tempfile.TemporaryDirectory(prefix="bb-run-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own, by all the names that systems have for it."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    for name, part in (
        ("APPDATA", "Roaming"),
        ("LOCALAPPDATA", "Local"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
    ):
        monkeypatch.setenv(name, str(folder / part))
    return folder


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """The keyring of this process during the test: empty, in memory."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(backend)  # whatever the test put in its place


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest) -> Iterator[None]:
    with network.loopback_only() as asked:
        yield
    if asked and request.node.get_closest_marker("asks_outside") is None:
        pytest.fail(f"the test asked for other hosts: {', '.join(asked)}", pytrace=False)


@pytest.fixture
def expect_log(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``expect_log("text")``: a warning or error with this text will be logged, and has to be."""
    return request.node.stash[WATCH].expect  # type: ignore[no-any-return]


@pytest.fixture
def allow_log(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``allow_log("text")``: a warning or error with this text may be logged."""
    return request.node.stash[WATCH].allow  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Called before pytest-qt makes the application: QtWebEngine wants this attribute by then."""
    from PySide6.QtCore import QCoreApplication, Qt

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    return ["billing-bridge-tests"]


@pytest.fixture(scope="session")
def secret_service() -> Iterator[dict[str, str]]:
    """A real, unlocked Secret Service: the variables for a program that is to use it.

    Skips, and says why, only where none can be installed.
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("the Secret Service is a thing of Linux")
    try:
        with start_secret_service() as variables:
            yield variables
    except NotAvailable as reason:
        pytest.skip(str(reason))
