"""What the services need from the outer layers, as Protocols.

``storage`` and ``integrations`` implement these; ``bootstrap`` passes them in. Every method that
may go online takes a Progress (its cancel point), is called off the window's thread, and raises
only errors of :mod:`desktop_app.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports_handling import BooksApi
from desktop_app.domain.ports_review import MappingStore as MappingStore
from desktop_app.domain.ports_sending import DocumentChanges, NinjaOneWriter, SalesDocumentsApi
from desktop_app.domain.ports_suggest import RecordsApi
from desktop_app.domain.records import (
    Agreement,
    CatalogueUpdate,
    Company,
    CreatedDocument,
    Document,
    Environment,
    Invoice,
    NinjaOneApp,
    Push,
    QuickBooksApp,
    RememberedPair,
    Source,
    Target,
    TaxCode,
    Term,
    Workspace,
)
from desktop_app.progress import Progress


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...


# --- Secrets ---------------------------------------------------------------------------------


class Vault(Protocol):
    """Secrets by name. Raises VaultError; never falls back to clear text on disk.

    Without a usable keyring the implementation keeps secrets until the program closes and
    ``persistent`` is False.
    """

    @property
    def persistent(self) -> bool: ...

    @property
    def backend(self) -> str:
        """The keyring's name, for the settings page."""
        ...

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, secret: str) -> None:
        """Store; verified by reading back. Raises VaultError if too long for the system."""
        ...

    def delete(self, name: str) -> None:
        """Forget; no error if it was not there."""
        ...

    def keep_for_now(self, name: str, secret: str) -> None:
        """Keep in memory only, until the program closes: for a login that could not be stored
        and would otherwise be lost."""
        ...


class Locks(Protocol):
    """Named locks that hold across threads and processes."""

    def hold(self, name: str, progress: Progress | None = None) -> AbstractContextManager[None]: ...


# --- Intuit and NinjaOne sign-in -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What the browser opens, and how its end is recognised.

    state: one-use; the redirect must carry it. verifier: PKCE, "" where it is not used.
    """

    url: str
    redirect_uri: str
    state: str
    verifier: str = ""


@dataclass(frozen=True, slots=True)
class TokenSet:
    """Tokens as received. Expiry instants are computed at receipt, in UTC."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str = ""
    refresh_expires_at: datetime | None = None

    def __repr__(self) -> str:  # a token must not reach a log by accident
        return f"TokenSet(access_expires_at={self.access_expires_at!r})"


@dataclass(frozen=True, slots=True)
class SignedInUser:
    name: str
    email: str


class IntuitSignIn(Protocol):
    """OAuth 2.0 with Intuit through intuitlib. All methods block and go online."""

    def begin(self, app: QuickBooksApp, secret: str, state: str) -> SignInRequest: ...

    def exchange(self, app: QuickBooksApp, secret: str, code: str, realm_id: str) -> TokenSet:
        """Code for tokens. Raises SignInError, ConfigurationError (bad keys), NetworkError."""
        ...

    def refresh(self, app: QuickBooksApp, secret: str, refresh_token: str) -> TokenSet:
        """Raises ReconnectNeeded on invalid_grant, ConfigurationError on invalid_client."""
        ...

    def revoke(self, app: QuickBooksApp, secret: str, refresh_token: str) -> None: ...

    def user(self, app: QuickBooksApp, secret: str, access_token: str) -> SignedInUser: ...

    def test_keys(self, app: QuickBooksApp, secret: str) -> None:
        """Return if Intuit knows the pair (probe with a bogus code), else ConfigurationError."""
        ...


class NinjaOneSignIn(Protocol):
    """OAuth 2.0 with NinjaOne."""

    def test_keys(self, app: NinjaOneApp, secret: str) -> None:
        """Return if the client id exists at that address (probe with a bogus code); else
        ConfigurationError, which explains the region."""
        ...

    def begin(self, app: NinjaOneApp, state: str) -> SignInRequest: ...

    def exchange(self, app: NinjaOneApp, secret: str, code: str, verifier: str) -> TokenSet: ...

    def machine(self, app: NinjaOneApp, secret: str) -> TokenSet: ...

    def refresh(self, app: NinjaOneApp, secret: str, refresh_token: str) -> TokenSet: ...

    def revoke(self, app: NinjaOneApp, secret: str, refresh_token: str) -> None: ...


