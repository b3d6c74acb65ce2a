"""One write in progress, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from desktop_app.simulator.quickbooks import codes, stamps
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]


@dataclass
class Work:
    """values: the record to be stored, defaults and sent values merged; rules complete it.

    old: the record before an update, None for a create. sent: fields that came with a value;
    emptied: fields that came without one. include: the request's include parameter, split.
    """

    company: Company
    entity: str
    values: Json
    old: Json | None = None
    sent: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    include: frozenset[str] = field(default_factory=frozenset)
    action: Literal["write", "void"] = "write"

    @property
    def creating(self) -> bool:
        return self.old is None

    @property
    def identity(self) -> str:
        return str(self.old["Id"]) if self.old else ""

    def default(self, name: str, value: Any) -> None:
        self.values.setdefault(name, value)

    def require(self, *names: str) -> None:
        """Raises ServiceFault 2020 for the first of ``names`` that has no value."""
        for name in names:
            if self.values.get(name) in (None, "", [], {}):
                raise codes.required(name)

    def target(self, name: str) -> str:
        """The Id that reference field ``name`` holds, "" for none."""
        return str(self.values.get(name, {}).get("value", ""))

    def old_value(self, name: str) -> Any:
        return self.old.get(name) if self.old else None

    @property
    def txn_date(self) -> date:
        """TxnDate of the record being written."""
        return date.fromisoformat(self.values["TxnDate"])

    @property
    def today(self) -> date:
        return stamps.today(self.company.now)
