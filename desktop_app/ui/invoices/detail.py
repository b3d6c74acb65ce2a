"""The pane under the list: why an invoice does not go, where that is mended, and both sides."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.money import money_text
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Document, Push
from desktop_app.services.api import InvoiceRow, InvoiceState
from desktop_app.ui.formats import instant_text
from desktop_app.ui.invoices.choices import Choices
from desktop_app.ui.invoices.columns import STATE_BADGES, name_of
from desktop_app.ui.invoices.documents import Side, document_side, ninjaone_side, push_side
from desktop_app.ui.invoices.shown import ShownRow
from desktop_app.ui.theme import scaled_font
from desktop_app.ui.widgets import Badge, Button, Elided, Heading, Text, row_of, scrolling

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NUMBER_COLUMNS = (1, 2, 3)


class SideView(QWidget):
    """The lines of one side with totals; or a sentence where there are none yet."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.lines = QTreeWidget()
        self.lines.setAccessibleName(f"{title} lines")
        self.lines.setRootIsDecorated(False)
        self.lines.setUniformRowHeights(True)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.lines.setHeaderLabels(["Line", "Qty", "Price", "Amount"])
        self.lines.setMinimumHeight(90)
        header = self.lines.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in NUMBER_COLUMNS:
            self.lines.headerItem().setTextAlignment(column, RIGHT)
        self.totals = QLabel()
        self.totals.setTextFormat(Qt.TextFormat.PlainText)
        self.totals.setAlignment(RIGHT)
        self.totals.setFont(scaled_font(1.0, bold=True))
        self.text = Text("", "muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.lines)
        self.stack.addWidget(self.text)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(6)
        column_box.addWidget(Heading(title, 3))
        column_box.addWidget(self.stack, 1)
        column_box.addWidget(self.totals)

    def show_side(self, side: Side) -> None:
        self.lines.clear()
        for line in side.lines:
            item = QTreeWidgetItem([line.text, line.quantity, line.price, line.amount])
            item.setToolTip(0, line.tooltip or line.text)
            for column in NUMBER_COLUMNS:
                item.setTextAlignment(column, RIGHT)
            self.lines.addTopLevelItem(item)
        self.totals.setText("     ".join(f"{label}  {amount}" for label, amount in side.totals))
        self.stack.setCurrentWidget(self.lines)

    def say(self, text: str) -> None:
        self.text.setText(text)
        self.totals.clear()
        self.stack.setCurrentWidget(self.text)


class InvoiceDetail(QFrame):
    """One invoice. jump: open what mends a blocker. Other functions belong to its buttons."""

    def __init__(
        self,
        *,
        jump: Callable[[Blocker, InvoiceRow], object],
        rehearse: Callable[[str], object],
        settle: Callable[[], object],
        open_in_quickbooks: Callable[[str], object],
        item_name: Callable[[str], str],
        choices: Choices,
        show_document: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("Invoice details")
        self._jump, self._rehearse, self._settle = jump, rehearse, settle
        self._open, self._item_name = open_in_quickbooks, item_name
        self.row: InvoiceRow | None = None
        self.title = Elided()
        self.title.setFont(scaled_font(1.15, bold=True))
        self.badge = Badge()
        self.reasons = QVBoxLayout()
        self.reasons.setSpacing(4)
        self.jumps: list[Button] = []
        facts = QWidget()
        left = QVBoxLayout(facts)
        left.setContentsMargins(0, 0, 6, 0)
        left.setSpacing(8)
        self._show_document = show_document
        self.document_button = Button(
            "Document…", self._document_now, role="link", icon="eye", name="Show the document…"
        )
        self.document_button.setVisible(show_document is not None)
        left.addLayout(row_of(self.badge, None, self.document_button))
        left.addLayout(self.reasons)
        self.push = QWidget()
        self.push_grid = QGridLayout(self.push)
        self.push_grid.setContentsMargins(0, 4, 0, 0)
        self.push_grid.setHorizontalSpacing(14)
        self.push_grid.setVerticalSpacing(3)
        self.push_grid.setColumnStretch(1, 1)
        self.choices = choices
        left.addWidget(self.choices)
        self.open_button = Button("Open in QuickBooks", self._open_now, icon="external")
        self.rehearse_button = Button("Rehearse this invoice", self._rehearse_now, icon="rehearse")
        self.settle_button = Button("Look it up now", self._settle, icon="search")
        left.addLayout(
            row_of(self.open_button, self.rehearse_button, self.settle_button, None, spacing=8)
        )
        left.addWidget(self.push)
        left.addStretch(1)
        self.ninjaone = SideView("NinjaOne invoice")
        self.quickbooks = SideView("QuickBooks document")
        columns = QHBoxLayout()
        columns.setSpacing(18)
        area = scrolling(facts)
        area.setMinimumWidth(280)
        columns.addWidget(area, 5)
        columns.addWidget(self.ninjaone, 6)
        columns.addWidget(self.quickbooks, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 12, 18, 12)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addLayout(columns, 1)

    def sizeHint(self) -> QSize:
        return QSize(900, 270)

    def show_row(self, row: ShownRow, document: Document | None) -> None:
        """*document*: what the last rehearsal built for it, if it did."""
        self.row = row
        invoice = row.invoice
        self.title.setText(
            f"{name_of(invoice)}  ·  {invoice.organization_name}  →  "
            f"{row.customer_text or 'not mapped'}"
        )
        self.badge.show_as(row.state.value, STATE_BADGES[row.state])
        self._show_reasons(row, document)
        self.choices.show_row(row)
        self._show_push(row.push)
        self.open_button.setVisible(row.push is not None and bool(row.push.qbo_id))
        waits = row.state in (InvoiceState.READY, InvoiceState.REFUSED)
        self.rehearse_button.setVisible(waits and document is None)
        self.settle_button.setVisible(row.state is InvoiceState.UNCERTAIN)
        if invoice.lines is None:
            self.ninjaone.say("Its lines were not fetched yet: refresh.")
        else:
            self.ninjaone.show_side(ninjaone_side(invoice))
        self._show_quickbooks(row, document)

    def _show_quickbooks(self, row: InvoiceRow, document: Document | None) -> None:
        currency = row.invoice.currency
        sent = row.push is not None and row.state is not InvoiceState.REFUSED
        side = push_side(row.push, currency, self._item_name) if row.push and sent else None
        if side is None and document is not None and not sent:
            side = document_side(document, currency, self._item_name)
        if side is not None:
            self.quickbooks.show_side(side)
        elif sent:
            self.quickbooks.say("Its record is with QuickBooks: open it there.")
        elif row.state in (InvoiceState.READY, InvoiceState.REFUSED):
            self.quickbooks.say("Rehearse to see the document that would be sent.")
        else:
            self.quickbooks.say("There is none: the invoice does not go as things are.")

    def _show_reasons(self, row: ShownRow, document: Document | None) -> None:
        _empty(self.reasons)
        self.jumps = []
        proven = row.reason.rstrip(".").casefold() == row.proof_text.casefold()  # told below
        if not row.blockers and row.reason and not proven:
            self.reasons.addWidget(Text(row.reason, selectable=True))
        if row.state is InvoiceState.READY and not row.blockers:
            text = "Everything that it needs is mapped."
            if document is not None:
                text += " Rehearsed: this is what would be sent."
            self.reasons.addWidget(Text(text))
        for blocker in row.blockers:
            words = Text(f"{blocker.text} {blocker.advice}".strip(), selectable=True)
            self.reasons.addWidget(words)
            label = jump_label(blocker)
            if label:
                button = Button(label, role="link", icon="forward")
                button.clicked.connect(lambda _=False, b=blocker: self._jump(b, row))
                self.jumps.append(button)
                self.reasons.addLayout(row_of(button, None))
        for note in document.notes if document is not None else ():
            self.reasons.addWidget(Text(note, "muted", selectable=True))

    def _show_push(self, push: Push | None) -> None:
        _empty(self.push_grid)
        self.push.setVisible(push is not None)
        if push is None:
            return
        currency = self.row.invoice.currency if self.row else ""
        facts = [
            ("QuickBooks number", push.doc_number),
            ("QuickBooks id", push.qbo_id),
            ("Total there", money_text(push.total, currency) if push.total is not None else ""),
            ("Sent", instant_text(push.finished_at or push.started_at)),
            ("Reference", push.reference),
        ]
        for number, (label, text) in enumerate(f for f in facts if f[1]):
            name = Text(label, "muted")
            name.setWordWrap(False)
            self.push_grid.addWidget(name, number, 0)
            long = label == "Reference"  # nowhere to break it: it would make the pane too wide
            value = Elided(text) if long else Text(text, selectable=True)
            self.push_grid.addWidget(value, number, 1)

    def _open_now(self) -> None:
        if self.row is not None and self.row.push is not None:
            self._open(self.row.push.qbo_id)

    def _document_now(self) -> None:
        if self.row is not None and self._show_document is not None:
            self._show_document(self.row.invoice.id)

    def _rehearse_now(self) -> None:
        if self.row is not None:
            self._rehearse(self.row.invoice.id)


def jump_label(blocker: Blocker) -> str:
    """What the button says that leads to where a blocker is mended; "" if no screen does."""
    if blocker.kind is not None and blocker.source_id:
        return f"Show the {blocker.kind.source_noun} in {blocker.kind.label}"
    if blocker.reason is Reason.AGREEMENT_NOT_UPDATED:
        return "Show the agreement"
    if blocker.reason is Reason.NOT_CONNECTED:
        return "Open Integrations"
    return ""


def _empty(layout: QLayout) -> None:
    """Take everything out of *layout*, rows within it too."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            _empty(inner)
        if widget is not None:
            widget.deleteLater()
