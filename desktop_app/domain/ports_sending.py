"""What sending in depth needs from the outer layers, as Protocols.

The rules of :mod:`desktop_app.domain.ports` hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from desktop_app.domain.aftermath import Remote
from desktop_app.domain.proof import Proof
from desktop_app.domain.records import CreatedDocument, Push
from desktop_app.errors import ServiceFault
from desktop_app.progress import Progress

BATCH_LIMIT = 30
"""Operations in one batch, and values in one IN list (QuickBooks sheet 3.4, 3.6)."""


@dataclass(frozen=True, slots=True)
class BatchCreate:
    """One create within a batch. item_id: at most 10 characters. payload: JSON text."""

    item_id: str
    entity: str
    payload: str


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What one item came to: a document or a fault; neither when the answer does not tell."""

    item_id: str
    document: CreatedDocument | None = None
    fault: ServiceFault | None = None


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """Documents in a change-capture answer. complete: False when it was cut short.

    paid: (entity, id) of documents that a payment in the answer is about.
    """

    remotes: tuple[Remote, ...] = ()
    paid: frozenset[tuple[str, str]] = frozenset()
    complete: bool = True


class SalesDocumentsApi(Protocol):
    """Documents of one QuickBooks company."""

    def repeat(
        self,
        entity: str,
        payload: str,
        request_id: str,
        progress: Progress,
        *,
        allow_duplicate: bool = False,
    ) -> CreatedDocument:
        """Create from JSON text. A request id that QuickBooks remembers brings the first answer.

        allow_duplicate: a number that another document has is no reason to refuse.
        Raises ServiceFault (refused), UnknownOutcome; anything else while nothing was done.
        """
        ...

    def create_many(
        self, batch_id: str, items: Sequence[BatchCreate], progress: Progress
    ) -> tuple[BatchAnswer, ...]:
        """One batch, at most BATCH_LIMIT; an answer for each item, in their order.

        The batch's id (at most 36 characters) and an item's id together make the item repeatable.
        Raises ServiceFault when the whole batch was refused; UnknownOutcome when any may be done.
        """
        ...

    def read_documents(
        self, entity: str, ids: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        """By id, BATCH_LIMIT with each metered read. Deleted ones are left out."""
        ...

    def find_numbers(
        self, entity: str, numbers: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        """By DocNumber, BATCH_LIMIT with each metered read, oldest first."""
        ...

    def update_document(
        self, entity: str, body: MappingOf[str, Any], request_id: str, progress: Progress
    ) -> CreatedDocument:
        """Full update; *body* holds Id and SyncToken. Raises as repeat(); 5010 when stale."""
        ...

    def void_document(
        self, entity: str, qbo_id: str, sync_token: str, request_id: str, progress: Progress
    ) -> CreatedDocument: ...


class NinjaOneWriter(Protocol):
    """The two changes that may be made to NinjaOne's invoices; neither is ever repeated by itself,
    since NinjaOne has no request ids. Source: NinjaOne sheet 4.6."""

    def set_note(self, invoice_id: str, note: str, progress: Progress) -> None:
        """Raises ServiceFault, UnknownOutcome (sent, and not answered), NetworkError (not sent)."""
        ...

    def export(self, invoice_ids: Sequence[str], progress: Progress) -> None: ...


class EvidenceStore(Protocol):
    """Evidence of what was sent, and what was seen of it since."""

    def answered(self, workspace_id: int, results: Iterable[tuple[Push, Proof | None]]) -> None:
        """Pushes and their evidence in one transaction; durable on return."""
        ...

    def proofs(self, workspace_id: int) -> MappingOf[str, Proof]:
        """The latest evidence of each request, by request id."""
        ...

    def remotes(self, workspace_id: int) -> MappingOf[tuple[str, str], Remote]:
        """By (entity, QuickBooks id)."""
        ...

    def saw(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None: ...

    def write_seen(self, workspace_id: int, remotes: Iterable[Remote], when: datetime) -> None:
        """The first half of saw(), within a transaction that is another's."""
        ...

    def note_seen(self, workspace_id: int) -> None:
        """The second half, once that transaction has ended well."""
        ...

    def left(self, workspace_id: int) -> MappingOf[str, str]:
        """Invoice id to the mark of the state that is to be left alone."""
        ...

    def leave(self, workspace_id: int, invoice_id: str, mark: str, when: datetime) -> None: ...
