"""Names that are none: no crash, no stall, no link."""

from __future__ import annotations

import time

import pytest

from desktop_app.domain.matching import Level, match

KINDS = ["customers", "items", "accounts"]
NO_NAMES = [
    *("", " ", "\t\n", "!!!", "---", "...", "&", "😀", "👨‍👩‍👧", "\u200f", "\x00", "(", "'"),
    *("a" * 10_000, "word " * 2_000),
]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_name_is_linked_to_nothing(kind: str) -> None:
    assert match(NO_NAMES, NO_NAMES, kind=kind) == []
    assert match(NO_NAMES, ["Contoso"], kind=kind) == []
    assert match([], ["Contoso"], kind=kind) == []
    assert match(["Contoso"], [], kind=kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_equal_names_are_refused_quickly(kind: str) -> None:
    start = time.perf_counter()
    for left, right in (
        (["Acme Dental"] * 4000, ["Acme Dental"] * 4000),
        (["Acme Dental Inc"] * 4000, ["ACME Dental, Ltd"] * 4000),
        (["Acme Dental"] * 4000, ["Acme Dental"]),
        (["x"] * 4000, ["x y"] * 4000),
    ):
        found = match(left, right, kind=kind)
        assert not [m for m in found if m.level is not Level.AMBIGUOUS]
    # Comparing all with all would be 16 million pairs each time, minutes in all.
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_one_word_in_common_do_not_stall(kind: str) -> None:
    left = [f"Dental {n}" for n in range(4000)]
    right = [f"Dental {n}" for n in range(2000, 6000)]
    start = time.perf_counter()
    found = match(left, right, kind=kind)
    assert {(left[m.left], right[m.right]) for m in found} == {(n, n) for n in left[2000:]}
    assert time.perf_counter() - start < 30


def test_right_to_left_names_match_like_any_other() -> None:
    left = ["שלום טכנולוגיות בע״מ", "\u200fאבג\u200e", "مرحبا للتجارة"]
    right = ["مرحبا للتجارة", "אבג", "שלום טכנולוגיות בעמ"]
    found = match(left, right)
    assert [(m.left, m.right) for m in found if m.level.ticked] == [(0, 2), (1, 1), (2, 0)]


def test_an_emoji_beside_a_name_does_not_matter() -> None:
    assert [m.level for m in match(["Contoso 🚀"], ["Contoso"])] == [Level.FOLDED]
