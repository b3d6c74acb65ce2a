"""The real mapping and invoice services over stores in memory and services that do not exist.

``world()`` makes an MSP of realistic size: organizations, account codes and products with their
QuickBooks counterparts, links in every state of health, invoices in every state. The same seed
gives the same world.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    Choice,
    Company,
    How,
    Invoice,
    InvoiceLine,
    LineGroup,
    Mapping,
    MappingChange,
    Push,
    PushState,
    Source,
    Target,
    TaxCode,
    Workspace,
)
from desktop_app.domain.review import target_label
from desktop_app.progress import Progress
from desktop_app.services.delivery import Ports, Sending
from desktop_app.services.documents import Documents
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoices import Invoices
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.preflight import Preflight
from desktop_app.services.tracking import Tracking
from tests.ui.fakes_sending import MemoryEvidence, MemoryHandling, OneLock, SalesDocuments

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REALM = "9130350000000001"

FIRST = [
    "Alder",
    "Amber",
    "Apex",
    "Aurora",
    "Beacon",
    "Birch",
    "Blue",
    "Bluebird",
    "Bright",
    "Cedar",
    "Clear",
    "Cobalt",
    "Copper",
    "Coral",
    "Crescent",
    "Delta",
    "Eagle",
    "Ember",
    "Evergreen",
    "Falcon",
    "Fern",
    "Frost",
    "Granite",
    "Harbor",
    "Hazel",
    "Heron",
    "Highland",
    "Indigo",
    "Iron",
    "Ivory",
    "Jasper",
    "Juniper",
    "Keystone",
    "Lakeside",
    "Laurel",
    "Liberty",
    "Lighthouse",
    "Linden",
    "Maple",
    "Meridian",
    "Mesa",
    "Northgate",
    "Oak",
    "Onyx",
    "Orchard",
    "Osprey",
    "Pacific",
    "Pine",
    "Quarry",
    "Raven",
    "Ridge",
    "River",
    "Sable",
    "Sierra",
    "Silver",
    "Slate",
    "Summit",
    "Sunrise",
    "Tamarack",
    "Timber",
    "Union",
    "Valley",
    "Vista",
    "Walnut",
    "Willow",
]
SECOND = [
    "Accounting",
    "Animal Hospital",
    "Architects",
    "Bakery",
    "Brewing",
    "Capital",
    "Charter School",
    "Construction",
    "Credit Union",
    "Dental Group",
    "Dermatology",
    "Electric",
    "Engineering",
    "Family Law",
    "Farms",
    "Foods",
    "Freight",
    "Gallery",
    "Health Partners",
    "Hotels",
    "Insurance",
    "Landscaping",
    "Logistics",
    "Manufacturing",
    "Media",
    "Orthopedics",
    "Pharmacy",
    "Plumbing",
    "Property Management",
    "Realty",
    "Roofing",
    "Senior Living",
    "Supply",
    "Trucking",
]
CITIES = ["Austin", "Boise", "Denver", "Fresno", "Omaha", "Portland", "Reno", "Tampa", "Tulsa"]
CODES = (
    "Managed Services", "Professional Services", "Hardware", "Software Licenses", "Backup",
    "Security", "Telephony", "Travel", "Projects", "Other",
)  # fmt: skip
PRODUCTS = (
    "Workstation Management", "Server Management", "Firewall Management", "Endpoint Protection",
    "Email Security", "Backup 500 GB", "Backup 1 TB", "Backup 5 TB", "Patch Management",
    "Microsoft 365 Business Basic", "Microsoft 365 Business Standard", "VoIP Seat", "SIP Trunk",
    "Dark Web Monitoring", "Phishing Training", "Password Manager", "Remote Labor", "On-site Labor",
    "After-hours Labor", "Project Labor", "vCIO Advisory", "Network Switch 24-port",
    "Wireless Access Point", "Docking Station", "Laptop 14-inch", "Monitor 27-inch",
    "Travel Zone 1", "Travel Zone 2", "Domain Renewal", "SSL Certificate",
    "Hosting Small", "Hosting Large",
)  # fmt: skip


# --- Stores ----------------------------------------------------------------------------------


class FixedClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class MemorySettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return copy.deepcopy(self.values.get(name, default))

    def set(self, name: str, value: Any) -> None:
        self.values[name] = copy.deepcopy(value)


class MemoryWorkspaces:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def all(self) -> tuple[Workspace, ...]:
        return (self.workspace,)

    def get(self, workspace_id: int) -> Workspace:
        return self.workspace

    def current(self) -> Workspace:
        return self.workspace

    def open(self, workspace_id: int) -> Workspace:
        return self.workspace

    def create(self, name: str, like: Workspace | None = None) -> Workspace:
        raise NotImplementedError

    def save(self, workspace: Workspace) -> None:
        self.workspace = workspace


@dataclass
class MemoryCatalogue:
    source_list: list[Source] = field(default_factory=list)
    target_list: list[Target] = field(default_factory=list)
    agreement_list: list[Agreement] = field(default_factory=list)
    invoice_list: list[Invoice] = field(default_factory=list)
    the_company: Company | None = None
    tax_code_list: list[TaxCode] = field(default_factory=list)

    def apply(self, workspace_id: int, update: Any) -> None:
        raise NotImplementedError

    def sources(self, workspace_id: int, kind: Kind) -> tuple[Source, ...]:
        return tuple(s for s in self.source_list if s.kind is kind)

    def targets(self, workspace_id: int, kind: Kind) -> tuple[Target, ...]:
        return tuple(t for t in self.target_list if t.kind is kind)

    def put_target(self, workspace_id: int, target: Target) -> None:
        self.target_list = [
            t for t in self.target_list if (t.kind, t.id) != (target.kind, target.id)
        ]
        self.target_list.append(target)

    def company(self, workspace_id: int) -> Company | None:
        return self.the_company

    def terms(self, workspace_id: int) -> tuple[()]:
        return ()

    def tax_codes(self, workspace_id: int) -> tuple[TaxCode, ...]:
        return tuple(self.tax_code_list)

    def agreements(self, workspace_id: int) -> tuple[Agreement, ...]:
        return tuple(self.agreement_list)

    def invoices(self, workspace_id: int) -> tuple[Invoice, ...]:
        return tuple(self.invoice_list)

    def invoice(self, workspace_id: int, invoice_id: str) -> Invoice | None:
        return next((i for i in self.invoice_list if i.id == invoice_id), None)


class MemoryMappings:
    """Links, exclusions and an undo stack of whole steps."""

    def __init__(self) -> None:
        self.links: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
        self.held: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
        self.steps: list[tuple[dict[Kind, dict[str, Mapping]], ...]] = []

    def all(self, workspace_id: int, kind: Kind) -> dict[str, Mapping]:
        return dict(self.links[kind])

    def excluded(self, workspace_id: int, kind: Kind) -> dict[str, Mapping]:
        return dict(self.held[kind])

    def companies(self, workspace_id: int) -> frozenset[str]:
        return frozenset()

    def apply(
        self,
        workspace_id: int,
        changes: Iterable[MappingChange],
        who: str,
        when: datetime,
        **_: Any,
    ) -> None:
        self.steps.append(
            tuple({k: dict(found) for k, found in part.items()} for part in (self.links, self.held))
        )
        for change in changes:
            self.links[change.kind].pop(change.source_id, None)
            self.held[change.kind].pop(change.source_id, None)
            decided = Mapping(
                change.kind,
                change.source_id,
                change.target_id,
                change.target_label,
                change.how,
                who,
                when,
                change.choice,
                change.evidence,
            )
            if change.target_id:
                self.links[change.kind][change.source_id] = decided
            elif change.choice is Choice.EXCLUDED:
                self.held[change.kind][change.source_id] = decided

    def undo(
        self, workspace_id: int, who: str, when: datetime, **_: Any
    ) -> tuple[MappingChange, ...]:
        if not self.steps:
            return ()
        links, held = self.links, self.held
        self.links, self.held = self.steps.pop()
        return tuple(
            MappingChange(kind, source_id, source_id, "", "", How.UNDO)
            for kind in Kind
            for source_id in (links[kind].keys() ^ self.links[kind].keys())
            | (held[kind].keys() ^ self.held[kind].keys())
        )

    def redo(
        self, workspace_id: int, who: str, when: datetime, **_: Any
    ) -> tuple[MappingChange, ...]:
        return ()

    def can_undo(self, workspace_id: int) -> str:
        return "the last change" if self.steps else ""

    def can_redo(self, workspace_id: int) -> str:
        return ""

    def undo_size(self, workspace_id: int) -> int:
        if not self.steps:
            return 0
        links, held = self.steps[-1]
        return sum(
            len(now[kind].items() ^ then[kind].items())
            for now, then in ((self.links, links), (self.held, held))
            for kind in Kind
        )

    def redo_size(self, workspace_id: int) -> int:
        return 0


class MemoryPushes:
    def __init__(self) -> None:
        self.pushes: dict[str, Push] = {}
        self.carrier_items: dict[str, str] = {}

    def all(self, workspace_id: int) -> dict[str, Push]:
        return dict(self.pushes)

    def save(self, workspace_id: int, push: Push) -> None:
        self.pushes[push.invoice_id] = push

    def save_all(self, workspace_id: int, pushes: Iterable[Push]) -> None:
        self.pushes = {**self.pushes, **{push.invoice_id: push for push in pushes}}

    def withdraw(self, workspace_id: int, request_ids: Iterable[str]) -> None:
        gone = set(request_ids)
        self.pushes = {k: p for k, p in self.pushes.items() if p.request_id not in gone}

    def carriers(self, workspace_id: int) -> dict[str, str]:
        return dict(self.carrier_items)

    def set_carrier(self, workspace_id: int, account_id: str, item_id: str) -> None:
        self.carrier_items[account_id] = item_id


# --- The services on the other side ----------------------------------------------------------


class FakeQuickBooks(SalesDocuments):
    """Sales documents, and the service items that carry lines."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Target] = []

    def create_service_item(
        self, name: str, income_account_id: str, request_id: str, progress: Progress
    ) -> Target:
        item = Target(
            Kind.ITEMS,
            str(9000 + len(self.items)),
            name,
            name,
            type="Service",
            income_account_id=income_account_id,
        )
        self.items.append(item)
        return item


