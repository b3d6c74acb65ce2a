"""What a mapping tab says of itself, and what it says where it has no rows."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.domain.kinds import Kind
from desktop_app.ui.tables.browser import Empty

HINTS = {
    Kind.CUSTOMERS: "Map each NinjaOne organization to the QuickBooks customer it is billed as. "
    "Locations and sub-customers are not mapped.",
    Kind.ACCOUNTS: "Map each NinjaOne product type to an account of your chart of accounts. "
    "Income accounts come first. A product without an item of its own uses this account.",
    Kind.ITEMS: "Map each NinjaOne product to the QuickBooks item it is billed as. "
    "Categories and bundles are left out.",
}


def empty(kind: Kind, refreshed: bool, open_integrations: Callable[[], object]) -> Empty:
    """For a list without rows. refreshed: whether one was ever fetched."""
    noun = kind.source_noun
    if not refreshed:
        return Empty(
            kind.value,
            "Not refreshed yet",
            f"NinjaOne {noun}s and QuickBooks {kind.target_noun}s are listed here after "
            "the first refresh. Connect both services on the Integrations page, then refresh.",
            "Open Integrations",
            open_integrations,
        )
    return Empty(
        kind.value,
        f"No {noun}s",
        f"NinjaOne has no {noun}s. What you add there appears after the next refresh.",
    )
