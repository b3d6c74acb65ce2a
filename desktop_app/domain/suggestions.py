"""The second of a mapping row's four facts: what the program suggests while it is undecided.

"Not searched" and "search failed" are kept apart from "no match" (mapping-review sheet, section
5): a row without candidates may only lack the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.proposals import Candidate, Group, Proposal

SHOWN = 9
"""Candidates are taken with the keys 1 to 9."""


class SuggestionState(StrEnum):
    STRONG = "Strong match"
    LIKELY = "Likely match"
    AMBIGUOUS = "Ambiguous"
    NONE = "No match"
    NOT_SEARCHED = "Not searched"
    FAILED = "Search failed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """candidates: best first; the first one is what accepting takes, where the state is STRONG or
    LIKELY. gap: to the best competitor on either side. problem: why the search failed."""

    state: SuggestionState
    candidates: tuple[Candidate, ...] = ()
    gap: float = 0.0
    problem: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def acceptable(self) -> bool:
        """Whether one key may accept the first candidate."""
        return self.state in (SuggestionState.STRONG, SuggestionState.LIKELY)


NOT_SEARCHED = Suggestion(SuggestionState.NOT_SEARCHED)

_STATES = {
    Group.IDENTIFIER: SuggestionState.STRONG,
    Group.IDENTICAL: SuggestionState.STRONG,
    Group.FOLDED: SuggestionState.STRONG,
    Group.SIMILAR: SuggestionState.LIKELY,
    Group.AMBIGUOUS: SuggestionState.AMBIGUOUS,
    Group.NO_MATCH: SuggestionState.NONE,
}


def suggestion_of(proposal: Proposal) -> Suggestion:
    """A proposal as the suggestion of its row; one with a caution is ambiguous at most."""
    state = _STATES[proposal.group]
    best = proposal.candidates[0] if proposal.candidates else None
    if best is not None and best.caution and state is not SuggestionState.NONE:
        state = SuggestionState.AMBIGUOUS
    return Suggestion(state, proposal.candidates[:SHOWN], proposal.gap)
