"""Proof: what QuickBooks has is what was sent, field by field, with the evidence kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from desktop_app.domain.aftermath import Remote, RemoteStatus, status_of
from desktop_app.domain.ports import QuickBooksApi
from desktop_app.domain.ports_sending import BATCH_LIMIT
from desktop_app.domain.proof import How, Proof
from desktop_app.domain.records import ChangeSet, Push
from desktop_app.progress import Progress
from desktop_app.services.api_sending import ProofReport
from desktop_app.services.sending_base import IN_QUICKBOOKS, SendingBase


class Proving(SendingBase):
    """The part of SendingService about proof."""

    def proof(self, invoice_id: str) -> Proof | None:
        push = self._facts().pushes.get(invoice_id)
        return self._proof_of(push) if push is not None and push.state in IN_QUICKBOOKS else None

    def proofs(self) -> dict[str, Proof]:
        known = self._ports.evidence.proofs(self._ports.workspaces.current().id)
        return {
            invoice_id: known[push.request_id]
            for invoice_id, push in self._facts().pushes.items()
            if push.state in IN_QUICKBOOKS and push.request_id in known
        }

    def prove_reads(self, invoice_ids: Sequence[str]) -> int:
        by_entity: defaultdict[str, int] = defaultdict(int)
        for push in self._provable(invoice_ids):
            by_entity[push.entity] += 1
        return sum(-(-count // BATCH_LIMIT) for count in by_entity.values())

    def prove(self, invoice_ids: Sequence[str], progress: Progress) -> ProofReport:
        pushes = self._provable(invoice_ids)
        workspace = self._connected()
        outbox = self._outbox(workspace)
        seen = look_at(outbox.quickbooks, pushes, progress)
        results = []
        verified = differs = gone = 0
        for push in pushes:
            remote = seen[push.entity, push.qbo_id]
            if remote.document is None or remote.status is not RemoteStatus.PRESENT:
                gone += 1
                continue
            # What a person changed there on purpose is said as such; the evidence of the sending
            # is what later edits are told from, so it stays.
            proof = outbox.compared(push, remote.document, How.READ)
            verified += not proof.differences
            differs += bool(proof.differences)
            if self._proof_of(push) is None:
                results.append(outbox.sent(push, remote.document, How.READ))
        with self._ports.locks.hold(self._lock_name(workspace), progress):
            outbox.record(results)
            self._ports.evidence.saw(workspace.id, seen.values(), self._ports.clock.now())
        self._changed()
        reads = outbox.quickbooks.metered_reads
        text = f"{verified} verified"
        for count, word in ((differs, "differ"), (gone, "voided or deleted in QuickBooks")):
            if count:
                text += f", {count} {word}"
        text += f"; {reads} metered read{'' if reads == 1 else 's'}"
        return ProofReport(
            verified=verified,
            differs=differs,
            gone=gone,
            metered_reads=reads,
            changes=ChangeSet(invoices=True, text=text),
            text=text,
        )

    def _provable(self, invoice_ids: Sequence[str]) -> list[Push]:
        pushes = self._facts().pushes
        found = (pushes.get(key) for key in dict.fromkeys(invoice_ids))
        return [push for push in found if push is not None and push.state in IN_QUICKBOOKS]


def look_at(
    quickbooks: QuickBooksApi, pushes: Iterable[Push], progress: Progress
) -> dict[tuple[str, str], Remote]:
    """The documents of *pushes* as QuickBooks has them now; one not found there is deleted."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for push in pushes:
        ids[push.entity].append(push.qbo_id)
    seen = {
        (entity, qbo_id): Remote(entity, qbo_id, RemoteStatus.DELETED)
        for entity, some in ids.items()
        for qbo_id in some
    }
    for entity, some in ids.items():
        for document in quickbooks.read_documents(entity, some, progress):
            seen[entity, document.id] = Remote(entity, document.id, status_of(document), document)
    return seen
