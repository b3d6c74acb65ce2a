from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.document_choices import Track, Tracked
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Document
from desktop_app.errors import PartialListError, ServiceFault, UnknownOutcome
from desktop_app.integrations.http import Http, Patience
from desktop_app.integrations.quickbooks.api import QuickBooks
from desktop_app.integrations.quickbooks.client import TID, Client
from desktop_app.integrations.quickbooks.pacing import Pace, Pacer
from desktop_app.progress import Cancelled, Progress, Step
from tests.integrations.stub import HTML, Reply, Seen, Stub
from tests.integrations.test_quickbooks_faults import service
from tests.integrations.tokens import Tokens

ROOT = "/v3/company/9341"
QUERY, CDC, BATCH = ROOT + "/query", ROOT + "/cdc", ROOT + "/batch"
TIME = "2026-03-02T09:15:05.311-08:00"
SINCE = datetime(2026, 2, 20, 8, tzinfo=UTC)


@pytest.fixture
def api(stub: Stub, quick: Patience) -> QuickBooks:
    pacer = Pacer(Pace(1000, 100_000, 0.001, 0, 2))
    return QuickBooks(Client(Http("QuickBooks", TID, quick), stub.url, "9341", Tokens(), pacer))


class Table:
    """Answers COUNT(*) and pages of one entity from ids; counts what was asked."""

    def __init__(self, stub: Stub, entity: str, ids: list[int]) -> None:
        self.entity, self.ids = entity, ids
        self.count: int | None = None  # what COUNT(*) says, if not the truth
        self.statements: list[str] = []
        self.pages: list[Reply] = []  # answers to pages that go before the truth
        stub.rules.insert(0, self._rule)

    def _rule(self, seen: Seen) -> Reply | None:
        statement = seen.query.get("query", "")
        if seen.path != QUERY or f" FROM {self.entity}" not in statement:
            return None
        self.statements.append(statement)
        if "COUNT(*)" in statement:
            total = len(self.ids) if self.count is None else self.count
            return Reply(200, {"QueryResponse": {"totalCount": total}, "time": TIME})
        if self.pages:
            return self.pages.pop(0)
        found = re.search(r"STARTPOSITION (\d+) MAXRESULTS (\d+)$", statement)
        assert found is not None
        start, most = int(found[1]), int(found[2])
        return self.page(self.ids[start - 1 : start - 1 + most])

    def page(self, ids: list[int]) -> Reply:
        rows = [{"Id": str(one), "DisplayName": f"C{one}", "Name": f"N{one}"} for one in ids]
        return Reply(200, {"QueryResponse": {self.entity: rows} if rows else {}, "time": TIME})


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2450])
def test_whole_list(api: QuickBooks, stub: Stub, count: int) -> None:
    table = Table(stub, "Customer", list(range(1, count + 1)))
    steps: list[Step] = []
    found = api.all_targets(Kind.CUSTOMERS, Progress(steps.append))
    assert [one.id for one in found.targets] == [str(one) for one in range(1, count + 1)]
    assert found.counted == count
    where = "FROM Customer WHERE Active IN (true, false)"
    assert table.statements[:2] == [
        f"SELECT COUNT(*) {where}",
        f"SELECT * {where} ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000",
    ]
    assert steps[-1] == Step(f"Customers {count:,} of {count:,}", count, count)
    assert api.metered_reads == 1 + max(1, -(-count // 1000))
    if count == 2450:
        assert Step("Customers 1,000 of 2,450", 1000, 2450) in steps


def test_short_pages_are_gone_on_from(api: QuickBooks, stub: Stub) -> None:
    table = Table(stub, "Item", list(range(1, 1501)))
    table.pages = [table.page(list(range(1, 501)))]
    assert len(api.all_targets(Kind.ITEMS, Progress()).targets) == 1500


def test_row_that_moved_between_pages(api: QuickBooks, stub: Stub) -> None:
    table = Table(stub, "Account", list(range(1, 1501)))
    # Row 1 went away after the first page was read, so row 1001 slipped onto it.
    table.pages = [table.page(list(range(1, 1001))), table.page(list(range(1002, 1501)))]
    assert len(api.all_targets(Kind.ACCOUNTS, Progress()).targets) == 1500


def test_row_seen_twice(api: QuickBooks, stub: Stub) -> None:
    table = Table(stub, "Customer", list(range(1, 1003)))
    table.pages = [table.page(list(range(1, 1001))), table.page([1000, 1001])]
    assert len(api.all_targets(Kind.CUSTOMERS, Progress()).targets) == 1002


def test_empty_page(api: QuickBooks, stub: Stub) -> None:
    table = Table(stub, "Customer", list(range(1, 11)))
    table.pages = [table.page([])]
    assert len(api.all_targets(Kind.CUSTOMERS, Progress()).targets) == 10


@pytest.mark.parametrize("count", [9, 11, 0])
def test_never_complete(api: QuickBooks, stub: Stub, count: int) -> None:
    table = Table(stub, "Customer", list(range(1, 11)))
    table.count = count
    with pytest.raises(PartialListError, match=f"counted {count} customers but 10"):
        api.all_targets(Kind.CUSTOMERS, Progress())
    assert sum("COUNT" in one for one in table.statements) == 2


def test_count_that_is_missing(api: QuickBooks, stub: Stub) -> None:
    table = Table(stub, "Customer", [1])
    stub.rules.insert(
        0,
        lambda seen: (
            Reply(200, {"QueryResponse": {}}) if "COUNT" in seen.query.get("query", "") else None
        ),
    )
    with pytest.raises(PartialListError):
        api.all_targets(Kind.CUSTOMERS, Progress())
    table.ids = []
    assert api.all_targets(Kind.CUSTOMERS, Progress()).targets == ()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {"QueryResponse": {"Customer": {"Id": "1"}}}),
        Reply(200, {"QueryResponse": {"Customer": [5]}}),
        Reply(200, {"QueryResponse": {"Customer": [{"DisplayName": "no id"}]}}),
        Reply(200, {"queryResponse": None}),
        Reply(503),
        HTML,
    ],
)
def test_bad_second_page(api: QuickBooks, stub: Stub, reply: Reply) -> None:
    table = Table(stub, "Customer", list(range(1, 1501)))
    table.pages = [table.page(list(range(1, 1001))), reply, reply, reply]
    with pytest.raises(ServiceFault):
        api.all_targets(Kind.CUSTOMERS, Progress())


