"""One test per alternative spelling of the lenient rules (NinjaOne sheet 4.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.integrations.ninjaone import decode, wire
from desktop_app.integrations.ninjaone.wire import (
    AccountRow,
    AgreementRow,
    InvoiceDetail,
    InvoiceRow,
    LineRow,
    Misshapen,
    OrganizationRow,
    ProductRow,
    many,
    one,
)


@pytest.mark.parametrize("key", ["", "results", "data", "items"])
def test_wrapped_lists(key: str) -> None:
    rows = [{"id": 1, "name": "A", "new": {"x": 1}}, {"id": "2", "name": "B"}]
    found = many(OrganizationRow, {key: rows} if key else rows)
    assert [(row.id, row.name) for row in found] == [("1", "A"), ("2", "B")]


def test_a_repeated_row_counts_once() -> None:
    assert [row.name for row in many(OrganizationRow, [{"id": 1, "name": "old"}, {"id": 1}])] == [
        ""
    ]


@pytest.mark.parametrize(
    "body", [None, "text", 5, {}, {"rows": []}, {"data": {}}, [[]], [5], [{}], [{"id": True}]]
)
def test_no_list(body: Any) -> None:
    with pytest.raises(Misshapen):
        many(OrganizationRow, body)


def test_values_stay_out_of_errors() -> None:
    with pytest.raises(Misshapen) as caught:
        one(LineRow, {"price": "Birchwood"})
    assert str(caught.value) == "LineRow: price"


LINE_PRODUCT = [
    {"productId": 7},
    {"product": {"id": 7}},
    {"agreementProduct": {"product": {"id": 7}}},
    {"agreementProduct": {"productId": 7}},
    {"productId": None, "product": {"id": 7}},
    {"productId": None, "product": {"id": None}, "agreementProduct": {"productId": "7"}},
    {"productId": 7, "product": {"id": 8}},
    {"product": "Router", "agreementProduct": {"productId": 7}},
]


@pytest.mark.parametrize("row", LINE_PRODUCT)
def test_product_of_a_line(row: dict[str, Any]) -> None:
    assert one(LineRow, row).product_id == "7"


@pytest.mark.parametrize(
    "row", [{"account": {"id": 5}}, {"accountId": 5}, {"account": None, "accountId": "5"}]
)
def test_account_of_a_line(row: dict[str, Any]) -> None:
    assert one(LineRow, row).account_id == "5"


NAMES = decode.Names.of(
    [
        AccountRow(id="5", name="Hardware"),
        AccountRow(id="6", name="Twice"),
        AccountRow(id="7", name="Twice"),
    ],
    [
        one(ProductRow, {"id": 201, "name": "Router", "account": {"id": 5}}),
        one(ProductRow, {"id": 202, "name": "Switch", "account": {"name": "Hardware"}}),
        one(ProductRow, {"id": 203, "name": "Both"}),
        one(ProductRow, {"id": 204, "name": "Both"}),
    ],
)


@pytest.mark.parametrize(
    ("line", "product", "account"),
    [
        ({"name": "Router"}, "201", "5"),
        ({"name": "Switch"}, "202", "5"),
        ({"name": "router"}, "", ""),
        ({"name": "Both"}, "", ""),
        ({"name": "Router", "productId": 999}, "999", ""),
        ({"name": "x", "productId": 201}, "201", "5"),
        ({"name": "x", "productId": 201, "accountId": 9}, "201", "9"),
        ({"name": "x", "account": {"name": "Hardware"}}, "", "5"),
        ({"name": "x", "accountName": "Hardware"}, "", "5"),
        ({"name": "x", "account": {"name": "Twice"}}, "", ""),
        ({"name": ""}, "", ""),
    ],
)
def test_look_up_by_name(line: dict[str, Any], product: str, account: str) -> None:
    row = one(InvoiceDetail, {"id": 1, "products": [line]})
    assert decode.needs_names(row) == (not ("productId" in line and "accountId" in line))
    (found,) = decode.invoice_with_lines(row, NAMES, "").lines or ()
    assert (found.product_id, found.account_id) == (product, account)


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        ({"subTotalWithDiscount": Decimal("9.5"), "subTotal": 1, "price": 3}, "9.50"),
        ({"subTotal": 10, "discount": Decimal("0.5"), "price": 3}, "9.50"),
        ({"quantity": Decimal("1.75"), "price": 135, "discount": 1}, "235.25"),
        ({"quantity": 3, "price": Decimal("0.335")}, "1.01"),
        ({"price": 7}, "7.00"),
        ({"quantity": -1, "price": 7}, "-7.00"),
        ({}, "0.00"),
    ],
)
def test_amount_of_a_line(row: dict[str, Any], amount: str) -> None:
    assert str(one(LineRow, row).amount) == amount


def test_missing_price_follows_from_the_amount() -> None:
    row = one(LineRow, {"quantity": 4, "subTotal": 10, "discount": 2})
    assert (row.price, row.quantity, row.amount) == (Decimal("2.5"), 4, Decimal("8.00"))


@pytest.mark.parametrize("model", [InvoiceRow, AgreementRow])
@pytest.mark.parametrize(
    "row",
    [
        {"client": {"id": 11}},
        {"clientId": 11},
        {"organizationId": 11},
        {"client": None, "clientId": 11},
        {"client": "Name", "organizationId": 11},
    ],
)
def test_organization(model: type[InvoiceRow] | type[AgreementRow], row: dict[str, Any]) -> None:
    assert one(model, {"id": 1, **row}).organization_id == "11"


@pytest.mark.parametrize(
    ("given", "rate"),
    [(Decimal("0.0825"), "0.0825"), (Decimal("8.25"), "0.0825"), (1, "1"), (0, "0"), (20, "0.2")],
)
def test_tax_rate(given: Any, rate: str) -> None:
    assert one(InvoiceRow, {"id": 1, "taxRate": given}).tax_rate == Decimal(rate)


def test_missing_tax_rate() -> None:
    assert one(InvoiceRow, {"id": 1, "taxRate": None}).tax_rate is None


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"invoiceNumber": "NB-1"}, "NB-1"),
        ({}, "INV-9"),
        ({"invoiceNumber": ""}, "INV-9"),
        ({"invoiceNumber": None}, "INV-9"),
        ({"invoiceNumber": " "}, "INV-9"),
        ({"invoiceNumber": 77}, "77"),
    ],
)
def test_number(given: dict[str, Any], number: str) -> None:
    assert one(InvoiceRow, {"id": 9, **given}).number == number


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("APPROVED", "APPROVED"),
        ("Approved", "APPROVED"),
        ("ON_HOLD", "ON_HOLD"),
        ("On hold", "On hold"),
        ("", ""),
    ],
)
def test_status(given: str, status: str) -> None:
    assert one(InvoiceRow, {"id": 1, "status": given}).status == status


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-11-01T23:30:00-08:00", date(2026, 11, 1)),
        ("2026-11-01T00:00:00Z", date(2026, 11, 1)),
        (1793491200, date(2026, 11, 1)),
        (Decimal("1793491200.5"), date(2026, 11, 1)),
        (1793491200000, date(2026, 11, 1)),
        ("soon", None),
        (None, None),
        (10**40, None),
        (True, None),
        ({}, None),
    ],
)
def test_days(given: Any, day: date | None) -> None:
    assert one(InvoiceRow, {"id": 1, "invoiceDate": given}).invoice_date == day


@pytest.mark.parametrize(
    "row",
    [
        {"createTime": Decimal("1793491200.0")},
        {"createdAt": "2026-11-01T01:00:00+01:00"},
        {"created": "2026-11-01"},
        {"invoiceDate": "2026-11-01"},
        {"createTime": "unreadable", "invoiceDate": "2026-11-01"},
    ],
)
def test_created_at(row: dict[str, Any]) -> None:
    assert one(InvoiceRow, {"id": 1, **row}).created_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_never_created() -> None:
    assert one(InvoiceRow, {"id": 1}).created_at is None


@pytest.mark.parametrize("row", [{"code": "41"}, {"accountCode": "41"}, {"code": 41}])
def test_account_code(row: dict[str, Any]) -> None:
    assert one(AccountRow, {"id": 1, **row}).code == "41"


@pytest.mark.parametrize(
    ("row", "system"),
    [
        ({"system": True}, True),
        ({"default": True}, True),
        ({"isDefault": True}, True),
        ({"editable": False}, True),
        ({"editable": True}, False),
        ({"system": False}, False),
        ({}, False),
    ],
)
def test_system_account(row: dict[str, Any], system: bool) -> None:
    assert one(AccountRow, {"id": 1, **row}).system is system


@pytest.mark.parametrize("key", ["quantityType", "quantitySource", "type", "productType"])
def test_quantity_source(key: str) -> None:
    assert one(ProductRow, {"id": 1, key: "MANUAL"}).quantity_source == "MANUAL"


@pytest.mark.parametrize("row", [{"account": {"id": 3}}, {"accountId": 3}])
def test_account_of_a_product(row: dict[str, Any]) -> None:
    assert one(ProductRow, {"id": 1, **row}).account_id == "3"


@pytest.mark.parametrize("model", [AgreementRow, ProductRow])
@pytest.mark.parametrize(
    ("row", "active"),
    [
        ({"status": "ACTIVE"}, True),
        ({"status": "INACTIVE"}, False),
        ({"active": False}, False),
        ({"active": True, "status": "INACTIVE"}, True),
        ({}, True),
    ],
)
def test_active(
    model: type[AgreementRow] | type[ProductRow], row: dict[str, Any], active: bool
) -> None:
    assert one(model, {"id": 1, **row}).active is active


def test_agreement_without_its_setting() -> None:
    assert one(AgreementRow, {"id": 1}).accounting_action is None
    assert one(AgreementRow, {"id": 1, "accountingAction": "SYNC"}).accounting_action == "SYNC"


def test_totals_that_are_missing() -> None:
    row = one(
        InvoiceDetail,
        {"id": 1, "discount": 1, "totalTax": 2, "agreementProducts": [{"price": 5}, {"price": 6}]},
    )
    found = decode.invoice_with_lines(row, NAMES, "")
    assert (found.sub_total, found.total) == (11, 12)


@pytest.mark.parametrize("value", ["1e999999", 10**400, Decimal("1E+15"), "NaN", True, "five", []])
def test_numbers_that_are_no_amounts(value: Any) -> None:
    with pytest.raises(Misshapen):
        one(LineRow, {"price": value})


def test_keys_that_hold_lists() -> None:
    assert wire.LIST_KEYS == ("results", "data", "items")
