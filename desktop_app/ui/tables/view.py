"""The table widget of all lists: whole rows, ticks by click and Space, a layout that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QTableView, QWidget

from desktop_app.domain.ports import SettingsStore
from desktop_app.ui.tables.columns import R
from desktop_app.ui.tables.delegate import RecordDelegate
from desktop_app.ui.tables.header import TickHeader
from desktop_app.ui.tables.model import TICK_COLUMN, RecordModel

FOLD_STEP = 1000
"""Records whose search text is prepared at one time: well below a frame."""
FOLD_DELAY = 120
"""Milliseconds after a change of rows before that begins."""
FOLD_PAUSE = 15
"""Milliseconds between two times, for which the window is free."""

NAME_COLUMN = 1
TICK_WIDTH = 44
NARROWEST = 0.55
"""Flexible columns begin at no less than this part; a narrower window scrolls sideways."""
DIGITS_WIDTH = 76
"""Ten digits in the font for which the widths of columns are given."""


class RecordTable(QTableView, Generic[R]):
    """Shows a :class:`RecordModel`.

    activated_row: the id of a row that was double-clicked, or on which Return was pressed where
    no action of the table's own has that key.
    current_changed: the id of the current row, "" for none. Its width, order and hidden columns
    and its sorting are kept in *settings* under the name of the model's spec.
    """

    activated_row = Signal(str)
    current_changed = Signal(str)

    def __init__(
        self, model: RecordModel[R], settings: SettingsStore, name: str, *, ticks: bool = True
    ) -> None:
        super().__init__()
        self.records = model
        self._settings = settings
        self._tick_anchor = -1
        self._fitted = False
        self._tickable = ticks
        self.setAccessibleName(name)
        self.setHorizontalHeader(TickHeader(self))
        self.setModel(model)
        model.setParent(self)
        self.setItemDelegate(RecordDelegate(model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setCornerWidget(QWidget())  # no frame where the scroll bars meet
        lines = self.verticalHeader()
        lines.setVisible(False)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(400)
        self._saving.timeout.connect(self.save_layout)
        self._folding = QTimer(self)
        self._folding.setInterval(FOLD_PAUSE)
        self._folding.timeout.connect(self._fold_some)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(TICK_COLUMN, QHeaderView.ResizeMode.Fixed)
        header.tick_clicked.connect(self._tick_header)
        header.setSectionHidden(TICK_COLUMN, not ticks)
        self._restore_layout()
        header.sortIndicatorChanged.connect(self._sort)
        for changed in (header.sectionResized, header.sectionMoved, header.sortIndicatorChanged):
            changed.connect(lambda *_: self._saving.start())
        model.ticks_changed.connect(self._show_tick_state)
        model.view_changed.connect(self._show_tick_state)
        model.view_changed.connect(self._fold_soon)
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().currentRowChanged.connect(self._tell_current)

    def header(self) -> TickHeader:
        header = self.horizontalHeader()
        assert isinstance(header, TickHeader)
        return header

    # --- Rows --------------------------------------------------------------------------------

    def current_id(self) -> str:
        """The id of the current row, "" for none."""
        return self.records.id_at(self.currentIndex().row())

    def selected_ids(self) -> list[str]:
        """Ids of the selected rows, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows(NAME_COLUMN))
        return [self.records.id_at(row) for row in rows]

    def show_row(self, identity: str) -> bool:
        """Make the row current and bring it into sight; False if it is not in view."""
        row = self.records.row_of(identity)
        if row < 0:
            return False
        index = self.records.index(row, NAME_COLUMN)
        self.selectionModel().setCurrentIndex(
            index,
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        return True

    def step_to(self, row: int) -> None:
        """Make *row* current; scroll no further than it takes to see it and its neighbour."""
        index = self.records.index(row, NAME_COLUMN)
        if not index.isValid():
            return
        self.selectionModel().setCurrentIndex(
            index,
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )
        below = self.records.index(min(row + 1, self.records.rowCount() - 1), NAME_COLUMN)
        self.scrollTo(below)
        self.scrollTo(index)

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Around a change of the rows in view: the current row stays where it is on the screen."""
        before = self.visualRect(self.currentIndex()).top() if self.currentIndex().isValid() else -1
        yield
        index = self.currentIndex()
        if before >= 0 and index.isValid():
            bar = self.verticalScrollBar()
            self.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.visualRect(index).top() - before)

    def take_focus(self) -> None:
        """Focus, with a current row if there is any row."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.currentIndex().isValid() and self.records.rowCount():
            self.selectRow(0)

    @contextmanager
    def whole_selection(self) -> Iterator[None]:
        """Around a change of the rows in view: if all are selected, they are so afterwards.

        Else each of 20,000 selected rows would be followed on its own.
        """
        selection = self.selectionModel().selection()
        chosen = sum(selection.at(part).height() for part in range(selection.count()))
        whole = chosen > 1000 and chosen == self.records.rowCount()
        if whole:
            self.clearSelection()
        yield
        if whole:
            self.selectAll()

    # --- Ticks -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._box_at(event)
        if not index.isValid():
            self._tick_anchor = -1
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        row = index.row()
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) != Qt.CheckState.Checked
        rows = range(row, row + 1)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._tick_anchor >= 0:
            rows = range(min(row, self._tick_anchor), max(row, self._tick_anchor) + 1)
        self._tick_anchor = row
        self.records.tick_rows(rows, ticked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._box_at(event).isValid():
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._box_at(event).isValid():
            self.mousePressEvent(event)  # two quick clicks are two clicks
        else:
            super().mouseDoubleClickEvent(event)

    def _box_at(self, event: QMouseEvent) -> QModelIndex:
        index = self.indexAt(event.position().toPoint())
        on_box = event.button() == Qt.MouseButton.LeftButton and index.column() == TICK_COLUMN
        return index if on_box else QModelIndex()

    def _tick_header(self) -> None:
        self.records.tick_view(self.records.view_tick_state() != Qt.CheckState.Checked)

    def _show_tick_state(self) -> None:
        self.header().show_tick_state(self.records.view_tick_state())

    # --- Keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space and not event.modifiers() and self._tickable:
            self._tick_selected()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id():
            self.activated_row.emit(self.current_id())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are for commands; searching has a field of its own."""

    def _tick_selected(self) -> None:
        identities = self.selected_ids() or [self.current_id()]
        ticked = set(self.records.ticked())
        self.records.set_ticked(identities, not ticked.issuperset(identities))

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() != TICK_COLUMN:
            self.activated_row.emit(self.records.id_at(index.row()))

    def _tell_current(self, current: QModelIndex) -> None:
        self.viewport().update()
        self.current_changed.emit(self.records.id_at(current.row()))

    # --- Layout ------------------------------------------------------------------------------

    def save_layout(self) -> None:
        """Write widths, order, hidden columns and sorting to the settings, if they are known."""
        self._saving.stop()
        if not self._fitted:
            return
        header = self.header()
        columns = self.records.spec.columns
        sections = range(1, len(columns) + 1)
        # A hidden section has no width of its own: keep the last one.
        known = self._layout().get("widths", {})
        widths = {
            columns[s - 1].key: header.sectionSize(s) or known.get(columns[s - 1].key, 0)
            for s in sections
        }
        order = sorted(sections, key=header.visualIndex)
        sorted_by = header.sortIndicatorSection()
        self._settings.set(
            self._setting(),
            {
                "widths": widths,
                "order": [columns[s - 1].key for s in order],
                "hidden": [columns[s - 1].key for s in sections if header.isSectionHidden(s)],
                "sort": columns[sorted_by - 1].key if sorted_by in sections else "",
                "descending": header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
            },
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._fitted and self.isVisible():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._set_row_height()

    def _set_row_height(self) -> None:
        height = self.fontMetrics().height()
        self.verticalHeader().setMinimumSectionSize(height)
        lines = round(height * 2 + 12) if self.records.spec.two_lines else round(height * 1.9)
        self.verticalHeader().setDefaultSectionSize(max(34, lines))

    def _fit(self) -> None:
        """Give each column its first or its saved width; flexible ones share what is left."""
        self._fitted = True
        saved = self._layout().get("widths")
        known = saved if isinstance(saved, dict) else {}
        header, columns = self.header(), self.records.spec.columns
        header.resizeSection(TICK_COLUMN, TICK_WIDTH)
        scale = max(1.0, self.fontMetrics().horizontalAdvance("0" * 10) / DIGITS_WIDTH)
        shown = {s: columns[s - 1] for s in range(1, len(columns) + 1)}
        shown = {s: c for s, c in shown.items() if not header.isSectionHidden(s)}
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        room = self.width() - (TICK_WIDTH if self._tickable else 0) - bar - 4
        fixed = sum(c.width for c in shown.values() if not c.flexible) * scale
        soft = sum(c.width for c in shown.values() if c.flexible) * scale
        factor = max(NARROWEST, (room - fixed) / soft) if soft else 1.0
        for section, column in shown.items():
            width = column.width * scale * (factor if column.flexible else 1.0)
            header.resizeSection(section, int(known.get(column.key) or width))
        self._saving.stop()

    def _restore_layout(self) -> None:
        layout, header = self._layout(), self.header()
        section_of = {c.key: s for s, c in enumerate(self.records.spec.columns, start=1)}
        for place, key in enumerate(layout.get("order", []), start=1):
            if key in section_of:
                header.moveSection(header.visualIndex(section_of[key]), place)
        hidden = layout.get("hidden", [c.key for c in self.records.spec.columns if c.hidden])
        for key in hidden:
            if key in section_of and section_of[key] != NAME_COLUMN:
                header.setSectionHidden(section_of[key], True)
        section = section_of.get(layout.get("sort", ""), NAME_COLUMN)
        order = Qt.SortOrder.AscendingOrder
        if layout.get("descending"):
            order = Qt.SortOrder.DescendingOrder
        header.setSortIndicator(section, order)
        self.records.sort(section, order)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        with self.whole_selection():
            self.records.sort(section, order)
        self.scrollTo(self.currentIndex())

    def _layout(self) -> dict[str, Any]:
        layout = self._settings.get(self._setting(), {})
        return layout if isinstance(layout, dict) else {}

    def _setting(self) -> str:
        return f"table.{self.records.spec.name}"

    def _fold_soon(self) -> None:
        """Not before the rows are on the screen."""
        if not self._folding.isActive():
            self._folding.start(FOLD_DELAY)

    def _fold_some(self) -> None:
        self._folding.setInterval(FOLD_PAUSE)
        if not self.records.fold_ahead(FOLD_STEP):
            self._folding.stop()

    def row_menu_point(self) -> QPoint:
        """Where a menu for the current row opens when the keyboard asked for it."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(rect.bottomLeft())
