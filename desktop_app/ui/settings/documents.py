"""How documents are made and what sending does besides, for this workspace; applies at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from desktop_app.domain.document_choices import (
    DiscountChoice,
    DocumentChoices,
    LongNumberChoice,
    MemoChoice,
    NumberChoice,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.domain.review import target_label
from desktop_app.errors import BridgeError
from desktop_app.services.api_sending import SendingOptions
from desktop_app.ui import messages
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import MARGIN, Card, Heading, Text, scrolling

Words = tuple[tuple[StrEnum, str], ...]

DISCOUNTS: Words = (
    (DiscountChoice.LINE, "QuickBooks' own discount line"),
    (DiscountChoice.ITEM, "A negative line of an item"),
)
NUMBERS: Words = (
    (NumberChoice.QUICKBOOKS, "QuickBooks numbers it"),
    (NumberChoice.NINJAONE, "NinjaOne's own, as its list shows it (INV-5012)"),
)
LONG: Words = (
    (LongNumberChoice.HOLD, "The invoice waits for a shorter one"),
    (LongNumberChoice.END, "Its last 21 characters; the whole is in the private note"),
)
MEMOS: Words = (
    (MemoChoice.NOTE, "The invoice's note"),
    (MemoChoice.PERIOD, "The agreement and its period"),
    (MemoChoice.NONE, "Nothing"),
)
SELLABLE = ("Service", "NonInventory", "Inventory")


class DocumentSettings(QWidget):
    """The two cards "Documents" and "Sending"; each needs its service."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 18, MARGIN, MARGIN)
        column.setSpacing(16)
        self.documents = self._documents_card()
        self.sending = self._sending_card()
        self.documents.setVisible(shell.services.has("documents"))
        self.sending.setVisible(shell.services.has("sending"))
        column.addWidget(self.documents)
        column.addWidget(self.sending)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content))

    def fill(self) -> None:
        services = self._shell.services
        if services.has("documents"):
            choices = services.documents.choices()
            for box, value in (
                (self.discount, choices.discount),
                (self.empty_number, choices.empty_number),
                (self.long_number, choices.long_number),
                (self.memo, choices.memo),
            ):
                box.setCurrentIndex(box.findData(value))
            self._fill_items(choices)
            self.hold_unknown.setChecked(choices.hold_unknown)
        if services.has("sending"):
            options = services.sending.options()
            self.look_up.setChecked(options.look_up_numbers)
            self.write_note.setChecked(options.write_note)
            self.export.setChecked(options.export)
            notice = services.sending.write_back_notice()
            self.notice.setText(notice)
            self.notice.setVisible(bool(notice))

    # --- Cards -------------------------------------------------------------------------------

    def _documents_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Documents", 2))
        card.body.addWidget(Text("How an invoice becomes a QuickBooks document.", "muted"))
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        self.discount = self._box(form, "Discount on a whole invoice", DISCOUNTS, "discount")
        self.discount_item = QComboBox()
        self._row(form, "Item for discounts", self.discount_item)
        self.discount_item.activated.connect(lambda _: self._choose_item())
        self.empty_number = self._box(
            form, "Number of an invoice without one", NUMBERS, "empty_number"
        )
        self.long_number = self._box(form, "Number of more than 21 characters", LONG, "long_number")
        self.memo = self._box(form, "Message to the customer", MEMOS, "memo")
        card.body.addLayout(form)
        self.hold_unknown = _check(
            "Hold invoices of agreements whose setting NinjaOne does not tell"
        )
        self.hold_unknown.clicked.connect(
            lambda on: self._choose(lambda c: replace(c, hold_unknown=on))
        )
        card.body.addWidget(self.hold_unknown)
        card.body.addWidget(Text("Until a person has marked the agreement as updated.", "muted"))
        return card

    def _sending_card(self) -> Card:
        card = Card()
        card.body.addWidget(Heading("Sending", 2))
        self.look_up = _check("Before sending, ask QuickBooks whether a number is taken")
        self.write_note = _check("Allow to write QuickBooks' number into NinjaOne's invoice note")
        self.export = _check("Allow to move sent invoices to Complete in NinjaOne")
        self.notice = Text("", "warning")
        self.look_up.clicked.connect(lambda on: self._set(lambda o: replace(o, look_up_numbers=on)))
        self.write_note.clicked.connect(
            lambda on: self._ask(on, lambda o: replace(o, write_note=on))
        )
        self.export.clicked.connect(lambda on: self._ask(on, lambda o: replace(o, export=on)))
        guards = Text(
            "One metered read for 30 invoices. It guards against another computer that sends to "
            "the same company.",
            "muted",
        )
        for part in (self.look_up, guards, self.write_note, self.export, self.notice):
            card.body.addWidget(part)
        return card

    def _box(self, form: QFormLayout, caption: str, words: Words, name: str) -> QComboBox:
        box = QComboBox()
        for value, text in words:
            box.addItem(text, value)
        self._row(form, caption, box)
        box.activated.connect(
            lambda _: self._choose(
                lambda c: _with(c, **{name: type(words[0][0])(box.currentData())})
            )
        )
        return box

    def _row(self, form: QFormLayout, caption: str, box: QComboBox) -> None:
        box.setAccessibleName(caption)
        box.setMinimumWidth(220)
        form.addRow(caption, box)

    # --- Choosing ----------------------------------------------------------------------------

    def _choose(self, change: Callable[[DocumentChoices], DocumentChoices]) -> None:
        documents = self._shell.services.documents
        choices = change(documents.choices())
        if choices.discount is DiscountChoice.ITEM and not choices.discount_item_id:
            self.discount_item.setEnabled(True)  # it is chosen together with its item
            self._shell.say("Choose the item for discounts.")
            return
        self._apply(lambda: documents.choose(choices))

    def _choose_item(self) -> None:
        identity = str(self.discount_item.currentData() or "")
        way = DiscountChoice.ITEM if identity else DiscountChoice.LINE
        self._choose(lambda c: replace(c, discount=way, discount_item_id=identity))

    def _ask(self, on: bool, change: Callable[[SendingOptions], SendingOptions]) -> None:
        if not on:
            self._set(change)
            return
        messages.confirm(
            self,
            title="Allow writing to NinjaOne?",
            text="Nothing is written by itself: each time you are asked. It needs NinjaOne's "
            "permission “management”; you may have to connect NinjaOne again.",
            action="Allow",
            on_confirm=lambda: self._set(change),
            on_cancel=self.fill,
        )

    def _set(self, change: Callable[[SendingOptions], SendingOptions]) -> None:
        sending = self._shell.services.sending
        self._apply(lambda: sending.set_options(change(sending.options())))

    def _apply(self, work: Callable[[], ChangeSet]) -> None:
        try:
            changes = work()
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            self._shell.publish(changes)
        self.fill()

    # --- Filling -----------------------------------------------------------------------------

    def _fill_items(self, choices: DocumentChoices) -> None:
        self.discount_item.clear()
        self.discount_item.addItem("None", "")
        for item in self._shell.services.mapping.choices(Kind.ITEMS):
            if item.active and item.type in SELLABLE:
                self.discount_item.addItem(target_label(item), item.id)
        place = self.discount_item.findData(choices.discount_item_id)
        self.discount_item.setCurrentIndex(max(0, place))
        self.discount_item.setEnabled(choices.discount is DiscountChoice.ITEM)


def _with(choices: DocumentChoices, **values: Any) -> DocumentChoices:
    return replace(choices, **values)


def _check(text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setAccessibleName(text)
    return box
