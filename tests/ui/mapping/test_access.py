"""What a screen reader meets: every control has a name, every row reads as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.review import Decision, Health, MappingRow
from desktop_app.domain.suggestions import Suggestion, SuggestionState
from desktop_app.domain.waiting import Waiting
from desktop_app.ui import messages
from desktop_app.ui.mapping.auto_map import AutoMapDialog
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.create import CreateDialog
from desktop_app.ui.mapping.key_help import KeyHelp
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.mapping.words import Row, speak
from desktop_app.ui.screens import FRAME, within
from desktop_app.ui.settings.keys import KeySettings
from tests.ui.fakes_data import customer, organization, world
from tests.ui.mapping.desk import desk
from tests.ui.pages_support import MakeShell, click, dialog_of, open_page

Role, Name = QAccessible.Role, QAccessible.Text.Name
CONTROLS = {
    Role.Button, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton,
    Role.ComboBox, Role.EditableText, Role.List, Role.Table, Role.Tree, Role.Link,
    Role.PageTab, Role.SpinBox, Role.Slider, Role.ProgressBar, Role.Dialog,
}  # fmt: skip
CELLS = 60
"""So many cells of a list are looked at: they are all made in the same way."""


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for place in range(min(interface.childCount(), CELLS)):
        child = interface.child(place)
        if child is not None and child.isValid():
            yield from tree(child)


def nameless(widget: QWidget) -> list[str]:
    """Controls without a name below *widget*, in words."""
    interface = QAccessible.queryAccessibleInterface(widget)
    found, met = [], 0
    for each in tree(interface):
        state = each.state()
        if each.role() not in CONTROLS or state.invisible:
            continue
        met += 1
        inner = each.object()
        # The field and the list inside a combo box speak for it.
        if isinstance(inner, QWidget) and _part_of_combo(inner):
            continue
        if not each.text(QAccessible.Text.Name).strip():
            found.append(f"{each.role()} {type(inner).__name__}")
    assert met > 2, "there was hardly anything to look at"
    return found


def _part_of_combo(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.inherits("QComboBox") or parent.inherits("QKeySequenceEdit"):
            return True
        parent = parent.parentWidget()
    return False


@pytest.mark.parametrize("kind", list(Kind))
def test_every_control_of_the_pages_has_a_name(
    qtbot: QtBot, make_shell: MakeShell, kind: Kind
) -> None:
    made = world(30)
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, kind), **desk(made))
    page.model.tick_view(True)
    page.table.step_to(1)
    page.detail.look_now()
    assert nameless(page) == []


def test_every_control_of_the_dialogs_has_a_name(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = world(40)
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    undecided = next(row for row in page.model.records if row.undecided)
    page.reveal(undecided.id)
    page.table.setFocus()
    for kind, open_it in (
        (AutoMapDialog, page.auto_map),
        (ChangeMappingDialog, page.change_mapping),
        (CreateDialog, lambda: page.deciding.create(undecided)),
        (KeyHelp, page.show_keys),
    ):
        open_it()
        dialog: QDialog = dialog_of(qtbot, kind)
        if isinstance(dialog, AutoMapDialog):
            qtbot.waitUntil(lambda box=dialog: box.run is not None)
        assert nameless(dialog) == [], kind.__name__
        assert dialog.accessibleName()
        dialog.reject()


def test_every_control_of_the_key_settings_has_a_name(qtbot: QtBot, shell: Any) -> None:
    settings = KeySettings(shell)
    qtbot.addWidget(settings)
    settings.show()
    assert nameless(settings) == []


def test_a_row_reads_as_one_sentence(qtbot: QtBot, make_shell: MakeShell) -> None:
    """As a screen reader comes to it: by the table's cells in the accessibility tree."""
    made = world(30)
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    table = QAccessible.queryAccessibleInterface(page.table)
    children = [table.child(place) for place in range(table.childCount())]
    cells = [each.text(Name) for each in children if each.role() == Role.Cell]
    wide = page.model.columnCount()
    assert len(cells) == page.model.rowCount() * wide > 10 * wide
    for row in range(page.model.rowCount()):
        record = page.model.record_at(row)
        assert record is not None
        box, said, *others = cells[row * wide : (row + 1) * wide]
        assert said == speak(record)
        assert said.startswith(f"{record.name}, ")
        assert box == f"Not ticked: {said}"
        assert record.decision.value in others, "the other cells say what they show"


def test_dialogs_fit_a_screen_at_200_percent(qtbot: QtBot, make_shell: MakeShell) -> None:
    screen = QSize(960, 500)  # 1920 by 1080 pixels, without the task bar
    assert within(QSize(1040, 680), screen) == screen - FRAME
    assert within(QSize(620, 300), screen) == QSize(620, 300)
    made = world(40)
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    row = next(row for row in page.model.records if row.undecided)
    page.reveal(row.id)
    for kind, open_it in (
        (AutoMapDialog, page.auto_map),
        (ChangeMappingDialog, page.change_mapping),
        (CreateDialog, lambda: page.deciding.create(row)),
        (KeyHelp, page.show_keys),
    ):
        open_it()
        dialog: QDialog = dialog_of(qtbot, kind)
        least = dialog.minimumSizeHint()
        assert least.boundedTo(screen - FRAME) == least, f"{kind.__name__} needs {least}"
        dialog.reject()


def test_every_control_of_a_small_page_has_a_name(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = world(30)
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    page.shell.window.setMinimumSize(620, 420)
    for text in ("Keyring. " * 30, "Offline. " * 30, "Twice. " * 30):
        messages.show_notice(page.shell.window, "warning", text[:7], text)
    page.shell.window.resize(640, 440)
    qtbot.waitUntil(lambda: not page.detail.opened)
    assert nameless(page.shell.window) == []
    page.toggle_details()
    assert nameless(page.shell.window) == []
    page.toggle_details()
    click(qtbot, page.browser.facets)
    assert nameless(page.browser.facets.panel) == []
    page.browser.facets.panel.close()
    menu = page.table.header().menu()
    assert "Sort by" in [action.text() for action in menu.actions()]


def test_the_words_of_the_sentence() -> None:
    row = Row(
        MappingRow(organization("1", "Contoso"), None, None, Decision.UNDECIDED, Health.OK),
        Suggestion(SuggestionState.LIKELY, (Candidate(customer("2", "Contosso Ltd"), 0.931),), 0.2),
        Waiting(4),
    )
    assert speak(row) == (
        "Contoso, undecided, likely match Contosso Ltd, score 0.93, 4 invoices waiting"
    )
    unsearched = row._replace(suggestion=Suggestion(SuggestionState.NOT_SEARCHED))
    assert "not searched" in speak(unsearched)
    assert "no match" not in speak(unsearched)
    failed = row._replace(suggestion=Suggestion(SuggestionState.FAILED, problem="broken"))
    assert "search failed" in speak(failed)
