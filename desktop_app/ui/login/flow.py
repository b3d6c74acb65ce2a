"""A sign-in from the first click to the last word: begin, browser, finish, other company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop_app.domain.ports import SignInRequest
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError, ConfigurationError, OtherCompany
from desktop_app.services.api import Service
from desktop_app.ui import messages
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.shell import Shell

if TYPE_CHECKING:  # QtWebEngine is read when the first sign-in opens, not at the start
    from desktop_app.ui.login.window import SignInWindow


class SignIn(QObject):
    """Runs sign-ins, one at a time. Everything online goes through the task helper."""

    def __init__(self, shell: Shell, home: WebHome) -> None:
        super().__init__(shell)
        self._shell = shell
        self._home = home
        self.window: SignInWindow | None = None
        self.window_options: dict[str, Any] = {}

    def start(self, service: Service) -> None:
        """Enable or Reconnect. What is missing has been checked by the caller."""
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()
            return
        self._shell.tasks.run(
            lambda progress: self._shell.services.connect.begin(service, progress),
            title=f"Opening the {service.value} sign-in",
            on_success=lambda request: self._browse(service, request),
            exclusive="quickbooks",
        )

    def connect_machine(self) -> None:
        """NinjaOne with machine-to-machine keys: no browser."""
        self._shell.tasks.run(
            self._shell.services.connect.connect_machine,
            title="Connecting to NinjaOne",
            on_success=lambda changes: self._connected(Service.NINJAONE, changes),
            exclusive="quickbooks",
        )

    def _browse(self, service: Service, request: SignInRequest) -> None:
        try:
            from desktop_app.ui.login.window import SignInWindow
        except ImportError as error:  # a system library that QtWebEngine loads is missing
            messages.show_error(
                self._shell.window,
                ConfigurationError(
                    "The embedded browser could not be loaded.",
                    title="No sign-in window",
                    advice="Install the program again. On Linux, “python3 dev.py demo” names the"
                    " system packages that are missing.",
                    detail=str(error),
                ),
            )
            return

        window = SignInWindow(
            self._shell.window,
            self._home,
            service,
            request,
            demo=self._shell.context.demo.get(service),
            **self.window_options,
        )
        self.window = window
        window.arrived.connect(lambda address: self._finish(window, service, request, address))
        window.cancelled.connect(lambda: self._shell.say("The sign-in was cancelled."))
        window.again.connect(lambda: self._again(window, service))
        window.destroyed.connect(self._gone)
        window.open()

    def _gone(self) -> None:
        self.window = None

    def _again(self, window: SignInWindow, service: Service) -> None:
        window.destroyed.connect(lambda: self.start(service))
        window.finish()

    def _finish(
        self, window: SignInWindow, service: Service, request: SignInRequest, address: str
    ) -> None:
        task = self._shell.tasks.run(
            lambda progress: self._shell.services.connect.finish(
                service, request, address, progress
            ),
            title=f"Finishing the {service.value} sign-in",
            on_success=lambda changes: self._succeeded(window, service, changes),
            on_failure=lambda error: self._failed(window, error),
            on_cancel=lambda: self._cancelled(window),
            exclusive="quickbooks",
        )
        if task is None:
            window.show_outcome(
                BridgeError(
                    "Something else was still at work, so the sign-in could not be finished.",
                    title="Sign-in did not finish",
                    advice="Wait until it has ended, then start again.",
                )
            )
            return
        window.cancel_work.connect(task.cancel)
        task.progressed.connect(lambda step: window.show_working(step.text))

    def _cancelled(self, window: SignInWindow) -> None:
        window.finish()
        self._shell.say("The sign-in was cancelled.")

    def _succeeded(self, window: SignInWindow, service: Service, changes: ChangeSet) -> None:
        window.finish()
        self._connected(service, changes)

    def _connected(self, service: Service, changes: ChangeSet) -> None:
        self._shell.set_offline(False)
        self._shell.publish(changes)
        now = self._shell.services.workspaces.current()
        what = now.company_name if service is Service.QUICKBOOKS else "NinjaOne Billing"
        messages.show_notice(
            self._shell.window,
            "good",
            f"Connected to {what or service.value}",
            "Next: refresh, to fetch both catalogues."
            if now.quickbooks_connected and now.ninjaone_connected
            else "",
            key="done",
            seconds=12,
        )

    def _failed(self, window: SignInWindow, error: BridgeError) -> None:
        if isinstance(error, OtherCompany):
            window.finish()
            self._other_company(error)
        else:
            window.show_outcome(error)

    def _other_company(self, error: OtherCompany) -> None:
        """Keep the workspace as it is, or make one for the other company."""
        connect = self._shell.services.connect

        def keep() -> None:
            self._shell.tasks.run(
                connect.discard_pending,
                title="Giving back the other login",
                on_success=lambda _: self._shell.say("Nothing was changed."),
                exclusive="quickbooks",
            )

        def adopt() -> None:
            self._shell.tasks.run(
                lambda progress: connect.adopt_in_new_workspace(error.company_name, progress),
                title=f"Making a workspace for {error.company_name}",
                on_success=lambda changes: self._connected(Service.QUICKBOOKS, changes),
                exclusive="quickbooks",
            )

        messages.confirm(
            self._shell.window,
            title=error.title,
            text=f"{error.message}\n{error.advice}\n\nCancel gives the new login back and changes"
            " nothing.",
            action=f"Make a workspace for {error.company_name}",
            on_confirm=adopt,
            on_cancel=keep,
        )
