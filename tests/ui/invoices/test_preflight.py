"""The Preflight page, worked with mouse and keys; the count that is always on screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import InvoiceStatus
from desktop_app.services.api_preflight import Weight
from desktop_app.ui.invoices.looking import PreflightStanding
from desktop_app.ui.invoices.page import InvoicesPage
from desktop_app.ui.invoices.preflight import PreflightPage
from desktop_app.ui.pages import PageSpec
from desktop_app.ui.rail import Rail
from desktop_app.ui.shell import Page, Shell
from tests.ui.conftest import notices
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import MakeShell, click, open_page, shown_ids


@pytest.fixture
def small() -> World:
    return make_small()


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> PreflightPage:
    made = open_page(
        qtbot, make_shell, small, PreflightPage, preflight=small.preflight, sending=small.sending
    )
    qtbot.waitUntil(lambda: bool(made.model.records))
    return made


def gone(page: Page) -> list[tuple[str, object]]:
    asked: list[tuple[str, object]] = []
    page.shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    return asked


def causes(page: PreflightPage) -> list[str]:
    return [g.cause for g in page.model.records_in_view()]


def open_cause(page: PreflightPage, words: str) -> None:
    group = next(g for g in page.model.records if words in g.cause)
    assert page.table.show_row(group.key)


def test_causes_with_count_and_amount_the_blocking_and_costly_ones_first(
    page: PreflightPage,
) -> None:
    weights = [g.weight for g in page.model.records_in_view()]
    assert weights == sorted(weights, key=list(Weight).index)
    blocked = [g for g in page.model.records_in_view() if g.weight is Weight.BLOCKED]
    amounts = [g.amounts[0][1] for g in blocked]
    assert amounts == sorted(amounts, reverse=True)
    model = page.model
    key = next(g.key for g in blocked if "Charlie" in g.cause)
    row = [str(model.index(model.row_of(key), c).data()) for c in range(1, model.columnCount())]
    assert row[:5] == [
        "Organization “Charlie” is not mapped to a customer", "1", "25.00 USD", "1", "Blocked",
    ]  # fmt: skip
    assert "Map the organization" in row[5]
    assert page.summary.whole() == "4 approved invoices will not go: 85.00 USD"


def test_a_cause_opens_to_its_invoices_and_leads_to_what_mends_it(
    qtbot: QtBot, page: PreflightPage
) -> None:
    asked = gone(page)
    open_cause(page, "Charlie")
    assert shown_ids(page.detail.table) == ["4"]
    assert page.detail.jump_button.text() == "Show the organization in Customers"
    click(qtbot, page.detail.jump_button)
    open_cause(page, "Bravo")
    click(qtbot, page.detail.jump_button)
    open_cause(page, "Unknown thing")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    click(qtbot, page.detail.show_button)
    page.detail.table.show_row("6")
    qtbot.keyClick(page.detail.table, Qt.Key.Key_Return)
    assert asked == [
        ("customers", "3"), ("agreements", "50"), ("items", "102"), ("invoices", ("6",)),
        ("invoices", "6"),
    ]  # fmt: skip


def test_chips_filter_by_standing(qtbot: QtBot, page: PreflightPage) -> None:
    click(qtbot, page.browser.chips[Weight.NOT_GOING.value])
    assert {g.weight for g in page.model.records_in_view()} == {Weight.NOT_GOING}
    assert causes(page)
    assert not page.browser.chips[Weight.HELD.value].isVisible(), "there is none"


def test_a_mended_cause_goes_and_the_next_one_is_opened(
    qtbot: QtBot, page: PreflightPage, small: World
) -> None:
    open_cause(page, "Charlie")
    before = page.table.currentIndex().row()
    page.shell.publish(small.mapping.change(Kind.CUSTOMERS, ["3"], "20", share=True))
    qtbot.waitUntil(lambda: not any("Charlie" in cause for cause in causes(page)))
    assert page.table.currentIndex().row() == before
    assert page.detail.group is not None
    assert page.summary.whole() == "3 approved invoices will not go: 60.00 USD"


def test_nothing_held_back_says_so(qtbot: QtBot, make_shell: MakeShell, small: World) -> None:
    small.catalogue.invoice_list = small.catalogue.invoice_list[:2]
    small.facts.invalidate()
    page = open_page(qtbot, make_shell, small, PreflightPage, preflight=small.preflight)
    qtbot.waitUntil(lambda: page.summary.whole() == "Every approved invoice can go.")
    assert page.browser.stack.currentWidget() is page.browser.nothing
    assert not page.detail.isVisible()
    assert page.ready_button.text() == "2 invoices ready: 75.00 USD"


def test_invoices_shows_exactly_what_was_asked_for(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    page = open_page(qtbot, make_shell, small, InvoicesPage, sending=small.sending)
    assert not page.browser.chips["picked"].isVisible()
    page.focus_on(("4", "6"))
    assert sorted(shown_ids(page.table)) == ["4", "6"]
    assert page.browser.chips["picked"].isVisible()
    page.focus_on("Ready")
    assert sorted(shown_ids(page.table)) == ["1", "2", "3"]
    page.focus_on(("1",))
    assert shown_ids(page.table) == ["1"]


@pytest.fixture
def standing(qtbot: QtBot, make_shell: MakeShell, small: World) -> tuple[Shell, Rail]:
    page = open_page(qtbot, make_shell, small, InvoicesPage, preflight=small.preflight)
    rail = Rail([PageSpec("preflight", "Preflight", "preflight", "Billing", PreflightPage)])
    layout = page.shell.window.layout()
    assert layout is not None
    layout.addWidget(rail)
    PreflightStanding(page.shell, rail)
    qtbot.waitUntil(lambda: rail.buttons["preflight"].badge == 4)
    return page.shell, rail


def test_the_rail_counts_what_will_not_go(
    qtbot: QtBot, standing: tuple[Shell, Rail], small: World
) -> None:
    shell, rail = standing
    assert rail.buttons["preflight"].accessibleName() == "Preflight, 4 waiting"
    shell.publish(small.mapping.change(Kind.CUSTOMERS, ["3"], "20", share=True))
    qtbot.waitUntil(lambda: rail.buttons["preflight"].badge == 3)


def test_a_failed_invoice_warns_that_invoices_may_go_twice(
    qtbot: QtBot, standing: tuple[Shell, Rail], small: World
) -> None:
    shell, _ = standing
    assert not notices(shell.window)
    asked: list[tuple[str, object]] = []
    shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    first = small.catalogue.invoice_list[0]
    small.catalogue.invoice_list[0] = replace(first, status=InvoiceStatus.FAILED)
    small.facts.invalidate()
    shell.publish(small.mapping.change(Kind.CUSTOMERS, ["3"], "20", share=True))
    qtbot.waitUntil(lambda: len(notices(shell.window)) == 1)
    notice = notices(shell.window)[0]
    assert notice.level == "warning"
    assert "integration seems to be on" in notice.accessibleDescription() or notice.text
    click(qtbot, notice.buttons["Show the invoices"])
    assert asked == [("invoices", ("1",))]
    small.catalogue.invoice_list[0] = first
    small.facts.invalidate()
    shell.publish(small.mapping.clear(Kind.CUSTOMERS, ["3"]))
    qtbot.waitUntil(lambda: not notices(shell.window))
