"""The real window at an office: opened on one profile again and again, while others work in
NinjaOne and QuickBooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bootstrap import Stage
from desktop_app.domain.records import Source
from desktop_app.progress import Progress
from desktop_app.simulator.server import Simulator
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.theme import Choice, theme
from desktop_app.ui.window import MainWindow
from tests.e2e import desk


@dataclass
class Office:
    """The simulator, and the program opened on one profile again and again."""

    stage: Stage
    qtbot: QtBot

    @property
    def simulator(self) -> Simulator:
        assert self.stage.simulator is not None
        return self.stage.simulator

    @property
    def realm(self) -> str:
        return self.simulator.seed.companies[0].realm_id

    def customers(self, name: str) -> list[Any]:
        books = self.simulator.quickbooks.company(self.realm)
        return [c for c in books.all("Customer") if c["DisplayName"] == name]

    def post(self, route: str, **body: Any) -> Any:
        url = f"{self.simulator.base}/_sim/{route.replace('REALM', self.realm)}"
        answer = requests.post(url, json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    @contextmanager
    def window(self, *, offline: bool = False, page: str = "customers") -> Iterator[MainWindow]:
        with self.stage.open(offline=offline) as program:
            made = MainWindow(program.services, program.context(self.simulator))
            made.resize(1280, 820)
            with self.qtbot.waitExposed(made):
                made.show()
            made.go(page)
            self.settle(made)
            try:
                yield made
            finally:  # with its timers, before the database is closed
                made.tasks.cancel_all()
                assert made.tasks.wait(20)
                made.web.close()
                made.close()
                shiboken6.delete(made)

    def settle(self, window: MainWindow) -> None:
        self.qtbot.waitUntil(lambda: window.tasks.running() == (), timeout=60_000)

    def refresh(self, window: MainWindow) -> None:
        window.actions_.refresh.trigger()
        self.settle(window)

    def press(self, window: MainWindow, source: Source, key: Qt.Key) -> None:
        """A key on that row."""
        page = window.current_page
        assert isinstance(page, MappingPage)
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)
        page.reveal(source.id)
        page.table.setFocus()
        self.qtbot.keyClick(page.table, key)


@contextmanager
def connected_office(folder: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Office]:
    """Signed in to both services, the lists fetched; nothing is decided yet."""
    theme().install(qapp, Choice.LIGHT)
    with desk.demo_stage(folder) as stage:
        office = Office(stage, qtbot)
        with stage.open() as program:
            desk.connect(program.services, office.simulator)
            program.services.refresh.refresh(Progress())
        yield office
