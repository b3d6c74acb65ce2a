"""Invoices: reading, changing, and the life cycle of the fact sheet's 4.6."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.ninjaone import errors, lines
from desktop_app.simulator.ninjaone.catalogue import (
    INTERVALS,
    REFERENCE,
    client_reference,
    referenced,
)
from desktop_app.simulator.ninjaone.errors import billing
from desktop_app.simulator.ninjaone.schema import Field, check, date_parameter, int_parameter
from desktop_app.simulator.ninjaone.tenant import Tenant

STATUSES = ("PENDING", "APPROVED", "COMPLETE", "FAILED", "ARCHIVED")

_BILL_CONTENT = {
    name: Field("text", longest=4000)
    for name in (
        "issuerName",
        "issuerAddress",
        "issuerPhone",
        "issuerWebPage",
        "billName",
        "billAddress",
        "billEmail",
        "billPhone",
    )
}
_INVOICE = {
    "invoiceNumber": Field("text", longest=50),
    "invoiceDate": Field("date", required=True),
    "dueDate": Field("date"),
    "billingPeriodStartDate": Field("date"),
    "billingPeriodEndDate": Field("date"),
    "interval": Field("choice", choices=INTERVALS),
    "currency": Field("text", longest=3),
    "client": Field("object", item=REFERENCE),
    "clientId": Field("int"),
    "agreement": Field("object", item=REFERENCE),
    "agreementId": Field("int"),
    "billContent": Field("object", item=_BILL_CONTENT),
    "products": Field("list", item=lines.LINE),
    "agreementProducts": Field("list", item=lines.LINE),
    "ticketProducts": Field("list", item=lines.LINE),
    "discount": Field("number"),
    "taxRate": Field("number"),
    "invoiceNote": Field("text", longest=4000),
    # Only read; taken and not looked at, so that an invoice can go back as it came.
    "id": Field("int"),
    "status": Field("text"),
    "subTotal": Field("number"),
    "totalTax": Field("number"),
    "total": Field("number"),
    "createTime": Field("number"),
    "updateTime": Field("number"),
}
_IDS = {"invoiceIds": Field("list", required=True)}
_NOTE = {"note": Field("text", longest=4000)}
_PERIOD = ("billingPeriodStartDate", "billingPeriodEndDate")


class Invoices:
    def __init__(self, clock: SimClock, tenant: Tenant) -> None:
        self._clock = clock
        self._tenant = tenant

    # Reading

    def listed(self, args: Mapping[str, str]) -> list[Json]:
        """Header fields only. The period filter means overlap with the billing period (U4)."""
        first = date_parameter(args, "periodFrom")
        last = date_parameter(args, "periodTo")
        client = int_parameter(args, "clientId", 1)
        return [
            {key: value for key, value in one.items() if key not in lines.LISTS}
            for one in self._tenant.invoices.values()
            if (client is None or (one.get("client") or {}).get("id") == client)
            and _overlaps(one, first, last)
        ]

    def detail(self, number: int) -> Json:
        """Raises ApiError (404)."""
        found = self._tenant.invoices.get(number)
        if found is None:
            raise errors.not_found("invoice", number)
        return found

    # Writing one

    def create(self, body: Any) -> Json:
        number = self._tenant.next_id(self._tenant.invoices)
        record = {"id": number, "status": "PENDING", **self._values(body)}
        lines.total(record)
        record["createTime"] = record["updateTime"] = self._now()
        self._tenant.invoices[number] = record
        return record

    def update(self, number: int, body: Any) -> Json:
        """The whole invoice, while it is neither complete nor archived."""
        record = self.detail(number)
        if record["status"] in {"COMPLETE", "ARCHIVED"}:
            raise self._wrong_status(record, "changed")
        values = self._values(body)
        moved = any(values.get(name) != record.get(name) for name in _PERIOD)
        if record["status"] != "PENDING" and moved:
            raise billing(
                400, "invoice_invalid_status", "The billing period is fixed once approved"
            )
        new = {**record, **values}
        lines.total(new)
        record |= {**new, "updateTime": self._now()}
        return record

    def note(self, number: int, body: Any) -> None:
        record = self.detail(number)
        if "note" not in check(body, _NOTE):
            raise errors.invalid_body("note is required")
        record["invoiceNote"] = body["note"] or ""
        record["updateTime"] = self._now()

    # Life cycle

    def approve(self, body: Any) -> None:
        self._move(body, {"PENDING"}, "APPROVED", "approved")

    def archive(self, body: Any) -> None:
        self._move(body, {"PENDING", "APPROVED", "FAILED"}, "ARCHIVED", "archived")

    def export(self, body: Any) -> None:
        self._move(body, {"APPROVED", "FAILED"}, "COMPLETE", "exported")

    def unarchive(self, body: Any) -> None:
        """Back to the status before archiving (assumed)."""
        self._move(body, {"ARCHIVED"}, None, "brought back")

    def set_status(self, number: int, status: str) -> Json:
        """What someone else does to an invoice meanwhile. Raises KeyError or ValueError."""
        if status not in STATUSES:
            raise ValueError(f"status must be one of {', '.join(STATUSES)}")
        record = self._tenant.invoices[number]
        if status == "ARCHIVED" and record["status"] != "ARCHIVED":
            self._tenant.before_archive[number] = record["status"]
        record["status"] = status
        record["updateTime"] = self._now()
        return record

    def _move(self, body: Any, allowed: set[str], status: str | None, word: str) -> None:
        """All or none. status None: what it was before it was archived."""
        records = [self.detail(number) for number in check(body, _IDS)["invoiceIds"]]
        for record in records:
            if record["status"] not in allowed:
                raise self._wrong_status(record, word)
        for record in records:
            number = record["id"]
            back = self._tenant.before_archive.pop(number, "PENDING")
            self.set_status(number, status or back)

    @staticmethod
    def _wrong_status(record: Json, word: str) -> errors.ApiError:
        return billing(
            400,
            "invoice_invalid_status",
            f"Invoice {record['id']} is {record['status']} and cannot be {word}",
        )

    # Billing an agreement, as the service does on its bill date

    def bill(self, agreement_id: int, *, approve: bool = False) -> Json:
        """A new invoice dated today from the agreement's products. Raises KeyError, ApiError."""
        agreement = self._tenant.agreements[agreement_id]
        today = self._clock.now().date()
        start = today.replace(day=1)
        end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        rows = []
        for row in agreement.get("products") or []:
            product = self._tenant.products.get(row.get("productId") or 0, {})
            rows.append(
                {
                    **{key: row[key] for key in lines.LINE if key in row and key != "id"},
                    "taxable": bool(row.get("taxable", product.get("taxable"))),
                    "billingPeriodStartDate": start.isoformat(),
                    "billingPeriodEndDate": end.isoformat(),
                }
            )
        record = self.create(
            {
                "invoiceNumber": self._next_number(),
                "invoiceDate": today.isoformat(),
                "dueDate": (today + timedelta(days=30)).isoformat(),
                "billingPeriodStartDate": start.isoformat(),
                "billingPeriodEndDate": end.isoformat(),
                "interval": agreement.get("interval"),
                "currency": "USD",
                "clientId": agreement["client"]["id"],
                "agreementId": agreement_id,
                "agreementProducts": rows,
            }
        )
        if approve or agreement.get("autoApproveInvoices"):
            self.set_status(record["id"], "APPROVED")
        return record

    def _next_number(self) -> str:
        """The next one of the tenant's numbering, whose prefix is NB-."""
        used = (str(one.get("invoiceNumber") or "") for one in self._tenant.invoices.values())
        digits = [text.removeprefix("NB-") for text in used if text.startswith("NB-")]
        return f"NB-{max((int(one) for one in digits if one.isdigit()), default=1000) + 1}"

    # Parts

    def _values(self, body: Any) -> Json:
        check(body, _INVOICE)
        start, end = (body.get(name) for name in _PERIOD)
        if start is not None and end is not None and end < start:
            raise errors.invalid_body("billingPeriodEndDate is before billingPeriodStartDate")
        values: Json = {
            "invoiceNumber": body.get("invoiceNumber") or "",
            "invoiceDate": body["invoiceDate"],
            "client": client_reference(self._tenant, body),
            "currency": body.get("currency") or "USD",
            "billContent": body.get("billContent") or {},
            "discount": body.get("discount") or Decimal(0),
            "invoiceNote": body.get("invoiceNote") or "",
        }
        for name in ("dueDate", *_PERIOD, "interval", "taxRate"):
            if body.get(name) is not None:
                values[name] = body[name]
        agreement = referenced(body, "agreement", "agreementId")
        if agreement is not None:
            found = self._tenant.agreements.get(agreement)
            if found is None:
                raise errors.not_found("agreement", agreement)
            values["agreement"] = {"id": agreement, "name": found["name"]}
        fresh = self._tenant.next_line_id()
        for name in lines.LISTS:
            rows = body.get(name) or []
            values[name] = [
                lines.build_line(self._tenant, row, fresh + index) for index, row in enumerate(rows)
            ]
            fresh += len(rows)
        return values

    def _now(self) -> Decimal:
        """Epoch seconds with a fraction, as the service writes instants."""
        return Decimal(f"{self._clock.timestamp():.3f}")

    def summary(self) -> dict[str, Any]:
        """Per status the count and the sum of totals, and the newest ids."""
        groups: dict[str, dict[str, Any]] = {}
        for one in self._tenant.invoices.values():
            group = groups.setdefault(one["status"], {"count": 0, "sum": Decimal(0)})
            group["count"] += 1
            group["sum"] += Decimal(one.get("total") or 0)
        return {
            "count": len(self._tenant.invoices),
            "by_status": groups,
            "last": list(self._tenant.invoices)[-5:],
        }


def _overlaps(invoice: Json, first: date | None, last: date | None) -> bool:
    """An invoice without a period counts by its own date."""
    if first is None and last is None:
        return True
    day = invoice.get("invoiceDate")
    start = invoice.get("billingPeriodStartDate") or day
    end = invoice.get("billingPeriodEndDate") or day
    if start is None or end is None:
        return False
    # yyyy-MM-dd compares as text.
    return (last is None or start <= last.isoformat()) and (
        first is None or end >= first.isoformat()
    )
