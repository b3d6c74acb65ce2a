"""Why an invoice cannot go: pure checks over local data.

The checks are those of section 8.9 of the QuickBooks sheet and section 6 of the NinjaOne sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.kinds import Kind


class Reason(StrEnum):
    """Stable codes; the words are built beside the check."""

    BEFORE_ACTIVATION = "before-activation"
    NOT_APPROVED = "not-approved"
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
    NO_LINES = "no-lines"
    TOO_MANY_LINES = "too-many-lines"
    NUMBER = "number"
    DATES = "dates"
    PERIOD_CLOSED = "period-closed"
    ARITHMETIC = "arithmetic"
    LINES_UNKNOWN = "lines-unknown"
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
