"""Batches, request ids and change capture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.simulator.books import Books, customer

Json = dict[str, Any]


@pytest.fixture
def books() -> Books:
    return Books()


def batch(books: Books, *items: Json, **query: str) -> dict[str, Json]:
    """Answers by bId."""
    answer = books.post("batch", {"BatchItemRequest": list(items)}, **query)
    assert set(answer) == {"BatchItemResponse", "time"}
    return {one["bId"]: one for one in answer["BatchItemResponse"]}


def test_mixed_batch(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    key = {"Id": made["Id"], "SyncToken": "0"}
    answers = batch(
        books,
        {"bId": "q", "Query": "SELECT * FROM Customer ORDERBY Id MAXRESULTS 1"},
        {"bId": "bad", "operation": "create", "Invoice": {"CustomerRef": {"value": "1"}}},
        {"bId": "new", "operation": "create", "Customer": {"DisplayName": "From a batch"}},
        {"bId": "void", "operation": "update", "optionsData": "void", "Invoice": key},
        {"bId": "gone", "operation": "delete", "Invoice": {**key, "SyncToken": "1"}},
        {"bId": "odd", "Query": "SELECT"},
    )
    assert answers["q"]["QueryResponse"]["Customer"][0]["Id"] == "1"
    fault = answers["bad"]["Fault"]
    assert fault["type"] == "ValidationFault"
    assert fault["Error"] == [
        {
            "Message": "Required param missing, need to supply the required value for the API",
            "Detail": "Required parameter Line is missing in the request",
            "code": "2020",
            "element": "Line",
        }
    ]
    assert answers["new"]["Customer"]["DisplayName"] == "From a batch"
    assert answers["void"]["Invoice"]["TotalAmt"] == 0
    assert answers["gone"]["Invoice"]["status"] == "Deleted"
    assert answers["odd"]["Fault"]["Error"][0]["code"] == "4000"


def test_items_are_carried_out_in_order(books: Books) -> None:
    items = [
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Same name"}},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Same name"}},
    ]
    answers = batch(books, *items)
    assert "Customer" in answers["1"]
    assert answers["2"]["Fault"]["Error"][0]["code"] == "6240"


def test_limits_of_a_batch(books: Books) -> None:
    query = {"Query": "SELECT COUNT(*) FROM Item"}
    assert len(batch(books, *({"bId": str(n), **query} for n in range(30)))) == 30
    too_many = {"BatchItemRequest": [{"bId": str(n), **query} for n in range(31)]}
    assert books.fault("batch", too_many)["code"] == "1040"
    for empty in ({"BatchItemRequest": []}, {}):
        error = books.fault("batch", empty)
        assert (error["code"], error["Message"]) == ("400", "MalformedRequest")
        assert error["Detail"] == "Batch Request is Empty"
    assert books.fault("batch", {"Items": []})["code"] == "2010"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"bId": "x", "operation": "create"}, "2020"),
        ({"bId": "x", "Customer": {"DisplayName": "x"}}, "2020"),
        ({"bId": "x", "operation": "upsert", "Customer": {"DisplayName": "x"}}, "2170"),
        ({"bId": "x", "operation": "create", "Spaceship": {}}, "2010"),
        ({"bId": "x", "operation": "create", "Customer": {"Colour": "red"}}, "2010"),
        ({"bId": "x", "operation": "delete", "Customer": {"Id": "1", "SyncToken": "0"}}, "500"),
        ({"bId": "x", "operation": "update", "Customer": {"DisplayName": "x"}}, "2020"),
    ],
)
def test_items_refused(books: Books, item: Json, code: str) -> None:
    assert batch(books, item)["x"]["Fault"]["Error"][0]["code"] == code


def test_queries_of_a_batch_are_metered_one_each(books: Books) -> None:
    before = books.engine.metered_reads(books.realm)
    query = {"Query": "SELECT * FROM Term"}
    write = {"operation": "create", "Customer": {"DisplayName": "Free"}}
    batch(books, {"bId": "1", **query}, {"bId": "2", **query}, {"bId": "3", **write})
    assert books.engine.metered_reads(books.realm) == before + 2


def test_what_is_metered(books: Books) -> None:
    books.save("Customer", {"DisplayName": "Free"})
    assert books.engine.metered_reads(books.realm) == 0
    books.read("Customer", "1")
    books.get("preferences")
    books.get(f"companyinfo/{books.realm}")
    books.query("SELECT * FROM Item")
    books.get("cdc", entities="Item", changedSince=books.clock.now().isoformat())
    assert books.engine.metered_reads(books.realm) == 5


# Request ids


def test_a_repeated_request_is_answered_and_not_done_again(books: Books) -> None:
    first = books.save("Invoice", books.invoice(), requestid="r-1")
    again = books.save("Invoice", books.invoice(DocNumber="other"), requestid="r-1")
    assert again == first
    books.remove("Invoice", first["Id"])
    # The trap: an object that was deleted meanwhile is still reported as made.
    assert books.save("Invoice", books.invoice(), requestid="r-1") == first
    assert books.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 0
    assert books.save("Invoice", books.invoice(), requestid="r-1:g1")["Id"] != first["Id"]


def test_failures_are_not_remembered(books: Books) -> None:
    assert books.fault("invoice", {"CustomerRef": {"value": "1"}}, requestid="r")["code"] == "2020"
    assert books.save("Invoice", books.invoice(), requestid="r")["Id"]


def test_request_id_of_another_operation(books: Books) -> None:
    made = books.save("Invoice", books.invoice(), requestid="r")
    assert books.fault("customer", {"DisplayName": "x"}, requestid="r")["code"] == "600"
    key = {"Id": made["Id"], "SyncToken": "0"}
    assert books.fault("invoice", key, operation="delete", requestid="r")["code"] == "600"


def test_length_of_request_ids(books: Books) -> None:
    assert books.save("Invoice", books.invoice(), requestid="r" * 50)["Id"]
    assert books.fault("invoice", books.invoice(), requestid="r" * 51)["code"] == "2130"
    item = {"bId": "b" * 10, "operation": "create", "Customer": {"DisplayName": "x"}}
    assert "Customer" in batch(books, item, requestid="r" * 36)["b" * 10]
    body = {"BatchItemRequest": [item]}
    assert books.fault("batch", body, requestid="r" * 37)["code"] == "2130"
    body = {"BatchItemRequest": [{**item, "bId": "b" * 11}]}
    assert books.fault("batch", body, requestid="r")["code"] == "2130"


def test_request_ids_are_forgotten_after_a_day(books: Books) -> None:
    first = books.save("Invoice", books.invoice(), requestid="r")
    books.clock.advance(24 * 3600 - 5)
    assert books.save("Invoice", books.invoice(), requestid="r")["Id"] == first["Id"]
    books.clock.advance(10)
    assert books.save("Invoice", books.invoice(), requestid="r")["Id"] != first["Id"]


def test_request_id_of_a_batch(books: Books) -> None:
    good = {"bId": "a", "operation": "create", "Customer": {"DisplayName": "Once"}}
    bad = {"bId": "b", "operation": "create", "Customer": {"DisplayName": "a:b"}}
    first = batch(books, good, bad, requestid="r")
    fixed = {**bad, "Customer": {"DisplayName": "ab"}}
    second = batch(books, good, fixed, requestid="r")
    assert second["a"] == first["a"]
    assert second["b"]["Customer"]["DisplayName"] == "ab"


# Change capture


def changes(books: Books, entities: str, since: str) -> list[Json]:
    answer = books.get("cdc", entities=entities, changedSince=since)
    assert set(answer) == {"CDCResponse", "time"}
    (block,) = answer["CDCResponse"]
    found: list[Json] = block["QueryResponse"]
    return found


def test_changes(books: Books) -> None:
    since = (books.clock.now() - timedelta(seconds=1)).isoformat()
    invoice = books.save("Invoice", books.invoice())
    books.remove("Invoice", invoice["Id"])
    books.change("Customer", "2", Active=False)
    found = changes(books, "Customer,Item,Invoice", since)
    assert found[0]["Customer"][0]["DisplayName"] == "O'Neil IT (deleted)"
    assert {k: found[0][k] for k in ("startPosition", "maxResults", "totalCount")} == {
        "startPosition": 1,
        "maxResults": 1,
        "totalCount": 1,
    }
    assert found[1] == {}
    (gone,) = found[2]["Invoice"]
    assert set(gone) == {"domain", "status", "Id", "MetaData"}
    assert (gone["status"], gone["Id"]) == ("Deleted", invoice["Id"])
    assert changes(books, "TaxCode,Preferences", since) == [{}, {}]


def test_at_most_a_thousand_in_the_whole_answer(books: Books) -> None:
    stamp = {"MetaData": {"LastUpdatedTime": books.clock.now().isoformat(timespec="seconds")}}
    for number in range(100, 1005):
        records = books.company.records["Customer"]
        records[str(number)] = {**customer(str(number), f"C{number}"), **stamp}
        books.company.records["Vendor"][str(number)] = {**customer(str(number), "V"), **stamp}
    since = (books.clock.now() - timedelta(seconds=5)).isoformat()
    first, second = changes(books, "Customer,Vendor", since)
    assert (len(first["Customer"]), first["totalCount"]) == (905, 905)
    assert (len(second["Vendor"]), second["totalCount"]) == (95, 905)


def test_change_capture_refused(books: Books) -> None:
    def code(**query: str) -> Any:
        return books.error(books.raw("GET", "cdc", query_string=query))["code"]

    now = books.clock.now()
    assert code(entities="Customer") == "2020"
    assert code(changedSince=now.isoformat()) == "2020"
    assert code(entities="Spaceship", changedSince=now.isoformat()) == "2000"
    assert code(entities="Customer", changedSince="lately") == "2060"
    old = (now - timedelta(days=31)).isoformat()
    assert code(entities="Customer", changedSince=old) == "2190"
    fresh = (now - timedelta(days=29)).isoformat()
    assert changes(books, "Customer", fresh) == [{}]
