"""Refresh: fetch both catalogues, then apply them in one transaction or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from desktop_app.domain.aftermath import Remote
from desktop_app.domain.document_choices import Track
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import (
    CatalogueStore,
    Changes,
    Clock,
    Gateways,
    Locks,
    NinjaOneApi,
    NinjaOneLists,
    QuickBooksApi,
    WorkspaceStore,
)
from desktop_app.domain.records import (
    CatalogueUpdate,
    ChangeSet,
    Invoice,
    InvoiceStatus,
    TargetUpdate,
    Workspace,
)
from desktop_app.domain.stamps import lock_text
from desktop_app.domain.tracking import is_tracked
from desktop_app.errors import BridgeError, ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import RefreshReport, Service
from desktop_app.services.local import LocalFacts
from desktop_app.services.logins import Logins
from desktop_app.services.news import News, Noted
from desktop_app.services.tracking import READS as TRACK_READS
from desktop_app.services.tracking import Found, TrackLists
from desktop_app.services.watching import Watch

log = logging.getLogger(__name__)

CAPTURE_REACH = timedelta(days=29)
"""Change capture looks back 30 days; one day is kept as margin (QuickBooks sheet 7)."""

OVERLAP = timedelta(minutes=5)
"""How far before the last checkpoint a capture begins, so that no change falls between two."""

PAGE = 1000
SMALL_READS = 5
"""Company, preferences, terms, tax codes and tax rates: read again at every refresh."""


class Refresh:
    """Implements services.api.RefreshService.

    gather: called once new lists are there, to make here what the window will ask for.
    """

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        catalogue: CatalogueStore,
        logins: Logins,
        gateways: Gateways,
        locks: Locks,
        clock: Clock,
        facts: LocalFacts,
        news: News | None = None,
        watch: Watch | None = None,
        tracked: TrackLists | None = None,
        gather: Callable[[], None] = lambda: None,
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._logins = logins
        self._gateways = gateways
        self._locks = locks
        self._clock = clock
        self._facts = facts
        self._news = news
        self._watch = watch
        self._tracked = tracked
        self._gather = gather
        self.problem: BridgeError | None = None
        """Why the last refresh failed; None after one that succeeded, and before the first."""

    def refresh(self, progress: Progress, *, full: bool = False) -> RefreshReport:
        workspace = self._workspaces.current()
        try:
            _need_connections(workspace)
            self._refuse_other_company(workspace)
            with self._locks.hold(f"refresh-{workspace.id}", progress):
                report = self._refresh(workspace, progress, full=full)
        except BridgeError as error:
            self.problem = error
            self._logins.used(workspace.id, error)
            raise
        self.problem = None
        self._logins.used(workspace.id)
        return report

    def _refuse_other_company(self, workspace: Workspace) -> None:
        """Lists of one company under the mappings of another would look as if all were merged."""
        other = lock_text(workspace, None, self._facts.get().companies)
        if other:
            raise RuleError(
                other,
                title="Another company's mappings",
                advice="Enter the app keys of that environment again, or open the workspace of "
                "that company.",
            )

    def estimate(self) -> str:
        workspace = self._workspaces.current()
        if self._by_capture(workspace, full=False):
            return f"about {SMALL_READS + 1 + len(Kind)} metered reads (changes only)"
        small = SMALL_READS + self._track_reads()
        known = [len(self._catalogue.targets(workspace.id, kind)) for kind in Kind]
        if not any(known):
            return f"at least {small + 2 * len(Kind)} metered reads (all lists)"
        reads = small + sum(1 + count // PAGE + 1 for count in known)
        return f"about {reads} metered reads (all lists)"

    def _track_reads(self) -> int:
        """For the classes and locations of a company that tracks them."""
        company = self._facts.get().company
        if self._tracked is None or company is None:
            return 0
        return TRACK_READS * sum(is_tracked(track, company) for track in Track)

    def _refresh(self, workspace: Workspace, progress: Progress, *, full: bool) -> RefreshReport:
        quickbooks = self._gateways.quickbooks(
            workspace, self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        )
        ninjaone = self._gateways.ninjaone(
            workspace, self._logins.keeper(workspace.id, Service.NINJAONE)
        )
        lists = ninjaone.lists(progress)
        invoices = self._with_lines(workspace, lists, ninjaone, progress)
        small = quickbooks.small_lists(progress)
        if small.company.realm_id != workspace.realm_id:
            raise RuleError(
                f"QuickBooks answered for {small.company.name}, not for "
                f"{workspace.company_name}. Nothing was changed.",
                advice="Reconnect this workspace to its own company.",
            )
        by_capture = self._by_capture(workspace, full=full)
        changes = None
        tracks: tuple[Track, ...] = ()
        if by_capture and workspace.quickbooks_checkpoint is not None:
            progress.report("Asking QuickBooks what changed")
            since = workspace.quickbooks_checkpoint - OVERLAP
            if self._tracked is not None:
                tracks = self._tracked.known(workspace.id, small.company)
            changes = quickbooks.changes(since, progress, tracks)
        updates, counts = self._targets(quickbooks, changes, progress)
        tracked: Found = {}
        if self._tracked is not None:
            tracked = self._tracked.read(
                workspace.id, quickbooks, small.company, progress, changes, tracks
            )
        remotes: tuple[Remote, ...] = ()
        if self._watch is not None:
            documents = changes.documents if changes is not None else None
            remotes = self._watch.look(
                workspace.id, quickbooks, documents, self._clock.now(), progress
            )
        progress.report("Saving")
        now = self._clock.now()
        noted = self._apply(
            workspace,
            CatalogueUpdate(
                sources=lists.sources,
                agreements=lists.agreements,
                invoices=invoices,
                targets=tuple(updates),
                company=small.company,
                terms=small.terms,
                tax_codes=small.tax_codes,
                fetched_at=now,
                checkpoint=small.time,
            ),
            remotes,
            tracked,
        )
        self._facts.invalidate()
        self._gather()
        reads = quickbooks.metered_reads
        counts = [*_source_counts(lists), *counts]
        text = _report_text(counts, updates, reads, by_capture=by_capture)
        if noted is not None and noted.text:
            text += f"; {noted.text}"
        log.info("Refreshed: %s", text)
        return RefreshReport(
            full=not by_capture,
            counts=tuple(counts),
            metered_reads=reads,
            finished_at=now,
            changes=ChangeSet(kinds=frozenset(Kind), invoices=True, workspace=True, text=text),
            text=text,
        )

    def _apply(
        self,
        workspace: Workspace,
        update: CatalogueUpdate,
        remotes: tuple[Remote, ...],
        tracked: Found,
    ) -> Noted | None:
        """The fetched lists, what they say about decisions, and what was seen of sent documents,
        in one transaction."""
        news, watch = self._news, self._watch
        found = None if news is None else news.found(
            self._facts.get(), update.sources, update.targets
        )  # fmt: skip
        noted: list[Noted] = []

        def beside() -> None:
            if news is not None and found is not None:
                noted.append(news.write(workspace.id, found, update.fetched_at))
            if watch is not None:
                watch.write(workspace.id, remotes, update.fetched_at)
            if self._tracked is not None:
                self._tracked.keep(workspace.id, tracked)

        self._catalogue.apply(workspace.id, update, beside)
        if watch is not None:
            watch.finish(workspace.id)
        if news is None:
            return None
        news.finish(workspace.id, noted[0])
        return noted[0]

    def _by_capture(self, workspace: Workspace, *, full: bool) -> bool:
        checkpoint = workspace.quickbooks_checkpoint
        return (
            not full
            and checkpoint is not None
            and self._clock.now() - checkpoint < CAPTURE_REACH - OVERLAP
        )

    def _targets(
        self, quickbooks: QuickBooksApi, changes: Changes | None, progress: Progress
    ) -> tuple[list[TargetUpdate], list[tuple[str, int, int]]]:
        """changes: of the change capture; None for whole lists."""
        updates: list[TargetUpdate] = []
        counts: list[tuple[str, int, int]] = []
        whole = list(Kind)
        deleted: frozenset[tuple[Kind, str]] = frozenset()
        if changes is not None:
            deleted = changes.deleted
            updates += _captured(changes)
            whole = [kind for kind in Kind if kind in changes.truncated]
            whole += self._lost(quickbooks, updates, progress)
            updates = [update for update in updates if update.kind not in whole]
        for kind in whole:
            result = quickbooks.all_targets(kind, progress)
            gone = frozenset(each for its_kind, each in deleted if its_kind is kind)
            updates.append(TargetUpdate(kind, result.targets, complete=True, deleted=gone))
            counts.append((f"QuickBooks {kind.label.lower()}", len(result.targets), result.counted))
        return updates, counts

    def _lost(
        self, quickbooks: QuickBooksApi, captured: list[TargetUpdate], progress: Progress
    ) -> list[Kind]:
        """Kinds of which QuickBooks has another number than would be kept here: change capture
        says nothing of a record that was merged into another one (QuickBooks sheet 4.1)."""
        progress.report("Asking QuickBooks how long its lists are")
        known = self._facts.get().targets
        here = {
            update.kind: len(known[update.kind].keys() | {t.id for t in update.targets})
            for update in captured
        }
        there = quickbooks.counts(here, progress)
        lost = [kind for kind in here if here[kind] != there[kind]]
        for kind in lost:
            log.info("%s: %d known, %d in QuickBooks", kind.label, here[kind], there[kind])
        return lost

    def _with_lines(
        self,
        workspace: Workspace,
        lists: NinjaOneLists,
        ninjaone: NinjaOneApi,
        progress: Progress,
    ) -> tuple[Invoice, ...]:
        """The list, with details where they are needed: approved, after the activation, and not
        known already in this form; or sent, and changed since."""
        known = {i.id: i for i in self._catalogue.invoices(workspace.id) if i.lines is not None}
        sent = self._watch.sent(workspace.id) if self._watch is not None else frozenset()
        wanted = [
            row.id
            for row in lists.invoices
            if (_may_go(row, workspace) and not _unchanged(row, known.get(row.id)))
            or (row.id in sent and _differs(row, known.get(row.id)))
        ]
        details = {i.id: i for i in ninjaone.invoices(wanted, progress)} if wanted else {}
        return tuple(details.get(row.id, row) for row in lists.invoices)


def _need_connections(workspace: Workspace) -> None:
    for service, connected in (
        (Service.QUICKBOOKS, workspace.quickbooks_connected),
        (Service.NINJAONE, workspace.ninjaone_connected),
    ):
        if not connected:
            raise ReconnectNeeded(
                f"{service.value} is not connected in this workspace.",
                advice="Open Integrations and choose Enable or Reconnect.",
            )


def _may_go(invoice: Invoice, workspace: Workspace) -> bool:
    if invoice.status != InvoiceStatus.APPROVED or workspace.activated_at is None:
        return False
    return invoice.created_at is not None and invoice.created_at >= workspace.activated_at


def _unchanged(row: Invoice, known: Invoice | None) -> bool:
    """Without an update time in the list, status and total do not prove that the lines are the
    same, so the detail is read again."""
    return (
        known is not None
        and row.updated_at is not None
        and (row.status, row.total, row.updated_at) == (known.status, known.total, known.updated_at)
    )


def _differs(row: Invoice, known: Invoice | None) -> bool:
    """Whether the list row of a sent invoice shows a change."""
    return known is None or (row.status, row.total, row.updated_at) != (
        known.status,
        known.total,
        known.updated_at,
    )


def _captured(changes: Changes) -> list[TargetUpdate]:
    return [
        TargetUpdate(kind, tuple(t for t in changes.targets if t.kind is kind), complete=False)
        for kind in Kind
        if kind not in changes.truncated
    ]


def _source_counts(lists: NinjaOneLists) -> list[tuple[str, int, int]]:
    counted = {kind: sum(s.kind is kind for s in lists.sources) for kind in Kind}
    counts = [(f"NinjaOne {kind.source_noun}s", n, n) for kind, n in counted.items()]
    return [*counts, ("NinjaOne invoices", len(lists.invoices), len(lists.invoices))]


def _report_text(
    counts: list[tuple[str, int, int]],
    updates: list[TargetUpdate],
    reads: int,
    *,
    by_capture: bool,
) -> str:
    """ "Organizations 30 of 30 · ... · 11 metered reads"."""
    parts = [f"{name} {read:,} of {counted:,}" for name, read, counted in counts]
    if by_capture and not all(update.complete for update in updates):
        changed = sum(len(update.targets) for update in updates if not update.complete)
        parts.append(f"{changed:,} changed in QuickBooks")
    return " · ".join([*parts, f"{reads:,} metered reads"])