class AccessTokens(Protocol):
    """Hands an API adapter a valid access token; implemented by the connect service."""

    def token(self, progress: Progress | None = None) -> str:
        """A token with time left; refreshes (single-flight) when needed."""
        ...

    def renew(self, stale: str, progress: Progress | None = None) -> str:
        """Called once after a 401: refresh unless somebody already replaced *stale*."""
        ...


# --- The two services' data ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListResult:
    """A whole list. read == counted, or the adapter has raised PartialListError."""

    targets: tuple[Target, ...]
    counted: int


@dataclass(frozen=True, slots=True)
class Changes:
    """One change-capture answer. truncated: kinds that must be read again in full. deleted: what
    it called deleted (in full lists such a record is merely missing, as after a merge). tracked:
    classes and locations; whole_tracks: those lists that must be read again in full."""

    targets: tuple[Target, ...]
    truncated: frozenset[Kind]
    time: datetime
    documents: DocumentChanges = field(default_factory=DocumentChanges)
    deleted: frozenset[tuple[Kind, str]] = frozenset()
    tracked: tuple[Tracked, ...] = ()
    whole_tracks: frozenset[Track] = frozenset()


@dataclass(frozen=True, slots=True)
class SmallLists:
    """What is re-read at every refresh, in one batch."""

    company: Company
    terms: tuple[Term, ...]
    tax_codes: tuple[TaxCode, ...]
    time: datetime


