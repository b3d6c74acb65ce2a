"""Paths, verbs, headers, envelopes, tokens and the XML form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.simulator.books import GB, Books, sale

NAMESPACE = {"q": "http://schema.intuit.com/finance/v3"}


@pytest.fixture
def books() -> Books:
    return Books()


def test_headers_of_every_answer(books: Books) -> None:
    for response in (
        books.raw("GET", "customer/1"),
        books.raw("GET", "customer/99"),
        books.raw("GET", "customer/1", headers={"Authorization": None}),
        books.raw("GET", "no/such/path/at/all"),
    ):
        assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", response.headers["intuit_tid"])
        assert response.headers["QBO-Version"]
    assert books.raw("GET", "customer/1").content_type == "application/json;charset=UTF-8"
    one, two = (books.raw("GET", "customer/1").headers["intuit_tid"] for _ in range(2))
    assert one != two


def test_envelope_of_a_read(books: Books) -> None:
    answer = books.get("customer/1", minorversion="75")
    assert set(answer) == {"Customer", "time"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00", answer["time"])
    made = books.save("Customer", {"DisplayName": "Stamped"})
    stamp = made["MetaData"]["CreateTime"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00", stamp)


def test_ids_are_text_and_amounts_are_numbers(books: Books) -> None:
    books.save("Invoice", books.invoice(sale("189.99")))
    text = books.raw("GET", "invoice/1").get_data(as_text=True)
    assert '"Id": "1"' in text
    assert '"SyncToken": "0"' in text
    assert '"TotalAmt": 189.99' in text
    assert "null" not in text


@pytest.mark.parametrize("path", ["customer/1", "Customer/1", "CUSTOMER/1"])
def test_segments_in_any_case(books: Books, path: str) -> None:
    assert books.get(path)["Customer"]["Id"] == "1"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("customer/99", "610"),
        ("customer/abc", "2030"),
        ("customer", "2020"),
        ("spaceship/1", "2000"),
        ("estimate/1", "610"),
    ],
)
def test_reads_refused(books: Books, path: str, code: str) -> None:
    assert books.error(books.raw("GET", path))["code"] == code


def test_missing_object(books: Books) -> None:
    error = books.error(books.raw("GET", "customer/99"))
    assert error["Message"] == "Object Not Found"
    assert "Something you're trying to use has been made inactive." in error["Detail"]


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE"])
def test_other_verbs(books: Books, verb: str) -> None:
    response = books.raw(verb, "customer/1", {})
    assert response.status_code == 405
    assert response.mimetype == "text/html"


@pytest.mark.parametrize("path", ["customer/1/2/3", "customer/1/2"])
def test_wrong_paths(books: Books, path: str) -> None:
    response = books.raw("GET", path)
    assert (response.status_code, response.mimetype) == (404, "text/html")
    posted = books.raw("POST", "customer/1", {})
    assert posted.status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [({"operation": "explode"}, "500"), ({"operation": "update"}, "2020")],
)
def test_operations(books: Books, query: dict[str, str], code: str) -> None:
    assert books.fault("customer", {"DisplayName": "x"}, **query)["code"] == code


def test_bodies(books: Books) -> None:
    def code(data: bytes, kind: str = "application/json", status: int = 400) -> Any:
        response = books.raw("POST", "customer", data=data, content_type=kind)
        return books.error(response, status)["code"]

    assert code(b'{"DisplayName": "x"}', "text/csv") == "1050"
    assert code(b'{"DisplayName": ') == "2010"
    assert code(b"[]") == "2010"
    assert code(b"") == "2010"
    assert code(b'{"DisplayName": "\xff"}', status=500) == "10000"
    assert code(b'{"Customer": {"DisplayName": "x"}}') == "2010"


def test_numbers_and_booleans_as_text_are_read(books: Books) -> None:
    made = books.save("Customer", {"DisplayName": 42, "Taxable": "false"})
    assert (made["DisplayName"], made["Taxable"]) == ("42", False)
    line = {**sale("10"), "Amount": "10.00"}
    assert books.save("Invoice", books.invoice(line))["TotalAmt"] == 10


# Tokens and companies


@pytest.mark.parametrize(
    ("header", "code", "detail"),
    [
        (None, "3200", "Missing or malformed"),
        ("Basic abc", "3200", "Missing or malformed"),
        ("Bearer ", "3202", "empty"),
        ("Bearer x", "3200", "Malformed bearer token: too short or too long"),
        ("Bearer " + "x" * 5000, "3200", "Malformed bearer token: too short or too long"),
        ("Bearer some-other-token", "3200", "Token invalid"),
    ],
)
def test_not_authenticated(books: Books, header: str | None, code: str, detail: str) -> None:
    books.grant = None
    response = books.raw("GET", "customer/1", headers={"Authorization": header})
    parsed = books.parsed(response)
    assert response.status_code == 401
    assert set(parsed) == {
        "warnings",
        "intuitObject",
        "fault",
        "report",
        "queryResponse",
        "batchItemResponse",
        "attachableResponse",
        "syncErrorResponse",
        "requestId",
        "time",
        "status",
        "cdcresponse",
    }
    assert isinstance(parsed["time"], int)
    assert parsed["fault"]["type"] == "AUTHENTICATION"
    (error,) = parsed["fault"]["error"]
    assert set(error) == {"message", "detail", "code", "element"}
    assert error["code"] == code
    assert f"errorCode=00{code}; statusCode=401" in error["message"]
    assert detail in error["detail"]


@pytest.mark.parametrize("change", [{"expired": True}, {"revoked": True}])
def test_dead_tokens(books: Books, change: dict[str, bool]) -> None:
    assert books.grant is not None
    books.grant = replace(books.grant, **change)  # type: ignore[arg-type]
    parsed = books.parsed(books.raw("GET", "customer/1"))
    assert parsed["fault"]["error"][0]["code"] == "3200"
    if change.get("expired"):
        assert parsed["fault"]["error"][0]["detail"].startswith("Token expired")


def test_foreign_companies_and_scopes(books: Books) -> None:
    def refused() -> Any:
        response = books.raw("GET", "customer/1")
        assert response.status_code == 403
        return books.parsed(response)["fault"]

    books.realm = GB
    fault = refused()
    assert fault["type"] == "SERVICE"
    assert fault["error"][0]["code"] == "3100"
    assert fault["error"][0]["message"] == (
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    )
    assert fault["error"][0]["detail"] is None
    books.realm = "1234567890"
    assert refused()["error"][0]["code"] == "3100"
    again = Books()
    assert again.grant is not None
    again.grant = replace(again.grant, scopes=frozenset({"openid"}))
    assert again.raw("GET", "customer/1").status_code == 403


def test_company_data_stays_apart() -> None:
    british = Books(GB)
    british.save("Customer", {"DisplayName": "Only here"})
    british.realm = british.company.realm_id
    assert british.engine.summary(GB)["counts"]["Customer"] == 6
    assert british.engine.summary("9341450000000001")["counts"]["Customer"] == 4


# XML


def xml(books: Books, path: str, accept: str | None = None) -> ET.Element:
    response = books.raw("GET", path, headers={"Accept": accept})
    assert response.content_type == "application/xml;charset=UTF-8"
    return ET.fromstring(response.get_data(as_text=True))


@pytest.mark.parametrize("accept", [None, "*/*", "application/xml", "text/html"])
def test_xml_without_an_accept_for_json(books: Books, accept: str | None) -> None:
    root = xml(books, "customer/1", accept)
    assert root.tag == "{http://schema.intuit.com/finance/v3}IntuitResponse"
    assert root.get("time")
    one = root.find("q:Customer", NAMESPACE)
    assert one is not None
    assert one.get("domain") == "QBO"
    assert one.findtext("q:DisplayName", namespaces=NAMESPACE) == "Harbor Peak Dental"
    assert one.findtext("q:SalesTermRef", namespaces=NAMESPACE) == "3"
    assert one.findtext("q:Active", namespaces=NAMESPACE) == "true"


def test_xml_faults(books: Books) -> None:
    fault = xml(books, "customer/99").find("q:Fault", NAMESPACE)
    assert fault is not None
    assert fault.get("type") == "ValidationFault"
    error = fault.find("q:Error", NAMESPACE)
    assert error is not None
    assert error.get("code") == "610"
    books.grant = None
    gateway = xml(books, "customer/1").find("q:Fault/q:Error", NAMESPACE)
    assert gateway is not None
    assert gateway.get("code") == "3200"


def test_xml_is_read_too(books: Books) -> None:
    def post(path: str, text: str) -> ET.Element:
        document = text.replace(">", ' xmlns="http://schema.intuit.com/finance/v3">', 1)
        response = books.raw(
            "POST",
            path,
            data=document,
            content_type="application/xml",
            headers={"Accept": "application/xml"},
        )
        return ET.fromstring(response.get_data(as_text=True))

    made = post(
        "invoice",
        '<Invoice domain="QBO"><DocNumber>X-1</DocNumber><TxnDate>2026-03-01</TxnDate>'
        "<Line><Description>One  &amp; two</Description><Amount>10.50</Amount>"
        "<DetailType>SalesItemLineDetail</DetailType><SalesItemLineDetail>"
        '<ItemRef name="x">2</ItemRef></SalesItemLineDetail></Line>'
        "<Line><Amount>1</Amount><DetailType>SalesItemLineDetail</DetailType>"
        "<SalesItemLineDetail><ItemRef>1</ItemRef></SalesItemLineDetail></Line>"
        "<CustomerRef>1</CustomerRef><CustomerMemo>Thanks</CustomerMemo></Invoice>",
    )
    assert made.findtext("q:Invoice/q:TotalAmt", namespaces=NAMESPACE) == "11.5"
    assert made.findtext("q:Invoice/q:CustomerMemo", namespaces=NAMESPACE) == "Thanks"
    stored = books.read("Invoice", "1")
    assert stored["Line"][0]["Description"] == "One  & two"
    post(
        "invoice",
        '<Invoice sparse="true"><Id>1</Id><SyncToken>0</SyncToken>'
        "<PrivateNote>n</PrivateNote></Invoice>",
    )
    assert books.read("Invoice", "1")["PrivateNote"] == "n"
    for text in ("<Invoice><Colour>red</Colour></Invoice>", "<Bill></Bill>", "<Invoice><"):
        error = post("invoice", text).find("q:Fault/q:Error", NAMESPACE)
        assert error is not None
        assert error.get("code") == "2010"
    post("invoice?operation=delete", "<Invoice><Id>1</Id><SyncToken>1</SyncToken></Invoice>")
    assert books.query("SELECT * FROM Invoice") == {}


def test_format_asks_for_json_too(books: Books) -> None:
    response = books.raw("GET", "customer/1?format=json", headers={"Accept": None})
    assert response.mimetype == "application/json"
