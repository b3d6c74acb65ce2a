"""What is shown when the local data are damaged, in place of the window."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop_app.domain.backups import Backup, BackupReason, Rescued
from desktop_app.domain.kinds import Kind
from desktop_app.errors import DamagedData, StorageError
from desktop_app.ui.boxes import ErrorBox
from desktop_app.ui.rescue import NONE, UNKNOWN, RescueBox
from tests.ui.fakes_stores import NOW
from tests.ui.pages_support import click, dialog_of

ERROR = DamagedData("The local database local.sqlite3 is damaged.")
BACKUPS = tuple(
    Backup(f"b{n}", NOW, reason, 2_000_000, ((Kind.CUSTOMERS, n),), ("Acme MSP",))
    for n, reason in ((212, BackupReason.IMPORT), (200, BackupReason.BY_HAND))
)


class FakeRescue:
    def __init__(self, *backups: Backup, known: bool = True) -> None:
        self.found = backups
        self.known = known
        self.error: StorageError | None = None
        self.calls: list[tuple[object, ...]] = []

    def backups(self) -> tuple[Backup, ...]:
        return self.found

    def put_in_place(self, name: str, when: datetime) -> Rescued:
        self.calls.append(("put", name, when))
        if self.error is not None:
            raise self.error
        chosen = next(each for each in self.found if each.name == name)
        return Rescued("/data/damaged-1", chosen, sent_is_known=self.known)

    def start_anew(self, when: datetime) -> Rescued:
        self.calls.append(("anew", when))
        return Rescued("/data/damaged-1", None, sent_is_known=False)


def opened(qtbot: QtBot, rescue: FakeRescue) -> RescueBox:
    box = RescueBox(rescue, ERROR, lambda: NOW)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(box)
    box.open()
    qtbot.waitUntil(lambda: box.quit_button.isEnabled())
    return box


@pytest.mark.parametrize("known", [True, False])
def test_a_chosen_backup_is_put_in_place(qtbot: QtBot, known: bool) -> None:
    rescue = FakeRescue(*BACKUPS, known=known)
    box = opened(qtbot, rescue)
    assert (
        box.list.item(0)
        .text()
        .endswith("Before an import  ·  212 customers  ·  Acme MSP  ·  2.0 MB")
    )
    qtbot.keyClick(box.list, Qt.Key.Key_Down)
    click(qtbot, box.action_button)
    qtbot.waitUntil(lambda: box.action_button.text() == "Start the program")
    assert rescue.calls == [("put", "b200", NOW)]
    assert "/data/damaged-1" in box.text.text()
    assert (UNKNOWN in box.text.text()) == (not known)
    assert not box.list.isVisible()
    click(qtbot, box.action_button)
    assert box.result() == QDialog.DialogCode.Accepted


def test_one_that_cannot_be_put_in_place_leaves_the_choice(qtbot: QtBot) -> None:
    rescue = FakeRescue(*BACKUPS)
    rescue.error = StorageError("The disk is full. Nothing was changed.", advice="Free some space.")
    box = opened(qtbot, rescue)
    qtbot.keyClick(box.list, Qt.Key.Key_Return)
    error = dialog_of(qtbot, ErrorBox)
    assert "The disk is full" in error.accessibleDescription()
    error.reject()
    assert box.action_button.text() == "Restore"
    click(qtbot, box.quit_button)
    assert box.result() == QDialog.DialogCode.Rejected


def test_without_a_backup_one_may_begin_with_nothing(qtbot: QtBot) -> None:
    rescue = FakeRescue()
    box = opened(qtbot, rescue)
    assert box.text.text() == f"{ERROR.message}\n\n{NONE}"
    assert not box.list.isVisible()
    click(qtbot, box.action_button)
    qtbot.waitUntil(lambda: box.action_button.text() == "Start the program")
    assert rescue.calls == [("anew", NOW)]
