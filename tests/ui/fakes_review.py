"""Stand-ins for the reviewing, exchange and backup services, over the world of fakes_data."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_app.domain.backups import Backup, BackupReason, Restored
from desktop_app.domain.catalogue import Side, What
from desktop_app.domain.impact import Impact, LinkChange
from desktop_app.domain.journal import (
    Cursor,
    HistoryFilter,
    HistoryPage,
    JournalEntry,
    RestorePoint,
    RowState,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, How
from desktop_app.domain.review import Decision, MappingRow, target_label
from desktop_app.domain.waiting import Waiting
from desktop_app.errors import BridgeError, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import (
    CompanyStamp,
    Diff,
    DiffRow,
    Exported,
    Outcome,
    RestoreReport,
)
from desktop_app.services.api_review import (
    CatalogueChange,
    Conflict,
    RestorePreview,
    Touched,
)
from tests.ui.fakes_data import World
from tests.ui.fakes_stores import NOW

ALL_KINDS = ChangeSet(frozenset(Kind), frozenset(), True, False)
LATER = NOW - timedelta(hours=2)


def touched(number: int, amount: str = "120.50") -> Touched:
    """*number* invoices of *amount* USD each."""
    ids = tuple(f"t{n}" for n in range(number))
    total = Decimal(amount) * number
    return Touched(ids, (("USD", total),) if number else ())


class FakeReview:
    """Reviewing over a :class:`World`: what it was told to hold, and what it was asked to do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = ""
        self.calls: list[tuple[Any, ...]] = []
        self.error: BridgeError | None = None
        self.change_list: list[CatalogueChange] = []
        self.conflict_list: list[Conflict] = []
        self.entries: list[JournalEntry] = []
        self.points: list[RestorePoint] = []
        self.preview: list[tuple[RowState, RowState]] = []
        self.staged_count = 0
        self.pages_asked: list[tuple[HistoryFilter, Cursor | None]] = []
        self.hold: threading.Event | None = None

    def _do(self, *call: Any) -> None:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.calls.append(call)

    # Rows

    def rows(self, kind: Kind) -> Sequence[MappingRow]:
        return self.world.mapping.rows(kind)

    def row(self, kind: Kind, source_id: str) -> MappingRow | None:
        return next((r for r in self.rows(kind) if r.source.id == source_id), None)

    def decided(self, kind: Kind) -> tuple[int, int]:
        rows = self.rows(kind)
        return sum(row.decision is not Decision.UNDECIDED for row in rows), len(rows)

    def locked(self) -> str:
        return self.lock

    def online(self) -> bool:
        return True

    def touched(self, kind: Kind, source_ids: Sequence[str]) -> Touched:
        return touched(len(source_ids))

    def exclude(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        raise NotImplementedError

    def include(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        raise NotImplementedError

    # Offline decisions

    def staged(self) -> int:
        return self.staged_count

    def conflicts(self) -> tuple[Conflict, ...]:
        """Those whose row still has the link that the conflict is about."""
        links = self.world.mappings.links
        return tuple(
            c
            for c in self.conflict_list
            if (link := links[c.kind].get(c.source_id)) is not None
            and link.target_id == c.mapping.target_id
        )

    def keep(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        self._do("keep", kind, tuple(source_ids))
        self.conflict_list = [c for c in self.conflict_list if c.source_id not in source_ids]
        return ChangeSet(frozenset({kind}), frozenset(source_ids), text="Kept")

    # Changes

    def changes(self) -> tuple[CatalogueChange, ...]:
        """Less those of QuickBooks on which no row stands any more."""
        links = self.world.mappings.links
        return tuple(
            change
            for change in self.change_list
            if change.side is Side.NINJAONE
            or any(m.target_id == change.record_id for m in links[change.kind].values())
        )

    def keep_changes(self, change_ids: Sequence[int], *, label: str = "") -> ChangeSet:
        self._do("keep changes", tuple(change_ids))
        gone = [c for c in self.change_list if c.id in change_ids]
        self.change_list = [c for c in self.change_list if c.id not in change_ids]
        return ChangeSet(frozenset(c.kind for c in gone), text=f"Kept {len(gone)}")

    def keep_all_renames(self) -> ChangeSet:
        renamed = [c.id for c in self.change_list if c.what is What.RENAMED]
        return self.keep_changes(renamed)

    def dismiss_new(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet:
        raise NotImplementedError

    # Restore points

    def restore_points(self) -> tuple[RestorePoint, ...]:
        return tuple(reversed(self.points))

    def set_restore_point(self, name: str) -> RestorePoint:
        self._do("point", name)
        point = RestorePoint(len(self.points) + 1, NOW, "alex", name, len(self.entries), False)
        self.points.append(point)
        return point

    def preview_restore(self, point_id: int, progress: Progress) -> RestorePreview:
        point = next(p for p in self.points if p.id == point_id)
        return RestorePreview(point, tuple(self.preview))

    def restore(self, point_id: int, progress: Progress) -> ChangeSet:
        self._do("restore", point_id)
        return replace(ALL_KINDS, text="Restored")

    # The journal

    def history(
        self,
        wanted: HistoryFilter,
        progress: Progress,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage:
        self.pages_asked.append((wanted, after))
        if self.hold is not None:
            self.hold.wait(10)
            progress.check()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        found = [e for e in reversed(self.entries) if fits(e, wanted)]
        if after is not None:
            found = [e for e in found if (e.step, e.position) < after]
        page = tuple(found[:limit])
        more = (page[-1].step, page[-1].position) if len(found) > limit else None
        return HistoryPage(page, more)

    def row_history(self, kind: Kind, source_id: str, limit: int = 50) -> tuple[JournalEntry, ...]:
        wanted = HistoryFilter(kind=kind, source_id=source_id)
        return self.history(wanted, Progress(), limit=limit).entries

    def people(self) -> tuple[str, ...]:
        return tuple(sorted({e.who for e in self.entries}))

    def revert_row(
        self, kind: Kind, source_id: str, to_step: int, *, share: bool = False, label: str = ""
    ) -> ChangeSet:
        self._do("revert", kind, source_id, to_step, share)
        return ChangeSet(frozenset({kind}), frozenset({source_id}), text="Put one row back")


def fits(entry: JournalEntry, wanted: HistoryFilter) -> bool:
    text = f"{entry.source_label} {entry.to_target_label} {entry.from_target_label}"
    text = f"{text} {entry.evidence} {entry.label} {entry.who}".casefold()
    return (
        all(word in text for word in wanted.text.casefold().split())
        and (wanted.kind is None or entry.kind is wanted.kind)
        and (not wanted.source_id or entry.source_id == wanted.source_id)
        and (not wanted.who or entry.who == wanted.who)
        and (wanted.how is None or entry.how is wanted.how)
        and (wanted.since is None or entry.made_at >= wanted.since)
        and (wanted.until is None or entry.made_at < wanted.until)
    )


def entry(step: int, **more: Any) -> JournalEntry:
    """A link made by hand at *step*, unless told otherwise."""
    values: dict[str, Any] = {
        "step": step,
        "made_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=step),
        "who": "alex" if step % 3 else "sam",
        "action": "change",
        "reverses": None,
        "kind": Kind.CUSTOMERS,
        "source_id": str(step),
        "source_label": f"Organization {step}",
        "from_target_id": "",
        "from_target_label": "",
        "to_target_id": str(1000 + step),
        "to_target_label": f"Customer {step}",
        "how": How.BY_HAND if step % 2 else How.AUTO_MAP,
        "evidence": "identical name",
        "label": f"Auto Map of {step} rows",
        "to_choice": "linked",
        "score": Decimal("0.93"),
    }
    return JournalEntry(**(values | more))


def change(world: World, number: int, source_id: str, **more: Any) -> CatalogueChange:
    """A rename of the customer that *source_id* is mapped to, unless told otherwise."""
    link = world.mappings.links[Kind.CUSTOMERS][source_id]
    values: dict[str, Any] = {
        "id": number,
        "seen_at": LATER,
        "side": Side.QUICKBOOKS,
        "kind": Kind.CUSTOMERS,
        "record_id": link.target_id,
        "what": What.RENAMED,
        "label": link.target_label,
        "was": link.target_label,
        "now": f"{link.target_label} LLC",
        "text": f"was “{link.target_label}”, is “{link.target_label} LLC”",
        "harmless": True,
        "source_ids": (source_id,),
        "touched": touched(number % 3),
    }
    return CatalogueChange(**(values | more))


def conflict(world: World, source_id: str, **more: Any) -> Conflict:
    """The customer of *source_id* was renamed since."""
    link = world.mappings.links[Kind.CUSTOMERS][source_id]
    row = next(r for r in world.mapping.rows(Kind.CUSTOMERS) if r.source.id == source_id)
    now = target_label(row.target) if row.target is not None else ""
    values: dict[str, Any] = {
        "kind": Kind.CUSTOMERS,
        "source_id": source_id,
        "source_label": row.source.name,
        "mapping": link,
        "problem": "renamed",
        "text": f"The customer “{link.target_label}” is now called “{now}”.",
        "source": row.source,
        "target": row.target,
        "can_keep": True,
        "touched": touched(2),
    }
    return Conflict(**(values | more))


# --- Exchange and backups --------------------------------------------------------------------


@dataclass
class FakeExchange:
    """Writes what it is asked to, reads the *diff* that it holds."""

    diff: Diff = field(default_factory=lambda: Diff("customers.csv", 1, ()))
    error: BridgeError | None = None
    hold: threading.Event | None = None
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    report: str = "<h1>Mapping review</h1><p>Northwind IT LLC</p>"
    decided: dict[Kind, list[str]] = field(default_factory=lambda: {Kind.CUSTOMERS: ["1", "2"]})
    thread: threading.Thread | None = None  # that decided_since was asked on

    def _do(self, progress: Progress, *call: Any) -> None:
        self.calls.append(call)
        progress.report("At work", 1, 2)
        while self.hold is not None and not self.hold.wait(0.01):
            progress.check()
        if self.error is not None:
            error, self.error = self.error, None
            raise error

    def suggested_name(self, kind: Kind | None, suffix: str) -> str:
        middle = f" {kind.value}" if kind is not None else ""
        return f"Northwind IT LLC{middle} 2026-03-02{suffix}"

    def export_table(self, kind: Kind, file: Path, progress: Progress) -> Exported:
        self._do(progress, "export", kind, file)
        file.write_text("table", "utf-8")
        return Exported(file, 240, f"Exported 240 {kind.source_noun}s to {file.name}")

    def read_table(self, kind: Kind, file: Path, progress: Progress) -> Diff:
        self._do(progress, "read", kind, file)
        return self.diff

    def export_change_set(
        self,
        rows: MappingOf[Kind, Collection[str]],
        file: Path,
        progress: Progress,
        *,
        remark: str = "",
    ) -> Exported:
        self._do(progress, "change set", {k: sorted(v) for k, v in rows.items()}, file, remark)
        return Exported(file, 2, f"Saved 2 decisions to {file.name}")

    def decided_since(self, since: datetime) -> MappingOf[Kind, Collection[str]]:
        self.thread = threading.current_thread()
        return self.decided

    def read_change_set(self, file: Path, progress: Progress) -> Diff:
        self._do(progress, "read change set", file)
        return self.diff

    def apply(self, diff: Diff, keys: Collection[int], progress: Progress) -> ChangeSet:
        self._do(progress, "apply", diff.title, sorted(keys))
        return ChangeSet(frozenset({Kind.CUSTOMERS}), text=f"Applied {len(keys)} rows")

    def review_report(self, kinds: Collection[Kind], progress: Progress) -> str:
        self._do(progress, "report", sorted(kinds))
        return self.report


@dataclass
class FakeSuggest:
    """Nothing was searched. The impact: each link makes one invoice ready."""

    asked: list[list[LinkChange]] = field(default_factory=list)

    def suggestions(self, kind: Kind) -> MappingOf[str, Any]:
        return {}

    def waiting(self, kind: Kind) -> MappingOf[str, Waiting]:
        return {}

    def to_search(self) -> frozenset[Kind]:
        return frozenset()

    def search(self, progress: Progress, kinds: Collection[Kind] | None = None) -> ChangeSet:
        return ChangeSet()

    def auto_map_refusal(self, kind: Kind) -> str:
        return ""

    def candidates(self, kind: Kind, source_id: str) -> tuple[Any, ...]:
        return ()

    def rejected(self, kind: Kind) -> tuple[Any, ...]:
        return ()

    def impact(self, changes: Sequence[LinkChange], progress: Progress) -> Impact:
        self.asked.append(list(changes))
        linked = sum(bool(c.target_id) for c in changes)
        return Impact(
            ready=Waiting(linked, (("USD", Decimal(100) * linked),)),
            blocked=Waiting(len(changes) - linked),
        )


def diff_rows(number: int = 4) -> tuple[DiffRow, ...]:
    """New, changed, cleared, refused, and the rest unchanged."""
    kind = Kind.CUSTOMERS
    rows = [
        DiffRow(0, 2, kind, Outcome.NEW, "1", "Acme", "", "", "1001", "Acme Inc", ticked=True),
        DiffRow(
            1, 3, kind, Outcome.CHANGED, "2", "Birch", "1002", "Birch", "1003", "Birch LLC",
            "found by its name", ticked=False, who="sam", decided="2026-02-28",
        ),
        DiffRow(2, 4, kind, Outcome.CLEARED, "3", "Cedar", "1004", "Cedar", ticked=True),
        DiffRow(
            3, 5, kind, Outcome.REFUSED, "", "Nobody",
            reason="There is no organization with this id.",
        ),
    ]  # fmt: skip
    rows += [
        DiffRow(n, n + 2, kind, Outcome.UNCHANGED, str(n), f"Same {n}", str(n), f"Same {n}")
        for n in range(4, number)
    ]
    return tuple(rows)


def sample_diff(**more: Any) -> Diff:
    values: dict[str, Any] = {
        "title": "customers.csv",
        "workspace_id": 1,
        "rows": diff_rows(),
        "notes": ("Read as UTF-8.", "The column “Colour” was ignored."),
        "stamp": CompanyStamp("9130350000000001", None, "Northwind IT LLC"),
    }
    return Diff(**(values | more))


class FakeBackups:
    """Keeps its backups in a list."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.error: BridgeError | None = None
        self.calls: list[tuple[Any, ...]] = []
        self.items = [
            backup("a", 1),
            backup("b", 2, BackupReason.IMPORT),
            backup("c", 3, BackupReason.OTHER, problem="The file is damaged."),
        ]

    def _do(self, *call: Any) -> None:
        self.calls.append(call)
        if self.error is not None:
            error, self.error = self.error, None
            raise error

    def folder(self) -> Path:
        return self.where

    def all(self, progress: Progress) -> tuple[Backup, ...]:
        return tuple(self.items)

    def make(self, progress: Progress) -> Backup:
        self._do("make")
        made = backup(f"made-{len(self.items)}", 0)
        self.items.insert(0, made)
        return made

    def before(self, reason: BackupReason) -> Backup:
        return backup("before", 0, reason)

    def inspect(self, file: Path, progress: Progress) -> Backup:
        self._do("inspect", file)
        return backup(file.name, 9, BackupReason.OTHER)

    def restore(self, file: Path | str, progress: Progress) -> RestoreReport:
        self._do("restore", file)
        done = Restored(backup(str(file), 1), "saved.db", 2)
        changes = ChangeSet(frozenset(Kind), frozenset(), True, True, "Restored the backup")
        return RestoreReport(done, changes, "Restored the backup. 2 records of sent invoices kept.")

    def delete(self, name: str) -> None:
        self._do("delete", name)
        if all(b.name != name for b in self.items):
            raise RuleError("There is no such backup.")
        self.items = [b for b in self.items if b.name != name]


def backup(
    name: str, days: int, reason: BackupReason = BackupReason.BY_HAND, **more: Any
) -> Backup:
    problem = more.get("problem", "")
    return Backup(
        name,
        NOW - timedelta(days=days),
        reason,
        1_400_000 + days * 100_000,
        () if problem else ((Kind.CUSTOMERS, 212), (Kind.ACCOUNTS, 6), (Kind.ITEMS, 88)),
        () if problem else ("Northwind IT LLC",),
        3,
        **more,
    )
