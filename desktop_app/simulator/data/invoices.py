"""The tenant's ordinary invoices: fourteen months of history, and those ready to be sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from desktop_app.simulator.data.billing import MANUAL, TAX_RATE, TICKET, Draft, Line
from desktop_app.simulator.data.calendar import month_start
from desktop_app.simulator.data.tenant import Contract, Sold, Tenant

MONTHS_BACK = 14
# Approved invoices appear from half an hour after the connection on, over half a day.
FIRST_MINUTE, LAST_MINUTE = 30, 690
_TICKETS = ("printer queue", "new starter", "VPN drop-outs", "mail rules", "slow laptop",
            "door controller", "scanner to mail", "password reset")  # fmt: skip


def minute(position: int, count: int) -> int:
    """When the *position*-th of *count* invoices appears, in minutes after the connection."""
    return FIRST_MINUTE + position * (LAST_MINUTE - FIRST_MINUTE) // max(1, count)


def history(tenant: Tenant, count: int, random: Random) -> list[Draft]:
    """*count* invoices made by the monthly billing runs before the connection."""
    drafts = []
    hours = [sold for sold in tenant.sold if sold.product.source == "TIME_ENTRY"]
    for position in range(count):
        months_ago = MONTHS_BACK - 1 - position * MONTHS_BACK // count
        first = month_start(months_ago)
        run = datetime(first.year, first.month, first.day, 3, tzinfo=UTC)
        contract = random.choice(tenant.contracts)
        drafts.append(
            Draft(
                contract.organization,
                contract.record,
                run + timedelta(seconds=position % 7200),
                _lines(contract, random, hours, first_month=tenant.calendar.month_name(first)),
                status=_status(months_ago, random),
                due_days=random.choice((15, 30, 30, 30)),
                tax_rate=TAX_RATE if random.random() < 0.85 else Decimal(0),
            )
        )
    return drafts


def ready(tenant: Tenant, count: int, random: Random) -> list[Draft]:
    """*count* approved invoices that can be sent as soon as equal names are mapped.

    Customer, items, agreement, currency, dates and totals give no cause to hold them.
    """
    contracts = tenant.ready_contracts()
    hours = [sold for sold in tenant.sold if sold.matched and sold.product.source == "TIME_ENTRY"]
    drafts = []
    for position in range(count):
        contract = contracts[position % len(contracts)]
        created = tenant.calendar.after_activation(minute(position, count))
        drafts.append(
            Draft(
                contract.organization,
                contract.record,
                created,
                _lines(
                    contract, random, hours, first_month=tenant.calendar.month_name(created.date())
                ),
                due_days=random.choice((15, 30, 30, 30)),
                tax_rate=TAX_RATE if position % 6 else Decimal(0),
            )
        )
    return drafts


def _lines(
    contract: Contract, random: Random, hours: list[Sold], *, first_month: str
) -> list[Line]:
    lines = [
        sold.line(max(1, quantity + random.randrange(-1, 3)), description=first_month)
        for sold, quantity in contract.lines
    ]
    share = random.random()
    if share < 0.35:
        ticket = f"#{random.randrange(3000, 9000)} {random.choice(_TICKETS)}"
        quantity = Decimal(random.randrange(1, 24)) / 4
        lines.append(random.choice(hours).line(quantity, description=ticket))
    elif share < 0.5:
        sold = contract.lines[0][0]
        group = TICKET if share < 0.42 else MANUAL
        lines.append(sold.line(1, group, description="Added by hand"))
    return lines


def _status(months_ago: int, random: Random) -> str:
    if months_ago >= 2:
        weights = (86, 8, 3, 3, 0)
    elif months_ago == 1:
        weights = (55, 5, 5, 30, 5)
    else:
        weights = (10, 2, 6, 52, 30)
    return random.choices(
        ("COMPLETE", "ARCHIVED", "FAILED", "APPROVED", "PENDING"), weights=weights
    )[0]
