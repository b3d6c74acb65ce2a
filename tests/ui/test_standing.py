"""What stands around the mappings: badge, conflicts, lock, counts; the window with all services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.services.api import RefreshReport
from desktop_app.ui.changes.conflicts import ConflictDialog
from desktop_app.ui.changes.page import ChangesPage
from desktop_app.ui.shell import Context
from tests.ui.conftest import notices
from tests.ui.desk_support import Desk
from tests.ui.fakes_review import change, conflict
from tests.ui.fakes_stores import NOW
from tests.ui.pages_support import click, dialog_of
from tests.ui.test_window import CONTROLS, is_part

LOCK = "These mappings belong to Other LLC. Connect that company, or open another workspace."


@pytest.fixture
def desk(context: Context, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(context, tmp_path)
    yield made
    made.close()


def mapped(desk: Desk) -> list[str]:
    return list(desk.world.mappings.links[Kind.CUSTOMERS])


def test_rail_and_tab_carry_the_number_of_changes(desk: Desk, qtbot: QtBot) -> None:
    one, two, *_ = mapped(desk)
    desk.review.change_list = [change(desk.world, 1, one), change(desk.world, 2, two)]
    window = desk.open(qtbot)
    entry = window.rail.buttons["changes"]
    assert entry.accessibleName() == "Changes in QuickBooks, 2 waiting, open"
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Changes in QuickBooks (2)"
    page = window.current_page
    assert isinstance(page, ChangesPage)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_K)
    assert entry.badge == 1
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Changes in QuickBooks (1)"


def test_tabs_carry_how_much_is_decided(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(qtbot, "customers")
    rows = desk.world.mapping.rows(Kind.CUSTOMERS)
    done = sum(row.mapping is not None for row in rows)
    assert window.tabs.tabText(0) == f"Customers  {done}/{len(rows)}"
    assert window.tabs.accessibleTabName(0) == f"Customers, {done} of {len(rows)} decided"
    window.shell.publish(desk.world.mapping.clear(Kind.CUSTOMERS, mapped(desk)[:2]))
    assert window.tabs.tabText(0) == f"Customers  {done - 2}/{len(rows)}"
    assert f"{len(rows) - done + 2} undecided" in window.counts.whole()


def test_a_narrow_window_has_a_rail_of_icons(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(qtbot)
    entry = window.rail.buttons["items"]
    assert entry.text().strip() == "Items"
    window.resize(700, 600)
    qtbot.waitUntil(lambda: entry.text() == "")
    assert window.rail.width() < 80
    assert entry.toolTip() == "Items"
    assert entry.accessibleName() == "Items"
    entry.setToolTip("12 wait")
    assert entry.toolTip() == "Items\n12 wait"
    window.resize(1280, 820)
    qtbot.waitUntil(lambda: entry.text().strip() == "Items")
    assert entry.toolTip() == "12 wait"


def test_conflicts_after_a_refresh_raise_a_banner(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(qtbot, "integrations")
    assert notices(window) == []
    desk.refresh.on_done = lambda: desk.review.conflict_list.append(
        conflict(desk.world, mapped(desk)[0])
    )
    with qtbot.waitSignal(window.tasks.ended):
        window.actions_.refresh.trigger()
    banner = next(b for b in notices(window) if "offline decision" in b.title)
    click(qtbot, banner.buttons["Review one by one"])
    dialog = dialog_of(qtbot, ConflictDialog)
    qtbot.keyClick(dialog, Qt.Key.Key_K)
    click(qtbot, dialog.close_button)
    assert not any("offline decision" in b.title for b in notices(window))


def test_conflicts_banner_goes_when_they_are_settled_elsewhere(desk: Desk, qtbot: QtBot) -> None:
    desk.review.conflict_list = [conflict(desk.world, mapped(desk)[0])]
    window = desk.open(qtbot, "integrations")
    assert any("offline decision" in b.title for b in notices(window))
    desk.review.conflict_list.clear()
    window.shell.publish(ChangeSet(frozenset({Kind.CUSTOMERS})))
    assert not any("offline decision" in b.title for b in notices(window))


def test_another_company_is_read_only_and_looks_it(desk: Desk, qtbot: QtBot) -> None:
    desk.review.lock = LOCK
    desk.world.mappings.steps.append({})  # there is something to undo
    window = desk.open(qtbot)
    (banner,) = [b for b in notices(window) if b.level == "error"]
    assert LOCK in banner.text
    assert window.header.lock.isVisible()
    assert window.header.property("locked") is True
    for action in (window.actions_.undo, window.actions_.import_table):
        assert not action.isEnabled()
        assert action.toolTip() == LOCK
    assert window.actions_.export_table.isEnabled()  # looking and exporting still work
    desk.review.lock = ""
    window.shell.publish(ChangeSet(workspace=True))
    assert not window.header.lock.isVisible()
    assert window.actions_.import_table.isEnabled()
    assert window.actions_.undo.isEnabled()
    assert not any(b.level == "error" for b in notices(window))


def test_the_status_bar_counts_what_is_staged_and_undecided(desk: Desk, qtbot: QtBot) -> None:
    desk.review.staged_count = 3
    window = desk.open(qtbot, "integrations")
    assert window.staged.isVisible()
    assert window.staged.text() == "3 staged"
    assert window.counts.whole() == ""
    counts = (("NinjaOne organizations", 42, 42), ("QuickBooks customers", 1243, 1243))
    report = RefreshReport(True, counts, 7, NOW, ChangeSet(), "")
    window.refreshing.refreshed.emit(report)
    window.go("customers")
    rows = desk.world.mapping.rows(Kind.CUSTOMERS)
    undecided = sum(row.mapping is None for row in rows)
    whole = f"{undecided} undecided · list complete (1,243 of 1,243)"
    assert window.counts.whole() == whole
    # A refresh that fetched only changes says nothing of the whole list: the last count stays.
    window.refreshing.refreshed.emit(RefreshReport(False, (), 1, NOW, ChangeSet(), ""))
    assert window.counts.whole() == whole
    short = (("QuickBooks customers", 1000, 1243),)
    window.refreshing.refreshed.emit(RefreshReport(True, short, 7, NOW, ChangeSet(), ""))
    assert "list NOT complete (1,000 of 1,243)" in window.counts.whole()
    window.go("items")
    assert "list" not in window.counts.whole()


def test_what_was_decided_offline_is_to_be_checked_once_there_is_a_connection(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.review.staged_count = 3
    window = desk.open(qtbot, "integrations")
    window.shell.set_offline(True)
    assert not any("not checked" in b.title for b in notices(window))
    window.shell.set_offline(False)
    banner = next(b for b in notices(window) if "not checked" in b.title)
    assert banner.title == "3 decisions made offline are not checked yet"

    def checked() -> None:
        desk.review.staged_count = 0

    desk.refresh.on_done = checked
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, banner.buttons["Refresh now"])
    assert not any("not checked" in b.title for b in notices(window))


def test_every_control_around_reviewing_has_a_name(desk: Desk, qtbot: QtBot) -> None:
    one, two, *_ = mapped(desk)
    desk.review.change_list = [change(desk.world, 1, one)]
    desk.review.conflict_list = [conflict(desk.world, two)]
    window = desk.open(qtbot)
    window.actions_.history.trigger()
    window.actions_.backups.trigger()
    window.page("changes").focus_on("conflicts")
    qtbot.waitUntil(lambda: window.tasks.running() == ())
    nameless = [
        repr(control)
        for control in window.findChildren(QWidget)
        if isinstance(control, CONTROLS)
        and not control.isHidden()
        and not is_part(control)
        and not control.accessibleName()
    ]
    assert nameless == []
