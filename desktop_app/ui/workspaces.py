"""The workspace menu: switch, new, rename."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.actions import Actions
from desktop_app.ui.shell import Shell


class WorkspaceMenu(QMenu):
    """Filled anew each time it opens."""

    def __init__(self, shell: Shell, actions: Actions, parent: QWidget) -> None:
        super().__init__("Workspace", parent)
        self._shell = shell
        self._actions = actions
        self.aboutToShow.connect(self.fill)
        actions.new_workspace.triggered.connect(self._new)
        actions.rename_workspace.triggered.connect(self._rename)
        self.fill()

    def fill(self) -> None:
        self.clear()
        group = QActionGroup(self)
        now = self._shell.services.workspaces.current()
        busy = bool(self._shell.tasks.running())
        for each in self._shell.services.workspaces.all():
            company = f"  ·  {each.company_name}" if each.company_name else ""
            choice = QAction(f"{each.name}{company}".replace("&", "&&"), self)
            choice.setCheckable(True)
            choice.setChecked(each.id == now.id)
            choice.setEnabled(not busy or each.id == now.id)
            choice.triggered.connect(lambda _=False, number=each.id: self.open(number))
            group.addAction(choice)
            self.addAction(choice)
        self.addSeparator()
        self.addAction(self._actions.new_workspace)
        self.addAction(self._actions.rename_workspace)
        self._actions.new_workspace.setEnabled(not busy)

    def open(self, workspace_id: int) -> None:
        """Switch. Not while a task runs: it works on the workspace it was started in."""
        if self._shell.tasks.running():  # begun since the menu was filled
            self._shell.say("Something is at work in this workspace: wait until it has ended.")
        elif workspace_id != self._shell.services.workspaces.current().id:
            self._apply(lambda: self._shell.services.workspaces.open(workspace_id))

    def _new(self) -> None:
        messages.ask_text(
            self._shell.window,
            title="New workspace",
            text="A workspace joins one NinjaOne tenant to one QuickBooks company, with its own"
            " mappings. The new one takes over the app keys of this one.",
            action="Make it",
            on_text=lambda name: self._apply(lambda: self._shell.services.workspaces.create(name)),
        )

    def _rename(self) -> None:
        messages.ask_text(
            self._shell.window,
            title="Rename workspace",
            text="",
            value=self._shell.services.workspaces.current().name,
            action="Rename",
            on_text=lambda name: self._apply(lambda: self._shell.services.workspaces.rename(name)),
        )

    def _apply(self, change: Callable[[], ChangeSet]) -> None:
        try:
            self._shell.publish(change())
        except BridgeError as error:
            messages.show_error(self._shell.window, error)
