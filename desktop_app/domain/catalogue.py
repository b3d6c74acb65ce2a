"""What changed between two catalogues: records of either side that were renamed, merged, switched
off, and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Source, Target
from desktop_app.domain.review import target_label

_SWITCHED_OFF = re.compile(r" \(deleted(-\d+)?\)$")
"""QuickBooks adds this to the name of a record that is made inactive (QuickBooks sheet 4.1)."""


class Side(StrEnum):
    QUICKBOOKS = "QuickBooks"
    NINJAONE = "NinjaOne"


class What(StrEnum):
    """What happened to a record; stored. See WORDS for the screen."""

    RENAMED = "renamed"
    MERGED = "merged"  # the id vanished: only a merge does that (QuickBooks sheet 4.1)
    DELETED = "deleted"  # change capture called it deleted
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    RETURNED = "returned"
    CURRENCY = "currency"
    TYPE = "type"
    SUBORDINATE = "subordinate"
    INCOME_ACCOUNT = "income-account"
    VANISHED = "vanished"  # NinjaOne
    NEW = "new"  # NinjaOne


WORDS = {
    What.RENAMED: "Renamed",
    What.MERGED: "Merged into another record",
    What.DELETED: "Deleted",
    What.DEACTIVATED: "Made inactive",
    What.REACTIVATED: "Active again",
    What.RETURNED: "There again",
    What.CURRENCY: "Other currency",
    What.TYPE: "Other type",
    What.SUBORDINATE: "Became a sub-customer",
    What.INCOME_ACCOUNT: "Lost its income account",
    What.VANISHED: "No longer in NinjaOne",
    What.NEW: "New in NinjaOne",
}

HARMLESS = frozenset({What.RENAMED, What.REACTIVATED, What.RETURNED})
"""The link goes on working."""

OPPOSITES = {
    What.REACTIVATED: (What.DEACTIVATED,),
    What.DEACTIVATED: (What.REACTIVATED,),
    What.RETURNED: (What.MERGED, What.DELETED, What.VANISHED),
    What.MERGED: (What.RETURNED,),
    What.DELETED: (What.RETURNED,),
    What.VANISHED: (What.RETURNED, What.NEW),
    What.NEW: (What.VANISHED,),
}
"""What takes what back."""


_NOBODY: MappingOf[str, What] = {}


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One thing that happened to one record. was, now: names, currencies, types, as *what* says;
    label: the record's name, the one before the change."""

    side: Side
    kind: Kind
    record_id: str
    what: What
    label: str
    was: str = ""
    now: str = ""


def target_changes(
    kind: Kind,
    before: MappingOf[str, Target],
    fetched: Iterable[Target],
    *,
    complete: bool,
    deleted: frozenset[str] = frozenset(),
    gone: MappingOf[str, What] = _NOBODY,
) -> Iterator[RecordChange]:
    """What happened to QuickBooks records. *fetched*: the whole list (complete), or whole records
    of a change capture. New records are not told: nothing points at them yet.

    deleted: ids that change capture called deleted; any other id that is missing from a whole
    list was merged. gone: ids that went away at an earlier refresh.
    """
    here = {target.id: target for target in fetched}
    for target_id, new in here.items():
        old = before.get(target_id)
        if old is not None and old != new:
            yield from _differences(old, new)
        elif old is None and target_id in gone:
            label = target_label(new)
            yield RecordChange(Side.QUICKBOOKS, kind, target_id, What.RETURNED, label, "", label)
    if complete:
        for target_id, old in before.items():
            if target_id not in here:
                what = What.DELETED if target_id in deleted else What.MERGED
                label = target_label(old)
                yield RecordChange(Side.QUICKBOOKS, kind, target_id, what, label, label)


def _differences(old: Target, new: Target) -> Iterator[RecordChange]:
    label = target_label(old)

    def change(what: What, was: str, now: str) -> RecordChange:
        return RecordChange(Side.QUICKBOOKS, old.kind, old.id, what, label, was, now)

    if old.active and not new.active:
        yield change(What.DEACTIVATED, label, target_label(new))
    elif new.active and not old.active:
        yield change(What.REACTIVATED, label, target_label(new))
    moved = new.subordinate and not old.subordinate and old.name == new.name
    if _plain_label(old) != _plain_label(new) and not moved:
        yield change(What.RENAMED, label, target_label(new))
    if old.kind is Kind.CUSTOMERS:
        if old.currency != new.currency and old.currency and new.currency:
            yield change(What.CURRENCY, old.currency, new.currency)
        if new.subordinate and not old.subordinate:
            yield change(What.SUBORDINATE, label, target_label(new))
    elif old.type != new.type:
        yield change(What.TYPE, old.type, new.type)
    if old.kind is Kind.ITEMS and old.income_account_id and not new.income_account_id:
        yield change(What.INCOME_ACCOUNT, old.income_account_id, "")


def _plain_label(target: Target) -> str:
    """The label without QuickBooks' own mark of an inactive record."""
    label = target_label(target)
    return label if target.active else _SWITCHED_OFF.sub("", label)


def source_changes(
    before: MappingOf[str, Source], fetched: Iterable[Source], *, first: bool
) -> Iterator[RecordChange]:
    """What happened to NinjaOne records of one kind. *fetched* is always the whole list.

    first: nothing had been fetched before, so that nothing is new.
    """
    here = {source.id: source for source in fetched}
    for source_id, new in here.items():
        old = before.get(source_id)
        if old is None:
            if not first:
                yield _of_source(new, What.NEW, "", new.name)
            continue
        if old.name != new.name:
            yield _of_source(old, What.RENAMED, old.name, new.name)
        if old.active and not new.active:
            yield _of_source(old, What.DEACTIVATED, old.name, new.name)
        elif new.active and not old.active:
            yield _of_source(old, What.REACTIVATED, old.name, new.name)
    for source_id, old in before.items():
        if source_id not in here:
            yield _of_source(old, What.VANISHED, old.name, "")


def _of_source(source: Source, what: What, was: str, now: str) -> RecordChange:
    return RecordChange(Side.NINJAONE, source.kind, source.id, what, source.name, was, now)
