"""Sending in depth, as the window sees it: run, proof, what happened afterwards.

The rules of :mod:`desktop_app.services.api` hold: what takes a Progress goes online or takes long
and is run off the window's thread; all else reads local data only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from desktop_app.domain.aftermath import Action, Aftermath
from desktop_app.domain.proof import Proof
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress
from desktop_app.services.api import SendReport


class RunState(StrEnum):
    """Where a run is; the word is what the screen shows."""

    NEW = "Not started"
    RUNNING = "Sending"
    PAUSED = "Paused"
    WAITING = "Waiting for QuickBooks"  # it asked to slow down, or did not answer
    ENDED = "Finished"
    CANCELLED = "Cancelled"
    STOPPED = "Stopped"  # by a fault that every other invoice would meet, too


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What a run will take, at the published limits (QuickBooks sheet, chapter 6).

    calls: requests to QuickBooks. batches: how many of them carry several invoices.
    metered_reads: reads that QuickBooks counts, if nothing goes wrong. seconds: at least.
    """

    invoices: int
    calls: int
    batches: int
    metered_reads: int
    seconds: int
    text: str


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A moment of a run. done counts all that were decided, whatever became of them.

    rate: invoices a minute, None until it can be told. seconds_left: None likewise.
    now: what is under way, in words.
    """

    state: RunState
    done: int
    total: int
    sent: int
    differs: int
    refused: int
    skipped: int
    rate: Decimal | None
    seconds_left: int | None
    now: str
    text: str


class SendRun(Protocol):
    """One run over chosen invoices, in their order. Made by :meth:`SendingService.start`.

    :meth:`run` is called once, off the window's thread; the others from any thread, at once.
    """

    def run(self, progress: Progress) -> SendReport:
        """Send until done, cancelled or stopped; always returns a report. Cancelling *progress*
        is the same as :meth:`cancel`."""
        ...

    def status(self) -> RunStatus: ...

    def pause(self) -> None:
        """Hold before the next call; the one under way is waited for."""
        ...

    def resume(self) -> None: ...

    def cancel(self) -> None:
        """End after the call under way."""
        ...


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A document of QuickBooks that holds an invoice's number and is not surely the same.

    The person decides: :meth:`SendingService.adopt` it, give the invoice another number in
    NinjaOne, or, where QuickBooks allows it, send all the same.
    """

    invoice_id: str
    entity: str
    qbo_id: str
    text: str  # "Invoice 1042 of Harbor Dental, 2026-11-01, 718.99"
    differences: tuple[str, ...]  # beside what would be sent
    may_send: bool  # QuickBooks would keep two documents of one number


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What a reading back found. metered_reads: what it cost."""

    verified: int
    differs: int
    gone: int
    metered_reads: int
    changes: ChangeSet
    text: str


@dataclass(frozen=True, slots=True)
class ActionPreview:
    """What an action would do, read afresh in both services, for the question before it.

    changes: of the document's fields, one by one. refusal: why it cannot be done, "" when it can.
    title: the question in short.
    """

    action: Action
    invoice_id: str
    text: str
    refusal: str = ""
    changes: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class SendingOptions:
    """Per workspace.

    look_up_numbers: before a create, ask QuickBooks for the number where the company does not
        refuse duplicates itself; guards against a second profile or computer on the same company
        (one metered read for 30 invoices).
    write_note, export: write back to NinjaOne; both need the scope "management".
    """

    look_up_numbers: bool = True
    write_note: bool = False
    export: bool = False


@dataclass(frozen=True, slots=True)
class WriteBack:
    """What writing back to NinjaOne did. failed: invoice id and words; none is tried again by
    itself, since NinjaOne has no request ids."""

    done: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    changes: ChangeSet
    text: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment seen in QuickBooks for one of ours."""

    qbo_id: str
    day: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one sent invoice, newest first. request: (when, words)."""

    invoice_id: str
    entries: tuple[tuple[datetime, str], ...] = field(default_factory=tuple)


class SendingService(Protocol):
    """Send, prove, and look after what was sent."""

    # --- Sending

    def plan(self, invoice_ids: Sequence[str]) -> SendPlan: ...

    def start(self, invoice_ids: Sequence[str], *, despite_number: Collection[str] = ()) -> SendRun:
        """A run over the ready ones among these, in the order given. One run at a time.

        despite_number: invoices whose number is taken and that go all the same.
        Raises RuleError (a run is under way), ReconnectNeeded.
        """
        ...

    def current(self) -> SendRun | None:
        """The run under way, for a window that was opened again."""
        ...

    def settle(self, progress: Progress) -> ChangeSet:
        """Find out what became of pushes without an answer: look-up by number and marker, then
        the very same request once more while QuickBooks remembers its id."""
        ...

    def taken_numbers(self) -> list[TakenNumber]: ...

    def adopt(self, invoice_id: str, progress: Progress) -> ChangeSet:
        """The person says that the document with the taken number is this invoice. Read again
        and compared first. Raises RuleError when it is another customer's."""
        ...

    # --- Proof

    def proof(self, invoice_id: str) -> Proof | None: ...

    def proofs(self) -> dict[str, Proof]: ...

    def prove_reads(self, invoice_ids: Sequence[str]) -> int:
        """How many metered reads :meth:`prove` will take."""
        ...

    def prove(self, invoice_ids: Sequence[str], progress: Progress) -> ProofReport:
        """Read the documents back, 30 with each read, and compare them field by field."""
        ...

    # --- Afterwards

    def aftermaths(self) -> dict[str, Aftermath]:
        """By invoice id, of all that were sent."""
        ...

    def preview(self, action: Action, invoice_id: str, progress: Progress) -> ActionPreview:
        """Reads both services again; changes nothing."""
        ...

    def update(self, invoice_id: str, progress: Progress) -> ChangeSet:
        """Replace QuickBooks' document by what NinjaOne has now. Raises RuleError when it was
        paid, voided or deleted meanwhile, or when NinjaOne's invoice can not go."""
        ...

    def void(self, invoice_id: str, progress: Progress) -> ChangeSet: ...

    def send_again(self, invoice_id: str, progress: Progress) -> SendReport:
        """After a void or deletion in QuickBooks, confirmed by reading: a new document."""
        ...

    def leave(self, invoice_id: str) -> ChangeSet:
        """Nothing is to be done about the present differences; remembered until the next."""
        ...

    # --- Options and writing back

    def options(self) -> SendingOptions: ...

    def set_options(self, options: SendingOptions) -> ChangeSet: ...

    def write_back_notice(self) -> str:
        """ "" or why writing back cannot work yet (reconnect NinjaOne), in words."""
        ...

    def write_notes(self, invoice_ids: Sequence[str], progress: Progress) -> WriteBack:
        """Put "QuickBooks invoice no. X" into the note of sent invoices."""
        ...

    def export_complete(self, invoice_ids: Sequence[str], progress: Progress) -> WriteBack:
        """Move sent invoices to Complete in NinjaOne."""
        ...
