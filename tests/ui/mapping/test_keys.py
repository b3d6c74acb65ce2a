"""Deciding by keys alone: what each key does, where the focus goes, and how keys are changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.create import CreateDialog
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.mapping.key_help import KeyHelp
from desktop_app.ui.mapping.keys import SETTING, bindings_of
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.mapping.words import speak
from desktop_app.ui.settings.keys import KeySettings
from tests.ui.fakes_data import World, customer, invoice, names, organization
from tests.ui.mapping.desk import desk
from tests.ui.pages_support import (
    MakeShell,
    click,
    click_box,
    dialog_of,
    no_dialog,
    open_page,
    opened_addresses,
    said,
    shown_ids,
)

PAIRS = (
    ("1", "Alpha Logistics", "10", "Alpha Logistics"),
    ("2", "Bravo Dental", "20", "Bravo Dental Inc."),
    ("4", "Acme", "40", "Acme Inc"),
    ("5", "Zulu Quarry", "41", "Acme LLC"),
)


@pytest.fixture
def made() -> World:
    made = World()
    for source_id, source, target_id, target in PAIRS:
        made.add(organization(source_id, source), customer(target_id, target))
    made.add(invoice(1, organization("5", "Zulu Quarry"), []))
    return made


def searched(qtbot: QtBot, page: MappingPage) -> None:
    """Until the suggestions are there, with the focus on the first row."""
    qtbot.waitUntil(
        lambda: page.model.counts()["unsearched"] == 0 and not page.shell.tasks.running(),
        timeout=20_000,
    )
    page.table.setFocus()
    page.table.step_to(0)


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, made: World) -> MappingPage:
    made_page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    searched(qtbot, made_page)
    return made_page


def links(made: World) -> dict[str, str]:
    return {m.source_id: m.target_id for m in made.mappings.links[Kind.CUSTOMERS].values()}


def press(qtbot: QtBot, page: MappingPage, *keys: Any) -> None:
    for key in keys:
        if isinstance(key, str):
            qtbot.keyClicks(page.table, key)
        else:
            qtbot.keyClick(page.table, key)


def state(page: MappingPage, source_id: str) -> SuggestionState:
    row = page.model.record(source_id)
    assert row is not None
    return row.suggestion.state


def test_rows_are_searched_by_themselves(page: MappingPage) -> None:
    assert shown_ids(page.table) == ["4", "1", "2", "5"]
    assert state(page, "1") is SuggestionState.STRONG
    assert state(page, "4") is SuggestionState.AMBIGUOUS
    assert state(page, "5") is SuggestionState.NONE
    assert not page.browser.chips["unsearched"].isVisible()


def test_accepting_goes_on_to_the_next_undecided(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    page.reveal("1")
    press(qtbot, page, "a")
    assert links(made) == {"1": "10"}
    assert page.table.current_id() == "2"
    press(qtbot, page, Qt.Key.Key_Return)
    assert links(made) == {"1": "10", "2": "20"}
    assert page.table.current_id() == "5"
    link = made.mappings.links[Kind.CUSTOMERS]["2"]
    assert "score" in link.evidence, "the journal knows why"


def test_what_is_not_certain_is_not_accepted(qtbot: QtBot, page: MappingPage, made: World) -> None:
    lines = said(page)
    press(qtbot, page, "a")
    assert links(made) == {}
    assert page.table.current_id() == "4"
    assert "Take one with 1 to 2" in lines[-1]
    page.reveal("5")
    press(qtbot, page, Qt.Key.Key_Enter)
    assert links(made) == {}
    assert "no match" in lines[-1]


def test_digits_take_candidates(qtbot: QtBot, page: MappingPage, made: World) -> None:
    second = page.detail.candidate(2)
    assert second is not None
    press(qtbot, page, "2")
    assert links(made) == {"4": second.target.id}
    assert page.table.current_id() == "1"
    lines = said(page)
    press(qtbot, page, "9")
    assert "has no candidate 9" in lines[-1]


def test_next_previous_and_skip_go_round(qtbot: QtBot, page: MappingPage, made: World) -> None:
    page.reveal("1")
    press(qtbot, page, "a")
    order = []
    for key in ("n", "s", "n", "p"):
        press(qtbot, page, key)
        order.append(page.table.current_id())
    assert order == ["5", "4", "2", "4"], "1 is decided and passed over"
    assert links(made) == {"1": "10"}


def test_nothing_jumps_while_a_filtered_list_shrinks(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = World()
    for number, name in enumerate(names(60, random.Random(3)), start=1):
        made.add(organization(number, name), customer(1000 + number, name))
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    searched(qtbot, page)
    page.browser.choose("undecided")
    page.table.step_to(30)
    page.table.step_to(27)
    before = page.table.visualRect(page.table.currentIndex()).top()
    first = page.table.current_id()
    press(qtbot, page, "a")
    qtbot.waitUntil(lambda: first not in shown_ids(page.table))
    height = page.table.verticalHeader().defaultSectionSize()
    after = page.table.visualRect(page.table.currentIndex()).top()
    assert abs(after - (before + height)) <= 1, "the next row stays where it was"


def test_excluding_asks_once_where_invoices_depend_on_it(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    page.reveal("1")
    press(qtbot, page, "x")
    assert no_dialog(), "nothing hangs on it"
    assert set(made.mappings.held[Kind.CUSTOMERS]) == {"1"}
    assert page.table.current_id() == "2"
    assert page.browser.chips["excluded"].text() == "Excluded  1"
    page.reveal("5")
    press(qtbot, page, "x")
    question = dialog_of(qtbot, ConfirmBox)
    assert "1 approved invoice depends on “Zulu Quarry”" in question.text.text()
    impact = question.findChild(ImpactText)
    qtbot.waitUntil(lambda: impact.impact is not None)
    assert impact.text().startswith("1 approved invoice is held on purpose")
    click(qtbot, question.cancel_button)
    assert set(made.mappings.held[Kind.CUSTOMERS]) == {"1"}
    page.reveal("1")
    page.table.setFocus()
    page.shell.window.activateWindow()
    qtbot.waitUntil(page.table.hasFocus)
    press(qtbot, page, "x")
    assert not made.mappings.held[Kind.CUSTOMERS], "the same key includes it again"


def test_including_many_says_what_it_does_first(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    page.deciding._change_all(
        ["1", "2"],
        "Exclude",
        lambda: page.shell.services.review.exclude(Kind.CUSTOMERS, ["1", "2"]),
    )
    page.model.set_ticked(["1", "2"], True)
    click(qtbot, page.exclude_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle() == "Include 2 organizations?"
    assert question.findChild(ImpactText) is not None
    click(qtbot, question.action_button)
    assert made.mappings.held[Kind.CUSTOMERS] == {}


def test_chips_have_keys(qtbot: QtBot, page: MappingPage) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(page.table, Qt.Key.Key_2, control)
    assert page.browser.tag() == "undecided"
    qtbot.keyClick(page.table, Qt.Key.Key_4, control)
    assert page.browser.tag() == "none"
    assert shown_ids(page.table) == ["5"]
    qtbot.keyClick(page.table, Qt.Key.Key_1, control)
    assert page.browser.tag() == ""


def test_letters_are_text_in_a_field(qtbot: QtBot, page: MappingPage, made: World) -> None:
    page.reveal("1")
    page.browser.search.setFocus()
    qtbot.keyClicks(page.browser.search, "axcns1")
    assert page.browser.search.text() == "axcns1"
    assert links(made) == {}
    assert no_dialog()


def test_f6_goes_round(qtbot: QtBot, page: MappingPage) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_F6)
    assert page.detail.holds_focus()
    qtbot.keyClick(page.detail.candidates, Qt.Key.Key_F6)
    assert page.browser.chips[""].hasFocus()
    qtbot.keyClick(page.browser.chips[""], Qt.Key.Key_F6)
    assert page.table.hasFocus()


def test_c_opens_the_form(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("5")
    press(qtbot, page, "c")
    dialog = dialog_of(qtbot, CreateDialog)
    assert dialog.draft().name == "Zulu Quarry"
    dialog.reject()


def test_the_overlay_lists_the_keys(qtbot: QtBot, page: MappingPage) -> None:
    gone: list[Any] = []
    page.shell.go_requested.connect(lambda key, what: gone.append((key, what)))
    press(qtbot, page, "?")
    overlay = dialog_of(qtbot, KeyHelp)
    click(qtbot, overlay.change_button)
    assert gone == [("settings", "keys")]


def test_all_commands_are_in_the_menu(page: MappingPage) -> None:
    words = [action.text().partition("\t")[0] for action in page.page_actions()]
    for text in ("Accept suggestion", "Create in QuickBooks…", "Exclude or include", "Skip for now",
                 "Next undecided", "Take candidate", "Show", "Auto Map…", "Keys…"):  # fmt: skip
        assert text in words


def test_keys_can_be_changed(qtbot: QtBot, page: MappingPage, made: World) -> None:
    settings = KeySettings(page.shell)
    qtbot.addWidget(settings)
    settings.show()
    settings.choose("accept")
    qtbot.keyClick(settings.edit, Qt.Key.Key_X)
    assert not settings.add_button.isEnabled()
    assert "X is used for Exclude or include already." in settings.message.text()
    settings.edit.clear()
    qtbot.keyClick(settings.edit, Qt.Key.Key_G)
    click(qtbot, settings.only_button)
    assert made.settings.get(SETTING) == {"accept": ["G"]}
    page.reveal("1")
    page.shell.window.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    press(qtbot, page, "a")
    assert links(made) == {}, "the old key has no meaning any more"
    press(qtbot, page, "g")
    assert links(made) == {"1": "10"}
    settings.choose("accept")
    click(qtbot, settings.default_button)
    assert made.settings.get(SETTING) == {}


def test_keys_of_the_window_cannot_be_taken(page: MappingPage) -> None:
    bindings = bindings_of(page.shell)
    assert bindings.set_keys("accept", ["Ctrl+Z"]) == "Ctrl+Z is used for Undo already."
    assert bindings.keys("accept") == ("A", "Return", "Enter")


def test_a_hundred_rows_by_keys_alone(qtbot: QtBot, make_shell: MakeShell) -> None:
    """A hundred rows whose suggestion is right: at most 1.2 keys for each."""
    made = World()
    for number, name in enumerate(names(100, random.Random(11)), start=1):
        suffix = (", Inc.", "", " LLC", "")[number % 4]
        made.add(organization(number, name), customer(1000 + number, f"{name}{suffix}"))
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    searched(qtbot, page)
    qtbot.keyClick(page.table, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    keys = 1
    while page.model.counts()["undecided"]:
        before = len(links(made))
        press(qtbot, page, "a")
        keys += 1
        assert len(links(made)) == before + 1, f"no decision about {page.table.current_id()}"
        assert keys <= 120, "too many keys"
    assert links(made) == {str(n): str(1000 + n) for n in range(1, 101)}
    assert keys / 100 <= 1.2


def test_a_click_on_a_row_menu_says_what_makes_sense(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("4")
    page._open_menu(QPoint(5, 5))
    enabled = {name: page.commands[name].isEnabled() for name in ("accept", "clear", "change")}
    assert enabled == {"accept": False, "clear": False, "change": True}
    page.commands.enable_all()


def test_bulk_changes_say_their_impact(qtbot: QtBot, page: MappingPage, made: World) -> None:
    made.link(Kind.CUSTOMERS, "5", customer("41", "Acme LLC"))
    made.link(Kind.CUSTOMERS, "1", customer("10", "Alpha Logistics"))
    page.refresh(None)
    click_box(qtbot, page.table, "5")
    click_box(qtbot, page.table, "1")
    click(qtbot, page.clear_button)
    question = dialog_of(qtbot, ConfirmBox)
    impact = question.findChild(ImpactText)
    assert impact is not None
    qtbot.waitUntil(lambda: impact.impact is not None)
    assert impact.text().startswith("1 approved invoice ")
    question.reject()


def test_many_rows_are_changed_beside_the_window(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = World()
    for number, name in enumerate(names(60, random.Random(5)), start=1):
        target = customer(1000 + number, name)
        made.add(organization(number, name), target)
        made.link(Kind.CUSTOMERS, str(number), target)
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    page.model.tick_view(True)
    started: list[str] = []
    page.shell.tasks.started.connect(lambda task: started.append(task.title))
    click(qtbot, page.clear_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: links(made) == {})
    assert "Clear mappings (60)" in started
    qtbot.waitUntil(lambda: page.model.counts()["undecided"] == 60)
    page.shell.publish(made.mapping.undo())
    assert len(links(made)) == 60, "it was one step"
    target = made.mapping.choices(Kind.CUSTOMERS)[0]
    page.change_mapping()
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    qtbot.keyClicks(dialog.field, target.name)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    click(qtbot, dialog.update_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: set(links(made).values()) == {target.id})
    assert started[-2:] == ["Map rows (60)"] * 2
    no_dialog()


def test_escape_leaves_the_field_then_clears_the_filter(qtbot: QtBot, page: MappingPage) -> None:
    page.table.setFocus()
    press(qtbot, page, "/")
    qtbot.keyClicks(page.browser.search, "zulu")
    qtbot.keyClick(page.browser.search, Qt.Key.Key_Escape)
    assert page.table.hasFocus()
    assert shown_ids(page.table) == ["5"], "the filter is still there"
    assert page.table.current_id() == "5", "keys act on what was found"
    press(qtbot, page, Qt.Key.Key_Escape)
    assert len(shown_ids(page.table)) == 4
    assert page.browser.search.text() == ""
    press(qtbot, page, "/")
    qtbot.keyClicks(page.browser.search, "nobody")
    qtbot.keyClick(page.browser.search, Qt.Key.Key_Escape)
    assert page.browser.no_match.button.hasFocus()
    qtbot.keyClick(page.browser.no_match.button, Qt.Key.Key_Escape)
    assert len(shown_ids(page.table)) == 4
    assert page.table.hasFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F6)
    assert page.detail.holds_focus()
    qtbot.keyClick(page.detail.candidates, Qt.Key.Key_Escape)
    assert page.table.hasFocus()


def test_a_filter_by_key_leaves_keys_something_to_act_on(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("1")
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(page.table, Qt.Key.Key_4, control)
    assert page.table.current_id() == "5"
    page.model.tick_rows([0], True)
    qtbot.keyClick(page.table, Qt.Key.Key_1, control)
    assert page.table.current_id() == "5"
    assert page.model.ticked() == ["5"], "no filter and no sorting takes a tick away"
    page.table.header().setSortIndicator(3, Qt.SortOrder.DescendingOrder)
    assert page.model.ticked() == ["5"]
    assert page.table.selected_ids() == ["5"]


def test_columns_and_sorting_by_key(qtbot: QtBot, page: MappingPage) -> None:
    page.table.setFocus()
    press(qtbot, page, "l")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["NinjaOne organization"].isEnabled(), "the name stays"
    header = page.table.header()
    place = {column.key: n for n, column in enumerate(page.model.spec.columns, start=1)}
    assert header.isSectionHidden(place["gap"])
    actions["Gap"].trigger()
    assert not header.isSectionHidden(place["gap"])
    sorting = actions["Sort by"].menu()
    assert isinstance(sorting, QMenu)
    by = {action.text(): action for action in sorting.actions()}
    by["Waiting"].trigger()
    by["From the greatest to the least"].trigger()
    assert shown_ids(page.table)[0] == "5", "the one on which invoices wait"
    menu.close()


def test_filters_have_icon_and_word_and_work_by_key(qtbot: QtBot, page: MappingPage) -> None:
    button, panel = page.browser.facets, page.browser.facets.panel
    assert {tag.partition(":")[0] for tag in panel.boxes} == {
        "decision", "suggestion", "health", "where",
    }  # fmt: skip
    assert [tag for tag, box in panel.boxes.items() if box.icon().isNull() or not box.text()] == []
    press(qtbot, page, "a")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    strong, none = panel.boxes["suggestion:STRONG"], panel.boxes["suggestion:NONE"]
    assert strong.text() == "Strong match  2"
    assert not panel.boxes["suggestion:FAILED"].isVisible(), "no row has it"
    qtbot.keyClick(strong, Qt.Key.Key_Space)
    qtbot.keyClick(none, Qt.Key.Key_Space)
    assert panel.isVisible(), "several can be ticked"
    assert shown_ids(page.table) == ["1", "2", "5"], "values of one fact are alternatives"
    assert button.text() == "Filters (2)"
    assert button.accessibleName() == "Filters: Strong match, No match"
    qtbot.keyClick(none, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    click(qtbot, panel.none_button)
    assert len(shown_ids(page.table)) == 4
    panel.close()


def test_new_rows_are_marked_until_they_are_seen(qtbot: QtBot, page: MappingPage) -> None:
    review: Any = page.shell.services.review
    review.fresh |= {"4", "5"}
    page.refresh(None)
    row = page.model.record("5")
    assert row is not None
    assert speak(row).startswith("Zulu Quarry, new, undecided")
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(page.table, Qt.Key.Key_8, control)
    assert shown_ids(page.table) == ["4", "5"]
    page.table.step_to(1)
    page.commands["seen"].trigger()
    assert review.dismissed == ["5"]
    assert page.browser.chips["new"].text() == "New since last time  1"
    lines = said(page)
    page.commands["seen"].trigger()
    assert lines == ["None of these rows is new."]


def test_o_opens_the_marked_candidate(
    qtbot: QtBot, page: MappingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_addresses(monkeypatch, "desktop_app.ui.mapping.page")
    page.reveal("4")
    second = page.detail.candidate(2)
    assert second is not None
    page.detail.candidates.setCurrentRow(1)
    press(qtbot, page, "o")
    assert opened == [f"https://qbo.example/app/customer?id={second.target.id}"]
    page.reveal("5")
    lines = said(page)
    press(qtbot, page, "o")
    assert len(opened) == 1
    assert lines == ["“Zulu Quarry” has no customer to open."]


def test_a_search_that_failed_is_said_and_can_be_done_again(
    qtbot: QtBot,
    page: MappingPage,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The search for customers failed")

    def breaks(*_: Any) -> Any:
        raise ValueError("no memory")

    monkeypatch.setattr("desktop_app.services.row_suggestions.auto_map.propose", breaks)
    assert page.again_button.isHidden()
    page.commands["again"].trigger()
    qtbot.waitUntil(lambda: page.model.counts()["failed"] == 4)
    assert page.model.counts()["none"] == 0, "that is not to say that nothing fits"
    assert page.browser.chips["failed"].isVisible()
    assert page.again_button.text() == "The search failed for 4 rows: search again"
    page.reveal("1")
    lines = said(page)
    press(qtbot, page, "a")
    assert "the search failed" in lines[-1]
    assert "The search failed" in page.detail.no_candidates.text()
    monkeypatch.undo()
    click(qtbot, page.again_button)
    qtbot.waitUntil(lambda: page.model.counts()["failed"] == 0)
    assert state(page, "1") is SuggestionState.STRONG
    qtbot.waitUntil(page.again_button.isHidden)


def test_several_rows_are_selected_and_cleared_by_key(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    for source_id in ("1", "2"):
        page.reveal(source_id)
        press(qtbot, page, "a")
    page.reveal("1")
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert page.table.selected_ids() == ["1", "2"]
    press(qtbot, page, Qt.Key.Key_Delete)
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle() == "Clear 2 mappings?"
    question.reject()
    page.shell.window.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page.table.selected_ids() == ["1", "2"], "all rows in view"
    press(qtbot, page, Qt.Key.Key_Space)
    assert page.model.ticked() == ["1", "2"]
