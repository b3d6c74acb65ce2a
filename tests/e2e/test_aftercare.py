"""After sending, over real HTTP: payments, edits, voids and deletions are seen, and acted upon."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from desktop_app.bootstrap import Stage
from desktop_app.domain.aftermath import Action, InNinjaOne, InQuickBooks, Paid
from desktop_app.domain.proof import Verdict
from desktop_app.domain.records import Push
from desktop_app.errors import RuleError, ServiceFault
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from desktop_app.services.api_sending import SendingOptions
from desktop_app.services.delivery import Sending
from desktop_app.simulator.quickbooks import hooks
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program
from tests.e2e import desk


class Office:
    """Connected, mapped, and with some invoices sent."""

    def __init__(self, program: Program, simulator: Simulator) -> None:
        self.simulator = simulator
        self.services: Services = program.services
        self.sending = program.services.sending
        assert isinstance(self.sending, Sending)
        self.evidence: Any = self.sending._ports.evidence
        self.realm = simulator.seed.companies[0].realm_id
        desk.connect(self.services, simulator)
        self.refresh()
        desk.auto_map(self.services)
        rows = self.services.invoices.rows()
        ready = [r.invoice for r in rows if r.state is InvoiceState.READY and not r.blockers]
        # Invoices with money, whose totals QuickBooks comes to as well.
        self.ids = [i.id for i in ready if i.total > 0][:8]
        report = self.sending.start(self.ids).run(Progress())
        assert (report.refused, report.left, report.uncertain) == (0, 0, 0), report
        proofs = self.sending.proofs()
        self.good = [key for key in self.ids if proofs[key].verdict is Verdict.VERIFIED]
        assert len(self.good) >= 5

    def refresh(self) -> None:
        self.services.refresh.refresh(Progress())

    def push(self, invoice_id: str) -> Push:
        row = next(r for r in self.services.invoices.rows() if r.invoice.id == invoice_id)
        assert row.push is not None
        return row.push

    def document(self, invoice_id: str) -> dict[str, Any]:
        found = self.simulator.quickbooks.company(self.realm).get(
            "Invoice", self.push(invoice_id).qbo_id
        )
        assert found is not None
        return found

    def invoice(self, invoice_id: str) -> dict[str, Any]:
        """NinjaOne's record, to be changed."""
        record: dict[str, Any] = self.simulator.ninjaone.tenant.invoices[int(invoice_id)]
        record["updateTime"] = self.simulator.clock.now().timestamp()
        return record

    def edit(self, invoice_id: str, changes: dict[str, Any]) -> None:
        company = self.simulator.quickbooks.company(self.realm)
        with company.lock:
            hooks.change(company, "Invoice", self.push(invoice_id).qbo_id, changes)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desk.demo_stage(tmp_path) as stage, stage.open() as program:
        yield Office(program, simulator_of(stage))


@pytest.fixture
def program_database(office: Office, tmp_path: Path) -> Any:
    """Runs one change in the program's own file, which then forgets what it had read."""

    def run(sql: str) -> None:
        with closing(sqlite3.connect(Paths.at(tmp_path).database)) as database:
            database.execute(sql)
            database.commit()
        with office.evidence.set_aside():
            pass

    return run


def simulator_of(stage: Stage) -> Simulator:
    assert stage.simulator is not None
    return stage.simulator


def test_payments_edits_and_deletions_are_seen_by_the_next_refresh(office: Office) -> None:
    paid, part, edited, deleted, alone = office.good[:5]
    qbo = office.simulator.quickbooks
    qbo.simulate_payment(office.realm, office.push(paid).qbo_id)
    qbo.simulate_payment(office.realm, office.push(part).qbo_id, Decimal("0.01"))
    office.edit(edited, {"DueDate": "2031-01-31"})
    qbo.simulate_delete(office.realm, "Invoice", office.push(deleted).qbo_id)
    before = office.simulator.quickbooks.metered_reads(office.realm)
    office.refresh()
    # Five small reads, one capture and three counts: looking after documents costs no read of its
    # own.
    assert office.simulator.quickbooks.metered_reads(office.realm) - before == 9
    seen = office.sending.aftermaths()
    assert seen[paid].paid is Paid.PAID
    assert seen[paid].quickbooks is InQuickBooks.AS_SENT  # a payment's SyncToken is no edit
    assert seen[part].paid in (Paid.PART, Paid.OVERDUE)
    assert seen[part].open_amount == Decimal(str(office.document(part)["Balance"]))
    assert seen[edited].quickbooks is InQuickBooks.EDITED
    assert "due date is 2031-01-31" in seen[edited].changes[0]
    assert seen[deleted].quickbooks is InQuickBooks.DELETED
    assert seen[deleted].actions == (Action.SEND_AGAIN, Action.LEAVE)
    assert not seen[alone].needs_you
    office.sending.leave(edited)
    assert not office.sending.aftermaths()[edited].needs_you
    office.edit(edited, {"DueDate": "2031-02-28"})
    office.refresh()
    assert office.sending.aftermaths()[edited].needs_you  # left alone until the next change


