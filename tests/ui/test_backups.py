"""Backups with real clicks: the list, one by hand, restoring from the list and from a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import StorageError
from desktop_app.paths import Paths
from desktop_app.ui.backups import BackupsDialog, size_text
from desktop_app.ui.boxes import ConfirmBox, ErrorBox
from desktop_app.ui.shell import Context
from tests.ui.conftest import notices
from tests.ui.desk_support import Desk, answer_files
from tests.ui.pages_support import click, dialog_of, no_dialog, shown_ids


@pytest.fixture
def desk(context: Context, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(context, tmp_path)
    made.open(qtbot, "customers")
    yield made
    made.close()


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> BackupsDialog:
    desk.window.actions_.backups.trigger()
    found = dialog_of(qtbot, BackupsDialog)
    qtbot.waitUntil(found.table.isVisible)
    return found


def test_the_list_says_when_why_how_large_and_what(
    dialog: BackupsDialog, qtmodeltester: ModelTester
) -> None:
    model = dialog.browser.model
    qtmodeltester.check(model)
    assert sorted(shown_ids(dialog.table)) == ["a", "b", "c"]
    record = model.record("b")
    assert record is not None
    spoken = model.spec.speak(record)
    assert "Before an import" in spoken
    assert "212 customers · 6 accounts · 88 items" in spoken
    assert "1.6 MB" in spoken
    assert size_text(900) == "1 kB"


def test_what_is_damaged_cannot_be_restored(dialog: BackupsDialog) -> None:
    dialog.table.show_row("c")
    assert not dialog.restore_button.isEnabled()
    assert dialog.restore_button.toolTip() == "The file is damaged."
    dialog.table.show_row("a")
    assert dialog.restore_button.isEnabled()


def test_back_up_now_and_delete(desk: Desk, dialog: BackupsDialog, qtbot: QtBot) -> None:
    click(qtbot, dialog.make_button)
    qtbot.waitUntil(lambda: dialog.table.current_id() == "made-3")
    assert "Backed up" in desk.window.status.whole()
    click(qtbot, dialog.delete_button)
    box = dialog_of(qtbot, ConfirmBox)
    click(qtbot, box.action_button)
    qtbot.waitUntil(lambda: "made-3" not in shown_ids(dialog.table))
    assert desk.backups.calls == [("make",), ("delete", "made-3")]


def test_restoring_says_what_is_replaced_and_reloads_everything(
    desk: Desk, dialog: BackupsDialog, qtbot: QtBot
) -> None:
    seen: list[ChangeSet] = []
    desk.window.shell.changed.connect(seen.append)
    dialog.table.show_row("b")
    click(qtbot, dialog.restore_button)
    box = dialog_of(qtbot, ConfirmBox)
    for words in ("212 customers", "Replaced: mappings", "what was sent", "backed up first"):
        assert words in box.text.text()
    assert desk.backups.calls == []
    assert box.cancel_button.isDefault() or box.focusWidget() is box.cancel_button
    click(qtbot, box.action_button)
    qtbot.waitUntil(no_dialog)
    assert desk.backups.calls == [("restore", "b")]
    assert seen[-1].workspace
    assert len(seen[-1].kinds) == 3
    assert "2 records of sent invoices" in notices(desk.window)[-1].text


def test_a_file_is_checked_before_the_question(
    desk: Desk,
    dialog: BackupsDialog,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "older.sqlite3"
    asked = answer_files(monkeypatch, file)
    desk.backups.error = StorageError("It was made by a newer version of the program.")
    click(qtbot, dialog.file_button)
    box = dialog_of(qtbot, ErrorBox)
    assert "newer version" in box.text.text()
    (_, offered), (_, every) = asked[0]["filters"]
    assert (offered, every) == (Paths.at(tmp_path).database.suffix, "")
    click(qtbot, box.close_button)
    click(qtbot, dialog.file_button)
    question = dialog_of(qtbot, ConfirmBox)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert [call[0] for call in desk.backups.calls] == ["inspect", "inspect"]
    click(qtbot, dialog.file_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(no_dialog)
    assert desk.backups.calls[-1] == ("restore", file)


def test_a_failed_restore_is_told_and_nothing_reloads(
    desk: Desk, dialog: BackupsDialog, qtbot: QtBot
) -> None:
    desk.backups.error = StorageError("The disk is full.")
    click(qtbot, dialog.restore_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    box = dialog_of(qtbot, ErrorBox)
    assert "disk is full" in box.text.text()
    click(qtbot, box.close_button)
    assert dialog.isVisible()
    assert dialog.restore_button.isEnabled()