def test_cancel_between_pages(api: QuickBooks, stub: Stub) -> None:
    Table(stub, "Customer", list(range(1, 2501)))
    progress = Progress(lambda step: progress.cancel() if step.done == 1000 else None)
    with pytest.raises(Cancelled):
        api.all_targets(Kind.CUSTOMERS, progress)
    assert len(stub.seen) <= 3


# --- Change capture ------------------------------------------------------------------------------


def capture(*blocks: dict[str, Any]) -> Reply:
    body = {"CDCResponse": [{"QueryResponse": list(blocks)}], "time": TIME}
    return Reply(200, body, {"Content-Type": "text/plain"})


def test_changes(api: QuickBooks, stub: Stub) -> None:
    stub.on(
        CDC,
        capture(
            {"Customer": [{"Id": "58", "DisplayName": "H", "Active": False}], "totalCount": 1},
            {},
            {"Item": [{"Id": "19", "Name": "W"}], "startPosition": 1, "maxResults": 1},
        ),
    )
    found = api.changes(SINCE, Progress())
    assert [(one.kind, one.id, one.active) for one in found.targets] == [
        (Kind.CUSTOMERS, "58", False),
        (Kind.ITEMS, "19", True),
    ]
    assert not found.truncated
    assert found.time == datetime(2026, 3, 2, 17, 15, 5, 311000, tzinfo=UTC)
    assert stub.seen[0].query == {
        "entities": "Customer,Account,Item,Invoice,CreditMemo,Payment",
        "changedSince": "2026-02-20T08:00:00+00:00",
        "minorversion": "75",
    }
    assert api.metered_reads == 1


@pytest.mark.parametrize("block", [{"Account": [{"Id": "1"}], "totalCount": 2}, {"totalCount": 1}])
def test_truncated_by_its_own_count(api: QuickBooks, stub: Stub, block: dict[str, Any]) -> None:
    stub.on(CDC, capture(block, {"Item": [{"Id": "2"}]}))
    found = api.changes(SINCE, Progress())
    assert found.truncated == set(Kind)
    assert not found.targets


def test_truncated_by_the_limit(api: QuickBooks, stub: Stub) -> None:
    rows = [{"Id": str(one)} for one in range(600)]
    stub.on(CDC, capture({"Customer": rows}, {"Item": rows[:400]}))
    found = api.changes(SINCE, Progress())
    assert found.truncated == set(Kind)
    assert not found.targets


