"""Create in QuickBooks and the detail pane, with real clicks and keys."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from desktop_app.domain.creating import CreateCheck, CreateDraft
from desktop_app.domain.journal import JournalEntry
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import How, Source, Target
from desktop_app.errors import NetworkError
from desktop_app.progress import Progress
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.compare import compare
from desktop_app.ui.mapping.create import CreateDialog
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.mapping.words import Row
from tests.ui.fakes_data import World, customer, organization
from tests.ui.fakes_stores import NOW
from tests.ui.mapping.desk import desk
from tests.ui.pages_support import MakeShell, click, dialog_of, no_dialog, open_page

NEAR = customer("30", "Contosso Ltd")


@pytest.fixture
def made() -> World:
    made = World()
    made.add(
        organization("1", "Contoso", email="ap@contoso.example"),
        organization("2", "Zulu"),
        NEAR,
        customer("31", "Contoso Holdings", email="other@contoso.example"),
    )
    return made


@pytest.fixture
def services(made: World) -> dict[str, Any]:
    return desk(made)


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, made: World, services: dict[str, Any]) -> MappingPage:
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **services)
    qtbot.waitUntil(lambda: page.model.counts()["unsearched"] == 0, timeout=20_000)
    return page


def form(qtbot: QtBot, page: MappingPage, source_id: str) -> CreateDialog:
    page.reveal(source_id)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_C)
    dialog = dialog_of(qtbot, CreateDialog)
    qtbot.waitUntil(lambda: dialog.checked)
    qtbot.waitUntil(lambda: dialog.result_of_check.live or page.shell.offline)
    return dialog


def links(made: World) -> dict[str, str]:
    return {m.source_id: m.target_id for m in made.mappings.links[Kind.CUSTOMERS].values()}


def test_the_exact_record_is_shown_and_created(
    qtbot: QtBot, page: MappingPage, made: World, services: dict[str, Any]
) -> None:
    dialog = form(qtbot, page, "2")
    item = dialog.record.topLevelItem(0)
    assert item is not None
    assert (item.text(0), item.text(1)) == ("DisplayName", "Zulu")
    assert "vendors and employees" in dialog.verdict.text()
    click(qtbot, dialog.create_button)
    qtbot.waitUntil(lambda: links(made) == {"2": "new-2"})
    qtbot.waitUntil(no_dialog)
    assert services["create"].checked == ["Zulu"], "QuickBooks was asked once"
    assert page.table.current_id() == "1", "the focus went on"


def test_a_near_duplicate_is_the_default(
    qtbot: QtBot, page: MappingPage, made: World, services: dict[str, Any]
) -> None:
    services["create"].near = (Candidate(NEAR, 0.93, ("1 letter differs",)),)
    dialog = form(qtbot, page, "1")
    assert dialog.near.isVisible()
    assert dialog.link_button.isDefault()
    assert not dialog.create_button.isDefault()
    assert dialog.create_button.text() == "Create a new one"
    click(qtbot, dialog.link_button)
    assert links(made) == {"1": "30"}
    assert services["create"].created == []


def test_closing_while_quickbooks_is_being_asked_is_no_mistake(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    check = services["create"].check

    def slow(draft: CreateDraft, progress: Progress) -> CreateCheck:
        answered.wait(10)
        return check(draft, progress)  # type: ignore[no-any-return]

    monkeypatch.setattr(services["create"], "check", slow)
    services["create"].near = (Candidate(NEAR, 0.93, ("1 letter differs",)),)
    page.reveal("1")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_C)
    click(qtbot, dialog_of(qtbot, CreateDialog).link_button)
    qtbot.waitUntil(no_dialog)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    answered.set()
    qtbot.waitUntil(lambda: page.shell.tasks.running() == ())


def test_nothing_can_be_created_before_the_local_list_was_looked_at(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, threads = threading.Event(), []
    check = services["create"].check_locally

    def slow(draft: CreateDraft) -> CreateCheck:
        threads.append(threading.current_thread())
        answered.wait(10)
        return check(draft)  # type: ignore[no-any-return]

    monkeypatch.setattr(services["create"], "check_locally", slow)
    page.shell.set_offline(True)
    page.reveal("2")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_C)
    dialog = dialog_of(qtbot, CreateDialog)
    assert not dialog.create_button.isEnabled()
    assert "Looking" in dialog.verdict.text()
    answered.set()
    qtbot.waitUntil(dialog.create_button.isEnabled)
    assert threading.main_thread() not in threads
    dialog.reject()


def test_one_that_somebody_has_is_no_default(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any]
) -> None:
    services["create"].near = (Candidate(NEAR, 0.93, (), "already linked to “Zulu”"),)
    dialog = form(qtbot, page, "1")
    assert dialog.link_button.isVisible()
    assert dialog.create_button.isDefault()
    dialog.reject()


def test_a_clash_is_told_and_nothing_can_be_created(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any]
) -> None:
    services["create"].taken = {"Zulu"}
    dialog = form(qtbot, page, "2")
    assert "taken by the vendor “Zulu”" in dialog.verdict.text()
    assert not dialog.create_button.isEnabled()
    dialog.form.fields["name"].setText("Zulu Customer")
    qtbot.waitUntil(dialog.create_button.isEnabled)
    qtbot.waitUntil(lambda: services["create"].checked == ["Zulu", "Zulu Customer"])
    dialog.reject()


def test_without_a_connection_it_is_staged_and_said_so(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any]
) -> None:
    page.shell.set_offline(True)
    dialog = form(qtbot, page, "2")
    assert dialog.create_button.text() == "Create when online"
    assert "as far as the local list knows" in dialog.verdict.text()
    click(qtbot, dialog.create_button)
    assert [draft.name for draft in services["create"].staged] == ["Zulu"]
    assert services["create"].checked == []


def test_a_lost_connection_offers_to_stage(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any]
) -> None:
    dialog = form(qtbot, page, "2")
    services["create"].error = NetworkError("QuickBooks could not be reached.")
    click(qtbot, dialog.create_button)
    question = dialog_of(qtbot, ConfirmBox)
    click(qtbot, question.action_button)
    assert [draft.name for draft in services["create"].staged] == ["Zulu"]
    qtbot.waitUntil(no_dialog)


def test_an_item_asks_for_type_and_income_account(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = World()
    made.add(
        Source(Kind.ITEMS, "1", "Backup 1 TB"),
        Target(Kind.ACCOUNTS, "8", "Sales", "Sales", type="Income", number="4000"),
        Target(Kind.ACCOUNTS, "9", "Bank", "Bank", type="Bank"),
    )
    services = desk(made)
    page = open_page(qtbot, make_shell, made, lambda s: MappingPage(s, Kind.ITEMS), **services)
    dialog = form(qtbot, page, "1")
    assert not dialog.create_button.isEnabled()
    assert "income account" in dialog.verdict.text()
    words = [dialog.form.account.itemText(n) for n in range(dialog.form.account.count())]
    assert words == ["Choose…", "4000 – Sales (Income)"]
    dialog.form.account.setCurrentIndex(1)
    qtbot.waitUntil(dialog.create_button.isEnabled)
    dialog.form.fields["price"].setText("ten")
    qtbot.waitUntil(lambda: "“ten” is not a price" in dialog.verdict.text())
    assert not dialog.create_button.isEnabled()
    dialog.reject()


def test_change_mapping_ends_with_create(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("2")
    page.change_mapping()
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    qtbot.keyClicks(dialog.field, "Yankee")
    assert dialog.chosen() is None
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.update_button.text() == "Create…"
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    made_form = dialog_of(qtbot, CreateDialog)
    assert made_form.draft().name == "Yankee"
    assert made_form.draft().source_name == "Zulu"
    made_form.reject()


def test_change_mapping_begins_with_the_suggested(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("1")
    page.change_mapping()
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    lines = dialog.list.choices.lines
    assert lines[0] == "Suggested"
    assert isinstance(lines[1], Target)
    assert dialog.chosen() is None, "nothing is chosen for the user"
    dialog.reject()


def test_the_pane_sets_both_records_side_by_side(qtbot: QtBot, page: MappingPage) -> None:
    page.reveal("1")
    pane = page.detail
    qtbot.waitUntil(lambda: pane.candidates.count() == 2)
    pane.candidates.setCurrentRow(1)
    target = pane._target()
    assert target is not None
    items = [pane.fields.topLevelItem(n) for n in range(pane.fields.topLevelItemCount())]
    shown = {item.text(0): (item.text(1), item.text(2)) for item in items if item is not None}
    assert shown["Name, differs"] == ("Contoso", target.full_name)
    assert "State" in shown


def test_candidates_of_one_name_are_told_apart(
    qtbot: QtBot, make_shell: MakeShell, made: World
) -> None:
    made.add(
        organization("9", "Harbor Clinic"),
        customer("91", "Harbor Clinic", city="Reno"),
        customer("92", "Harbor Clinic", city="Elko"),
    )
    page = open_page(
        qtbot, make_shell, made, lambda s: MappingPage(s, Kind.CUSTOMERS), **desk(made)
    )
    qtbot.waitUntil(lambda: page.model.counts()["unsearched"] == 0, timeout=20_000)
    page.reveal("9")
    pane = page.detail
    qtbot.waitUntil(lambda: pane.candidates.count() == 2)
    texts = [pane.candidates.item(n).text() for n in range(2)]
    assert sorted("Reno" in text for text in texts) == [False, True]
    assert sorted("Elko" in text for text in texts) == [False, True]
    assert "gap" in pane.candidates_title.text()


def test_the_pane_says_what_is_wrong_with_a_row(page: MappingPage) -> None:
    row = page.model.record("2")
    assert row is not None
    page.detail.show_row(Row(replace(row.row, note="QuickBooks refused the name.")))
    assert page.detail.title.whole() == "Zulu  ·  QuickBooks refused the name."


def test_candidates_are_taken_in_the_pane(qtbot: QtBot, page: MappingPage, made: World) -> None:
    page.reveal("1")
    pane = page.detail
    pane.take_focus()
    second = pane.candidate(2)
    assert second is not None
    qtbot.keyClick(pane.candidates, Qt.Key.Key_2)
    assert links(made) == {"1": second.target.id}


def test_the_pane_shows_the_rows_history(
    qtbot: QtBot, page: MappingPage, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = JournalEntry(
        1, NOW - timedelta(hours=1), "kim", "change", None, Kind.CUSTOMERS, "2", "Zulu", "", "",
        "30", "Contosso Ltd", How.BY_HAND, "chosen by hand", to_choice="linked",
    )  # fmt: skip
    monkeypatch.setattr(services["review"], "row_history", lambda *_: (entry,))
    page.reveal("2")
    qtbot.waitUntil(lambda: page.detail.history.count() == 1)
    item = page.detail.history.item(0)
    assert "kim: Not mapped → Contosso Ltd (by hand)" in item.text()


def test_fields_that_differ_are_marked() -> None:
    source = Source(Kind.ITEMS, "1", "Backup", code="B-1", price=None)
    target = Target(Kind.ITEMS, "2", "backup ", "backup ", type="Service", number="B-2")
    lines = {line.field: line for line in compare(source, target)}
    assert not lines["Name"].differs, "case and blanks make no difference"
    assert lines["SKU"].differs
    assert not lines["Id"].differs
    assert lines["Income account"].right == "none"
