"""What became of sent documents, as a refresh sees it: paid, edited, voided, deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from desktop_app.domain.aftermath import Remote, RemoteStatus
from desktop_app.domain.money import ZERO
from desktop_app.domain.ports import PushStore, QuickBooksApi
from desktop_app.domain.ports_sending import DocumentChanges, EvidenceStore
from desktop_app.domain.records import Push
from desktop_app.progress import Progress
from desktop_app.services.proving import look_at
from desktop_app.services.sending_base import IN_QUICKBOOKS

SETTLED_AFTER = timedelta(days=90)
"""A paid document that was sent longer ago is not read again by a full refresh."""


class Watch:
    """Looks at what was sent, within a refresh."""

    def __init__(self, pushes: PushStore, evidence: EvidenceStore) -> None:
        self._pushes = pushes
        self._evidence = evidence

    def sent(self, workspace_id: int) -> frozenset[str]:
        """Ids of invoices that are in QuickBooks."""
        return frozenset(push.invoice_id for push in self._ours(workspace_id).values())

    def look(
        self,
        workspace_id: int,
        quickbooks: QuickBooksApi,
        changes: DocumentChanges | None,
        now: datetime,
        progress: Progress,
    ) -> tuple[Remote, ...]:
        """changes: of the change capture; None after a full refresh, which reads them back.

        When the capture was cut short, deletions may be missing from it, so they are read back,
        too: 30 with each metered read.
        """
        ours = self._ours(workspace_id)
        if not ours:
            return ()
        seen: dict[tuple[str, str], Remote] = {}
        if changes is not None:
            seen = {
                (r.entity, r.qbo_id): r for r in changes.remotes if (r.entity, r.qbo_id) in ours
            }
        if changes is None or not changes.complete:
            wanted: Collection[tuple[str, str]] = self._open(workspace_id, ours, now)
        else:
            wanted = [key for key in changes.paid if key in ours]
        missing = [ours[key] for key in wanted if key not in seen]
        if missing:
            progress.report("Looking at what was sent")
            seen |= look_at(quickbooks, missing, progress)
        return tuple(seen.values())

    def write(self, workspace_id: int, remotes: Collection[Remote], when: datetime) -> None:
        """Within the transaction of the refresh; then :meth:`finish`."""
        self._evidence.write_seen(workspace_id, remotes, when)

    def finish(self, workspace_id: int) -> None:
        self._evidence.note_seen(workspace_id)

    def _ours(self, workspace_id: int) -> dict[tuple[str, str], Push]:
        return {
            (push.entity, push.qbo_id): push
            for push in self._pushes.all(workspace_id).values()
            if push.state in IN_QUICKBOOKS and push.qbo_id
        }

    def _open(
        self, workspace_id: int, ours: dict[tuple[str, str], Push], now: datetime
    ) -> list[tuple[str, str]]:
        known = self._evidence.remotes(workspace_id)
        return [key for key, push in ours.items() if not _settled(known.get(key), push, now)]


def _settled(remote: Remote | None, push: Push, now: datetime) -> bool:
    """Whether nothing more is to be expected of it."""
    if remote is None:
        return False
    if remote.status is RemoteStatus.DELETED or remote.document is None:
        return True
    paid = remote.document.body.get("Balance", remote.document.total) == ZERO
    return bool(paid) and now - push.started_at > SETTLED_AFTER
