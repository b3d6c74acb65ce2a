"""The nouns: frozen records that pass between all layers.

Ids are text as the service gave them. Amounts are Decimal in major units. Instants are aware
datetimes in UTC, calendar dates are plain dates.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop_app.domain.decisions import PLAIN as PLAIN
from desktop_app.domain.decisions import Choice as Choice
from desktop_app.domain.decisions import Delivery as Delivery
from desktop_app.domain.decisions import How as How
from desktop_app.domain.decisions import Mapping as Mapping
from desktop_app.domain.decisions import MappingChange as MappingChange
from desktop_app.domain.decisions import Mode as Mode
from desktop_app.domain.decisions import RememberedPair as RememberedPair
from desktop_app.domain.decisions import Verdict as Verdict
from desktop_app.domain.expectation import Expectation
from desktop_app.domain.kinds import Kind

# --- Workspace -------------------------------------------------------------------------------


class Environment(StrEnum):
    """Which Intuit world the app keys belong to."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class QuickBooksApp:
    """The Intuit app keys of a workspace, without the client secret (that is in the vault)."""

    client_id: str = ""
    environment: Environment = Environment.PRODUCTION
    redirect_uri: str = ""
    discovery_url: str = ""  # CUSTOM only
    api_url: str = ""  # CUSTOM only


class NinjaOneGrant(StrEnum):
    """How the program signs in to NinjaOne."""

    NATIVE = "native"  # authorization code with PKCE, no secret
    WEB = "web"  # authorization code with PKCE and a secret
    MACHINE = "machine"  # client credentials


@dataclass(frozen=True, slots=True)
class NinjaOneApp:
    """The NinjaOne client app of a workspace, without its secret."""

    base_url: str = ""
    client_id: str = ""
    grant: NinjaOneGrant = NinjaOneGrant.NATIVE
    redirect_uri: str = "http://localhost:8888/"


class TaxChoice(StrEnum):
    """What is sent for tax (NinjaOne sheet 6.6)."""

    NINJAONE = "ninjaone"  # NinjaOne's amount as override
    QUICKBOOKS = "quickbooks"  # QuickBooks computes
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One NinjaOne tenant joined to one QuickBooks company.

    realm_id, company_name and activated_at are set at the first successful QuickBooks connection
    and are never overwritten by a reconnect. *_connected says that a login exists, not that the
    service was reached.
    """

    id: int
    name: str
    quickbooks_app: QuickBooksApp = QuickBooksApp()
    ninjaone_app: NinjaOneApp = NinjaOneApp()
    realm_id: str = ""
    company_name: str = ""
    country: str = ""
    activated_at: datetime | None = None
    quickbooks_connected: bool = False
    quickbooks_user: str = ""
    refresh_token_expires_at: datetime | None = None
    ninjaone_connected: bool = False
    tax_choice: TaxChoice = TaxChoice.NINJAONE
    refreshed_at: datetime | None = None
    quickbooks_checkpoint: datetime | None = None  # the last change capture's own time


# --- Catalogue -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One NinjaOne organization, account code or product."""

    kind: Kind
    id: str
    name: str
    active: bool = True
    code: str = ""  # the account code's code; a product's SKU if it ever has one
    description: str = ""
    system: bool = False  # one of the ten default account codes
    account_id: str = ""  # a product's account code
    price: Decimal | None = None
    quantity_source: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One QuickBooks customer, account or item, active or not.

    number: AcctNum or Sku. type: AccountType or Item Type. subordinate: a sub-customer, job or
    project, which the integration does not map. starts_on: from when on a stock item can be sold.
    """

    kind: Kind
    id: str
    name: str
    full_name: str
    active: bool = True
    sync_token: str = ""
    parent_id: str = ""
    subordinate: bool = False
    type: str = ""
    subtype: str = ""
    number: str = ""
    company_name: str = ""
    email: str = ""
    city: str = ""
    currency: str = ""
    price: Decimal | None = None
    income_account_id: str = ""
    taxable: bool = False
    term_id: str = ""
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """CompanyInfo and Preferences, as far as they decide something (QuickBooks sheet 4.9)."""

    realm_id: str
    name: str
    country: str = "US"
    home_currency: str = ""
    multicurrency: bool = False
    book_close_date: date | None = None
    custom_txn_numbers: bool = False
    using_sales_tax: bool = False
    partner_tax: bool | None = None  # None: classic; True: automated; False: not set up
    tax_group_code_id: str = ""
    allow_discount: bool = False
    discount_account_id: str = ""
    use_account_numbers: bool = False
    class_per_txn: bool = False
    class_per_line: bool = False
    track_departments: bool = False
    default_term_id: str = ""
    default_item_id: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    id: str
    name: str
    due_days: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class TaxCode:
    """rate: the sum of its active sales rates in per cent, None when it has none."""

    id: str
    name: str
    taxable: bool = False
    group: bool = False
    active: bool = True
    rate: Decimal | None = None


# --- NinjaOne billing ------------------------------------------------------------------------


class InvoiceStatus(StrEnum):
    """NinjaOne's status values; any other text is kept raw on the invoice and is not sent."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    ARCHIVED = "ARCHIVED"


