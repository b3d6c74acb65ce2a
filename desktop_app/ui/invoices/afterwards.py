"""What a person can decide about one invoice, each after a question: what to do about changes since
it was sent, a number that is taken, a credit memo; and reading documents back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.domain.aftermath import Action
from desktop_app.domain.money import money_text
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow, SendReport
from desktop_app.services.api_sending import ActionPreview, ProofReport, TakenNumber, WriteBack
from desktop_app.ui import messages
from desktop_app.ui.invoices.causes import invoices_text
from desktop_app.ui.invoices.columns import name_of
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Text

T = TypeVar("T")

LEAVE_TEXT = (
    "Nothing is changed in QuickBooks or NinjaOne, and the invoice asks for nothing more until it "
    "changes again."
)


class Afterwards(QObject):
    """Asks, then does, off the window's thread. started: a task that goes online."""

    started = Signal(object)

    def __init__(self, place: QWidget, shell: Shell) -> None:
        super().__init__(place)
        self._place, self._shell = place, shell

    # --- Changes since it was sent -----------------------------------------------------------

    def act(self, action: Action, invoice_id: str) -> None:
        """Both services are read again first; the question says what would happen."""
        sending = self._shell.services.sending
        if action is Action.LEAVE:
            messages.confirm(
                self._place,
                title="Leave it as it is?",
                text=LEAVE_TEXT,
                action="Leave",
                on_confirm=lambda: self._now(lambda: sending.leave(invoice_id)),
            )
            return
        self._run(
            lambda progress: sending.preview(action, invoice_id, progress),
            f"Look before: {action.value.lower()}",
            self._ask,
        )

    def _ask(self, preview: ActionPreview) -> None:
        word = preview.action.value
        if preview.refusal:
            messages.show_notice(
                self._place, "warning", f"{word}: not possible now", preview.refusal,
                key=f"refusal:{preview.invoice_id}",
            )  # fmt: skip
            return
        details = Text("\n".join(f"•  {line}" for line in preview.changes), selectable=True)
        messages.confirm(
            self._place,
            title=preview.title or f"{word}?",
            text=preview.text,
            action=word,
            on_confirm=lambda: self._do(preview),
            danger=preview.action is Action.VOID,
            details=details if preview.changes else None,
        )

    def _do(self, preview: ActionPreview) -> None:
        sending, identity = self._shell.services.sending, preview.invoice_id
        if preview.action is Action.SEND_AGAIN:
            self._run(
                lambda progress: sending.send_again(identity, progress),
                "Send again",
                self._sent_again,
            )
            return
        work = sending.update if preview.action is Action.UPDATE else sending.void
        self._run(
            lambda progress: work(identity, progress), preview.action.value, self._shell.publish
        )

    def _sent_again(self, report: SendReport) -> None:
        self._shell.publish(report.changes)
        if report.stopped or report.refused:
            messages.show_notice(
                self._place, "warning", "It was not sent again", report.stopped or report.text
            )

    # --- A number that is taken --------------------------------------------------------------

    def taken(self, invoice_id: str) -> TakenNumber | None:
        """The document that holds the invoice's number, if that is why it was refused."""
        if not self._shell.services.has("sending"):
            return None
        found = self._shell.services.sending.taken_numbers()
        return next((one for one in found if one.invoice_id == invoice_id), None)

    def adopt(self, taken: TakenNumber) -> None:
        sending = self._shell.services.sending
        lines = "\n".join(f"•  {line}" for line in taken.differences)
        messages.confirm(
            self._place,
            title="Is it this document?",
            text=f"{taken.text}. It is read again and compared; nothing is created. From then on "
            "it counts as this invoice." + (f"\n{lines}" if lines else ""),
            action="It is this one",
            on_confirm=lambda: self._run(
                lambda progress: sending.adopt(taken.invoice_id, progress),
                "Compare the document",
                self._shell.publish,
            ),
        )

    def send_despite(self, taken: TakenNumber, send: Callable[[str], object]) -> None:
        messages.confirm(
            self._place,
            title="Send it all the same?",
            text=f"{taken.text} stays as it is, and QuickBooks has two documents of this number "
            "afterwards.",
            action="Send",
            on_confirm=lambda: send(taken.invoice_id),
            danger=True,
        )

    # --- Credit memos ------------------------------------------------------------------------

    def approve_credit(self, row: InvoiceRow, *, approved: bool) -> None:
        preflight = self._shell.services.preflight
        invoice = row.invoice
        amount = money_text(abs(invoice.total), invoice.currency)

        def work() -> ChangeSet:
            return preflight.approve_credit_memo(invoice.id, approved=approved)

        if not approved:
            self._now(work)
            return
        messages.confirm(
            self._place,
            title=f"Approve a credit memo of {amount}?",
            text=f"{name_of(invoice)} has a negative total. QuickBooks takes no such invoice: it "
            "goes as a credit memo, which lowers what the customer owes. The approval holds for "
            "this total only. Nothing is sent yet.",
            action="Approve",
            on_confirm=lambda: self._now(work),
        )

    # --- Reading back ------------------------------------------------------------------------

    def prove(self, invoice_ids: Sequence[str]) -> None:
        """Read documents back and compare them, after telling what it costs."""
        sending = self._shell.services.sending
        reads = sending.prove_reads(invoice_ids)
        if not reads:
            self._shell.say("None of them is in QuickBooks.")
            return
        messages.confirm(
            self._place,
            title=f"Read {invoices_text(len(invoice_ids))} back?",
            text="What QuickBooks has now is compared field by field with what was sent. It takes "
            f"{reads:,} metered read{'' if reads == 1 else 's'}.",
            action="Read back",
            on_confirm=lambda: self._run(
                lambda progress: sending.prove(invoice_ids, progress), "Read back", self._proved
            ),
        )

    def _proved(self, report: ProofReport) -> None:
        self._shell.publish(report.changes)
        good = not (report.differs or report.gone)
        messages.show_notice(
            self._place, "good" if good else "warning", "Read back", report.text,
            key="read-back", seconds=12 if good else 0,
        )  # fmt: skip

    # --- Writing back to NinjaOne ------------------------------------------------------------

    def write_notes(self, invoice_ids: Sequence[str]) -> None:
        """Put the QuickBooks numbers into the notes of sent invoices."""
        sending = self._shell.services.sending
        self._write_back(
            invoice_ids,
            allowed=sending.options().write_note,
            title="Write the QuickBooks numbers into NinjaOne?",
            text="A line with the number is added to the note of each sent invoice in NinjaOne.",
            action="Write the numbers",
            work=sending.write_notes,
        )

    def export_complete(self, invoice_ids: Sequence[str]) -> None:
        """Move sent invoices to Complete in NinjaOne."""
        sending = self._shell.services.sending
        self._write_back(
            invoice_ids,
            allowed=sending.options().export,
            title="Move them to Complete in NinjaOne?",
            text="NinjaOne counts each sent invoice as exported from then on.",
            action="Move to Complete",
            work=sending.export_complete,
        )

    def _write_back(
        self,
        invoice_ids: Sequence[str],
        *,
        allowed: bool,
        title: str,
        text: str,
        action: str,
        work: Callable[[Sequence[str], Progress], WriteBack],
    ) -> None:
        ids = tuple(invoice_ids)
        why = self._shell.services.sending.write_back_notice()
        if not allowed:
            why = "Writing to NinjaOne is switched off in this workspace."
        if why:
            choice = messages.Choice(
                "Open Settings", lambda: self._shell.go("settings", "documents")
            )
            messages.show_notice(
                self._place, "info", "Not possible now", why, key="write-back",
                choices=() if allowed else (choice,),
            )  # fmt: skip
            return
        if not ids:
            self._shell.say("Tick sent invoices first.")
            return
        messages.confirm(
            self._place,
            title=title,
            text=f"{invoices_text(len(ids))}. {text} NinjaOne cannot take a call twice safely, so "
            "none is tried again by itself.",
            action=action,
            on_confirm=lambda: self._run(
                lambda progress: work(ids, progress), action, self._wrote_back
            ),
        )

    def _wrote_back(self, result: WriteBack) -> None:
        self._shell.publish(result.changes)
        if result.failed:
            lines = "\n".join(f"•  {text}" for text in dict.fromkeys(t for _, t in result.failed))
            messages.show_notice(
                self._place, "warning", result.text, lines, key="write-back",
                choices=(
                    messages.Choice(
                        "Show them",
                        lambda: self._shell.go("invoices", tuple(i for i, _ in result.failed)),
                    ),
                ),
            )  # fmt: skip

    # --- How it is done ----------------------------------------------------------------------

    def _now(self, work: Callable[[], ChangeSet]) -> None:
        try:
            changes = work()
        except BridgeError as error:
            messages.show_error(self._place, error)
        else:
            self._shell.publish(changes)

    def _run(
        self, work: Callable[[Progress], T], title: str, on_success: Callable[[T], object]
    ) -> None:
        task = self._shell.tasks.run(
            work, title=title, on_success=on_success, exclusive="quickbooks"
        )
        if task is not None:
            self.started.emit(task)
