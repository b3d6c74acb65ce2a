"""History, changes, exchange and backups in the real window, over all real layers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bootstrap import Stage
from desktop_app.domain.kinds import Kind
from desktop_app.progress import Progress
from desktop_app.services.api import Services
from desktop_app.ui import files
from desktop_app.ui.backups import BackupsDialog
from desktop_app.ui.boxes import AskBox, ConfirmBox
from desktop_app.ui.changes.page import ChangesPage
from desktop_app.ui.exchange.choose import ChangeSetBox, KindBox, ReportBox
from desktop_app.ui.exchange.diff import DiffDialog
from desktop_app.ui.history.points import PreviewDialog
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.ui.theme import Choice, theme
from desktop_app.ui.window import MainWindow
from desktop_app.wiring import Program
from tests.e2e import desk
from tests.ui.desk_support import answer_files
from tests.ui.pages_support import click, dialog_of, no_dialog

KINDS = list(Kind)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with desk.demo_stage(tmp_path / "profile") as made:
        yield made


@pytest.fixture
def program(stage: Stage) -> Iterator[Program]:
    with stage.open() as opened:
        assert stage.simulator is not None
        desk.connect(opened.services, stage.simulator)
        opened.services.refresh.refresh(Progress())
        desk.auto_map(opened.services)
        yield opened


@pytest.fixture
def window(
    program: Program, stage: Stage, qtbot: QtBot, qapp: QApplication
) -> Iterator[MainWindow]:
    theme().install(qapp, Choice.LIGHT)
    made = MainWindow(program.services, program.context(stage.simulator))
    with qtbot.waitExposed(made):
        made.show()
    settle(made, qtbot)
    yield made
    made.tasks.cancel_all()
    assert made.tasks.wait(20)
    made.web.close()
    made.close()
    shiboken6.delete(made)  # with its timers, before the database is closed


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.tasks.running() == (), timeout=60_000)


def links(services: Services) -> dict[str, str]:
    """Target by source, of the customers."""
    return {
        row.source.id: row.mapping.target_id
        for row in services.review.rows(Kind.CUSTOMERS)
        if row.mapping is not None
    }


def mapped_row(services: Services) -> Any:
    return next(r for r in services.review.rows(Kind.CUSTOMERS) if r.target is not None)


def test_a_rename_in_quickbooks_is_shown_and_kept(
    window: MainWindow, stage: Stage, qtbot: QtBot
) -> None:
    services, simulator = window.services, stage.simulator
    assert simulator is not None
    row = mapped_row(services)
    realm = simulator.seed.companies[0].realm_id
    simulator.quickbooks.simulate_rename(realm, "Customer", row.target.id, "Renamed Ltd")
    window.actions_.refresh.trigger()
    settle(window, qtbot)
    assert window.rail.buttons["changes"].badge == len(services.review.changes()) >= 1
    window.go("changes")
    page = window.current_page
    assert isinstance(page, ChangesPage)
    wanted = next(c for c in services.review.changes() if c.record_id == row.target.id)
    assert "Renamed Ltd" in wanted.text
    assert page.browser.reveal(str(wanted.id))
    qtbot.keyClick(page.table, Qt.Key.Key_K)
    assert page.model.record(str(wanted.id)) is None
    kept = services.review.row(Kind.CUSTOMERS, row.source.id)
    assert kept is not None
    assert kept.mapping is not None
    assert kept.mapping.target_label == "Renamed Ltd"
    window.actions_.undo.trigger()
    assert page.model.record(str(wanted.id)) is not None or services.mapping.redo_text()


def test_a_table_goes_out_and_back_with_one_change(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    services, file = window.services, tmp_path / "customers.csv"
    answer_files(monkeypatch, file)
    window.go("invoices")
    window.actions_.export_table.trigger()
    click(qtbot, dialog_of(qtbot, KindBox).action_button)
    settle(window, qtbot)
    before = links(services)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert len(lines) == len(services.review.rows(Kind.CUSTOMERS)) + 1
    gone, kept = next(iter(before)), lines[0]
    source = next(n for n, title in enumerate(kept) if title.lower() == "ninjaone id")
    for line in lines[1:]:
        if line[source] == gone:  # a customer may have the same number
            for column, title in enumerate(kept):
                if "quickbooks" in title.lower() or title.lower() in ("state", "decision"):
                    line[column] = ""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)
    window.actions_.import_table.trigger()
    click(qtbot, dialog_of(qtbot, KindBox).action_button)
    dialog = dialog_of(qtbot, DiffDialog)
    settle(window, qtbot)
    counts = {o.value: n for o, n in dialog._diff.counts().items()}
    assert counts["Cleared"] == 1, counts
    assert counts["New"] == counts["Changed"] == counts["Refused"] == 0
    click(qtbot, dialog.all_button)
    click(qtbot, dialog.action_button)
    qtbot.waitUntil(no_dialog, timeout=30_000)
    assert links(services) == {k: v for k, v in before.items() if k != gone}
    window.actions_.undo.trigger()
    settle(window, qtbot)
    assert links(services) == before


def test_a_change_set_is_approved_and_the_report_printed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "mine.bbchanges"
    answer_files(monkeypatch, file)
    window.actions_.save_changes.trigger()
    box = dialog_of(qtbot, ChangeSetBox)
    qtbot.waitUntil(box.action_button.isEnabled)
    click(qtbot, box.action_button)
    settle(window, qtbot)
    source_id = next(iter(links(window.services)))
    window.shell.publish(window.services.mapping.clear(Kind.CUSTOMERS, [source_id]))
    window.actions_.open_changes.trigger()
    dialog = dialog_of(qtbot, DiffDialog)
    settle(window, qtbot)
    click(qtbot, dialog.all_button)
    assert dialog.action_button.text() == "Approve 1"
    click(qtbot, dialog.action_button)
    qtbot.waitUntil(no_dialog, timeout=30_000)
    assert source_id in links(window.services)

    report = tmp_path / "review.pdf"
    answer_files(monkeypatch, report)
    monkeypatch.setattr(files, "show", lambda _file: True)
    window.actions_.print_report.trigger()
    click(qtbot, dialog_of(qtbot, ReportBox).action_button)
    settle(window, qtbot)
    assert report.read_bytes().startswith(b"%PDF")


def test_history_reverts_one_row_and_a_point_restores_all(window: MainWindow, qtbot: QtBot) -> None:
    services = window.services
    before = links(services)
    window.actions_.history.trigger()
    history = window.findChildren(HistoryWindow)[0]
    settle(window, qtbot)
    history.tabs.setCurrentWidget(history.points)
    click(qtbot, history.points.make_button)
    box = dialog_of(qtbot, AskBox)
    qtbot.keyClicks(box.field, "Before the audit")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    one, two = list(before)[:2]
    window.shell.publish(services.mapping.clear(Kind.CUSTOMERS, [one, two]))
    settle(window, qtbot)
    history.tabs.setCurrentIndex(0)
    entry = history.model.entry(0)
    assert entry is not None
    assert entry.source_id in (one, two)
    history.table.selectRow(0)
    click(qtbot, history.detail.undo_button)
    settle(window, qtbot)
    assert entry.source_id in links(services)
    assert len(links(services)) == len(before) - 1
    history.tabs.setCurrentWidget(history.points)
    name = next(p for p in services.review.restore_points() if p.name == "Before the audit")
    assert history.points.browser.reveal(str(name.id))
    click(qtbot, history.points.restore_button)
    dialog = dialog_of(qtbot, PreviewDialog)
    assert dialog.action_button.text() == "Restore 1 row"
    click(qtbot, dialog.action_button)
    settle(window, qtbot)
    assert links(services) == before


def test_a_backup_is_made_and_restored(window: MainWindow, qtbot: QtBot) -> None:
    services = window.services
    before = links(services)
    window.actions_.backups.trigger()
    dialog = dialog_of(qtbot, BackupsDialog)
    settle(window, qtbot)
    click(qtbot, dialog.make_button)
    settle(window, qtbot)
    made = dialog.table.current_id()
    assert made
    services.mapping.clear(Kind.CUSTOMERS, list(before)[:3])
    assert len(links(services)) == len(before) - 3
    assert dialog.table.show_row(made)
    click(qtbot, dialog.restore_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    settle(window, qtbot)
    qtbot.waitUntil(no_dialog)
    assert links(services) == before
