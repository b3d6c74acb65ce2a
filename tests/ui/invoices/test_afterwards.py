"""What becomes of invoices after sending, and what a person decides about them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState
from desktop_app.services.api_sending import SendingOptions
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.invoices.document_view import DocumentDialog
from desktop_app.ui.invoices.page import InvoicesPage
from tests.ui.conftest import notices
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import MakeShell, click, dialog_of, no_dialog, open_page, shown_ids


@pytest.fixture
def small() -> World:
    """Invoices 1 and 2 are in QuickBooks as documents 5001 and 5002."""
    made = make_small()
    made.sending.start(["1", "2"]).run(Progress())
    assert made.quickbooks.numbers == ["INV-20001", "INV-20002"]
    return made


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> InvoicesPage:
    return open_page(
        qtbot, make_shell, small, InvoicesPage, sending=small.sending, preflight=small.preflight
    )


def look(page: InvoicesPage, small: World) -> None:
    """As a refresh does: what QuickBooks has now is known here."""
    small.evidence.look(small.quickbooks)
    small.facts.invalidate()
    page.refresh(None)


def cell(page: InvoicesPage, identity: str, key: str) -> str:
    model = page.model
    column = next(n for n, c in enumerate(model.spec.columns, start=1) if c.key == key)
    return str(model.index(model.row_of(identity), column).data())


def edited_there(small: World, qbo_id: str) -> None:
    body = small.quickbooks.documents[qbo_id]
    small.quickbooks.documents[qbo_id] = {**body, "DocNumber": "CHANGED", "SyncToken": "1"}


def test_each_sent_invoice_has_its_proof_and_its_payment(page: InvoicesPage, small: World) -> None:
    assert cell(page, "1", "there") == "Open, verified"
    assert cell(page, "4", "there") == ""
    body = small.quickbooks.documents["5001"]
    small.quickbooks.documents["5001"] = {**body, "Balance": Decimal(0)}
    body = small.quickbooks.documents["5002"]
    small.quickbooks.documents["5002"] = {**body, "Balance": Decimal("10.00")}
    look(page, small)
    assert cell(page, "1", "there") == "Paid, verified"
    assert cell(page, "2", "there") == "Part paid, verified"
    counts = page.model.counts()
    assert (counts["payment:Paid"], counts["payment:Part paid"], counts["proof:verified"]) == (
        1, 1, 2,
    )  # fmt: skip


def test_a_difference_is_told_to_the_cent(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    invoice = next(i for i in small.catalogue.invoice_list if i.id == "1")
    small.add(replace(invoice, id="9", number="INV-20009"))
    small.quickbooks.differ = {"INV-20009"}
    small.sending.start(["9"]).run(Progress())
    page = open_page(qtbot, make_shell, small, InvoicesPage, sending=small.sending)
    assert cell(page, "9", "there") == "Differs by 0.01 in total"
    page.table.show_row("9")
    assert "Differs by 0.01 in total" in page.detail.choices.text.text()
    assert page.model.counts()["proof:differs"] == 1


def test_an_edit_there_can_be_updated_after_a_question(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    edited_there(small, "5001")
    look(page, small)
    click(qtbot, page.browser.chips["needs-you"])
    assert shown_ids(page.table) == ["1"]
    page.table.show_row("1")
    choices = page.detail.choices
    assert "Edited in QuickBooks" in choices.text.text()
    assert {"Update", "Void", "Leave"} <= choices.buttons.keys()
    click(qtbot, choices.buttons["Update"])
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle().startswith("Update invoice INV-")
    assert "CHANGED" in question.text.text() or "INV-20001" in question.text.text()
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(no_dialog)
    assert not [call for call in small.quickbooks.calls if call.startswith("update")]
    click(qtbot, choices.buttons["Update"])
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: small.quickbooks.documents["5001"]["DocNumber"] == "INV-20001")
    qtbot.waitUntil(lambda: "Update" not in choices.buttons)


def test_an_edit_there_can_be_left(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    edited_there(small, "5001")
    look(page, small)
    page.table.show_row("1")
    click(qtbot, page.detail.choices.buttons["Leave"])
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: "Leave" not in page.detail.choices.buttons)
    assert "(left as it is)" in cell(page, "1", "there")
    assert page.model.counts()["needs-you"] == 0


def test_void_then_send_again(qtbot: QtBot, page: InvoicesPage, small: World) -> None:
    edited_there(small, "5001")
    look(page, small)
    page.table.show_row("1")
    click(qtbot, page.detail.choices.buttons["Void"])
    question = dialog_of(qtbot, ConfirmBox)
    assert "It stays there with zero amounts" in question.text.text()
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: "Send again" in page.detail.choices.buttons)
    assert "void 5001" in small.quickbooks.calls
    qtbot.waitUntil(page.strip.isHidden)
    click(qtbot, page.detail.choices.buttons["Send again"])
    click(qtbot, dialog_of(qtbot, ConfirmBox).action_button)
    qtbot.waitUntil(lambda: "5003" in small.quickbooks.documents)
    qtbot.waitUntil(lambda: cell(page, "1", "there") == "Open, verified")


def test_what_no_longer_fits_is_refused_in_words(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    edited_there(small, "5001")
    look(page, small)
    page.table.show_row("1")
    body = small.quickbooks.documents["5001"]
    small.quickbooks.documents["5001"] = {**body, "Balance": Decimal("1.00")}  # paid meanwhile
    click(qtbot, page.detail.choices.buttons["Void"])
    qtbot.waitUntil(lambda: bool(notices(page)))
    assert notices(page)[0].title == "Void: not possible now"
    assert no_dialog()


def test_reading_back_tells_its_cost_and_what_it_found(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    edited_there(small, "5002")
    page.model.set_ticked(["1", "2", "4"], True)
    page.read_back()
    question = dialog_of(qtbot, ConfirmBox)
    assert "1 metered read" in question.text.text()
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: bool(notices(page)))
    assert notices(page)[0].level == "warning"
    qtbot.waitUntil(lambda: cell(page, "2", "there") != "Open, verified")


def test_a_credit_memo_goes_only_once_it_was_approved(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    invoice = next(i for i in small.catalogue.invoice_list if i.id == "1")
    lines = tuple(replace(ln, quantity=-ln.quantity, amount=-ln.amount) for ln in invoice.lines)  # type: ignore[union-attr]
    small.add(
        replace(
            invoice, id="9", number="INV-20009", lines=lines,
            total=-invoice.total, sub_total=-invoice.sub_total,
        )
    )  # fmt: skip
    page = open_page(
        qtbot, make_shell, small, InvoicesPage, sending=small.sending, preflight=small.preflight
    )
    page.table.show_row("9")
    row = page.model.record("9")
    assert row is not None
    assert row.state is not InvoiceState.READY
    click(qtbot, page.detail.choices.buttons["Approve as credit memo…"])
    question = dialog_of(qtbot, ConfirmBox)
    assert question.windowTitle() == "Approve a credit memo of 25.00 USD?"
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: cell(page, "9", "state") == "Ready")
    assert "by alex" in page.detail.choices.text.text()
    click(qtbot, page.detail.choices.buttons["Take the approval back"])
    qtbot.waitUntil(lambda: cell(page, "9", "state") != "Ready")


def test_writing_back_is_off_until_it_is_allowed_and_asks_each_time(
    qtbot: QtBot, page: InvoicesPage, small: World
) -> None:
    page.model.set_ticked(["1", "4"], True)
    asked: list[tuple[str, object]] = []
    page.shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    page.write_notes()
    assert no_dialog()
    click(qtbot, notices(page)[0].buttons["Open Settings"])
    assert asked == [("settings", "documents")]
    small.sending.set_options(SendingOptions(write_note=True))
    small.sending.asks_management()  # as the next sign-in to NinjaOne does
    page.write_notes()
    question = dialog_of(qtbot, ConfirmBox)
    assert question.text.text().startswith("1 invoice."), "4 was never sent"
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: "1" in small.gateways.notes)
    assert small.gateways.notes["1"].endswith("QuickBooks invoice no. INV-20001")


def test_the_exact_document_before_and_after(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    small.add(
        replace(next(i for i in small.catalogue.invoice_list if i.id == "1"), id="9", number="N-9")
    )
    page = open_page(
        qtbot, make_shell, small, InvoicesPage, sending=small.sending, documents=small.documents
    )
    for identity, told in (("9", "would be sent"), ("1", "was sent"), ("4", "no document")):
        page.table.show_row(identity)
        click(qtbot, page.detail.document_button)
        dialog = dialog_of(qtbot, DocumentDialog)
        assert told in dialog.told.text()
        first = dialog.lines.topLevelItem(0)
        assert first.text(0) == "Backup"
        if identity != "4":
            assert [first.text(place) for place in (1, 2, 4)] == ["2 x 12.5", "25.00", "25.00"]
            assert dialog.sums.texts[-1] == ("Total", "25.00 USD", "25.00 USD")
            assert '"CustomerRef"' in dialog.json.toPlainText()
        click(qtbot, dialog.close_button)
        qtbot.waitUntil(no_dialog)
