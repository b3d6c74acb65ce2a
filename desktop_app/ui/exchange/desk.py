"""What the menu File does with files of mappings: questions, tasks, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QPageSize

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import CHANGE_SET_SUFFIX, Diff, Exported
from desktop_app.ui import files, messages
from desktop_app.ui.exchange.choose import ChangeSetBox, KindBox, ReportBox, Rows
from desktop_app.ui.exchange.diff import DiffDialog
from desktop_app.ui.exchange.printing import write_pdf
from desktop_app.ui.exchange.ready import Ready, ready
from desktop_app.ui.shell import Shell

TABLES = (("Comma-separated values", ".csv"), ("Spreadsheet", ".xlsx"))
CHANGE_SETS = (("Change set", CHANGE_SET_SUFFIX),)
PDF = (("PDF", ".pdf"),)
FILE = "file"
"""The exclusive name of tasks that write or read files."""


class ExchangeDesk(QObject):
    """present: the kind of the tab that is open. ticked: rows ticked in the mapping tabs."""

    def __init__(
        self, shell: Shell, present: Callable[[], Kind], ticked: Callable[[], Rows]
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._present = present
        self._ticked = ticked

    # --- Mapping tables ----------------------------------------------------------------------

    def export_table(self, kind: Kind | None = None) -> None:
        """Ask which table, unless *kind* says it, and where; then write it."""
        if kind is not None:
            self._export_kind(kind)
            return
        KindBox(
            self._shell.window,
            title="Export a mapping table",
            text="The whole table with states, ids, names, reasons, who and when, as CSV or "
            "spreadsheet. You can change targets in it and import it again.",
            present=self._present(),
            on_kind=self._export_kind,
        ).open()

    def _export_kind(self, kind: Kind) -> None:
        exchange = self._shell.services.exchange
        self._save(
            f"Export {kind.label.lower()}",
            exchange.suggested_name(kind, ".csv"),
            TABLES,
            lambda file: self._write(
                f"Exporting {kind.label.lower()}",
                lambda progress: exchange.export_table(kind, file, progress),
            ),
        )

    def import_table(self, kind: Kind | None = None) -> None:
        """Ask which table, unless *kind* says it, and which file; then show what it would
        change."""
        if self._shell.locked:
            self._shell.say(self._shell.locked)
            return
        if kind is not None:
            self._import_kind(kind)
            return
        KindBox(
            self._shell.window,
            title="Import a mapping table",
            text="A CSV file or spreadsheet with the columns of an exported table. You see what "
            "it would change before anything is changed.",
            present=self._present(),
            on_kind=self._import_kind,
        ).open()

    def _import_kind(self, kind: Kind) -> None:
        exchange = self._shell.services.exchange
        self._open(
            f"Import {kind.label.lower()}",
            TABLES,
            lambda file: self._compare(
                file, lambda progress: exchange.read_table(kind, file, progress)
            ),
        )

    # --- Change sets -------------------------------------------------------------------------

    def save_change_set(self) -> None:
        """Ask for the decisions and where, then write them for a colleague."""
        exchange = self._shell.services.exchange

        def choose(rows: Rows, remark: str) -> None:
            self._save(
                "Save a change set",
                exchange.suggested_name(None, CHANGE_SET_SUFFIX),
                CHANGE_SETS,
                lambda file: self._write(
                    "Saving the change set",
                    lambda progress: exchange.export_change_set(
                        rows, file, progress, remark=remark
                    ),
                    openable=False,
                ),
            )

        ChangeSetBox(self._shell, self._ticked(), choose).open()

    def open_change_set(self) -> None:
        """Ask for a colleague's file, then show what it would change."""
        exchange = self._shell.services.exchange
        self._open(
            "Open a change set",
            CHANGE_SETS,
            lambda file: self._compare(
                file, lambda progress: exchange.read_change_set(file, progress)
            ),
        )

    # --- The review report -------------------------------------------------------------------

    def print_report(self) -> None:
        """Ask what and where, then write the PDF."""
        ReportBox(self._shell.window, self._report).open()

    def _report(self, kinds: tuple[Kind, ...], paper: QPageSize) -> None:
        exchange = self._shell.services.exchange
        workspace = self._shell.services.workspaces.current()
        title = f"Mapping review – {workspace.company_name or workspace.name}"

        def write(file: Path, progress: Progress) -> Exported:
            html = exchange.review_report(kinds, progress)
            pages = write_pdf(html, file, paper, title, progress)
            text = f"Saved the review report, {pages:,} page{'' if pages == 1 else 's'}"
            return Exported(file, pages, f"{text}, as {file.name}")

        self._save(
            "Save the review report",
            exchange.suggested_name(None, " review.pdf"),
            PDF,
            lambda file: self._write(
                "Printing the review report",
                lambda progress: write(file, progress),
                at_once=True,
            ),
        )

    # --- Files in tasks ----------------------------------------------------------------------

    def _save(
        self, title: str, name: str, filters: Sequence[files.Filter], on_file: files.OnFile
    ) -> None:
        files.ask_save(
            self._shell.window,
            self._shell.services.settings,
            title=title,
            name=name,
            filters=filters,
            on_file=on_file,
        )

    def _open(self, title: str, filters: Sequence[files.Filter], on_file: files.OnFile) -> None:
        files.ask_open(
            self._shell.window,
            self._shell.services.settings,
            title=title,
            filters=filters,
            on_file=on_file,
        )

    def _write(
        self,
        title: str,
        work: Callable[[Progress], Exported],
        *,
        openable: bool = True,
        at_once: bool = False,
    ) -> None:
        self._shell.tasks.run(
            work,
            title=title,
            on_success=lambda done: self._written(done, openable=openable, at_once=at_once),
            on_cancel=lambda: self._shell.say("Cancelled. No file was written."),
            exclusive=FILE,
            bulky=True,
        )

    def _written(self, done: Exported, *, openable: bool, at_once: bool) -> None:
        self._shell.say(done.text)
        opened = at_once and files.show(done.file)
        ways = [
            messages.Choice("Show in folder", lambda: _show_folder(done.file), keep=True),
        ]
        if openable and not opened:
            ways.insert(0, messages.Choice("Open", lambda: files.show(done.file), keep=True))
        messages.show_notice(
            self._shell.window,
            "good",
            done.text,
            choices=tuple(ways),
            key="written",
            seconds=30,
        )

    def _compare(self, file: Path, work: Callable[[Progress], Diff]) -> None:
        self._shell.tasks.run(
            lambda progress: ready(work(progress), progress),
            title=f"Reading {file.name}",
            on_success=self._show_diff,
            on_cancel=lambda: self._shell.say("Cancelled. Nothing was changed."),
            exclusive=FILE,
            bulky=True,
        )

    def _show_diff(self, found: Ready) -> None:
        DiffDialog(self._shell, found, self._applied).open()

    def _applied(self, changes: ChangeSet) -> None:
        self._shell.publish(changes)
        messages.show_notice(
            self._shell.window,
            "good",
            changes.text or "Applied",
            "It was one step: Undo takes it back. A backup was made before it.",
            key="applied",
            seconds=20,
        )


def _show_folder(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
