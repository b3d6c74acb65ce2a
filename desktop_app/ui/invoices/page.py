"""The Invoices page: the list, the pane, and the buttons Rehearse and Send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Document
from desktop_app.domain.review import target_label
from desktop_app.errors import BridgeError
from desktop_app.services.api import InvoiceRow, InvoiceState
from desktop_app.services.api_documents import RunRehearsal
from desktop_app.services.api_preflight import Jump, Mark
from desktop_app.services.api_sending import SendRun
from desktop_app.ui import messages
from desktop_app.ui.invoices.afterwards import Afterwards
from desktop_app.ui.invoices.causes import jump_to, place_of
from desktop_app.ui.invoices.choices import Choices
from desktop_app.ui.invoices.columns import (
    CHIPS,
    FACETS,
    HELD,
    INVOICES,
    PICKED,
    SUMMED,
    can_go,
    is_held,
    is_there,
    short_sums_text,
    sums,
    sums_text,
)
from desktop_app.ui.invoices.detail import InvoiceDetail
from desktop_app.ui.invoices.document_view import DocumentDialog
from desktop_app.ui.invoices.rehearsal import RehearsalDialog
from desktop_app.ui.invoices.rehearsal_file import RehearsalExport
from desktop_app.ui.invoices.run_strip import RunStrip
from desktop_app.ui.invoices.sending import SendFlow
from desktop_app.ui.invoices.shown import Shower, ShownRow
from desktop_app.ui.layouts import one_above
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.tasks import Task
from desktop_app.ui.widgets import Button, Heading, row_of


class InvoicesPage(Page):
    """What will happen to each invoice, and the way to send those that are ready."""

    key, title, icon = "invoices", "Invoices", "invoices"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._service = shell.services.invoices
        self._documents: dict[str, Document] = {}
        self._items: dict[str, str] | None = None
        self._shower = Shower(shell.services)
        self._picked: frozenset[str] = frozenset()
        self.held_button = Button("", lambda: self.browser.choose(HELD), role="link")
        self.rehearse_button = Button(
            "Rehearse",
            self.rehearse,
            icon="rehearse",
            tip="Build every document and send nothing (Ctrl+R)",
        )
        self.send_button = Button("Send", self.send, role="primary", icon="send")
        self.browser: RecordBrowser[ShownRow] = RecordBrowser(
            INVOICES,
            shell.services.settings,
            name="Invoices",
            chips=CHIPS,
            placeholder="Search invoices",
            empty=self._empty(),
            facets=FACETS,
        )
        self.browser.facets.setToolTip("Filter by payment and proof")
        self.table, self.model = self.browser.table, self.browser.model
        newest_first(self.table, shell.services.settings, "date")
        self.tick_ready_button = Button("Tick all ready", self.tick_ready, role="quiet")
        self.flow = SendFlow(self, shell)
        self.flow.started.connect(self._follow)
        self.exporting = RehearsalExport(shell)
        self.afterwards = Afterwards(self, shell)
        self.afterwards.started.connect(self._follow)
        self.detail = InvoiceDetail(
            jump=self._jump,
            rehearse=lambda identity: self._rehearse([identity], show=False),
            settle=self.settle,
            open_in_quickbooks=self._open,
            item_name=self._item_name,
            show_document=self.show_document if shell.services.has("documents") else None,
            choices=Choices(self.afterwards, self.flow.send_despite_number, self._credit_marks),
        )
        self.splitter = one_above(self.browser, self.detail)
        self.detail.hide()
        self.strip = RunStrip()
        self.strip_text, self.cancel_button = self.strip.text, self.strip.cancel_button
        self.strip.ended.connect(self._show_ticks)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(
            row_of(
                Heading(self.title),
                self.held_button,
                None,
                self.tick_ready_button,
                self.rehearse_button,
                self.send_button,
            )
        )
        column.addWidget(self.strip)
        column.addWidget(self.splitter, 1)
        self._make_actions()
        self.model.ticks_changed.connect(self._show_ticks)
        self.table.current_changed.connect(lambda _: self._show_detail())
        self.table.activated_row.connect(lambda _: self._show_detail())
        self._show_ticks()

    # --- The page's side ---------------------------------------------------------------------

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.invoices or changes.workspace

    def refresh(self, changes: ChangeSet | None) -> None:
        self._documents.clear()  # what was rehearsed may be built differently now
        self._items = None
        rows = self._shower.rows(self._picked)
        waited = {row.invoice.id for row in self.model.ticked_records() if not is_there(row)}
        self.browser.set_empty(self._empty())
        self.browser.set_records(rows)
        self.model.set_ticked(  # what was ticked to be sent, and is there now
            [row.invoice.id for row in rows if row.invoice.id in waited and is_there(row)], False
        )
        self._show_sums()
        self._show_held(rows)
        self._show_ticks()
        self._show_detail()

    def _show_sums(self) -> None:
        numbers = {}
        for tag, under in self.model.tags.grouped(self.model.records).items():
            totals = sums(row.invoice for row in under)
            numbers[tag] = (short_sums_text(totals) if tag in SUMMED else "", sums_text(totals))
        self.browser.show_numbers(numbers)

    def page_actions(self) -> list[QAction]:
        return list(self._actions)

    def focus_on(self, what: object) -> None:
        """An invoice's id: its row. A chip's tag (a state's word, "held"): that filter. Several
        ids: exactly these."""
        if isinstance(what, (tuple, list, frozenset)):
            self._picked = frozenset(map(str, what))
            self.browser.set_records(self._shower.rows(self._picked))
            self.browser.clear_filter()
            self.browser.choose(PICKED)
            if self.model.rowCount():
                self.table.show_row(self.model.id_at(0))
        elif isinstance(what, str) and what in self.browser.chips:
            self.browser.choose(what)
        elif isinstance(what, str):
            self.browser.reveal(what)

    def leaving(self) -> None:
        self.table.save_layout()

    # --- What a person can do ----------------------------------------------------------------

    def tick_ready(self) -> None:
        """Tick every invoice that can go; others lose their tick."""
        self.model.clear_ticks()
        self.model.set_ticked([row.invoice.id for row in self.model.records if can_go(row)], True)

    def rehearse(self) -> None:
        """The ticked invoices, or all that are ready."""
        ids = self.model.ticked()
        if not ids:
            ids = [row.invoice.id for row in self.model.records if can_go(row)]
        self._rehearse(ids, show=True)

    def send(self) -> None:
        """The ticked invoices that can go, after a question."""
        rows = self.model.ticked_records()
        self.flow.begin(rows, passed_over=sum(not can_go(row) for row in rows))

    def settle(self) -> None:
        """Find out what became of invoices whose answer was lost."""
        task = self.shell.tasks.run(
            self._service.settle,
            title="Look up unanswered invoices",
            on_success=self.shell.publish,
            exclusive="quickbooks",
        )
        if task is not None:
            self._follow(task)

    def show_document(self, invoice_id: str) -> None:
        """Both sides of one invoice, to the last field."""
        try:
            view = self.shell.services.documents.view(invoice_id)
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            DocumentDialog(self, view).open()

    def open_in_quickbooks(self) -> None:
        """The current row's document, if it is there."""
        row = self.model.record(self.table.current_id())
        if row is not None and row.push is not None and row.push.qbo_id:
            self._open(row.push.qbo_id)

    def _rehearse(self, ids: list[str], *, show: bool) -> None:
        documents = self.shell.services.documents

        def done(rehearsal: RunRehearsal) -> None:
            for item in rehearsal.rows:
                if item.document is not None:
                    self._documents[item.row.invoice.id] = item.document
            self._show_detail()
            self.shell.say(rehearsal.text)
            if show:
                self._show_rehearsal(rehearsal, ids)

        self.shell.tasks.run(
            lambda progress: documents.rehearse(ids, progress),
            title="Rehearse",
            on_success=done,
            exclusive="local",
        )

    def _show_rehearsal(self, rehearsal: RunRehearsal, ids: list[str]) -> None:
        def send(going: list[str]) -> None:
            rows = [row for row in map(self.model.record, going) if row is not None]
            self.flow.begin(rows)

        RehearsalDialog(
            self,
            rehearsal,
            self._service.carrier_needs(ids),
            self.shell.services.settings,
            on_send=send,
            on_export=lambda dialog: self.exporting.ask(dialog, ids),
            on_jump=lambda group: self.shell.go(*jump_to(group)),
        ).open()

    def _open(self, qbo_id: str) -> None:
        QDesktopServices.openUrl(QUrl(self._service.web_address(qbo_id)))

    def _jump(self, jump: Jump) -> None:
        """To the screen where a blocker is mended, at the right row."""
        self.shell.go(*place_of(jump))

    def read_back(self) -> None:
        """Compare the ticked invoices (or the current one) with what QuickBooks has now."""
        if self.shell.services.has("sending"):
            self.afterwards.prove(self._sent())

    def write_notes(self) -> None:
        """Put QuickBooks' numbers into NinjaOne's notes of the ticked sent ones."""
        if self.shell.services.has("sending"):
            self.afterwards.write_notes(self._sent())

    def export_complete(self) -> None:
        """Move the ticked sent ones to Complete in NinjaOne."""
        if self.shell.services.has("sending"):
            self.afterwards.export_complete(self._sent())

    def _sent(self) -> list[str]:
        """Of the ticked ones, or else the current one, those that are in QuickBooks."""
        current = self.model.record(self.table.current_id())
        rows = self.model.ticked_records() or ([current] if current is not None else [])
        return [row.invoice.id for row in rows if is_there(row)]

    def _credit_marks(self) -> dict[str, Mark]:
        services = self.shell.services
        return services.preflight.credit_memo_marks() if services.has("preflight") else {}

    def _item_name(self, item_id: str) -> str:
        if self._items is None:
            choices = self.shell.services.mapping.choices(Kind.ITEMS)
            self._items = {target.id: target_label(target) for target in choices}
        return self._items.get(item_id, f"Item {item_id}" if item_id else "")

    # --- What is shown -----------------------------------------------------------------------

    def _show_held(self, rows: Sequence[InvoiceRow]) -> None:
        held = [row for row in rows if is_held(row)]
        one = len(held) == 1
        amounts = sums(row.invoice for row in held)
        text = f"{len(held):,} approved {'invoice' if one else 'invoices'} will not go"
        shown = f"{len(held):,} approved will not go: {short_sums_text(amounts)}" if held else text
        self.held_button.setToolTip(sums_text(amounts))
        self.held_button.setText(shown)
        self.held_button.setAccessibleName(text)
        self.held_button.setEnabled(bool(held))
        self.held_button.setVisible(bool(rows))

    def _show_ticks(self) -> None:
        going = [row for row in self.model.ticked_records() if can_go(row)]
        text = f"Send {len(going):,}…" if going else "Send"
        self.send_button.setText(text)
        self.send_button.setAccessibleName(text)
        self.send_button.setEnabled(bool(going) and self.strip.isHidden())
        if going:
            amount = sums_text(sums(row.invoice for row in going))
            self.browser.note_ticked(f"{len(going):,} can be sent  ·  {amount}")
        else:
            self.browser.note_ticked("none of them can be sent")
        self.send_button.setToolTip(
            sums_text(sums(row.invoice for row in going)) if going else "Tick ready invoices first"
        )
        ready = any(row.state is InvoiceState.READY for row in self.model.records)
        self.tick_ready_button.setVisible(ready)

    def _show_detail(self) -> None:
        row = self.model.record(self.table.current_id())
        self.detail.setVisible(row is not None)
        if row is not None:
            self.detail.show_row(row, self._documents.get(row.invoice.id))

    def _empty(self) -> Empty:
        if self.shell.services.workspaces.current().refreshed_at is None:
            return Empty(
                "invoices",
                "Not refreshed yet",
                "NinjaOne invoices are listed here after the first refresh. Connect both services "
                "on the Integrations page, then refresh.",
                "Open Integrations",
                lambda: self.shell.go("integrations"),
            )
        return Empty("invoices", "No invoices", "NinjaOne has no invoices yet.")

    def _follow(self, task: Task[Any], run: SendRun | None = None) -> None:
        """Show the progress of *task* until it ends; one at a time."""
        self.strip.follow(task, run)
        self.send_button.setEnabled(False)

    # --- Actions -----------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._actions = [
            self.new_action("Rehearse", "rehearse", "Ctrl+R", self.rehearse),
            self.new_action("Send ticked…", "send", "", self.send),
            self.new_action("Tick all ready", "check", "Ctrl+Shift+A", self.tick_ready),
            self.new_action("Read back ticked…", "eye", "", self.read_back),
            self.new_action("Write numbers into NinjaOne…", "edit", "", self.write_notes),
            self.new_action("Move to Complete in NinjaOne…", "check", "", self.export_complete),
            self.new_action("Open in QuickBooks", "external", "", self.open_in_quickbooks),
            self.new_action(
                "Search", "search", QKeySequence.StandardKey.Find, self.browser.focus_search
            ),
        ]
