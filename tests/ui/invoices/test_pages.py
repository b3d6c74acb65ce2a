"""The Invoices and Agreements pages, worked with mouse and keys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.domain.document_choices import TrackRule
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Invoice, PushState
from desktop_app.errors import FaultClass, ServiceFault
from desktop_app.services.api import InvoiceState
from desktop_app.services.api_documents import Outcome
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.invoices.agreements import AgreementsPage
from desktop_app.ui.invoices.columns import PICKED, SUMMED
from desktop_app.ui.invoices.page import InvoicesPage
from desktop_app.ui.invoices.rehearsal import DIFFERS, RehearsalDialog
from desktop_app.ui.invoices.sending import SendReportDialog
from desktop_app.ui.widgets import Text
from tests.ui.conftest import notices
from tests.ui.fakes_data import World, sent, world
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import (
    MakeShell,
    click,
    click_box,
    click_header_box,
    dialog_of,
    no_dialog,
    open_page,
    opened_addresses,
    shown_ids,
)


@pytest.fixture
def small() -> Iterator[World]:
    """Invoices: 1 and 2 ready, 3 needs a carrier item, 4 to 7 each wait for something else."""
    made = make_small()
    yield made
    if made.quickbooks.hold is not None:
        made.quickbooks.hold.set()


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> InvoicesPage:
    return open_page(
        qtbot, make_shell, small, InvoicesPage, sending=small.sending, documents=small.documents
    )


def states(page: InvoicesPage) -> dict[str, InvoiceState]:
    return {row.invoice.id: row.state for row in page.model.records}


def words_of(page: InvoicesPage) -> str:
    return "\n".join(label.text() for label in page.detail.findChildren(Text))


def gone(page: InvoicesPage) -> list[tuple[str, object]]:
    asked: list[tuple[str, object]] = []
    page.shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    return asked


def test_every_invoice_has_a_state_and_a_reason(page: InvoicesPage) -> None:
    ready, blocked, not_going = InvoiceState.READY, InvoiceState.BLOCKED, InvoiceState.NOT_GOING
    assert states(page) == {
        "1": ready, "2": ready, "3": ready, "4": blocked, "5": blocked, "6": blocked,
        "7": not_going, "8": not_going,
    }  # fmt: skip
    model = page.model
    row = [str(model.index(model.row_of("4"), c).data()) for c in range(1, model.columnCount())]
    assert row[:6] == ["INV-20004", "Charlie", "1 Feb 2026", "25.00 USD", "Approved", "Blocked"]
    assert "not mapped to a customer" in row[7]


def test_chips_tell_count_and_amount(qtbot: QtBot, page: InvoicesPage) -> None:
    chip = page.browser.chips[InvoiceState.READY.value]
    assert chip.text() == "Ready  3  ·  260 USD"
    assert chip.accessibleName() == "Ready, 3, 260.00 USD"
    assert not page.browser.chips[InvoiceState.REFUSED.value].isVisible(), "there is none"
    click(qtbot, chip)
    assert sorted(shown_ids(page.table)) == ["1", "2", "3"]


def test_all_filters_stand_in_two_lines(page: InvoicesPage) -> None:
    """In a window of 1,360, as long as the whole month is there in every state."""
    width = 1360 - 204  # less the rail
    page.shell.window.resize(width, 800)
    chips = [chip for tag, chip in page.browser.chips.items() if tag != PICKED]
    page.browser.show_numbers(
        dict.fromkeys(SUMMED, ("1.2k EUR + 370k USD", "1,200.00 EUR + 370,000.00 USD"))
    )
    for chip in chips:
        chip.show()
    flow = page.browser.chips[""].parentWidget()
    assert flow is not None
    layout = flow.layout()
    assert layout is not None
    room = width - 48 - page.browser.search.minimumWidth() - page.browser.facets.sizeHint().width()
    two = layout.heightForWidth(room - 24)
    assert two <= 2 * chips[0].sizeHint().height() + 12


def test_what_will_not_go_is_always_told(qtbot: QtBot, page: InvoicesPage) -> None:
    assert page.held_button.text() == "4 approved will not go: 85 USD"
    assert page.held_button.toolTip() == "85.00 USD"
    click(qtbot, page.held_button)
    assert sorted(shown_ids(page.table)) == ["4", "5", "6", "8"]


def test_a_blocker_leads_to_the_row_that_mends_it(qtbot: QtBot, page: InvoicesPage) -> None:
    asked = gone(page)
    page.table.show_row("4")
    click(qtbot, page.detail.jumps[0])
    page.table.show_row("6")
    click(qtbot, page.detail.jumps[0])
    page.table.show_row("5")
    click(qtbot, page.detail.jumps[0])
    assert asked == [("customers", "3"), ("items", "102"), ("agreements", "50")]


def test_a_blocker_leads_to_the_part_of_the_settings_that_mends_it(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    """A discount that QuickBooks has switched off, a tax that it cannot have, a class that it does
    not track."""
    one = small.catalogue.invoice_list[0]
    line = (one.lines or ())[0]
    small.catalogue.invoice_list[0] = replace(
        one, discount=Decimal(5), total_tax=Decimal(2), lines=(replace(line, taxable=True),)
    )
    choices = replace(small.documents.choices(), classes=TrackRule("7"))
    small.documents.choose(choices)
    small.facts.invalidate()
    page.refresh(None)
    asked = gone(page)
    page.table.show_row("1")
    for button in page.detail.jumps:
        assert button.text() == "Open Settings"
        click(qtbot, button)
    assert asked == [("settings", part) for part in ("documents", "tracking", "tax")]


def test_mending_a_blocker_makes_it_ready(page: InvoicesPage, small: World) -> None:
    page.table.show_row("4")
    page.shell.publish(small.mapping.change(Kind.CUSTOMERS, ["3"], "20", share=True))
    assert states(page)["4"] is InvoiceState.READY
    assert page.detail.badge.text() == "Ready"
    assert page.held_button.text() == "3 approved will not go: 60 USD"


def test_rehearse_sends_nothing_and_shows_both_sides(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    page.table.show_row("1")
    assert page.detail.quickbooks.stack.currentWidget() is page.detail.quickbooks.text
    click(qtbot, page.rehearse_button)
    dialog = dialog_of(qtbot, RehearsalDialog)
    assert dialog.browser.model.counts() == {Outcome.GOES: 2, Outcome.CARRIER: 1}
    assert dialog.totals.texts == [("260.00 USD", "260.00 USD", "none")]
    assert dialog.summary.text().startswith("Nothing was sent. It takes 2 calls")
    assert [g.cause for g in dialog.causes.records.records] == [
        "Account “Labor income” needs its carrier item first"
    ]
    assert "“NinjaOne - Labor income”" in dialog.needs.text()
    assert dialog.send_button.text() == "Send 3…"
    click(qtbot, dialog.close_button)
    assert small.quickbooks.documents == {}
    assert small.pushes.pushes == {}
    lines = page.detail.quickbooks.lines
    assert lines.topLevelItem(0).text(0) == "Services:Backup"
    assert page.detail.quickbooks.totals.text() == "Total  25.00 USD"
    assert page.detail.ninjaone.totals.text() == "Total  25.00 USD"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_rehearsal_can_be_exported(
    qtbot: QtBot, make_shell: MakeShell, small: World, tmp_path: Path, suffix: str
) -> None:
    page = open_page(
        qtbot, make_shell, small, InvoicesPage, sending=small.sending, documents=small.documents
    )
    click(qtbot, page.rehearse_button)
    dialog = dialog_of(qtbot, RehearsalDialog)
    assert "It takes 2 calls" in dialog.summary.text()
    click(qtbot, dialog.export_button)
    chooser = dialog_of(qtbot, QFileDialog)
    file = tmp_path / f"rehearsal{suffix}"
    chooser.fileSelected.emit(str(file))
    chooser.close()
    qtbot.waitUntil(lambda: bool(notices(page)), timeout=10000)
    assert notices(page)[0].title == "The rehearsal is saved"
    found = file.read_bytes()
    assert found.startswith(b"PK") if suffix == ".xlsx" else b"INV-20001" in found
    assert small.quickbooks.documents == {}
    dialog.reject()


def test_rehearse_of_ticked_rows_tells_what_is_blocked(qtbot: QtBot, page: InvoicesPage) -> None:
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "6")
    click(qtbot, page.rehearse_button)
    dialog = dialog_of(qtbot, RehearsalDialog)
    assert dialog.browser.model.counts() == {Outcome.GOES: 1, Outcome.STAYS: 1}
    assert not dialog.browser.chips[Outcome.CARRIER].isVisible()
    (cause,) = dialog.causes.records.records
    assert (cause.cause, cause.count) == ("Product “Unknown thing” is not mapped", 1)
    asked = gone(page)
    assert not dialog.mend_button.isEnabled(), "no cause was chosen"
    dialog.causes.show_row(cause.key)
    click(qtbot, dialog.mend_button)
    assert asked == [("items", "102")]
    assert no_dialog()


def test_a_rehearsal_marks_what_will_differ(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    """NinjaOne's invoice is a cent off its own lines: QuickBooks comes to another total."""
    one = small.catalogue.invoice_list[0]
    small.catalogue.invoice_list[0] = replace(one, total=one.total + Decimal("0.01"))
    small.facts.invalidate()
    page.refresh(None)
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "2")
    click(qtbot, page.rehearse_button)
    dialog = dialog_of(qtbot, RehearsalDialog)
    assert dialog.totals.texts == [("75.01 USD", "75.00 USD", "-0.01 USD")]
    assert "1 invoice will differ in total" in dialog.summary.text()
    assert not dialog.causes.isVisible(), "nothing stands in the way"
    click(qtbot, dialog.browser.chips[DIFFERS])
    assert shown_ids(dialog.browser.table) == ["1"]
    model = dialog.browser.model
    cells = [str(model.index(0, c).data()) for c in range(3, 6)]
    assert cells == ["25.01 USD", "25.00 USD", "-0.01 USD"]
    dialog.reject()
    page.table.show_row("1")
    assert page.detail.quickbooks.totals.text() == "Total  25.00 USD", "what QuickBooks will say"
    assert page.detail.ninjaone.totals.text() == "Total  25.01 USD"


