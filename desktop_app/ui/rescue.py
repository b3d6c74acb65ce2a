"""In place of the window when the local data are damaged: a backup can take their place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from desktop_app.domain.backups import Backup, Rescue, Rescued
from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.backups import mappings_text, size_text
from desktop_app.ui.boxes import Box
from desktop_app.ui.formats import instant_text
from desktop_app.ui.tasks import Tasks

T = TypeVar("T")

CHOOSE = (
    "A backup can be put in its place. Mappings, their history and the lists are then as they were "
    "when it was made. What was sent to QuickBooks since then is kept if it can still be read. The "
    "damaged file is kept, too."
)
NONE = (
    "There is no backup that could be put in its place. The program can start with nothing: the "
    "next refresh fetches the lists again, and mappings are made anew. The damaged file is kept."
)
UNKNOWN = (
    "What was sent to QuickBooks since then could not be read: refresh, and compare the invoices "
    "with QuickBooks before you send any."
)


class RescueBox(Box):
    """Accepted when something is in place and the program can start."""

    def __init__(self, rescue: Rescue, error: BridgeError, now: Callable[[], datetime]) -> None:
        super().__init__(None, "error", "The local data are damaged", error.message)
        self._rescue, self._error, self._now = rescue, error, now
        self._tasks = Tasks(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Backups")
        self.list.setMinimumSize(680, 160)
        self.list.hide()
        self.column.addWidget(self.list)
        self.column.addStretch(1)
        self.setMinimumWidth(800)
        self.quit_button = self.add_button("Quit", self.reject)
        self.action_button = self.add_button("Restore", self.act, role="primary")
        self.action_button.setEnabled(False)
        self.list.itemActivated.connect(lambda _item: self.act())
        self._run(lambda: rescue.backups(), self._show, "Looking for backups")

    def act(self) -> None:
        """Put the chosen backup in place; without one, begin with nothing; at the end, go on."""
        rescue, when = self._rescue, self._now()
        if self._done:
            self.accept()
        elif self.list.count():
            name = str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
            self._run(lambda: rescue.put_in_place(name, when), self._rescued, "Restoring")
        else:
            self._run(lambda: rescue.start_anew(when), self._rescued, "Starting anew")

    _done = False

    def _run(self, work: Callable[[], T], done: Callable[[T], object], title: str) -> None:
        def finished(result: T) -> None:
            self._wait(busy=False)
            done(result)

        def failed(error: BridgeError) -> None:
            self._wait(busy=False)
            messages.show_error(self, error)

        self._wait(busy=True)
        self._tasks.run(lambda _: work(), title=title, on_success=finished, on_failure=failed)

    def _wait(self, *, busy: bool) -> None:
        for part in (self.quit_button, self.action_button, self.list):
            part.setEnabled(not busy)

    def reject(self) -> None:
        """Not in the middle of it."""
        if self.quit_button.isEnabled():
            super().reject()

    def _show(self, found: tuple[Backup, ...]) -> None:
        for backup in found:
            item = QListWidgetItem(_line(backup))
            item.setData(Qt.ItemDataRole.UserRole, backup.name)
            self.list.addItem(item)
        self.list.setVisible(bool(found))
        self.list.setCurrentRow(0)
        self.text.setText(f"{self._error.message}\n\n{CHOOSE if found else NONE}")
        self.action_button.setText("Restore" if found else "Start with nothing")
        self.adjustSize()
        (self.list if found else self.quit_button).setFocus()

    def _rescued(self, done: Rescued) -> None:
        self._done = True
        lines = ["The program can start with nothing."]
        if done.backup is not None:
            lines = [f"The backup of {instant_text(done.backup.made_at)} is in place."]
        if not done.sent_is_known:
            lines.append(UNKNOWN)
        lines.append(f"The damaged file is in {done.aside}.")
        self.text.setText("\n\n".join(lines))
        self.list.hide()
        self.action_button.setText("Start the program")
        self.adjustSize()
        self.action_button.setFocus()


def _line(backup: Backup) -> str:
    companies = ", ".join(backup.companies)
    parts = (instant_text(backup.made_at), backup.reason.words, mappings_text(backup), companies,
             size_text(backup.size))  # fmt: skip
    return "  ·  ".join(part for part in parts if part)
