"""Preflight and agreements, for the window: why approved invoices will not go, and what unblocks
them, from local data alone.

The rules of :mod:`desktop_app.services.api` hold: nothing here goes online or takes long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import ChangeSet

Amounts = tuple[tuple[str, Decimal], ...]
"""By currency, sorted ("" where an invoice names none)."""


class Page(StrEnum):
    """Where a cause is mended."""

    MAPPING = "mapping"  # the rows source_ids of the tab kind
    AGREEMENTS = "agreements"  # the agreements source_ids
    INVOICES = "invoices"  # the invoices of the group
    INTEGRATIONS = "integrations"
    SETTINGS = "settings"


class Weight(StrEnum):
    """How a group stands in the way, in the order in which groups are listed."""

    BLOCKED = "Blocked"  # something must be mended first
    QUESTION = "Asks once"  # goes after one question (a carrier item, a credit memo)
    HELD = "Held on purpose"
    NOT_GOING = "Not meant to go"  # not approved, before activation, archived ...
    WARNING = "Worth a look"  # goes, but see


@dataclass(frozen=True, slots=True)
class Jump:
    """part: which part of the settings."""

    page: Page
    kind: Kind | None = None
    source_ids: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class PreflightGroup:
    """One cause and the invoices it concerns.

    key: stable from one look to the next. cause: "Product “Backup 1TB” is not mapped to an item".
    amounts: the invoices' totals. alone: how many invoices nothing else holds back; mending this
    cause makes them ready. jump: where it is mended here, None where only NinjaOne or QuickBooks
    can.
    """

    key: str
    reason: Reason
    weight: Weight
    cause: str
    advice: str
    invoice_ids: tuple[str, ...]
    amounts: Amounts
    alone: int = 0
    jump: Jump | None = None

    @property
    def count(self) -> int:
        return len(self.invoice_ids)


@dataclass(frozen=True, slots=True)
class Tally:
    count: int = 0
    amounts: Amounts = ()


@dataclass(frozen=True, slots=True)
class PreflightSummary:
    """Approved invoices only, each in exactly one place.

    ready: would go now. asks: would go after a question (a carrier item must be created). there:
    in QuickBooks, or on the way. will_not_go: none of these; of them, held on purpose and created
    before the activation are counted once more in the two fields.
    text: one line for the screen ("12 approved invoices will not go: 18,230.00 USD").
    """

    ready: Tally
    asks: Tally
    there: Tally
    will_not_go: Tally
    held: Tally
    before_activation: Tally
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact about the whole workspace that a person should know before sending.

    code: stable ("native-integration"). invoice_ids: where it was seen. reconnect: whether a new
    sign-in to QuickBooks mends it.
    """

    code: str
    text: str
    advice: str
    invoice_ids: tuple[str, ...] = ()
    reconnect: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Who said something, and when ("agreement marked as updated", "credit memo approved")."""

    who: str
    when: datetime
    made: bool = True  # False: taken back


class PreflightService(Protocol):
    def preflight(self) -> list[PreflightGroup]:
        """Every cause, by weight, then by its largest amount."""
        ...

    def summary(self) -> PreflightSummary: ...

    def notices(self) -> list[Notice]:
        """NinjaOne's own integration seems to be on; a number is in QuickBooks that was not sent
        from here."""
        ...

    # --- Agreements ---

    def mark_agreement(self, agreement_id: str, *, updated: bool) -> ChangeSet:
        """Say that an agreement was updated in NinjaOne, or take it back. Raises RuleError where
        the service itself tells the agreement's setting."""
        ...

    def agreement_marks(self) -> dict[str, Mark]:
        """The latest mark of each agreement, by its id; one taken back has made False."""
        ...

    def mark_history(self, agreement_id: str) -> list[Mark]:
        """Oldest first."""
        ...

    def agreement_address(self, agreement_id: str) -> str:
        """The page of the agreement in NinjaOne, for the user's browser; "" when no NinjaOne
        address was entered."""
        ...

    # --- Credit memos ---

    def approve_credit_memo(self, invoice_id: str, *, approved: bool) -> ChangeSet:
        """Allow (or forbid again) that this invoice of a negative total goes as a credit memo.
        The approval is for the total as it is now: it lapses when the total changes."""
        ...

    def credit_memo_marks(self) -> dict[str, Mark]: ...
