"""Filtering by more facts than there is room for chips: a button that opens a panel of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui.icons import keep_icon
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.widgets import Button, Heading


@dataclass(frozen=True, slots=True)
class Facet:
    """One fact to filter by. values: tag "facet:value" of the table's spec, and its word. marks:
    the icon that the table shows with a value, by tag."""

    title: str
    values: tuple[tuple[str, str], ...]
    marks: MappingOf[str, Mark] = field(default_factory=dict)


class FacetPanel(QFrame):
    """Stays open while boxes are ticked; Return, Esc or a click elsewhere closes it."""

    changed = Signal()
    closed = Signal()

    def __init__(self, facets: Sequence[Facet], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAccessibleName("Filters")
        self.boxes: dict[str, QCheckBox] = {}
        self._words: dict[str, str] = {}
        self._headings: list[tuple[Heading, tuple[str, ...]]] = []
        columns = [QVBoxLayout(), QVBoxLayout()]
        for number, facet in enumerate(facets):
            # The first half of the facts at the left, the others at the right.
            column = columns[number * len(columns) // max(1, len(facets))]
            heading = Heading(facet.title, 3)
            self._headings.append((heading, tuple(tag for tag, _word in facet.values)))
            column.addWidget(heading)
            for tag, word in facet.values:
                box = QCheckBox(word)
                box.toggled.connect(lambda _on: self.changed.emit())
                if tag in facet.marks:
                    keep_icon(box, facet.marks[tag].icon, facet.marks[tag].tone)
                self.boxes[tag], self._words[tag] = box, word
                column.addWidget(box)
            column.addSpacing(6)
        self.none_button = Button("No further filter", self.untick, role="link")
        both = QHBoxLayout()
        both.setSpacing(28)
        for column in columns:
            column.setSpacing(2)
            column.addStretch(1)
            both.addLayout(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 8)
        whole.setSpacing(4)
        whole.addLayout(both)
        whole.addWidget(self.none_button, 0, Qt.AlignmentFlag.AlignLeft)

    def chosen(self) -> list[str]:
        """The tags that are ticked."""
        return [tag for tag, box in self.boxes.items() if box.isChecked()]

    def word(self, tag: str) -> str:
        return self._words[tag]

    def untick(self) -> None:
        self.clear()
        self.changed.emit()

    def clear(self) -> None:
        """Untick all, without a word to anybody."""
        for box in self.boxes.values():
            blocked = box.blockSignals(True)
            box.setChecked(False)
            box.blockSignals(blocked)

    def show_counts(self, counts: Counter[str]) -> None:
        """How many rows have each value; those of none are left out."""
        for tag, box in self.boxes.items():
            box.setText(f"{self._words[tag]}  {counts[tag]:,}")
            box.setAccessibleName(f"{self._words[tag]}, {counts[tag]:,}")
            box.setVisible(counts[tag] > 0 or box.isChecked())
        for heading, tags in self._headings:
            heading.setVisible(any(not self.boxes[tag].isHidden() for tag in tags))

    def open_below(self, button: QWidget) -> None:
        """Below the button, ending where it ends; the first box has the focus."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 2))
        self.move(max(0, corner.x()), corner.y())
        self.show()
        first = next((box for box in self.boxes.values() if not box.isHidden()), self.none_button)
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


class FacetButton(Button):
    """Values of one facet are alternatives; of several facets, all have to hold.

    counts: records by tag, asked for when the panel opens.
    """

    def __init__(
        self,
        facets: Sequence[Facet],
        counts: Callable[[], Counter[str]],
        on_change: Callable[[], object],
    ) -> None:
        super().__init__("Filters", icon="filter", tip="Filter by decision, health and more")
        self._facets, self._counts, self._on_change = tuple(facets), counts, on_change
        self._made: FacetPanel | None = None
        self.clicked.connect(self._open)

    @property
    def panel(self) -> FacetPanel:
        """Made when it is first wanted: a tab opens without its many boxes."""
        if self._made is None:
            self._made = made = FacetPanel(self._facets, self)
            made.changed.connect(self._changed)
            made.closed.connect(lambda: self.setFocus(Qt.FocusReason.PopupFocusReason))
        return self._made

    def chosen(self) -> list[str]:
        """The tags that are ticked."""
        return self._made.chosen() if self._made is not None else []

    def words(self) -> list[str]:
        return [self.panel.word(tag) for tag in self.chosen()]

    def choose(self, tag: str, chosen: bool = True) -> None:
        self.panel.boxes[tag].setChecked(chosen)

    def clear(self) -> None:
        """Untick all, without a word to anybody."""
        if self._made is not None:
            self._made.clear()
            self._show_number()

    def _open(self) -> None:
        self._show_number()
        self.panel.show_counts(self._counts())
        self.panel.open_below(self)

    def _changed(self) -> None:
        self._show_number()
        self._on_change()

    def _show_number(self) -> None:
        chosen = self.words()
        self.setText(f"Filters ({len(chosen)})" if chosen else "Filters")
        self.setAccessibleName(f"Filters: {', '.join(chosen)}" if chosen else "Filters")
        self.panel.none_button.setEnabled(bool(chosen))
