"""Payments, credits, deletes and voids, and what they do to balances."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.books import Books, sale

Json = dict[str, Any]


@pytest.fixture
def books() -> Books:
    return Books()


def pay(invoice: Json, amount: str, total: str | None = None, **more: Any) -> Json:
    return {
        "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
        "TotalAmt": Decimal(total or amount),
        "TxnDate": "2026-03-05",
        "Line": [
            {
                "Amount": Decimal(amount),
                "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
            }
        ],
        **more,
    }


def test_a_payment_lowers_balances_and_raises_the_token(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice())
    payment = books.save("Payment", pay(invoice, "40", "50"))
    assert payment["UnappliedAmt"] == 10
    assert payment["DepositToAccountRef"]["value"] == "4"
    after = books.read("Invoice", invoice["Id"])
    assert (after["Balance"], after["TotalAmt"], after["SyncToken"]) == (60, 100, "1")
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert books.read("Customer", "1")["Balance"] == 50
    stale = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    assert books.fault("invoice", stale)["code"] == "5010"

    books.change("Payment", payment["Id"], TotalAmt=100, Line=pay(invoice, "100")["Line"])
    assert books.read("Invoice", invoice["Id"])["Balance"] == 0
    removed = books.remove("Payment", payment["Id"])
    assert removed == {"domain": "QBO", "status": "Deleted", "Id": payment["Id"]}
    after = books.read("Invoice", invoice["Id"])
    assert (after["Balance"], after["LinkedTxn"]) == (100, [])
    assert books.read("Customer", "1")["Balance"] == 100


def test_payment_refused(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice())
    other = books.save("Invoice", books.invoice(CustomerRef={"value": "2"}))
    wrong_kind = pay(invoice, "10")
    wrong_kind["Line"][0]["LinkedTxn"][0]["TxnType"] = "Estimate"
    nothing = pay(invoice, "10")
    del nothing["TotalAmt"]
    for body, code in (
        (pay(invoice, "101"), "6000"),
        (pay(invoice, "50", "40"), "6000"),
        (pay(invoice, "-5", "5"), "2290"),
        (pay({**invoice, "Id": "999"}, "10"), "620"),
        (pay({**other, "CustomerRef": {"value": "1"}}, "10"), "620"),
        (wrong_kind, "620"),
        (nothing, "2020"),
        ({**pay(invoice, "10"), "CustomerRef": {"value": "99"}}, "2500"),
        (pay(invoice, "10", DepositToAccountRef={"value": "2"}), "6430"),
        (pay(invoice, "10", TxnDate="2025-01-01"), "6210"),
        (pay(invoice, "10", TotalAmt=-1), "6000"),
    ):
        assert books.fault("payment", body)["code"] == code, body
    assert books.read("Invoice", invoice["Id"])["SyncToken"] == "0"


def test_a_parent_may_pay_for_its_branch(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice(CustomerRef={"value": "4"}))
    assert books.read("Customer", "1")["BalanceWithJobs"] == 100
    assert books.read("Customer", "1")["Balance"] == 0
    books.save("Payment", pay({**invoice, "CustomerRef": {"value": "1"}}, "100"))
    assert books.read("Invoice", invoice["Id"])["Balance"] == 0


def test_invoice_total_cannot_fall_below_what_was_paid(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice())
    books.save("Payment", pay(invoice, "60"))
    smaller = {"Id": invoice["Id"], "SyncToken": "1", "sparse": True}
    body = {**smaller, "Line": [{**invoice["Line"][0], "Amount": 50}]}
    assert books.fault("invoice", body)["code"] == "6000"
    changed = books.change("Invoice", invoice["Id"], Line=[{**invoice["Line"][0], "Amount": 80}])
    assert changed["Balance"] == 20


def test_void_invoice(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice(PrivateNote="ref 7", DocNumber="V-1"))
    voided = books.void("Invoice", invoice["Id"])
    assert (voided["TotalAmt"], voided["Balance"], voided["SyncToken"]) == (0, 0, "1")
    assert voided["PrivateNote"].startswith("Voided")
    assert "ref 7" in voided["PrivateNote"]
    assert all(line["Amount"] == 0 for line in voided["Line"])
    assert books.read("Customer", "1")["Balance"] == 0
    assert books.ids("SELECT * FROM Invoice WHERE DocNumber = 'V-1'") == [invoice["Id"]]


def test_void_of_a_paid_invoice_is_refused_for_good(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice())
    payment = books.save("Payment", pay(invoice, "10"))
    body = {"Id": invoice["Id"], "SyncToken": "1"}
    error = books.fault("invoice", body, operation="void")
    assert (error["code"], error["Message"]) == ("6450", "Attempt to Void Transaction failed")
    books.void("Payment", payment["Id"])
    assert books.read("Payment", payment["Id"])["TotalAmt"] == 0
    assert books.void("Invoice", invoice["Id"])["TotalAmt"] == 0


def test_void_needs_the_right_words(books: Books) -> None:
    made = books.save("SalesReceipt", books.invoice())
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    assert books.fault("salesreceipt", body, operation="void")["code"] == "500"
    done = books.post("salesreceipt", body, operation="update", include="void")
    assert done["SalesReceipt"]["TotalAmt"] == 0
    estimate = books.save("Estimate", books.invoice())
    key = {"Id": estimate["Id"], "SyncToken": "0"}
    assert books.fault("estimate", key, include="void")["code"] == "500"


def test_deleted_is_deleted(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice(DocNumber="D-1"))
    payment = books.save("Payment", pay(invoice, "10"))
    stale = {"Id": invoice["Id"], "SyncToken": "0"}
    assert books.fault("invoice", stale, operation="delete")["code"] == "5010"
    books.remove("Invoice", invoice["Id"])
    error = books.error(books.raw("GET", f"invoice/{invoice['Id']}"))
    assert (error["code"], error["Message"]) == ("610", "Object Not Found")
    assert "Another user has deleted this transaction." in error["Detail"]
    assert books.fault("invoice", stale, operation="delete")["code"] == "610"
    assert books.query("SELECT * FROM Invoice WHERE DocNumber = 'D-1'") == {}
    left = books.read("Payment", payment["Id"])
    assert (left["Line"], left["UnappliedAmt"]) == ([], 10)
    # The number is free again, the Id is not.
    assert int(books.save("Invoice", books.invoice(DocNumber="D-1"))["Id"]) > int(payment["Id"])


def test_credit_memo(books: Books) -> None:
    memo = books.save("CreditMemo", books.invoice())
    assert (memo["TotalAmt"], memo["RemainingCredit"], memo["Balance"]) == (100, 100, 100)
    assert books.read("Customer", "1")["Balance"] == -100
    invoice = books.save("Invoice", books.invoice())
    link = pay(invoice, "70", "0")
    link["Line"].append(
        {"Amount": 70, "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]}
    )
    link["TotalAmt"] = 0
    books.save("Payment", link)
    assert books.read("Invoice", invoice["Id"])["Balance"] == 30
    assert books.read("CreditMemo", memo["Id"])["RemainingCredit"] == 30


def test_credit_is_applied_by_itself(books: Books) -> None:
    memo = books.save("CreditMemo", books.invoice())
    books.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    made = books.save("Invoice", books.invoice(sale("130")))
    assert (made["TotalAmt"], made["Balance"], made["SyncToken"]) == (130, 30, "1")
    assert books.read("CreditMemo", memo["Id"])["RemainingCredit"] == 0
    (link,) = made["LinkedTxn"]
    assert books.read("Payment", link["TxnId"])["TotalAmt"] == 0


def test_unapplied_payments_are_applied_by_themselves(books: Books) -> None:
    first = books.save("Invoice", books.invoice())
    payment = books.save("Payment", pay(first, "100", "125"))
    books.prefer("SalesFormsPrefs", AutoApplyPayments=True)
    made = books.save("Invoice", books.invoice())
    assert (made["Balance"], made["SyncToken"]) == (75, "1")
    assert books.read("Payment", payment["Id"])["UnappliedAmt"] == 0


def test_deposited_payments_stay(books: Books) -> None:
    invoice = books.save("Invoice", books.invoice())
    payment = books.save("Payment", pay(invoice, "100"))
    books.save(
        "Deposit",
        {
            "DepositToAccountRef": {"value": "3"},
            "Line": [
                {"Amount": 100, "LinkedTxn": [{"TxnId": payment["Id"], "TxnType": "Payment"}]}
            ],
        },
    )
    key = {"Id": payment["Id"], "SyncToken": "0"}
    assert books.fault("payment", key, operation="delete")["code"] == "6540"


def test_purchases(books: Books) -> None:
    spent = {
        "Amount": 200,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "6"}},
    }
    bill = books.save("Bill", {"VendorRef": {"value": "1"}, "Line": [spent]})
    assert (bill["TotalAmt"], bill["Balance"], bill["APAccountRef"]["value"]) == (200, 200, "5")
    assert books.read("Vendor", "1")["Balance"] == 200
    payment = {
        "VendorRef": {"value": "1"},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "3"}},
        "TotalAmt": 150,
        "Line": [{"Amount": 150, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}],
    }
    paid = books.save("BillPayment", payment)
    assert books.read("Bill", bill["Id"])["Balance"] == 50
    assert books.read("Bill", bill["Id"])["LinkedTxn"] == [
        {"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}
    ]
    books.void("BillPayment", paid["Id"])
    assert books.read("Bill", bill["Id"])["Balance"] == 200
    no_bank = {**payment, "CheckPayment": {"BankAccountRef": {"value": "6"}}}
    assert books.fault("billpayment", no_bank)["code"] == "6430"
    order = books.save("PurchaseOrder", {"VendorRef": {"value": "1"}, "Line": [spent]})
    assert order["POStatus"] == "Open"
    credit = books.save("VendorCredit", {"VendorRef": {"value": "1"}, "Line": [spent]})
    assert credit["TotalAmt"] == 200
    purchase = {"PaymentType": "CreditCard", "AccountRef": {"value": "8"}, "Line": [spent]}
    assert books.save("Purchase", purchase)["TotalAmt"] == 200
    wrong = {**purchase, "AccountRef": {"value": "3"}}
    assert books.fault("purchase", wrong)["code"] == "6430"


@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("bill", {"Line": []}, "2020"),
        ("bill", {"VendorRef": {"value": "1"}}, "2020"),
        (
            "bill",
            {
                "VendorRef": {"value": "1"},
                "Line": [{"Amount": 1, "DetailType": "AccountBasedExpenseLineDetail"}],
            },
            "6440",
        ),
        (
            "bill",
            {
                "VendorRef": {"value": "1"},
                "Line": [
                    {
                        "Amount": 1,
                        "DetailType": "ItemBasedExpenseLineDetail",
                        "ItemBasedExpenseLineDetail": {
                            "ItemRef": {"value": "2"},
                            "Qty": 2,
                            "UnitPrice": 1,
                        },
                    }
                ],
            },
            "6070",
        ),
        (
            "bill",
            {
                "VendorRef": {"value": "1"},
                "Line": [
                    {
                        "Amount": 1,
                        "DetailType": "AccountBasedExpenseLineDetail",
                        "AccountBasedExpenseLineDetail": {
                            "AccountRef": {"value": "6"},
                            "BillableStatus": "Billable",
                        },
                    }
                ],
            },
            "6310",
        ),
        ("purchase", {"Line": []}, "2020"),
        ("transfer", {"FromAccountRef": {"value": "3"}, "ToAccountRef": {"value": "4"}}, "2020"),
        (
            "transfer",
            {"FromAccountRef": {"value": "3"}, "ToAccountRef": {"value": "3"}, "Amount": 5},
            "2600",
        ),
        ("journalentry", {}, "2020"),
        ("timeactivity", {"Hours": 1}, "2020"),
        ("timeactivity", {"NameOf": "Employee", "Hours": 1}, "6300"),
        ("timeactivity", {"NameOf": "Employee", "VendorRef": {"value": "1"}}, "6290"),
        ("timeactivity", {"NameOf": "Employee", "EmployeeRef": {"value": "1"}}, "6330"),
        (
            "timeactivity",
            {
                "NameOf": "Employee",
                "EmployeeRef": {"value": "1"},
                "Hours": 1,
                "BillableStatus": "Billable",
            },
            "6310",
        ),
        ("attachable", {}, "2020"),
        (
            "attachable",
            {"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "9"}}]},
            "2500",
        ),
        ("refundreceipt", {"Line": []}, "2020"),
    ],
)
def test_others_refused(books: Books, entity: str, body: Json, code: str) -> None:
    assert books.fault(entity, body)["code"] == code


def entry(posting: str | None, amount: int, account: str = "6", **more: Any) -> Json:
    detail = {"AccountRef": {"value": account}, **more}
    if posting:
        detail["PostingType"] = posting
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


def test_journal_entries(books: Books) -> None:
    made = books.save("JournalEntry", {"Line": [entry("Debit", 5), entry("Credit", 5, "3")]})
    assert made["TotalAmt"] == 5
    for lines, code in (
        ([entry("Debit", 5), entry("Credit", 4, "3")], "2300"),
        ([entry(None, 5), entry("Credit", 5, "3")], "2260"),
        ([entry("Debit", 5, "1"), entry("Credit", 5, "3")], "6000"),
        ([entry("Debit", -5), entry("Credit", -5, "3")], "2290"),
        ([entry("Sideways", 5)], "2170"),
    ):
        assert books.fault("journalentry", {"Line": lines})["code"] == code
    named = {"Type": "Customer", "EntityRef": {"value": "1"}}
    lines = [entry("Debit", 5, "1", Entity=named), entry("Credit", 5, "3")]
    assert books.save("JournalEntry", {"Line": lines})["Id"]


def test_foreign_bill_needs_a_rate() -> None:
    books = Books("9341450000000002")
    bill = {
        "VendorRef": {"value": "2"},
        "Line": [
            {
                "Amount": 10,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "6"}},
            }
        ],
    }
    assert books.fault("bill", bill)["code"] == "2410"
    assert books.save("Bill", {**bill, "ExchangeRate": Decimal("0.9")})["TotalAmt"] == 10
