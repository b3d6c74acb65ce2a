"""Create in QuickBooks: near-duplicates first, then the form and the exact record it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.creating import CreateCheck, CreateDraft
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.domain.review import INCOME_TYPES, target_label
from desktop_app.errors import BridgeError, NetworkError
from desktop_app.progress import Progress
from desktop_app.ui import messages
from desktop_app.ui.mapping.create_form import CreateForm
from desktop_app.ui.mapping.detail import wrap_lines
from desktop_app.ui.mapping.words import target_detail
from desktop_app.ui.screens import resize_dialog
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import Task
from desktop_app.ui.widgets import Button, Heading, Text, row_of, scrolling

LIVE_PAUSE = 700
"""Milliseconds after the last key before QuickBooks is asked."""
LOCAL_PAUSE = 120


class CreateDialog(QDialog):
    """on_link: a near-duplicate was chosen instead; closes the dialog itself.

    created: the record was created and linked, or staged. checked: whether the local list was
    looked at for what the form says; nothing can be created before.
    """

    created = Signal()

    def __init__(
        self,
        parent: QWidget,
        shell: Shell,
        draft: CreateDraft,
        *,
        name: str = "",
        on_link: Callable[[Target, CreateDialog], object],
    ) -> None:
        super().__init__(parent)
        self._shell, self._service = shell, shell.services.create
        self._draft = replace(draft, name=name) if name.strip() else draft
        self._on_link = on_link
        self._task: Task[CreateCheck] | None = None
        self._creating = False
        self._round = 0
        self._local_round = 0
        self._asked_for = ""
        self._not_asked = ""
        self.result_of_check = CreateCheck()
        self.checked = False
        noun = draft.kind.target_noun
        self.setWindowTitle(f"Create {noun}")
        self.setAccessibleName(f"Create a QuickBooks {noun} for {draft.source_name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        resize_dialog(self, 640, 640)
        self._local = QTimer(self)
        self._local.setSingleShot(True)
        self._local.setInterval(LOCAL_PAUSE)
        self._local.timeout.connect(self._check_locally)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE_PAUSE)
        self._live.timeout.connect(self._check_live)
        self._lay_out()
        self.near.hide()
        self.near_title.hide()
        self._show_verdict()
        self._show_buttons()
        self._check_locally()
        if not shell.offline:
            self._check_live()

    # --- Layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        draft, noun = self._draft, self._draft.kind.target_noun
        self.near_title = Heading(f"Perhaps it is there already as another {noun}", 3)
        self.near = QListWidget()
        self.near.setAccessibleName(f"Similar {noun}s")
        wrap_lines(self.near)
        self.near.setMinimumHeight(64)
        self.near.setMaximumHeight(96)
        self.near.currentRowChanged.connect(lambda _: self._show_buttons())
        self.near.itemDoubleClicked.connect(lambda _: self._link())
        self.form = CreateForm(draft, self._income_accounts())
        self.form.edited.connect(self._edited)
        self.note = Text(draft.note, "muted")
        self.note.setVisible(bool(draft.note))
        self.verdict = Text("")
        self.verdict.setMinimumHeight(self.verdict.fontMetrics().height() * 2)
        self.record = QTreeWidget()
        self.record.setAccessibleName("The record as it is sent")
        self.record.setHeaderLabels(["Field", "As it is sent"])
        self.record.setRootIsDecorated(False)
        self.record.setUniformRowHeights(True)
        self.record.setMinimumHeight(110)
        self.record.header().resizeSection(0, 180)
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 8, 0)
        body.setSpacing(10)
        body.addWidget(self.near_title)
        body.addWidget(self.near)
        body.addWidget(Heading(f"New {noun}", 3))
        body.addWidget(self.form)
        body.addWidget(self.note)
        body.addWidget(self.verdict)
        body.addWidget(Heading("The exact record", 3))
        body.addWidget(self.record, 1)
        self.cancel_button = Button("Cancel", self.reject)
        self.create_button = Button("Create and link", self._create)
        self.link_button = Button("Link to this instead", self._link)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 22, 24, 18)
        outer.setSpacing(12)
        title = Heading(f"Create “{draft.source_name}” in QuickBooks", 2)
        title.setWordWrap(True)
        outer.addWidget(title)
        outer.addWidget(scrolling(content), 1)
        outer.addLayout(
            row_of(None, self.cancel_button, self.create_button, self.link_button, spacing=10)
        )
        self.form.fields["name"].setFocus()

    def _income_accounts(self) -> list[tuple[str, str]]:
        """Id and words of each account that an item may have."""
        if self._draft.kind is not Kind.ITEMS:
            return []
        return [
            (target.id, f"{target_label(target)} ({target.type})")
            for target in self._shell.services.mapping.choices(Kind.ACCOUNTS)
            if target.active and target.type in INCOME_TYPES
        ]

    def draft(self) -> CreateDraft:
        """The draft as the form says it now."""
        return self.form.draft()

    def _edited(self) -> None:
        self.checked = False  # what is like the new name was not looked for yet
        self._show_buttons()
        self._local.start()
        if not self._shell.offline and self.draft().name != self._asked_for:
            self._live.start()

    # --- Checks ------------------------------------------------------------------------------

    def _check_locally(self) -> None:
        """Beside the window: the first look makes an index of all names."""
        self._local.stop()
        draft, service = self.draft(), self._service
        self.record.clear()
        for field, value in service.fields(draft):
            self.record.addTopLevelItem(QTreeWidgetItem([field, value]))
        self._local_round += 1
        now = self._local_round

        def checked(check: CreateCheck) -> None:
            if now == self._local_round:
                self._show_check(self._with_answer(check, draft))

        self._shell.tasks.run(
            lambda _progress: service.check_locally(draft),
            title="Look at the local list",
            on_success=checked,
            on_failure=lambda error: checked(CreateCheck(problems=(error.message,))),
            quiet=True,
        )

    def _with_answer(self, check: CreateCheck, draft: CreateDraft) -> CreateCheck:
        """What QuickBooks said about this very name stays true."""
        earlier = self.result_of_check
        if not earlier.live or draft.name != self._asked_for:
            return check
        return replace(
            check, clashes=earlier.clashes, former=earlier.former, near=earlier.near, live=True
        )

    def _check_live(self) -> None:
        self._live.stop()
        draft, service = self.draft(), self._service
        if not draft.name or self._creating:
            return
        self._round += 1
        now = self._round
        if self._task is not None:
            self._task.cancel()

        def checked(check: CreateCheck) -> None:
            if now == self._round:
                self._asked_for = draft.name if check.live else ""
                self._not_asked = ""
                self._show_check(check)

        def unknown(error: BridgeError) -> None:
            if now == self._round:
                self._not_asked = f"QuickBooks was not asked: {error.message}"
                self._show_verdict()

        self._task = self._shell.tasks.run(
            lambda progress: service.check(draft, progress),
            title=f"Look for “{draft.name}” in QuickBooks",
            on_success=checked,
            on_failure=unknown,
            quiet=True,
        )
        if self._task is not None:
            self._task.ended.connect(lambda _outcome: self._ended(now))

    def _ended(self, now: int) -> None:
        if now == self._round:
            self._task = None

    def _show_check(self, check: CreateCheck) -> None:
        self.result_of_check = check
        self.checked = True
        chosen = self._chosen()
        self.near.blockSignals(True)
        self.near.clear()
        for candidate in check.near:
            self.near.addItem(_near_item(candidate))
        places = [c.target.id for c in check.near]
        if places:
            kept = places.index(chosen.id) if chosen and chosen.id in places else -1
            sound = next((n for n, c in enumerate(check.near) if not c.caution), 0)
            self.near.setCurrentRow(kept if kept >= 0 else sound)
        self.near.blockSignals(False)
        self.near.setVisible(bool(check.near))
        self.near_title.setVisible(bool(check.near))
        self._show_verdict()
        self._show_buttons()

    def _show_verdict(self) -> None:
        if not self.checked:
            self.verdict.setText("Looking whether it is there already…")
            return
        check, problem = self.result_of_check, self.form.problem()
        lines = [problem, *check.problems]
        for use in check.clashes:
            state = "" if use.active else ", inactive"
            lines.append(f"The name is taken by the {use.entity.lower()} “{use.name}”{state}.")
        lines = [line for line in lines if line]
        role = "bad" if lines else "muted"
        if not lines:
            where = "customers, vendors and employees, inactive ones too"
            if self._draft.kind is Kind.ITEMS:
                where = "all items, inactive ones too"
            if check.live:
                lines.append(f"The name is free: QuickBooks was asked about {where}.")
            else:
                lines.append(
                    "The name is free as far as the local list knows. QuickBooks is asked before "
                    "anything is created."
                )
        lines += [
            f"The inactive {use.entity.lower()} “{use.name}” had this name." for use in check.former
        ]
        if self._not_asked:
            lines.append(self._not_asked)
        self.verdict.setText("\n".join(lines))
        self.verdict.set_role(role)

    # --- Buttons -----------------------------------------------------------------------------

    def _chosen(self) -> Target | None:
        place = self.near.currentRow()
        near = self.result_of_check.near
        return near[place].target if 0 <= place < len(near) else None

    def _show_buttons(self) -> None:
        near = self._chosen() is not None
        offline = self._shell.offline
        self.link_button.setVisible(near)
        self.link_button.setEnabled(near and not self._creating)
        self.create_button.setText(
            ("Create when online" if offline else "Create and link")
            if not near
            else ("Create a new one when online" if offline else "Create a new one")
        )
        self.create_button.setAccessibleName(self.create_button.text())
        self.create_button.setToolTip(
            "Kept here and carried out, after a new check, once there is a connection"
            if offline
            else ""
        )
        may = self.checked and self.result_of_check.may_create and not self.form.problem()
        may = may and not self._creating
        self.create_button.setEnabled(may)
        # A record that should rather not be linked is no default.
        place = self.near.currentRow()
        sound = near and not self.result_of_check.near[place].caution
        for button, primary in ((self.link_button, sound), (self.create_button, not sound)):
            role = "primary" if primary else ""
            button.setDefault(primary)
            if button.property("role") != role:
                button.setProperty("role", role)
                button.style().unpolish(button)
                button.style().polish(button)

    def _link(self) -> None:
        target = self._chosen()
        if target is not None and not self._creating:
            self._on_link(target, self)

    def _create(self) -> None:
        draft, service = self.draft(), self._service
        if self._shell.offline:
            self._stage(draft)
            return

        def done(changes: ChangeSet) -> None:
            self._creating = False
            self._finish(changes)

        def failed(error: BridgeError) -> None:
            self._creating = False
            self._show_buttons()
            if isinstance(error, NetworkError):
                messages.confirm(
                    self,
                    title=error.title,
                    text=f"{error.message} Nothing was created. It can be kept here and created "
                    "once there is a connection.",
                    action="Create when online",
                    on_confirm=lambda: self._stage(draft),
                )
            else:
                messages.show_error(self, error)

        def operation(progress: Progress) -> ChangeSet:
            return service.create(draft, progress)

        self._creating = True
        self._show_buttons()
        task = self._shell.tasks.run(
            operation,
            title=f"Create “{draft.name}”",
            on_success=done,
            on_failure=failed,
            on_cancel=lambda: failed(BridgeError("Nothing was created.", title="Cancelled")),
            exclusive="quickbooks",
        )
        if task is None:
            self._creating = False
            self._show_buttons()

    def _stage(self, draft: CreateDraft) -> None:
        try:
            changes = self._service.stage(draft)
        except BridgeError as error:
            messages.show_error(self, error)
            return
        self._finish(changes)

    def _finish(self, changes: ChangeSet) -> None:
        self.accept()
        self._shell.publish(changes)
        self.created.emit()

    def reject(self) -> None:
        if not self._creating:
            super().reject()

    def done(self, result: int) -> None:
        # Also when it is linked or created: a check may still be under way.
        self._leave()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._creating:
            event.ignore()
            return
        self._leave()
        super().closeEvent(event)

    def _leave(self) -> None:
        self._round += 1
        self._local_round += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None


def _near_item(candidate: Candidate) -> QListWidgetItem:
    words = [
        target_label(candidate.target),
        f"{candidate.score:.2f}",
        candidate.caution,
        "; ".join(candidate.reasons),
        target_detail(candidate.target),
    ]
    return QListWidgetItem("  ·  ".join(word for word in words if word))
