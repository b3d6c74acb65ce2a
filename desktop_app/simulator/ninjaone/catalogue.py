"""Account codes, products and agreements (fact sheet, 4.2 to 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.ninjaone import errors
from desktop_app.simulator.ninjaone.errors import billing
from desktop_app.simulator.ninjaone.schema import Field, check, int_parameter
from desktop_app.simulator.ninjaone.tenant import Tenant

QUANTITY_TYPES = (
    "MANUAL",
    "DEVICE_COUNT",
    "END_USER_COUNT",
    "BACKUP_STORAGE",
    "TIME_ENTRY",
    "SOFTWARE_LICENSE",
)
INTERVALS = ("WEEKLY", "MONTHLY", "QUARTERLY", "ANNUALLY")
ACCOUNTING_ACTIONS = ("SYNC", "COMPLETE", "NONE")

#: A reference as the reads show it; only its id is looked at.
REFERENCE = {"id": Field("int", required=True), "name": Field("text"), "code": Field("text")}

_ACCOUNT = {
    "id": Field("int"),
    "code": Field("text", longest=50),
    "name": Field("text", required=True, longest=255),
    "description": Field("text"),
    "system": Field("bool"),
}
_PRODUCT = {
    "id": Field("int"),
    "name": Field("text", required=True, longest=255),
    "description": Field("text", longest=4000),
    "active": Field("bool"),
    "quantityType": Field("choice", required=True, choices=QUANTITY_TYPES),
    "account": Field("object", item=REFERENCE),
    "accountId": Field("int"),
    "price": Field("number"),
    "cost": Field("number"),
    "taxable": Field("bool"),
}
_AGREEMENT_PRODUCT = {
    "id": Field("int"),
    "productId": Field("int"),
    "name": Field("text", longest=255),
    "description": Field("text", longest=4000),
    "quantity": Field("number", required=True),
    "price": Field("number", required=True),
    "discount": Field("number"),
    "account": Field("object", item=REFERENCE),
    "accountId": Field("int"),
    "taxable": Field("bool"),
}
_AGREEMENT = {
    "id": Field("int"),
    "name": Field("text", required=True, longest=255),
    "client": Field("object", item=REFERENCE),
    "clientId": Field("int"),
    "status": Field("choice", choices=("ACTIVE", "INACTIVE")),
    "startDate": Field("date", required=True),
    "endDate": Field("date"),
    "interval": Field("choice", required=True, choices=INTERVALS),
    "automaticBilling": Field("bool"),
    "billingTiming": Field("choice", choices=("IN_ADVANCE", "IN_ARREARS")),
    "offset": Field("number"),
    "nextBillDate": Field("date"),
    "startBillDate": Field("date"),
    "autoApproveInvoices": Field("bool"),
    "accountingAction": Field("choice", choices=ACCOUNTING_ACTIONS),
    "products": Field("list", item=_AGREEMENT_PRODUCT),
}


def referenced(body: Json, name: str, id_name: str) -> int | None:
    """The id under ``name``.id or ``id_name``.

    Raises:
        ApiError: 400 when both are there and differ.
    """
    nested = (body.get(name) or {}).get("id")
    flat = body.get(id_name)
    if nested is not None and flat is not None and nested != flat:
        raise errors.invalid_body(f"{name}.id and {id_name} differ")
    found: int | None = nested if nested is not None else flat
    return found


def account_reference(tenant: Tenant, number: int | None) -> Json | None:
    """Account as shown inside other records. Raises ApiError (400) for an unknown id."""
    if number is None:
        return None
    found = tenant.accounts.get(number)
    if found is None:
        raise errors.invalid_body(f"Account {number} does not exist")
    return {"id": number, "name": found["name"], "code": found.get("code")}


def client_reference(tenant: Tenant, body: Json) -> Json:
    """Organization as shown inside other records. Raises ApiError (400)."""
    number = referenced(body, "client", "clientId")
    if number is None:
        raise errors.invalid_body("client is required")
    found = tenant.organization(number)
    if found is None:
        raise errors.invalid_body(f"Organization {number} does not exist")
    return {"id": number, "name": found["name"]}


class Accounts:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def listed(self) -> list[Json]:
        return [*self._tenant.accounts.values()]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.accounts.get(number)
        if found is None:
            raise errors.not_found("account", number)
        return found

    def create(self, body: Any) -> Json:
        check(body, _ACCOUNT)
        number = self._tenant.next_id(self._tenant.accounts)
        record = {
            "id": number,
            "code": body.get("code") or "",
            "name": body["name"],
            "description": body.get("description"),
            "system": False,
        }
        self._tenant.accounts[number] = record
        return record

    def update(self, number: int, body: Any) -> Json:
        record = self._editable(number)
        check(body, _ACCOUNT)
        record |= {
            "code": body.get("code") or "",
            "name": body["name"],
            "description": body.get("description"),
        }
        return record

    def delete(self, number: int) -> None:
        self._editable(number)
        if any(
            (product.get("account") or {}).get("id") == number
            for product in self._tenant.products.values()
        ):
            raise billing(400, "account_in_use", f"Account {number} is used by a product")
        del self._tenant.accounts[number]

    def _editable(self, number: int) -> Json:
        record = self.detail(number)
        if record.get("system"):
            raise billing(
                400, "default_account_not_editable", "Default accounts cannot be edited or deleted"
            )
        return record


class Products:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def listed(self) -> list[Json]:
        return [*self._tenant.products.values()]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.products.get(number)
        if found is None:
            raise errors.not_found("product", number)
        return found

    def create(self, body: Any) -> Json:
        values = self._values(body)
        number = self._tenant.next_id(self._tenant.products)
        record = {"id": number, "active": body.get("active") is not False, **values}
        self._tenant.products[number] = record
        return record

    def update(self, number: int, body: Any) -> Json:
        record = self.detail(number)
        record |= self._values(body)
        return record

    def switch(self, number: int, *, active: bool) -> None:
        self.detail(number)["active"] = active

    def _values(self, body: Any) -> Json:
        check(body, _PRODUCT)
        account = account_reference(self._tenant, referenced(body, "account", "accountId"))
        if account is None:
            raise errors.invalid_body("account is required")
        return {
            "name": body["name"],
            "description": body.get("description") or "",
            "quantityType": body["quantityType"],
            "account": account,
            "price": body.get("price") or 0,
            "cost": body.get("cost") or 0,
            "taxable": bool(body.get("taxable")),
        }


class Agreements:
    def __init__(self, clock: SimClock, tenant: Tenant) -> None:
        self._clock = clock
        self._tenant = tenant

    def listed(self, args: Mapping[str, str]) -> list[Json]:
        """Without products. clientId narrows down (assumed, U5)."""
        client = int_parameter(args, "clientId", 1)
        return [
            {key: value for key, value in one.items() if key != "products"}
            for one in self._tenant.agreements.values()
            if client is None or (one.get("client") or {}).get("id") == client
        ]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.agreements.get(number)
        if found is None:
            raise errors.not_found("agreement", number)
        return found

    def create(self, body: Any) -> Json:
        values = self._values(body)
        number = self._tenant.next_id(self._tenant.agreements)
        record = {"id": number, "status": "ACTIVE", **values}
        self._tenant.agreements[number] = record
        return record

    def update(self, number: int, body: Any) -> Json:
        """The whole agreement; its status does not change here."""
        record = self.detail(number)
        record |= self._values(body)
        return record

    def deactivate(self, number: int) -> None:
        record = self.detail(number)
        if record.get("status") == "INACTIVE":
            raise billing(400, "agreement_invalid_status", f"Agreement {number} is not active")
        record["status"] = "INACTIVE"

    def _values(self, body: Any) -> Json:
        check(body, _AGREEMENT)
        start, end = body["startDate"], body.get("endDate")
        if end is not None and end < start:
            raise errors.invalid_body("endDate is before startDate")
        return {
            "name": body["name"],
            "client": client_reference(self._tenant, body),
            "startDate": start,
            "endDate": end,
            "interval": body["interval"],
            "automaticBilling": bool(body.get("automaticBilling")),
            "billingTiming": body.get("billingTiming") or "IN_ADVANCE",
            "offset": body.get("offset") or 0,
            "nextBillDate": body.get("nextBillDate"),
            "startBillDate": body.get("startBillDate") or start,
            "autoApproveInvoices": bool(body.get("autoApproveInvoices")),
            "accountingAction": body.get("accountingAction") or "NONE",
            "products": self._products(body.get("products") or []),
        }

    def _products(self, rows: list[Json]) -> list[Json]:
        taken = [
            one["id"]
            for agreement in self._tenant.agreements.values()
            for one in agreement.get("products") or []
        ]
        fresh = max(taken, default=900) + 1
        kept = []
        for row in rows:
            product = None
            if row.get("productId") is not None:
                product = self._tenant.products.get(row["productId"])
                if product is None:
                    raise errors.invalid_body(f"Product {row['productId']} does not exist")
            number = row.get("id")
            if number is None:
                number, fresh = fresh, fresh + 1
            account = account_reference(self._tenant, referenced(row, "account", "accountId"))
            if account is None and product is not None:
                account = product.get("account")
            kept.append(
                {
                    "id": number,
                    "productId": row.get("productId"),
                    "name": row.get("name") or (product["name"] if product else ""),
                    "description": row.get("description") or "",
                    "quantity": row["quantity"],
                    "price": row["price"],
                    "discount": row.get("discount") or Decimal(0),
                    "account": account,
                }
            )
        return kept
