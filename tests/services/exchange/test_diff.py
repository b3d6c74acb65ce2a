"""What a file would do, row by row; and applying what was ticked."""

from __future__ import annotations

import openpyxl
import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How
from desktop_app.errors import RuleError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api_exchange import Outcome

from .worlds import HEADER, C, Office, customer, organization

STATED = f"State,{HEADER}"


def test_every_outcome(office: Office) -> None:
    diff = office.read(
        "1,Org 1,11,Customer 11",
        "2,Org 2,13,Customer 13",
        "3,Org 3,14,Customer 14",
        "4,Org 4,,",
        "5,Org 5,999,Nobody",
    )
    assert [row.outcome for row in diff.rows] == [
        Outcome.UNCHANGED, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED, Outcome.REFUSED,
    ]  # fmt: skip
    assert [row.ticked for row in diff.rows] == [False, True, True, False, False]
    assert [row.line for row in diff.rows] == [2, 3, 4, 5, 6]
    assert diff.rows[1].now_text == "Customer 12"
    assert diff.rows[1].wanted_text == "Customer 13"
    assert dict(diff.counts())[Outcome.UNCHANGED] == 2
    assert office.links() == {"1": "11", "2": "12"}  # reading changes nothing


def test_clearing(office: Office) -> None:
    assert office.one("1,Org 1,,").outcome is Outcome.CLEARED
    said = office.one("Not mapped,1,Org 1,,", header=STATED)
    assert (said.outcome, said.ticked) == (Outcome.CLEARED, True)
    doubtful = office.one("Mapped,1,Org 1,,", header=STATED)
    assert (doubtful.outcome, doubtful.ticked) == (Outcome.CLEARED, False)


def test_a_row_that_waited_to_be_created_stays_as_it_is_now(office: Office) -> None:
    for row, target_id in (("1,Org 1", "11"), ("4,Org 4", "")):
        said = office.one(f"To be created,{row},,", header=STATED)
        assert (said.outcome, said.wanted_id, said.ticked) == (Outcome.UNCHANGED, target_id, False)


def test_excluding(office: Office) -> None:
    diff = office.read("Excluded,1,Org 1,,", "Excluded,3,Org 3,,", header=STATED)
    assert [row.outcome for row in diff.rows] == [Outcome.CHANGED, Outcome.NEW]
    office.desk.apply(diff, {0, 1}, Progress())
    assert set(office.world.mappings.excluded(office.world.id, C)) == {"1", "3"}
    assert office.links() == {"2": "12"}
    again = office.read("Excluded,1,Org 1,,", "Not mapped,3,Org 3,,", header=STATED)
    assert [row.outcome for row in again.rows] == [Outcome.UNCHANGED, Outcome.CLEARED]
    assert again.rows[1].now_text == "Excluded"
    both = office.one("Excluded,1,Org 1,11,", header=STATED)
    assert both.outcome is Outcome.REFUSED


def test_a_row_to_be_created_stays_what_it_became(office: Office) -> None:
    for line in ("To be created,1,Org 1,,", "To be created,3,Org 3,,"):
        assert office.one(line, header=STATED).outcome is Outcome.UNCHANGED
    assert office.one("To be created,3,Org 3,13,", header=STATED).outcome is Outcome.NEW


def test_a_state_that_contradicts_the_rest_wants_a_look(office: Office) -> None:
    for word in ("Not mapped", "undecided", "Unmapped"):
        row = office.one(f"{word},1,Org 1,11,Customer 11", header=STATED)
        assert (row.outcome, row.ticked) == (Outcome.CLEARED, False)
        assert row.reason == f"Says “{word}”, and names its customer"
        filled_in = office.one(f"{word},3,Org 3,13,", header=STATED)
        assert (filled_in.outcome, filled_in.ticked) == (Outcome.NEW, True)
    assert office.one("Linked,1,Org 1,11,", header=STATED).outcome is Outcome.UNCHANGED
    for targets in ("11,Customer 11", ","):
        row = office.one(f"Exclude,1,Org 1,{targets}", header=STATED)
        assert row.outcome is Outcome.REFUSED
        assert row.reason == (
            "“Exclude” is no state: write “Not mapped”, “Mapped”, “Excluded” or nothing"
        )


