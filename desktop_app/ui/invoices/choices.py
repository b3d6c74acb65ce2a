"""The part of the invoice's pane that asks for decisions: what is known, and a button for each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.domain.aftermath import Action
from desktop_app.domain.preflight import Reason
from desktop_app.services.api import InvoiceState
from desktop_app.services.api_preflight import Mark
from desktop_app.services.api_sending import TakenNumber
from desktop_app.ui.formats import instant_text
from desktop_app.ui.invoices.afterwards import Afterwards
from desktop_app.ui.invoices.shown import ShownRow
from desktop_app.ui.tables.flow import FlowLayout
from desktop_app.ui.widgets import Button, Text

TIPS = {
    Action.UPDATE: "Replace QuickBooks' document by what NinjaOne has now",
    Action.VOID: "Set QuickBooks' document to zero; it stays there",
    Action.SEND_AGAIN: "Create a new document",
    Action.LEAVE: "Nothing is to be done about it",
}


class Choices(QWidget):
    """send_despite: sends one whose number is taken. credit_marks: who approved credit memos."""

    def __init__(
        self,
        afterwards: Afterwards,
        send_despite: Callable[[str], object],
        credit_marks: Callable[[], dict[str, Mark]],
    ) -> None:
        super().__init__()
        self._afterwards, self._send_despite = afterwards, send_despite
        self._credit_marks = credit_marks
        self.text = Text("", selectable=True)
        self.buttons: dict[str, Button] = {}
        holder = QWidget()
        self._flow = FlowLayout(holder, spacing=8)
        policy = holder.sizePolicy()
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addWidget(holder)

    def show_row(self, row: ShownRow) -> None:
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        lines = [row.proof_text]
        if row.after is not None:
            lines += [row.since_text, *(f"•  {change}" for change in row.after.changes)]
            for action in row.after.actions if row.needs_you else ():
                self._after(action, row.invoice.id)
        if row.proof is not None:
            self._add("Read it back", lambda: self._afterwards.prove([row.invoice.id]),
                      "Compare what QuickBooks has now with what was sent")  # fmt: skip
        if row.state is InvoiceState.REFUSED:
            taken = self._afterwards.taken(row.invoice.id)
            if taken is not None:
                lines += [f"Its number is on {taken.text}.", *taken.differences]
                self._taken(taken)
        lines += self._credit(row)
        text = "\n".join(line for line in lines if line)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setVisible(bool(text or self.buttons))

    def _after(self, action: Action, invoice_id: str) -> None:
        self._add(action.value, lambda: self._afterwards.act(action, invoice_id), TIPS[action])

    def _taken(self, taken: TakenNumber) -> None:
        self._add("It is this one…", lambda: self._afterwards.adopt(taken), "Create nothing")
        if taken.may_send:
            self._add(
                "Send all the same…",
                lambda: self._afterwards.send_despite(taken, self._send_despite),
                "QuickBooks then has two documents of this number",
            )

    def _credit(self, row: ShownRow) -> list[str]:
        if any(blocker.reason is Reason.CREDIT_MEMO for blocker in row.blockers):
            self._add(
                "Approve as credit memo…",
                lambda: self._afterwards.approve_credit(row, approved=True),
                "It goes with the next run",
            )
            return []
        waits = row.state in (InvoiceState.READY, InvoiceState.BLOCKED)
        if row.invoice.total >= 0 or not waits:
            return []
        mark = self._credit_marks().get(row.invoice.id)
        if mark is None or not mark.made:
            return []
        self._add(
            "Take the approval back",
            lambda: self._afterwards.approve_credit(row, approved=False),
            "It does not go as a credit memo then",
        )
        return [f"Approved as a credit memo by {mark.who}, {instant_text(mark.when)}."]

    def _add(self, text: str, work: Callable[[], object], tip: str) -> None:
        button = Button(text, work, tip=tip)
        self.buttons[text] = button
        self._flow.addWidget(button)
