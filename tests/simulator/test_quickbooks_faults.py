"""Every fault that can be switched on, and what other people do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from desktop_app.simulator.data import build
from desktop_app.simulator.fault_list import FAULTS
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.quickbooks import writes
from desktop_app.simulator.quickbooks.codes import ServiceFault
from desktop_app.simulator.quickbooks.engine import QuickBooks
from desktop_app.simulator.quickbooks.fault_names import QUICKBOOKS_FAULTS
from desktop_app.simulator.quickbooks.schema import ENTITIES
from desktop_app.simulator.quickbooks.switches import Switches
from desktop_app.simulator.wire import dumps, loads
from tests.simulator.books import US, Books, sale


@pytest.fixture
def books() -> Books:
    return Books()


def test_every_fault_is_in_the_switchboard() -> None:
    assert set(QUICKBOOKS_FAULTS) == {name for name in FAULTS if name.startswith("qbo.")}


def read(books: Books) -> TestResponse:
    return books.raw("GET", "customer/1")


def write(books: Books) -> TestResponse:
    return books.raw("POST", "invoice", books.invoice())


def update(books: Books) -> TestResponse:
    return books.raw(
        "POST", "customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"}
    )


def data_code(books: Books, response: TestResponse) -> Any:
    return books.parsed(response)["Fault"]["Error"][0]["code"]


def gateway_code(books: Books, response: TestResponse) -> Any:
    return books.parsed(response)["fault"]["error"][0]["code"]


@pytest.mark.parametrize(
    ("name", "call", "status", "code"),
    [
        ("qbo.token_expired", read, 401, "3200"),
        ("qbo.forbidden", read, 403, "3100"),
        ("qbo.throttled", read, 429, "3001"),
        ("qbo.reads_blocked", read, 429, "3001"),
    ],
)
def test_at_the_gateway(
    books: Books, name: str, call: Callable[[Books], TestResponse], status: int, code: str
) -> None:
    books.faults.arm(name, times=1)
    response = call(books)
    assert (response.status_code, gateway_code(books, response)) == (status, code)
    assert call(books).status_code == 200


@pytest.mark.parametrize(
    ("name", "call", "status", "code"),
    [
        ("qbo.lost_admin", read, 403, "120"),
        ("qbo.company_locked", read, 403, "140"),
        ("qbo.maintenance", read, 503, "150"),
        ("qbo.subscription_ended", write, 403, "6190"),
        ("qbo.system_failure", write, 500, "10000"),
        ("qbo.fault_in_200", write, 200, "610"),
        ("qbo.stale_object", update, 400, "5010"),
        ("qbo.duplicate_number", write, 400, "6140"),
        ("qbo.books_closed", write, 400, "6210"),
        ("qbo.business_rule", write, 400, "6000"),
        ("qbo.refused", write, 400, "610"),
    ],
)
def test_in_the_data_service(
    books: Books, name: str, call: Callable[[Books], TestResponse], status: int, code: str
) -> None:
    books.faults.arm(name, times=1)
    response = call(books)
    assert (response.status_code, data_code(books, response)) == (status, code)
    assert books.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 0
    assert call(books).status_code == 200


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("qbo.xml_401", 'code="100"><Message>General Authentication Error'),
        ("qbo.wrong_cluster", 'code="130"><Message>Accessing Wrong Cluster'),
    ],
)
def test_xml_although_json_was_asked(books: Books, name: str, text: str) -> None:
    books.faults.arm(name, times=1)
    response = read(books)
    assert (response.status_code, response.mimetype) == (401, "application/xml")
    assert text in response.get_data(as_text=True)


def test_status_of_a_lost_right_can_be_chosen(books: Books) -> None:
    books.faults.arm("qbo.lost_admin", times=1, status=400)
    assert read(books).status_code == 400


def test_ended_subscription_still_reads(books: Books) -> None:
    books.faults.arm("qbo.subscription_ended")
    assert read(books).status_code == 200
    error = books.error(write(books), 403)
    assert error["Message"] == "Invalid Company Status"
    assert error["Detail"].startswith("Subscription period has ended")


def test_blocked_reads_leave_writes(books: Books) -> None:
    books.faults.arm("qbo.reads_blocked")
    assert write(books).status_code == 200
    assert books.raw("GET", "query?query=SELECT%20*%20FROM%20Item").status_code == 429


def test_failure_after_the_work(books: Books) -> None:
    books.faults.arm("qbo.system_failure_after", times=1)
    body = books.invoice()
    failed = books.raw("POST", "invoice?requestid=r", body)
    assert (failed.status_code, data_code(books, failed)) == (500, "10000")
    assert books.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 1
    assert books.save("Invoice", body, requestid="r")["Id"] == "1"
    assert books.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 1


def test_forgotten_request_id(books: Books) -> None:
    books.save("Invoice", books.invoice(), requestid="r")
    books.faults.arm("qbo.requestid_forgotten", times=1)
    assert books.save("Invoice", books.invoice(), requestid="r")["Id"] == "2"


def test_empty_body(books: Books) -> None:
    books.faults.arm("qbo.empty_body", times=1)
    response = write(books)
    assert (response.status_code, response.get_data()) == (200, b"")


def test_pages(books: Books) -> None:
    statement = "SELECT * FROM Account ORDERBY Id STARTPOSITION 1 MAXRESULTS 5"
    second = statement.replace("STARTPOSITION 1", "STARTPOSITION 6")
    assert books.ids(second)[0] == "6"
    books.faults.arm("qbo.rows_change_between_pages", times=1)
    assert books.ids(statement)[0] == "1"
    assert books.ids(second)[0] == "7"
    books.faults.arm("qbo.empty_page", times=1)
    assert books.query(statement) == {}
    books.faults.arm("qbo.short_page", times=1, rows=2)
    assert len(books.ids(statement)) == 2
    assert len(books.ids(statement)) == 5


def test_selectors(books: Books) -> None:
    books.faults.arm("qbo.business_rule", entity="Invoice", detail="Business Validation Error: No")
    assert books.save("Customer", {"DisplayName": "Fine"})["Id"]
    assert books.fault("invoice", books.invoice())["Detail"] == "Business Validation Error: No"


def test_total_off_by_a_cent(books: Books) -> None:
    books.faults.arm("qbo.total_off_by_a_cent", times=1)
    made = books.save("Invoice", books.invoice())
    assert made["TotalAmt"] == made["Balance"] == Decimal("100.01")
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("0.01")


def test_batch_item_throttled(books: Books) -> None:
    books.faults.arm("qbo.batch_item_throttled", times=1)
    query = {"Query": "SELECT COUNT(*) FROM Term"}
    body = {"BatchItemRequest": [{"bId": "1", **query}, {"bId": "2", **query}]}
    first, second = books.post("batch", body)["BatchItemResponse"]
    assert first["Fault"]["Error"][0]["code"] == "3001"
    assert second["QueryResponse"] == {"totalCount": 3}


def test_change_capture(books: Books) -> None:
    since = (books.clock.now() - timedelta(seconds=2)).isoformat()
    for number in range(3):
        books.save("Customer", {"DisplayName": f"C{number}"})
    books.faults.arm("qbo.cdc_truncated", times=1, rows=2)
    query = {"entities": "Customer", "changedSince": since}
    (block,) = books.get("cdc", **query)["CDCResponse"][0]["QueryResponse"]
    assert (len(block["Customer"]), block["totalCount"]) == (2, 3)
    books.faults.arm("qbo.cdc_plain_text", times=1)
    response = books.raw("GET", "cdc", query_string=query)
    assert response.content_type == "text/plain;charset=UTF-8"
    assert len(books.parsed(response)["CDCResponse"][0]["QueryResponse"][0]["Customer"]) == 3


# Other people


def test_simulated_payment(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    books.engine.simulate_payment(US, made["Id"], "30")
    after = books.read("Invoice", made["Id"])
    assert (after["Balance"], after["SyncToken"]) == (70, "1")
    assert books.fault("invoice", {**made, "PrivateNote": "x"})["code"] == "5010"
    books.engine.simulate_payment(US, made["Id"])
    assert books.read("Invoice", made["Id"])["Balance"] == 0
    with pytest.raises(ServiceFault, match="6000"):
        books.engine.simulate_payment(US, made["Id"], 1)


def test_simulated_rename_and_inactivation(books: Books) -> None:
    assert books.engine.simulate_rename(US, "Customer", "1", "New")["DisplayName"] == "New"
    assert books.read("Customer", "4")["FullyQualifiedName"] == "New:Branch"
    books.save("Invoice", books.invoice(CustomerRef={"value": "2"}))
    gone = books.engine.simulate_inactivate(US, "Customer", "2")
    assert (gone["Active"], gone["Balance"]) == (False, 100)
    assert "2" not in books.ids("SELECT * FROM Customer")


def test_simulated_merge(books: Books) -> None:
    made = books.save("Invoice", books.invoice(CustomerRef={"value": "2"}))
    books.engine.simulate_merge(US, "Customer", "2", "1")
    assert books.read("Invoice", made["Id"])["CustomerRef"] == {
        "value": "1",
        "name": "Harbor Peak Dental",
    }
    assert books.read("Customer", "1")["Balance"] == 100
    error = books.fault("invoice", books.invoice(CustomerRef={"value": "2"}))
    assert "Names element id 2 not found" in error["Detail"]
    since = (books.clock.now() - timedelta(seconds=9)).isoformat()
    (block,) = books.get("cdc", entities="Customer", changedSince=since)["CDCResponse"][0][
        "QueryResponse"
    ]
    assert [one["Id"] for one in block["Customer"]] == ["1"]
    # An item of the same Id is another thing.
    assert books.read("Item", "2")["Name"] == "Workstation"


def test_simulated_delete(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    books.engine.simulate_delete(US, "Invoice", made["Id"])
    assert books.error(books.raw("GET", f"invoice/{made['Id']}"))["code"] == "610"


def test_summary(books: Books) -> None:
    books.save("Invoice", books.invoice(sale("19.99")))
    summary = books.engine.summary(US)
    assert summary["counts"]["Invoice"] == 1
    assert summary["active"]["Customer"] == 3
    assert summary["totals"]["Invoice"] == summary["open_balance"] == Decimal("19.99")


def test_state_file(books: Books) -> None:
    made = books.save("Invoice", books.invoice(), requestid="r")
    other = books.save("Invoice", books.invoice())
    books.remove("Invoice", other["Id"])
    since = (books.clock.now() - timedelta(seconds=9)).isoformat()
    state = loads(dumps(books.engine.dump()))
    again = Books()
    again.engine.load(state)
    assert again.save("Invoice", books.invoice(), requestid="r") == made
    assert again.save("Invoice", books.invoice())["Id"] == "3"
    assert again.error(again.raw("GET", f"invoice/{other['Id']}"))["Detail"].endswith(
        "Another user has deleted this transaction."
    )
    answer = again.get("cdc", entities="Invoice", changedSince=since)
    assert len(answer["CDCResponse"][0]["QueryResponse"][0]["Invoice"]) == 3
    assert again.engine.metered_reads(US) == 2


# The data that the simulator serves


@pytest.mark.parametrize("size", ["small"])
def test_served_data_may_be_sent_back(size: str) -> None:
    """Reading any record and sending it back in full is an update that changes no amount."""
    seed = build(size, 1)
    tracking = {"ClassTrackingPerTxn": True, "TrackDepartments": True}
    kept = ("TotalAmt", "Balance", "DisplayName", "FullyQualifiedName", "DueDate")
    engine = QuickBooks(Books().clock, Faults(), seed.companies)
    for one in seed.companies:
        company = engine.company(one.realm_id)
        preferences = loads(dumps(company.preferences))
        preferences["AccountingInfoPrefs"].pop("BookCloseDate", None)
        preferences["AccountingInfoPrefs"] |= tracking
        company.preferences = preferences
        for name, records in one.entities.items():
            if "update" not in ENTITIES[name].verbs or name == "ExchangeRate":
                continue
            for record in list(records):
                before = company.get(name, record["Id"])
                assert before is not None
                body = loads(dumps(before))
                try:
                    after = writes.write(
                        company, ENTITIES[name], body, frozenset(), Switches(Faults())
                    )
                except ServiceFault as fault:
                    pytest.fail(f"{one.name} {name} {record['Id']}: {fault}")
                for field in kept:
                    assert after.get(field) == before.get(field), (name, record["Id"], field)
