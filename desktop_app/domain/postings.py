"""To which account the revenue of a line goes: always the income account of its item.

Source: QuickBooks sheet 8.1. Where the line's account code is mapped to another account, the item
wins; that is told before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Invoice, Target


@dataclass(frozen=True, slots=True)
class Posting:
    """A product's item and the account that it posts to. wanted: the account that the line's
    account code is mapped to, where it is another one."""

    product_id: str
    item: Target
    account: Target
    wanted: Target | None = None


def remarkable(invoice: Invoice, facts: Facts) -> Iterator[Posting]:
    """Those that post elsewhere than the account code says, or to an inactive account; each once.
    Carrier items post where the account code says, by their nature."""
    seen: set[tuple[str, str]] = set()
    accounts = facts.targets[Kind.ACCOUNTS]
    for line in invoice.lines or ():
        product = facts.product_of(line)
        key = (product, line.account_id)
        if line.amount == ZERO or key in seen:
            continue
        seen.add(key)
        _, item = facts.mapped(Kind.ITEMS, product)
        account = accounts.get(item.income_account_id) if item is not None else None
        if item is None or account is None:
            continue
        _, wanted = facts.mapped(Kind.ACCOUNTS, facts.account_of(line))
        other = wanted if wanted is not None and wanted.id != account.id else None
        if other is not None or not account.active:
            yield Posting(product, item, account, other)
