"""A page of the window on a bare shell, over the world of :mod:`tests.ui.fakes_data`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services.api import Services
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.tables.model import TICK_COLUMN
from desktop_app.ui.tables.view import RecordTable
from tests.ui.fakes_connect import make_services
from tests.ui.fakes_data import World

P = TypeVar("P", bound=Page)
D = TypeVar("D", bound=QDialog)

MakeShell = Callable[[Services], Shell]


def open_page(
    qtbot: QtBot, make_shell: MakeShell, world: World, make: Callable[[Shell], P], **more: Any
) -> P:
    """The page shown in its window, refreshed, and refreshed again by what it publishes.

    more: further services by their name.
    """
    services = replace(
        make_services(),
        mapping=world.mapping,
        invoices=world.invoices,
        settings=world.settings,
        workspaces=world.workspaces,  # type: ignore[arg-type]
        **more,
    )
    shell = make_shell(services)
    page = make(shell)
    layout = shell.window.layout()
    assert layout is not None
    layout.addWidget(page)
    shell.changed.connect(lambda c: page.refresh(c) if page.concerned(c) else None)
    shell.window.resize(1200, 800)
    with qtbot.waitExposed(shell.window):
        shell.window.show()
    page.refresh(None)
    return page


def dialog_of(qtbot: QtBot, kind: type[D]) -> D:
    """The dialog of this class that is open, or opens within a few seconds."""

    def found() -> list[D]:
        return [d for d in QApplication.topLevelWidgets() if isinstance(d, kind) and d.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=5000)
    dialog = found()[-1]
    dialog.activateWindow()  # as the window system does; keys go nowhere else then
    qtbot.waitUntil(dialog.isActiveWindow, timeout=5000)
    return dialog


def no_dialog() -> bool:
    return not any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets())


def click_box(
    qtbot: QtBot,
    table: RecordTable[Any],
    identity: str,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Click the check box of a row, as a person does."""
    model = table.records
    index = model.index(model.row_of(identity), TICK_COLUMN)
    table.scrollTo(index)
    qtbot.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        keys,
        table.visualRect(index).center(),
    )


def click_header_box(qtbot: QtBot, table: RecordTable[Any]) -> None:
    header = table.header()
    place = QPoint(header.sectionViewportPosition(TICK_COLUMN) + 12, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def click(qtbot: QtBot, button: QWidget) -> None:
    """Click what a person can see; what was just added is shown at the next turn of the loop."""
    qtbot.waitUntil(button.isVisible)
    assert button.isEnabled(), "a person cannot click what is disabled"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def shown_ids(table: RecordTable[Any]) -> list[str]:
    return [table.records.id_at(row) for row in range(table.records.rowCount())]


def published(page: Page) -> list[Any]:
    """Every change set that the page publishes from now on."""
    seen: list[Any] = []
    page.shell.changed.connect(seen.append)
    return seen


def said(page: Page) -> list[str]:
    """Every line for the status bar from now on."""
    seen: list[str] = []
    page.shell.said.connect(seen.append)
    return seen


def opened_addresses(monkeypatch: pytest.MonkeyPatch, module: str) -> list[str]:
    """What *module* opens in the user's browser from now on, instead of opening it."""
    seen: list[str] = []

    class Desktop:
        @staticmethod
        def openUrl(url: Any) -> bool:
            seen.append(url.toString())
            return True

    monkeypatch.setattr(f"{module}.QDesktopServices", Desktop)
    return seen
