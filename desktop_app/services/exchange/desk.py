"""Exchange: export, look at what a file would change, apply what was ticked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.journal import Cursor, HistoryFilter, HistoryPage, JournalEntry
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, MappingStore, WorkspaceStore
from desktop_app.domain.records import ChangeSet, Choice, Environment, MappingChange, Workspace
from desktop_app.domain.review import Decision, MappingRow
from desktop_app.domain.stamps import stamp
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import (
    CHANGE_SET_SUFFIX,
    CompanyStamp,
    Diff,
    DiffRow,
    Exported,
)
from desktop_app.services.exchange import change_set, files
from desktop_app.services.exchange.applying import change_of
from desktop_app.services.exchange.csv_files import read_csv, write_csv
from desktop_app.services.exchange.diff import BY_ID, Present, compare, sharing
from desktop_app.services.exchange.report import Section, review_report_html
from desktop_app.services.exchange.table import Value, moment_text, table_of, titles
from desktop_app.services.exchange.xlsx_files import locked, read_xlsx, write_xlsx
from desktop_app.services.local import LocalFacts

_REPORT = 1_000
_PAGE = 2_000
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_LATER = "Decided here since then, by"
OWN = "It was saved under your own name: approving it is no second look."


class Recorder(Protocol):
    """MappingService's own way to make changes as one step (locked, staged and stamped)."""

    def record(self, kind: Kind, changes: Sequence[MappingChange], text: str) -> ChangeSet: ...


