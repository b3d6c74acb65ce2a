"""Change Mapping's search over local targets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Target
from desktop_app.domain.review import offered, target_label
from desktop_app.ui.mapping.typeahead import TargetIndex, match_spans
from tests.ui.fakes_data import customer


def account(ident: str, name: str, kind: str = "Income", **more: object) -> Target:
    return replace(Target(Kind.ACCOUNTS, ident, name, name, type=kind), **more)  # type: ignore[arg-type]


def found(targets: list[Target], typed: str) -> list[str]:
    index = TargetIndex(targets[0].kind, offered(targets))
    return [target_label(t) for _, group in index.find(typed).groups for t in group]


def test_words_in_any_order_without_case_and_accents() -> None:
    targets = [customer(1, "Søndergård Café"), customer(2, "Cafe Central"), customer(3, "Delta")]
    assert found(targets, "cafe") == ["Cafe Central", "Søndergård Café"]
    assert found(targets, "CAFÉ  sønd") == ["Søndergård Café"]
    assert found(targets, "zz") == []
    assert len(found(targets, "")) == 3


def test_equal_names_first_then_beginnings_then_the_rest() -> None:
    targets = [customer(n, name) for n, name in enumerate(["A Delta", "Delta Two", "Delta"])]
    assert found(targets, "delta") == ["Delta", "Delta Two", "A Delta"]
    index = TargetIndex(Kind.CUSTOMERS, offered(targets))
    exact = index.find("  DELTA ").exact
    assert exact is not None
    assert exact.name == "Delta"


def test_twins_are_told_apart_and_neither_is_exact() -> None:
    twins = [customer(1, "Delta", city="Reno"), customer(2, "Delta", city="Boise")]
    index = TargetIndex(Kind.CUSTOMERS, offered(twins))
    assert index.find("delta").exact is None
    assert [t.id for _, g in index.find("delta boise").groups for t in g] == ["2"]


def test_inactive_targets_stand_last_under_their_heading() -> None:
    targets = [customer(1, "Alpha", active=False), customer(2, "Alpha North")]
    groups = TargetIndex(Kind.CUSTOMERS, offered(targets)).find("alpha").groups
    assert [(heading, [t.id for t in group]) for heading, group in groups] == [
        ("", ["2"]),
        ("Inactive in QuickBooks", ["1"]),
    ]


def test_income_accounts_come_first() -> None:
    targets = [
        account("1", "Bank of Sales", "Bank"),
        account("2", "Sales", number="4000"),
        account("3", "Interest on Sales", "Other Income"),
        account("4", "Old Sales", active=False),
    ]
    groups = TargetIndex(Kind.ACCOUNTS, offered(targets)).find("sales").groups
    assert [(heading, [t.id for t in group]) for heading, group in groups] == [
        ("Income accounts", ["2", "3"]),
        ("Other accounts", ["1"]),
        ("Inactive in QuickBooks", ["4"]),
    ]
    assert found(targets, "4000 sal") == ["4000 – Sales"]


def test_no_more_are_shown_than_asked_for() -> None:
    targets = [customer(n, f"Customer {n:03d}") for n in range(300)]
    result = TargetIndex(Kind.CUSTOMERS, offered(targets)).find("customer", 50)
    assert (result.shown, result.total) == (50, 300)


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Delta Dental", "den", ["Den"]),
        ("Søndergård Café", "cafe gard", ["gård", "Café"]),
        ("Straße", "strasse", ["Straße"]),
        ("Alpha", "zz", []),
        ("ana banana", "ana", ["ana", "ana"]),
    ],
)
def test_matches_are_marked_where_they_stand(text: str, typed: str, marked: list[str]) -> None:
    spans = [text[start : start + length] for start, length in match_spans(text, typed)]
    assert spans == marked
