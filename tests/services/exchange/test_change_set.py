"""Change sets between two people, and the review report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, Environment, How, MappingChange, Workspace
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Diff, Outcome
from desktop_app.services.exchange.desk import OWN
from desktop_app.services.exchange.report import Section, review_report_html
from tests.storage.samples import NOW

from .worlds import C, Office, customer, organization


@pytest.fixture
def colleague(tmp_path: Path, office: Office) -> Iterator[Office]:
    """With the same lists and nothing but one mapping of his own."""
    made = Office(tmp_path / "bob", "bob")
    made.lists([organization(n) for n in range(1, 7)], [customer(n) for n in range(11, 17)])
    made.link("2", "16")
    yield made
    made.close()


def saved(office: Office, *source_ids: str, remark: str = "") -> Path:
    file = office.folder / "set.bbchanges"
    office.desk.export_change_set({C: source_ids}, file, Progress(), remark=remark)
    return file


def read(office: Office, file: Path) -> Diff:
    return office.desk.read_change_set(file, Progress())


def decide(office: Office, source_id: str, target_id: str, choice: Choice = Choice.LINKED) -> None:
    change = MappingChange(
        C, source_id, f"Org {source_id}", target_id, f"Customer {target_id}" if target_id else "",
        How.BY_HAND if target_id else How.CLEARED, "chosen by hand", choice,
    )  # fmt: skip
    office.mapping.record(C, [change], "")


def test_a_colleague_looks_and_approves(office: Office, colleague: Office) -> None:
    decide(office, "3", "13")
    decide(office, "4", "", Choice.EXCLUDED)
    decide(office, "2", "")
    file = saved(office, "2", "3", "4", remark="for July")
    diff = read(colleague, file)
    assert (diff.change_set, diff.author, diff.remark) == (True, "anna", "for July")
    assert diff.made_at == office.clock.now()
    assert (diff.stamp.realm_id, diff.stamp.environment) == ("9130", Environment.PRODUCTION)
    assert {row.source_id: row.outcome for row in diff.rows} == {
        "2": Outcome.CLEARED, "3": Outcome.NEW, "4": Outcome.NEW,
    }  # fmt: skip
    assert all(row.ticked for row in diff.rows)
    assert {row.who for row in diff.rows} == {"anna"}
    colleague.desk.apply(diff, {row.key for row in diff.rows}, Progress())
    assert colleague.links() == {"3": "13"}
    mappings = colleague.world.mappings
    entries = {e.source_id: e for e in mappings.journal(colleague.world.id) if e.step > 1}
    for entry in entries.values():
        assert (entry.who, entry.decided_by, entry.how) == ("bob", "anna", How.IMPORT)
        assert "chosen by hand" in entry.evidence
        assert entry.evidence.startswith("imported from set.bbchanges; decided by anna on 2026-11-")
        assert "; approved by bob; " in entry.evidence
    row = next(row for row in colleague.rows(C) if row.source.id == "3")
    assert row.mapping is not None
    assert (row.mapping.who, "approved by bob" in row.mapping.evidence) == ("anna", True)
    assert diff.notes == ()
    assert read(office, file).notes == (OWN,)
    mappings.undo(colleague.world.id, "bob", NOW)
    assert colleague.links() == {"2": "16"}


def test_what_was_decided_here_later_wants_a_look(office: Office, colleague: Office) -> None:
    decide(office, "3", "13")
    file = saved(office, "3")
    colleague.clock.advance(hours=1)
    decide(colleague, "3", "14")
    (row,) = read(colleague, file).rows
    assert row.outcome is Outcome.CHANGED
    assert not row.ticked
    assert "Decided here since then, by bob" in row.reason


def test_several_kinds_keep_their_numbers(office: Office, colleague: Office) -> None:
    file = office.folder / "set.bbchanges"
    office.desk.export_change_set({C: ["1", "2"], Kind.ITEMS: []}, file, Progress())
    diff = read(colleague, file)
    assert [row.line for row in diff.rows] == [1, 2]
    assert [row.key for row in diff.rows] == [0, 1]


def test_decided_since(office: Office) -> None:
    moment = office.clock.now()
    office.clock.advance(hours=1)
    decide(office, "3", "13")
    decide(office, "2", "")
    decide(office, "4", "14")
    decide(office, "4", "")  # and back to what it was
    decide(office, "5", "", Choice.EXCLUDED)
    found = office.desk.decided_since(moment)
    assert {kind: sorted(ids) for kind, ids in found.items()} == {C: ["2", "3", "5"]}
    assert office.desk.decided_since(moment + timedelta(days=1)) == {}


def test_nothing_to_put_into_one(office: Office) -> None:
    with pytest.raises(RuleError, match="nothing to put"):
        saved(office)


def change(file: Path, **fields: object) -> None:
    content = json.loads(file.read_text())
    file.write_text(json.dumps(content | fields))


def test_altered_by_hand(office: Office, colleague: Office) -> None:
    file = saved(office, "1")
    file.write_text(file.read_text().replace('"11"', '"12"'))
    with pytest.raises(RuleError, match="altered or damaged") as caught:
        read(colleague, file)
    assert caught.value.advice


def test_laid_out_anew_is_no_alteration(office: Office, colleague: Office) -> None:
    file = saved(office, "1")
    file.write_text(json.dumps(json.loads(file.read_text()), sort_keys=True))
    assert read(colleague, file).rows


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_cut_off(office: Office, colleague: Office, part: float) -> None:
    file = saved(office, "1", "2")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(RuleError, match=r"cut off|is empty"):
        read(colleague, file)


def test_of_a_newer_version(office: Office, colleague: Office) -> None:
    file = saved(office, "1")
    change(file, version=2)
    with pytest.raises(RuleError, match="newer version"):
        read(colleague, file)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '"text"', "[" * 100_000, '{"format": "billing-bridge-changes"}', "NaN"]
)
def test_another_file(colleague: Office, content: str) -> None:
    file = colleague.folder / "x.bbchanges"
    file.write_text(content)
    with pytest.raises(RuleError, match=r"not a change set|newer version"):
        read(colleague, file)


@pytest.mark.parametrize(
    "workspace",
    [
        {"realm_id": "777", "company_name": "Bolt LLC"},
        {"environment": Environment.SANDBOX},
    ],
)
def test_for_another_company(office: Office, tmp_path: Path, workspace: dict[str, object]) -> None:
    file = saved(office, "1")
    other = Office(tmp_path / "other", "eve")
    environment = workspace.pop("environment", None)
    second = other.world.workspaces.create("Second")
    made = replace(
        other.world.workspaces.current(), **{"id": second.id, "realm_id": "9130", **workspace}
    )
    if environment is not None:
        app = replace(made.quickbooks_app, environment=environment)
        made = replace(made, quickbooks_app=app)
    other.world.workspaces.save(made)
    other.world.workspaces.open(second.id)
    with pytest.raises(RuleError, match="Acme MSP") as caught:
        read(other, file)
    assert "workspace of that company" in caught.value.advice
    other.close()


# --- report ---------------------------------------------------------------------------------------


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> _Text:
    found = _Text()
    found.feed(html)
    found.close()
    return found


def test_the_report_says_everything(office: Office) -> None:
    decide(office, "3", "13")
    decide(office, "4", "", Choice.EXCLUDED)
    html = office.desk.review_report(list(Kind), Progress())
    found = parsed(html)
    text = "\n".join(found.text)
    for part in (
        "Mapping review: Acme MSP", "Acme MSP (9130)", "production", "2026-11-20 09:00 UTC by anna",
        "Mapped: 3", "Excluded: 1", "Not mapped: 2", "Org 3 (3)", "Customer 13 (13)",
        "chosen by hand", "Reviewed by", "Approved by", "Signature", "Customers", "Accounts",
        "When (UTC)",
    ):  # fmt: skip
        assert part in text, part
    only = parsed(office.desk.review_report([C], Progress()))
    assert "Accounts" not in only.text


def test_the_report_escapes(office: Office) -> None:
    nasty = "<script>alert('x')</script><img src=x>&amp;\"'"
    office.lists([organization(1, nasty)], [customer(11, nasty)])
    workspace = replace(office.world.workspaces.current(), company_name=nasty, name=nasty)
    html = review_report_html(workspace, [Section(C, office.rows(C))], when=NOW, who=nasty)
    found = parsed(html)
    assert not {"script", "img"} & set(found.tags)
    assert any(nasty in text for text in found.text)
    assert html.count("<script") == 0


def test_the_report_of_an_empty_workspace() -> None:
    app = replace(Workspace(1, "W").quickbooks_app, environment=Environment.SANDBOX)
    html = review_report_html(
        Workspace(1, "W", quickbooks_app=app), [Section(C, [])], when=NOW, who="me"
    )
    text = "\n".join(parsed(html).text)
    assert "No company connected" in text
    assert "There are no organizations." in text
    assert "SANDBOX" in text
    assert "never" in text
