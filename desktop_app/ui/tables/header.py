"""The table's header: a check box for the rows in view, sorting by click, columns to choose."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QActionGroup, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from desktop_app.ui.tables.delegate import draw_check_box
from desktop_app.ui.tables.model import TICK_COLUMN


class TickHeader(QHeaderView):
    """Section 0 holds the check box; *tick_state* is what it shows."""

    tick_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.tick_state = Qt.CheckState.Unchecked
        self._pressed = False
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumSectionSize(40)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._choose_columns)

    def show_tick_state(self, state: Qt.CheckState) -> None:
        if state != self.tick_state:
            self.tick_state = state
            self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        super().paintSection(painter, rect, logical)
        if logical == TICK_COLUMN:
            draw_check_box(painter, self, rect, self.tick_state)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._on_box(event.position().toPoint())
        if not self._pressed:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed:
            super().mouseReleaseEvent(event)
            return
        self._pressed = False
        if event.button() == Qt.MouseButton.LeftButton and self._on_box(event.position().toPoint()):
            self.tick_clicked.emit()

    def _on_box(self, point: QPoint) -> bool:
        """Inside section 0, but not on the edge by which its width is dragged."""
        return self.logicalIndexAt(point) == TICK_COLUMN

    def _choose_columns(self, point: QPoint) -> None:
        self.menu().popup(self.mapToGlobal(point))

    def open_menu(self) -> None:
        """The same by key: below the header."""
        self.menu().popup(self.mapToGlobal(QPoint(8, self.height())))

    def menu(self) -> QMenu:
        """Which columns are shown, and by which of them the rows are sorted."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("Columns and sorting")
        menu.addMenu(self._sort_menu(menu))
        menu.addSeparator()
        shown = [s for s in range(1, self.count()) if not self.isSectionHidden(s)]
        for section in range(1, self.count()):
            action = menu.addAction(self._title(section))
            action.setCheckable(True)
            action.setChecked(section in shown)
            # The name stays, and a table without columns could not be mended.
            action.setEnabled(section != 1 and (section not in shown or len(shown) > 1))
            action.toggled.connect(lambda on, s=section: self.setSectionHidden(s, not on))
        return menu

    def _sort_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu("Sort by", parent)
        order, sorted_by = self.sortIndicatorOrder(), self.sortIndicatorSection()
        group = QActionGroup(menu)
        for section in range(1, self.count()):
            action = group.addAction(menu.addAction(self._title(section)))
            action.setCheckable(True)
            action.setChecked(section == sorted_by)
            action.triggered.connect(lambda _=False, s=section: self.setSortIndicator(s, order))
        menu.addSeparator()
        down = Qt.SortOrder.DescendingOrder
        backwards = menu.addAction("From the greatest to the least")
        backwards.setCheckable(True)
        backwards.setChecked(order == down)
        backwards.toggled.connect(
            lambda on: self.setSortIndicator(
                self.sortIndicatorSection(), down if on else Qt.SortOrder.AscendingOrder
            )
        )
        return menu

    def _title(self, section: int) -> str:
        return str(self.model().headerData(section, Qt.Orientation.Horizontal))