def test_a_bare_deletion_asks_for_the_whole_list(api: QuickBooks, stub: Stub) -> None:
    deleted = {"Id": "1", "status": "Deleted", "domain": "QBO"}
    stub.on(CDC, capture({"Customer": [deleted, {"Id": "2"}]}, {"Item": [{"Id": "3"}]}))
    found = api.changes(SINCE, Progress())
    assert found.truncated == {Kind.CUSTOMERS}
    assert [one.id for one in found.targets] == ["3"]


def test_classes_and_locations_are_asked_for_with_the_rest(api: QuickBooks, stub: Stub) -> None:
    old = {"Id": "7", "Name": "Old", "FullyQualifiedName": "All:Old", "Active": False}
    gone = {"Id": "8", "status": "Deleted", "domain": "QBO"}
    stub.on(CDC, capture({"Class": [old]}, {"Department": [gone]}))
    found = api.changes(SINCE, Progress(), tuple(Track))
    assert stub.seen[0].query["entities"].startswith("Customer,Account,Item,Class,Department,")
    assert found.tracked == (Tracked(Track.CLASS, "7", "All:Old", active=False),)
    assert found.whole_tracks == {Track.LOCATION}
    stub.on(CDC, capture({"Class": [old], "totalCount": 2}))
    assert api.changes(SINCE, Progress(), (Track.CLASS,)).whole_tracks == {Track.CLASS}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"CDCResponse": {}},
        {"CDCResponse": [{"QueryResponse": [{"Customer": 5}]}]},
        {"CDCResponse": [{"Fault": {"Error": [{"code": "2190"}]}}]},
    ],
)
def test_changes_not_understood(api: QuickBooks, stub: Stub, body: Any) -> None:
    stub.on(CDC, Reply(200, body))
    with pytest.raises(ServiceFault):
        api.changes(SINCE, Progress())


# --- Small lists ---------------------------------------------------------------------------------

