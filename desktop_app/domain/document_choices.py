"""How documents are made in one workspace: what a person chose once, in Settings."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from enum import StrEnum


class DiscountChoice(StrEnum):
    """How a discount on the whole invoice travels (QuickBooks sheet 8.3)."""

    LINE = "line"  # QuickBooks' own discount line; it must be switched on there
    ITEM = "item"  # a negative line of an item that the user chose


class NumberChoice(StrEnum):
    """Which number a document gets whose invoice has none."""

    NINJAONE = "ninjaone"  # INV-5012, as NinjaOne's own list shows it (NinjaOne sheet 4.8)
    QUICKBOOKS = "quickbooks"  # none is sent; QuickBooks numbers it if it numbers at all


class LongNumberChoice(StrEnum):
    """What becomes of a number that is too long for QuickBooks (21 characters)."""

    HOLD = "hold"  # the invoice waits until it has a shorter one
    END = "end"  # its last 21 characters travel; the whole number is in the private note


class MemoChoice(StrEnum):
    """What stands in the message to the customer."""

    NOTE = "note"  # the invoice's note
    PERIOD = "period"  # the agreement and the billing period
    NONE = "none"


class Track(StrEnum):
    """What a document may be filed under in QuickBooks (sheet 4.7)."""

    CLASS = "class"
    LOCATION = "location"  # QuickBooks calls it Department in its API

    @property
    def noun(self) -> str:
        return self.value

    @property
    def plural(self) -> str:
        return "classes" if self is Track.CLASS else "locations"


@dataclass(frozen=True, slots=True)
class Tracked:
    """One class or location of QuickBooks. name: with its parents, "Services:Managed"."""

    track: Track
    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class TrackRule:
    """Under which class (or location) documents go. Ids of QuickBooks, "" for none.

    fixed: for every organization that is not named in *by_organization*. by_account: account code
    id to the class of its lines, where QuickBooks has one for each line; it goes before both.
    """

    fixed: str = ""
    by_organization: MappingOf[str, str] = field(default_factory=dict)
    by_account: MappingOf[str, str] = field(default_factory=dict)

    def choose(self, organization_id: str) -> str:
        return self.by_organization.get(organization_id, self.fixed)

    def choose_line(self, organization_id: str, account_id: str) -> str:
        return self.by_account.get(account_id, self.choose(organization_id))


@dataclass(frozen=True, slots=True)
class DocumentChoices:
    """Everything but the way of sending tax, which is the workspace's.

    discount_item_id: the item of DiscountChoice.ITEM. taxable_code_id, exempt_code_id: the tax
    codes to use outside the United States; "" picks the code by its rate. hold_unknown: whether
    invoices wait whose agreement's setting NinjaOne does not tell until it is marked as updated.
    """

    discount: DiscountChoice = DiscountChoice.LINE
    discount_item_id: str = ""
    empty_number: NumberChoice = NumberChoice.QUICKBOOKS
    long_number: LongNumberChoice = LongNumberChoice.HOLD
    memo: MemoChoice = MemoChoice.NOTE
    taxable_code_id: str = ""
    exempt_code_id: str = ""
    classes: TrackRule = TrackRule()
    locations: TrackRule = TrackRule()
    hold_unknown: bool = False

    def rule(self, track: Track) -> TrackRule:
        return self.classes if track is Track.CLASS else self.locations


STANDARD = DocumentChoices()
