"""Small parts that all screens share: headings, badges, cards, buttons, folds, empty states.

Each takes its accessible name from its text unless one is given.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.icons import keep_icon, pixmap
from desktop_app.ui.labels import Badge, Elided, Heading, Picture, Text, restyle
from desktop_app.ui.theme import Tone

__all__ = [
    "GAP",
    "MARGIN",
    "Badge",
    "Button",
    "Card",
    "Chip",
    "CopyField",
    "Elided",
    "EmptyState",
    "Fold",
    "Heading",
    "IconButton",
    "Line",
    "Picture",
    "SearchField",
    "Text",
    "column_of",
    "restyle",
    "row_of",
    "scrolling",
]

GAP = 12  # between parts that belong together
MARGIN = 24  # around a page
EMPTY_TEXT_WIDTH, EMPTY_LOW = 480, 220


# --- Buttons and fields ----------------------------------------------------------------------


class Button(QPushButton):
    """role: "" plain, "primary", "danger", "danger-primary", "quiet", "link".

    Return presses it as Space does, in dialogs and outside of them.
    """

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        role: str = "",
        icon: str = "",
        tip: str = "",
        name: str = "",
    ) -> None:
        super().__init__(text)
        self.setAccessibleName(name or text.replace("&", ""))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if role:
            self.setProperty("role", role)
        if tip:
            self.setToolTip(tip)
        if icon:
            tone = {
                "primary": Tone.ON_ACCENT,
                "danger-primary": Tone.ON_ACCENT,
                "danger": Tone.BAD,
                "link": Tone.ACCENT,
            }.get(role, Tone.TEXT)
            self.setIconSize(QSize(18, 18))
            keep_icon(self, icon, tone)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)


class IconButton(QToolButton):
    """An icon alone; *name* is its tool tip and what a screen reader says."""

    def __init__(
        self, icon: str, name: str, on_click: Callable[[], object] | None = None, size: int = 20
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        keep_icon(self, icon)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())


class Chip(QPushButton):
    """A filter that is on or off, with a count: "Not mapped 28"."""

    def __init__(self, label: str, *, tip: str = "") -> None:
        super().__init__(label)
        self._label = label
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("role", "chip")
        self.setAccessibleName(label)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if tip:
            self.setToolTip(tip)

    def set_count(self, count: int) -> None:
        self.setText(f"{self._label}  {count:,}")
        self.setAccessibleName(f"{self._label}, {count:,}")


class SearchField(QLineEdit):
    """Search as you type: *on_text* is called 120 ms after the last key; Esc empties it."""

    def __init__(
        self, placeholder: str = "Search", on_text: Callable[[str], object] | None = None
    ) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(220)
        lens = self.addAction(pixmap("search", Tone.MUTED), self.ActionPosition.LeadingPosition)
        keep_icon(lens, "search", Tone.MUTED)
        lens.setText("Search")  # its button has no other name
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(button.accessibleName() or "Search")
        self._on_text = on_text
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(120)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(lambda: self._pause.start())
        self.returnPressed.connect(self._tell)

    def _tell(self) -> None:
        self._pause.stop()
        if self._on_text is not None:
            self._on_text(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            return
        super().keyPressEvent(event)


class CopyField(QWidget):
    """A value to be copied elsewhere: a read-only field and a Copy button."""

    def __init__(self, name: str, value: str = "") -> None:
        super().__init__()
        self.field = QLineEdit(value)
        self.field.setReadOnly(True)
        self.field.setAccessibleName(name)
        self.button = Button("Copy", self._copy, icon="copy", name=f"Copy {name}")
        row = row_of(self.field, self.button, spacing=8)
        self.setLayout(row)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(1500)
        self._back.timeout.connect(lambda: self.button.setText("Copy"))

    def set_value(self, value: str) -> None:
        self.field.setText(value)
        self.field.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.button.setText("Copied")
        self._back.start()


# --- Containers ------------------------------------------------------------------------------


class Card(QFrame):
    """A raised panel; add to :attr:`body`."""

    def __init__(self, *, role: str = "card", margin: int = 20, spacing: int = GAP) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(spacing)


class Line(QFrame):
    """A thin rule between groups."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "line")
        self.setFixedHeight(1)


class Fold(QWidget):
    """A heading that opens and closes what lies under it."""

    def __init__(self, title: str, content: QWidget, *, opened: bool = False) -> None:
        super().__init__()
        self.content = content
        self.button = Button(title, self.toggle, role="link")
        self._title = title
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(content)
        self.opened = not opened
        self.toggle()

    def toggle(self) -> None:
        self.opened = not self.opened
        self.content.setVisible(self.opened)
        if self.button.parentWidget() is not self:  # the heading stands elsewhere
            self.setVisible(self.opened)
        keep_icon(self.button, "chevron-down" if self.opened else "chevron-right", Tone.ACCENT)
        state = "open" if self.opened else "closed"
        self.button.setAccessibleName(f"{self._title}, {state}")


class EmptyState(QWidget):
    """What a list shows when it has nothing to show: why, and the one thing to do about it."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        button: str = "",
        on_click: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        box.setSpacing(GAP)
        box.addStretch(2)
        self.picture = Picture(icon, Tone.MUTED, 48)
        box.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self.title = Heading(title, 2)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.title)
        self.text = Text(text, "muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setFixedWidth(EMPTY_TEXT_WIDTH)
        box.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button = Button(button, on_click, role="primary")
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button.setVisible(bool(button))
        box.addStretch(3)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = event.size().height() < EMPTY_LOW  # then words and button come first
        self.picture.setVisible(not low)
        margin = 0 if low else MARGIN
        self._box.setContentsMargins(margin, margin, margin, margin)
        self._box.setSpacing(4 if low else GAP)

    def _fit(self) -> None:
        # In a stack of pages a wrapping label gets the height of one line.
        self.text.setMinimumHeight(max(0, self.text.heightForWidth(EMPTY_TEXT_WIDTH)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def say(self, title: str, text: str, button: str | None = None) -> None:
        self.title.setText(title)
        self.text.setText(text)
        self._fit()
        if button is not None:
            self.button.setText(button)
            self.button.setAccessibleName(button)
            self.button.setVisible(bool(button))


def row_of(*parts: QWidget | None, spacing: int = GAP) -> QHBoxLayout:
    """Widgets side by side without margins; None takes up the spare room."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row


def column_of(*parts: QWidget | QLayout | None, spacing: int = GAP) -> QVBoxLayout:
    """Widgets and layouts under each other without margins; None takes up the spare room."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for part in parts:
        if part is None:
            column.addStretch(1)
        elif isinstance(part, QLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
    return column


def scrolling(content: QWidget) -> QScrollArea:
    """*content* in a frameless area that scrolls up and down only, for small and scaled screens."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("role", "page")
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
