"""A list to work through: filter chips with counts, search, the table, what stands for nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.ports import SettingsStore
from desktop_app.ui.tables.columns import R, TableSpec
from desktop_app.ui.tables.facets import Facet, FacetButton
from desktop_app.ui.tables.flow import FlowLayout
from desktop_app.ui.tables.model import RecordModel
from desktop_app.ui.tables.prepared import Prepared
from desktop_app.ui.tables.view import RecordTable
from desktop_app.ui.theme import scaled_font
from desktop_app.ui.widgets import Button, Chip, EmptyState, SearchField

__all__ = ["ChipSpec", "Empty", "Facet", "RecordBrowser"]

NARROW = 700
CHIP_FRAME = 30
"""What a chip needs left and right of its text."""


@dataclass(frozen=True, slots=True)
class ChipSpec:
    """A filter chip. tag: of the table's spec, "" for all rows. tip: what it holds.

    optional: shown only while there is such a row.
    """

    tag: str
    label: str
    tip: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What is shown when there is no record at all."""

    icon: str
    title: str
    text: str
    button: str = ""
    action: Callable[[], object] | None = None


class RecordBrowser(QWidget, Generic[R]):
    """Chips, search and table over one list of records.

    A row that a change takes out of the filter stays in view until another row is current, so
    that nothing jumps under the user. :attr:`bar` is shown below the table while rows are ticked.
    tools_apart: the owner finds a place for :attr:`search` and :attr:`facets` itself.
    """

    filter_changed = Signal()

    def __init__(
        self,
        spec: TableSpec[R],
        settings: SettingsStore,
        *,
        name: str,
        chips: Sequence[ChipSpec],
        placeholder: str,
        empty: Empty,
        ticks: bool = True,
        facets: Sequence[Facet] = (),
        tools_apart: bool = False,
    ) -> None:
        super().__init__()
        self._tips = {chip.tag: chip.tip for chip in chips}
        self._ticked_note = ""
        self._optional = {chip.tag for chip in chips if chip.optional}
        self.model: RecordModel[R] = RecordModel(spec)
        self.table: RecordTable[R] = RecordTable(self.model, settings, name, ticks=ticks)
        self.search = SearchField(placeholder)
        self.search.setMinimumWidth(260)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.table.installEventFilter(self)
        self._kept = self._last = ""
        self._empty = empty
        self.chips: dict[str, Chip] = {}
        self.chip_texts = {chip.tag: chip.label for chip in chips}

        group = QButtonGroup(self)
        chip_row = QWidget()
        chip_row.setAccessibleName("Filter")
        flow = FlowLayout(chip_row)
        for wanted in chips:
            chip = Chip(wanted.label, tip=wanted.tip)
            chip.clicked.connect(self._filter)
            group.addButton(chip)
            flow.addWidget(chip)
            self.chips[wanted.tag] = chip
        self.chips[chips[0].tag].setChecked(True)
        policy = chip_row.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        chip_row.setSizePolicy(policy)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(12)
        self._top.addWidget(chip_row, 1)
        self.facets = FacetButton(facets, self.model.counts, self._filter)
        if not facets:
            self.facets.hide()
        if not tools_apart:
            tools = QHBoxLayout()
            tools.setSpacing(12)
            for tool in (self.facets, self.search):
                tools.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
            self._top.addLayout(tools)

        self.nothing = EmptyState(empty.icon, empty.title, empty.text, empty.button, self._act)
        self.no_match = EmptyState(
            "filter", "No row matches", "", "Clear filter", self.clear_filter
        )
        self.no_match.button.installEventFilter(self)
        self.stack = QStackedWidget()
        for page in (self.table, self.nothing, self.no_match):
            self.stack.addWidget(page)
        for page in (self.nothing, self.no_match):  # they take what room there is
            page.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

        self.bar = QFrame()
        self.bar.setProperty("role", "card")
        self.bar.setVisible(False)
        self.bar_layout = QHBoxLayout(self.bar)
        self.bar_layout.setSpacing(10)
        self.ticked_text = QLabel()
        self.ticked_text.setTextFormat(Qt.TextFormat.PlainText)
        self.bar_layout.addWidget(self.ticked_text)
        self.bar_layout.addStretch(1)
        self.untick_button = Button(
            "Untick all", self.model.clear_ticks, role="quiet", name="Untick all rows"
        )
        self.bar_layout.addWidget(self.untick_button)

        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top)
        self._column.addWidget(self.stack, 1)
        self._column.addWidget(self.bar)
        self._low = False
        self.set_low(False)
        self.model.view_changed.connect(self._show_state)
        self.model.ticks_changed.connect(self._show_bar)
        self.table.current_changed.connect(self._current_changed)
        self._refilter = QTimer(self)
        self._refilter.setSingleShot(True)
        self._refilter.timeout.connect(self._let_go)
        self._show_state()

    # --- Records -----------------------------------------------------------------------------

    def set_records(self, records: Sequence[R]) -> None:
        """Show *records*; ticks, selection, current row and scroll position stay."""
        self._kept = self.table.current_id()
        self.model.set_records(records, keep=[self._kept] if self._kept else ())

    def set_prepared(self, made: Prepared[R]) -> None:
        """Show records that a worker has prepared, in a browser that had none."""
        self.model.set_prepared(made)

    def set_empty(self, empty: Empty) -> None:
        self._empty = empty
        self.nothing.picture.set_picture(empty.icon, self.nothing.picture._tone)
        self.nothing.say(empty.title, empty.text, empty.button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        below = event.size().width() < NARROW  # chips and tools do not fit beside each other
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._top.setDirection(down if below else right)

    def set_low(self, low: bool) -> None:
        """Leave more of a low window to the table: less space around, no chips of nothing."""
        self._low = low
        self._column.setSpacing(6 if low else 12)
        self.bar_layout.setContentsMargins(14, 2 if low else 8, 10, 2 if low else 8)
        self._show_counts()

    def show_numbers(self, texts: dict[str, tuple[str, str]]) -> None:
        """Something after the count on a chip, by tag: an amount, short and in full."""
        self._numbers = texts
        self._show_counts()

    def note_ticked(self, note: str) -> None:
        """Something about the ticked rows, after their number."""
        self._ticked_note = note
        self._show_bar()

    # --- Filter ------------------------------------------------------------------------------

    def tag(self) -> str:
        return next((tag for tag, chip in self.chips.items() if chip.isChecked()), "")

    def choose(self, tag: str) -> None:
        """Press a chip."""
        self.chips[tag].setChecked(True)
        self._filter()

    def clear_filter(self) -> None:
        """All rows, no search; the focus goes to the table."""
        next(iter(self.chips.values())).setChecked(True)
        self.facets.clear()
        self.search.clear()
        self._filter()
        self.table.take_focus()

    def leave_or_clear(self) -> None:
        """What Esc does: leave the field for the rows; there, clear the filter."""
        if self.search.hasFocus() and self.model.rowCount():
            self.table.take_focus()
        elif self.search.hasFocus() and self.no_match.isVisible():
            self.no_match.button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.search.hasFocus():
            self.search.clear()
        else:
            self.clear_filter()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def reveal(self, identity: str) -> bool:
        """Bring a record into sight, whatever the filter; False if there is none of that id."""
        if self.model.record(identity) is None:
            return False
        if self.model.row_of(identity) < 0:
            self.clear_filter()
        self.table.take_focus()
        return self.table.show_row(identity)

    def _filter(self) -> None:
        self._kept = ""
        with self.table.whole_selection():
            self.model.set_filter(self.search.text(), self.tag(), also=self.facets.chosen())
        current = self.table.currentIndex()
        if current.isValid():
            self.table.scrollTo(current)
        else:
            self._take_up()
        self._show_state()  # the words of an empty list name the search
        self.filter_changed.emit()

    def _take_up(self) -> None:
        """The current row is not in view any more: the one that was current last, or the first,
        takes its place, so that keys go on working."""
        self.table.scrollToTop()
        if self._last and self.model.rowCount():
            self.table.step_to(max(0, self.model.row_of(self._last)))

    def _current_changed(self, identity: str) -> None:
        if self.table.hasFocus() or not self._last:
            self._last = identity or self._last
        if self._kept and identity and identity != self._kept:
            self._refilter.start(0)

    def _let_go(self) -> None:
        """The row that was kept in view has lost the focus."""
        self._kept = ""
        with self.table.steady():
            self.model.refilter()

    # --- What is shown -----------------------------------------------------------------------

    _numbers: dict[str, tuple[str, str]] = {}  # noqa: RUF012 - replaced, never changed

    def _show_counts(self) -> None:
        counts = self.model.counts()
        for tag, chip in self.chips.items():
            chip.set_count(counts[tag] if tag else len(self.model.records))
            short, whole = self._numbers.get(tag, ("", ""))
            if short:
                chip.setText(f"{chip.text()}  ·  {short}")
            if whole:
                chip.setAccessibleName(f"{chip.accessibleName()}, {whole}")
            chip.setToolTip("\n".join(line for line in (self._tips[tag], whole) if line))
            # Its text is bold while it is chosen, for which its size hint leaves no room.
            bold = QFontMetrics(scaled_font(1.0, bold=True))
            chip.setMinimumWidth(bold.horizontalAdvance(chip.text()) + CHIP_FRAME)
            spare = (self._low and bool(tag)) or tag in self._optional
            chip.setVisible(not spare or counts[tag] > 0 or chip.isChecked())

    def _show_state(self) -> None:
        self._show_counts()
        self._show_bar()
        if self.model.rowCount():
            page: QWidget = self.table
        elif not self.model.records:
            page = self.nothing
        else:
            page = self.no_match
            searched = self.search.text().strip()
            chip = self.chip_texts.get(self.tag(), "")
            parts = [f"“{searched}”"] if searched else []
            parts += [f"the filter “{chip}”"] if self.tag() else []
            parts += [f"“{word}”" for word in self.facets.words()]
            self.no_match.say("No row matches", f"Nothing matches {' and '.join(parts)}.")
        if self.stack.currentWidget() is not page:
            had_focus = self.table.hasFocus() or self.no_match.button.hasFocus()
            self.stack.setCurrentWidget(page)
            if had_focus:
                self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_bar(self) -> None:
        ticked = self.model.tick_count()
        hidden = self.model.ticked_out_of_view()
        text = f"{ticked:,} ticked"
        if hidden:
            text += f" ({hidden:,} not in view)"
        if self._ticked_note:
            text += f"  ·  {self._ticked_note}"
        self.ticked_text.setText(text)
        self.bar.setVisible(ticked > 0)

    def _act(self) -> None:
        if self._empty.action is not None:
            self._empty.action()

    # --- Keys --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = not event.modifiers() or event.modifiers() == Qt.KeyboardModifier.KeypadModifier
            if watched is self.search and event.key() in (
                Qt.Key.Key_Down,
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            ):
                if self.model.rowCount():
                    self.table.take_focus()
                return True
            if plain and event.key() == Qt.Key.Key_Escape:
                self.leave_or_clear()
                return True
            if watched is self.table and event.text() == "/":
                self.focus_search()
                return True
        return super().eventFilter(watched, event)
