"""Auto Map's dialog: what would be linked to what, in groups, before anything is linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import AutoMapRun, Group
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.ui import messages
from desktop_app.ui.mapping.auto_map_model import ProposalModel
from desktop_app.ui.mapping.auto_map_table import ProposalTable
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.mapping.rejected import RejectedDialog
from desktop_app.ui.screens import resize_dialog
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import Task
from desktop_app.ui.widgets import Button, EmptyState, Heading, SearchField, Text, row_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows Auto Map looks at. source_ids: None for all."""

    text: str
    source_ids: tuple[str, ...] | None


class AutoMapDialog(QDialog):
    """Searches as soon as it is open, and again when what it looks at is changed.

    The search and the linking run beside the window; Cancel or Esc ends a search under way.
    scopes: the first one is looked at first.
    """

    def __init__(self, parent: QWidget, shell: Shell, kind: Kind, scopes: Sequence[Scope]) -> None:
        super().__init__(parent)
        self.kind = kind
        self._shell = shell
        self._service = shell.services.suggest
        self._scopes = tuple(scopes)
        self._task: Task[AutoMapRun] | None = None
        self._linking = False
        self._round = 0
        self.setWindowTitle("Auto Map")
        self.setAccessibleName("Auto Map")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        resize_dialog(self, 1040, 680)
        self.model = ProposalModel(kind, self)
        self.table = ProposalTable(self.model)
        self._lay_out()
        self.model.ticks_changed.connect(self._show_ticks)
        self.table.rejected.connect(lambda _id: self.never())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        self.search_field.textChanged.connect(self.model.set_search)
        self.search_field.installEventFilter(self)
        self.scope.currentIndexChanged.connect(lambda _: self.look())
        self.overwrite.toggled.connect(lambda _: self.look())
        self.look()

    @property
    def run(self) -> AutoMapRun | None:
        """What the last search found; None while one is under way."""
        return self.model.run

    def _lay_out(self) -> None:
        kind = self.kind
        self.title = Heading("Auto Map", 2)
        self.scope = QComboBox()
        self.scope.setAccessibleName("Rows that Auto Map looks at")
        for scope in self._scopes:
            self.scope.addItem(scope.text)
        label = QLabel("&Look at")
        label.setBuddy(self.scope)
        self.overwrite = QCheckBox("Also replace existing links")
        self.overwrite.setAccessibleName(self.overwrite.text())
        self.overwrite.setToolTip("Rows that are mapped already take part; nothing is ticked there")
        self.search_field = SearchField("Search proposals")
        top = QHBoxLayout()
        top.setSpacing(10)
        for part in (label, self.scope, self.overwrite):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.search_field)

        self.busy_text = Text("", "muted")
        self.busy_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Comparing")
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(360)
        self.stop_button = Button("Stop", self._stop, name="Stop comparing")
        busy = QWidget()
        middle = QVBoxLayout(busy)
        middle.addStretch(1)
        middle.addWidget(self.busy_text)
        middle.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self.nothing = EmptyState("auto-map", "Nothing to link", "", "", self.look)
        self.stack = QStackedWidget()
        for page in (self.table, busy, self.nothing):
            self.stack.addWidget(page)
        self._busy_page = busy

        self.summary = ImpactText(self._shell)
        self.summary.setMinimumHeight(self.summary.fontMetrics().height() * 2)
        self.warning = Text("", "warning")
        self.warning.setVisible(False)
        self.never_button = Button(
            "Never this one",
            self.never,
            role="quiet",
            icon="ban",
            tip="Do not propose this pair again (Delete)",
        )
        self.rejected_button = Button("", self._show_rejected, role="quiet")
        self.close_button = Button("Cancel", self.reject)
        self.link_button = Button("Link", self._link, role="primary", icon="link")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(
            Text(
                f"NinjaOne {kind.source_noun}s and the QuickBooks {kind.target_noun}s that fit. "
                "Nothing is changed before you confirm, and one Undo takes all of it back.",
                "muted",
            )
        )
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.warning)
        column.addWidget(self.summary)
        buttons = row_of(self.never_button, self.rejected_button, None, spacing=4)
        buttons.addWidget(self.close_button)
        buttons.addSpacing(10)
        buttons.addWidget(self.link_button)
        column.addLayout(buttons)
        self._show_rejected_count()

    # --- Searching ---------------------------------------------------------------------------

    def look(self) -> None:
        """Search again with the scope and the box as they are now."""
        self._round += 1
        now, service, kind = self._round, self._service, self.kind
        scope = self._scopes[max(0, self.scope.currentIndex())]
        overwrite = self.overwrite.isChecked()
        if self._task is not None:
            self._task.cancel()
        self.model.show_run(None)
        self.busy_text.setText(f"Comparing names: {scope.text.lower()}")
        self.stack.setCurrentWidget(self._busy_page)

        def operation(progress: Progress) -> AutoMapRun:
            return service.propose(kind, scope.source_ids, progress, overwrite=overwrite)

        task = self._shell.tasks.run(
            operation,
            title=f"Auto Map {kind.label}",
            on_success=lambda run: self._found(run) if now == self._round else None,
            on_failure=lambda error: self._failed(error) if now == self._round else None,
            on_cancel=lambda: self._stopped() if now == self._round else None,
            quiet=True,
        )
        self._task = task
        if task is not None:
            task.progressed.connect(lambda step: self._show_step(step, now))
            task.ended.connect(lambda _outcome: self._ended(now))

    def _show_step(self, step: object, now: int) -> None:
        text, done = getattr(step, "text", ""), getattr(step, "done", 0)
        total = getattr(step, "total", None)
        if now == self._round and text:
            self.busy_text.setText(text)
            self.bar.setRange(0, total or 0)
            self.bar.setValue(done)

    def _ended(self, now: int) -> None:
        if now == self._round:
            self._task = None

    def _found(self, run: AutoMapRun) -> None:
        self.model.show_run(run)
        ticked = len(self.model.ticked())
        number = len(run.proposals)
        noun = f"{self.kind.source_noun}{'' if number == 1 else 's'}"
        sure = f"{ticked:,} sure match{'' if ticked == 1 else 'es'}"
        self.title.setText(f"Auto Map: {sure} among {number:,} {noun}")
        self.setAccessibleName(self.title.text())
        if not number:
            self._say_nothing(
                "Nothing to look at",
                f"All {self.kind.source_noun}s in “{self.scope.currentText()}” are mapped or "
                "excluded already.",
            )
            return
        self.stack.setCurrentWidget(self.table)
        if ticked:
            self.link_button.setFocus()
        else:
            self.table.setFocus()
        self.table.selectRow(0)
        self.table.scrollToTop()

    def _failed(self, error: BridgeError) -> None:
        text = "\n".join(part for part in (error.message, error.advice) if part)
        self._say_nothing(error.title, text, "Try again")

    def _stopped(self) -> None:
        self._say_nothing("Stopped", "Nothing was compared, nothing is changed.", "Compare again")

    def _say_nothing(self, title: str, text: str, button: str = "") -> None:
        self.title.setText("Auto Map")
        self.nothing.say(title, text, button)
        self.stack.setCurrentWidget(self.nothing)
        self.close_button.setFocus()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # --- What would be linked ----------------------------------------------------------------

    def _show_ticks(self) -> None:
        pairs = self.model.pairs()
        left = len(self.model.proposals) - len(pairs)
        lead = f"Link {len(pairs):,}; leave {left:,}" if self.model.proposals else ""
        self.summary.show_changes(self.model.changes(), lead)
        self.link_button.setText(f"Link {len(pairs):,}" if pairs else "Link")
        self.link_button.setAccessibleName(self.link_button.text())
        twice = self.model.twice()
        self.warning.setText(
            f"“{twice}” is ticked for two {self.kind.source_noun}s. Take one of the ticks away; to "
            "share a customer on purpose, use Change Mapping."
        )
        self.warning.setVisible(bool(twice))
        reason = self._shell.locked
        self.link_button.setEnabled(bool(pairs) and not twice and not reason and not self._linking)
        self.link_button.setToolTip(reason)
        self._show_current()

    def _show_current(self) -> None:
        proposal = self.table.current_proposal()
        candidates = proposal.candidates if proposal is not None else ()
        self.never_button.setEnabled(bool(candidates))

    def never(self) -> None:
        """Reject the current line's pair: it is never proposed again."""
        proposal = self.table.current_proposal()
        if proposal is None or not proposal.candidates:
            return
        candidate = self.model.candidate(proposal) or proposal.candidates[0]
        try:
            changes = self._service.reject(self.kind, [(proposal.source.id, candidate.target.id)])
        except BridgeError as error:
            messages.show_error(self, error)
            return
        row = self.table.currentIndex().row()
        self.model.drop_candidate(proposal.source.id, candidate.target.id)
        self.table.selectRow(min(row, self.model.rowCount() - 1))
        self._show_rejected_count()
        self._shell.publish(changes)

    def _show_rejected(self) -> None:
        def changed() -> None:
            self._show_rejected_count()
            self.look()

        RejectedDialog(self, self._shell, self.kind, changed).open()

    def _show_rejected_count(self) -> None:
        number = len(self._service.rejected(self.kind))
        self.rejected_button.setText(f"Rejected pairs ({number:,})…")
        self.rejected_button.setAccessibleName(f"Rejected pairs, {number:,}")
        self.rejected_button.setVisible(number > 0)

    # --- Linking -----------------------------------------------------------------------------

    def _link(self) -> None:
        run, pairs = self.model.run, self.model.pairs()
        if run is None or not pairs or self._linking:
            return
        service = self._service

        def linked(changes: ChangeSet) -> None:
            self._linking = False
            self.accept()
            self._shell.publish(changes)

        def refused(error: BridgeError) -> None:
            self._linking = False
            self._show_ticks()
            messages.show_error(self, error)

        def operation(progress: Progress) -> ChangeSet:
            progress.report(f"Linking {len(pairs):,}")
            return service.apply(run, pairs)

        self._linking = True
        self.link_button.setEnabled(False)
        task = self._shell.tasks.run(
            operation,
            title=f"Link {len(pairs):,} {self.kind.label.lower()}",
            on_success=linked,
            on_failure=refused,
            on_cancel=lambda: refused(BridgeError("Nothing was linked.", title="Cancelled")),
            exclusive="local",
        )
        if task is None:
            self._linking = False
            self._show_ticks()

    # --- The dialog's side -------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.search_field
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.table.setFocus()
            self.table.selectRow(0)
            return True
        return super().eventFilter(watched, event)

    def counts(self) -> dict[Group, int]:
        """How many proposals each group holds."""
        return {group: len(self.model.group_members(group)) for group in Group}

    def reject(self) -> None:
        if not self._linking:
            self._leave()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._linking:
            event.ignore()
            return
        self._leave()
        super().closeEvent(event)

    def _leave(self) -> None:
        self._round += 1  # whatever comes in now is for nobody
        if self._task is not None:
            self._task.cancel()
            self._task = None
