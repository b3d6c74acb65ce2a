"""Filtering by more facts than there is room for chips: a button with a menu of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop_app.ui.icons import keep_icon
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.widgets import Button


@dataclass(frozen=True, slots=True)
class Facet:
    """One fact to filter by. values: tag "facet:value" of the table's spec, and its word. marks:
    the icon that the table shows with a value, by tag."""

    title: str
    values: tuple[tuple[str, str], ...]
    marks: MappingOf[str, Mark] = field(default_factory=dict)


class FacetButton(Button):
    """Values of one facet are alternatives; of several facets, all have to hold.

    counts: records by tag, asked for when the menu opens.
    """

    def __init__(
        self,
        facets: Sequence[Facet],
        counts: Callable[[], Counter[str]],
        on_change: Callable[[], object],
    ) -> None:
        super().__init__("Filters", icon="filter", tip="Filter by decision, health and more")
        self._counts = counts
        self._on_change = on_change
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Filters")
        self._actions: dict[str, QAction] = {}
        self._words: dict[str, str] = {}
        for facet in facets:
            self._menu.addSection(facet.title)
            for tag, word in facet.values:
                action = QAction(word, self._menu)
                action.setCheckable(True)
                if tag in facet.marks:
                    keep_icon(action, facet.marks[tag].icon, facet.marks[tag].tone)
                action.toggled.connect(self._changed)
                self._menu.addAction(action)
                self._actions[tag], self._words[tag] = action, word
        self._menu.addSeparator()
        self._none = self._menu.addAction("No further filter")
        self._none.triggered.connect(self._clear_all)
        self._menu.aboutToShow.connect(self._count)
        self.setMenu(self._menu)

    def chosen(self) -> list[str]:
        """The tags that are ticked."""
        return [tag for tag, action in self._actions.items() if action.isChecked()]

    def words(self) -> list[str]:
        return [self._words[tag] for tag in self.chosen()]

    def choose(self, tag: str, chosen: bool = True) -> None:
        self._actions[tag].setChecked(chosen)

    def clear(self) -> None:
        """Untick all, without a word to anybody."""
        for action in self._actions.values():
            blocked = action.blockSignals(True)
            action.setChecked(False)
            action.blockSignals(blocked)
        self._show_number()

    def _clear_all(self) -> None:
        self.clear()
        self._on_change()

    def _changed(self) -> None:
        self._show_number()
        self._on_change()

    def _show_number(self) -> None:
        chosen = self.words()
        self.setText(f"Filters ({len(chosen)})" if chosen else "Filters")
        self.setAccessibleName(f"Filters: {', '.join(chosen)}" if chosen else "Filters")

    def _count(self) -> None:
        counts = self._counts()
        for tag, action in self._actions.items():
            action.setText(f"{self._words[tag]}  {counts[tag]:,}")
            action.setVisible(counts[tag] > 0 or action.isChecked())
        self._none.setEnabled(bool(self.chosen()))
