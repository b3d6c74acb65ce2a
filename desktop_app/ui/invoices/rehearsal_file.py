"""A rehearsal as a spreadsheet: the documents, both totals, and what stands in the way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop_app.progress import Progress
from desktop_app.services.api_documents import Exported
from desktop_app.ui import files, messages
from desktop_app.ui.shell import Shell

FILES = (("Spreadsheet", ".xlsx"), ("Comma-separated values", ".csv"))


class RehearsalExport:
    """Rehearses once more while writing, so that the file is as fresh as it can be."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def ask(self, place: QWidget, invoice_ids: list[str]) -> None:
        """Ask where, then write."""
        day = self._shell.context.now().date()
        files.ask_save(
            place,
            self._shell.services.settings,
            title="Export the rehearsal",
            name=f"Rehearsal {day}.xlsx",
            filters=FILES,
            on_file=lambda file: self.write(file, invoice_ids),
        )

    def write(self, file: Path, invoice_ids: list[str]) -> None:
        """Write it by the ending of *file*, off the window's thread."""
        documents = self._shell.services.documents

        def work(progress: Progress) -> Exported:
            return documents.export_rehearsal(
                documents.rehearse(invoice_ids, progress), file, progress
            )

        def done(written: Exported) -> None:
            messages.show_notice(
                self._shell.window, "good", "The rehearsal is saved", written.text, seconds=12,
                choices=(messages.Choice("Open it", lambda: files.show(written.path)),),
            )  # fmt: skip

        self._shell.tasks.run(work, title="Export the rehearsal", on_success=done, exclusive="file")
