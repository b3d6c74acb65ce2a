"""A small world: invoices 1 and 2 ready, 3 needs a carrier item, 4 to 8 wait for something."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Agreement, Source, Target
from tests.ui.fakes_data import World, customer, invoice, organization

ALPHA, BRAVO, CHARLIE = (
    organization("1", "Alpha"),
    organization("2", "Bravo"),
    organization("3", "Charlie"),
)
BACKUP = Source(Kind.ITEMS, "100", "Backup", price=Decimal("12.50"), account_id="7")
LABOR = Source(Kind.ITEMS, "101", "Labor", price=Decimal("80.00"), account_id="8")
NOTHING = Source(Kind.ITEMS, "102", "Unknown thing", price=Decimal("5.00"))
HELD_BY = Agreement("50", "Bravo – Managed IT", "2", "Bravo", accounting_action="NONE")
SYNCS = Agreement("51", "Alpha – Managed IT", "1", "Alpha", accounting_action="SYNC")


def make_small() -> World:
    made = World()
    made.add(ALPHA, BRAVO, CHARLIE, BACKUP, LABOR, NOTHING, HELD_BY, SYNCS)
    made.add(Source(Kind.ACCOUNTS, "7", "Backup"), Source(Kind.ACCOUNTS, "8", "Labor"))
    income = Target(Kind.ACCOUNTS, "41", "Labor income", "Labor income", type="Income")
    item = Target(
        Kind.ITEMS, "301", "Backup", "Services:Backup", type="Service", income_account_id="41"
    )
    targets = [customer("10", "Alpha Inc"), customer("20", "Bravo")]
    made.add(income, item, *targets)
    made.link(Kind.CUSTOMERS, "1", targets[0])
    made.link(Kind.CUSTOMERS, "2", targets[1])
    made.link(Kind.ITEMS, "100", item)
    made.link(Kind.ACCOUNTS, "8", income)
    made.add(
        invoice(1, ALPHA, [BACKUP], agreement=SYNCS),
        invoice(2, ALPHA, [BACKUP, BACKUP]),
        invoice(3, ALPHA, [BACKUP, LABOR]),
        invoice(4, CHARLIE, [BACKUP]),
        invoice(5, BRAVO, [BACKUP], agreement=HELD_BY),
        invoice(6, ALPHA, [NOTHING]),
        invoice(7, ALPHA, [BACKUP], status="PENDING"),
        invoice(8, ALPHA, [BACKUP], day=date(2025, 12, 1)),
    )
    return made
