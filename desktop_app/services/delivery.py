"""Sending as the window uses it: plan, run, settle, taken numbers, and all that follows."""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Collection, Sequence
from typing import Any

from desktop_app.domain.facts import Facts
from desktop_app.domain.money import money_text
from desktop_app.domain.ports_sending import BATCH_LIMIT
from desktop_app.domain.proof import How
from desktop_app.domain.records import ChangeSet, Invoice, Push, PushState, Workspace
from desktop_app.errors import ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.aftercare import Aftercare
from desktop_app.services.api import InvoiceRow, InvoiceState, SendReport
from desktop_app.services.api_sending import RunState, SendPlan, SendRun, TakenNumber
from desktop_app.services.dispatch import PAUSES
from desktop_app.services.invoice_rows import invoice_row, sendable
from desktop_app.services.local import Part
from desktop_app.services.markers import payload_of
from desktop_app.services.proving import Proving, look_at
from desktop_app.services.rates import missing_rates
from desktop_app.services.send_run import CHANGED, Desk, Run
from desktop_app.services.sending_base import Ports, SendingBase
from desktop_app.services.write_back import WritingBack

log = logging.getLogger(__name__)

OPERATIONS_A_MINUTE = 800
REQUESTS_A_SECOND = 8
SINGLES_A_MINUTE = 400


