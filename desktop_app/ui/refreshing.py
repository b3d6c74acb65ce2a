"""The Refresh action: one task, its report, and what a failure says about the network."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from desktop_app.errors import BridgeError, NetworkError, ReconnectNeeded
from desktop_app.services.api import RefreshReport
from desktop_app.ui import messages
from desktop_app.ui.shell import Shell


class Refreshing(QObject):
    """Runs refreshes; nothing is changed by one that fails or is cancelled."""

    refreshed = Signal(object)  # RefreshReport, after its changes were published

    def __init__(self, shell: Shell, action: QAction, full: QAction) -> None:
        super().__init__(shell)
        self._shell = shell
        self._actions = (action, full)
        action.triggered.connect(lambda: self.start(full=False))
        full.triggered.connect(lambda: self.start(full=True))
        shell.refresh_requested.connect(action.trigger)
        shell.tasks.busy_changed.connect(lambda _name: self.update())
        self.update()

    def update(self) -> None:
        """Enable or disable the actions, with the reason or the cost as tool tip."""
        now = self._shell.services.workspaces.current()
        why = ""
        if self._shell.context.offline:
            why = "The program was started offline"
        elif not (now.quickbooks_connected and now.ninjaone_connected):
            why = "Enable NinjaOne Billing and QuickBooks first"
        elif self._shell.tasks.busy("quickbooks") is not None:
            why = "Something else is at work"
        cost = "" if why else self._shell.services.refresh.estimate()
        texts = (
            "Fetch what changed in NinjaOne and QuickBooks",
            "Fetch both catalogues anew in full",
        )
        for action, text in zip(self._actions, texts, strict=True):
            action.setEnabled(not why)
            action.setToolTip(why or (f"{text}. {cost}" if cost else text))

    def start(self, *, full: bool = False) -> None:
        self._shell.tasks.run(
            lambda progress: self._shell.services.refresh.refresh(progress, full=full),
            title="Refreshing",
            on_success=self._done,
            on_failure=lambda error: self._failed(error, full),
            on_cancel=lambda: self._shell.say("The refresh was cancelled. Nothing was changed."),
            exclusive="quickbooks",
        )

    def _done(self, report: RefreshReport) -> None:
        self._shell.set_offline(False)
        self._shell.publish(report.changes)
        counts = " · ".join(f"{name} {read:,} of {all_:,}" for name, read, all_ in report.counts)
        messages.show_notice(
            self._shell.window,
            "good",
            "Everything was fetched anew" if report.full else "Refreshed",
            report.text or f"{counts}. {report.metered_reads:,} metered reads.",
            key="done",
            seconds=20,
        )
        self.update()
        self.refreshed.emit(report)

    def _failed(self, error: BridgeError, full: bool) -> None:
        self._shell.set_offline(isinstance(error, NetworkError))
        ways: tuple[messages.Choice, ...] = ()
        if isinstance(error, ReconnectNeeded):
            ways = (messages.Choice("Open Integrations", lambda: self._shell.go("integrations")),)
        messages.show_error(
            self._shell.window, error, try_again=lambda: self.start(full=full), choices=ways
        )
