"""The menu of a mapping tab's rows: what makes sense for them now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui.mapping.commands import Commands
from desktop_app.ui.mapping.words import Row

LINES_BEFORE = ("exclude", "open")


def row_menu(
    parent: QWidget, commands: Commands, rows: Sequence[Row], current: Row | None
) -> QMenu:
    """rows: the ticked or selected ones. The actions themselves stay usable by key: only this menu
    says what makes sense."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    undecided = current is not None and current.undecided
    best = current.suggestion.best if current is not None else None
    sense = {
        "accept": current is not None and undecided and current.suggestion.acceptable,
        "change": bool(rows),
        "clear": any(row.mapping is not None or row.staged for row in rows),
        "exclude": bool(rows),
        "create": current is not None and current.mapping is None,
        "never": undecided and best is not None,
        "open": current is not None and (current.mapping is not None or best is not None),
        "seen": any(row.row.new for row in rows),
        "tick-all": True,
    }
    for name, makes_sense in sense.items():
        if name in commands.actions:
            if name in LINES_BEFORE:
                menu.addSeparator()
            commands[name].setEnabled(makes_sense)
            menu.addAction(commands[name])
    menu.aboutToHide.connect(commands.enable_all)
    return menu
