"""What a person said about pairs of records, learned from what they do with links.

Linking by hand confirms a pair and lifts its rejection; clearing or replacing a link that Auto Map
made rejects it; an undo takes the lesson back. Source: section 4 of the mapping-review sheet,
tiers, and "never proposed again once rejected".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf

from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import tidy
from desktop_app.domain.ports import Clock, PairMemory, WorkspaceStore
from desktop_app.domain.records import (
    How,
    Mapping,
    MappingChange,
    RememberedPair,
    Source,
    Target,
    Verdict,
)

Links = MappingOf[Kind, MappingOf[str, Mapping]]
Records = MappingOf[Kind, MappingOf[str, Source]]
Targets = MappingOf[Kind, MappingOf[str, Target]]


class Lessons:
    """Reads and writes the memory of pairs. who: the name kept with a lesson."""

    def __init__(
        self, *, workspaces: WorkspaceStore, memory: PairMemory, clock: Clock, who: str
    ) -> None:
        self._workspaces = workspaces
        self._memory = memory
        self._clock = clock
        self._who = who

    def all(self, kind: Kind) -> tuple[RememberedPair, ...]:
        return self._memory.all(self._workspaces.current().id, kind)

    def remember(self, pairs: Sequence[RememberedPair]) -> None:
        if pairs:
            workspace = self._workspaces.current().id
            self._memory.remember(workspace, pairs, self._who, self._clock.now())

    def forget(self, pairs: Sequence[RememberedPair]) -> None:
        if pairs:
            self._memory.forget(self._workspaces.current().id, pairs)

    def learn(
        self,
        changes: Iterable[MappingChange],
        before: Links,
        sources: Records,
        targets: Targets,
    ) -> None:
        """After *changes* were applied. before: the links of just before; sources and targets:
        the catalogue, for the records' names."""
        wanted: dict[tuple[Kind, str, str], Verdict | None] = {}
        for change in changes:
            link = before[change.kind].get(change.source_id)
            old = link.target_id if link is not None else ""
            if old != change.target_id:
                for target_id, verdict in _said(change, link):
                    wanted[change.kind, change.source_id, target_id] = verdict
        keep: list[RememberedPair] = []
        drop: list[RememberedPair] = []
        remembered = {
            (pair.kind, pair.source_id, pair.target_id): pair
            for kind in {kind for kind, _, _ in wanted}
            for pair in self.all(kind)
        }
        for (kind, source_id, target_id), verdict in wanted.items():
            source, target = sources[kind].get(source_id), targets[kind].get(target_id)
            known = remembered.get((kind, source_id, target_id))
            names = (
                source.name if source else source_id,
                target.name if target else target_id,
            )
            if verdict is Verdict.CONFIRMED and tidy(names[0]) == tidy(names[1]):
                verdict = None  # an identical name needs no lesson, but a rejection is lifted
            if verdict is not None:
                pair = RememberedPair(kind, source_id, names[0], target_id, names[1], verdict)
                if pair != known:
                    keep.append(pair)
            elif known is not None:
                drop.append(known)
        self.remember(keep)
        self.forget(drop)


def _said(change: MappingChange, link: Mapping | None) -> list[tuple[str, Verdict | None]]:
    """What one change says about the old and the new target; None: nothing any more."""
    said: list[tuple[str, Verdict | None]] = []
    if change.how in (How.UNDO, How.REDO):
        if link is not None and link.target_id:
            said.append((link.target_id, None))
        if change.target_id:
            redone = change.how is How.REDO
            said.append((change.target_id, Verdict.CONFIRMED if redone else None))
        return said
    if link is not None and link.target_id and change.how in (How.BY_HAND, How.CLEARED):
        # A link made by hand and taken back is merely no longer confirmed.
        said.append((link.target_id, Verdict.REJECTED if link.how is How.AUTO_MAP else None))
    if change.target_id and change.how in (How.BY_HAND, How.AUTO_MAP):
        said.append((change.target_id, Verdict.CONFIRMED))
    return said