class FakeNinjaOne:
    def __init__(self, catalogue: MemoryCatalogue) -> None:
        self.catalogue = catalogue

    def invoices(self, ids: Sequence[str], progress: Progress) -> tuple[Invoice, ...]:
        by_id = {i.id: i for i in self.catalogue.invoice_list}
        return tuple(by_id[i] for i in ids if i in by_id)


class FakeGateways:
    def __init__(self, quickbooks: FakeQuickBooks, ninjaone: FakeNinjaOne) -> None:
        self._quickbooks, self._ninjaone = quickbooks, ninjaone
        self.notes: dict[str, str] = {}

    def quickbooks(self, workspace: Workspace, tokens: Any) -> FakeQuickBooks:
        return self._quickbooks

    def ninjaone(self, workspace: Workspace, tokens: Any) -> FakeNinjaOne:
        return self._ninjaone

    def web_address(self, environment: Any, entity: str, qbo_id: str) -> str:
        return f"https://qbo.example/app/{entity.lower()}?id={qbo_id}"

    def ninjaone_writer(self, workspace: Workspace, tokens: Any) -> Any:
        return self

    def set_note(self, invoice_id: str, note: str, progress: Progress) -> None:
        self.notes[invoice_id] = note

    def agreement_address(self, app: Any, agreement_id: str) -> str:
        return f"https://ninjaone.example/#/agreements/{agreement_id}"