def test_without_evidence_the_payload_tells_an_edit(office: Office, program_database: Any) -> None:
    """As after a backup was restored that knew of the sending only."""
    first, second = office.good[:2]
    program_database("DELETE FROM proofs")
    office.simulator.quickbooks.simulate_payment(office.realm, office.push(first).qbo_id)
    office.edit(second, {"DueDate": "2031-01-31"})
    office.refresh()
    seen = office.sending.aftermaths()
    assert (seen[first].quickbooks, seen[first].paid) == (InQuickBooks.AS_SENT, Paid.PAID)
    assert seen[second].quickbooks is InQuickBooks.EDITED
    assert office.sending.proof(first) is None
    office.sending.prove([first], Progress())
    proof = office.sending.proof(first)
    assert proof is not None
    assert proof.verdict is Verdict.VERIFIED


def test_a_full_refresh_and_a_truncated_capture_find_a_deletion_too(office: Office) -> None:
    first, second = office.good[:2]
    qbo = office.simulator.quickbooks
    qbo.simulate_delete(office.realm, "Invoice", office.push(first).qbo_id)
    office.services.refresh.refresh(Progress(), full=True)
    assert office.sending.aftermaths()[first].quickbooks is InQuickBooks.DELETED
    qbo.simulate_delete(office.realm, "Invoice", office.push(second).qbo_id)
    office.simulator.faults.arm("qbo.cdc_truncated", times=1, rows=1)
    office.refresh()
    assert office.sending.aftermaths()[second].quickbooks is InQuickBooks.DELETED


def test_update_reads_again_and_survives_one_stale_answer(office: Office) -> None:
    edited = office.good[0]
    office.edit(edited, {"DueDate": "2031-01-31"})
    office.refresh()
    preview = office.sending.preview(Action.UPDATE, edited, Progress())
    assert not preview.refusal
    assert preview.changes[0].startswith("due date: 2031-01-31 becomes 20")
    assert preview.title == f"Update invoice {office.push(edited).doc_number}?"
    assert preview.text.count(" USD") == 3  # there, open, and then
    office.simulator.faults.arm("qbo.stale_object", times=1)
    office.sending.update(edited, Progress())
    assert office.simulator.faults.taken("qbo.stale_object") == 1
    due = next(
        r.invoice.due_date for r in office.services.invoices.rows() if r.invoice.id == edited
    )
    assert due is not None
    assert office.document(edited)["DueDate"] == due.isoformat()
    assert office.sending.aftermaths()[edited].quickbooks is InQuickBooks.AS_SENT
    proof = office.sending.proof(edited)
    assert proof is not None
    assert proof.verdict is Verdict.VERIFIED


def test_what_was_paid_is_neither_updated_nor_voided(office: Office) -> None:
    paid = office.good[0]
    office.simulator.quickbooks.simulate_payment(office.realm, office.push(paid).qbo_id)
    token = office.document(paid)["SyncToken"]
    for action in (Action.UPDATE, Action.VOID):
        assert "payment" in office.sending.preview(action, paid, Progress()).refusal
    with pytest.raises(RuleError, match="payment"):
        office.sending.update(paid, Progress())
    with pytest.raises(RuleError, match="payment"):
        office.sending.void(paid, Progress())
    assert office.document(paid)["SyncToken"] == token


