"""A file beside the present, row by row, before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout

from desktop_app.domain.impact import Impact, LinkChange
from desktop_app.domain.money import money_text
from desktop_app.domain.records import ChangeSet
from desktop_app.domain.waiting import Waiting
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress, Step
from desktop_app.services.api_exchange import Diff, DiffRow, Outcome
from desktop_app.ui import messages
from desktop_app.ui.exchange.columns import CHIPS
from desktop_app.ui.exchange.ready import Ready, nothing
from desktop_app.ui.formats import instant_text
from desktop_app.ui.shell import Shell
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import Button, Heading, Text, row_of

PAUSE = 300
"""Milliseconds after the last tick before the impact is asked for."""


class DiffDialog(QDialog):
    """Ticks say what is applied, as one undo step. Only what would change can be ticked."""

    def __init__(
        self, shell: Shell, found: Ready, on_applied: Callable[[ChangeSet], object]
    ) -> None:
        super().__init__(shell.window)
        self._shell = shell
        self._ready = found
        self._diff = diff = found.diff
        self._on_applied = on_applied
        self._busy = False
        self._asked = 0
        self.setWindowTitle("Open change set" if diff.change_set else "Import mapping table")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        room = shell.window.size()
        wide = 1240 if diff.change_set else 1080
        self.resize(min(wide, room.width() - 20), min(700, room.height() - 20))
        heading = Heading(diff.title, 2)
        heading.setWordWrap(True)
        self.about = Text(about(diff), "muted", selectable=True)
        self.browser: RecordBrowser[DiffRow] = RecordBrowser(
            found.spec,
            shell.services.settings,
            name="What the file would change",
            chips=CHIPS,
            placeholder="Search these rows",
            empty=Empty("import", "The file has no rows", "Nothing in it could be compared."),
        )
        self.browser.bar.setMaximumHeight(0)  # the number of ticks stands on the button
        self.model = self.browser.model
        self.browser.set_prepared(found.table)
        self.model.set_ticked(found.ticked, True)
        self.impact = Text("", "muted")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Applying")
        self.progress.hide()
        self.all_button = Button("Tick all that change", self._tick_all, role="quiet")
        self.none_button = Button("Tick none", self.model.clear_ticks, role="quiet")
        self.cancel_button = Button("Cancel", self.reject)
        self.action_button = Button("Apply", self.apply, role="primary")

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(self.about)
        column.addWidget(self.browser, 1)
        column.addWidget(self.impact)
        column.addWidget(self.progress)
        column.addLayout(
            row_of(
                self.all_button,
                self.none_button,
                None,
                self.cancel_button,
                self.action_button,
                spacing=10,
            )
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask_impact)
        self.model.ticks_changed.connect(self._ticked)
        find = QKeySequence(QKeySequence.StandardKey.Find)
        QShortcut(find, self, self.browser.focus_search)
        counts = ", ".join(f"{n:,} {o.value.lower()}" for o, n in found.counts.items())
        self.setAccessibleName(f"{diff.title}: {counts}")
        self._ticked()
        self.browser.table.take_focus()

    def wanted(self) -> list[DiffRow]:
        """The ticked rows."""
        return _rows(self._diff, self._chosen())

    def _chosen(self) -> frozenset[str]:
        return frozenset(self.model.tick_ids())

    # --- Ticks -------------------------------------------------------------------------------

    def _tick_all(self) -> None:
        self.model.set_ticked(self._ready.applicable, True)

    def _ticked(self) -> None:
        fixed = self._ready.fixed.intersection(self.model.tick_ids())
        if fixed:
            self.model.set_ticked(fixed, False)  # comes back here with nothing to take away
            return
        number = self.model.tick_count()
        word = "Approve" if self._diff.change_set else "Apply"
        self.action_button.setText(f"{word} {number:,}")
        self.action_button.setAccessibleName(self.action_button.text())
        locked = self._shell.locked
        self.action_button.setEnabled(number > 0 and not locked and not self._busy)
        self.action_button.setToolTip(locked or "As one step, which Undo takes back")
        self._pause.start()

    def _ask_impact(self) -> None:
        """What the ticked rows would do to invoices; older answers are dropped."""
        self._asked += 1
        mine = self._asked
        if not self.model.tick_count() or not self._shell.services.has("suggest"):
            self.impact.setText(self._left_out())
            return
        suggest, diff, chosen = self._shell.services.suggest, self._diff, self._chosen()

        def work(progress: Progress) -> Impact:
            changes = [
                LinkChange(r.kind, r.source_id, r.wanted_id, r.excludes)
                for r in _rows(diff, chosen)
            ]
            return suggest.impact(changes, progress)

        self._shell.tasks.run(
            work,
            title="Looking at the invoices concerned",
            on_success=lambda impact: self._show_impact(mine, impact),
            on_failure=lambda error: self.impact.setText(error.message),
            quiet=True,
            bulky=True,
        )

    def _show_impact(self, mine: int, impact: Impact) -> None:
        if mine == self._asked:
            parts = [impact_text(impact), self._left_out()]
            self.impact.setText(" ".join(part for part in parts if part))

    def _left_out(self) -> str:
        left = len(self._ready.applicable) - self.model.tick_count()
        refused = self._ready.counts[Outcome.REFUSED]
        parts = [f"{left:,} more would change, not ticked" if left else ""]
        parts.append(f"{refused:,} refused" if refused else "")
        words = "; ".join(part for part in parts if part)
        return f"{words[:1].upper()}{words[1:]}." if words else ""

    # --- Applying ----------------------------------------------------------------------------

    def apply(self) -> None:
        """Apply the ticked rows in a task; Cancel stops it until the step is written."""
        chosen = self._chosen()
        if not chosen or not self.action_button.isEnabled():
            return
        exchange, diff = self._shell.services.exchange, self._diff
        task = self._shell.tasks.run(
            lambda progress: exchange.apply(
                diff, [row.key for row in _rows(diff, chosen)], progress
            ),
            title=f"Applying {diff.title}",
            on_success=self._applied,
            on_failure=self._failed,
            on_cancel=lambda: self._set_busy(False),
            exclusive="local",
            bulky=True,
        )
        if task is None:
            messages.show_error(
                self,
                BridgeError(
                    "Other work on the mappings has to end first.",
                    title="Still at work",
                    advice="Wait for it, then choose this again.",
                ),
            )
            return
        self._task = task
        task.progressed.connect(self._step)
        self._set_busy(True)

    def _step(self, step: Step) -> None:
        self.progress.setRange(0, step.total or 0)
        self.progress.setValue(min(step.done, step.total or 0))

    def _applied(self, changes: ChangeSet) -> None:
        self._busy = False
        self.accept()
        self._on_applied(changes)

    def _failed(self, error: BridgeError) -> None:
        self._set_busy(False)
        messages.show_error(self, error)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.browser.setEnabled(not busy)
        self._ticked()

    def done(self, result: int) -> None:
        """Lets go of the rows: what Python and Qt keep of a closed dialog may stay for long."""
        super().done(result)
        self._pause.stop()
        self._asked += 1
        self._ready = nothing()
        self._diff = self._ready.diff
        self.model.set_prepared(self._ready.table)

    def reject(self) -> None:
        """While it is applied: stop that; else close without a change."""
        if self._busy:
            self._task.cancel()
        else:
            super().reject()


def _rows(diff: Diff, chosen: Collection[str]) -> list[DiffRow]:
    return [row for row in diff.rows if str(row.key) in chosen]


def about(diff: Diff) -> str:
    """Where the file comes from and what to know about it."""
    lines = []
    if diff.author or diff.made_at:
        made = f", {instant_text(diff.made_at)}" if diff.made_at else ""
        lines.append(f"From {diff.author or 'somebody who is not named'}{made}.")
    if diff.remark:
        lines.append(f"“{diff.remark}”")
    lines += diff.notes
    lines.append("Nothing is changed before you confirm.")
    return "\n".join(lines)


def impact_text(impact: Impact) -> str:
    """ "14 invoices become ready (1,200.00 USD); 2 become blocked. 3 sent ones stay as they are."

    "No unsent invoice depends on these rows." where that is so.
    """
    parts = [
        _part(impact.ready, "become ready", "becomes ready"),
        _part(impact.blocked, "become blocked", "becomes blocked"),
        _part(impact.held, "are held on purpose", "is held on purpose"),
        _part(impact.still_blocked, "stay blocked", "stays blocked"),
    ]
    words = "; ".join(part for part in parts if part)
    text = f"{words}." if words else "No unsent invoice depends on these rows."
    if impact.sent:
        text += (
            " 1 invoice in QuickBooks stays as it is."
            if impact.sent == 1
            else f" {impact.sent:,} invoices in QuickBooks stay as they are."
        )
    return text


def _part(waiting: Waiting, many: str, one: str) -> str:
    number = waiting.invoices
    if not number:
        return ""
    money = " + ".join(money_text(amount, currency) for currency, amount in waiting.amounts)
    words = f"1 invoice {one}" if number == 1 else f"{number:,} invoices {many}"
    return f"{words} ({money})" if money else words
