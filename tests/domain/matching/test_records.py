"""Identifiers, caps, and what a person decided before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.matching import Level, Match, Record, match_records
from desktop_app.domain.matching.legal_forms import shown
from desktop_app.progress import Cancelled, Progress


def pair(left: Record, right: Record, **options: Any) -> Match:
    found = match_records([left], [right], **options)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("field", "kind", "reason"),
    [
        ("email", "customers", "e-mail equal"),
        ("tax_id", "customers", "tax number equal"),
        ("sku", "items", "SKU equal"),
        ("number", "accounts", "account number equal"),
    ],
)
def test_an_identifier_that_both_sides_have_once_decides(
    field: str, kind: str, reason: str
) -> None:
    left = [Record("Harbor Dental", **{field: "A-100"}), Record("Quillfeather", **{field: "B"})]
    right = [Record("Smile Brothers", **{field: "a100" if field != "email" else "a-100 "})]
    found = match_records(left, right, kind=kind)
    assert [(m.left, m.right, m.level) for m in found] == [(0, 0, Level.EXACT)]
    assert reason in found[0].reasons


def test_an_identifier_that_two_share_decides_nothing() -> None:
    left = [Record("Harbor Dental", email="it@example.com")]
    right = [Record("Smile", email="it@example.com"), Record("Grin", email="it@example.com")]
    assert match_records(left, right) == []


def test_name_and_identifier_that_disagree_refuse_each_other() -> None:
    left = [Record("Contoso", email="a@example.com")]
    right = [Record("Contoso"), Record("Fabrikam", email="a@example.com")]
    found = match_records(left, right)
    assert [m.level for m in found] == [Level.AMBIGUOUS]
    assert "disagree" in found[0].reasons[0]


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (Record("Contoso"), Record("Contoso", active=False), "inactive"),
        (Record("Contoso"), Record("Contoso", parent="77"), "belongs to another"),
        (Record("Contoso"), Record("Contoso", taken=True), "already linked"),
        (
            Record("Contoso", currency="USD"),
            Record("Contoso", currency="EUR"),
            "other currency",
        ),
    ],
)
def test_capped_records_are_listed_at_most(left: Record, right: Record, reason: str) -> None:
    found = pair(left, right)
    assert found.level is Level.AMBIGUOUS
    assert reason in found.reasons[0]


def test_an_identifier_does_not_lift_a_cap() -> None:
    left = Record("Contoso", email="a@example.com")
    right = Record("Contoso", email="a@example.com", active=False)
    assert pair(left, right).level is Level.AMBIGUOUS


def test_a_capped_twin_does_not_stand_in_the_way() -> None:
    right = [Record("Contoso", active=False), Record("Contoso")]
    found = match_records([Record("Contoso")], right)
    assert [(m.right, m.level) for m in found] == [(1, Level.EXACT)]


def test_sub_customers_get_no_suggestion_by_likeness() -> None:
    assert match_records([Record("Contoso")], [Record("Contosso Annex", parent="9")]) == []


def test_currency_tells_twins_apart() -> None:
    left = [Record("Contoso", currency="USD"), Record("Contoso", currency="EUR")]
    right = [Record("Contoso", currency="EUR"), Record("Contoso", currency="USD")]
    found = match_records(left, right)
    assert [(m.left, m.right, m.level) for m in found] == [
        (0, 1, Level.EXACT),
        (1, 0, Level.EXACT),
    ]


def test_another_name_of_the_record_counts() -> None:
    found = pair(Record("Harbor Dental"), Record("HD-001", aliases=("Harbor Dental Inc",)))
    assert found.level is Level.FOLDED


def test_what_was_confirmed_links_again() -> None:
    confirmed = [("Globex", "Hank Scorpio Industries")]
    left, right = Record("globex"), Record("Hank Scorpio  Industries")
    assert match_records([left], [right]) == []
    found = pair(left, right, confirmed=confirmed)
    assert (found.level, found.reasons) == (Level.EXACT, ("linked by you before",))


def test_what_was_rejected_is_never_proposed_again() -> None:
    left, right = [Record("Contoso")], [Record("Contoso"), Record("Contosso Ltd")]
    assert match_records(left, right)[0].right == 0
    for rejected in ([(0, 0)], [(0, 0), (0, 1)]):
        found = match_records(left, right, rejected=rejected)
        assert not {(m.left, m.right) for m in found} & set(rejected)


def test_a_rejected_pair_with_equal_identifier_stays_rejected() -> None:
    left, right = [Record("Contoso", email="a@b.c")], [Record("Contoso", email="a@b.c")]
    assert match_records(left, right, rejected=[(0, 0)], confirmed=[("Contoso", "Contoso")]) == []


def test_price_is_a_remark() -> None:
    left = Record("Managed Server", price=Decimal("100.00"))
    assert "price differs" in pair(left, Record("Managed Server", price=Decimal(90))).reasons
    assert "price equal" in pair(left, Record("Managed Server", price=Decimal(100))).reasons


def test_cancelling_ends_the_run() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        match_records([Record("a")], [Record("a")], progress=progress)


@pytest.mark.parametrize(
    ("word", "told"),
    [("llc", "LLC"), ("inc", "Inc"), ("gmbh", "GmbH"), ("plc", "PLC"), ("group", "Group")],
)
def test_words_left_out_are_told_as_people_write_them(word: str, told: str) -> None:
    assert shown(word) == told
