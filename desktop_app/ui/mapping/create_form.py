"""The fields of a customer or item that is about to be created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from desktop_app.domain.creating import CreateDraft
from desktop_app.domain.kinds import Kind

ITEM_KINDS = (("Service", "Service"), ("NonInventory", "Non-inventory"))


class CreateForm(QWidget):
    """accounts: id and words of the income accounts to choose from, for items."""

    edited = Signal()

    def __init__(self, draft: CreateDraft, accounts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._draft = draft
        self.fields: dict[str, QLineEdit] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        if draft.kind is Kind.CUSTOMERS:
            self._line("name", "Display name", draft.name)
            self._line("company_name", "Company name", draft.company_name)
            self._line("email", "E-mail", draft.email)
            return
        self._line("name", "Name", draft.name)
        self.item_type = self._choice("Type", ITEM_KINDS, draft.item_type)
        self.account = self._choice(
            "Income account", [("", "Choose…"), *accounts], draft.income_account_id
        )
        self._line("price", "Price", "" if draft.price is None else str(draft.price))
        self._line("sku", "SKU", draft.sku)
        self._line("description", "Description", draft.description)
        self.taxable = QCheckBox("Taxable")
        self.taxable.setAccessibleName("Taxable")
        self.taxable.setChecked(draft.taxable)
        self.taxable.toggled.connect(lambda _: self.edited.emit())
        self._form.addRow("", self.taxable)

    def draft(self) -> CreateDraft:
        """The draft as the fields say it now."""
        texts = {key: field.text().strip() for key, field in self.fields.items()}
        if self._draft.kind is Kind.CUSTOMERS:
            return replace(
                self._draft,
                name=texts["name"],
                company_name=texts["company_name"],
                email=texts["email"],
            )
        return replace(
            self._draft,
            name=texts["name"],
            item_type=str(self.item_type.currentData()),
            income_account_id=str(self.account.currentData()),
            price=_price(texts["price"]),
            sku=texts["sku"],
            description=texts["description"],
            taxable=self.taxable.isChecked(),
        )

    def problem(self) -> str:
        """What is wrong with a field itself, "" for nothing."""
        if "price" in self.fields:
            text = self.fields["price"].text().strip()
            if text and _price(text) is None:
                return f"“{text}” is not a price."
        return ""

    def _line(self, key: str, label: str, value: str) -> None:
        field = QLineEdit(value)
        field.setAccessibleName(label)
        field.textChanged.connect(lambda _: self.edited.emit())
        self.fields[key] = field
        self._form.addRow(label, field)

    def _choice(self, label: str, options: Sequence[tuple[str, str]], now: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(label)
        for value, text in options:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(now)))
        box.currentIndexChanged.connect(lambda _: self.edited.emit())
        self._form.addRow(label, box)
        return box


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return price if price.is_finite() else None
