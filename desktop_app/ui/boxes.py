"""Boxes: questions, and errors where no notice bar is in sight. See :mod:`.messages`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.errors import BridgeError, ServiceFault
from desktop_app.ui.banners import LOOK, Action, details_field
from desktop_app.ui.widgets import Button, Fold, Heading, Picture, Text


def details_of(error: BridgeError) -> str:
    """The text of the Details fold."""
    lines = [error.detail]
    if isinstance(error, ServiceFault):
        if error.element:
            lines.append(f"Field: {error.element}")
        if error.service_detail:
            lines.append(f"{error.service} says: {error.service_detail}")
    return "\n".join(line for line in lines if line)


class Box(QDialog):
    """The frame of all boxes: icon, title, text, room for more, buttons on the right."""

    def __init__(self, parent: QWidget | None, level: str, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        icon, tone = LOOK[level]
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
            self.column.addWidget(Fold("Details", details_field(details)))
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
