"""How much money waits for each mapping row: approved, unsent invoices that depend on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Invoice, InvoiceLine, InvoiceStatus, Push, PushState


@dataclass(frozen=True, slots=True)
class Waiting:
    """invoices: how many. amounts: by currency, sorted ("" where the invoice names none).

    For organizations the invoices' totals; for products and account codes the amounts of the
    lines that fall to the row, and how many lines that are.
    """

    invoices: int = 0
    amounts: tuple[tuple[str, Decimal], ...] = ()
    lines: int = 0

    @property
    def largest(self) -> Decimal:
        """For sorting where currencies are mixed: the greatest of the amounts."""
        return max((amount for _, amount in self.amounts), default=ZERO)


NOTHING = Waiting()

# Row -> invoice -> (product, currency, amount) of what falls to the row.
_Parts = dict[str, dict[str, list[tuple[str, str, Decimal]]]]


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
    amounts: dict[str, Decimal] = {}
    count = 0
    for invoice in invoices:
        count += 1
        amounts[invoice.currency] = amounts.get(invoice.currency, ZERO) + invoice.total
    return Waiting(count, tuple(sorted(amounts.items())))


class WaitingBoard:
    """Waiting of all rows, mended where something changed. Not thread-safe.

    Decisions about customers and accounts change nothing here; one about an item moves the lines
    of that product to or from its account code; a push takes one invoice away. Only those rows
    are summed again. Other invoices than before are gathered anew.
    """

    def __init__(self) -> None:
        self._invoices: tuple[Invoice, ...] | None = None
        self._made_of: tuple[object, ...] = ()
        self._pushes: MappingOf[str, Push] = {}
        self._by_id: dict[str, Invoice] = {}
        self._waiting: set[str] = set()
        self._parts: dict[Kind, _Parts] = {}
        self._codes_of: dict[str, set[str]] = {}  # product -> account codes
        self._links: object = None
        self._with_item: frozenset[str] = frozenset()
        self._tables: dict[Kind, MappingOf[str, Waiting]] = {}

    def is_old(self, facts: Facts) -> bool:
        """Whether :meth:`of` would have to gather all invoices again."""
        if self._invoices is not facts.invoices:
            return True
        now = _made_of(facts)
        if any(a is not b and a != b for a, b in zip(self._made_of, now, strict=True)):
            return True
        self._made_of = now  # the same records, read again
        return False

    def known(self, kind: Kind) -> MappingOf[str, Waiting]:
        """What :meth:`of` said last."""
        return self._tables.get(kind, {})

    def of(self, facts: Facts, kind: Kind) -> MappingOf[str, Waiting]:
        """By source id; rows for which nothing waits are not in it. A snapshot."""
        if self.is_old(facts):
            self._gather(facts)
        touched: dict[Kind, set[str]] = {each: set() for each in Kind}
        if self._pushes is not facts.pushes:
            self._follow_pushes(facts, touched)
        if self._links is not facts.mappings[Kind.ITEMS]:
            now = self._linked(facts)
            for product in now ^ self._with_item:
                touched[Kind.ACCOUNTS] |= self._codes_of[product]
            self._with_item = now
        for each, rows in touched.items():
            if rows:
                self._sum_again(each, rows)
        return self._tables[kind]

    def _gather(self, facts: Facts) -> None:
        self._invoices, self._made_of = facts.invoices, _made_of(facts)
        self._pushes = facts.pushes
        self._by_id = {invoice.id: invoice for invoice in facts.invoices}
        self._waiting = set()
        self._parts = {kind: {} for kind in Kind}
        self._codes_of = {}
        rows_of = _Rows(facts)
        for invoice in facts.invoices:
            if waits(invoice, facts):
                self._add(invoice, rows_of)
        self._with_item = self._linked(facts)
        self._tables = {kind: {} for kind in Kind}
        for kind in Kind:
            self._sum_again(kind, set(self._parts[kind]))

    def _linked(self, facts: Facts) -> frozenset[str]:
        """The products with waiting lines that have an item of their own."""
        self._links = facts.mappings[Kind.ITEMS]
        return frozenset(p for p in self._codes_of if _has_item(p, facts))

    def _follow_pushes(self, facts: Facts, touched: dict[Kind, set[str]]) -> None:
        before, now = self._pushes, facts.pushes
        changed = {i for i, push in now.items() if before.get(i) is not push}
        changed |= before.keys() - now.keys()
        self._pushes = now
        rows_of = _Rows(facts)
        for invoice_id in changed & self._by_id.keys():
            invoice = self._by_id[invoice_id]
            will = waits(invoice, facts)
            if will == (invoice_id in self._waiting):
                continue
            if will:
                self._add(invoice, rows_of)
                self._links = None  # its products may be new here
            else:
                self._waiting.discard(invoice_id)
            for kind, row in rows_of.all(invoice):
                touched[kind].add(row)
                if not will:
                    self._parts[kind].get(row, {}).pop(invoice_id, None)

    def _add(self, invoice: Invoice, rows_of: _Rows) -> None:
        key, currency = invoice.id, invoice.currency
        self._waiting.add(key)
        clients = self._parts[Kind.CUSTOMERS].setdefault(invoice.organization_id, {})
        clients[key] = [("", currency, invoice.total)]
        items, accounts = self._parts[Kind.ITEMS], self._parts[Kind.ACCOUNTS]
        for line in invoice.lines or ():
            product, account = rows_of(line)
            part = (product, currency, line.amount)
            if product:
                items.setdefault(product, {}).setdefault(key, []).append(part)
            if account:
                accounts.setdefault(account, {}).setdefault(key, []).append(part)
                self._codes_of.setdefault(product, set()).add(account)

    def _sum_again(self, kind: Kind, rows: set[str]) -> None:
        table = dict(self._tables[kind])
        left_out = self._with_item if kind is Kind.ACCOUNTS else frozenset[str]()
        for row in rows:
            table.pop(row, None)
            amounts: dict[str, Decimal] = {}
            count = lines = 0
            for parts in self._parts[kind].get(row, {}).values():
                counts = False
                for product, currency, amount in parts:
                    if product not in left_out:
                        counts = True
                        lines += 1
                        amounts[currency] = amounts.get(currency, ZERO) + amount
                count += counts
            if count and row:
                lines = 0 if kind is Kind.CUSTOMERS else lines
                table[row] = Waiting(count, tuple(sorted(amounts.items())), lines)
        self._tables[kind] = MappingProxyType(table)


class _Rows:
    """Product and account code of a line, "" for what is none of the catalogue's; lines of the
    same product are looked at once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[tuple[str, str, str], tuple[str, str]] = {}

    def __call__(self, line: InvoiceLine) -> tuple[str, str]:
        key = (line.product_id, line.account_id, "" if line.product_id else line.name)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _rows_of(line, self._facts)
        return found

    def all(self, invoice: Invoice) -> Iterator[tuple[Kind, str]]:
        yield Kind.CUSTOMERS, invoice.organization_id
        for line in invoice.lines or ():
            product, account = self(line)
            yield Kind.ITEMS, product
            yield Kind.ACCOUNTS, account


def _made_of(facts: Facts) -> tuple[object, ...]:
    """What decides, beside the invoices, the pushes and the items' links."""
    return (
        facts.sources[Kind.ITEMS],
        facts.sources[Kind.ACCOUNTS],
        facts.workspace.activated_at,
    )


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
