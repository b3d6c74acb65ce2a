"""Cancel takes effect at once while a token endpoint is slow, and what it answers later is safe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bootstrap import Stage
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api import Service, Services
from desktop_app.services.logins import secret_name
from desktop_app.simulator.server import Simulator
from desktop_app.ui.theme import Choice, theme
from desktop_app.ui.window import MainWindow
from desktop_app.wiring import Program
from tests.e2e import desk
from tests.ui.pages_support import click

SLOW = 1.2  # seconds of the token endpoint
AT_ONCE = 0.9

BOTH = pytest.mark.parametrize("service", list(Service), ids=lambda each: each.name.lower())


class Office:
    def __init__(self, program: Program, simulator: Simulator) -> None:
        self.program, self.simulator = program, simulator
        self.services: Services = program.services

    def slow(self, service: Service) -> None:
        """The next token is given late, though it is given."""
        faults = self.simulator.faults
        if service is Service.QUICKBOOKS:
            faults.arm("oauth.slow_token", times=1, seconds=SLOW)
        else:
            faults.arm(
                "transport.delay", times=1, service="ninjaone", path="/oauth/token",
                seconds=SLOW, when="after",
            )  # fmt: skip

    def at_the_last_step(self, service: Service) -> Callable[[Progress], Any]:
        """Signed in on the pages; what is left is the token, which comes late."""
        request = self.services.connect.begin(service, Progress())
        address = desk.landed(self.simulator, service, request.url)
        self.slow(service)
        return lambda progress: self.services.connect.finish(service, request, address, progress)

    def taken(self, service: Service) -> int:
        quickbooks = service is Service.QUICKBOOKS
        name = "oauth.slow_token" if quickbooks else "transport.delay"
        return self.simulator.faults.taken(name)

    def cancelled(self, service: Service, call: Callable[[Progress], Any]) -> float:
        """Cancel *call* while its token is awaited; how long it took to end after that."""
        progress = Progress()
        ended: list[BaseException | None] = []

        def work() -> None:
            try:
                call(progress)
            except BaseException as error:
                ended.append(error)
            else:
                ended.append(None)

        thread = threading.Thread(target=work)
        thread.start()
        while not self.taken(service):
            time.sleep(0.01)
        asked = time.monotonic()
        progress.cancel()
        thread.join(30)
        seconds = time.monotonic() - asked
        assert len(ended) == 1
        assert isinstance(ended[0], Cancelled), ended[0]
        return seconds

    def refresh_token(self, service: Service) -> str | None:
        workspace = self.services.workspaces.current()
        return self.program.vault.get(secret_name(workspace.id, service, "refresh-token"))

    def logins(self, service: Service) -> tuple[int, int]:
        """Those that the service has given, and those that it would still accept."""
        if service is Service.QUICKBOOKS:
            grants: Any = self.simulator.intuit.grants.grants
        else:
            grants = self.simulator.ninjaone._grants._grants
        return len(grants), sum(not grant.revoked for grant in grants.values())

    def connected(self, service: Service) -> bool:
        now = self.services.workspaces.current()
        quickbooks = service is Service.QUICKBOOKS
        return now.quickbooks_connected if quickbooks else now.ninjaone_connected


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with desk.demo_stage(tmp_path) as made:
        yield made


@pytest.fixture
def office(stage: Stage) -> Iterator[Office]:
    with stage.open() as program:
        assert stage.simulator is not None
        yield Office(program, stage.simulator)


@BOTH
def test_a_login_that_comes_after_the_cancel_is_given_back(
    office: Office, service: Service
) -> None:
    given, live = office.logins(service)
    finish = office.at_the_last_step(service)
    assert office.cancelled(service, finish) < AT_ONCE
    assert not office.connected(service)
    assert office.program.logins.aside.wait()
    assert office.logins(service) == (given + 1, live)
    assert office.refresh_token(service) is None
    desk.sign_in(office.services, office.simulator, service)
    assert office.connected(service)
    assert office.logins(service) == (given + 2, live + 1)


@BOTH
def test_a_cancelled_reconnect_leaves_the_present_login(office: Office, service: Service) -> None:
    desk.sign_in(office.services, office.simulator, service)
    kept = office.refresh_token(service)
    finish = office.at_the_last_step(service)
    assert office.cancelled(service, finish) < AT_ONCE
    assert office.program.logins.aside.wait()
    assert office.refresh_token(service) == kept
    assert office.connected(service)
    workspace = office.services.workspaces.current()
    keeper = office.program.logins.keeper(workspace.id, service)
    keeper.drop()
    assert keeper.token()  # the present login is alive


@BOTH
def test_a_renewed_login_is_stored_though_nobody_waits_for_it(
    office: Office, service: Service
) -> None:
    desk.connect(office.services, office.simulator)
    workspace = office.services.workspaces.current()
    before = office.refresh_token(service)
    keeper = office.program.logins.keeper(workspace.id, service)
    keeper.drop()
    office.simulator.faults.arm("oauth.rotate")
    office.slow(service)
    assert office.cancelled(service, lambda p: office.services.refresh.refresh(p)) < AT_ONCE
    assert office.refresh_token(service) == before
    assert office.program.logins.aside.wait()
    after = office.refresh_token(service)
    assert after not in (None, before)
    office.services.refresh.refresh(Progress())
    assert office.connected(service)


@BOTH
def test_closing_waits_for_a_login_that_is_being_renewed(stage: Stage, service: Service) -> None:
    assert stage.simulator is not None
    with stage.open() as program:
        office = Office(program, stage.simulator)
        desk.connect(office.services, office.simulator)
        before = office.refresh_token(service)
        office.program.logins.keeper(office.services.workspaces.current().id, service).drop()
        office.simulator.faults.arm("oauth.rotate")
        office.slow(service)
        office.cancelled(service, lambda p: office.services.refresh.refresh(p))
        vault = program.vault
        name = secret_name(office.services.workspaces.current().id, service, "refresh-token")
    assert vault.get(name) not in (None, before)
    with stage.open() as program:
        program.services.refresh.refresh(Progress())


@BOTH
def test_keys_are_tested_and_forgotten_at_once(office: Office, service: Service) -> None:
    connect, now = office.services.connect, office.services.workspaces.current()
    office.slow(service)

    def test(progress: Progress) -> None:
        if service is Service.QUICKBOOKS:
            connect.test_quickbooks_keys(now.quickbooks_app, "", progress)
        else:
            connect.test_ninjaone_keys(now.ninjaone_app, "", progress)

    assert office.cancelled(service, test) < AT_ONCE


def test_cancel_in_the_window(office: Office, qtbot: QtBot, qapp: QApplication) -> None:
    """The sign-in window closes at once, the window goes on, and a second sign-in connects."""
    theme().install(qapp, Choice.LIGHT)
    window = MainWindow(office.services, office.program.context(office.simulator))
    try:
        with qtbot.waitExposed(window):
            window.show()
        opened: list[str] = []
        window.sign_in.window_options["open_address"] = lambda address: not opened.append(address)

        def finishing() -> Any:
            window.sign_in.start(Service.QUICKBOOKS)
            qtbot.waitUntil(lambda: window.sign_in.window is not None, timeout=20_000)
            dialog = window.sign_in.window
            assert dialog is not None
            click(qtbot, dialog.own_button)
            click(qtbot, dialog.paste.open_button)
            address = desk.landed(office.simulator, Service.QUICKBOOKS, opened[-1])
            dialog.paste.field.setText(address)
            click(qtbot, dialog.paste.go_button)
            return dialog

        office.slow(Service.QUICKBOOKS)
        dialog = finishing()
        qtbot.waitUntil(lambda: office.taken(Service.QUICKBOOKS) == 1, timeout=10_000)
        asked = time.monotonic()
        click(qtbot, dialog.cancel_button)
        qtbot.waitUntil(lambda: window.sign_in.window is None)
        assert time.monotonic() - asked < AT_ONCE
        assert window.tasks.busy("quickbooks") is None
        finishing()
        qtbot.waitUntil(lambda: office.connected(Service.QUICKBOOKS), timeout=20_000)
        qtbot.waitUntil(lambda: window.sign_in.window is None)
        assert office.program.logins.aside.wait()
        workspace = office.services.workspaces.current()
        keeper = office.program.logins.keeper(workspace.id, Service.QUICKBOOKS)
        keeper.drop()
        assert keeper.token()
    finally:
        window.tasks.cancel_all()
        assert window.tasks.wait(20)
        window.web.close()
        window.close()
        shiboken6.delete(window)
