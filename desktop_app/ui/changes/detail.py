"""One changed record in full: what it was and is, the rows and invoices it touches, three ways."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.domain.catalogue import WORDS, Side, What
from desktop_app.domain.kinds import Kind
from desktop_app.services.api_review import CatalogueChange
from desktop_app.ui.changes.columns import MARKS, invoices_text, rows_text
from desktop_app.ui.tables.flow import FlowLayout
from desktop_app.ui.widgets import Button, Elided, Heading, Picture, Text, row_of

Act = Callable[[], object]


class ChangeDetail(QFrame):
    """Shows the current line of the table. LIMIT: so many rows are named."""

    LIMIT = 6

    def __init__(
        self,
        *,
        keep: Act,
        remap: Act,
        clear: Act,
        show_row: Callable[[Kind, str], object],
        open_record: Act,
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("The change in full")
        self._show_row = show_row
        self.picture = Picture("info")
        self.title = Elided()
        heading = Heading("", 2)
        self.title.setFont(heading.font())
        self.text = Text("", selectable=True)
        self.touched = Text("", "muted")
        self.keep_button = Button("Keep", keep, role="primary", tip="Leave the mappings (K)")
        self.remap_button = Button("Re-map…", remap, tip="Choose another record (F2)")
        self.clear_button = Button("Clear", clear, tip="Take the mappings away (Del)")
        self.open_button = Button("Open in QuickBooks", open_record, role="link", icon="external")
        self._tips = {
            button: button.toolTip()
            for button in (self.keep_button, self.remap_button, self.clear_button)
        }
        self.rows = QWidget()
        self.rows.setAccessibleName("Rows it touches")
        self._flow = FlowLayout(self.rows, spacing=4)
        policy = self.rows.sizePolicy()
        policy.setHeightForWidth(True)
        self.rows.setSizePolicy(policy)
        self.row_buttons: list[Button] = []

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        buttons = (self.keep_button, self.remap_button, self.clear_button)
        column.addLayout(row_of(self.picture, self.title, None, self.open_button, *buttons))
        column.addWidget(self.text)
        column.addWidget(self.touched)
        column.addWidget(self.rows)

    def show_change(
        self, change: CatalogueChange, names: MappingOf[str, str], *, locked: str = ""
    ) -> None:
        """names: of the first LIMIT rows, by source id. locked: why nothing can be changed."""
        mark = MARKS[change.what]
        self.picture.set_picture(mark.icon, mark.tone)
        self.title.setText(f"{change.label}: {WORDS[change.what].lower()}")
        self.text.setText(f"{change.text[:1].upper()}{change.text[1:].rstrip('.')}.")
        touched = f"Touches {rows_text(change)} and {invoices_text(change.touched)}."
        if not change.source_ids:
            touched = "No row stands on it any more."
        self.touched.setText(touched)
        for button in self.row_buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.row_buttons = [self._row_button(change.kind, i, name) for i, name in names.items()]
        for button in self.row_buttons:
            self._flow.addWidget(button)
        self.rows.setVisible(bool(self.row_buttons))
        self.open_button.setVisible(change.side is Side.QUICKBOOKS)
        for button, tip in self._tips.items():
            button.setEnabled(not locked)
            button.setToolTip(locked or tip)
            button.setAccessibleDescription(button.toolTip())
        rows = bool(change.source_ids) and not locked
        gone = change.what is What.VANISHED
        self.remap_button.setEnabled(rows and not gone)
        if gone:
            self.remap_button.setToolTip("It is no longer in NinjaOne")
        self.clear_button.setEnabled(rows)

    def _row_button(self, kind: Kind, source_id: str, name: str) -> Button:
        return Button(
            name.replace("&", "&&"),
            lambda: self._show_row(kind, source_id),
            role="link",
            tip=f"Show the {kind.source_noun} in the {kind.label} tab",
            name=f"Show {name} in the {kind.label} tab",
        )
