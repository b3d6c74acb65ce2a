"""Change data capture: what changed since an instant, deletions included."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from desktop_app.simulator.quickbooks import codes, stamps
from desktop_app.simulator.quickbooks.schema import lookup
from desktop_app.simulator.quickbooks.schema.kinds import Entity
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.views import shown

Json = dict[str, Any]

MAX_OBJECTS = 1000
LOOK_BACK = timedelta(days=30)


def run(company: Company, entities: str | None, since: str | None, limit: int) -> list[Json]:
    """The value of CDCResponse. limit: objects in the whole answer.

    Raises:
        ServiceFault: 2020, 2000, 2060, 2190.
    """
    if not entities:
        raise codes.required("entities")
    if not since:
        raise codes.required("changedSince")
    begin = stamps.parse_instant(since)
    if begin is None:
        raise codes.invalid_value("2060", "changedSince", since, "an instant of ISO 8601")
    if begin < company.now - LOOK_BACK:
        raise codes.invalid_value("2190", "changedSince", since, "within the last 30 days")
    blocks: list[Json] = []
    room = limit
    for word in entities.split(","):
        entity = lookup(word.strip())
        if entity is None:
            raise codes.unknown_object(word.strip())
        block = _block(company, entity, begin, room)
        room -= len(block.get(entity.name, []))
        blocks.append(block)
    return [{"QueryResponse": blocks}]


def _block(company: Company, entity: Entity, begin: datetime, room: int) -> Json:
    if not entity.cdc:
        return {}
    changed = [
        (stamp, shown(company, entity.name, record))
        for record in company.all(entity.name)
        if (stamp := _changed(record)) is not None and stamp >= begin
    ]
    changed += [
        (datetime.fromisoformat(one["time"]), _deleted(one))
        for one in company.deletions
        if one["entity"] == entity.name and datetime.fromisoformat(one["time"]) >= begin
    ]
    if not changed:
        return {}
    changed.sort(key=lambda pair: pair[0])
    rows = [record for _, record in changed[:room]]
    return {
        entity.name: rows,
        "startPosition": 1,
        "maxResults": len(rows),
        "totalCount": len(changed),
    }


def _changed(record: Json) -> datetime | None:
    return stamps.parse_instant(str(record.get("MetaData", {}).get("LastUpdatedTime", "")))


def _deleted(one: Json) -> Json:
    return {
        "domain": "QBO",
        "status": "Deleted",
        "Id": one["Id"],
        "MetaData": {"LastUpdatedTime": one["time"]},
    }
