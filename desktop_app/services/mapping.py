"""The mapping tabs: look, propose, change, clear, undo. Never online."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from decimal import Decimal

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, Gateways, MappingStore, WorkspaceStore
from desktop_app.domain.records import ChangeSet, Choice, How, MappingChange, Target
from desktop_app.domain.review import (
    MappingRow,
    mappable,
    offered,
    target_label,
)
from desktop_app.errors import RuleError
from desktop_app.services.deciding import Decider, count_text, told
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts
from desktop_app.services.row_cache import RowCache

ENTITY = {Kind.CUSTOMERS: "Customer", Kind.ACCOUNTS: "Account", Kind.ITEMS: "Item"}


class MappingDesk:
    """Implements services.api.MappingService. who: the name written in the journal.

    decider, row_cache: shared with the review service; made here when there is none.
    """

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        mappings: MappingStore,
        facts: LocalFacts,
        gateways: Gateways,
        clock: Clock,
        who: str,
        lessons: Lessons | None = None,
        decider: Decider | None = None,
        row_cache: RowCache | None = None,
    ) -> None:
        self._workspaces = workspaces
        self._mappings = mappings
        self._facts = facts
        self._gateways = gateways
        self._rows = row_cache or RowCache(facts)
        self._decider = decider or Decider(
            workspaces=workspaces,
            mappings=mappings,
            facts=facts,
            clock=clock,
            who=who,
            lessons=lessons,
        )

    def rows(self, kind: Kind) -> list[MappingRow]:
        return list(self._rows.rows(kind))

    def choices(self, kind: Kind) -> list[Target]:
        return offered(self._facts.get().targets[kind].values())

    def change(
        self,
        kind: Kind,
        source_ids: Sequence[str],
        target_id: str,
        *,
        share: bool = False,
        evidence: str = "",
        score: Decimal | None = None,
    ) -> ChangeSet:
        facts = self._facts.get()
        target = facts.targets[kind].get(target_id)
        if target is None or not mappable(target):
            raise RuleError(
                f"That {kind.target_noun} cannot be mapped.",
                advice=f"Choose another {kind.target_noun}, or refresh first.",
            )
        changes = [
            MappingChange(
                kind=kind,
                source_id=source_id,
                source_label=facts.sources[kind][source_id].name,
                target_id=target.id,
                target_label=target_label(target),
                how=How.BY_HAND,
                evidence="; ".join(
                    part for part in ("shared on purpose" if share else "", evidence) if part
                )
                or "chosen by hand",
                score=score,
                choice=Choice.SHARED if share else Choice.LINKED,
            )
            for source_id in source_ids
            if source_id in facts.sources[kind]
        ]
        if not share:
            self._refuse_sharing(kind, changes)
        label = target_label(target)
        return self._decider.apply(changes, f"Mapped {count_text(len(changes), kind)} to {label}")

    def clear(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet:
        return self.clear_all({kind: source_ids})

    def clear_all(self, rows: MappingOf[Kind, Sequence[str]]) -> ChangeSet:
        facts = self._facts.get()
        changes: list[MappingChange] = []
        cleared: list[str] = []
        for kind, source_ids in rows.items():
            names = facts.sources[kind]
            mapped = [
                each
                for each in source_ids
                if each in facts.mappings[kind] or facts.is_excluded(kind, each)
            ]
            changes += [
                MappingChange(
                    kind=kind,
                    source_id=source_id,
                    source_label=names[source_id].name if source_id in names else source_id,
                    target_id="",
                    target_label="",
                    how=How.CLEARED,
                )
                for source_id in mapped
            ]
            cleared.append(count_text(len(mapped), kind))
        return self._decider.apply(changes, f"Cleared {', '.join(cleared)}")

    def record(
        self, kind: Kind, changes: Sequence[MappingChange], text: str, *, label: str = ""
    ) -> ChangeSet:
        """Make these changes as one undo step: for Auto Map and Create, which checked them."""
        return self._decider.apply(changes, text, label=label)

    def undo(self) -> ChangeSet:
        return _taken_back(self._decider.undo(), "Undone", "Nothing to take back")

    def redo(self) -> ChangeSet:
        return _taken_back(self._decider.redo(), "Done again", "Nothing to repeat")

    def undo_text(self) -> str:
        return self._mappings.can_undo(self._workspaces.current().id)

    def redo_text(self) -> str:
        return self._mappings.can_redo(self._workspaces.current().id)

    def undo_rows(self) -> int:
        return self._mappings.undo_size(self._workspaces.current().id)

    def redo_rows(self) -> int:
        return self._mappings.redo_size(self._workspaces.current().id)

    def web_address(self, kind: Kind, target_id: str) -> str:
        environment = self._workspaces.current().quickbooks_app.environment
        return self._gateways.web_address(environment, ENTITY[kind], target_id)

    def _refuse_sharing(self, kind: Kind, changes: Sequence[MappingChange]) -> None:
        """Two organizations on one customer bill one client for another."""
        if kind.shares_targets:
            return
        facts = self._facts.get()
        moving = {change.source_id for change in changes}
        taken: dict[str, str] = {}
        for change in changes:
            staying = self._rows.users(kind, change.target_id) - moving
            other = taken.get(change.target_id) or min(staying, default=None)
            if other is not None and other != change.source_id:
                name = facts.sources[kind][other].name if other in facts.sources[kind] else other
                raise RuleError(
                    f"“{change.target_label}” is already the {kind.target_noun} of “{name}”; "
                    f"“{change.source_label}” would be billed to it too.",
                    title=f"One {kind.target_noun}, two {kind.source_noun}s",
                    advice="Share it only if both are really billed together.",
                )
            taken[change.target_id] = change.source_id


def _taken_back(changes: Sequence[MappingChange], text: str, nothing: str) -> ChangeSet:
    if not changes:
        return ChangeSet(text=nothing)
    number = len(changes)
    return told(changes, f"{text}: {number} mapping{'s' if number > 1 else ''}")
