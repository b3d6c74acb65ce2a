"""Which invoices a change of the local data touches."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from typing import Any

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind

# Whatever invoices depend on as a whole: when one of these is another record, all are looked at.
_WHOLE = ("company", "sources", "targets", "agreements", "terms", "tax_codes", "invoices")


def touched_places(before: Facts, now: Facts) -> set[int] | None:
    """The places in *now.invoices* of those that may have another state; None for all of them."""
    if any(getattr(before, name) is not getattr(now, name) for name in _WHOLE):
        return None
    if before.workspace != now.workspace or before.carriers != now.carriers:
        return None
    if before.locked != now.locked:
        return None
    touched: set[int] = set()
    if before.handling is not now.handling:
        confirmed = _confirmed(before, now)
        if confirmed is None:
            return None
        touched |= confirmed
    for kind in Kind:
        tables: tuple[tuple[MappingOf[str, Any], MappingOf[str, Any]], ...] = (
            (before.mappings[kind], now.mappings[kind]),
            (before.excluded.get(kind, {}), now.excluded.get(kind, {})),
            (before.creations.get(kind, {}), now.creations.get(kind, {})),
        )
        for old, new in tables:
            for source_id in _changed(old, new):
                touched.update(now.dependents.get((kind.value, source_id), ()))
    return touched | _sent(before, now)


def _confirmed(before: Facts, now: Facts) -> set[int] | None:
    """Those of agreements that were marked, and of credit memos that were approved; None when
    anything else about the handling changed."""
    old, new = before.handling, now.handling
    if replace(old, updated=new.updated, credit_totals=new.credit_totals) != new:
        return None
    touched: set[int] = set()
    for agreement in old.updated ^ new.updated:
        touched.update(now.dependents.get(("agreement", agreement), ()))
    for invoice_id in _changed(old.credit_totals, new.credit_totals):
        if invoice_id in now.places:
            touched.add(now.places[invoice_id])
    return touched


def _sent(before: Facts, now: Facts) -> set[int]:
    """Those whose push changed, and the others that have the same number."""
    touched: set[int] = set()
    for invoice_id in _changed(before.pushes, now.pushes):
        numbers = set()
        for facts in (before, now):
            push = facts.pushes.get(invoice_id)
            if push is not None:
                numbers.add(push.doc_number)
        place = now.places.get(invoice_id)
        if place is not None:
            touched.add(place)
            invoice = now.invoices[place]
            numbers |= {before.number_of(invoice), now.number_of(invoice)}
        for facts in (before, now):
            for number in numbers - {""}:
                touched.update(
                    now.places[twin.id] for twin in facts.numbered(number) if twin.id in now.places
                )
    return touched


def _changed(old: MappingOf[str, Any], new: MappingOf[str, Any]) -> Iterator[str]:
    """Keys whose values differ."""
    if old is new:
        return
    for key, value in new.items():
        known = old.get(key)
        if known is not value and known != value:
            yield key
    for key in old:
        if key not in new:
            yield key
