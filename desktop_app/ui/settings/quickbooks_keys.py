"""App keys of QuickBooks: what Intuit's developer portal gives, entered once."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.domain.records import Environment, QuickBooksApp
from desktop_app.services.api import Service
from desktop_app.ui.settings.form import KeysForm
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Button, CopyField, Heading, Line, Text, row_of

PORTAL = "https://developer.intuit.com/app/developer/dashboard"
SANDBOX_REDIRECT = "http://localhost:8890/callback"

# Rules of section 1.4 of the QuickBooks sheet.
_WHICH = {
    Environment.PRODUCTION: (
        "Production keys accept only an https address on a real domain: no localhost, no bare IP"
        " address. Take an address of a web site of yours, for example"
        " https://www.your-company.com/quickbooks. No page has to be there: this program stops"
        " the browser before anything is loaded from it."
    ),
    Environment.SANDBOX: (
        "Development keys accept http://localhost with any port and path. Nothing has to listen"
        " there: this program stops the browser before anything is loaded from it."
    ),
    Environment.CUSTOM: (
        "Register the redirect address with the service that the discovery address names."
    ),
}

_STEPS = (
    "1.  Open the Intuit developer portal and sign in; any Intuit account will do.",
    (
        "2.  Create an app for QuickBooks Online and Payments, with the scope"
        " com.intuit.quickbooks.accounting."
    ),
    (
        "3.  Choose Development for a sandbox company, or Production for your own books. Intuit"
        " gives production keys after a questionnaire about the app."
    ),
    "4.  Under Keys & credentials, copy the client ID and the client secret into this form.",
    "5.  Under Redirect URIs, add the redirect address below, character by character, and save.",
    "6.  Choose Test keys here, then Save, then Enable on the Integrations page.",
)


class QuickBooksKeys(KeysForm):
    def __init__(self, shell: Shell) -> None:
        super().__init__(
            shell,
            Service.QUICKBOOKS,
            "QuickBooks app keys",
            "Entered once. The secret goes into the keyring of this computer and is never shown"
            " again.",
        )
        self.environment = self.add_choice(
            "Environment",
            [
                ("Production: your own books", Environment.PRODUCTION),
                ("Sandbox: Intuit's test companies", Environment.SANDBOX),
                ("Custom: another service of the same kind", Environment.CUSTOM),
            ],
        )
        self.client_id = self.add_field("Client ID")
        self.add_row("Client secret", self.secret)
        self.redirect = self.add_field("Redirect address")
        self.discovery = self.add_field("Discovery address", "https://…/openid_configuration")
        self.api = self.add_field("API address", "https://…")
        self.finish_layout()

        self.guide.body.addWidget(Heading("How to get the keys", 3))
        for step in _STEPS:
            self.guide.body.addWidget(Text(step))
        self.guide.body.addLayout(
            row_of(
                Button(
                    "Open the Intuit developer portal", self._portal, role="link", icon="external"
                ),
                None,
            )
        )
        self.guide.body.addWidget(Line())
        self.guide.body.addWidget(Heading("Redirect address to register", 3))
        self.which = Text("", "muted")
        self.guide.body.addWidget(self.which)
        self.copy = CopyField("redirect address")
        self.guide.body.addWidget(self.copy)

    def show_record(self) -> None:
        app = self.shell.services.workspaces.current().quickbooks_app
        self.environment.setCurrentIndex(self.environment.findData(app.environment))
        self.client_id.setText(app.client_id)
        self.redirect.setText(app.redirect_uri)
        self.discovery.setText(app.discovery_url)
        self.api.setText(app.api_url)

    def read(self) -> QuickBooksApp:
        environment = Environment(self.environment.currentData())
        custom = environment is Environment.CUSTOM
        return QuickBooksApp(
            client_id=self.client_id.text().strip(),
            environment=environment,
            redirect_uri=self.redirect.text().strip() or self.redirect.placeholderText()
            if environment is Environment.SANDBOX
            else self.redirect.text().strip(),
            discovery_url=self.discovery.text().strip() if custom else "",
            api_url=self.api.text().strip() if custom else "",
        )

    def adapt(self) -> None:
        environment = Environment(self.environment.currentData())
        for field in (self.discovery, self.api):
            self.show_row(field, environment is Environment.CUSTOM)
        self.redirect.setPlaceholderText(
            SANDBOX_REDIRECT
            if environment is Environment.SANDBOX
            else "https://www.your-company.com/quickbooks"
        )
        self.which.setText(_WHICH[environment])
        self.copy.set_value(self.read().redirect_uri)
        self.copy.button.setEnabled(bool(self.copy.field.text()))

    def _portal(self) -> None:
        QDesktopServices.openUrl(QUrl(PORTAL))
