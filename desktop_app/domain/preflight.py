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
    CREDIT_MEMO = "credit-memo"  # goes as one once a person approved it
    DISCOUNT = "discount"
    NO_LINES = "no-lines"
    TOO_MANY_LINES = "too-many-lines"
    NUMBER = "number"  # another invoice has it, too
    NUMBER_UNFIT = "number-unfit"  # too long, or not to be written in QuickBooks
    NUMBER_TAKEN = "number-taken"  # a document of QuickBooks that was not sent from here has it
    REFUSED = "refused"  # QuickBooks said no at the last attempt
    TOTAL_DIFFERS = "total-differs"  # goes, but QuickBooks' total will be another
    OTHER_ACCOUNT = "other-account"  # goes; its item posts elsewhere than its account code says
    TRACKING = "tracking"  # class or location
    AMOUNT = "amount"
    AGREEMENT_UNKNOWN = "agreement-unknown"
    DATES = "dates"
    PERIOD_CLOSED = "period-closed"
    LINES_UNKNOWN = "lines-unknown"  # the detail was not fetched
    NOT_CONNECTED = "not-connected"
    OTHER_COMPANY = "other-company"
    HELD = "held"  # on purpose: an excluded organization, product or account code
    UNCHECKED = "unchecked"  # a decision made offline that no refresh has checked yet
    CONFLICT = "conflict"  # a decision made offline that the fresh lists contradict


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason, in words, with what to do and, where a mapping row mends it, which row."""

    reason: Reason
    text: str
    advice: str = ""
    kind: Kind | None = None
    source_id: str = ""
    cause: str = ""  # the words for all invoices that it concerns; text where it is ""
    subject: str = ""  # what causes are told apart by beside the reason: an agreement's id


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
