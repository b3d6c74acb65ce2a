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


def draw_check_box(
    painter: QPainter,
    widget: QWidget,
    rect: QRect,
    state: Qt.CheckState,
    *,
    selected: bool = False,
) -> None:
    """A check box in the middle of *rect*. selected: on the ground of a selected row.

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
    high = selected and colours.high_contrast
    full, empty = (Tone.SELECTED, Tone.SELECTED) if high else (Tone.ACCENT, Tone.MUTED)
    painter.setPen(QColor(colours.colour(full if on else empty)))
    painter.setBrush(QColor(colours.colour(full)) if on else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)
    if on:
        ground = QPalette.ColorRole.Highlight if high else QPalette.ColorRole.Base
        inside = widget.palette().color(ground)
        pen = QPen(inside, side / 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        shape = TICK if state == Qt.CheckState.Checked else DASH
        painter.drawPolyline([QPointF(box.x() + x * side, box.y() + y * side) for x, y in shape])
    painter.restore()


def split_text(text: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """What of *text* has room in a line, and the rest; it is broken between words."""
    if metrics.horizontalAdvance(text) <= width:
        return text, ""
    end = text.rfind(" ")
    while end > 0 and metrics.horizontalAdvance(text[:end]) > width:
        end = text.rfind(" ", 0, end)
    if end <= 0:
        return metrics.elidedText(text, ELIDE, width), ""
    return text[:end].rstrip(), text[end:].strip()


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
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if place == TICK_COLUMN:
            draw_check_box(painter, view, rect, model.tick_state(row), selected=selected)
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
            tone = Tone.SELECTED if selected and theme().high_contrast else mark.tone
            picture = pixmap(mark.icon, tone, size, view.devicePixelRatioF())
            painter.drawPixmap(room.x(), room.y() + (room.height() - size) // 2, picture)
            room.setLeft(room.left() + size + 7)
        text = column.text(record)
        detail = column.detail(record) if column.detail is not None else ""
        if text or detail:
            if theme().high_contrast and selected:
                chosen = option.palette.color(QPalette.ColorRole.HighlightedText)
                pens = (chosen, chosen)
            else:
                pens = (self._muted if column.quiet else self._text, self._muted)
            painter.setPen(pens[0])
            draw = self._draw_lines if model.spec.two_lines else self._draw_texts
            draw(painter, option.fontMetrics, room, text, detail, column, pens[1])

    def _draw_lines(
        self,
        painter: QPainter,
        metrics: QFontMetrics,
        room: QRect,
        text: str,
        detail: str,
        column: Column[Any],
        quiet: QColor,
    ) -> None:
        """*text* and below it *detail*; a text that needs both lines has them."""
        first, second = text, detail
        if not text:
            first, second = split_text(detail, metrics, room.width())
            painter.setPen(quiet)
        elif metrics.horizontalAdvance(text) > room.width():
            first, second = split_text(text, metrics, room.width())
            quiet = painter.pen().color()
        where = RIGHT if column.numeric else LEFT
        if not second:
            painter.drawText(room, where, first)
            return
        height, middle = metrics.height(), room.center().y()
        painter.drawText(QRect(room.x(), middle - height, room.width(), height), where, first)
        painter.setPen(quiet)
        if metrics.horizontalAdvance(second) > room.width():
            second = metrics.elidedText(second, ELIDE, room.width())
        painter.drawText(QRect(room.x(), middle + 1, room.width(), height), where, second)

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
