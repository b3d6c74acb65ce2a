"""Auto Map's dialog, worked with mouse and keys over the real matching."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import AutoMapRun, Group
from desktop_app.domain.records import How
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.ui.boxes import ErrorBox
from desktop_app.ui.mapping.auto_map import AutoMapDialog
from desktop_app.ui.mapping.auto_map_model import TICK, ProposalModel
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.mapping.rejected import RejectedDialog
from tests.ui.fakes_data import World, customer, invoice, organization
from tests.ui.mapping.desk import desk
from tests.ui.pages_support import MakeShell, click, click_box, dialog_of, no_dialog, open_page

TARGETS = {
    "10": "Alpha Logistics",
    "20": "Bravo Dental Inc.",
    "30": "Contosso Ltd",
    "40": "Acme Inc",
    "41": "Acme LLC",
    "60": "Foxtrot Bakery",
}
SOURCES = {
    "1": "Alpha Logistics",
    "2": "Bravo Dental",
    "3": "Contoso",
    "4": "Acme",
    "5": "Zulu Quarry",
    "6": "Foxtrot Bakery",
}


@pytest.fixture
def made() -> World:
    made = World()
    made.add(*(organization(number, name) for number, name in SOURCES.items()))
    made.add(*(customer(number, name) for number, name in TARGETS.items()))
    made.link(Kind.CUSTOMERS, "6", customer("60", "Foxtrot Bakery"))
    for number, owner in enumerate(("1", "1", "2"), start=1):
        made.add(invoice(number, organization(owner, SOURCES[owner]), []))
    return made


@pytest.fixture
def services(made: World) -> dict[str, Any]:
    return desk(made)


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, made: World, services: dict[str, Any]) -> MappingPage:
    return open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **services)


def opened(qtbot: QtBot, page: MappingPage) -> AutoMapDialog:
    """The dialog, once it has compared."""
    click(qtbot, page.auto_map_button)
    dialog = dialog_of(qtbot, AutoMapDialog)
    qtbot.waitUntil(lambda: dialog.run is not None)
    return dialog


def links(made: World) -> dict[str, str]:
    return {m.source_id: m.target_id for m in made.mappings.links[Kind.CUSTOMERS].values()}


def group_row(model: ProposalModel, group: Group) -> int:
    return model.lines.index(group)


def click_tick(qtbot: QtBot, dialog: AutoMapDialog, row: int) -> None:
    index = dialog.model.index(row, TICK)
    dialog.table.scrollTo(index)
    place = dialog.table.visualRect(index).center()
    qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_what_is_certain_is_ticked_and_the_rest_is_not(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    dialog = opened(qtbot, page)
    model = dialog.model
    assert links(made) == {"6": "60"}, "nothing is linked before it is confirmed"
    assert model.ticked() == ["1", "2"]
    groups = {group: number for group, number in dialog.counts().items() if number}
    assert groups == {
        Group.IDENTICAL: 1,
        Group.FOLDED: 1,
        Group.SIMILAR: 1,
        Group.AMBIGUOUS: 1,
        Group.NO_MATCH: 1,
    }
    assert not model.opened(Group.NO_MATCH), "what has no match is collapsed"
    assert model.row_of("5") == -1
    similar = model.proposals[2]
    assert similar.source.id == "3"
    assert model.text(similar, 3) == f"{similar.score:.2f}"
    assert similar.reasons, "why, in words"
    ambiguous = model.proposals[3]
    assert model.candidate(ambiguous) is None, "no default where a person has to choose"
    assert "“Acme Inc” and “Acme LLC”" in model.text(ambiguous, 5)
    qtbot.waitUntil(lambda: dialog.summary.impact is not None)
    assert dialog.summary.text().startswith("Link 2; leave 3; ")
    assert "3 approved invoices" in dialog.summary.text()


def test_what_is_sure_is_offered_above_the_table(qtbot: QtBot, page: MappingPage) -> None:
    qtbot.waitUntil(lambda: page.model.counts()["unsearched"] == 0, timeout=20_000)
    sure = page.model.counts()["suggestion:STRONG"]
    assert sure > 1
    assert page.ready_button.text() == f"{sure} sure matches ready: review and apply…"
    click(qtbot, page.ready_button)
    dialog = dialog_of(qtbot, AutoMapDialog)
    qtbot.waitUntil(lambda: dialog.run is not None)
    assert len(dialog.model.ticked()) == sure
    click(qtbot, dialog.link_button)
    qtbot.waitUntil(page.ready_button.isHidden)


def test_a_group_is_ticked_as_a_whole(qtbot: QtBot, page: MappingPage) -> None:
    dialog = opened(qtbot, page)
    model = dialog.model
    click_tick(qtbot, dialog, group_row(model, Group.SIMILAR))
    assert model.ticked() == ["1", "2", "3"]
    click_tick(qtbot, dialog, group_row(model, Group.IDENTICAL))
    assert model.ticked() == ["2", "3"]
    assert dialog.link_button.text() == "Link 2"
    click_tick(qtbot, dialog, group_row(model, Group.AMBIGUOUS))
    assert model.ticked() == ["2", "3"], "there is nothing chosen to tick"


def test_linking_is_one_undo_step_with_its_evidence(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    dialog = opened(qtbot, page)
    click(qtbot, dialog.link_button)
    qtbot.waitUntil(lambda: links(made) == {"1": "10", "2": "20", "6": "60"})
    qtbot.waitUntil(no_dialog)
    link = made.mappings.links[Kind.CUSTOMERS]["2"]
    assert link.how is How.AUTO_MAP
    assert "score" in link.evidence
    page.shell.publish(made.mapping.undo())
    assert links(made) == {"6": "60"}


def test_an_ambiguous_row_takes_a_choice_by_menu_and_by_digit(
    qtbot: QtBot, page: MappingPage, made: World
) -> None:
    dialog = opened(qtbot, page)
    model, table = dialog.model, dialog.table
    row = model.row_of("4")
    menu = table.offer_candidates(row)
    assert menu is not None
    assert not any(action.isChecked() for action in menu.actions()), "none is marked"
    assert len(menu.actions()) == 2
    menu.actions()[1].trigger()
    menu.close()
    second = model.proposals[3].candidates[1].target.id
    assert ("4", second) in model.pairs()
    table.setFocus()
    table.selectRow(row)
    qtbot.keyClick(table, Qt.Key.Key_1)
    first = model.proposals[3].candidates[0].target.id
    assert ("4", first) in model.pairs()
    click(qtbot, dialog.link_button)
    qtbot.waitUntil(lambda: links(made).get("4") == first)


def test_one_customer_for_two_is_seen_before_it_is_linked(qtbot: QtBot, page: MappingPage) -> None:
    dialog = opened(qtbot, page)
    model = dialog.model
    taken = model.proposals[3].candidates[0].target.id
    model.choose("4", taken)
    assert dialog.link_button.isEnabled()
    model._chosen["3"] = taken  # as if two rows offered it
    model.proposals[2] = model.proposals[2].__class__(
        model.proposals[2].source, Group.AMBIGUOUS, model.proposals[3].candidates
    )
    model.choose("3", taken)
    assert not dialog.link_button.isEnabled()
    assert dialog.warning.isVisible()
    assert "ticked for two organizations" in dialog.warning.text()


def test_never_this_one_and_the_way_back(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any]
) -> None:
    dialog = opened(qtbot, page)
    dialog.table.show_line("3")
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert [p.target_id for p in services["suggest"].rejected(Kind.CUSTOMERS)] == ["30"]
    assert dialog.counts()[Group.SIMILAR] == 0
    assert dialog.counts()[Group.NO_MATCH] == 2
    dialog.look()
    qtbot.waitUntil(lambda: dialog.run is not None)
    assert dialog.counts()[Group.SIMILAR] == 0, "it is not proposed again"
    click(qtbot, dialog.rejected_button)
    box = dialog_of(qtbot, RejectedDialog)
    assert not box.again_button.isEnabled()
    click_box(qtbot, box.table, "3 30")
    click(qtbot, box.again_button)
    assert services["suggest"].rejected(Kind.CUSTOMERS) == ()
    click(qtbot, box.close_button)
    qtbot.waitUntil(lambda: dialog.run is not None)
    assert dialog.counts()[Group.SIMILAR] == 1
    dialog.reject()


def test_ticked_rows_only_and_existing_links(qtbot: QtBot, page: MappingPage) -> None:
    click_box(qtbot, page.table, "3")
    click_box(qtbot, page.table, "6")
    dialog = opened(qtbot, page)
    assert dialog.scope.currentText() == "The 2 ticked rows"
    assert [p.source.id for p in dialog.model.proposals] == ["3"], "6 is linked already"
    click(qtbot, dialog.overwrite)
    qtbot.waitUntil(lambda: dialog.run is not None and dialog.run.overwrite)
    proposals = {p.source.id: p for p in dialog.model.proposals}
    assert set(proposals) == {"3", "6"}
    assert not proposals["6"].ticked, "a link is never replaced unasked"
    assert "replaces “Foxtrot Bakery”" in dialog.model.text(proposals["6"], 5)
    dialog.scope.setCurrentIndex(1)
    qtbot.waitUntil(lambda: dialog.run is not None)
    assert len(dialog.model.proposals) == 6
    dialog.reject()


def test_rows_in_view(qtbot: QtBot, page: MappingPage) -> None:
    page.browser.search.setText("acme")
    dialog = opened(qtbot, page)
    dialog.scope.setCurrentIndex(1)
    assert dialog.scope.currentText() == "The 1 rows in view"
    qtbot.waitUntil(lambda: dialog.run is not None)
    assert [p.source.id for p in dialog.model.proposals] == ["4"]
    dialog.reject()


def test_searching_in_the_dialog_keeps_the_ticks(qtbot: QtBot, page: MappingPage) -> None:
    dialog = opened(qtbot, page)
    qtbot.keyClicks(dialog.search_field, "zulu")
    assert dialog.model.row_of("5") > 0, "a group opens for what is found in it"
    assert dialog.model.row_of("1") == -1
    assert dialog.model.ticked() == ["1", "2"]
    dialog.search_field.clear()
    assert dialog.model.row_of("1") > 0


def test_groups_open_and_close_by_key(qtbot: QtBot, page: MappingPage) -> None:
    dialog = opened(qtbot, page)
    model, table = dialog.model, dialog.table
    table.setFocus()
    table.selectRow(group_row(model, Group.NO_MATCH))
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert model.row_of("5") > 0
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert model.row_of("5") == -1
    table.show_line("1")
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert model.ticked() == ["2"]


class Slow:
    """Comparing takes until it is cancelled or let go."""

    def __init__(self, suggest: Any) -> None:
        self._suggest = suggest
        self.go = threading.Event()
        self.cancelled = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._suggest, name)

    def propose(self, kind: Kind, ids: Any, progress: Progress, **more: Any) -> AutoMapRun:
        try:
            while not self.go.wait(0.005):
                progress.check()
        except BaseException:
            self.cancelled.set()
            raise
        run: AutoMapRun = self._suggest.propose(kind, ids, progress, **more)
        return run


def test_comparing_can_be_stopped(
    qtbot: QtBot, make_shell: MakeShell, made: World, services: dict[str, Any]
) -> None:
    slow = services["suggest"] = Slow(services["suggest"])
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **services)
    click(qtbot, page.auto_map_button)
    dialog = dialog_of(qtbot, AutoMapDialog)
    assert dialog.run is None
    assert not dialog.link_button.isEnabled()
    click(qtbot, dialog.stop_button)
    qtbot.waitUntil(slow.cancelled.is_set)
    qtbot.waitUntil(lambda: dialog.stack.currentWidget() is dialog.nothing)
    assert dialog.nothing.title.text() == "Stopped"
    slow.go.set()
    click(qtbot, dialog.nothing.button)
    qtbot.waitUntil(lambda: dialog.run is not None)
    dialog.reject()


def test_closing_the_dialog_ends_the_comparing(
    qtbot: QtBot, make_shell: MakeShell, made: World, services: dict[str, Any]
) -> None:
    slow = services["suggest"] = Slow(services["suggest"])
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **services)
    click(qtbot, page.auto_map_button)
    dialog_of(qtbot, AutoMapDialog).reject()
    qtbot.waitUntil(slow.cancelled.is_set)
    qtbot.waitUntil(no_dialog)


def test_it_is_switched_off_with_a_reason(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "The last refresh could not read the lists to their end."
    monkeypatch.setattr(services["suggest"], "auto_map_refusal", lambda kind: reason)
    page.refresh(None)
    assert not page.auto_map_button.isEnabled()
    assert page.auto_map_button.toolTip() == reason
    assert page.refusal.whole() == reason
    page.auto_map()
    assert no_dialog()


def test_a_refusal_of_the_link_is_told_and_nothing_closes(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(qtbot, page)

    def refuse(*_: Any) -> None:
        raise RuleError("A record is gone. Nothing was linked.")

    monkeypatch.setattr(services["suggest"], "apply", refuse)
    click(qtbot, dialog.link_button)
    box = dialog_of(qtbot, ErrorBox)
    assert "Nothing was linked" in box.text.text()
    box.reject()
    assert dialog.isVisible()
    assert dialog.link_button.isEnabled()
    dialog.reject()


def test_every_line_reads_as_a_sentence(qtbot: QtBot, page: MappingPage) -> None:
    dialog = opened(qtbot, page)
    model = dialog.model
    group = model.spoken(Group.IDENTICAL)
    assert group == "Group Identical name, 1 rows, 1 ticked, open"
    line = model.spoken(model.proposals[0])
    assert line.startswith("ticked, Alpha Logistics, to Alpha Logistics, score ")
    dialog.reject()
