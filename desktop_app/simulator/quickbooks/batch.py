"""Up to thirty operations in one request, carried out one after another."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request

from desktop_app.simulator.quickbooks import codes, replay
from desktop_app.simulator.quickbooks.codes import ServiceFault
from desktop_app.simulator.quickbooks.schema import lookup
from desktop_app.simulator.quickbooks.schema.kinds import Entity
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches

Json = dict[str, Any]

MAX_ITEMS = 30
_OPERATIONS = frozenset({"create", "update", "delete"})
_KNOWN = frozenset({"bId", "operation", "optionsData", "Query"})

#: Carries one write out: entity, operation (create, update, delete, void), body, include.
WriteOne = Callable[[Entity, str, Json, frozenset[str]], Json]
#: Carries one query out and counts it as a read.
QueryOne = Callable[[str], Json]


def operations_in(request: Request) -> int:
    """How many a batch holds, for the limits: at least 1, also of a body that cannot be read."""
    try:
        items = json.loads(request.get_data(cache=True)).get("BatchItemRequest")
    except (ValueError, AttributeError):
        return 1
    return max(1, len(items)) if isinstance(items, list) else 1


def run(
    company: Company,
    body: Json,
    request_id: str | None,
    write_one: WriteOne,
    query_one: QueryOne,
    switches: Switches,
) -> list[Json]:
    """The value of BatchItemResponse, one for each item; a refused item holds a Fault.

    Raises:
        ServiceFault: 1040, 400 (empty), 2010, 2130.
    """
    for name in body:
        if name != "BatchItemRequest":
            raise codes.unknown_property(name)
    items = body.get("BatchItemRequest")
    if not items:
        raise codes.malformed("Batch Request is Empty")
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise codes.unreadable_property("BatchItemRequest", "a list of objects is expected")
    if len(items) > MAX_ITEMS:
        raise codes.batch_too_big(MAX_ITEMS, len(items))
    if request_id is not None:
        replay.check(request_id, batch=True)
        for item in items:
            replay.check_bid(str(item.get("bId", "")))
    answers = []
    seen: set[str] = set()
    for item in items:
        bid = str(item.get("bId") or "")
        try:
            answer = _item(company, item, bid, seen, request_id, write_one, query_one, switches)
        except ServiceFault as fault:
            answer = {"Fault": fault.envelope()}
        answers.append({**({"bId": bid} if bid else {}), **answer})
    return answers


def _item(
    company: Company,
    item: Json,
    bid: str,
    seen: set[str],
    request_id: str | None,
    write_one: WriteOne,
    query_one: QueryOne,
    switches: Switches,
) -> Json:
    if not bid:
        raise codes.required("bId")
    if bid in seen:
        raise codes.conflicting(f"bId {bid} is used twice.", "bId")
    seen.add(bid)
    entity, content = _content(item)
    if switches.about(entity.name if entity else "Query").take("qbo.batch_item_throttled"):
        raise codes.throttled()
    if entity is None:
        if not isinstance(content, str):
            raise codes.unreadable_property("Query", "a statement is expected")
        return {"QueryResponse": query_one(content)}
    if not isinstance(content, dict):
        raise codes.unreadable_property(entity.name, "an object is expected")
    operation = _operation(item, content)
    kind = f"batch {entity.name} {operation}"
    key = f"{request_id}:{bid}"
    if request_id is not None:
        forgotten = switches.peek("qbo.requestid_forgotten")
        known = None if forgotten else replay.recall(company, key, kind)
        if known is not None:
            return known
    options = frozenset(str(item.get("optionsData") or "").casefold().split(","))
    answer = {entity.name: write_one(entity, operation, content, options)}
    if request_id is not None:
        replay.remember(company, key, kind, answer)
    return answer


def _content(item: Json) -> tuple[Entity | None, Any]:
    """What one item is about: an entity and its body, or None and a query."""
    if "Query" in item:
        return None, item["Query"]
    found: list[tuple[Entity, Any]] = []
    for name, value in item.items():
        if name in _KNOWN:
            continue
        entity = lookup(name)
        if entity is None or entity.name != name:
            raise codes.unknown_property(name)
        found.append((entity, value))
    if not found:
        raise codes.required("BatchItemRequest.IntuitObject")
    if len(found) > 1:
        raise codes.conflicting("A batch item holds one object.")
    return found[0]


def _operation(item: Json, content: Json) -> str:
    operation = str(item.get("operation") or "").casefold()
    if not operation:
        raise codes.required("operation")
    if operation not in _OPERATIONS:
        raise codes.invalid_value("2170", "operation", operation, "create, update or delete")
    if operation == "create" and str(content.get("Id") or "0") != "0":
        raise codes.conflicting("A create names no Id.", "Id")
    if operation == "update" and str(content.get("Id") or "0") == "0":
        raise codes.required("Id")
    if operation == "update" and "void" in str(item.get("optionsData") or "").casefold():
        return "void"
    return operation
