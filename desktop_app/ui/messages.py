"""The one module that speaks to the user: errors, questions, notices. Plain text throughout.

A notice that needs no answer is a bar at the top of the window (:class:`Banners`); a box is used
only for questions and where no such bar is in sight. Boxes are opened without a nested event loop:
what follows an answer is given as a function.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import BridgeError, ServiceFault
from desktop_app.ui.theme import Tone, scaled_font
from desktop_app.ui.widgets import Button, Fold, Heading, IconButton, Picture, Text, row_of

log = logging.getLogger(__name__)

Action = Callable[[], object]

_LOOK = {
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
        icon, tone = _LOOK[level]
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
            self.fold = Fold("Details", _details(details))
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


def banners_of(widget: QWidget | None) -> Banners | None:
    """The bar of the window in which *widget* stands, if that window has one."""
    if widget is None:
        return None
    found = widget.window().findChildren(Banners)
    return found[0] if found else None


def show_error(
    parent: QWidget | None, error: BridgeError, *, try_again: Action | None = None
) -> QWidget:
    """Show what happened and what to do; "Try again" only when that can help.

    In a window with a notice bar it is a notice, elsewhere a box. Returns what was opened.
    """
    log.info("%s: %s (%s)", error.title, type(error).__name__, error.detail or "no detail")
    again = try_again if error.retryable else None
    text = "\n".join(part for part in (error.message, error.advice) if part)
    bar = banners_of(parent)
    if bar is None:
        box = ErrorBox(parent, error, again)
        box.open()
        return box
    banner = Banner(
        "error",
        error.title,
        text,
        choices=(Choice("Try again", again),) if again else (),
        details=details_of(error),
    )
    bar.show_banner(banner, f"error:{error.title}:{error.message}")
    return banner


def show_notice(
    parent: QWidget | None,
    level: str,
    title: str,
    text: str = "",
    *,
    choices: tuple[Choice, ...] = (),
    key: str = "",
    seconds: int = 0,
    closable: bool = True,
    details: str = "",
) -> Banner | None:
    """A notice on the window's bar. level: info, good, warning, error. seconds > 0: it goes by
    itself (only for good news). None when the window has no bar."""
    bar = banners_of(parent)
    if bar is None:
        return None
    banner = Banner(level, title, text, choices=choices, closable=closable, details=details)
    bar.show_banner(banner, key)
    if seconds:
        timer = QTimer(banner)
        timer.setSingleShot(True)
        timer.timeout.connect(banner.dismiss)
        timer.start(seconds * 1000)
    return banner


def details_of(error: BridgeError) -> str:
    """The text of the Details fold."""
    lines = [error.detail]
    if isinstance(error, ServiceFault):
        if error.element:
            lines.append(f"Field: {error.element}")
        if error.service_detail:
            lines.append(f"{error.service} says: {error.service_detail}")
    return "\n".join(line for line in lines if line)


def _details(text: str) -> QPlainTextEdit:
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName("Details")
    field.setTabChangesFocus(True)
    field.setMaximumHeight(96)
    return field


class Box(QDialog):
    """The frame of all boxes: icon, title, text, room for more, buttons on the right."""

    def __init__(self, parent: QWidget | None, level: str, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        icon, tone = _LOOK[level]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 22, 24, 18)
        outer.setSpacing(18)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(Picture(icon, tone, 32), 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout()
        self.column.setSpacing(8)
        heading = Heading(title, 2)
        heading.setWordWrap(True)
        self.column.addWidget(heading)
        self.text = Text(text, selectable=True)
        self.text.setVisible(bool(text))
        self.column.addWidget(self.text)
        top.addLayout(self.column, 1)
        outer.addLayout(top)
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        self._row.addStretch(1)
        outer.addLayout(self._row)
        self.setMinimumWidth(460)

    def add_button(
        self, text: str, action: Action, *, role: str = "", first: bool = False
    ) -> Button:
        """A button at the bottom; *first*: at the left edge, apart from the others."""
        button = Button(text, action, role=role)
        self._row.insertWidget(0, button) if first else self._row.addWidget(button)
        return button


class ErrorBox(Box):
    """An error where no notice bar is in sight."""

    def __init__(self, parent: QWidget | None, error: BridgeError, again: Action | None) -> None:
        super().__init__(parent, "error", error.title, error.message)
        if error.advice:
            self.column.addWidget(Text(error.advice, selectable=True))
        details = details_of(error)
        if details:
            self.column.addWidget(Fold("Details", _details(details)))
        whole = "\n".join(p for p in (error.title, error.message, error.advice, details) if p)
        self.copy_button = self.add_button(
            "Copy", lambda: QGuiApplication.clipboard().setText(whole), role="quiet", first=True
        )
        if again is not None:
            self.again_button = self.add_button("Try again", lambda: self._retry(again))
        self.close_button = self.add_button("Close", self.reject, role="primary")
        self.close_button.setFocus()

    def _retry(self, again: Action) -> None:
        self.accept()
        again()


class ConfirmBox(Box):
    """A question with one action and Cancel."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, action: str, *, danger: bool = False
    ) -> None:
        super().__init__(parent, "warning" if danger else "info", title, text)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.action_button = self.add_button(
            action, self.accept, role="danger-primary" if danger else "primary"
        )
        (self.cancel_button if danger else self.action_button).setFocus()


def confirm(
    parent: QWidget | None,
    *,
    title: str,
    text: str,
    action: str,
    on_confirm: Action,
    on_cancel: Action | None = None,
    danger: bool = False,
    details: QWidget | None = None,
) -> ConfirmBox:
    """Ask; *action* names what the button does. Cancel, Esc and closing all mean no.

    *details* is an optional widget below the text (a list of what is concerned).
    """
    box = ConfirmBox(parent, title, text, action, danger=danger)
    if details is not None:
        box.column.addWidget(details)
    box.accepted.connect(lambda: on_confirm())
    if on_cancel is not None:
        box.rejected.connect(lambda: on_cancel())
    box.open()
    return box


class AskBox(Box):
    """Asks for one short text."""

    def __init__(self, parent: QWidget | None, title: str, text: str, value: str, action: str):
        super().__init__(parent, "info", title, text)
        self.field = QLineEdit(value)
        self.field.setAccessibleName(title)
        self.field.setMaxLength(100)
        self.column.addWidget(self.field)
        self.add_button("Cancel", self.reject)
        self.action_button = self.add_button(action, self.accept, role="primary")
        self.action_button.setDefault(True)
        self.field.textChanged.connect(self._check)
        self.field.returnPressed.connect(self.action_button.click)
        self._check()
        self.field.selectAll()
        self.field.setFocus()

    def _check(self) -> None:
        self.action_button.setEnabled(bool(self.field.text().strip()))


def ask_text(
    parent: QWidget | None,
    *,
    title: str,
    text: str,
    action: str,
    on_text: Callable[[str], object],
    value: str = "",
) -> AskBox:
    """Ask for one line of text; *on_text* gets it trimmed, never empty."""
    box = AskBox(parent, title, text, value, action)
    box.accepted.connect(lambda: on_text(box.field.text().strip()))
    box.open()
    return box
