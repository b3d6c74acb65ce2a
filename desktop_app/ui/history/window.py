"""The history in a window of its own: who mapped what, when, how and on what grounds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.journal import JournalEntry
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Exported
from desktop_app.ui import files, messages
from desktop_app.ui.banners import Banners
from desktop_app.ui.history.detail import EntryDetail
from desktop_app.ui.history.filters import HistoryFilters
from desktop_app.ui.history.model import COLUMNS, HistoryModel
from desktop_app.ui.history.points import RestorePoints
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Button, EmptyState, Text, row_of

GEOMETRY, COLUMNS_STATE = "history.geometry", "history.columns"
KINDS_OF_FILE = (("Comma-separated values", ".csv"), ("Spreadsheet", ".xlsx"))


class HistoryWindow(QWidget):
    """One at a time, beside the main window. It follows what is changed there."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell.window, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("History – Billing Bridge")
        self._shell = shell
        self.banners = Banners()
        self.banners.setContentsMargins(14, 12, 14, 0)
        self.filters = HistoryFilters(shell.context.now().astimezone().date())
        self.model = HistoryModel(shell, self)
        self.table = _table(self.model)
        self.count = Text("", "muted")
        self.count.setWordWrap(False)
        self.export_button = Button("Export…", self.export, icon="export", tip="What is filtered")
        self.detail = EntryDetail(
            revert=self.revert_after, undo=self.revert_before, show_row=self.show_row
        )
        self.nothing = EmptyState("history", "", "", "Clear filter", self.filters.clear)
        self.points = RestorePoints(shell, self)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("History and restore points")
        self.tabs.addTab(self._journal(), "History")
        self.tabs.addTab(self.points, "Restore points")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addWidget(self.tabs, 1)

        self._make_actions()
        self.filters.changed.connect(self._filter)
        self.model.loading_changed.connect(self._show_state)
        self.model.failed.connect(self._failed)
        self.model.modelReset.connect(self._first_row)
        self.table.selectionModel().currentRowChanged.connect(self._show_entry)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        shell.changed.connect(self._changed)
        self._restore()
        self.refresh()
        self.table.setFocus()

    @classmethod
    def show_for(cls, shell: Shell) -> HistoryWindow:
        """Open it, or bring the open one to the front."""
        found = [w for w in shell.window.findChildren(cls) if w.isVisible()]
        shown = found[0] if found else cls(shell)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def _journal(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(10)
        column.addWidget(self.filters)
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 0, 14, 0)
        inner.setSpacing(10)
        inner.addLayout(row_of(self.count, None, self.export_button))
        inner.addWidget(self.table, 1)
        inner.addWidget(self.nothing, 1)
        inner.addWidget(self.detail)
        column.addLayout(inner, 1)
        return whole

    # --- What is shown -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read all of it again, with the present filter."""
        self.filters.set_people(self._shell.services.review.people())
        self.model.show(self.filters.wanted())
        self.points.refresh()
        self.detail.show_lock(self._shell.locked)

    def _filter(self) -> None:
        self.model.show(self.filters.wanted())

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds or changes.workspace:
            self.refresh()

    def _show_state(self) -> None:
        number = len(self.model.entries)
        if self.model.loading and not number:
            text = "Reading…"
        elif self.model.complete:
            text = "1 entry" if number == 1 else f"{number:,} entries"
        else:
            text = f"The newest {number:,} entries; older ones follow as you scroll"
        self.count.setText(text)
        empty = self.model.complete and not number
        filtered = self.filters.wanted() != type(self.filters.wanted())()
        if filtered:
            self.nothing.say(
                "No entry matches", "Nothing in the history fits this filter.", "Clear filter"
            )
        else:
            self.nothing.say(
                "Nothing was changed yet",
                "Every change of a mapping is written here, with who, when, how and why.",
                "",
            )
        self.nothing.button.setVisible(filtered)
        self.table.setVisible(not empty)
        self.nothing.setVisible(empty)
        self.export_button.setEnabled(number > 0)
        if empty:
            self.detail.show_entry(None)

    def _failed(self, error: BridgeError) -> None:
        messages.show_error(self, error, try_again=self.model.fetchMore)

    def _first_row(self) -> None:
        if self.model.rowCount():
            self.table.selectRow(0)

    def _show_entry(self, index: QModelIndex) -> None:
        self.detail.show_entry(self.model.entry(index.row()))

    def _scrolled(self, value: int) -> None:
        # A page ahead of the end, so that nobody waits at it.
        bar = self.table.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep() and self.model.canFetchMore():
            self.model.fetchMore()

    def current(self) -> JournalEntry | None:
        return self.model.entry(self.table.currentIndex().row())

    # --- One row -----------------------------------------------------------------------------

    def revert_after(self) -> None:
        """The current entry's row as it was right after it."""
        entry = self.current()
        if entry is not None:
            self._revert(entry, entry.step)

    def revert_before(self) -> None:
        """The current entry's row as it was before it."""
        entry = self.current()
        if entry is not None:
            self._revert(entry, entry.step - 1)

    def show_row(self) -> None:
        """The current entry's row in its mapping tab."""
        entry = self.current()
        if entry is not None:
            self._shell.go(entry.kind.value, entry.source_id)
            self._shell.window.raise_()
            self._shell.window.activateWindow()

    def _revert(self, entry: JournalEntry, step: int, *, share: bool = False) -> None:
        if self._shell.locked:
            self._shell.say(self._shell.locked)
            return
        try:
            changes = self._shell.services.review.revert_row(
                entry.kind, entry.source_id, step, share=share
            )
        except RuleError as error:
            if share or entry.kind.shares_targets:
                messages.show_error(self, error)
                return
            messages.confirm(
                self,
                title=error.title,
                text=f"{error.message}\n{error.advice}".strip(),
                action=f"Share the {entry.kind.target_noun}",
                on_confirm=lambda: self._revert(entry, step, share=True),
                danger=True,
            )
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            self._shell.publish(changes)
            messages.show_notice(
                self,
                "good",
                changes.text or "The row was put back",
                "The other rows were not touched. Undo takes it back.",
                key="reverted",
                seconds=10,
            )

    # --- Export ------------------------------------------------------------------------------

    def export(self) -> None:
        """What the filter finds, all of it, as a file."""
        if not self.export_button.isEnabled():
            return
        name = "history.csv"
        if self._shell.services.has("exchange"):
            name = self._shell.services.exchange.suggested_name(None, " history.csv")
        files.ask_save(
            self,
            self._shell.services.settings,
            title="Export the history",
            name=name,
            filters=KINDS_OF_FILE,
            on_file=self._export_to,
        )

    def _export_to(self, file: Path) -> None:
        wanted, review = self.model.wanted, self._shell.services.review

        def work(progress: Progress) -> Exported:
            from desktop_app.services.history_file import export_history  # reads openpyxl

            return export_history(review, wanted, file, progress)

        self._shell.tasks.run(
            work,
            title="Exporting the history",
            on_success=self._exported,
            on_failure=lambda error: messages.show_error(self, error),
            on_cancel=lambda: self._shell.say("Cancelled. No file was written."),
            exclusive="file",
            bulky=True,
        )

    def _exported(self, done: Exported) -> None:
        self._shell.say(done.text)
        messages.show_notice(
            self,
            "good",
            done.text,
            choices=(messages.Choice("Open", lambda: files.show(done.file)),),
            key="exported",
        )

    # --- Actions -----------------------------------------------------------------------------

    def _make_actions(self) -> None:
        find = QAction("Search", self)
        find.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
        find.triggered.connect(lambda: self.filters.search.setFocus())
        shut = QAction("Close", self)
        shut.setShortcut(QKeySequence(QKeySequence.StandardKey.Close))
        shut.triggered.connect(lambda: self.close())
        out = QAction("Export…", self)
        out.setShortcut(QKeySequence("Ctrl+E"))
        out.triggered.connect(lambda: self.export())
        self.addActions([find, shut, out])
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)

    def _open_menu(self, point: QPoint) -> None:
        if self.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.detail.revert_button, self.detail.undo_button, self.detail.row_button):
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.table.viewport().mapToGlobal(point))

    # --- Opening and closing -----------------------------------------------------------------

    def _restore(self) -> None:
        geometry = self._shell.services.settings.get(GEOMETRY, "")
        packed = QByteArray.fromBase64(QByteArray(str(geometry).encode()))
        if not (geometry and self.restoreGeometry(packed)):
            self.resize(1120, 680)
        columns = str(self._shell.services.settings.get(COLUMNS_STATE, ""))
        if columns:
            state = QByteArray.fromBase64(QByteArray(columns.encode()))
            self.table.horizontalHeader().restoreState(state)
        self.setMinimumSize(520, 380)

    def closeEvent(self, event: QCloseEvent) -> None:
        packed = bytes(self.saveGeometry().toBase64().data()).decode()
        self._shell.services.settings.set(GEOMETRY, packed)
        state = self.table.horizontalHeader().saveState()
        columns = bytes(state.toBase64().data()).decode()
        self._shell.services.settings.set(COLUMNS_STATE, columns)
        super().closeEvent(event)


def _table(model: HistoryModel) -> QTableView:
    table = QTableView()
    table.setAccessibleName("History")
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setCornerWidget(QWidget())  # no frame where the scroll bars meet
    lines = table.verticalHeader()
    lines.setVisible(False)
    lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    height = table.fontMetrics().height()
    lines.setDefaultSectionSize(max(32, round(height * 1.8)))
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setSectionsMovable(True)
    header.setStretchLastSection(True)
    wide = table.fontMetrics().averageCharWidth()
    for section, column in enumerate(COLUMNS):
        header.resizeSection(section, column.width * wide)
    return table
