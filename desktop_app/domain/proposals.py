"""What Auto Map offers: one proposal for each source, in the groups of its dialog.

Source: section 7 of the mapping-review sheet for the groups, section 4 for the caps.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Mapping, Source, Target


class Group(StrEnum):
    """The groups of the Auto Map dialog, in its order; the value is the heading."""

    IDENTIFIER = "Same identifier"
    IDENTICAL = "Identical name"
    FOLDED = "Same after ignoring case, punctuation and legal form"
    SIMILAR = "Similar"
    AMBIGUOUS = "Ambiguous"
    NO_MATCH = "No match"

    @property
    def ticked(self) -> bool:
        """Whether its proposals are ticked for the user."""
        return self in (Group.IDENTIFIER, Group.IDENTICAL, Group.FOLDED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One QuickBooks record that comes into question for a source.

    score: how likely the link is right, 0 to 1. caution: why it must not be linked without a
    person's look ("inactive in QuickBooks"), "" when nothing speaks against it.
    """

    target: Target
    score: float
    reasons: tuple[str, ...] = ()
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What Auto Map found for one source.

    candidates: best first; () in NO_MATCH. score, gap, reasons: of the first one; gap is the
    distance to the best competitor on either side. replaces: the link that the source has now.
    """

    source: Source
    group: Group
    candidates: tuple[Candidate, ...] = ()
    gap: float = 0.0
    replaces: Mapping | None = None

    @property
    def target(self) -> Target | None:
        """What would be linked; None where a person has to choose, or nothing was found."""
        if self.group in (Group.AMBIGUOUS, Group.NO_MATCH) or not self.candidates:
            return None
        return self.candidates[0].target

    @property
    def score(self) -> float:
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.candidates[0].reasons if self.candidates else ()

    @property
    def evidence(self) -> str:
        return evidence(self.candidates[0]) if self.candidates else ""

    @property
    def ticked(self) -> bool:
        """Whether it is ticked when the dialog opens: certain, no caution, nothing replaced."""
        return (
            self.group.ticked
            and bool(self.candidates)
            and not self.candidates[0].caution
            and self.replaces is None
        )

    def candidate(self, target_id: str) -> Candidate | None:
        return next((c for c in self.candidates if c.target.id == target_id), None)


@dataclass(frozen=True, slots=True)
class AutoMapRun:
    """The outcome of one Auto Map over some rows of one kind; nothing is linked by it.

    proposals: by group, then by the source's name. overwrite: whether mapped rows take part.
    """

    kind: Kind
    proposals: tuple[Proposal, ...]
    overwrite: bool = False

    def groups(self) -> MappingOf[Group, tuple[Proposal, ...]]:
        """Every group in the dialog's order, empty ones too."""
        found: dict[Group, list[Proposal]] = {group: [] for group in Group}
        for proposal in self.proposals:
            found[proposal.group].append(proposal)
        return {group: tuple(members) for group, members in found.items()}

    def of(self, source_id: str) -> Proposal | None:
        return next((p for p in self.proposals if p.source.id == source_id), None)

    @property
    def text(self) -> str:
        ticked = sum(p.ticked for p in self.proposals)
        return f"Link {ticked:,}; leave {len(self.proposals) - ticked:,}"


def evidence(candidate: Candidate) -> str:
    """What the journal keeps: "same after leaving out Inc. (score 0.99)"."""
    words = "; ".join(candidate.reasons) or "chosen from the candidates"
    return f"{words} (score {candidate.score:.2f})"


def ordered(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """By group, similar ones best first, then by name."""
    place = {group: n for n, group in enumerate(Group)}
    return tuple(
        sorted(
            proposals,
            key=lambda p: (
                place[p.group],
                -p.score if p.group is Group.SIMILAR else 0.0,
                p.source.name.casefold(),
                p.source.id,
            ),
        )
    )
