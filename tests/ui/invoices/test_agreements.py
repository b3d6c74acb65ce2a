"""The Agreements page: what NinjaOne does not tell, a person can; NinjaOne is one click away."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.records import Agreement
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.invoices.agreements import AgreementsPage
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import (
    MakeShell,
    click,
    dialog_of,
    open_page,
    opened_addresses,
    shown_ids,
)

UNTOLD = Agreement("52", "Charlie – Managed IT", "3", "Charlie", accounting_action=None)


@pytest.fixture
def small() -> World:
    made = make_small()
    made.add(UNTOLD)
    return made


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> AgreementsPage:
    return open_page(qtbot, make_shell, small, AgreementsPage, preflight=small.preflight)


def test_an_untold_one_is_marked_after_a_question_and_taken_back(
    qtbot: QtBot, page: AgreementsPage, small: World
) -> None:
    click(qtbot, page.browser.chips["untold"])
    assert shown_ids(page.table) == ["52"]
    page.table.show_row("52")
    click(qtbot, page.detail.mark_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert "Look there first" in question.text.text()
    assert small.preflight.agreement_marks() == {}
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: page.model.counts()["marked"] == 1)
    assert "Marked as updated by alex" in page.detail.history.text()
    assert page.detail.text.text().startswith("Marked as updated")
    assert not page.detail.mark_button.isVisible()
    click(qtbot, page.detail.back_button)
    assert page.model.counts()["untold"] == 1
    assert page.detail.history.text().startswith("Mark taken back by alex")


def test_what_ninjaone_tells_cannot_be_marked(page: AgreementsPage) -> None:
    page.table.show_row("50")
    assert page.detail.isVisible()
    assert not page.detail.mark_button.isVisible()
    assert not page.detail.back_button.isVisible()


def test_open_in_ninjaone_and_its_invoices(
    qtbot: QtBot, page: AgreementsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_addresses(monkeypatch, "desktop_app.ui.invoices.agreements")
    asked: list[tuple[str, object]] = []
    page.shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    page.table.show_row("50")
    click(qtbot, page.detail.open_button)
    assert opened == ["https://ninjaone.example/#/agreements/50"]
    click(qtbot, page.detail.show_button)
    assert asked == [("invoices", ("5",))]
    page.table.show_row("52")
    assert not page.detail.show_button.isVisible(), "it has none"