class Runs(SendingBase):
    """The part of SendingService about runs. pauses: seconds between tries; for tests."""

    pauses: tuple[float, ...] = PAUSES

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports)
        self._guard = threading.Lock()
        self._run: Run | None = None

    def plan(self, invoice_ids: Sequence[str]) -> SendPlan:
        rows = self._rows(invoice_ids)
        numbered = all(row.invoice.number for row in rows)
        batches = math.ceil((len(rows) - 1) / BATCH_LIMIT) if numbered and len(rows) > 2 else 0
        calls = 1 + batches if batches else len(rows)
        reads = 0
        if rows and self._looks_up_numbers():
            reads = 1 + math.ceil((len(rows) - 1) / BATCH_LIMIT)
        reads += len(missing_rates([row.invoice for row in rows], self._facts()))
        a_minute = _a_minute(rows)
        full_minutes = max(0, math.ceil(len(rows) / a_minute) - 1)
        seconds = full_minutes * 60 + math.ceil(
            (calls if batches else len(rows) - full_minutes * a_minute) / REQUESTS_A_SECOND
        )
        text = (
            f"{len(rows):,} invoice{'' if len(rows) == 1 else 's'} in {calls:,}"
            f" call{'' if calls == 1 else 's'}, {reads:,} metered reads,"
            f" at least {seconds} seconds"
        )
        return SendPlan(len(rows), calls, batches, reads, seconds, text)

    def start(self, invoice_ids: Sequence[str], *, despite_number: Collection[str] = ()) -> SendRun:
        workspace = self._connected()
        with self._guard:
            if self.current() is not None:
                raise RuleError("A run is under way already. Wait for it, or cancel it.")
            rows = self._rows(invoice_ids)
            self._run = Run(rows, self._desk(workspace, rows, despite_number))
            return self._run

    def current(self) -> SendRun | None:
        run = self._run
        ended = (RunState.ENDED, RunState.CANCELLED, RunState.STOPPED, RunState.NEW)
        return None if run is None or run.status().state in ended else run

    def settle(self, progress: Progress) -> ChangeSet:
        facts = self._facts()
        if not self._open(facts.workspace):
            return ChangeSet()
        workspace = self._connected()
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            self._changed()  # another program may have found out meanwhile
            waiting = self._open(workspace)
            progress.report("Looking up what became of it", 0, len(waiting))
            try:
                now = self._outbox(workspace).resolve(waiting, progress)
            finally:
                self._changed()
        settled = sum(push.state is not PushState.SENDING for push in now)
        text = f"Looked up {settled} of {len(waiting)} unanswered invoices"
        return ChangeSet(invoices=True, text=text)

    def _open(self, workspace: Workspace) -> list[Push]:
        return [
            push
            for push in self._facts().pushes.values()
            if push.state is PushState.SENDING and push.realm_id == workspace.realm_id
        ]

    # --- Taken numbers -----------------------------------------------------------------------

    def taken_numbers(self) -> list[TakenNumber]:
        facts = self._facts()
        company = facts.company
        found = []
        for push in facts.pushes.values():
            if push.state is PushState.REFUSED and push.rival:
                rival = json.loads(push.rival)
                found.append(
                    TakenNumber(
                        invoice_id=push.invoice_id,
                        entity=rival["entity"],
                        qbo_id=rival["id"],
                        text=rival["text"],
                        differences=tuple(rival["differences"]),
                        may_send=company is not None and not company.custom_txn_numbers,
                    )
                )
        return found

    def adopt(self, invoice_id: str, progress: Progress) -> ChangeSet:
        push = self._facts().pushes.get(invoice_id)
        if push is None or push.state is not PushState.REFUSED or not push.rival:
            raise RuleError("No other document holds this invoice's number.")
        rival: dict[str, Any] = json.loads(push.rival)
        customer = (payload_of(push).get("CustomerRef") or {}).get("value", "")
        workspace = self._connected()
        outbox = self._outbox(workspace)
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            if rival["entity"] != push.entity:
                raise RuleError("That document is of another kind.")
            found = outbox.quickbooks.read_documents(rival["entity"], [rival["id"]], progress)
            if not found:
                raise RuleError("That document is no longer in QuickBooks. Send the invoice again.")
            if found[0].customer_id != customer:
                raise RuleError("That document is another customer's.")
            others = {
                p.qbo_id for p in self._changed().pushes.values() if p.invoice_id != invoice_id
            }
            if found[0].id in others:
                raise RuleError("That document is another invoice of this workspace.")
            done = outbox.record([outbox.sent(push, found[0], How.LOOK_UP)])[0]
        self._changed()
        return ChangeSet(invoices=True, text=f"{done.doc_number} is this invoice from now on")

    # --- Parts -------------------------------------------------------------------------------

    def _rows(self, invoice_ids: Sequence[str]) -> list[InvoiceRow]:
        """In the order asked; blocked and sent ones left out, those being looked up kept."""
        facts = self._facts()
        invoices = {invoice.id: invoice for invoice in facts.invoices}
        found = [invoices[key] for key in dict.fromkeys(invoice_ids) if key in invoices]
        rows = [invoice_row(invoice, facts) for invoice in found]
        return [
            row
            for row in rows
            if (sendable(row) and not row.blockers) or row.state is InvoiceState.UNCERTAIN
        ]

    def _looks_up_numbers(self) -> bool:
        raise NotImplementedError

    def _desk(
        self, workspace: Workspace, rows: Sequence[InvoiceRow], despite_number: Collection[str]
    ) -> Desk:
        ninjaone = self._ninjaone(workspace)

        def fresh(ids: Sequence[str], progress: Progress) -> dict[str, Invoice]:
            return {invoice.id: invoice for invoice in ninjaone.invoices(ids, progress)}

        def facts() -> Facts:
            """Mappings of another workspace must never make documents of this one."""
            now = self._changed()
            if (now.workspace.id, now.workspace.realm_id) != (workspace.id, workspace.realm_id):
                raise RuleError(
                    "Another workspace was opened meanwhile.",
                    advice="Open the first one again and send the rest.",
                )
            return now

        return Desk(
            outbox=self._outbox(workspace),
            facts=facts,
            fresh=fresh,
            hold=lambda progress: self._ports.locks.hold(self._lock_name(workspace), progress),
            finish=self._report,
            clock=self._ports.clock,
            look_up_numbers=self._looks_up_numbers(),
            despite_number=frozenset(despite_number),
            pauses=self.pauses,
            a_minute=_a_minute(rows),
            prepare=self._ports.prepare,
        )

    def _report(self, run: Run) -> SendReport:
        self._ports.facts.invalidate(Part.PUSHES)
        after = self._facts()
        now = [invoice_row(row.invoice, after) for row in run.rows]
        uncertain = sum(row.state is InvoiceState.UNCERTAIN for row in now)
        sent, differs = run.tally[PushState.SENT], run.tally[PushState.DIFFERS]
        refused = run.tally[PushState.REFUSED]
        left = len(run.rows) - sent - differs - refused - uncertain
        stopped = run.stopped
        changed = sum(why == CHANGED for why in run.skipped.values())
        if changed:
            words = f"{changed} {CHANGED} and were not sent."
            stopped = f"{stopped} {words}".strip()
        others = sorted({w for w in run.skipped.values() if w != CHANGED and "looked up" not in w})
        if others:
            stopped = f"{stopped} Not tried: {'; '.join(others)}.".strip()
        text = f"{sent + differs} sent"
        if run.totals:
            amounts = (money_text(total, name) for name, total in sorted(run.totals.items()))
            text += f", {' + '.join(amounts)}"
        for count, word in (
            (differs, "with a difference"),
            (refused, "refused"),
            (uncertain, "being looked up"),
            (left, "not sent"),
        ):
            if count:
                text += f"; {count} {word}"
        workspace, login = after.workspace, self._ports.logins
        if run.error is not None or run.tally:
            login.used(workspace.id, run.error)
        reconnect = isinstance(run.error, ReconnectNeeded) or (
            run.error is not None and login.trouble(workspace.id) is run.error
        )
        log.info(
            "Sending ended: %d sent, %d differ, %d refused, %d uncertain, %d left",
            sent, differs, refused, uncertain, left,
        )  # fmt: skip
        return SendReport(
            sent=sent,
            differs=differs,
            refused=refused,
            uncertain=uncertain,
            left=left,
            totals=tuple(sorted(run.totals.items())),
            stopped=stopped,
            changes=ChangeSet(invoices=True, workspace=reconnect, text=text),
            text=text,
            reconnect=reconnect,
        )


def _a_minute(rows: Sequence[InvoiceRow]) -> int:
    """How many invoices QuickBooks takes, in batches or one by one."""
    batches = len(rows) > 2 and all(row.invoice.number for row in rows)
    return OPERATIONS_A_MINUTE if batches else SINGLES_A_MINUTE


class Sending(Runs, Proving, Aftercare, WritingBack):
    """Implements services.api_sending.SendingService."""

    def _looks_up_numbers(self) -> bool:
        company = self._facts().company
        return (
            self.options().look_up_numbers
            and company is not None
            and not company.custom_txn_numbers
        )

    def send_again(self, invoice_id: str, progress: Progress) -> SendReport:
        self._prepare_again(invoice_id, progress)
        facts = self._facts()
        invoice = next((i for i in facts.invoices if i.id == invoice_id), None)
        if invoice is None:
            raise RuleError("NinjaOne no longer has this invoice.")
        row = invoice_row(invoice, facts)
        if not sendable(row) or row.blockers:
            raise RuleError(row.reason or "The invoice cannot go now.")
        return self.start([invoice_id]).run(progress)


__all__ = ["Ports", "Sending", "look_at"]
