"""Creating in QuickBooks: once, linked; staged without a connection; lost answers looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from desktop_app.domain.creating import CreateDraft, CreateState, NameUse
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    CatalogueUpdate,
    Choice,
    How,
    MappingChange,
    Source,
    Target,
    TargetUpdate,
)
from desktop_app.domain.review import Decision, MappingRow, Where
from desktop_app.errors import (
    FaultClass,
    NetworkError,
    ReconnectNeeded,
    RuleError,
    ServiceFault,
    UnknownOutcome,
)
from desktop_app.progress import Progress
from desktop_app.services.api_create import CreateReport, Outcome, Standing
from desktop_app.services.create import Create
from desktop_app.services.exchange.report import Section, review_report_html
from desktop_app.services.exchange.table import table_of, titles
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.touched import touched_places
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.creations import SqlCreationStore
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.domain import builders as b
from tests.services.fakes import FakeClock, ThreadLocks


class Books:
    """QuickBooks' customers and vendors; each create follows the next step of *script*: None
    (created), "lost" (created, no answer), or an exception (raised, nothing created)."""

    def __init__(self) -> None:
        self.customers: dict[str, str] = {}
        self.vendors: dict[str, str] = {}
        self.script: list[Any] = []
        self.down: Exception | None = None
        self.seen: list[tuple[str, Mapping[str, Any]]] = []
        self.before: list[CreateState] = []
        self.store: SqlCreationStore | None = None
        self.metered_reads = 0

    def names(self, kind: Kind, name: str, progress: Progress) -> tuple[NameUse, ...]:
        if self.down:
            raise self.down
        self.metered_reads += 3
        lists = (("Customer", self.customers), ("Vendor", self.vendors))
        return tuple(
            NameUse(entity, key, known)
            for entity, records in lists
            for key, known in records.items()
            if known.casefold() == name.casefold()
        )

    def named(self, kind: Kind, name: str, progress: Progress) -> tuple[Target, ...]:
        if self.down:
            raise self.down
        return tuple(self.target(k) for k, known in self.customers.items() if known == name)

    def create_record(
        self, kind: Kind, body: Mapping[str, Any], request_id: str, progress: Progress
    ) -> Target:
        assert self.store is not None
        self.before += [c.state for c in self.store.open(1) if c.request_id == request_id]
        self.seen.append((request_id, body))
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception):
            raise step
        key = str(900 + len(self.customers))
        self.customers[key] = body["DisplayName"]
        if step == "lost":
            raise UnknownOutcome("The answer did not arrive.")
        return self.target(key)

    def target(self, key: str) -> Target:
        name = self.customers[key]
        return Target(Kind.CUSTOMERS, key, name, name, currency="USD")


class Logins:
    def keeper(self, workspace_id: int, service: Any) -> Any:
        return None


@dataclass
class Desk:
    database: Database
    books: Books

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.workspaces = SqlWorkspaceStore(self.database)
        self.catalogue = SqlCatalogueStore(self.database)
        self.store = self.books.store = SqlCreationStore(self.database)
        self.mappings = SqlMappingStore(self.database)
        self.facts = LocalFacts(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            mappings=self.mappings,
            pushes=SqlPushStore(self.database),
            creations=self.store,
        )
        gateways: Any = self
        logins: Any = Logins()
        self.desk = MappingDesk(
            workspaces=self.workspaces,
            mappings=self.mappings,
            facts=self.facts,
            gateways=gateways,
            clock=self.clock,
            who="ann",
        )
        self.create = Create(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            store=self.store,
            facts=self.facts,
            logins=logins,
            gateways=gateways,
            locks=ThreadLocks(),
            clock=self.clock,
            record=self.desk.record,
            who="ann",
        )

    def quickbooks(self, workspace: Any, tokens: Any) -> Any:
        return self.books

    def refresh(self, *orgs: str) -> None:
        customers = [self.books.target(key) for key in self.books.customers]
        self.catalogue.apply(
            1,
            CatalogueUpdate(
                sources=tuple(Source(Kind.CUSTOMERS, str(n), name) for n, name in enumerate(orgs)),
                agreements=(),
                invoices=(),
                targets=tuple(
                    TargetUpdate(k, tuple(customers if k is Kind.CUSTOMERS else ()), complete=True)
                    for k in Kind
                ),
                company=b.US,
                terms=(),
                tax_codes=(),
                fetched_at=self.clock.now(),
                checkpoint=self.clock.now(),
            ),
        )
        self.facts.invalidate()

    def draft(self, source_id: str = "0") -> CreateDraft:
        return self.create.draft(Kind.CUSTOMERS, source_id)

    def links(self) -> dict[str, str]:
        return {s: m.target_id for s, m in self.mappings.all(1, Kind.CUSTOMERS).items()}

    def states(self) -> list[CreateState]:
        return [c.state for c in self.create.open()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database.open(tmp_path / "data.db")
    made = Desk(database, Books())
    made.workspaces.save(
        replace(made.workspaces.current(), realm_id=b.US.realm_id, quickbooks_connected=True)
    )
    made.refresh("Harbor Peak Dental", "Contoso", "Fabrikam")
    yield made
    database.close()


def outcomes(report: CreateReport) -> list[Outcome]:
    return [result.outcome for result in report.results]


def fault(code: str, fault_class: FaultClass = FaultClass.DATA) -> ServiceFault:
    return ServiceFault("Refused.", service="QuickBooks", status=400, code=code,
                        fault_class=fault_class, service_detail="Max:500")  # fmt: skip


def test_created_and_linked_in_one_step(desk: Desk) -> None:
    changes = desk.create.create(desk.draft(), Progress())
    assert desk.books.before == [CreateState.SENDING]  # written down before it was sent
    assert desk.links() == {"0": "900"}
    assert desk.create.open() == ()
    assert changes.source_ids == {"0"}
    assert "Harbor Peak Dental" in changes.text
    assert "900" in desk.facts.get().targets[Kind.CUSTOMERS]
    desk.desk.undo()
    assert desk.links() == {}
    assert list(desk.books.customers) == ["900"]  # the record stays in QuickBooks


def test_the_exact_record_is_shown(desk: Desk) -> None:
    draft = replace(desk.draft(), name="Harbor Peak", email="ap@harbor.example")
    assert dict(desk.create.fields(draft)) == {
        "DisplayName": "Harbor Peak",
        "CompanyName": "Harbor Peak Dental",
        "PrimaryEmailAddr": "ap@harbor.example",
    }
    desk.create.create(draft, Progress())
    assert desk.books.seen[0][1]["DisplayName"] == "Harbor Peak"


def test_a_vendor_of_that_name_is_found_only_by_asking(desk: Desk) -> None:
    desk.books.vendors["7"] = "HARBOR PEAK DENTAL"
    local = desk.create.check_locally(desk.draft())
    assert local.may_create
    assert not local.live
    live = desk.create.check(desk.draft(), Progress())
    assert live.live
    assert live.reads == 3
    assert [c.entity for c in live.clashes] == ["Vendor"]
    assert not live.may_create
    with pytest.raises(RuleError, match="vendor “HARBOR PEAK DENTAL”"):
        desk.create.create(desk.draft(), Progress())
    assert desk.books.seen == []
    assert desk.create.open() == ()


def test_offline_the_check_says_that_it_saw_the_local_list_only(desk: Desk) -> None:
    desk.books.down = NetworkError("No network.")
    assert not desk.create.check(desk.draft(), Progress()).live


def test_near_duplicates_first(desk: Desk) -> None:
    desk.books.customers["58"] = "Harbor Peak Dentel"
    desk.refresh("Harbor Peak Dental")
    (near,) = desk.create.check_locally(desk.draft()).near
    assert near.target.id == "58"
    other = replace(desk.draft(), name="Something Else Entirely")
    assert desk.create.check_locally(other).near == ()


def test_accounts_and_decided_rows_are_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="Accounts"):
        desk.create.draft(Kind.ACCOUNTS, "5")
    draft = desk.draft()
    desk.books.customers["58"] = "Other"
    desk.refresh("Harbor Peak Dental")
    desk.desk.change(Kind.CUSTOMERS, ["0"], "58")
    for attempt in (desk.draft, lambda: desk.create.stage(draft),
                    lambda: desk.create.create(draft, Progress())):  # fmt: skip
        with pytest.raises(RuleError, match="is mapped"):
            attempt()


@pytest.mark.parametrize(
    ("code", "words"), [("6240", "Max:500"), ("2050", "longer than"), ("6430", "income account")]
)
def test_a_refusal_is_kept_in_words_and_can_be_tried_again(
    desk: Desk, code: str, words: str
) -> None:
    desk.books.script = [fault(code)]
    with pytest.raises(ServiceFault, match="Refused") as caught:
        desk.create.create(desk.draft(), Progress())
    assert words in caught.value.message
    (kept,) = desk.create.open()
    assert kept.state is CreateState.REFUSED
    assert words in kept.problem
    desk.create.create(desk.draft(), Progress())
    first, second = (request_id for request_id, _ in desk.books.seen)
    assert first != second
    assert desk.create.open() == ()


def test_a_clash_that_came_in_between_is_named(desk: Desk) -> None:
    class Racing(Books):
        def create_record(self, *args: Any) -> Target:
            self.vendors["7"] = "Harbor Peak Dental"
            raise fault("6240")

    desk.books.__class__ = Racing
    with pytest.raises(ServiceFault) as caught:
        desk.create.create(desk.draft(), Progress())
    assert "vendor “Harbor Peak Dental”" in caught.value.message


def test_a_lost_answer_is_looked_up_and_linked(desk: Desk, expect_log: Any) -> None:
    expect_log("The answer for a creation was lost")
    desk.books.script = ["lost"]
    with pytest.raises(UnknownOutcome):
        desk.create.create(desk.draft(), Progress())
    assert desk.states() == [CreateState.SENDING]
    with pytest.raises(RuleError, match="not answered"):
        desk.create.create(desk.draft(), Progress())
    assert desk.create.discard([desk.create.open()[0].request_id]).text == (
        "Nothing was dropped; 1 under way, which has to be looked up first"
    )
    assert "Created" in desk.create.settle(Progress()).text
    assert desk.links() == {"0": "900"}
    assert desk.create.open() == ()
    assert len(desk.books.customers) == 1


def test_a_lost_request_that_never_arrived(desk: Desk, expect_log: Any) -> None:
    expect_log("The answer for a creation was lost")
    desk.books.script = [UnknownOutcome("No answer.")]
    with pytest.raises(UnknownOutcome):
        desk.create.create(desk.draft(), Progress())
    desk.create.settle(Progress())
    assert desk.states() == [CreateState.SENDING]  # it may still appear
    desk.clock.advance(minutes=6)
    desk.create.settle(Progress())
    assert desk.states() == [CreateState.REFUSED]
    desk.create.create(desk.draft(), Progress())
    assert desk.links() == {"0": "900"}


def test_after_a_crash_between_link_and_note_it_is_not_done_twice(desk: Desk) -> None:
    draft = desk.draft()
    desk.create.create(draft, Progress())
    step = desk.desk.undo_text()
    # As if the last note had not been written.
    sent = replace(desk.create._creation(draft, None), state=CreateState.SENDING)
    desk.store.save(1, sent)
    desk.create.settle(Progress())
    assert desk.create.open() == ()
    assert desk.desk.undo_text() == step
    assert desk.links() == {"0": "900"}


def test_no_network_keeps_nothing_unless_it_was_staged(desk: Desk) -> None:
    desk.books.script = [NetworkError("No network.")] * 2
    with pytest.raises(NetworkError):
        desk.create.create(desk.draft(), Progress())
    assert desk.create.open() == ()
    desk.create.stage(desk.draft())
    with pytest.raises(NetworkError):
        desk.create.create(replace(desk.draft(), email="x@y.example"), Progress())
    (kept,) = desk.create.open()
    assert kept.state is CreateState.STAGED


def test_staged_is_kept_listed_changed_and_carried_out(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    desk.create.stage(desk.draft("1"))
    changed = replace(desk.draft("1"), name="Contoso Ltd")
    desk.create.stage(changed)
    assert [c.draft.name for c in desk.create.open()] == ["Harbor Peak Dental", "Contoso Ltd"]
    again = Desk(desk.database, desk.books)  # after a restart
    report = again.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.CREATED] * 2
    assert again.links() == {"0": "900", "1": "901"}
    assert again.create.open() == ()


def test_what_has_changed_since_is_held_and_said(desk: Desk) -> None:
    for source_id in ("0", "1", "2"):
        desk.create.stage(desk.draft(source_id))
    desk.books.vendors["7"] = "Contoso"  # now taken
    desk.books.customers["58"] = "Fabrikamm"  # now similar
    desk.refresh("Harbor Peak Dental", "Contoso", "Fabrikam")
    report = desk.create.carry_out(None, Progress())
    assert report.count(Outcome.CREATED) == 1
    held = {r.creation.draft.source_id: r.text for r in report.results if r.outcome is Outcome.HELD}
    assert "vendor" in held["1"]
    assert "Fabrikamm" in held["2"]
    assert desk.states() == [CreateState.STAGED, CreateState.STAGED]
    desk.create.stage(desk.draft("2"))  # looked at, and still wanted
    report = desk.create.carry_out([desk.create.open()[-1].request_id], Progress())
    assert outcomes(report) == [Outcome.CREATED]


def test_a_run_stops_where_everything_would_fail(desk: Desk) -> None:
    for source_id in ("0", "1", "2"):
        desk.create.stage(desk.draft(source_id))
    desk.books.script = [None, fault("3100", FaultClass.CONNECTION)]
    report = desk.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.CREATED, Outcome.NOT_TRIED, Outcome.NOT_TRIED]
    assert report.stopped
    assert desk.states() == [CreateState.STAGED] * 2, "no fault of the records"
    desk.books.down = NetworkError("No network.")
    report = desk.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.NOT_TRIED] * 2
    assert report.stopped == "No network."
    assert CreateState.STAGED in desk.states()


def test_a_cancelled_run_leaves_the_rest_staged(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    progress = Progress()
    progress.cancel()
    report = desk.create.carry_out(None, progress)
    assert outcomes(report) == [Outcome.NOT_TRIED]
    assert report.stopped == "Cancelled."


def test_staged_ones_can_be_dropped(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    desk.create.discard([desk.create.open()[0].request_id])
    assert desk.create.open() == ()


def test_nothing_goes_to_another_company(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    (staged,) = desk.create.open()
    desk.create.discard([staged.request_id])
    desk.store.save(1, replace(staged, realm_id="another"))
    report = desk.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.HELD]
    assert "another QuickBooks company" in report.results[0].text
    assert desk.create.waiting(Progress())[0].standing is Standing.ELSEWHERE


def test_without_a_connection_only_staging(desk: Desk) -> None:
    desk.workspaces.save(replace(desk.workspaces.current(), quickbooks_connected=False))
    desk.facts.invalidate()
    draft = desk.draft()
    with pytest.raises(ReconnectNeeded):
        desk.create.create(draft, Progress())
    assert not desk.create.check(draft, Progress()).live
    desk.create.stage(draft)
    assert desk.states() == [CreateState.STAGED]


# --- Rows and what waits ---------------------------------------------------------------------


def row(desk: Desk, source_id: str) -> MappingRow:
    return next(r for r in desk.desk.rows(Kind.CUSTOMERS) if r.source.id == source_id)


def waiting(desk: Desk) -> dict[str, tuple[Standing, str]]:
    return {
        w.creation.draft.source_id: (w.standing, w.reason) for w in desk.create.waiting(Progress())
    }


def test_the_row_follows_its_creation(desk: Desk, expect_log: Any) -> None:
    expect_log("The answer for a creation was lost")
    assert row(desk, "0").decision is Decision.UNDECIDED
    desk.create.stage(desk.draft("0"))
    staged = row(desk, "0")
    assert (staged.decision, staged.where) == (Decision.CREATE, Where.STAGED)
    assert staged.target_text == "Harbor Peak Dental (new)"
    desk.books.script = [fault("2050")]
    desk.create.carry_out(None, Progress())
    refused = row(desk, "0")
    assert (refused.decision, refused.where) == (Decision.UNDECIDED, Where.REFUSED)
    assert "longer than" in refused.note
    desk.books.script = [UnknownOutcome("No answer.")]
    with pytest.raises(UnknownOutcome):
        desk.create.create(desk.draft("0"), Progress())
    sending = row(desk, "0")
    assert (sending.decision, sending.where) == (Decision.CREATE, Where.SENDING)
    with pytest.raises(RuleError, match="not answered"):
        desk.draft("0")
    desk.clock.advance(minutes=6)
    desk.create.settle(Progress())
    assert row(desk, "0").where is Where.REFUSED
    desk.create.create(desk.draft("0"), Progress())
    made = row(desk, "0")
    assert (made.decision, made.where) == (Decision.LINKED, Where.IN_QUICKBOOKS)
    assert desk.create.open() == (), "earlier refusals of the row are forgotten"
    desk.desk.undo()
    assert row(desk, "0").decision is Decision.UNDECIDED


def test_what_was_staged_is_edited_and_not_made_anew(desk: Desk) -> None:
    desk.create.stage(replace(desk.draft("0"), email="ap@harbor.example"))
    assert desk.draft("0").email == "ap@harbor.example"


def test_each_is_checked_again_before_it_may_go(desk: Desk) -> None:
    for source_id in ("0", "1", "2"):
        desk.create.stage(desk.draft(source_id))
    assert {standing for standing, _ in waiting(desk).values()} == {Standing.READY}
    desk.clock.advance(minutes=1)
    desk.create.stage(desk.draft("2"))
    assert waiting(desk)["2"][0] is Standing.OLD_LISTS
    report = desk.create.carry_out([c.request_id for c in desk.create.open()[2:]], Progress())
    assert outcomes(report) == [Outcome.HELD]
    desk.books.customers["58"] = "Contoso"
    desk.books.customers["59"] = "Fabrikamm"
    desk.refresh("Harbor Peak Dental", "Contoso", "Fabrikam")
    desk.desk.change(Kind.CUSTOMERS, ["0"], "59", share=True)
    found = waiting(desk)
    assert found["0"][0] is Standing.SUPERSEDED
    assert "is mapped to “Fabrikamm”" in found["0"][1]
    assert found["1"] == (
        Standing.LOOK, "The customer “Contoso” has this name in QuickBooks."
    )  # fmt: skip
    assert found["2"][0] is Standing.LOOK
    assert "Fabrikamm" in found["2"][1]
    assert [c.draft.source_id for c in desk.create.pending()] == ["1", "2"]
    assert outcomes(desk.create.carry_out(None, Progress())) == [Outcome.HELD] * 3
    desk.desk.undo()
    assert row(desk, "0").decision is Decision.CREATE, "the undo brings it back"


def test_a_row_that_was_excluded_or_is_gone_is_not_created(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    desk.create.stage(desk.draft("1"))
    excluded = MappingChange(
        Kind.CUSTOMERS, "0", "", "", "", How.EXCLUDED, choice=Choice.EXCLUDED
    )  # fmt: skip
    desk.desk.record(Kind.CUSTOMERS, [excluded], "Excluded")
    desk.clock.advance(minutes=1)
    desk.refresh("Harbor Peak Dental")
    found = waiting(desk)
    assert "held on purpose" in found["0"][1]
    assert "no longer in NinjaOne" in found["1"][1]
    assert outcomes(desk.create.carry_out(None, Progress())) == [Outcome.HELD] * 2
    assert desk.books.seen == []


def test_two_of_one_name_are_not_both_created(desk: Desk) -> None:
    desk.refresh("Contoso", "Contoso")
    desk.create.stage(desk.draft("0"))
    desk.create.stage(desk.draft("1"))
    report = desk.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.CREATED, Outcome.HELD]
    assert list(desk.books.customers.values()) == ["Contoso"]


def test_a_lost_answer_ends_the_run_and_nothing_is_created_twice(
    desk: Desk, expect_log: Any
) -> None:
    expect_log("The answer for a creation was lost")
    desk.create.stage(desk.draft("0"))
    desk.create.stage(desk.draft("1"))
    desk.books.script = ["lost"]
    report = desk.create.carry_out(None, Progress())
    assert outcomes(report) == [Outcome.UNKNOWN, Outcome.NOT_TRIED]
    again = Desk(desk.database, desk.books)  # after a crash
    assert waiting(again)["0"][0] is Standing.UNDER_WAY
    assert outcomes(again.create.carry_out(None, Progress())) == [Outcome.CREATED]
    again.create.settle(Progress())
    assert again.links() == {"0": "900", "1": "901"}
    assert sorted(desk.books.customers.values()) == ["Contoso", "Harbor Peak Dental"]


def test_nothing_is_created_while_the_mappings_are_locked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.draft("0")
    desk.create.stage(desk.draft("1"))
    desk.desk.record(Kind.CUSTOMERS, [link("2")], "Linked")
    monkeypatch.setattr(Facts, "locked", "These belong to another company.")
    for attempt in (
        lambda: desk.create.create(draft, Progress()),
        lambda: desk.create.stage(draft),
        lambda: desk.create.carry_out(None, Progress()),
        lambda: desk.create.discard([desk.create.open()[0].request_id]),
    ):
        with pytest.raises(RuleError, match="another company"):
            attempt()
    assert desk.books.seen == []
    assert desk.states() == [CreateState.STAGED]


def link(source_id: str) -> MappingChange:
    return MappingChange(Kind.CUSTOMERS, source_id, "", "1", "One", How.BY_HAND)


def test_why_its_invoices_wait_is_told_anew(desk: Desk) -> None:
    before = desk.facts.get()
    desk.create.stage(desk.draft("0"))
    now = replace(desk.facts.get(), invoices=(b.invoice(organization_id="0"),))
    assert touched_places(replace(before, invoices=now.invoices), now) == {0}


def test_a_table_of_rows_tells_what_waits_and_names_no_record(desk: Desk) -> None:
    desk.create.stage(desk.draft("0"))
    (line,) = table_of([row(desk, "0")], desk.workspaces.current())
    told = dict(zip(titles(), line, strict=True))
    assert (told["State"], told["QuickBooks name"]) == ("To be created", "")
    section = Section(Kind.CUSTOMERS, desk.desk.rows(Kind.CUSTOMERS))
    report = review_report_html(
        desk.workspaces.current(), [section], when=desk.clock.now(), who="ann"
    )
    assert "To be created: 1" in report
