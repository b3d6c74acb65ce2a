"""The nine named cases of the mapping-review sheet, section 4, and their like."""

from __future__ import annotations

import pytest

from desktop_app.domain.matching import Level, Match, match


def only(found: list[Match]) -> Match:
    assert len(found) == 1, found
    return found[0]


def test_one_name_and_two_legal_forms_is_ambiguous() -> None:
    found = only(match(["Acme"], ["Acme Inc", "Acme LLC"]))
    assert found.level is Level.AMBIGUOUS
    assert {found.right, found.runner_up} == {0, 1}
    assert found.gap == 0
    said = " ".join(found.reasons)
    assert "Acme Inc" in said
    assert "Acme LLC" in said


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("North Dental Group", "South Dental Group"),
        ("Company LLC", "Co. Ltd"),
        ("Fabrikam East", "Fabrikam West"),
        ("Store 12", "Store 14"),
        ("First Baptist Church", "Second Baptist Church"),
        ("Contoso", "Fabrikam"),
    ],
)
def test_no_match(left: str, right: str) -> None:
    assert match([left], [right]) == []


@pytest.mark.parametrize(
    ("left", "right"), [("Contoso", "Contosso"), ("St. Marys Clinic", "St Mary Clinic")]
)
def test_likely_but_not_ticked(left: str, right: str) -> None:
    found = only(match([left], [right]))
    assert found.level is Level.LIKELY
    assert not found.level.ticked
    assert found.score >= 0.85
    assert found.gap >= 0.10


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Blue Sky IT", "BlueSky IT"),
        ("Smyth & Sons", "Smyth and Sons"),
        ("A&W", "A & W"),
        ("HVAC Pros", "H.V.A.C. Pros, LLC"),
        ("Contoso", "contoso"),
        ("Contoso", "Contoso, Inc."),
        ("Schrödinger GmbH", "SCHRODINGER"),
        ("Fourth Coffee", "4th Coffee"),
        ("Relecloud", "Relecloud S.A. de C.V."),
        ("Zamborski", "Zamborski Sp. z o.o."),
        ("Dover Hardware", "D & J Retail Inc dba Dover Hardware"),
        ("Citizens Group", "CITIZENS GROUP INC/RI"),
        ("United Kingdom Sailing", "UK Sailing"),
    ],
)
def test_the_same_after_folding(left: str, right: str) -> None:
    found = only(match([left], [right]))
    assert found.level is Level.FOLDED
    assert found.reasons


def test_two_names_that_fold_to_one_are_both_refused_and_named() -> None:
    found = match(["Acme Inc", "Acme LLC"], ["Acme"])
    assert [m.left for m in found] == [0, 1]
    for each in found:
        assert each.level is Level.AMBIGUOUS
        assert each.right == 0
        said = " ".join(each.reasons)
        assert "Acme Inc" in said
        assert "Acme LLC" in said


def test_identical_names_are_exact() -> None:
    found = only(match([" Contoso  Ltd"], ["Contoso Ltd"]))
    assert (found.level, found.reasons) == (Level.EXACT, ("identical name",))


def test_the_same_legal_form_tells_twins_apart() -> None:
    found = match(["Acme Inc.", "Acme LLC"], ["ACME, LLC", "Acme, Incorporated"])
    assert [(m.left, m.right, m.level) for m in found] == [
        (0, 1, Level.FOLDED),
        (1, 0, Level.FOLDED),
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Fabrikam", "Fabrikam West"),
        ("Fabrikam", "Fabrikam Leeds"),
        ("Fabrikam", "Fabrikam 2"),
        ("Fabrikam Dental", "Fabrikam Dental Austin"),
    ],
)
def test_a_place_or_number_behind_is_no_noise(left: str, right: str) -> None:
    assert not [m for m in match([left], [right]) if m.level.ticked]


def test_words_that_only_describe_may_be_left_out_when_nobody_else_is_called_so() -> None:
    found = only(match(["Zamboretti"], ["Zamboretti Healthcare Services Ltd"]))
    assert found.level is Level.FOLDED
    assert "Healthcare Services" in found.reasons[0]
    shared = match(["Zamboretti"], ["Zamboretti Healthcare Ltd", "Zamboretti Foods Ltd"])
    assert not [m for m in shared if m.level.ticked]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Microsoft 365 E3", "Microsoft 365 E5"),
        ("Exchange Online (Plan 1)", "Exchange Online (Plan 2)"),
        ("Microsoft 365 Business Basic", "Microsoft 365 Business Premium"),
        ("Office 365 A3 for faculty", "Office 365 A3 for students"),
        ("Power BI Pro - Annual", "Power BI Pro - Monthly"),
        ("Backup 1TB", "Backup 2TB"),
        ("Microsoft 365 Business Standard", "Office 365 Business Premium"),
    ],
)
def test_editions_plans_and_amounts_of_items_must_agree(left: str, right: str) -> None:
    assert not [m for m in match([left], [right], kind="items") if m.level != "ambiguous"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Exchange Online (Plan 1)", "Exchange Online Plan 1"),
        ("Microsoft 365 Business Premium", "M365 Business Premium (NCE)"),
        ("Managed Workstation", "Managed Workstation (per device)"),
        ("Backup 500GB", "Backup 500 GB"),
        ("Block of 10 Hours", "10 Hour Block"),
        ("KX-TG450B", "KXTG450B"),
    ],
)
def test_items_that_say_the_same(left: str, right: str) -> None:
    assert only(match([left], [right], kind="products")).level is Level.FOLDED


def test_accounts() -> None:
    same = only(match(["4000 - Sales"], ["4000 Sales"], kind="accounts"))
    assert same.level.ticked
    assert "account number equal" in same.reasons
    assert match(["Interest Paid"], ["Interest Earned"], kind="accounts") == []
    other = match(["4000 - Sales"], ["5000 - Sales"], kind="accounts")
    assert [m.level for m in other] == [Level.AMBIGUOUS]


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="kind is one of"):
        match([], [], kind="invoices")


@pytest.mark.parametrize(
    ("left", "right"),
    [("Newford Clinic 118", "Customer 118"), ("Acme 2020", "Omega 2020"), ("Store 7", "Depot 7")],
)
def test_a_number_alone_makes_no_match_likely(left: str, right: str) -> None:
    found = match([left, "Harbor Dental"], [right, "Zephyr Foods"])
    assert all(m.level is Level.AMBIGUOUS for m in found if m.left == 0)
    assert [m.reasons[0] for m in found if m.left == 0] in ([], ["only a number is equal"])


def test_a_number_beside_a_word_counts() -> None:
    (found,) = match(["Studio 54 Bistro"], ["Studio 54 Productions"])
    assert "only a number is equal" not in found.reasons
