"""Customers, sub-customers, vendors and employees of a company.

Names are one list in QuickBooks: DisplayName is unique over all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from desktop_app.simulator.data.amounts import ZERO
from desktop_app.simulator.data.books import Books, currency_ref
from desktop_app.simulator.data.calendar import REFERENCE
from desktop_app.simulator.data.clients import CORE, Client, SubCustomer
from desktop_app.simulator.data.profiles import TERMS
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.data.words import FAMILY, GB_CITIES, GIVEN, STREETS, US_CITIES

EMPLOYEES = (("Ruth", "Halvorsen"), ("Marcus", "Okafor"))
# The Id that a merge took away. It is never used again.
MERGED_ID = 23


def add_people(
    books: Books,
    customers: Sequence[Client],
    sites: Sequence[SubCustomer],
    vendors: Sequence[str],
    country: str,
    start: datetime,
    random: Random,
    *,
    foreign: Sequence[str] = (),
) -> None:
    """Fill Customer, Vendor and Employee.

    foreign: currencies that some customers have instead of the home currency. The hand-written
    names share the first Ids in mixed order, as they do in a company that grew; generated ones
    follow. All are older than the month that change capture looks back on.
    """
    core_names = {client.customer for client in CORE}
    first: list[Client | SubCustomer | str | tuple[str, str]] = []
    first += [client for client in customers if client.customer in core_names]
    first += sites[:5]
    first += vendors[:17]
    first += EMPLOYEES
    random.shuffle(first)
    first += sites[5:6]  # the newest name of the small company is a customer
    rest: list[Client | SubCustomer | str | tuple[str, str]] = []
    rest += [client for client in customers if client.customer not in core_names]
    rest += sites[6:]
    rest += vendors[17:]

    newest = REFERENCE - timedelta(days=60)
    pace = (newest - start) / len(first + rest)
    maker = _Maker(books, country, start, pace, random, tuple(foreign))
    next_id = 1
    for record in first + rest:
        if next_id == MERGED_ID:
            next_id += 1
        maker.add(record, str(next_id))
        next_id += 1
    maker.join_sub_customers()


class _Maker:
    def __init__(
        self,
        books: Books,
        country: str,
        start: datetime,
        pace: timedelta,
        random: Random,
        foreign: tuple[str, ...],
    ) -> None:
        self._books = books
        self._country = country
        self._start = start
        self._pace = pace
        self._random = random
        self._foreign = foreign
        self._sites: list[tuple[Json, SubCustomer]] = []
        self._count = 0

    def add(self, record: Client | SubCustomer | str | tuple[str, str], record_id: str) -> None:
        created = self._start + self._pace * self._count
        self._count += 1
        if isinstance(record, Client):
            body = self._customer(record.customer, record.company_name)
            body["Active"] = record.active
            if record.notes:
                body["Notes"] = record.notes
            self._books.add(
                "Customer", body, created, record_id=record_id, revision=0 if record.active else 1
            )
        elif isinstance(record, SubCustomer):
            body = self._customer(record.name, "")
            body |= {"Job": True, "IsProject": record.project}
            stored = self._books.add("Customer", body, created, record_id=record_id)
            self._sites.append((stored, record))
        elif isinstance(record, str):
            self._books.add("Vendor", self._vendor(record), created, record_id=record_id)
        else:
            given, family = record
            self._books.add(
                "Employee",
                {
                    "GivenName": given,
                    "FamilyName": family,
                    "DisplayName": f"{given} {family}",
                    "PrintOnCheckName": f"{given} {family}",
                    "Active": True,
                    "BillableTime": False,
                    "HiredDate": self._books.calendar.day(self._start.date()),
                },
                created,
                record_id=record_id,
            )

    def join_sub_customers(self) -> None:
        """Set parent, level and full name, once every parent has its Id."""
        by_name = self._books.by_name("Customer", "DisplayName")
        for record, site in self._sites:
            parent = by_name[site.parent]
            record["ParentRef"] = {"value": parent["Id"]}
            record["BillWithParent"] = site.project
            record["CurrencyRef"] = dict(parent["CurrencyRef"])
        for record, site in self._sites:
            path = [site.name]
            above = by_name[site.parent]
            while "ParentRef" in above:
                path.append(above["DisplayName"])
                above = next(
                    other
                    for other in self._books.all("Customer")
                    if other["Id"] == above["ParentRef"]["value"]
                )
            path.append(above["DisplayName"])
            record["Level"] = len(path) - 1
            record["FullyQualifiedName"] = ":".join(reversed(path))

    def _customer(self, name: str, company_name: str) -> Json:
        random = self._random
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        plain = name.removesuffix(" (deleted)").strip()
        currency = self._books.currency
        if self._foreign and random.random() < 0.25:
            currency = random.choice(self._foreign)
        term = random.choice((1, 2, 3, 3, 3, 4, 5))
        body: Json = {
            "GivenName": given,
            "FamilyName": family,
            "DisplayName": name,
            "CompanyName": company_name or plain,
            "FullyQualifiedName": name,
            "PrintOnCheckName": company_name or plain,
            "Active": True,
            "Job": False,
            "BillWithParent": False,
            "Level": 0,
            "IsProject": False,
            "Taxable": True,
            "PreferredDeliveryMethod": random.choice(("Print", "Email", "None")),
            "Balance": ZERO,
            "BalanceWithJobs": ZERO,
            "CurrencyRef": currency_ref(currency),
            "SalesTermRef": {"value": str(term), "name": TERMS[term - 1][0]},
            "PrimaryPhone": {"FreeFormNumber": _phone(random)},
            "BillAddr": self._address(),
        }
        if random.random() < 0.9:
            body["PrimaryEmailAddr"] = {"Address": mailbox(plain)}
        return body

    def _vendor(self, name: str) -> Json:
        plain = name.split(" (")[0]
        return {
            "DisplayName": name,
            "CompanyName": plain,
            "PrintOnCheckName": plain,
            "Active": True,
            "Vendor1099": False,
            "Balance": ZERO,
            "CurrencyRef": currency_ref(self._books.currency),
            "PrimaryPhone": {"FreeFormNumber": _phone(self._random)},
            "BillAddr": self._address(),
        }

    def _address(self) -> Json:
        random = self._random
        cities = GB_CITIES if self._country == "GB" else US_CITIES
        city, region, postal = random.choice(cities)
        return {
            "Id": str(100 + self._count),
            "Line1": f"{random.randrange(1, 999)} {random.choice(STREETS)}",
            "City": city,
            "CountrySubDivisionCode": region,
            "PostalCode": postal,
            "Country": "United Kingdom" if self._country == "GB" else "USA",
        }


def mailbox(name: str) -> str:
    """A plausible address of accounts payable, in a domain that cannot exist."""
    host = "".join(c for c in name.casefold() if c.isascii() and c.isalnum())[:24]
    return f"accounts@{host or 'client'}.example"


def _phone(random: Random) -> str:
    return f"(555) 010-{random.randrange(10_000):04d}"
