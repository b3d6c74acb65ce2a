"""Backups by hand and before changes of many rows, and Restore from backup."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from desktop_app.domain.backups import Backup, BackupReason, BackupStore, Restored
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, Locks, WorkspaceStore
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import RestoreReport
from desktop_app.services.local import LocalFacts

log = logging.getLogger(__name__)


class Backups:
    """Implements services.api_exchange.BackupService.

    settle: called after a restore; compares the logins that the data speak of with the keyring.
    gather: called at its end; reads what the screens show, which would hold up the window.
    """

    def __init__(
        self,
        *,
        store: BackupStore,
        workspaces: WorkspaceStore,
        locks: Locks,
        clock: Clock,
        facts: LocalFacts,
        settle: Callable[[], None],
        gather: Callable[[], object],
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._locks = locks
        self._clock = clock
        self._facts = facts
        self._settle = settle
        self._gather = gather

    def folder(self) -> Path:
        return Path(self._store.folder)

    def all(self, progress: Progress) -> tuple[Backup, ...]:
        progress.report("Looking at the backups")
        return self._store.all()

    def make(self, progress: Progress) -> Backup:
        progress.report("Making a backup")
        return self._store.make(BackupReason.BY_HAND, self._clock.now())

    def before(self, reason: BackupReason) -> Backup:
        return self._store.make(reason, self._clock.now())

    def inspect(self, file: Path, progress: Progress) -> Backup:
        progress.report("Checking the backup")
        return self._store.inspect(str(file))

    def restore(self, file: Path | str, progress: Progress) -> RestoreReport:
        path = self._store.path(file) if isinstance(file, str) else str(file)
        progress.report("Waiting until nothing else is under way")
        with ExitStack() as held:
            # In the order of their names, so that two of these never wait for each other.
            for each in sorted(self._workspaces.all(), key=lambda workspace: workspace.id):
                for what in ("push", "refresh"):
                    held.enter_context(self._locks.hold(f"{what}-{each.id}", progress))
            progress.report("Restoring the backup")
            restored = self._store.restore(path, self._clock.now(), progress.check)
        self._facts.invalidate()
        try:
            self._settle()
        except BridgeError as error:  # the data are restored; the next start compares again
            log.warning("The logins could not be compared after a restore: %s", error.message)
        self._gather()
        text = _in_words(restored)
        return RestoreReport(
            restored,
            ChangeSet(kinds=frozenset(Kind), invoices=True, workspace=True, text=text),
            text,
        )

    def delete(self, name: str) -> None:
        self._store.delete(name)


def _in_words(restored: Restored) -> str:
    moment = f"{restored.backup.made_at:%Y-%m-%d %H:%M} UTC"
    parts = [f"Restored the backup of {moment}"]
    if restored.kept_pushes:
        number = restored.kept_pushes
        parts.append(f"kept {number:,} newer record{'s' if number > 1 else ''} of sent invoices")
    if restored.kept_workspaces:
        names = ", ".join(f"“{name}”" for name in restored.kept_workspaces)
        parts.append(f"kept the newer workspace{'s' * (len(restored.kept_workspaces) > 1)} {names}")
    return "; ".join(parts)