def test_ids_that_a_program_wrote_as_numbers(office: Office) -> None:
    row = office.one("3.0,Org 3,13.00,")
    assert (row.source_id, row.wanted_id, row.ticked) == ("3", "13", True)
    row = office.one("3,Org 3,9.13035E+15,")
    assert row.reason == (
        "QuickBooks has no customer with the id 9.13035E+15: a spreadsheet has shortened it"
    )


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_a_table_says_of_the_old_decision_is_not_said_of_a_new_one(
    office: Office, suffix: str
) -> None:
    """Somebody exports the table, gives a row another customer, and imports it."""
    file = office.folder / f"table{suffix}"
    office.desk.export_table(C, file, Progress())
    if suffix == ".csv":
        text = file.read_text("utf-8-sig").replace(",1,Org 1,11,Customer 11,", ",1,Org 1,13,,")
        file.write_text(text, "utf-8")
    else:
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[0]
        (place,) = (row[0].row for row in sheet.iter_rows() if row[1].value == "1")
        sheet.cell(place, 4).value, sheet.cell(place, 5).value = 13, None
        book.save(file)
    diff = office.desk.read_table(C, file, Progress())
    changed = [row for row in diff.rows if row.applicable]
    assert [(row.source_id, row.who, row.decided) for row in changed] == [("1", "", "")]
    others = {row.decided for row in diff.rows if row.who}
    assert others == {"2026-07-15T09:30:00+00:00"}  # the moment as a text, from a date cell, too
    office.desk.apply(diff, [row.key for row in changed], Progress())
    entry = office.world.mappings.journal(office.world.id, limit=1)[0]
    assert (entry.who, entry.decided_by) == ("anna", "")
    assert entry.evidence == f"imported from table{suffix}"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("99,Nobody,11,", "no organization with the id 99"),
        (",Nobody,11,", "no organization called exactly “Nobody”"),
        (",,11,", "names no organization"),
        ("3,Org 3,999,", "no customer with the id 999"),
        ("3,Org 3,,Nobody", "no customer called exactly “Nobody”"),
        ("3,Org 3,,customer 13", "no customer called exactly"),
        ("3,Org 3,,Twin", "2 customers are called “Twin”"),
        ("3,Org 3,31,", "inactive"),
        ("3,Org 3,32,", "sub-customer"),
        ("3,Org 3,11,", "would also belong to the organization “Org 1”"),
    ],
)
def test_refused_with_its_reason(office: Office, line: str, why: str) -> None:
    row = office.one(line)
    assert row.outcome is Outcome.REFUSED
    assert why in row.reason
    assert not row.applicable


def test_the_id_counts_and_the_name_helps(office: Office) -> None:
    by_id = office.one("3,ORG 3 ,13,customer 13")
    assert (by_id.wanted_id, by_id.ticked) == ("13", True)
    slipped = office.one("3,Org 4,13,customer 13")
    assert (slipped.source_id, slipped.ticked) == ("3", False)
    assert slipped.reason == "Found by its id; the file calls the organization “Org 4”"
    other = office.one("3,Org 3,13,Customer 14")
    assert (other.wanted_id, other.ticked) == ("13", False)
    assert "the file calls it “Customer 14”" in other.reason
    by_name = office.one(",Org 3,,Customer 13")
    assert (by_name.source_id, by_name.wanted_id) == ("3", "13")
    assert by_name.reason == "Found by its name"


def test_an_existing_link_may_stay_whatever_became_of_its_target(office: Office) -> None:
    office.link("3", "31")
    assert office.one("3,Org 3,31,Gone").outcome is Outcome.UNCHANGED
    office.link("4", "998")
    assert office.one("4,Org 4,998,Customer 998").outcome is Outcome.UNCHANGED
    assert office.one("5,Org 5,998,").outcome is Outcome.REFUSED


def test_duplicates(office: Office) -> None:
    same = office.read("3,Org 3,13,", "3,Org 3,13,")
    assert [row.outcome for row in same.rows] == [Outcome.NEW, Outcome.REFUSED]
    assert same.rows[1].reason == "The same as line 2"
    other = office.read("3,Org 3,13,", "3,Org 3,14,", "4,Org 4,13,")
    assert [row.outcome for row in other.rows] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.NEW]
    assert "line 2" in other.rows[1].reason.lower()


def test_two_rows_on_one_customer(office: Office) -> None:
    diff = office.read("3,Org 3,13,", "4,Org 4,13,", "5,Org 5,15,")
    assert [row.outcome for row in diff.rows] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.NEW]
    assert "“Org 4”" in diff.rows[0].reason
    assert "“Org 3”" in diff.rows[1].reason


def test_a_swap_is_fine_as_a_whole_and_refused_in_half(office: Office) -> None:
    diff = office.read("1,Org 1,12,", "2,Org 2,11,")
    assert [row.outcome for row in diff.rows] == [Outcome.CHANGED, Outcome.CHANGED]
    with pytest.raises(RuleError, match="“Customer 12” would belong to “Org 1” and to “Org 2”"):
        office.desk.apply(diff, {0}, Progress())
    assert office.links() == {"1": "11", "2": "12"}
    assert office.made == []
    office.desk.apply(diff, {0, 1}, Progress())
    assert office.links() == {"1": "12", "2": "11"}


