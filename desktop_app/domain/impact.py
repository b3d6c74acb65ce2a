"""What a bulk change would do to invoices, told before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from desktop_app.domain.checks import check, is_not_going, only_carriers_missing
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Choice, How, Invoice, Mapping, PushState
from desktop_app.domain.review import target_label
from desktop_app.domain.snapshots import changed_keys
from desktop_app.domain.waiting import Waiting, depends_on, total
from desktop_app.progress import Progress

_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # of links that are only supposed
_STEP = 500


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One wanted change: link the source to target_id, or make it undecided (""), or exclude it."""

    kind: Kind
    source_id: str
    target_id: str = ""
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """ready, blocked, held (on purpose): unsent invoices that become so, with count and amounts.
    still_blocked: that depend on a changed row and go on being blocked. sent: documents in
    QuickBooks (or under way) that depend on a changed row and are not changed by this."""

    ready: Waiting = field(default_factory=Waiting)
    blocked: Waiting = field(default_factory=Waiting)
    still_blocked: Waiting = field(default_factory=Waiting)
    held: Waiting = field(default_factory=Waiting)
    ready_invoices: tuple[Invoice, ...] = ()
    blocked_invoices: tuple[Invoice, ...] = ()
    sent_invoices: tuple[Invoice, ...] = ()

    @property
    def sent(self) -> int:
        return len(self.sent_invoices)


def impact(facts: Facts, changes: Iterable[LinkChange], progress: Progress | None = None) -> Impact:
    """Compare the invoices that depend on the changed rows before and after.

    An invoice that only lacks carrier items counts as ready, as on the invoices' page. Changes
    that change nothing are left out.
    """
    progress = progress or Progress()
    after = supposed(facts, changes)
    touched = {
        (kind, source_id)
        for kind in Kind
        for before, then in (
            (facts.mappings[kind], after.mappings[kind]),
            (facts.excluded.get(kind, {}), after.excluded[kind]),
        )
        for source_id in changed_keys(before, then)
    }
    if not touched:
        return Impact()
    ready: list[Invoice] = []
    blocked: list[Invoice] = []
    still: list[Invoice] = []
    held: list[Invoice] = []
    sent: list[Invoice] = []
    for number, invoice in enumerate(facts.invoices):
        if number % _STEP == 0:
            progress.report("Looking at invoices", number, len(facts.invoices))
        push = facts.pushes.get(invoice.id)
        there = push is not None and push.state is not PushState.REFUSED
        if not there and invoice.status != "APPROVED":
            continue
        if touched.isdisjoint(depends_on(invoice, facts)) and touched.isdisjoint(
            depends_on(invoice, after)
        ):
            continue
        if there:
            sent.append(invoice)
            continue
        now, then = check(invoice, facts), check(invoice, after)
        if is_not_going(then):
            continue
        was, will = _goes(now), _goes(then)
        if _held(then):
            held += [] if _held(now) else [invoice]
        elif will and not was:
            ready.append(invoice)
        elif was and not will:
            blocked.append(invoice)
        elif not will:
            still.append(invoice)
    return Impact(
        ready=total(ready),
        blocked=total(blocked),
        still_blocked=total(still),
        held=total(held),
        ready_invoices=tuple(ready),
        blocked_invoices=tuple(blocked),
        sent_invoices=tuple(sent),
    )


def supposed(facts: Facts, changes: Iterable[LinkChange]) -> Facts:
    """The facts as they would be after *changes*; unchanged links keep their identity. Linking or
    clearing an excluded row includes it."""
    mappings = {kind: dict(facts.mappings[kind]) for kind in Kind}
    excluded = {kind: dict(facts.excluded.get(kind, {})) for kind in Kind}
    for change in changes:
        kind, source_id = change.kind, change.source_id
        links, held = mappings[kind], excluded[kind]
        link = links.get(source_id)
        if change.excludes:
            links.pop(source_id, None)
            if source_id not in held:
                held[source_id] = Mapping(
                    kind, source_id, "", "", How.EXCLUDED, "", _MOMENT, Choice.EXCLUDED
                )
            continue
        if link is not None and link.target_id == change.target_id:
            continue
        held.pop(source_id, None)
        if not change.target_id:
            links.pop(source_id, None)
            continue
        target = facts.targets[kind].get(change.target_id)
        links[source_id] = Mapping(
            kind,
            source_id,
            change.target_id,
            target_label(target) if target else change.target_id,
            How.BY_HAND,
            "",
            _MOMENT,
        )
    return replace(facts, mappings=mappings, excluded=excluded)


def _held(blockers: tuple[Blocker, ...]) -> bool:
    return any(blocker.reason is Reason.HELD for blocker in blockers)


def _goes(blockers: tuple[Blocker, ...]) -> bool:
    return not blockers or only_carriers_missing(blockers)
