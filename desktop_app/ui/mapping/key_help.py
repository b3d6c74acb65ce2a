"""The overlay that lists all keys of the mapping tabs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.mapping.keys import CANDIDATES, COMMANDS, FIXED, Bindings
from desktop_app.ui.screens import resize_dialog
from desktop_app.ui.theme import scaled_font
from desktop_app.ui.widgets import Button, Heading, Text, row_of, scrolling


class KeyHelp(QDialog):
    """Esc closes it; *change_keys* opens the settings."""

    def __init__(
        self, parent: QWidget, bindings: Bindings, change_keys: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        resize_dialog(self, 820, 560)
        self._change_keys = change_keys
        left, right = QVBoxLayout(), QVBoxLayout()
        for number, (title, lines) in enumerate(key_lines(bindings)):
            (left if number in (0, 1, 4) else right).addLayout(_group(title, lines))
        for column in (left, right):
            column.setSpacing(16)
            column.addStretch(1)
        content = QWidget()
        both = QHBoxLayout(content)
        both.setContentsMargins(0, 0, 8, 0)
        both.setSpacing(36)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        self.change_button = Button("Change keys…", self._change, icon="edit")
        self.close_button = Button("Close", self.reject, role="primary")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 22, 24, 18)
        outer.setSpacing(12)
        outer.addWidget(Heading("Keys", 2))
        outer.addWidget(
            Text("Letters and digits act while the table has the focus; in a field they are text.")
        )
        outer.addWidget(scrolling(content), 1)
        outer.addLayout(row_of(self.change_button, None, self.close_button))
        self.close_button.setFocus()

    def _change(self) -> None:
        self.accept()
        self._change_keys()


def key_lines(bindings: Bindings) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group, then (keys, what they do); the nine candidates and the chips as one line each."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for group, commands in groupby(COMMANDS, key=lambda command: command.group):
        lines = []
        for command in commands:
            keys = bindings.text(command.id)
            if command.id == "candidate-1":
                last = bindings.text(f"candidate-{CANDIDATES}")
                lines.append((f"{keys} … {last}", "Take that candidate, go on"))
            elif command.id.startswith("candidate-") or not keys:
                continue
            else:
                lines.append((keys, command.text.rstrip("…")))
        found.append((group, lines))
    found.append(("Always", list(FIXED)))
    return found


def _group(title: str, lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    grid.addWidget(Heading(title, 3), 0, 0, 1, 2)
    for number, (keys, text) in enumerate(lines, start=1):
        label = QLabel(keys)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(scaled_font(0.94, bold=True))
        label.setAccessibleName(f"{keys}: {text}")
        grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Text(text, "muted"), number, 1)
    return grid
