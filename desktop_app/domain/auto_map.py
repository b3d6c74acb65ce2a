"""Sources and targets as records for matching, and its answer as proposals.

Source: section 4 of the mapping-review sheet. ``domain.matching`` is imported where it is used,
because the libraries that it stands on take a while to load.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import search_fold
from desktop_app.domain.proposals import Candidate, Group, Proposal, ordered
from desktop_app.domain.records import Invoice, RememberedPair, Source, Target, Verdict
from desktop_app.domain.review import INCOME_TYPES, mappable
from desktop_app.progress import Progress

if TYPE_CHECKING:
    from desktop_app.domain.matching import Match, Record

BY_CHANCE = ("e-mail equal", "account number equal")
"""Reasons of matching that may hold for two records that have nothing to do with each other."""

LINKED_ELSEWHERE = "already linked to “{}”"


@dataclass(frozen=True, slots=True)
class Lists:
    """Both sides of one kind as they go into matching. sources, targets: beside the records.

    linked: target id to the name of the source that has it, for those outside this run.
    confirmed: names that were linked. rejected: (source id, target id).
    """

    kind: Kind
    sources: Sequence[Source]
    targets: Sequence[Target]
    left: Sequence[Record]
    right: Sequence[Record]
    linked: dict[str, str]
    confirmed: Sequence[tuple[str, str]]
    rejected: Collection[tuple[str, str]]


def lists(
    facts: Facts,
    kind: Kind,
    remembered: Iterable[RememberedPair],
    *,
    also: Collection[str] = (),
    skipped: Collection[str] = (),
) -> Lists:
    """All undecided sources, and the mapped ones named in *also*, against all usable targets.

    Targets of other mapped sources count as taken. skipped: excluded rows.
    """
    mappings = facts.mappings[kind]
    sources = [
        s
        for s in facts.sources[kind].values()
        if (s.id not in mappings or s.id in also) and s.id not in skipped
    ]
    linked = {
        link.target_id: _name(facts, kind, link.source_id)
        for link in mappings.values()
        if link.source_id not in also
    }
    targets = [t for t in facts.targets[kind].values() if mappable(t)]
    home = facts.company.home_currency if facts.company else ""
    clients = newest_invoices(facts.invoices) if kind is Kind.CUSTOMERS else {}
    pairs = tuple(remembered)
    return Lists(
        kind=kind,
        sources=sources,
        targets=targets,
        left=[source_record(s, clients.get(s.id)) for s in sources],
        right=[target_record(t, home, taken=t.id in linked) for t in targets],
        linked=linked,
        confirmed=_confirmed(pairs, facts, kind),
        rejected=rejected_pairs(pairs, facts, kind),
    )


def part(data: Lists, lefts: Iterable[int], rights: Iterable[int]) -> Lists:
    """Only these records of *data*, by position."""
    ours, theirs = sorted(set(lefts)), sorted(set(rights))
    return replace(
        data,
        sources=[data.sources[n] for n in ours],
        targets=[data.targets[n] for n in theirs],
        left=[data.left[n] for n in ours],
        right=[data.right[n] for n in theirs],
    )


def source_record(source: Source, invoice: Invoice | None = None) -> Record:
    """invoice: the organization's newest, for its currency and e-mail."""
    from desktop_app.domain.matching import Record

    if source.kind is Kind.CUSTOMERS:
        return Record(
            source.name,
            email=source.email or (invoice.bill_email if invoice else ""),
            currency=invoice.currency if invoice else "",
        )
    if source.kind is Kind.ITEMS:
        return Record(source.name, sku=source.code, price=source.price)
    return Record(source.name, number=source.code)


def target_record(target: Target, home_currency: str, *, taken: bool = False) -> Record:
    from desktop_app.domain.matching import Record

    full = (target.full_name,) if target.full_name not in ("", target.name) else ()
    if target.kind is Kind.CUSTOMERS:
        company = target.company_name
        return Record(
            target.name,
            aliases=(company,) if company and company != target.name else (),
            email=target.email,
            currency=target.currency or home_currency,
            parent=target.parent_id or ("yes" if target.subordinate else ""),
            active=target.active,
            taken=taken,
        )
    items = target.kind is Kind.ITEMS
    return Record(
        target.name,
        aliases=full,
        sku=target.number if items else "",
        number="" if items else target.number,
        price=target.price,
        active=target.active,
        taken=taken,
    )


def propose(
    data: Lists, progress: Progress, scope: Collection[str] | None = None
) -> tuple[Proposal, ...]:
    """One proposal for each source of *scope* (None: all). The others take part all the same, so
    that a name that two sources fit is seen as such. ``replaces`` is left to the caller."""
    from desktop_app.domain.matching import match_records

    place_left = {s.id: n for n, s in enumerate(data.sources)}
    place_right = {t.id: n for n, t in enumerate(data.targets)}
    found = match_records(
        data.left,
        data.right,
        kind=data.kind.value,
        confirmed=data.confirmed,
        rejected=[
            (place_left[s], place_right[t])
            for s, t in data.rejected
            if s in place_left and t in place_right
        ],
        progress=progress,
    )
    by_left = {match.left: match for match in found}
    return ordered(
        _proposal(data, n, by_left.get(n))
        for n, source in enumerate(data.sources)
        if scope is None or source.id in scope
    )


