"""How a mapping tab shares its height between the table and the details below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QSplitter

from desktop_app.domain.ports import SettingsStore
from desktop_app.ui.mapping.detail import MappingDetail
from desktop_app.ui.mapping.words import Row
from desktop_app.ui.tables.browser import RecordBrowser

DETAILS_SETTING = "mapping.details"
SPLIT_SETTING = "mapping.split"
TABLE_LOWEST, TABLE_LEAST = 150, 84
"""What the table needs beside the details: its header and three rows; and without them."""
SHARE, MOST = 0.38, 220
"""The part of the height that the details have at first, and the most of it."""


class Room(QObject):
    """Details are never cut off: where there is no room for them beside the table they are closed
    to a line whose button brings them back, in place of the table if need be; they come back by
    themselves with the room."""

    def __init__(
        self, browser: RecordBrowser[Row], detail: MappingDetail, settings: SettingsStore
    ) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        super().__init__(self.splitter)
        self._browser, self._detail, self._settings = browser, detail, settings
        self._wanted = bool(settings.get(DETAILS_SETTING, True))
        self._instead = False  # they were asked for where there is no room for both
        self._split = False
        browser.table.setMinimumHeight(TABLE_LEAST)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(10)
        self.splitter.addWidget(browser)
        self.splitter.addWidget(detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        detail.set_open(self._wanted)
        self.splitter.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.splitter and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.fit()
        return super().eventFilter(watched, event)

    @property
    def table_shown(self) -> bool:
        """Whether the table is there, beside the details or alone."""
        return not self._browser.isHidden()

    def toggle(self) -> None:
        """Show the details, or hide them."""
        opened = self._detail.opened
        self.keep()
        self._wanted = self._instead = not opened
        self._settings.set(DETAILS_SETTING, self._wanted)
        self.fit()

    def fit(self) -> None:
        """Look at the height again."""
        room = self.splitter.height() - self.splitter.handleWidth()
        both = room >= self._table_needs() + self._detail.needed()
        if both:
            self._instead = False
        was, opened = self._detail.opened, self._wanted and (both or self._instead)
        self._detail.set_open(opened)
        self._browser.setVisible(both or not opened)
        self.splitter.handle(1).setEnabled(opened and both)
        if opened and both and (not was or not self._split):
            self._divide(room)
        elif not opened:
            line = self._detail.closed_height()
            self.splitter.setSizes([room - line, line])

    def _table_needs(self) -> int:
        layout = self._browser.layout()
        wrapped = layout is not None and layout.hasHeightForWidth()
        least = layout.minimumHeightForWidth(self.splitter.width()) if layout and wrapped else 0
        least = max(least, self._browser.minimumSizeHint().height())
        return least + TABLE_LOWEST - TABLE_LEAST

    def _divide(self, room: int) -> None:
        sizes = self._settings.get(SPLIT_SETTING, None)
        known = isinstance(sizes, list) and len(sizes) == 2 and all(sizes)
        below = min(MOST, int(room * SHARE))
        self._split = True
        self.splitter.setSizes(sizes if known else [room - below, below])

    def keep(self) -> None:
        """Save where the line between the two is."""
        if self._detail.opened and self.table_shown and self._split:
            self._settings.set(SPLIT_SETTING, self.splitter.sizes())
