"""Suggestions as they hold after decisions: mended, and the same as looked at anew."""

from __future__ import annotations

import random

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import Mapping, Source, Target
from desktop_app.domain.snapshots import Snapshot
from desktop_app.domain.suggestions import Suggestion, SuggestionState
from desktop_app.services.offered import Offered
from tests.domain import builders as b

SOURCES = {str(n): Source(Kind.CUSTOMERS, str(n), f"Organization {n}") for n in range(12)}
TARGETS = {str(n): Target(Kind.CUSTOMERS, str(n), f"Customer {n}", "") for n in range(6)}


def world(links: dict[str, Mapping]) -> Facts:
    return b.facts(
        sources={kind: SOURCES if kind is Kind.CUSTOMERS else {} for kind in Kind},
        targets={kind: TARGETS if kind is Kind.CUSTOMERS else {} for kind in Kind},
        mappings={kind: links if kind is Kind.CUSTOMERS else {} for kind in Kind},
    )


def found(rng: random.Random) -> dict[str, Suggestion]:
    states = (SuggestionState.STRONG, SuggestionState.AMBIGUOUS, SuggestionState.NONE)
    made = {}
    for source_id in SOURCES:
        state = rng.choice(states)
        several = rng.sample(list(TARGETS.values()), 0 if state is SuggestionState.NONE else 2)
        made[source_id] = Suggestion(state, tuple(Candidate(t, 0.9) for t in several), 0.2)
    return made


def test_a_linked_row_has_none_and_its_target_is_no_offer_to_others() -> None:
    best = Candidate(TARGETS["1"], 0.9)
    offered = Offered(
        {n: Suggestion(SuggestionState.STRONG, (best,)) for n in ("1", "2")}, Kind.CUSTOMERS
    )
    free = offered.at(world({}))
    assert free["2"].state is SuggestionState.STRONG
    links = {"1": b.link(SOURCES["1"], TARGETS["1"])}
    now = offered.at(world(links))
    assert "1" not in now
    assert now["2"].state is SuggestionState.AMBIGUOUS
    assert "Organization 1" in now["2"].candidates[0].caution
    assert "Organization 1" in offered.with_user(best, world(links), "2").caution
    again = offered.at(world({}))
    assert (again["1"].state, again["2"].state) == (SuggestionState.STRONG,) * 2


def test_mended_row_by_row_it_is_what_a_new_look_finds(rng: random.Random) -> None:
    for _ in range(20):
        answers = found(rng)
        mended = Offered(answers, Kind.CUSTOMERS)
        links: dict[str, Mapping] = Snapshot({})
        for _ in range(30):
            changed = rng.sample(list(SOURCES), rng.randint(1, 3))
            after = dict(links)
            for source_id in changed:
                if after.pop(source_id, None) is None or rng.random() < 0.3:
                    target = rng.choice(list(TARGETS.values()))
                    after[source_id] = b.link(SOURCES[source_id], target)
            links = Snapshot(after, links, changed)
            facts = world(links)
            fresh = Offered(answers, Kind.CUSTOMERS).at(world(dict(links)))
            now = mended.at(facts)
            assert {k: v.state for k, v in now.items()} == {k: v.state for k, v in fresh.items()}