class QuickBooksApi(SalesDocumentsApi, RecordsApi, BooksApi, Protocol):
    """QuickBooks Online v3 for one company. metered_reads counts reads since construction."""

    @property
    def metered_reads(self) -> int: ...

    def company(self, progress: Progress) -> Company:
        """CompanyInfo and Preferences: called right after connecting."""
        ...

    def small_lists(self, progress: Progress) -> SmallLists: ...

    def all_targets(self, kind: Kind, progress: Progress) -> ListResult:
        """Every record, inactive ones too, paged to the end with "1,243 of 1,243"."""
        ...

    def changes(
        self, since: datetime, progress: Progress, tracks: Collection[Track] = ()
    ) -> Changes:
        """*tracks*: asked for, too; only what the company tracks may be asked."""
        ...

    def counts(self, kinds: Iterable[Kind], progress: Progress) -> MappingOf[Kind, int]:
        """How many records each list has, inactive ones too. One metered read for each."""
        ...

    def encode(self, document: Document) -> str:
        """The exact JSON text that :meth:`create` sends."""
        ...

    def create(self, document: Document, request_id: str, progress: Progress) -> CreatedDocument:
        """Raises ServiceFault (refused), UnknownOutcome (no answer after the last attempt)."""
        ...

    def find_documents(
        self, entity: str, doc_number: str, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        """By DocNumber, oldest first."""
        ...

    def find_by_note(
        self, entity: str, marker: str, since: datetime, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        """Documents created since *since* whose PrivateNote holds *marker*."""
        ...

    def create_service_item(
        self, name: str, income_account_id: str, request_id: str, progress: Progress
    ) -> Target:
        """A carrier item. Raises ServiceFault with code 6240 when the name is taken."""
        ...


@dataclass(frozen=True, slots=True)
class NinjaOneLists:
    """Everything but invoice lines."""

    sources: tuple[Source, ...]
    agreements: tuple[Agreement, ...]
    invoices: tuple[Invoice, ...]


class NinjaOneApi(Protocol):
    """NinjaOne v2 for one tenant."""

    def check(self, progress: Progress) -> None:
        """The connection works and Billing exists on this instance, else a BridgeError."""
        ...

    def lists(self, progress: Progress) -> NinjaOneLists: ...

    def invoices(self, ids: Sequence[str], progress: Progress) -> tuple[Invoice, ...]:
        """Details with lines, in the order asked. An id that vanished is left out."""
        ...


class Gateways(Protocol):
    """Builds the API adapters for a workspace."""

    def quickbooks(self, workspace: Workspace, tokens: AccessTokens) -> QuickBooksApi: ...

    def ninjaone(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneApi: ...

    def ninjaone_writer(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneWriter: ...

    def web_address(self, environment: Environment, entity: str, qbo_id: str) -> str:
        """The record's page in QuickBooks, for the user's browser."""
        ...

    def agreement_address(self, app: NinjaOneApp, agreement_id: str) -> str:
        """The agreement's page in NinjaOne, for the user's browser; "" without an address."""
        ...


# --- Stores ----------------------------------------------------------------------------------


class WorkspaceStore(Protocol):
    def all(self) -> tuple[Workspace, ...]: ...

    def get(self, workspace_id: int) -> Workspace: ...

    def current(self) -> Workspace:
        """The open one; the first start creates it."""
        ...

    def open(self, workspace_id: int) -> Workspace: ...

    def create(self, name: str, like: Workspace | None = None) -> Workspace:
        """A new one, with the app settings of *like*; not connected."""
        ...

    def save(self, workspace: Workspace) -> None: ...


class CatalogueStore(Protocol):
    """The last catalogue."""

    def apply(
        self,
        workspace_id: int,
        update: CatalogueUpdate,
        beside: Callable[[], None] | None = None,
    ) -> None:
        """One transaction: all of it or nothing. *beside* is called within it, and writes more."""
        ...

    def sources(self, workspace_id: int, kind: Kind) -> tuple[Source, ...]: ...

    def targets(self, workspace_id: int, kind: Kind) -> tuple[Target, ...]:
        """All, inactive and subordinate ones too."""
        ...

    def put_target(self, workspace_id: int, target: Target) -> None:
        """Add or replace one (a carrier item just created)."""
        ...

    def company(self, workspace_id: int) -> Company | None: ...

    def terms(self, workspace_id: int) -> tuple[Term, ...]: ...

    def tax_codes(self, workspace_id: int) -> tuple[TaxCode, ...]: ...

    def agreements(self, workspace_id: int) -> tuple[Agreement, ...]: ...

    def invoices(self, workspace_id: int) -> tuple[Invoice, ...]:
        """All, newest first, with lines where they are known."""
        ...

    def invoice(self, workspace_id: int, invoice_id: str) -> Invoice | None: ...


class PairMemory(Protocol):
    """What a person said about pairs of records in this workspace."""

    def all(self, workspace_id: int, kind: Kind) -> tuple[RememberedPair, ...]: ...

    def remember(
        self, workspace_id: int, pairs: Iterable[RememberedPair], who: str, when: datetime
    ) -> None:
        """A later verdict on the same pair replaces the earlier one."""
        ...

    def forget(self, workspace_id: int, pairs: Iterable[RememberedPair]) -> None: ...


class PushStore(Protocol):
    """Pushes and carrier items."""

    def all(self, workspace_id: int) -> MappingOf[str, Push]:
        """The latest push of each invoice, by invoice id."""
        ...

    def save(self, workspace_id: int, push: Push) -> None:
        """Insert, or replace the one of the same request id; durable on return."""
        ...

    def save_all(self, workspace_id: int, pushes: Sequence[Push]) -> None:
        """Several, all or none; durable on return."""
        ...

    def withdraw(self, workspace_id: int, request_ids: Sequence[str]) -> None:
        """Take back what was written down and surely never sent."""
        ...

    def carriers(self, workspace_id: int) -> MappingOf[str, str]:
        """QuickBooks account id -> carrier item id."""
        ...

    def set_carrier(self, workspace_id: int, account_id: str, item_id: str) -> None: ...


class SettingsStore(Protocol):
    """Small interface settings (window geometry, column layout): JSON-ready values."""

    def get(self, name: str, default: Any = None) -> Any: ...

    def set(self, name: str, value: Any) -> None: ...
