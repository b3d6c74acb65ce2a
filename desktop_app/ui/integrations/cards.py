"""A card for each of the two services: what it is, how it stands, what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QSizePolicy, QWidget

from desktop_app.domain.records import NinjaOneGrant, Workspace
from desktop_app.domain.regions import region_of
from desktop_app.services.api import TokenHealth
from desktop_app.ui.theme import Tone
from desktop_app.ui.times import moment
from desktop_app.ui.widgets import Badge, Button, Card, Heading, Line, Picture, Text, row_of

_GRANTS = {
    NinjaOneGrant.NATIVE: "Signed in as a technician",
    NinjaOneGrant.WEB: "Signed in as a technician (web app)",
    NinjaOneGrant.MACHINE: "Machine-to-machine keys",
}
_LEVELS = {"ok": "", "notice": "warning", "warning": "warning", "urgent": "bad"}


class ServiceCard(Card):
    """Title, state, facts, note, buttons; filled by the two kinds below."""

    def __init__(self, icon: str, title: str, text: str) -> None:
        super().__init__(margin=24, spacing=14)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(330)
        self.state = Badge("Not connected", "neutral")
        mark = Picture(icon, Tone.ACCENT, 28)
        self.body.addLayout(row_of(mark, Heading(title, 2), None, self.state))
        self.body.addWidget(Text(text, "muted"))
        self.facts = QWidget()
        self._form = QFormLayout(self.facts)
        self._form.setContentsMargins(0, 4, 0, 4)
        self._form.setHorizontalSpacing(18)
        self._form.setVerticalSpacing(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.facts)
        self.note = Text("")
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.body.addWidget(Line())
        self.enable = Button("Enable", role="primary", name=f"Enable {title}")
        self.settings = Button(
            "Settings", icon="settings", role="primary", name=f"{title} settings"
        )
        self.reconnect = Button("Reconnect", icon="refresh", name=f"Reconnect {title}")
        self.disconnect_button = Button(
            "Disconnect", icon="disconnect", role="danger", name=f"Disconnect {title}"
        )
        self.keys = Button("App keys", role="link", name=f"{title} app keys")
        self.body.addLayout(
            row_of(
                self.enable,
                self.settings,
                self.reconnect,
                self.disconnect_button,
                None,
                self.keys,
                spacing=8,
            )
        )
        self.values: dict[str, Text] = {}

    def add_fact(self, name: str) -> Text:
        label = QLabel(name)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        value = Text("", selectable=True)
        value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        value.setAccessibleName(name)
        self._form.addRow(label, value)
        self.values[name] = value
        return value

    def set_fact(self, name: str, text: str, role: str = "") -> None:
        """Show it, or hide the row when there is nothing to tell."""
        value = self.values[name]
        value.setText(text)
        value.set_role(role)
        value.setAccessibleName(f"{name}: {text}")
        self._form.setRowVisible(value, bool(text))

    def show_connected(self, connected: bool, *, trouble: bool = False) -> None:
        if trouble:
            self.state.show_as("Reconnect needed", "bad")
        elif connected:
            self.state.show_as("Active", "good")
        else:
            self.state.show_as("Not connected", "neutral")
        self.enable.setVisible(not connected)
        self.reconnect.setVisible(connected)
        self.disconnect_button.setVisible(connected)


class NinjaOneCard(ServiceCard):
    def __init__(self) -> None:
        super().__init__(
            "building",
            "NinjaOne Billing",
            "Organizations, products, agreements and invoices come from here.",
        )
        self.settings.hide()
        for name in ("Instance", "Access"):
            self.add_fact(name)

    def fill(self, workspace: Workspace) -> None:
        app = workspace.ninjaone_app
        self.show_connected(workspace.ninjaone_connected)
        region = region_of(app.base_url)
        place = app.base_url.partition("://")[2]
        self.set_fact("Instance", f"{region.label} · {place}" if region else place)
        self.set_fact("Access", _GRANTS[app.grant] if app.client_id else "")
        self.facts.setVisible(bool(app.base_url or app.client_id))
        self.note.setText(
            "Enable checks the keys and connects at once, without a sign-in page."
            if app.grant is NinjaOneGrant.MACHINE
            else "Enable opens the NinjaOne sign-in in a window of this program."
        )
        self.note.setVisible(not workspace.ninjaone_connected)


class QuickBooksCard(ServiceCard):
    def __init__(self) -> None:
        super().__init__(
            "accounts",
            "QuickBooks",
            "Map customers, accounts and items, and send approved invoices to your company's"
            " books.",
        )
        for name in ("Company", "Signed in", "Activated", "Login"):
            self.add_fact(name)
        self.agreements = Button(
            "Update your agreements with the settings for the new integration, or they will not"
            " sync",
            role="link",
            name="Open Agreements: update your agreements, or they will not sync",
        )
        self.agreements.setText("Update your agreements, or they will not sync")
        self.body.insertWidget(self.body.indexOf(self.note) + 1, self.agreements)

    def fill(self, workspace: Workspace, health: TokenHealth) -> None:
        connected = workspace.quickbooks_connected
        ended = connected and health.days_left is not None and health.days_left <= 0
        self.show_connected(connected, trouble=ended)
        self.settings.setVisible(connected)
        self.settings.setToolTip("Customers, Accounts and Items")
        company = workspace.company_name
        if company and workspace.realm_id:
            company += f" (company ID {workspace.realm_id})"
        self.set_fact("Company", company)
        self.set_fact("Signed in", workspace.quickbooks_user if connected else "")
        activated = ""
        if workspace.activated_at is not None:
            when = moment(workspace.activated_at)
            activated = f"{when}. Invoices created before {when} are never sent."
        self.set_fact("Activated", activated)
        self.set_fact("Login", health.text if connected else "", _LEVELS.get(health.level, ""))
        self.facts.setVisible(bool(company or activated))
        self.note.setText(
            "You must use an account with QuickBooks administrator permissions. Enable goes"
            " straight to the QuickBooks login; if you have no Intuit account, you can create one"
            " there. Invoices that were created before activating are not sent."
        )
        self.note.setVisible(not connected)
        self.agreements.setVisible(connected)
