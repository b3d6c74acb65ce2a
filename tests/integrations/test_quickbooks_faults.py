from __future__ import annotations

import json
from typing import Any

import pytest

from desktop_app.errors import FaultClass, ServiceFault
from desktop_app.integrations.http import Answer
from desktop_app.integrations.quickbooks.fault_table import TABLE
from desktop_app.integrations.quickbooks.faults import judge


def answer(status: int, body: Any) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {}, data, "tid-1")


def service(code: str, detail: str = "", message: str = "m", element: str = "") -> dict[str, Any]:
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "t"}


def gateway(code: str, message: str) -> dict[str, Any]:
    error = {"message": message, "detail": None, "code": code, "element": None}
    return {"warnings": None, "fault": {"error": [error], "type": "AUTHENTICATION"}, "time": 1}


XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2026-03-02T09:20:00.1-08:00">
<Fault type="AuthenticationFault"><Error code="%d"><Message>General Authentication Error</Message>
<Detail>SRV-110-Authentication Failure &amp; more</Detail></Error></Fault>
</IntuitResponse>"""


def judged(status: int, body: Any) -> ServiceFault:
    fault = judge(answer(status, body))
    assert fault is not None
    return fault


def test_success() -> None:
    assert judge(answer(200, {"QueryResponse": {}})) is None


def test_service_envelope() -> None:
    fault = judged(400, service("6140", "DocNumber=1 is assigned", element="DocNumber"))
    assert (fault.code, fault.status, fault.element) == ("6140", 400, "DocNumber")
    assert fault.fault_class is FaultClass.DATA
    assert fault.service_detail == "DocNumber=1 is assigned"
    assert fault.reference == "tid-1"
    assert "DocNumber=1" not in fault.detail  # detail goes to the log
    assert not fault.retryable


def test_gateway_envelope() -> None:
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    fault = judged(403, gateway("3100", message))
    assert (fault.code, fault.fault_class) == ("3100", FaultClass.CONNECTION)
    for code in ("003100", "", "AuthorizationFailed"):
        assert judged(403, gateway(code, message)).code == "3100"


@pytest.mark.parametrize(
    ("code", "expected"), [(100, FaultClass.TOKEN), (130, FaultClass.CONNECTION)]
)
def test_xml(code: int, expected: FaultClass) -> None:
    fault = judged(401, XML % code)
    assert (fault.code, fault.fault_class) == (str(code), expected)
    assert fault.service_detail.endswith("Failure & more")


def test_fault_in_a_success() -> None:
    assert judged(200, service("610")).code == "610"
    assert judged(200, XML % 100).code == "100"


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b'{"Invoice": {"Id"', [], "text"])
def test_success_without_data(body: Any) -> None:
    fault = judged(200, body)
    assert fault.fault_class is FaultClass.TRANSIENT
    assert fault.retryable


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, FaultClass.TRANSIENT),
        (400, FaultClass.DEFECT),
        (401, FaultClass.TOKEN),
        (403, FaultClass.CONNECTION),
        (404, FaultClass.DEFECT),
        (408, FaultClass.TRANSIENT),
        (429, FaultClass.THROTTLED),
        (500, FaultClass.TRANSIENT),
        (502, FaultClass.TRANSIENT),
        (504, FaultClass.TRANSIENT),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", {}, {"Fault": None}, {"Fault": {"Error": []}}])
def test_status_without_code(status: int, expected: FaultClass, body: Any) -> None:
    fault = judged(status, body)
    assert (fault.fault_class, fault.code) == (expected, "")


def test_unknown_code() -> None:
    fault = judged(400, service("7777", "Something new"))
    assert (fault.fault_class, fault.code) == (FaultClass.DATA, "7777")
    assert "7777" in fault.message
    assert fault.service_detail == "Something new"
    assert judged(500, service("7777")).fault_class is FaultClass.TRANSIENT


def test_known_code_leads_among_several() -> None:
    body = service("9999", "first")
    body["Fault"]["Error"] += service("6210", "second")["Fault"]["Error"]
    fault = judged(400, body)
    assert fault.code == "6210"
    assert fault.service_detail == "second first"


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("Business Validation Error: You must set a transaction amount.", FaultClass.DATA),
        ("You can only add or edit one name at a time. Please try again.", FaultClass.TRANSIENT),
        ("Unexpected Internal Error. (-30003)", FaultClass.DEFECT),
    ],
)
def test_business_rules(detail: str, expected: FaultClass) -> None:
    assert judged(400, service("6000", detail)).fault_class is expected


# The one-view classification of the sheet (5.4).
CLASSES = {
    FaultClass.TOKEN: "100 3200",
    FaultClass.CONNECTION: "3100 120 130 5020",
    FaultClass.COMPANY: "6190 140 150 10200",
    FaultClass.THROTTLED: "3001",
    FaultClass.TRANSIENT: "10000 600 1000 1010 1020",
    FaultClass.STALE: "5010",
    FaultClass.DATA: "2020 2050 2210 2290 2500 610 6000 6070 6100 6140 6210 6240 6250 6270 6420"
    " 6430 6440",
    FaultClass.DEFECT: "2000 2010 2120 2130 2140 2240 3202 4000 4001 4002",
}
LISTED = """100 110 120 130 140 150 500 600 610 620 630 700 800 900 1000 1010 1020 1040 1050 2000
2010 2020 2030 2040 2050 2060 2070 2080 2090 2100 2110 2120 2130 2140 2150 2160 2170 2180 2190 2200
2210 2220 2230 2240 2250 2260 2270 2280 2290 2300 2410 2500 2600 3000 3001 3100 3200 3202 4000 4001
4002 5000 5010 5020 5030 6000 6010 6020 6030 6040 6041 6050 6060 6070 6080 6090 6100 6110 6120 6130
6140 6150 6160 6170 6180 6190 6200 6210 6220 6230 6240 6250 6270 6280 6290 6300 6310 6320 6330 6340
6350 6360 6370 6380 6390 6400 6420 6430 6440 6450 6460 6470 6480 6490 6500 6510 6520 6530 6540
10000 10100 10200"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, cls) for cls, codes in CLASSES.items() for code in codes.split()],
)
def test_class_of_code(code: str, expected: FaultClass) -> None:
    assert TABLE[code].fault_class is expected


@pytest.mark.parametrize("code", LISTED.split())
def test_every_listed_code_has_words(code: str) -> None:
    words = TABLE[code]
    assert words.title
    assert not words.title.endswith(".")
    assert words.message.endswith(".")
    assert words.advice.endswith(".")