class NoLogins:
    def __init__(self) -> None:
        self.error: BaseException | None = None

    def keeper(self, workspace_id: int, service: Any) -> None:
        return None

    def used(self, workspace_id: int, error: BaseException | None = None) -> None:
        self.error = error

    def trouble(self, workspace_id: int) -> BaseException | None:
        return self.error


class NoLocks:
    def hold(self, name: str, progress: Progress | None = None) -> AbstractContextManager[None]:
        return nullcontext()


# --- The world -------------------------------------------------------------------------------


class World:
    """The stores, the fakes and the services over them."""

    def __init__(self) -> None:
        self.workspace = Workspace(
            id=1,
            name="Northwind IT",
            realm_id=REALM,
            company_name="Northwind IT LLC",
            country="US",
            activated_at=datetime(2026, 1, 1, tzinfo=UTC),
            quickbooks_connected=True,
            ninjaone_connected=True,
            refreshed_at=NOW,
        )
        self.workspaces = MemoryWorkspaces(self.workspace)
        self.catalogue = MemoryCatalogue(
            the_company=Company(REALM, "Northwind IT LLC", home_currency="USD")
        )
        self.mappings = MemoryMappings()
        self.pushes = MemoryPushes()
        self.settings = MemorySettings()
        self.clock = FixedClock()
        self.quickbooks = FakeQuickBooks()
        self.gateways = FakeGateways(self.quickbooks, FakeNinjaOne(self.catalogue))
        self.evidence = MemoryEvidence(self.pushes.save)
        self.handling = MemoryHandling()
        reader = HandlingReader(self.handling, self.settings)
        self.facts = LocalFacts(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            mappings=self.mappings,
            pushes=self.pushes,
            handling=reader.read,
        )
        self.mapping = MappingDesk(
            workspaces=self.workspaces,
            mappings=self.mappings,
            facts=self.facts,
            gateways=self.gateways,
            clock=self.clock,
            who="alex",
        )
        self.sending = Sending(
            Ports(
                workspaces=self.workspaces,
                pushes=self.pushes,
                evidence=self.evidence,
                facts=self.facts,
                logins=NoLogins(),
                gateways=self.gateways,
                locks=OneLock(),
                settings=self.settings,
                clock=self.clock,
            )
        )
        self.invoices = Invoices(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            pushes=self.pushes,
            facts=self.facts,
            logins=NoLogins(),
            gateways=self.gateways,
            locks=NoLocks(),
            clock=self.clock,
            sending=self.sending,
        )
        self.preflight = Preflight(
            invoices=self.invoices,
            store=self.handling,
            facts=self.facts,
            gateways=self.gateways,
            clock=self.clock,
            who="alex",
        )

        self.documents = Documents(
            invoices=self.invoices,
            store=self.handling,
            handling=reader,
            facts=self.facts,
            logins=NoLogins(),
            gateways=self.gateways,
            clock=self.clock,
            plan=self.sending.plan,
        )

        self.tracking = Tracking(
            handling=reader, facts=self.facts, logins=NoLogins(), gateways=self.gateways
        )

    def link(self, kind: Kind, source_id: str, target: Target, **more: Any) -> None:
        link = Mapping(kind, source_id, target.id, target_label(target), How.BY_HAND, "alex", NOW)
        self.mappings.links[kind][source_id] = replace(link, **more)
        self.facts.invalidate()

    def add(self, *records: Source | Target | Agreement | Invoice) -> None:
        for record in records:
            if isinstance(record, Source):
                self.catalogue.source_list.append(record)
            elif isinstance(record, Target):
                self.catalogue.target_list.append(record)
            elif isinstance(record, Agreement):
                self.catalogue.agreement_list.append(record)
            else:
                self.catalogue.invoice_list.append(record)
        self.facts.invalidate()