SMALL: dict[str, list[dict[str, Any]]] = {
    "CompanyInfo": [{"Id": "1", "CompanyName": "Tide", "Country": "US"}],
    "Preferences": [{"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}}}],
    "Term": [{"Id": "3", "Name": "Net 30", "DueDays": 30}],
    "TaxCode": [
        {"Id": "3", "SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "4"}}]}}
    ],
    "TaxRate": [{"Id": "4", "RateValue": 10}],
}


def batch(**replaced: Any) -> Reply:
    """The answers in another order than asked."""
    items = [
        {"bId": name, **replaced.get(name, {"QueryResponse": {name: rows}})}
        for name, rows in reversed(SMALL.items())
    ]
    return Reply(200, {"BatchItemResponse": items, "time": TIME})


def test_small_lists_in_one_request(api: QuickBooks, stub: Stub) -> None:
    stub.on(BATCH, batch())
    found = api.small_lists(Progress())
    assert (found.company.name, found.company.home_currency) == ("Tide", "USD")
    assert [one.due_days for one in found.terms] == [30]
    assert [one.rate for one in found.tax_codes] == [Decimal(10)]
    assert found.time == datetime(2026, 3, 2, 17, 15, 5, 311000, tzinfo=UTC)
    (sent,) = stub.seen
    asked = {one["bId"]: one["Query"] for one in sent.json["BatchItemRequest"]}
    assert set(asked) == set(SMALL)
    assert asked["Term"].startswith("SELECT * FROM Term WHERE Active IN (true, false) ORDERBY Id")
    assert api.metered_reads == 5


@pytest.mark.parametrize("name", list(SMALL))
@pytest.mark.parametrize("answer", [service("3001"), {}, {"QueryResponse": None}])
def test_an_item_that_failed_is_asked_again(
    api: QuickBooks, stub: Stub, name: str, answer: Any
) -> None:
    stub.on(BATCH, batch(**{name: answer}))
    stub.on(QUERY, Reply(200, {"QueryResponse": {name: SMALL[name]}}))
    found = api.small_lists(Progress())
    assert found.company.name == "Tide"
    assert (len(found.terms), len(found.tax_codes)) == (1, 1)
    assert len(stub.seen) == 2


def test_small_lists_never_in_part(api: QuickBooks, stub: Stub) -> None:
    stub.on(BATCH, batch(Term=service("10000")))
    stub.on(QUERY, Reply(500, service("10000")))
    with pytest.raises(ServiceFault):
        api.small_lists(Progress())
    stub.on(BATCH, batch(CompanyInfo={"QueryResponse": {}}))
    with pytest.raises(ServiceFault, match="CompanyInfo"):
        api.small_lists(Progress())


def test_company(api: QuickBooks, stub: Stub) -> None:
    stub.on(ROOT + "/companyinfo/9341", Reply(200, {"CompanyInfo": SMALL["CompanyInfo"][0]}))
    stub.on(ROOT + "/preferences", Reply(200, {"Preferences": SMALL["Preferences"][0]}))
    assert api.company(Progress()).home_currency == "USD"
    assert api.metered_reads == 2


# --- Documents -----------------------------------------------------------------------------------

BODY = {"DocNumber": "N-1", "Line": [{"Amount": Decimal("0.10"), "Description": "für"}]}
DOCUMENT = Document("5012", "Invoice", BODY, Decimal("0.10"), Decimal(0))
INVOICE = {"Id": "145", "DocNumber": "N-1", "TotalAmt": 0.1, "SyncToken": "0"}


def test_create_sends_what_it_says(api: QuickBooks, stub: Stub) -> None:
    stub.on(ROOT + "/invoice", Reply(200, {"Invoice": INVOICE, "time": TIME}, {TID: "tid-1"}))
    made = api.create(DOCUMENT, "req-1", Progress())
    assert (made.id, made.total, made.reference) == ("145", Decimal("0.1"), "tid-1")
    assert stub.seen[0].body.decode() == api.encode(DOCUMENT)
    assert api.encode(DOCUMENT) == (
        '{"DocNumber": "N-1", "Line": [{"Amount": 0.10, "Description": "für"}]}'
    )


@pytest.mark.parametrize("body", [{}, {"Invoice": {}}, {"Invoice": {"Id": "1"}}, {"Invoice": []}])
def test_created_but_not_understood(api: QuickBooks, stub: Stub, body: Any) -> None:
    stub.on(ROOT + "/invoice", Reply(200, body))
    with pytest.raises(UnknownOutcome):
        api.create(DOCUMENT, "req-1", Progress())
    assert len(stub.seen) == 1


def test_carrier_item(api: QuickBooks, stub: Stub) -> None:
    item = {"Id": "20", "Name": "NinjaOne – Hardware", "Type": "Service"}
    stub.on(ROOT + "/item", Reply(200, {"Item": item}), Reply(400, service("6240", "Id=3")))
    made = api.create_service_item("NinjaOne – Hardware", "79", "req-2", Progress())
    assert (made.kind, made.id, made.name) == (Kind.ITEMS, "20", "NinjaOne – Hardware")
    assert stub.seen[0].json["IncomeAccountRef"] == {"value": "79"}
    assert stub.seen[0].query["requestid"] == "req-2"
    with pytest.raises(ServiceFault) as caught:
        api.create_service_item("NinjaOne – Hardware", "79", "req-3", Progress())
    assert caught.value.code == "6240"


def found_documents(stub: Stub) -> list[str]:
    rows = [
        {**INVOICE, "Id": "9", "PrivateNote": "ref b", "MetaData": {"CreateTime": "2026-03-02"}},
        {**INVOICE, "Id": "10", "PrivateNote": "ref a", "MetaData": {"CreateTime": "2026-03-01"}},
    ]
    asked: list[str] = []

    def rule(seen: Seen) -> Reply:
        asked.append(seen.query["query"])
        count = {"totalCount": len(rows)}
        return Reply(200, {"QueryResponse": count if "COUNT" in asked[-1] else {"Invoice": rows}})

    stub.rules.insert(0, rule)
    return asked


def test_find_documents(api: QuickBooks, stub: Stub) -> None:
    asked = found_documents(stub)
    found = api.find_documents("Invoice", "O'Neil\\1", Progress())
    assert [one.id for one in found] == ["10", "9"]  # oldest first
    assert "WHERE DocNumber = 'O\\'Neil\\\\1' ORDERBY Id" in asked[1]


def test_find_by_note(api: QuickBooks, stub: Stub) -> None:
    asked = found_documents(stub)
    found = api.find_by_note("Invoice", "ref a", SINCE, Progress())
    assert [one.id for one in found] == ["10"]
    assert "MetaData.CreateTime >= '2026-02-20T08:00:00+00:00'" in asked[0]
    with pytest.raises(ValueError):
        api.find_by_note("Invoice", "", SINCE + timedelta(1), Progress())
