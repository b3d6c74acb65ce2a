"""Backups: the list, one by hand, and restoring one from the list or from a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QVBoxLayout

from desktop_app.domain.backups import Backup
from desktop_app.errors import BridgeError
from desktop_app.services.api_exchange import BackupReason, RestoreReport
from desktop_app.ui import files, messages
from desktop_app.ui.formats import instant_text
from desktop_app.ui.shell import Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import ChipSpec, Empty, RecordBrowser
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Heading, Text, row_of

HINT = (
    "Made before updates, imports, restores and changes of many rows, and by hand. A backup holds "
    "the mappings and their history, the lists and the settings of all workspaces. Logins are not "
    "in it."
)
KEPT = (
    "Replaced: mappings, their history, the lists and the interface settings of all workspaces. "
    "Kept as they are: app keys, logins, and the record of what was sent to QuickBooks. The "
    "present state is backed up first."
)
EXCLUSIVE = "quickbooks"
"""Not beside a refresh or a run of sending."""

MARKS = {
    BackupReason.BY_HAND: Mark("user", Tone.ACCENT),
    BackupReason.OTHER: Mark("help", Tone.MUTED),
}


def size_text(size: int) -> str:
    """ "1.4 MB"."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1_000_000:,.1f} MB"


def mappings_text(backup: Backup) -> str:
    """ "212 customers · 6 accounts · 88 items", or why it cannot be restored."""
    if backup.problem:
        return backup.problem
    return " · ".join(f"{number:,} {kind.label.lower()}" for kind, number in backup.mappings)


def _speak(backup: Backup) -> str:
    parts = (instant_text(backup.made_at), backup.reason.words, size_text(backup.size))
    return ", ".join((*parts, mappings_text(backup)))


BACKUPS: TableSpec[Backup] = TableSpec(
    name="backups",
    columns=(
        Column(
            "made",
            "Made",
            lambda b: instant_text(b.made_at),
            width=160,
            sort=lambda b: b.made_at.timestamp(),
        ),
        Column(
            "reason",
            "Reason",
            lambda b: b.reason.words,
            width=240,
            flexible=True,
            mark=lambda b: MARKS.get(b.reason, Mark("clock", Tone.MUTED)),
        ),
        Column(
            "mappings",
            "Mappings",
            mappings_text,
            width=270,
            flexible=True,
            mark=lambda b: Mark("error", Tone.BAD) if b.problem else None,
            tooltip=lambda b: f"{mappings_text(b)}\n{b.name}",
        ),
        Column("companies", "Companies", lambda b: ", ".join(b.companies), 190, flexible=True),
        Column(
            "size", "Size", lambda b: size_text(b.size), 84, sort=lambda b: b.size, numeric=True
        ),
    ),
    identity=lambda b: b.name,
    search=lambda b: f"{b.name} {b.reason.words} {' '.join(b.companies)} {b.problem}",
    tags=lambda b: ("damaged",) if b.problem else (),
    speak=_speak,
)


