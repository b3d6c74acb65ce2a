"""NinjaOne invoices: what is planned of one, and the detail answer with its arithmetic.

Arithmetic (NinjaOne sheet 4.5): line subTotal = quantity x price to the cent, less the line's
discount; invoice subTotal = sum of the lines; totalTax = rate x taxable lines, before the invoice
discount; total = subTotal - discount + totalTax.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from desktop_app.simulator.data.amounts import ZERO, cents, extended
from desktop_app.simulator.data.calendar import Calendar, month_end
from desktop_app.simulator.data.people import mailbox
from desktop_app.simulator.data.seed import Json

TAX_RATE = Decimal("0.0825")
MANUAL, AGREEMENT, TICKET = "products", "agreementProducts", "ticketProducts"


@dataclass(slots=True)
class Line:
    """A planned line. account: {id, name, code}, None where the line has none."""

    name: str
    quantity: Decimal
    price: Decimal
    product_id: int | None
    account: Json | None
    taxable: bool
    group: str = AGREEMENT
    discount: Decimal = ZERO
    description: str = ""


@dataclass(slots=True)
class Draft:
    """A planned invoice.

    number: None for the next one of the tenant, "" for none. due_days: None for no due date.
    tax_rate: None for an invoice that states no rate. off: how far the total is wrong.
    """

    organization: Json
    agreement: Json | None
    created: datetime
    lines: list[Line]
    status: str = "APPROVED"
    invoice_date: date | None = None
    due_days: int | None = 30
    number: str | None = None
    tax_rate: Decimal | None = TAX_RATE
    discount: Decimal = ZERO
    currency: str = "USD"
    off: Decimal = ZERO
    note: str = ""
    updated: datetime | None = field(default=None)


class Register:
    """Gives drafts their ids and numbers in the order of creation and renders them."""

    def __init__(self, calendar: Calendar, addresses: dict[int, str]) -> None:
        """addresses: organization id to the bill-to address."""
        self._calendar = calendar
        self._addresses = addresses
        self._next_line = 90_001

    def render(self, drafts: list[Draft]) -> list[Json]:
        """Detail answers, oldest first."""
        ordered = sorted(drafts, key=lambda draft: draft.created)
        return [
            self._invoice(draft, 5001 + position, f"NB-{1001 + position}")
            for position, draft in enumerate(ordered)
        ]

    def _invoice(self, draft: Draft, invoice_id: int, number: str) -> Json:
        calendar = self._calendar
        organization = draft.organization
        day = draft.invoice_date or draft.created.date()
        start, end = day.replace(day=1), month_end(day)
        period = {
            "billingPeriodStartDate": calendar.day(start),
            "billingPeriodEndDate": calendar.day(end),
        }
        groups: dict[str, list[Json]] = {MANUAL: [], AGREEMENT: [], TICKET: []}
        sub_total = taxable = ZERO
        for line in draft.lines:
            gross = extended(line.quantity, line.price)
            net = gross - line.discount
            sub_total += net
            if line.taxable:
                taxable += net
            groups[line.group].append(self._line(line, gross, net, period))
        record: Json = {
            "id": invoice_id,
            "invoiceNumber": number if draft.number is None else draft.number,
            "status": draft.status,
            "invoiceDate": calendar.day(day),
        }
        if draft.due_days is not None:
            record["dueDate"] = calendar.day(day + timedelta(days=draft.due_days))
        record |= period
        if draft.agreement is not None:
            record["interval"] = draft.agreement["interval"]
        record["currency"] = draft.currency
        record["client"] = {"id": organization["id"], "name": organization["name"]}
        if draft.agreement is not None:
            record["agreement"] = {
                "id": draft.agreement["id"],
                "name": draft.agreement["name"],
            }
        record["billContent"] = self._bill_content(organization)
        record |= groups
        tax = cents(taxable * draft.tax_rate) if draft.tax_rate is not None else ZERO
        record["subTotal"] = sub_total
        record["discount"] = draft.discount
        if draft.tax_rate is not None:
            record["taxRate"] = draft.tax_rate
        record["totalTax"] = tax
        record["total"] = sub_total - draft.discount + tax + draft.off
        record["invoiceNote"] = draft.note
        record["createTime"] = calendar.epoch(draft.created)
        record["updateTime"] = calendar.epoch(draft.updated or draft.created)
        return record

    def _line(self, line: Line, gross: Decimal, net: Decimal, period: Json) -> Json:
        line_id = self._next_line
        self._next_line += 1
        return {
            "id": line_id,
            "productId": line.product_id,
            "name": line.name,
            "description": line.description,
            "quantity": line.quantity,
            "price": line.price,
            "discount": line.discount,
            "subTotal": gross,
            "subTotalWithDiscount": net,
            "taxable": line.taxable,
            "account": None if line.account is None else dict(line.account),
            **period,
        }

    def _bill_content(self, organization: Json) -> Json:
        return {
            "issuerName": "Tidewater IT Services",
            "issuerAddress": "9 Quay Road, Tacoma, WA 98402",
            "issuerPhone": "(555) 010-0100",
            "issuerWebPage": "https://tidewater.example",
            "billName": organization["name"],
            "billAddress": self._addresses.get(organization["id"], ""),
            "billEmail": mailbox(organization["name"]),
            "billPhone": "(555) 010-0133",
        }
