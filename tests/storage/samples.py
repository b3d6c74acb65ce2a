"""Records for the storage tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

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
    Push,
    PushState,
    Source,
    Target,
    TargetUpdate,
    TaxCode,
    Term,
)

NOW = datetime(2026, 7, 15, 9, 30, 0, 123456, tzinfo=UTC)


def source(number: int, kind: Kind = Kind.CUSTOMERS, name: str = "") -> Source:
    return Source(
        kind=kind,
        id=str(number),
        name=name or f"Organization {number:05}",
        price=Decimal("12.50") if kind is Kind.ITEMS else None,
        account_id="4000" if kind is Kind.ITEMS else "",
    )


def target(number: int, kind: Kind = Kind.CUSTOMERS, name: str = "") -> Target:
    name = name or f"Customer {number:05}"
    return Target(kind=kind, id=str(number), name=name, full_name=name, price=Decimal("0.10"))


def line(number: int) -> InvoiceLine:
    return InvoiceLine(
        group=LineGroup.AGREEMENT,
        name=f"Line {number}",
        quantity=Decimal("1.5"),
        price=Decimal("100.10"),
        amount=Decimal("150.15"),
        id=f"line-{number}",
        taxable=None if number % 2 else True,
        period_start=date(2026, 7, 1),
    )


def invoice(number: int, lines: int | None = None, **changes: object) -> Invoice:
    made = Invoice(
        id=f"i{number}",
        number=f"INV-{number}",
        status="APPROVED",
        organization_id=str(number % 50),
        organization_name=f"Organization {number % 50}",
        invoice_date=date(2026, 1, 1) + timedelta(days=number % 300),
        total=Decimal(number) + Decimal("0.10"),
        tax_rate=Decimal("0.0825"),
        created_at=NOW - timedelta(minutes=number),
        updated_at=NOW,
        lines=None if lines is None else tuple(line(n) for n in range(lines)),
        raw="" if lines is None else "{}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def update(
    sources: tuple[Source, ...] = (),
    targets: tuple[Target, ...] = (),
    invoices: tuple[Invoice, ...] = (),
    *,
    complete: bool = True,
    company: str = "Acme MSP",
) -> CatalogueUpdate:
    return CatalogueUpdate(
        sources=sources,
        agreements=(Agreement("a1", "Managed", accounting_action="SYNC"),),
        invoices=invoices,
        targets=tuple(
            TargetUpdate(kind, tuple(t for t in targets if t.kind is kind), complete)
            for kind in Kind
        ),
        company=Company("9130", company, book_close_date=date(2026, 1, 31), partner_tax=True),
        terms=(Term("3", "Net 30", 30), Term("1", "Due on receipt", 0)),
        tax_codes=(TaxCode("2", "TAX", taxable=True, rate=Decimal("8.25")),),
        fetched_at=NOW,
        checkpoint=NOW - timedelta(seconds=5),
    )


def link(source_id: str, target_id: str, how: How = How.BY_HAND, kind: Kind = Kind.CUSTOMERS):  # type: ignore[no-untyped-def]
    return MappingChange(
        kind=kind,
        source_id=source_id,
        source_label=f"Organization {source_id}",
        target_id=target_id,
        target_label=f"Customer {target_id}" if target_id else "",
        how=how if target_id else How.CLEARED,
        evidence="identical name" if how is How.AUTO_MAP else "",
    )


def push(invoice_id: str, request_id: str, state: PushState = PushState.SENDING) -> Push:
    return Push(
        invoice_id=invoice_id,
        realm_id="9130",
        state=state,
        request_id=request_id,
        payload='{"Line": []}',
        expected_total=Decimal("150.15"),
        expected_tax=Decimal("0.00"),
        started_at=NOW,
    )
