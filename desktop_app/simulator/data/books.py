"""One company's lists while they are being filled: Ids, time stamps, references."""

from __future__ import annotations

from datetime import datetime

from desktop_app.simulator.data.calendar import Calendar
from desktop_app.simulator.data.seed import Json

CURRENCIES = {
    "USD": "United States Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "CAD": "Canadian Dollar",
}


class Books:
    """Entity lists of one company.

    Every record gets Id, SyncToken, domain, sparse and MetaData as in an answer of the service.
    """

    def __init__(self, calendar: Calendar, currency: str) -> None:
        self.calendar = calendar
        self.currency = currency
        self.entities: dict[str, list[Json]] = {}
        self._next: dict[str, int] = {}

    def add(
        self,
        entity: str,
        body: Json,
        created: datetime,
        *,
        record_id: str = "",
        updated: datetime | None = None,
        revision: int = 0,
    ) -> Json:
        """Store *body* as a full record and give it back. No *record_id*: the next one."""
        if not record_id:
            record_id = str(self._next.get(entity, 1))
        if record_id.isdigit():
            self._next[entity] = max(self._next.get(entity, 1), int(record_id) + 1)
        record = {
            "Id": record_id,
            "SyncToken": str(revision),
            "domain": "QBO",
            "sparse": False,
            **body,
            "MetaData": {
                "CreateTime": self.calendar.pacific(created),
                "LastUpdatedTime": self.calendar.pacific(updated or created),
            },
        }
        self.entities.setdefault(entity, []).append(record)
        return record

    def all(self, entity: str) -> list[Json]:
        return self.entities.get(entity, [])

    def by_name(self, entity: str, key: str = "FullyQualifiedName") -> dict[str, Json]:
        """Records of *entity* by name; hierarchical lists by their full name."""
        return {record[key]: record for record in self.all(entity)}

    def in_order(self) -> dict[str, list[Json]]:
        """All lists, each in ascending Id order (codes that are words come first)."""
        return {
            entity: sorted(records, key=lambda record: _rank(record["Id"]))
            for entity, records in self.entities.items()
        }


def _rank(record_id: str) -> tuple[int, int]:
    return (1, int(record_id)) if record_id.isdigit() else (0, 0)


def ref(record: Json, name: str = "") -> Json:
    """A reference to *record*, with its display name."""
    shown = name or record.get("FullyQualifiedName") or record.get("DisplayName")
    return {"value": record["Id"], "name": shown or record["Name"]}


def currency_ref(code: str) -> Json:
    return {"value": code, "name": CURRENCIES[code]}
