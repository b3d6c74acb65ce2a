"""The strip at the top: whose books, which world, how fresh, and the three buttons."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout

from desktop_app.domain.records import Environment, Workspace
from desktop_app.ui.icons import keep_icon
from desktop_app.ui.theme import Tone, scaled_font
from desktop_app.ui.times import moment, refreshed
from desktop_app.ui.widgets import Badge, Button, Elided, IconButton, Picture, Text, restyle

_ENVIRONMENTS = {
    Environment.PRODUCTION: ("PRODUCTION", "good"),
    Environment.SANDBOX: ("SANDBOX", "warning"),
    Environment.CUSTOM: ("CUSTOM", "accent"),
}


class Header(QFrame):
    """Shows what :meth:`show_workspace` and :meth:`show_network` are given."""

    def __init__(
        self, refresh: QAction, undo: QAction, redo: QAction, history: QAction, menu: QMenu
    ) -> None:
        super().__init__()
        self.setProperty("role", "header")
        self.setAccessibleName("Company and state")
        self.mark = Picture("bridge", Tone.ACCENT, 28)
        self.company = Elided()
        self.company.setFont(scaled_font(1.15, bold=True))
        self.workspace = Elided("", "muted")
        self.switch = QToolButton()
        keep_icon(self.switch, "chevron-down", Tone.MUTED)
        self.switch.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.switch.setMenu(menu)
        self.switch.setAccessibleName("Switch workspace")
        self.switch.setToolTip("Switch, add or rename a workspace")
        self.switch.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.environment = Badge()
        self.fresh = Text("", "muted")
        self.fresh.setWordWrap(False)
        self.network = Badge("Online", "neutral")
        self.refresh = Button("Refresh", icon="refresh", role="primary")
        self.undo = IconButton("undo", "Undo")
        self.redo = IconButton("redo", "Redo")
        self.history = IconButton("history", "History")
        self.lock = Badge("READ ONLY", "alarm")
        self.lock.hide()
        for button, action in (
            (self.refresh, refresh),
            (self.undo, undo),
            (self.redo, redo),
            (self.history, history),
        ):
            _follow(button, action)

        names = QVBoxLayout()
        names.setSpacing(1)
        # Aligned, so that neither holds the other to its own width.
        names.addWidget(self.company, 0, Qt.AlignmentFlag.AlignLeft)
        names.addWidget(self.workspace, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(12)
        row.addWidget(self.mark)
        self.company.setMinimumWidth(160)
        row.addLayout(names)
        row.addWidget(self.switch)
        row.addStretch(1)
        row.addWidget(self.lock)
        row.addWidget(self.environment)
        row.addSpacing(8)
        row.addWidget(self.fresh)
        row.addWidget(self.network)
        row.addSpacing(4)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.history)
        row.addWidget(self.refresh)

    def show_workspace(self, workspace: Workspace, now: datetime) -> None:
        self.company.setText(workspace.company_name or "No QuickBooks company yet")
        self.workspace.setText(f"Workspace: {workspace.name}")
        self.environment.setVisible(bool(workspace.quickbooks_app.client_id))
        self.environment.show_as(*_ENVIRONMENTS[workspace.quickbooks_app.environment])
        self.environment.setAccessibleName(f"Environment: {self.environment.text()}")
        self.fresh.setText(refreshed(workspace.refreshed_at, now))
        self.fresh.setToolTip(moment(workspace.refreshed_at) if workspace.refreshed_at else "")

    def show_lock(self, why: str) -> None:
        """The whole strip changes its look while the mappings can only be looked at."""
        self.lock.setVisible(bool(why))
        self.lock.setToolTip(why)
        self.lock.setAccessibleName(f"Read only: {why}" if why else "")
        self.mark.set_picture("lock" if why else "bridge", Tone.BAD if why else Tone.ACCENT)
        if self.property("locked") != bool(why):
            self.setProperty("locked", bool(why))
            restyle(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fresh.setVisible(event.size().width() > 860)  # the company's name is worth more
        super().resizeEvent(event)

    def show_network(self, *, offline: bool) -> None:
        self.network.show_as("Offline" if offline else "Online", "bad" if offline else "neutral")
        self.network.setToolTip(
            "The last try to reach a service failed. Reviewing and mapping work without it."
            if offline
            else "No network problem is known."
        )


def _follow(button: Button | IconButton, action: QAction) -> None:
    """A button that is enabled and explained as its action is."""

    def changed() -> None:
        button.setEnabled(action.isEnabled())
        keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
        tip = action.toolTip()
        button.setToolTip(f"{tip} ({keys})" if keys else tip)
        button.setAccessibleDescription(tip)

    action.changed.connect(changed)
    button.clicked.connect(action.trigger)
    changed()
