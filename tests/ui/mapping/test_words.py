"""What stands in the cells of a mapping row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import How, Mapping, Source, Target
from desktop_app.domain.review import Decision, Health, MappingRow
from desktop_app.domain.suggestions import Suggestion, SuggestionState
from desktop_app.domain.waiting import Waiting
from desktop_app.ui.mapping import evidence, words
from desktop_app.ui.mapping.columns import spec_for
from desktop_app.ui.mapping.words import Row
from tests.ui.fakes_data import customer, organization
from tests.ui.fakes_stores import NOW

BACKUP = Source(Kind.ITEMS, "7", "Backup 1TB", code="BK-1", price=Decimal("75.00"))
ITEM = Target(
    Kind.ITEMS, "70", "Backup", "Services:Backup", type="Service", price=Decimal("80.00"),
    income_account_id="4",
)  # fmt: skip


def linked(source: Source, target: Target, state: Health = Health.OK, **more: object) -> Row:
    link = Mapping(
        source.kind, source.id, target.id, target.full_name, How.BY_HAND, "alex", NOW,
        evidence=str(more.get("evidence", "")),
    )  # fmt: skip
    row = MappingRow(source, link, target, Decision.LINKED, state, decided=link)
    return Row(row, others=int(str(more.get("others", 0))))


def undecided(state: SuggestionState, *candidates: Candidate, problem: str = "") -> Row:
    row = MappingRow(organization("1", "Contoso"), None, None, Decision.UNDECIDED, Health.OK)
    return Row(row, Suggestion(state, candidates, 0.2, problem))


CANDIDATE = Candidate(customer("2", "Contosso Ltd"), 0.931, ("spelled nearly alike", "same city"))


def test_what_is_left_of_the_four_facts_of_an_undecided_row() -> None:
    looks = {}
    for state in SuggestionState:
        row = undecided(state, CANDIDATE, problem="It broke off.")
        mark = words.SUGGESTION_MARKS[state]
        looks[state] = (mark.icon, words.suggestion_text(row))
        assert words.health_text(row) == ""
    assert len(set(looks.values())) == len(SuggestionState), "told apart by icon and by word"
    assert len({icon for icon, _ in looks.values()}) == len(SuggestionState)
    assert words.suggestion_detail(undecided(SuggestionState.FAILED, problem="No.")) == "No."
    not_known = (SuggestionState.NOT_SEARCHED, SuggestionState.FAILED)
    assert not any("no match" in words.speak(undecided(state)) for state in not_known)


def test_evidence_of_suggestions() -> None:
    strong = Candidate(customer("2", "Contoso"), 1.0, ("identical name",))
    row = undecided(SuggestionState.STRONG, strong)
    assert (evidence.evidence_text(row), evidence.evidence_detail(row)) == ("identical name", "")
    assert evidence.evidence_tooltip(row) == "identical name\nscore 1.00"
    row = undecided(SuggestionState.LIKELY, CANDIDATE)
    assert evidence.evidence_text(row) == "0.93 similar"
    assert evidence.evidence_detail(row) == "spelled nearly alike; same city"
    assert evidence.evidence_mark(row) is None
    doubtful = replace(CANDIDATE, caution="inactive in QuickBooks")
    row = undecided(SuggestionState.AMBIGUOUS, doubtful)
    assert evidence.evidence_detail(row).startswith("inactive in QuickBooks")
    assert evidence.evidence_mark(row) is not None


def test_evidence_of_links() -> None:
    row = linked(organization("1", "A"), customer("2", "A"))
    assert evidence.evidence_text(row) == "chosen by hand"
    row = linked(BACKUP, ITEM, evidence="SKU equal; price differs (score 0.99)")
    assert evidence.evidence_text(row) == "SKU equal"
    assert evidence.evidence_detail(row) == "price differs"
    assert evidence.evidence_mark(row) is not None, "a price that differs is flagged"
    row = linked(BACKUP, ITEM, evidence="chosen by hand")
    assert evidence.evidence_detail(row) == "price differs", "also where nobody has compared it"
    row = linked(BACKUP, replace(ITEM, price=BACKUP.price))
    assert evidence.evidence_mark(row) is None


@pytest.mark.parametrize(
    ("state", "text", "detail"),
    [
        (Health.OK, "OK", "shared by 4"),
        (Health.RENAMED, "Renamed", "was “Services:Backup”"),
        (Health.INACTIVE, "Inactive", ""),
        (Health.DELETED, "Deleted", ""),
        (Health.MERGED, "Merged", ""),
        (Health.MISSING, "Not found", ""),
        (Health.WRONG_TYPE, "Wrong type", "Service"),
        (Health.NO_INCOME_ACCOUNT, "No income account", ""),
        (Health.NOT_INCOME, "Not an income type", "Service"),
        (Health.CURRENCY, "Other currency", "EUR"),
        (Health.SHARED, "Also used by 3 rows", ""),
    ],
)
def test_health_in_few_words(state: Health, text: str, detail: str) -> None:
    row = linked(BACKUP, replace(ITEM, currency="EUR"), state, others=3)
    assert words.health_text(row) == text
    assert words.health_detail(row) == detail
    assert words.HEALTH_MARKS[state].icon
    assert "3 rows" in words.health_tooltip(row)
    if state not in (Health.OK, Health.SHARED):
        assert words.health_tooltip(row).startswith(state.value), "the tool tip says it in full"


def test_waiting_counts_invoices_or_lines() -> None:
    money = (("USD", Decimal("1200")),)
    assert words.waiting_text(Waiting(4, money)) == "1,200.00 USD"
    assert words.waiting_detail(Waiting(4, money)) == "4 invoices"
    assert words.waiting_detail(Waiting(4, money, 7)) == "7 lines"
    both = Waiting(2, (("EUR", Decimal("5")), *money), 2)
    assert (words.waiting_text(both), words.waiting_detail(both)) == ("5.00 EUR", "1,200.00 USD")
    assert words.waiting_words(both) == (
        "2 approved invoices wait for it (2 lines), 5.00 EUR and 1,200.00 USD"
    )
    assert words.waiting_text(Waiting()) == words.waiting_detail(Waiting()) == ""


def test_how_many_rows_share_a_target() -> None:
    rows = [linked(organization(str(n), f"A{n}"), customer("2", "A")).row for n in range(3)]
    rows.append(linked(organization("9", "B"), customer("3", "B")).row)
    assert [row.others for row in words.composed(rows, {}, {})] == [2, 2, 2, 0]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_column_of_the_sheet_is_there_and_sorts(kind: Kind) -> None:
    spec = spec_for(kind)
    assert [column.key for column in spec.columns] == [
        "source", "decision", "suggestion", "target", "waiting", "evidence", "gap", "health",
        "delivery", "changed",
    ]  # fmt: skip
    rows = [linked(BACKUP, ITEM), undecided(SuggestionState.LIKELY, CANDIDATE)]
    for column in spec.columns:
        sorted(column.sort_values(rows))  # of one comparable type
    changed = spec.columns[-1]
    assert changed.detail is not None
    assert changed.detail(rows[0]) == "alex, by hand"
