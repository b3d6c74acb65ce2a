"""Exchange (files of mappings, change sets, the review report) and Backups, for the window.

The rules of :mod:`desktop_app.services.api` hold: a method with a ``progress`` is run off the
window's thread. The window hands over paths; what is wrong with a file comes back as a StorageError
(it cannot be read or written) or a RuleError (its content cannot be used), in words, with nothing
changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop_app.domain.backups import Backup, BackupReason, Restored
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Environment
from desktop_app.progress import Progress

__all__ = [
    "CHANGE_SET_SUFFIX",
    "TABLE_SUFFIXES",
    "Backup",
    "BackupReason",
    "BackupService",
    "CompanyStamp",
    "Diff",
    "DiffRow",
    "ExchangeService",
    "Exported",
    "Outcome",
    "RestoreReport",
    "Restored",
]

TABLE_SUFFIXES = (".csv", ".xlsx")
CHANGE_SET_SUFFIX = ".bbchanges"


class Outcome(StrEnum):
    """What applying a row of a file would do; the word is what the screen shows."""

    NEW = "New"
    CHANGED = "Changed"
    CLEARED = "Cleared"
    UNCHANGED = "Unchanged"
    REFUSED = "Refused"


@dataclass(frozen=True, slots=True)
class CompanyStamp:
    """Which company a file is about. Empty fields: the file did not say."""

    realm_id: str = ""
    environment: Environment | None = None
    company_name: str = ""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line of a file compared with the present.

    key: its place in Diff.rows, for ticking. line: its line (CSV), row (XLSX) or number (change
    set) in the file, from 1. now_text, wanted_text: the target before and after, "" for none.
    excludes: the file asks for the row to be excluded (wanted_text is then "Excluded", wanted_id
    ""). reason: why it is refused, or how the target was found, or what to look at. ticked:
    whether the screen should tick it first: what would change and needs no second look. who,
    decided, evidence: what the file says about who decided it, when (text as in the file) and why.
    """

    key: int
    line: int
    kind: Kind
    outcome: Outcome
    source_id: str
    source_text: str
    now_id: str = ""
    now_text: str = ""
    wanted_id: str = ""
    wanted_text: str = ""
    excludes: bool = False
    reason: str = ""
    ticked: bool = False
    who: str = ""
    decided: str = ""
    evidence: str = ""

    @property
    def applicable(self) -> bool:
        """Whether it can be ticked at all."""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.CLEARED)


@dataclass(frozen=True, slots=True)
class Diff:
    """A file compared with the present; nothing has been changed.

    title: the file's name. workspace_id: what it was compared with. notes: what to know about the
    file, in sentences (encoding assumed, columns ignored, no company stamp). change_set: whether it
    is a colleague's change set, made by *author* at *made_at* with *remark*.
    """

    title: str
    workspace_id: int
    rows: tuple[DiffRow, ...]
    notes: tuple[str, ...] = ()
    stamp: CompanyStamp = CompanyStamp()
    change_set: bool = False
    author: str = ""
    made_at: datetime | None = None
    remark: str = ""

    def counts(self) -> MappingOf[Outcome, int]:
        """Every outcome, in the order of the screen."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    file: Path
    rows: int
    text: str  # "Exported 240 organizations to customers.csv", for the status bar


class ExchangeService(Protocol):
    def suggested_name(self, kind: Kind | None, suffix: str) -> str:
        """A file name without a folder: "Acme IT LLC customers 2026-07-15.csv"; kind None for a
        change set or a report."""
        ...

    def export_table(self, kind: Kind, file: Path, progress: Progress) -> Exported:
        """The whole mapping table; the format follows the suffix (TABLE_SUFFIXES). An existing
        file is replaced only once the new one is whole."""
        ...

    def read_table(self, kind: Kind, file: Path, progress: Progress) -> Diff:
        """Compare a CSV or XLSX file with the present. Never changes anything."""
        ...

    def export_change_set(
        self,
        rows: MappingOf[Kind, Collection[str]],
        file: Path,
        progress: Progress,
        *,
        remark: str = "",
    ) -> Exported:
        """The present decisions of these rows (source ids by kind) for a colleague to approve: a
        mapped row asks for its link, an unmapped one to be cleared."""
        ...

    def decided_since(self, since: datetime) -> MappingOf[Kind, Collection[str]]:
        """Source ids of the rows whose mapping was changed at or after *since* and is another one
        now: what a person usually puts into a change set."""
        ...

    def read_change_set(self, file: Path, progress: Progress) -> Diff:
        """Check a change set's form, checksum and company and compare it with the present."""
        ...

    def apply(self, diff: Diff, keys: Collection[int], progress: Progress) -> ChangeSet:
        """Apply the ticked rows as one undo step, with a backup before it.

        Raises RuleError when the present has changed since the comparison, when the ticked rows
        alone would put two organizations on one customer, or when another workspace is open.
        Cancelling is possible until the step is written."""
        ...

    def review_report(self, kinds: Collection[Kind], progress: Progress) -> str:
        """The printable review report of the open workspace as one HTML document."""
        ...


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """changes: every screen looks again. text: what was restored and what was kept."""

    restored: Restored
    changes: ChangeSet
    text: str


class BackupService(Protocol):
    """Backups of all workspaces' local data. Logins are not in them (they are in the keyring)."""

    def folder(self) -> Path: ...

    def all(self, progress: Progress) -> tuple[Backup, ...]:
        """The newest first. Opens every file: in a task."""
        ...

    def make(self, progress: Progress) -> Backup:
        """One by hand."""
        ...

    def before(self, reason: BackupReason) -> Backup:
        """The backup before an import or a bulk change.

        Takes longer than a frame with many rows (it copies and checks the whole file): callers run
        it in their task, before the change. Raises StorageError; the change is then not begun.
        """
        ...

    def inspect(self, file: Path, progress: Progress) -> Backup:
        """Check a file from anywhere before it is offered for restoring. Raises StorageError: not
        there, damaged, of another program, of a newer version."""
        ...

    def restore(self, file: Path | str, progress: Progress) -> RestoreReport:
        """Restore a backup by its name, or a file from anywhere, after a backup of the present.

        Brings back mappings, their history, the lists and the interface settings. Kept as they
        are: app keys and logins, and the record of what was sent to QuickBooks. Waits until a
        refresh or a run of sending has ended. Raises StorageError in words, with nothing changed.
        Nothing has to be started again; all screens look again afterwards.
        """
        ...

    def delete(self, name: str) -> None: ...
