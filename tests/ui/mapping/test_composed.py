"""Rows put together from what the services say of them."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.domain.suggestions import Suggestion, SuggestionState
from desktop_app.domain.waiting import Waiting
from desktop_app.ui.mapping.words import composed
from tests.bench._mapping_rows import mapping_rows


def test_only_rows_that_changed_are_other_records() -> None:
    rows = [row.row for row in mapping_rows(6)]
    suggestions = {row.source.id: Suggestion(SuggestionState.NONE) for row in rows}
    waiting = {rows[1].source.id: Waiting(1)}
    before = composed(rows, suggestions, waiting)
    assert all(
        a is b for a, b in zip(before, composed(rows, suggestions, waiting, before), strict=True)
    )

    rows = [*rows[:2], replace(rows[2], note="changed"), *rows[3:]]
    suggestions = suggestions | {rows[3].source.id: Suggestion(SuggestionState.STRONG)}
    waiting = {rows[4].source.id: Waiting(2)}
    now = composed(rows, suggestions, waiting, before)
    assert now == composed(rows, suggestions, waiting)
    assert [n for n, (a, b) in enumerate(zip(before, now, strict=True)) if a is not b] == [
        1,
        2,
        3,
        4,
    ]

    assert composed(rows[1:], suggestions, waiting, now) == composed(rows[1:], suggestions, waiting)
