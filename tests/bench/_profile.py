"""A profile as months of use leave it, made through the program's own stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    CatalogueUpdate,
    Company,
    How,
    Invoice,
    InvoiceLine,
    LineGroup,
    MappingChange,
    Source,
    Target,
    TargetUpdate,
)
from desktop_app.paths import Paths
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.settings import SqlSettingsStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.bench._mapping_rows import mapping_rows

DAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
REALM = "9130000000000001"
PRODUCTS = 200


def make_profile(folder: Path, rows: int, invoices: int) -> None:
    """A connected workspace of *rows* organizations, six in ten of them mapped, with *invoices*
    approved invoices of three lines; the Customers tab was the last page shown."""
    paths = Paths.at(folder)
    paths.create()
    database = Database.open(paths.database)
    try:
        _fill(database, rows, invoices)
    finally:
        database.close()


def _fill(database: Database, rows: int, invoices: int) -> None:
    workspaces = SqlWorkspaceStore(database)
    workspace = workspaces.current()
    workspaces.save(
        replace(
            workspace,
            realm_id=REALM,
            company_name="Tidewater IT Services",
            country="US",
            activated_at=DAY - timedelta(days=90),
        )
    )
    made = mapping_rows(rows)
    targets = tuple(
        row.row.target or Target(Kind.CUSTOMERS, str(200_000 + n), f"Customer {n}", f"Customer {n}")
        for n, row in enumerate(made)
    )
    products = tuple(
        Source(Kind.ITEMS, str(n), f"Product {n}", account_id="1", price=Decimal("42.50"))
        for n in range(PRODUCTS)
    )
    items = tuple(
        Target(
            Kind.ITEMS,
            str(n),
            f"Product {n}",
            f"Product {n}",
            type="Service",
            income_account_id="79",
        )
        for n in range(PRODUCTS)
    )
    account = Target(Kind.ACCOUNTS, "79", "Services", "Services", type="Income")
    listed = {Kind.CUSTOMERS: targets, Kind.ITEMS: items, Kind.ACCOUNTS: (account,)}
    SqlCatalogueStore(database).apply(
        workspace.id,
        CatalogueUpdate(
            sources=(
                *(row.row.source for row in made),
                *products,
                Source(Kind.ACCOUNTS, "1", "Managed Devices", code="4300"),
            ),
            agreements=(Agreement("71", "Managed Care", accounting_action="SYNC"),),
            invoices=tuple(_invoice(n, made[n % rows].row.source) for n in range(invoices)),
            targets=tuple(TargetUpdate(kind, each, True) for kind, each in listed.items()),
            company=Company(REALM, "Tidewater IT Services", country="US"),
            terms=(),
            tax_codes=(),
            fetched_at=DAY,
            checkpoint=DAY,
        ),
    )
    links = [
        _link(Kind.CUSTOMERS, row.row.source, row.row.target) for row in made if row.row.target
    ]
    links += [_link(Kind.ITEMS, source, item) for source, item in zip(products, items, strict=True)]
    SqlMappingStore(database).apply(workspace.id, links, "someone", DAY)
    SqlSettingsStore(database).set("window.page", Kind.CUSTOMERS.value)


def _link(kind: Kind, source: Source, target: Target) -> MappingChange:
    return MappingChange(
        kind=kind,
        source_id=source.id,
        source_label=source.name,
        target_id=target.id,
        target_label=target.name,
        how=How.AUTO_MAP,
        evidence="identical name",
    )


def _invoice(number: int, organization: Source) -> Invoice:
    lines = tuple(
        InvoiceLine(
            group=LineGroup.AGREEMENT,
            name=f"Product {product}",
            quantity=Decimal(3),
            price=Decimal("42.50"),
            amount=Decimal("127.50"),
            id=f"{number}-{product}",
            product_id=str(product),
            account_id="1",
            taxable=False,
        )
        for product in (number % PRODUCTS, (number + 7) % PRODUCTS, (number + 31) % PRODUCTS)
    )
    return Invoice(
        id=str(5000 + number),
        number=f"NB-{number}",
        status="APPROVED",
        organization_id=organization.id,
        organization_name=organization.name,
        agreement_id="71",
        invoice_date=date(2026, 11, 1),
        sub_total=Decimal("382.50"),
        total=Decimal("382.50"),
        created_at=DAY,
        updated_at=DAY,
        lines=lines,
        raw="{}",
    )
