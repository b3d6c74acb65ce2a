"""How cells are painted: a quiet second text, check boxes in the middle, the current row marked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.ui.icons import pixmap
from desktop_app.ui.tables.columns import Column
from desktop_app.ui.tables.model import TICK_COLUMN, RecordModel
from desktop_app.ui.theme import Tone, theme

Index = QModelIndex | QPersistentModelIndex

MARGIN = 8
MARK_WIDTH = 3
DETAIL_GAP = 10
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ELIDE = Qt.TextElideMode.ElideRight
PANEL = QStyle.PrimitiveElement.PE_PanelItemViewItem
TICK = ((0.24, 0.52), (0.43, 0.70), (0.76, 0.31))
DASH = ((0.26, 0.5), (0.74, 0.5))


def draw_check_box(painter: QPainter, widget: QWidget, rect: QRect, state: Qt.CheckState) -> None:
    """A check box in the middle of *rect*.

    Drawn by hand: a style sheet's own indicators can be had only inside the style's items, and
    the header needs the same box.
    """
    side = widget.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, widget) | 1
    side = max(15, side)
    box = QRectF(0, 0, side, side)
    box.moveCenter(QRectF(rect).center())
    colours = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    on = state != Qt.CheckState.Unchecked
    painter.setPen(QColor(colours.colour(Tone.ACCENT if on else Tone.MUTED)))
    painter.setBrush(QColor(colours.colour(Tone.ACCENT)) if on else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)
    if on:
        inside = widget.palette().color(QPalette.ColorRole.Base)
        pen = QPen(inside, side / 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        shape = TICK if state == Qt.CheckState.Checked else DASH
        painter.drawPolyline([QPointF(box.x() + x * side, box.y() + y * side) for x, y in shape])
    painter.restore()


class RecordDelegate(QStyledItemDelegate):
    """For :class:`~desktop_app.ui.tables.view.RecordTable`.

    It asks the model's records and columns, not its roles, and keeps its colours: a screen full
    of cells is some thousand calls otherwise, and typing in the search box feels them.
    """

    def __init__(self, model: RecordModel[Any], parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._model = model
        self._view = parent
        self._take_colours()
        theme().changed.connect(self._take_colours)

    def _take_colours(self) -> None:
        colours = theme()
        self._text = QColor(colours.colour(Tone.TEXT))
        self._muted = QColor(colours.colour(Tone.MUTED))
        self._accent = QColor(colours.colour(Tone.ACCENT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, model, row, place = self._view, self._model, index.row(), index.column()
        record = model.record_at(row)
        if record is None:
            return
        view.style().drawPrimitive(PANEL, option, painter, view)
        rect = option.rect
        if place == TICK_COLUMN:
            draw_check_box(painter, view, rect, model.tick_state(row))
            # The row that the keys act on; without ticks the selection alone shows it.
            if view.hasFocus() and row == view.currentIndex().row():
                strip = QRect(rect.x(), rect.y(), MARK_WIDTH, rect.height())
                painter.fillRect(strip, self._accent)
            return
        column = model.spec.columns[place - 1]
        room = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        mark = column.mark(record) if column.mark is not None else None
        if mark is not None:
            size = option.decorationSize.height()
            picture = pixmap(mark.icon, mark.tone, size, view.devicePixelRatioF())
            painter.drawPixmap(room.x(), room.y() + (room.height() - size) // 2, picture)
            room.setLeft(room.left() + size + 7)
        text = column.text(record)
        detail = column.detail(record) if column.detail is not None else ""
        if text or detail:
            if theme().high_contrast and option.state & QStyle.StateFlag.State_Selected:
                chosen = option.palette.color(QPalette.ColorRole.HighlightedText)
                pens = (chosen, chosen)
            else:
                pens = (self._muted if column.quiet else self._text, self._muted)
            painter.setPen(pens[0])
            self._draw_texts(painter, option.fontMetrics, room, text, detail, column, pens[1])

    def _draw_texts(
        self,
        painter: QPainter,
        metrics: QFontMetrics,
        room: QRect,
        text: str,
        detail: str,
        column: Column[Any],
        quiet: QColor,
    ) -> None:
        """*text* in the present pen, and behind it what there is room for of *detail*."""
        where = RIGHT if column.numeric else LEFT
        wide = metrics.horizontalAdvance(text)
        if wide > room.width():
            text = metrics.elidedText(text, ELIDE, room.width())
        painter.drawText(room, where, text)
        if not detail:
            return
        room.setLeft(room.left() + wide + (DETAIL_GAP if text else 0))
        if room.width() > metrics.averageCharWidth() * 4:
            painter.setPen(quiet)
            if metrics.horizontalAdvance(detail) > room.width():
                detail = metrics.elidedText(detail, ELIDE, room.width())
            painter.drawText(room, where, detail)
