"""The three mappings and what they are called on the screen."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which of the three mappings; the value is stored, so it never changes."""

    CUSTOMERS = "customers"
    ACCOUNTS = "accounts"
    ITEMS = "items"

    @property
    def label(self) -> str:
        return {"customers": "Customers", "accounts": "Accounts", "items": "Items"}[self.value]

    @property
    def source_noun(self) -> str:
        """One NinjaOne record of this kind, for sentences and column titles."""
        return {"customers": "organization", "accounts": "account code", "items": "product"}[
            self.value
        ]

    @property
    def target_noun(self) -> str:
        """One QuickBooks record of this kind."""
        return {"customers": "customer", "accounts": "account", "items": "item"}[self.value]

    @property
    def shares_targets(self) -> bool:
        """Whether several sources may point at one target without asking."""
        return self is not Kind.CUSTOMERS
