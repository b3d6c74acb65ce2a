"""The menu File: tables out and in, change sets, the review report, with real clicks and keys."""

from __future__ import annotations

import re
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.errors import RuleError, StorageError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api_exchange import Diff, DiffRow, Outcome
from desktop_app.ui import files
from desktop_app.ui.boxes import ErrorBox
from desktop_app.ui.exchange.choose import ChangeSetBox, KindBox, ReportBox, usual_paper
from desktop_app.ui.exchange.diff import DiffDialog
from desktop_app.ui.exchange.printing import write_pdf
from desktop_app.ui.shell import Context
from tests.ui.conftest import notices
from tests.ui.desk_support import Desk, answer_files
from tests.ui.fakes_connect import FakeSettings
from tests.ui.fakes_review import sample_diff
from tests.ui.fakes_stores import NOW
from tests.ui.pages_support import click, click_box, dialog_of, no_dialog, shown_ids

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(context: Context, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(context, tmp_path)
    made.exchange.diff = sample_diff()
    made.open(qtbot, "changes")
    yield made
    made.close()


def settle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk.window.tasks.running() == ())


def test_export_by_key_takes_the_tab_that_is_open(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "items.xlsx"
    asked = answer_files(monkeypatch, file)
    desk.window.go("items")
    qtbot.keyClick(desk.window, Qt.Key.Key_E, CTRL)
    settle(desk, qtbot)
    assert desk.exchange.calls == [("export", Kind.ITEMS, file)]
    assert asked[0]["name"] == "Northwind IT LLC items 2026-03-02.csv"
    assert desk.window.status.whole() == "Exported 240 products to items.xlsx"
    assert {"Open", "Show in folder"} <= set(notices(desk.window)[-1].buttons)


def test_elsewhere_and_in_the_menu_the_table_is_asked_for(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_files(monkeypatch, tmp_path / "table.csv")
    qtbot.keyClick(desk.window, Qt.Key.Key_E, CTRL)
    box = dialog_of(qtbot, KindBox)
    assert box.kind() is Kind.CUSTOMERS
    box.reject()
    desk.window.go("items")
    desk.window.actions_.export_table.trigger()
    box = dialog_of(qtbot, KindBox)
    assert box.kind() is Kind.ITEMS
    qtbot.keyClick(box.action_button, Qt.Key.Key_Return)
    settle(desk, qtbot)
    assert [call[:2] for call in desk.exchange.calls] == [("export", Kind.ITEMS)]


def test_a_file_that_cannot_be_written_is_told_with_a_way_out(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_files(monkeypatch, tmp_path / "items.csv")
    desk.exchange.error = StorageError("The disk is full.", retryable=True)
    desk.window.actions_.export_table.trigger()
    click(qtbot, dialog_of(qtbot, KindBox).action_button)
    settle(desk, qtbot)
    banner = notices(desk.window)[-1]
    assert "The disk is full" in banner.text
    click(qtbot, banner.buttons["Try again"])
    settle(desk, qtbot)
    assert len(desk.exchange.calls) == 2


def open_diff(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> DiffDialog:
    answer_files(monkeypatch, tmp_path / "customers.csv")
    qtbot.keyClick(desk.window, Qt.Key.Key_I, CTRL)
    box = dialog_of(qtbot, KindBox)
    qtbot.mouseClick(box.radios[Kind.CUSTOMERS], Qt.MouseButton.LeftButton)
    click(qtbot, box.action_button)
    dialog = dialog_of(qtbot, DiffDialog)
    settle(desk, qtbot)
    return dialog


def test_an_import_shows_every_row_before_anything_is_changed(
    desk: Desk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtmodeltester: ModelTester,
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    assert desk.exchange.calls == [("read", Kind.CUSTOMERS, tmp_path / "customers.csv")]
    qtmodeltester.check(dialog.model)
    chips = {tag: chip.text() for tag, chip in dialog.browser.chips.items()}
    assert chips["New"] == "New  1"
    assert chips["Refused"] == "Refused  1"
    assert chips["Unchanged"] == "Unchanged  0"
    assert "Colour" in dialog.about.text()
    # New and Cleared are ticked by the service, Changed needs a second look.
    assert [row.key for row in dialog.wanted()] == [0, 2]
    assert dialog.action_button.text() == "Apply 2"
    refused = dialog.model.record("3")
    assert refused is not None
    assert "no organization with this id" in dialog.model.spec.speak(refused)


def test_only_what_would_change_can_be_ticked(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    click_box(qtbot, dialog.browser.table, "3")
    assert [row.key for row in dialog.wanted()] == [0, 2]
    assert dialog.model.ticked() == ["0", "2"] or set(dialog.model.ticked()) == {"0", "2"}
    dialog.browser.choose("Refused")
    assert shown_ids(dialog.browser.table) == ["3"]
    qtbot.keyClick(dialog.browser.table, Qt.Key.Key_Space)
    assert set(dialog.model.ticked()) == {"0", "2"}
    click(qtbot, dialog.all_button)
    assert dialog.action_button.text() == "Apply 3"
    click(qtbot, dialog.none_button)
    assert not dialog.action_button.isEnabled()


def test_the_impact_follows_the_ticks(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    qtbot.waitUntil(lambda: "becomes ready (100.00 USD)" in dialog.impact.text())
    assert "1 invoice becomes blocked" in dialog.impact.text()
    assert "1 more would change, not ticked; 1 refused" in dialog.impact.text()
    assert desk.suggest.asked[-1] == [
        LinkChange(Kind.CUSTOMERS, "1", "1001"),
        LinkChange(Kind.CUSTOMERS, "3", ""),
    ]
    click(qtbot, dialog.all_button)
    qtbot.waitUntil(lambda: "2 invoices become ready" in dialog.impact.text())


def test_the_ticked_rows_are_applied_as_one_step(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    click_box(qtbot, dialog.browser.table, "1")
    click(qtbot, dialog.action_button)
    qtbot.waitUntil(no_dialog)
    assert desk.exchange.calls[-1] == ("apply", "customers.csv", [0, 1, 2])
    banner = notices(desk.window)[-1]
    assert "Applied 3 rows" in banner.title
    assert "Undo" in banner.text


def test_refusing_to_apply_keeps_the_dialog(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    desk.exchange.error = RuleError("The mappings have changed since the comparison.")
    click(qtbot, dialog.action_button)
    box = dialog_of(qtbot, ErrorBox)
    assert "since the comparison" in box.text.text()
    click(qtbot, box.close_button)
    assert dialog.isVisible()
    assert dialog.action_button.isEnabled()


def test_applying_can_be_cancelled(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    desk.exchange.hold = threading.Event()
    click(qtbot, dialog.action_button)
    qtbot.waitUntil(dialog.progress.isVisible)
    assert not dialog.action_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.progress.isVisible())
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(no_dialog)


def test_a_bad_file_changes_nothing_and_says_why(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_files(monkeypatch, tmp_path / "wrong.csv")
    desk.exchange.error = RuleError("The file has no column “NinjaOne id”.")
    desk.window.actions_.import_table.trigger()
    click(qtbot, dialog_of(qtbot, KindBox).action_button)
    settle(desk, qtbot)
    assert "no column" in notices(desk.window)[-1].text
    assert no_dialog()


# --- Change sets -----------------------------------------------------------------------------


def test_a_change_set_is_saved_with_a_remark(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "mine.bbchanges"
    answer_files(monkeypatch, file)
    desk.window.actions_.save_changes.trigger()
    box = dialog_of(qtbot, ChangeSetBox)
    qtbot.waitUntil(box.action_button.isEnabled)
    assert box.count.text() == "2 organizations"
    assert desk.exchange.thread is not threading.main_thread()
    qtbot.keyClicks(box.remark, "Please look at Birch")
    click(qtbot, box.action_button)
    settle(desk, qtbot)
    call = ("change set", {Kind.CUSTOMERS: ["1", "2"]}, file, "Please look at Birch")
    assert desk.exchange.calls == [call]


def test_ticked_rows_can_go_into_a_change_set(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_files(monkeypatch, tmp_path / "mine.bbchanges")
    desk.window.go("items")
    page: Any = desk.window.current_page
    page.model.set_ticked(["101", "102"], True)
    desk.exchange.decided = {}
    desk.window.actions_.save_changes.trigger()
    box = dialog_of(qtbot, ChangeSetBox)
    assert box.which.currentText() == "The ticked rows (2)"
    box.which.setCurrentIndex(1)
    qtbot.waitUntil(lambda: box.count.text() == "No decision: choose a longer time.")
    assert not box.action_button.isEnabled()  # nothing was decided today
    box.which.setCurrentIndex(0)
    click(qtbot, box.action_button)
    settle(desk, qtbot)
    assert desk.exchange.calls[0][1] == {Kind.ITEMS: ["101", "102"]}


def test_a_colleagues_change_set_is_approved(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_files(monkeypatch, tmp_path / "hers.bbchanges")
    desk.exchange.diff = sample_diff(
        title="hers.bbchanges", change_set=True, author="sam", made_at=NOW, remark="For March"
    )
    desk.window.actions_.open_changes.trigger()
    dialog = dialog_of(qtbot, DiffDialog)
    assert "From sam" in dialog.about.text()
    assert "For March" in dialog.about.text()
    titles = [column.title for column in dialog.model.spec.columns]
    assert "Decided by" in titles
    assert dialog.action_button.text() == "Approve 2"
    qtbot.keyClick(dialog.action_button, Qt.Key.Key_Return)
    qtbot.waitUntil(no_dialog)
    assert desk.exchange.calls[-1] == ("apply", "hers.bbchanges", [0, 2])


# --- The report ------------------------------------------------------------------------------


def test_the_report_is_printed_and_opened(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "review.pdf"
    answer_files(monkeypatch, file)
    opened: list[Path] = []
    monkeypatch.setattr(files, "show", lambda f: opened.append(f) or True)
    desk.window.actions_.print_report.trigger()
    box = dialog_of(qtbot, ReportBox)
    qtbot.keyClick(box.boxes[Kind.ACCOUNTS], Qt.Key.Key_Space)
    box.paper.setCurrentText("Letter")
    click(qtbot, box.action_button)
    settle(desk, qtbot)
    assert desk.exchange.calls == [("report", [Kind.CUSTOMERS, Kind.ITEMS])]
    assert opened == [file]
    whole = file.read_bytes()
    assert whole.startswith(b"%PDF")
    assert page_sizes(whole) == [(612, 792)]


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in points."""
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(wide)), round(float(high))) for wide, high in found]


def test_a_long_report_has_pages_and_can_be_cancelled(tmp_path: Path, qapp: Any) -> None:
    rows = "".join(f"<tr><td>Row {n}</td><td>Customer {n}</td></tr>" for n in range(300))
    html = f"<h1>Report</h1><table width='100%'>{rows}</table>"
    file, paper = tmp_path / "long.pdf", QPageSize(QPageSize.PageSizeId.A4)
    pages = write_pdf(html, file, paper, "Report", Progress())
    assert pages > 4
    assert page_sizes(file.read_bytes()) == [(595, 842)] * pages
    before = file.read_bytes()
    stopped = Progress(lambda step: stopped.cancel() if step.done >= 50 else None)
    with pytest.raises(Cancelled):
        write_pdf(html, file, paper, "Report", stopped)
    assert file.read_bytes() == before  # the older one is whole
    assert [p.name for p in tmp_path.iterdir()] == ["long.pdf"]
    with pytest.raises(StorageError):
        write_pdf(html, tmp_path / "no" / "x.pdf", paper, "Report", Progress())


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_report_that_does_not_fit_on_the_disk_keeps_the_older_one(
    tmp_path: Path, qapp: Any
) -> None:
    import resource

    rows = "".join(f"<tr><td>Row {n}</td></tr>" for n in range(200))
    file, paper = tmp_path / "long.pdf", QPageSize(QPageSize.PageSizeId.A4)
    file.write_bytes(b"older")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # bytes of one file
    try:
        with pytest.raises(StorageError, match="could not be saved"):
            write_pdf(f"<table>{rows}</table>", file, paper, "Report", Progress())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [each.name for each in tmp_path.iterdir()] == ["long.pdf"]
    assert file.read_bytes() == b"older"


@pytest.mark.parametrize(
    ("territory", "letter"),
    [("UnitedStates", True), ("Canada", True), ("Germany", False), ("UnitedKingdom", False)],
)
def test_paper_follows_the_country(territory: str, letter: bool) -> None:
    locale = QLocale(QLocale.Language.English, getattr(QLocale.Country, territory))
    assert (usual_paper(locale) is QPageSize.PageSizeId.Letter) is letter


# --- File dialogs ----------------------------------------------------------------------------


def test_a_suffix_is_added_and_the_folder_kept(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    settings, got = FakeSettings(), []
    settings.set(files.FOLDER, str(tmp_path))
    dialog = files.ask_save(
        desk.window,
        settings,
        title="Save",
        name="table.csv",
        filters=(("Comma-separated values", ".csv"), ("Spreadsheet", ".xlsx")),
        on_file=got.append,
    )
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.selectNameFilter("Spreadsheet (*.xlsx)")
    dialog.fileSelected.emit(str(tmp_path / "sub.v2" / "table"))
    assert got == [tmp_path / "sub.v2" / "table.xlsx"]
    assert settings.get(files.FOLDER) == str(tmp_path / "sub.v2")
    dialog.reject()


def test_a_hundred_thousand_rows_are_shown_and_ticked(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = [
        DiffRow(n, n + 2, Kind.CUSTOMERS, Outcome.NEW, f"{n}", f"Org {n}", "", "", f"{n}", "Cust")
        for n in range(100_000)
    ]
    desk.exchange.diff = sample_diff(rows=tuple(new))
    busy: list[
        float
    ] = []  # seconds of this thread's own, which do not depend on the machine's load

    def measured(work: Callable[[], object]) -> None:
        begun = time.thread_time()
        work()
        busy.append(time.thread_time() - begun)

    made = DiffDialog.__init__
    monkeypatch.setattr(DiffDialog, "__init__", lambda *given: measured(lambda: made(*given)))
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    assert dialog.model.rowCount() == 100_000
    measured(lambda: click(qtbot, dialog.all_button))
    assert dialog.action_button.text() == "Apply 100,000"
    settle(desk, qtbot)
    measured(lambda: dialog.model.tick_rows([3], False))
    measured(lambda: dialog.browser.search.setText("99999"))
    assert shown_ids(dialog.browser.table) == ["99999"]
    measured(lambda: dialog.browser.search.setText(""))
    measured(lambda: click(qtbot, dialog.none_button))
    assert max(busy) < 0.2, busy  # some 50 ms here, and four times as much to spare
    assert dialog.action_button.text() == "Apply 0"


def test_a_closed_comparison_leaves_nothing_behind(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may have 100,000 rows, and what a long task has made is left out of later collections."""

    class Watched(Diff):
        """Can be referred to weakly."""

    found = sample_diff()
    desk.exchange.diff = Watched(found.title, found.workspace_id, found.rows)
    alive = weakref.ref(desk.exchange.diff)
    dialog = open_diff(desk, qtbot, monkeypatch, tmp_path)
    desk.exchange.diff = found
    click(qtbot, dialog.action_button)
    qtbot.waitUntil(no_dialog)
    settle(desk, qtbot)
    del dialog
    qtbot.waitUntil(lambda: alive() is None)


def test_reading_a_file_can_be_cancelled(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []

    def read(kind: Kind, file: Path, progress: Progress) -> Any:
        seen.append("reading")
        progress.wait(60)

    monkeypatch.setattr(desk.exchange, "read_table", read)
    answer_files(monkeypatch, tmp_path / "customers.csv")
    desk.window.reviewing.exchange.import_table(Kind.CUSTOMERS)
    qtbot.waitUntil(lambda: seen == ["reading"])
    desk.window.tasks.running()[0].cancel()
    settle(desk, qtbot)
    assert desk.window.status.whole() == "Cancelled. Nothing was changed."
    no_dialog()
