"""Keeps the suggestions of a mapping tab up to date, by searches beside the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.ui.mapping.desk import there
from desktop_app.ui.shell import Shell

PAUSE = 400
"""Milliseconds without a change before it is looked at what has to be searched again."""
TASK = "suggestions"


class Searching(QObject):
    """One search at a time in the whole window; nothing happens while nothing is old."""

    def __init__(self, shell: Shell, kind: Kind) -> None:
        super().__init__(shell)
        self._shell, self._kind = shell, kind
        self._own = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(lambda: self._look())

    def look_soon(self, changes: ChangeSet | None) -> None:
        """Something changed (None: perhaps everything)."""
        if not self._own and there(self._shell.services.suggest):
            self._pause.start()

    def again(self) -> None:
        """Search all of this tab's rows anew, after a search that failed."""
        if there(self._shell.services.suggest):
            self._look((self._kind,))

    def _look(self, kinds: tuple[Kind, ...] | None = None) -> None:
        service, kind = self._shell.services.suggest, self._kind
        if self._shell.tasks.busy(TASK) is not None:
            self._pause.start()  # another tab's: look again when it has ended
            return
        self._shell.tasks.run(
            lambda progress: service.search(progress, kinds),
            title=f"Search suggestions for {kind.label.lower()}",
            on_success=self._found,
            on_failure=self._failed,
            exclusive=TASK,
            quiet=True,
        )

    def _found(self, changes: ChangeSet) -> None:
        if not changes.kinds:
            return
        self._own = True
        try:
            self._shell.publish(changes)
        finally:
            self._own = False

    def _failed(self, error: BridgeError) -> None:
        self._shell.say(f"Suggestions could not be searched: {error.message}")