def caution(data: Lists, left: int, right: int) -> str:
    """Why this pair must not be linked without a person's look, "" if nothing speaks against it."""
    ours, theirs = data.left[left], data.right[right]
    if not data.sources[left].active:
        return "inactive in NinjaOne"
    if ours.currency and theirs.currency and ours.currency.upper() != theirs.currency.upper():
        return f"other currency ({theirs.currency}, invoices are in {ours.currency})"
    return target_caution(data, right)


def target_caution(data: Lists, right: int) -> str:
    """What speaks against a target, whatever is linked to it; "" for nothing."""
    target = data.targets[right]
    if not target.active:
        return "inactive in QuickBooks"
    if target.id in data.linked:
        return LINKED_ELSEWHERE.format(data.linked[target.id])
    if target.kind is Kind.ITEMS and not target.income_account_id:
        return "has no income account"
    if target.kind is Kind.ACCOUNTS and target.type not in INCOME_TYPES:
        return f"is no income account ({target.type or 'type unknown'})"
    return ""


def newest_invoices(invoices: Iterable[Invoice]) -> dict[str, Invoice]:
    """Organization id to its newest invoice; *invoices* come newest first. One whose invoices
    differ in currency has no entry: nothing can be concluded from them."""
    newest: dict[str, Invoice] = {}
    mixed: set[str] = set()
    for invoice in invoices:
        first = newest.setdefault(invoice.organization_id, invoice)
        if first.currency != invoice.currency:
            mixed.add(invoice.organization_id)
    for organization in mixed:
        newest[organization] = replace(newest[organization], currency="")
    return newest


def _proposal(data: Lists, left: int, match: Match | None) -> Proposal:
    source = data.sources[left]
    if match is None:
        return Proposal(source, Group.NO_MATCH)
    group, reasons = _group(match), match.reasons
    by_chance = group is Group.IDENTIFIER and any(r in BY_CHANCE for r in reasons)
    if by_chance and _strangers(data.left[left], data.right[match.right]):
        # Account numbers of both sides begin with 4, and one address may serve two clients: unlike
        # a SKU these can be equal by chance, and that alone must not bill anybody.
        group, reasons = Group.SIMILAR, (*reasons, "the names have no word in common")
    candidates = [
        Candidate(
            data.targets[match.right],
            match.score,
            reasons,
            caution(data, left, match.right),
        )
    ]
    if match.runner_up is not None:
        # The gap is to the best competitor of both sides, so this is the most it can be.
        candidates.append(
            Candidate(
                data.targets[match.runner_up],
                max(match.score - match.gap, 0.0),
                ("the next best",),
                caution(data, left, match.runner_up),
            )
        )
    return Proposal(source, group, tuple(candidates), match.gap)


def _strangers(left: Record, right: Record) -> bool:
    """Whether no word of at least three letters stands in the names of both."""

    def words(record: Record) -> set[str]:
        names = " ".join((record.name, *record.aliases))
        return set(re.findall(r"\w{3,}", search_fold(names)))

    return not words(left) & words(right)


def _group(match: Match) -> Group:
    from desktop_app.domain.matching import Level

    if match.level is Level.EXACT:
        return Group.IDENTICAL if "identical name" in match.reasons else Group.IDENTIFIER
    return {Level.FOLDED: Group.FOLDED, Level.LIKELY: Group.SIMILAR}.get(
        match.level, Group.AMBIGUOUS
    )


def _confirmed(pairs: Iterable[RememberedPair], facts: Facts, kind: Kind) -> list[tuple[str, str]]:
    """The names of that moment, and those that the same two records have now."""
    found: set[tuple[str, str]] = set()
    for pair in pairs:
        if pair.verdict is Verdict.CONFIRMED:
            found.add((pair.source_name, pair.target_name))
            source = facts.sources[kind].get(pair.source_id)
            target = facts.targets[kind].get(pair.target_id)
            if source is not None and target is not None:
                found.add((source.name, target.name))
    return sorted(found)


def rejected_pairs(
    pairs: Iterable[RememberedPair], facts: Facts, kind: Kind
) -> frozenset[tuple[str, str]]:
    """By id; where a record came back under a new id, by its name."""
    found: set[tuple[str, str]] = set()
    sources, targets = facts.sources[kind], facts.targets[kind]
    named: tuple[dict[str, list[str]], dict[str, list[str]]] | None = None
    for pair in pairs:
        if pair.verdict is not Verdict.REJECTED:
            continue
        found.add((pair.source_id, pair.target_id))
        if pair.source_id in sources and pair.target_id in targets:
            continue
        if named is None:
            named = (_ids_by_name(sources.values()), _ids_by_name(targets.values()))
        ours = [pair.source_id] if pair.source_id in sources else named[0].get(pair.source_name, [])
        theirs = (
            [pair.target_id] if pair.target_id in targets else named[1].get(pair.target_name, [])
        )
        found.update((s, t) for s in ours for t in theirs)
    return frozenset(found)


def _ids_by_name(records: Iterable[Source | Target]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        found.setdefault(record.name, []).append(record.id)
    return found


def _name(facts: Facts, kind: Kind, source_id: str) -> str:
    source = facts.sources[kind].get(source_id)
    return source.name if source else source_id
