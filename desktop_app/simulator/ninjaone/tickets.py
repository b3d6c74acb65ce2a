"""Charges on tickets and the billing of time entries (fact sheet, 4.7).

Tickets themselves are not simulated: every organization has one, numbered 10,000 + its id, which
is enough for the rules that these routes enforce.
"""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.ninjaone import errors
from desktop_app.simulator.ninjaone.catalogue import account_reference
from desktop_app.simulator.ninjaone.errors import billing
from desktop_app.simulator.ninjaone.schema import Field, check
from desktop_app.simulator.ninjaone.tenant import Tenant

FIRST_TICKET = 10_000
FIRST_TIME_ENTRY = 50_000
BILLING = ("BILLABLE", "NOT_BILLABLE", "NO_CHARGE")

_CHANGES = {
    "name": Field("text", longest=255),
    "description": Field("text", longest=4000),
    "quantity": Field("number"),
    "price": Field("number"),
    "cost": Field("number"),
    "billing": Field("choice", choices=BILLING),
    "taxable": Field("bool"),
}
_ADHOC = {
    **_CHANGES,
    "ticketId": Field("int", required=True),
    "accountId": Field("int", required=True),
    "name": Field("text", required=True, longest=255),
    "quantity": Field("number", required=True),
    "price": Field("number", required=True),
}
_CATALOG = {
    **_CHANGES,
    "ticketId": Field("int", required=True),
    "productId": Field("int", required=True),
    "quantity": Field("number", required=True),
}
_DELETE = {"ticketProductIds": Field("list", required=True)}
_TIME_ENTRY = {
    "billing": Field("choice", required=True, choices=BILLING),
    "price": Field("number"),
    "agreementProductId": Field("int"),
}


class Tickets:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def listed(self, ticket: int) -> list[Json]:
        """Raises ApiError (404) for an unknown ticket."""
        self._organization(ticket)
        return [one for one in self._tenant.ticket_products.values() if one["ticketId"] == ticket]

    def add_adhoc(self, body: Any) -> Json:
        check(body, _ADHOC)
        self._need_agreement(body["ticketId"])
        account = account_reference(self._tenant, body["accountId"])
        return self._add(body, {"productId": None, "account": account, "name": body["name"]})

    def add_catalog(self, body: Any) -> Json:
        check(body, _CATALOG)
        self._need_agreement(body["ticketId"])
        product = self._tenant.products.get(body["productId"])
        if product is None:
            raise errors.not_found("product", body["productId"])
        if not product.get("active", True):
            raise billing(400, "product_inactive", f"Product {product['id']} is not active")
        return self._add(
            {**product, **{key: value for key, value in body.items() if value is not None}},
            {
                "productId": product["id"],
                "account": product.get("account"),
                "name": body.get("name") or product["name"],
            },
        )

    def update(self, number: int, body: Any) -> Json:
        record = self._tenant.ticket_products.get(number)
        if record is None:
            raise errors.not_found("ticket_product", number)
        check(body, _CHANGES)
        record |= {key: value for key, value in body.items() if value is not None}
        return record

    def delete(self, body: Any) -> None:
        """All or none."""
        numbers = check(body, _DELETE)["ticketProductIds"]
        for number in numbers:
            if number not in self._tenant.ticket_products:
                raise errors.not_found("ticket_product", number)
        for number in numbers:
            del self._tenant.ticket_products[number]

    def update_time_entry(self, number: int, body: Any) -> Json:
        """One time entry belongs to each ticket, numbered 50,000 + the organization's id."""
        if self._tenant.organization(number - FIRST_TIME_ENTRY) is None:
            raise errors.not_found("time_entry", number)
        check(body, _TIME_ENTRY)
        status = "PENDING" if body["billing"] == "BILLABLE" else "NOT_BILLABLE"
        record = {"ticketLogEntryId": number, **body, "billingStatus": status}
        self._tenant.time_entries[number] = record
        return record

    def _add(self, values: Json, fixed: Json) -> Json:
        number = self._tenant.next_id(self._tenant.ticket_products)
        record = {
            "id": number,
            "ticketId": values["ticketId"],
            **fixed,
            "description": values.get("description") or "",
            "quantity": values["quantity"],
            "price": values.get("price") or 0,
            "cost": values.get("cost") or 0,
            "billing": values.get("billing") or "BILLABLE",
            "taxable": bool(values.get("taxable")),
        }
        self._tenant.ticket_products[number] = record
        return record

    def _organization(self, ticket: int) -> int:
        number = ticket - FIRST_TICKET
        if self._tenant.organization(number) is None:
            raise errors.not_found("ticket", ticket)
        return number

    def _need_agreement(self, ticket: int) -> None:
        organization = self._organization(ticket)
        if not any(
            (one.get("client") or {}).get("id") == organization and one.get("status") == "ACTIVE"
            for one in self._tenant.agreements.values()
        ):
            raise billing(400, "agreement_is_required", "The organization has no active agreement")
