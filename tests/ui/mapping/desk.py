"""The real suggestions and Auto Map, and reviewing, over the world of fakes_data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_app.domain.creating import CreateCheck, CreateDraft, CreateState, Creation, NameUse
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports_suggest import SavedSuggestion
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import (
    ChangeSet,
    Choice,
    How,
    MappingChange,
    RememberedPair,
    Target,
)
from desktop_app.domain.review import Decision, target_label
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api_review import Touched
from desktop_app.services.auto_map import AutoMap
from desktop_app.services.lessons import Lessons
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.row_suggestions import RowSuggestions
from desktop_app.services.suggest import Suggest
from tests.ui.fakes_data import World, customer
from tests.ui.fakes_review import FakeReview
from tests.ui.fakes_stores import NOW


class MemoryPairs:
    def __init__(self) -> None:
        self.pairs: dict[tuple[Kind, str, str], RememberedPair] = {}

    def all(self, workspace_id: int, kind: Kind) -> tuple[RememberedPair, ...]:
        return tuple(pair for pair in self.pairs.values() if pair.kind is kind)

    def remember(
        self, workspace_id: int, pairs: Iterable[RememberedPair], who: str, when: datetime
    ) -> None:
        for pair in pairs:
            self.pairs[pair.kind, pair.source_id, pair.target_id] = pair

    def forget(self, workspace_id: int, pairs: Iterable[RememberedPair]) -> None:
        for pair in pairs:
            self.pairs.pop((pair.kind, pair.source_id, pair.target_id), None)


class MemorySuggestions:
    def load(self, workspace_id: int, kind: Kind) -> MappingOf[str, SavedSuggestion]:
        return {}

    def save(self, *_: Any, **__: Any) -> None:
        pass


class Reviewing(FakeReview):
    """Excluding and including for real; rows in *fresh* are new until they are dismissed. Which
    invoices depend on rows comes from Waiting."""

    def __init__(self, world: World, mapping: MappingDesk, suggest: Suggest) -> None:
        super().__init__(world)
        self._mapping, self._suggest = mapping, suggest
        self.fresh: set[str] = set()
        self.dismissed: list[str] = []

    def rows(self, kind: Kind) -> Any:
        new = self.fresh - set(self.dismissed)
        return [
            replace(row, new=row.source.id in new and row.decision is Decision.UNDECIDED)
            for row in self._mapping.rows(kind)
        ]

    def touched(self, kind: Kind, source_ids: Sequence[str]) -> Touched:
        waiting = self._suggest.waiting(kind)
        number = sum(waiting[each].invoices for each in source_ids if each in waiting)
        return Touched(tuple(f"t{n}" for n in range(number)))

    def exclude(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        return self._record(kind, source_ids, How.EXCLUDED, Choice.EXCLUDED)

    def include(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        return self._record(kind, source_ids, How.INCLUDED, Choice.LINKED)

    def dismiss_new(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet:
        self.dismissed += source_ids
        return ChangeSet(kinds=frozenset({kind}), source_ids=frozenset(source_ids), text="Seen")

    def _record(self, kind: Kind, ids: Sequence[str], how: How, choice: Choice) -> ChangeSet:
        changes = [MappingChange(kind, i, i, "", "", how, choice=choice) for i in ids]
        return self._mapping.record(kind, changes, f"{how.value} {len(ids)}")


class Creating:
    """Create in QuickBooks: names in *taken* are used, *near* is like every name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken: set[str] = set()
        self.near: tuple[Candidate, ...] = ()
        self.checked: list[str] = []
        self.created: list[CreateDraft] = []
        self.staged: list[CreateDraft] = []
        self.error: BridgeError | None = None

    def draft(self, kind: Kind, source_id: str) -> CreateDraft:
        source = self.world.facts.get().sources[kind][source_id]
        return CreateDraft(
            kind,
            source.id,
            source.name,
            source.name,
            email=source.email,
            item_type="Service" if kind is Kind.ITEMS else "",
            price=source.price,
            sku=source.code,
        )

    def fields(self, draft: CreateDraft) -> tuple[tuple[str, str], ...]:
        return (("DisplayName", draft.name), ("PrimaryEmailAddr", draft.email))

    def check(self, draft: CreateDraft, progress: Progress) -> CreateCheck:
        self.checked.append(draft.name)
        return self._check(draft, live=True)

    def check_locally(self, draft: CreateDraft) -> CreateCheck:
        return self._check(draft, live=False)

    def _check(self, draft: CreateDraft, *, live: bool) -> CreateCheck:
        problems = () if draft.name else ("It needs a name.",)
        if draft.kind is Kind.ITEMS and not draft.income_account_id:
            problems += ("An item needs an income account.",)
        clashes = (NameUse("Vendor", "77", draft.name),) if draft.name in self.taken else ()
        return CreateCheck(
            problems=problems, clashes=clashes if live else (), near=self.near, live=live
        )

    def create(self, draft: CreateDraft, progress: Progress) -> ChangeSet:
        if self.error is not None:
            raise self.error
        self.created.append(draft)
        target: Target = customer(f"new-{draft.source_id}", draft.name)
        self.world.add(target)
        return self.world.mapping.change(draft.kind, [draft.source_id], target.id)

    def pending(self) -> tuple[Creation, ...]:
        return tuple(
            Creation(f"r{number}", "", CreateState.STAGED, draft, "alex", NOW)
            for number, draft in enumerate(self.staged)
        )

    def stage(self, draft: CreateDraft) -> ChangeSet:
        self.staged.append(draft)
        return ChangeSet(kinds=frozenset({draft.kind}), text=f"Staged {target_label_of(draft)}")


def target_label_of(draft: CreateDraft) -> str:
    return target_label(customer("", draft.name))


def desk(made: World) -> dict[str, Any]:
    """The services beside those of the world; its mapping service learns like the real one."""
    lessons = Lessons(
        workspaces=made.workspaces, memory=MemoryPairs(), clock=made.clock, who="alex"
    )
    made.mapping = MappingDesk(
        workspaces=made.workspaces,
        mappings=made.mappings,
        facts=made.facts,
        gateways=made.gateways,
        clock=made.clock,
        who="alex",
        lessons=lessons,
    )
    suggest = Suggest(
        facts=made.facts,
        auto=AutoMap(
            facts=made.facts,
            mappings=made.mappings,
            lessons=lessons,
            clock=made.clock,
            record=made.mapping.record,
        ),
        rows=RowSuggestions(
            facts=made.facts, mappings=made.mappings, lessons=lessons, store=MemorySuggestions()
        ),
    )
    return {
        "suggest": suggest,
        "review": Reviewing(made, made.mapping, suggest),
        "create": Creating(made),
    }
