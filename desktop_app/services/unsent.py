"""Which approved, unsent invoices use which mapping rows."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Invoice, InvoiceStatus
from desktop_app.domain.waiting import depends_on, total, waits
from desktop_app.services.api_review import Touched

NOTHING = Touched()
_Index = dict[tuple[Kind, str], list[Invoice]]


class UnsentInvoices:
    """An index of approved invoices, made again only after a refresh; thread-safe.

    Whether one was sent, and whether an account code is really used (which depends on decisions
    about items), is asked when an answer is given.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._made_of: tuple[object, ...] = ()
        self._index: _Index = {}

    def using(self, facts: Facts, kind: Kind, source_ids: Iterable[str]) -> Touched:
        """Those that use any of these rows."""
        index = self._of(facts)
        found: dict[str, Invoice] = {}
        for source_id in source_ids:
            row = (kind, source_id)
            for invoice in index.get(row, ()):
                if not waits(invoice, facts):
                    continue
                if kind is not Kind.ACCOUNTS or row in set(depends_on(invoice, facts)):
                    found[invoice.id] = invoice
        return Touched(tuple(found), total(found.values()).amounts) if found else NOTHING

    def _of(self, facts: Facts) -> _Index:
        made_of = (facts.invoices, facts.sources)
        with self._guard:
            known = self._made_of
            if not known or any(a is not b for a, b in zip(known, made_of, strict=True)):
                self._index = _index(facts)
                self._made_of = made_of
            return self._index


def _index(facts: Facts) -> _Index:
    index: _Index = defaultdict(list)
    for invoice in facts.invoices:
        if invoice.status != InvoiceStatus.APPROVED:
            continue
        rows = {(Kind.CUSTOMERS, invoice.organization_id)}
        for line in invoice.lines or ():
            rows.add((Kind.ITEMS, facts.product_of(line)))
            rows.add((Kind.ACCOUNTS, facts.account_of(line)))
        for row in rows:
            if row[1]:
                index[row].append(invoice)
    return dict(index)