def test_rows_of_another_company_or_mapping(office: Office) -> None:
    header = f"{HEADER},Company,Company name,Mapping"
    diff = office.read(
        "3,Org 3,13,,production:9130,Acme MSP,Customers",
        "4,Org 4,14,,production:777,Bolt LLC,Customers",
        "5,Org 5,15,,sandbox:9130,Acme MSP,Customers",
        "6,Org 6,16,,production:9130,Acme MSP,Items",
        header=header,
    )
    assert [row.outcome for row in diff.rows] == [Outcome.NEW] + [Outcome.REFUSED] * 3
    assert "another company: Bolt LLC" in diff.rows[1].reason
    assert "about Items" in diff.rows[3].reason


def test_applying_is_one_step_with_a_backup_and_the_evidence(office: Office) -> None:
    header = f"{HEADER},Who,When (UTC),Evidence"
    diff = office.read(
        "1,Org 1,13,,bea,2026-11-01T10:00:00+00:00,same e-mail", "2,Org 2,,", "3,Org 3,14,",
        header=header,
    )  # fmt: skip
    done = office.desk.apply(diff, {0, 1, 2}, Progress())
    assert office.made == [BackupReason.IMPORT]
    assert office.links() == {"1": "13", "3": "14"}
    assert done.kinds == {C}
    assert done.source_ids == {"1", "2", "3"}
    assert "3 rows" in done.text
    mappings, number = office.world.mappings, office.world.id
    assert mappings.can_undo(number) == "import of 3 rows"
    entry = next(e for e in mappings.journal(number) if e.source_id == "1" and e.step == 2)
    assert entry.how is How.IMPORT
    assert (entry.who, entry.decided_by) == ("anna", "bea")
    for part in ("in.csv", "bea", "2026-11-01", "same e-mail"):
        assert part in entry.evidence
    mappings.undo(number, "anna", office.clock.now())
    assert office.links() == {"1": "11", "2": "12"}


def test_only_what_was_ticked(office: Office) -> None:
    diff = office.read("3,Org 3,13,", "4,Org 4,14,", "5,Org 5,999,")
    office.desk.apply(diff, {1, 2}, Progress())
    assert office.links() == {"1": "11", "2": "12", "4": "14"}
    nothing = office.desk.apply(diff, {2}, Progress())
    assert nothing.kinds == frozenset()
    assert office.made == [BackupReason.IMPORT]


def test_the_present_has_changed_since_the_comparison(office: Office) -> None:
    diff = office.read("3,Org 3,13,", "4,Org 4,14,")
    office.link("3", "15")
    with pytest.raises(RuleError, match="“Org 3” has changed") as caught:
        office.desk.apply(diff, {0, 1}, Progress())
    assert "again" in caught.value.advice
    assert office.links() == {"1": "11", "2": "12", "3": "15"}
    office.desk.apply(diff, {1}, Progress())
    assert office.links()["4"] == "14"


def test_a_target_that_went_inactive_since(office: Office) -> None:
    diff = office.read("3,Org 3,13,")
    office.lists(
        [organization(n) for n in range(1, 7)],
        [customer(11), customer(12), customer(13, active=False)],
    )
    with pytest.raises(RuleError, match="has changed"):
        office.desk.apply(diff, {0}, Progress())


def test_another_workspace_is_open_by_then(office: Office) -> None:
    diff = office.read("3,Org 3,13,")
    second = office.world.workspaces.create("Second")
    office.world.workspaces.open(second.id)
    office.facts.invalidate()
    with pytest.raises(RuleError, match="another workspace"):
        office.desk.apply(diff, {0}, Progress())


def test_cancelling_before_the_step(office: Office) -> None:
    diff = office.read("3,Org 3,13,")
    stopped = Progress(lambda step: stopped.cancel() if "backup" in step.text else None)
    with pytest.raises(Cancelled):
        office.desk.apply(diff, {0}, stopped)
    assert office.links() == {"1": "11", "2": "12"}


def test_items_may_share_a_target(office: Office) -> None:
    from desktop_app.domain.records import Source, Target

    items = Kind.ITEMS
    office.lists(
        [Source(items, "1", "Backup"), Source(items, "2", "Backup 1 TB")],
        [Target(items, "7", "Backup", "Backup", type="Service"),
         Target(items, "8", "Set", "Set", type="Group")],
    )  # fmt: skip
    file = office.csv("1,,7,", "2,,7,")
    diff = office.desk.read_table(items, file, Progress())
    assert [row.outcome for row in diff.rows] == [Outcome.NEW, Outcome.NEW]
    bundle = office.desk.read_table(items, office.csv("1,,8,"), Progress()).rows[0]
    assert "group" in bundle.reason
