"""The data of one NinjaOne tenant, indexed by id."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.data.seed import Json, TenantSeed

_PARTS = (
    "organizations",
    "archived_organizations",
    "locations",
    "contacts",
    "accounts",
    "products",
    "agreements",
    "invoices",
    "ticket_products",
)


class Tenant:
    """Maps from id to record, in ascending order of ids. Not locked."""

    def __init__(self, seed: TenantSeed) -> None:
        self.organizations = _by_id(seed.organizations)
        self.archived_organizations = _by_id(seed.archived_organizations)
        self.locations = _by_id(seed.locations)
        self.contacts = _by_id(seed.contacts)
        self.accounts = _by_id(seed.accounts)
        self.products = _by_id(seed.products)
        self.agreements = _by_id(seed.agreements)
        self.invoices = _by_id(seed.invoices)
        self.ticket_products: dict[int, Json] = {}
        self.time_entries: dict[int, Json] = {}
        #: invoice id -> status before it was archived
        self.before_archive: dict[int, str] = {}

    def organization(self, number: int) -> Json | None:
        """Archived ones too: invoices may still name them."""
        return self.organizations.get(number) or self.archived_organizations.get(number)

    def next_id(self, part: dict[int, Json]) -> int:
        return max(part, default=0) + 1

    def next_line_id(self) -> int:
        return 1 + max(
            (
                line["id"]
                for invoice in self.invoices.values()
                for key in ("products", "agreementProducts", "ticketProducts")
                for line in invoice.get(key) or []
                if isinstance(line.get("id"), int)
            ),
            default=90_000,
        )

    def dump(self) -> dict[str, Any]:
        """Copies of the records: changes replace what a record holds, never alter it."""
        state: dict[str, Any] = {
            name: [dict(record) for record in getattr(self, name).values()] for name in _PARTS
        }
        state["time_entries"] = {str(key): dict(one) for key, one in self.time_entries.items()}
        state["before_archive"] = {str(key): value for key, value in self.before_archive.items()}
        return state

    def load(self, state: dict[str, Any]) -> None:
        for name in _PARTS:
            setattr(self, name, _by_id(state[name]))
        self.time_entries = {int(key): value for key, value in state["time_entries"].items()}
        self.before_archive = {int(key): value for key, value in state["before_archive"].items()}


def _by_id(records: list[Json]) -> dict[int, Json]:
    return {record["id"]: record for record in sorted(records, key=lambda one: int(one["id"]))}