def test_void_then_send_again_makes_one_new_document(office: Office) -> None:
    invoice = office.good[0]
    first = office.push(invoice)
    with pytest.raises(RuleError, match="still has the document"):
        office.sending.send_again(invoice, Progress())
    office.sending.void(invoice, Progress())
    assert office.sending.aftermaths()[invoice].quickbooks is InQuickBooks.VOIDED
    with pytest.raises(RuleError, match="voided"):
        office.sending.void(invoice, Progress())
    report = office.sending.send_again(invoice, Progress())
    assert (report.sent, report.differs) == (1, 0), report
    second = office.push(invoice)
    assert second.qbo_id != first.qbo_id
    assert second.request_id.partition(":")[0] == first.request_id.partition(":")[0]
    assert second.request_id.endswith(":g2")
    assert office.sending.aftermaths()[invoice].quickbooks is InQuickBooks.AS_SENT


def test_deleted_in_quickbooks_goes_again_under_a_new_request(office: Office) -> None:
    """The first request id would bring back the answer about the document that is gone."""
    invoice = office.good[0]
    first = office.push(invoice)
    office.simulator.quickbooks.simulate_delete(office.realm, "Invoice", first.qbo_id)
    office.refresh()
    preview = office.sending.preview(Action.SEND_AGAIN, invoice, Progress())
    assert (preview.refusal, "is deleted" in preview.text) == ("", True)
    report = office.sending.send_again(invoice, Progress())
    assert (report.sent, report.refused) == (1, 0), report
    second = office.push(invoice)
    assert second.qbo_id != first.qbo_id
    assert (first.request_id[-3:], second.request_id[-3:]) == (":g1", ":g2")
    assert second.request_id in office.document(invoice)["PrivateNote"]
    with pytest.raises(RuleError, match="still has the document"):
        office.sending.send_again(invoice, Progress())


def test_what_cannot_go_again_stays_as_it_is_and_what_was_completed_can(office: Office) -> None:
    pending, complete = office.good[:2]
    qbo, ninjaone = office.simulator.quickbooks, office.simulator.ninjaone
    for key in (pending, complete):
        qbo.simulate_delete(office.realm, "Invoice", office.push(key).qbo_id)
    ninjaone.simulate_status(int(pending), "PENDING")
    ninjaone.simulate_status(int(complete), "COMPLETE")
    office.refresh()
    before = office.push(pending)
    assert "pending" in office.sending.preview(Action.SEND_AGAIN, pending, Progress()).refusal
    with pytest.raises(RuleError, match="pending"):
        office.sending.send_again(pending, Progress())
    assert office.push(pending) == before
    assert Action.SEND_AGAIN in office.sending.aftermaths()[pending].actions
    assert not office.sending.preview(Action.SEND_AGAIN, complete, Progress()).refusal
    assert office.sending.send_again(complete, Progress()).sent == 1
    row = next(r for r in office.services.invoices.rows() if r.invoice.id == complete)
    assert row.state is InvoiceState.SENT


def test_void_reads_again_after_one_stale_answer_and_gives_up_after_two(office: Office) -> None:
    once, always = office.good[:2]
    office.simulator.faults.arm("qbo.stale_object", times=1)
    office.sending.void(once, Progress())
    assert office.simulator.faults.taken("qbo.stale_object") == 1
    assert office.document(once)["TotalAmt"] == 0
    office.simulator.faults.arm("qbo.stale_object")
    with pytest.raises(ServiceFault) as told:
        office.sending.void(always, Progress())
    assert (told.value.code, office.simulator.faults.taken("qbo.stale_object")) == ("5010", 3)
    assert "changed in QuickBooks in the meantime" in told.value.message
    assert office.document(always)["TotalAmt"] != 0


@pytest.mark.parametrize("action", [Action.VOID, Action.UPDATE])
def test_a_payment_between_the_question_and_the_answer(office: Office, action: Action) -> None:
    """QuickBooks raises the version with a payment: read again, it is refused in words."""
    invoice = office.good[0]
    assert not office.sending.preview(action, invoice, Progress()).refusal
    serve, paid = office.simulator.quickbooks.handle, []

    def pay_first(request: Request, grant: Any) -> Response:
        if request.method == "POST" and not paid:
            paid.append(office.push(invoice).qbo_id)
            office.simulator.quickbooks.simulate_payment(office.realm, paid[0], Decimal("1.00"))
        return serve(request, grant)

    office.simulator.quickbooks.handle = pay_first  # type: ignore[method-assign]
    act = office.sending.void if action is Action.VOID else office.sending.update
    with pytest.raises(RuleError, match=r"A payment of 1\.00 USD was received"):
        act(invoice, Progress())
    assert paid
    assert office.document(invoice)["TotalAmt"] == office.push(invoice).total


