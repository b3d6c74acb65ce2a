"""A line on a page that says what waits to be created, and opens the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from desktop_app.domain.creating import CREATABLE
from desktop_app.domain.kinds import Kind
from desktop_app.ui.creations.lines import pending_text
from desktop_app.ui.shell import Shell
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Elided, Picture, row_of


class WaitingBar(QFrame):
    """Stands on a page while anything of *kinds* waits."""

    def __init__(self, shell: Shell, kinds: Sequence[Kind] = CREATABLE) -> None:
        super().__init__()
        self._shell, self._kinds = shell, frozenset(kinds)
        self.setProperty("banner", "info")
        self.text = Elided()
        self.button = Button("Look at them", self.open, role="link")
        row = row_of(Picture("plus", Tone.ACCENT), self.text, self.button, None)
        row.setContentsMargins(14, 8, 10, 8)
        self.setLayout(row)
        self.hide()

    def look(self) -> None:
        """Read from the services and show."""
        if not self._shell.services.has("create"):
            return
        pending = self._shell.services.create.pending()
        words = pending_text(c for c in pending if c.draft.kind in self._kinds)
        self.text.setText(f"{words[:1].upper()}{words[1:]}.")
        self.setAccessibleName(self.text.whole())
        self.setVisible(bool(words))

    def open(self) -> None:
        from desktop_app.ui.creations.window import WaitingWindow

        WaitingWindow.show_for(self._shell)
