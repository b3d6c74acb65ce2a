"""Notices that need no answer: bars at the top of the window. See :mod:`.messages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.theme import Tone, scaled_font
from desktop_app.ui.widgets import Button, Fold, IconButton, Picture, Text, row_of

Action = Callable[[], object]

LOOK = {
    "info": ("info", Tone.ACCENT),
    "good": ("check-circle", Tone.GOOD),
    "warning": ("warning", Tone.WARNING),
    "error": ("error", Tone.BAD),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button on a banner. keep: the banner stays after it was pressed."""

    text: str
    action: Action
    keep: bool = False


class Banner(QFrame):
    """One notice: icon, title, text, buttons, and an optional fold with details."""

    closed = Signal()

    def __init__(
        self,
        level: str,
        title: str,
        text: str = "",
        *,
        choices: tuple[Choice, ...] = (),
        details: str = "",
        closable: bool = True,
    ) -> None:
        super().__init__()
        self.level, self.title, self.text, self.details = level, title, text, details
        self.setProperty("banner", level)
        self.setAccessibleName(f"{title}. {text}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        icon, tone = LOOK[level]
        outer = QHBoxLayout(self)
        outer.setContentsMargins(14, 10, 10, 10)
        outer.setSpacing(12)
        outer.addWidget(Picture(icon, tone, 20), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(3)
        heading = QLabel(title)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setFont(scaled_font(1.0, bold=True))
        heading.setWordWrap(True)
        column.addWidget(heading)
        if text:
            column.addWidget(Text(text, selectable=True))
        self.buttons: dict[str, Button] = {}
        buttons = row_of(spacing=4)
        for choice in choices:
            button = Button(choice.text, role="link")
            button.clicked.connect(lambda _=False, c=choice: self._chosen(c))
            self.buttons[choice.text] = button
            buttons.addWidget(button)
        if details:
            button = Button("Copy", self._copy, role="link", name="Copy the message")
            self.buttons["Copy"] = button
            buttons.addWidget(button)
        if details:
            self.fold = Fold("Details", details_field(details))
            buttons.addWidget(self.fold.button)
        if buttons.count():
            buttons.addStretch(1)
            column.addLayout(buttons)
        if details:
            column.addWidget(self.fold)
            self.fold.setVisible(False)
        outer.addLayout(column, 1)
        if closable:
            shut = IconButton("close", "Close this notice", self.dismiss, 16)
            outer.addWidget(shut, 0, Qt.AlignmentFlag.AlignTop)

    def event(self, event: QEvent) -> bool:
        # The size hint of wrapping text is made for a narrow width; ask for no more than it takes.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            layout = self.layout()
            wanted = layout.heightForWidth(self.width()) if layout is not None else -1
            if wanted > 0 and (wanted != self.minimumHeight() or wanted != self.maximumHeight()):
                self.setFixedHeight(wanted)
            if layout is not None and layout.geometry().height() != self.height():
                layout.invalidate()  # it was laid out for the height before
                layout.activate()
        return super().event(event)

    def dismiss(self) -> None:
        """Take the notice away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def _chosen(self, choice: Choice) -> None:
        if not choice.keep:
            self.dismiss()
        choice.action()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(
            "\n".join(part for part in (self.title, self.text, self.details) if part)
        )


class Banners(QWidget):
    """The place at the top of a window where notices stand, the newest last, at most four.

    A notice of a *key* that is shown already replaces the earlier one.
    """

    LIMIT = 4

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._shown: dict[str, Banner] = {}
        self._count = 0
        self.setVisible(False)

    def show_banner(self, banner: Banner, key: str = "") -> None:
        """Add a notice; unkeyed ones are dropped, oldest first, when there are too many."""
        if not key:
            self._count += 1
            key = f"#{self._count}"
        self.remove(key)
        self._shown[key] = banner
        banner.closed.connect(lambda: self._forget(key, banner))
        self._box.addWidget(banner)
        passing = [k for k in self._shown if k.startswith("#")]
        if len(self._shown) > self.LIMIT and passing:
            self.remove(passing[0])
        self.setVisible(True)

    def remove(self, key: str) -> None:
        """Take away the notice of this key, if it is there."""
        if key in self._shown:
            self._shown[key].dismiss()

    def shown(self) -> tuple[Banner, ...]:
        """The present notices, oldest first."""
        return tuple(self._shown.values())

    def keyed(self, key: str) -> Banner | None:
        return self._shown.get(key)

    def _forget(self, key: str, banner: Banner) -> None:
        if self._shown.get(key) is banner:
            del self._shown[key]
        self._box.removeWidget(banner)
        self.setVisible(bool(self._shown))


def details_field(text: str) -> QPlainTextEdit:
    """What a Details fold opens."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName("Details")
    field.setTabChangesFocus(True)
    field.setMaximumHeight(96)
    return field
