"""The real mapping and invoice services over stores in memory and services that do not exist.

``world()`` makes an MSP of realistic size: organizations, account codes and products with their
QuickBooks counterparts, links in every state of health, invoices in every state. The same seed
gives the same world.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    Company,
    How,
    Invoice,
    InvoiceLine,
    LineGroup,
    Mapping,
    Push,
    PushState,
    Source,
    Target,
    Workspace,
)
from desktop_app.domain.review import target_label
from desktop_app.services.delivery import Ports, Sending
from desktop_app.services.documents import Documents
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoices import Invoices
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.preflight import Preflight
from desktop_app.services.tracking import Tracking
from tests.ui.fakes_sending import MemoryEvidence, MemoryHandling, OneLock
from tests.ui.fakes_stores import (
    NOW,
    REALM,
    FakeGateways,
    FakeNinjaOne,
    FakeQuickBooks,
    FixedClock,
    MemoryCatalogue,
    MemoryMappings,
    MemoryPushes,
    MemorySettings,
    MemoryWorkspaces,
    NoLocks,
    NoLogins,
)

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
