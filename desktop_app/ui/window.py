"""The main window: rail, header, notices, pages, status bar; it hands changes to the pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.creating import CreateState
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress
from desktop_app.services.api import Services
from desktop_app.ui import messages
from desktop_app.ui.actions import Actions, fill_menu_bar
from desktop_app.ui.bulk import change_rows
from desktop_app.ui.header import Header
from desktop_app.ui.invoices.looking import PREFLIGHT, PreflightStanding
from desktop_app.ui.login.flow import SignIn
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.messages import Banners
from desktop_app.ui.pages import MAPPING, PageSpec, standard_pages
from desktop_app.ui.rail import Rail
from desktop_app.ui.refreshing import Refreshing
from desktop_app.ui.reviewing import CHANGES, EXCHANGE, Reviewing
from desktop_app.ui.shell import Context, Page, Shell
from desktop_app.ui.task_strip import TaskStrip
from desktop_app.ui.tasks import Tasks
from desktop_app.ui.theme import Choice, theme
from desktop_app.ui.watch import Watch
from desktop_app.ui.widgets import Button, Elided
from desktop_app.ui.workspaces import WorkspaceMenu

_MINUTE = 60_000
_NARROW = 1000
"""A window of fewer logical pixels has a rail of icons alone."""


class MainWindow(QMainWindow):
    """One per program. pages: other ones than the standard set, for tests."""

    def __init__(
        self, services: Services, context: Context, pages: Sequence[PageSpec] | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Billing Bridge")
        self.services = services
        self.context = context
        theme().choose(Choice(services.settings.get("appearance", Choice.SYSTEM.value)))
        self.tasks = Tasks(self)
        self.shell = Shell(services, context, self.tasks, self)
        self.web = WebHome(context.web_profile_dir, self)
        self.web.plain_agent = bool(services.settings.get("plain_user_agent", True))
        self.sign_in = SignIn(self.shell, self.web)
        self.actions_ = Actions(self)
        self.specs = tuple(pages or standard_pages(self._integrations, self._settings))
        if not services.has("review"):
            self.specs = tuple(spec for spec in self.specs if spec.key != CHANGES)
        if not services.has("preflight"):
            self.specs = tuple(spec for spec in self.specs if spec.key != PREFLIGHT)
        if not services.has("documents"):
            self.specs = tuple(spec for spec in self.specs if spec.key != "month-end")
        self._pages: dict[str, Page] = {}
        self._stale: dict[str, ChangeSet | None] = {}
        self._current = ""
        self._closing = False

        self.workspace_menu = WorkspaceMenu(self.shell, self.actions_, self)
        self.page_menu = fill_menu_bar(
            self.menuBar(),
            self.actions_,
            self.workspace_menu,
            [(spec.key, spec.title) for spec in self.specs],
            self.go,
        )
        self._lay_out()
        self.refreshing = Refreshing(self.shell, self.actions_.refresh, self.actions_.refresh_full)
        self.reviewing = Reviewing(
            self.shell,
            self.actions_,
            self.refreshing,
            header=self.header,
            rail=self.rail,
            tabs=self.tabs,
            tab_keys=self._tab_keys,
            counts=self.counts,
            staged=self.staged,
            current=lambda: self._pages.get(self._current),
            made=lambda: self._pages,
        )
        self.watch = Watch(self.shell, self.sign_in)
        self._connect()
        self._restore()
        self._workspace_changed()
        self.watch.look()
        self.reviewing.standing.look()
        if PREFLIGHT in self.rail.buttons:
            self.preflight_standing = PreflightStanding(self.shell, self.rail)
        self._settle()
        self.refreshing.refreshed.connect(lambda _report: self._settle_again())

    # --- Putting it together -------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.header = Header(
            self.actions_.refresh,
            self.actions_.undo,
            self.actions_.redo,
            self.actions_.history,
            self.workspace_menu,
        )
        self.rail = Rail(self.specs)
        self.banners = Banners()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Mapping")
        self.tabs.setExpanding(False)
        self._tab_keys = [spec.key for spec in self.specs if spec.section == MAPPING]
        for spec in self.specs:
            if spec.section == MAPPING:
                self.tabs.addTab(spec.title)
        self.stack = QStackedWidget()

        self.banners.setContentsMargins(24, 14, 24, 0)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.banners)
        beside = QHBoxLayout()
        beside.setContentsMargins(12, 4, 24, 0)  # so that a tab's text stands above the page's
        beside.addWidget(self.tabs, 1)
        right.addLayout(beside)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(middle, 1)
        self.setCentralWidget(whole)

        self.status = Elided("", "muted")
        self.status.setContentsMargins(12, 0, 0, 0)
        self.counts = Elided("", "muted")
        self.counts.setContentsMargins(12, 0, 12, 0)
        self.staged = Button("", role="link", name="Staged")
        self.strip = TaskStrip(self.tasks)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self.strip)
        self.statusBar().addPermanentWidget(self.staged)
        self.statusBar().addPermanentWidget(self.counts)

    def _connect(self) -> None:
        shell, actions = self.shell, self.actions_
        shell.changed.connect(self.apply)
        shell.go_requested.connect(self.go)
        shell.said.connect(self.status.setText)
        shell.offline_changed.connect(lambda now: self.header.show_network(offline=now))
        self.rail.chosen.connect(self.go)
        self.tabs.currentChanged.connect(lambda index: self.go(self._tab_keys[index]))
        actions.undo.triggered.connect(self._undo)
        actions.redo.triggered.connect(self._redo)
        actions.forget_browser.triggered.connect(self._forget_browser)
        actions.first_steps.triggered.connect(lambda: self.go("integrations", "first steps"))
        actions.log.triggered.connect(self.show_log)
        actions.about.triggered.connect(self.show_about)
        actions.quit.triggered.connect(self.close)
        actions.log.setEnabled(self.context.log is not None)
        self._clock = QTimer(self)
        self._clock.setInterval(_MINUTE)
        self._clock.timeout.connect(self._show_workspace)
        self._clock.start()

    def _integrations(self, shell: Shell) -> Page:
        from desktop_app.ui.integrations.page import IntegrationsPage

        return IntegrationsPage(shell, self.sign_in, self.actions_.refresh)

    def _settings(self, shell: Shell) -> Page:
        from desktop_app.ui.settings.page import SettingsPage

        return SettingsPage(shell, self.web)

    # --- Pages ---------------------------------------------------------------------------------

    def page(self, key: str) -> Page:
        """The page of this key; it is made when first asked for."""
        if key not in self._pages:
            spec = next(spec for spec in self.specs if spec.key == key)
            made = spec.make(self.shell)
            made.setAccessibleName(spec.title)
            self._pages[key] = made
            self._stale[key] = None
            self.stack.addWidget(made)
        return self._pages[key]

    def go(self, key: str, what: object = None) -> None:
        """Show a page; *what* is handed to it."""
        if key == EXCHANGE:
            self.reviewing.exchange_asked(what)
            return
        page = self.page(key)
        if key != self._current:
            if self._current:
                self._pages[self._current].leaving()
            self._current = key
            for banner in self.banners.shown():
                if banner.level == "good":  # read by now
                    banner.dismiss()
            self.stack.setCurrentWidget(page)
            self.rail.mark(key)
            in_tabs = key in self._tab_keys
            self.tabs.setVisible(in_tabs)
            if in_tabs:
                self.tabs.setCurrentIndex(self._tab_keys.index(key))
            self._fill_page_menu(page)
        if key in self._stale:
            page.refresh(self._stale.pop(key))
        if what is not None:
            page.focus_on(what)
        self.reviewing.page_shown(page)

    @property
    def current_page(self) -> Page:
        return self._pages[self._current]

    def apply(self, changes: ChangeSet) -> None:
        """Hand *changes* to the pages concerned: the one shown now, the others when shown."""
        if changes.workspace:
            self._workspace_changed()
        self._show_undo()
        for key, page in self._pages.items():
            if not page.concerned(changes):
                continue
            if key == self._current:
                page.refresh(changes)
            elif key not in self._stale:
                self._stale[key] = changes
            elif self._stale[key] is not None:
                self._stale[key] = None  # two changes: read everything once

    def _fill_page_menu(self, page: Page) -> None:
        self.page_menu.clear()
        actions = page.page_actions()
        self.page_menu.addActions(actions)
        self.page_menu.menuAction().setVisible(bool(actions))

    # --- What stands around the pages ----------------------------------------------------------

    def _workspace_changed(self) -> None:
        self._show_workspace()
        self.header.show_network(offline=self.shell.offline)
        self.refreshing.update()
        self._show_undo()
        now = self.services.workspaces.current()
        self.setWindowTitle(f"{now.company_name or now.name} – Billing Bridge")

    def _show_workspace(self) -> None:
        self.header.show_workspace(self.services.workspaces.current(), self.context.now())

    def _show_undo(self) -> None:
        for action, word, text in (
            (self.actions_.undo, "Undo", self.services.mapping.undo_text()),
            (self.actions_.redo, "Redo", self.services.mapping.redo_text()),
        ):
            locked = self.shell.locked
            action.setEnabled(bool(text) and not locked)
            tip = f"{word}: {text}" if text else f"Nothing to {word.lower()}"
            action.setToolTip(locked or tip)

    def _undo(self) -> None:
        mapping = self.services.mapping
        change_rows(self.shell, self, mapping.undo_rows(), "Undo", mapping.undo)

    def _redo(self) -> None:
        mapping = self.services.mapping
        change_rows(self.shell, self, mapping.redo_rows(), "Redo", mapping.redo)

    def _settle(self) -> None:
        """Find out what became of writes whose answer was lost before the program closed."""
        now = self.services.workspaces.current()
        if now.quickbooks_connected and not self.context.offline:
            self.tasks.run(
                self._look_up,
                title="Looking up what QuickBooks did not answer",
                on_success=self.shell.publish,
                on_failure=lambda error: self.shell.say(f"{error.title}: {error.message}"),
                exclusive="quickbooks",
                quiet=True,
            )

    def _settle_again(self) -> None:
        """There is a connection, and the last creation that was asked for has no answer."""
        if self.services.has("create") and any(
            creation.state is CreateState.SENDING for creation in self.services.create.pending()
        ):
            self._settle()

    def _look_up(self, progress: Progress) -> ChangeSet:
        """Invoices first, then customers and items that were being created."""
        sent = self.services.invoices.settle(progress)
        if not self.services.has("create"):
            return sent
        made = self.services.create.settle(progress)
        return ChangeSet(
            kinds=sent.kinds | made.kinds,
            source_ids=sent.source_ids | made.source_ids,
            invoices=sent.invoices or made.invoices,
            text="; ".join(filter(None, (sent.text, made.text))),
        )

    def _forget_browser(self) -> None:
        messages.confirm(
            self,
            title="Forget this browser?",
            text="Cookies and storage of the sign-in window are removed; the next sign-in asks"
            " for password and second factor again. Connections stay as they are.",
            action="Forget",
            on_confirm=self._forget,
        )

    def _forget(self) -> None:
        self.web.forget()
        self.shell.say("The browser was forgotten.")

    def show_log(self) -> None:
        from desktop_app.ui.logview import LogWindow

        if self.context.log is not None:
            LogWindow.show_for(self, self.context.log, self.context.log_file)

    def show_about(self) -> None:
        from desktop_app.ui.about import AboutBox

        AboutBox(self, self.context.version, self.services.facts).open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(event.size().width() < _NARROW)

    # --- Opening and closing -------------------------------------------------------------------

    def _restore(self) -> None:
        geometry = self.services.settings.get("window.geometry", "")
        restored = bool(geometry) and self.restoreGeometry(
            QByteArray.fromBase64(QByteArray(geometry.encode()))
        )
        if not restored:
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(1280, room.width() - 40), min(820, room.height() - 60))
        self.setMinimumSize(620, 420)  # a small screen at 200 % has little more
        last = self.services.settings.get("window.page", "")
        keys = [spec.key for spec in self.specs]
        self.go(last if last in keys else keys[0])
        self.rail.buttons[self._current].setFocus()

    def _save(self) -> None:
        self._pages[self._current].leaving()
        packed = bytes(self.saveGeometry().toBase64().data()).decode()
        self.services.settings.set("window.geometry", packed)
        self.services.settings.set("window.page", self._current)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing:
            self._closing = True
            self._save()
            if self.tasks.running():
                self.status.setText("Ending what is under way…")
                self.tasks.shut_down(self.close)
                event.ignore()
                return
        self.web.close()
        event.accept()
