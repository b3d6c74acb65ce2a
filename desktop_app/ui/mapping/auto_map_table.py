"""The table of Auto Map's dialog: group lines across, ticks, a drop-down where one must choose."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop_app.domain.proposals import Group, Proposal
from desktop_app.domain.review import target_label
from desktop_app.ui.icons import pixmap
from desktop_app.ui.mapping.auto_map_model import (
    EVIDENCE,
    GAP,
    SCORE,
    SOURCE,
    TARGET,
    TICK,
    ProposalModel,
)
from desktop_app.ui.mapping.words import source_detail, target_detail
from desktop_app.ui.tables.delegate import MARGIN, PANEL, draw_check_box
from desktop_app.ui.theme import Tone, scaled_font, theme

Index = QModelIndex | QPersistentModelIndex
WIDTHS = {TICK: 44, SCORE: 62, GAP: 62}
SHARES = {SOURCE: 0.28, TARGET: 0.38, EVIDENCE: 0.34}
ELIDE = Qt.TextElideMode.ElideRight


class ProposalTable(QTableView):
    """Space ticks, Left and Right close and open a group, Return or a click on “Choose…” offers
    the candidates, 1 to 9 take one, Delete rejects the pair."""

    rejected = Signal(str)  # a source id: never this pair again

    def __init__(self, model: ProposalModel) -> None:
        super().__init__()
        self.proposals = model
        self.setModel(model)
        self.setAccessibleName("Proposed mappings")
        self.setItemDelegate(_ProposalDelegate(model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        lines = self.verticalHeader()
        lines.setVisible(False)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(TICK, QHeaderView.ResizeMode.Fixed)
        model.lines_changed.connect(self._span_groups)

    # --- What a person does ------------------------------------------------------------------

    def current_proposal(self) -> Proposal | None:
        return self.proposals.proposal_at(self.currentIndex().row())

    def show_line(self, source_id: str) -> None:
        row = self.proposals.row_of(source_id)
        if row >= 0:
            self.selectRow(row)

    def offer_candidates(self, row: int) -> QMenu | None:
        """A menu of the line's candidates; none of them is marked as the default."""
        proposal = self.proposals.proposal_at(row)
        if proposal is None or not proposal.candidates:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(f"Candidates for {proposal.source.name}")
        chosen = self.proposals.candidate(proposal)
        for number, candidate in enumerate(proposal.candidates, start=1):
            parts = [f"&{number}  {target_label(candidate.target)}", f"{candidate.score:.2f}"]
            parts += [target_detail(candidate.target), candidate.caution]
            action = QAction("  ·  ".join(part for part in parts if part), menu)
            action.setCheckable(chosen is not None)
            action.setChecked(chosen is candidate)
            action.triggered.connect(
                lambda _=False, target=candidate.target.id: self.proposals.choose(
                    proposal.source.id, target
                )
            )
            menu.addAction(action)
        place = self.visualRect(self.proposals.index(row, TARGET)).bottomLeft()
        menu.popup(self.viewport().mapToGlobal(place))
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        line = self.proposals.line_at(index.row())
        if line is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if index.column() == TICK:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.proposals.toggle([index.row()])
        elif isinstance(line, Group):
            self._open(index.row(), not self.proposals.opened(line))
        else:
            super().mousePressEvent(event)
            if index.column() == TARGET and line.group is Group.AMBIGUOUS:
                self.offer_candidates(index.row())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.column() != TICK:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        line = self.proposals.line_at(row)
        if key == Qt.Key.Key_Space and not event.modifiers():
            rows = {index.row() for index in self.selectionModel().selectedRows(SOURCE)} or {row}
            self.proposals.toggle(rows)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(line, Group):
            self._open(row, key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            if isinstance(line, Group):
                self._open(row, not self.proposals.opened(line))
            else:
                self.offer_candidates(row)
        elif key == Qt.Key.Key_Delete and isinstance(line, Proposal):
            self.rejected.emit(line.source.id)
        elif event.text().isdigit() and isinstance(line, Proposal):
            place = int(event.text()) - 1
            if 0 <= place < len(line.candidates):
                self.proposals.choose(line.source.id, line.candidates[place].target.id)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Searching has a field of its own."""

    def _open(self, row: int, opened: bool) -> None:
        line = self.proposals.line_at(row)
        if isinstance(line, Group):
            top = self.verticalScrollBar().value()
            self.proposals.set_open(line, opened)
            place = self.proposals.lines.index(line)
            self.setCurrentIndex(self.proposals.index(place, SOURCE))
            self.verticalScrollBar().setValue(top)

    # --- Look --------------------------------------------------------------------------------

    def _span_groups(self) -> None:
        self.clearSpans()
        for row, line in enumerate(self.proposals.lines):
            if isinstance(line, Group):
                self.setSpan(row, SOURCE, 1, EVIDENCE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        header = self.horizontalHeader()
        scale = max(1.0, self.fontMetrics().horizontalAdvance("0" * 10) / 76)
        room = self.viewport().width()
        for section, width in WIDTHS.items():
            header.resizeSection(section, int(width * (1 if section == TICK else scale)))
            room -= header.sectionSize(section)
        for section, share in SHARES.items():
            header.resizeSection(section, max(120, int(room * share)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._set_row_height()

    def _set_row_height(self) -> None:
        height = self.fontMetrics().height()
        self.verticalHeader().setDefaultSectionSize(max(32, round(height * 1.8)))

    def menu_point(self) -> QPoint:
        return self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())


class _ProposalDelegate(QStyledItemDelegate):
    def __init__(self, model: ProposalModel, view: ProposalTable) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._model.line_at(index.row())
        if line is None:
            return
        view, colours = self._view, theme()
        if isinstance(line, Group):
            painter.fillRect(option.rect, QColor(colours.soft(Tone.MUTED)))
        view.style().drawPrimitive(PANEL, option, painter, view)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.column() == TICK:
            self._paint_tick(painter, option.rect, line, selected)
        elif isinstance(line, Group):
            self._paint_group(painter, option, line)
        else:
            self._paint_cell(painter, option, line, index.column())
        if view.hasFocus() and index.row() == view.currentIndex().row() and index.column() == TICK:
            strip = QRect(option.rect.x(), option.rect.y(), 3, option.rect.height())
            painter.fillRect(strip, QColor(colours.colour(Tone.ACCENT)))

    def _paint_tick(
        self, painter: QPainter, rect: QRect, line: Group | Proposal, selected: bool
    ) -> None:
        if isinstance(line, Group):
            something = self._model.tickable(line) > 0
        else:
            something = self._model.candidate(line) is not None
        if something:
            state = self._model.tick_state(line)
            draw_check_box(painter, self._view, rect, state, selected=selected)

    def _paint_group(self, painter: QPainter, option: QStyleOptionViewItem, group: Group) -> None:
        room = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        name = "chevron-down" if self._model.opened(group) else "chevron-right"
        size = 16
        plain = theme().high_contrast and bool(option.state & QStyle.StateFlag.State_Selected)
        tone = Tone.SELECTED if plain else Tone.MUTED
        picture = pixmap(name, tone, size, self._view.devicePixelRatioF())
        painter.drawPixmap(room.x(), room.center().y() - size // 2, picture)
        room.setLeft(room.left() + size + 7)
        painter.save()
        painter.setFont(scaled_font(1.0, bold=True))
        painter.setPen(QColor(theme().colour(Tone.SELECTED if plain else Tone.TEXT)))
        where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        text = painter.fontMetrics().elidedText(
            self._model.text(group, SOURCE), ELIDE, room.width()
        )
        painter.drawText(room, where, text)
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, proposal: Proposal, column: int
    ) -> None:
        room = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        text = self._model.text(proposal, column)
        candidate = self._model.candidate(proposal)
        detail, tone, icon = "", Tone.TEXT, None
        if column == SOURCE:
            detail = source_detail(proposal.source)
        elif column == TARGET and candidate is not None:
            detail = target_detail(candidate.target)
            icon = ("forward", Tone.MUTED)
        elif column == TARGET and proposal.candidates:
            tone, icon = Tone.ACCENT, ("chevron-down", Tone.ACCENT)
        elif column in (SCORE, GAP, EVIDENCE):
            tone = Tone.MUTED
            if column == EVIDENCE and candidate is not None and candidate.caution:
                icon = ("warning", Tone.WARNING)
        plain = theme().high_contrast and bool(option.state & QStyle.StateFlag.State_Selected)
        if icon is not None:
            size, name = 16, icon[0]
            colour = Tone.SELECTED if plain else icon[1]
            picture = pixmap(name, colour, size, self._view.devicePixelRatioF())
            painter.drawPixmap(room.x(), room.center().y() - size // 2, picture)
            room.setLeft(room.left() + size + 7)
        pen = option.palette.highlightedText().color() if plain else QColor(theme().colour(tone))
        painter.setPen(pen)
        right = column in (SCORE, GAP)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        metrics = option.fontMetrics
        shown = metrics.elidedText(text, ELIDE, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        room.setLeft(room.left() + metrics.horizontalAdvance(shown) + 10)
        if detail and room.width() > metrics.averageCharWidth() * 5:
            painter.setPen(pen if plain else QColor(theme().colour(Tone.MUTED)))
            cut = metrics.elidedText(detail, ELIDE, room.width())
            painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, cut)
