"""The list of what waits to be created in QuickBooks, in a window of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.domain.creating import CREATABLE
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.services.api_create import (
    CreateReport,
    CreateResult,
    Outcome,
    Standing,
    WaitingCreation,
)
from desktop_app.ui import messages
from desktop_app.ui.banners import Banners
from desktop_app.ui.creations.lines import CHIPS, LINES, WaitingLine, lines_of, nouns
from desktop_app.ui.creations.records import ExactRecords
from desktop_app.ui.mapping.deciding import Deciding
from desktop_app.ui.mapping.words import Row
from desktop_app.ui.shell import Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.task_strip import TaskStrip
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

HINT = (
    "Nothing is created before you confirm it. Each record was compared with the lists of the last "
    "refresh, and QuickBooks is asked once more whether its name is free."
)
CHECKING = Empty("clock", "Checking…", "What waits is compared with the lists.")
NOTHING = Empty(
    "check-circle",
    "Nothing waits to be created",
    "A customer or item that is created without a connection is kept here until there is one.",
)
MENDABLE = (Standing.READY, Standing.LOOK, Standing.OLD_LISTS, Standing.REFUSED)


class WaitingWindow(QWidget):
    """One at a time, beside the main window. It follows what is changed there.

    Creating works on the ticked lines, or on all that are ready if none is ticked.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell.window, Qt.WindowType.Window)
        self.setWindowTitle("Waiting to be created – Billing Bridge")
        self.setAccessibleName("Waiting to be created in QuickBooks")
        self.resize(980, 680)
        self._shell = shell
        self._waiting: Sequence[WaitingCreation] = ()
        self._results: dict[str, CreateResult] = {}
        self._fields: dict[str, tuple[tuple[str, str], ...]] = {}
        self._round = 0
        self._running = False
        self._workspace = shell.services.workspaces.current().id
        self._deciding = {kind: Deciding(self, shell, kind) for kind in CREATABLE}
        self._lay_out()
        self.table.current_changed.connect(lambda _id: self._show_current())
        self.model.ticks_changed.connect(self._show_buttons)
        self.table.activated_row.connect(lambda _id: self.change())
        shell.changed.connect(self._changed)
        shell.offline_changed.connect(self._show_buttons)
        shell.tasks.busy_changed.connect(self._show_buttons)
        self.table.setFocus()

    @classmethod
    def show_for(cls, shell: Shell) -> WaitingWindow:
        """Open it, or bring the open one to the front."""
        found = shell.window.findChildren(cls)
        shown = found[0] if found else cls(shell)
        if not shown.isVisible():
            shown.begin()
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    # --- Layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.banners = Banners()
        self.summary = Elided("", "muted")
        self.browser: RecordBrowser[WaitingLine] = RecordBrowser(
            LINES,
            self._shell.services.settings,
            name="Waiting to be created",
            chips=CHIPS,
            placeholder="Search what waits",
            empty=CHECKING,
        )
        self.table, self.model = self.browser.table, self.browser.model
        newest_first(self.table, self._shell.services.settings, "staged")
        self.drop_ticked_button = Button(
            "Discard", self.discard_ticked, icon="trash", name="Discard the ticked ones"
        )
        self.browser.bar_layout.insertWidget(1, self.drop_ticked_button)
        self.refresh_button = Button(
            "Refresh", self._shell.refresh_requested.emit, icon="refresh",
            tip="Fetch the lists, so that what was staged is compared with fresh ones",
        )  # fmt: skip
        self.settle_button = Button(
            "Look up now", self.settle, icon="search",
            tip="Ask QuickBooks what became of those whose answer was lost",
        )  # fmt: skip
        self.create_button = Button("", self.ask_to_create, role="primary")
        self.close_button = Button("Close", self.close)
        self.strip = TaskStrip(self._shell.tasks)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 18, 24, 18)
        outer.setSpacing(12)
        outer.addWidget(self.banners)
        outer.addLayout(
            row_of(Heading("Waiting to be created in QuickBooks", 2), self.summary, None)
        )
        outer.addWidget(Text(HINT, "muted"))
        outer.addWidget(self.browser, 3)
        outer.addWidget(self._detail(), 2)
        self.why = Elided("", "muted")
        bottom = row_of(self.refresh_button, self.settle_button, self.why, None, spacing=10)
        for widget in (self.strip, self.close_button, self.create_button):
            bottom.addWidget(widget)
        outer.addLayout(bottom)

    def _detail(self) -> QWidget:
        self.detail = QFrame()
        self.detail.setProperty("role", "card")
        self.detail.setAccessibleName("The record in full")
        self.title = Elided()
        self.title.setFont(Heading("", 3).font())
        self.reason = Text("", selectable=True)
        self.record = ExactRecords()
        self.change_button = Button(
            "Change…", self.change, icon="edit",
            tip="Open the form: correct it, link to a record that is there already, or create it",
        )  # fmt: skip
        self.row_button = Button(
            "Show the row", self.show_row, role="link", tip="In its mapping tab"
        )
        self.drop_button = Button("Discard", self.discard, icon="trash")
        column = QVBoxLayout(self.detail)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        top: QHBoxLayout = row_of(self.title, None, spacing=10)
        for button in (self.row_button, self.change_button, self.drop_button):
            top.addWidget(button)
        column.addLayout(top)
        column.addWidget(self.reason)
        column.addWidget(self.record, 1)
        return self.detail

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_Delete and self.drop_button.isEnabled():
            self.discard()
        else:
            super().keyPressEvent(event)

    # --- What waits --------------------------------------------------------------------------

    def begin(self) -> None:
        """As if it were opened for the first time: without the results of an earlier run."""
        self._results.clear()
        self.refresh()

    def refresh(self) -> None:
        """Check again, beside the window."""
        self._round += 1
        now = self._round

        def known(waiting: tuple[WaitingCreation, ...]) -> None:
            if now == self._round:
                self._show(waiting)

        self._shell.tasks.run(
            self._shell.services.create.waiting,
            title="Checking what waits to be created",
            on_success=known,
            on_failure=lambda error: messages.show_error(self, error),
            quiet=True,
        )

    def _changed(self, changes: ChangeSet) -> None:
        workspace = self._shell.services.workspaces.current().id
        if workspace != self._workspace:
            self._workspace = workspace
            self._results.clear()
        if self.isVisible() and (changes.kinds or changes.workspace):
            self.refresh()

    def _show(self, waiting: Sequence[WaitingCreation]) -> None:
        self._waiting = waiting
        self._fields |= {each.creation.request_id: each.fields for each in waiting}
        place = self.table.currentIndex().row()
        self.browser.set_empty(NOTHING)
        self.browser.set_records(lines_of(waiting, self._results, self._fields))
        if not self.table.current_id() and self.model.rowCount():
            self.table.show_row(self.model.id_at(max(0, min(place, self.model.rowCount() - 1))))
        ready = sum(line.fresh for line in self.model.records)
        rest = len(waiting) - ready
        parts = [f"{ready:,} ready"] + ([f"{rest:,} to look at"] if rest else [])
        self.summary.setText(" · ".join(parts) if waiting else "")
        self._show_current()

    def _show_current(self) -> None:
        line = self._current()
        self.detail.setVisible(line is not None)
        if line is not None:
            noun = line.draft.kind.target_noun.capitalize()
            self.title.setText(f"{noun} “{line.draft.name}” for {line.draft.source_name}")
            self.reason.setText(" ".join(part for part in (f"{line.state}.", line.reason) if part))
            self.record.show_one(line)
        self._show_buttons()

    def _show_buttons(self, _what: object = None) -> None:
        line, why = self._current(), self._why_not()
        standing = line.waiting.standing if line is not None and line.waiting is not None else None
        locked = self._shell.locked
        busy = self._running
        self.change_button.setEnabled(standing in MENDABLE and not locked and not busy)
        droppable = standing is not None and standing is not Standing.UNDER_WAY
        self.drop_button.setEnabled(droppable and not locked and not busy)
        self.drop_ticked_button.setEnabled(not locked and not busy)
        chosen = self._to_create()
        self.create_button.setText(
            f"Create {len(chosen):,} in QuickBooks…" if chosen else "Create in QuickBooks…"
        )
        self.create_button.setAccessibleName(self.create_button.text())
        self.create_button.setEnabled(bool(chosen) and not why)
        self.create_button.setToolTip(why or ("" if chosen else "Nothing that is ready is chosen"))
        waits = why if self._waiting and not busy else ""
        self.why.setText(f"{waits}." if waits else "")
        standings = {each.standing for each in self._waiting}
        self.refresh_button.setVisible(Standing.OLD_LISTS in standings)
        self.refresh_button.setEnabled(not self._shell.context.offline and not busy)
        self.settle_button.setVisible(Standing.UNDER_WAY in standings)
        self.settle_button.setEnabled(not why)

    def _why_not(self) -> str:
        """Why nothing can be created now, "" if it can."""
        if self._shell.locked:
            return self._shell.locked
        if self._shell.context.offline:
            return "The program was started offline"
        if self._shell.offline:
            return "There was no connection. Refresh first"
        if not self._shell.services.workspaces.current().quickbooks_connected:
            return "QuickBooks is not connected. Open Integrations"
        if self._shell.tasks.busy("quickbooks") is not None:
            return "Something else is at work"
        return ""

    def _current(self) -> WaitingLine | None:
        return self.model.record(self.table.current_id())

    def _ticked(self) -> list[WaitingLine]:
        return self.model.ticked_records()

    def _to_create(self) -> list[WaitingLine]:
        ticked = self._ticked()
        if ticked:
            return [line for line in ticked if line.ready]
        return [line for line in self.model.records if line.fresh]

    # --- Creating ----------------------------------------------------------------------------

    def ask_to_create(self) -> None:
        """Ask once, with the exact records in sight; then create them one after another."""
        lines = self._to_create()
        if not lines or not self.create_button.isEnabled():
            return
        records = ExactRecords()
        records.setMinimumHeight(240)
        records.show_all(lines)
        reads = sum(line.waiting.reads for line in lines if line.waiting is not None)
        what = nouns(line.draft for line in lines)
        one = len(lines) == 1
        box = messages.confirm(
            self,
            title=f"Create {what} in QuickBooks?",
            text=f"{'It is' if one else 'They are'} created exactly as below, one after another, "
            f"and linked to {'its row' if one else 'their rows'}. Undo takes back the links only: "
            "a record that was created stays in QuickBooks. The look for the names takes "
            f"{reads:,} metered read{'' if reads == 1 else 's'}.",
            action=f"Create {len(lines):,} in QuickBooks",
            on_confirm=lambda: self._create([line.id for line in lines]),
            details=records,
        )
        box.setMinimumWidth(680)

    def _create(self, request_ids: list[str]) -> None:
        service = self._shell.services.create
        task = self._shell.tasks.run(
            lambda progress: service.carry_out(request_ids, progress),
            title="Create in QuickBooks",
            on_success=self._created,
            on_failure=lambda error: messages.show_error(self, error),
            exclusive="quickbooks",
        )
        self._run(task is not None)
        if task is not None:
            task.ended.connect(lambda _outcome: self._run(False))

    def _run(self, running: bool) -> None:
        self._running = running
        self._show_buttons()

    def _created(self, report: CreateReport) -> None:
        for result in report.results:
            self._results[result.creation.request_id] = result
        self.model.clear_ticks()
        whole = report.count(Outcome.CREATED) == len(report.results)
        messages.show_notice(
            self,
            "good" if whole else "warning",
            f"{report.text}.",
            report.stopped,
            key="created",
        )
        self._shell.publish(report.changes)

    def settle(self) -> None:
        """Find out what became of those that were not answered."""
        self._shell.tasks.run(
            self._shell.services.create.settle,
            title="Looking up what QuickBooks did not answer",
            on_success=self._settled,
            on_failure=lambda error: messages.show_error(self, error),
            exclusive="quickbooks",
        )

    def _settled(self, changes: ChangeSet) -> None:
        self._shell.publish(changes)
        messages.show_notice(self, "info", f"{changes.text}.", key="settled", seconds=15)

    # --- One record --------------------------------------------------------------------------

    def change(self) -> None:
        """Open the form on the current record."""
        line = self._current()
        if line is None or not self.change_button.isEnabled():
            return
        row = self._shell.services.review.row(line.draft.kind, line.draft.source_id)
        if row is not None:
            self._deciding[line.draft.kind].create(Row(row))

    def show_row(self) -> None:
        line = self._current()
        if line is not None:
            self._shell.go(line.draft.kind.value, line.draft.source_id)
            self._shell.window.raise_()
            self._shell.window.activateWindow()

    def discard(self) -> None:
        """Drop the current one."""
        line = self._current()
        self._discard([line] if line is not None else [])

    def discard_ticked(self) -> None:
        self._discard(self._ticked())

    def _discard(self, lines: Sequence[WaitingLine]) -> None:
        dropped = [
            line
            for line in lines
            if line.waiting is not None and line.waiting.standing is not Standing.UNDER_WAY
        ]
        if not dropped:
            return
        what = nouns(line.draft for line in dropped)
        named = f"“{dropped[0].draft.name}”" if len(dropped) == 1 else f"these {what}"
        messages.confirm(
            self,
            title=f"Do not create {named}?",
            text="What was entered is dropped; Undo does not bring it back. Nothing is changed in "
            "QuickBooks.",
            action=f"Discard {len(dropped):,}" if len(dropped) > 1 else "Discard",
            on_confirm=lambda: self._drop([line.id for line in dropped]),
            danger=True,
        )

    def _drop(self, request_ids: list[str]) -> None:
        try:
            changes = self._shell.services.create.discard(request_ids)
        except BridgeError as error:
            messages.show_error(self, error)
            return
        for request_id in request_ids:
            self._results.pop(request_id, None)
        self._shell.publish(changes)
