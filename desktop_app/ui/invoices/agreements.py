"""Agreements: those whose setting keeps invoices from going, and what to change."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.domain.records import ChangeSet
from desktop_app.services.api import AgreementRow
from desktop_app.ui.invoices.columns import AGREEMENT_CHIPS, AGREEMENTS, HOLDS
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import Heading, Text, row_of

HINT = (
    "An agreement's invoices go to QuickBooks only if the agreement is set to sync with the "
    "accounting tool. Agreements made before the integration was activated have to be updated: "
    "change the setting in NinjaOne, then refresh."
)


class AgreementsPage(Page):
    """Read only: the setting is changed in NinjaOne."""

    key, title, icon = "agreements", "Agreements", "agreements"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.summary = Text("", "muted")
        self.browser: RecordBrowser[AgreementRow] = RecordBrowser(
            AGREEMENTS,
            shell.services.settings,
            name="Agreements",
            chips=AGREEMENT_CHIPS,
            placeholder="Search agreements",
            empty=Empty(
                "agreements",
                "No agreements",
                "NinjaOne has no agreements, or nothing was refreshed yet.",
            ),
            ticks=False,
        )
        self.table, self.model = self.browser.table, self.browser.model
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(Heading(self.title), self.summary, None))
        column.addWidget(Text(HINT, "muted"))
        column.addWidget(self.browser, 1)
        self.search_action = QAction("Search", self)
        self.search_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
        self.search_action.triggered.connect(lambda: self.browser.focus_search())
        self.addAction(self.search_action)

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.invoices or changes.workspace

    def refresh(self, changes: ChangeSet | None) -> None:
        rows = self.shell.services.invoices.agreements()
        self.browser.set_records(rows)
        holding = [row for row in rows if row.holds_back]
        waiting = sum(row.waiting for row in holding)
        text = "No agreement keeps invoices from going" if rows else ""
        if holding:
            text = (
                f"{len(holding):,} of {len(rows):,} keep invoices from going; "
                f"{waiting:,} approved invoice{'' if waiting == 1 else 's'} waiting"
            )
        self.summary.setText(text)
        self.summary.setWordWrap(False)

    def page_actions(self) -> list[QAction]:
        return [self.search_action]

    def focus_on(self, what: object) -> None:
        """An agreement's id: its row; otherwise those that keep invoices from going."""
        if not isinstance(what, str) or not self.browser.reveal(what):
            self.browser.choose(HOLDS)

    def leaving(self) -> None:
        self.table.save_layout()
