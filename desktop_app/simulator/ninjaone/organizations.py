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
        locations = self._locations()
        return [self._detailed(one, locations) for one in _page(self._tenant.organizations, args)]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.organization(number)
        if found is None:
            raise errors.application(404, "FAILURE", f"Organization {number} not found")
        return self._detailed(found, self._locations())

    def locations(self, args: Mapping[str, str]) -> list[Json]:
        return _page(self._tenant.locations, args)

    def locations_of(self, number: int) -> list[Json]:
        """Raises ApiError (404)."""
        places: list[Json] = self.detail(number)["locations"]
        return places

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

    def _locations(self) -> dict[int, list[Json]]:
        """By organization, in the form that belongs to it."""
        found: dict[int, list[Json]] = {}
        for one in self._tenant.locations.values():
            place = {key: value for key, value in one.items() if key != "organizationId"}
            found.setdefault(one["organizationId"], []).append(place)
        return found

    @staticmethod
    def _detailed(record: Json, locations: dict[int, list[Json]]) -> Json:
        return {
            **record,
            "locations": locations.get(record["id"], []),
            "policies": record.get("policies", []),
            "settings": record.get("settings", {}),
        }


def _page(records: Mapping[int, Json], args: Mapping[str, str]) -> list[Json]:
    """``pageSize`` records after the id ``after``; all of them without a size."""
    size = int_parameter(args, "pageSize", 1)
    after = int_parameter(args, "after")
    rows = [one for number, one in records.items() if after is None or number > after]
    return rows if size is None else rows[:size]