class BackupsDialog(QDialog):
    """All that takes long runs in tasks; the list is read anew after each."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell.window)
        self._shell = shell
        self._service = shell.services.backups
        self._busy = False
        self.setWindowTitle("Backups")
        self.setAccessibleName("Backups")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        room = shell.window.size()
        self.resize(min(980, room.width() - 20), min(600, room.height() - 20))
        self.browser: RecordBrowser[Backup] = RecordBrowser(
            BACKUPS,
            shell.services.settings,
            name="Backups",
            chips=(
                ChipSpec("", "All"),
                ChipSpec("damaged", "Cannot be restored", optional=True),
            ),
            placeholder="Search backups",
            empty=Empty("backup", "Reading the backups…", "Each one is opened and checked."),
            ticks=False,
        )
        self.table = self.browser.table
        self.state = Text("", "muted")
        self.make_button = Button("Back up now", self.make, icon="plus")
        self.delete_button = Button("Delete…", self.delete, role="danger", icon="trash")
        self.folder_button = Button("Open folder", self.open_folder, role="link", icon="folder")
        self.file_button = Button("Restore from a file…", self.restore_file)
        self.restore_button = Button("Restore…", self.restore, role="primary")
        self.close_button = Button("Close", self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(Heading("Backups", 2), None, self.folder_button))
        column.addWidget(Text(HINT, "muted"))
        column.addWidget(self.browser, 1)
        column.addWidget(self.state)
        column.addLayout(
            row_of(
                self.make_button,
                self.delete_button,
                None,
                self.close_button,
                self.file_button,
                self.restore_button,
                spacing=10,
            )
        )
        self.table.current_changed.connect(lambda _id: self._show_buttons())
        self.table.activated_row.connect(lambda _id: self.restore())
        newest_first(self.table, shell.services.settings, "made")
        self.refresh()
        self.browser.search.setFocus()

    def refresh(self, show: str = "") -> None:
        """Read the list; *show*: the name of the one to make current."""
        task = self._shell.tasks.run(
            self._service.all,
            title="Reading the backups",
            on_success=lambda found: self._take(found, show),
            on_failure=self._failed,
            quiet=True,
        )
        self._wait("Reading the backups…", task is not None)

    def _take(self, found: tuple[Backup, ...], show: str) -> None:
        self._wait("", False)
        self.browser.set_empty(
            Empty("backup", "No backup yet", "One is made before every change of many rows.")
        )
        self.browser.set_records(found)
        if found:
            self.table.show_row(show or self.table.current_id() or found[0].name)
            self.table.take_focus()
        self._show_buttons()

    # --- What can be done --------------------------------------------------------------------

    def make(self) -> None:
        task = self._shell.tasks.run(
            self._service.make,
            title="Backing up",
            on_success=self._made,
            on_failure=self._failed,
            exclusive="local",
        )
        self._wait("Backing up…", task is not None)

    def _made(self, backup: Backup) -> None:
        self._shell.say(f"Backed up: {mappings_text(backup)}, {size_text(backup.size)}.")
        self.refresh(backup.name)

    def restore(self) -> None:
        """The current one, after a question that says what is replaced."""
        backup = self._current()
        if backup is not None and self.restore_button.isEnabled():
            self._ask(backup, backup.name)

    def restore_file(self) -> None:
        """One from anywhere, checked before the question."""
        files.ask_open(
            self,
            self._shell.services.settings,
            title="Restore from a backup",
            filters=(("Backups", ".sqlite3"), ("All files", "")),
            on_file=self._inspect,
        )

    def _inspect(self, file: Path) -> None:
        task = self._shell.tasks.run(
            lambda progress: self._service.inspect(file, progress),
            title=f"Checking {file.name}",
            on_success=lambda backup: self._inspected(backup, file),
            on_failure=self._failed,
        )
        self._wait(f"Checking {file.name}…", task is not None)

    def _inspected(self, backup: Backup, file: Path) -> None:
        self._wait("", False)
        if backup.problem:
            self._failed(BridgeError(backup.problem, title="It cannot be restored"))
        else:
            self._ask(backup, file)

    def _ask(self, backup: Backup, what: Path | str) -> None:
        companies = f" of {', '.join(backup.companies)}" if backup.companies else ""
        messages.confirm(
            self,
            title=f"Restore the backup of {instant_text(backup.made_at)}?",
            text=f"It holds {mappings_text(backup)}{companies}.\n\n{KEPT}",
            action="Restore",
            on_confirm=lambda: self._restore(what),
            danger=True,
        )

    def _restore(self, what: Path | str) -> None:
        other = self._shell.tasks.busy(EXCLUSIVE)
        if other is not None:
            self._failed(
                BridgeError(
                    f"“{other.title}” has to end first.",
                    title="Still at work",
                    advice="Wait for it, then choose Restore again.",
                )
            )
            return
        task = self._shell.tasks.run(
            lambda progress: self._service.restore(what, progress),
            title="Restoring the backup",
            on_success=self._restored,
            on_failure=self._failed,
            on_cancel=lambda: self._wait("Cancelled. Nothing was changed.", False),
            exclusive=EXCLUSIVE,
            bulky=True,
        )
        self._wait("Restoring…", task is not None)

    def _restored(self, report: RestoreReport) -> None:
        self._wait("", False)
        self.accept()
        self._shell.publish(report.changes)
        messages.show_notice(
            self._shell.window, "good", "The backup was restored", report.text, key="restored"
        )

    def delete(self) -> None:
        backup = self._current()
        if backup is None:
            return
        messages.confirm(
            self,
            title="Delete this backup?",
            text=f"{instant_text(backup.made_at)}, {backup.reason.words.lower()}, "
            f"{size_text(backup.size)}. It cannot be brought back.",
            action="Delete",
            on_confirm=lambda: self._delete(backup.name),
            danger=True,
        )

    def _delete(self, name: str) -> None:
        try:
            self._service.delete(name)
        except BridgeError as error:
            self._failed(error)
        else:
            self.refresh()

    def open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._service.folder())))

    # --- What is shown -----------------------------------------------------------------------

    def _failed(self, error: BridgeError) -> None:
        self._wait("", False)
        messages.show_error(self, error)

    def _wait(self, text: str, busy: bool) -> None:
        self._busy = busy
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self._show_buttons()

    def _current(self) -> Backup | None:
        return self.browser.model.record(self.table.current_id())

    def _show_buttons(self) -> None:
        backup = self._current()
        for button in (self.make_button, self.file_button):
            button.setEnabled(not self._busy)
        self.delete_button.setEnabled(backup is not None and not self._busy)
        self.restore_button.setEnabled(backup is not None and backup.restorable and not self._busy)
        self.restore_button.setToolTip(backup.problem if backup is not None else "")