def customer(number: int | str, name: str, **more: Any) -> Target:
    return Target(Kind.CUSTOMERS, str(number), name, more.pop("full_name", name), **more)


def organization(number: int | str, name: str, **more: Any) -> Source:
    return Source(Kind.CUSTOMERS, str(number), name, **more)


def names(count: int, rng: random.Random) -> list[str]:
    pairs = [f"{a} {b}" for a in FIRST for b in SECOND]
    rng.shuffle(pairs)
    if count > len(pairs):
        pairs += [f"{name} {number}" for number in range(2, 12) for name in pairs]
    return pairs[:count]


def world(size: int = 200, seed: int = 7) -> World:
    """About *size* organizations and invoices, 32 products, 10 account codes."""
    rng = random.Random(seed)
    made = World()
    _customers(made, size, rng)
    _accounts(made)
    _items(made, rng)
    _invoices(made, size, rng)
    made.facts.invalidate()
    return made


def _customers(made: World, size: int, rng: random.Random) -> None:
    for number, name in enumerate(names(size, rng), start=1):
        domain = name.lower().replace(" ", "")
        made.add(organization(number, name, email=f"billing@{domain}.example"))
        if number % 12 == 0:
            continue  # nothing like it in QuickBooks
        target = customer(
            1000 + number,
            name if number % 7 else f"{name}, Inc.",
            email=f"ap@{domain}.example",
            city=rng.choice(CITIES),
            active=number % 41 != 0,
            currency="USD",
        )
        made.add(target)
        if number % 9 == 0:
            site = f"{target.name}:West Campus"
            made.add(
                customer(
                    7000 + number,
                    "West Campus",
                    full_name=site,
                    parent_id=target.id,
                    subordinate=True,
                )
            )
        if number % 4:
            when = NOW - timedelta(days=number % 60, minutes=number * 7)
            how = How.AUTO_MAP if number % 3 else How.BY_HAND
            label = f"{name} (old)" if number % 29 == 0 else target_label(target)
            made.link(
                Kind.CUSTOMERS, str(number), target, how=how, changed_at=when, target_label=label
            )
    lost = customer(990, "Gone & Sons")
    made.add(organization(size + 1, "Gone & Sons", email="office@gone.example"))
    made.link(Kind.CUSTOMERS, str(size + 1), lost)
    made.add(organization(size + 2, "Ærø Café Søndergård", email="hej@aeroe.example"))


