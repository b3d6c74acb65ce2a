"""Pairs that Auto Map does not propose any more, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import RememberedPair
from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.screens import resize_dialog
from desktop_app.ui.shell import Shell
from desktop_app.ui.tables.columns import Column, TableSpec
from desktop_app.ui.tables.model import RecordModel
from desktop_app.ui.tables.view import RecordTable
from desktop_app.ui.widgets import Button, EmptyState, Heading, Text, row_of


def rejected_spec(kind: Kind) -> TableSpec[RememberedPair]:
    return TableSpec(
        name=f"rejected.{kind.value}",
        columns=(
            Column(
                "source",
                f"NinjaOne {kind.source_noun}",
                lambda pair: pair.source_name,
                width=240,
                flexible=True,
            ),
            Column(
                "target",
                f"QuickBooks {kind.target_noun}",
                lambda pair: pair.target_name,
                width=240,
                flexible=True,
            ),
        ),
        identity=lambda pair: f"{pair.source_id} {pair.target_id}",
        search=lambda pair: f"{pair.source_name} {pair.target_name}",
        tags=lambda pair: (),
        speak=lambda pair: f"{pair.source_name} is never {pair.target_name}",
    )


class RejectedDialog(QDialog):
    """Lists what was answered with “Never this one”; *on_change* is called after each change."""

    def __init__(
        self, parent: QWidget, shell: Shell, kind: Kind, on_change: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self._shell, self._kind, self._on_change = shell, kind, on_change
        self.setWindowTitle("Rejected pairs")
        self.setAccessibleName("Rejected pairs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        resize_dialog(self, 640, 460)
        self.model: RecordModel[RememberedPair] = RecordModel(rejected_spec(kind))
        self.table: RecordTable[RememberedPair] = RecordTable(
            self.model, shell.services.settings, "Rejected pairs"
        )
        self.nothing = EmptyState(
            "check-circle", "No rejected pairs", "Every likely pair may be proposed."
        )
        self.again_button = Button("Offer again", self._offer_again, icon="undo")
        self.close_button = Button("Close", self.reject, role="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(Heading("Rejected pairs", 2))
        column.addWidget(
            Text("Auto Map and the suggestions leave these out. Tick what may come back.", "muted")
        )
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        column.addLayout(row_of(self.again_button, None, self.close_button))
        self.model.ticks_changed.connect(self._show_ticks)
        self._fill()

    def _fill(self) -> None:
        pairs = self._shell.services.suggest.rejected(self._kind)
        self.model.set_records(pairs)
        self.table.setVisible(bool(pairs))
        self.nothing.setVisible(not pairs)
        self._show_ticks()

    def _show_ticks(self) -> None:
        chosen = len(self.model.ticked())
        self.again_button.setEnabled(chosen > 0)
        self.again_button.setText(f"Offer {chosen:,} again" if chosen else "Offer again")

    def _offer_again(self) -> None:
        try:
            changes = self._shell.services.suggest.offer_again(self.model.ticked_records())
        except BridgeError as error:
            messages.show_error(self, error)
            return
        self.model.clear_ticks()
        self._fill()
        self._shell.publish(changes)
        self._on_change()
