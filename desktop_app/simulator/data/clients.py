"""The clients of the MSP: what each is called in NinjaOne and what in QuickBooks.

Thirty hand-written ones carry every awkward spelling and are in every size; larger sizes add
generated ones in the same proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from desktop_app.simulator.data.sizes import Plan
from desktop_app.simulator.data.words import FAMILY, GIVEN, LEGAL_FORMS, PLACES, TRADES


@dataclass(frozen=True, slots=True)
class Client:
    """One business. organization or customer is "" where that side does not know it.

    equal: both names are the same and active, so that equal-name matching links them.
    """

    organization: str = ""
    customer: str = ""
    active: bool = True
    company_name: str = ""
    notes: str = ""

    @property
    def equal(self) -> bool:
        return self.active and bool(self.organization) and self.organization == self.customer


def _same(name: str) -> Client:
    return Client(name, name)


# What follows is in every size. The order decides nothing but the ids.
CORE: tuple[Client, ...] = (
    _same("Birchwood Dental Group"),
    _same("Nora's Cat Retreat"),
    _same("Cooper's Print Room"),
    _same("Dusty's Motor Repair"),
    _same("Halloran Sporting Goods"),
    _same("Jefferson & Daughters Roofing"),
    _same("Kowalczyk Orchards"),
    _same("Tall Pines Veterinary"),
    _same("Ellery Marina"),
    _same("Travis Walden, CPA"),
    _same("Harbour & Vale Solicitors"),
    _same("O'Malley's Fish Market"),
    _same("Café Lumière"),
    _same("Sunny Slope Nursery School"),
    Client("Blue Heron Insurance", "Blue Heron Insurance, Inc."),
    Client("Contreras Plumbing LLC", "Contreras Plumbing"),
    Client("SAN PEDRO CHIROPRACTIC", "San Pedro Chiropractic"),
    Client("Smyth & Sons Joinery", "Smyth and Sons Joinery"),
    Client("Peña Landscape Design", "Pena Landscape Design"),
    Client("Greystone Law Office ", "Greystone Law Office"),
    Client("Lindqvist Optical", " Lindqvist Optical "),
    Client("St. Mary’s Clinic", "St Mary's Clinic"),
    Client("“The Loft” Yoga 🧘 Studio", '"The Loft" Yoga Studio'),
    # QuickBooks knows this name only as a vendor.
    Client("Hollis Copy & Print", ""),
    # Its customer was merged into the one below; the old Id is gone.
    Client("Kaur Learning Centre", ""),
    Client("", "Kaur Books & Learning", notes="Merged with Kaur Learning Centre."),
    Client("Old Mill Brewing", "Old Mill Brewing (deleted)", active=False),
    # One name, two organizations, one customer.
    Client("Northside Dental", "Northside Dental"),
    Client("Northside Dental", ""),
    # One organization, two customers that differ in the legal form alone.
    Client("Summit Hardware", "Summit Hardware Inc"),
    Client("", "Summit Hardware LLC"),
    # The only record of this name in QuickBooks is a sub-customer.
    Client("Halloran Downtown Store", ""),
    # Buyers that the MSP serves without managing them.
    Client("", "Red Door Realty"),
    Client("", "Board Games by Priya", company_name="Priya Ramaswamy Games"),
    Client("", "Eastman Electric (customer)", company_name="Eastman Electric"),
)

ARCHIVED = "Maple Street Books"


@dataclass(frozen=True, slots=True)
class SubCustomer:
    """A sub-customer or project of *parent* (a customer's or a sub-customer's name)."""

    name: str
    parent: str
    project: bool = False


CORE_SUB_CUSTOMERS: tuple[SubCustomer, ...] = (
    SubCustomer("Halloran Downtown Store", "Halloran Sporting Goods"),
    SubCustomer("Halloran Warehouse", "Halloran Sporting Goods"),
    SubCustomer("14 Pier Road", "Ellery Marina"),
    SubCustomer("14 Pier Road - Boathouse", "14 Pier Road"),
    SubCustomer("Fuel Dock", "Ellery Marina"),
    SubCustomer("Server Refresh 2026", "Birchwood Dental Group", project=True),
)

CORE_VENDORS: tuple[str, ...] = (
    "Hollis Copy & Print",
    "Eastman Electric",
    "red door realty (landlord)",
    "Cascade Office Supply",
    "Ironwood Telecom",
    "Puget Power & Light",
    "Norton Lumber and Supplies",
    "Diego's Road Warrior Bodyshop & Tires",
    "Brosnahan Risk Partners",
    "Sound Water District",
    "Lee's Courier",
    "Tim Phillipson Parts",
    "Cygnus Distribution",
    "Softline Licensing",
    "Fidelis Health Plan",
    "United Freight Lines",
    "Pacific Data Centers",
)


def all_clients(plan: Plan, random: Random) -> list[Client]:
    """The hand-written clients, then generated ones up to the plan's counts."""
    made = list(CORE)
    names = BusinessNames(random)
    organizations = plan.organizations - sum(bool(client.organization) for client in made)
    customers = plan.customers - plan.sub_customers - sum(bool(client.customer) for client in made)
    known = min(organizations - organizations // 10, customers)
    for _ in range(known):
        name = next(names)
        made.append(Client(name, _spelled_otherwise(name, random)))
    made += [Client(organization=next(names)) for _ in range(organizations - known)]
    made += [Client(customer=next(names)) for _ in range(customers - known)]
    return made


def sub_customers(plan: Plan, parents: list[Client], random: Random) -> list[SubCustomer]:
    """The hand-written sub-customers, then generated sites and projects of other customers."""
    made = list(CORE_SUB_CUSTOMERS)
    generated = [client.customer for client in parents[len(CORE) :] if client.customer]
    while len(made) < plan.sub_customers:
        parent = random.choice(generated)
        number = len(made)
        if random.random() < 0.25:
            made.append(SubCustomer(f"Project {number} {parent.strip()}", parent, project=True))
        else:
            made.append(SubCustomer(f"{random.choice(PLACES)} site {number}", parent))
    return made


def vendors(plan: Plan, random: Random) -> list[str]:
    """Vendor names; none equals a customer's, as QuickBooks keeps them apart."""
    made = list(CORE_VENDORS)
    number = 0
    while len(made) < plan.vendors:
        number += 1
        made.append(f"{random.choice(FAMILY)} Wholesale {number}")
    return made


class BusinessNames:
    """Endless business names, no two of which are alike."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._seen = {
            name.strip().casefold()
            for client in CORE
            for name in (client.organization, client.customer)
        }

    def __next__(self) -> str:
        for _ in range(10_000):
            name = self._compose()
            if name.casefold() not in self._seen:
                self._seen.add(name.casefold())
                return name
        raise RuntimeError("the word lists are used up")

    def _compose(self) -> str:
        random = self._random
        trade = random.choice(TRADES)
        match random.randrange(6):
            case 0:
                return f"{random.choice(FAMILY)} {trade}"
            case 1:
                return f"{random.choice(FAMILY)} & Sons {trade}"
            case 2:
                return f"{random.choice(FAMILY)} & {random.choice(FAMILY)} {trade}"
            case 3:
                return f"{random.choice(GIVEN)}'s {trade}"
            case _:
                return f"{random.choice(PLACES)} {trade}"


def _spelled_otherwise(name: str, random: Random) -> str:
    """The customer's name: mostly the same, else one of the usual differences."""
    match random.choices(range(7), weights=(66, 12, 5, 6, 4, 4, 3))[0]:
        case 1:
            return name + random.choice(LEGAL_FORMS)
        case 2:
            return name.upper()
        case 3:
            return name.replace(" & ", " and ")
        case 4:
            return f" {name}" if random.random() < 0.5 else f"{name}  "
        case 5:
            return name.replace("'", "’") if "'" in name else name.replace(" ", "  ", 1)
        case 6:
            middle = len(name) // 2
            return name[:middle] + name[middle - 1] + name[middle:]
        case _:
            return name
