"""Opening, filtering, sorting and refreshing the mapping table at 20,000 rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_app.domain.kinds import Kind
from desktop_app.domain.review import Health, MappingRow
from desktop_app.ui.mapping.columns import CHIPS, LINKED, spec_for
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


def new_browser() -> RecordBrowser[MappingRow]:
    browser = RecordBrowser(
        spec_for(Kind.CUSTOMERS),
        Settings(),
        name="Customers",
        chips=CHIPS,
        placeholder="Search",
        empty=Empty("customers", "Nothing yet", ""),
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

    opened: list[RecordBrowser[MappingRow]] = []

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

    report.add("filter chip", rounds(ROUNDS, lambda: chip(LINKED), lambda: chip("")), FRAME)
    chip("")

    def sort(column: int, order: Qt.SortOrder) -> None:
        browser.table.header().setSortIndicator(column, order)
        painted()

    down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
    for column, spec in enumerate(browser.model.spec.columns, start=1):
        taken = rounds(
            ROUNDS,
            lambda c=column: sort(c, down),
            lambda c=column: sort(c, up),  # type: ignore[misc]
        )
        report.add(f"sort by {spec.title}", taken, FRAME)
    sort(1, up)

    turn = 0

    def one_changed() -> None:
        nonlocal turn
        turn += 1
        health = (Health.RENAMED, Health.OK)[turn % 2]
        place = next(i for i, row in enumerate(rows) if row.mapping is not None)
        rows[place] = replace(rows[place], health=health)

    def refresh() -> None:
        browser.set_records(rows)
        painted()

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
    return report
