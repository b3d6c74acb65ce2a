"""Small worlds for the tests of the rules: one of each, and room for changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import BooksDocument
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    Company,
    How,
    Invoice,
    InvoiceLine,
    LineGroup,
    Mapping,
    Push,
    PushState,
    Source,
    Target,
    TaxChoice,
    TaxCode,
    Term,
    Workspace,
)
from desktop_app.domain.review import target_label

ACTIVATED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
US = Company(
    realm_id="9341",
    name="Tidewater IT",
    country="US",
    home_currency="USD",
    using_sales_tax=True,
    tax_group_code_id="3",
    book_close_date=date(2025, 12, 31),
    allow_discount=True,
    discount_account_id="86",
)
TAX_CODES = (
    TaxCode("TAX", "TAX", taxable=True),
    TaxCode("NON", "NON"),
    TaxCode("3", "County", taxable=True, group=True, rate=Decimal("8.25")),
    TaxCode("5", "City", taxable=True, group=True, rate=Decimal(10)),
)
GB_CODES = (
    TaxCode("20", "20.0% S", taxable=True, rate=Decimal(20)),
    TaxCode("10", "0.0% Z", taxable=True, rate=Decimal(0)),
)
ACME = Source(Kind.CUSTOMERS, "11", "Acme Dental")
WORKSTATION = Source(Kind.ITEMS, "201", "Managed workstation", account_id="5")
DOCK = Source(Kind.ITEMS, "202", "Laptop dock", account_id="1")
DEVICES = Source(Kind.ACCOUNTS, "5", "Managed Devices", code="4300")
HARDWARE = Source(Kind.ACCOUNTS, "1", "Hardware", code="4100")
CUSTOMER = Target(Kind.CUSTOMERS, "58", "Acme Dental", "Acme Dental", currency="USD")
ITEM = Target(
    Kind.ITEMS, "19", "Managed workstation", "Recurring:Managed workstation", type="Service",
    income_account_id="79",
)  # fmt: skip
CARRIER = Target(
    Kind.ITEMS, "40", "NinjaOne - Hardware Sales", "NinjaOne - Hardware Sales", type="Service",
    income_account_id="80",
)  # fmt: skip
ACCOUNT = Target(Kind.ACCOUNTS, "80", "Hardware Sales", "Hardware Sales", type="Income")
WORKSPACE = Workspace(1, "Main", realm_id="9341", company_name="Tidewater IT",
                      activated_at=ACTIVATED, quickbooks_connected=True)  # fmt: skip


def link(source: Source, target: Target, label: str | None = None) -> Mapping:
    return Mapping(
        source.kind, source.id, target.id, label or target_label(target), How.BY_HAND, "ann",
        ACTIVATED,
    )  # fmt: skip


def line(**changes: Any) -> InvoiceLine:
    """38 workstations at 42.50, taxed."""
    values: dict[str, Any] = {
        "group": LineGroup.AGREEMENT,
        "name": "Managed workstation",
        "quantity": Decimal(38),
        "price": Decimal("42.5"),
        "amount": Decimal(1615),
        "product_id": "201",
        "account_id": "5",
        "taxable": True,
    }
    return InvoiceLine(**(values | changes))


def invoice(*lines: InvoiceLine, **changes: Any) -> Invoice:
    """Approved after the activation; totals that add up for *lines*, 8.25 % on the taxed ones."""
    all_lines = lines or (line(),)
    net = sum((x.amount for x in all_lines), Decimal(0))
    taxed = sum((x.amount for x in all_lines if x.taxable), Decimal(0))
    tax = (taxed * Decimal("0.0825")).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    values: dict[str, Any] = {
        "id": "5012",
        "number": "NB-1042",
        "status": "APPROVED",
        "organization_id": "11",
        "organization_name": "Acme Dental",
        "invoice_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "currency": "USD",
        "agreement_id": "71",
        "bill_email": "ap@acme.example",
        "sub_total": net,
        "tax_rate": Decimal("0.0825"),
        "total_tax": tax,
        "total": net + tax,
        "created_at": ACTIVATED,
        "lines": all_lines,
    }
    return Invoice(**(values | changes))


def facts(*invoices: Invoice, **changes: Any) -> Facts:
    values: dict[str, Any] = {
        "workspace": WORKSPACE,
        "company": US,
        "sources": by_kind(ACME, WORKSTATION, DOCK, DEVICES, HARDWARE),
        "targets": by_kind(CUSTOMER, ITEM, ACCOUNT),
        "mappings": links(link(ACME, CUSTOMER), link(WORKSTATION, ITEM)),
        "agreements": {"71": Agreement("71", "Managed Care", "11", accounting_action="SYNC")},
        "terms": (Term("3", "Net 30", 30), Term("4", "Net 60", 60)),
        "tax_codes": TAX_CODES,
        "invoices": invoices,
    }
    return Facts(**(values | changes))


def by_kind(*records: Any) -> dict[Kind, dict[str, Any]]:
    return {kind: {r.id: r for r in records if r.kind is kind} for kind in Kind}


def links(*mappings: Mapping) -> dict[Kind, dict[str, Mapping]]:
    return {kind: {m.source_id: m for m in mappings if m.kind is kind} for kind in Kind}


def with_company(world: Facts, **changes: Any) -> Facts:
    assert world.company is not None
    return replace(world, company=replace(world.company, **changes))


def with_tax_choice(world: Facts, choice: TaxChoice) -> Facts:
    return replace(world, workspace=replace(world.workspace, tax_choice=choice))


def choosing(world: Facts, **choices: Any) -> Facts:
    handling = world.handling
    return replace(world, handling=replace(handling, choices=replace(handling.choices, **choices)))


def books_document(**changes: Any) -> BooksDocument:
    """One of somebody else's, in QuickBooks."""
    values: dict[str, Any] = {
        "entity": "Invoice", "id": "901", "number": "QB-1", "day": date(2026, 11, 3),
        "customer_id": "58", "customer_name": "Acme Dental", "currency": "USD",
        "total": Decimal(100), "tax": Decimal(0),
    }  # fmt: skip
    return BooksDocument(**(values | changes))


def push_of(an_invoice: Invoice, state: PushState) -> Push:
    return Push(an_invoice.id, "9341", state, "r1", "{}", an_invoice.total, an_invoice.total_tax,
                ACTIVATED)  # fmt: skip
