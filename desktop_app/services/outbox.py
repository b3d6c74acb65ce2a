"""What goes to QuickBooks, written down before and after, and found again when an answer is lost.

A push whose answer never came stays SENDING. It is resolved by looking for its number and marker,
and else by the very same request once more, which QuickBooks answers with the first result while
it remembers the id (QuickBooks sheet 3.7, 8.7).
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from desktop_app.domain.aftermath import RemoteStatus, source_of, status_of
from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.ports import Clock, PushStore, QuickBooksApi
from desktop_app.domain.ports_sending import BatchAnswer, EvidenceStore
from desktop_app.domain.proof import How, Proof, compare, words
from desktop_app.domain.records import CreatedDocument, Invoice, Push, PushState, Workspace
from desktop_app.errors import ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from desktop_app.services.markers import (
    batch_of,
    created_before,
    is_marked,
    is_our_void,
    is_ours,
    next_request_id,
    payload_of,
    rival_text,
)
from desktop_app.services.reactions import Reaction, react, refusal_words

log = logging.getLogger(__name__)

STILL_UNDER_WAY = timedelta(seconds=150)
"""QuickBooks ends a request after 120 s; until well after that, a look-up that finds nothing
does not prove that nothing will appear."""

REMEMBERED = timedelta(hours=20)
"""How long a request id is surely known (24 h are assumed, QuickBooks sheet 3.7)."""

SKEW = timedelta(minutes=2)
"""A document that is older than the request by more than this was not made by it."""

DID_NOT_ARRIVE = "It did not arrive in QuickBooks. It can be sent again."
DELETED_SINCE = (
    "QuickBooks had made it ({number}), and it was deleted there since. It can be sent again as a"
    " new document."
)
_ASSIGNED = re.compile(r"TxnType=(?P<entity>\w+) with TxnId=(?P<id>\w+)")


class Outbox:
    """For one workspace, one thread at a time (the push lock is held)."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        pushes: PushStore,
        evidence: EvidenceStore,
        quickbooks: QuickBooksApi,
        clock: Clock,
    ) -> None:
        self._workspace = workspace
        self._pushes = pushes
        self._evidence = evidence
        self._clock = clock
        self.quickbooks = quickbooks

    # --- Before ------------------------------------------------------------------------------

    def prepare(self, invoice: Invoice, facts: Facts) -> Push:
        """The push of an invoice that is ready; not yet written down."""
        request_id = next_request_id(self._workspace, invoice.id, facts.pushes.get(invoice.id))
        document = build_document(invoice, facts, request_id)
        return Push(
            invoice_id=invoice.id,
            realm_id=self._workspace.realm_id,
            state=PushState.SENDING,
            request_id=request_id,
            payload=self.quickbooks.encode(document),
            expected_total=document.expected_total,
            expected_tax=document.expected_tax,
            started_at=self._clock.now(),
            entity=document.entity,
            source=json.dumps(source_of(invoice), ensure_ascii=False),
        )

    def write_down(self, pushes: Sequence[Push]) -> None:
        """All in one transaction, durable on return: only then may they be sent."""
        self._pushes.save_all(self._workspace.id, pushes)

    def withdraw(self, pushes: Iterable[Push]) -> None:
        """Take back what surely never reached QuickBooks."""
        self._pushes.withdraw(self._workspace.id, [push.request_id for push in pushes])

    # --- After -------------------------------------------------------------------------------

    def record(self, results: Iterable[tuple[Push, Proof | None]]) -> list[Push]:
        pairs = list(results)
        self._evidence.answered(self._workspace.id, pairs)
        return [push for push, _ in pairs]

    def sent(
        self, push: Push, document: CreatedDocument, how: How = How.ANSWER
    ) -> tuple[Push, Proof]:
        """The push as sent, with the comparison field by field."""
        proof = self.compared(push, document, how)
        done = replace(
            push,
            state=PushState.DIFFERS if proof.differences else PushState.SENT,
            finished_at=self._clock.now(),
            qbo_id=document.id,
            doc_number=document.doc_number,
            total=document.total,
            total_tax=document.total_tax,
            problem=_sentence(words(proof.differences)),
            reference=document.reference or push.reference,
            rival="",
        )
        return done, proof

    def compared(self, push: Push, document: CreatedDocument, how: How) -> Proof:
        return Proof(
            invoice_id=push.invoice_id,
            request_id=push.request_id,
            entity=push.entity,
            qbo_id=document.id,
            sync_token=document.sync_token,
            taken_at=self._clock.now(),
            how=how,
            differences=compare(
                payload_of(push), push.expected_total, push.expected_tax, document.body
            ),
            body=document.body,
        )

    def refused(self, push: Push, problem: str, reference: str = "", rival: str = "") -> Push:
        return replace(
            push,
            state=PushState.REFUSED,
            finished_at=self._clock.now(),
            problem=problem,
            reference=reference,
            rival=rival,
        )

    def answers(
        self,
        answered: Sequence[tuple[Push, CreatedDocument]],
        since: datetime,
        progress: Progress,
        how: How = How.ANSWER,
    ) -> list[Push]:
        """Write down what QuickBooks made. A document older than the call is a remembered answer;
        it is read once, since it may have been deleted meanwhile (sheet 3.7, replay trap)."""
        old = [pair for pair in answered if created_before(pair[1], since - SKEW)]
        there = self._read([(push, document.id) for push, document in old], progress)
        remembered = {push.request_id for push, _ in old}
        results: list[tuple[Push, Proof | None]] = []
        for push, document in answered:
            if push.request_id in remembered:
                found = there.get((push.entity, document.id))
                if found is None or status_of(found) is RemoteStatus.VOIDED:
                    number = document.doc_number or document.id
                    gone = DELETED_SINCE.format(number=number)
                    results.append((self.refused(push, gone, document.reference), None))
                    log.warning("Invoice %s was sent before and is gone", push.invoice_id)
                    continue
                document = replace(found, reference=document.reference)
            results.append(self.sent(push, document, how))
        return self.record(results)

    # --- Numbers that are taken --------------------------------------------------------------

    def taken(self, push: Push, fault: ServiceFault, progress: Progress) -> Push:
        """After "number already used" (6140): ours is adopted, another one is a question."""
        named = _ASSIGNED.search(fault.service_detail)
        rival: CreatedDocument | None = None
        entity = push.entity
        if named is not None:
            entity = named["entity"]
            if entity in ("Invoice", "CreditMemo"):
                found = self.quickbooks.read_documents(entity, [named["id"]], progress)
                rival = found[0] if found else None
        number = payload_of(push).get("DocNumber", "")
        if rival is None and number:
            holding = self.quickbooks.find_numbers(push.entity, [number], progress)
            rival = next((d for d in holding if is_ours(push, d)), holding[0] if holding else None)
            entity = push.entity
        if rival is not None and entity == push.entity and is_our_void(push, rival):
            return self._beside_void(push, progress)
        return self.judge_rival(push, entity, rival, refusal_words(fault), fault.reference)

    def _beside_void(self, push: Push, progress: Progress) -> Push:
        """Only our own voided document holds the number: the new one may have it, too."""
        answer = self.single(push, progress, allow_duplicate=True)
        if answer.document is not None:
            return self.answers([(push, answer.document)], push.started_at, progress)[0]
        if answer.fault is None or react(answer.fault) in (Reaction.AGAIN, Reaction.SLOW_DOWN):
            return push  # looked up later
        refused = self.refused(push, refusal_words(answer.fault), answer.fault.reference)
        return self.record([(refused, None)])[0]

    def judge_rival(
        self,
        push: Push,
        entity: str,
        rival: CreatedDocument | None,
        problem: str,
        reference: str = "",
    ) -> Push:
        """Adopt *rival* when customer, total and marker match; else refuse with the question."""
        if rival is not None and entity == push.entity and is_ours(push, rival):
            return self.record([self.sent(push, rival, How.LOOK_UP)])[0]
        told = "" if rival is None else rival_text(push, entity, rival)
        return self.record([(self.refused(push, problem, reference, told), None)])[0]

    # --- Unknown outcomes --------------------------------------------------------------------

    def resolve(
        self, pushes: Sequence[Push], progress: Progress, *, again: bool = True
    ) -> list[Push]:
        """What became of SENDING *pushes*, as far as it can be told now.

        again: whether the very same requests may go once more. Raises UnknownOutcome never;
        NetworkError and ServiceFault when QuickBooks cannot be asked.
        """
        found = self._look_up(pushes, progress)
        results: list[Push] = []
        missing: list[Push] = []
        for push in pushes:
            document = found.get(push.request_id)
            if document is None:
                missing.append(push)
            else:
                results.append(self._found(push, document))
        now = self._clock.now()
        ripe = [p for p in missing if again and now - p.started_at >= STILL_UNDER_WAY]
        fresh = [p for p in ripe if now - p.started_at < REMEMBERED]
        results += [p for p in missing if p not in ripe]
        for push in ripe:
            if push not in fresh:
                results.append(self._forgotten(push, progress))
        results += self._again(fresh, progress)
        return results

    def _look_up(self, pushes: Sequence[Push], progress: Progress) -> dict[str, CreatedDocument]:
        """By request id: documents that carry the push's own marker."""
        numbers: defaultdict[str, list[str]] = defaultdict(list)
        found: dict[str, CreatedDocument] = {}
        for push in pushes:
            number = payload_of(push).get("DocNumber", "")
            if number:
                numbers[push.entity].append(number)
            else:
                document = self._by_note(push, progress)
                if document is not None:
                    found[push.request_id] = document
        for entity, wanted in numbers.items():
            for document in self.quickbooks.find_numbers(entity, wanted, progress):
                for push in pushes:
                    if push.entity == entity and is_marked(document.private_note, push.request_id):
                        found[push.request_id] = document
        return found

    def _by_note(self, push: Push, progress: Progress) -> CreatedDocument | None:
        since = push.started_at - timedelta(days=1)
        found = self.quickbooks.find_by_note(push.entity, push.request_id, since, progress)
        return next((d for d in found if is_marked(d.private_note, push.request_id)), None)

    def _forgotten(self, push: Push, progress: Progress) -> Push:
        """Too old for its id to be known: its number may have been changed there, so its note is
        looked for among all documents since."""
        document = self._by_note(push, progress)
        if document is None:
            return self.record([(self.refused(push, DID_NOT_ARRIVE), None)])[0]
        return self._found(push, document)

    def _found(self, push: Push, document: CreatedDocument) -> Push:
        """The very document of *push*, which may have been voided meanwhile."""
        if status_of(document) is not RemoteStatus.VOIDED:
            return self.record([self.sent(push, document, How.LOOK_UP)])[0]
        gone = DELETED_SINCE.format(number=document.doc_number).replace("deleted", "voided")
        return self.record([(self.refused(push, gone), None)])[0]

    def _again(self, pushes: Sequence[Push], progress: Progress) -> list[Push]:
        """The very same requests; those that still have no answer stay as they are."""
        results: list[Push] = []
        batches: defaultdict[str, list[Push]] = defaultdict(list)
        for push in pushes:
            batches[push.batch_id].append(push)
        for batch_id, together in batches.items():
            since = self._clock.now()
            for push, answer in self._call(batch_id, together, progress):
                if answer.document is not None:
                    results += self.answers([(push, answer.document)], since, progress)
                elif answer.fault is None or react(answer.fault) is Reaction.AGAIN:
                    results.append(push)
                elif react(answer.fault) is Reaction.RIVAL:
                    results.append(self.taken(push, answer.fault, progress))
                elif react(answer.fault) in (Reaction.STOP, Reaction.SLOW_DOWN):
                    results.append(push)
                else:
                    problem = refusal_words(answer.fault)
                    results += self.record(
                        [(self.refused(push, problem, answer.fault.reference), None)]
                    )
        return results

    def _call(
        self, batch_id: str, pushes: Sequence[Push], progress: Progress
    ) -> list[tuple[Push, BatchAnswer]]:
        if batch_id:
            try:
                answers = self.quickbooks.create_many(batch_id, batch_of(pushes), progress)
            except UnknownOutcome:
                answers = tuple(BatchAnswer(push.batch_item) for push in pushes)
            return list(zip(pushes, answers, strict=True))
        return [(push, self.single(push, progress)) for push in pushes]

    def single(
        self, push: Push, progress: Progress, *, allow_duplicate: bool = False
    ) -> BatchAnswer:
        """One request of its own. Raises what says that nothing was done (no login, no network,
        cancelled)."""
        try:
            return BatchAnswer(
                "",
                self.quickbooks.repeat(
                    push.entity,
                    push.payload,
                    push.request_id,
                    progress,
                    allow_duplicate=allow_duplicate,
                ),
            )
        except UnknownOutcome as error:
            log.warning("The answer for invoice %s was lost: %s", push.invoice_id, error.detail)
            return BatchAnswer("")
        except ServiceFault as fault:
            return BatchAnswer("", fault=fault)

    def _read(
        self, wanted: Sequence[tuple[Push, str]], progress: Progress
    ) -> dict[tuple[str, str], CreatedDocument]:
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for push, qbo_id in wanted:
            ids[push.entity].append(qbo_id)
        return {
            (entity, document.id): document
            for entity, some in ids.items()
            for document in self.quickbooks.read_documents(entity, some, progress)
        }


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
