"""Notices take little room: a line each, two in sight, the rest behind a line that opens them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.banners import LOW, Banner, Banners, Choice
from tests.ui.pages_support import click

LONG = "NinjaOne's own QuickBooks integration seems to be on.\n" + "Switch it off in NinjaOne. " * 9
ONE_LINE = 44


@pytest.fixture
def bar(qtbot: QtBot) -> Banners:
    window = QWidget()
    qtbot.addWidget(window)
    made = Banners()
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(1100, 800)
    with qtbot.waitExposed(window):
        window.show()
    return made


def add(
    bar: Banners,
    level: str,
    title: str,
    text: str = "Short.",
    *,
    choices: tuple[Choice, ...] = (),
    key: str = "",
) -> Banner:
    banner = Banner(level, title, text, choices=choices)
    bar.show_banner(banner, key)
    return banner


def in_sight(bar: Banners) -> list[str]:
    return [banner.title for banner in bar.shown() if banner.isVisible()]


def test_a_notice_alone_is_read_at_once(qtbot: QtBot, bar: Banners) -> None:
    alone = add(bar, "warning", "Invoices may be sent twice", LONG)
    qtbot.waitUntil(lambda: alone.opened and alone.height() > ONE_LINE)
    again = add(bar, "info", "You are offline")
    qtbot.waitUntil(lambda: alone.height() <= ONE_LINE and again.height() <= ONE_LINE)
    assert not alone.opened
    again.dismiss()
    qtbot.waitUntil(lambda: alone.opened)


def test_a_long_notice_is_cut_and_opened_by_key(qtbot: QtBot, bar: Banners) -> None:
    pressed: list[str] = []
    first = add(
        bar, "warning", "Twice", LONG, choices=(Choice("Show", lambda: pressed.append("show")),)
    )
    add(bar, "info", "Offline")
    qtbot.waitUntil(lambda: first.height() <= ONE_LINE)
    show = first.buttons["Show"]
    middle = show.mapTo(first, show.rect().center()).y()
    assert abs(middle - first.rect().center().y()) <= 2, "the button stands in the line"
    first.more_button.setFocus()
    qtbot.keyClick(first.more_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: first.opened and first.height() > ONE_LINE)
    assert first.more_button.accessibleName() == "Show less of the notice"
    click(qtbot, show)
    assert pressed == ["show"]


def test_what_fits_in_its_line_needs_no_button(qtbot: QtBot, bar: Banners) -> None:
    banner = add(bar, "info", "You are offline", "Reviewing works.\nSending does not.")
    qtbot.waitUntil(lambda: banner.height() <= ONE_LINE)
    assert not banner.more_button.isVisible()


def test_the_third_notice_waits_behind_a_line(qtbot: QtBot, bar: Banners) -> None:
    add(bar, "info", "Offline")
    add(bar, "error", "Wrong company")
    assert not bar.more_button.isVisible()
    add(bar, "good", "Applied 3 rows")
    assert in_sight(bar) == ["Wrong company", "Applied 3 rows"], "the most pressing, the newest"
    assert bar.more_button.text() == "1 more notice"
    bar.more_button.setFocus()
    qtbot.keyClick(bar.more_button, Qt.Key.Key_Return)
    assert in_sight(bar) == ["Offline", "Wrong company", "Applied 3 rows"]
    click(qtbot, bar.more_button)
    assert len(in_sight(bar)) == 2
    next(b for b in bar.shown() if b.title == "Wrong company").dismiss()
    assert in_sight(bar) == ["Offline", "Applied 3 rows"]
    assert not bar.more_button.isVisible()


def test_a_low_window_shows_one_notice(qtbot: QtBot, bar: Banners) -> None:
    add(bar, "warning", "Keyring", LONG, key="keyring")
    add(bar, "info", "Offline", key="offline")
    assert len(in_sight(bar)) == 2
    bar.window().resize(700, LOW - 60)
    qtbot.waitUntil(lambda: in_sight(bar) == ["Keyring"])
    assert bar.more_button.text() == "1 more notice"
    add(bar, "good", "Applied 3 rows")
    assert in_sight(bar) == ["Applied 3 rows"], "what was done just now is answered"
    bar.window().resize(1100, 800)
    qtbot.waitUntil(lambda: len(in_sight(bar)) == 2)


def test_buttons_go_below_where_the_line_is_short(qtbot: QtBot, bar: Banners) -> None:
    choices = (Choice("Review one by one", lambda: None), Choice("Show the changes", lambda: None))
    banner = add(bar, "warning", "3 offline decisions need you", choices=choices)
    bar.window().resize(360, 800)
    button = banner.buttons["Show the changes"]
    qtbot.waitUntil(lambda: button.mapTo(banner, button.rect().topLeft()).y() > 20)
    assert button.mapTo(banner, button.rect().bottomRight()).x() <= banner.width()


class Windows(QObject):
    """Widgets that were shown as windows."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            self.seen += [watched] if watched.isWindow() else []
        return False


def test_a_notice_opens_no_window_of_its_own(bar: Banners, qapp: QApplication) -> None:
    """Which would take the keys from the window that shows it."""
    windows = Windows()
    qapp.installEventFilter(windows)
    add(bar, "warning", "Twice", LONG, choices=(Choice("Show", lambda: None),))
    qapp.removeEventFilter(windows)
    assert windows.seen == []


def test_a_notice_is_laid_out_for_the_height_that_it_has(qtbot: QtBot) -> None:
    banner = Banner("warning", "Void: not possible now", LONG)
    qtbot.addWidget(banner)
    banner.set_roomy(True)
    heights = {}
    for width in (1100, 300, 500):
        banner.resize(width, banner.height())
        with qtbot.waitExposed(banner):
            banner.show()
        layout = banner.layout()
        assert layout is not None
        qtbot.waitUntil(lambda: banner.layout().geometry().height() == banner.height())
        heights[width] = banner.height()
    assert heights[300] > heights[500] > heights[1100]
