"""Invoices: every check, default and computation, tax aside."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.books import GB, Books, sale


@pytest.fixture
def books() -> Books:
    return Books()


def test_a_plain_invoice_is_completed(books: Books) -> None:
    made = books.save(
        "Invoice",
        books.invoice(
            {
                "LineNum": 1,
                "Description": "Workstations",
                **sale("510", Qty="12", UnitPrice="42.5"),
            },
            {
                "Description": "Ticket 5531: notes",
                "DetailType": "DescriptionOnly",
                "DescriptionLineDetail": {},
            },
            DocNumber="N1-10427",
            PrivateNote="ref 1",
            CustomerMemo={"value": "Thank you"},
            BillEmail={"Address": "ap@harbor.example"},
        ),
    )
    assert {
        name: made[name] for name in ("Id", "SyncToken", "DocNumber", "TxnDate", "DueDate")
    } == {
        "Id": "1",
        "SyncToken": "0",
        "DocNumber": "N1-10427",
        "TxnDate": "2026-03-01",
        "DueDate": "2026-03-31",
    }
    assert made["CustomerRef"] == {"value": "1", "name": "Harbor Peak Dental"}
    assert made["SalesTermRef"] == {"value": "3", "name": "Net 30"}
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert made["TotalAmt"] == made["Balance"] == 510
    assert (made["PrintStatus"], made["EmailStatus"]) == ("NeedToPrint", "NotSet")
    for flag in (
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment",
        "AllowOnlineACHPayment",
        "ApplyTaxAfterDiscount",
    ):
        assert made[flag] is False
    assert (made["LinkedTxn"], made["CustomField"], made["FreeFormAddress"]) == ([], [], True)
    first, second, last = made["Line"]
    assert (first["Id"], first["LineNum"], first["Amount"]) == ("1", 1, 510)
    assert first["SalesItemLineDetail"] == {
        "ItemRef": {"value": "2", "name": "Workstation"},
        "Qty": 12,
        "UnitPrice": Decimal("42.5"),
        "ItemAccountRef": {"value": "2", "name": "Services"},
        "TaxCodeRef": {"value": "NON"},
    }
    assert (second["Id"], second["DetailType"]) == ("2", "DescriptionOnly")
    assert "Amount" not in second
    assert last == {
        "Amount": 510,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert books.read("Customer", "1")["Balance"] == 510


LINE = sale("100")


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"CustomerRef": None}, "2020", "CustomerRef"),
        ({"CustomerRef": {"value": ""}}, "6000", "CustomerRef"),
        ({"CustomerRef": {"value": "99"}}, "2500", "CustomerRef"),
        ({"CustomerRef": {"value": "3"}}, "6250", "CustomerRef"),
        ({"Line": []}, "2020", "Line"),
        ({"Line": None}, "2020", "Line"),
        ({"Line": [{"DetailType": "SubTotalLineDetail", "Amount": 5}]}, "2250", "Line"),
        ({"Line": [{"Amount": 5}]}, "2020", "Line.DetailType"),
        ({"Line": [{"Amount": 5, "DetailType": "Poem"}]}, "2170", "Line.DetailType"),
        ({"Line": [sale("100", "99")]}, "2500", "Line.SalesItemLineDetail.ItemRef"),
        ({"Line": [sale("100", "6")]}, "610", "Line.SalesItemLineDetail.ItemRef"),
        ({"Line": [sale("100", "3")]}, "6000", None),
        ({"Line": [sale("100", "4")]}, "6000", None),
        ({"Line": [sale("100", "5")]}, "6000", None),
        ({"Line": [sale("100", "SHIPPING_ITEM_ID")]}, "5030", None),
        ({"Line": [sale("100", Qty="3", UnitPrice="33.33")]}, "6070", "Line.Amount"),
        ({"Line": [sale("-1")]}, "6000", "TotalAmt"),
        ({"Line": [sale("1.000001")]}, "2140", "Line.Amount"),
        ({"Line": [{**LINE, "Amount": None}]}, "2020", "Line.Amount"),
        ({"Line": [{**LINE, "Amount": "plenty"}]}, "2140", "Line.Amount"),
        ({"Line": [{**LINE, "Amount": 10**15}]}, "2140", "Line.Amount"),
        ({"Line": [{**LINE, "Description": "d" * 4001}]}, "2050", "Line.Description"),
        ({"Line": {}}, "2010", "Line"),
        ({"DocNumber": "n" * 22}, "2050", "DocNumber"),
        ({"PrivateNote": "n" * 4001}, "2050", "PrivateNote"),
        ({"CustomerMemo": {"value": "n" * 1001}}, "2050", "CustomerMemo.value"),
        ({"TxnDate": "2025-12-31"}, "6210", ""),
        ({"TxnDate": "March"}, "2060", "TxnDate"),
        ({"TxnDate": "2026-02-30"}, "2070", "TxnDate"),
        ({"DueDate": "2026-02-28"}, "6000", "DueDate"),
        ({"SalesTermRef": {"value": "99"}}, "2500", "SalesTermRef"),
        ({"EmailStatus": "NeedToSend"}, "6420", "BillEmail"),
        ({"EmailStatus": "Shout"}, "2170", "EmailStatus"),
        ({"BillEmail": {"Address": "nowhere"}}, "2210", "BillEmail.Address"),
        ({"BillEmail": {"Address": "a@b.example, c@d.example"}}, "2210", "BillEmail.Address"),
        ({"BillEmail": {"Address": "a" * 95 + "@b.example"}}, "2050", "BillEmail.Address"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000", "CurrencyRef"),
        ({"ClassRef": {"value": "1"}}, "2500", "ClassRef"),
        ({"Deposit": 5}, "5030", "Deposit"),
        ({"Shape": "round"}, "2010", ""),
        ({"LinkedTxn": [{"TxnId": "9", "TxnType": "Estimate"}]}, "620", "LinkedTxn"),
        ({"CustomField": [{"DefinitionId": "1", "StringValue": "x" * 32}]}, "2050", None),
    ],
)
def test_refused(books: Books, changes: dict[str, Any], code: str, element: str | None) -> None:
    body = {**books.invoice(), **changes}
    if changes.get("CustomerRef", 0) is None or changes.get("Line", 0) is None:
        body = {name: value for name, value in body.items() if value is not None}
    error = books.fault("invoice", body)
    assert error["code"] == code, error
    if element is not None:
        assert error["element"] == element
    assert books.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 0
    assert books.read("Customer", "1")["Balance"] == 0


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"CustomerRef": {"value": "1"}}, "Required parameter Line is missing in the request"),
        ({"CustomerRef": {"value": "99"}, "Line": [LINE]}, "Names element id 99 not found"),
        ({"CustomerRef": {"value": ""}, "Line": [LINE]}, "Unexpected Internal Error. (-30003)"),
        (
            {"CustomerRef": {"value": "1"}, "Line": [sale("1", "99")]},
            "Items element id 99 not found",
        ),
        ({"CustomerRef": {"value": "1"}, "Line": [sale("1", "6")]}, "has been made inactive"),
        (
            {"CustomerRef": {"value": "1"}, "Line": [sale("1", "5")]},
            "There is no income account associated with the item (Bought only)",
        ),
        (
            {"CustomerRef": {"value": "1"}, "Line": [sale("1861.07", Qty="2", UnitPrice="9")]},
            "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07",
        ),
        (
            {"CustomerRef": {"value": "1"}, "Line": [sale("-1")]},
            "You must specify a transaction amount that is 0 or greater.",
        ),
        (
            {"CustomerRef": {"value": "1"}, "Line": [LINE], "DocNumber": "n" * 25},
            "Max:21 supplied:25",
        ),
        (
            {"CustomerRef": {"value": "3"}, "Line": [LINE]},
            "You cannot create or edit a transaction with a deleted customer",
        ),
    ],
)
def test_texts(books: Books, body: dict[str, Any], text: str) -> None:
    assert text in books.fault("invoice", body)["Detail"]


@given(
    quantity=st.decimals("0.001", "9999", places=3),
    price=st.decimals("-99", "9999", places=4),
)
def test_amount_is_the_product_rounded_half_up(quantity: Decimal, price: Decimal) -> None:
    books = Books()
    exact = quantity * price
    sign = -1 if exact < 0 else 1
    expected = sign * ((abs(exact) * 100 + Decimal("0.5")) // 1) / 100
    extra = sale("999999999")  # keeps the total above zero
    line = sale(str(expected), Qty=str(quantity), UnitPrice=str(price))
    made = books.save("Invoice", books.invoice(line, extra))
    assert made["TotalAmt"] == expected + 999999999
    wrong = sale(str(expected + Decimal("0.01")), Qty=str(quantity), UnitPrice=str(price))
    assert books.fault("invoice", books.invoice(wrong, extra))["code"] == "6070"


def test_line_without_item_takes_the_default_item(books: Books) -> None:
    made = books.save("Invoice", books.invoice(sale("80", None)))
    detail = made["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": "1", "name": "Services"}
    assert detail["ItemAccountRef"]["value"] == "2"
    books.change("Item", "1", Active=False)
    assert books.fault("invoice", books.invoice(sale("80", None)))["code"] == "6440"


def test_negative_lines_and_zero_totals_pass(books: Books) -> None:
    made = books.save("Invoice", books.invoice(sale("100"), sale("-100")))
    assert made["TotalAmt"] == made["Balance"] == 0


def test_zero_quantity_and_price_mean_not_given(books: Books) -> None:
    made = books.save("Invoice", books.invoice(sale("100", Qty="0", UnitPrice="0")))
    assert made["TotalAmt"] == 100


def test_custom_numbers(books: Books) -> None:
    first = books.save("Invoice", books.invoice(DocNumber="A-1"))
    error = books.fault("invoice", books.invoice(DocNumber="A-1"))
    assert (error["code"], error["Message"]) == ("6140", "Duplicate Document Number Error")
    assert error["Detail"].endswith(
        f"DocNumber=A-1 is assigned to TxnType=Invoice with TxnId={first['Id']}"
    )
    allowed = books.save("Invoice", books.invoice(DocNumber="A-1"), include="allowduplicatedocnum")
    assert allowed["DocNumber"] == "A-1"
    assert "DocNumber" not in books.save("Invoice", books.invoice())
    assert books.change("Invoice", first["Id"], PrivateNote="x")["DocNumber"] == "A-1"


def test_automatic_numbers(books: Books) -> None:
    books.prefer("SalesFormsPrefs", CustomTxnNumbers=False)
    assert books.save("Invoice", books.invoice())["DocNumber"] == "1001"
    assert books.save("Invoice", books.invoice())["DocNumber"] == "1002"
    for _ in range(2):  # a sent number is kept, and nobody looks for duplicates
        assert books.save("Invoice", books.invoice(DocNumber="A-1"))["DocNumber"] == "A-1"


@pytest.mark.parametrize(
    ("term", "day", "due"),
    [
        ("1", "2026-03-10", "2026-03-10"),
        ("3", "2026-03-10", "2026-04-09"),
        ("4", "2026-03-10", "2026-03-15"),
        ("4", "2026-03-16", "2026-04-15"),
        ("4", "2026-12-20", "2027-01-15"),
    ],
)
def test_due_date_from_terms(books: Books, term: str, day: str, due: str) -> None:
    made = books.save("Invoice", books.invoice(TxnDate=day, SalesTermRef={"value": term}))
    assert made["DueDate"] == due


def test_moving_the_date_moves_the_due_date(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    assert books.change("Invoice", made["Id"], TxnDate="2026-03-11")["DueDate"] == "2026-04-10"


def test_today_is_the_default_date(books: Books) -> None:
    body = books.invoice()
    del body["TxnDate"]
    made = books.save("Invoice", body)
    here = books.clock.now().date()
    assert date.fromisoformat(made["TxnDate"]) in {here, here - timedelta(days=1)}


def test_discounts(books: Books) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": Decimal("12.5")},
    }
    made = books.save("Invoice", books.invoice(sale("33.33"), sale("66.66"), discount))
    assert made["TotalAmt"] == Decimal("87.49")  # 99.99 - 12.50
    line = made["Line"][2]
    assert line["Amount"] == Decimal("12.5")
    assert line["DiscountLineDetail"]["DiscountAccountRef"] == {"value": "7", "name": "Discounts"}
    assert made["Line"][3]["Amount"] == Decimal("99.99")
    fixed = {"Amount": 40, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}
    assert books.save("Invoice", books.invoice(sale("100"), fixed))["TotalAmt"] == 60
    empty = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}}
    assert books.fault("invoice", books.invoice(sale("9"), empty))["code"] == "6090"
    assert books.fault("invoice", books.invoice(sale("9"), fixed))["code"] == "6000"
    books.prefer("SalesFormsPrefs", AllowDiscount=False)
    assert books.fault("invoice", books.invoice(sale("100"), fixed))["code"] == "5030"


def test_subtotal_in_the_middle(books: Books) -> None:
    between = {
        "Description": "Subtotal:",
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }
    made = books.save("Invoice", books.invoice(sale("10"), sale("5.5"), between, sale("1")))
    assert made["Line"][2]["Description"] == "Subtotal: 15.50"
    again = books.save("Invoice", made)
    assert again["Line"][2]["Description"] == "Subtotal: 15.50"
    assert again["TotalAmt"] == Decimal("16.5")


def test_bundles(books: Books) -> None:
    group = books.company.records["Item"]["4"]
    group["ItemGroupDetail"] = {"ItemGroupLine": [{"ItemRef": {"value": "2"}, "Qty": 2}]}
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "4"}, "Quantity": 3},
    }
    made = books.save("Invoice", books.invoice(line))
    assert made["TotalAmt"] == Decimal("255")  # 3 bundles of 2 at 42.50
    assert made["Line"][0]["GroupLineDetail"]["Line"][0]["SalesItemLineDetail"]["Qty"] == 6
    wrong = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "2"}},
    }
    assert books.fault("invoice", books.invoice(wrong))["code"] == "6000"


def test_lines_on_update(books: Books) -> None:
    made = books.save("Invoice", books.invoice(sale("10"), sale("20"), sale("30")))
    kept = {**made["Line"][1], "Amount": 25}
    changed = books.change("Invoice", made["Id"], Line=[kept, sale("1"), {**sale("2"), "Id": "77"}])
    assert [line.get("Id") for line in changed["Line"]] == ["2", "4", "5", None]
    assert changed["TotalAmt"] == 28
    untouched = books.change("Invoice", made["Id"], PrivateNote="lines stay")
    assert untouched["Line"] == changed["Line"]
    assert books.read("Customer", "1")["Balance"] == 28


def test_deposit(books: Books) -> None:
    books.prefer("SalesFormsPrefs", AllowDeposit=True)
    made = books.save("Invoice", books.invoice(Deposit=30, DepositToAccountRef={"value": "3"}))
    assert (made["TotalAmt"], made["Balance"], made["Deposit"]) == (100, 70, 30)
    assert books.read("Customer", "1")["Balance"] == 70
    assert books.fault("invoice", books.invoice(Deposit=101))["code"] == "2140"
    wrong = books.invoice(Deposit=1, DepositToAccountRef={"value": "2"})
    assert books.fault("invoice", wrong)["code"] == "6430"


def test_stock_items(books: Books) -> None:
    early = books.invoice(sale("9", "7"), TxnDate="2026-01-31")
    assert books.fault("invoice", early)["code"] == "6270"
    made = books.save("Invoice", books.invoice(sale("9", "7", Qty="3", UnitPrice="3")))
    assert books.read("Item", "7")["QtyOnHand"] == 7
    books.remove("Invoice", made["Id"])
    assert books.read("Item", "7")["QtyOnHand"] == 10


def test_online_payment(books: Books) -> None:
    asked = {"AllowOnlineCreditCardPayment": True, "BillEmail": {"Address": "a@b.example"}}
    made = books.save("Invoice", books.invoice(**asked))
    assert made["AllowOnlineCreditCardPayment"] is False
    books.prefer("SalesFormsPrefs", ETransactionPaymentEnabled=True)
    made = books.save("Invoice", books.invoice(**asked), include="invoiceLink")
    assert made["AllowOnlineCreditCardPayment"] is True
    assert made["InvoiceLink"].startswith("https://")
    assert "InvoiceLink" not in books.read("Invoice", made["Id"])


def test_addresses_come_from_the_customer(books: Books) -> None:
    made = books.save("Invoice", books.invoice(CustomerRef={"value": "2"}))
    assert made["BillAddr"]["City"] == "Tacoma"


def test_currencies() -> None:
    books = Books(GB)
    line = sale("100", tax="2")
    made = books.save("Invoice", books.invoice(line, CustomerRef={"value": "5"}))
    assert made["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert (made["ExchangeRate"], made["TotalAmt"]) == (Decimal("0.85"), 120)
    assert made["HomeTotalAmt"] == made["HomeBalance"] == 102
    error = books.fault("invoice", books.invoice(line, CurrencyRef={"value": "EUR"}))
    assert error["code"] == "6000"
    assert "You can only use one foreign currency per transaction." in error["Detail"]


def test_closed_books_close_updates_and_deletes_too(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    books.prefer("AccountingInfoPrefs", BookCloseDate="2026-03-01")
    key = {"Id": made["Id"], "SyncToken": "0"}
    for query in ({}, {"operation": "delete"}, {"operation": "void"}):
        body = {**key, "sparse": True, "PrivateNote": "x"} if not query else key
        error = books.fault("invoice", body, **query)
        assert error["code"] == "6210"
    assert "account books cannot be updated through the QBO Services API" in error["Detail"]
    later = books.invoice(TxnDate="2026-03-02")
    assert books.save("Invoice", later)["TotalAmt"] == 100


def test_too_many_taxable_lines(books: Books) -> None:
    lines = [sale("1", tax="TAX") for _ in range(751)]
    assert books.fault("invoice", books.invoice(*lines))["code"] == "6000"
    plain = [sale("1") for _ in range(751)]
    assert books.save("Invoice", books.invoice(*plain))["TotalAmt"] == 751


def test_estimate_is_closed_by_its_invoice(books: Books) -> None:
    estimate = books.save("Estimate", books.invoice())
    link = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    made = books.save("Invoice", books.invoice(LinkedTxn=link))
    assert made["LinkedTxn"] == link
    assert books.read("Estimate", estimate["Id"])["TxnStatus"] == "Closed"


def test_sending_and_printing(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    path = f"invoice/{made['Id']}"
    kind = "application/octet-stream"
    assert books.error(books.raw("POST", f"{path}/send", content_type=kind))["code"] == "6420"
    answer = books.raw("POST", f"{path}/send?sendTo=a%40b.example", content_type=kind)
    sent = books.answer(answer)["Invoice"]
    assert (sent["EmailStatus"], sent["BillEmail"]["Address"]) == ("EmailSent", "a@b.example")
    pdf = books.raw("GET", f"{path}/pdf", headers={"Accept": "application/pdf"})
    assert pdf.content_type == "application/pdf"
    assert pdf.get_data().startswith(b"%PDF-1.4")
    assert pdf.get_data().endswith(b"%%EOF\n")
    assert books.error(books.raw("GET", "invoice/99/pdf"))["code"] == "610"
