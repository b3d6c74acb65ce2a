"""Invoice lines and totals: the arithmetic of the fact sheet's 4.5."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.ninjaone import errors
from desktop_app.simulator.ninjaone.catalogue import REFERENCE, account_reference, referenced
from desktop_app.simulator.ninjaone.schema import Field
from desktop_app.simulator.ninjaone.tenant import Tenant

LISTS = ("products", "agreementProducts", "ticketProducts")

LINE = {
    "id": Field("int"),
    "productId": Field("int"),
    "name": Field("text", required=True, longest=255),
    "description": Field("text", longest=4000),
    "quantity": Field("number", required=True),
    "price": Field("number", required=True),
    "discount": Field("number"),
    "subTotal": Field("number"),
    "subTotalWithDiscount": Field("number"),
    "taxable": Field("bool"),
    "account": Field("object", item=REFERENCE),
    "accountId": Field("int"),
    "billingPeriodStartDate": Field("date"),
    "billingPeriodEndDate": Field("date"),
}

_CENT = Decimal("0.01")


def cents(value: Any) -> Decimal:
    return Decimal(value).quantize(_CENT, ROUND_HALF_UP)


def build_line(tenant: Tenant, row: Json, number: int) -> Json:
    """A whole line from a checked one. number: its id when it has none yet.

    Raises:
        ApiError: 400, unknown account. A product may have been deleted since; its id stays.
    """
    product = tenant.products.get(row.get("productId") or 0)
    account = account_reference(tenant, referenced(row, "account", "accountId"))
    if account is None and product is not None:
        account = product.get("account")
    sub_total = cents(Decimal(row["quantity"]) * Decimal(row["price"]))
    discount = Decimal(row.get("discount") or 0)
    line = {
        "id": row.get("id") or number,
        "productId": row.get("productId"),
        "name": row["name"],
        "description": row.get("description") or "",
        "quantity": row["quantity"],
        "price": row["price"],
        "discount": discount,
        "subTotal": sub_total,
        "subTotalWithDiscount": sub_total - discount,
        "taxable": bool(row.get("taxable")),
        "account": account,
    }
    for name in ("billingPeriodStartDate", "billingPeriodEndDate"):
        if row.get(name) is not None:
            line[name] = row[name]
    return line


def total(invoice: Json) -> None:
    """Write the amounts of the whole invoice from its lines, discount and rate."""
    lines = [line for name in LISTS for line in invoice.get(name) or []]
    rate = Decimal(invoice.get("taxRate") or 0)
    if not 0 <= rate < 1:
        raise errors.invalid_body("taxRate must be a fraction, such as 0.0825")
    discount = Decimal(invoice.get("discount") or 0)
    sub_total = sum((line["subTotalWithDiscount"] for line in lines), Decimal(0))
    taxable = sum((one["subTotalWithDiscount"] for one in lines if one["taxable"]), Decimal(0))
    tax = cents(taxable * rate)
    invoice |= {
        "subTotal": sub_total,
        "discount": discount,
        "totalTax": tax,
        "total": sub_total - discount + tax,
    }