def test_edited_in_ninjaone_after_sending(office: Office) -> None:
    """Number, lines and customer: each is seen, told, and goes with Update."""
    number, lines, customer = office.good[:3]
    other = next(
        row for row in office.services.invoices.rows()
        if row.push and row.invoice.organization_id != office.invoice(customer)["client"]["id"]
        and row.customer_text and row.invoice.id != customer
    )  # fmt: skip
    office.invoice(number)["invoiceNumber"] = "NEW-1"
    held = office.invoice(lines)
    line = next(one for name in held if name.lower().endswith("products") for one in held[name])
    line["description"] = "Now in other words"
    office.invoice(customer)["client"] = office.invoice(other.invoice.id)["client"]
    office.refresh()
    seen = office.sending.aftermaths()
    for key, words in (
        (number, "is NEW-1"), (lines, "line 1 was changed"), (customer, "organization was"),
    ):  # fmt: skip
        assert seen[key].ninjaone is InNinjaOne.CHANGED
        assert any(words in change for change in seen[key].changes), seen[key].changes
        assert seen[key].actions == (Action.UPDATE, Action.VOID, Action.LEAVE)
        preview = office.sending.preview(Action.UPDATE, key, Progress())
        assert not preview.refusal, preview
        office.sending.update(key, Progress())
        assert office.sending.aftermaths()[key].ninjaone is InNinjaOne.AS_SENT
        assert office.sending.aftermaths()[key].quickbooks is InQuickBooks.AS_SENT
    assert office.document(number)["DocNumber"] == "NEW-1"
    described = [row.get("Description", "") for row in office.document(lines)["Line"]]
    assert any("Now in other words" in text for text in described)
    assert (
        office.document(customer)["CustomerRef"] == office.document(other.invoice.id)["CustomerRef"]
    )


def test_archived_in_ninjaone_after_sending(office: Office) -> None:
    invoice = office.good[0]
    office.simulator.ninjaone.simulate_status(int(invoice), "ARCHIVED")
    office.refresh()
    seen = office.sending.aftermaths()[invoice]
    assert seen.ninjaone is InNinjaOne.ARCHIVED
    assert seen.actions == (Action.VOID, Action.LEAVE)
    assert "archived" in office.sending.preview(Action.UPDATE, invoice, Progress()).refusal


def test_reading_back_costs_one_read_for_thirty(office: Office) -> None:
    qbo = office.simulator.quickbooks
    qbo.simulate_delete(office.realm, "Invoice", office.push(office.ids[0]).qbo_id)
    assert office.sending.prove_reads(office.ids) == 1
    before = qbo.metered_reads(office.realm)
    report = office.sending.prove(office.ids, Progress())
    assert qbo.metered_reads(office.realm) - before == report.metered_reads == 1
    assert report.gone == 1
    assert report.verified + report.differs + report.gone == len(office.ids)
    assert "1 metered read" in report.text


def test_writing_back_is_off_asks_for_the_permission_and_never_repeats(office: Office) -> None:
    sending, simulator = office.sending, office.simulator
    invoice = office.good[0]
    with pytest.raises(RuleError, match="switched off"):
        sending.write_notes([invoice], Progress())
    sending.set_options(SendingOptions(write_note=True, export=True))
    assert "Reconnect NinjaOne" in sending.write_back_notice()
    refused = sending.write_notes([invoice], Progress())
    assert refused.done == ()
    assert refused.failed[0][0] == invoice
    desk.sign_in(office.services, simulator, desk.Service.NINJAONE)
    assert sending.write_back_notice() == ""
    assert sending.write_notes([invoice], Progress()).done == (invoice,)
    assert sending.write_notes([invoice], Progress()).done == ()  # it is there already
    simulator.faults.arm("transport.cut_after", times=1, service="ninjaone", path="export")
    lost = sending.export_complete(office.good[:2], Progress())
    assert lost.done == ()
    assert "did not arrive" in lost.failed[0][1]
    assert simulator.faults.taken("transport.cut_after") == 1
    office.refresh()
    notes = {r.invoice.id: r.invoice for r in office.services.invoices.rows()}
    assert f"QuickBooks invoice no. {office.push(invoice).doc_number}" in notes[invoice].note
    assert notes[invoice].status == "COMPLETE"
