"""A mapping tab, worked with mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Source, Target
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.tables.model import DETAIL_ROLE, RECORD_ROLE
from desktop_app.ui.widgets import Heading
from tests.ui.fakes_data import World, customer, organization
from tests.ui.mapping.desk import desk
from tests.ui.pages_support import (
    MakeShell,
    click,
    click_box,
    click_header_box,
    dialog_of,
    no_dialog,
    open_page,
    opened_addresses,
    published,
    said,
    shown_ids,
)

TARGETS = {
    "a": customer("10", "Alpha", city="Reno"),
    "b": customer("20", "Bravo"),
    "c": customer("30", "  charlie "),
    "old": customer("40", "Old Delta", active=False),
    "sub": customer("50", "West", full_name="Alpha:West", subordinate=True, parent_id="10"),
}


@pytest.fixture
def small() -> World:
    """Five organizations: two mapped, two with an equal name, one with none."""
    made = World()
    for number, name in enumerate(["Alpha", "Bravo", "Charlie", "Delta", "Echo"], start=1):
        made.add(organization(number, name))
    made.add(*TARGETS.values())
    made.link(Kind.CUSTOMERS, "1", TARGETS["a"])
    made.link(Kind.CUSTOMERS, "4", TARGETS["old"])
    return made


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> MappingPage:
    return open_page(
        qtbot, make_shell, small, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(small)
    )


def links(made: World) -> dict[str, str]:
    return {m.source_id: m.target_id for m in made.mappings.links[Kind.CUSTOMERS].values()}


def texts(page: MappingPage, identity: str, *keys: str) -> list[str]:
    """What stands in these columns of a row."""
    model, row = page.model, page.model.row_of(identity)
    place = {column.key: n for n, column in enumerate(model.spec.columns, start=1)}
    return [str(model.index(row, place[key]).data()) for key in keys]


def details(page: MappingPage, identity: str, *keys: str) -> list[str]:
    """What stands in the second line of these cells."""
    model, row = page.model, page.model.row_of(identity)
    place = {column.key: n for n, column in enumerate(model.spec.columns, start=1)}
    return [str(model.index(row, place[key]).data(DETAIL_ROLE)) for key in keys]


def test_it_shows_every_row_with_state_and_notes(page: MappingPage) -> None:
    keys = ("source", "target", "decision", "health", "suggestion")
    assert texts(page, "1", *keys) == ["Alpha", "Alpha", "Mapped", "OK", ""]
    assert texts(page, "2", *keys) == ["Bravo", "", "Not mapped", "", "Not searched"]
    inactive = ["Delta", "Old Delta", "Mapped", "Inactive", ""]
    assert texts(page, "4", *keys) == inactive
    assert page.progress_text.whole() == "2 of 5 decided"
    assert "Locations and sub-customers are not mapped" in page.hint.text()


def test_chips_count_and_filter(qtbot: QtBot, page: MappingPage) -> None:
    chips = page.browser.chips
    shown = {tag: chip.text() for tag, chip in chips.items() if chip.isVisible()}
    assert shown == {
        "": "All  5",
        "undecided": "Needs decision  3",
        "ambiguous": "Ambiguous  0",
        "none": "No match  0",
        "unsearched": "Not searched  3",
        "broken": "Broken  1",
        "linked": "Linked  2",
        "excluded": "Excluded  0",
        "new": "New since last time  0",
    }
    click(qtbot, chips["broken"])
    assert shown_ids(page.table) == ["4"]
    click(qtbot, chips["undecided"])
    assert shown_ids(page.table) == ["2", "3", "5"]
    assert chips["undecided"].accessibleName() == "Needs decision, 3"


def test_search_by_key_and_the_way_back(qtbot: QtBot, page: MappingPage) -> None:
    page.table.setFocus()
    qtbot.keyClicks(page.table, "/")
    assert page.browser.search.hasFocus()
    qtbot.keyClicks(page.browser.search, "reno")
    assert shown_ids(page.table) == ["1"], "the customer's city is searched too"
    qtbot.keyClicks(page.browser.search, "xyz")
    assert page.browser.stack.currentWidget() is page.browser.no_match
    assert "renoxyz" in page.browser.no_match.text.text()
    click(qtbot, page.browser.no_match.button)
    assert len(shown_ids(page.table)) == 5
    assert page.browser.search.text() == ""


def test_ctrl_f_finds_the_field(qtbot: QtBot, page: MappingPage) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.browser.search.hasFocus)


def test_ticking_shows_what_can_be_done(qtbot: QtBot, page: MappingPage) -> None:
    assert not page.browser.bar.isVisible()
    click_box(qtbot, page.table, "2")
    assert page.change_button.isVisible()
    assert not page.clear_button.isVisible(), "nothing ticked is mapped"
    click_box(qtbot, page.table, "1")
    assert page.clear_button.isVisible()
    assert page.browser.ticked_text.text() == "2 ticked"
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "2")
    assert not page.browser.bar.isVisible()


def test_shift_ticks_a_range_and_space_the_selected(qtbot: QtBot, page: MappingPage) -> None:
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "3", Qt.KeyboardModifier.ShiftModifier)
    assert page.model.ticked() == ["1", "2", "3"]
    page.table.show_row("2")
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.model.ticked() == ["1", "3"]


def test_the_header_box_ticks_what_is_in_view(qtbot: QtBot, page: MappingPage) -> None:
    page.browser.choose("undecided")
    click_header_box(qtbot, page.table)
    page.browser.choose("")
    assert page.model.ticked() == ["2", "3", "5"]
    assert page.table.header().tick_state == Qt.CheckState.PartiallyChecked
    page.browser.choose("linked")
    assert page.browser.ticked_text.text() == "3 ticked (3 not in view)"


def test_change_mapping_by_typing(qtbot: QtBot, page: MappingPage, small: World) -> None:
    changes, lines = published(page), said(page)
    click_box(qtbot, page.table, "2")
    click(qtbot, page.change_button)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    assert not dialog.update_button.isEnabled(), "nothing is chosen for the user"
    qtbot.keyClicks(dialog.field, "brav")
    assert dialog.chosen() == TARGETS["b"]
    click(qtbot, dialog.update_button)
    assert links(small)["2"] == "20"
    assert texts(page, "2", "target", "decision") == ["Bravo", "Mapped"]
    assert changes[0].source_ids == frozenset({"2"})
    assert lines == ["Mapped 1 organization to Bravo"]
    assert page.model.ticked() == ["2"], "ticks stay"
    assert page.progress_text.whole() == "3 of 5 decided"


def test_change_mapping_with_keys_only(qtbot: QtBot, page: MappingPage, small: World) -> None:
    page.table.show_row("5")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    first = dialog.chosen()
    assert first is not None
    while dialog.chosen() != TARGETS["b"]:
        before = dialog.chosen()
        qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
        assert dialog.chosen() != before, "the end is reached without it"
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert links(small)["5"] == "20"
    assert page.table.current_id() == "2", "the focus went on to the next undecided row"


def test_double_click_opens_for_that_row(qtbot: QtBot, page: MappingPage) -> None:
    index = page.model.index(page.model.row_of("4"), 1)
    place = page.table.visualRect(index).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    assert [row.source.id for row in dialog.rows] == ["4"]
    assert dialog.chosen() == TARGETS["old"], "the present target is marked"
    dialog.reject()


def test_sub_customers_are_not_offered_and_inactive_ones_are_marked(
    qtbot: QtBot, page: MappingPage
) -> None:
    page.table.show_row("5")
    page.change_mapping()
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    qtbot.keyClicks(dialog.field, "west")
    assert dialog.chosen() is None
    qtbot.keyClicks(dialog.field, "x")
    assert "No customer matches “westx”" in dialog.hint.text()
    assert dialog.field.text() == "westx", "the text is kept"
    assert not dialog.update_button.isEnabled()
    dialog.field.setText("delta")
    assert dialog.chosen() is None, "an inactive one is not chosen by itself"
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.chosen() == TARGETS["old"]
    assert "inactive" in dialog.hint.text()
    dialog.reject()


def test_sharing_a_customer_asks_first(qtbot: QtBot, page: MappingPage, small: World) -> None:
    click_box(qtbot, page.table, "2")
    click_box(qtbot, page.table, "3")
    click(qtbot, page.change_button)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    qtbot.keyClicks(dialog.field, "bravo")
    click(qtbot, dialog.update_button)
    question = dialog_of(qtbot, ConfirmBox)
    click(qtbot, question.cancel_button)
    assert links(small) == {"1": "10", "4": "40"}
    assert dialog.isVisible(), "another customer can be chosen"
    click(qtbot, dialog.update_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    assert links(small) == {"1": "10", "2": "20", "3": "20", "4": "40"}
    qtbot.waitUntil(no_dialog)
    assert texts(page, "2", "health") == ["Also used by 1 row"]


def test_clear_one_row_without_a_question(qtbot: QtBot, page: MappingPage, small: World) -> None:
    page.table.show_row("1")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert no_dialog()
    assert links(small) == {"4": "40"}
    assert texts(page, "1", "decision") == ["Not mapped"]


def test_clear_many_asks_once_with_the_count(qtbot: QtBot, page: MappingPage, small: World) -> None:
    click_header_box(qtbot, page.table)
    click(qtbot, page.clear_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle() == "Clear 2 mappings?"
    click(qtbot, question.cancel_button)
    assert len(links(small)) == 2
    click(qtbot, page.clear_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    assert links(small) == {}
    assert len(page.model.ticked()) == 5


def test_delete_in_the_search_field_deletes_text_only(
    qtbot: QtBot, page: MappingPage, small: World
) -> None:
    page.table.show_row("1")
    page.browser.search.setFocus()
    qtbot.keyClicks(page.browser.search, "alpha")
    page.browser.search.setCursorPosition(0)
    qtbot.keyClick(page.browser.search, Qt.Key.Key_Delete)
    assert page.browser.search.text() == "lpha"
    assert "1" in links(small)


def test_a_finished_row_stays_until_the_focus_leaves_it(qtbot: QtBot, page: MappingPage) -> None:
    page.browser.choose("undecided")
    page.table.show_row("2")
    page.shell.publish(page.shell.services.mapping.change(Kind.CUSTOMERS, ["2"], "20"))
    assert shown_ids(page.table) == ["2", "3", "5"]
    assert page.table.current_id() == "2"
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown_ids(page.table) == ["3", "5"])
    assert page.table.current_id() == "3"


def test_other_rows_are_not_told_to_have_changed(page: MappingPage) -> None:
    told: list[tuple[int, int]] = []
    page.model.dataChanged.connect(lambda a, b, _roles: told.append((a.row(), b.row())))
    row = page.model.row_of("1")
    page.shell.publish(page.shell.services.mapping.clear(Kind.CUSTOMERS, ["1"]))
    assert told == [(row, row)]


def test_reveal_shows_a_row_whatever_the_filter(page: MappingPage) -> None:
    page.browser.choose("linked")
    page.focus_on("5")
    assert page.table.current_id() == "5"
    assert page.browser.tag() == ""
    lines = said(page)
    page.focus_on("999")
    assert "no longer in NinjaOne" in lines[0]


def test_open_in_quickbooks(
    qtbot: QtBot, page: MappingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_addresses(monkeypatch, "desktop_app.ui.mapping.page")
    page.table.show_row("1")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    assert opened == ["https://qbo.example/app/customer?id=10"]
    page.table.show_row("2")
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    assert len(opened) == 1


def test_what_concerns_it(page: MappingPage) -> None:
    assert page.concerned(ChangeSet(kinds=frozenset({Kind.CUSTOMERS})))
    assert page.concerned(ChangeSet(workspace=True))
    assert page.concerned(ChangeSet(invoices=True)), "what waits hangs on the invoices"
    assert not page.concerned(ChangeSet(kinds=frozenset({Kind.ITEMS})))


def test_layout_is_kept(
    qtbot: QtBot, make_shell: MakeShell, page: MappingPage, small: World
) -> None:
    header = page.table.header()
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    header.resizeSection(2, 333)
    header.setSectionHidden(4, True)
    header.moveSection(header.visualIndex(5), 2)
    page.leaving()
    again = open_page(qtbot, make_shell, small, lambda s: MappingPage(s, Kind.CUSTOMERS))
    other = again.table.header()
    assert other.sectionSize(2) == 333
    assert other.isSectionHidden(4)
    assert other.visualIndex(5) == 2
    assert other.sortIndicatorSection() == 2
    first = again.model.index(0, 1).data(RECORD_ROLE)
    assert first.mapping is None, "sorted by decision, downwards: Not mapped first"


def test_before_the_first_refresh(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = World()
    made.workspaces.workspace = replace(made.workspace, refreshed_at=None)
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.ITEMS))
    asked: list[str] = []
    page.shell.go_requested.connect(lambda key, _what: asked.append(key))
    assert page.browser.nothing.title.text() == "Not refreshed yet"
    click(qtbot, page.browser.nothing.button)
    assert asked == ["integrations"]


def test_accounts_and_items_say_what_is_not_right(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = World()
    made.add(Source(Kind.ACCOUNTS, "1", "Travel", code="800"), Source(Kind.ITEMS, "2", "Backup"))
    bank = Target(Kind.ACCOUNTS, "8", "Rent", "Rent", type="Expense", number="6000")
    item = Target(Kind.ITEMS, "9", "Backup", "Backup", type="Service")
    made.add(bank, item)
    made.link(Kind.ACCOUNTS, "1", bank)
    made.link(Kind.ITEMS, "2", item)
    accounts = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.ACCOUNTS))
    keys = ("target", "decision", "health")
    assert texts(accounts, "1", *keys) == ["6000 – Rent", "Mapped", "Not an income type"]
    assert details(accounts, "1", "health") == ["Expense"]
    items = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.ITEMS))
    assert texts(items, "2", *keys) == ["Backup", "Mapped", "No income account"]
    assert "Categories and bundles are left out" in items.hint.text()


def cut_off(page: MappingPage) -> list[str]:
    """Parts of the details that do not have the room they need."""
    detail = page.detail
    parts = [detail.title, detail.candidates_title, detail.fields, detail.fold_button]
    return [
        type(part).__name__
        for part in parts
        if part.isVisible()
        and (
            part.height() < part.minimumSizeHint().height()
            or not detail.rect().contains(part.mapTo(detail, part.rect().bottomLeft()))
        )
    ]


def test_a_low_window_keeps_its_room_for_the_table(qtbot: QtBot, page: MappingPage) -> None:
    window = page.shell.window
    assert page.detail.opened
    assert cut_off(page) == []
    window.resize(660, 470)
    qtbot.waitUntil(lambda: not page.detail.opened)
    button = page.detail.fold_button
    assert button.isVisible(), "there is a visible way back"
    assert button.text() == "Show details"
    click(qtbot, button)
    assert page.detail.opened, "who asks for the details gets them"
    qtbot.waitUntil(lambda: cut_off(page) == [])
    assert not page.table.isVisible(), "in place of the table"
    assert page.detail.holds_focus()
    qtbot.keyClick(page.detail, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.table.isVisible)
    assert not page.detail.opened
    page.toggle_details()
    window.resize(1200, 800)
    qtbot.waitUntil(lambda: page.table.isVisible() and page.detail.opened)


def test_details_are_never_cut_off_whatever_stands_above(qtbot: QtBot, page: MappingPage) -> None:
    page.model.tick_view(True)  # the bar with the buttons takes room, too
    page.shell.window.setMinimumSize(620, 420)  # as the program's window has it
    for height in range(780, 420, -30):
        page.shell.window.resize(1100, height)
        qtbot.waitUntil(lambda wanted=height: page.shell.window.height() == wanted)
        assert cut_off(page) == [], height
        tops = {
            heading.mapTo(page.detail, heading.rect().topLeft()).y()
            for heading in page.detail.body.findChildren(Heading)
            if heading.isVisible()
        }
        assert len(tops) <= 1, "the three columns begin at one height"


def test_hidden_details_stay_hidden(
    qtbot: QtBot, make_shell: MakeShell, page: MappingPage, small: World
) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not page.detail.opened
    again = open_page(qtbot, make_shell, small, lambda s: MappingPage(s, Kind.CUSTOMERS))
    assert not again.detail.opened
    click(qtbot, again.detail.fold_button)
    assert again.detail.opened
