"""Which entities there are, and what each may hold. Limits follow chapter 4 of the sheet."""

from __future__ import annotations

from desktop_app.simulator.quickbooks.schema import lists, names, singles, transactions
from desktop_app.simulator.quickbooks.schema.kinds import Entity

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for module in (names, lists, transactions, singles)
    for entity in module.ENTITIES
}
_BY_WORD = {name.casefold(): entity for name, entity in ENTITIES.items()}

#: The entities that share names: 6240 is checked over all of them.
NAMES = ("Customer", "Vendor", "Employee")
SALES_FORMS = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate")
TRANSACTIONS = tuple(name for name, entity in ENTITIES.items() if entity.group == "transaction")


def lookup(word: str) -> Entity | None:
    """By name in any case, as in a path or after FROM."""
    return _BY_WORD.get(word.casefold())
