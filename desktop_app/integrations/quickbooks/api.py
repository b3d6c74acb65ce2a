"""The port QuickBooksApi for one company."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from desktop_app.domain.creating import NameUse
from desktop_app.domain.document_choices import Track
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Changes, ListResult, SmallLists
from desktop_app.domain.records import Company, CreatedDocument, Document, Target
from desktop_app.errors import ServiceFault, UnknownOutcome
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.books import TRACKED, BooksReads, tracked_of
from desktop_app.integrations.quickbooks.client import Envelope, literal, rows_of
from desktop_app.integrations.quickbooks.documents import CAPTURED, SalesDocuments, captured
from desktop_app.integrations.quickbooks.faults import envelope as fault_in
from desktop_app.integrations.quickbooks.faults import fault, unreadable
from desktop_app.integrations.quickbooks.lists import ALL, PAGE, count, page_of, whole_list
from desktop_app.integrations.quickbooks.names import NAME_FIELD, names_in_use
from desktop_app.integrations.wire import write_json
from desktop_app.progress import Progress

# One change-capture answer holds at most this many objects (sheet, chapter 7).
CAPTURE_LIMIT = 1000

_T = TypeVar("_T")

_INFO, _PREFERENCES = "CompanyInfo", "Preferences"
# Entity and condition of what is re-read at every refresh. Terms and tax codes that are inactive
# still name what documents carry; a tax rate cannot be asked for by Active.
_SMALL = {
    _INFO: "",
    _PREFERENCES: "",
    "Term": ALL,
    "TaxCode": ALL,
    "TaxRate": "",
}
_MAY_HAVE_PAGES = ("Term", "TaxCode", "TaxRate")


class QuickBooks(SalesDocuments, BooksReads):
    """Implements QuickBooksApi; not for several threads at once."""

    @property
    def metered_reads(self) -> int:
        return self._client.metered_reads

    # --- Reading -----------------------------------------------------------------------------

    def company(self, progress: Progress) -> Company:
        progress.report("Asking QuickBooks which company this is")
        realm = self._client.realm_id
        info = self._client.read(f"companyinfo/{quote(realm, safe='')}", progress)
        preferences = self._client.read("preferences", progress)
        return decode.company(realm, info.part(_INFO), preferences.part(_PREFERENCES))

    def small_lists(self, progress: Progress) -> SmallLists:
        progress.report("Company settings, terms and tax codes")
        batch, rows = self._batch(progress)
        for entity in _SMALL:
            if entity not in rows:  # that item failed or was throttled alone
                rows[entity] = self._rows(entity, progress)
        for entity in _MAY_HAVE_PAGES:
            if len(rows[entity]) >= PAGE:
                rows[entity] = whole_list(self._client, entity, _SMALL[entity], entity, progress)
        info, preferences = (
            self._first(rows[entity], entity, batch) for entity in (_INFO, _PREFERENCES)
        )
        today = batch.time.date()
        rates = dict(
            rate for row in rows["TaxRate"] if (rate := decode.tax_rate(row, today)) is not None
        )
        return SmallLists(
            company=decode.company(self._client.realm_id, info, preferences),
            terms=tuple(map(decode.term, rows["Term"])),
            tax_codes=tuple(decode.tax_code(row, rates) for row in rows["TaxCode"]),
            time=batch.time,
        )

    def all_targets(self, kind: Kind, progress: Progress) -> ListResult:
        rows = whole_list(self._client, decode.ENTITY[kind], ALL, kind.label, progress)
        targets = tuple(decode.target(kind, row) for row in rows)
        return ListResult(targets, len(targets))

    def changes(
        self, since: datetime, progress: Progress, tracks: Collection[Track] = ()
    ) -> Changes:
        progress.report("Asking QuickBooks what changed")
        lists = (*decode.ENTITY.values(), *(TRACKED[track] for track in tracks))
        envelope, blocks = self._capture((*lists, *CAPTURED), since, progress)
        complete = not _is_cut_short(blocks)
        documents = captured(blocks, complete=complete)
        if not complete:
            # Which entities lost rows cannot be told: the limit is on the answer as a whole. A
            # busy month of documents is no reason to read whole lists, so these are asked alone.
            _, blocks = self._capture(lists, since, progress)
        if _is_cut_short(blocks):
            return Changes((), frozenset(Kind), envelope.time, documents,
                           whole_tracks=frozenset(tracks))  # fmt: skip
        targets: dict[tuple[Kind, str], Target] = {}
        reread: set[Kind] = set()
        deleted: set[tuple[Kind, str]] = set()
        for kind, entity in decode.ENTITY.items():
            rows = [row for block in blocks for row in _capture_rows(block, entity, envelope)]
            # A bare "deleted" mark cannot become an inactive record: its name is gone.
            gone = [row for row in rows if row.get("status") == "Deleted"]
            if gone:
                reread.add(kind)
                deleted |= {(kind, decode.record_id(row)) for row in gone}
                continue
            for row in rows:
                one = decode.target(kind, row)
                targets[kind, one.id] = one
        again: set[Track] = set()
        tracked = []
        for track in tracks:
            rows = [
                row for block in blocks for row in _capture_rows(block, TRACKED[track], envelope)
            ]
            if any(row.get("status") == "Deleted" for row in rows):
                again.add(track)
            else:
                tracked += [tracked_of(track, row) for row in rows]
        return Changes(
            tuple(targets.values()),
            frozenset(reread),
            envelope.time,
            documents,
            frozenset(deleted),
            tuple(tracked),
            frozenset(again),
        )

    def counts(self, kinds: Iterable[Kind], progress: Progress) -> Mapping[Kind, int]:
        return {kind: count(self._client, decode.ENTITY[kind], ALL, progress) for kind in kinds}

    def _capture(
        self, entities: Iterable[str], since: datetime, progress: Progress
    ) -> tuple[Envelope, list[Mapping[str, Any]]]:
        params = {
            "entities": ",".join(entities),
            "changedSince": since.astimezone(UTC).isoformat(timespec="seconds"),
        }
        envelope = self._client.read("cdc", progress, params)
        return envelope, _capture_blocks(envelope)

    def find_documents(
        self, entity: str, doc_number: str, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        where = f"DocNumber = {literal(doc_number)}"
        return self._documents(entity, where, progress)

    def find_by_note(
        self, entity: str, marker: str, since: datetime, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        """PrivateNote cannot be asked for, so all documents since then are read and looked at."""
        if not marker:
            raise ValueError("an empty marker fits every document")
        moment = since.astimezone(UTC).isoformat(timespec="seconds")
        found = self._documents(entity, f"MetaData.CreateTime >= '{moment}'", progress)
        return tuple(one for one in found if marker in one.private_note)

    def names(self, kind: Kind, name: str, progress: Progress) -> tuple[NameUse, ...]:
        return names_in_use(self._client, kind, name, progress)

    def named(self, kind: Kind, name: str, progress: Progress) -> tuple[Target, ...]:
        entity = decode.ENTITY[kind]
        where = f"{NAME_FIELD[entity]} = {literal(name)}"
        rows = whole_list(self._client, entity, where, f"{entity}s", progress)
        rows.sort(key=decode.created_at)
        return tuple(decode.target(kind, row) for row in rows)

    # --- Writing -----------------------------------------------------------------------------

    def encode(self, document: Document) -> str:
        return write_json(document.body).decode("utf-8")

    def create(self, document: Document, request_id: str, progress: Progress) -> CreatedDocument:
        entity = document.entity
        return self._created(
            entity,
            document.body,
            request_id,
            progress,
            lambda envelope: decode.document(envelope.part(entity), envelope.reference),
        )

    def create_service_item(
        self, name: str, income_account_id: str, request_id: str, progress: Progress
    ) -> Target:
        body = {
            "Name": name,
            "Type": "Service",
            "IncomeAccountRef": {"value": income_account_id},
        }
        return self._created(
            "Item",
            body,
            request_id,
            progress,
            lambda envelope: decode.target(Kind.ITEMS, envelope.part("Item")),
        )

    def create_record(
        self, kind: Kind, body: Mapping[str, Any], request_id: str, progress: Progress
    ) -> Target:
        entity = decode.ENTITY[kind]
        return self._created(
            entity,
            body,
            request_id,
            progress,
            lambda envelope: decode.target(kind, envelope.part(entity)),
        )

    def _created(
        self,
        entity: str,
        body: Mapping[str, Any],
        request_id: str,
        progress: Progress,
        read: Callable[[Envelope], _T],
    ) -> _T:
        envelope = self._client.write(entity.lower(), write_json(body), request_id, progress)
        try:
            return read(envelope)
        except ServiceFault as problem:
            # It was done, but the answer does not say with which id: the look-up will tell.
            raise UnknownOutcome(
                "QuickBooks' answer could not be understood.", detail=problem.detail
            ) from None

    # --- Parts -------------------------------------------------------------------------------

    def _documents(
        self, entity: str, where: str, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        rows = whole_list(self._client, entity, where, f"{entity}s", progress)
        rows.sort(key=decode.created_at)
        return tuple(decode.document(row, "") for row in rows)

    def _batch(self, progress: Progress) -> tuple[Envelope, dict[str, list[Mapping[str, Any]]]]:
        """One request for all of _SMALL; the rows of those items that succeeded."""
        items = [{"bId": entity, "Query": _statement(entity)} for entity in _SMALL]
        body = write_json({"BatchItemRequest": items})
        envelope = self._client.ask_batch(body, len(items), progress)
        answers = envelope.body.get("BatchItemResponse")
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for answer in answers if isinstance(answers, list) else []:
            if not isinstance(answer, Mapping) or fault_in(answer) is not None:
                continue
            entity = str(answer.get("bId", ""))
            if entity in _SMALL and isinstance(answer.get("QueryResponse"), Mapping):
                part = Envelope(answer, envelope.time, envelope.reference)
                rows[entity] = list(rows_of(part, entity))
        return envelope, rows

    def _rows(self, entity: str, progress: Progress) -> list[Mapping[str, Any]]:
        return list(rows_of(self._client.query(_statement(entity), progress), entity))

    @staticmethod
    def _first(rows: list[Mapping[str, Any]], entity: str, batch: Envelope) -> Mapping[str, Any]:
        if not rows:
            raise unreadable(entity, batch.reference)
        return rows[0]


def _statement(entity: str) -> str:
    if entity in _MAY_HAVE_PAGES:
        return page_of(entity, _SMALL[entity])
    return f"SELECT * FROM {entity}"  # noqa: S608 - no SQL, and a constant


def _capture_blocks(envelope: Envelope) -> list[Mapping[str, Any]]:
    """The QueryResponse objects of a change-capture answer. Raises ServiceFault."""
    answers = envelope.body.get("CDCResponse")
    if not isinstance(answers, list):
        raise unreadable("CDCResponse", envelope.reference)
    blocks: list[Mapping[str, Any]] = []
    for answer in answers:
        entries = fault_in(answer)
        if entries is not None:
            raise fault(entries, 200, envelope.reference)
        held: Iterable[Any] = answer.get("QueryResponse", []) if isinstance(answer, Mapping) else []
        blocks += [block for block in held if isinstance(block, Mapping)]
    return blocks


def _capture_rows(
    block: Mapping[str, Any], entity: str, envelope: Envelope
) -> list[Mapping[str, Any]]:
    rows = block.get(entity, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise unreadable(entity, envelope.reference)
    return rows


def _is_cut_short(blocks: list[Mapping[str, Any]]) -> bool:
    """Whether the answer reached its limit, or a block claims more rows than it holds."""
    sizes = [
        sum(len(rows) for rows in block.values() if isinstance(rows, list)) for block in blocks
    ]
    claims = [block.get("totalCount") for block in blocks]
    return sum(sizes) >= CAPTURE_LIMIT or any(
        isinstance(claim, int) and claim > size for claim, size in zip(claims, sizes, strict=True)
    )
