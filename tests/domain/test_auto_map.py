"""Auto Map's proposals: groups, cautions, what a person said before, and the list of one row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain import auto_map
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import AutoMapRun, Group, Proposal
from desktop_app.domain.records import (
    How,
    RememberedPair,
    Source,
    Target,
    Verdict,
)
from desktop_app.domain.shortlist import Shortlist
from desktop_app.domain.suggestions import SuggestionState, suggestion_of
from desktop_app.progress import Progress
from tests.domain import builders as b


def org(source_id: str, name: str, **changes: Any) -> Source:
    return replace(Source(Kind.CUSTOMERS, source_id, name), **changes)


def customer(target_id: str, name: str, **changes: Any) -> Target:
    return replace(Target(Kind.CUSTOMERS, target_id, name, name), **changes)


def product(source_id: str, name: str, **changes: Any) -> Source:
    return replace(Source(Kind.ITEMS, source_id, name), **changes)


def item(target_id: str, name: str, **changes: Any) -> Target:
    made = Target(Kind.ITEMS, target_id, name, name, type="Service", income_account_id="79")
    return replace(made, **changes)


def world(*records: Source | Target, **changes: Any) -> Facts:
    return b.facts(
        **{
            "sources": b.by_kind(*(r for r in records if isinstance(r, Source))),
            "targets": b.by_kind(*(r for r in records if isinstance(r, Target))),
            "mappings": b.links(),
            **changes,
        }
    )


def proposals(
    facts: Facts,
    kind: Kind = Kind.CUSTOMERS,
    remembered: tuple[RememberedPair, ...] = (),
    scope: set[str] | None = None,
    also: tuple[str, ...] = (),
) -> dict[str, Proposal]:
    data = auto_map.lists(facts, kind, remembered, also=also)
    return {p.source.id: p for p in auto_map.propose(data, Progress(), scope)}


def pair(source: Source, target: Target, verdict: Verdict) -> RememberedPair:
    return RememberedPair(source.kind, source.id, source.name, target.id, target.name, verdict)


def test_the_groups_of_the_dialog() -> None:
    found = proposals(
        world(
            org("1", "Harbor Peak Dental"), customer("51", "Harbor Peak Dental"),
            org("2", "Contoso Widgets"), customer("52", "CONTOSO WIDGETS, Inc."),
            org("3", "Acme"), customer("53", "Acme Inc"), customer("54", "Acme LLC"),
            org("4", "Zyx Qrst Vineyards"),
        )
    )  # fmt: skip
    assert {s: p.group for s, p in found.items()} == {
        "1": Group.IDENTICAL, "2": Group.FOLDED, "3": Group.AMBIGUOUS, "4": Group.NO_MATCH,
    }  # fmt: skip
    assert {s: p.target.id if p.target else "" for s, p in found.items()} == {
        "1": "51", "2": "52", "3": "", "4": "",
    }  # fmt: skip
    assert [s for s, p in found.items() if p.ticked] == ["1", "2"]
    assert {c.target.id for c in found["3"].candidates} == {"53", "54"}
    assert "score 1.00" in found["1"].evidence
    assert "identical name" in found["1"].evidence
    assert found["3"].gap < 0.1


def test_a_run_keeps_the_order_of_the_groups_and_of_the_names() -> None:
    facts = world(
        org("1", "zeta Clinic"), org("2", "Alpha Clinic"), org("3", "Nobody Knows"),
        customer("51", "zeta Clinic"), customer("52", "Alpha Clinic"),
    )  # fmt: skip
    run = AutoMapRun(Kind.CUSTOMERS, tuple(proposals(facts).values()))
    assert [p.source.id for p in run.proposals] == ["2", "1", "3"]
    assert list(run.groups()) == list(Group)
    assert run.text == "Link 2; leave 1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"active": False}, "inactive"), ({"currency": "EUR"}, "other currency")],
)
def test_capped_targets_are_never_ticked(changes: dict[str, Any], words: str) -> None:
    source = org("1", "Harbor Peak Dental")
    facts = world(source, customer("51", source.name, **changes))
    facts = replace(facts, invoices=(b.invoice(organization_id="1", currency="USD"),))
    found = proposals(facts)["1"]
    assert not found.ticked
    assert found.target is None or words in found.candidates[0].caution
    assert suggestion_of(found).state is not SuggestionState.STRONG


def test_sub_customers_and_categories_are_not_offered_at_all() -> None:
    facts = world(
        org("1", "Harbor Peak"), customer("51", "Harbor Peak", subordinate=True, parent_id="50"),
        product("2", "Backup"), item("61", "Backup", type="Category"),
        product("3", "Antivirus"), item("62", "Antivirus", income_account_id=""),
    )  # fmt: skip
    assert proposals(facts)["1"].group is Group.NO_MATCH
    found = proposals(facts, Kind.ITEMS)
    assert found["2"].group is Group.NO_MATCH
    assert not found["3"].ticked
    assert found["3"].candidates[0].caution == "has no income account"


def test_what_is_linked_to_another_row_is_not_proposed_again() -> None:
    taken, free = org("1", "Harbor Peak Dental"), org("2", "Harbor Peak Dental Inc")
    target = customer("51", "Harbor Peak Dental")
    facts = world(taken, free, target, mappings=b.links(b.link(taken, target)))
    found = proposals(facts)
    assert set(found) == {"2"}
    assert not found["2"].ticked
    assert all("Harbor Peak Dental" in c.caution for c in found["2"].candidates)


def test_mapped_rows_take_part_only_when_asked_to() -> None:
    source, wrong = org("1", "Harbor Peak Dental"), customer("50", "Other")
    right = customer("51", "Harbor Peak Dental")
    facts = world(source, wrong, right, mappings=b.links(b.link(source, wrong)))
    assert proposals(facts) == {}
    again = proposals(facts, also=("1",))["1"]
    assert again.target == right


def test_a_scope_leaves_out_rows_but_not_their_claims() -> None:
    facts = world(org("1", "Acme Inc"), org("2", "Acme LLC"), customer("51", "Acme"))
    found = proposals(facts, scope={"1"})
    assert set(found) == {"1"}
    assert found["1"].group is Group.AMBIGUOUS  # since the other one wants it as well


def test_identifiers_decide() -> None:
    facts = world(
        product("1", "Desk phone", code="PH-1"), item("61", "Telephone set", number="PH-1"),
        Source(Kind.ACCOUNTS, "5", "Devices", code="4300"),
        Target(Kind.ACCOUNTS, "80", "Managed devices", "Managed devices", type="Income",
               number="4300"),
        Source(Kind.ACCOUNTS, "6", "Rent", code="6100"),
        Target(Kind.ACCOUNTS, "81", "Rent", "Rent", type="Expense", number="6100"),
    )  # fmt: skip
    assert proposals(facts, Kind.ITEMS)["1"].group is Group.IDENTIFIER
    accounts = proposals(facts, Kind.ACCOUNTS)
    assert accounts["5"].ticked
    assert accounts["5"].group is Group.IDENTIFIER
    assert not accounts["6"].ticked
    assert "no income account" in accounts["6"].candidates[0].caution


def test_an_identifier_that_may_be_equal_by_chance_needs_a_word_in_common() -> None:
    facts = world(
        Source(Kind.ACCOUNTS, "5", "User Product", code="4500"),
        Target(Kind.ACCOUNTS, "80", "Projects", "Projects", type="Income", number="4500"),
    )
    proposal = proposals(facts, Kind.ACCOUNTS)["5"]
    assert not proposal.ticked
    assert proposal.group is Group.SIMILAR
    assert "the names have no word in common" in proposal.candidates[0].reasons


def test_the_newest_invoice_tells_the_e_mail() -> None:
    facts = world(
        org("1", "Harbor Peak"), customer("51", "Harbor Holdings", email="ap@harbor.example")
    )
    facts = replace(
        facts, invoices=(b.invoice(organization_id="1", bill_email="AP@harbor.example"),)
    )
    assert proposals(facts)["1"].group is Group.IDENTIFIER


def test_a_rejected_pair_is_never_proposed_again() -> None:
    source, target = org("1", "Harbor Peak Dental"), customer("51", "Harbor Peak Dental")
    facts = world(source, target)
    said = (pair(source, target, Verdict.REJECTED),)
    assert proposals(facts, remembered=said)["1"].group is Group.NO_MATCH
    # The record comes back under a new id: it is recognised by its name.
    back = world(source, replace(target, id="99"))
    assert proposals(back, remembered=said)["1"].group is Group.NO_MATCH
    # Another record of that name is another matter while the old one is there.
    both = world(source, target, replace(target, id="99", name="Harbor Peak Dental LLC"))
    assert proposals(both, remembered=said)["1"].candidates[0].target.id == "99"


def test_a_confirmed_pair_links_again_by_its_name() -> None:
    source, target = org("1", "Peak D"), customer("51", "Harbor Dentists of Tacoma")
    said = (pair(source, target, Verdict.CONFIRMED),)
    again = world(org("77", "Peak D"), replace(target, id="99"))
    found = proposals(again, remembered=said)["77"]
    assert found.ticked
    assert found.target is not None
    assert found.target.id == "99"


def test_the_order_of_the_records_makes_no_difference() -> None:
    records = [org(str(n), f"Clinic {word}") for n, word in enumerate(["north", "south", "east"])]
    targets = [customer(str(50 + n), f"{word} clinic") for n, word in enumerate(["East", "North"])]
    one, other = world(*records, *targets), world(*reversed(records), *reversed(targets))
    assert proposals(one) == proposals(other)


def test_the_list_of_one_row_is_ranked_and_says_why() -> None:
    facts = world(
        org("1", "Contoso Widgets"),
        customer("51", "Contosso Widgets"), customer("52", "Contoso Gadgets"),
        customer("53", "Fabrikam"), customer("54", "Contoso Widget Supplies", active=False),
    )  # fmt: skip
    found = Shortlist(auto_map.lists(facts, Kind.CUSTOMERS, ())).of("1")
    assert "53" not in [c.target.id for c in found]
    assert found[0].target.id in ("51", "54")
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    by_id = {c.target.id: c for c in found}
    assert by_id["51"].reasons
    # "also fits" is told of a source that fits two; here it would be told of a target.
    assert not [r for c in found for r in c.reasons if r.startswith("also fits")]
    assert by_id["54"].caution == "inactive in QuickBooks"
    assert "only in QuickBooks: supplies" in by_id["54"].reasons
    assert Shortlist(auto_map.lists(facts, Kind.CUSTOMERS, ())).of("nobody") == ()


def test_twins_are_both_on_the_list_and_a_rejected_one_is_not() -> None:
    source = org("1", "Acme")
    twins = [customer("51", "Acme Inc"), customer("52", "Acme LLC")]
    facts = world(source, *twins)
    found = Shortlist(auto_map.lists(facts, Kind.CUSTOMERS, ())).of("1")
    assert [c.target.id for c in found] == ["51", "52"]
    assert found[0].score == found[1].score < 0.6
    said = (pair(source, twins[0], Verdict.REJECTED),)
    left = Shortlist(auto_map.lists(facts, Kind.CUSTOMERS, said)).of("1")
    assert [c.target.id for c in left] == ["52"]


def test_nine_at_most() -> None:
    targets = [customer(str(n), f"Acme Widgets {word}") for n, word in enumerate("abcdefghijklmn")]
    facts = world(org("1", "Acme Widgets"), *targets)
    found = Shortlist(auto_map.lists(facts, Kind.CUSTOMERS, ())).of("1")
    assert len(found) <= 9


def test_prices_and_evidence_are_kept_with_the_proposal() -> None:
    facts = world(
        product("1", "Managed workstation", price=Decimal("42.5")),
        item("61", "Managed Workstation", price=Decimal(40)),
    )
    found = proposals(facts, Kind.ITEMS)["1"]
    assert "price differs" in found.reasons
    assert "price differs" in found.evidence


def test_a_link_that_would_be_replaced_is_never_ticked() -> None:
    found = Proposal(org("1", "A"), Group.IDENTICAL)
    link = b.link(org("1", "A"), customer("51", "B"))
    assert not replace(found, replaces=link).ticked
    assert link.how is How.BY_HAND
