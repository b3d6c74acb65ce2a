"""A mapping row: its independent facts, and Auto Map's equal-name proposals.

The facts are those of section 5 of the mapping-review sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.creating import Creation
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Mapping, Source, Target

INCOME_TYPES = ("Income", "Other Income")
ITEM_TYPES = ("Service", "NonInventory", "Inventory")


class Decision(StrEnum):
    UNDECIDED = "Not mapped"
    LINKED = "Mapped"
    CREATE = "To be created"  # in QuickBooks, once there is a connection and a person says so
    EXCLUDED = "Excluded"


class Health(StrEnum):
    """Only of a linked row; the worst that is true of it."""

    OK = "OK"
    RENAMED = "Renamed in QuickBooks"
    INACTIVE = "Inactive in QuickBooks"
    DELETED = "Deleted in QuickBooks"
    MERGED = "Merged into another record"
    MISSING = "No longer in QuickBooks"  # it is not known how it went
    UNSUITABLE = "Cannot be used"  # a sub-customer or project
    WRONG_TYPE = "Wrong type"  # a category or bundle
    NO_INCOME_ACCOUNT = "Item has no income account"
    NOT_INCOME = "Not an income account"  # a warning: it works
    CURRENCY = "Other currency"
    SHARED = "Also used by another row"


class Where(StrEnum):
    """Where a row's decision is; the word is what the screen shows."""

    NOWHERE = ""  # undecided
    SAVED = "Saved here"
    CHECKED = "Checked"  # a refresh has looked at it since
    RECHECK = "Needs re-check"  # made on an old list: looked at by the next refresh
    STAGED = "Staged offline"  # looked at by the next refresh; until then it does not count
    CONFLICT = "Conflict"  # the refresh found something; it does not count until settled
    SENDING = "Being created"  # asked for; QuickBooks has not answered yet
    IN_QUICKBOOKS = "In QuickBooks"  # the record was created from this row
    REFUSED = "Refused"  # it was to be created, and QuickBooks said no


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One line of a mapping tab. target is None when unmapped or no longer in the catalogue.

    mapping: the link; None for undecided and excluded rows. decided: the decision of whichever
    kind (who, when, how, evidence). note: what the check of a decision found, in words, "" without
    a conflict. new: the source came with a refresh and nobody has decided about it yet. creation:
    what is to be created from an unmapped row, is being created, or was refused.
    """

    source: Source
    mapping: Mapping | None
    target: Target | None
    decision: Decision
    health: Health
    decided: Mapping | None = None
    where: Where = Where.NOWHERE
    note: str = ""
    new: bool = False
    creation: Creation | None = None

    @property
    def target_text(self) -> str:
        if self.decision is Decision.CREATE and self.creation is not None:
            return f"{self.creation.draft.name} (new)"
        if self.mapping is None:
            return ""
        return target_label(self.target) if self.target else self.mapping.target_label


def target_label(target: Target) -> str:
    """The name a person reads: "4010 – Services:Managed" for accounts, full name otherwise."""
    if target.kind is Kind.ACCOUNTS and target.number:
        return f"{target.number} – {target.full_name}"
    return target.full_name


def mappable(target: Target) -> bool:
    """Whether a target may be chosen at all (inactive ones may stay linked, not be chosen)."""
    if target.kind is Kind.CUSTOMERS:
        return not target.subordinate
    if target.kind is Kind.ITEMS:
        return target.type in ITEM_TYPES
    return True


def offered(targets: Iterable[Target]) -> list[Target]:
    """What Change Mapping lists: mappable; active first, accounts of income types first."""
    chosen = [t for t in targets if mappable(t)]
    return sorted(
        chosen,
        key=lambda t: (
            not t.active,
            t.kind is Kind.ACCOUNTS and income_rank(t),
            target_label(t).casefold(),
            t.id,
        ),
    )


def income_rank(target: Target) -> int:
    """0 for Income, 1 for Other Income, 2 for any other account type."""
    return INCOME_TYPES.index(target.type) if target.type in INCOME_TYPES else len(INCOME_TYPES)
