"""The history window: filter, pages, single rows, export, restore points."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QDate, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.domain.journal import HistoryFilter, RestorePoint, RowState
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, How
from desktop_app.errors import RuleError, StorageError
from desktop_app.progress import Progress
from desktop_app.services.history_file import export_history
from desktop_app.ui.boxes import AskBox, ConfirmBox
from desktop_app.ui.history.filters import BETWEEN
from desktop_app.ui.history.points import PreviewDialog
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.ui.shell import Context
from tests.ui.conftest import notices
from tests.ui.desk_support import Desk, answer_files
from tests.ui.fakes_review import entry
from tests.ui.fakes_stores import NOW
from tests.ui.pages_support import click, dialog_of, no_dialog


@pytest.fixture
def desk(context: Context, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(context, tmp_path)
    made.review.entries = [entry(step) for step in range(1, 451)]
    made.open(qtbot, "integrations")
    yield made
    made.close()


@pytest.fixture
def history(desk: Desk, qtbot: QtBot) -> HistoryWindow:
    desk.window.actions_.history.trigger()
    found = desk.window.findChildren(HistoryWindow)[0]
    with qtbot.waitExposed(found):
        pass
    settle(desk, qtbot)
    return found


def settle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk.window.tasks.running() == ())


def choose(box: object, data: object) -> None:
    box.setCurrentIndex(box.findData(data))  # type: ignore[attr-defined]


def test_one_window_and_pages_as_one_scrolls(
    desk: Desk, history: HistoryWindow, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    desk.window.actions_.history.trigger()
    assert len(desk.window.findChildren(HistoryWindow)) == 1
    settle(desk, qtbot)
    first = len(history.model.entries)
    assert 200 <= first < 450
    assert "older ones follow" in history.count.text()
    assert history.model.entries[0].step == 450  # the newest first
    qtbot.keyClick(history.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(history.model.entries) > first)
    settle(desk, qtbot)
    while history.model.canFetchMore():
        history.table.scrollToBottom()
        settle(desk, qtbot)
    assert [e.step for e in history.model.entries] == list(range(450, 0, -1))
    assert history.count.text() == "450 entries"
    qtmodeltester.check(history.model)


def test_each_part_of_the_filter_reaches_the_service(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    filters = history.filters
    choose(filters.kind, Kind.CUSTOMERS)
    choose(filters.who, "sam")
    choose(filters.how, How.AUTO_MAP)
    filters.since.setDate(QDate(2026, 1, 3))
    filters.until.setDate(QDate(2026, 1, 5))
    choose(filters.span, BETWEEN)
    assert filters.days.isVisible()
    settle(desk, qtbot)
    since = datetime(2026, 1, 3).astimezone()
    until = datetime(2026, 1, 6).astimezone()
    wanted = HistoryFilter(
        kind=Kind.CUSTOMERS, who="sam", how=How.AUTO_MAP, since=since, until=until
    )
    assert desk.review.pages_asked[-1] == (wanted, None)
    steps = [e.step for e in history.model.entries]
    assert steps
    assert all(step % 6 == 0 for step in steps)  # sam: every third, Auto Map: every second
    click(qtbot, filters.clear_button)
    settle(desk, qtbot)
    assert history.model.wanted == HistoryFilter()
    assert not filters.clear_button.isVisible()
    qtbot.keyClicks(filters.search, "Organization 37")
    qtbot.waitUntil(lambda: history.model.wanted.text == "Organization 37")
    settle(desk, qtbot)
    assert {e.step for e in history.model.entries} == {s for s in range(451) if "37" in str(s)}
    click(qtbot, filters.clear_button)
    assert filters.search.text() == ""


def test_nothing_found_says_so_and_leads_back(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(history.filters.search, "nobody at all")
    qtbot.waitUntil(history.nothing.isVisible)
    assert not history.detail.isVisible()
    assert not history.export_button.isEnabled()
    click(qtbot, history.nothing.button)
    qtbot.waitUntil(history.table.isVisible)


def test_an_answer_for_an_older_filter_is_dropped(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    desk.review.hold = threading.Event()
    choose(history.filters.who, "sam")
    qtbot.waitUntil(lambda: len(desk.review.pages_asked) > 1)
    choose(history.filters.who, "alex")
    desk.review.hold.set()
    settle(desk, qtbot)
    assert history.model.entries
    assert {e.who for e in history.model.entries} == {"alex"}


def test_a_failed_page_says_so_and_can_be_tried_again(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    first = len(history.model.entries)
    desk.review.error = StorageError("The disk did not answer.", retryable=True)
    history.table.scrollToBottom()
    qtbot.waitUntil(lambda: bool(notices(history)))
    assert len(history.model.entries) == first
    click(qtbot, notices(history)[-1].buttons["Try again"])
    qtbot.waitUntil(lambda: len(history.model.entries) > first)


def test_one_row_is_put_back_after_or_before_an_entry(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    history.table.selectRow(3)
    shown = history.current()
    assert shown is not None
    assert shown.source_label in history.detail.title.whole()
    assert "0.93" in history.detail.quiet.text()
    click(qtbot, history.detail.revert_button)
    call = ("revert", Kind.CUSTOMERS, shown.source_id, shown.step, False)
    assert desk.review.calls[-1] == call
    settle(desk, qtbot)
    history.table.selectRow(3)
    click(qtbot, history.detail.undo_button)
    assert desk.review.calls[-1] == (*call[:3], shown.step - 1, False)


def test_sharing_asks_first(desk: Desk, history: HistoryWindow, qtbot: QtBot) -> None:
    desk.review.error = RuleError("Customer 450 has Organization 1 already.")
    click(qtbot, history.detail.revert_button)
    box = dialog_of(qtbot, ConfirmBox)
    assert "Organization 1" in box.text.text()
    assert desk.review.calls == []
    click(qtbot, box.action_button)
    assert desk.review.calls == [("revert", Kind.CUSTOMERS, "450", 450, True)]


def test_locked_the_history_can_only_be_read(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    desk.review.lock = "They belong to Other LLC."
    desk.window.shell.publish(ChangeSet(workspace=True))
    settle(desk, qtbot)
    assert not history.detail.revert_button.isEnabled()
    assert "Other LLC" in history.detail.revert_button.toolTip()
    assert not history.points.make_button.isEnabled()


def test_show_the_row_opens_its_tab(desk: Desk, history: HistoryWindow, qtbot: QtBot) -> None:
    history.table.selectRow(0)
    with qtbot.waitSignal(desk.window.shell.go_requested) as went:
        click(qtbot, history.detail.row_button)
    assert went.args == ["customers", "450"]


def test_what_is_filtered_is_exported_whole(
    desk: Desk,
    history: HistoryWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "out.csv"
    asked = answer_files(monkeypatch, file)
    choose(history.filters.who, "alex")
    settle(desk, qtbot)
    assert len(history.model.entries) < 300
    click(qtbot, history.export_button)
    settle(desk, qtbot)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 300  # all of them, not only the pages that were shown
    assert {row["Who"] for row in rows} == {"alex"}
    assert asked[0]["name"].endswith("history.csv")
    assert "300 entries" in notices(history)[-1].title


def test_export_neutralises_formulas_and_writes_spreadsheets(desk: Desk, tmp_path: Path) -> None:
    desk.review.entries = [entry(1, source_label="=HYPERLINK(1)"), entry(2)]
    for suffix in (".csv", ".xlsx"):
        file = tmp_path / f"out{suffix}"
        done = export_history(desk.review, HistoryFilter(), file, Progress())
        assert done.rows == 2
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.DictReader(stream))[1]["NinjaOne record"] == "'=HYPERLINK(1)"
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet.cell(3, 9).value == "'=HYPERLINK(1)"
    with pytest.raises(StorageError):
        export_history(desk.review, HistoryFilter(), tmp_path / "no" / "x.csv", Progress())


# --- Restore points --------------------------------------------------------------------------


def state(label: str, target: str) -> RowState:
    return RowState(Kind.CUSTOMERS, label, label, "linked" if target else "", target, target)


def test_a_point_is_made_previewed_and_restored(
    desk: Desk, history: HistoryWindow, qtbot: QtBot
) -> None:
    points = history.points
    history.tabs.setCurrentWidget(points)
    click(qtbot, points.make_button)
    box = dialog_of(qtbot, AskBox)
    qtbot.keyClicks(box.field, "Before the audit")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert desk.review.calls == [("point", "Before the audit")]
    assert points.table.current_id() == "1"
    desk.review.preview = [
        (state("Acme", "Acme Inc"), state("Acme", "")),
        (state("Birch", ""), state("Birch", "Birch LLC")),
    ]
    click(qtbot, points.restore_button)
    dialog = dialog_of(qtbot, PreviewDialog)
    texts = [
        str(dialog.browser.model.index(row, column).data())
        for row in range(2)
        for column in (1, 2, 3)
    ]
    assert texts == ["Acme", "Acme Inc", "not mapped", "Birch", "not mapped", "Birch LLC"]
    assert dialog.action_button.text() == "Restore 2 rows"
    qtbot.waitUntil(lambda: "become" in dialog.impact.text())
    assert [(c.source_id, c.target_id) for c in desk.suggest.asked[-1]] == [
        (then.source_id, then.target_id) for _, then in desk.review.preview
    ]
    assert desk.review.calls[-1][0] == "point"  # nothing yet
    qtbot.keyClick(dialog.action_button, Qt.Key.Key_Return)
    qtbot.waitUntil(no_dialog)
    settle(desk, qtbot)
    assert desk.review.calls[-1] == ("restore", 1)
    assert "Undo takes it back" in notices(history)[-1].text


def test_nothing_to_restore_is_said(desk: Desk, history: HistoryWindow, qtbot: QtBot) -> None:
    desk.review.points = [
        RestorePoint(1, NOW - timedelta(days=1), "alex", "Before Auto Map", 3, True)
    ]
    history.refresh()
    history.tabs.setCurrentWidget(history.points)
    click(qtbot, history.points.restore_button)
    qtbot.waitUntil(lambda: bool(notices(history)))
    assert "Nothing differs" in notices(history)[-1].title
    assert no_dialog()