class JournalReader(Protocol):
    """The part of domain.ports.History that is needed here."""

    def page(
        self,
        workspace_id: int,
        wanted: HistoryFilter,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage: ...


class ExchangeDesk:
    """Implements services.api_exchange.ExchangeService.

    rows: of a mapping tab. before: makes the backup before an import. who: the person at this
    computer.
    """

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        mappings: MappingStore,
        facts: LocalFacts,
        history: JournalReader,
        recorder: Recorder,
        rows: Callable[[Kind], Sequence[MappingRow]],
        before: Callable[[BackupReason], object],
        clock: Clock,
        who: str,
    ) -> None:
        self._workspaces = workspaces
        self._mappings = mappings
        self._facts = facts
        self._history = history
        self._recorder = recorder
        self._rows = rows
        self._before = before
        self._clock = clock
        self._who = who

    # --- out ---

    def suggested_name(self, kind: Kind | None, suffix: str) -> str:
        workspace = self._workspaces.current()
        what = kind.label.lower() if kind else (
            "changes" if suffix == CHANGE_SET_SUFFIX else "mapping review"
        )  # fmt: skip
        name = f"{workspace.company_name or workspace.name} {what} {self._clock.now():%Y-%m-%d}"
        return re.sub(r'[<>:"/\\|?*\x00-\x1f]+', " ", name).strip(" .") + suffix

    def export_table(self, kind: Kind, file: Path, progress: Progress) -> Exported:
        workspace = self._workspaces.current()
        rows = self._rows(kind)

        def lines() -> Iterator[list[Value]]:
            for number, line in enumerate(table_of(rows, workspace)):
                if number % _REPORT == 0:
                    progress.report("Writing the table", number, len(rows))
                yield line

        def fill(stream: IO[bytes]) -> None:
            if file.suffix.lower() == ".xlsx":
                write_xlsx(stream, kind.label, titles(), lines(), self._about(workspace, kind))
            else:
                write_csv(stream, titles(), lines())

        files.write(file, fill)
        return Exported(file, len(rows), f"Exported {_count(len(rows), kind)} to {file.name}")

    def _about(self, workspace: Workspace, kind: Kind) -> list[tuple[str, str]]:
        return [
            ("Mapping", kind.label),
            ("Company", stamp(workspace)),
            ("Company name", workspace.company_name),
            ("Exported at", moment_text(self._clock.now())),
            ("Exported by", self._who),
        ]

    def export_change_set(
        self,
        rows: MappingOf[Kind, Collection[str]],
        file: Path,
        progress: Progress,
        *,
        remark: str = "",
    ) -> Exported:
        workspace = self._workspaces.current()
        if not workspace.realm_id:
            raise RuleError(
                "A change set is for one QuickBooks company, and none is connected yet.",
                advice="Connect QuickBooks first.",
            )
        changes: list[change_set.Proposed] = []
        for kind, wanted in rows.items():
            chosen = frozenset(wanted)
            for row in self._rows(kind):
                if row.source.id in chosen:
                    progress.report("Writing the change set", len(changes))
                    changes.append(self._proposed(workspace.id, row))
        if not changes:
            raise RuleError("There is nothing to put into a change set.", advice="Tick some rows.")
        content = change_set.encode(
            changes,
            company=stamp(workspace),
            company_name=workspace.company_name,
            author=self._who,
            made_at=self._clock.now(),
            remark=remark,
        )
        files.write(file, lambda stream: stream.write(content))
        count = f"{len(changes):,} decision{'s' if len(changes) > 1 else ''}"
        return Exported(file, len(changes), f"Saved {count} in {file.name}")

    def _proposed(self, workspace_id: int, row: MappingRow) -> change_set.Proposed:
        kind, source = row.source.kind, row.source
        found = row.decided or row.mapping
        if found is None:  # who cleared it, and when, is in the journal alone
            wanted = HistoryFilter(kind=kind, source_id=source.id)
            last = next(iter(self._history.page(workspace_id, wanted, limit=1).entries), None)
            return change_set.Proposed(
                kind, source.id, source.name, "clear",
                who=(last.decided_by or last.who) if last else self._who,
                when=last.made_at if last else None,
                how=last.how.value if last else "",
                evidence=last.evidence if last else "",
            )  # fmt: skip
        return change_set.Proposed(
            kind, source.id, source.name,
            "exclude" if row.decision is Decision.EXCLUDED else "link",
            found.target_id, row.target_text, found.who, found.changed_at, found.how.value,
            found.evidence,
        )  # fmt: skip

    def decided_since(self, since: datetime) -> MappingOf[Kind, Collection[str]]:
        workspace_id = self._workspaces.current().id
        first: dict[tuple[Kind, str], JournalEntry] = {}
        after: Cursor | None = None
        while True:
            page = self._history.page(
                workspace_id, HistoryFilter(since=since), after=after, limit=_PAGE
            )
            for entry in page.entries:  # the newest first: the oldest one stays
                first[entry.kind, entry.source_id] = entry
            if page.more is None:
                break
            after = page.more
        known = self._facts.get().sources
        found: dict[Kind, list[str]] = {}
        for (kind, source_id), entry in first.items():
            link = self._mappings.all(workspace_id, kind).get(source_id)
            excluded = source_id in self._mappings.excluded(workspace_id, kind)
            was = (entry.from_target_id, entry.from_choice == Choice.EXCLUDED.value)
            if was != (link.target_id if link else "", excluded) and source_id in known[kind]:
                found.setdefault(kind, []).append(source_id)
        return found

    def review_report(self, kinds: Collection[Kind], progress: Progress) -> str:
        sections = []
        for kind in Kind:
            if kind in kinds:
                progress.report(f"Collecting {kind.label.lower()}")
                sections.append(Section(kind, self._rows(kind)))
        return review_report_html(
            self._workspaces.current(), sections, when=self._clock.now(), who=self._who
        )

    # --- in ---

    def read_table(self, kind: Kind, file: Path, progress: Progress) -> Diff:
        with files.reading(file):
            with file.open("rb") as stream:
                start = stream.read(8)
            if start.startswith(_OLE):
                raise locked()
            info: dict[str, str] = {}
            if start.startswith(_ZIP):  # by what it is, whatever it is called
                lines, notes, where, info = read_xlsx(file, kind, progress)
            else:
                lines, notes, where = read_csv(file, kind, progress)
        if not lines:
            raise files.unusable(
                f"“{file.name}” has a first line, and no rows below it.", "Choose another file."
            )
        company = info.get("Company", "")
        if info:
            lines = [
                line
                if line.company and line.kind
                else replace(
                    line,
                    company=line.company or company,
                    company_name=line.company_name or info.get("Company name", ""),
                    kind=line.kind or info.get("Mapping", ""),
                )
                for line in lines
            ]
        if where.extra:
            listed = ", ".join(f"“{title}”" for title in where.extra[:5])
            more = f" and {len(where.extra) - 5} more" if len(where.extra) > 5 else ""
            notes.append(f"Columns that are not used: {listed}{more}.")
        stamps = {line.company for line in lines if line.company}
        if not stamps:
            notes.append("The file does not say which company it is of.")
        one = next(line for line in lines if line.company == next(iter(stamps), ""))
        workspace = self._workspaces.current()
        return Diff(
            title=file.name,
            workspace_id=workspace.id,
            rows=tuple(compare(self._present(workspace, kind), lines, progress)),
            notes=tuple(notes),
            stamp=_stamp(one.company, one.company_name),
        )

    def read_change_set(self, file: Path, progress: Progress) -> Diff:
        workspace = self._workspaces.current()
        progress.report("Reading the change set")
        with files.reading(file):
            found = change_set.decode(file)
        if found.company != stamp(workspace):
            raise files.unusable(
                f"The change set is for {found.company_name or found.company}"
                f" ({found.company.partition(':')[0]}), and the open workspace belongs to"
                f" {workspace.company_name or 'no company yet'}"
                f" ({workspace.quickbooks_app.environment.value}).",
                "Open the workspace of that company, then open the file again.",
            )
        rows: list[DiffRow] = []
        for kind, lines in found.lines.items():
            present = self._present(workspace, kind)
            for row in compare(present, lines, progress):
                rows.append(_decided_since(row, present, len(rows)))
        rows.sort(key=lambda row: row.line)
        return Diff(
            title=file.name,
            workspace_id=workspace.id,
            rows=tuple(replace(row, key=key) for key, row in enumerate(rows)),
            notes=(OWN,) if found.author == self._who else (),
            stamp=_stamp(found.company, found.company_name),
            change_set=True,
            author=found.author,
            made_at=found.made_at,
            remark=found.remark,
        )

    def apply(self, diff: Diff, keys: Collection[int], progress: Progress) -> ChangeSet:
        workspace = self._workspaces.current()
        if workspace.id != diff.workspace_id:
            raise RuleError(
                "The file was compared with another workspace.", advice="Open the file again."
            )
        chosen = frozenset(keys)
        rows = [row for row in diff.rows if row.key in chosen and row.applicable]
        if not rows:
            return ChangeSet(text="Nothing was ticked, nothing was changed")
        progress.report("Comparing once more")
        for kind in Kind:
            self._check(workspace, kind, [row for row in rows if row.kind is kind])
        progress.report("Making a backup")
        self._before(BackupReason.IMPORT)
        progress.report("Applying the changes")
        changes = [change_of(row, diff, self._who) for row in rows]
        done = self._recorder.record(
            rows[0].kind, changes, f"Imported {len(rows):,} row{'s' if len(rows) > 1 else ''}"
        )
        return replace(
            done,
            kinds=frozenset(row.kind for row in rows),
            source_ids=frozenset(row.source_id for row in rows),
            invoices=True,
        )

    def _check(self, workspace: Workspace, kind: Kind, rows: Sequence[DiffRow]) -> None:
        """The present must be what the person has looked at."""
        if not rows:
            return
        present = self._present(workspace, kind)
        for row in rows:
            target = present.targets.get(row.wanted_id)
            if (
                row.source_id not in present.sources
                or present.now(row.source_id) != (row.now_id, row.now_text)
                or (row.wanted_id and (target is None or not target.active))
            ):
                raise RuleError(
                    f"“{row.source_text}” has changed since the file was compared."
                    " Nothing was changed.",
                    advice="Open the file again and look at what is different.",
                )
        clashes = sharing(present, rows)
        if clashes:
            row = next(row for row in rows if row.key in clashes)
            raise RuleError(
                f"With the ticked rows alone, “{row.wanted_text}” would belong to"
                f" “{row.source_text}” and to “{clashes[row.key]}”. Nothing was changed.",
                advice=f"Tick the row of “{clashes[row.key]}” too, or leave out this one.",
            )

    def _present(self, workspace: Workspace, kind: Kind) -> Present:
        facts = self._facts.get()
        return Present(
            kind=kind,
            sources=facts.sources[kind],
            targets=facts.targets[kind],
            links=self._mappings.all(workspace.id, kind),
            excluded=self._mappings.excluded(workspace.id, kind),
            company=stamp(workspace),
            company_name=workspace.company_name,
        )


def _decided_since(row: DiffRow, present: Present, key: int) -> DiffRow:
    """What was decided here after the colleague's decision wants a look before it is replaced."""
    found = present.links.get(row.source_id) or present.excluded.get(row.source_id)
    row = replace(row, key=key, reason="" if row.reason == BY_ID else row.reason)  # as expected
    if not (row.applicable and found and row.decided):
        return row
    try:
        decided = datetime.fromisoformat(row.decided)
    except ValueError:
        return row
    if found.changed_at <= decided:
        return row
    reason = f"{_LATER} {found.who}"
    return replace(row, ticked=False, reason=f"{row.reason}. {reason}" if row.reason else reason)


def _stamp(company: str, name: str) -> CompanyStamp:
    environment, _, realm = company.partition(":")
    known = {each.value: each for each in Environment}.get(environment)
    return CompanyStamp(realm, known, name)


def _count(number: int, kind: Kind) -> str:
    return f"{number:,} {kind.source_noun}{'' if number == 1 else 's'}"
