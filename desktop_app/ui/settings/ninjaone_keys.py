"""App keys of NinjaOne: instance, kind of client app, ID and secret."""

from __future__ import annotations

from desktop_app.domain.records import NinjaOneApp, NinjaOneGrant
from desktop_app.domain.regions import NINJAONE_REGIONS, normalise_base_url, region_of
from desktop_app.services.api import Service
from desktop_app.ui.settings.form import KeysForm
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import CopyField, Heading, Line, Text

_DEFAULT_REDIRECT = NinjaOneApp().redirect_uri

_STEPS = (
    (
        "1.  Sign in to NinjaOne as a system administrator and open Administration, Apps, API,"
        " Client App IDs, Add."
    ),
    (
        "2.  As application platform choose Native: people sign in, and there is no secret to"
        " guard. Tick Authorization Code and Refresh Token."
    ),
    (
        "3.  Or choose API Services (machine-to-machine) and tick Client Credentials: nobody"
        " signs in, and the secret is shown once only. Copy it at once."
    ),
    "4.  As scopes tick Monitoring and Management.",
    "5.  Copy the client ID, and the secret if there is one, into this form.",
    "6.  Choose Test keys, then Save, then Enable on the Integrations page.",
)
_REGION = (
    "A tenant lives in exactly one region, and a client ID is known in that region only: “client"
    " app does not exist” nearly always means the wrong region. The right one is the first part of"
    " the address in your browser when you work in NinjaOne, for example eu.ninjarmm.com. With an"
    " address of your own brand, choose Own address and enter that."
)


class NinjaOneKeys(KeysForm):
    def __init__(self, shell: Shell) -> None:
        super().__init__(
            shell,
            Service.NINJAONE,
            "NinjaOne app keys",
            "Entered once. A secret goes into the keyring of this computer and is never shown"
            " again.",
        )
        regions: list[tuple[str, object]] = [
            (f"{region.label}  ·  {region.base_url.partition('://')[2]}", region.base_url)
            for region in NINJAONE_REGIONS
        ]
        self.region = self.add_choice("Region", [*regions, ("Own address", "")])
        self.address = self.add_field("NinjaOne address", "https://your-brand.rmmservices.net")
        self.grant = self.add_choice(
            "Client app",
            [
                ("Native: people sign in, no secret", NinjaOneGrant.NATIVE),
                ("Web: people sign in, with a secret", NinjaOneGrant.WEB),
                ("API Services: machine-to-machine keys", NinjaOneGrant.MACHINE),
            ],
        )
        self.client_id = self.add_field("Client ID")
        self.add_row("Client secret", self.secret)
        self.redirect = self.add_field("Redirect address", _DEFAULT_REDIRECT)
        self.finish_layout()

        self.guide.body.addWidget(Heading("How to get the keys", 3))
        for step in _STEPS:
            self.guide.body.addWidget(Text(step))
        self.guide.body.addWidget(Line())
        self.guide.body.addWidget(Heading("Which region", 3))
        self.guide.body.addWidget(Text(_REGION, "muted"))
        self.guide.body.addWidget(Line())
        self.redirect_title = Heading("Redirect address", 3)
        self.guide.body.addWidget(self.redirect_title)
        self.which = Text("", "muted")
        self.guide.body.addWidget(self.which)
        self.copy = CopyField("redirect address")
        self.guide.body.addWidget(self.copy)

    def show_record(self) -> None:
        app = self.shell.services.workspaces.current().ninjaone_app
        known = region_of(app.base_url) is not None or not app.base_url
        own = self.region.findData("")
        self.region.setCurrentIndex(
            max(0, self.region.findData(app.base_url)) if app.base_url and known else
            own if app.base_url else 0
        )  # fmt: skip
        self.address.setText("" if known else app.base_url)
        self.grant.setCurrentIndex(self.grant.findData(app.grant))
        self.client_id.setText(app.client_id)
        self.redirect.setText(app.redirect_uri)

    def read(self) -> NinjaOneApp:
        chosen = str(self.region.currentData())
        return NinjaOneApp(
            base_url=chosen or normalise_base_url(self.address.text()),
            client_id=self.client_id.text().strip(),
            grant=NinjaOneGrant(self.grant.currentData()),
            redirect_uri=self.redirect.text().strip() or _DEFAULT_REDIRECT,
        )

    def adapt(self) -> None:
        grant = NinjaOneGrant(self.grant.currentData())
        self.show_row(self.address, not self.region.currentData())
        self.show_row(self.secret, grant is not NinjaOneGrant.NATIVE)
        browser = grant is not NinjaOneGrant.MACHINE
        self.show_row(self.redirect, browser)
        for part in (self.redirect_title, self.which, self.copy):
            part.setVisible(browser)
        self.which.setText(
            "NinjaOne sets it itself for native apps: nothing to register."
            if grant is NinjaOneGrant.NATIVE
            else "Register exactly this address with the client app, with the slash at its end."
        )
        self.copy.set_value(self.redirect.text().strip() or _DEFAULT_REDIRECT)
