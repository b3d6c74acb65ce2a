"""Invoices that try a program: each is in every size.

Most are approved and made after the connection, so that each would be sent but for its own oddity;
where nothing hinders it, it has to arrive with the right total.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from desktop_app.simulator.data.billing import MANUAL, TICKET, Draft, Line
from desktop_app.simulator.data.calendar import REFERENCE
from desktop_app.simulator.data.invoices import minute
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.data.tenant import Tenant

CLOSED_PERIOD_DAY = date(2025, 12, 15)
LONG_NUMBER = "NB-2026-11-0000001042-US"  # 24 characters; QuickBooks takes 21


def awkward_ones(tenant: Tenant) -> list[Draft]:
    """All of them."""
    made = [*_lines_and_totals(tenant), *_headers(tenant), *_mappings(tenant)]
    for position, draft in enumerate(made):
        draft.created = tenant.calendar.after_activation(minute(position, len(made)) + 3)
    return made + _earlier(tenant)


def _draft(
    tenant: Tenant, organization: str, lines: list[Line], part: str = "Managed Care"
) -> Draft:
    contract = tenant.contract(organization, part)
    return Draft(contract.organization, contract.record, REFERENCE, lines)


def _of(tenant: Tenant, record: Json, lines: list[Line]) -> Draft:
    return Draft(record, None, REFERENCE, lines)


def _lines_and_totals(tenant: Tenant) -> list[Draft]:
    product = tenant.by_name
    workstation = product["Managed Workstation"]
    laptop = product["Business Laptop"]
    support = product["Remote support hour"]
    license_ = product["Microsoft 365 Business Premium"]

    zero_lines = _draft(tenant, "Kowalczyk Orchards", [])
    zero_total = _draft(tenant, "Café Lumière", [support.line(2, price=Decimal("0.00"))])
    zero_line = _draft(
        tenant,
        "Tall Pines Veterinary",
        [workstation.line(12), product["Onboarding Fee"].line(1, price=Decimal("0.00"))],
    )
    negative_line = _draft(
        tenant,
        "Ellery Marina",
        [
            workstation.line(9),
            workstation.line(-2, MANUAL, description="Credit for two retired workstations"),
        ],
    )
    negative_total = _draft(
        tenant,
        "Nora's Cat Retreat",
        [support.line(1), laptop.line(-1, MANUAL, description="Returned laptop")],
    )
    fraction = _draft(
        tenant,
        "Travis Walden, CPA",
        [
            support.line("0.25", description="#4471 printer queue"),
            product["Backup per GB"].line(1337),
        ],
    )
    line_discount = _draft(
        tenant,
        "Halloran Sporting Goods",
        [license_.line(14, discount=Decimal("15.40")), workstation.line(14)],
    )
    invoice_discount = _draft(
        tenant, "Jefferson & Daughters Roofing", [workstation.line(22), license_.line(22)]
    )
    invoice_discount.discount = Decimal("50.00")
    cent_off = _draft(
        tenant, "Harbour & Vale Solicitors", [license_.line(17), workstation.line(17)]
    )
    cent_off.off = Decimal("0.01")
    untaxed = _draft(tenant, "O'Malley's Fish Market", [license_.line(5)])
    untaxed.tax_rate = Decimal(0)
    no_rate = _draft(tenant, "Sunny Slope Nursery School", [license_.line(8), support.line("1.5")])
    no_rate.tax_rate = None
    no_rate.note = "Tax exempt"
    many = _draft(
        tenant,
        "Birchwood Dental Group",
        [
            support.line(
                Decimal(1 + number % 8) / 4, description=f"#{5000 + number} work on site {number}"
            )
            for number in range(200)
        ],
    )
    return [
        zero_lines,
        zero_total,
        zero_line,
        negative_line,
        negative_total,
        fraction,
        line_discount,
        invoice_discount,
        cent_off,
        untaxed,
        no_rate,
        many,
    ]


def _headers(tenant: Tenant) -> list[Draft]:
    workstation = tenant.by_name["Managed Workstation"]

    def plain(organization: str, quantity: int, part: str = "Managed Care") -> Draft:
        return _draft(tenant, organization, [workstation.line(quantity)], part)

    pending = plain("Dusty's Motor Repair", 6)
    pending.status = "PENDING"
    failed = plain("Dusty's Motor Repair", 7)
    failed.status = "FAILED"
    archived = plain("Dusty's Motor Repair", 8)
    archived.status = "ARCHIVED"
    complete = plain("Dusty's Motor Repair", 9)
    complete.status = "COMPLETE"
    euro = plain("Café Lumière", 10)
    euro.currency = "EUR"
    unnumbered = plain("Cooper's Print Room", 11)
    unnumbered.number = ""
    long_number = plain("Cooper's Print Room", 12)
    long_number.number = LONG_NUMBER
    no_due_date = plain("Nora's Cat Retreat", 13)
    no_due_date.due_days = None
    closed = plain("Halloran Sporting Goods", 14)
    closed.invoice_date = CLOSED_PERIOD_DAY
    closed.note = "Forgotten in December"
    no_agreement = _of(
        tenant, tenant.organization("Travis Walden, CPA"), [workstation.line(15, MANUAL)]
    )
    return [
        pending,
        failed,
        archived,
        complete,
        euro,
        unnumbered,
        long_number,
        no_due_date,
        closed,
        no_agreement,
        plain("Kowalczyk Orchards", 16, "Hosting (billed elsewhere)"),
        plain("Café Lumière", 17, "Backup"),
        plain("Tall Pines Veterinary", 18, "Legacy plan"),
        plain("Cooper's Print Room", 19, "Trial"),
    ]


def _mappings(tenant: Tenant) -> list[Draft]:
    product = tenant.by_name
    workstation = product["Managed Workstation"]
    unmatched = _draft(
        tenant,
        "Ellery Marina",
        [workstation.line(4), product["Wireless Access Point"].line(3, MANUAL)],
    )
    replacement = Line(
        "Replacement SSD",
        Decimal(1),
        Decimal("129.00"),
        None,
        tenant.account("Hardware"),
        True,
        TICKET,
        Decimal("9.00"),
        "Reception PC",
    )
    adhoc = _draft(tenant, "Birchwood Dental Group", [workstation.line(5), replacement])
    gone = _draft(
        tenant, "O'Malley's Fish Market", [workstation.line(6), tenant.deleted_product().line(1)]
    )
    no_account = _draft(
        tenant, "Harbour & Vale Solicitors", [product["Legacy Co-lo Rack"].line(1, MANUAL)]
    )
    curly = _draft(
        tenant,
        "“The Loft” Yoga 🧘 Studio",
        [workstation.line(7, description="“Studio B” – new Mac’s set-up ✅")],
    )
    accents = _draft(tenant, "Peña Landscape Design", [workstation.line(8)])
    vendor_only = _draft(tenant, "Hollis Copy & Print", [workstation.line(9)])
    inactive = _draft(tenant, "Old Mill Brewing", [workstation.line(3)])
    twin = _of(tenant, tenant.organization("Northside Dental"), [workstation.line(2, MANUAL)])
    inactive_product = _draft(
        tenant, "Nora's Cat Retreat", [product["Windows 7 Extended Support"].line(2)]
    )
    return [
        unmatched,
        adhoc,
        gone,
        no_account,
        curly,
        accents,
        vendor_only,
        inactive,
        twin,
        inactive_product,
    ]


def _earlier(tenant: Tenant) -> list[Draft]:
    """Approved, faultless, and made too early ever to be sent; and one of a client that left."""
    workstation = tenant.by_name["Managed Workstation"]
    yesterday = _draft(tenant, "Kowalczyk Orchards", [workstation.line(10)])
    yesterday.created = tenant.calendar.after_activation(-24 * 60)
    minutes_before = _draft(tenant, "Halloran Sporting Goods", [workstation.line(11)])
    minutes_before.created = tenant.calendar.after_activation(-20)
    left = _of(tenant, tenant.archived[0], [workstation.line(12, MANUAL)])
    left.created = REFERENCE - timedelta(days=41)
    return [yesterday, minutes_before, left]
