"""Why an invoice cannot go: the reasons and how they are told.

The checks themselves are in :mod:`desktop_app.domain.checks`; they are those of section 8.9 of
the QuickBooks sheet and of chapter 6 of the NinjaOne sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.kinds import Kind


class Reason(StrEnum):
    """Stable codes; the words are built beside the check."""

    BEFORE_ACTIVATION = "before-activation"
    NOT_APPROVED = "not-approved"
    COMPLETE = "complete"
    FAILED = "failed"
    ARCHIVED = "archived"
    UNKNOWN_STATUS = "unknown-status"
    AGREEMENT_NOT_UPDATED = "agreement-not-updated"
    CUSTOMER_UNMAPPED = "customer-unmapped"
    CUSTOMER_UNUSABLE = "customer-unusable"
    ITEM_UNMAPPED = "item-unmapped"
    ITEM_UNUSABLE = "item-unusable"
    CARRIER_MISSING = "carrier-missing"
    ACCOUNT_UNUSABLE = "account-unusable"
    CURRENCY = "currency"
    TAX = "tax"
    NEGATIVE_TOTAL = "negative-total"
    DISCOUNT = "discount"
    NO_LINES = "no-lines"
    TOO_MANY_LINES = "too-many-lines"
    NUMBER = "number"
    DATES = "dates"
    PERIOD_CLOSED = "period-closed"
    LINES_UNKNOWN = "lines-unknown"  # the detail was not fetched
    NOT_CONNECTED = "not-connected"
    OTHER_COMPANY = "other-company"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason, in words, with what to do and, where a mapping row mends it, which row."""

    reason: Reason
    text: str
    advice: str = ""
    kind: Kind | None = None
    source_id: str = ""


NOT_GOING = frozenset(
    {
        Reason.BEFORE_ACTIVATION,
        Reason.NOT_APPROVED,
        Reason.COMPLETE,
        Reason.FAILED,
        Reason.ARCHIVED,
        Reason.UNKNOWN_STATUS,
    }
)
"""Reasons that are no fault: such an invoice is not meant to go (now, or ever)."""
