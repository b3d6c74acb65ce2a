"""Reviewing: exclusions, conflicts, changed records, restore points and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop_app.domain.catalogue import What
from desktop_app.domain.facts import Facts
from desktop_app.domain.journal import (
    Cursor,
    HistoryFilter,
    HistoryPage,
    JournalEntry,
    RestorePoint,
    RowState,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock, MappingStore
from desktop_app.domain.ports_review import History, NewsStore
from desktop_app.domain.rechecks import can_keep, problem_text
from desktop_app.domain.records import ChangeSet, Choice, Delivery, How, Mapping, MappingChange
from desktop_app.domain.review import MappingRow
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_review import CatalogueChange, Conflict, RestorePreview, Touched
from desktop_app.services.deciding import Decider, count_text
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.record_changes import RecordChanges, kept_change
from desktop_app.services.row_cache import RowCache
from desktop_app.services.unsent import UnsentInvoices

NAME_LIMIT = 80


class ReviewDesk:
    """Implements services.api_review.ReviewService."""

    def __init__(
        self,
        *,
        facts: LocalFacts,
        rows: RowCache,
        decider: Decider,
        mappings: MappingStore,
        history: History,
        news: NewsStore,
        clock: Clock,
    ) -> None:
        self._facts = facts
        self._rows = rows
        self._decider = decider
        self._mappings = mappings
        self._history = history
        self._news = news
        self._clock = clock
        self._unsent = UnsentInvoices()
        self._records = RecordChanges(
            facts=facts, rows=rows, news=news, decider=decider, clock=clock, unsent=self._unsent
        )

    # --- Rows --------------------------------------------------------------------------------

    def rows(self, kind: Kind) -> Sequence[MappingRow]:
        return self._rows.rows(kind)

    def row(self, kind: Kind, source_id: str) -> MappingRow | None:
        return self._rows.row(kind, source_id)

    def decided(self, kind: Kind) -> tuple[int, int]:
        return self._rows.decided(kind)

    def gather(self) -> None:
        for kind in Kind:
            self._rows.rows(kind)
        self._unsent.using(self._facts.get(), Kind.CUSTOMERS, ())

    def locked(self) -> str:
        return self._facts.get().locked

    def online(self) -> bool:
        return self._decider.connection.online(self._facts.get().workspace)

    def touched(self, kind: Kind, source_ids: Sequence[str]) -> Touched:
        return self._unsent.using(self._facts.get(), kind, source_ids)

    # --- Decisions ---------------------------------------------------------------------------

    def exclude(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        facts = self._decider.allowed()
        changes = [
            _cleared(facts, kind, each, How.EXCLUDED, choice=Choice.EXCLUDED)
            for each in source_ids
            if each in facts.sources[kind] and not facts.is_excluded(kind, each)
        ]
        text = f"Excluded {count_text(len(changes), kind)}"
        return self._decider.apply(changes, text, label=label)

    def include(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        facts = self._decider.allowed()
        changes = [
            _cleared(facts, kind, each, How.INCLUDED)
            for each in source_ids
            if facts.is_excluded(kind, each)
        ]
        text = f"Included {count_text(len(changes), kind)} again"
        return self._decider.apply(changes, text, label=label)

    # --- Decisions made offline --------------------------------------------------------------

    def staged(self) -> int:
        return sum(each.delivery is Delivery.STAGED for each in _decisions(self._facts.get()))

    def conflicts(self) -> tuple[Conflict, ...]:
        facts = self._facts.get()
        found = [
            self._conflict(facts, each)
            for each in _decisions(facts)
            if each.delivery is Delivery.CONFLICT
        ]
        order = list(Kind)
        return tuple(sorted(found, key=lambda c: (order.index(c.kind), c.source_label.casefold())))

    def _conflict(self, facts: Facts, mapping: Mapping) -> Conflict:
        kind, source_id = mapping.kind, mapping.source_id
        source = facts.sources[kind].get(source_id)
        target = facts.targets[kind].get(mapping.target_id)
        vanished = facts.vanished.get(kind, {}).get(mapping.target_id)
        others: tuple[str, ...] = ()
        if not kind.shares_targets and mapping.target_id:
            users = self._rows.users(kind, mapping.target_id) - {source_id}
            others = tuple(sorted(_name(facts, kind, each) for each in users))
        return Conflict(
            kind=kind,
            source_id=source_id,
            source_label=source.name if source is not None else self._last_name(kind, source_id),
            mapping=mapping,
            problem=mapping.problem,
            text=problem_text(mapping.problem, mapping, target, vanished),
            source=source,
            target=target,
            can_keep=can_keep(mapping.problem) and (target is not None or not mapping.target_id),
            others=others,
            touched=self._unsent.using(facts, kind, [source_id]),
        )

    def _last_name(self, kind: Kind, source_id: str) -> str:
        """Of a source that is no longer in the list: as it was called when it was decided about."""
        entries = self.row_history(kind, source_id, 1)
        return entries[0].source_label if entries else f"{kind.source_noun} {source_id}"

    def keep(self, kind: Kind, source_ids: Sequence[str], *, label: str = "") -> ChangeSet:
        facts = self._decider.allowed()
        changes = []
        for source_id in source_ids:
            mapping = facts.mappings[kind].get(source_id) or facts.excluded[kind].get(source_id)
            if mapping is None or mapping.delivery is not Delivery.CONFLICT:
                continue
            found = self._conflict(facts, mapping)
            if not found.can_keep:
                raise RuleError(
                    f"“{found.source_label}” cannot be kept as it is: {found.text}",
                    advice="Choose another one, or clear it.",
                )
            evidence = f"kept after a conflict: {found.text}"
            changes.append(kept_change(facts, mapping, evidence, shared=bool(found.others)))
        return self._decider.apply(changes, f"Kept {count_text(len(changes), kind)}", label=label)

    # --- Changes in QuickBooks and NinjaOne --------------------------------------------------

    def changes(self) -> tuple[CatalogueChange, ...]:
        return self._records.open()

    def keep_changes(self, change_ids: Sequence[int], *, label: str = "") -> ChangeSet:
        return self._records.keep(change_ids, label=label)

    def keep_all_renames(self) -> ChangeSet:
        renames = [each.id for each in self.changes() if each.what is What.RENAMED]
        return self.keep_changes(renames, label=f"keeping of {len(renames):,} renames")

    def dismiss_new(self, kind: Kind, source_ids: Sequence[str]) -> ChangeSet:
        facts = self._decider.allowed()
        now = self._clock.now()
        self._news.settle_new(facts.workspace.id, kind, source_ids, self._decider.who, now)
        self._facts.invalidate(Part.NEWS)
        return ChangeSet(
            kinds=frozenset({kind}),
            source_ids=frozenset(source_ids),
            text=f"Seen: {count_text(len(source_ids), kind)}",
        )

    # --- Restore points ----------------------------------------------------------------------

    def restore_points(self) -> tuple[RestorePoint, ...]:
        return self._history.restore_points(self._workspace_id)

    def set_restore_point(self, name: str) -> RestorePoint:
        facts = self._decider.allowed()
        tidy = " ".join(name.split())
        if not tidy or len(tidy) > NAME_LIMIT:
            raise RuleError(
                "A restore point needs a name."
                if not tidy
                else f"A name has at most {NAME_LIMIT} characters.",
                advice="Type a name that tells you later what it was for.",
            )
        self._mappings.add_restore_point(
            facts.workspace.id, tidy, self._decider.who, self._clock.now()
        )
        return self._history.restore_points(facts.workspace.id)[0]

    def preview_restore(self, point_id: int, progress: Progress) -> RestorePreview:
        progress.report("Comparing the mappings with the restore point")
        facts = self._facts.get()
        point = self._history.restore_point(facts.workspace.id, point_id)
        then = self._history.states_at(facts.workspace.id, point.step)
        progress.check()
        pairs = ((_now(facts, each), each) for each in then)
        return RestorePreview(point, tuple(pair for pair in pairs if _differ(*pair)))

    def restore(self, point_id: int, progress: Progress) -> ChangeSet:
        self._decider.allowed()
        preview = self.preview_restore(point_id, progress)
        name = preview.point.name
        evidence = f"as it was at the restore point “{name}”"
        changes = [_back(then, How.RESTORED, evidence) for _, then in preview.rows]
        progress.report("Putting the mappings back")
        number = len(changes)
        text = f"Put {number:,} mapping{'' if number == 1 else 's'} back to “{name}”"
        return self._decider.apply(changes, text, label=f"restoring of “{name}”")

    # --- The journal -------------------------------------------------------------------------

    def history(
        self,
        wanted: HistoryFilter,
        progress: Progress,
        *,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> HistoryPage:
        progress.report("Reading the history")
        return self._history.page(self._workspace_id, wanted, after=after, limit=limit)

    def row_history(self, kind: Kind, source_id: str, limit: int = 50) -> tuple[JournalEntry, ...]:
        wanted = HistoryFilter(kind=kind, source_id=source_id)
        return self._history.page(self._workspace_id, wanted, limit=limit).entries

    def people(self) -> tuple[str, ...]:
        return self._history.people(self._workspace_id)

    def revert_row(
        self, kind: Kind, source_id: str, to_step: int, *, share: bool = False, label: str = ""
    ) -> ChangeSet:
        facts = self._decider.allowed()
        then = self._history.state_of(facts.workspace.id, kind, source_id, to_step)
        if then is None:
            raise RuleError(
                f"The history knows nothing of that {kind.source_noun}.",
                advice="Choose a row of the history.",
            )
        change = _back(then, How.REVERTED, f"as it was after step {to_step}", share=share)
        if not share and then.choice == Choice.LINKED:
            self._refuse_sharing(facts, change)
        now = _now(facts, then)
        if not _differ(now, then):
            return ChangeSet(text=f"“{then.source_label}” stands as it did then")
        return self._decider.apply([change], f"Put back “{then.source_label}”", label=label)

    def _refuse_sharing(self, facts: Facts, change: MappingChange) -> None:
        """Another row may have got the customer since."""
        kind = change.kind
        if kind.shares_targets:
            return
        for other in self._rows.users(kind, change.target_id) - {change.source_id}:
            raise RuleError(
                f"“{change.target_label}” is now the {kind.target_noun} of "
                f"“{_name(facts, kind, other)}”.",
                title=f"One {kind.target_noun}, two {kind.source_noun}s",
                advice="Share it only if both are really billed together.",
            )

    @property
    def _workspace_id(self) -> int:
        return self._facts.get().workspace.id


def _decisions(facts: Facts) -> Iterable[Mapping]:
    for kind in Kind:
        yield from facts.mappings[kind].values()
        yield from facts.excluded.get(kind, {}).values()


def _name(facts: Facts, kind: Kind, source_id: str) -> str:
    source = facts.sources[kind].get(source_id)
    return source.name if source is not None else f"{kind.source_noun} {source_id}"


def _cleared(
    facts: Facts, kind: Kind, source_id: str, how: How, *, choice: Choice = Choice.LINKED
) -> MappingChange:
    name = _name(facts, kind, source_id)
    return MappingChange(kind, source_id, name, "", "", how, choice=choice)


def _now(facts: Facts, state: RowState) -> RowState:
    """How the row of *state* stands now."""
    kind, source_id = state.kind, state.source_id
    mapping = facts.mappings[kind].get(source_id) or facts.excluded.get(kind, {}).get(source_id)
    if mapping is None:
        return RowState(kind, source_id, state.source_label, "", "", "")
    return RowState(
        kind, source_id, state.source_label, mapping.choice.value, mapping.target_id,
        mapping.target_label,
    )  # fmt: skip


def _differ(now: RowState, then: RowState) -> bool:
    return (now.choice, now.target_id, now.target_label) != (
        then.choice, then.target_id, then.target_label,
    )  # fmt: skip


def _back(state: RowState, how: How, evidence: str, *, share: bool = False) -> MappingChange:
    """The change that brings *state* about."""
    choice = Choice(state.choice) if state.choice else Choice.LINKED
    return MappingChange(
        kind=state.kind,
        source_id=state.source_id,
        source_label=state.source_label,
        target_id=state.target_id,
        target_label=state.target_label,
        how=how,
        evidence=evidence,
        choice=Choice.SHARED if share and choice is Choice.LINKED else choice,
    )
