"""One run: chosen invoices go to QuickBooks in their order, with pause, resume and cancel.

The first invoice goes alone, so that what would meet every invoice meets one. The others go in
batches of 30, which is as fast as the limits allow (QuickBooks sheet, chapter 6), as long as each
has a number of its own: without one QuickBooks numbers them, and then their order counts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop_app.domain.facts import Facts
from desktop_app.domain.money import ZERO
from desktop_app.domain.ports import Clock
from desktop_app.domain.ports_sending import BATCH_LIMIT
from desktop_app.domain.records import Invoice, Push, PushState
from desktop_app.errors import BridgeError
from desktop_app.progress import Cancelled, Progress, Step
from desktop_app.services.api import InvoiceRow, SendReport
from desktop_app.services.api_sending import RunState, RunStatus
from desktop_app.services.dispatch import PAUSES, Dispatch, Stop
from desktop_app.services.linked import Linked
from desktop_app.services.markers import payload_of
from desktop_app.services.outbox import Outbox
from desktop_app.services.time_left import at_least

log = logging.getLogger(__name__)

LINES_AT_ONCE = 700
"""In one batch, so that QuickBooks can carry it out within its 120 seconds."""

CHANGED = "changed in NinjaOne since the last refresh"


@dataclass(frozen=True)
class Desk:
    """What a run works with. fresh: the invoices as NinjaOne has them now. facts: read again for
    each batch. finish: the report, from what was counted. prepare: reads what the documents still
    need, before the first one is made."""

    outbox: Outbox
    facts: Callable[[], Facts]
    fresh: Callable[[Sequence[str], Progress], dict[str, Invoice]]
    hold: Callable[[Progress], Any]  # the push lock, as a context manager
    finish: Callable[[Run], SendReport]
    clock: Clock
    look_up_numbers: bool
    despite_number: Collection[str] = ()
    pauses: tuple[float, ...] = PAUSES
    prepare: Callable[[Sequence[Invoice], Progress], None] | None = None
    a_minute: int = 800  # invoices, at most


class Run:
    """Implements SendRun."""

    def __init__(self, rows: Sequence[InvoiceRow], desk: Desk) -> None:
        self.rows = tuple(rows)
        self.tally: Counter[PushState] = Counter()
        self.skipped: dict[str, str] = {}  # invoice id to why
        self.totals: dict[str, Decimal] = {}  # by currency; a credit memo counts negative
        self.stopped = ""
        self.error: BridgeError | None = None  # what stopped it, when every other call would too
        self._desk = desk
        self._queue = deque(rows)
        self._currencies = {row.invoice.id: row.invoice.currency for row in rows}
        self._state = RunState.NEW
        self._now = ""
        self._open = threading.Event()
        self._open.set()
        self._progress = Linked(self._heard)
        self._moments: list[float] = []  # when each was decided
        self._worked = 0.0
        self._since: float | None = None
        self._dispatch = Dispatch(
            desk.outbox, desk.clock, self._progress, self._count, self._waiting, desk.pauses
        )

    # --- From any thread ---------------------------------------------------------------------

    def pause(self) -> None:
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def cancel(self) -> None:
        self._progress.cancel()
        self._open.set()

    def status(self) -> RunStatus:
        done = sum(self.tally.values()) + len(self.skipped)
        worked = self._seconds()
        sent = done - len(self.skipped)
        rate = Decimal(sent * 60 / worked).quantize(Decimal("0.1")) if sent and worked > 1 else None
        left = len(self.rows) - done
        seconds = self._seconds_left(left, float(rate)) if rate else None
        if rate is not None:
            rate = min(rate, Decimal(self._desk.a_minute))  # a short burst says nothing
        ended = self._state in (RunState.ENDED, RunState.CANCELLED, RunState.STOPPED)
        return RunStatus(
            state=self._state,
            done=done,
            total=len(self.rows),
            sent=self.tally[PushState.SENT],
            differs=self.tally[PushState.DIFFERS],
            refused=self.tally[PushState.REFUSED],
            skipped=len(self.skipped),
            rate=rate,
            seconds_left=None if ended else seconds,
            now=self._now,
            text=self._text(done, None if ended else seconds),
        )

    def _seconds_left(self, left: int, rate: float) -> int:
        """As fast as so far, and within the limits."""
        limited = at_least(self._moments, left, time.monotonic(), self._desk.a_minute)
        return round(max(left * 60 / rate, limited))

    def _text(self, done: int, seconds: int | None) -> str:
        text = f"{self._state}: {done:,} of {len(self.rows):,}"
        if seconds is not None and self._state is RunState.RUNNING:
            text += f", about {_span(seconds)} left"
        return text

    # --- In the worker -----------------------------------------------------------------------

    def run(self, progress: Progress) -> SendReport:
        if self._state is not RunState.NEW:
            raise RuntimeError("a run is run once")
        self._progress.outer = progress
        self._state = RunState.RUNNING
        self._since = time.monotonic()
        ended = RunState.ENDED
        try:
            with self._desk.hold(self._progress):
                self._look_up_earlier()
                if self._desk.prepare is not None:
                    self._desk.prepare([row.invoice for row in self._queue], self._progress)
                while self._queue:
                    self._gate()
                    self._next()
        except Cancelled:
            ended, self.stopped = RunState.CANCELLED, "Cancelled."
        except Stop as stop:
            ended, self.stopped, self.error = RunState.STOPPED, stop.reason, stop.error
        except BridgeError as error:
            ended, self.stopped = RunState.STOPPED, f"{error.message} {error.advice}".strip()
            self.error = error
            log.info("The run stopped: %s", error.detail or error.title)
        finally:
            self._worked, self._since = self._seconds(), None
        self._now = ""
        self._state = ended
        return self._desk.finish(self)

    def _look_up_earlier(self) -> None:
        """Answers lost earlier come first; nothing of these goes again before they are known."""
        pushes = self._desk.facts().pushes
        wanted = {row.invoice.id for row in self.rows}
        waiting = [
            push for key, push in pushes.items()
            if key in wanted and push.state is PushState.SENDING
        ]  # fmt: skip
        if waiting:
            self._say("Looking up what became of earlier ones")
            for push in self._desk.outbox.resolve(waiting, self._progress):
                self._settled(push)

    def _settled(self, push: Push) -> None:
        """One of an earlier run. Refused then, it is left for the person to look at."""
        self._queue = deque(row for row in self._queue if row.invoice.id != push.invoice_id)
        self._count(push)

    def _gate(self) -> None:
        """Between calls: waits while paused, ends when cancelled."""
        self._progress.check()
        if not self._open.is_set():
            self._worked, self._since = self._seconds(), None
            self._state = RunState.PAUSED
            self._progress.tell("Paused", self._done(), len(self.rows))
            while not self._open.wait(0.1):
                self._progress.check()
            self._progress.check()
            self._since = time.monotonic()
        self._state = RunState.RUNNING

    def _next(self) -> None:
        """The next few invoices: read afresh, written down, sent, and their answers written."""
        alone = not self.tally
        rows = self._some(1 if alone else BATCH_LIMIT)
        self._say(f"Sending {_name(rows[0].invoice)}")
        facts = self._desk.facts()
        fresh = self._desk.fresh([row.invoice.id for row in rows], self._progress)
        pushes = []
        for row in rows:
            if not unchanged(row.invoice, fresh.get(row.invoice.id)):
                self.skipped[row.invoice.id] = CHANGED
                continue
            push = self._desk.outbox.prepare(row.invoice, facts)
            why = self._dispatch.held_back(push)
            if why:
                self.skipped[row.invoice.id] = why
            else:
                pushes.append(push)
        if self._desk.look_up_numbers:
            pushes = self._dispatch.free(pushes, self._desk.despite_number)
        if len(pushes) > 1 and all(payload_of(push).get("DocNumber") for push in pushes):
            self._dispatch.batch(pushes)
            return
        for push in pushes:
            self._gate()
            why = self._dispatch.held_back(push)
            if why:
                self.skipped[push.invoice_id] = why
            else:
                self._dispatch.single(push)

    def _some(self, most: int) -> list[InvoiceRow]:
        rows: list[InvoiceRow] = []
        lines = 0
        while self._queue and len(rows) < most:
            lines += len(self._queue[0].invoice.lines or ())
            if rows and lines > LINES_AT_ONCE:
                break
            rows.append(self._queue.popleft())
        return rows

    def _count(self, push: Push) -> None:
        if push.state is PushState.SENDING:
            self.skipped[push.invoice_id] = "still being looked up"
            return
        self._state = RunState.RUNNING
        self.tally[push.state] += 1
        self._moments.append(time.monotonic())
        if push.state is not PushState.REFUSED:
            currency = self._currencies[push.invoice_id]
            signed = (push.total or ZERO) * (-1 if push.entity == "CreditMemo" else 1)
            self.totals[currency] = self.totals.get(currency, ZERO) + signed
        self._progress.tell(self._now, self._done(), len(self.rows))

    # --- Telling -----------------------------------------------------------------------------

    def _done(self) -> int:
        return sum(self.tally.values()) + len(self.skipped)

    def _say(self, text: str) -> None:
        self._now = text
        self._progress.report(text, self._done(), len(self.rows))

    def _waiting(self, text: str) -> None:
        self._state = RunState.WAITING
        self._now = text
        self._progress.tell(text, self._done(), len(self.rows))

    def _heard(self, step: Step) -> None:
        """The adapters' own reports: "QuickBooks asks to slow down; going on in 63 seconds"."""
        if "going on in" in step.text:
            self._state, self._now = RunState.WAITING, step.text
        outer = self._progress.outer
        if outer is not None:
            outer.report(step.text, self._done(), len(self.rows))

    def _seconds(self) -> float:
        since = self._since
        return self._worked + (time.monotonic() - since if since is not None else 0.0)


def unchanged(known: Invoice, fresh: Invoice | None) -> bool:
    """Whether what was reviewed is what NinjaOne still has."""
    return (
        fresh is not None
        and (known.status, known.total, known.organization_id, known.number)
        == (fresh.status, fresh.total, fresh.organization_id, fresh.number)
        and known.lines == fresh.lines
    )


def _name(invoice: Invoice) -> str:
    return invoice.number or f"INV-{invoice.id}"


def _span(seconds: int) -> str:
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
