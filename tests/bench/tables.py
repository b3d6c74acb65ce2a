"""Opening, filtering, sorting and refreshing the mapping table at 20,000 rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Target
from desktop_app.domain.review import Health
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.columns import CHIPS, FACETS, LINKED, spec_for
from desktop_app.ui.mapping.typeahead import TargetIndex
from desktop_app.ui.mapping.words import Row, composed
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.theme import theme
from tests.bench._mapping_rows import mapping_rows
from tests.bench._window import open_empty_window, show_painted
from tests.bench.harness import Goal, Report, milliseconds, rounds

ROWS = 20_000
ROUNDS = 9
TYPED = "harbour dental"
FRAME = Goal(milliseconds=50)  # nothing may hold the window for longer


class Settings:
    """Layout settings that stay in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


def new_browser() -> RecordBrowser[Row]:
    browser = RecordBrowser(
        spec_for(Kind.CUSTOMERS),
        Settings(),
        name="Customers",
        chips=CHIPS,
        placeholder="Search",
        empty=Empty("customers", "Nothing yet", ""),
        facets=FACETS,
    )
    browser.resize(1280, 800)
    return browser


def measure() -> Report:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QGuiApplication)
    theme()
    rows = mapping_rows(ROWS)
    baseline = sorted(rounds(ROUNDS, open_empty_window))[ROUNDS // 2]
    report = Report(f"Mapping table, {ROWS:,} rows", baseline)
    report.add("empty window", [baseline])

    opened: list[RecordBrowser[Row]] = []

    def open_tab() -> None:
        browser = new_browser()
        browser.set_records(rows)
        show_painted(browser)
        opened.append(browser)

    def close_tab() -> None:
        while opened:
            opened.pop().close()

    report.add("open the tab", rounds(ROUNDS, open_tab, close_tab), Goal(milliseconds=60))
    browser = opened[0]

    def painted() -> None:
        """Until the change is on the screen."""
        QApplication.processEvents()
        browser.table.viewport().repaint()

    # A key is slow at its first use of the folded texts, so both are told.
    fresh = new_browser()
    fresh.set_records(rows)
    report.add("search, first key after opening", [milliseconds(lambda: fresh.search.setText("h"))])
    report.notes.append("The first key folds all texts unless idle time has done so before.")
    QApplication.processEvents()

    keys: list[float] = []
    for _ in range(ROUNDS):
        browser.search.setText("")
        painted()
        for end in range(1, len(TYPED) + 1):

            def type_key(text: str = TYPED[:end]) -> None:
                browser.search.setText(text)
                painted()

            keys.append(milliseconds(type_key))
    report.add("search, a key", keys[len(TYPED) :], Goal(milliseconds=16))

    def erase() -> None:
        browser.search.setText("")
        painted()

    def fill() -> None:
        browser.search.setText(TYPED)
        painted()

    report.add("search, emptied", rounds(ROUNDS, erase, fill), FRAME)

    def chip(tag: str) -> None:
        browser.choose(tag)
        painted()

    def facet(chosen: bool) -> None:
        browser.facets.choose("health:RENAMED", chosen)
        painted()

    report.add("further filter", rounds(ROUNDS, lambda: facet(True), lambda: facet(False)), FRAME)
    facet(False)

    report.add("filter chip", rounds(ROUNDS, lambda: chip(LINKED), lambda: chip("")), FRAME)
    chip("")

    def sort(column: int, order: Qt.SortOrder) -> None:
        browser.table.header().setSortIndicator(column, order)
        painted()

    down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
    for column, spec in enumerate(browser.model.spec.columns, start=1):
        taken = rounds(ROUNDS, partial(sort, column, down), partial(sort, column, up))
        report.add(f"sort by {spec.title}", taken, FRAME)
    sort(1, up)

    turn = 0

    def one_changed() -> None:
        nonlocal turn
        turn += 1
        health = (Health.RENAMED, Health.OK)[turn % 2]
        place = next(i for i, row in enumerate(rows) if row.mapping is not None)
        rows[place] = rows[place]._replace(row=replace(rows[place].row, health=health))

    def refresh() -> None:
        browser.set_records(rows)
        painted()

    inner = [row.row for row in rows]
    suggested = {row.id: row.suggestion for row in rows if row.undecided}
    waiting = {row.id: row.waiting for row in rows if row.waiting.invoices}
    report.add(
        "rows, suggestions and waiting side by side",
        rounds(ROUNDS, lambda: composed(inner, suggested, waiting)),
    )
    report.add("refresh, one row changed", rounds(ROUNDS, refresh, one_changed), FRAME)

    def scroll() -> None:
        bar = browser.table.verticalScrollBar()
        bar.setValue((bar.value() + bar.maximum() // 3) % max(1, bar.maximum()))
        painted()

    report.add("scroll a third of the table", rounds(ROUNDS, scroll), Goal(milliseconds=16))

    def tick_all() -> None:
        browser.model.tick_view(len(browser.model.ticked()) == 0)
        painted()

    report.add("tick or untick all", rounds(ROUNDS, tick_all), FRAME)
    assert browser.table.indexAt(QPoint(5, 5)).isValid(), "the table shows no rows"
    close_tab()
    _type_ahead(report)
    return report


def _type_ahead(report: Report) -> None:
    """Change Mapping over as many targets: finding, and finding with the list painted."""
    names = [row.name for row in mapping_rows(ROWS, seed=2)]
    targets = [
        Target(Kind.CUSTOMERS, str(n), name, name, email=f"ap{n}@example.com", city="Reno")
        for n, name in enumerate(names)
    ]
    index = TargetIndex(Kind.CUSTOMERS, targets)
    report.add(
        "type-ahead, all texts folded (in idle time)",
        [milliseconds(lambda: index.fold_ahead(ROWS))],
    )
    typed = [TYPED[:end] for end in range(1, len(TYPED) + 1)]
    found = [milliseconds(partial(index.find, text)) for _ in range(ROUNDS) for text in typed]
    report.add(f"type-ahead over {ROWS:,}, a key", found, Goal(milliseconds=10))
    row = mapping_rows(1)[0].row
    opened: list[ChangeMappingDialog] = []
    behind = QWidget()

    def open_dialog() -> None:
        dialog = ChangeMappingDialog(behind, Kind.CUSTOMERS, [row], targets, lambda *_: None)
        show_painted(dialog)
        opened.append(dialog)

    def close_dialog() -> None:
        while opened:
            opened.pop().close()

    report.add("open Change Mapping", rounds(ROUNDS, open_dialog, close_dialog), FRAME)
    dialog = opened[0]
    dialog._index.fold_ahead(ROWS)
    keys = []
    for _ in range(3):
        for text in typed:

            def key(text: str = text) -> None:
                dialog.field.setText(text)
                QApplication.processEvents()

            keys.append(milliseconds(key))
    report.add("type-ahead, a key until it is on the screen", keys[len(typed) :], FRAME)
    close_dialog()
