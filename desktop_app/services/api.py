"""The services as the window sees them.

Rules for callers: a method whose signature has a ``progress`` may go online or take long, and is
run off the window's thread; every other method is short (local data only) and may be called on
it. All raise :class:`~desktop_app.errors.BridgeError`; long ones also
:class:`~desktop_app.progress.Cancelled`. What a method changed comes back as a ChangeSet.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import SettingsStore, SignInRequest
from desktop_app.domain.preflight import Blocker
from desktop_app.domain.records import (
    Agreement,
    ChangeSet,
    Invoice,
    NinjaOneApp,
    Push,
    QuickBooksApp,
    Target,
    TaxChoice,
    Workspace,
)
from desktop_app.domain.review import MappingRow
from desktop_app.progress import Progress

if TYPE_CHECKING:
    from desktop_app.services.api_create import CreateService
    from desktop_app.services.api_documents import DocumentService
    from desktop_app.services.api_exchange import BackupService, ExchangeService
    from desktop_app.services.api_preflight import PreflightService
    from desktop_app.services.api_review import ReviewService
    from desktop_app.services.api_sending import SendingService
    from desktop_app.services.api_suggest import SuggestService
    from desktop_app.services.api_tracking import TrackingService


class Service(StrEnum):
    QUICKBOOKS = "QuickBooks"
    NINJAONE = "NinjaOne"


@dataclass(frozen=True, slots=True)
class TokenHealth:
    """Days until the QuickBooks refresh token ends. level: "ok", "notice" (<= 14), "warning"
    (<= 7), "urgent" (<= 2 or ended). title: "" when the days say it all."""

    days_left: int | None
    level: str
    text: str
    title: str = ""


class WorkspaceService(Protocol):
    def current(self) -> Workspace: ...

    def all(self) -> tuple[Workspace, ...]: ...

    def open(self, workspace_id: int) -> ChangeSet: ...

    def create(self, name: str) -> ChangeSet:
        """A new workspace with the app keys of the current one, opened at once."""
        ...

    def rename(self, name: str) -> ChangeSet: ...

    def set_tax_choice(self, choice: TaxChoice) -> ChangeSet: ...


class ConnectService(Protocol):
    """Enable, Reconnect, Disconnect, app keys."""

    # App keys. An empty secret keeps the stored one.
    def save_quickbooks_app(self, app: QuickBooksApp, secret: str) -> ChangeSet:
        """Raises ConfigurationError naming the field that cannot work; VaultError."""
        ...

    def save_ninjaone_app(self, app: NinjaOneApp, secret: str) -> ChangeSet: ...

    def has_secret(self, service: Service) -> bool: ...

    def ready_to_enable(self, service: Service) -> str:
        """ "" when Enable can start; else what is missing, in words."""
        ...

    def test_quickbooks_keys(self, app: QuickBooksApp, secret: str, progress: Progress) -> str:
        """A sentence of success; raises ConfigurationError or NetworkError. Saves nothing."""
        ...

    def test_ninjaone_keys(self, app: NinjaOneApp, secret: str, progress: Progress) -> str: ...

    # Sign-in with a browser: begin, then finish with the address the browser was sent to.
    def begin(self, service: Service, progress: Progress) -> SignInRequest: ...

    def finish(
        self,
        service: Service,
        request: SignInRequest,
        redirected_to: str,
        progress: Progress,
        *,
        new_workspace: bool = False,
    ) -> ChangeSet:
        """Check state, exchange the code, check rights, store the login, record the activation.

        A request is used up by the first call. Raises SignInError (refused, wrong state, not an
        administrator), OtherCompany (the sign-in is for another company than the workspace's;
        the pending login is kept until :meth:`adopt` or :meth:`discard`).
        """
        ...

    def adopt_in_new_workspace(self, name: str, progress: Progress) -> ChangeSet:
        """After OtherCompany: make a workspace for that company and connect it."""
        ...

    def discard_pending(self, progress: Progress) -> None:
        """After OtherCompany: revoke the pending login."""
        ...

    def connect_machine(self, progress: Progress) -> ChangeSet:
        """NinjaOne with machine-to-machine keys: no browser."""
        ...

    def disconnect(self, service: Service, progress: Progress) -> ChangeSet:
        """Revoke and forget the login; mappings, history and activation are kept."""
        ...

    def token_health(self) -> TokenHealth: ...

    def keyring_notice(self) -> str:
        """ "" when logins are kept in the keyring; else that they last until the program closes."""
        ...


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """counts: ("Customers", 1243, 1243) as read and counted. metered_reads: QuickBooks reads."""

    full: bool
    counts: tuple[tuple[str, int, int], ...]
    metered_reads: int
    finished_at: datetime
    changes: ChangeSet
    text: str


class RefreshService(Protocol):
    def refresh(self, progress: Progress, *, full: bool = False) -> RefreshReport: ...

    def estimate(self) -> str:
        """How many metered reads the next refresh is likely to take, in words."""
        ...


class MappingService(Protocol):
    def rows(self, kind: Kind) -> list[MappingRow]: ...

    def choices(self, kind: Kind) -> list[Target]:
        """What Change Mapping offers, in its order (see domain.review.offered)."""
        ...

    def change(
        self,
        kind: Kind,
        source_ids: Sequence[str],
        target_id: str,
        *,
        share: bool = False,
        evidence: str = "",
        score: Decimal | None = None,
    ) -> ChangeSet:
        """evidence, score: why, for the journal, where a suggestion was taken.

        Raises RuleError when a customer would be shared and *share* is not set.
        """
        ...

    def clear(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet: ...

    def clear_all(self, rows: MappingOf[Kind, Sequence[str]]) -> ChangeSet:
        """Make rows of several kinds undecided as one undo step, also those that are excluded or
        no longer in NinjaOne."""
        ...

    def undo(self) -> ChangeSet: ...

    def redo(self) -> ChangeSet: ...

    def undo_text(self) -> str: ...

    def redo_text(self) -> str: ...

    def undo_rows(self) -> int:
        """How many rows Undo would change: many are changed in a task."""
        ...

    def redo_rows(self) -> int: ...

    def web_address(self, kind: Kind, target_id: str) -> str: ...


class InvoiceState(StrEnum):
    """Exactly one of these at any time; the word is what the screen shows."""

    READY = "Ready"
    BLOCKED = "Blocked"
    HELD = "Held on purpose"  # an excluded organization, product or account code; no error
    NOT_GOING = "Not going"  # before activation, not approved, archived
    UNCERTAIN = "Being looked up"
    SENT = "Sent"
    DIFFERS = "Sent, total differs"
    REFUSED = "Refused"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of the Invoices tab. reason: the first blocker's or the push's words."""

    invoice: Invoice
    state: InvoiceState
    reason: str
    blockers: tuple[Blocker, ...]
    push: Push | None
    customer_text: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """holds_back: whether its setting keeps invoices from going. advice: what to change."""

    agreement: Agreement
    setting: str
    holds_back: bool
    advice: str
    waiting: int  # approved invoices that it holds back
    waiting_amounts: tuple[tuple[str, Decimal], ...]  # theirs, by currency
    can_mark: bool = False  # the service does not tell its setting, so a person may say so
    marked: bool = False  # a person said that it was updated (see PreflightService)


