"""Request ids, the markers by which documents are found again, and whose a document is.

Source: QuickBooks sheet 3.7 and 8.7.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from desktop_app.domain.aftermath import RemoteStatus, status_of
from desktop_app.domain.money import money_text, same_amount
from desktop_app.domain.ports_sending import BatchCreate
from desktop_app.domain.proof import compare
from desktop_app.domain.records import CreatedDocument, Push, PushState, Workspace

_FAMILY = uuid.UUID("6d0d2c2e-52b6-4f0c-9d4b-0f5a3d5b7c11")
_GENERATION = re.compile(r"^(?P<stem>.+):g(?P<number>[0-9]+)$")


def next_request_id(workspace: Workspace, invoice_id: str, previous: Push | None) -> str:
    """Stable for an invoice, whichever computer sends it, with a new generation for each attempt
    that follows a clear answer: its payload may differ, and a remembered success of a deleted
    document must not be replayed (QuickBooks sheet 3.7). At most 36 characters for nine
    generations and more."""
    named = f"{workspace.realm_id}|{workspace.ninjaone_app.base_url}|{invoice_id}"
    stem = uuid.uuid5(_FAMILY, named).hex
    if previous is None:
        return f"{stem}:g1"
    if previous.state is PushState.SENDING:
        raise ValueError("an earlier attempt must be looked up first")
    parts = _GENERATION.match(previous.request_id)
    return f"{parts['stem']}:g{int(parts['number']) + 1}" if parts else f"{stem}:g2"


def stem_of(request_id: str) -> str:
    """What all attempts of one invoice have in common."""
    parts = _GENERATION.match(request_id)
    return parts["stem"] if parts else request_id


def is_marked(note: str, request_id: str) -> bool:
    """Whether *note* holds this very id, not a longer one that begins like it."""
    return re.search(re.escape(request_id) + r"(?![0-9A-Za-z:])", note) is not None


def is_ours(push: Push, document: CreatedDocument) -> bool:
    """Whether *document* is the same invoice, sent before: customer, total and marker match."""
    customer = (payload_of(push).get("CustomerRef") or {}).get("value", "")
    return (
        document.customer_id == customer
        and same_amount(document.total, push.expected_total)
        and stem_of(push.request_id) in document.private_note
        and status_of(document) is RemoteStatus.PRESENT
    )


def is_our_void(push: Push, document: CreatedDocument) -> bool:
    """An earlier generation of the same invoice, voided in QuickBooks."""
    return (
        status_of(document) is RemoteStatus.VOIDED
        and stem_of(push.request_id) in document.private_note
        and not is_marked(document.private_note, push.request_id)
    )


def payload_of(push: Push) -> Mapping[str, Any]:
    """The document that was sent, amounts as Decimal."""
    body = json.loads(push.payload, parse_float=Decimal) if push.payload else {}
    return body if isinstance(body, dict) else {}


def batch_of(pushes: Sequence[Push]) -> list[BatchCreate]:
    return [BatchCreate(push.batch_item, push.entity, push.payload) for push in pushes]


def rival_text(push: Push, entity: str, rival: CreatedDocument) -> str:
    """JSON of what the person is asked about."""
    found = compare(payload_of(push), push.expected_total, push.expected_tax, rival.body)
    name = (rival.body.get("CustomerRef") or {}).get("name") or f"customer {rival.customer_id}"
    text = (
        f"{'Invoice' if entity == 'Invoice' else 'Credit memo'} {rival.doc_number} of {name},"
        f" {rival.body.get('TxnDate', '')}, {money_text(rival.total)}"
    )
    return json.dumps(
        {
            "entity": entity,
            "id": rival.id,
            "customer": rival.customer_id,
            "text": text,
            "differences": [d.text for d in found],
        },
        ensure_ascii=False,
    )


def created_before(document: CreatedDocument, moment: datetime) -> bool:
    meta = document.body.get("MetaData")
    try:
        made = datetime.fromisoformat(str(meta["CreateTime"])) if meta else None
    except (KeyError, TypeError, ValueError):
        return False
    return made is not None and made.tzinfo is not None and made < moment
