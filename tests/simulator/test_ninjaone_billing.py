"""Billing: accounts, products, agreements, ticket charges; strict bodies."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from desktop_app.simulator.ninjaone.tickets import FIRST_TICKET, FIRST_TIME_ENTRY

if TYPE_CHECKING:
    from tests.simulator.conftest import Ninja


def refused(ninja: Ninja, method: str, path: str, **more: Any) -> tuple[int, str]:
    """Status and Billing's error code."""
    response = ninja.call(method, path, **more)
    assert set(response.json()) == {"errorCode", "message"}, response.text
    assert response.json()["message"]
    return response.status_code, response.json()["errorCode"]


@pytest.mark.parametrize("kind", ["accounts", "agreements", "invoices", "products"])
def test_lists_and_details(signed_in: Ninja, kind: str) -> None:
    rows = signed_in.get(f"/v2/billing/{kind}")
    assert isinstance(rows, list)
    assert rows
    detail = signed_in.get(f"/v2/billing/{kind}/{rows[0]['id']}")
    assert detail["id"] == rows[0]["id"]
    singular = kind.removesuffix("s")
    assert refused(signed_in, "GET", f"/v2/billing/{kind}/999999") == (
        404,
        f"{singular}_not_found",
    )


# Accounts


def test_account_life(signed_in: Ninja) -> None:
    body = {"code": "4999", "name": "Consulting", "description": "By the hour"}
    made = signed_in.call("POST", "/v2/billing/accounts", json=body)
    assert made.status_code == 200
    number = made.json()["id"]
    assert made.json() == {"id": number, "system": False, **body}
    path = f"/v2/billing/accounts/{number}"
    signed_in.call("PUT", path, json={**made.json(), "name": "Advice"})
    assert signed_in.get(path)["name"] == "Advice"
    gone = signed_in.call("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert signed_in.call("GET", path).status_code == 404


def test_default_and_used_accounts_stay(signed_in: Ninja) -> None:
    rows = signed_in.get("/v2/billing/accounts")
    default = next(one for one in rows if one["system"])
    assert sum(one["system"] for one in rows) == 10
    path = f"/v2/billing/accounts/{default['id']}"
    expected = (400, "default_account_not_editable")
    assert refused(signed_in, "DELETE", path) == expected
    assert refused(signed_in, "PUT", path, json={"name": "x"}) == expected
    made = signed_in.call("POST", "/v2/billing/accounts", json={"name": "Used"}).json()
    product = {"name": "p", "quantityType": "MANUAL", "accountId": made["id"]}
    assert signed_in.call("POST", "/v2/billing/products", json=product).status_code == 200
    path = f"/v2/billing/accounts/{made['id']}"
    assert refused(signed_in, "DELETE", path) == (400, "account_in_use")


# Products


def test_product_life(signed_in: Ninja) -> None:
    account = signed_in.get("/v2/billing/accounts")[0]
    body = {
        "name": "Onsite visit",
        "description": "",
        "quantityType": "MANUAL",
        "account": {"id": account["id"]},
        "price": 95.5,
        "cost": 40,
        "taxable": True,
    }
    made = signed_in.call("POST", "/v2/billing/products", json=body).json()
    assert made["active"] is True
    assert made["account"] == {key: account[key] for key in ("id", "name", "code")}
    path = f"/v2/billing/products/{made['id']}"
    assert signed_in.call("PATCH", f"{path}/deactivate").status_code == 204
    assert signed_in.get(path)["active"] is False
    assert signed_in.call("PATCH", f"{path}/activate").status_code == 204
    assert signed_in.get(path)["active"] is True
    signed_in.call("PUT", path, json={**signed_in.get(path), "price": 99})
    assert signed_in.get(path)["price"] == 99


BAD_PRODUCTS = [
    {},
    {"name": "x", "quantityType": "MANUAL"},
    {"name": "", "quantityType": "MANUAL", "accountId": 1},
    {"name": "x", "quantityType": "PER_MOON", "accountId": 1},
    {"name": "x", "quantityType": "MANUAL", "accountId": 99999},
    {"name": "x", "quantityType": "MANUAL", "accountId": "1"},
    {"name": "x", "quantityType": "MANUAL", "accountId": 1, "account": {"id": 2}},
    {"name": "x", "quantityType": "MANUAL", "accountId": 1, "price": "12"},
    {"name": "x", "quantityType": "MANUAL", "accountId": 1, "taxable": 1},
    {"name": "x", "quantityType": "MANUAL", "accountId": 1, "colour": "red"},
    {"name": "x" * 256, "quantityType": "MANUAL", "accountId": 1},
    [],
    "text",
]


@pytest.mark.parametrize("body", BAD_PRODUCTS)
def test_bodies_are_checked(signed_in: Ninja, body: Any) -> None:
    before = signed_in.get("/v2/billing/products")
    assert refused(signed_in, "POST", "/v2/billing/products", json=body) == (
        400,
        "invalid_request",
    )
    assert signed_in.get("/v2/billing/products") == before


def test_body_must_be_json(signed_in: Ninja) -> None:
    path = "/v2/billing/products"
    assert signed_in.call("POST", path, data={"name": "x"}).status_code == 415
    headers = {"Content-Type": "application/json"}
    for text in ("", "{", "nan", '{"price": NaN}', b"\xff"):
        response = signed_in.call("POST", path, data=text, headers=headers)
        assert (response.status_code, response.json()["resultCode"]) == (400, "FAILURE")


# Agreements


def test_agreement_rows_have_no_products_and_filter(signed_in: Ninja) -> None:
    rows = signed_in.get("/v2/billing/agreements")
    assert all("products" not in one for one in rows)
    client = rows[0]["client"]["id"]
    mine = signed_in.get("/v2/billing/agreements", clientId=client)
    assert mine == [one for one in rows if one["client"]["id"] == client]
    assert signed_in.call("GET", "/v2/billing/agreements?clientId=x").status_code == 400


def test_agreement_life(signed_in: Ninja) -> None:
    product = signed_in.get("/v2/billing/products")[0]
    client = signed_in.get("/v2/organizations")[0]
    body = {
        "name": "New deal",
        "clientId": client["id"],
        "startDate": "2026-01-01",
        "interval": "MONTHLY",
        "accountingAction": "NONE",
        "products": [{"productId": product["id"], "quantity": 3, "price": 12.25}],
    }
    made = signed_in.call("POST", "/v2/billing/agreements", json=body)
    assert made.status_code == 200, made.text
    path = f"/v2/billing/agreements/{made.json()['id']}"
    shown = signed_in.get(path)
    assert shown["client"] == {"id": client["id"], "name": client["name"]}
    assert shown["products"][0]["name"] == product["name"]
    assert shown["products"][0]["account"] == product["account"]
    changed = signed_in.call("PUT", path, json={**shown, "accountingAction": "SYNC"})
    assert changed.json() == {**shown, "accountingAction": "SYNC"}
    assert signed_in.call("PATCH", f"{path}/deactivate").status_code == 204
    assert signed_in.get(path)["status"] == "INACTIVE"
    assert refused(signed_in, "PATCH", f"{path}/deactivate") == (400, "agreement_invalid_status")


@pytest.mark.parametrize(
    "change",
    [
        {"clientId": 999999},
        {"clientId": None},
        {"interval": "DAILY"},
        {"startDate": "2026-02-30"},
        {"startDate": "01/02/2026"},
        {"endDate": "2025-01-01"},
        {"accountingAction": "MAYBE"},
        {"products": [{"productId": 999999, "quantity": 1, "price": 1}]},
        {"products": [{"quantity": 1}]},
        {"products": {}},
    ],
)
def test_agreement_bodies_are_checked(signed_in: Ninja, change: dict[str, Any]) -> None:
    body = {
        "name": "New deal",
        "clientId": signed_in.get("/v2/organizations")[0]["id"],
        "startDate": "2026-01-01",
        "interval": "MONTHLY",
        **change,
    }
    path = "/v2/billing/agreements"
    assert refused(signed_in, "POST", path, json=body) == (400, "invalid_request")


def test_every_agreement_goes_back_as_it_came(signed_in: Ninja) -> None:
    for row in signed_in.get("/v2/billing/agreements"):
        path = f"/v2/billing/agreements/{row['id']}"
        shown = signed_in.get(path)
        response = signed_in.call("PUT", path, json=shown)
        assert response.status_code == 200, response.text


# Tickets


def ticket(ninja: Ninja) -> int:
    """The ticket of an organization that has an active agreement."""
    rows = ninja.get("/v2/billing/agreements")
    found = next(one for one in rows if one.get("status") == "ACTIVE")
    return FIRST_TICKET + int(found["client"]["id"])


def test_charges_on_a_ticket(signed_in: Ninja) -> None:
    number = ticket(signed_in)
    account = signed_in.get("/v2/billing/accounts")[0]
    product = next(one for one in signed_in.get("/v2/billing/products") if one["active"])
    base = "/v2/billing/ticket-products"
    adhoc = signed_in.call(
        "POST",
        f"{base}/adhoc",
        json={
            "ticketId": number,
            "accountId": account["id"],
            "name": "Cable",
            "quantity": 2,
            "price": 4.5,
            "billing": "BILLABLE",
            "taxable": True,
        },
    ).json()
    catalog = signed_in.call(
        "POST",
        f"{base}/catalog",
        json={"ticketId": number, "productId": product["id"], "quantity": 1},
    ).json()
    assert adhoc["account"]["id"] == account["id"]
    assert catalog["name"] == product["name"]
    assert Decimal(str(catalog["price"])) == Decimal(str(product["price"]))
    assert signed_in.get(f"{base}/ticket/{number}") == [adhoc, catalog]
    changed = signed_in.call("PUT", f"{base}/{adhoc['id']}", json={"quantity": 3})
    assert changed.json() == {**adhoc, "quantity": 3}
    both = {"ticketProductIds": [adhoc["id"], 99999]}
    assert refused(signed_in, "POST", f"{base}/delete", json=both)[0] == 404
    ids = {"ticketProductIds": [adhoc["id"], catalog["id"]]}
    assert signed_in.call("POST", f"{base}/delete", json=ids).status_code == 204
    assert signed_in.get(f"{base}/ticket/{number}") == []


def test_charges_need_an_agreement(signed_in: Ninja) -> None:
    number = ticket(signed_in)
    client = number - FIRST_TICKET
    for row in signed_in.get("/v2/billing/agreements", clientId=client):
        signed_in.call("PATCH", f"/v2/billing/agreements/{row['id']}/deactivate")
    body = {"ticketId": number, "accountId": 1, "name": "x", "quantity": 1, "price": 1}
    path = "/v2/billing/ticket-products/adhoc"
    assert refused(signed_in, "POST", path, json=body) == (400, "agreement_is_required")
    assert refused(signed_in, "GET", "/v2/billing/ticket-products/ticket/1")[0] == 404


def test_time_entry(signed_in: Ninja) -> None:
    number = FIRST_TIME_ENTRY + signed_in.get("/v2/organizations")[0]["id"]
    path = f"/v2/billing/ticket-time-entry/{number}"
    answer = signed_in.call("PUT", path, json={"billing": "NO_CHARGE"})
    assert answer.json()["billingStatus"] == "NOT_BILLABLE"
    assert refused(signed_in, "PUT", path, json={"billing": "FREE"}) == (400, "invalid_request")
    missing = "/v2/billing/ticket-time-entry/1"
    assert refused(signed_in, "PUT", missing, json={"billing": "BILLABLE"})[0] == 404
