"""The lines of Auto Map's dialog: groups that open and close, and the proposals in them.

One flat list of lines, of which the table asks only for those on the screen: 20,000 proposals cost
no widget and no call until they are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import search_fold
from desktop_app.domain.proposals import AutoMapRun, Candidate, Group, Proposal
from desktop_app.domain.review import target_label

Index = QModelIndex | QPersistentModelIndex
Line = Group | Proposal

NO_INDEX = QModelIndex()
TICK, SOURCE, TARGET, SCORE, GAP, EVIDENCE = range(6)
CHOOSE = "Choose…"
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class ProposalModel(QAbstractTableModel):
    """Which proposals are ticked, and which candidate was chosen where a person has to choose."""

    ticks_changed = Signal()
    lines_changed = Signal()

    def __init__(self, kind: Kind, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.run: AutoMapRun | None = None
        self.proposals: list[Proposal] = []
        self.lines: list[Line] = []
        self._ticked: set[str] = set()
        self._chosen: dict[str, str] = {}
        self._closed = {Group.NO_MATCH}
        self._words: tuple[str, ...] = ()
        self._texts: dict[str, str] = {}
        self._members: dict[Group, list[Proposal]] = {}
        self._ticks_in: Counter[Group] = Counter()
        self._tickable: Counter[Group] = Counter()

    # --- The run -----------------------------------------------------------------------------

    def show_run(self, run: AutoMapRun | None) -> None:
        """Show a run, ticked as it asks for; None: nothing."""
        self.run = run
        self.proposals = list(run.proposals) if run is not None else []
        self._ticked = {p.source.id for p in self.proposals if p.ticked}
        self._chosen.clear()
        self._texts.clear()
        self._rearrange()
        self.ticks_changed.emit()

    def group_members(self, group: Group) -> Sequence[Proposal]:
        """The proposals of a group that the search lets through."""
        return self._members.get(group, ())

    def drop_candidate(self, source_id: str, target_id: str) -> None:
        """A pair was rejected: what else there is becomes a choice, or nothing is left."""
        for place, proposal in enumerate(self.proposals):
            if proposal.source.id != source_id:
                continue
            rest = tuple(c for c in proposal.candidates if c.target.id != target_id)
            group = Group.AMBIGUOUS if rest else Group.NO_MATCH
            self.proposals[place] = replace(proposal, group=group, candidates=rest, gap=0.0)
            break
        self._ticked.discard(source_id)
        self._chosen.pop(source_id, None)
        self._rearrange()
        self.ticks_changed.emit()

    # --- Lines -------------------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        self._words = tuple(search_fold(text).split())
        self._rearrange()

    def opened(self, group: Group) -> bool:
        return group not in self._closed or bool(self._words)

    def set_open(self, group: Group, opened: bool) -> None:
        if opened != (group not in self._closed):
            self._closed ^= {group}
            self._rearrange()

    def line_at(self, row: int) -> Line | None:
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def proposal_at(self, row: int) -> Proposal | None:
        line = self.line_at(row)
        return line if isinstance(line, Proposal) else None

    def row_of(self, source_id: str) -> int:
        for row, line in enumerate(self.lines):
            if isinstance(line, Proposal) and line.source.id == source_id:
                return row
        return -1

    def _rearrange(self) -> None:
        self.beginResetModel()
        members: dict[Group, list[Proposal]] = {group: [] for group in Group}
        for proposal in self.proposals:
            if not self._words or self._found(proposal):
                members[proposal.group].append(proposal)
        self._members = members
        self.lines = []
        for group, found in members.items():
            if found:
                self.lines.append(group)
                if self.opened(group):
                    self.lines += found
        self._count_ticks()
        self.endResetModel()
        self.lines_changed.emit()

    def _found(self, proposal: Proposal) -> bool:
        text = self._texts.get(proposal.source.id)
        if text is None:
            names = " ".join(target_label(c.target) for c in proposal.candidates)
            text = self._texts[proposal.source.id] = search_fold(f"{proposal.source.name} {names}")
        return all(word in text for word in self._words)

    # --- Ticks and choices -------------------------------------------------------------------

    def ticked(self) -> list[str]:
        """Source ids of what would be linked, in the order of the groups."""
        return [p.source.id for p in self.proposals if p.source.id in self._ticked]

    def pairs(self) -> list[tuple[str, str]]:
        """(source id, target id) of what would be linked."""
        pairs = []
        for proposal in self.proposals:
            candidate = self.candidate(proposal)
            if proposal.source.id in self._ticked and candidate is not None:
                pairs.append((proposal.source.id, candidate.target.id))
        return pairs

    def changes(self) -> list[LinkChange]:
        return [LinkChange(self.kind, source, target) for source, target in self.pairs()]

    def twice(self) -> str:
        """The name of a customer that two ticked lines would share, "" if there is none."""
        if self.kind.shares_targets:
            return ""
        seen: set[str] = set()
        for proposal in self.proposals:
            candidate = self.candidate(proposal)
            if candidate is None or proposal.source.id not in self._ticked:
                continue
            if candidate.target.id in seen:
                return target_label(candidate.target)
            seen.add(candidate.target.id)
        return ""

    def candidate(self, proposal: Proposal) -> Candidate | None:
        """What would be linked: the one that was chosen, else the one that is proposed."""
        chosen = self._chosen.get(proposal.source.id)
        if chosen is not None:
            return proposal.candidate(chosen)
        return proposal.candidates[0] if proposal.target is not None else None

    def choose(self, source_id: str, target_id: str) -> None:
        """Take a candidate; the line is ticked, since somebody decided about it."""
        self._chosen[source_id] = target_id
        self._ticked.add(source_id)
        self._tell_ticks()

    def tick_state(self, line: Line) -> Qt.CheckState:
        if isinstance(line, Proposal):
            ticked = line.source.id in self._ticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        ticked_here = self._ticks_in[line]
        if not ticked_here:
            return Qt.CheckState.Unchecked
        whole = ticked_here == self.tickable(line)
        return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked

    def ticks_in(self, group: Group) -> int:
        return self._ticks_in[group]

    def tickable(self, group: Group) -> int:
        """How many lines of the group have something to link."""
        return self._tickable[group]

    def toggle(self, rows: Iterable[int]) -> None:
        """Tick what is not ticked among these lines; if all are, untick them. A group's line
        stands for all of its proposals that are in view."""
        lines = [line for line in map(self.line_at, rows) if line is not None]
        groups = {line for line in lines if isinstance(line, Group)}
        wanted = [p for line in lines if isinstance(line, Proposal) for p in (line,)]
        for group in groups:
            wanted += self.group_members(group)
        ids = {p.source.id for p in wanted if self.candidate(p) is not None}
        if ids <= self._ticked:
            self._ticked -= ids
        else:
            self._ticked |= ids
        self._tell_ticks()

    def tick_everything(self, ticked: bool) -> None:
        """All of the groups that are ticked at first, or none at all."""
        self._ticked = {p.source.id for p in self.proposals if p.ticked} if ticked else set()
        self._tell_ticks()

    def _tell_ticks(self) -> None:
        self._count_ticks()
        if self.lines:
            last = self.index(len(self.lines) - 1, EVIDENCE)
            self.dataChanged.emit(self.index(0, 0), last)
        self.ticks_changed.emit()

    def _count_ticks(self) -> None:
        ticked = self._ticked
        self._ticks_in = Counter(
            {g: sum(p.source.id in ticked for p in found) for g, found in self._members.items()}
        )
        self._tickable = Counter(
            {
                g: len(found)
                if g not in (Group.AMBIGUOUS, Group.NO_MATCH)
                else sum(p.source.id in self._chosen for p in found)
                for g, found in self._members.items()
            }
        )

    # --- The model's side --------------------------------------------------------------------

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else EVIDENCE + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return FLAGS | Qt.ItemFlag.ItemIsUserCheckable if index.column() == TICK else FLAGS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        kind = self.kind
        titles = (
            "",
            f"NinjaOne {kind.source_noun}",
            f"QuickBooks {kind.target_noun}",
            "Score",
            "Gap",
            "Evidence",
        )
        if role == Qt.ItemDataRole.DisplayRole:
            return titles[section]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return titles[section] or "Tick"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section in (SCORE, GAP) else LEFT
        tips = {
            SCORE: "How likely the link is right, from 0 to 1",
            GAP: "Distance to the next best candidate",
        }
        return tips.get(section) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line_at(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == Qt.ItemDataRole.CheckStateRole:
            return self.tick_state(line) if index.column() == TICK else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(line, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.text(line, index.column()) or None
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() in (TICK, SOURCE):
            return self.spoken(line)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() in (SCORE, GAP) else LEFT
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != TICK:
            return False
        self.toggle([index.row()])
        return True

    # --- Words -------------------------------------------------------------------------------

    def text(self, line: Line, column: int) -> str:
        if isinstance(line, Group):
            return self._group_text(line) if column == SOURCE else ""
        return _TEXTS[column](self, line)

    def _group_text(self, group: Group) -> str:
        number, ticked = len(self.group_members(group)), self.ticks_in(group)
        if group is Group.NO_MATCH:
            return f"{group.value}  ·  {number:,}"
        return f"{group.value}  ·  {ticked:,} of {number:,} ticked"

    def spoken(self, line: Line) -> str:
        """A whole line in one sentence, for a screen reader."""
        if isinstance(line, Group):
            state = "open" if self.opened(line) else "closed"
            number, ticked = len(self.group_members(line)), self.ticks_in(line)
            return f"Group {line.value}, {number:,} rows, {ticked:,} ticked, {state}"
        ticked = line.source.id in self._ticked
        candidate = self.candidate(line)
        parts = ["ticked" if ticked else "not ticked", line.source.name]
        if candidate is not None:
            parts.append(f"to {target_label(candidate.target)}, score {candidate.score:.2f}")
        elif line.candidates:
            parts.append(f"{len(line.candidates)} candidates, none chosen")
        parts.append(evidence_text(self, line))
        return ", ".join(part for part in parts if part)


def target_text(model: ProposalModel, proposal: Proposal) -> str:
    candidate = model.candidate(proposal)
    if candidate is not None:
        return target_label(candidate.target)
    return CHOOSE if proposal.candidates else ""


def evidence_text(model: ProposalModel, proposal: Proposal) -> str:
    """Why, in words: what speaks against it first, then the reasons, then what it replaces."""
    candidate = model.candidate(proposal)
    if candidate is None:
        return _undecided_text(proposal)
    parts = [candidate.caution, *candidate.reasons]
    if proposal.replaces is not None:
        parts.append(f"replaces “{proposal.replaces.target_label}”")
    return "; ".join(part for part in parts if part)


def _undecided_text(proposal: Proposal) -> str:
    if not proposal.candidates:
        return "nothing similar in QuickBooks"
    cautions = {c.caution for c in proposal.candidates if c.caution}
    names = [target_label(c.target) for c in proposal.candidates[:2]]
    if len(names) > 1:
        why = f"“{names[0]}” and “{names[1]}” come into question"
    else:
        why = f"“{names[0]}” comes into question"
    return "; ".join([why, *sorted(cautions)])


def _score(model: ProposalModel, proposal: Proposal) -> str:
    candidate = model.candidate(proposal) or (proposal.candidates or (None,))[0]
    return f"{candidate.score:.2f}" if candidate is not None else ""


def _gap(_model: ProposalModel, proposal: Proposal) -> str:
    return f"{proposal.gap:.2f}" if len(proposal.candidates) > 1 else ""


_TEXTS: tuple[Callable[[ProposalModel, Proposal], str], ...] = (
    lambda _model, _proposal: "",
    lambda _model, proposal: proposal.source.name,
    target_text,
    _score,
    _gap,
    evidence_text,
)
