"""Sending a few invoices: one by one or as a batch, each answer and fault with its own reaction.

What is to be sent is written down before the call, its answer before anything else is done.
Whatever says for certain that nothing was done takes the written-down requests back.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desktop_app.domain.aftermath import RemoteStatus, status_of
from desktop_app.domain.ports import Clock
from desktop_app.domain.ports_sending import BatchAnswer
from desktop_app.domain.records import CreatedDocument, Push, PushState
from desktop_app.errors import BridgeError, NetworkError, ServiceFault, UnknownOutcome
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.markers import batch_of, is_ours, payload_of
from desktop_app.services.outbox import Outbox
from desktop_app.services.reactions import (
    Reaction,
    missing_reference,
    react,
    refusal_words,
    stop_words,
    surely_nothing_done,
)

log = logging.getLogger(__name__)

PAUSES = (2.0, 4.0, 8.0)  # seconds before the same request goes again


class Stop(Exception):
    """Nothing more can be sent now. reason: in words. error: what every other call would meet."""

    def __init__(self, reason: str, error: BridgeError | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


class Dispatch:
    """For one run. count: told of each push that is decided. waiting: told why nothing moves."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        progress: Progress,
        count: Callable[[Push], None],
        waiting: Callable[[str], None],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._progress = progress
        self._count = count
        self._waiting = waiting
        self._pauses = pauses
        self._uncertain: set[str] = set()  # request ids that an earlier call may have done
        self._closed_to: date | None = None
        self._gone: set[tuple[str, str]] = set()

    def held_back(self, push: Push) -> str:
        """Why *push* would be refused as an earlier one was, "" when nothing speaks against it."""
        body = payload_of(push)
        day = _day(body)
        if self._closed_to is not None and day is not None and day <= self._closed_to:
            return f"dated {day}: QuickBooks' books are closed to {self._closed_to} at least"
        if self._gone and not self._gone.isdisjoint(_references(body)):
            return "uses a customer or item that QuickBooks no longer has"
        return ""

    # --- One request of its own --------------------------------------------------------------

    def single(self, push: Push) -> None:
        push = replace(push, started_at=self._clock.now())
        self._outbox.write_down([push])
        for attempt in range(len(self._pauses) + 1):
            answer = self._certain([push], lambda: self._outbox.single(push, self._progress))
            if answer.document is not None:
                self._answered([(push, answer.document)], push.started_at)
                return
            if answer.fault is None:
                self._unknown([push])
                return
            if react(answer.fault) is not Reaction.AGAIN or attempt == len(self._pauses):
                self._refused(push, answer.fault)
                return
            self._doubt(push, answer.fault)
            self._breathe(attempt, [push], answer.fault)

    # --- A batch -----------------------------------------------------------------------------

    def batch(self, pushes: list[Push]) -> None:
        batch_id, now = uuid.uuid4().hex, self._clock.now()
        open_ones = [
            replace(push, batch_id=batch_id, batch_item=str(number), started_at=now)
            for number, push in enumerate(pushes, start=1)
        ]
        self._outbox.write_down(open_ones)
        for attempt in range(len(self._pauses) + 1):
            together = open_ones
            try:
                answers = self._certain(
                    together,
                    lambda some=together: self._outbox.quickbooks.create_many(  # type: ignore[misc]
                        batch_id, batch_of(some), self._progress
                    ),
                )
            except ServiceFault as fault:
                self._withdraw(together)
                if react(fault) in (Reaction.STOP, Reaction.SLOW_DOWN, Reaction.AGAIN):
                    raise Stop(stop_words(fault), fault) from fault
                self._apart(together)
                return
            except UnknownOutcome as error:
                log.warning("The answer for %d invoices was lost: %s", len(together), error.detail)
                self._unknown(together)
                return
            open_ones = self._batch_answers(
                together, answers, now, last=attempt == len(self._pauses)
            )
            if not open_ones:
                return
            faults = [a.fault for a in answers if a.fault is not None]
            self._breathe(attempt, open_ones, next((f for f in faults if f.retryable), None))
        self._unknown(open_ones)

    def _apart(self, pushes: Sequence[Push]) -> None:
        """QuickBooks refused a batch as a whole for what one of them holds: it is found by sending
        each alone."""
        self._unknown([push for push in pushes if push.request_id in self._uncertain])
        for push in pushes:
            if push.request_id not in self._uncertain:
                self._progress.check()
                self.single(replace(push, batch_id="", batch_item=""))

    def _batch_answers(
        self, pushes: Sequence[Push], answers: Sequence[BatchAnswer], since: datetime, *, last: bool
    ) -> list[Push]:
        """Writes all answers down; those that go again are returned."""
        made = [
            (push, answer.document)
            for push, answer in zip(pushes, answers, strict=True)
            if answer.document is not None
        ]
        self._answered(made, since)
        again: list[Push] = []
        stop: ServiceFault | None = None
        for push, answer in zip(pushes, answers, strict=True):
            fault = answer.fault
            if answer.document is not None:
                continue
            if fault is None:
                self._uncertain.add(push.request_id)
                again.append(push)  # the answer does not tell: the same item once more
                continue
            reaction = react(fault)
            if reaction in (Reaction.AGAIN, Reaction.SLOW_DOWN):
                if last and surely_nothing_done(fault):
                    self._refused(push, fault, stop=False)
                else:
                    self._doubt(push, fault)
                    again.append(push)
            elif reaction is Reaction.STOP:
                self._withdraw([push])
                stop = fault
            else:
                self._refused(push, fault)
        if stop is not None:
            self._unknown(again, stop_after=False)
            raise Stop(stop_words(stop), stop)
        return again

    # --- What comes of a call ----------------------------------------------------------------

    def _certain(self, pushes: Sequence[Push], call: Callable[[], Any]) -> Any:
        """The call's result. Whatever says for certain that nothing was done takes the written
        down requests back, so that the invoices are as they were."""
        try:
            return call()
        except (UnknownOutcome, ServiceFault):
            raise
        except (BridgeError, Cancelled):
            self._withdraw(pushes)
            raise

    def _withdraw(self, pushes: Sequence[Push]) -> None:
        """But what an earlier call may have done stays, to be looked up."""
        self._outbox.withdraw([p for p in pushes if p.request_id not in self._uncertain])

    def _doubt(self, push: Push, fault: ServiceFault) -> None:
        if not surely_nothing_done(fault):
            self._uncertain.add(push.request_id)

    def _breathe(self, attempt: int, pushes: Sequence[Push], fault: ServiceFault | None) -> None:
        """Before the same request goes again."""
        if fault is not None and react(fault) is Reaction.SLOW_DOWN:
            self._waiting("QuickBooks asks to slow down; going on in a minute")
            return  # the pacer holds the next call for the minute
        seconds = self._pauses[min(attempt, len(self._pauses) - 1)]
        self._waiting(f"QuickBooks is busy; trying again in {seconds:.0f} seconds")
        try:
            self._progress.wait(seconds)
        except Cancelled:
            self._withdraw(pushes)
            raise

    def _answered(self, made: Sequence[tuple[Push, CreatedDocument]], since: datetime) -> None:
        if made:
            # Written down even when cancelled: the answers are here.
            for push in self._outbox.answers(made, since, Progress()):
                self._count(push)

    def _refused(self, push: Push, fault: ServiceFault, *, stop: bool = True) -> None:
        reaction = react(fault)
        log.info("QuickBooks refused invoice %s: %s", push.invoice_id, fault.detail)
        if stop and reaction in (Reaction.STOP, Reaction.SLOW_DOWN):
            self._withdraw([push])
            raise Stop(stop_words(fault), fault)
        if reaction is Reaction.AGAIN and not surely_nothing_done(fault):
            self._unknown([push])
            return
        if reaction is Reaction.RIVAL:
            self._count(self._outbox.taken(push, fault, Progress()))
            return
        if reaction is Reaction.HOLD_PERIOD:
            self._hold_period(push)
        elif reaction is Reaction.HOLD_REFERENCE:
            gone = missing_reference(fault)
            if gone is not None:
                self._gone.add(gone)
        refused = self._outbox.refused(push, refusal_words(fault), fault.reference)
        self._count(self._outbox.record([(refused, None)])[0])

    def _hold_period(self, push: Push) -> None:
        day = _day(payload_of(push))
        if day is not None:
            self._closed_to = max(day, self._closed_to or day)

    def _unknown(self, pushes: Sequence[Push], *, stop_after: bool = True) -> None:
        """Look for them at once; what is not found stays as it is, and the run ends."""
        if not pushes:
            return
        self._waiting("Looking up what became of them")
        try:
            now = self._outbox.resolve(pushes, self._progress, again=False)
        except (NetworkError, ServiceFault) as error:
            raise Stop(
                f"{error.message} What became of {_count_words(len(pushes))} is looked up before"
                " anything is sent again."
            ) from error
        for push in now:
            if push.state is not PushState.SENDING:
                self._count(push)
        waiting = sum(push.state is PushState.SENDING for push in now)
        if waiting and stop_after:
            raise Stop(
                f"QuickBooks did not answer, and does not show {_count_words(waiting)} yet. What"
                " became of it is looked up before anything is sent again."
            )

    def free(self, pushes: list[Push], despite: Collection[str]) -> list[Push]:
        """Ask for the numbers before a create: QuickBooks would not refuse a second one."""
        numbers = [str(payload_of(push).get("DocNumber", "")) for push in pushes]
        holding: dict[str, list[CreatedDocument]] = {}
        for entity in {push.entity for push in pushes}:
            wanted = [n for n, p in zip(numbers, pushes, strict=True) if n and p.entity == entity]
            if wanted:
                for found in self._outbox.quickbooks.find_numbers(entity, wanted, self._progress):
                    holding.setdefault(f"{entity} {found.doc_number.casefold()}", []).append(found)
        free = []
        for number, push in zip(numbers, pushes, strict=True):
            others = [
                d for d in holding.get(f"{push.entity} {number.casefold()}", [])
                if status_of(d) is RemoteStatus.PRESENT
            ]  # fmt: skip
            rival = next((d for d in others if is_ours(push, d)), others[0] if others else None)
            if rival is None or (push.invoice_id in despite and not is_ours(push, rival)):
                free.append(push)
                continue
            words = (
                f"QuickBooks already has a document with the number {number}. Nothing was sent."
                " Look at that document, then decide."
            )
            self._count(self._outbox.judge_rival(push, push.entity, rival, words))
        return free


def _references(body: Any) -> Iterator[tuple[str, str]]:
    """Every ("ItemRef", "19") in a document."""
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, dict) and isinstance(value.get("value"), str):
                yield name, value["value"]
            yield from _references(value)
    elif isinstance(body, list):
        for one in body:
            yield from _references(one)


def _day(body: Any) -> date | None:
    try:
        return date.fromisoformat(str(body.get("TxnDate", "")))
    except ValueError:
        return None


def _count_words(count: int) -> str:
    return "one invoice" if count == 1 else f"{count} invoices"
