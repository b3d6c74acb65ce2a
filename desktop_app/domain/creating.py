"""A QuickBooks customer or item that a person is about to create from a NinjaOne record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate

CREATABLE = (Kind.CUSTOMERS, Kind.ITEMS)


@dataclass(frozen=True, slots=True)
class CreateDraft:
    """The record as it would be sent; the form edits a copy (dataclasses.replace).

    Customers use name (display name), company_name, email, term_id and currency; items use name,
    item_type, income_account_id, price, sku, taxable and description. note: what was adapted to
    QuickBooks' limits, in words.
    """

    kind: Kind
    source_id: str
    source_name: str
    name: str
    company_name: str = ""
    email: str = ""
    term_id: str = ""
    currency: str = ""
    item_type: str = ""
    income_account_id: str = ""
    price: Decimal | None = None
    sku: str = ""
    taxable: bool = False
    description: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NameUse:
    """A record that has the wanted name. entity: "Customer", "Vendor", "Employee" or "Item"."""

    entity: str
    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class CreateCheck:
    """What stands against creating a draft.

    problems: what has to be corrected first, in words. clashes: records of that very name; the
    creation would be refused. former: inactive records that had it; they do not stand in the way.
    near: similar records, best first, to link to instead. live: whether QuickBooks was asked;
    otherwise only the local list was looked at, and vendors and employees are not in it. reads:
    metered reads used.
    """

    problems: tuple[str, ...] = ()
    clashes: tuple[NameUse, ...] = ()
    former: tuple[NameUse, ...] = ()
    near: tuple[Candidate, ...] = ()
    live: bool = False
    reads: int = 0

    @property
    def may_create(self) -> bool:
        return not self.problems and not self.clashes


class CreateState(StrEnum):
    """Where a creation is. SENDING survives a crash and is resolved by look-up."""

    STAGED = "staged"  # to be carried out when online
    SENDING = "sending"  # written down; the answer is not known
    CREATED = "created"
    REFUSED = "refused"  # not created; problem says why


@dataclass(frozen=True, slots=True)
class Creation:
    """The record of one creation, written before and after each call.

    request_id: the idempotency key. accepted: ids of similar records that the person saw and passed
    over, separated by blanks. reference: intuit_tid of a refusal.
    """

    request_id: str
    realm_id: str
    state: CreateState
    draft: CreateDraft
    who: str
    made_at: datetime
    finished_at: datetime | None = None
    target_id: str = ""
    problem: str = ""
    reference: str = ""
    accepted: str = ""


CREATE_IT = "Create it: View, Waiting to Be Created."


def to_be(creation: Creation) -> str:
    """ "waits to be created in QuickBooks as “Acme”." """
    name = creation.draft.name
    if creation.state is CreateState.SENDING:
        return f"is being created in QuickBooks as “{name}”; it has not answered yet."
    return f"waits to be created in QuickBooks as “{name}”."
