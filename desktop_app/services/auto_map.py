"""Auto Map: propose links for many rows, and apply what a person ticked as one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from desktop_app.domain import auto_map
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, MappingStore
from desktop_app.domain.proposals import AutoMapRun, Candidate, Proposal, evidence
from desktop_app.domain.records import (
    ChangeSet,
    How,
    MappingChange,
    RememberedPair,
    Target,
    Verdict,
)
from desktop_app.domain.review import mappable, target_label
from desktop_app.errors import BridgeError, PartialListError, RuleError
from desktop_app.progress import Progress
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts

STALE_AFTER = timedelta(days=7)
"""A list older than this, whose last refresh failed, is not mapped from automatically."""


Recorder = Callable[[Kind, Sequence[MappingChange], str], ChangeSet]
"""Makes checked changes as one undo step; the words are for the status bar."""


class AutoMap:
    """Proposes and applies. last_problem: the error of the last refresh, None after a good one."""

    def __init__(
        self,
        *,
        facts: LocalFacts,
        mappings: MappingStore,
        lessons: Lessons,
        clock: Clock,
        record: Recorder,
        last_problem: Callable[[], BridgeError | None] = lambda: None,
        stale_after: timedelta = STALE_AFTER,
    ) -> None:
        self._facts = facts
        self._mappings = mappings
        self._lessons = lessons
        self._clock = clock
        self._record = record
        self._last_problem = last_problem
        self._stale_after = stale_after

    def refusal(self, kind: Kind) -> str:
        """ "" or why Auto Map must not run now, in words."""
        facts = self._facts.get()
        if facts.locked:
            return facts.locked
        workspace, company = facts.workspace, facts.company
        if company is None or workspace.refreshed_at is None:
            return "The QuickBooks lists were never fetched. Refresh first."
        problem = self._last_problem()
        if isinstance(problem, PartialListError):
            return f"The last refresh could not read the lists to their end. {problem.message}"
        age = self._clock.now() - workspace.refreshed_at
        if problem is not None and age > self._stale_after:
            return (
                f"The local lists are {age.days} days old and the last refresh failed: "
                f"{problem.message}"
            )
        return ""

    def propose(
        self,
        kind: Kind,
        source_ids: Sequence[str] | None,
        progress: Progress,
        *,
        overwrite: bool = False,
    ) -> AutoMapRun:
        refusal = self.refusal(kind)
        if refusal:
            raise RuleError(refusal, title="Auto Map is not possible now")
        progress.report(f"Comparing {kind.label.lower()}")
        facts = self._facts.get()
        scope = None if source_ids is None else frozenset(source_ids)
        links = facts.mappings[kind]
        also = (scope or frozenset(links)) if overwrite else frozenset()
        excluded = self._mappings.excluded(facts.workspace.id, kind)
        skipped = {*excluded, *to_be_created(facts, kind)}
        remembered = self._lessons.all(kind)
        data = auto_map.lists(facts, kind, remembered, also=also, skipped=skipped)
        found = auto_map.propose(data, progress, scope)
        return AutoMapRun(
            kind=kind,
            proposals=tuple(_with_link(p, facts) for p in found),
            overwrite=overwrite,
        )

    def apply(
        self,
        run: AutoMapRun,
        chosen: Sequence[tuple[str, str]],
        rejected: Sequence[tuple[str, str]] = (),
    ) -> ChangeSet:
        facts = self._facts.get()
        kind = run.kind
        by_source = {p.source.id: p for p in run.proposals}
        changes = [
            self._change(facts, run, by_source.get(source_id), source_id, target_id)
            for source_id, target_id in dict(chosen).items()
        ]
        _refuse_sharing(facts, kind, changes)
        count = len(changes)
        text = f"Auto Map linked {count:,} {kind.source_noun}{'' if count == 1 else 's'}"
        linked = self._record(kind, changes, text) if changes else ChangeSet(text=text)
        refused = self.reject(kind, rejected)
        return replace(
            linked,
            kinds=frozenset({kind}),
            source_ids=linked.source_ids | refused.source_ids,
        )

    def rejected(self, kind: Kind) -> tuple[RememberedPair, ...]:
        found = [p for p in self._lessons.all(kind) if p.verdict is Verdict.REJECTED]
        return tuple(sorted(found, key=lambda p: (p.source_name.casefold(), p.target_name)))

    def reject(self, kind: Kind, pairs: Sequence[tuple[str, str]]) -> ChangeSet:
        facts = self._facts.get()
        sources, targets = facts.sources[kind], facts.targets[kind]
        found = [
            RememberedPair(kind, source.id, source.name, target.id, target.name, Verdict.REJECTED)
            for source, target in (
                (sources.get(source_id), targets.get(target_id)) for source_id, target_id in pairs
            )
            if source is not None and target is not None
        ]
        self._lessons.remember(found)
        return ChangeSet(
            kinds=frozenset({kind}),
            source_ids=frozenset(pair.source_id for pair in found),
            text=f"{len(found):,} {'pair is' if len(found) == 1 else 'pairs are'} "
            "not proposed again",
        )

    def offer_again(self, pairs: Sequence[RememberedPair]) -> ChangeSet:
        self._lessons.forget(pairs)
        return ChangeSet(
            kinds=frozenset(pair.kind for pair in pairs),
            source_ids=frozenset(pair.source_id for pair in pairs),
            text=f"{len(pairs):,} {'pair' if len(pairs) == 1 else 'pairs'} may be proposed again",
        )

    def _change(
        self,
        facts: Facts,
        run: AutoMapRun,
        proposal: Proposal | None,
        source_id: str,
        target_id: str,
    ) -> MappingChange:
        kind = run.kind
        source, target = facts.sources[kind].get(source_id), facts.targets[kind].get(target_id)
        if source is None or target is None or proposal is None:
            raise RuleError(
                "A record of this run is no longer in the lists. Nothing was linked.",
                advice="Run Auto Map again.",
            )
        problem = _unusable(target)
        if problem:
            raise RuleError(
                f"“{target_label(target)}” cannot be linked to “{source.name}”: {problem}. "
                "Nothing was linked.",
                advice="Take the tick away, or mend the record in QuickBooks and refresh.",
            )
        link = facts.mappings[kind].get(source_id)
        held = source_id in self._mappings.excluded(facts.workspace.id, kind)
        held = held or source_id in to_be_created(facts, kind)
        if held or (link is not None and not run.overwrite):
            raise RuleError(
                f"“{source.name}” was decided in the meantime. Nothing was linked.",
                advice="Run Auto Map again.",
            )
        return MappingChange(
            kind=kind,
            source_id=source.id,
            source_label=source.name,
            target_id=target.id,
            target_label=target_label(target),
            how=How.AUTO_MAP,
            evidence=_evidence(proposal, target),
            score=_score(proposal, target),
        )


def to_be_created(facts: Facts, kind: Kind) -> set[str]:
    """Rows for which a person has decided that the record is created in QuickBooks."""
    return {i for i in facts.creations.get(kind, {}) if facts.to_be_created(kind, i)}


def _with_link(proposal: Proposal, facts: Facts) -> Proposal:
    link = facts.mappings[proposal.source.kind].get(proposal.source.id)
    if link is None:
        return proposal
    return replace(proposal, replaces=link)


def _unusable(target: Target) -> str:
    if not target.active:
        return "it is inactive in QuickBooks"
    if not mappable(target):
        return "it is of a type that cannot be mapped"
    return ""


def _score(proposal: Proposal, target: Target) -> Decimal | None:
    candidate = proposal.candidate(target.id)
    return None if candidate is None else Decimal(f"{candidate.score:.4f}")


def _evidence(proposal: Proposal, target: Target) -> str:
    candidate = proposal.candidate(target.id)
    if candidate is None:
        return "chosen in the Auto Map dialog"
    return evidence(_spoken(candidate, proposal))


def _spoken(candidate: Candidate, proposal: Proposal) -> Candidate:
    """With the words "chosen by hand" where it was not what Auto Map would have ticked."""
    if proposal.target is not None and proposal.target.id == candidate.target.id:
        return candidate
    return replace(candidate, reasons=("chosen by hand", *candidate.reasons))


def _refuse_sharing(facts: Facts, kind: Kind, changes: Sequence[MappingChange]) -> None:
    """Two organizations on one customer bill one client for another. Auto Map proposes no sharing
    of items and accounts either, but a person may choose one twice."""
    if kind.shares_targets:
        return
    moving = {change.source_id for change in changes}
    users = {
        link.target_id: link.source_id
        for link in facts.mappings[kind].values()
        if link.target_id and link.source_id not in moving
    }
    for change in changes:
        other = users.get(change.target_id)
        if other is not None and other != change.source_id:
            source = facts.sources[kind].get(other)
            name = source.name if source else other
            raise RuleError(
                f"“{change.target_label}” is the {kind.target_noun} of “{name}”; "
                f"“{change.source_label}” would be billed to it too. Nothing was linked.",
                title=f"One {kind.target_noun}, two {kind.source_noun}s",
                advice="Tick only one of them. To share on purpose, use Change Mapping.",
            )
        users[change.target_id] = change.source_id
