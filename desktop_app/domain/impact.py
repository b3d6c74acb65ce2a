"""What a bulk change would do to invoices, told before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from desktop_app.domain.checks import check, is_not_going, only_carriers_missing
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Blocker
from desktop_app.domain.records import How, Invoice, Mapping, PushState
from desktop_app.domain.review import target_label
from desktop_app.domain.waiting import Waiting, depends_on, total
from desktop_app.progress import Progress

_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # of links that are only supposed
_STEP = 500


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One wanted change: link the source to target_id, or clear it ("")."""

    kind: Kind
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True)
class Impact:
    """ready, blocked: unsent invoices that become so, with count and amounts. still_blocked: that
    depend on a changed row and go on being blocked. sent: documents in QuickBooks (or under way)
    that depend on a changed row and are not changed by this."""

    ready: Waiting = field(default_factory=Waiting)
    blocked: Waiting = field(default_factory=Waiting)
    still_blocked: Waiting = field(default_factory=Waiting)
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
        for source_id in {*facts.mappings[kind], *after.mappings[kind]}
        if facts.mappings[kind].get(source_id) is not after.mappings[kind].get(source_id)
    }
    if not touched:
        return Impact()
    ready: list[Invoice] = []
    blocked: list[Invoice] = []
    still: list[Invoice] = []
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
        if will and not was:
            ready.append(invoice)
        elif was and not will:
            blocked.append(invoice)
        elif not will:
            still.append(invoice)
    return Impact(
        ready=total(ready),
        blocked=total(blocked),
        still_blocked=total(still),
        ready_invoices=tuple(ready),
        blocked_invoices=tuple(blocked),
        sent_invoices=tuple(sent),
    )


def supposed(facts: Facts, changes: Iterable[LinkChange]) -> Facts:
    """The facts as they would be after *changes*; unchanged links keep their identity. Linking an
    excluded row includes it."""
    mappings = {kind: dict(facts.mappings[kind]) for kind in Kind}
    excluded = {kind: dict(facts.excluded.get(kind, {})) for kind in Kind}
    for change in changes:
        links = mappings[change.kind]
        link = links.get(change.source_id)
        if (link.target_id if link else "") == change.target_id:
            continue
        if not change.target_id:
            links.pop(change.source_id, None)
            continue
        excluded[change.kind].pop(change.source_id, None)
        target = facts.targets[change.kind].get(change.target_id)
        links[change.source_id] = Mapping(
            change.kind,
            change.source_id,
            change.target_id,
            target_label(target) if target else change.target_id,
            How.BY_HAND,
            "",
            _MOMENT,
        )
    return replace(facts, mappings=mappings, excluded=excluded)


def _goes(blockers: tuple[Blocker, ...]) -> bool:
    return not blockers or only_carriers_missing(blockers)
