"""The query language of the simulated QuickBooks Online."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.simulator.quickbooks.codes import ServiceFault
from desktop_app.simulator.quickbooks.grammar import parse
from tests.simulator.books import GB, Books, customer


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("Id = '2'", ["2"]),
        ("Id IN ('4', '1', '99')", ["1", "4"]),
        ("DisplayName = 'harbor peak dental'", ["1"]),
        (r"DisplayName = 'O\'Neil IT'", ["2"]),
        ("DisplayName LIKE 'har%'", ["1"]),
        ("DisplayName LIKE '%e%'", ["1", "2"]),
        ("DisplayName LIKE 'Branch'", ["4"]),
        ("DisplayName LIKE '_ranch'", []),
        ("Active = false", ["3"]),
        ("Active IN (true, false)", ["1", "2", "3", "4"]),
        ("Active in (TRUE)", ["1", "2", "4"]),
        ("Job = true", ["4"]),
        ("Balance = '0' AND Job = false", ["1", "2"]),
        ("Balance > '0'", []),
        ("SalesTermRef = '3'", ["1"]),
        ("Level >= '1'", ["4"]),
        ("MetaData.CreateTime >= '2025-01-03T16:00:00Z'", ["1", "2", "4"]),
        ("MetaData.CreateTime > '2025-01-03T16:00:00+00:00'", []),
        ("Metadata.LastUpdatedTime < '2025-01-03T16:00:00.001Z'", ["1", "2", "4"]),
        ("MetaData.CreateTime = '2025-01-03T08:00:00'", ["1", "2", "4"]),
    ],
)
def test_conditions(books: Books, condition: str, ids: list[str]) -> None:
    assert books.ids(f"SELECT * FROM Customer WHERE {condition}") == ids


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        (
            "SELECT * FROM Customer WHERE Balance > 0",
            '" <INTEGER_LITERAL> "0 "" at line 1, column 40',
        ),
        ("SELECT * FROM Customer WHERE Id = '1' OR Id = '2'", 'Encountered " "OR" "OR ""'),
        ("SELECT * FROM Customer WHERE Id != '1'", '"!="'),
        ("SELECT * FROM Customer WHERE NOT Active = true", "NOT"),
        ("SELECT * FROM Customer WHERE (Id = '1')", '"("'),
        ("SELECT * FROM Customer TxnDate", ' <IDENTIFIER> "TxnDate "" at line 1, column 24.'),
        ("SELECT * FROM Customer WHERE DisplayName = 'O''Neil IT'", "<STRING_LITERAL>"),
        ("SELECT * FROM Customer WHERE DisplayName = 'open", "Lexical error at line 1, column 44"),
        ("SELECT * FROM", '<EOF>" at line 1, column 14'),
        ("SELECT FROM Customer", '"FROM"'),
        ("SELECT SUM(Balance) FROM Customer", '"("'),
        ("DELETE FROM Customer", "DELETE"),
        ("SELECT * FROM Customer ORDERBY", "<EOF>"),
        ("SELECT * FROM Customer STARTPOSITION '1'", "<STRING_LITERAL>"),
        ("SELECT * FROM Customer, Vendor", '","'),
        ('SELECT * FROM Customer WHERE Id = "1"', "Lexical error"),
    ],
)
def test_what_cannot_be_parsed(books: Books, statement: str, detail: str) -> None:
    error = books.query_fault(statement)
    assert error["code"] == "4000"
    assert error["Message"] == "Error parsing query"
    assert error["Detail"].startswith("QueryParserError: ")
    assert detail in error["Detail"]


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        ("SELECT * FROM Customer WHERE Foo = '1'", "Property Foo not found for Entity Customer"),
        ("SELECT Foo FROM Customer", "Property Foo not found for Entity Customer"),
        ("SELECT * FROM Customer ORDERBY Foo", "Property Foo not found for Entity Customer"),
        ("SELECT * FROM Nothing", "Nothing"),
        ("SELECT * FROM Invoice WHERE ClassRef = '1'", "property 'ClassRef' is not queryable"),
        ("SELECT * FROM Customer WHERE CustomerTypeRef = '1'", "is not queryable"),
        (
            "SELECT * FROM Invoice WHERE Line.Amount = '1'",
            "'Line.Amount' is not queryable",
        ),
        ("SELECT * FROM Customer STARTPOSITION 0", "value 0 is too small. Min allowed value is 1"),
        ("SELECT * FROM Customer MAXRESULTS -1", "value -1 is too small"),
        ("SELECT * FROM Customer WHERE Balance = 'many'", "'many'"),
        ("SELECT * FROM Customer WHERE Active = 'perhaps'", "'perhaps'"),
        ("SELECT * FROM Invoice WHERE TxnDate > 'soon'", "'soon'"),
        ("SELECT * FROM Invoice WHERE Balance LIKE '1%'", "LIKE"),
    ],
)
def test_what_is_invalid(books: Books, statement: str, detail: str) -> None:
    error = books.query_fault(statement)
    assert (error["code"], error["Message"]) == ("4001", "Invalid query")
    assert error["Detail"].startswith("QueryValidationError: ")
    assert detail in error["Detail"]


def test_words_in_any_case(books: Books) -> None:
    statement = "select Id from CUSTOMER where active = TRUE order by displayname desc maxresults 2"
    assert books.ids(statement) == ["2", "1"]


def test_answer_shapes(books: Books) -> None:
    whole = books.get("query", query="SELECT * FROM Customer")
    assert set(whole) == {"QueryResponse", "time"}
    rows = whole["QueryResponse"]
    assert {k: v for k, v in rows.items() if k != "Customer"} == {
        "startPosition": 1,
        "maxResults": 3,
        "totalCount": 3,
    }
    assert books.query("SELECT * FROM Customer WHERE Id = '77'") == {}
    assert books.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 3}
    assert books.query("select count(*) from Customer where Active in (true,false)") == {
        "totalCount": 4
    }
    assert books.query("SELECT COUNT(*) FROM Customer WHERE Id = '77'") == {"totalCount": 0}
    page = books.query("SELECT * FROM Customer STARTPOSITION 2 MAXRESULTS 1")
    assert [one["Id"] for one in page["Customer"]] == ["2"]
    assert (page["startPosition"], page["maxResults"]) == (2, 1)
    assert "totalCount" not in page
    assert books.query("SELECT * FROM Customer STARTPOSITION 9") == {}


def test_projection(books: Books) -> None:
    (row,) = books.query("SELECT DisplayName, MetaData.CreateTime FROM Customer WHERE Id = '1'")[
        "Customer"
    ]
    assert row == {
        "domain": "QBO",
        "sparse": True,
        "DisplayName": "Harbor Peak Dental",
        "MetaData": {"CreateTime": "2025-01-03T08:00:00-08:00"},
    }
    (row,) = books.query("SELECT *, Sku FROM Item WHERE Sku = 'wks'")["Item"]
    assert (row["Name"], row["Sku"]) == ("Workstation", "WKS")


def test_ids_order_as_numbers_and_pages_hold_at_most_a_thousand(books: Books) -> None:
    for number in range(5, 1205):
        made = customer(str(number), f"Client {number}")
        books.company.records["Customer"][made["Id"]] = made
    found = books.ids("SELECT * FROM Customer ORDERBY Id MAXRESULTS 5000")
    assert len(found) == 1000
    assert found[:4] == ["1", "2", "4", "5"]
    assert found == sorted(found, key=int)
    assert len(books.ids("SELECT * FROM Customer")) == 100
    rest = books.ids("SELECT * FROM Customer ORDERBY Id STARTPOSITION 1001 MAXRESULTS 1000")
    assert len(rest) == 203
    assert books.query("SELECT COUNT(*) FROM Customer")["totalCount"] == 1203
    assert books.ids("SELECT * FROM Customer ORDERBY Id DESC MAXRESULTS 2") == ["1204", "1203"]


def test_order_by_several(books: Books) -> None:
    for number, day in enumerate(("2026-03-02", "2026-03-01", "2026-03-02"), start=1):
        books.save("Invoice", books.invoice(TxnDate=day, DocNumber=f"N{number}"))
    statement = "SELECT * FROM Invoice ORDERBY TxnDate DESC, DocNumber DESC"
    assert [one["DocNumber"] for one in books.query(statement)["Invoice"]] == ["N3", "N1", "N2"]
    found = books.query("SELECT * FROM Invoice WHERE TxnDate > '2026-03-01' AND TotalAmt = '100'")
    assert len(found["Invoice"]) == 2
    assert len(books.ids("SELECT * FROM Invoice WHERE CustomerRef = '1'")) == 3
    assert books.ids("SELECT * FROM Invoice WHERE DueDate < '2026-03-31'") == []


@pytest.mark.parametrize("kind", ["application/text", "text/plain", "text/plain;charset=UTF-8"])
def test_posted(books: Books, kind: str) -> None:
    answer = books.raw(
        "POST", "query", data="SELECT * FROM Term WHERE Name = 'Net 30'", content_type=kind
    )
    assert [one["Id"] for one in books.answer(answer)["QueryResponse"]["Term"]] == ["3"]


def test_posted_as_something_else(books: Books) -> None:
    answer = books.raw("POST", "query", data="SELECT * FROM Term", content_type="application/json")
    assert books.error(answer)["code"] == "1050"
    assert books.error(books.raw("GET", "query"))["code"] == "2020"


def test_plus_must_be_encoded_in_an_offset(books: Books) -> None:
    moment = (datetime.now(UTC) - timedelta(days=900)).isoformat(timespec="seconds")
    statement = f"SELECT * FROM Term WHERE MetaData.CreateTime > '{moment}'"
    good = books.raw("GET", f"query?query={quote(statement)}")
    assert len(books.answer(good)["QueryResponse"]["Term"]) == 3
    # Unencoded, the plus arrives as a blank.
    bad = books.raw("GET", f"query?query={quote(statement, safe='+')}")
    assert books.error(bad)["code"] == "4001"


def test_single_objects_and_rates() -> None:
    books = Books(GB)
    assert books.query("SELECT * FROM CompanyInfo")["CompanyInfo"][0]["Country"] == "GB"
    assert books.query("SELECT * FROM Preferences")["maxResults"] == 1
    rates = books.query("SELECT * FROM ExchangeRate WHERE SourceCurrencyCode IN ('EUR')")
    assert rates["ExchangeRate"][0]["AsOfDate"] == "2026-01-01"


@given(st.text(max_size=40))
def test_any_text_between_quotes_comes_out_as_it_went_in(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    query = parse(f"SELECT * FROM Customer WHERE DisplayName = '{escaped}'")
    assert query.conditions[0].values == (text,)


@given(st.text(max_size=80))
def test_nonsense_is_refused_and_never_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(ServiceFault):
        parse(text)
