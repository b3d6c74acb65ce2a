"""The exact document beside the NinjaOne invoice: headers, lines and the JSON, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHeaderView,
    QPlainTextEdit,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.money import money_text
from desktop_app.domain.records import InvoiceLine
from desktop_app.services.api_documents import DocumentView, LinePair
from desktop_app.ui.invoices.columns import name_of
from desktop_app.ui.widgets import Button, Heading, Text, row_of

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DocumentDialog(QDialog):
    """Read only; what was adapted on the way says so beside its line."""

    def __init__(self, parent: QWidget, view: DocumentView) -> None:
        super().__init__(parent)
        name = name_of(view.invoice)
        self.setWindowTitle(f"Document of {name}")
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(1160, 700)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(Heading(f"{name}  ·  {view.invoice.organization_name}", 2))
        self.told = Text(_told(view), "muted")
        column.addWidget(self.told)
        for note in view.notes:
            column.addWidget(Text(note, selectable=True))
        self.headers = _table(
            "Fields", ("Field", "NinjaOne invoice", "QuickBooks document"), view.headers
        )
        self.lines = _table(
            "Lines",
            (
                "NinjaOne line",
                "Qty x price",
                "Amount",
                "QuickBooks line",
                "Amount",
                "How",
                "Account",
                "Adapted",
            ),
            map(_line, view.lines),
            numbers=(1, 2, 4),
            widest=240,
        )
        for place, told in ((6, "account"), (7, "changed")):
            self.lines.setColumnHidden(place, not any(getattr(p, told) for p in view.lines))
        self.json = QPlainTextEdit(view.text)
        self.json.setReadOnly(True)
        self.json.setAccessibleName("The exact document")
        self.json.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("The document")
        self.tabs.addTab(self.lines, "Lines")
        self.tabs.addTab(self.headers, "Fields")
        if view.text:
            self.tabs.addTab(self.json, "Exact document")
        column.addWidget(self.tabs, 1)
        self.close_button = Button("Close", self.accept, role="primary")
        self.sums = _Sums(view)
        column.addLayout(row_of(self.sums, None, self.close_button))
        self.close_button.setFocus()


class _Sums(QWidget):
    """Lines, tax and total of both sides. texts: its lines, as they are read."""

    def __init__(self, view: DocumentView) -> None:
        super().__init__()
        self.setAccessibleName("Sums")
        currency = view.invoice.currency
        there = "QuickBooks" if view.sent else "QuickBooks expected"
        self.texts = [("", "NinjaOne", there)] + [
            (
                pair.name,
                money_text(pair.ours, currency),
                ""
                if pair.theirs is None
                else money_text(pair.theirs, currency) + (" (differs)" if pair.differs else ""),
            )
            for pair in view.sums
        ]
        marked = [False, *(pair.differs for pair in view.sums)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(3)
        for line, texts in enumerate(self.texts):
            for place, text in enumerate(texts):
                quiet = line == 0 or place == 0
                role = "warning" if marked[line] and place == 2 else "muted" if quiet else ""
                label = Text(text, role, selectable=not quiet)
                label.setWordWrap(False)
                if place:
                    label.setAlignment(RIGHT)
                grid.addWidget(label, line, place)


def _told(view: DocumentView) -> str:
    if view.document is None and not view.text:
        return "There is no document: the invoice does not go as things are."
    return "This is what was sent." if view.sent else "This is what would be sent; nothing was."


def _line(pair: LinePair) -> tuple[str, ...]:
    ours = pair.ours
    return (
        (ours.name or ours.description) if ours is not None else "",
        _reckoned(ours) if ours is not None else "",
        money_text(ours.amount) if ours is not None else "",
        " – ".join(part for part in (pair.item_text, pair.description) if part),
        money_text(pair.amount) if pair.amount is not None else "",
        pair.detail,
        pair.account,
        pair.changed,
    )


def _reckoned(line: InvoiceLine) -> str:
    """ "38 x 42.5", "1 x 129 less 9.00"."""
    text = f"{line.quantity.normalize():,f} x {line.price.normalize():,f}"
    return f"{text} less {money_text(line.discount)}" if line.discount else text


def _table(
    name: str,
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Sequence[int] = (),
    widest: int = 300,
) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(name)
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHeaderLabels(list(titles))
    for row in rows:
        item = QTreeWidgetItem(list(row))
        for place, text in enumerate(row):
            item.setToolTip(place, text)
        for place in numbers:
            item.setTextAlignment(place, RIGHT)
        table.addTopLevelItem(item)
    for place in numbers:
        table.headerItem().setTextAlignment(place, RIGHT)
    header = table.header()
    header.setStretchLastSection(True)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for place in range(len(titles)):
        table.resizeColumnToContents(place)
        header.resizeSection(place, min(widest, header.sectionSize(place) + 12))
    return table
