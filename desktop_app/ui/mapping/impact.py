"""What a change would do to invoices, worked out beside the window and told in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from desktop_app.domain.impact import Impact, LinkChange
from desktop_app.domain.waiting import Waiting
from desktop_app.errors import BridgeError
from desktop_app.ui.mapping.desk import there
from desktop_app.ui.mapping.words import invoices, sums
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import Task
from desktop_app.ui.widgets import Text

PAUSE = 150
"""Milliseconds without a further tick before the impact is worked out."""


def impact_text(impact: Impact) -> str:
    """ "14 approved invoices become ready (1,200.00 USD); 2 documents in QuickBooks stay as they
    are"."""
    parts = [
        _part(impact.ready, "becomes ready", "become ready"),
        _part(impact.blocked, "becomes blocked", "become blocked"),
        _part(impact.held, "is held on purpose", "are held on purpose"),
        _part(impact.still_blocked, "goes on waiting", "go on waiting"),
    ]
    if impact.sent:
        one = impact.sent == 1
        parts.append(
            f"{impact.sent:,} document{'' if one else 's'} in QuickBooks "
            f"{'stays as it is' if one else 'stay as they are'}"
        )
    return "; ".join(part for part in parts if part) or "no approved invoice depends on it"


def _part(waiting: Waiting, one: str, many: str) -> str:
    if not waiting.invoices:
        return ""
    number = invoices(waiting.invoices).replace(" ", " approved ", 1)
    amounts = f" ({' and '.join(sums(waiting))})" if waiting.amounts else ""
    return f"{number} {one if waiting.invoices == 1 else many}{amounts}"


class ImpactText(Text):
    """Follows the changes it is shown; what came out last for other changes is never left there.

    lead: words before the impact, "Link 61; leave 28".
    """

    def __init__(
        self, shell: Shell, *, lead: str = "", on_known: Callable[[Impact], object] | None = None
    ) -> None:
        super().__init__(lead, "muted")
        self._shell = shell
        self._lead = lead
        self._changes: Sequence[LinkChange] = ()
        self._task: Task[Impact] | None = None
        self._round = 0
        self._on_known = on_known
        self.impact: Impact | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._work_out)

    def show_changes(self, changes: Sequence[LinkChange], lead: str = "") -> None:
        self._changes = changes
        self._lead = lead
        self.impact = None
        self._round += 1
        if self._task is not None:
            self._task.cancel()
        known = there(self._shell.services.suggest) and bool(changes)
        self._say("working out what that does to invoices…" if known else "")
        if known:
            self._pause.start()
        else:
            self._pause.stop()

    def _work_out(self) -> None:
        changes, now = tuple(self._changes), self._round
        service = self._shell.services.suggest

        def current() -> bool:
            # The dialog may have been closed, and this with it.
            return now == self._round and isValid(self)

        def known(impact: Impact) -> None:
            if current():
                self.impact = impact
                self._say(impact_text(impact))
                if self._on_known is not None:
                    self._on_known(impact)

        def unknown(error: BridgeError) -> None:
            if current():
                self._say(f"what that does to invoices is not known: {error.message}")

        self._task = self._shell.tasks.run(
            lambda progress: service.impact(changes, progress),
            title="Impact",
            on_success=known,
            on_failure=unknown,
            quiet=True,
        )
        if self._task is not None:
            self._task.ended.connect(self._ended)

    def _ended(self, _outcome: object) -> None:
        self._task = None

    def _say(self, words: str) -> None:
        text = "; ".join(part for part in (self._lead, words) if part)
        self.setText(text[:1].upper() + text[1:])
        self.setAccessibleName(self.text())