def _accounts(made: World) -> None:
    for number, name in enumerate(CODES, start=1):
        code = f"{number}00"
        made.add(Source(Kind.ACCOUNTS, str(number), name, code=code, system=True))
        if number < 9:
            income = Target(
                Kind.ACCOUNTS,
                str(40 + number),
                name,
                f"Services:{name}" if number < 5 else name,
                type="Income" if number != 8 else "Expense",
                number=str(4000 + number * 10),
            )
            made.add(income)
            if number not in (2, 5, 6):
                made.link(Kind.ACCOUNTS, str(number), income)
    for number, (name, type_) in enumerate(
        (("Interest Earned", "Other Income"), ("Checking", "Bank"), ("Rent", "Expense"),
         ("Undeposited Funds", "Other Current Asset"), ("Old Sales", "Income")), start=60
    ):  # fmt: skip
        made.add(
            Target(Kind.ACCOUNTS, str(number), name, name, type=type_, active=name != "Old Sales")
        )


def _items(made: World, rng: random.Random) -> None:
    for number, name in enumerate(PRODUCTS, start=1):
        price = Decimal(rng.randrange(500, 25000)) / 100
        made.add(
            Source(
                Kind.ITEMS,
                str(100 + number),
                name,
                code=f"NS-{number:03d}",
                price=price,
                account_id=str(1 + number % 10),
            )
        )
        if number % 6 == 0:
            continue
        item = Target(
            Kind.ITEMS,
            str(300 + number),
            name,
            f"Services:{name}" if number % 2 else name,
            type="Service" if number % 5 else "NonInventory",
            number=f"NS-{number:03d}",
            price=price,
            income_account_id="" if number == 13 else "41",
            active=number != 16,
        )
        made.add(item)
        if number % 4:
            made.link(Kind.ITEMS, str(100 + number), item)
    made.add(
        Target(Kind.ITEMS, "390", "Services", "Services", type="Category"),
        Target(Kind.ITEMS, "391", "Starter Bundle", "Starter Bundle", type="Group"),
    )


