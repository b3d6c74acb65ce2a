"""The actions of a mapping tab: one for each command, with the keys that it has now."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from itertools import groupby

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui.icons import keep_icon
from desktop_app.ui.mapping.keys import COMMANDS, Bindings, only_in_table

FOCUSED = ("change", "clear")
"""What changes rows acts only while the focus is on the page, even by a function key."""


class Commands(QObject):
    """work: what each command does, by its id. Keys that are text elsewhere are bound to *table*
    alone; the others to *page*."""

    def __init__(
        self,
        page: QWidget,
        table: QWidget,
        bindings: Bindings,
        work: MappingOf[str, Callable[[], object]],
    ) -> None:
        super().__init__(page)
        self._bindings = bindings
        self.actions: dict[str, QAction] = {}
        self._letters: dict[str, QAction] = {}
        self._menu: list[QAction] = []
        for command in COMMANDS:
            if command.id not in work:
                continue
            action = QAction(command.text, page)
            action.triggered.connect(lambda _=False, do=work[command.id]: do())
            if command.icon:
                keep_icon(action, command.icon)
            letters = QAction(command.text, table)
            letters.triggered.connect(action.trigger)
            letters.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            page.addAction(action)
            table.addAction(letters)
            self.actions[command.id], self._letters[command.id] = action, letters
        bindings.changed.connect(self._bind)
        self._bind()

    def __getitem__(self, command_id: str) -> QAction:
        return self.actions[command_id]

    def menu_actions(self) -> list[QAction]:
        """For the menu Page: by group, with lines between the groups and a menu for the digits."""
        if not self._menu:
            self._menu = self._make_menu()
        return list(self._menu)

    def _make_menu(self) -> list[QAction]:
        result: list[QAction] = []
        for _group, commands in groupby(COMMANDS, key=lambda command: command.group):
            if result:
                result.append(self._separator())
            for command in commands:
                if command.id.startswith(("candidate-", "chip-")):
                    if command.id.endswith("-1"):
                        result.append(self._sub_menu(command.id.partition("-")[0]))
                elif command.id in self.actions:
                    result.append(self.actions[command.id])
        return result

    def enable_all(self) -> None:
        for action in self.actions.values():
            action.setEnabled(True)

    def _bind(self) -> None:
        for name, action in self.actions.items():
            keys = self._bindings.keys(name)
            plain = [QKeySequence(key) for key in keys if only_in_table(key)]
            strong = [QKeySequence(key) for key in keys if not only_in_table(key)]
            letters = self._letters[name]
            text = next(command.text for command in COMMANDS if command.id == name)
            # Return and Enter are one key to a person.
            letters.setShortcuts(plain)
            action.setShortcuts(strong)
            if name in FOCUSED:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shown = plain[0].toString(QKeySequence.SequenceFormat.NativeText) if plain else ""
            action.setText(f"{text}\t{shown}" if shown and not strong else text)

    def _separator(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def _sub_menu(self, prefix: str) -> QAction:
        title = {"candidate": "Take candidate", "chip": "Show"}[prefix]
        page = self.parent()
        menu = QMenu(title, page if isinstance(page, QWidget) else None)
        menu.addActions([a for name, a in self.actions.items() if name.startswith(f"{prefix}-")])
        return menu.menuAction()
