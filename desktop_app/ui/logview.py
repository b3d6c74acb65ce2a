"""The log window: the last lines of the log, filtered, copied, and the folder they lie in."""

from __future__ import annotations

import logging
from collections import deque
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QCloseEvent,
    QColor,
    QDesktopServices,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_app.ui.shell import LogLine, LogSource
from desktop_app.ui.theme import Tone, theme
from desktop_app.ui.widgets import Button, SearchField, Text

LIMIT = 5_000
LEVELS = (
    ("All messages", logging.NOTSET),
    ("Information and above", logging.INFO),
    ("Warnings and errors", logging.WARNING),
    ("Errors", logging.ERROR),
)


class LogModel(QAbstractListModel):
    """The newest LIMIT lines that pass level and text."""

    def __init__(self) -> None:
        super().__init__()
        self._all: deque[LogLine] = deque(maxlen=LIMIT)
        self._shown: list[LogLine] = []
        self._level = logging.NOTSET
        self._text = ""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        line = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.text
        if role == Qt.ItemDataRole.ForegroundRole and line.level >= logging.WARNING:
            tone = Tone.BAD if line.level >= logging.ERROR else Tone.WARNING
            return QBrush(QColor(theme().colour(tone)))
        return None

    def add(self, line: LogLine) -> None:
        self._all.append(line)
        if not self._passes(line):
            return
        if len(self._shown) >= LIMIT:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self._shown[0]
            self.endRemoveRows()
        end = len(self._shown)
        self.beginInsertRows(QModelIndex(), end, end)
        self._shown.append(line)
        self.endInsertRows()

    def fill(self, lines: tuple[LogLine, ...]) -> None:
        self._all = deque(lines, maxlen=LIMIT)
        self._filter()

    def set_filter(self, level: int, text: str) -> None:
        self._level, self._text = level, text.casefold()
        self._filter()

    def text(self) -> str:
        """All lines shown."""
        return "\n".join(line.text for line in self._shown)

    def _passes(self, line: LogLine) -> bool:
        return line.level >= self._level and self._text in line.text.casefold()

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [line for line in self._all if self._passes(line)]
        self.endResetModel()


class LogWindow(QWidget):
    """A window of its own beside the main one; one at a time."""

    _arrived = Signal(object)  # from whichever thread logged

    def __init__(self, parent: QWidget, source: LogSource, file: Path | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Log – Billing Bridge")
        self.resize(980, 560)
        self._source = source
        self._file = file
        self.model = LogModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(False)
        self.view.setAccessibleName("Log lines")
        self.view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.level = QComboBox()
        self.level.setAccessibleName("Level")
        for label, level in LEVELS:
            self.level.addItem(label, level)
        self.search = SearchField("Search the log", lambda _text: self._filter())
        self.copy_button = Button("Copy", self._copy, icon="copy", name="Copy the lines shown")
        self.folder_button = Button("Open folder", self._open_folder, icon="folder")
        self.folder_button.setEnabled(file is not None)
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(10)
        row.addWidget(self.search, 1)
        row.addWidget(self.level)
        row.addWidget(self.copy_button)
        row.addWidget(self.folder_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.addWidget(bar)
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 4, 14, 0)
        inner.addWidget(self.view, 1)
        where = f"Kept in {file}. " if file is not None else ""
        inner.addWidget(Text(f"{where}Tokens, secrets and passwords are left out.", "muted"))
        column.addLayout(inner, 1)
        self.level.currentIndexChanged.connect(lambda: self._filter())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view, self._copy_selected)
        self._arrived.connect(self._add, Qt.ConnectionType.QueuedConnection)
        self.model.fill(source.subscribe(self._heard))
        self.view.scrollToBottom()

    @classmethod
    def show_for(cls, window: QWidget, source: LogSource, file: Path | None) -> LogWindow:
        """Open it, or bring the open one to the front."""
        found = window.findChildren(cls)
        shown = found[0] if found else cls(window, source, file)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def _heard(self, line: LogLine) -> None:
        self._arrived.emit(line)

    def _add(self, line: LogLine) -> None:
        bar = self.view.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        self.model.add(line)
        if at_end:
            self.view.scrollToBottom()

    def _filter(self) -> None:
        self.model.set_filter(self.level.currentData(), self.search.text())
        self.view.scrollToBottom()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())

    def _copy_selected(self) -> None:
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        lines = [str(self.model.index(row, 0).data()) for row in rows]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _open_folder(self) -> None:
        if self._file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file.parent)))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._source.unsubscribe(self._heard)
        super().closeEvent(event)
