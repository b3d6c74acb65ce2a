"""What references point at, and the faults when they point at nothing or at something inactive."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.quickbooks import codes
from desktop_app.simulator.quickbooks.schema import ENTITIES
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

CURRENCY_NAMES = {
    "USD": "United States Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar",
    "NZD": "New Zealand Dollar",
    "CHF": "Swiss Franc",
    "JPY": "Japanese Yen",
    "INR": "Indian Rupee",
    "MXN": "Mexican Peso",
    "SEK": "Swedish Krona",
    "NOK": "Norwegian Krone",
    "DKK": "Danish Krone",
}
SHIPPING_ITEM = "SHIPPING_ITEM_ID"
GRATUITY_ITEM = "GRATUITY_ITEM_ID"


def currency_ref(company: Company, code: str) -> Json:
    name = CURRENCY_NAMES.get(code)
    if name is None:
        for one in company.all("CompanyCurrency"):
            if one.get("Code") == code:
                name = one.get("Name")
    return {"value": code, "name": name or code}


def shown_name(entity: str, record: Json) -> str | None:
    """What the service writes beside an Id."""
    for field in ("FullyQualifiedName", ENTITIES[entity].name_field, "Name"):
        if entity in {"Customer", "Vendor", "Employee"} and field == "FullyQualifiedName":
            continue
        if field and record.get(field):
            return str(record[field])
    return None


class Resolver:
    """Looks references up in one company. See schema.walk.References."""

    def __init__(self, company: Company, entity: str, old: Json | None) -> None:
        self._company = company
        self._entity = entity
        self._old = old or {}

    def resolve(self, target: str, value: str, element: str) -> str | None:
        if target == "Currency":
            return self._currency(value, element)
        if target == "LineTaxCode":
            # Judged by the tax rules, which differ between countries.
            return None
        if target == "Item" and value in {SHIPPING_ITEM, GRATUITY_ITEM}:
            return self._special_item(value, element)
        record = self._company.get(target, value)
        if record is None:
            raise codes.reference(ENTITIES[target].plural, value, element)
        if record.get("Active") is False:
            self._inactive(target, record, element)
        return shown_name(target, record)

    def _inactive(self, target: str, record: Json, element: str) -> None:
        before = self._old.get(element)
        same = isinstance(before, dict) and before.get("value") == record["Id"]
        if same and ENTITIES[self._entity].group != "transaction":
            # A list record may keep pointing at what was made inactive later.
            return
        if element == "ParentRef":
            raise codes.refused("700", f"The parent {record['Id']} is inactive", element)
        if target == "Customer":
            raise codes.inactive_customer(str(record.get("DisplayName", "")))
        raise codes.not_found(element=element)

    def _currency(self, value: str, element: str) -> str | None:
        if len(value) != 3 or not value.isalpha() or not value.isupper():
            raise codes.invalid_value("2220", element, value, "an ISO 4217 code")
        return str(currency_ref(self._company, value)["name"])

    def _special_item(self, value: str, element: str) -> str | None:
        if value == SHIPPING_ITEM:
            if not self._company.preference("SalesFormsPrefs", "AllowShipping", False):
                raise codes.feature("shipping is turned off", element)
            return None
        if (self._company.other_preference("SalesFormsPrefs.AllowGratuity") or "") != "true":
            raise codes.feature("gratuity is turned off", element)
        return None
