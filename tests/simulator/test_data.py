"""The simulated world: counts, sameness, dates, access, and enough for a demo to send."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_app.simulator.data import PLANS, REFERENCE, build
from desktop_app.simulator.data.calendar import Calendar
from desktop_app.simulator.data.seed import CompanySeed, Seed
from tests.support.worlds import SIZES, by_id, cents, digest, lines_of, world

ROOT = Path(__file__).resolve().parents[2]
PRINT_DIGESTS = """
from tests.support.worlds import SIZES, digest
for size in SIZES:
    print(digest(size, 7))
"""


@pytest.fixture(params=SIZES)
def simulated(request: pytest.FixtureRequest) -> Seed:
    return world(request.param)


@pytest.fixture(params=[(size, place) for size in SIZES for place in range(3)], ids=str)
def company(request: pytest.FixtureRequest) -> CompanySeed:
    size, place = request.param
    return world(size).companies[place]


@pytest.mark.parametrize(
    ("size", "organizations", "customers", "products", "items", "accounts", "invoices"),
    [
        ("small", 30, 37, 48, 48, 90, 112),
        ("medium", 240, 260, 131, 1500, 300, 600),
        ("large", 5000, 5200, 2000, 2000, 400, 20_000),
    ],
)
def test_counts(
    size: str,
    organizations: int,
    customers: int,
    products: int,
    items: int,
    accounts: int,
    invoices: int,
) -> None:
    made = world(size)
    first = made.companies[0].entities
    assert len(made.tenant.organizations) == organizations
    assert len(made.tenant.products) == products
    assert len(made.tenant.invoices) == invoices
    assert len(made.tenant.accounts) == 12
    assert len(first["Customer"]) == customers
    assert len(first["Item"]) == items
    assert len(first["Account"]) == accounts


def test_small_looks_like_a_fresh_sandbox() -> None:
    first = world("small").companies[0]
    lists = first.entities
    assert max(int(record["Id"]) for record in lists["Customer"]) == 57
    names = [record["Name"] for record in lists["Item"][:2]]
    assert names == ["Services", "Hours"]
    transactions = ("Invoice", "Payment", "Estimate", "CreditMemo", "SalesReceipt", "Bill")
    assert max(int(record["Id"]) for entity in transactions for record in lists[entity]) == 144
    assert lists["Invoice"][-1]["Id"] == "144"
    assert 18 <= sum(record["AccountType"] == "Income" for record in lists["Account"]) <= 25
    assert {record["Name"]: record["DueDays"] for record in lists["Term"]} == {
        "Due on receipt": 0,
        "Net 10": 10,
        "Net 15": 15,
        "Net 30": 30,
        "Net 60": 60,
    }
    assert len(world("small").companies[1].entities["Item"]) == 18


def test_another_process_makes_the_same_data() -> None:
    here = [digest(size, 7) for size in SIZES]
    there = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
    )
    assert there.stdout.split() == here


def test_another_seed_makes_other_data() -> None:
    assert digest("small", 7) != digest("small", 8)


def test_large_takes_only_seconds() -> None:
    started = time.process_time()
    build("large", 3)
    spent = time.process_time() - started
    print(f"large world built in {spent:.2f} s of processor time")
    assert spent < 15


def test_unknown_size_and_naive_time_are_refused() -> None:
    with pytest.raises(ValueError, match="small, medium, large"):
        build("huge")
    with pytest.raises(ValueError, match="time zone"):
        build("small", 1, datetime(2026, 1, 1))  # noqa: DTZ001


def test_no_float_anywhere(simulated: Seed) -> None:
    def floats(value: Any) -> Iterator[Any]:
        if isinstance(value, float):
            yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from floats(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from floats(inner)

    assert not list(floats(vars(simulated.tenant)))
    assert not [bad for made in simulated.companies for bad in floats(vars(made))]


# --- Dates ---


def test_without_now_dates_lie_around_the_reference() -> None:
    dates = [
        date.fromisoformat(invoice["invoiceDate"]) for invoice in world("medium").tenant.invoices
    ]
    assert max(dates) == REFERENCE.date()
    assert min(dates) == date(2025, 10, 1)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2024, 2, 29, 0, 1, tzinfo=UTC),
        datetime(2027, 7, 4, 23, 50, tzinfo=UTC),
        REFERENCE,
    ],
)
def test_now_moves_all_dates_by_whole_days(now: datetime) -> None:
    plain, moved = build("small", 7), build("small", 7, now)
    days = timedelta(days=(now.date() - REFERENCE.date()).days)
    before = {i["invoiceNumber"]: i for i in plain.tenant.invoices}
    earlier = 0
    for invoice in moved.tenant.invoices:
        twin = before[invoice["invoiceNumber"]]
        assert invoice["total"] == twin["total"]
        if invoice["createTime"] < int((now - timedelta(hours=24, minutes=1)).timestamp()):
            earlier += 1
            assert date.fromisoformat(invoice["invoiceDate"]) == (
                date.fromisoformat(twin["invoiceDate"]) + days
            )
    assert earlier > 40
    for here, there in zip(plain.companies, moved.companies, strict=True):
        for first, second in zip(here.entities["Invoice"], there.entities["Invoice"], strict=True):
            assert date.fromisoformat(second["TxnDate"]) == (
                date.fromisoformat(first["TxnDate"]) + days
            )
        assert there.preferences["AccountingInfoPrefs"]["BookCloseDate"] == str(
            date.fromisoformat(here.preferences["AccountingInfoPrefs"]["BookCloseDate"]) + days
        )


@pytest.mark.parametrize("hour", [0, 9, 15, 23])
def test_invoices_to_send_are_created_after_now(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 59, tzinfo=UTC)
    made = build("small", 7, now)
    after = [i for i in made.tenant.invoices if i["createTime"] > now.timestamp()]
    assert len(after) >= 55
    for invoice in after:
        wait = float(invoice["createTime"]) - now.timestamp()
        assert 20 * 60 <= wait <= 12 * 3600


def test_the_books_hold_nothing_from_the_future(company: CompanySeed) -> None:
    limit = REFERENCE.replace(hour=0)  # a connection may come at any hour of that day
    for records in company.entities.values():
        for record in records:
            stamps = [datetime.fromisoformat(text) for text in record["MetaData"].values()]
            assert max(stamps) < limit
            assert min(stamps) <= max(stamps)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 3, 8, 9, 59, tzinfo=UTC), "2026-03-08T01:59:00-08:00"),
        (datetime(2026, 3, 8, 10, 0, tzinfo=UTC), "2026-03-08T03:00:00-07:00"),
        (datetime(2026, 11, 1, 8, 59, tzinfo=UTC), "2026-11-01T01:59:00-07:00"),
        (datetime(2026, 11, 1, 9, 0, tzinfo=UTC), "2026-11-01T01:00:00-08:00"),
        (datetime(2027, 3, 14, 10, 0, tzinfo=UTC), "2027-03-14T03:00:00-07:00"),
        (datetime(2027, 11, 7, 9, 0, tzinfo=UTC), "2027-11-07T01:00:00-08:00"),
    ],
)
def test_pacific_time_follows_the_season(instant: datetime, text: str) -> None:
    assert Calendar().pacific(instant) == text


# --- The demo's invoices ---


def sendable(seed: Seed) -> list[dict[str, Any]]:
    """Invoices that equal-name mapping alone makes ready, judged by the published rules."""
    tenant, books = seed.tenant, seed.companies[0].entities
    tops = Counter(
        fold(record["DisplayName"])
        for record in books["Customer"]
        if record["Active"] and "ParentRef" not in record
    )
    items = Counter(
        fold(record["Name"])
        for record in books["Item"]
        if record["Active"]
        and record["Type"] in ("Service", "NonInventory", "Inventory")
        and "IncomeAccountRef" in record
    )
    organizations = Counter(fold(record["name"]) for record in tenant.organizations)
    products = Counter(fold(record["name"]) for record in tenant.products)
    agreements = by_id(tenant.agreements)
    found = []
    for invoice in tenant.invoices:
        name = fold(invoice["client"]["name"])
        agreement = agreements.get(invoice.get("agreement", {}).get("id"))
        lines = lines_of(invoice)
        if (
            invoice["status"] == "APPROVED"
            and invoice["createTime"] > REFERENCE.timestamp()
            and tops[name] == organizations[name] == 1
            and agreement
            and agreement["status"] == "ACTIVE"
            and agreement.get("accountingAction") == "SYNC"
            and invoice["currency"] == "USD"
            and 0 < len(invoice["invoiceNumber"]) <= 21
            and invoice.get("dueDate", "") >= invoice["invoiceDate"]
            and invoice["invoiceDate"] > "2025-12-31"
            and invoice["total"] > 0
            and lines
            and all(items[fold(x["name"])] == products[fold(x["name"])] == 1 for x in lines)
            and all(line["productId"] != 200 for line in lines)
        ):
            found.append(invoice)
    return found


def fold(name: str) -> str:
    return " ".join(name.casefold().split())


def test_enough_invoices_can_be_sent_after_auto_map(simulated: Seed) -> None:
    ready = sendable(simulated)
    plain = [
        invoice
        for invoice in ready
        if not invoice["discount"]
        and all(not x["discount"] and x["quantity"] > 0 and x["price"] for x in lines_of(invoice))
    ]
    # The whole batch, and six of the awkward ones that only their totals or texts make awkward.
    assert len(plain) == PLANS[simulated.size].ready_invoices + 6
    assert len({invoice["client"]["id"] for invoice in ready}) >= 12


def test_quickbooks_will_compute_the_same_tax(simulated: Seed) -> None:
    first = simulated.companies[0]
    code = first.preferences["TaxPrefs"]["TaxGroupCodeRef"]["value"]
    rates = by_id(first.entities["TaxRate"])
    details = by_id(first.entities["TaxCode"])[code]["SalesTaxRateList"]["TaxRateDetail"]
    for invoice in sendable(simulated):
        if not invoice.get("taxRate"):
            continue
        taxable = sum(
            (x["subTotalWithDiscount"] for x in lines_of(invoice) if x["taxable"]), Decimal(0)
        )
        tax = sum(
            cents(taxable * rates[detail["TaxRateRef"]["value"]]["RateValue"] / 100)
            for detail in details
        )
        assert tax == invoice["totalTax"]


def test_most_products_and_organizations_have_a_namesake(simulated: Seed) -> None:
    books = simulated.companies[0].entities
    items = {record["Name"] for record in books["Item"]}
    customers = {record["DisplayName"] for record in books["Customer"]}
    accounts = {record["Name"].casefold() for record in books["Account"]}
    products = [record["name"] in items for record in simulated.tenant.products]
    organizations = [record["name"] in customers for record in simulated.tenant.organizations]
    codes = [record["name"].casefold() in accounts for record in simulated.tenant.accounts]
    assert 0.6 < sum(products) / len(products) < 0.95
    assert 0.4 < sum(organizations) / len(organizations) < 0.95
    assert 3 <= sum(codes) <= 8


# --- Access ---


def test_users_and_apps() -> None:
    made = world("small")
    first, second, third = (record.realm_id for record in made.companies)
    assert [record.country for record in made.companies] == ["US", "US", "GB"]
    users = {user.email: user for user in made.users}
    assert users["admin@tidewater.example"].admin_of == [first, second]
    assert sum(user.otp is not None for user in made.users) == 1
    assert [third] in [user.admin_of for user in made.users]
    assert [(u.admin_of, u.standard_of) for u in made.users].count(([], [first])) == 1
    assert made.apps[0].redirect_uris == [
        "https://billing-bridge.example/oauth/callback",
        "http://localhost:8765/callback",
    ]
    assert [app.type for app in made.ninjaone_apps] == ["native", "web", "machine"]
    assert made.companies[2].preferences["CurrencyPrefs"] == {
        "MultiCurrencyEnabled": True,
        "HomeCurrency": {"value": "GBP"},
    }
