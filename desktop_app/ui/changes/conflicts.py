"""Decisions made offline that do not fit the fresh lists: gone through one by one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.domain.review import target_label
from desktop_app.errors import BridgeError
from desktop_app.services.api_review import Conflict
from desktop_app.ui import messages
from desktop_app.ui.changes.columns import invoices_text
from desktop_app.ui.changes.remap import ask_target
from desktop_app.ui.formats import instant_text
from desktop_app.ui.mapping.words import source_detail, target_detail
from desktop_app.ui.shell import Shell
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Elided, EmptyState, Heading, Picture, Text, row_of

Key = tuple[Kind, str]


def conflicts_text(number: int) -> str:
    """ "5 offline decisions do not fit the fresh lists"."""
    return (
        "1 offline decision does not fit the fresh lists"
        if number == 1
        else f"{number:,} offline decisions do not fit the fresh lists"
    )


class ConflictBar(QFrame):
    """Stands on the page while there are conflicts, and opens the stepper."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setProperty("banner", "warning")
        self.text = Elided()
        self.button = Button("Review one by one", self.step_through, role="link")
        row = row_of(Picture("warning", Tone.WARNING), self.text, self.button, None)
        row.setContentsMargins(14, 8, 10, 8)
        self.setLayout(row)
        self.hide()

    def look(self) -> None:
        number = len(self._shell.services.review.conflicts())
        self.text.setText(f"{conflicts_text(number)}. Until settled they do not count for sending.")
        self.setAccessibleName(self.text.whole())
        self.setVisible(number > 0)

    def step_through(self) -> None:
        """Open the stepper if there is anything to settle."""
        open_stepper(self._shell)


def open_stepper(shell: Shell) -> ConflictDialog | None:
    """The dialog over the present conflicts; None (and a word) when there is none."""
    found = shell.services.review.conflicts()
    if not found:
        shell.say("Every offline decision fits the fresh lists.")
        return None
    dialog = ConflictDialog(shell, found)
    dialog.open()
    return dialog