@dataclass(frozen=True, slots=True)
class Agreement:
    """accounting_action: SYNC, COMPLETE or NONE; None where the service does not tell (U17)."""

    id: str
    name: str
    organization_id: str = ""
    organization_name: str = ""
    active: bool = True
    interval: str = ""
    accounting_action: str | None = None


class LineGroup(StrEnum):
    """Which of the invoice's three arrays a line came from."""

    MANUAL = "products"
    AGREEMENT = "agreementProducts"
    TICKET = "ticketProducts"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """amount: after the line's own discount, two places, as NinjaOne states it."""

    group: LineGroup
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    id: str = ""
    description: str = ""
    discount: Decimal = Decimal(0)
    product_id: str = ""
    account_id: str = ""
    taxable: bool | None = None
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """One NinjaOne invoice.

    lines is None when only the list row is known (the list does not hold lines).
    created_at falls back to midnight UTC of invoice_date where the service gives none (U9).
    raw: the detail answer as JSON text, kept for support; "" while lines is None.
    """

    id: str
    number: str
    status: str
    organization_id: str
    organization_name: str
    invoice_date: date | None
    due_date: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    interval: str = ""
    currency: str = ""
    agreement_id: str = ""
    agreement_name: str = ""
    bill_email: str = ""
    sub_total: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    tax_rate: Decimal | None = None  # a fraction: 0.0825
    total_tax: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    lines: tuple[InvoiceLine, ...] | None = None
    raw: str = ""


# --- Mapping ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a service call changed, so that the screens concerned refresh themselves."""

    kinds: frozenset[Kind] = frozenset()
    source_ids: frozenset[str] = frozenset()
    invoices: bool = False
    workspace: bool = False
    text: str = ""  # "Mapped 61 organizations", for the status bar


# --- Sending ---------------------------------------------------------------------------------


class PushState(StrEnum):
    """Where a push is. WRITTEN_DOWN and SENDING survive a crash and are resolved by look-up."""

    SENDING = "sending"  # written down; the request may be under way or its answer lost
    SENT = "sent"  # QuickBooks has it; totals equal to the cent
    DIFFERS = "differs"  # QuickBooks has it; a total differs
    REFUSED = "refused"  # QuickBooks said no; nothing there


@dataclass(frozen=True, slots=True)
class Push:
    """The record of sending one invoice, written before and after each call.

    request_id: the idempotency key (at most 50 characters), also the marker in the note; a later
    attempt of the same invoice has the same beginning and another end (":g2"). payload: the exact
    JSON text. batch_id, batch_item: the batch it went with, whose ids make it repeatable; "" for a
    request of its own. source: JSON of what NinjaOne's invoice was. rival: JSON of the document
    that holds its number, "" for none.
    """

    invoice_id: str
    realm_id: str
    state: PushState
    request_id: str
    payload: str
    expected_total: Decimal
    expected_tax: Decimal
    started_at: datetime
    finished_at: datetime | None = None
    qbo_id: str = ""
    doc_number: str = ""
    total: Decimal | None = None
    total_tax: Decimal | None = None
    problem: str = ""  # why refused, or how it differs
    reference: str = ""  # intuit_tid
    entity: str = "Invoice"
    batch_id: str = ""
    batch_item: str = ""
    source: str = ""
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A QuickBooks document ready to send.

    body: JSON-ready (Decimal for numbers). expected_total, expected_tax: NinjaOne's, with which
    the answer is compared. expectation: what QuickBooks will make of it, as far as the local data
    can tell.
    """

    invoice_id: str
    entity: str  # "Invoice" or "CreditMemo"; the amounts of a credit memo are positive
    body: MappingOf[str, Any]
    expected_total: Decimal
    expected_tax: Decimal
    notes: tuple[str, ...] = ()  # visible adaptations, e.g. transliterated text
    expectation: Expectation | None = None


@dataclass(frozen=True, slots=True)
class CreatedDocument:
    """What QuickBooks answered to a create or a read."""

    id: str
    sync_token: str
    doc_number: str
    total: Decimal
    total_tax: Decimal
    customer_id: str
    private_note: str = ""
    reference: str = ""
    body: MappingOf[str, Any] = field(default_factory=dict)


# --- Refresh ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetUpdate:
    """Targets of one kind. complete: the whole list; otherwise only what changed. deleted: ids
    that QuickBooks itself called deleted."""

    kind: Kind
    targets: tuple[Target, ...]
    complete: bool
    deleted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CatalogueUpdate:
    """Everything that one refresh fetched, applied in one transaction or not at all.

    sources of all kinds are complete lists. invoices without lines keep the lines already stored
    if status, total and updated_at are the same.
    """

    sources: tuple[Source, ...]
    agreements: tuple[Agreement, ...]
    invoices: tuple[Invoice, ...]
    targets: tuple[TargetUpdate, ...]
    company: Company
    terms: tuple[Term, ...]
    tax_codes: tuple[TaxCode, ...]
    fetched_at: datetime
    checkpoint: datetime
