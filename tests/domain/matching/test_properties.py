"""What holds for any names: order, sides, strangers, and folding twice."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.matching import KINDS, Level, fold, match

WORDS = [
    *("Acme", "Contoso", "Contosso", "Fabrikam", "Harbor", "Harbour", "North", "South", "East"),
    *("Dental", "Group", "Services", "IT", "Law", "Marlowe", "Quigley", "Store", "12", "14", "&"),
    *("Inc", "LLC", "Ltd.", "GmbH", "the", "of", "E3", "E5", "Plan", "1", "2", "FG-60F", "Müller"),
    *("dba", "Co", "A.", "B", "Söhne", "Backup", "1TB", "שלום", "Sales", "4000", "Revenue"),
]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
LISTS = st.lists(NAMES, max_size=12, unique=True)
KIND = st.sampled_from(sorted(KINDS))
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Said = set[tuple[str, str, str, float]]


def said(left: list[str], right: list[str], kind: str) -> Said:
    found = match(left, right, kind=kind)
    return {(left[m.left], right[m.right], m.level.value, m.score) for m in found}


@SLOW
@given(LISTS, LISTS, KIND, st.integers(0, 999))
def test_order_does_not_matter(left: list[str], right: list[str], kind: str, seed: int) -> None:
    chance = random.Random(seed)
    mixed_left = chance.sample(left, len(left))
    mixed_right = chance.sample(right, len(right))
    assert said(left, right, kind) == said(mixed_left, mixed_right, kind)


@SLOW
@given(LISTS, LISTS, KIND)
def test_swapping_the_sides_gives_the_same_links(
    left: list[str], right: list[str], kind: str
) -> None:
    ours = {s for s in said(left, right, kind) if s[2] != Level.AMBIGUOUS}
    theirs = {
        (b, a, level, score)
        for a, b, level, score in said(right, left, kind)
        if level != Level.AMBIGUOUS
    }
    assert ours == theirs


@SLOW
@given(LISTS, LISTS, KIND)
def test_matches_are_one_to_one_and_scores_are_probabilities(
    left: list[str], right: list[str], kind: str
) -> None:
    found = match(left, right, kind=kind)
    assert len({m.left for m in found}) == len(found)
    links = [m.right for m in found if m.level is not Level.AMBIGUOUS]
    assert len(set(links)) == len(links)
    for each in found:
        assert 0 <= each.score <= 1
        assert each.gap <= each.score
        assert each.reasons
        assert each.runner_up != each.right
    assert [m.left for m in found] == sorted(m.left for m in found)


@SLOW
@given(LISTS, LISTS, KIND, st.booleans())
def test_an_unrelated_record_changes_no_exact_link(
    left: list[str], right: list[str], kind: str, on_the_left: bool
) -> None:
    def exact(a: list[str], b: list[str]) -> Said:
        return {s for s in said(a, b, kind) if s[2] == Level.EXACT}

    stranger = ["Zyxwvut Qopj"]
    more = exact(left + stranger, right) if on_the_left else exact(left, right + stranger)
    assert more == exact(left, right)


@settings(max_examples=300, deadline=None)
@given(st.one_of(NAMES, st.text(max_size=40)), KIND)
def test_folding_twice_changes_nothing(name: str, kind: str) -> None:
    once = fold(name, KINDS[kind])
    assert fold(once, KINDS[kind]) == once


@SLOW
@given(st.lists(st.text(max_size=30), max_size=8), st.lists(st.text(max_size=30), max_size=8), KIND)
def test_any_text_is_survived(left: list[str], right: list[str], kind: str) -> None:
    for each in match(left, right, kind=kind):
        assert any(c.isalnum() for c in left[each.left])


@pytest.mark.parametrize("kind", ["customers", "items", "accounts"])
def test_order_and_sides_do_not_matter_in_a_long_list(kind: str) -> None:
    chance = random.Random(5)
    pool = [w for w in WORDS if w not in ("dba", "&")] + [f"Word{n}" for n in range(150)]
    names = sorted({" ".join(chance.choices(pool, k=chance.choice((2, 3)))) for _ in range(900)})
    left, right = names[::2] + names[:60], names[1::2] + names[:60]
    left, right = sorted(set(left)), sorted(set(right))
    straight = said(left, right, kind)
    mixed = said(chance.sample(left, len(left)), chance.sample(right, len(right)), kind)
    assert straight == mixed
    swapped = {(b, a, c, d) for a, b, c, d in said(right, left, kind) if c != Level.AMBIGUOUS}
    assert {s for s in straight if s[2] != Level.AMBIGUOUS} == swapped
