"""Settings beside the keys: tax, look, the embedded browser, where things are kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.records import TaxChoice
from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.settings.tax_codes import TaxCodeChoices
from desktop_app.ui.shell import Shell
from desktop_app.ui.theme import Choice, theme
from desktop_app.ui.widgets import (
    MARGIN,
    Button,
    Card,
    Elided,
    Heading,
    Text,
    column_of,
    row_of,
    scrolling,
)

_TAX = (
    (
        TaxChoice.NINJAONE,
        "NinjaOne's amount",
        "QuickBooks takes over the tax that NinjaOne computed. Totals agree.",
    ),
    (
        TaxChoice.QUICKBOOKS,
        "QuickBooks computes",
        "QuickBooks computes tax by its own rules. A total that differs is shown, to the cent.",
    ),
    (TaxChoice.NONE, "No tax", "Invoices go without tax."),
)
_LOOKS = (
    ("As the system", Choice.SYSTEM),
    ("Light", Choice.LIGHT),
    ("Dark", Choice.DARK),
)


class GeneralSettings(QWidget):
    """What applies at once when it is changed."""

    def __init__(self, shell: Shell, web: WebHome) -> None:
        super().__init__()
        self._shell = shell
        self._web = web
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 18, MARGIN, MARGIN)
        column.setSpacing(16)
        for card in (self._tax_card(), self._look_card(), self._web_card(), self._data_card()):
            column.addWidget(card)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content))

    def fill(self) -> None:
        choice = self._shell.services.workspaces.current().tax_choice
        self.tax[choice].setChecked(True)
        self.tax_codes.fill()
        self.look.setCurrentIndex(self.look.findData(theme().choice))
        notice = self._shell.services.connect.keyring_notice()
        self.keyring.setText(
            notice or f"Logins and secrets are kept in: {self._fact('keyring', 'system keyring')}."
        )
        self.keyring.set_role("warning" if notice else "muted")

    def focus_tax(self) -> None:
        """Where a tax that cannot be sent is mended."""
        self.tax[self._shell.services.workspaces.current().tax_choice].setFocus()

    # --- Cards ---------------------------------------------------------------------------------

    def _tax_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Tax on invoices", 2))
        card.body.addWidget(Text("For this workspace, from the next rehearsal on.", "muted"))
        self.tax: dict[TaxChoice, QRadioButton] = {}
        group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        for number, (choice, label, words) in enumerate(_TAX):
            button = QRadioButton(label)
            button.setAccessibleName(label)
            button.setAccessibleDescription(words)
            button.clicked.connect(lambda _=False, choice=choice: self._choose_tax(choice))
            group.addButton(button)
            self.tax[choice] = button
            grid.addWidget(button, number, 0)
            grid.addWidget(Text(words, "muted"), number, 1)
        card.body.addLayout(grid)
        self.tax_codes = TaxCodeChoices(self._shell)
        card.body.addWidget(self.tax_codes)
        return card

    def _look_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Appearance", 2))
        self.look = QComboBox()
        self.look.setAccessibleName("Appearance")
        for label, choice in _LOOKS:
            self.look.addItem(label, choice)
        self.look.activated.connect(self._choose_look)
        card.body.addLayout(row_of(self.look, None))
        return card

    def _web_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Sign-in window", 2))
        card.body.addWidget(
            Text(
                "The sign-in window keeps cookies of its own, so that services know this computer"
                " again. They are not shared with your browser.",
                "muted",
            )
        )
        self.agent = QCheckBox("Look like an ordinary browser to sign-in pages")
        self.agent.setAccessibleName(self.agent.text())
        self.agent.setToolTip("Some sign-in pages turn away browsers that they do not know by name")
        self.agent.setChecked(self._web.plain_agent)
        self.agent.toggled.connect(self._choose_agent)
        self.forget = Button("Forget this browser…", self._ask_forget, icon="trash", role="danger")
        card.body.addWidget(self.agent)
        card.body.addLayout(row_of(self.forget, None))
        return card

    def _data_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Where things are kept", 2))
        self.keyring = Text("", "muted")
        folder = self._shell.context.data_dir
        place = Elided(str(folder) if folder else "")
        open_button = Button("Open folder", lambda: self._open(folder), icon="folder")
        open_button.setEnabled(folder is not None)
        card.body.addLayout(
            column_of(
                Text("Mappings, history and the last catalogue are in a database here:", "muted"),
                row_of(place, None, open_button),
                self.keyring,
            )
        )
        return card

    # --- Changes -------------------------------------------------------------------------------

    def _fact(self, name: str, default: str) -> str:
        return str(self._shell.services.facts.get(name, default))

    def _choose_tax(self, choice: TaxChoice) -> None:
        try:
            self._shell.publish(self._shell.services.workspaces.set_tax_choice(choice))
        except BridgeError as error:
            messages.show_error(self, error)
            self.fill()

    def _choose_look(self) -> None:
        choice = Choice(self.look.currentData())
        self._shell.services.settings.set("appearance", choice.value)
        theme().choose(choice)

    def _choose_agent(self, plain: bool) -> None:
        self._web.plain_agent = plain
        self._shell.services.settings.set("plain_user_agent", plain)

    def _ask_forget(self) -> None:
        messages.confirm(
            self,
            title="Forget this browser?",
            text="Cookies and storage of the sign-in window are removed; the next sign-in asks"
            " for password and second factor again. Connections stay as they are.",
            action="Forget",
            on_confirm=self._forget,
        )

    def _forget(self) -> None:
        self._web.forget()
        self._shell.say("The browser was forgotten.")

    def _open(self, folder: Path | None) -> None:
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
