"""The journal as a table that is filled page by page: years of it are never read at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop_app.domain.journal import Cursor, HistoryFilter, HistoryPage, JournalEntry
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.ui.formats import instant_text
from desktop_app.ui.history import words
from desktop_app.ui.icons import icon
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import Task

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
PAGE = 200


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """width: in characters."""

    title: str
    text: Callable[[JournalEntry], str]
    width: int


COLUMNS = (
    HistoryColumn("When", lambda e: instant_text(e.made_at), 26),
    HistoryColumn("NinjaOne record", lambda e: e.source_label, 28),
    HistoryColumn("Kind", lambda e: e.kind.label, 15),
    HistoryColumn("From", words.before_text, 23),
    HistoryColumn("To", words.after_text, 23),
    HistoryColumn("How", words.how_text, 19),
    HistoryColumn("Who", words.who_text, 30),
    HistoryColumn("Evidence", words.evidence_text, 30),
    HistoryColumn("Step", lambda e: e.label, 30),
)
MARKED = 5
"""The column with the icon of how the change came about."""


class HistoryModel(QAbstractTableModel):
    """Entries that fit a filter, the newest first, with a page read when the view needs it.

    loading_changed: a page is being read, or has arrived. failed: a BridgeError; what was read
    stays, and :meth:`fetchMore` tries again.
    """

    loading_changed = Signal()
    failed = Signal(object)

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._entries: list[JournalEntry] = []
        self._wanted = HistoryFilter()
        self._more: Cursor | None = None
        self._first = True  # not even the first page was read
        self._broken = False
        self._task: Task[HistoryPage] | None = None
        self._round = 0  # which filter an answer belongs to

    # --- What is read ------------------------------------------------------------------------

    @property
    def wanted(self) -> HistoryFilter:
        return self._wanted

    @property
    def loading(self) -> bool:
        return self._task is not None

    @property
    def complete(self) -> bool:
        """Whether every entry that fits is here."""
        return not self._first and self._more is None

    @property
    def entries(self) -> Sequence[JournalEntry]:
        return self._entries

    def entry(self, row: int) -> JournalEntry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def show(self, wanted: HistoryFilter) -> None:
        """Begin anew with this filter. What is shown stays until the first page is there."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._round += 1
        self._wanted, self._more, self._first, self._broken = wanted, None, True, False
        self._read()

    def _read(self) -> None:
        mine, wanted, after = self._round, self._wanted, self._more
        history = self._shell.services.review.history

        def work(progress: Progress) -> HistoryPage:
            return history(wanted, progress, after=after, limit=PAGE)

        self._task = self._shell.tasks.run(
            work,
            title="Reading the history",
            on_success=lambda page: self._take(mine, page),
            on_failure=lambda error: self._fail(mine, error),
            quiet=True,
        )
        self.loading_changed.emit()

    def _take(self, mine: int, page: HistoryPage) -> None:
        if mine != self._round:  # the filter has changed meanwhile
            return
        self._task = None
        if self._first:
            self.beginResetModel()
            self._entries = list(page.entries)
            self._more = page.more
            self._first = False
            self.endResetModel()
        else:
            begin = len(self._entries)
            if page.entries:
                self.beginInsertRows(NO_INDEX, begin, begin + len(page.entries) - 1)
                self._entries += page.entries
                self.endInsertRows()
            self._more = page.more
        self.loading_changed.emit()

    def _fail(self, mine: int, error: BridgeError) -> None:
        if mine == self._round:
            self._task = None
            self._broken = True
            self.loading_changed.emit()
            self.failed.emit(error)

    # --- The model's side --------------------------------------------------------------------

    def canFetchMore(self, parent: Index = NO_INDEX) -> bool:
        if parent.isValid() or self._task is not None or self._broken:
            return False
        return not self._first and self._more is not None

    def fetchMore(self, parent: Index = NO_INDEX) -> None:
        """The next page, in a task: the rows appear when they are there."""
        if not parent.isValid() and self._task is None and (self._first or self._more):
            self._broken = False
            self._read()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        column = COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(entry)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == MARKED:
            mark = words.HOW_MARKS.get(entry.how, words.PLAIN)
            return icon(mark.icon, mark.tone)
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return words.sentence(entry)
        return None
