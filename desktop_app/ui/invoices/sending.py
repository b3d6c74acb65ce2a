"""Sending, step by step: confirm, ask about carrier items, create them, send, report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api import CarrierNeed, InvoiceRow, InvoiceState, SendReport
from desktop_app.services.api_sending import SendRun
from desktop_app.ui import messages
from desktop_app.ui.invoices.columns import can_go, sums, sums_text
from desktop_app.ui.invoices.costs import cost_text
from desktop_app.ui.invoices.rehearsal import needs_text
from desktop_app.ui.invoices.shared_columns import STATE_MARKS
from desktop_app.ui.shell import Shell
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.tasks import Task
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Heading, Picture, Text, row_of


class SendFlow(QObject):
    """One way from the button to the report. *place* is the widget that the questions stand on.

    started: the task, and the run that it carries out (None: another step of the flow). reported:
    the report, after it was published.
    """

    started = Signal(object, object)
    reported = Signal(object)

    def __init__(self, place: QWidget, shell: Shell) -> None:
        super().__init__(place)
        self._place, self._shell = place, shell
        self._service = shell.services.invoices

    def begin(self, rows: Sequence[InvoiceRow], *, passed_over: int = 0) -> None:
        """Ask, then send those of *rows* that can go. passed_over: ticked ones that cannot."""
        going = [row for row in rows if can_go(row)]
        if not going:
            messages.show_notice(
                self._place, "info", "Nothing to send", "None of the invoices is ready.", seconds=8
            )
            return
        count = _invoices(len(going))
        text = f"{sums_text(sums(row.invoice for row in going))}. They are created in QuickBooks "
        text += f"company {self._shell.services.workspaces.current().company_name}, and e-mailed "
        text += "to nobody."
        if passed_over:
            text += f"\n{_invoices(passed_over)} ticked as well cannot go and stay here."
        ids = [row.invoice.id for row in going]
        text += self._cost(ids)
        messages.confirm(
            self._place,
            title=f"Send {count} to QuickBooks?",
            text=text,
            action=f"Send {count}",
            on_confirm=lambda: self._ask_carriers(ids),
        )

    def _cost(self, ids: list[str]) -> str:
        if not self._shell.services.has("sending"):
            return ""
        return f"\n{cost_text(self._shell.services.sending.plan(ids))}"

    def _ask_carriers(self, ids: list[str]) -> None:
        try:
            needs = self._service.carrier_needs(ids)
        except BridgeError as error:
            messages.show_error(self._place, error)
            return
        if not needs:
            self._send(ids)
            return
        one = len(needs) == 1
        messages.confirm(
            self._place,
            title="Create the carrier item?" if one else f"Create {len(needs):,} carrier items?",
            text=f"{needs_text(needs)}\n\nLines whose product has no item of its own use such a "
            "service item. It is created once and kept for later invoices.",
            action="Create and send",
            on_confirm=lambda: self._create(needs, ids),
        )

    def _create(self, needs: list[CarrierNeed], ids: list[str]) -> None:
        def created(changes: ChangeSet) -> None:
            self._shell.publish(changes)
            self._send(ids)

        task = self._shell.tasks.run(
            lambda progress: self._service.create_carriers(needs, progress),
            title="Create carrier items",
            on_success=created,
            exclusive="quickbooks",
        )
        if task is not None:
            self.started.emit(task, None)

    def send_despite_number(self, invoice_id: str) -> None:
        """One whose number is taken in QuickBooks, after the question was answered."""
        self._send([invoice_id], despite_number=(invoice_id,))

    def _send(self, ids: list[str], *, despite_number: Collection[str] = ()) -> None:
        run: SendRun | None = None
        work: Callable[[Progress], SendReport]
        if self._shell.services.has("sending"):
            try:
                run = self._shell.services.sending.start(ids, despite_number=despite_number)
            except BridgeError as error:
                messages.show_error(self._place, error)
                return
            work = run.run
        else:

            def work(progress: Progress) -> SendReport:
                return self._service.send(ids, progress)

        task: Task[SendReport] | None = self._shell.tasks.run(
            work,
            title=f"Send {_invoices(len(ids))}",
            on_success=lambda report: self._report(report, ids),
            # Whatever became of the run, the list shows what is known now.
            on_cancel=lambda: self._shell.publish(ChangeSet(invoices=True, text="Not sent")),
            exclusive="quickbooks",
        )
        if task is not None:
            self.started.emit(task, run)

    def _report(self, report: SendReport, ids: Sequence[str]) -> None:
        self._shell.publish(report.changes)
        chosen = frozenset(ids)
        there = [
            row
            for row in self._service.rows()
            if row.invoice.id in chosen and row.state in (InvoiceState.SENT, InvoiceState.DIFFERS)
        ]
        self.reported.emit(report)
        SendReportDialog(
            self._place,
            report,
            sums_text(sums(row.invoice for row in there)),
            lambda state: self._shell.go("invoices", state.value),
            lambda: self._shell.go("integrations"),
        ).open()


class SendReportDialog(QDialog):
    """How a run ended, in numbers and words. *show* filters the list by a state. *mend* opens
    where a connection is made anew."""

    def __init__(
        self,
        parent: QWidget,
        report: SendReport,
        total: str,
        show: Callable[[InvoiceState], object],
        mend: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self.report = report
        self.setWindowTitle("Sent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(520)
        there = report.sent + report.differs
        good = not (report.differs or report.refused or report.uncertain or report.left)
        title = (
            f"{_invoices(there)} {'is' if there == 1 else 'are'} now in QuickBooks"
            if there
            else "Nothing new is in QuickBooks"
        )
        self.setAccessibleName(title)
        picture = Picture("check-circle" if good else "warning", _tone(good), 32)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(Heading(title, 2))
        if total:
            column.addWidget(Text(total, selectable=True))
        if report.stopped:
            column.addWidget(Text(f"The run ended early: {report.stopped}", "warning"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        self.links: dict[InvoiceState, Button] = {}
        for number, (count, text, mark, state) in enumerate(_lines(report)):
            grid.addWidget(Picture(mark.icon, mark.tone, 18), number, 0)
            words = Text(f"{count:,}")
            words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(words, number, 1)
            grid.addWidget(Text(text), number, 2)
            if state is not None:
                link = Button("Show", role="link", name=f"Show: {text}")
                link.clicked.connect(lambda _=False, s=state: self._follow(show, s))
                self.links[state] = link
                grid.addWidget(link, number, 3)
        column.addLayout(grid)
        top = row_of(spacing=16)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 22, 24, 18)
        box.setSpacing(18)
        box.addLayout(top)
        self.close_button = Button("Close", self.accept, role="primary")
        self.mend_button = Button("Open Integrations", lambda: self._leave(mend))
        self.mend_button.setVisible(report.reconnect)
        box.addLayout(row_of(None, self.mend_button, self.close_button))
        self.close_button.setFocus()

    def _leave(self, to: Callable[[], object]) -> None:
        self.accept()
        to()

    def _follow(self, show: Callable[[InvoiceState], object], state: InvoiceState) -> None:
        self.accept()
        show(state)


def _lines(report: SendReport) -> list[tuple[int, str, Mark, InvoiceState | None]]:
    """Count, words, icon and the filter that shows them."""
    lines: list[tuple[int, str, Mark, InvoiceState | None]] = []
    if report.sent:
        told = "sent, totals equal to the cent"
        lines.append((report.sent, told, STATE_MARKS[InvoiceState.SENT], None))
    for count, text, state in (
        (report.differs, "sent, but a total differs", InvoiceState.DIFFERS),
        (report.refused, "refused by QuickBooks: nothing is there", InvoiceState.REFUSED),
        (report.uncertain, "without an answer: looked up before anything is sent again",
         InvoiceState.UNCERTAIN),
    ):  # fmt: skip
        if count:
            lines.append((count, text, STATE_MARKS[state], state))
    if report.left:
        lines.append((report.left, "not attempted", Mark("minus", Tone.MUTED), None))
    return lines


def _tone(good: bool) -> Tone:
    return Tone.GOOD if good else Tone.WARNING


def _invoices(count: int) -> str:
    return f"{count:,} invoice{'' if count == 1 else 's'}"
