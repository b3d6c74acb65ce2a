"""The list under the type-ahead field: headings, targets with their matches marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop_app.domain.records import Target
from desktop_app.domain.review import target_label
from desktop_app.ui.icons import pixmap
from desktop_app.ui.mapping.typeahead import Found, match_spans
from desktop_app.ui.mapping.words import target_detail
from desktop_app.ui.theme import Tone, scaled_font, theme

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class CreateLine:
    """The last line: make a new record of this name."""

    name: str

    @property
    def text(self) -> str:
        return f"Create “{self.name}” in QuickBooks…"


Line = Target | CreateLine | str

NO_INDEX = QModelIndex()
INACTIVE = "inactive in QuickBooks"
MARGIN = 10


class ChoiceModel(QAbstractListModel):
    """Targets and headings; headings cannot be chosen."""

    def __init__(self, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self.typed = ""

    def show_found(
        self,
        found: Found,
        typed: str,
        *,
        suggested: Sequence[Target] = (),
        create: str = "",
    ) -> None:
        """suggested: shown first, under a heading of their own. create: the name of the record
        that the last line would create, "" for no such line."""
        self.beginResetModel()
        self.typed = typed
        self.lines = ["Suggested", *suggested] if suggested else []
        if suggested and found.groups and not found.groups[0][0]:
            self.lines.append("All")
        for heading, targets in found.groups:
            if heading:
                self.lines.append(heading)
            self.lines += targets
        if found.total > found.shown:
            more = found.total - found.shown
            self.lines.append(f"{more:,} more: type on to narrow the list")
        if create:
            self.lines.append(CreateLine(create))
        self.endResetModel()

    def target_at(self, row: int) -> Target | None:
        line = self.lines[row] if 0 <= row < len(self.lines) else None
        return line if isinstance(line, Target) else None

    def create_at(self, row: int) -> CreateLine | None:
        line = self.lines[row] if 0 <= row < len(self.lines) else None
        return line if isinstance(line, CreateLine) else None

    def row_of(self, target_id: str) -> int:
        for row, line in enumerate(self.lines):
            if isinstance(line, Target) and line.id == target_id:
                return row
        return -1

    def first_active(self) -> int:
        """The first line that may be chosen without a second thought, -1 for none."""
        for row, line in enumerate(self.lines):
            if isinstance(line, Target):
                return row if line.active else -1
        return -1

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if isinstance(line, str):
            return line if role == Qt.ItemDataRole.DisplayRole else None
        if isinstance(line, CreateLine):
            words = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return line.text if role in words else None
        if role == Qt.ItemDataRole.DisplayRole:
            return target_label(line)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{target_label(line)}\n{detail_of(line)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (target_label(line), detail_of(line)) if part)
        return None


def detail_of(target: Target) -> str:
    """The grey text behind a target: what tells twins apart, and whether it is inactive."""
    parts = ["" if target.active else INACTIVE, target_detail(target), f"id {target.id}"]
    return "  ·  ".join(part for part in parts if part)


class ChoiceList(QListView):
    """Shows a :class:`ChoiceModel`. The focus stays in the field, which passes keys on."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = ChoiceModel(self)
        self.setModel(self.choices)
        self.setItemDelegate(_ChoiceDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Matches in QuickBooks")

    def chosen(self) -> Target | None:
        return self.choices.target_at(self.currentIndex().row())

    def choose(self, row: int) -> None:
        index = self.choices.index(row) if row >= 0 else NO_INDEX
        self.setCurrentIndex(index)
        if row <= 1:
            self.scrollToTop()

    def step(self, by: int) -> None:
        """Up or down over *by* targets; headings are passed over, the ends hold."""
        rows = [r for r, line in enumerate(self.choices.lines) if not isinstance(line, str)]
        if not rows:
            return
        current = self.currentIndex().row()
        if current not in rows:
            self.choose(rows[0] if by > 0 else rows[-1])
            return
        place = max(0, min(len(rows) - 1, rows.index(current) + by))
        self.choose(rows[place])


class _ChoiceDelegate(QStyledItemDelegate):
    def __init__(self, parent: ChoiceList) -> None:
        super().__init__(parent)
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, max(30, round(option.fontMetrics.height() * 1.8)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self._list
        line = view.choices.lines[index.row()]
        room = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        muted = QColor(theme().colour(Tone.MUTED))
        where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if isinstance(line, str):
            painter.setFont(scaled_font(0.9, bold=True))
            painter.setPen(muted)
            painter.drawText(room, where, line)
            return
        plain = theme().high_contrast and bool(option.state & QStyle.StateFlag.State_Selected)
        if plain:
            muted = QColor(theme().colour(Tone.SELECTED))
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        view.style().drawPrimitive(panel, option, painter, view)
        if isinstance(line, CreateLine):
            size = 16
            tone = Tone.SELECTED if plain else Tone.ACCENT
            picture = pixmap("plus", tone, size, view.devicePixelRatioF())
            painter.drawPixmap(room.x(), room.y() + (room.height() - size) // 2, picture)
            room.setLeft(room.left() + size + 7)
            painter.setFont(option.font)
            painter.setPen(QColor(theme().colour(tone)))
            cut = option.fontMetrics.elidedText(
                line.text, Qt.TextElideMode.ElideMiddle, room.width()
            )
            painter.drawText(room, where, cut)
            return
        if not line.active:
            size = 16
            tone = Tone.SELECTED if plain else Tone.WARNING
            picture = pixmap("ban", tone, size, view.devicePixelRatioF())
            painter.drawPixmap(room.x(), room.y() + (room.height() - size) // 2, picture)
            room.setLeft(room.left() + size + 7)
        painter.setFont(option.font)
        label, metrics = target_label(line), option.fontMetrics
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room.width())
        painter.save()
        if theme().high_contrast:  # which has no soft grounds
            painter.setPen(muted if plain else QColor(theme().colour(Tone.TEXT)))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().soft(Tone.WARNING)))
        for start, length in match_spans(label, view.choices.typed):
            left = room.x() + metrics.horizontalAdvance(label[:start])
            wide = metrics.horizontalAdvance(label[: start + length]) - (left - room.x())
            height = metrics.height() + 2
            mark = QRect(left - 1, room.center().y() - height // 2, wide + 2, height)
            painter.drawRoundedRect(mark.intersected(room.adjusted(-2, 0, 2, 0)), 3, 3)
        painter.restore()
        text = QColor(theme().colour(Tone.SELECTED if plain else Tone.TEXT))
        painter.setPen(text if line.active else muted)
        painter.drawText(room, where, shown)
        room.setLeft(room.left() + metrics.horizontalAdvance(shown) + 12)
        if room.width() > metrics.averageCharWidth() * 5:
            painter.setPen(muted)
            cut = metrics.elidedText(detail_of(line), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, where, cut)
