"""Evidence of what was sent, the last look at it, and what a person said to leave alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import simplejson

from desktop_app.domain.aftermath import Remote, RemoteStatus
from desktop_app.domain.proof import Difference, How, Proof
from desktop_app.domain.records import CreatedDocument, Push
from desktop_app.storage.codec import instant_text
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.pushes import SqlPushStore

_PROOF = (
    "workspace_id", "invoice_id", "request_id", "entity", "qbo_id", "sync_token", "taken_at",
    "how", "differences", "body",
)  # fmt: skip
_PUT_PROOF = upsert("proofs", _PROOF, ("workspace_id", "request_id"))
_PUT_REMOTE = upsert(
    "remotes",
    ("workspace_id", "entity", "qbo_id", "status", "seen_at", "body"),
    ("workspace_id", "entity", "qbo_id"),
)
_PUT_LEFT = upsert(
    "left_alone", ("workspace_id", "invoice_id", "mark", "left_at"), ("workspace_id", "invoice_id")
)


class SqlEvidenceStore:
    """The port EvidenceStore."""

    def __init__(self, database: Database, pushes: SqlPushStore) -> None:
        self._database = database
        self._pushes = pushes
        self._guard = pushes.guard  # one lock for both, always taken before the database's
        self._proofs: dict[int, MappingOf[str, Proof]] = {}
        self._remotes: dict[int, MappingOf[tuple[str, str], Remote]] = {}

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: what was read before is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._proofs.clear()
                self._remotes.clear()

    def answered(self, workspace_id: int, results: Iterable[tuple[Push, Proof | None]]) -> None:
        pairs = list(results)
        proofs = [proof for _, proof in pairs if proof is not None]
        with self._guard:
            with self._database.writing():
                self._pushes.save_all(workspace_id, [push for push, _ in pairs])
                self._database.run_many(_PUT_PROOF, [_row(workspace_id, p) for p in proofs])
            known = self._proofs.get(workspace_id)
            if known is not None and proofs:
                fresh = {proof.request_id: proof for proof in proofs}
                self._proofs[workspace_id] = MappingProxyType({**known, **fresh})

    def proofs(self, workspace_id: int) -> MappingOf[str, Proof]:
        known = self._proofs.get(workspace_id)
        if known is not None:
            return known
        with self._guard:
            rows = self._database.rows(
                f"SELECT {', '.join(_PROOF[1:])} FROM proofs WHERE workspace_id = ?",  # noqa: S608
                (workspace_id,),
            )
            known = MappingProxyType({row[1]: _proof(row) for row in rows})
            self._proofs[workspace_id] = known
            return known

    def remotes(self, workspace_id: int) -> MappingOf[tuple[str, str], Remote]:
        known = self._remotes.get(workspace_id)
        if known is not None:
            return known
        with self._guard:
            rows = self._database.rows(
                "SELECT entity, qbo_id, status, body FROM remotes WHERE workspace_id = ?",
                (workspace_id,),
            )
            known = MappingProxyType({(row[0], row[1]): _remote(*row) for row in rows})
            self._remotes[workspace_id] = known
            return known

    def saw(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None:
        with self._guard:
            self.write_seen(workspace_id, remotes, when)
            self.note_seen(workspace_id)

    def write_seen(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None:
        moment = instant_text(when)
        rows = [
            (workspace_id, r.entity, r.qbo_id, r.status.value, moment, _body(r)) for r in remotes
        ]
        with self._database.writing():
            self._database.run_many(_PUT_REMOTE, rows)

    def note_seen(self, workspace_id: int) -> None:
        with self._guard:
            self._remotes.pop(workspace_id, None)

    def left(self, workspace_id: int) -> MappingOf[str, str]:
        return dict(
            self._database.rows(
                "SELECT invoice_id, mark FROM left_alone WHERE workspace_id = ?", (workspace_id,)
            )
        )

    def leave(self, workspace_id: int, invoice_id: str, mark: str, when: datetime) -> None:
        with self._database.writing():
            self._database.run(_PUT_LEFT, (workspace_id, invoice_id, mark, instant_text(when)))


def json_text(value: Any) -> str:
    """Amounts exactly as they are."""
    return str(simplejson.dumps(value, use_decimal=True, separators=(",", ":"), default=dict))


def json_value(text: str) -> Any:
    return simplejson.loads(text, use_decimal=True)


def _row(workspace_id: int, proof: Proof) -> tuple[Any, ...]:
    differences = json_text([[d.field, d.sent, d.found] for d in proof.differences])
    return (
        workspace_id, proof.invoice_id, proof.request_id, proof.entity, proof.qbo_id,
        proof.sync_token, instant_text(proof.taken_at), proof.how.value, differences,
        json_text(proof.body),
    )  # fmt: skip


def _proof(row: tuple[Any, ...]) -> Proof:
    invoice_id, request_id, entity, qbo_id, sync_token, taken_at, how, differences, body = row
    return Proof(
        invoice_id=invoice_id,
        request_id=request_id,
        entity=entity,
        qbo_id=qbo_id,
        sync_token=sync_token,
        taken_at=datetime.fromisoformat(taken_at),
        how=How(how),
        differences=tuple(Difference(*parts) for parts in json_value(differences)),
        body=json_value(body),
    )


def _body(remote: Remote) -> str:
    return json_text(remote.document.body) if remote.document else ""


def _remote(entity: str, qbo_id: str, status: str, body: str) -> Remote:
    return Remote(entity, qbo_id, RemoteStatus(status), _document(qbo_id, body))


def _document(qbo_id: str, text: str) -> CreatedDocument | None:
    if not text:
        return None
    body = json_value(text)
    detail = body.get("TxnTaxDetail") or {}
    return CreatedDocument(
        id=qbo_id,
        sync_token=str(body.get("SyncToken", "")),
        doc_number=str(body.get("DocNumber", "")),
        total=Decimal(body.get("TotalAmt", 0)),
        total_tax=Decimal(detail.get("TotalTax", 0)),
        customer_id=str((body.get("CustomerRef") or {}).get("value", "")),
        private_note=str(body.get("PrivateNote", "")),
        body=body,
    )
