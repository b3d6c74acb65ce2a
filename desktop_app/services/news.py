"""What a refresh says about decisions: changed records, new sources, staged decisions checked."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.catalogue import (
    RecordChange,
    Side,
    What,
    source_changes,
    target_changes,
)
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import MappingStore
from desktop_app.domain.ports_review import NewsStore
from desktop_app.domain.rechecks import Checked, Lists, check
from desktop_app.domain.records import Mapping, Source, Target, TargetUpdate


@dataclass(frozen=True, slots=True)
class Found:
    """What two catalogues differ in, before it is known which of it concerns rows."""

    changes: tuple[RecordChange, ...]
    lists: MappingOf[Kind, Lists]


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written: record changes that concern rows, and checked decisions."""

    changes: int
    new_sources: int
    checks: tuple[Checked, ...]

    @property
    def text(self) -> str:
        """For the report: "2 offline decisions need a look, 5 records of mapped rows changed"."""
        conflicts = sum(bool(each.problem) for each in self.checks)
        parts = []
        if conflicts:
            verb = "decision needs" if conflicts == 1 else "decisions need"
            parts.append(f"{conflicts:,} offline {verb} a look")
        if self.changes:
            noun = "record" if self.changes == 1 else "records"
            parts.append(f"{self.changes:,} {noun} of mapped rows changed")
        if self.new_sources:
            parts.append(f"{self.new_sources:,} new in NinjaOne")
        return ", ".join(parts)


class News:
    """Compares, and writes within the refresh's transaction."""

    def __init__(self, *, mappings: MappingStore, store: NewsStore) -> None:
        self._mappings = mappings
        self._store = store

    def found(
        self, before: Facts, sources: Sequence[Source], updates: Sequence[TargetUpdate]
    ) -> Found:
        """Compare local data with what was fetched. Writes nothing."""
        fetched = {kind: [s for s in sources if s.kind is kind] for kind in Kind}
        changes: list[RecordChange] = []
        now: dict[Kind, MappingOf[str, Target]] = dict(before.targets)
        for update in updates:
            known = before.targets[update.kind]
            here = {target.id: target for target in update.targets}
            now[update.kind] = here if update.complete else {**known, **here}
            changes += target_changes(
                update.kind,
                known,
                update.targets,
                complete=update.complete,
                deleted=update.deleted,
                gone=before.vanished.get(update.kind, {}),
            )
        lists = {}
        for kind in Kind:
            known_sources = before.sources[kind]
            changes += source_changes(known_sources, fetched[kind], first=not known_sources)
            lists[kind] = Lists(
                {source.id: source for source in fetched[kind]}, before.targets[kind], now[kind]
            )
        return Found(tuple(changes), lists)

    def write(self, workspace_id: int, found: Found, when: datetime) -> Noted:
        """Within the transaction of the refresh; :meth:`finish` once it has ended well."""
        links = {kind: self._mappings.all(workspace_id, kind) for kind in Kind}
        excluded = {kind: self._mappings.excluded(workspace_id, kind) for kind in Kind}
        used = {kind: {link.target_id for link in links[kind].values()} for kind in Kind}

        def concerns(change: RecordChange) -> bool:
            if change.side is Side.QUICKBOOKS:
                return change.record_id in used[change.kind]
            if change.what is What.NEW:
                return True
            kind, source = change.kind, change.record_id
            return source in links[kind] or source in excluded[kind]

        concerned = [change for change in found.changes if concerns(change)]
        self._store.write(workspace_id, concerned, when)
        checks: list[Checked] = []
        for kind in Kind:
            decisions: dict[str, Mapping] = {**links[kind], **excluded[kind]}
            checks += check(decisions, found.lists[kind])
        self._mappings.write_checks(workspace_id, checks)
        new = sum(change.what is What.NEW for change in concerned)
        return Noted(len(concerned) - new, new, tuple(checks))

    def finish(self, workspace_id: int, noted: Noted) -> None:
        if noted.checks:
            self._mappings.note_checks(workspace_id, noted.checks)
