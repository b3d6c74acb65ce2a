"""Organizations, locations, users and contacts (fact sheet, section 3)."""

from __future__ import annotations

from collections.abc import Mapping

from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.ninjaone import errors
from desktop_app.simulator.ninjaone.schema import int_parameter
from desktop_app.simulator.ninjaone.technicians import TECHNICIANS
from desktop_app.simulator.ninjaone.tenant import Tenant

_DETAIL_ONLY = ("locations", "policies", "settings")


class Organizations:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def listed(self, args: Mapping[str, str]) -> list[Json]:
        return [
            {key: value for key, value in one.items() if key not in _DETAIL_ONLY}
            for one in _page(self._tenant.organizations, args)
        ]

    def listed_detailed(self, args: Mapping[str, str]) -> list[Json]:
        return [self._detailed(one) for one in _page(self._tenant.organizations, args)]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.organization(number)
        if found is None:
            raise errors.application(404, "FAILURE", f"Organization {number} not found")
        return self._detailed(found)

    def locations(self, args: Mapping[str, str]) -> list[Json]:
        return _page(self._tenant.locations, args)

    def locations_of(self, number: int) -> list[Json]:
        """Raises ApiError (404)."""
        self.detail(number)
        return self._locations(number)

    def contacts(self) -> list[Json]:
        return [*self._tenant.contacts.values()]

    @staticmethod
    def users() -> list[Json]:
        return [
            {
                "id": one.id,
                "firstName": one.first_name,
                "lastName": one.last_name,
                "email": one.email,
                "phone": None,
                "enabled": True,
                "administrator": one.administrator,
                "userType": "TECHNICIAN",
            }
            for one in TECHNICIANS
        ]

    def _locations(self, number: int) -> list[Json]:
        return [
            {key: value for key, value in one.items() if key != "organizationId"}
            for one in self._tenant.locations.values()
            if one.get("organizationId") == number
        ]

    def _detailed(self, record: Json) -> Json:
        return {
            **record,
            "locations": self._locations(record["id"]),
            "policies": record.get("policies", []),
            "settings": record.get("settings", {}),
        }


def _page(records: Mapping[int, Json], args: Mapping[str, str]) -> list[Json]:
    """``pageSize`` records after the id ``after``; all of them without a size."""
    size = int_parameter(args, "pageSize", 1)
    after = int_parameter(args, "after")
    rows = [one for number, one in records.items() if after is None or number > after]
    return rows if size is None else rows[:size]
