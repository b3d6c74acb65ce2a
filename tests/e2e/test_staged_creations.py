"""Created on a train: staged without a network, carried out afterwards in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.creating import CreateState
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Source
from desktop_app.domain.review import Decision, Where
from desktop_app.services.api import Services
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.creations.window import WaitingWindow
from desktop_app.ui.mapping.create import CreateDialog
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.window import MainWindow
from tests.e2e.office import Office, connected_office
from tests.ui.conftest import notices
from tests.ui.pages_support import click, click_box, dialog_of, no_dialog
from tests.ui.test_window import CONTROLS, is_part

C = Kind.CUSTOMERS


@pytest.fixture
def office(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Office]:
    with connected_office(tmp_path / "profile", qtbot, qapp) as made:
        yield made


def stage_by_key(office: Office, window: MainWindow, source: Source, name: str) -> None:
    """C on the row, a name, and Return to the button that a person sees."""
    office.press(window, source, Qt.Key.Key_C)
    dialog = dialog_of(office.qtbot, CreateDialog)
    dialog.form.fields["name"].setText(name)
    office.qtbot.waitUntil(lambda: dict(_fields(dialog)).get("DisplayName") == name)
    button = dialog.create_button
    assert button.text() in ("Create when online", "Create a new one when online")
    office.settle(window)
    click(office.qtbot, button)
    office.qtbot.waitUntil(no_dialog)


def _fields(dialog: CreateDialog) -> list[tuple[str, str]]:
    items = [dialog.record.topLevelItem(n) for n in range(dialog.record.topLevelItemCount())]
    return [(item.text(0), item.text(1)) for item in items if item is not None]


def stage_item(window: MainWindow) -> Source:
    """An item with an income account, as the form would stage it."""
    services = window.services
    rows = services.review.rows(Kind.ITEMS)
    product = next(r.source for r in rows if r.decision is Decision.UNDECIDED)
    account = next(t for t in services.mapping.choices(Kind.ACCOUNTS) if t.type == "Income")
    draft = services.create.draft(Kind.ITEMS, product.id)
    draft = replace(draft, name="Fulmar Backup", income_account_id=account.id)
    window.shell.publish(services.create.stage(draft))
    return product


def undecided(services: Services) -> list[Source]:
    return [r.source for r in services.review.rows(C) if r.decision is Decision.UNDECIDED]


def states(window: WaitingWindow) -> dict[str, str]:
    return {line.draft.name: line.state for line in window.model.records}


def waiting_window(office: Office, window: MainWindow) -> WaitingWindow:
    found = [w for w in window.findChildren(WaitingWindow) if w.isVisible()]
    assert len(found) == 1
    office.settle(window)
    return found[0]


def test_staged_offline_listed_confirmed_and_created(office: Office) -> None:
    qtbot = office.qtbot
    with office.window(offline=True) as window:
        first, second, third, fourth, fifth = undecided(window.services)[:5]
        names = dict(zip((first, second, third, fourth, fifth),
                         ("Aardvark Towing", "Bilberry Legal", "Cobalt Quarry", "Dunlin Freight",
                          "Egret Optics"), strict=True))  # fmt: skip
        for source, name in names.items():
            stage_by_key(office, window, source, name)
        product = stage_item(window)
        page = window.current_page
        assert isinstance(page, MappingPage)
        row = page.model.record(first.id)
        assert row is not None
        assert (row.decision, row.row.where) == (Decision.CREATE, Where.STAGED)
        assert page.waiting.isVisible()
        assert "5 customers wait to be created" in page.waiting.text.whole()
        assert window.staged.text() == "6 staged"
        click(qtbot, window.staged)
        waiting = waiting_window(office, window)
        assert not waiting.create_button.isEnabled()
        assert "offline" in waiting.create_button.toolTip()
        assert set(states(waiting).values()) == {"Refresh first"}
        waiting.close()

    # Meanwhile somebody works in QuickBooks: a vendor takes one name, a customer is like another.
    books = office.simulator.quickbooks.company(office.realm)
    vendor = next(v for v in books.all("Vendor") if v.get("Active", True))
    office.post("quickbooks/REALM/rename", entity="Vendor", id=vendor["Id"], name="Bilberry Legal")
    spare = next(c for c in books.all("Customer") if c.get("Active", True) and not c.get("Job"))
    office.post("quickbooks/REALM/rename", entity="Customer", id=spare["Id"], name="Cobalt Quary")
    with office.window() as window:
        services = window.services
        office.refresh(window)
        assert "5 customers wait" in page_bar(window).text.whole()
        assert not any("wait to be created" in b.title for b in notices(window)), "told once"
        window.go("integrations")
        office.refresh(window)
        banner = next(b for b in notices(window) if "wait to be created" in b.title)
        window.shell.publish(services.review.exclude(C, [fourth.id]))
        banner = next(b for b in notices(window) if "wait to be created" in b.title)
        assert banner.title.startswith("4 customers and 1 item wait")
        click(qtbot, banner.buttons["Look at them"])
        window.go("customers")
        waiting = waiting_window(office, window)
        assert states(waiting) == {
            "Aardvark Towing": "Ready to create",
            "Bilberry Legal": "Ready to create",
            "Cobalt Quarry": "Needs a look",
            "Dunlin Freight": "No longer needed",
            "Egret Optics": "Ready to create",
            "Fulmar Backup": "Ready to create",
        }
        similar = next(line for line in waiting.model.records if line.draft.name == "Cobalt Quarry")
        assert "Cobalt Quary" in similar.reason
        assert waiting.create_button.text() == "Create 4 in QuickBooks…"
        assert [
            control
            for control in waiting.findChildren(QWidget)
            if isinstance(control, CONTROLS)
            and not control.isHidden()
            and not is_part(control)
            and not control.accessibleName()
        ] == []
        click(qtbot, waiting.create_button)
        box = dialog_of(qtbot, ConfirmBox)
        assert box.windowTitle() == "Create 3 customers and 1 item in QuickBooks?"
        assert "10 metered reads" in box.text.text()
        click(qtbot, box.action_button)
        office.settle(window)
        assert states(waiting)["Aardvark Towing"] == "Created and linked"
        assert states(waiting)["Egret Optics"] == "Created and linked"
        assert states(waiting)["Bilberry Legal"] == "Not created"
        refused = next(r for r in waiting.model.records if r.draft.name == "Bilberry Legal")
        assert "vendor “Bilberry Legal”" in refused.reason
        assert len(office.customers("Aardvark Towing")) == 1
        assert office.customers("Bilberry Legal") == []
        made = services.review.row(C, first.id)
        assert made is not None
        assert made.target is not None
        assert (made.where, made.target.name) == (Where.IN_QUICKBOOKS, "Aardvark Towing")

        made = services.review.row(Kind.ITEMS, product.id)
        assert made is not None
        assert made.target is not None
        assert (made.target.name, made.target.type) == ("Fulmar Backup", "Service")

        # The way out of each of the others: link instead, another name, discard.
        waiting.table.show_row(similar.id)
        click(qtbot, waiting.change_button)
        form = dialog_of(qtbot, CreateDialog)
        qtbot.waitUntil(form.link_button.isDefault)
        lines = [form.near.item(n).text() for n in range(form.near.count())]
        form.near.setCurrentRow(next(n for n, t in enumerate(lines) if "Cobalt Quary" in t))
        click(qtbot, form.link_button)
        qtbot.waitUntil(no_dialog)
        office.settle(window)
        linked = services.review.row(C, third.id)
        assert linked is not None
        assert linked.target is not None
        assert linked.target.name == "Cobalt Quary"
        waiting.table.show_row(refused.id)
        click(qtbot, waiting.change_button)
        form = dialog_of(qtbot, CreateDialog)
        qtbot.waitUntil(lambda: "vendor" in form.verdict.text())
        form.form.fields["name"].setText("Bilberry Legal LLP")
        qtbot.waitUntil(form.create_button.isEnabled, timeout=10_000)
        click(qtbot, form.create_button)
        qtbot.waitUntil(no_dialog, timeout=10_000)
        office.settle(window)
        assert len(office.customers("Bilberry Legal LLP")) == 1
        (left,) = [line for line in waiting.model.records if line.waiting is not None]
        assert left.draft.name == "Dunlin Freight"
        click_box(qtbot, waiting.table, left.id)
        assert not waiting.create_button.isEnabled()
        click(qtbot, waiting.drop_ticked_button)
        click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
        office.settle(window)
        assert services.create.open() == ()
        assert not window.staged.isVisible()
        assert not page_bar(window).isVisible()


def page_bar(window: MainWindow) -> Any:
    page = window.current_page
    assert isinstance(page, MappingPage)
    return page.waiting


def test_a_lost_answer_is_looked_up_after_the_next_start(office: Office, expect_log: Any) -> None:
    """The program dies between the request and its answer; nothing is created twice."""
    expect_log("The answer for a creation was lost")
    qtbot = office.qtbot
    with office.window(offline=True) as window:
        source = undecided(window.services)[0]
        stage_by_key(office, window, source, "Aardvark Towing")
    with office.window() as window:
        office.refresh(window)
        # Every answer to a write of a customer is cut off: QuickBooks has done it all the same.
        office.post("faults/transport.cut_after", path="/customer", method="POST")
        window.actions_.waiting.trigger()
        waiting = waiting_window(office, window)
        click(qtbot, waiting.create_button)
        click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
        office.settle(window)
        assert states(waiting) == {"Aardvark Towing": "Being looked up"}
        row = window.services.review.row(C, source.id)
        assert row is not None
        assert row.where is Where.SENDING
        requests.delete(f"{office.simulator.base}/_sim/faults", timeout=10)
    with office.window() as window:  # at its start it looks up what was not answered
        row = window.services.review.row(C, source.id)
        assert row is not None
        assert row.where is Where.IN_QUICKBOOKS
        assert window.services.create.open() == ()
    assert len(office.customers("Aardvark Towing")) == 1


def test_without_an_answer_the_list_offers_to_look_it_up(office: Office) -> None:
    with office.window(offline=True) as window:
        source = undecided(window.services)[0]
        stage_by_key(office, window, source, "Aardvark Towing")
        (creation,) = window.services.create.open()
        assert creation.state is CreateState.STAGED
        page = window.current_page
        assert isinstance(page, MappingPage)
        office.press(window, source, Qt.Key.Key_Delete)
        click(office.qtbot, dialog_of(office.qtbot, ConfirmBox).action_button)
        assert window.services.create.open() == ()
        row = page.model.record(source.id)
        assert row is not None
        assert row.undecided
