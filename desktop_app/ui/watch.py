"""Standing notices: the login that ends soon, a missing keyring, being offline."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop_app.services.api import Service
from desktop_app.ui import messages
from desktop_app.ui.login.flow import SignIn
from desktop_app.ui.messages import Choice
from desktop_app.ui.shell import Shell

LOGIN, KEYRING, OFFLINE, READING = "login-ends", "keyring", "offline", "only-reads"
_LOOK = {"notice": "info", "warning": "warning", "urgent": "error"}
_HOUR = 3_600_000


class Watch(QObject):
    """Looks at what may need a notice: at the start, after changes, and every hour.

    A notice on the login that was closed comes back only at the next level (14, 7, 2 days).
    """

    def __init__(self, shell: Shell, sign_in: SignIn) -> None:
        super().__init__(shell)
        self._shell = shell
        self._sign_in = sign_in
        self._told_login = ""
        self._told_keyring = False
        self._timer = QTimer(self)
        self._timer.setInterval(_HOUR)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        shell.changed.connect(lambda changes: self.look() if changes.workspace else None)
        shell.offline_changed.connect(self._network)

    def look(self) -> None:
        self._login()
        self._keyring()
        self._network(self._shell.offline)

    def _login(self) -> None:
        health = self._shell.services.connect.token_health()
        workspace = self._shell.services.workspaces.current()
        bar = messages.banners_of(self._shell.window)
        if health.level == "ok":
            self._told_login = ""
            if bar is not None:
                bar.remove(LOGIN)
            return
        told = f"{workspace.id}:{health.level}:{health.title}"
        if told == self._told_login:
            return
        self._told_login = told
        days = health.days_left
        title = health.title or (
            "The QuickBooks login has ended"
            if not days
            else f"The QuickBooks login ends in {days} {'day' if days == 1 else 'days'}"
        )
        messages.show_notice(
            self._shell.window,
            _LOOK[health.level],
            title,
            health.text,
            choices=(Choice("Reconnect", lambda: self._sign_in.start(Service.QUICKBOOKS)),),
            key=LOGIN,
        )

    def _keyring(self) -> None:
        text = self._shell.services.connect.keyring_notice()
        if text and not self._told_keyring:
            self._told_keyring = True
            messages.show_notice(
                self._shell.window, "warning", "Logins are not kept", text, key=KEYRING
            )

    def _network(self, offline: bool) -> None:
        bar = messages.banners_of(self._shell.window)
        if bar is None:
            return
        if self._shell.context.read_only:
            if bar.keyed(READING) is None:
                messages.show_notice(
                    self._shell.window,
                    "warning",
                    "This window only reads",
                    "Billing Bridge is open with the same profile in another window. Everything is"
                    " shown as it was when this one was opened; nothing can be changed or sent"
                    " here.",
                    key=READING,
                    closable=False,
                )
            return
        if not offline:
            bar.remove(OFFLINE)
        elif bar.keyed(OFFLINE) is None:
            messages.show_notice(
                self._shell.window,
                "info",
                "You are offline",
                "Reviewing and mapping work as usual on what was fetched last. Signing in,"
                " refreshing and sending need the network.",
                key=OFFLINE,
            )
