"""Our corpus against its saved results: nothing may get worse unseen."""

from __future__ import annotations

from tests.domain.matching import baseline


def test_nothing_got_worse() -> None:
    better, worse = baseline.compare(baseline.saved(), baseline.results())
    report = [*(f"improved  {line}" for line in better), *(f"REGRESSED {line}" for line in worse)]
    print("\n".join(report))
    assert not worse, "\n".join([*report, "If this is meant: python3 dev.py bench matching --save"])


def test_no_wrong_link_is_ticked_in_the_corpus() -> None:
    now = baseline.results()
    wrong = [
        (left, now[name][left])
        for name, rows in baseline.pairs().items()
        for left, truth in rows
        if left and now[name][left][1] in ("exact", "folded") and now[name][left][0] != truth
    ]
    assert wrong == []


def test_the_saved_results_are_those_of_the_corpus() -> None:
    expected = {name: {a for a, _ in rows if a} for name, rows in baseline.pairs().items()}
    assert {name: set(rows) for name, rows in baseline.saved().items()} == expected


def test_a_regression_would_be_seen() -> None:
    before = baseline.saved()
    name = "customers"
    left, truth = next((a, b) for a, b in baseline.pairs()[name] if a and b)
    now = {n: dict(rows) for n, rows in before.items()}
    now[name][left] = ["", "none"]
    better, worse = baseline.compare(before, now)
    assert (better, len(worse)) == ([], 1)
    better, worse = baseline.compare(
        now, {**before, name: {**before[name], left: [truth, "exact"]}}
    )
    assert (len(better), worse) == (1, [])
