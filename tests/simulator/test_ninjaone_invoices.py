"""Invoices: filters, arithmetic, the life cycle, and what may be changed when."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import Ninja

INVOICES = "/v2/billing/invoices"
LINES = {"products", "agreementProducts", "ticketProducts"}


def refused(ninja: Ninja, method: str, path: str, **more: Any) -> tuple[int, str]:
    response = ninja.call(method, path, **more)
    assert set(response.json()) == {"errorCode", "message"}, response.text
    return response.status_code, response.json()["errorCode"]


def ids(ninja: Ninja, status: str) -> list[int]:
    return [one["id"] for one in ninja.get(INVOICES) if one["status"] == status]


def status(ninja: Ninja, number: int) -> str:
    return str(ninja.get(f"{INVOICES}/{number}")["status"])


def act(ninja: Ninja, action: str, *numbers: int) -> int:
    return ninja.call(
        "POST", f"{INVOICES}/{action}", json={"invoiceIds": list(numbers)}
    ).status_code


def body(ninja: Ninja, **changes: Any) -> dict[str, Any]:
    return {
        "clientId": ninja.get("/v2/organizations")[0]["id"],
        "invoiceDate": "2026-11-01",
        "dueDate": "2026-11-30",
        "billingPeriodStartDate": "2026-11-01",
        "billingPeriodEndDate": "2026-11-30",
        "products": [{"name": "Hours", "quantity": 1.75, "price": 135, "taxable": True}],
        **changes,
    }


def create(ninja: Ninja, **changes: Any) -> dict[str, Any]:
    response = ninja.call("POST", INVOICES, json=body(ninja, **changes))
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


# Reading


def test_rows_hold_no_lines_and_details_do(signed_in: Ninja) -> None:
    rows = signed_in.get(INVOICES)
    assert not any(LINES & set(one) for one in rows)
    detail = signed_in.get(f"{INVOICES}/{rows[0]['id']}")
    assert set(detail) >= LINES
    assert {key: value for key, value in detail.items() if key not in LINES} == rows[0]


def test_every_status_is_listed_and_status_does_not_filter(signed_in: Ninja) -> None:
    rows = signed_in.get(INVOICES)
    assert {one["status"] for one in rows} == {
        "PENDING", "APPROVED", "COMPLETE", "FAILED", "ARCHIVED",
    }  # fmt: skip
    assert signed_in.get(INVOICES, status="PENDING") == rows


def test_period_means_overlap(signed_in: Ninja) -> None:
    made = create(signed_in, billingPeriodStartDate="2031-03-10", billingPeriodEndDate="2031-04-09")

    def found(**params: str) -> bool:
        return made["id"] in {one["id"] for one in signed_in.get(INVOICES, **params)}

    assert found(periodFrom="2031-04-09", periodTo="2031-12-31")
    assert found(periodFrom="2031-01-01", periodTo="2031-03-10")
    assert found(periodFrom="2031-03-20", periodTo="2031-03-21")
    assert found(periodFrom="2031-01-01")
    assert found(periodTo="2031-03-10")
    assert not found(periodFrom="2031-04-10")
    assert not found(periodTo="2031-03-09")


def test_client_filter(signed_in: Ninja) -> None:
    rows = signed_in.get(INVOICES)
    client = rows[0]["client"]["id"]
    assert signed_in.get(INVOICES, clientId=client) == [
        one for one in rows if one["client"]["id"] == client
    ]
    assert signed_in.get(INVOICES, clientId=999999) == []


@pytest.mark.parametrize(
    "query",
    [
        "periodFrom=2026-13-01",
        "periodTo=01.02.2026",
        "periodFrom=2026-1-1",
        "periodTo=",
        "periodFrom=20261101",
        "clientId=abc",
        "clientId=",
    ],
)
def test_bad_parameters(signed_in: Ninja, query: str) -> None:
    response = signed_in.call("GET", f"{INVOICES}?{query}")
    assert (response.status_code, response.json()["resultCode"]) == (400, "FAILURE")


# Creating and changing


def test_arithmetic(signed_in: Ninja) -> None:
    made = create(
        signed_in,
        products=[
            {"name": "Hours", "quantity": 1.75, "price": 135, "taxable": False},
            {"name": "Disk", "quantity": 1, "price": 129, "discount": 9, "taxable": True},
        ],
        ticketProducts=[{"name": "Odd", "quantity": 3, "price": 0.335, "taxable": True}],
        discount=10,
        taxRate=0.08,
    )
    shown = signed_in.simulator.ninjaone.tenant.invoices[made["id"]]
    assert [one["subTotalWithDiscount"] for one in shown["products"]] == [
        Decimal("236.25"),
        Decimal("120.00"),
    ]
    # 1.005 rounds half up.
    assert shown["ticketProducts"][0]["subTotal"] == Decimal("1.01")
    assert shown["subTotal"] == Decimal("357.26")
    assert shown["totalTax"] == Decimal("9.68")
    assert shown["total"] == Decimal("356.94")
    assert made["status"] == "PENDING"
    lines = [line["id"] for key in LINES for line in made[key]]
    assert len(set(lines)) == 3
    assert isinstance(made["createTime"], float)


def test_every_open_invoice_goes_back_as_it_came(signed_in: Ninja) -> None:
    for row in signed_in.get(INVOICES):
        path = f"{INVOICES}/{row['id']}"
        if row["status"] in {"COMPLETE", "ARCHIVED"}:
            continue
        response = signed_in.call("PUT", path, json=signed_in.get(path))
        if response.status_code != 200:
            # Only what the invoice names may be gone since.
            assert "does not exist" in response.text, response.text


def test_update_recomputes(signed_in: Ninja) -> None:
    made = create(signed_in)
    path = f"{INVOICES}/{made['id']}"
    made["products"][0]["quantity"] = 2
    made["invoiceNumber"] = "MY-1"
    changed = signed_in.call("PUT", path, json=made).json()
    assert changed["total"] == 270
    assert changed["invoiceNumber"] == "MY-1"
    assert changed["createTime"] == made["createTime"]
    assert changed["products"][0]["id"] == made["products"][0]["id"]


def test_period_is_fixed_once_approved(signed_in: Ninja) -> None:
    made = create(signed_in)
    path = f"{INVOICES}/{made['id']}"
    assert act(signed_in, "approve", made["id"]) == 204
    moved = {**made, "billingPeriodEndDate": "2026-12-01"}
    assert refused(signed_in, "PUT", path, json=moved) == (400, "invoice_invalid_status")
    numbered = {**made, "invoiceNumber": "LATER-1"}
    assert signed_in.call("PUT", path, json=numbered).status_code == 200
    assert act(signed_in, "export", made["id"]) == 204
    assert refused(signed_in, "PUT", path, json=made) == (400, "invoice_invalid_status")


@pytest.mark.parametrize(
    "change",
    [
        {"clientId": 999999},
        {"invoiceDate": "soon"},
        {"invoiceDate": None},
        {"billingPeriodEndDate": "2026-10-01"},
        {"taxRate": 8.25},
        {"taxRate": "0.08"},
        {"currency": "DOLLAR"},
        {"products": [{"name": "x", "quantity": 1}]},
        {"products": [{"name": "x", "quantity": "1", "price": 1}]},
        {"products": [{"name": "x", "quantity": 1, "price": 1, "accountId": 99999}]},
        {"products": [{"name": "x", "quantity": 1, "price": 1, "sku": "a"}]},
        {"products": [5]},
        {"billContent": {"billFax": "x"}},
        {"colour": "red"},
    ],
)
def test_bodies_are_checked(signed_in: Ninja, change: dict[str, Any]) -> None:
    count = len(signed_in.get(INVOICES))
    assert refused(signed_in, "POST", INVOICES, json=body(signed_in, **change)) == (
        400,
        "invalid_request",
    )
    assert len(signed_in.get(INVOICES)) == count


def test_unknown_agreement(signed_in: Ninja) -> None:
    change = body(signed_in, agreementId=999999)
    assert refused(signed_in, "POST", INVOICES, json=change) == (404, "agreement_not_found")


# Life cycle


def test_pending_to_complete(signed_in: Ninja) -> None:
    number = ids(signed_in, "PENDING")[0]
    assert act(signed_in, "export", number) == 400
    assert act(signed_in, "approve", number) == 204
    assert status(signed_in, number) == "APPROVED"
    assert act(signed_in, "approve", number) == 400
    assert act(signed_in, "export", number) == 204
    assert status(signed_in, number) == "COMPLETE"
    for action in ("approve", "archive", "export", "unarchive"):
        assert act(signed_in, action, number) == 400


def test_failed_can_be_completed(signed_in: Ninja) -> None:
    number = ids(signed_in, "FAILED")[0]
    assert act(signed_in, "export", number) == 204
    assert status(signed_in, number) == "COMPLETE"


@pytest.mark.parametrize("before", ["PENDING", "APPROVED", "FAILED"])
def test_unarchive_brings_the_status_back(signed_in: Ninja, before: str) -> None:
    number = ids(signed_in, before)[0]
    assert act(signed_in, "archive", number) == 204
    assert status(signed_in, number) == "ARCHIVED"
    assert act(signed_in, "unarchive", number) == 204
    assert status(signed_in, number) == before


def test_many_at_once_is_all_or_none(signed_in: Ninja) -> None:
    good = ids(signed_in, "APPROVED")[:2]
    bad = ids(signed_in, "PENDING")[0]
    path = f"{INVOICES}/export"
    mixed = {"invoiceIds": [*good, bad]}
    assert refused(signed_in, "POST", path, json=mixed) == (400, "invoice_invalid_status")
    unknown = {"invoiceIds": [*good, 999999]}
    assert refused(signed_in, "POST", path, json=unknown) == (404, "invoice_not_found")
    assert {status(signed_in, number) for number in good} == {"APPROVED"}
    assert act(signed_in, "export", *good) == 204
    assert {status(signed_in, number) for number in good} == {"COMPLETE"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"invoiceIds": []},
        {"invoiceIds": ["5001"]},
        {"invoiceIds": [5001, 5001]},
        {"invoiceIds": 5001},
        {"invoiceIds": [True]},
        {"ids": [5001]},
        [5001],
    ],
)
def test_list_bodies_are_checked(signed_in: Ninja, sent: Any) -> None:
    path = f"{INVOICES}/approve"
    assert refused(signed_in, "POST", path, json=sent) == (400, "invalid_request")


def test_note(signed_in: Ninja) -> None:
    number = ids(signed_in, "APPROVED")[0]
    path = f"{INVOICES}/{number}/note"
    answer = signed_in.call("PATCH", path, json={"note": "QuickBooks invoice no. 1042 “ok” 🚀"})
    assert (answer.status_code, answer.content) == (204, b"")
    shown = signed_in.get(f"{INVOICES}/{number}")
    assert shown["invoiceNote"] == "QuickBooks invoice no. 1042 “ok” 🚀"
    assert refused(signed_in, "PATCH", path, json={}) == (400, "invalid_request")
    assert refused(signed_in, "PATCH", path, json={"note": 5}) == (400, "invalid_request")
    missing = f"{INVOICES}/999999/note"
    assert refused(signed_in, "PATCH", missing, json={"note": "x"}) == (404, "invoice_not_found")


def test_money_keeps_its_cents_on_the_way_out(signed_in: Ninja) -> None:
    made = create(signed_in, products=[{"name": "x", "quantity": 1, "price": 1234567.1}])
    text = signed_in.call("GET", f"{INVOICES}/{made['id']}").text
    assert '"price": 1234567.1,' in text
    assert '"total": 1234567.10' in text
