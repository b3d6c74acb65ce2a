"""After sending: what was paid, edited, voided or deleted, and what can be done about it.

Every action reads the document again first, and is refused in words when it no longer fits.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop_app.domain.aftermath import (
    Action,
    Aftermath,
    Remote,
    RemoteStatus,
    aftermath,
    amount_words,
    currency_of,
    source_of,
    status_of,
)
from desktop_app.domain.checks import check, only_carriers_missing
from desktop_app.domain.invoicing import build_document
from desktop_app.domain.money import ZERO, money_text, same_amount
from desktop_app.domain.ports import QuickBooksApi
from desktop_app.domain.proof import Difference, How, compare
from desktop_app.domain.records import (
    ChangeSet,
    CreatedDocument,
    Document,
    Invoice,
    InvoiceStatus,
    Push,
    PushState,
)
from desktop_app.errors import RuleError, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from desktop_app.services.api_sending import ActionPreview
from desktop_app.services.markers import is_marked, payload_of
from desktop_app.services.proving import look_at
from desktop_app.services.sending_base import IN_QUICKBOOKS, SendingBase

log = logging.getLogger(__name__)

STALE = "5010"
MAY_UPDATE = (InvoiceStatus.APPROVED, InvoiceStatus.COMPLETE)
TO_BE_SENT_AGAIN = "It was {how} in QuickBooks and is to be sent again as a new document."


class Aftercare(SendingBase):
    """The part of SendingService about what was sent."""

    _seen: tuple[object, ...] = ()
    _known: Mapping[str, Aftermath] = {}

    def aftermaths(self) -> dict[str, Aftermath]:
        facts = self._facts()
        workspace_id = facts.workspace.id
        evidence = self._ports.evidence
        proofs, remotes = evidence.proofs(workspace_id), evidence.remotes(workspace_id)
        left, today = evidence.left(workspace_id), self._ports.clock.now().date()
        stand = (facts.pushes, facts.invoices, proofs, remotes, left, today)
        if len(self._seen) == len(stand) and all(
            a is b or a == b for a, b in zip(self._seen, stand, strict=True)
        ):
            return dict(self._known)
        invoices = {invoice.id: invoice for invoice in facts.invoices}
        known = {}
        for invoice_id, push in facts.pushes.items():
            if push.state not in IN_QUICKBOOKS:
                continue
            proof = proofs.get(push.request_id)
            known[invoice_id] = aftermath(
                invoice_id,
                evidence=proof.body if proof else _as_sent(push),
                sent_total=push.total or push.expected_total,
                source=json.loads(push.source) if push.source else {},
                invoice=invoices.get(invoice_id),
                remote=remotes.get((push.entity, push.qbo_id)),
                today=today,
                left_mark=left.get(invoice_id, ""),
            )
        self._seen, self._known = stand, known
        return dict(known)

    def leave(self, invoice_id: str) -> ChangeSet:
        now = self.aftermaths().get(invoice_id)
        if now is None:
            raise RuleError("This invoice was not sent.")
        self._ports.evidence.leave(
            self._ports.workspaces.current().id, invoice_id, now.mark, self._ports.clock.now()
        )
        return ChangeSet(invoices=True, text="Left as it is until it changes again")

    # --- Looking before acting ---------------------------------------------------------------

    def preview(self, action: Action, invoice_id: str, progress: Progress) -> ActionPreview:
        push = self._sent_push(invoice_id)
        workspace = self._connected()
        progress.report("Reading the document again in QuickBooks")
        remote = self._look(self._quickbooks(workspace), push, progress)
        name = f"QuickBooks {_noun(push)} {push.doc_number or push.qbo_id}"
        title = f"{action} {_noun(push)} {push.doc_number or push.qbo_id}?"
        if action is Action.VOID:
            text = f"Void {name} ({amount_words(remote)}). It stays there with zero amounts."
            return ActionPreview(action, invoice_id, text, void_refusal(push, remote), title=title)
        if action is Action.SEND_AGAIN:
            text = f"Send it again as a new document; {name} is {remote.status}."
            refusal = again_refusal(remote) or self._not_ready(self._stored(invoice_id))
            return ActionPreview(action, invoice_id, text, refusal, title=title)
        if action is Action.LEAVE:
            return ActionPreview(action, invoice_id, f"Leave {name} as it is.", title=title)
        fresh = self._fresh_invoice(workspace, invoice_id, progress)
        refusal = update_refusal(push, remote) or self._not_ready(fresh)
        changes: tuple[str, ...] = ()
        text = f"Update {name} ({amount_words(remote)})"
        if fresh is not None and not refusal and remote.document is not None:
            document = self._document(fresh, push)
            refusal = "" if document.entity == push.entity else _other_kind(push)
            text += f" to {money_text(document.expected_total, fresh.currency)}"
            found = compare(
                document.body, document.expected_total, document.expected_tax, remote.document.body
            )
            changes = tuple(becomes(difference) for difference in found)
        return ActionPreview(action, invoice_id, f"{text}.", refusal, changes, title)

    # --- Acting ------------------------------------------------------------------------------

    def update(self, invoice_id: str, progress: Progress) -> ChangeSet:
        workspace = self._connected()
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            self._changed()
            push = self._sent_push(invoice_id)
            progress.report("Reading the invoice again in NinjaOne")
            fresh = self._fresh_invoice(workspace, invoice_id, progress)
            _refuse(self._not_ready(fresh))
            assert fresh is not None
            document = self._document(fresh, push)
            _refuse("" if document.entity == push.entity else _other_kind(push))
            outbox = self._outbox(workspace)
            answer = self._updated(outbox.quickbooks, push, document, progress)
            done, proof = outbox.sent(
                replace(
                    push,
                    payload=outbox.quickbooks.encode(document),
                    expected_total=document.expected_total,
                    expected_tax=document.expected_tax,
                    source=json.dumps(source_of(fresh), ensure_ascii=False),
                ),
                answer,
                How.UPDATE,
            )
            outbox.record([(done, proof)])
            self._saw(push, answer)
        self._changed()
        return ChangeSet(
            invoices=True, text=f"Updated {_noun(push)} {done.doc_number} in QuickBooks"
        )

    def _updated(
        self, quickbooks: QuickBooksApi, push: Push, document: Document, progress: Progress
    ) -> CreatedDocument:
        """Full update on what is there now; read and checked again once when it was changed in
        between (5010)."""
        for last in (False, True):
            remote = self._look(quickbooks, push, progress)
            _refuse(update_refusal(push, remote))
            assert remote.document is not None
            body = {
                **document.body,
                "Id": remote.qbo_id,
                "SyncToken": remote.document.sync_token,
            }
            try:
                return quickbooks.update_document(push.entity, body, uuid.uuid4().hex, progress)
            except ServiceFault as fault:
                if fault.code != STALE or last:
                    raise
                log.info("The document was changed in between; reading it again")
            except UnknownOutcome:
                now = self._look(quickbooks, push, Progress())
                if now.document is not None and not compare(
                    document.body,
                    document.expected_total,
                    document.expected_tax,
                    now.document.body,
                ):
                    return now.document
                raise
        raise AssertionError("unreachable")

    def void(self, invoice_id: str, progress: Progress) -> ChangeSet:
        workspace = self._connected()
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            self._changed()
            push = self._sent_push(invoice_id)
            quickbooks = self._quickbooks(workspace)
            for last in (False, True):
                remote = self._look(quickbooks, push, progress)
                _refuse(void_refusal(push, remote))
                assert remote.document is not None
                try:
                    quickbooks.void_document(
                        push.entity,
                        push.qbo_id,
                        remote.document.sync_token,
                        uuid.uuid4().hex,
                        progress,
                    )
                    break
                except ServiceFault as fault:
                    if fault.code != STALE or last:
                        raise
                except UnknownOutcome:
                    if self._look(quickbooks, push, Progress()).status is RemoteStatus.PRESENT:
                        raise
                    break
            # Some answers to a void show the amounts from before it (QuickBooks sheet 3.8).
            self._look(quickbooks, push, Progress())
        self._changed()
        return ChangeSet(invoices=True, text=f"Voided {_noun(push)} {push.doc_number}")

    def _prepare_again(self, invoice_id: str, progress: Progress) -> None:
        """After a void or deletion that is confirmed by reading, the push counts as not there."""
        workspace = self._connected()
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            self._changed()
            push = self._sent_push(invoice_id)
            outbox = self._outbox(workspace)
            remote = self._look(outbox.quickbooks, push, progress)
            _refuse(again_refusal(remote) or self._not_ready(self._stored(invoice_id)))
            problem = TO_BE_SENT_AGAIN.format(how=remote.status.value)
            gone = replace(push, state=PushState.REFUSED, problem=problem)
            outbox.record([(gone, None)])
        self._changed()

    # --- Parts -------------------------------------------------------------------------------

    def _look(self, quickbooks: QuickBooksApi, push: Push, progress: Progress) -> Remote:
        """One metered read, remembered."""
        remote = look_at(quickbooks, [push], progress)[push.entity, push.qbo_id]
        self._ports.evidence.saw(
            self._ports.workspaces.current().id, [remote], self._ports.clock.now()
        )
        return remote

    def _stored(self, invoice_id: str) -> Invoice | None:
        """As at the last refresh; the run reads it again before it goes."""
        facts = self._facts()
        place = facts.places.get(invoice_id)
        return facts.invoices[place] if place is not None else None

    def _saw(self, push: Push, document: CreatedDocument) -> None:
        remote = Remote(push.entity, document.id, status_of(document), document)
        self._ports.evidence.saw(
            self._ports.workspaces.current().id, [remote], self._ports.clock.now()
        )

    def _not_ready(self, invoice: Invoice | None) -> str:
        if invoice is None:
            return "NinjaOne no longer has this invoice."
        if invoice.status not in MAY_UPDATE:
            return f"NinjaOne calls the invoice “{invoice.status.lower()}”."
        facts = self._facts()
        blockers = check(replace(invoice, status=InvoiceStatus.APPROVED), facts)
        if blockers and not only_carriers_missing(blockers):
            return blockers[0].text
        return "A carrier item is missing." if blockers else ""

    def _document(self, invoice: Invoice, push: Push) -> Document:
        """With the same marker, so that it is found as before."""
        approved = replace(invoice, status=InvoiceStatus.APPROVED)
        document = build_document(approved, self._facts(), push.request_id)
        number = payload_of(push).get("DocNumber")
        if "DocNumber" not in document.body and (push.doc_number or number):
            # A full update empties what is absent: QuickBooks' own number stays.
            body: dict[str, Any] = {**document.body, "DocNumber": push.doc_number or number}
            document = replace(document, body=body)
        return document


def _as_sent(push: Push) -> dict[str, Any]:
    """For what was sent before evidence was kept, or lost it with a restored backup: the payload
    with the totals that QuickBooks answered."""
    total = push.total if push.total is not None else push.expected_total
    tax = push.total_tax if push.total_tax is not None else push.expected_tax
    return {**payload_of(push), "TotalAmt": total, "TxnTaxDetail": {"TotalTax": tax}}


def becomes(difference: Difference) -> str:
    """What an update makes of a field: "due date: 2031-01-31 becomes 2026-12-13"."""
    return f"{difference.field}: {difference.found or 'none'} becomes {difference.sent or 'none'}"


def update_refusal(push: Push, remote: Remote) -> str:
    """ "" when the document may be replaced."""
    document = remote.document
    if document is None or remote.status is not RemoteStatus.PRESENT:
        return f"The {_noun(push)} was {remote.status} in QuickBooks. Send it again instead."
    if not is_marked(document.private_note, push.request_id) and push.request_id:
        log.info("The marker of %s was removed from its note", push.invoice_id)
    return _paid_words(document, "changed")


def void_refusal(push: Push, remote: Remote) -> str:
    document = remote.document
    if push.entity != "Invoice":
        return "QuickBooks voids credit memos on its own pages only. Void it there."
    if document is None:
        return "It was deleted in QuickBooks: there is nothing to void."
    if remote.status is RemoteStatus.VOIDED:
        return "It is voided in QuickBooks already."
    return _paid_words(document, "voided")


def again_refusal(remote: Remote) -> str:
    if remote.status is RemoteStatus.PRESENT:
        return "QuickBooks still has the document. Void or delete it there first."
    return ""


def _paid_words(document: CreatedDocument, what: str) -> str:
    balance = document.body.get("Balance", document.total)
    links = document.body.get("LinkedTxn") or ()
    paid = any(isinstance(x, Mapping) and x.get("TxnType") == "Payment" for x in links)
    if not paid and same_amount(balance, document.total):
        return ""
    amount = money_text(document.total - balance, currency_of(document.body))
    received = f"A payment of {amount}" if document.total - balance != ZERO else "A payment"
    return (
        f"{received} was received for it in QuickBooks, so it is not {what} from here. Unlink the"
        " payment in QuickBooks first."
    )


def _refuse(words: str) -> None:
    if words:
        raise RuleError(words)


def _noun(push: Push) -> str:
    return "invoice" if push.entity == "Invoice" else "credit memo"


def _other_kind(push: Push) -> str:
    return (
        f"It is a {_noun(push)} in QuickBooks, and its total now asks for the other kind of"
        " document. Void it, then send it again."
    )
