"""The rules for classes and locations, and the lists of them as QuickBooks has them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from typing import Any

from desktop_app.domain.document_choices import DocumentChoices, Track, Tracked, TrackRule
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Changes, Gateways, QuickBooksApi
from desktop_app.domain.records import ChangeSet, Company, Source
from desktop_app.domain.tracking import WHERE_ON, is_per_line, is_tracked
from desktop_app.errors import ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import Service
from desktop_app.services.api_tracking import Place, RuleRow, Standing
from desktop_app.services.handling import HandlingReader
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins

Found = MappingOf[Track, tuple[Tracked, ...]]
READS = 2
"""Metered reads for one list: counted, then read."""


class TrackLists:
    """Reads the lists of what the company tracks, and keeps them."""

    def __init__(self, handling: HandlingReader) -> None:
        self._handling = handling

    def known(self, workspace_id: int, company: Company | None) -> tuple[Track, ...]:
        """The lists that were read and that the company tracks: changes to them are enough."""
        return tuple(
            track
            for track in Track
            if company is not None
            and is_tracked(track, company)
            and self._handling.tracked(workspace_id, track) is not None
        )

    def read(
        self,
        workspace_id: int,
        quickbooks: QuickBooksApi,
        company: Company,
        progress: Progress,
        changes: Changes | None = None,
        asked: Collection[Track] = (),
    ) -> Found:
        """The lists of what the company tracks. *changes*: a capture in which the tracks *asked*
        were asked for; these are read whole only where it says so."""
        found = {}
        for track in filter(lambda t: is_tracked(t, company), Track):
            if changes is None or track not in asked or track in changes.whole_tracks:
                found[track] = quickbooks.tracked(track, progress)
            else:
                rows = dict(self._handling.tracked(workspace_id, track) or {})
                rows |= {one.id: one for one in changes.tracked if one.track is track}
                found[track] = tuple(rows.values())
        return found

    def keep(self, workspace_id: int, found: Found) -> None:
        for track, rows in found.items():
            self._handling.set_tracked(workspace_id, track, rows)


class Tracking:
    """Implements services.api_tracking.TrackingService."""

    def __init__(
        self, *, handling: HandlingReader, facts: LocalFacts, logins: Logins, gateways: Gateways
    ) -> None:
        self._handling = handling
        self._lists = TrackLists(handling)
        self._facts = facts
        self._logins = logins
        self._gateways = gateways

    # --- Looking -----------------------------------------------------------------------------

    def standing(self, track: Track) -> Standing:
        facts = self._facts.get()
        company, rule = facts.company, facts.handling.choices.rule(track)
        ruled = bool(rule.fixed or rule.by_organization or rule.by_account)
        known = facts.handling.tracked.get(track, {})
        reason = _reason(track, facts)
        return Standing(
            track=track,
            choices=() if reason else tuple(each for each in known.values() if each.active),
            fixed=rule.fixed,
            fixed_text=_text(rule.fixed, track, facts),
            per_line=company is not None and is_per_line(track, company),
            reason=reason,
            problem=_problem(rule.fixed, track, facts),
            ruled=ruled,
        )

    def rows(self) -> list[RuleRow]:
        facts = self._facts.get()
        choices, company = facts.handling.choices, facts.company
        tracks = tuple(t for t in Track if choices.rule(t) != TrackRule() or not _reason(t, facts))
        found = [
            _row(place, name, facts, tracks)
            for place, name in _named(
                Kind.CUSTOMERS,
                facts,
                {*choices.classes.by_organization, *choices.locations.by_organization},
            )
        ]
        per_line = company is not None and is_per_line(Track.CLASS, company)
        if per_line or choices.classes.by_account:
            named = _named(Kind.ACCOUNTS, facts, set(choices.classes.by_account))
            found += [_row(place, name, facts, (Track.CLASS,)) for place, name in named]
        return found

    # --- Choosing ----------------------------------------------------------------------------

    def set_default(self, track: Track, identity: str) -> ChangeSet:
        facts = self._facts.get()
        _check(track, identity, facts)
        rule = replace(facts.handling.choices.rule(track), fixed=identity)
        text = f"Default {track.noun}: {_text(identity, track, facts)}"
        return self._keep(track, rule, facts, text)

    def set_rule(self, track: Track, places: Sequence[Place], identity: str | None) -> ChangeSet:
        facts = self._facts.get()
        if identity is not None:
            _check(track, identity, facts)
        rule = facts.handling.choices.rule(track)
        organizations, accounts = dict(rule.by_organization), dict(rule.by_account)
        changed = 0
        for kind, source_id in places:
            if kind is Kind.ACCOUNTS and track is not Track.CLASS:
                continue
            held = accounts if kind is Kind.ACCOUNTS else organizations
            if identity is None:
                held.pop(source_id, None)
            else:
                held[source_id] = identity
            changed += 1
        word = "as the default" if identity is None else _text(identity, track, facts)
        text = f"{track.noun.capitalize()} of {changed:,} set: {word}"
        new = replace(rule, by_organization=organizations, by_account=accounts)
        return self._keep(track, new, facts, text)

    def _keep(self, track: Track, rule: TrackRule, facts: Facts, text: str) -> ChangeSet:
        choices = _with(facts.handling.choices, track, rule)
        self._handling.set_choices(facts.workspace.id, choices)
        self._facts.invalidate(Part.HANDLING)
        return ChangeSet(workspace=True, invoices=True, text=text)

    # --- Reading -----------------------------------------------------------------------------

    def read(self, progress: Progress) -> ChangeSet:
        facts = self._facts.get()
        workspace, company = facts.workspace, facts.company
        if not workspace.quickbooks_connected or company is None:
            raise ReconnectNeeded("QuickBooks is not connected in this workspace.")
        keeper = self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        quickbooks = self._gateways.quickbooks(workspace, keeper)
        found = self._lists.read(workspace.id, quickbooks, company, progress)
        self._lists.keep(workspace.id, found)
        self._facts.invalidate(Part.HANDLING)
        words = " and ".join(f"{len(rows):,} {track.plural}" for track, rows in found.items())
        text = f"Read {words}" if words else "QuickBooks tracks neither classes nor locations"
        return ChangeSet(workspace=True, invoices=True, text=text)


def _with(choices: DocumentChoices, track: Track, rule: TrackRule) -> DocumentChoices:
    changed: dict[str, Any] = {track.plural: rule}
    return replace(choices, **changed)


def _check(track: Track, identity: str, facts: Facts) -> None:
    if not identity:
        return
    reason = _reason(track, facts)
    if reason:
        raise RuleError(reason)
    known = facts.handling.tracked.get(track, {})
    if identity not in known or not known[identity].active:
        raise RuleError(
            f"This {track.noun} cannot be used.", advice=f"Choose another {track.noun}."
        )


def _reason(track: Track, facts: Facts) -> str:
    """Why none can be chosen, "" where one can."""
    if facts.company is None:
        return "The QuickBooks lists were never fetched. Refresh first."
    if not is_tracked(track, facts.company):
        return f"QuickBooks does not track {track.plural} in this company. {WHERE_ON}."
    known = facts.handling.tracked.get(track)
    if known is None:
        return f"The {track.plural} were not read yet. Refresh, or read them now."
    if not any(each.active for each in known.values()):
        return f"QuickBooks has no active {track.noun} yet."
    return ""


def _problem(identity: str, track: Track, facts: Facts) -> str:
    """What is wrong with a rule that names *identity*."""
    if not identity or facts.company is None:
        return ""
    if not is_tracked(track, facts.company):
        return f"QuickBooks does not track {track.plural}: invoices wait."
    known = facts.handling.tracked.get(track, {})
    if identity not in known:
        return f"This {track.noun} is no longer in QuickBooks: invoices wait."
    if not known[identity].active:
        return f"{track.noun.capitalize()} “{known[identity].name}” is inactive: invoices wait."
    return ""


def _text(identity: str, track: Track, facts: Facts) -> str:
    if not identity:
        return "None"
    known = facts.handling.tracked.get(track, {})
    return known[identity].name if identity in known else f"(id {identity})"


def _named(kind: Kind, facts: Facts, ruled: set[str]) -> list[tuple[Place, str]]:
    """All sources of a kind by name, then those that only rules know any more."""
    sources = sorted(facts.sources[kind].values(), key=lambda s: s.name.casefold())
    found = [((kind, source.id), _name(source)) for source in sources]
    gone = sorted(ruled - facts.sources[kind].keys())
    return found + [((kind, each), f"(no longer in NinjaOne, id {each})") for each in gone]


def _name(source: Source) -> str:
    return f"{source.code} – {source.name}" if source.code else source.name


def _row(place: Place, name: str, facts: Facts, tracks: tuple[Track, ...]) -> RuleRow:
    texts, own, problems = {}, set(), []
    for track in tracks:
        rule = facts.handling.choices.rule(track)
        held = rule.by_account if place[0] is Kind.ACCOUNTS else rule.by_organization
        if place[1] in held:
            own.add(track)
            texts[track] = _text(held[place[1]], track, facts)
            problems.append(_problem(held[place[1]], track, facts))
        elif place[0] is Kind.ACCOUNTS:
            texts[track] = "As the organization"
        else:
            texts[track] = f"{_text(rule.fixed, track, facts)} (default)"
    return RuleRow(place, name, texts, frozenset(own), " ".join(filter(None, problems)))
