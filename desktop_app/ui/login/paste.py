"""Signing in with the user's own browser: open the address there, paste where it ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop_app.domain.ports import SignInRequest
from desktop_app.errors import SignInError
from desktop_app.ui.login.redirects import checked_paste
from desktop_app.ui.widgets import MARGIN, Button, Heading, Text, restyle, row_of


class PastePanel(QWidget):
    """Three steps in words, a button and a field. arrived: the checked address.

    *open_address* hands an address to the system's browser and says whether it could.
    """

    arrived = Signal(str)

    def __init__(self, request: SignInRequest, open_address: Callable[[str], bool]) -> None:
        super().__init__()
        self._request = request
        self._open_address = open_address
        self.open_button = Button(
            "Open the sign-in page in my browser", self._open, role="primary", icon="external"
        )
        self.field = QLineEdit()
        self.field.setAccessibleName("Address that the browser ended at")
        self.field.setPlaceholderText(f"{request.redirect_uri}?code=…")
        self.field.setMaxLength(8192)
        self.problem = Text("", "bad")
        self.problem.hide()
        self.go_button = Button("Continue", self._go, role="primary")
        self.go_button.setEnabled(False)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self.go_button.click)

        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN * 2, MARGIN, MARGIN * 2, MARGIN)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(Heading("Sign in with your own browser", 2))
        column.addWidget(Text("1.  Open the sign-in page and sign in there as usual."))
        column.addLayout(row_of(self.open_button, None))
        column.addSpacing(8)
        column.addWidget(
            Text(
                f"2.  At the end the browser goes to an address that begins with"
                f" {request.redirect_uri}. It may say that the page cannot be shown: that does"
                " not matter."
            )
        )
        column.addSpacing(8)
        column.addWidget(
            Text("3.  Copy the whole address from the browser's address bar and paste it here.")
        )
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addLayout(row_of(self.go_button, None))
        column.addStretch(2)

    def set_request(self, request: SignInRequest) -> None:
        """A sign-in begun anew; what was pasted for the earlier one is of no use any more."""
        self._request = request
        self.field.clear()

    def _open(self) -> None:
        if not self._open_address(self._request.url):
            self._tell("No browser could be opened by the system. Set a default browser first.")

    def _typed(self, text: str) -> None:
        self.go_button.setEnabled(bool(text.strip()))
        self._tell("")

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.field.setProperty("invalid", "true" if text else "false")
        self.field.setAccessibleDescription(text)
        restyle(self.field)

    def _go(self) -> None:
        try:
            address = checked_paste(self.field.text(), self._request)
        except SignInError as error:
            self._tell(f"{error.message} {error.advice}")
            return
        self.field.clear()
        self.arrived.emit(address)
