"""What the MSP sells: NinjaOne products and the QuickBooks items that some of them have.

The hand-written part is in every size; larger sizes add generated products and items.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from random import Random

from desktop_app.simulator.data.sizes import Plan

QUANTITY_SOURCES = (
    "MANUAL",
    "DEVICE_COUNT",
    "END_USER_COUNT",
    "BACKUP_STORAGE",
    "TIME_ENTRY",
    "SOFTWARE_LICENSE",
)


@dataclass(frozen=True, slots=True)
class Product:
    """One NinjaOne product. account: an account code's name, "" for none. item: the QuickBooks
    item's name, "" where there is none. category: that item's parent category."""

    name: str
    source: str
    account: str
    price: Decimal
    cost: Decimal
    taxable: bool = False
    item: str = ""
    category: str = ""
    item_type: str = "Service"
    active: bool = True
    description: str = ""

    @property
    def equal(self) -> bool:
        return bool(self.item) and self.item == self.name


def _product(
    name: str,
    source: str,
    account: str,
    price: str,
    cost: str,
    *,
    tax: bool = False,
    item: str | None = None,
    category: str = "",
    goods: bool = False,
    active: bool = True,
    description: str = "",
) -> Product:
    """A product; its item has the same name unless *item* says otherwise."""
    return Product(
        name,
        source,
        account,
        Decimal(price),
        Decimal(cost),
        tax,
        name if item is None else item,
        category,
        "NonInventory" if goods else "Service",
        active,
        description,
    )


_DEVICE, _USER, _STORE = "DEVICE_COUNT", "END_USER_COUNT", "BACKUP_STORAGE"
_TIME, _LICENSE, _MANUAL = "TIME_ENTRY", "SOFTWARE_LICENSE", "MANUAL"
_DEVICES, _USERS, _BACKUP = "Managed Devices", "Managed End User", "Device Backup"

CORE_PRODUCTS: tuple[Product, ...] = (
    _product(
        "Managed Workstation",
        _DEVICE,
        _DEVICES,
        "42.50",
        "11.20",
        category="Managed Services",
        description="Per workstation per month",
    ),
    _product(
        "Managed Server",
        _DEVICE,
        _DEVICES,
        "145.00",
        "38.00",
        category="Managed Services",
        description="Per server per month",
    ),
    _product("Managed Network Device", _DEVICE, _DEVICES, "18.00", "4.10"),
    _product("Managed Firewall", _DEVICE, _DEVICES, "55.00", "19.00"),
    _product("Mobile Device Management", _DEVICE, _DEVICES, "6.50", "1.80"),
    _product("Endpoint Detection & Response", _DEVICE, _DEVICES, "9.90", "4.25"),
    _product("Patch Management", _DEVICE, _DEVICES, "4.75", "1.10", item="Patching (per device)"),
    _product("Printer Monitoring", _DEVICE, _DEVICES, "3.25", "0.60", item=""),
    _product("Managed User", _USER, _USERS, "89.00", "24.00", category="Managed Services"),
    _product("Security Awareness Training", _USER, _USERS, "3.50", "1.15"),
    _product("Password Manager Seat", _USER, _USERS, "4.00", "2.10"),
    _product("Email Security per Mailbox", _USER, _USERS, "3.95", "1.60"),
    _product("VoIP Seat", _USER, "User Product", "24.95", "11.00", tax=True),
    _product("Help Desk Unlimited", _USER, _USERS, "65.00", "21.00", item="Helpdesk - Unlimited"),
    _product("Backup 1TB", _STORE, _BACKUP, "75.00", "22.00", category="Backup"),
    _product("Backup 500GB", _STORE, _BACKUP, "45.00", "12.50", category="Backup"),
    _product("Backup per GB", _STORE, _BACKUP, "0.085", "0.021"),
    _product("Cloud Archive per GB", _STORE, _BACKUP, "0.012", "0.004", item=""),
    _product("Server Image Backup", _STORE, _BACKUP, "95.00", "31.00", category="Backup"),
    _product("Remote support hour", _TIME, "Ticket Time Entry", "135.00", "60.00"),
    _product("On-site support hour", _TIME, "Ticket Time Entry", "165.00", "72.00"),
    _product("After-hours support", _TIME, "Ticket Time Entry", "202.50", "90.00"),
    _product("Project engineer hour", _TIME, "Labor Billed", "180.00", "80.00"),
    _product("Travel time", _TIME, "Labor Billed", "70.00", "35.00", item="Travel"),
    _product("Emergency call-out", _TIME, "Labor Billed", "250.00", "110.00", item=""),
    _product("Microsoft 365 Business Premium", _LICENSE, "Software", "22.00", "18.70", tax=True),
    _product("Microsoft 365 Business Standard", _LICENSE, "Software", "12.50", "10.60", tax=True),
    _product("Microsoft 365 Business Basic", _LICENSE, "Software", "6.00", "5.10", tax=True),
    _product(
        "Exchange Online Plan 1",
        _LICENSE,
        "Software",
        "4.00",
        "3.40",
        tax=True,
        item="Exchange Online (Plan 1)",
    ),
    _product("Antivirus License", _LICENSE, "Software", "2.75", "1.05", tax=True),
    _product("Windows Server CAL", _LICENSE, "Software", "38.00", "33.00", tax=True),
    _product("SSL Certificate", _MANUAL, "Software", "120.00", "64.00", tax=True),
    _product("Web Hosting", _MANUAL, "Cloud hosting", "29.00", "8.00"),
    _product("Azure Virtual Machine", _MANUAL, "Cloud hosting", "118.40", "96.00", item="Azure VM"),
    _product("Business Laptop", _MANUAL, "Hardware", "1249.00", "1040.00", tax=True, goods=True),
    _product("Docking Station", _MANUAL, "Hardware", "189.99", "148.00", tax=True, goods=True),
    _product('27" Monitor', _MANUAL, "Hardware", "279.00", "221.00", tax=True, goods=True),
    _product("Wireless Access Point", _MANUAL, "Hardware", "159.00", "118.00", tax=True, item=""),
    _product("UPS 1500VA", _MANUAL, "Hardware", "219.00", "171.00", tax=True, goods=True),
    _product("Technology Starter Bundle", _MANUAL, "Product Group", "499.00", "380.00", item=""),
    _product("vCIO Advisory", _MANUAL, "Project work", "400.00", "150.00"),
    _product("Onboarding Fee", _MANUAL, "Custom", "750.00", "300.00"),
    _product("Compliance Assessment", _MANUAL, "Project work", "1200.00", "500.00", item=""),
    # Two inactive ones, two of one name, one without an account code.
    _product("Windows 7 Extended Support", _LICENSE, "Software", "35.00", "25.00", active=False),
    _product("Fax Line", _MANUAL, "Custom", "15.00", "9.00", item="", active=False),
    _product("Managed Mailbox", _USER, _USERS, "7.50", "2.50"),
    _product("Managed Mailbox", _LICENSE, "Software", "9.00", "4.00", item=""),
    _product("Legacy Co-lo Rack", _MANUAL, "", "310.00", "240.00", item=""),
)

# An id of this product stands on old invoices, but the product is no longer there.
DELETED_PRODUCT = _product("Dial-up Fallback Line", _MANUAL, "Custom", "12.00", "7.00", item="")

_NOUNS = (
    ("Cloud Backup", _STORE, _BACKUP, False),
    ("Managed Switch", _DEVICE, _DEVICES, False),
    ("Managed Router", _DEVICE, _DEVICES, False),
    ("Workstation Care", _DEVICE, _DEVICES, False),
    ("Server Care", _DEVICE, _DEVICES, False),
    ("User Support", _USER, _USERS, False),
    ("Identity Protection", _USER, _USERS, False),
    ("Archive Mailbox", _USER, _USERS, False),
    ("VoIP Handset Rental", _USER, "User Product", True),
    ("Firewall Renewal", _LICENSE, "Software", True),
    ("Design Suite License", _LICENSE, "Software", True),
    ("CAD License", _LICENSE, "Software", True),
    ("Database License", _LICENSE, "Software", True),
    ("Consulting Block", _TIME, "Labor Billed", False),
    ("Field Engineer", _TIME, "Ticket Time Entry", False),
    ("Virtual Server", _MANUAL, "Cloud hosting", False),
    ("Website Care", _MANUAL, "Cloud hosting", False),
    ("Security Review", _MANUAL, "Project work", False),
    ("Notebook", _MANUAL, "Hardware", True),
    ("Network Switch", _MANUAL, "Hardware", True),
    ("Storage Array", _MANUAL, "Hardware", True),
)
_EDITIONS = ("Basic", "Plus", "Standard", "Advanced", "Premium", "Enterprise", "Essentials",
             "Pro", "Nonprofit", "Education")  # fmt: skip
_TERMS = ("", " - monthly", " - 1 year", " - 3 years", " (branch)", " (small office)",
          " (reserved)", " (pilot)", " Gen 2", " Gen 3")  # fmt: skip

_PARTS = ("Patch Cable", "Keyboard", "Mouse", "SSD", "Memory Module", "Power Adapter", "Headset",
          "Webcam", "Toner Cartridge", "Rack Shelf", "Surge Strip", "USB Hub", "Display Cable",
          "Laptop Bag", "Battery Pack", "Cooling Fan", "Label Roll", "Wall Mount")  # fmt: skip
_MAKERS = ("Aldgate", "Borealis", "Corvid", "Deltaform", "Emberline", "Fulcrum", "Glacier",
           "Halcyon", "Ionix", "Junction")  # fmt: skip
_VARIANTS = ("A10", "A20", "B15", "B30", "C5", "C50", "D8", "E100", "E200", "F1", "G7", "H64")


def products(plan: Plan, random: Random) -> list[Product]:
    """The hand-written products, then generated ones up to the plan's count."""
    made = list(CORE_PRODUCTS)
    grid = [
        (noun, f"{noun[0]} {edition}{term}")
        for noun, edition, term in product(_NOUNS, _EDITIONS, _TERMS)
    ]
    random.shuffle(grid)
    for (_, source, account, taxable), name in grid[: plan.products - len(made)]:
        price = Decimal(random.randrange(300, 40_000, 5)) / 100
        cost = (price * random.randrange(35, 85) / 100).quantize(Decimal("0.01"))
        match random.randrange(10):
            case 0:
                item = ""
            case 1:
                item = name.replace(" - ", ", ").replace("(", "").replace(")", "") + " svc"
            case _:
                item = name
        goods = "NonInventory" if account == "Hardware" else "Service"
        made.append(Product(name, source, account, price, cost, taxable, item, "", goods))
    return made


def part_names(random: Random) -> list[str]:
    """Names of goods that only QuickBooks knows, in random order, none twice."""
    names = [
        f"{maker} {part} {variant}" for maker, part, variant in product(_MAKERS, _PARTS, _VARIANTS)
    ]
    random.shuffle(names)
    return names
