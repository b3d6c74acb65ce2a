"""Looks at what holds invoices back, off the window's thread, again after every change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import Notice, PreflightGroup, PreflightSummary
from desktop_app.ui import messages
from desktop_app.ui.rail import Rail
from desktop_app.ui.shell import Shell

PREFLIGHT = "preflight"
PAUSE = 250
"""Milliseconds without a change before it is looked: neither the start nor a person who decides row
after row is made to wait for it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look. rows: all invoices by their id."""

    groups: tuple[PreflightGroup, ...]
    summary: PreflightSummary
    notices: tuple[Notice, ...]
    rows: dict[str, InvoiceRow]


class PreflightLook(QObject):
    """looked: a :class:`Look`, on the window's thread. Asked again while at work, it looks once
    more afterwards, so that the last one told is never older than the last change."""

    looked = Signal(object)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._at_work = self._again = False

    def look(self) -> None:
        """Start looking; the answer comes through :attr:`looked`."""
        if self._at_work:
            self._again = True
            return
        task = self._shell.tasks.run(
            self._work,
            title="Looking at what holds invoices back",
            on_success=self._done,
            on_failure=self._failed,
            on_cancel=self._ended,
            quiet=True,
        )
        self._at_work = task is not None

    def _work(self, progress: Progress) -> Look:
        services = self._shell.services
        groups = tuple(services.preflight.preflight())
        return Look(
            groups,
            services.preflight.summary(),
            tuple(services.preflight.notices()),
            {row.invoice.id: row for row in services.invoices.rows()},
        )

    def _done(self, look: Look) -> None:
        again = self._again
        self._ended()
        if not again:
            self.looked.emit(look)

    def _failed(self, error: BridgeError) -> None:
        self._ended()
        self._shell.say(f"{error.title}: {error.message}")

    def _ended(self) -> None:
        self._at_work = False
        if self._again:
            self._again = False
            self.look()


class PreflightStanding(QObject):
    """What is always on screen, whatever page is open: the number of approved invoices that will
    not go, in the rail, and a notice of what concerns the whole workspace."""

    def __init__(self, shell: Shell, rail: Rail) -> None:
        super().__init__(shell)
        self._shell, self._rail = shell, rail
        self._told: dict[str, Notice] = {}
        self._look = PreflightLook(shell)
        self._look.looked.connect(self._show)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._look.look)
        shell.changed.connect(self._changed)
        self._pause.start()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.workspace:
            self._told.clear()
        self._pause.start()

    def _show(self, look: Look) -> None:
        self._rail.set_badge(PREFLIGHT, look.summary.will_not_go.count)
        self._rail.buttons[PREFLIGHT].setToolTip(look.summary.text)
        bar = messages.banners_of(self._shell.window)
        if bar is None:
            return
        now = {notice.code: notice for notice in look.notices}
        for code in [code for code in self._told if code not in now]:
            bar.remove(f"notice:{code}")
            del self._told[code]
        for code, notice in now.items():
            if self._told.get(code) == notice:
                continue  # closed by the user, it comes back only when there is more of it
            self._told[code] = notice
            self._tell(notice)

    def _tell(self, notice: Notice) -> None:
        twice = notice.code == "native-integration"
        ids = notice.invoice_ids
        choices = []
        if ids:
            show = partial(self._shell.go, "invoices", ids)
            choices.append(messages.Choice("Show the invoices", show, keep=True))
        if notice.reconnect:
            connect = partial(self._shell.go, "integrations")
            choices.append(messages.Choice("Open Integrations", connect, keep=True))
        messages.show_notice(
            self._shell.window,
            "warning",
            "Invoices may be sent twice" if twice else notice.text,
            f"{notice.text}\n{notice.advice}" if twice else notice.advice,
            choices=tuple(choices),
            key=f"notice:{notice.code}",
        )
