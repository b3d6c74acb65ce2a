"""The NinjaOne tenant of the MSP: organizations, account codes, products, agreements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from uuid import UUID

from desktop_app.simulator.data.amounts import ZERO
from desktop_app.simulator.data.billing import AGREEMENT, Line
from desktop_app.simulator.data.calendar import Calendar, month_start
from desktop_app.simulator.data.catalogue import DELETED_PRODUCT, Product
from desktop_app.simulator.data.clients import ARCHIVED, Client
from desktop_app.simulator.data.people import mailbox
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.data.words import FAMILY, GIVEN, JOB_TITLES, STREETS, US_CITIES

ACCOUNT_CODES = (
    (1, "4100", "Hardware"),
    (2, "4110", "Software"),
    (3, "4200", "Labor Billed"),
    (4, "4210", "Ticket Time Entry"),
    (5, "4300", "Managed Devices"),
    (6, "4310", "Managed End User"),
    (7, "4400", "Device Backup"),
    (8, "4500", "User Product"),
    (9, "4600", "Product Group"),
    (10, "4900", "Custom"),
    (31, "4720", "Cloud hosting"),
    (32, "", "Project work"),
)
LAST_DEFAULT_ACCOUNT = 10
DELETED_PRODUCT_ID = 200
INTERVALS = ("MONTHLY", "WEEKLY", "QUARTERLY", "ANNUALLY")


@dataclass(frozen=True, slots=True)
class Sold:
    """A product with its NinjaOne id and account reference. matched: an invoiceable item of the
    same name exists, and no second product has that name."""

    id: int
    product: Product
    account: Json | None
    matched: bool

    def line(
        self,
        quantity: Decimal | str | int,
        group: str = AGREEMENT,
        *,
        price: Decimal | None = None,
        discount: Decimal = ZERO,
        description: str = "",
    ) -> Line:
        """An invoice line of this product, at its own price unless told otherwise."""
        product = self.product
        return Line(
            product.name,
            Decimal(quantity),
            product.price if price is None else price,
            self.id,
            self.account,
            product.taxable,
            group,
            discount,
            description,
        )


@dataclass(slots=True)
class Contract:
    """An agreement, the organization it belongs to, and what it bills each time."""

    record: Json
    organization: Json
    lines: list[tuple[Sold, int]]


class Tenant:
    """Builds the lists of the tenant; the invoice writers read them."""

    def __init__(
        self,
        known: Sequence[Client],
        products: Sequence[Product],
        calendar: Calendar,
        random: Random,
    ) -> None:
        self.calendar = calendar
        self._random = random
        self.organizations: list[Json] = []
        self.locations: list[Json] = []
        self.contacts: list[Json] = []
        self.addresses: dict[int, str] = {}
        self.accounts: list[Json] = []
        self.contracts: list[Contract] = []
        self._clients: dict[int, Client] = {}

        counted = Counter(client.organization for client in known)
        for client in known:
            if client.organization:
                self._organization(client.organization)
                self._clients[self.organizations[-1]["id"]] = client
        self.clean = {
            org_id
            for org_id, client in self._clients.items()
            if client.equal and counted[client.organization] == 1
        }
        self.archived = [self._archived()]
        self._accounts()
        self.sold = self._products(products)
        self.by_name = {sold.product.name: sold for sold in reversed(self.sold)}
        self._agreements()

    # --- What the invoice writers ask ------------------------------------------------------

    def organization(self, name: str) -> Json:
        return next(record for record in self.organizations if record["name"] == name)

    def contract(self, organization: str, part: str = "Managed Care") -> Contract:
        """The agreement of *organization* whose name ends with *part*."""
        return next(
            contract
            for contract in self.contracts
            if contract.organization["name"] == organization
            and contract.record["name"].endswith(part)
        )

    def deleted_product(self) -> Sold:
        """A product that invoices may still name but no list holds."""
        return Sold(DELETED_PRODUCT_ID, DELETED_PRODUCT, self.account("Custom"), False)

    def account(self, name: str) -> Json | None:
        """{id, name, code} of an account code, None for ""."""
        for account_id, code, known in ACCOUNT_CODES:
            if known == name:
                return {"id": account_id, "name": name, "code": code}
        return None

    def ready_contracts(self) -> list[Contract]:
        """Agreements that send: active, SYNC, customer of the same name, matched products only."""
        return [
            contract
            for contract in self.contracts
            if contract.organization["id"] in self.clean
            and contract.record["status"] == "ACTIVE"
            and contract.record.get("accountingAction") == "SYNC"
        ]

    def product_records(self) -> list[Json]:
        return [
            {
                "id": sold.id,
                "name": sold.product.name,
                "description": sold.product.description,
                "active": sold.product.active,
                "quantityType": sold.product.source,
                "account": None if sold.account is None else dict(sold.account),
                "price": sold.product.price,
                "cost": sold.product.cost,
                "taxable": sold.product.taxable,
            }
            for sold in self.sold
        ]

    # --- Lists -----------------------------------------------------------------------------

    def _organization(self, name: str) -> None:
        random = self._random
        org_id = 11 + len(self.organizations)
        city, region, postal = random.choice(US_CITIES)
        self.addresses[org_id] = (
            f"{random.randrange(1, 999)} {random.choice(STREETS)}, {city}, {region} {postal}"
        )
        own = []
        for number in range(random.choice((1, 1, 1, 2))):
            location = {
                "id": 31 + len(self.locations),
                "name": "Main Office" if number == 0 else f"{random.choice(STREETS)} branch",
                "address": self.addresses[org_id],
                "description": "",
                "userData": {},
            }
            own.append(location)
            self.locations.append({**location, "organizationId": org_id})
        self.organizations.append(self._organization_record(org_id, name, own))
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        self.contacts.append(
            {
                "id": 500 + org_id,
                "organizationId": org_id,
                "uid": str(UUID(int=random.getrandbits(128), version=4)),
                "firstName": given,
                "lastName": family,
                "email": mailbox(name),
                "phone": f"(555) 010-{org_id % 10_000:04d}",
                "jobTitle": random.choice(JOB_TITLES),
            }
        )

    def _organization_record(self, org_id: int, name: str, locations: list[Json]) -> Json:
        settings = {
            part: {"product": product, "enabled": True, "targets": [], "options": {}}
            for part, product in (("psa", "NINJA_PSA"), ("backup", "NINJA_BACKUP"))
        }
        return {
            "id": org_id,
            "name": name,
            "description": None if org_id % 3 == 0 else "Managed client",
            "userData": {},
            "nodeApprovalMode": ("AUTOMATIC", "AUTOMATIC", "MANUAL")[org_id % 3],
            "tags": [],
            "fields": {},
            "locations": [dict(location) for location in locations],
            "policies": [{"nodeRoleId": 3, "policyId": 52}],
            "settings": settings,
        }

    def _archived(self) -> Json:
        org_id = 11 + len(self.organizations)
        self.addresses[org_id] = "77 Maple Street, Shelton, WA 98584"
        return self._organization_record(org_id, ARCHIVED, [])

    def _accounts(self) -> None:
        for account_id, code, name in ACCOUNT_CODES:
            default = account_id <= LAST_DEFAULT_ACCOUNT
            self.accounts.append(
                {
                    "id": account_id,
                    "code": code,
                    "name": name,
                    "description": f"Default account for {name}" if default else None,
                    "system": default,
                }
            )

    def _products(self, products: Sequence[Product]) -> list[Sold]:
        counted = Counter(product.name for product in products)
        return [
            Sold(
                DELETED_PRODUCT_ID + 1 + position,
                product,
                self.account(product.account),
                product.equal and product.active and counted[product.name] == 1,
            )
            for position, product in enumerate(products)
        ]

    def _agreements(self) -> None:
        matched = [sold for sold in self.sold if sold.matched]
        recurring = [sold for sold in matched if sold.product.source != "TIME_ENTRY"]
        everything = [sold for sold in self.sold if sold.product.active]
        for position, organization in enumerate(self.organizations):
            clean = organization["id"] in self.clean
            if not clean and position >= 30 and self._random.random() < 0.15:
                continue
            interval = "MONTHLY" if position % 5 else INTERVALS[position // 5 % 4]
            lines = self._bill_of(recurring if clean else everything)
            self._agreement(organization, "Managed Care", interval, lines)
        for name, part, changes in (
            ("Kowalczyk Orchards", "Hosting (billed elsewhere)", {"accountingAction": "NONE"}),
            ("Café Lumière", "Backup", {"accountingAction": "COMPLETE"}),
            ("Tall Pines Veterinary", "Legacy plan", {"accountingAction": None}),
            ("Cooper's Print Room", "Trial", {"status": "INACTIVE", "endDate": True}),
            ("Ellery Marina", "Harbor Wi-Fi", {"interval": "ANNUALLY"}),
            ("Dusty's Motor Repair", "Call-outs", {"interval": "WEEKLY"}),
            ("Birchwood Dental Group", "Compliance", {"interval": "QUARTERLY"}),
        ):
            made = self._agreement(
                self.organization(name), part, "MONTHLY", self._bill_of(recurring)
            )
            for key, value in changes.items():
                if value is None:
                    del made[key]  # an older answer that does not know the setting
                elif value is True:
                    made[key] = self.calendar.day(month_start(2))
                else:
                    made[key] = value

    def _bill_of(self, choice: list[Sold]) -> list[tuple[Sold, int]]:
        random = self._random
        picked = random.sample(choice, random.randrange(2, 5))
        return [
            (sold, random.randrange(1, 40) if sold.product.price < 100 else random.randrange(1, 4))
            for sold in picked
        ]

    def _agreement(
        self, organization: Json, part: str, interval: str, lines: list[tuple[Sold, int]]
    ) -> Json:
        number = len(self.contracts)
        day = self.calendar.day
        record: Json = {
            "id": 71 + number,
            "name": f"{organization['name'].strip()} {part}",
            "client": {"id": organization["id"], "name": organization["name"]},
            "status": "ACTIVE",
            "startDate": day(month_start(14 + number % 12)),
            "endDate": None,
            "interval": interval,
            "automaticBilling": number % 7 != 0,
            "billingTiming": "IN_ARREARS" if number % 4 == 0 else "IN_ADVANCE",
            "offset": 0,
            "nextBillDate": day(month_start(-1)),
            "startBillDate": day(month_start(-1)),
            "autoApproveInvoices": number % 3 == 0,
            "accountingAction": "SYNC",
            "products": [
                {
                    "id": 901 + number * 10 + position,
                    "productId": sold.id,
                    "name": sold.product.name,
                    "description": "",
                    "quantity": Decimal(quantity),
                    "price": sold.product.price,
                    "discount": ZERO,
                    "account": None if sold.account is None else dict(sold.account),
                }
                for position, (sold, quantity) in enumerate(lines)
            ],
        }
        self.contracts.append(Contract(record, organization, lines))
        return record
