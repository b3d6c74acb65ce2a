"""The choices about documents in Settings, made with the mouse, kept by the real service."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox
from pytestqt.qtbot import QtBot

from desktop_app.domain.document_choices import DiscountChoice, MemoChoice
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.settings.documents import DocumentSettings
from desktop_app.ui.shell import Page, Shell
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import MakeShell, click, dialog_of, no_dialog, open_page


class OneTab(Page):
    """The tab alone, as a page."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.tab = DocumentSettings(shell)
        self.tab.setParent(self)
        self.tab.resize(1100, 700)

    def refresh(self, changes: object) -> None:
        self.tab.fill()


@pytest.fixture
def small() -> World:
    return make_small()


@pytest.fixture
def tab(qtbot: QtBot, make_shell: MakeShell, small: World) -> DocumentSettings:
    page = open_page(
        qtbot, make_shell, small, OneTab, documents=small.documents, sending=small.sending
    )
    return page.tab


def pick(qtbot: QtBot, box: QComboBox, text: str) -> None:
    """With the keyboard, as a person does."""
    box.setFocus()
    place = box.findText(text)
    assert place >= 0, [box.itemText(n) for n in range(box.count())]
    while box.currentIndex() != place:
        key = Qt.Key.Key_Down if box.currentIndex() < place else Qt.Key.Key_Up
        qtbot.keyClick(box, key)


def tick(qtbot: QtBot, box: QCheckBox) -> None:
    """Click the box itself: what is right of its words is no part of it."""
    place = QPoint(12, box.height() // 2)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=place)


def test_a_choice_is_kept_at_once(qtbot: QtBot, tab: DocumentSettings, small: World) -> None:
    pick(qtbot, tab.memo, "The agreement and its period")
    assert small.documents.choices().memo is MemoChoice.PERIOD
    tick(qtbot, tab.hold_unknown)
    assert small.documents.choices().hold_unknown


def test_a_discount_item_is_chosen_together_with_its_way(
    qtbot: QtBot, tab: DocumentSettings, small: World
) -> None:
    assert not tab.discount_item.isEnabled()
    pick(qtbot, tab.discount, "A negative line of an item")
    assert small.documents.choices().discount is DiscountChoice.LINE, "there is no item yet"
    assert tab.discount_item.isEnabled()
    pick(qtbot, tab.discount_item, "Services:Backup")
    choices = small.documents.choices()
    assert (choices.discount, choices.discount_item_id) == (DiscountChoice.ITEM, "301")


def test_writing_to_ninjaone_is_allowed_only_after_a_question(
    qtbot: QtBot, tab: DocumentSettings, small: World
) -> None:
    tick(qtbot, tab.write_note)
    qtbot.keyClick(dialog_of(qtbot, ConfirmBox), Qt.Key.Key_Escape)
    qtbot.waitUntil(no_dialog)
    assert not tab.write_note.isChecked()
    assert not small.sending.options().write_note
    tick(qtbot, tab.write_note)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    assert small.sending.options().write_note
    assert "Reconnect NinjaOne" in tab.notice.text()
    tick(qtbot, tab.look_up)
    assert not small.sending.options().look_up_numbers
    tick(qtbot, tab.write_note)
    assert not small.sending.options().write_note, "switching off needs no question"
