"""The main window with real clicks and keys, on fake services."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Environment
from desktop_app.errors import NetworkError, ReconnectNeeded
from desktop_app.progress import Progress
from desktop_app.services.api import Services, TokenHealth
from desktop_app.ui.boxes import AskBox
from desktop_app.ui.pages import MAPPING, PageSpec, standard_pages
from desktop_app.ui.shell import Context, Page, Shell
from desktop_app.ui.window import MainWindow
from tests.ui.conftest import notices


class Plain(Page):
    """Counts what it is told."""

    def __init__(self, shell: Shell, kind: Kind | None = None) -> None:
        super().__init__(shell)
        self.kind = kind
        self.refreshed: list[ChangeSet | None] = []
        self.focused: list[object] = []
        self.left = 0
        self.own = QAction("Own action", self)

    def concerned(self, changes: ChangeSet) -> bool:
        return self.kind is None or self.kind in changes.kinds

    def refresh(self, changes: ChangeSet | None) -> None:
        self.refreshed.append(changes)

    def page_actions(self) -> list[QAction]:
        return [self.own] if self.kind else []

    def focus_on(self, what: object) -> None:
        self.focused.append(what)

    def leaving(self) -> None:
        self.left += 1


def plain_pages() -> tuple[PageSpec, ...]:
    def of(kind: Kind) -> PageSpec:
        return PageSpec(kind.value, kind.label, kind.value, MAPPING, lambda s: Plain(s, kind))

    return (
        PageSpec("integrations", "Integrations", "integrations", "", Plain),
        *(of(kind) for kind in Kind),
        PageSpec("settings", "Settings", "settings", "", Plain),
    )


Make = Callable[..., MainWindow]


@pytest.fixture
def make_window(qtbot: QtBot, services: Services, context: Context) -> Iterator[Make]:
    made: list[MainWindow] = []

    def make(pages: Any = None, connected: bool = True, with_context: Any = None) -> MainWindow:
        fake: Any = services.connect
        if connected:
            fake.configured("http://localhost:8890/callback")
            fake.connected("QuickBooks")
            fake.workspaces.put(quickbooks_connected=True, ninjaone_connected=True)
        window = MainWindow(services, with_context or context, pages or plain_pages())
        made.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.tasks.running() == ())
        return window

    yield make
    for window in made:
        window.tasks.cancel_all()
        assert window.tasks.wait(10)
        window.web.close()


def test_the_rail_opens_pages_and_keys_too(make_window: Make, qtbot: QtBot) -> None:
    window = make_window()
    qtbot.mouseClick(window.rail.buttons["items"], Qt.MouseButton.LeftButton)
    assert window.current_page is window.page("items")
    assert window.rail.buttons["items"].isChecked()
    assert window.rail.buttons["items"].accessibleName() == "Items, open"
    assert window.rail.buttons["integrations"].accessibleName() == "Integrations"
    assert window.tabs.isVisible()
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Items"
    window.rail.buttons["items"].setFocus()
    qtbot.keyClick(window.rail.buttons["items"], Qt.Key.Key_Up)
    qtbot.keyClick(window.rail.buttons["accounts"], Qt.Key.Key_Return)
    assert window.current_page is window.page("accounts")
    window.tabs.setCurrentIndex(0)
    assert window.current_page is window.page("customers")
    assert [a.text() for a in window.page_menu.actions()] == ["Own action"]


def test_only_pages_concerned_reload_and_hidden_ones_when_shown(make_window: Make) -> None:
    window = make_window()
    window.go("customers")
    window.go("items")
    customers, items = window.page("customers"), window.page("items")
    assert isinstance(customers, Plain)
    assert isinstance(items, Plain)
    assert items.refreshed == [None]
    changes = ChangeSet(frozenset({Kind.CUSTOMERS}), text="Mapped 61 organizations")
    window.shell.publish(changes)
    assert items.refreshed == [None]
    assert customers.refreshed == [None]
    assert window.status.whole() == "Mapped 61 organizations"
    window.go("customers", "a row")
    assert customers.refreshed == [None, changes]
    assert customers.focused == ["a row"]
    assert items.left == 1
    window.go("items")
    window.shell.publish(changes)
    window.shell.publish(changes)
    window.go("customers")
    assert customers.refreshed == [None, changes, None]  # several changes: all anew, once


def test_refresh_by_key_reports_metered_reads(make_window: Make, qtbot: QtBot) -> None:
    window = make_window()
    window.go("customers")
    with qtbot.waitSignal(window.tasks.ended):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    (banner,) = notices(window)
    assert "7 metered reads" in banner.text
    assert "09:14" in window.header.fresh.text() or "Refreshed" in window.header.fresh.text()
    page = window.page("customers")
    assert isinstance(page, Plain)
    assert len(page.refreshed) == 2


def test_refresh_shows_progress_and_can_be_cancelled(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    window = make_window()
    fake: Any = services.refresh
    fake.hold = threading.Event()
    qtbot.mouseClick(window.header.refresh, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: window.strip.isVisible() and "243 of 1,243" in window.strip.text.whole()
    )
    assert not window.header.refresh.isEnabled()
    assert window.rail.buttons["items"].isEnabled()  # nothing else waits
    with qtbot.waitSignal(window.tasks.ended):
        qtbot.mouseClick(window.strip.cancel, Qt.MouseButton.LeftButton)
    assert "Nothing was changed" in window.status.whole()
    assert not window.strip.isVisible()
    assert window.header.refresh.isEnabled()
    assert notices(window) == []


def test_no_network_turns_the_window_offline_and_back(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    window = make_window()
    fake: Any = services.refresh
    fake.error = NetworkError("QuickBooks could not be reached.")
    with qtbot.waitSignal(window.tasks.ended):
        window.actions_.refresh.trigger()
    assert window.header.network.text() == "Offline"
    titles = [banner.title for banner in notices(window)]
    assert "You are offline" in titles
    fake.error = None
    failed = next(b for b in notices(window) if b.title == "No connection")
    with qtbot.waitSignal(window.tasks.ended):
        failed.buttons["Try again"].click()
    assert window.header.network.text() == "Online"
    assert "You are offline" not in [banner.title for banner in notices(window)]


def test_a_dead_login_leads_to_integrations(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    window = make_window()
    window.go("items")
    fake: Any = services.refresh
    fake.error = ReconnectNeeded("QuickBooks no longer accepts the login.")
    with qtbot.waitSignal(window.tasks.ended):
        window.actions_.refresh.trigger()
    (banner,) = notices(window)
    banner.buttons["Open Integrations"].click()
    assert window.current_page is window.page("integrations")


def test_a_second_window_says_that_it_only_reads(make_window: Make, context: Context) -> None:
    reading = Context(context.web_profile_dir, offline=True, read_only=True, now=context.now)
    window = make_window(with_context=reading)
    (notice,) = [n for n in notices(window) if "offline" in n.title or "reads" in n.title]
    assert notice.title == "This window only reads"


def test_started_offline_nothing_goes_online(
    make_window: Make, services: Services, context: Context
) -> None:
    offline = Context(context.web_profile_dir, offline=True, now=context.now)
    window = make_window(with_context=offline)
    assert not window.actions_.refresh.isEnabled()
    assert window.header.network.text() == "Offline"
    fake: Any = services.invoices
    assert fake.settled == 0


def test_lost_answers_are_looked_up_at_the_start(make_window: Make, services: Services) -> None:
    make_window()
    fake: Any = services.invoices
    assert fake.settled == 1


class LostCreations:
    """A create service that has one lost answer to find."""

    def settle(self, progress: Progress) -> ChangeSet:
        return ChangeSet(frozenset({Kind.CUSTOMERS}), text="Harbor Peak was created")


def test_records_being_created_are_looked_up_too(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    object.__setattr__(services, "create", LostCreations())
    window = make_window()
    qtbot.waitUntil(lambda: "Harbor Peak was created" in window.status.text())


def test_undo_and_redo_by_key(make_window: Make, services: Services, qtbot: QtBot) -> None:
    fake: Any = services.mapping
    fake.undoable.append("Auto Map of 61 rows")
    window = make_window()
    assert "Auto Map of 61 rows" in window.header.undo.toolTip()
    assert not window.header.redo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert fake.redoable == ["Auto Map of 61 rows"]
    assert not window.header.undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert fake.undoable == ["Auto Map of 61 rows"]
    assert fake.threads == [threading.main_thread()] * 2


def test_a_long_step_is_taken_back_beside_the_window(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    fake: Any = services.mapping
    fake.undoable.append("Auto Map of 61 rows")
    fake.many = 61
    window = make_window()
    for key, told in ((Qt.Key.Key_Z, "Undid"), (Qt.Key.Key_Y, "Did again")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda told=told: told in window.status.text())  # type: ignore[misc]
        assert fake.threads.pop() is not threading.main_thread()
    assert fake.undoable == ["Auto Map of 61 rows"]


@pytest.mark.parametrize(
    ("days", "level", "look"),
    [(13, "notice", "info"), (6, "warning", "warning"), (1, "urgent", "error")],
)
def test_a_login_that_ends_soon_is_told_once_a_level(
    make_window: Make, services: Services, days: int, level: str, look: str
) -> None:
    fake: Any = services.connect
    fake.health = TokenHealth(days, level, f"The QuickBooks login ends in {days} days.")
    window = make_window()
    (banner,) = notices(window)
    assert banner.level == look
    assert "Reconnect" in banner.buttons
    banner.dismiss()
    window.shell.publish(ChangeSet(workspace=True))
    assert notices(window) == []  # closed, and not at the next level yet
    fake.health = TokenHealth(0, "urgent", "The QuickBooks login has ended.")
    window.shell.publish(ChangeSet(workspace=True))
    assert len(notices(window)) == (0 if level == "urgent" else 1)


def test_a_missing_keyring_is_told(make_window: Make, services: Services) -> None:
    fake: Any = services.connect
    fake.notice = "No usable keyring was found: logins last until the program closes."
    window = make_window()
    assert "until the program closes" in notices(window)[0].text


def test_workspaces_are_made_renamed_and_switched(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    window = make_window()
    window.actions_.new_workspace.trigger()
    box = window.findChild(AskBox)
    assert box is not None
    assert not box.action_button.isEnabled()
    qtbot.keyClicks(box.field, "  Second  ")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert services.workspaces.current().name == "Second"
    assert "Second" in window.header.workspace.whole()
    window.actions_.rename_workspace.trigger()
    rename = [b for b in window.findChildren(AskBox) if b.isVisible()][-1]
    rename.field.setText("Another")
    rename.action_button.click()
    assert services.workspaces.current().name == "Another"
    window.workspace_menu.fill()
    first = window.workspace_menu.actions()[0]
    assert first.text().startswith("Acme IT")
    first.trigger()
    assert services.workspaces.current().id == 1
    assert "Acme IT" in window.header.workspace.whole()


def test_the_header_says_whose_books_and_which_world(make_window: Make, services: Services) -> None:
    window = make_window()
    assert "Craig's Design" in window.header.company.whole()
    assert window.header.environment.text() == "SANDBOX"
    fake: Any = services.workspaces
    app = services.workspaces.current().quickbooks_app
    window.shell.publish(fake.put(quickbooks_app=replace(app, environment=Environment.PRODUCTION)))
    assert window.header.environment.text() == "PRODUCTION"


def test_closing_waits_for_what_is_under_way_without_blocking(
    make_window: Make, services: Services, qtbot: QtBot
) -> None:
    window = make_window()
    fake: Any = services.refresh
    fake.hold = threading.Event()
    window.actions_.refresh.trigger()
    assert window.close() is False
    assert window.isVisible()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert window.tasks.wait(1)


def test_place_and_page_are_kept(make_window: Make, services: Services, qtbot: QtBot) -> None:
    window = make_window()
    window.resize(777, 555)
    window.go("accounts")
    window.close()
    again = make_window()
    assert (again.width(), again.height()) == (777, 555)
    assert again.current_page is again.page("accounts")


CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit, QProgressBar)


def test_every_control_has_a_name(
    qtbot: QtBot, services: Services, context: Context, make_window: Make
) -> None:
    own = [s for s in standard_pages(Plain, Plain) if s.key in ("integrations", "settings")]
    window = make_window(pages=own)
    window.go("settings")
    window.show_about()
    pages = (window._integrations(window.shell), window._settings(window.shell))
    for page in pages:
        qtbot.addWidget(page)
    nameless = [
        repr(control)
        for whole in (window, *pages)
        for control in whole.findChildren(QWidget)
        if isinstance(control, CONTROLS) and not is_part(control) and not control.accessibleName()
    ]
    assert nameless == []


def is_part(control: QWidget) -> bool:
    """Whether Qt made it inside another control, which has the name."""
    parent = control.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QLineEdit | QAbstractItemView | QTabBar):
            return True
        parent = parent.parentWidget()
    return control.objectName().startswith("qt_")
