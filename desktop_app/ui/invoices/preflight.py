"""Preflight: why approved invoices will not go, by cause, and the way to what mends it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_app.domain.records import ChangeSet
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import Page as At
from desktop_app.services.api_preflight import PreflightGroup
from desktop_app.ui.invoices.causes import (
    CAUSES,
    CHIPS,
    CONCERNED,
    WEIGHT_BADGES,
    alone_text,
    invoices_text,
    jump_text,
    jump_to,
)
from desktop_app.ui.invoices.columns import sums_text
from desktop_app.ui.invoices.looking import PREFLIGHT, Look, PreflightLook
from desktop_app.ui.layouts import one_above
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.tables.model import RecordModel
from desktop_app.ui.tables.view import RecordTable
from desktop_app.ui.theme import scaled_font
from desktop_app.ui.widgets import Badge, Button, Elided, Heading, Text, row_of

EMPTY = Empty(
    "check-circle",
    "Nothing holds an invoice back",
    "When approved invoices cannot go, the causes are listed here, the costly ones first, each "
    "with the way to what mends it.",
)


class CauseDetail(QFrame):
    """One cause opened: what to do, and the invoices it concerns."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.group: PreflightGroup | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("The cause and its invoices")
        self.title = Elided()
        self.title.setFont(scaled_font(1.15, bold=True))
        self.badge = Badge()
        self.text = Text("", selectable=True)
        self.jump_button = Button("", self.jump, role="primary", icon="forward")
        self.show_button = Button("Show them in Invoices", self.show_invoices, icon="invoices")
        self.model: RecordModel[InvoiceRow] = RecordModel(CONCERNED)
        self.table: RecordTable[InvoiceRow] = RecordTable(
            self.model, shell.services.settings, "Invoices of this cause", ticks=False
        )
        self.table.activated_row.connect(lambda identity: shell.go("invoices", identity))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.setSpacing(8)
        column.addLayout(
            row_of(self.title, self.badge, None, self.show_button, self.jump_button, spacing=10)
        )
        column.addWidget(self.text)
        column.addWidget(self.table, 1)

    def sizeHint(self) -> QSize:
        return QSize(900, 270)

    def show_group(self, group: PreflightGroup, rows: dict[str, InvoiceRow]) -> None:
        self.group = group
        self.title.setText(group.cause)
        self.badge.show_as(group.weight.value, WEIGHT_BADGES[group.weight])
        words = f"{invoices_text(group.count)}, {sums_text(group.amounts)}."
        self.text.setText(" ".join(filter(None, (words, alone_text(group), group.advice))))
        jump = group.jump
        text = jump_text(jump) if jump is not None else ""
        leads_on = bool(text) and jump is not None and jump.page is not At.INVOICES
        self.jump_button.setText(text)
        self.jump_button.setAccessibleName(text)
        self.jump_button.setVisible(leads_on)
        self.model.set_records([rows[i] for i in group.invoice_ids if i in rows])

    def jump(self) -> None:
        """To where the cause is mended."""
        if self.group is not None:
            self._shell.go(*jump_to(self.group))

    def show_invoices(self) -> None:
        if self.group is not None:
            self._shell.go("invoices", self.group.invoice_ids)


class PreflightPage(Page):
    """The causes, sorted by what they hold back; from local data alone."""

    key, title, icon = PREFLIGHT, "Preflight", "preflight"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._rows: dict[str, InvoiceRow] = {}
        self.summary = Elided("", "muted")
        self.ready_button = Button(
            "", lambda: shell.go("invoices", "Ready"), role="link", tip="Show them in Invoices"
        )
        self.browser: RecordBrowser[PreflightGroup] = RecordBrowser(
            CAUSES,
            shell.services.settings,
            name="Causes",
            chips=CHIPS,
            placeholder="Search causes",
            empty=EMPTY,
            ticks=False,
        )
        self.table, self.model = self.browser.table, self.browser.model
        newest_first(self.table, shell.services.settings, "weight")  # the blocking, costly ones
        self.detail = CauseDetail(shell)
        self.detail.hide()
        self.splitter = one_above(self.browser, self.detail)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(Heading(self.title), self.summary, None, self.ready_button))
        column.addWidget(self.splitter, 1)
        self._look = PreflightLook(shell)
        self._look.looked.connect(self._show)
        self.table.current_changed.connect(lambda _: self._show_detail())
        self.table.activated_row.connect(lambda _: self.detail.jump())
        self._actions = [
            self.new_action("Mend it", "forward", "", self.detail.jump),
            self.new_action(
                "Search", "search", QKeySequence.StandardKey.Find, self.browser.focus_search
            ),
        ]

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.invoices or changes.workspace or bool(changes.kinds)

    def refresh(self, changes: ChangeSet | None) -> None:
        self._look.look()

    def page_actions(self) -> list[QAction]:
        return list(self._actions)

    def focus_on(self, what: object) -> None:
        """A weight's word: that filter. A cause's key: its line."""
        if isinstance(what, str) and what in self.browser.chips:
            self.browser.choose(what)
        elif isinstance(what, str):
            self.browser.reveal(what)

    def leaving(self) -> None:
        self.table.save_layout()
        self.detail.table.save_layout()

    def _show(self, look: Look) -> None:
        place = self.table.currentIndex().row()
        self._rows = look.rows
        self.browser.set_records(look.groups)
        if not self.table.current_id() and self.model.rowCount():
            # What was current is mended: the cause that took its place comes next.
            self.table.show_row(self.model.id_at(max(0, min(place, self.model.rowCount() - 1))))
        self.summary.setText(look.summary.text if look.rows else "")
        ready = look.summary.ready
        self.ready_button.setVisible(ready.count > 0)
        self.ready_button.setText(f"{invoices_text(ready.count)} ready: {sums_text(ready.amounts)}")
        self.ready_button.setAccessibleName(self.ready_button.text())
        self._show_detail()

    def _show_detail(self) -> None:
        group = self.model.record(self.table.current_id())
        self.detail.setVisible(group is not None)
        if group is not None:
            self.detail.show_group(group, self._rows)
