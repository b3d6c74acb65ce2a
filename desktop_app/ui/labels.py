"""Words and small pictures that all screens share. Import them from :mod:`.widgets`."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Tone, scaled_font, theme


def restyle(widget: QWidget) -> None:
    """Make the style sheet look again at the widget's dynamic properties."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Text(QLabel):
    """Wrapping plain text that can be selected with the mouse. role: "", "muted", a tone."""

    def __init__(self, text: str = "", role: str = "", *, selectable: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if role:
            self.setProperty("role", role)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_role(self, role: str) -> None:
        self.setProperty("role", role)
        restyle(self)


class Heading(QLabel):
    """level 1: a page's title; 2: a card's; 3: a group's."""

    def __init__(self, text: str, level: int = 1) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(scaled_font({1: 1.65, 2: 1.22, 3: 1.0}[level], bold=True))


class Elided(QLabel):
    """One line that is cut with "…" where there is no room; the whole text is its tool tip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._whole = text
        super().setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def whole(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        width = self.fontMetrics().horizontalAdvance(self._whole) + 4
        return QSize(width + margins.left() + margins.right(), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        if shown != self.text():
            super().setText(shown)
        super().paintEvent(event)


class Badge(QLabel):
    """A short word on a coloured ground; kind: neutral, accent, good, warning, bad, alarm."""

    def __init__(self, text: str = "", kind: str = "neutral") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.setFont(scaled_font(0.88, bold=True))
        self.setProperty("badge", kind)

    def show_as(self, text: str, kind: str) -> None:
        self.setText(text)
        self.setProperty("badge", kind)
        restyle(self)


class Picture(QLabel):
    """One icon of the set as a still picture that follows the theme; decorative by default."""

    def __init__(self, name: str, tone: Tone = Tone.TEXT, size: int = 20) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(QSize(size, size))
        theme().changed.connect(self._draw)
        self._draw()

    def set_picture(self, name: str, tone: Tone) -> None:
        self._name, self._tone = name, tone
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(pixmap(self._name, self._tone, self._size, self.devicePixelRatioF()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw()
        return super().event(event)