@dataclass(frozen=True, slots=True)
class CarrierNeed:
    """A service item that must be created once before invoices with such lines can go."""

    account_id: str
    account_text: str
    item_name: str
    invoices: int


@dataclass(frozen=True, slots=True)
class SendReport:
    sent: int
    differs: int
    refused: int
    uncertain: int
    left: int  # not attempted: cancelled or stopped
    totals: tuple[tuple[str, Decimal], ...]  # by currency, of what is there; credits negative
    stopped: str  # why the run stopped early, "" if it did not
    changes: ChangeSet
    text: str
    reconnect: bool = False  # it stopped, and only a new sign-in or other app keys help


class InvoiceService(Protocol):
    def rows(self) -> list[InvoiceRow]: ...

    def agreements(self) -> list[AgreementRow]: ...

    def carrier_needs(self, invoice_ids: Sequence[str]) -> list[CarrierNeed]: ...

    def create_carriers(self, needs: Sequence[CarrierNeed], progress: Progress) -> ChangeSet: ...

    def send(self, invoice_ids: Sequence[str], progress: Progress) -> SendReport:
        """Send the ready ones among these. Cancelling stops after the invoice under way and
        still returns a report; blocked and already sent ones are skipped, never sent."""
        ...

    def settle(self, progress: Progress) -> ChangeSet:
        """Find out what became of pushes whose answer was lost (after a crash, at the start)."""
        ...

    def web_address(self, qbo_id: str) -> str: ...


_MISSING: Any = None


@dataclass(frozen=True, slots=True)
class Services:
    """All of them, built by bootstrap and handed to the window.

    Those with a default may be missing (None) where only a part of the window is shown; what
    needs them is then switched off.
    """

    workspaces: WorkspaceService
    connect: ConnectService
    refresh: RefreshService
    mapping: MappingService
    invoices: InvoiceService
    settings: SettingsStore
    facts: dict[str, Any]  # for About and the log window: versions, folders, keyring name
    review: ReviewService = _MISSING
    suggest: SuggestService = _MISSING
    create: CreateService = _MISSING
    exchange: ExchangeService = _MISSING
    backups: BackupService = _MISSING
    preflight: PreflightService = _MISSING
    documents: DocumentService = _MISSING
    sending: SendingService = _MISSING
    tracking: TrackingService = _MISSING

    def has(self, name: str) -> bool:
        """Whether the service of this name is there."""
        return getattr(self, name) is not None