def test_rehearse_one_from_the_pane(qtbot: QtBot, page: InvoicesPage) -> None:
    page.table.show_row("2")
    click(qtbot, page.detail.rehearse_button)
    lines = page.detail.quickbooks.lines
    qtbot.waitUntil(lambda: lines.topLevelItemCount() == 2)
    assert no_dialog()
    assert not page.detail.rehearse_button.isVisible()


def test_send_asks_then_sends_and_reports(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    assert not page.send_button.isEnabled(), "nothing is ticked"
    for identity in ("1", "2", "6"):
        click_box(qtbot, page.table, identity)
    assert page.send_button.text() == "Send 2…"
    assert page.browser.ticked_text.text() == "3 ticked  ·  2 can be sent  ·  75.00 USD"
    click(qtbot, page.send_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle() == "Send 2 invoices to QuickBooks?"
    assert "75.00 USD" in question.text.text()
    assert "1 invoice ticked as well cannot go" in question.text.text()
    assert small.quickbooks.documents == {}
    click(qtbot, question.action_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert report.windowTitle() == "Sent"
    assert (report.report.sent, report.report.left) == (2, 0)
    click(qtbot, report.close_button)
    assert small.quickbooks.numbers == ["INV-20001", "INV-20002"]
    assert states(page)["1"] is InvoiceState.SENT
    assert page.model.ticked() == ["6"], "what was sent is not to be sent again"
    click_box(qtbot, page.table, "1")
    page.refresh(None)
    assert sorted(page.model.ticked()) == ["1", "6"], "ticked since, to be read back say"
    page.table.show_row("1")
    words = words_of(page)
    assert "INV-20001" in words
    assert small.pushes.pushes["1"].qbo_id in words
    assert page.detail.quickbooks.lines.topLevelItem(0).text(0) == "Services:Backup"


def test_no_means_no(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    click_box(qtbot, page.table, "1")
    click(qtbot, page.send_button)
    question = dialog_of(qtbot, ConfirmBox)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(no_dialog)
    assert small.quickbooks.documents == {}
    assert states(page)["1"] is InvoiceState.READY


def test_carrier_items_are_created_once_after_a_question(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    click_box(qtbot, page.table, "3")
    click(qtbot, page.send_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: dialog_of(qtbot, ConfirmBox).windowTitle().startswith("Create"))
    question = dialog_of(qtbot, ConfirmBox)
    assert "“NinjaOne - Labor income” on account Labor income (1 invoice)" in question.text.text()
    assert small.quickbooks.items == []
    click(qtbot, question.action_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert report.report.sent == 1
    report.close()
    assert [item.name for item in small.quickbooks.items] == ["NinjaOne - Labor income"]
    body = small.quickbooks.documents["5001"]
    used = [line["SalesItemLineDetail"]["ItemRef"]["value"] for line in body["Line"]]
    assert used == ["301", small.quickbooks.items[0].id]


def test_a_report_leads_to_what_was_refused(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    small.quickbooks.refuse = {"INV-20002"}
    small.quickbooks.differ = {"INV-20001"}
    asked = gone(page)
    click(qtbot, page.tick_ready_button)
    click_box(qtbot, page.table, "3")
    click(qtbot, page.send_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert (report.report.sent, report.report.differs, report.report.refused) == (0, 1, 1)
    assert report.mend_button.isHidden()
    click(qtbot, report.links[InvoiceState.REFUSED])
    assert asked == [("invoices", "Refused")]
    page.focus_on("Refused")
    assert shown_ids(page.table) == ["2"]
    page.table.show_row("2")
    assert "customer is locked" in words_of(page)


def test_a_refused_connection_leads_to_integrations(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    small.quickbooks.fails = ServiceFault(
        "The app is not authorised for this QuickBooks company.",
        service="QuickBooks",
        status=403,
        code="3100",
        fault_class=FaultClass.CONNECTION,
        advice="Open Integrations and choose Reconnect.",
    )
    asked = gone(page)
    click_box(qtbot, page.table, "1")
    click(qtbot, page.send_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert (report.report.sent, report.report.left) == (0, 1)
    assert "choose Reconnect" in "".join(label.text() for label in report.findChildren(Text))
    click(qtbot, report.mend_button)
    assert asked == [("integrations", None)]
    assert states(page)["1"] is InvoiceState.READY


def test_cancel_stops_after_the_present_invoice(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    small.quickbooks.hold = threading.Event()
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "2")
    click(qtbot, page.send_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: "Sending" in page.strip_text.whole(), timeout=5000)
    assert page.strip.isVisible()
    assert not page.send_button.isEnabled(), "one run at a time"
    qtbot.waitUntil(small.quickbooks.begun.is_set)
    click(qtbot, page.cancel_button)
    qtbot.waitUntil(lambda: "Cancelling" in page.strip_text.whole())
    small.quickbooks.hold.set()
    report = dialog_of(qtbot, SendReportDialog)
    assert (report.report.sent, report.report.left) == (1, 1)
    assert "ended early" in "".join(label.text() for label in report.findChildren(Text))
    report.close()
    qtbot.waitUntil(page.strip.isHidden)
    assert len(small.quickbooks.documents) == 1
    assert page.send_button.text() == "Send 1…"


def test_a_run_can_be_paused_and_resumed(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    small.quickbooks.hold = threading.Event()
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "2")
    click(qtbot, page.send_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert "It takes 2 calls" in question.text.text()
    click(qtbot, question.action_button)
    qtbot.waitUntil(small.quickbooks.begun.is_set)
    click(qtbot, page.strip.pause_button)
    assert page.strip_text.whole().startswith("Pausing")
    assert page.strip.pause_button.text() == "Resume"
    small.quickbooks.hold.set()
    qtbot.waitUntil(lambda: page.strip_text.whole().startswith("Paused: 1 of 2"), timeout=5000)
    assert small.quickbooks.numbers == ["INV-20001"]
    click(qtbot, page.strip.pause_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert report.report.sent == 2
    report.close()
    qtbot.waitUntil(page.strip.isHidden)


def test_a_paused_run_can_be_cancelled(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    small.quickbooks.hold = threading.Event()
    click_box(qtbot, page.table, "1")
    click_box(qtbot, page.table, "2")
    click(qtbot, page.send_button)
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(small.quickbooks.begun.is_set)
    click(qtbot, page.strip.pause_button)
    small.quickbooks.hold.set()
    qtbot.waitUntil(lambda: page.strip_text.whole().startswith("Paused"), timeout=5000)
    click(qtbot, page.cancel_button)
    report = dialog_of(qtbot, SendReportDialog)
    assert (report.report.sent, report.report.left) == (1, 1)
    report.close()
    qtbot.waitUntil(page.strip.isHidden)
    assert page.strip.pause_button.text() == "Pause", "the next run starts anew"


def test_unanswered_ones_can_be_looked_up(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    sent(small, "1", PushState.SENDING)
    page.refresh(None)
    assert states(page)["1"] is InvoiceState.UNCERTAIN
    page.table.show_row("1")
    page.model.set_ticked(["1"], True)
    assert not page.send_button.isEnabled(), "it is not sent again"
    heard: list[str] = []
    page.shell.said.connect(heard.append)
    click(qtbot, page.detail.settle_button)
    qtbot.waitUntil(lambda: any("Looked up" in text for text in heard))


def test_open_a_sent_one_in_quickbooks(
    qtbot: QtBot, page: InvoicesPage, small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_addresses(monkeypatch, "desktop_app.ui.invoices.page")
    sent(small, "1")
    page.refresh(None)
    page.table.show_row("2")
    assert not page.detail.open_button.isVisible()
    page.table.show_row("1")
    click(qtbot, page.detail.open_button)
    assert opened == ["https://qbo.example/app/invoice?id=41"]


def test_ticks_and_current_row_stay_when_a_mapping_changes(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    click_header_box(qtbot, page.table)
    page.table.show_row("6")
    page.shell.publish(small.mapping.clear(Kind.CUSTOMERS, ["1"]))
    assert states(page)["1"] is InvoiceState.BLOCKED
    assert len(page.model.ticked()) == 8
    assert page.table.current_id() == "6"
    assert page.send_button.text() == "Send"


def test_agreements_that_hold_invoices_back(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    page = open_page(qtbot, make_shell, small, AgreementsPage)
    assert page.summary.text() == "1 of 2 keep invoices from going; 1 approved invoice waiting"
    click(qtbot, page.browser.chips["holds"])
    assert shown_ids(page.table) == ["50"]
    model = page.model
    row = [str(model.index(0, c).data()) for c in range(1, model.columnCount())]
    assert row[0] == "Bravo – Managed IT"
    assert row[3:6] == ["Does nothing with invoices", "1", "25.00 USD"]
    assert "choose to sync" in row[6]
    page.focus_on("51")
    assert page.table.current_id() == "51"


def test_every_control_has_a_name(
    qtbot: QtBot, make_shell: Callable[..., object], page: InvoicesPage
) -> None:
    page.tick_ready()
    page.table.show_row("4")
    named = [
        page.table,
        page.browser.search,
        page.rehearse_button,
        page.send_button,
        page.held_button,
        page.tick_ready_button,
        page.cancel_button,
        page.detail,
        page.detail.ninjaone.lines,
        *page.detail.jumps,
        *page.browser.chips.values(),
    ]
    assert all(widget.accessibleName() for widget in named)


def test_numbers_of_a_larger_world_add_up(qtbot: QtBot, make_shell: MakeShell) -> None:
    made = world(150)
    page = open_page(qtbot, make_shell, made, InvoicesPage)
    counts = page.model.counts()
    assert sum(counts[state.value] for state in InvoiceState) == 150
    held: list[Invoice] = [
        row.invoice
        for row in made.invoices.rows()
        if row.invoice.status == "APPROVED"
        and row.state in (InvoiceState.BLOCKED, InvoiceState.NOT_GOING, InvoiceState.REFUSED)
    ]
    assert counts["held"] == len(held)
    assert page.held_button.text().startswith(f"{len(held)} approved will not go")
