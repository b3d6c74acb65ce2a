"""What tests of the window stand on: fake services, a shell without the whole window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services.api import Services
from desktop_app.ui.messages import Banners
from desktop_app.ui.shell import Context, Shell
from desktop_app.ui.tasks import Tasks
from desktop_app.ui.theme import Choice, theme
from tests.ui.fakes_connect import NOW, make_services


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    if theme().choice is not Choice.LIGHT or not qapp.styleSheet():
        theme().install(qapp, Choice.LIGHT)


@pytest.fixture
def services() -> Services:
    return make_services()


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(
        web_profile_dir=tmp_path / "web", data_dir=tmp_path, version="1.2.3", now=lambda: NOW
    )


@pytest.fixture
def make_shell(qtbot: QtBot, context: Context) -> Iterator[Callable[[Services], Shell]]:
    """A shell on a bare window with a notice bar; pages are added to ``shell.window.layout()``."""
    made: list[Shell] = []

    def make(services: Services) -> Shell:
        window = QWidget()
        qtbot.addWidget(window)
        box = QVBoxLayout(window)
        box.addWidget(Banners())
        shell = Shell(services, context, Tasks(window), window)
        made.append(shell)
        return shell

    yield make
    for shell in made:
        shell.tasks.shut_down(lambda: None)  # what a timer would start now has no window
        assert shell.tasks.wait(10), "a task did not stop"


@pytest.fixture
def shell(make_shell: Callable[[Services], Shell], services: Services) -> Shell:
    return make_shell(services)


def notices(widget: QWidget) -> list[Any]:
    """The notices that the window of *widget* shows, oldest first."""
    bar = widget.window().findChild(Banners)
    return list(bar.shown()) if bar else []
