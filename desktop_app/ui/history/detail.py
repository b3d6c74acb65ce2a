"""One entry of the journal in full, and what can be done with its row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_app.domain.journal import JournalEntry
from desktop_app.ui.formats import instant_text
from desktop_app.ui.history import words
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

Act = Callable[[], object]


class EntryDetail(QFrame):
    """Hidden while no entry is current."""

    def __init__(self, *, revert: Act, undo: Act, show_row: Act) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("The entry in full")
        self.title = Elided()
        self.title.setFont(Heading("", 2).font())
        self.text = Text("", selectable=True)
        self.quiet = Text("", "muted", selectable=True)
        self.revert_button = Button(
            "Take this row back to here",
            revert,
            icon="back",
            tip="The row as it was right after this entry; the others stay as they are",
        )
        self.undo_button = Button(
            "Take this entry back",
            undo,
            icon="undo",
            tip="The row as it was right before this entry; the others stay as they are",
        )
        self.row_button = Button("Show the row", show_row, role="link")
        self._tips = {b: b.toolTip() for b in (self.revert_button, self.undo_button)}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(row_of(self.title, None, self.row_button))
        column.addWidget(self.text)
        column.addWidget(self.quiet)
        column.addLayout(row_of(self.revert_button, self.undo_button, None, spacing=10))
        self.show_entry(None)

    def show_entry(self, entry: JournalEntry | None) -> None:
        self.setVisible(entry is not None)
        if entry is None:
            return
        self.title.setText(entry.source_label or f"{entry.kind.source_noun} {entry.source_id}")
        self.text.setText(f"From {words.before_text(entry)}  →  to {words.after_text(entry)}")
        how = words.how_text(entry)
        made = f"{how[:1].upper()}{how[1:]} by {words.who_text(entry)}"
        lines = [
            f"{made}, {instant_text(entry.made_at)}",
            f"Step: {entry.label}" if entry.label else "",
            f"Grounds: {words.evidence_text(entry)}" if words.evidence_text(entry) else "",
        ]
        self.quiet.setText("\n".join(line for line in lines if line))
        self.setAccessibleDescription(words.sentence(entry))

    def show_lock(self, why: str) -> None:
        """Switch off what changes a mapping, with the reason."""
        for button, tip in self._tips.items():
            button.setEnabled(not why)
            button.setToolTip(why or tip)
            button.setAccessibleDescription(why or tip)
