"""The whole window over the world of fakes_data with all reviewing services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.services.api import Services
from desktop_app.ui import files
from desktop_app.ui.shell import Context
from desktop_app.ui.window import MainWindow
from tests.ui.fakes_connect import make_services
from tests.ui.fakes_data import World, world
from tests.ui.fakes_review import FakeBackups, FakeExchange, FakeReview, FakeSuggest


class Desk:
    """A window and what stands behind it."""

    def __init__(self, context: Context, where: Path, size: int = 40) -> None:
        self.world: World = world(size)
        self.review = FakeReview(self.world)
        self.exchange = FakeExchange()
        self.suggest = FakeSuggest()
        self.backups = FakeBackups(where)
        base = make_services()
        fake: Any = base.connect
        fake.configured("http://localhost:8890/callback")
        fake.connected("QuickBooks")
        fake.workspaces.put(quickbooks_connected=True, ninjaone_connected=True)
        self.refresh: Any = base.refresh
        self.services: Services = replace(
            base,
            mapping=self.world.mapping,
            invoices=self.world.invoices,
            review=self.review,
            exchange=self.exchange,
            suggest=self.suggest,  # type: ignore[arg-type]
            backups=self.backups,
        )
        self.context = context
        self.window: MainWindow

    def open(self, qtbot: QtBot, page: str = "changes") -> MainWindow:
        self.services.settings.set("window.page", page)
        self.window = MainWindow(self.services, self.context)
        qtbot.addWidget(self.window)
        self.window.resize(1280, 820)
        with qtbot.waitExposed(self.window):
            self.window.show()
        qtbot.waitUntil(lambda: self.window.tasks.running() == ())
        return self.window

    def close(self) -> None:
        self.window.tasks.cancel_all()
        assert self.window.tasks.wait(10)
        self.window.web.close()


def answer_files(monkeypatch: pytest.MonkeyPatch, file: Path) -> list[dict[str, Any]]:
    """File dialogs answer with *file* from now on; what they were asked is returned."""
    asked: list[dict[str, Any]] = []

    def ask(parent: Any, settings: Any, *, on_file: Callable[[Path], object], **more: Any) -> None:
        asked.append(more)
        on_file(file)

    monkeypatch.setattr(files, "ask_save", ask)
    monkeypatch.setattr(files, "ask_open", ask)
    return asked
