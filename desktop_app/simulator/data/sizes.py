"""How much there is of everything, by size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts of one size.

    NinjaOne: organizations (listed ones), products, invoices; of these *ready_invoices* are
    approved, clean and created after the connection. QuickBooks, first company: customers
    (sub-customers and inactive ones included), vendors, items, accounts, and sales (the number
    of invoices that are already in the books).
    """

    organizations: int
    products: int
    invoices: int
    ready_invoices: int
    customers: int
    sub_customers: int
    vendors: int
    items: int
    accounts: int
    sales: int


PLANS = {
    "small": Plan(
        organizations=30,
        products=48,
        invoices=112,
        ready_invoices=24,
        customers=37,
        sub_customers=6,
        vendors=17,
        items=48,
        accounts=90,
        sales=44,
    ),
    "medium": Plan(
        organizations=240,
        products=131,
        invoices=600,
        ready_invoices=80,
        customers=260,
        sub_customers=30,
        vendors=45,
        items=1500,
        accounts=300,
        sales=180,
    ),
    "large": Plan(
        organizations=5000,
        products=2000,
        invoices=20_000,
        ready_invoices=600,
        customers=5200,
        sub_customers=400,
        vendors=250,
        items=2000,
        accounts=400,
        sales=1500,
    ),
}
