"""The navigation rail at the left: one entry a page, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.icons import keep_icon
from desktop_app.ui.labels import restyle
from desktop_app.ui.theme import Tone, scaled_font, theme


class Entry(Protocol):
    """What the rail needs of a page: see :class:`desktop_app.ui.pages.PageSpec`."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def icon(self) -> str: ...

    @property
    def section(self) -> str: ...

    @property
    def rail(self) -> str: ...


NARROW = 60
"""The width of a rail of icons alone."""


class Rail(QFrame):
    """chosen: the key of the entry that the user picked. Up and Down move between entries."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self._wide = max(204, self.fontMetrics().averageCharWidth() * 26)
        self._captions: list[QWidget] = []
        self.setFixedWidth(self._wide)
        self.setAccessibleName("Pages")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(2)
        self.buttons: dict[str, _Entry] = {}
        self._group = QButtonGroup(self)
        section = ""
        for entry in entries:
            if entry.section != section:
                section = entry.section
                column.addSpacing(14)
                if section:
                    self._captions.append(_caption(section))
                    column.addWidget(self._captions[-1])
            if entry.key == "settings":
                column.addStretch(1)
            button = _Entry(entry)
            button.clicked.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[entry.key] = button
            column.addWidget(button)

    def mark(self, key: str) -> None:
        """Show *key* as the page that is open."""
        self.buttons[key].setChecked(True)
        for name, button in self.buttons.items():
            shown = name == key
            button.setProperty("page_open", shown)
            keep_icon(button, button.property("icon_name"), Tone.ACCENT if shown else Tone.MUTED)
            button.name()

    def set_narrow(self, narrow: bool) -> None:
        """Icons alone, with the titles as tool tips, to leave a small window to its page."""
        width = NARROW if narrow else self._wide
        if width == self.maximumWidth():
            return
        self.setFixedWidth(width)
        for caption in self._captions:
            caption.setVisible(not narrow)
        for button in self.buttons.values():
            button.set_narrow(narrow)

    def set_badge(self, key: str, number: int) -> None:
        """How much waits on a page, beside its title; 0 for nothing."""
        self.buttons[key].set_badge(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        order = list(self.buttons.values())
        now = next((i for i, button in enumerate(order) if button.hasFocus()), None)
        if step and now is not None:
            order[(now + step) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


class _Entry(QPushButton):
    def __init__(self, entry: Entry) -> None:
        super().__init__(f"  {entry.rail or entry.title}")
        self._words, self._narrow, self._tip = self.text(), False, ""
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("role", "rail")
        self.setProperty("icon_name", entry.icon)
        self.setProperty("page_title", entry.title)
        self.setAccessibleName(entry.title)
        self.setIconSize(QSize(20, 20))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        keep_icon(self, entry.icon, Tone.MUTED)
        self.badge = 0

    def set_badge(self, number: int) -> None:
        if number != self.badge:
            self.badge = number
            self.name()
            self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setText("" if narrow else self._words)
        self.setToolTip(self._tip)
        self.setProperty("narrow", narrow)
        restyle(self)

    def setToolTip(self, text: str) -> None:
        """Without its words the button's title is told here, too."""
        self._tip = text
        parts = (str(self.property("page_title")) if self._narrow else "", text)
        super().setToolTip("\n".join(part for part in parts if part))

    def name(self) -> None:
        """What a screen reader says: title, what waits, whether it is open."""
        parts = [str(self.property("page_title"))]
        if self.badge:
            parts.append(f"{self.badge:,} waiting")
        if self.property("page_open"):
            parts.append("open")
        self.setAccessibleName(", ".join(parts))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.badge:
            return
        text = f"{self.badge:,}" if self.badge < 1000 else "999+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled_font(0.85, bold=True))
        metrics = painter.fontMetrics()
        high = metrics.height() + 2
        wide = max(high, metrics.horizontalAdvance(text) + 12)
        box = QRectF(self.width() - wide - 8, (self.height() - high) / 2, wide, high)
        if self._narrow:  # at the icon's corner
            box = QRectF(self.width() - wide, 0, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().soft(Tone.WARNING)))
        painter.drawRoundedRect(box, high / 2, high / 2)
        painter.setPen(QColor(theme().colour(Tone.WARNING)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the rail moves the focus
        else:
            super().keyPressEvent(event)


def _caption(text: str) -> QWidget:
    label = QLabel(text)
    label.setFont(scaled_font(0.88, bold=True))
    label.setProperty("role", "muted")
    label.setContentsMargins(12, 2, 0, 4)
    return label
