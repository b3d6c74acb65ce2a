"""The keys of the mapping tabs: look at them, give a command others, take the changes back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QKeySequenceEdit,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.mapping.keys import BY_ID, COMMANDS, bindings_of
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import MARGIN, Button, Card, Heading, Text, row_of

COMMAND_ROLE = Qt.ItemDataRole.UserRole


class KeySettings(QWidget):
    """A change applies at once, to all tabs; keys that something else has are refused."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._bindings = bindings_of(shell)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Commands and their keys")
        self.list.setHeaderLabels(["Command", "Keys"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setMinimumHeight(220)
        self.list.header().resizeSection(0, 320)
        for command in COMMANDS:
            item = QTreeWidgetItem([command.text.rstrip("…"), ""])
            item.setData(0, COMMAND_ROLE, command.id)
            self.list.addTopLevelItem(item)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.edit = QKeySequenceEdit()
        self.edit.setAccessibleName("New keys")
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.keySequenceChanged.connect(lambda _: self._show_conflict())
        self.add_button = Button("Add", self._add, role="primary", name="Add these keys")
        self.only_button = Button("Use only this", self._replace)
        self.none_button = Button("No keys", self._remove)
        self.default_button = Button("As it came", self._default)
        self.reset_button = Button("All as they came", self._reset, role="quiet")
        self.message = Text("", "muted")
        label = QLabel("&New keys")
        label.setBuddy(self.edit)
        card = Card()
        card.body.addWidget(Heading("Keys of the mapping tabs", 2))
        card.body.addWidget(
            Text(
                "Letters and digits act while the table has the focus; in a field they are text. "
                "Choose a command, press the new keys, then Add.",
                "muted",
            )
        )
        card.body.addWidget(self.list, 1)
        card.body.addLayout(
            row_of(
                label,
                self.edit,
                self.add_button,
                self.only_button,
                self.none_button,
                self.default_button,
                None,
                self.reset_button,
                spacing=8,
            )
        )
        card.body.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 18, MARGIN, MARGIN)
        column.addWidget(card, 1)
        self._bindings.changed.connect(self._fill)
        self._fill()
        self.choose(COMMANDS[0].id)

    def command(self) -> str:
        """The id of the chosen command, "" for none."""
        item = self.list.currentItem()
        return str(item.data(0, COMMAND_ROLE)) if item is not None else ""

    def choose(self, command_id: str) -> None:
        for place in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(place)
            if item is not None and item.data(0, COMMAND_ROLE) == command_id:
                self.list.setCurrentItem(item)

    def _fill(self) -> None:
        for place in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(place)
            if item is not None:
                name = str(item.data(0, COMMAND_ROLE))
                own = "  (changed)" if self._bindings.is_own(name) else ""
                item.setText(1, f"{self._bindings.text(name) or 'none'}{own}")
        self._show_current()

    def _show_current(self) -> None:
        name = self.command()
        self.edit.clear()
        self.none_button.setEnabled(bool(name) and bool(self._bindings.keys(name)))
        self.default_button.setEnabled(bool(name) and self._bindings.is_own(name))
        self._show_conflict()

    def _typed(self) -> str:
        return self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _show_conflict(self) -> None:
        name, typed = self.command(), self._typed()
        user = self._bindings.user_of(typed, but=name) if typed else ""
        free = bool(name and typed and not user)
        self.add_button.setEnabled(free)
        self.only_button.setEnabled(free)
        if user:
            self.message.setText(f"{typed} is used for {user} already.")
        elif name:
            self.message.setText(f"{BY_ID[name].text.rstrip('…')}: {self._bindings.text(name)}")
        self.message.set_role("warning" if user else "muted")

    def _add(self) -> None:
        name = self.command()
        self._set([*self._bindings.keys(name), self._typed()])

    def _replace(self) -> None:
        self._set([self._typed()])

    def _remove(self) -> None:
        self._set([])

    def _default(self) -> None:
        self._set(list(BY_ID[self.command()].keys))

    def _set(self, keys: list[str]) -> None:
        problem = self._bindings.set_keys(self.command(), keys)
        if problem:
            self.message.setText(problem)
            self.message.set_role("warning")

    def _reset(self) -> None:
        self._bindings.reset()