class ConflictDialog(QDialog):
    """One conflict at a time: the decision, what the fresh data says, four ways.

    What was settled elsewhere in the meantime is passed over. *settled* counts what was settled
    here, *later* what was left.
    """

    def __init__(self, shell: Shell, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(shell.window)
        self._shell = shell
        self._keys: list[Key] = [(c.kind, c.source_id) for c in conflicts]
        self._place = 0
        self._now: Conflict | None = None
        self.settled = 0
        self.setWindowTitle("Offline decisions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(720, 400)

        self.step = Text("", "muted")
        self.step.setWordWrap(False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Conflicts looked at")
        self.bar.setRange(0, len(self._keys))
        self.title = Heading("", 2)
        self.title.setWordWrap(True)
        self.problem = Text("")
        self.decided = Record("You decided offline")
        self.fresh = Record("The fresh data says")
        self.touched = Text("", "muted")
        self.keep_button = Button("&Keep", self.keep, role="primary")
        self.remap_button = Button("&Re-map…", self.remap)
        self.clear_button = Button("&Clear", self.clear)
        self.later_button = Button("&Later", self.later)
        self.back_button = Button("&Back", self.back, role="quiet")
        self.undo_button = Button("&Undo the last", self.undo, role="quiet")
        self.close_button = Button("Close", self.accept, role="primary")
        self.one = self._lay_out_one()
        self.end = EmptyState("check-circle", "", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.one)
        self.stack.addWidget(self.end)

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(self.step, None))
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        column.addLayout(
            row_of(
                self.back_button,
                self.undo_button,
                None,
                self.later_button,
                self.clear_button,
                self.remap_button,
                self.keep_button,
                self.close_button,
                spacing=8,
            )
        )
        self._show()

    def _lay_out_one(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.title)
        warning = row_of(Picture("warning", Tone.WARNING), spacing=10)
        warning.addWidget(self.problem, 1)
        column.addLayout(warning)
        both = QGridLayout()
        both.setSpacing(12)
        both.addWidget(self.decided, 0, 0)
        both.addWidget(self.fresh, 0, 1)
        both.setColumnStretch(0, 1)
        both.setColumnStretch(1, 1)
        column.addLayout(both)
        column.addWidget(self.touched)
        column.addStretch(1)
        return page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        work = {
            Qt.Key.Key_K: self.keep,
            Qt.Key.Key_R: self.remap,
            Qt.Key.Key_F2: self.remap,
            Qt.Key.Key_C: self.clear,
            Qt.Key.Key_Delete: self.clear,
            Qt.Key.Key_L: self.later,
            Qt.Key.Key_B: self.back,
        }.get(Qt.Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif work is not None and not event.modifiers():
            work()
        else:
            super().keyPressEvent(event)

    # --- The four ways -----------------------------------------------------------------------

    def keep(self) -> None:
        now = self._now
        if now is not None and self.keep_button.isEnabled():
            self._settle(lambda: self._shell.services.review.keep(now.kind, [now.source_id]))

    def remap(self) -> None:
        now = self._now
        if now is None or not self.remap_button.isEnabled():
            return
        ask_target(self, self._shell, now.kind, [now.source_id], self._go_on)

    def clear(self) -> None:
        now = self._now
        if now is not None and self.clear_button.isEnabled():
            self._settle(lambda: self._shell.services.mapping.clear(now.kind, [now.source_id]))

    def later(self) -> None:
        """Go on without deciding; it stays a conflict."""
        if self._now is not None:
            self._place += 1
            self._show()

    def back(self) -> None:
        """To the one before, if it is not settled."""
        open_ = self._open()
        before = [p for p in range(self._place) if self._keys[p] in open_]
        if before:
            self._place = before[-1]
            self._show()

    def undo(self) -> None:
        """Take back what was settled last, and show it again."""
        if not self.settled:
            return
        try:
            changes = self._shell.services.mapping.undo()
        except BridgeError as error:
            messages.show_error(self, error)
            return
        self.settled -= 1
        self._shell.publish(changes)
        open_ = self._open()
        came_back = [p for p in range(len(self._keys)) if self._keys[p] in open_]
        before = [p for p in came_back if p < self._place]
        self._place = before[-1] if before else min(came_back, default=self._place)
        self._show()

    def _settle(self, work: Callable[[], ChangeSet]) -> None:
        try:
            changes = work()
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            self._shell.publish(changes)
            self._go_on()

    def _go_on(self) -> None:
        self.settled += 1
        self._place += 1
        self._show()

    # --- What is shown -----------------------------------------------------------------------

    def _open(self) -> dict[Key, Conflict]:
        found = self._shell.services.review.conflicts()
        return {(c.kind, c.source_id): c for c in found}

    def _show(self) -> None:
        open_ = self._open()
        while self._place < len(self._keys) and self._keys[self._place] not in open_:
            self._place += 1
        total = len(self._keys)
        self._now = open_[self._keys[self._place]] if self._place < total else None
        self.bar.setValue(self._place)
        if self._now is None:
            self._show_end(len(open_))
        else:
            self.step.setText(f"{self._place + 1:,} of {total:,}")
            self._show_one(self._now)
        deciding = self._now is not None
        why = self._shell.locked
        for button in (self.keep_button, self.remap_button, self.clear_button, self.later_button):
            button.setVisible(deciding)
            button.setEnabled(deciding and (not why or button is self.later_button))
            button.setToolTip(why if button is not self.later_button else "Decide another time")
        if self._now is not None and not self._now.can_keep:
            self.keep_button.setEnabled(False)
            self.keep_button.setToolTip("The link cannot go on as it is")
        if self._now is not None and self._now.source is None:
            self.remap_button.setEnabled(False)
            self.remap_button.setToolTip("It is no longer in NinjaOne")
        self.close_button.setText("Close" if not deciding else "Stop here")
        self.close_button.setVisible(not deciding)
        self.undo_button.setVisible(self.settled > 0)
        self.back_button.setVisible(any(self._keys[p] in open_ for p in range(self._place)))
        self._focus()

    def _focus(self) -> None:
        buttons = (self.keep_button, self.remap_button, self.clear_button, self.close_button)
        for button in buttons:
            if button.isEnabled() and not button.isHidden():
                button.setFocus()
                return

    def _show_one(self, now: Conflict) -> None:
        self.stack.setCurrentWidget(self.one)
        self.title.setText(f"{now.kind.source_noun.capitalize()} “{now.source_label}”")
        self.problem.setText(now.text)
        mapping = now.mapping
        self.decided.say(
            mapping.target_label or "Not to be billed through QuickBooks",
            source_detail(now.source) if now.source is not None else "No longer in NinjaOne",
            f"{mapping.how}, {mapping.who}, {instant_text(mapping.changed_at)}",
        )
        others = f"Also mapped to it: {', '.join(now.others)}" if now.others else ""
        if now.target is None:
            gone = f"The {now.kind.target_noun} is gone from QuickBooks"
            self.fresh.say(gone if mapping.target_id else "No QuickBooks record", others)
        else:
            state = "" if now.target.active else "Inactive in QuickBooks"
            self.fresh.say(target_label(now.target), target_detail(now.target), state, others)
        words = invoices_text(now.touched)
        verb = "depend" if len(now.touched.invoice_ids) > 1 else "depends"
        self.touched.setText(f"{words[:1].upper()}{words[1:]} {verb} on it.")
        self.setAccessibleName(
            f"Offline decision {self._place + 1} of {len(self._keys)}: {self.title.text()}"
        )
        self.setAccessibleDescription(f"{now.text} {self.touched.text()}")

    def _show_end(self, left: int) -> None:
        self.stack.setCurrentWidget(self.end)
        self.step.setText("All looked at")
        words = f"{self.settled:,} settled"
        if left:
            words += f", {left:,} left for later: they do not count for sending until settled"
        self.end.picture.set_picture(
            "clock" if left else "check-circle", Tone.MUTED if left else Tone.GOOD
        )
        self.end.say("Looked at all of them" if left else "All settled", f"{words}.")
        self.setAccessibleName(f"Offline decisions: {words}")


class Record(QFrame):
    """A caption, a name and some quiet lines in a frame."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setProperty("role", "inset")
        self._caption = caption
        self.name = Text("", selectable=True)
        self.name.setFont(Heading("", 3).font())
        self.lines = Text("", "muted", selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(Text(caption, "muted"))
        column.addWidget(self.name)
        column.addWidget(self.lines)
        column.addStretch(1)

    def say(self, name: str, *lines: str) -> None:
        self.name.setText(name)
        text = "\n".join(line for line in lines if line)
        self.lines.setText(text)
        self.lines.setVisible(bool(text))
        self.setAccessibleName(f"{self._caption}: {name}")
