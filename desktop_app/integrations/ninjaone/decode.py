"""NinjaOne's rows as the program's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Agreement, Invoice, InvoiceLine, LineGroup, Source
from desktop_app.integrations.ninjaone.wire import (
    AccountRow,
    AgreementRow,
    InvoiceDetail,
    InvoiceRow,
    LineRow,
    OrganizationRow,
    ProductRow,
)


@dataclass(frozen=True, slots=True)
class Names:
    """What lines that lack an id are looked up in (4.8). A name that two records share is none."""

    product_ids: dict[str, str] = field(default_factory=dict)
    account_ids: dict[str, str] = field(default_factory=dict)
    account_of_product: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[AccountRow], products: Iterable[ProductRow]) -> Names:
        account_ids = _unique((row.name, row.id) for row in accounts)
        rows = list(products)
        return cls(
            product_ids=_unique((row.name, row.id) for row in rows),
            account_ids=account_ids,
            account_of_product={
                row.id: row.account_id or account_ids.get(row.account_name, "") for row in rows
            },
        )


def organization(row: OrganizationRow) -> Source:
    return Source(Kind.CUSTOMERS, row.id, row.name, description=row.description)


def account(row: AccountRow) -> Source:
    return Source(
        Kind.ACCOUNTS,
        row.id,
        row.name,
        code=row.code,
        description=row.description,
        system=row.system,
    )


def product(row: ProductRow, names: Names) -> Source:
    return Source(
        Kind.ITEMS,
        row.id,
        row.name,
        active=row.active,
        description=row.description,
        account_id=names.account_of_product.get(row.id, row.account_id),
        price=row.price,
        quantity_source=row.quantity_source,
    )


def agreement(row: AgreementRow) -> Agreement:
    return Agreement(
        id=row.id,
        name=row.name,
        organization_id=row.organization_id,
        organization_name=row.organization_name,
        active=row.active,
        interval=row.interval,
        accounting_action=row.accounting_action,
    )


def needs_names(row: InvoiceDetail) -> bool:
    """Whether a line of it has to be looked up by name."""
    return any(not line.product_id or not line.account_id for _, line in _lines(row))


def invoice(row: InvoiceRow) -> Invoice:
    """A list row: without lines."""
    return _invoice(row, None, row.sub_total or ZERO, "")


def invoice_with_lines(row: InvoiceDetail, names: Names, raw: str) -> Invoice:
    lines = tuple(_line(group, line, names) for group, line in _lines(row))
    sub_total = row.sub_total
    if sub_total is None:
        sub_total = sum((line.amount for line in lines), ZERO)
    return _invoice(row, lines, sub_total, raw)


def _invoice(
    row: InvoiceRow, lines: tuple[InvoiceLine, ...] | None, sub_total: Decimal, raw: str
) -> Invoice:
    total = row.stated_total
    if total is None:
        total = sub_total - row.discount + row.total_tax
    return Invoice(
        id=row.id,
        number=row.number,
        status=row.status,
        organization_id=row.organization_id,
        organization_name=row.organization_name,
        invoice_date=row.invoice_date,
        due_date=row.due_date,
        period_start=row.period_start,
        period_end=row.period_end,
        interval=row.interval,
        currency=row.currency,
        agreement_id=row.agreement_id,
        agreement_name=row.agreement_name,
        bill_email=row.bill_email,
        sub_total=sub_total,
        discount=row.discount,
        tax_rate=row.tax_rate,
        total_tax=row.total_tax,
        total=total,
        note=row.note,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lines=lines,
        raw=raw,
    )


def _lines(row: InvoiceDetail) -> list[tuple[LineGroup, LineRow]]:
    groups = (
        (LineGroup.MANUAL, row.products),
        (LineGroup.AGREEMENT, row.agreement_products),
        (LineGroup.TICKET, row.ticket_products),
    )
    return [(group, line) for group, lines in groups for line in lines]


def _line(group: LineGroup, row: LineRow, names: Names) -> InvoiceLine:
    product_id = row.product_id or names.product_ids.get(row.name, "")
    return InvoiceLine(
        group=group,
        name=row.name,
        quantity=row.quantity,
        price=row.price,
        amount=row.amount,
        id=row.id,
        description=row.description,
        discount=row.discount,
        product_id=product_id,
        account_id=row.account_id
        or names.account_of_product.get(product_id, "")
        or names.account_ids.get(row.account_name, ""),
        taxable=row.taxable,
        period_start=row.period_start,
        period_end=row.period_end,
    )


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    listed = [(name, key) for name, key in pairs if name]
    seen = Counter(name for name, _ in listed)
    return {name: key for name, key in listed if seen[name] == 1}
