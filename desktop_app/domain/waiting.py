"""How much money waits for each mapping row: approved, unsent invoices that depend on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Invoice, InvoiceLine, InvoiceStatus, PushState


@dataclass(frozen=True, slots=True)
class Waiting:
    """invoices: how many. amounts: by currency, sorted ("" where the invoice names none).

    For organizations the invoices' totals; for products and account codes the amounts of the
    lines that fall to the row.
    """

    invoices: int = 0
    amounts: tuple[tuple[str, Decimal], ...] = ()

    @property
    def largest(self) -> Decimal:
        """For sorting where currencies are mixed: the greatest of the amounts."""
        return max((amount for _, amount in self.amounts), default=ZERO)


NOTHING = Waiting()

_Part = tuple[str, str, Decimal]  # invoice id, currency, amount


def waits(invoice: Invoice, facts: Facts) -> bool:
    """Approved, created after the activation, and neither in QuickBooks nor under way."""
    activated = facts.workspace.activated_at
    if invoice.status != InvoiceStatus.APPROVED or activated is None:
        return False
    if invoice.created_at is None or invoice.created_at < activated:
        return False
    push = facts.pushes.get(invoice.id)
    return push is None or push.state is PushState.REFUSED


def depends_on(invoice: Invoice, facts: Facts) -> Iterator[tuple[Kind, str]]:
    """The mapping rows that an invoice hangs on, each as often as it does; an account code only
    where the line's product has no item of its own."""
    yield Kind.CUSTOMERS, invoice.organization_id
    for line in invoice.lines or ():
        product, account = _rows_of(line, facts)
        if product:
            yield Kind.ITEMS, product
        if account and not _has_item(product, facts):
            yield Kind.ACCOUNTS, account


def total(invoices: Iterable[Invoice]) -> Waiting:
    """Their number and totals."""
    return _sum((i.id, i.currency, i.total) for i in invoices)


class WaitingBoard:
    """Waiting of all rows, kept while nothing that it is made of changes.

    Decisions about customers and accounts change nothing here; one about an item moves the lines
    of that product to or from its account code, and only those codes are summed again. Not
    thread-safe.
    """

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] = ()
        self._tables: dict[Kind, MappingOf[str, Waiting]] = {}
        # Account code -> product ("" for none) -> parts.
        self._falling: dict[str, dict[str, list[_Part]]] = {}
        self._codes_of: dict[str, set[str]] = {}  # product -> account codes
        self._with_item: frozenset[str] = frozenset()

    def of(self, facts: Facts, kind: Kind) -> MappingOf[str, Waiting]:
        """By source id; rows for which nothing waits are not in it. A snapshot."""
        made_of = (
            facts.invoices,
            facts.pushes,
            facts.sources[Kind.ITEMS],
            facts.workspace.activated_at,
            facts.workspace.id,
        )
        if len(made_of) != len(self._made_of) or any(
            a is not b and (i < 3 or a != b)
            for i, (a, b) in enumerate(zip(made_of, self._made_of, strict=True))
        ):
            self._gather(facts)
            self._made_of = made_of
        if kind is Kind.ACCOUNTS:
            self._move_lines(facts)
        return self._tables[kind]

    def _gather(self, facts: Facts) -> None:
        clients: dict[str, list[_Part]] = defaultdict(list)
        products: dict[str, list[_Part]] = defaultdict(list)
        falling: dict[str, dict[str, list[_Part]]] = defaultdict(lambda: defaultdict(list))
        for invoice in facts.invoices:
            if not waits(invoice, facts):
                continue
            currency = invoice.currency
            clients[invoice.organization_id].append((invoice.id, currency, invoice.total))
            for line in invoice.lines or ():
                product, account = _rows_of(line, facts)
                part = (invoice.id, currency, line.amount)
                if product:
                    products[product].append(part)
                if account:
                    falling[account][product].append(part)
        self._tables = {
            Kind.CUSTOMERS: _table(clients),
            Kind.ITEMS: _table(products),
        }
        self._falling = dict(falling)
        self._codes_of = {}
        for account, by_product in falling.items():
            for product in by_product:
                self._codes_of.setdefault(product, set()).add(account)

    def _move_lines(self, facts: Facts) -> None:
        """Sum the account codes again whose products got or lost an item since the last time."""
        now = frozenset(p for p in self._codes_of if _has_item(p, facts))
        known = self._tables.get(Kind.ACCOUNTS)
        if known is not None and now == self._with_item:
            return
        changed = (
            set(self._falling)
            if known is None
            else {code for p in now ^ self._with_item for code in self._codes_of.get(p, ())}
        )
        table = dict(known or {})
        for code in changed:
            parts = [
                part
                for product, found in self._falling[code].items()
                if product not in now
                for part in found
            ]
            table.pop(code, None)
            if parts:
                table[code] = _sum(parts)
        self._tables[Kind.ACCOUNTS] = MappingProxyType(table)
        self._with_item = now


def _rows_of(line: InvoiceLine, facts: Facts) -> tuple[str, str]:
    """The line's product and account code, "" for what is none of the catalogue's."""
    product = facts.product_of(line)
    if product not in facts.sources[Kind.ITEMS]:
        product = ""
    account = facts.account_of(line)
    return product, account if account in facts.sources[Kind.ACCOUNTS] else ""


def _has_item(product: str, facts: Facts) -> bool:
    link = facts.mappings[Kind.ITEMS].get(product) if product else None
    return link is not None and bool(link.target_id)


def _table(parts: MappingOf[str, list[_Part]]) -> MappingOf[str, Waiting]:
    return MappingProxyType({source: _sum(found) for source, found in parts.items() if source})


def _sum(parts: Iterable[_Part]) -> Waiting:
    amounts: dict[str, Decimal] = {}
    invoices: set[str] = set()
    for invoice, currency, amount in parts:
        invoices.add(invoice)
        amounts[currency] = amounts.get(currency, ZERO) + amount
    return Waiting(len(invoices), tuple(sorted(amounts.items())))
