"""Sales documents in memory: what sending, proof and the time after it stand on in the window."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import simplejson

from desktop_app.domain.aftermath import Remote, status_of
from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.handling import (
    BooksDocument,
    BooksRead,
    Confirmation,
    Subject,
)
from desktop_app.domain.ports_sending import BatchAnswer, BatchCreate
from desktop_app.domain.proof import Proof
from desktop_app.domain.records import CreatedDocument, Document, Push
from desktop_app.errors import FaultClass, ServiceFault
from desktop_app.progress import Progress

SEEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SalesDocuments:
    """Answers every create but those whose number is in *refuse*; adds a cent to those in
    *differ*; raises *fails*. hold: each create waits for it; begun: one has come. calls: what was
    asked, in order."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.refuse: set[str] = set()
        self.differ: set[str] = set()
        self.fails: ServiceFault | None = None
        self.hold: threading.Event | None = None
        self.begun = threading.Event()
        self.metered_reads = 0
        self.calls: list[str] = []
        self.kept: dict[Track, tuple[Tracked, ...]] = {}

    @property
    def numbers(self) -> list[str]:
        """Of the documents that are there, in the order in which they came."""
        return [str(body.get("DocNumber", "")) for body in self.documents.values()]

    def encode(self, document: Document) -> str:
        return str(simplejson.dumps(document.body, use_decimal=True))

    def repeat(
        self, entity: str, payload: str, request_id: str, progress: Progress, **_: Any
    ) -> CreatedDocument:
        self.begun.set()
        if self.hold is not None:
            self.hold.wait(10)
        if self.fails is not None:
            raise self.fails
        body = simplejson.loads(payload, use_decimal=True)
        number = str(body.get("DocNumber", ""))
        self.calls.append(f"create {number}")
        if number in self.refuse:
            raise ServiceFault(
                "QuickBooks refused the invoice: the customer is locked.",
                service="QuickBooks",
                status=400,
                code="6000",
                fault_class=FaultClass.DATA,
                service_detail="the customer is locked",
            )
        total = sum(
            (
                Decimal(line["Amount"])
                for line in body["Line"]
                if line["DetailType"] != "SubTotalLineDetail"
            ),
            Decimal(0),
        )
        if number in self.differ:
            total += Decimal("0.01")
        qbo_id = str(5001 + len(self.documents))
        body |= {"Id": qbo_id, "SyncToken": "0", "TotalAmt": total, "Balance": total}
        self.documents[qbo_id] = body
        return _created(body)

    def create_many(
        self, batch_id: str, items: Sequence[BatchCreate], progress: Progress, **_: Any
    ) -> tuple[BatchAnswer, ...]:
        answers = []
        for item in items:
            try:
                made = self.repeat(item.entity, item.payload, item.item_id, progress)
            except ServiceFault as fault:
                answers.append(BatchAnswer(item.item_id, fault=fault))
            else:
                answers.append(BatchAnswer(item.item_id, made))
        return tuple(answers)

    def read_documents(
        self, entity: str, ids: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        self.metered_reads += 1
        return tuple(_created(self.documents[i]) for i in ids if i in self.documents)

    def find_numbers(
        self, entity: str, numbers: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        self.metered_reads += 1
        return tuple(
            _created(body) for body in self.documents.values() if body.get("DocNumber") in numbers
        )

    def books(self, start: date, end: date, progress: Progress) -> tuple[BooksDocument, ...]:
        self.metered_reads += 2
        return tuple(
            BooksDocument(
                "Invoice",
                body["Id"],
                str(body.get("DocNumber", "")),
                date.fromisoformat(body["TxnDate"]),
                str(body["CustomerRef"]["value"]),
                str(body["CustomerRef"].get("name", "")),
                "USD",
                Decimal(body["TotalAmt"]),
                Decimal(0),
                str(body.get("PrivateNote", "")),
            )
            for body in self.documents.values()
        )

    def tracked(self, track: Track, progress: Progress) -> tuple[Tracked, ...]:
        return self.kept.get(track, ())

    def find_by_note(self, *_: Any) -> tuple[CreatedDocument, ...]:
        return ()

    def update_document(
        self, entity: str, body: Mapping[str, Any], request_id: str, progress: Progress
    ) -> CreatedDocument:
        self.calls.append(f"update {body.get('DocNumber', '')}")
        old = self.documents[body["Id"]]
        total = sum((Decimal(line["Amount"]) for line in body["Line"]), Decimal(0))
        token = str(int(old["SyncToken"]) + 1)
        new = simplejson.loads(simplejson.dumps(dict(body), use_decimal=True), use_decimal=True)
        new |= {"SyncToken": token, "TotalAmt": total, "Balance": total}
        self.documents[body["Id"]] = new
        return _created(new)

    def void_document(
        self, entity: str, qbo_id: str, sync_token: str, request_id: str, progress: Progress
    ) -> CreatedDocument:
        self.calls.append(f"void {qbo_id}")
        old = self.documents[qbo_id]
        lines = [{**line, "Amount": Decimal(0)} for line in old["Line"]]
        self.documents[qbo_id] = {
            **old, "Line": lines, "TotalAmt": Decimal(0), "Balance": Decimal(0),
            "PrivateNote": "Voided", "SyncToken": str(int(sync_token) + 1),
        }  # fmt: skip
        return _created(self.documents[qbo_id])


def _created(body: Mapping[str, Any]) -> CreatedDocument:
    detail = body.get("TxnTaxDetail") or {}
    return CreatedDocument(
        id=body["Id"],
        sync_token=body["SyncToken"],
        doc_number=str(body.get("DocNumber", "")),
        total=Decimal(body["TotalAmt"]),
        total_tax=Decimal(detail.get("TotalTax", 0)),
        customer_id=str(body["CustomerRef"]["value"]),
        private_note=str(body.get("PrivateNote", "")),
        body=dict(body),
    )


class MemoryEvidence:
    def __init__(self, save: Any) -> None:
        self._save = save
        self.found: dict[str, Proof] = {}
        self.seen: dict[tuple[str, str], Remote] = {}
        self.leaves: dict[str, str] = {}

    def answered(self, workspace_id: int, results: Iterable[tuple[Push, Proof | None]]) -> None:
        for push, proof in results:
            self._save(workspace_id, push)
            if proof is not None:
                self.found = {**self.found, proof.request_id: proof}

    def proofs(self, workspace_id: int) -> Mapping[str, Proof]:
        return self.found

    def remotes(self, workspace_id: int) -> Mapping[tuple[str, str], Remote]:
        return self.seen

    def saw(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None:
        self.seen = {**self.seen, **{(r.entity, r.qbo_id): r for r in remotes}}

    def write_seen(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None:
        self.saw(workspace_id, remotes, when)

    def note_seen(self, workspace_id: int) -> None: ...

    def left(self, workspace_id: int) -> Mapping[str, str]:
        return dict(self.leaves)

    def leave(self, workspace_id: int, invoice_id: str, mark: str, when: datetime) -> None:
        self.leaves[invoice_id] = mark

    def look(self, documents: SalesDocuments) -> None:
        """As change capture does: every document as it is there now."""
        made = [_created(body) for body in documents.documents.values()]
        self.saw(1, [Remote("Invoice", d.id, status_of(d), d) for d in made], SEEN)


class MemoryHandling:
    """Confirmations, and the books as they were read."""

    def __init__(self) -> None:
        self.made: list[Confirmation] = []
        self.known: tuple[BooksDocument, ...] = ()
        self.taken: tuple[BooksRead, ...] = ()

    def confirmations(self, workspace_id: int) -> tuple[Confirmation, ...]:
        return tuple(self.made)

    def confirm(self, workspace_id: int, confirmation: Confirmation) -> None:
        self.made.append(confirmation)

    def history(
        self, workspace_id: int, subject: Subject, subject_id: str
    ) -> tuple[Confirmation, ...]:
        return tuple(c for c in self.made if (c.subject, c.subject_id) == (subject, subject_id))

    def rates(self, workspace_id: int) -> Mapping[tuple[str, date], Decimal]:
        return {}

    def put_rate(self, workspace_id: int, currency: str, day: date, rate: Decimal) -> None: ...

    def books(self, workspace_id: int) -> tuple[BooksDocument, ...]:
        return self.known

    def reads(self, workspace_id: int) -> tuple[BooksRead, ...]:
        return self.taken

    def put_books(
        self, workspace_id: int, read: BooksRead, documents: Iterable[BooksDocument]
    ) -> None:
        self.known, self.taken = tuple(documents), (*self.taken, read)


class OneLock:
    """As the program's file locks, within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        with self._lock:
            yield
