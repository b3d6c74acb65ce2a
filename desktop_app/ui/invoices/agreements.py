"""Agreements: those whose setting keeps invoices from going, and what to change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.services.api import AgreementRow
from desktop_app.services.api_preflight import Mark
from desktop_app.ui import messages
from desktop_app.ui.formats import instant_text
from desktop_app.ui.invoices.agreement_columns import (
    AGREEMENT_CHIPS,
    AGREEMENTS,
    HOLDS,
)
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.theme import scaled_font
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

HINT = (
    "An agreement's invoices go to QuickBooks only if the agreement is set to sync with the "
    "accounting tool. Agreements made before the integration was activated have to be updated: "
    "change the setting in NinjaOne, then refresh."
)


MARK_TEXT = (
    "NinjaOne does not tell the setting of this agreement. Look there first: it has to sync "
    "invoices with the accounting tool. Your name and the time are kept with it."
)


class AgreementDetail(QFrame):
    """One agreement: its setting, who marked it, and the two things to do about it."""

    def __init__(
        self,
        *,
        mark: Callable[[], object],
        take_back: Callable[[], object],
        open_in_ninjaone: Callable[[], object],
        show_invoices: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("The agreement")
        self.title = Elided()
        self.title.setFont(scaled_font(1.15, bold=True))
        self.text = Text("", selectable=True)
        self.history = Text("", "muted", selectable=True)
        self.mark_button = Button("Mark as updated…", mark, role="primary", icon="check")
        self.back_button = Button("Take the mark back", take_back, icon="undo")
        self.open_button = Button("Open in NinjaOne", open_in_ninjaone, icon="external")
        self.show_button = Button("Show its invoices", show_invoices, icon="invoices")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.setSpacing(8)
        column.addLayout(
            row_of(
                self.title, None, self.show_button, self.open_button, self.back_button,
                self.mark_button, spacing=10,
            )
        )  # fmt: skip
        column.addWidget(self.text)
        column.addWidget(self.history)

    def show_row(
        self, row: AgreementRow, history: list[Mark], *, can_mark: bool, address: str, asked: bool
    ) -> None:
        """asked: another page can show its invoices. address: "" where NinjaOne's is not known."""
        self.title.setText(f"{row.agreement.name}  ·  {row.agreement.organization_name}")
        self.text.setText(f"{row.setting}. {row.advice}".strip())
        self.mark_button.setVisible(can_mark and not row.marked)
        self.back_button.setVisible(can_mark and row.marked)
        self.open_button.setVisible(bool(address))
        self.show_button.setVisible(asked)
        self.history.setText("\n".join(map(mark_text, reversed(history))))
        self.history.setVisible(bool(history))


def mark_text(mark: Mark) -> str:
    word = "Marked as updated" if mark.made else "Mark taken back"
    return f"{word} by {mark.who}, {instant_text(mark.when)}"


class AgreementsPage(Page):
    """The setting is changed in NinjaOne; where NinjaOne does not tell it, a person can."""

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
        newest_first(self.table, shell.services.settings, "waiting")  # what keeps invoices back
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(Heading(self.title), self.summary, None))
        column.addWidget(Text(HINT, "muted"))
        column.addWidget(self.browser, 1)
        self.detail = AgreementDetail(
            mark=self.mark,
            take_back=self.take_back,
            open_in_ninjaone=self.open_in_ninjaone,
            show_invoices=self.show_invoices,
        )
        self.detail.hide()
        column.addWidget(self.detail)
        self.table.current_changed.connect(lambda _: self._show_detail())
        self.table.activated_row.connect(lambda _: self.open_in_ninjaone())
        self.open_action = self.new_action(
            "Open in NinjaOne", "external", "", self.open_in_ninjaone
        )
        self.search_action = self.new_action(
            "Search", "search", QKeySequence.StandardKey.Find, self.browser.focus_search
        )

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
        self._show_detail()

    def page_actions(self) -> list[QAction]:
        return [self.open_action, self.search_action]

    def focus_on(self, what: object) -> None:
        """An agreement's id: its row; otherwise those that keep invoices from going."""
        if not isinstance(what, str) or not self.browser.reveal(what):
            self.browser.choose(HOLDS)

    def leaving(self) -> None:
        self.table.save_layout()

    # --- What a person can do ----------------------------------------------------------------

    def mark(self) -> None:
        """Say that the current agreement was updated in NinjaOne, after a question."""
        row = self._current()
        if row is None:
            return
        messages.confirm(
            self,
            title="Was it updated in NinjaOne?",
            text=f"“{row.agreement.name}”. {MARK_TEXT}",
            action="Mark as updated",
            on_confirm=lambda: self._mark(row.agreement.id, updated=True),
        )

    def take_back(self) -> None:
        row = self._current()
        if row is not None:
            self._mark(row.agreement.id, updated=False)

    def open_in_ninjaone(self) -> None:
        """Show the current agreement in the user's browser."""
        row = self._current()
        address = self._address(row) if row is not None else ""
        if address:
            QDesktopServices.openUrl(QUrl(address))
        elif row is not None:
            self.shell.say("No NinjaOne address was entered in Settings.")

    def show_invoices(self) -> None:
        row = self._current()
        if row is not None:
            ids = self._invoices_of(row)
            self.shell.go("invoices", ids)

    def _mark(self, agreement_id: str, *, updated: bool) -> None:
        try:
            changes = self.shell.services.preflight.mark_agreement(agreement_id, updated=updated)
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            self.shell.publish(changes)

    # --- What is shown -----------------------------------------------------------------------

    def _current(self) -> AgreementRow | None:
        return self.model.record(self.table.current_id())

    def _show_detail(self) -> None:
        row, services = self._current(), self.shell.services
        self.detail.setVisible(row is not None)
        if row is None:
            return
        has = services.has("preflight")
        self.detail.show_row(
            row,
            services.preflight.mark_history(row.agreement.id) if has else [],
            can_mark=has and row.can_mark,
            address=self._address(row),
            asked=bool(self._invoices_of(row)),
        )

    def _address(self, row: AgreementRow) -> str:
        services = self.shell.services
        if not services.has("preflight"):
            return ""
        return services.preflight.agreement_address(row.agreement.id)

    def _invoices_of(self, row: AgreementRow) -> tuple[str, ...]:
        return tuple(
            each.invoice.id
            for each in self.shell.services.invoices.rows()
            if each.invoice.agreement_id == row.agreement.id
        )
