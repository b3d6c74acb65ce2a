"""Which QuickBooks item a NinjaOne line goes to.

The item decides the account; a line whose product has no item uses the carrier item of its
mapped account; a line with neither blocks the invoice (QuickBooks sheet 8.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_app.domain.creating import CREATE_IT, to_be
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.rechecks import doubt
from desktop_app.domain.records import InvoiceLine, Target
from desktop_app.domain.review import ITEM_TYPES, target_label


@dataclass(frozen=True, slots=True)
class LinePlan:
    """item: what the line uses. None with no blocker: a line without money, sent as text.

    carrier_account: the QuickBooks account that still needs its carrier item.
    """

    item: Target | None = None
    blocker: Blocker | None = None
    carrier_account: Target | None = None


def plan_line(line: InvoiceLine, facts: Facts, day: date | None = None) -> LinePlan:
    """*day*: the invoice's date, before which stock cannot have been sold."""
    product_id = facts.product_of(line)
    mapping, item = facts.mapped(Kind.ITEMS, product_id)
    if line.amount != ZERO and facts.is_excluded(Kind.ITEMS, product_id):
        return _held(line, Kind.ITEMS, product_id)
    if mapping is not None:
        problem = item_problem(item, day)
        if problem or item is None:
            label = mapping.target_label
            return LinePlan(
                blocker=Blocker(
                    Reason.ITEM_UNUSABLE,
                    f"Item “{label}” of “{line.name}” cannot be used: {problem}.",
                    "Map the product to another item, or mend the item in QuickBooks and refresh.",
                    Kind.ITEMS,
                    product_id,
                    # Without the date of one invoice: it is told of all of them.
                    cause=f"Item “{label}” cannot be used before its stock starts"
                    if problem != item_problem(item)
                    else "",
                )
            )
        return LinePlan(item=item, blocker=doubt(mapping, item))
    account_id = facts.account_of(line)
    account_mapping, account = facts.mapped(Kind.ACCOUNTS, account_id)
    if account_mapping is not None:
        doubtful = doubt(account_mapping, account) if account and account.active else None
        if doubtful is not None:
            return LinePlan(blocker=doubtful)
        return _carrier(line, account_id, account_mapping.target_label, account, facts)
    if line.amount != ZERO and facts.is_excluded(Kind.ACCOUNTS, account_id):
        return _held(line, Kind.ACCOUNTS, account_id)
    if line.amount == ZERO:
        return LinePlan()
    return LinePlan(blocker=_unmapped(line, product_id, account_id, facts))


def _held(line: InvoiceLine, kind: Kind, source_id: str) -> LinePlan:
    return LinePlan(
        blocker=Blocker(
            Reason.HELD,
            f"Held on purpose: the {kind.source_noun} of “{line.name}” is excluded.",
            f"Include the {kind.source_noun} if it is to be billed through QuickBooks.",
            kind,
            source_id,
        )
    )


def item_problem(item: Target | None, day: date | None = None) -> str:
    """Why an item cannot stand on an invoice line (of that date), "" if it can."""
    if item is None:
        return "it is no longer in QuickBooks"
    if not item.active:
        return "it is inactive in QuickBooks"
    if item.type not in ITEM_TYPES:
        return f"it is a {item.type.lower()}" if item.type else "QuickBooks does not tell its kind"
    if not item.income_account_id:
        return "it has no income account"
    if day is not None and item.starts_on is not None and day < item.starts_on:
        return f"its stock starts on {item.starts_on}, after the invoice's date ({day})"
    return ""


def _carrier(
    line: InvoiceLine, account_id: str, label: str, account: Target | None, facts: Facts
) -> LinePlan:
    if account is None or not account.active:
        state = "no longer in QuickBooks" if account is None else "inactive in QuickBooks"
        return LinePlan(
            blocker=Blocker(
                Reason.ACCOUNT_UNUSABLE,
                f"Account “{label}” for “{line.name}” is {state}.",
                "Map the account code to another account.",
                Kind.ACCOUNTS,
                account_id,
            )
        )
    item = facts.targets[Kind.ITEMS].get(facts.carriers.get(account.id, ""))
    if item is None or item_problem(item):
        return LinePlan(
            blocker=Blocker(
                Reason.CARRIER_MISSING,
                f"“{line.name}” has no item of its own; account "
                f"“{target_label(account)}” needs its carrier item first.",
                "You are asked once before it is created.",
                Kind.ACCOUNTS,
                account_id,
                cause=f"Account “{target_label(account)}” needs its carrier item first",
            ),
            carrier_account=account,
        )
    return LinePlan(item=item)


def _unmapped(line: InvoiceLine, product_id: str, account_id: str, facts: Facts) -> Blocker:
    amount = money_text(line.amount)
    if product_id and product_id in facts.sources[Kind.ITEMS]:
        name = facts.sources[Kind.ITEMS][product_id].name
        creation = facts.to_be_created(Kind.ITEMS, product_id)
        if creation is not None:
            return Blocker(
                Reason.ITEM_UNMAPPED,
                f"Product “{line.name}” {to_be(creation)}",
                CREATE_IT,
                Kind.ITEMS,
                product_id,
                cause=f"Product “{name}” waits to be created",
            )
        return Blocker(
            Reason.ITEM_UNMAPPED,
            f"Product “{line.name}” is not mapped to an item ({amount}).",
            "Map the product, or its account code.",
            Kind.ITEMS,
            product_id,
            cause=f"Product “{name}” is not mapped",
        )
    if account_id and account_id in facts.sources[Kind.ACCOUNTS]:
        code = facts.sources[Kind.ACCOUNTS][account_id]
        return Blocker(
            Reason.ITEM_UNMAPPED,
            f"“{line.name}” is no product of the catalogue, and its account code "
            f"“{code.name}” is not mapped ({amount}).",
            "Map the account code.",
            Kind.ACCOUNTS,
            account_id,
            cause=f"Account code “{code.name}” is not mapped",
        )
    return Blocker(
        Reason.ITEM_UNMAPPED,
        f"“{line.name}” names neither a product nor an account code ({amount}).",
        "Give the line a product or an account code in NinjaOne, then refresh.",
        cause="Lines that name neither a product nor an account code",
    )
