"""The window's actions, menus and shortcuts in one place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop_app.ui.icons import keep_icon


class Actions(QObject):
    """Made once by the window; the same action stands in menu, header and context menus."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        standard = QKeySequence.StandardKey
        self.refresh = self._make("Refresh", "refresh", QKeySequence(Qt.Key.Key_F5))
        self.refresh_full = self._make("Refresh Everything", "refresh", QKeySequence("Shift+F5"))
        self.undo = self._make("Undo", "undo", QKeySequence(standard.Undo))
        self.redo = self._make("Redo", "redo", QKeySequence(standard.Redo))
        if "Ctrl+Y" not in self.redo.shortcut().toString():
            self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.new_workspace = self._make("New Workspace…", "plus")
        self.rename_workspace = self._make("Rename Workspace…", "rename")
        self.export_table = self._make("Export Mapping Table…", "export", QKeySequence("Ctrl+E"))
        self.import_table = self._make("Import Mapping Table…", "import", QKeySequence("Ctrl+I"))
        self.save_changes = self._make("Save Change Set…", "send")
        self.open_changes = self._make("Open Change Set…", "folder")
        self.print_report = self._make(
            "Print Review Report…", "print", QKeySequence(standard.Print)
        )
        self.backups = self._make("Backups…", "backup")
        self.history = self._make("History", "history", QKeySequence("Ctrl+H"))
        self.waiting = self._make("Waiting to Be Created…", "plus")
        self.forget_browser = self._make("Forget This Browser…", "trash")
        self.quit = self._make("Quit", "disconnect", QKeySequence(standard.Quit))
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.first_steps = self._make("First Steps", "rehearse")
        self.log = self._make("Log", "log", QKeySequence("Ctrl+Shift+L"))
        self.about = self._make("About Billing Bridge", "info")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make(self, text: str, icon: str, keys: QKeySequence | None = None) -> QAction:
        action = QAction(text, self)
        action.setToolTip(text.rstrip("…"))
        if keys is not None:
            action.setShortcut(keys)
        keep_icon(action, icon)
        return action


def fill_menu_bar(
    bar: QMenuBar,
    actions: Actions,
    workspaces: QMenu,
    pages: list[tuple[str, str]],
    go: Callable[[str], None],
) -> QMenu:
    """Fill the menu bar; returns the menu "Page", which the window fills for the page shown.

    pages: key and title of each; Alt+1 ... open them.
    """
    file = bar.addMenu("&File")
    file.addAction(actions.refresh)
    file.addAction(actions.refresh_full)
    file.addSeparator()
    workspaces.setTitle("&Workspace")
    file.addMenu(workspaces)
    file.addSeparator()
    file.addActions([actions.export_table, actions.import_table])
    file.addSeparator()
    file.addActions([actions.save_changes, actions.open_changes])
    file.addSeparator()
    file.addAction(actions.print_report)
    file.addAction(actions.backups)
    file.addSeparator()
    file.addAction(actions.forget_browser)
    file.addSeparator()
    file.addAction(actions.quit)

    edit = bar.addMenu("&Edit")
    edit.addAction(actions.undo)
    edit.addAction(actions.redo)

    view = bar.addMenu("&View")
    for number, (key, title) in enumerate(pages, start=1):
        opener = QAction(title, view)
        if number < 10:
            opener.setShortcut(QKeySequence(f"Alt+{number}"))
        opener.triggered.connect(lambda _=False, key=key: go(key))
        view.addAction(opener)
    view.addSeparator()
    view.addAction(actions.history)
    view.addAction(actions.waiting)

    page = bar.addMenu("&Page")

    help_menu = bar.addMenu("&Help")
    help_menu.addAction(actions.first_steps)
    help_menu.addAction(actions.log)
    help_menu.addSeparator()
    help_menu.addAction(actions.about)
    return page
