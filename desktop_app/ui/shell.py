"""What every screen is handed: the services, the task helper, and ways to reach the window."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_app.domain.records import ChangeSet
from desktop_app.services.api import Service, Services
from desktop_app.ui.icons import keep_icon
from desktop_app.ui.tasks import Tasks


class LogLine(Protocol):
    """One record of the log, already free of secrets. created: seconds since 1970."""

    @property
    def number(self) -> int: ...

    @property
    def created(self) -> float: ...

    @property
    def level(self) -> int: ...

    @property
    def logger(self) -> str: ...

    @property
    def text(self) -> str: ...


class LogSource(Protocol):
    """The last log records, kept in memory. Listeners are called in the thread that logged."""

    def lines(self) -> tuple[Any, ...]: ...

    def subscribe(self, listener: Callable[[Any], None]) -> tuple[Any, ...]: ...

    def unsubscribe(self, listener: Callable[[Any], None]) -> None: ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Demo:
    """A sample sign-in to the simulator, shown in the first-run panel and the sign-in window."""

    email: str
    password: str
    one_time_code: str = ""

    @property
    def words(self) -> str:
        text = f"{self.email}  ·  password  {self.password}"
        return f"{text}  ·  code  {self.one_time_code}" if self.one_time_code else text


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What the window needs besides the services.

    web_profile_dir: cookies and storage of the embedded browser. log: the in-memory log, if one
    is kept. redact: takes secrets out of a text (crash reports). offline: start without network.
    read_only: beside another window on the same profile, nothing can be changed.
    demo: sample sign-ins, empty outside the demo.
    """

    web_profile_dir: Path
    log: LogSource | None = None
    log_file: Path | None = None
    data_dir: Path | None = None
    version: str = ""
    demo: MappingOf[Service, Demo] = field(default_factory=dict)
    offline: bool = False
    read_only: bool = False
    now: Callable[[], datetime] = _now
    redact: Callable[[str], str] = field(default=lambda text: text)


class Shell(QObject):
    """Handed to every page. All signals are on the window's thread."""

    changed = Signal(object)  # ChangeSet: something was changed; screens concerned reload
    go_requested = Signal(str, object)  # key of a page, and what it is to show (or None)
    said = Signal(str)  # a line for the status bar
    offline_changed = Signal(bool)
    refresh_requested = Signal()  # as if the Refresh action had been chosen

    def __init__(self, services: Services, context: Context, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self.services = services
        self.context = context
        self.tasks = tasks
        self.window = window
        self.offline = context.offline

    @property
    def locked(self) -> str:
        """ "" when mappings can be changed; else why they can only be looked at, in words."""
        return self.services.review.locked() if self.services.has("review") else ""

    def publish(self, changes: ChangeSet) -> None:
        """Tell all screens what a service changed; its text goes to the status bar."""
        self.changed.emit(changes)
        if changes.text:
            self.said.emit(changes.text)

    def go(self, key: str, what: object = None) -> None:
        """Open a page; *what* is handed to its :meth:`Page.focus_on`."""
        self.go_requested.emit(key, what)

    def say(self, text: str) -> None:
        """A line in the status bar."""
        self.said.emit(text)

    def set_offline(self, offline: bool) -> None:
        """Called with what the last network operation showed."""
        if offline != self.offline:
            self.offline = offline
            self.offline_changed.emit(offline)


class Page(QWidget):
    """Base of the screens in the window.

    key: its name for :meth:`Shell.go`. title and icon stand in the rail. exclusive task names in
    use: "quickbooks" (anything that goes online), "local" (long local work).
    """

    key = ""
    title = ""
    icon = ""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell

    def concerned(self, changes: ChangeSet) -> bool:
        """Whether *changes* touch what this page shows."""
        return True

    def refresh(self, changes: ChangeSet | None) -> None:
        """Read again from the services; None: everything. Called when the page is first shown,
        and after changes that concern it: at once if visible, else before it is shown next."""

    def page_actions(self) -> list[QAction]:
        """The page's own actions, for the menu "Page" and their shortcuts while it is shown."""
        return []

    def new_action(
        self,
        text: str,
        icon: str,
        keys: str | QKeySequence.StandardKey,
        work: Callable[[], object],
        table: QWidget | None = None,
    ) -> QAction:
        """One of the page's own; its *keys* ("" for none) hold while the page has the focus. table:
        they hold there only, since elsewhere a letter is a letter."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: work())
        keep_icon(action, icon)
        if table is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        (table or self).addAction(action)
        return action

    def focus_on(self, what: object) -> None:
        """Show something particular (a filter, a row); what another screen passed to go()."""

    def leaving(self) -> None:
        """Called before another page is shown and before the window closes: save the layout."""