def _invoices(made: World, size: int, rng: random.Random) -> None:
    organizations = [s for s in made.catalogue.source_list if s.kind is Kind.CUSTOMERS]
    products = [s for s in made.catalogue.source_list if s.kind is Kind.ITEMS]
    for number, owner in enumerate(organizations[:: max(1, size // 40)], start=1):
        made.add(
            Agreement(
                str(number),
                f"{owner.name} – Managed IT",
                owner.id,
                owner.name,
                interval="Monthly" if number % 3 else "Quarterly",
                accounting_action=("SYNC", "SYNC", "NONE", "SYNC", "COMPLETE", None)[number % 6],
            )
        )
    agreements = {a.organization_id: a for a in made.catalogue.agreement_list}
    for number in range(1, size + 1):
        owner = organizations[(number * 3) % len(organizations)]
        chosen = rng.sample(products, rng.randrange(1, 5))
        agreement = agreements.get(owner.id)
        made.add(
            invoice(
                number,
                owner,
                chosen,
                rng,
                status="PENDING" if number % 11 == 0 else "APPROVED",
                day=date(2026, 2, 1) - timedelta(days=(number * 40) // size),
                agreement=agreement,
                currency="EUR" if number % 67 == 0 else "USD",
            )
        )


def invoice(
    number: int,
    owner: Source,
    products: Sequence[Source],
    rng: random.Random | None = None,
    *,
    status: str = "APPROVED",
    day: date = date(2026, 2, 1),
    agreement: Agreement | None = None,
    currency: str = "USD",
) -> Invoice:
    lines = []
    for product in products:
        quantity = Decimal(rng.randrange(1, 30) if rng else 2)
        price = product.price or Decimal("10.00")
        lines.append(
            InvoiceLine(
                LineGroup.AGREEMENT if agreement else LineGroup.MANUAL,
                product.name,
                quantity,
                price,
                (quantity * price).quantize(Decimal("0.01")),
                id=f"{number}-{product.id}",
                product_id=product.id,
                account_id=product.account_id,
            )
        )
    total = sum((line.amount for line in lines), Decimal(0))
    return Invoice(
        id=str(number),
        number=f"INV-{20000 + number}",
        status=status,
        organization_id=owner.id,
        organization_name=owner.name,
        invoice_date=day,
        due_date=day + timedelta(days=30),
        currency=currency,
        agreement_id=agreement.id if agreement else "",
        agreement_name=agreement.name if agreement else "",
        sub_total=total,
        total=total,
        created_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        lines=tuple(lines),
    )


def sent(
    made: World, invoice_id: str, state: PushState = PushState.SENT, problem: str = ""
) -> Push:
    """Record that an invoice was sent."""
    the_invoice = made.catalogue.invoice(1, invoice_id)
    assert the_invoice is not None
    push = Push(
        invoice_id=invoice_id,
        realm_id=REALM,
        state=state,
        request_id=f"r-{invoice_id}",
        payload="{}",
        expected_total=the_invoice.total,
        expected_tax=Decimal(0),
        started_at=NOW,
        finished_at=NOW,
        qbo_id=f"4{invoice_id}",
        doc_number=the_invoice.number,
        total=the_invoice.total,
        problem=problem,
    )
    made.pushes.save(1, push)
    made.facts.invalidate()
    return push
