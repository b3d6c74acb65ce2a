"""The table's header: a check box for the rows in view, sorting by click, columns to choose."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
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
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        model = self.model()
        shown = [s for s in range(1, self.count()) if not self.isSectionHidden(s)]
        for section in range(1, self.count()):
            title = model.headerData(section, Qt.Orientation.Horizontal)
            action = menu.addAction(str(title))
            action.setCheckable(True)
            action.setChecked(section in shown)
            # The name stays, and a table without columns could not be mended.
            action.setEnabled(section != 1 and (section not in shown or len(shown) > 1))
            action.toggled.connect(lambda on, s=section: self.setSectionHidden(s, not on))
        menu.popup(self.mapToGlobal(point))
