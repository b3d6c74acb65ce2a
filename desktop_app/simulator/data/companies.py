"""The three QuickBooks companies.

Tidewater IT Services (US, classic sales tax) belongs to the MSP of the NinjaOne tenant. Shoreline
Property Care (US, automated sales tax, automatic invoice numbers) and Tidewater IT Services UK
(GB, VAT, multicurrency) are there to be chosen by mistake, and for other tax models.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from desktop_app.simulator.data.accounts import chart, short_chart
from desktop_app.simulator.data.books import Books
from desktop_app.simulator.data.calendar import REFERENCE, Calendar
from desktop_app.simulator.data.catalogue import Product
from desktop_app.simulator.data.clients import (
    BusinessNames,
    Client,
    SubCustomer,
    sub_customers,
    vendors,
)
from desktop_app.simulator.data.items import add_accounts, add_homely_items, add_msp_items
from desktop_app.simulator.data.people import add_people
from desktop_app.simulator.data.profiles import Profile, company_info, preferences, short_lists
from desktop_app.simulator.data.sales import EXCHANGE_RATES, SalesMaker
from desktop_app.simulator.data.seed import CompanySeed
from desktop_app.simulator.data.sizes import Plan
from desktop_app.simulator.data.taxes import TaxModel, united_kingdom, united_states

TIDEWATER = Profile(
    realm_id="9341453082614401",
    name="Tidewater IT Services",
    legal_name="Tidewater IT Services LLC",
    country="US",
    currency="USD",
    industry="Computer systems design services",
    email="billing@tidewater.example",
    address=("9 Quay Road", "Tacoma", "WA", "98402"),
    founded=date(2019, 3, 4),
    closed_until=date(2025, 12, 31),
    custom_numbers=True,
    account_numbers=True,
    class_tracking=True,
    departments=True,
)

SHORELINE = Profile(
    realm_id="9341453082614402",
    name="Shoreline Property Care",
    legal_name="Shoreline Property Care Inc",
    country="US",
    currency="USD",
    industry="Landscaping services",
    email="office@shoreline.example",
    address=("120 Dock Street", "Olympia", "WA", "98501"),
    founded=date(2020, 5, 11),
    closed_until=date(2025, 6, 30),
    class_tracking=True,
    departments=True,
    automated_tax=True,
    auto_apply_credit=True,
    offering="QuickBooks Online Advanced",
)

TIDEWATER_UK = Profile(
    realm_id="9341453082614403",
    name="Tidewater IT Services UK",
    legal_name="Tidewater IT Services UK Ltd",
    country="GB",
    currency="GBP",
    industry="Computer services",
    email="billing.uk@tidewater.example",
    address=("2 Wharf Road", "Bristol", "Avon", "BS1 4DJ"),
    founded=date(2022, 1, 10),
    closed_until=date(2026, 3, 31),
    multicurrency=True,
)


def first_company(
    plan: Plan,
    known: Sequence[Client],
    products: Sequence[Product],
    calendar: Calendar,
    random: Random,
) -> CompanySeed:
    """The MSP's own books, whose customers and items match the NinjaOne tenant."""
    customers = [client for client in known if client.customer]
    books, since = _open(TIDEWATER, calendar)
    tax = united_states(books, since)
    add_accounts(books, chart(plan.accounts), since)
    add_msp_items(books, products, plan.items, since + timedelta(days=1), random)
    add_people(
        books,
        customers,
        sub_customers(plan, list(known), random),
        vendors(plan, random),
        "US",
        since + timedelta(days=2),
        random,
    )
    return _close(TIDEWATER, books, tax, since, plan.sales, random)


def other_companies(calendar: Calendar, random: Random) -> list[CompanySeed]:
    """Shoreline Property Care and Tidewater IT Services UK; small in every size."""
    made = []
    for profile in (SHORELINE, TIDEWATER_UK):
        books, since = _open(profile, calendar)
        tax = (
            united_kingdom(books, since)
            if profile.country == "GB"
            else united_states(books, since, automated=profile.automated_tax)
        )
        add_accounts(books, short_chart(), since)
        add_homely_items(books, since + timedelta(days=1))
        names = BusinessNames(random)
        customers = [Client(customer=next(names)) for _ in range(24)]
        sites = [
            SubCustomer(f"{number} Garden Row", customers[number % 3].customer)
            for number in range(1, 6)
        ]
        suppliers = [f"{next(names)} Supply" for _ in range(26)]
        add_people(
            books,
            customers,
            sites,
            suppliers,
            profile.country,
            since + timedelta(days=2),
            random,
            foreign=("EUR", "USD") if profile.multicurrency else (),
        )
        made.append(_close(profile, books, tax, since, 40, random))
    return made


def _open(profile: Profile, calendar: Calendar) -> tuple[Books, datetime]:
    since = datetime(
        profile.founded.year, profile.founded.month, profile.founded.day, 17, tzinfo=UTC
    )
    books = Books(calendar, profile.currency)
    short_lists(profile, books, since)
    return books, since


def _close(
    profile: Profile, books: Books, tax: TaxModel, since: datetime, sales: int, random: Random
) -> CompanySeed:
    SalesMaker(books, profile, tax, random).write(sales)
    if profile.multicurrency:
        for (source, target), rate in EXCHANGE_RATES.items():
            books.add(
                "ExchangeRate",
                {
                    "SourceCurrencyCode": source,
                    "TargetCurrencyCode": target,
                    "Rate": rate,
                    "AsOfDate": books.calendar.day(REFERENCE.date()),
                },
                since,
            )
    return CompanySeed(
        realm_id=profile.realm_id,
        name=profile.name,
        country=profile.country,
        company_info=company_info(profile, books, since),
        preferences=preferences(profile, books, since, tax.default_code),
        entities=books.in_order(),
    )
