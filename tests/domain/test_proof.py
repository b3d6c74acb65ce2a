"""What QuickBooks has is compared field by field; a payment is no edit."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.aftermath import (
    Action,
    InNinjaOne,
    InQuickBooks,
    Paid,
    Remote,
    RemoteStatus,
    aftermath,
    source_of,
    status_of,
)
from desktop_app.domain.proof import compare, same_document, words
from desktop_app.domain.records import CreatedDocument, Invoice
from tests.domain import builders as b

SENT: dict[str, Any] = {
    "CustomerRef": {"value": "58"},
    "DocNumber": "NB-1042",
    "TxnDate": "2026-11-02",
    "DueDate": "2026-12-02",
    "CurrencyRef": {"value": "USD"},
    "Line": [
        {
            "LineNum": 1,
            "Amount": Decimal("1615.00"),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "19"},
                "Qty": Decimal(38),
                "UnitPrice": Decimal("42.5"),
                "TaxCodeRef": {"value": "TAX"},
            },
        },
    ],
}
TOTAL, TAX = Decimal("1748.24"), Decimal("133.24")


def answer(**changes: Any) -> dict[str, Any]:
    """As QuickBooks would answer it: with names, a subtotal line and what it fills in."""
    body: dict[str, Any] = copy.deepcopy(SENT)
    body["CustomerRef"]["name"] = "Acme"
    body["Line"][0]["SalesItemLineDetail"]["Qty"] = Decimal("38.0")
    body["Line"][0]["Id"] = "1"
    body["Line"].append({"Amount": 1615, "DetailType": "SubTotalLineDetail"})
    body["TxnTaxDetail"] = {"TotalTax": TAX}
    body |= {"Id": "145", "SyncToken": "0", "TotalAmt": TOTAL, "Balance": TOTAL}
    body |= {"SalesTermRef": {"value": "3"}}
    return body | changes


def found(**changes: Any) -> list[str]:
    return [d.text for d in compare(SENT, TOTAL, TAX, answer(**changes))]


def test_what_quickbooks_adds_is_no_difference() -> None:
    assert found() == []
    assert words(()) == ""


def test_a_cent_of_tax_is_named_as_tax() -> None:
    differences = compare(
        SENT, TOTAL, TAX,
        answer(TotalAmt=Decimal("1748.25"), TxnTaxDetail={"TotalTax": Decimal("133.25")}),
    )  # fmt: skip
    assert words(differences) == "differs by 0.01 in tax: NinjaOne 133.24, QuickBooks 133.25"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"CustomerRef": {"value": "59"}}, "customer is 59, sent was 58"),
        ({"DocNumber": "1001"}, "number is 1001, sent was NB-1042"),
        ({"TxnDate": "2026-11-03"}, "date is 2026-11-03, sent was 2026-11-02"),
        ({"DueDate": "2026-12-03"}, "due date is 2026-12-03, sent was 2026-12-02"),
        ({"CurrencyRef": {"value": "CAD"}}, "currency is CAD, sent was USD"),
        ({"Line": []}, "number of lines is 0, sent was 1"),
        ({"TotalAmt": Decimal("1700")}, "differs by 48.24 in total"),
        ({"TxnTaxDetail": {}}, "differs by 133.24 in tax"),
    ],
)
def test_each_field_of_the_header(changes: dict[str, Any], text: str) -> None:
    assert len(found(**changes)) == 1
    assert found(**changes)[0].startswith(text)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ItemRef", {"value": "1"}, "line 1 item is 1, sent was 19"),
        ("Qty", Decimal(37), "line 1 quantity is 37, sent was 38"),
        ("UnitPrice", Decimal("42.51"), "line 1 price is 42.51, sent was 42.5"),
        ("TaxCodeRef", {"value": "NON"}, "line 1 tax code is NON, sent was TAX"),
    ],
)
def test_each_field_of_a_line(name: str, value: Any, text: str) -> None:
    body = answer()
    body["Line"][0]["SalesItemLineDetail"][name] = value
    assert [d.text for d in compare(SENT, TOTAL, TAX, body)] == [text]


def test_a_payment_raises_the_token_and_is_no_edit() -> None:
    assert same_document(answer(), answer(SyncToken="1", Balance=Decimal(0))) == ()
    assert same_document(answer(), answer(SyncToken="1", DueDate="2027-01-01"))


def remote(**changes: Any) -> Remote:
    body = answer(**changes)
    document = CreatedDocument(
        "145", body["SyncToken"], body["DocNumber"], Decimal(body["TotalAmt"]), TAX, "58",
        str(body.get("PrivateNote", "")), body=body,
    )  # fmt: skip
    return Remote("Invoice", "145", status_of(document), document)


def state(invoice: Invoice | None, seen: Remote | None, today: date = date(2026, 11, 20)) -> Any:
    return aftermath(
        "5012", evidence=answer(), sent_total=TOTAL, source=source_of(b.invoice()),
        invoice=invoice, remote=seen, today=today,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("balance", "today", "paid"),
    [
        (TOTAL, date(2026, 12, 2), Paid.OPEN),
        (TOTAL, date(2026, 12, 3), Paid.OVERDUE),
        (Decimal("0.01"), date(2026, 11, 20), Paid.PART),
        (Decimal(0), date(2027, 1, 1), Paid.PAID),
    ],
)
def test_what_is_owed(balance: Decimal, today: date, paid: Paid) -> None:
    now = state(b.invoice(), remote(Balance=balance, SyncToken="1"), today)
    assert (now.paid, now.open_amount, now.quickbooks) == (paid, balance, InQuickBooks.AS_SENT)
    assert now.actions == ()


def test_voided_and_deleted_can_be_sent_again() -> None:
    voided = remote(TotalAmt=Decimal(0), Balance=Decimal(0), PrivateNote="Voided - x")
    assert voided.status is RemoteStatus.VOIDED
    for seen, word in (
        (voided, InQuickBooks.VOIDED),
        (Remote("Invoice", "145", RemoteStatus.DELETED), InQuickBooks.DELETED),
    ):
        now = state(b.invoice(), seen)
        assert (now.quickbooks, now.paid) == (word, Paid.NONE)
        assert now.actions == (Action.SEND_AGAIN, Action.LEAVE)


def test_a_free_invoice_of_zero_is_not_voided() -> None:
    assert remote(TotalAmt=Decimal(0)).status is RemoteStatus.PRESENT


def test_changed_in_ninjaone() -> None:
    changed = state(b.invoice(b.line(quantity=Decimal(39))), None)
    assert changed.ninjaone is InNinjaOne.CHANGED
    assert changed.changes == ("line 1 was changed (Managed workstation)",)
    assert changed.actions == (Action.UPDATE, Action.VOID, Action.LEAVE)
    assert state(b.invoice(status="COMPLETE"), None).ninjaone is InNinjaOne.AS_SENT
    assert state(b.invoice(status="ARCHIVED"), None).actions == (Action.VOID, Action.LEAVE)
    assert state(None, None).ninjaone is InNinjaOne.GONE
    unknown = state(b.invoice(lines=None), None)
    assert unknown.ninjaone is InNinjaOne.AS_SENT
