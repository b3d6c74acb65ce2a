"""The Integrations page: the two cards, Enable to Disconnect, and the first steps."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, NinjaOneGrant, PushState
from desktop_app.services.api import Service
from desktop_app.ui import messages
from desktop_app.ui.integrations.cards import NinjaOneCard, QuickBooksCard, ServiceCard
from desktop_app.ui.integrations.first_run import FirstSteps
from desktop_app.ui.layouts import SideBySide
from desktop_app.ui.login.flow import SignIn
from desktop_app.ui.messages import Choice
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.widgets import MARGIN, Heading, Text, scrolling

_HIDDEN, _SENT = "first_steps.hidden", "first_steps.sent"


class IntegrationsPage(Page):
    key = "integrations"
    title = "Integrations"
    icon = "integrations"

    def __init__(self, shell: Shell, sign_in: SignIn, refresh: QAction) -> None:
        super().__init__(shell)
        self._sign_in = sign_in
        self._refresh = refresh
        self._steps_asked = False  # from the Help menu: then they stay, though all are done
        self.ninjaone = NinjaOneCard()
        self.quickbooks = QuickBooksCard()
        self.first_steps = FirstSteps(shell.context.demo)

        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(16)
        column.addWidget(Heading("Integrations"))
        column.addWidget(
            Text("Join NinjaOne Billing to one QuickBooks company, then map and send.", "muted")
        )
        column.addWidget(self.first_steps)
        column.addWidget(SideBySide((self.ninjaone, 1), (self.quickbooks, 1), wide=760))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(content))

        for card, service in (
            (self.ninjaone, Service.NINJAONE),
            (self.quickbooks, Service.QUICKBOOKS),
        ):
            self._wire(card, service)
        self.quickbooks.settings.clicked.connect(lambda: shell.go(Kind.CUSTOMERS.value))
        self.quickbooks.agreements.clicked.connect(lambda: shell.go("agreements"))
        self.first_steps.chosen.connect(self._step)
        self.first_steps.dismissed.connect(self._hide_steps)
        shell.tasks.busy_changed.connect(lambda _name: self._show_busy())

    def _wire(self, card: ServiceCard, service: Service) -> None:
        card.enable.clicked.connect(lambda: self.enable(service))
        card.reconnect.clicked.connect(lambda: self.enable(service))
        card.disconnect_button.clicked.connect(lambda: self._ask_disconnect(service))
        card.keys.clicked.connect(lambda: self.shell.go("settings", service))

    # --- Showing -------------------------------------------------------------------------------

    def refresh(self, changes: ChangeSet | None) -> None:
        workspace = self.shell.services.workspaces.current()
        self.ninjaone.fill(workspace)
        self.quickbooks.fill(workspace, self.shell.services.connect.token_health())
        self._show_steps()
        self._show_busy()

    def focus_on(self, what: object) -> None:
        if what == "first steps":
            self.shell.services.settings.set(_HIDDEN, False)
            self._steps_asked = True
            self._show_steps()

    def _show_busy(self) -> None:
        idle = self.shell.tasks.busy("quickbooks") is None
        for card in (self.ninjaone, self.quickbooks):
            for button in (card.enable, card.reconnect, card.disconnect_button):
                button.setEnabled(idle)

    def _show_steps(self) -> None:
        hidden = bool(self.shell.services.settings.get(_HIDDEN, False))
        if not hidden:
            done = self._done()
            self.first_steps.fill(done)
            hidden = all(done.values()) and not self._steps_asked
        self.first_steps.setVisible(not hidden)

    def _done(self) -> dict[str, bool]:
        services = self.shell.services
        now = services.workspaces.current()
        keys = not any(services.connect.ready_to_enable(service) for service in Service)
        mapped = now.refreshed_at is not None and any(
            row.mapping is not None for row in services.mapping.rows(Kind.CUSTOMERS)
        )
        return {
            "keys": keys or (now.quickbooks_connected and now.ninjaone_connected),
            "ninjaone": now.ninjaone_connected,
            "quickbooks": now.quickbooks_connected,
            "refresh": now.refreshed_at is not None,
            "map": mapped,
            "send": mapped and self._has_sent(now.id),
        }

    def _has_sent(self, workspace_id: int) -> bool:
        """Whether any invoice was sent; remembered, as looking through all takes its time."""
        settings = self.shell.services.settings
        known = list(settings.get(_SENT, []))
        if workspace_id in known:
            return True
        sent = any(
            row.push is not None and row.push.state in (PushState.SENT, PushState.DIFFERS)
            for row in self.shell.services.invoices.rows()
        )
        if sent:
            settings.set(_SENT, [*known, workspace_id])
        return sent

    # --- Doing ---------------------------------------------------------------------------------

    def enable(self, service: Service) -> None:
        """Enable and Reconnect: straight to the sign-in, unless something has to be entered."""
        missing = self.shell.services.connect.ready_to_enable(service)
        if missing:
            self.shell.go("settings", service)
            messages.show_notice(
                self,
                "info",
                f"{service.value} needs its app keys first",
                f"{missing} Enter them once here, test them, then choose Enable.",
                key="keys-missing",
                choices=(Choice("Back to Integrations", lambda: self.shell.go("integrations")),),
            )
            return
        bar = messages.banners_of(self)
        if bar is not None:
            bar.remove("keys-missing")
        grant = self.shell.services.workspaces.current().ninjaone_app.grant
        if service is Service.NINJAONE and grant is NinjaOneGrant.MACHINE:
            self._sign_in.connect_machine()
        else:
            self._sign_in.start(service)

    def _ask_disconnect(self, service: Service) -> None:
        messages.confirm(
            self,
            title=f"Disconnect {service.value}?",
            text=f"The login to {service.value} is revoked and forgotten. Mappings, history and"
            " the activation date are kept, and reviewing goes on; refreshing and sending need a"
            " new Enable.",
            action="Disconnect",
            danger=True,
            on_confirm=lambda: self._disconnect(service),
        )

    def _disconnect(self, service: Service) -> None:
        self.shell.tasks.run(
            lambda progress: self.shell.services.connect.disconnect(service, progress),
            title=f"Disconnecting {service.value}",
            on_success=self.shell.publish,
            exclusive="quickbooks",
        )

    def _step(self, key: str) -> None:
        if key == "keys":
            connect = self.shell.services.connect
            first = next((s for s in (Service.NINJAONE, Service.QUICKBOOKS)
                          if connect.ready_to_enable(s)), Service.QUICKBOOKS)  # fmt: skip
            self.shell.go("settings", first)
        elif key == "ninjaone":
            self.enable(Service.NINJAONE)
        elif key == "quickbooks":
            self.enable(Service.QUICKBOOKS)
        elif key == "refresh":
            self._refresh.trigger()
        else:
            self.shell.go("customers" if key == "map" else "invoices")

    def _hide_steps(self) -> None:
        self.shell.services.settings.set(_HIDDEN, True)
        self._steps_asked = False
        self.first_steps.hide()
        self.shell.say("The first steps are in the Help menu.")
