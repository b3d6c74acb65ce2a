"""What the two forms for app keys have in common: fields, secret, Test keys, Save, problems."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import BridgeError
from desktop_app.services.api import Service
from desktop_app.ui.layouts import SideBySide
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import MARGIN, Button, Card, Heading, Text, restyle, row_of, scrolling


class KeysForm(QWidget):
    """One service's app keys. Subclasses add fields and say how they become an app record.

    saved: after Save went well.
    """

    saved = Signal()

    def __init__(self, shell: Shell, service: Service, title: str, intro: str) -> None:
        super().__init__()
        self.shell = shell
        self.service = service
        self._dirty = False
        self._filling = False
        self._workspace_id = 0
        self._fields: dict[str, QLineEdit] = {}
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 18, MARGIN, MARGIN)
        self.card = Card(margin=24, spacing=14)
        self.guide = Card(role="inset", margin=20, spacing=10)
        self.card.setMinimumWidth(330)
        for part in (self.card, self.guide):
            part.setProperty("top", True)
        column.addWidget(SideBySide((self.card, 3), (self.guide, 2), wide=820, spacing=18))
        column.addStretch(1)
        self.card.body.addWidget(Heading(title, 2))
        self.card.body.addWidget(Text(intro, "muted"))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(18)
        self.form.setVerticalSpacing(10)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.card.body.addLayout(self.form)

        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.setAccessibleName("Client secret")
        self.secret.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        )
        self.secret.textChanged.connect(self._changed)

        self.result = Text("", selectable=True)
        self.result.hide()
        self.test = Button("Test keys", self._test, name=f"Test keys of {service.value}")
        self.save = Button("Save", self._save, role="primary", name=f"Save {service.value} keys")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content))
        shell.tasks.busy_changed.connect(lambda _name: self._show_buttons())

    def finish_layout(self) -> None:
        """Called by the subclass after it added its fields."""
        self.card.body.addWidget(self.result)
        self.card.body.addLayout(row_of(None, self.test, self.save))

    # --- Fields --------------------------------------------------------------------------------

    def add_field(self, name: str, placeholder: str = "", hint: str = "") -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(placeholder)
        self.add_row(name, field, hint)
        field.textChanged.connect(self._changed)
        self._fields[name] = field
        return field

    def add_row(self, name: str, widget: QWidget, hint: str = "") -> None:
        if not widget.accessibleName():
            widget.setAccessibleName(name)
        label = QLabel(name)
        label.setBuddy(widget)
        label.setContentsMargins(0, 7, 0, 0)
        if hint:
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            column.addWidget(widget)
            column.addWidget(Text(hint, "muted"))
            widget.setAccessibleDescription(hint)
            self.form.addRow(label, holder)
            widget.setProperty("row_widget", holder)
        else:
            self.form.addRow(label, widget)

    def show_row(self, widget: QWidget, shown: bool) -> None:
        self.form.setRowVisible(widget.property("row_widget") or widget, shown)

    def add_choice(self, name: str, choices: list[tuple[str, object]], hint: str = "") -> QComboBox:
        box = QComboBox()
        for label, value in choices:
            box.addItem(label, value)
        self.add_row(name, box, hint)
        box.currentIndexChanged.connect(self._changed)
        return box

    # --- What subclasses do --------------------------------------------------------------------

    def read(self) -> Any:
        """The app record from the fields. Raises ConfigurationError."""
        raise NotImplementedError

    def show_record(self) -> None:
        """The saved record into the fields."""
        raise NotImplementedError

    def adapt(self) -> None:
        """Show or hide what depends on other fields."""

    # --- Filling -------------------------------------------------------------------------------

    def fill(self) -> None:
        """Show what is saved; text being entered for the same workspace is left alone."""
        now = self.shell.services.workspaces.current().id
        if self._dirty and now == self._workspace_id:
            return
        self._workspace_id = now
        self._filling = True
        self.show_record()
        self.secret.clear()
        self._filling = False
        self._dirty = False
        self.say("", "")
        self._show_secret()
        self.adapt()
        self._show_buttons()

    def _show_secret(self) -> None:
        stored = self.shell.services.connect.has_secret(self.service)
        self.secret.setPlaceholderText(
            "Stored. Leave empty to keep it" if stored else "Not stored yet"
        )

    def _changed(self) -> None:
        if self._filling:
            return
        self._dirty = True
        self.say("", "")
        self.adapt()
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.save.setEnabled(self._dirty)
        self.test.setEnabled(
            self.shell.tasks.busy("quickbooks") is None and not self.shell.context.offline
        )

    def say(self, text: str, role: str) -> None:
        """The line above the buttons: what a test or Save came to."""
        self.result.setText(text)
        self.result.set_role(role)
        self.result.setVisible(bool(text))
        for field in self._fields.values():
            if field.property("invalid") == "true":
                field.setProperty("invalid", "false")
                restyle(field)

    # --- Buttons -------------------------------------------------------------------------------

    def _test(self) -> None:
        connect = self.shell.services.connect
        secret = self.secret.text().strip()
        try:
            app = self.read()
        except BridgeError as error:
            self._show_problem(error)
            return
        ask = (
            connect.test_quickbooks_keys
            if self.service is Service.QUICKBOOKS
            else connect.test_ninjaone_keys
        )
        self.say("Asking…", "muted")
        self.shell.tasks.run(
            lambda progress: ask(app, secret, progress),
            title=f"Testing the {self.service.value} keys",
            on_success=lambda text: self.say(text, "good"),
            on_failure=self._show_problem,
            on_cancel=lambda: self.say("", ""),
            exclusive="quickbooks",
        )

    def _save(self) -> None:
        connect = self.shell.services.connect
        secret = self.secret.text().strip()
        try:
            app = self.read()
            if self.service is Service.QUICKBOOKS:
                changes = connect.save_quickbooks_app(app, secret)
            else:
                changes = connect.save_ninjaone_app(app, secret)
        except BridgeError as error:
            self._show_problem(error)
            return
        self._dirty = False
        self.shell.publish(changes)
        self.fill()
        self.say("Saved.", "good")
        self.saved.emit()

    def _show_problem(self, error: BridgeError) -> None:
        self.say(f"{error.message} {error.advice}".strip(), "bad")
        for name, field in self._fields.items():
            if error.message.casefold().startswith(name.casefold()):
                field.setProperty("invalid", "true")
                restyle(field)
                field.setFocus()
