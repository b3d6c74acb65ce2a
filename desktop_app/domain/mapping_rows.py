"""The rows of a mapping tab: each source with its decision, health and where the decision is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import datetime

from desktop_app.domain.catalogue import What
from desktop_app.domain.creating import CreateState, Creation
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.rechecks import problem_text
from desktop_app.domain.records import Delivery, Mapping, Source, Target
from desktop_app.domain.review import (
    INCOME_TYPES,
    ITEM_TYPES,
    Decision,
    Health,
    MappingRow,
    Where,
    target_label,
)

_NOTHING: MappingOf[str, Mapping] = {}
_HOW_GONE = {What.MERGED: Health.MERGED, What.DELETED: Health.DELETED}
_CREATING = {
    CreateState.STAGED: Where.STAGED,
    CreateState.SENDING: Where.SENDING,
    CreateState.REFUSED: Where.REFUSED,
}
_WHERE = {
    Delivery.STAGED: Where.STAGED,
    Delivery.RECHECK: Where.RECHECK,
    Delivery.CONFLICT: Where.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the facts of one kind's rows are told from, beside the source and its mapping.

    users: how many sources point at a target. vanished: how a target that rows point at went away.
    fresh: new source ids. currencies: of an organization's approved invoices. creations, created:
    see Facts.
    """

    kind: Kind
    targets: MappingOf[str, Target]
    users: MappingOf[str, int]
    excluded: MappingOf[str, Mapping] = field(default_factory=dict)
    vanished: MappingOf[str, What] = field(default_factory=dict)
    fresh: Collection[str] = ()
    currencies: MappingOf[str, Collection[str]] = field(default_factory=dict)
    home_currency: str = ""
    refreshed_at: datetime | None = None
    creations: MappingOf[str, Creation] = field(default_factory=dict)
    created: MappingOf[str, str] = field(default_factory=dict)


def surroundings(facts: Facts, kind: Kind, users: MappingOf[str, int]) -> Surroundings:
    """Those of *kind* in local data. users: see Surroundings."""
    return Surroundings(
        kind=kind,
        targets=facts.targets[kind],
        users=users,
        excluded=facts.excluded.get(kind, _NOTHING),
        vanished=facts.vanished.get(kind, {}),
        fresh=facts.fresh.get(kind, ()),
        currencies=facts.currencies if kind is Kind.CUSTOMERS else {},
        home_currency=facts.company.home_currency if facts.company else "",
        refreshed_at=facts.workspace.refreshed_at,
        creations=facts.creations.get(kind, {}),
        created=facts.created.get(kind, {}),
    )


def users_of(mappings: MappingOf[str, Mapping]) -> dict[str, int]:
    """Target id to the number of sources that point at it."""
    users: dict[str, int] = {}
    for link in mappings.values():
        users[link.target_id] = users.get(link.target_id, 0) + 1
    return users


def rows(
    sources: Iterable[Source],
    targets: Iterable[Target],
    mappings: MappingOf[str, Mapping],
) -> list[MappingRow]:
    """Rows of one kind from nothing but its records and links, in the order of the sources."""
    all_sources = list(sources)
    kind = all_sources[0].kind if all_sources else Kind.CUSTOMERS
    around = Surroundings(kind, {t.id: t for t in targets}, users_of(mappings))
    return [row_of(source, mappings.get(source.id), around) for source in all_sources]


def row_of(source: Source, mapping: Mapping | None, around: Surroundings) -> MappingRow:
    """One row. *mapping*: its link, if any."""
    if mapping is None:
        excluded = around.excluded.get(source.id)
        if excluded is None:
            return _undecided(source, around)
        where = _where(excluded, around.refreshed_at)
        note = problem_text(excluded.problem, excluded, None)
        return MappingRow(source, None, None, Decision.EXCLUDED, Health.OK, excluded, where, note)
    target = around.targets.get(mapping.target_id)
    created = _created_here(mapping, around)
    return MappingRow(
        source,
        mapping,
        target,
        Decision.LINKED,
        _health(source, mapping, target, around),
        mapping,
        Where.IN_QUICKBOOKS if created else _where(mapping, around.refreshed_at),
        problem_text(mapping.problem, mapping, target, around.vanished.get(mapping.target_id))
        if mapping.problem
        else "",
    )


def _undecided(source: Source, around: Surroundings) -> MappingRow:
    new = source.id in around.fresh
    creation = around.creations.get(source.id)
    if creation is None:
        return MappingRow(source, None, None, Decision.UNDECIDED, Health.OK, new=new)
    refused = creation.state is CreateState.REFUSED
    return MappingRow(
        source,
        None,
        None,
        Decision.UNDECIDED if refused else Decision.CREATE,
        Health.OK,
        where=_CREATING[creation.state],
        note=creation.problem if refused else "",
        new=new,
        creation=creation,
    )


def _created_here(mapping: Mapping, around: Surroundings) -> bool:
    return (
        mapping.delivery is Delivery.SAVED
        and around.created.get(mapping.source_id) == mapping.target_id
    )


def _where(decided: Mapping, refreshed_at: datetime | None) -> Where:
    found = _WHERE.get(decided.delivery)
    if found is not None:
        return found
    if refreshed_at is not None and decided.changed_at <= refreshed_at:
        return Where.CHECKED
    return Where.SAVED


def _health(
    source: Source, mapping: Mapping, target: Target | None, around: Surroundings
) -> Health:
    """The worst first: what cannot be sent, then what should be looked at."""
    if target is None:
        how = around.vanished.get(mapping.target_id)
        return _HOW_GONE.get(how, Health.MISSING) if how is not None else Health.MISSING
    if not target.active:
        return Health.INACTIVE
    kind = around.kind
    if kind is Kind.CUSTOMERS:
        if target.subordinate:
            return Health.UNSUITABLE
        wanted = around.currencies.get(source.id)
        currency = target.currency or around.home_currency
        if wanted and currency and any(each != currency for each in wanted):
            return Health.CURRENCY
        if around.users.get(target.id, 0) > 1:
            return Health.SHARED
    elif kind is Kind.ITEMS:
        if target.type not in ITEM_TYPES:
            return Health.WRONG_TYPE
        if not target.income_account_id:
            return Health.NO_INCOME_ACCOUNT
    if mapping.target_label != target_label(target):
        return Health.RENAMED
    if kind is Kind.ACCOUNTS and target.type not in INCOME_TYPES:
        return Health.NOT_INCOME
    return Health.OK
