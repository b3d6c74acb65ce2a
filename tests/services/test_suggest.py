"""Suggestions and Auto Map through the services, on real stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from desktop_app.domain import auto_map
from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Group
from desktop_app.domain.records import (
    CatalogueUpdate,
    How,
    Invoice,
    Source,
    Target,
    TargetUpdate,
    Verdict,
)
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.errors import BridgeError, NetworkError, PartialListError, RuleError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services import suggest as suggest_module
from desktop_app.services.auto_map import AutoMap
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.row_suggestions import RowSuggestions
from desktop_app.services.suggest import Suggest
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.memory import SqlPairMemory
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.suggestions import SqlSuggestionStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.domain import builders as b
from tests.services.fakes import START, FakeClock

ORGS = {"1": "Harbor Peak Dental", "2": "Contoso Widgets", "3": "Acme", "4": "Zyx Vineyards"}
CUSTOMERS = {
    "51": "Harbor Peak Dental", "52": "CONTOSO WIDGETS, Inc.", "53": "Acme Inc", "54": "Acme LLC",
}  # fmt: skip


def org(source_id: str, name: str) -> Source:
    return Source(Kind.CUSTOMERS, source_id, name)


def customer(target_id: str, name: str, **changes: Any) -> Target:
    return replace(Target(Kind.CUSTOMERS, target_id, name, name, currency="USD"), **changes)


@dataclass
class Desk:
    """The services over one database file, as after a start of the program."""

    database: Database
    clock: FakeClock

    def __post_init__(self) -> None:
        self.problem: BridgeError | None = None
        self.workspaces = SqlWorkspaceStore(self.database)
        self.catalogue = SqlCatalogueStore(self.database)
        self.mappings = SqlMappingStore(self.database)
        self.facts = LocalFacts(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            mappings=self.mappings,
            pushes=SqlPushStore(self.database),
        )
        self.memory = SqlPairMemory(self.database)
        self.lessons = Lessons(
            workspaces=self.workspaces, memory=self.memory, clock=self.clock, who="ann"
        )
        self.desk = MappingDesk(
            workspaces=self.workspaces,
            mappings=self.mappings,
            facts=self.facts,
            gateways=None,  # type: ignore[arg-type]
            clock=self.clock,
            who="ann",
            lessons=self.lessons,
        )
        self.suggest = Suggest(
            facts=self.facts,
            auto=AutoMap(
                facts=self.facts,
                mappings=self.mappings,
                lessons=self.lessons,
                clock=self.clock,
                record=self.desk.record,
                last_problem=lambda: self.problem,
            ),
            rows=RowSuggestions(
                facts=self.facts,
                mappings=self.mappings,
                lessons=self.lessons,
                store=SqlSuggestionStore(self.database),
            ),
        )

    @property
    def here(self) -> int:
        return self.workspaces.current().id

    def refresh(
        self,
        orgs: dict[str, str] = ORGS,
        customers: dict[str, str] = CUSTOMERS,
        invoices: tuple[Invoice, ...] = (),
    ) -> None:
        kinds = {Kind.CUSTOMERS: [customer(*pair) for pair in customers.items()]}
        self.catalogue.apply(
            self.here,
            CatalogueUpdate(
                sources=tuple(org(*pair) for pair in orgs.items()),
                agreements=(),
                invoices=invoices,
                targets=tuple(
                    TargetUpdate(kind, tuple(kinds.get(kind, ())), complete=True) for kind in Kind
                ),
                company=b.US,
                terms=(),
                tax_codes=(),
                fetched_at=self.clock.now(),
                checkpoint=self.clock.now(),
            ),
        )
        self.facts.invalidate()

    def links(self) -> dict[str, str]:
        return {s: m.target_id for s, m in self.mappings.all(self.here, Kind.CUSTOMERS).items()}

    def states(self) -> dict[str, SuggestionState]:
        return {s: f.state for s, f in self.suggest.suggestions(Kind.CUSTOMERS).items()}

    def said(self) -> dict[tuple[str, str], Verdict]:
        return {(p.source_id, p.target_id): p.verdict for p in self.lessons.all(Kind.CUSTOMERS)}

    def auto_map(self, *chosen: tuple[str, str], rejected: Any = ()) -> None:
        run = self.suggest.propose(Kind.CUSTOMERS, None, Progress())
        self.suggest.apply(run, chosen, rejected)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database.open(tmp_path / "data.db")
    made = Desk(database, FakeClock())
    workspace = made.workspaces.current()
    made.workspaces.save(
        replace(
            workspace, realm_id=b.US.realm_id, activated_at=b.ACTIVATED, quickbooks_connected=True
        )
    )
    made.refresh()
    yield made
    database.close()


# --- Auto Map ------------------------------------------------------------------------------------


def test_a_run_links_what_was_chosen_as_one_step_with_evidence(desk: Desk) -> None:
    run = desk.suggest.propose(Kind.CUSTOMERS, None, Progress())
    ticked = [(p.source.id, p.target.id) for p in run.proposals if p.ticked and p.target]
    assert ticked == [("1", "51"), ("2", "52")]
    changes = desk.suggest.apply(run, ticked)
    assert changes.source_ids == {"1", "2"}
    assert changes.invoices
    assert desk.links() == {"1": "51", "2": "52"}
    link = desk.mappings.all(desk.here, Kind.CUSTOMERS)["2"]
    assert link.how is How.AUTO_MAP
    desk.desk.undo()
    assert desk.links() == {}


def test_only_the_rows_asked_for_and_never_a_mapped_one(desk: Desk) -> None:
    desk.desk.change(Kind.CUSTOMERS, ["1"], "53")
    asked = desk.suggest.propose(Kind.CUSTOMERS, ["1", "2"], Progress())
    assert [p.source.id for p in asked.proposals] == ["2"]
    over = desk.suggest.propose(Kind.CUSTOMERS, ["1"], Progress(), overwrite=True)
    (proposal,) = over.proposals
    assert proposal.replaces is not None
    assert not proposal.ticked
    desk.suggest.apply(over, [("1", "51")])
    assert desk.links() == {"1": "51"}


def test_nothing_is_linked_when_one_link_cannot_be(desk: Desk) -> None:
    run = desk.suggest.propose(Kind.CUSTOMERS, None, Progress())
    with pytest.raises(RuleError, match="billed to it too"):
        desk.suggest.apply(run, [("1", "51"), ("2", "51")])
    with pytest.raises(RuleError, match="no longer"):
        desk.suggest.apply(run, [("1", "51"), ("2", "99")])
    desk.desk.change(Kind.CUSTOMERS, ["2"], "52")
    with pytest.raises(RuleError, match="in the meantime"):
        desk.suggest.apply(run, [("1", "51"), ("2", "54")])
    assert desk.links() == {"2": "52"}


def test_an_inactive_record_is_refused_even_when_chosen(desk: Desk) -> None:
    run = desk.suggest.propose(Kind.CUSTOMERS, None, Progress())
    desk.catalogue.put_target(desk.here, customer("51", "Harbor Peak Dental", active=False))
    desk.facts.invalidate()
    with pytest.raises(RuleError, match="inactive"):
        desk.suggest.apply(run, [("1", "51")])


def test_refused_on_a_list_that_is_not_whole_or_old(desk: Desk) -> None:
    assert desk.suggest.auto_map_refusal(Kind.CUSTOMERS) == ""
    desk.problem = NetworkError("No network.")
    assert desk.suggest.auto_map_refusal(Kind.CUSTOMERS) == ""  # the list is new enough
    desk.clock.advance(days=8)
    assert "8 days old" in desk.suggest.auto_map_refusal(Kind.CUSTOMERS)
    desk.problem = None
    assert desk.suggest.auto_map_refusal(Kind.CUSTOMERS) == ""
    desk.problem = PartialListError("1,243 counted, 1,000 read.")
    with pytest.raises(RuleError, match="to their end"):
        desk.suggest.propose(Kind.CUSTOMERS, None, Progress())


def test_refused_before_the_first_refresh_and_for_another_company(desk: Desk) -> None:
    other = desk.workspaces.create("Other")
    desk.workspaces.open(other.id)
    desk.facts.invalidate()
    assert "never fetched" in desk.suggest.auto_map_refusal(Kind.CUSTOMERS)
    desk.workspaces.save(replace(other, realm_id="another"))
    desk.refresh()
    assert "belong to Tidewater IT" in desk.suggest.auto_map_refusal(Kind.CUSTOMERS)


def test_a_run_can_be_cancelled(desk: Desk) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.suggest.propose(Kind.CUSTOMERS, None, progress)


# --- What a person said --------------------------------------------------------------------------


def test_a_rejected_pair_is_listed_and_can_be_offered_again(desk: Desk) -> None:
    desk.auto_map(rejected=[("1", "51")])
    assert desk.links() == {}
    (pair,) = desk.suggest.rejected(Kind.CUSTOMERS)
    assert (pair.source_name, pair.target_name) == (ORGS["1"], CUSTOMERS["51"])
    run = desk.suggest.propose(Kind.CUSTOMERS, ["1"], Progress())
    assert [p.group for p in run.proposals] == [Group.NO_MATCH]
    assert "may be proposed again" in desk.suggest.offer_again([pair]).text
    run = desk.suggest.propose(Kind.CUSTOMERS, ["1"], Progress())
    assert [p.group for p in run.proposals] == [Group.IDENTICAL]


def test_names_that_differ_are_remembered_identical_ones_are_not(desk: Desk) -> None:
    desk.auto_map(("1", "51"), ("2", "52"))
    assert desk.said() == {("2", "52"): Verdict.CONFIRMED}
    desk.desk.undo()
    assert desk.said() == {}
    desk.desk.redo()
    assert desk.said() == {("2", "52"): Verdict.CONFIRMED}


def test_clearing_what_auto_map_made_rejects_it_and_undo_takes_that_back(desk: Desk) -> None:
    desk.auto_map(("2", "52"))
    desk.desk.clear(Kind.CUSTOMERS, ["2"])
    assert desk.said() == {("2", "52"): Verdict.REJECTED}
    desk.desk.undo()
    assert desk.said() == {}


def test_replacing_what_auto_map_made_rejects_it(desk: Desk) -> None:
    desk.auto_map(("2", "52"))
    desk.desk.change(Kind.CUSTOMERS, ["2"], "53")
    assert desk.said() == {("2", "52"): Verdict.REJECTED, ("2", "53"): Verdict.CONFIRMED}


def test_linking_by_hand_lifts_a_rejection_and_clearing_it_is_no_rejection(desk: Desk) -> None:
    desk.suggest.reject(Kind.CUSTOMERS, [("3", "53"), ("1", "51")])
    desk.desk.change(Kind.CUSTOMERS, ["3"], "53")
    desk.desk.change(Kind.CUSTOMERS, ["1"], "51")  # an identical name
    assert desk.said() == {("3", "53"): Verdict.CONFIRMED}
    desk.desk.clear(Kind.CUSTOMERS, ["3"])
    assert desk.said() == {}


def test_a_lesson_of_many_rows_is_learned_in_one_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Kind] = []
    remembered = desk.memory.all

    def watched(workspace_id: int, kind: Kind) -> Any:
        asked.append(kind)
        return remembered(workspace_id, kind)

    desk.auto_map(("2", "52"), ("1", "51"))
    monkeypatch.setattr(desk.memory, "all", watched)
    desk.desk.clear(Kind.CUSTOMERS, ["1", "2"])
    desk.desk.undo()
    assert asked == [Kind.CUSTOMERS] * 2


# --- Suggestions ---------------------------------------------------------------------------------


def test_not_searched_is_not_no_match(desk: Desk) -> None:
    assert desk.states() == {}
    assert Kind.CUSTOMERS in desk.suggest.to_search()
    desk.suggest.search(Progress())
    assert desk.states() == {
        "1": SuggestionState.STRONG,
        "2": SuggestionState.STRONG,
        "3": SuggestionState.AMBIGUOUS,
        "4": SuggestionState.NONE,
    }
    assert desk.suggest.to_search() == frozenset()


def test_a_search_that_breaks_is_not_no_match_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("The search for customers failed")

    def broken(*_: Any, **__: Any) -> Any:
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(auto_map, "propose", broken)
        desk.suggest.search(Progress(), [Kind.CUSTOMERS])
    found = desk.suggest.suggestions(Kind.CUSTOMERS)
    assert {s.state for s in found.values()} == {SuggestionState.FAILED}
    assert all(s.problem for s in found.values())
    desk.suggest.search(Progress(), [Kind.CUSTOMERS])
    assert desk.states()["1"] is SuggestionState.STRONG


def test_the_next_start_shows_the_last_search_at_once(desk: Desk) -> None:
    desk.suggest.search(Progress())
    again = Desk(desk.database, desk.clock)
    assert again.states() == desk.states()
    before = desk.suggest.suggestions(Kind.CUSTOMERS)["2"]
    assert again.suggest.suggestions(Kind.CUSTOMERS)["2"] == before
    assert again.suggest.candidates(Kind.CUSTOMERS, "2") == before.candidates


def test_a_saved_suggestion_of_a_record_that_is_gone_is_not_shown(desk: Desk) -> None:
    desk.suggest.search(Progress())
    desk.refresh(customers={"51": CUSTOMERS["51"]})
    again = Desk(desk.database, desk.clock)
    assert set(again.states()) == {"1", "4"}
    assert Kind.CUSTOMERS in again.suggest.to_search()


def test_suggestions_follow_decisions(desk: Desk) -> None:
    desk.suggest.search(Progress())
    desk.desk.change(Kind.CUSTOMERS, ["4"], "51")
    found = desk.suggest.suggestions(Kind.CUSTOMERS)
    assert "4" not in found
    assert found["1"].state is SuggestionState.AMBIGUOUS  # its customer is taken now
    assert "Zyx Vineyards" in found["1"].candidates[0].caution
    desk.desk.undo()
    assert desk.states()["1"] is SuggestionState.STRONG
    assert desk.suggest.to_search() == frozenset()


def test_a_cleared_row_is_searched_again_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.desk.change(Kind.CUSTOMERS, ["1"], "51")
    desk.suggest.search(Progress())
    assert "1" not in desk.states()
    desk.desk.clear(Kind.CUSTOMERS, ["1"])
    assert desk.suggest.to_search() == {Kind.CUSTOMERS}
    monkeypatch.setattr(RowSuggestions, "_search_all", None)
    changes = desk.suggest.search(Progress())
    assert changes.source_ids == {"1"}
    assert desk.states()["1"] is SuggestionState.STRONG
    assert desk.suggest.to_search() == frozenset()


def test_one_row_alone_still_sees_who_else_wants_its_customer(desk: Desk) -> None:
    desk.refresh(orgs={"1": "Acme Widgets Inc", "2": "Acme Widgets LLC"},
                 customers={"51": "Acme Widgets"})  # fmt: skip
    desk.desk.change(Kind.CUSTOMERS, ["1"], "51")
    desk.suggest.search(Progress())
    desk.desk.clear(Kind.CUSTOMERS, ["1"])
    desk.suggest.search(Progress())
    assert set(desk.states().values()) == {SuggestionState.AMBIGUOUS}


def test_a_rejected_candidate_goes_and_comes_back(desk: Desk) -> None:
    desk.suggest.search(Progress())
    desk.suggest.reject(Kind.CUSTOMERS, [("1", "51")])
    assert desk.suggest.to_search() == {Kind.CUSTOMERS}
    desk.suggest.search(Progress())
    assert desk.states()["1"] is SuggestionState.NONE
    assert desk.suggest.candidates(Kind.CUSTOMERS, "1") == ()
    desk.suggest.offer_again(desk.suggest.rejected(Kind.CUSTOMERS))
    desk.suggest.search(Progress())
    assert desk.states()["1"] is SuggestionState.STRONG


def test_the_candidates_of_a_row(desk: Desk) -> None:
    desk.suggest.search(Progress())
    found = desk.suggest.candidates(Kind.CUSTOMERS, "3")
    assert [c.target.id for c in found] == ["53", "54"]
    desk.desk.change(Kind.CUSTOMERS, ["4"], "54")
    by_id = {c.target.id: c for c in desk.suggest.candidates(Kind.CUSTOMERS, "3")}
    assert "Zyx Vineyards" in by_id["54"].caution
    assert by_id["53"].caution == ""


def test_a_refresh_that_changed_nothing_asks_for_no_search(desk: Desk) -> None:
    desk.suggest.search(Progress())
    desk.refresh()
    assert desk.suggest.to_search() - {Kind.CUSTOMERS} == desk.suggest.to_search()
    desk.refresh(customers=CUSTOMERS | {"55": "Zyx Vineyards"})
    assert Kind.CUSTOMERS in desk.suggest.to_search()
    desk.suggest.search(Progress())
    assert desk.states()["4"] is SuggestionState.STRONG


# --- Waiting and Impact --------------------------------------------------------------------------


def test_waiting_and_impact_from_the_local_data(desk: Desk) -> None:
    invoice = b.invoice(organization_id="1", organization_name=ORGS["1"], created_at=START)
    desk.refresh(invoices=(invoice,))
    assert desk.suggest.waiting(Kind.CUSTOMERS)["1"].invoices == 1
    found = desk.suggest.impact([LinkChange(Kind.CUSTOMERS, "1", "51")], Progress())
    assert found.still_blocked.invoices == 1  # its product has no item


def test_many_invoices_are_gathered_by_the_search(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggest_module, "AT_ONCE", 0)
    desk.suggest.search(Progress())
    invoice = b.invoice(organization_id="1", created_at=START)
    desk.refresh(invoices=(invoice,))
    assert desk.suggest.waiting(Kind.CUSTOMERS) == {}
    assert desk.suggest.to_search() == frozenset(Kind)
    assert desk.suggest.search(Progress()).kinds == frozenset(Kind)
    assert desk.suggest.waiting(Kind.CUSTOMERS)["1"].invoices == 1
