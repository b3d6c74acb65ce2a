"""Sending one invoice so that it goes exactly once.

What will be sent is written down, with its request id, before it is sent; the answer is written
down before anything else is done. A push whose answer never came stays SENDING until
:meth:`Sender.settle` has looked up what became of it (QuickBooks sheet 3.7 and 8.7).
"""

from __future__ import annotations

import logging
import re
import uuid
from dataclasses import replace
from datetime import timedelta

from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.money import cents, money_text, same_amount
from desktop_app.domain.ports import Clock, PushStore, QuickBooksApi
from desktop_app.domain.records import (
    CreatedDocument,
    Document,
    Invoice,
    Push,
    PushState,
)
from desktop_app.errors import BridgeError, FaultClass, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress

log = logging.getLogger(__name__)

STILL_UNDER_WAY = timedelta(minutes=5)
"""QuickBooks ends a request after 120 s; until well after that, a look-up that finds nothing
does not prove that nothing will appear."""

DUPLICATE_NUMBER = "6140"
STOPPING = frozenset(
    {FaultClass.TOKEN, FaultClass.CONNECTION, FaultClass.COMPANY, FaultClass.THROTTLED,
     FaultClass.DEFECT}
)  # fmt: skip
"""Faults that would meet every other invoice too."""


class StopRun(Exception):
    """Nothing more can be sent now. reason: in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sender:
    """Sends and settles for one workspace."""

    def __init__(
        self,
        *,
        workspace_id: int,
        realm_id: str,
        pushes: PushStore,
        quickbooks: QuickBooksApi,
        clock: Clock,
    ) -> None:
        self._workspace_id = workspace_id
        self._realm_id = realm_id
        self._pushes = pushes
        self._quickbooks = quickbooks
        self._clock = clock

    def send(self, invoice: Invoice, facts: Facts) -> Push:
        """Send one ready invoice and return its record. Raises StopRun."""
        request_id = self._request_id(facts.pushes.get(invoice.id))
        document = build_document(invoice, facts, request_id)
        push = Push(
            invoice_id=invoice.id,
            realm_id=self._realm_id,
            state=PushState.SENDING,
            request_id=request_id,
            payload=self._quickbooks.encode(document),
            expected_total=document.expected_total,
            expected_tax=document.expected_tax,
            started_at=self._clock.now(),
        )
        self._pushes.save(self._workspace_id, push)
        try:
            # A cancel never interrupts a create: its answer must be heard.
            answer = self._quickbooks.create(document, request_id, Progress())
        except UnknownOutcome as error:
            log.warning("The answer for invoice %s was lost: %s", invoice.id, error.detail)
            raise StopRun(error.message) from error
        except ServiceFault as fault:
            return self._refused(push, document, fault)
        except BridgeError as error:
            # Refused before anything was sent (no login, no network).
            self._save(replace(push, state=PushState.REFUSED, problem=error.message))
            raise StopRun(error.message) from error
        return self._created(push, answer)

    def settle(self, push: Push, progress: Progress) -> Push:
        """Look up what became of *push* (SENDING). It becomes SENT or DIFFERS when QuickBooks has
        it, REFUSED when it is certain that QuickBooks does not; else it stays as it is."""
        found = self._find(push, progress)
        if found is not None:
            return self._created(push, found)
        if self._clock.now() - push.started_at < STILL_UNDER_WAY:
            return push
        return self._save(
            replace(
                push,
                state=PushState.REFUSED,
                finished_at=self._clock.now(),
                problem="It did not arrive in QuickBooks. It can be sent again.",
            )
        )

    def _request_id(self, previous: Push | None) -> str:
        """A new one for each attempt that follows a clear answer: the payload may differ, and a
        remembered success of a deleted document must not be replayed."""
        if previous is not None and previous.state is PushState.SENDING:
            raise StopRun("An earlier attempt must be looked up first.")
        return uuid.uuid4().hex

    def _refused(self, push: Push, document: Document, fault: ServiceFault) -> Push:
        if fault.code == DUPLICATE_NUMBER:
            found = self._find(push, Progress())
            if found is not None:
                return self._created(push, found)
        problem = fault.message if not fault.service_detail else (
            f"{fault.message} QuickBooks says: {fault.service_detail}"
        )  # fmt: skip
        refused = self._save(
            replace(
                push,
                state=PushState.REFUSED,
                finished_at=self._clock.now(),
                problem=problem,
                reference=fault.reference,
            )
        )
        log.info("QuickBooks refused invoice %s: %s", push.invoice_id, fault.detail)
        if fault.fault_class in STOPPING:
            raise StopRun(f"{fault.message} {fault.advice}".strip())
        return refused

    def _created(self, push: Push, answer: CreatedDocument) -> Push:
        problem = difference(push, answer)
        return self._save(
            replace(
                push,
                state=PushState.DIFFERS if problem else PushState.SENT,
                finished_at=self._clock.now(),
                qbo_id=answer.id,
                doc_number=answer.doc_number,
                total=answer.total,
                total_tax=answer.total_tax,
                problem=problem,
                reference=answer.reference,
            )
        )

    def _find(self, push: Push, progress: Progress) -> CreatedDocument | None:
        """The document that carries this push's marker, by number or else by date."""
        number = _doc_number(push.payload)
        found: tuple[CreatedDocument, ...] = ()
        if number:
            found = self._quickbooks.find_documents("Invoice", number, progress)
        else:
            since = push.started_at - timedelta(days=1)
            found = self._quickbooks.find_by_note("Invoice", push.request_id, since, progress)
        return next((d for d in found if push.request_id in d.private_note), None)

    def _save(self, push: Push) -> Push:
        self._pushes.save(self._workspace_id, push)
        return push


def difference(push: Push, answer: CreatedDocument) -> str:
    """ "" when QuickBooks' totals equal NinjaOne's to the cent; else the difference in words."""
    if same_amount(answer.total, push.expected_total):
        return ""
    by = money_text(abs(cents(answer.total) - cents(push.expected_total)))
    where = ""
    if not same_amount(answer.total_tax, push.expected_tax):
        where = " in tax"
    return (
        f"Differs by {by}{where}: NinjaOne {money_text(push.expected_total)}, "
        f"QuickBooks {money_text(answer.total)}."
    )


def _doc_number(payload: str) -> str:
    found = re.search(r'"DocNumber":\s*"((?:[^"\\]|\\.)*)"', payload)
    return found.group(1).replace('\\"', '"').replace("\\\\", "\\") if found else ""
