"""Which tax codes lines carry, in companies whose lines each name one; applies at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from desktop_app.domain.money import ZERO
from desktop_app.domain.records import TaxCode
from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Text


class TaxCodeChoices(QWidget):
    """Hidden where QuickBooks names the tax on the whole document (the United States)."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.taxable, self.exempt = QComboBox(), QComboBox()
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        for box, caption in (
            (self.taxable, "Tax code of taxed lines"),
            (self.exempt, "Tax code of lines without tax"),
        ):
            box.setAccessibleName(caption)
            box.setMinimumWidth(260)
            box.activated.connect(lambda _: self._choose())
            form.addRow(caption, box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(10)
        column.addWidget(
            Text(
                "In this company every line names a tax code, and QuickBooks computes the tax from "
                "these, except without tax. A total that differs is shown, to the cent.",
                "muted",
            )
        )
        column.addLayout(form)

    def fill(self) -> None:
        services = self._shell.services
        codes = services.documents.tax_codes() if services.has("documents") else ()
        self.setVisible(bool(codes))
        if not codes:
            return
        choices = services.documents.choices()
        _fill(self.taxable, codes, "By the invoice's tax rate", choices.taxable_code_id)
        zero = tuple(code for code in codes if code.rate == ZERO)
        _fill(self.exempt, zero, "The first code of 0 %", choices.exempt_code_id)

    def _choose(self) -> None:
        documents = self._shell.services.documents
        choices = replace(
            documents.choices(),
            taxable_code_id=str(self.taxable.currentData() or ""),
            exempt_code_id=str(self.exempt.currentData() or ""),
        )
        try:
            changes = documents.choose(choices)
        except BridgeError as error:
            messages.show_error(self, error)
            self.fill()
        else:
            self._shell.publish(changes)


def _fill(box: QComboBox, codes: tuple[TaxCode, ...], by_itself: str, chosen: str) -> None:
    """With the rate and, where two are called the same, the id: bare names tell too little."""
    box.clear()
    box.addItem(by_itself, "")
    names = [code.name for code in codes]
    for code in codes:
        twin = f", id {code.id}" if names.count(code.name) > 1 else ""
        box.addItem(f"{code.name} ({code.rate or ZERO:f} %{twin})", code.id)
    if chosen and box.findData(chosen) < 0:
        box.addItem(f"Id {chosen} (cannot be used)", chosen)
    box.setCurrentIndex(max(0, box.findData(chosen)))
