"""What one company holds: records, counters, what was deleted, and what is remembered."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import CompanySeed
from desktop_app.simulator.quickbooks import stamps
from desktop_app.simulator.quickbooks.schema import ENTITIES, TRANSACTIONS

Json = dict[str, Any]

#: Fields that the service keeps whatever a request says.
KEPT = ("Id", "domain", "sparse", "SyncToken", "MetaData")


def record_key(record: Json) -> str:
    """A record's Id; exchange rates have none and go by currency and day."""
    if "Id" in record:
        return str(record["Id"])
    return f"{record.get('SourceCurrencyCode')}/{record.get('AsOfDate')}"


class Company:
    """One set of books. Records are never changed in place: every change stores a new object, so
    that an answer may be written without holding ``lock``.

    deletions: {"entity", "Id", "time"} in order; requests: request id to what it answered.
    """

    def __init__(self, seed: CompanySeed, clock: SimClock) -> None:
        self.realm_id = seed.realm_id
        self.name = seed.name
        self.country = seed.country
        self.clock = clock
        self.lock = threading.RLock()
        self.company_info: Json = seed.company_info
        self.preferences: Json = seed.preferences
        self.records: dict[str, dict[str, Json]] = {name: {} for name in ENTITIES}
        for name, objects in seed.entities.items():
            self.records.setdefault(name, {}).update((record_key(one), one) for one in objects)
        self.counters: dict[str, int] = {}
        self.deletions: list[Json] = []
        self.merged: dict[str, str] = {}
        self.requests: dict[str, Json] = {}
        self.reads = 0
        self._number: int | None = None

    # Reading

    def get(self, entity: str, identity: str) -> Json | None:
        return self.records[entity].get(identity)

    def all(self, entity: str) -> Iterable[Json]:
        return self.records[entity].values()

    def find(self, entities: Iterable[str], identity: str) -> tuple[str, Json] | None:
        """The first record of that Id among several entities."""
        for entity in entities:
            record = self.get(entity, identity)
            if record is not None:
                return entity, record
        return None

    def was_deleted(self, entity: str, identity: str) -> bool:
        return any(
            one["entity"] == entity and one["Id"] == identity for one in reversed(self.deletions)
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def is_us(self) -> bool:
        return self.country.upper() in {"US", "USA"}

    def preference(self, group: str, name: str, default: Any = None) -> Any:
        return self.preferences.get(group, {}).get(name, default)

    def other_preference(self, name: str) -> str | None:
        for pair in self.preferences.get("OtherPrefs", {}).get("NameValue", []):
            if pair.get("Name") == name:
                return str(pair.get("Value"))
        return None

    @property
    def home_currency(self) -> str:
        return str(self.preference("CurrencyPrefs", "HomeCurrency", {}).get("value", "USD"))

    @property
    def multicurrency(self) -> bool:
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled", False))

    # Writing

    def next_id(self, entity: str) -> str:
        """One counter for each list; all transactions share one."""
        shared = entity in TRANSACTIONS
        key = "Txn" if shared else entity
        if key not in self.counters:
            names = TRANSACTIONS if shared else (entity,)
            self.counters[key] = max(
                (int(one) for name in names for one in self.records[name] if one.isdigit()),
                default=0,
            )
        self.counters[key] += 1
        return str(self.counters[key])

    def next_address(self) -> str:
        """Addresses have Ids of their own, counted from well above what the data holds."""
        self.counters["Address"] = self.counters.get("Address", 100_000) + 1
        return str(self.counters["Address"])

    def add(self, entity: str, values: Json) -> Json:
        """Store a new record with Id, SyncToken "0" and both times."""
        stamp = stamps.meta_stamp(self.now)
        identity = self.next_id(entity)
        record = {
            "Id": identity,
            "SyncToken": "0",
            "domain": "QBO",
            "sparse": False,
            **{name: value for name, value in values.items() if name not in KEPT},
            "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        }
        self.records[entity][identity] = record
        return record

    def replace(self, entity: str, identity: str, values: Json) -> Json:
        """Store ``values`` as the record's next state: SyncToken up by one, a new time."""
        old = self.records[entity][identity]
        created = old.get("MetaData", {}).get("CreateTime") or stamps.meta_stamp(self.now)
        record = {
            "Id": identity,
            "SyncToken": str(int(old.get("SyncToken") or 0) + 1),
            "domain": "QBO",
            "sparse": False,
            **{name: value for name, value in values.items() if name not in KEPT},
            "MetaData": {
                "CreateTime": created,
                "LastUpdatedTime": stamps.meta_stamp(self.now),
            },
        }
        self.records[entity][identity] = record
        return record

    def adjust(self, entity: str, identity: str, changes: Json) -> None:
        """Change figures that follow from other records: neither token nor time moves."""
        record = self.records[entity].get(identity)
        if record is not None:
            self.records[entity][identity] = {**record, **changes}

    def remove(self, entity: str, identity: str) -> None:
        """Delete for good; change capture still tells of it."""
        del self.records[entity][identity]
        self.deletions.append(
            {"entity": entity, "Id": identity, "time": stamps.meta_stamp(self.now)}
        )

    def vanish(self, entity: str, identity: str) -> None:
        """Take a record away without a trace, as a merge does."""
        del self.records[entity][identity]

    def next_number(self) -> str:
        """The next automatic number of sales forms; they share one sequence."""
        if self._number is None:
            self._number = max(self._numbers(), default=1000)
        self._number += 1
        return str(self._number)

    def _numbers(self) -> Iterator[int]:
        for entity in ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate"):
            for record in self.all(entity):
                number = str(record.get("DocNumber", ""))
                if number.isdigit() and len(number) < 10:
                    yield int(number)

    # State file

    def dump(self) -> Json:
        with self.lock:
            return {
                "company_info": self.company_info,
                "preferences": self.preferences,
                "records": {name: list(found.values()) for name, found in self.records.items()},
                "counters": dict(self.counters),
                "deletions": list(self.deletions),
                "merged": dict(self.merged),
                "requests": dict(self.requests),
                "reads": self.reads,
                "number": self._number,
            }

    def load(self, state: Json) -> None:
        with self.lock:
            self.company_info = state["company_info"]
            self.preferences = state["preferences"]
            self.records = {name: {} for name in ENTITIES}
            for name, objects in state["records"].items():
                self.records[name] = {record_key(one): one for one in objects}
            self.counters = dict(state["counters"])
            self.deletions = list(state["deletions"])
            self.merged = dict(state["merged"])
            self.requests = dict(state["requests"])
            self.reads = int(state["reads"])
            self._number = state["number"]
