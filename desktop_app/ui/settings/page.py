"""The Settings page: one tab for each service's keys, one for the rest."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from desktop_app.domain.document_choices import Track
from desktop_app.domain.records import ChangeSet
from desktop_app.services.api import Service
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.settings.documents import DocumentSettings
from desktop_app.ui.settings.general import GeneralSettings
from desktop_app.ui.settings.keys import KeySettings
from desktop_app.ui.settings.ninjaone_keys import NinjaOneKeys
from desktop_app.ui.settings.quickbooks_keys import QuickBooksKeys
from desktop_app.ui.settings.tracking import TrackingSettings
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.widgets import MARGIN, Heading


class SettingsPage(Page):
    key = "settings"
    title = "Settings"
    icon = "settings"

    def __init__(self, shell: Shell, web: WebHome) -> None:
        super().__init__(shell)
        self.ninjaone = NinjaOneKeys(shell)
        self.quickbooks = QuickBooksKeys(shell)
        self.general = GeneralSettings(shell, web)
        self.documents = DocumentSettings(shell)
        self.tracking = TrackingSettings(shell)
        self.keys = KeySettings(shell)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Settings")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.quickbooks, "QuickBooks app keys")
        self.tabs.addTab(self.ninjaone, "NinjaOne app keys")
        self.tabs.addTab(self.general, "General")
        if shell.services.has("documents") or shell.services.has("sending"):
            self.tabs.addTab(self.documents, "Documents")
        if shell.services.has("tracking"):
            self.tabs.addTab(self.tracking, "Classes and locations")
        self.tabs.addTab(self.keys, "Keys")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, MARGIN, 0, 0)
        column.setSpacing(12)
        title = Heading("Settings")
        title.setContentsMargins(MARGIN, 0, MARGIN, 0)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.workspace

    def refresh(self, changes: ChangeSet | None) -> None:
        self.quickbooks.fill()
        self.ninjaone.fill()
        self.general.fill()
        self.documents.fill()
        self.tracking.fill()

    def focus_on(self, what: object) -> None:
        if what is Service.QUICKBOOKS:
            self.tabs.setCurrentWidget(self.quickbooks)
            self.quickbooks.client_id.setFocus()
        elif what == "documents" and self.tabs.indexOf(self.documents) >= 0:
            self.tabs.setCurrentWidget(self.documents)
            self.documents.discount.setFocus()
        elif what == "tracking" and self.tabs.indexOf(self.tracking) >= 0:
            self.tabs.setCurrentWidget(self.tracking)
            self.tracking.defaults[Track.CLASS].setFocus()
        elif what == "tax":
            self.tabs.setCurrentWidget(self.general)
            self.general.focus_tax()
        elif what == "keys":
            self.tabs.setCurrentWidget(self.keys)
            self.keys.list.setFocus()
        elif what is Service.NINJAONE:
            self.tabs.setCurrentWidget(self.ninjaone)
            self.ninjaone.client_id.setFocus()
