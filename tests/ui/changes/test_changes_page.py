"""The tab Changes in QuickBooks with real clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.domain.catalogue import Side, What
from desktop_app.domain.kinds import Kind
from desktop_app.errors import RuleError
from desktop_app.services.api import Services
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.changes.columns import NINJAONE, RENAMED, SERIOUS
from desktop_app.ui.changes.conflicts import ConflictDialog
from desktop_app.ui.changes.page import ChangesPage
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.shell import Shell
from tests.ui.conftest import notices
from tests.ui.fakes_connect import make_services
from tests.ui.fakes_data import World, world
from tests.ui.fakes_review import FakeReview, change, conflict
from tests.ui.pages_support import (
    click,
    click_box,
    dialog_of,
    no_dialog,
    opened_addresses,
    said,
    shown_ids,
)

KEY = Qt.Key


class Place:
    """The page in its window over a world with four changes and two conflicts."""

    def __init__(self, qtbot: QtBot, make_shell: Callable[[Services], Shell]) -> None:
        self.qtbot = qtbot
        self.world: World = world(60)
        self.review = FakeReview(self.world)
        self.links = self.world.mappings.links[Kind.CUSTOMERS]
        one, two, three, four, five, six = list(self.links)[:6]
        self.ids = [one, two, three, four, five, six]
        self.review.change_list = [
            change(self.world, 1, one),
            change(self.world, 2, two),
            change(
                self.world,
                3,
                three,
                what=What.DEACTIVATED,
                text="was active, is inactive",
                harmless=False,
                source_ids=(three, four),
            ),
            change(
                self.world,
                4,
                four,
                side=Side.NINJAONE,
                what=What.VANISHED,
                harmless=False,
                label="Old & Sons",
                text="is no longer in NinjaOne",
                source_ids=(),
            ),
        ]
        self.review.conflict_list = [conflict(self.world, five), conflict(self.world, six)]
        services = replace(
            make_services(),
            mapping=self.world.mapping,
            invoices=self.world.invoices,
            settings=self.world.settings,
            review=self.review,
        )
        self.shell = make_shell(services)
        self.page = ChangesPage(self.shell)
        layout = self.shell.window.layout()
        assert layout is not None
        layout.addWidget(self.page)
        self.shell.changed.connect(self.page.refresh)
        self.shell.window.resize(1200, 860)
        with qtbot.waitExposed(self.shell.window):
            self.shell.window.show()
        self.page.refresh(None)

    def current(self, identity: str) -> None:
        assert self.page.table.show_row(identity)

    def press(self, key: Qt.Key) -> None:
        self.page.table.setFocus()
        self.qtbot.keyClick(self.page.table, key)


@pytest.fixture
def place(qtbot: QtBot, make_shell: Callable[[Services], Shell]) -> Place:
    return Place(qtbot, make_shell)


def test_each_change_is_one_line_with_rows_and_invoices(
    place: Place, qtmodeltester: ModelTester
) -> None:
    page = place.page
    qtmodeltester.check(page.model)
    assert sorted(shown_ids(page.table)) == ["1", "2", "3", "4"]
    assert "4 to look at, 2 of them need a decision" in page.summary.whole()
    place.current("3")
    assert "inactive" in page.detail.text.text()
    assert "Touches 2 organizations" in page.detail.touched.text()
    assert len(page.detail.row_buttons) == 2
    spoken = page.model.spec.speak(place.review.change_list[0])
    assert "unsent invoice" in spoken
    page.browser.choose(SERIOUS)
    assert sorted(shown_ids(page.table)) == ["3", "4"]
    page.browser.choose(NINJAONE)
    assert shown_ids(page.table) == ["4"]
    page.browser.choose(RENAMED)
    assert sorted(shown_ids(page.table)) == ["1", "2"]


def test_keep_by_key_goes_on_to_the_next_line(place: Place) -> None:
    place.current("1")
    place.press(KEY.Key_K)
    assert place.review.calls == [("keep changes", (1,))]
    assert "1" not in shown_ids(place.page.table)
    assert place.page.table.current_id()  # the next line is current at once
    assert place.page.detail.isVisible()


def test_keep_ticked_and_all_renames(place: Place, qtbot: QtBot) -> None:
    page = place.page
    click_box(qtbot, page.table, "3")
    click_box(qtbot, page.table, "4")
    click(qtbot, page.keep_button)
    assert place.review.calls[-1][0] == "keep changes"
    assert set(place.review.calls[-1][1]) == {3, 4}
    assert "(2)" in page.renames_button.text()
    click(qtbot, page.renames_button)
    assert page.model.records == []
    assert page.browser.nothing.isVisible()
    assert not page.renames_button.isEnabled()
    assert not page.detail.isVisible()


def test_clear_of_one_row_at_once_and_of_many_after_a_question(place: Place, qtbot: QtBot) -> None:
    one, _two, three, four, *_ = place.ids
    place.current("1")
    place.press(KEY.Key_Delete)
    assert one not in place.world.mappings.links[Kind.CUSTOMERS]
    assert "1" not in shown_ids(place.page.table)  # no row stands on it any more
    place.current("3")
    click(qtbot, place.page.detail.clear_button)
    box = dialog_of(qtbot, ConfirmBox)
    assert "2 mappings" in box.windowTitle()
    click(qtbot, box.action_button)
    links = place.world.mappings.links[Kind.CUSTOMERS]
    assert three not in links
    assert four not in links


def test_remap_opens_the_type_ahead_and_maps(place: Place, qtbot: QtBot) -> None:
    two = place.ids[1]
    before = place.world.mappings.links[Kind.CUSTOMERS][two].target_id
    place.current("2")
    place.press(KEY.Key_F2)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    used = {link.target_id for link in place.world.mappings.links[Kind.CUSTOMERS].values()}
    free = next(
        t for t in place.world.mapping.choices(Kind.CUSTOMERS) if t.id not in used and t.active
    )
    qtbot.keyClicks(dialog.field, free.full_name)
    qtbot.keyClick(dialog.field, KEY.Key_Return)
    qtbot.waitUntil(no_dialog)
    after = place.world.mappings.links[Kind.CUSTOMERS][two].target_id
    assert after == free.id != before
    assert "2" not in shown_ids(place.page.table)


def test_a_touched_row_opens_in_its_tab(place: Place, qtbot: QtBot) -> None:
    place.current("1")
    with qtbot.waitSignal(place.shell.go_requested) as went:
        click(qtbot, place.page.detail.row_buttons[0])
    assert went.args == ["customers", place.ids[0]]


def test_open_in_quickbooks(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = opened_addresses(monkeypatch, "desktop_app.ui.changes.page")
    place.current("1")
    place.press(KEY.Key_O)
    assert seen == [f"https://qbo.example/app/customer?id={place.review.change_list[0].record_id}"]
    place.current("4")
    assert not place.page.detail.open_button.isVisible()


def test_errors_are_told_and_nothing_goes(place: Place) -> None:
    place.review.error = RuleError("It cannot be kept.")
    place.current("1")
    place.press(KEY.Key_K)
    assert notices(place.page)[-1].text.startswith("It cannot be kept")
    assert "1" in shown_ids(place.page.table)


def test_locked_says_why_and_does_nothing(place: Place, qtbot: QtBot) -> None:
    place.review.lock = "These mappings belong to Other LLC."
    place.page.refresh(None)
    place.current("1")
    for button in (place.page.detail.keep_button, place.page.renames_button):
        assert not button.isEnabled()
        assert "Other LLC" in button.toolTip()
    place.press(KEY.Key_K)
    place.press(KEY.Key_Delete)
    place.press(KEY.Key_F2)
    place.press(KEY.Key_Return)
    assert place.review.calls == []
    assert no_dialog()


# --- Conflicts, one by one -------------------------------------------------------------------


def stepper(place: Place, qtbot: QtBot) -> ConflictDialog:
    click(qtbot, place.page.conflicts.button)
    return dialog_of(qtbot, ConflictDialog)


def test_conflicts_are_gone_through_by_keys(place: Place, qtbot: QtBot) -> None:
    five, six = place.ids[4:]
    assert "2 offline decisions" in place.page.conflicts.text.whole()
    dialog = stepper(place, qtbot)
    assert dialog.step.text() == "1 of 2"
    assert "is now called" in dialog.problem.text()
    assert "2 unsent invoices" in dialog.touched.text()
    qtbot.keyClick(dialog, KEY.Key_K)
    assert place.review.calls == [("keep", Kind.CUSTOMERS, (five,))]
    assert dialog.step.text() == "2 of 2"
    qtbot.keyClick(dialog, KEY.Key_C)
    assert six not in place.world.mappings.links[Kind.CUSTOMERS]
    assert dialog.end.title.text() == "All settled"
    assert dialog.focusWidget() is dialog.close_button
    qtbot.keyClick(dialog.close_button, KEY.Key_Return)
    qtbot.waitUntil(no_dialog)
    assert not place.page.conflicts.isVisible()


def test_later_leaves_it_and_back_returns(place: Place, qtbot: QtBot) -> None:
    dialog = stepper(place, qtbot)
    click(qtbot, dialog.later_button)
    assert dialog.step.text() == "2 of 2"
    click(qtbot, dialog.back_button)
    assert dialog.step.text() == "1 of 2"
    qtbot.keyClick(dialog, KEY.Key_L)
    qtbot.keyClick(dialog, KEY.Key_L)
    assert "2 left for later" in dialog.end.text.text()
    assert place.review.calls == []
    click(qtbot, dialog.close_button)
    assert place.page.conflicts.isVisible()


def test_undo_inside_brings_the_conflict_back(place: Place, qtbot: QtBot) -> None:
    dialog = stepper(place, qtbot)
    assert not dialog.undo_button.isVisible()
    qtbot.keyClick(dialog, KEY.Key_C)
    assert dialog.step.text() == "2 of 2"
    qtbot.keyClick(dialog, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dialog.step.text() == "1 of 2"
    assert place.ids[4] in place.world.mappings.links[Kind.CUSTOMERS]
    assert dialog.settled == 0


def test_what_cannot_be_kept_offers_the_others(place: Place, qtbot: QtBot) -> None:
    gone = replace(place.review.conflict_list[0], target=None, can_keep=False)
    place.review.conflict_list[0] = gone
    dialog = stepper(place, qtbot)
    assert not dialog.keep_button.isEnabled()
    assert dialog.focusWidget() is dialog.remap_button
    assert "gone from QuickBooks" in dialog.fresh.name.text()
    qtbot.keyClick(dialog, KEY.Key_K)
    assert place.review.calls == []
    qtbot.keyClick(dialog, KEY.Key_R)
    ahead = dialog_of(qtbot, ChangeMappingDialog)
    used = {link.target_id for link in place.links.values()}
    free = next(
        t for t in place.world.mapping.choices(Kind.CUSTOMERS) if t.id not in used and t.active
    )
    qtbot.keyClicks(ahead.field, free.full_name)
    qtbot.keyClick(ahead.field, KEY.Key_Return)
    assert dialog.step.text() == "2 of 2"
    assert place.world.mappings.links[Kind.CUSTOMERS][place.ids[4]].target_id == free.id


def test_a_conflict_settled_elsewhere_is_passed_over(place: Place, qtbot: QtBot) -> None:
    words = said(place.page)
    dialog = stepper(place, qtbot)
    place.review.conflict_list.pop()  # the second one
    qtbot.keyClick(dialog, KEY.Key_K)
    assert dialog.end.isVisible()
    click(qtbot, dialog.close_button)
    place.page.focus_on("conflicts")
    assert words[-1] == "Every offline decision fits the fresh lists."
