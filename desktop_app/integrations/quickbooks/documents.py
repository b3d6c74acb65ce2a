"""Creating, reading, changing and voiding sales documents (the port SalesDocumentsApi).

Source: QuickBooks sheet 3.1, 3.6, 3.7, 4.4 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop_app.domain.aftermath import Remote, RemoteStatus, status_of
from desktop_app.domain.ports_sending import (
    BATCH_LIMIT,
    BatchAnswer,
    BatchCreate,
    DocumentChanges,
)
from desktop_app.domain.records import CreatedDocument
from desktop_app.errors import FaultClass, ServiceFault, UnknownOutcome
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.client import Client, Envelope, literal, rows_of
from desktop_app.integrations.quickbooks.faults import envelope as fault_in
from desktop_app.integrations.quickbooks.faults import fault
from desktop_app.integrations.quickbooks.lists import PAGE
from desktop_app.integrations.wire import read_json, write_json
from desktop_app.progress import Progress

ENTITIES = ("Invoice", "CreditMemo")
"""What this program sends."""

CAPTURED = (*ENTITIES, "Payment")


class SalesDocuments:
    """Implements SalesDocumentsApi for the client's company."""

    def __init__(self, client: Client) -> None:
        self._client = client

    # --- Creating ----------------------------------------------------------------------------

    def repeat(
        self,
        entity: str,
        payload: str,
        request_id: str,
        progress: Progress,
        *,
        allow_duplicate: bool = False,
    ) -> CreatedDocument:
        params = {"include": "allowduplicatedocnum"} if allow_duplicate else {}
        return self._write(entity, params, payload.encode(), request_id, progress)

    def create_many(
        self, batch_id: str, items: Sequence[BatchCreate], progress: Progress
    ) -> tuple[BatchAnswer, ...]:
        if not 0 < len(items) <= BATCH_LIMIT:
            raise ValueError(f"a batch has 1 to {BATCH_LIMIT} items")
        rows = [
            {
                "bId": item.item_id,
                "operation": "create",
                item.entity: read_json(item.payload.encode()),
            }
            for item in items
        ]
        body = write_json({"BatchItemRequest": rows})
        answer = self._client.write("batch", body, batch_id, progress, items=len(items))
        found = _by_item(answer)
        answers = tuple(
            _batch_answer(item, found.get(item.item_id), answer.reference) for item in items
        )
        if any(a.fault and a.fault.fault_class is FaultClass.THROTTLED for a in answers):
            self._client.hold()  # an item can be throttled alone; the next call waits
        return answers

    # --- Reading -----------------------------------------------------------------------------

    def read_documents(
        self, entity: str, ids: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        return self._where_in(entity, "Id", ids, progress)

    def find_numbers(
        self, entity: str, numbers: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        return self._where_in(entity, "DocNumber", numbers, progress)

    def _where_in(
        self, entity: str, field: str, values: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        rows: list[Mapping[str, Any]] = []
        distinct = list(dict.fromkeys(values))
        for start in range(0, len(distinct), BATCH_LIMIT):
            progress.report(f"Reading {entity}s in QuickBooks", start, len(distinct))
            some = ", ".join(map(literal, distinct[start : start + BATCH_LIMIT]))
            statement = (
                # No SQL, and every value goes through literal().
                f"SELECT * FROM {entity} WHERE {field} IN ({some})"  # noqa: S608
                f" ORDERBY Id MAXRESULTS {PAGE}"
            )
            rows += rows_of(self._client.query(statement, progress), entity)
        rows.sort(key=decode.created_at)
        return tuple(decode.document(row, "") for row in rows)

    # --- Changing ----------------------------------------------------------------------------

    def update_document(
        self, entity: str, body: Mapping[str, Any], request_id: str, progress: Progress
    ) -> CreatedDocument:
        if not body.get("Id") or body.get("SyncToken") in (None, ""):
            raise ValueError("an update names Id and SyncToken")
        return self._write(entity, {}, write_json(body), request_id, progress)

    def void_document(
        self, entity: str, qbo_id: str, sync_token: str, request_id: str, progress: Progress
    ) -> CreatedDocument:
        if entity != "Invoice":
            raise ValueError("only invoices are voided through the API")
        body = write_json({"Id": qbo_id, "SyncToken": sync_token})
        return self._write(entity, {"operation": "void"}, body, request_id, progress)

    def _write(
        self,
        entity: str,
        params: Mapping[str, str],
        body: bytes,
        request_id: str,
        progress: Progress,
    ) -> CreatedDocument:
        answer = self._client.write(entity.lower(), body, request_id, progress, params=params)
        try:
            return decode.document(answer.part(entity), answer.reference)
        except ServiceFault as problem:
            # It was done, but the answer does not say what: a look-up will tell.
            raise UnknownOutcome(
                "QuickBooks' answer could not be understood.", detail=problem.detail
            ) from None


def captured(blocks: Iterable[Mapping[str, Any]], *, complete: bool) -> DocumentChanges:
    """Documents and payments in the blocks of a change-capture answer."""
    remotes: dict[tuple[str, str], Remote] = {}
    paid: set[tuple[str, str]] = set()
    for block in blocks:
        for entity in ENTITIES:
            for row in _rows(block, entity):
                one = remote(entity, row)
                remotes[entity, one.qbo_id] = one
        for row in _rows(block, "Payment"):
            paid.update(_paid_by(row))
    return DocumentChanges(tuple(remotes.values()), frozenset(paid), complete=complete)


def remote(entity: str, row: Mapping[str, Any]) -> Remote:
    """A row of a change capture, or of a query."""
    if row.get("status") == "Deleted":
        return Remote(entity, decode.record_id(row), RemoteStatus.DELETED)
    document = decode.document(row, "")
    return Remote(entity, document.id, status_of(document), document)


def _paid_by(payment: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for line in _rows(payment, "Line"):
        for link in _rows(line, "LinkedTxn"):
            entity, qbo_id = str(link.get("TxnType", "")), str(link.get("TxnId", ""))
            if entity in ENTITIES and qbo_id:
                yield entity, qbo_id


def _rows(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = holder.get(name)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _by_item(answer: Envelope) -> dict[str, Mapping[str, Any]]:
    return {str(row.get("bId", "")): row for row in _rows(answer.body, "BatchItemResponse")}


def _batch_answer(item: BatchCreate, row: Mapping[str, Any] | None, reference: str) -> BatchAnswer:
    if row is None:
        return BatchAnswer(item.item_id)
    entries = fault_in(row)
    if entries is not None:
        # The status of the whole says nothing about one item; the code does.
        return BatchAnswer(item.item_id, fault=fault(entries, 400, reference))
    held = row.get(item.entity)
    try:
        document = decode.document(held if isinstance(held, Mapping) else {}, reference)
    except ServiceFault:
        return BatchAnswer(item.item_id)
    return BatchAnswer(item.item_id, document)
