"""The simulated world: an MSP's NinjaOne tenant and the QuickBooks companies of its owner.

``build(size, seed, now)`` makes one. The same size and seed give the same data in every process;
*now* only moves dates. Sizes are listed in ``sizes.PLANS``, sample users and app keys in
``access``, and the awkward records that every size holds in ``awkward_cases.AWKWARD_CASES``.

A ``small`` first company is made to look like a fresh sandbox: the next customer is 58 and the
next transaction 145. It has more than the sandbox's 18 items, because most of the MSP's products
need an item of their own; Shoreline Property Care has exactly 18.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from desktop_app.simulator.data import access
from desktop_app.simulator.data.awkward_invoices import awkward_ones
from desktop_app.simulator.data.billing import Register
from desktop_app.simulator.data.calendar import REFERENCE, Calendar
from desktop_app.simulator.data.catalogue import products
from desktop_app.simulator.data.clients import all_clients
from desktop_app.simulator.data.companies import first_company, other_companies
from desktop_app.simulator.data.invoices import history, ready
from desktop_app.simulator.data.seed import Seed, TenantSeed
from desktop_app.simulator.data.sizes import PLANS
from desktop_app.simulator.data.tenant import Tenant

__all__ = ["PLANS", "REFERENCE", "build"]


def build(size: str = "small", seed: int = 1, now: datetime | None = None) -> Seed:
    """A whole world.

    Args:
        size: "small", "medium" or "large".
        seed: any number; the same one gives the same names, amounts and ids.
        now: aware. All dates move by whole days so that REFERENCE falls on its date, and the
            invoices meant to be sent are made from half an hour after it. None: dates stay
            around REFERENCE.

    Raises:
        ValueError: for an unknown size or a naive *now*.
    """
    if size not in PLANS:
        raise ValueError(f"size is one of {', '.join(PLANS)}, not {size!r}")
    plan = PLANS[size]
    calendar = Calendar(now)

    def stream(part: str) -> Random:
        """A source of its own for each part, so that a change in one leaves the others alone."""
        return Random(f"{seed}/{size}/{part}")  # noqa: S311 - sample data

    known = all_clients(plan, stream("clients"))
    sold = products(plan, stream("products"))
    tenant = Tenant(known, sold, calendar, stream("tenant"))
    odd = awkward_ones(tenant)
    clean = ready(tenant, plan.ready_invoices, stream("ready"))
    past = history(tenant, plan.invoices - len(odd) - len(clean), stream("history"))
    register = Register(calendar, tenant.addresses)
    return Seed(
        size=size,
        seed=seed,
        users=access.users(),
        companies=[
            first_company(plan, known, sold, calendar, stream("company")),
            *other_companies(calendar, stream("other companies")),
        ],
        tenant=TenantSeed(
            organizations=tenant.organizations,
            archived_organizations=tenant.archived,
            locations=tenant.locations,
            contacts=tenant.contacts,
            accounts=tenant.accounts,
            products=tenant.product_records(),
            agreements=[contract.record for contract in tenant.contracts],
            invoices=register.render(past + odd + clean),
        ),
        apps=access.apps(),
        ninjaone_apps=access.ninjaone_apps(),
    )
