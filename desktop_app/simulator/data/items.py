"""Accounts and items of a company, from the chart and the MSP's catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from desktop_app.simulator.data.accounts import CLASSIFICATION, ChartAccount
from desktop_app.simulator.data.amounts import ZERO
from desktop_app.simulator.data.books import Books, currency_ref, ref
from desktop_app.simulator.data.catalogue import Product, part_names
from desktop_app.simulator.data.seed import Json

# Where the MSP's bookkeeper lets the sales of each NinjaOne account code go.
INCOME_OF_CODE = {
    "Hardware": "Hardware",
    "Software": "Software",
    "Labor Billed": "Labor Billed",
    "Ticket Time Entry": "Support Hours",
    "Managed Devices": "Managed Services:Managed Devices",
    "Managed End User": "Managed Services:Managed Users",
    "Device Backup": "Backup & Recovery",
    "User Product": "Telephony",
    "Product Group": "Services",
    "Custom": "Services",
    "Cloud hosting": "Cloud Hosting",
    "Project work": "Projects",
}

_HOMELY = (
    ("Garden Design", "75.00"), ("Lawn Mowing", "45.00"), ("Hedge Trimming", "55.00"),
    ("Pond Cleaning", "90.00"), ("Snow Clearing", "60.00"), ("Gutter Cleaning", "80.00"),
    ("Window Washing", "70.00"), ("Deck Staining", "220.00"), ("Rock Garden", "310.00"),
    ("Irrigation Check", "65.00"), ("Pest Inspection", "85.00"),
)  # fmt: skip


def add_accounts(books: Books, chart: Iterable[ChartAccount], created: datetime) -> None:
    """Fill Account in the chart's order; parents stand before their sub-accounts."""
    by_name: dict[str, Json] = {}
    for account in chart:
        mark = "" if account.active else " (deleted)"
        body: Json = {
            "Name": account.name + mark,
            "SubAccount": bool(account.parent),
            "FullyQualifiedName": account.full_name + mark,
            "Active": account.active,
            "Classification": CLASSIFICATION[account.type],
            "AccountType": account.type,
            "AccountSubType": account.subtype,
            "CurrentBalance": ZERO,
            "CurrentBalanceWithSubAccounts": ZERO,
            "CurrencyRef": currency_ref(books.currency),
        }
        if account.parent:
            body["ParentRef"] = {"value": by_name[account.parent]["Id"]}
        if account.number:
            body["AcctNum"] = account.number
        by_name[account.full_name] = books.add("Account", body, created)


class ItemMaker:
    """Adds items to a company's books."""

    def __init__(self, books: Books, created: datetime) -> None:
        self._books = books
        self._created = created
        self._accounts = books.by_name("Account")
        self._categories: dict[str, Json] = {}

    def item(
        self,
        name: str,
        income: str,
        price: Decimal,
        *,
        kind: str = "Service",
        taxable: bool = False,
        category: str = "",
        description: str = "",
        cost: Decimal = ZERO,
        active: bool = True,
    ) -> Json:
        """income: full name of the income account, "" for an item that is only bought."""
        shown = name if active else f"{name} (deleted)"
        body: Json = {
            "Name": shown,
            "FullyQualifiedName": shown,
            "Description": description or name,
            "Active": active,
            "SubItem": False,
            "Level": 0,
            "Type": kind,
            "UnitPrice": price,
            "Taxable": taxable,
            "SalesTaxIncluded": False,
            "PurchaseCost": cost,
            "TrackQtyOnHand": kind == "Inventory",
        }
        if income:
            body["IncomeAccountRef"] = ref(self._accounts[income])
        if not income or kind != "Service":
            body["ExpenseAccountRef"] = ref(self._accounts["Cost of Goods Sold"])
        if kind == "Inventory":
            body["AssetAccountRef"] = ref(self._accounts["Inventory Asset"])
            body["QtyOnHand"] = Decimal(25)
            body["InvStartDate"] = self._books.calendar.day(self._created.date())
        if category:
            parent = self._categories.get(category) or self.category(category)
            body |= {
                "SubItem": True,
                "ParentRef": {"value": parent["Id"], "name": category},
                "Level": 1,
                "FullyQualifiedName": f"{category}:{shown}",
            }
        return self._books.add("Item", body, self._created, revision=0 if active else 1)

    def category(self, name: str) -> Json:
        made = self._books.add(
            "Item",
            {"Name": name, "FullyQualifiedName": name, "Active": True, "SubItem": False,
             "Level": 0, "Type": "Category"},
            self._created,
        )  # fmt: skip
        self._categories[name] = made
        return made

    def bundle(self, name: str, parts: Sequence[Json]) -> None:
        self._books.add(
            "Item",
            {
                "Name": name,
                "FullyQualifiedName": name,
                "Description": name,
                "Active": True,
                "SubItem": False,
                "Level": 0,
                "Type": "Group",
                "Taxable": False,
                "PrintGroupedItems": True,
                "ItemGroupDetail": {
                    "ItemGroupLine": [{"ItemRef": ref(part), "Qty": Decimal(1)} for part in parts]
                },
            },
            self._created,
        )


def add_msp_items(
    books: Books, products: Sequence[Product], count: int, created: datetime, random: Random
) -> None:
    """The first company's items: the default ones, those of the products, odd ones, then goods."""
    make = ItemMaker(books, created)
    _defaults(make)
    for product in products:
        if product.item:
            make.item(
                product.item,
                INCOME_OF_CODE[product.account],
                product.price,
                kind=product.item_type,
                taxable=product.taxable,
                category=product.category,
                description=product.description,
                cost=product.cost,
            )
    by_name = books.by_name("Item", "Name")
    # Same name as a NinjaOne product, but a bundle cannot stand on an invoice line.
    make.bundle("Technology Starter Bundle", [by_name["Business Laptop"], by_name['27" Monitor']])
    # Bought only: a line with it would be refused.
    make.item("Printer Monitoring", "", Decimal("0.00"), cost=Decimal("0.60"))
    make.item("Dial-up Fallback Line", "Services", Decimal("12.00"), active=False)
    make.item(
        "Cat6 Cable Box", "Hardware", Decimal("149.00"), kind="Inventory", taxable=True,
        cost=Decimal("96.00"),
    )  # fmt: skip
    make.item("Installation", "Projects:Labor", Decimal("95.00"), category="Managed Services")
    names = part_names(random)
    for name in names[: max(0, count - len(books.all("Item")))]:
        price = Decimal(random.randrange(499, 30_000)) / 100
        make.item(name, "Hardware", price, kind="NonInventory", taxable=True)


def add_homely_items(books: Books, created: datetime) -> None:
    """Eighteen items of a small company that looks after gardens and houses."""
    make = ItemMaker(books, created)
    _defaults(make)
    make.category("Materials")
    for name, price in _HOMELY:
        make.item(name, "Services", Decimal(price))
    for name, price in (("Soil", "10.00"), ("Sprinkler Heads", "4.25")):
        make.item(
            name, "Sales of Product Income", Decimal(price), kind="NonInventory", taxable=True,
            category="Materials",
        )  # fmt: skip
    make.item("Permit Fee", "", Decimal("0.00"))
    make.item("Fountain Repair", "Services", Decimal("120.00"), active=False)


def _defaults(make: ItemMaker) -> None:
    make.item("Services", "Services", Decimal("0.00"))
    make.item("Hours", "Services", Decimal("0.00"))
