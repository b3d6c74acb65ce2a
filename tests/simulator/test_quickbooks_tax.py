"""Sales tax to the cent: by hand, automated, and outside the United States."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.books import GB, Books, sale


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def british() -> Books:
    return Books(GB)


def test_by_hand(books: Books) -> None:
    made = books.save("Invoice", books.invoice(sale("510"), sale("189.99", tax="TAX")))
    detail = made["TxnTaxDetail"]
    # 189.99 * 6.5 % = 12.349..., 189.99 * 2.25 % = 4.274...: each rate is rounded by itself.
    assert detail["TotalTax"] == Decimal("16.62")
    assert detail["TxnTaxCodeRef"] == {"value": "3"}
    assert detail["TaxLine"][0] == {
        "Amount": Decimal("12.35"),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": "4"},
            "PercentBased": True,
            "TaxPercent": Decimal("6.5"),
            "NetAmountTaxable": Decimal("189.99"),
        },
    }
    assert detail["TaxLine"][1]["Amount"] == Decimal("4.27")
    assert made["TotalAmt"] == made["Balance"] == Decimal("716.61")


def test_half_a_cent_goes_up(books: Books) -> None:
    # 7.00 * 6.5 % = 0.455
    code = {"TxnTaxCodeRef": {"value": "6"}}
    made = books.save("Invoice", books.invoice(sale("7", tax="TAX"), TxnTaxDetail=code))
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("0.46")


def test_the_code_of_the_header_then_the_customer_then_the_company(books: Books) -> None:
    sent = {"TxnTaxCodeRef": {"value": "6"}}
    made = books.save("Invoice", books.invoice(sale("100", tax="TAX"), TxnTaxDetail=sent))
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("6.5")
    books.change("Customer", "1", DefaultTaxCodeRef={"value": "6"})
    made = books.save("Invoice", books.invoice(sale("100", tax="TAX")))
    assert made["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "6"}


def test_a_total_that_is_sent_is_spread(books: Books) -> None:
    sent = {"TxnTaxCodeRef": {"value": "3"}, "TotalTax": 10}
    made = books.save("Invoice", books.invoice(sale("100", tax="TAX"), TxnTaxDetail=sent))
    assert made["TotalAmt"] == 110
    amounts = [line["Amount"] for line in made["TxnTaxDetail"]["TaxLine"]]
    assert amounts == [Decimal("7.43"), Decimal("2.57")]
    kept = books.save("Invoice", made)
    assert kept["TotalAmt"] == 110
    del kept["TxnTaxDetail"]
    assert books.save("Invoice", kept)["TotalAmt"] == Decimal("108.75")


def test_tax_before_or_after_the_discount(books: Books) -> None:
    discount = {"Amount": 50, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}
    lines = (sale("100", tax="TAX"), sale("100"), discount)
    code = {"TxnTaxCodeRef": {"value": "6"}}
    before = books.save("Invoice", books.invoice(*lines, TxnTaxDetail=code))
    assert before["TotalAmt"] == Decimal("156.5")
    after = books.save(
        "Invoice", books.invoice(*lines, TxnTaxDetail=code, ApplyTaxAfterDiscount=True)
    )
    assert after["TotalAmt"] == Decimal("154.88")  # tax on 75.00


@pytest.mark.parametrize(
    ("changes", "line_code", "code"),
    [
        ({}, "3", "6100"),
        ({}, "nonsense", "6100"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "99"}}}, "TAX", "2500"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "8"}}}, "TAX", "6160"),
        ({"TxnTaxDetail": {"TotalTax": "much"}}, "TAX", "2140"),
    ],
)
def test_refused(books: Books, changes: dict[str, Any], line_code: str, code: str) -> None:
    body = books.invoice(sale("100", tax=line_code), **changes)
    assert books.fault("invoice", body)["code"] == code


def test_reserved_code_on_update(books: Books) -> None:
    made = books.save("Invoice", books.invoice())
    body = {**made, "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "8"}}}
    assert books.fault("invoice", body)["code"] == "6230"


def test_no_sales_tax(books: Books) -> None:
    books.prefer("TaxPrefs", UsingSalesTax=False)
    sent = {"TxnTaxCodeRef": {"value": "3"}, "TotalTax": 10}
    made = books.save("Invoice", books.invoice(sale("100", tax="TAX"), TxnTaxDetail=sent))
    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (100, {"TotalTax": 0})


def test_automated(books: Books) -> None:
    books.prefer("TaxPrefs", PartnerTaxEnabled=True)
    sent = {"TxnTaxCodeRef": {"value": "6"}, "TotalTax": 3}
    lines = (sale("100", tax="TAX"),)
    nowhere = books.save("Invoice", books.invoice(*lines, TxnTaxDetail=sent))
    assert nowhere["TxnTaxDetail"] == {"TotalTax": 0}
    assert nowhere["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    located = {"CustomerRef": {"value": "2"}}
    computed = books.save("Invoice", books.invoice(*lines, **located))
    assert computed["TotalAmt"] == Decimal("108.75")
    honoured = books.save("Invoice", books.invoice(*lines, **located, TxnTaxDetail=sent))
    assert honoured["TotalAmt"] == 103


def test_every_british_line_needs_a_rate(british: Books) -> None:
    for code in (None, "NON", "TAX"):
        error = british.fault("invoice", british.invoice(sale("100", tax=code)))
        assert error["code"] == "6000"
        assert "have a VAT rate before you save." in error["Detail"]
    assert british.fault("invoice", british.invoice(sale("1", tax="99")))["code"] == "2500"


def test_british_rates_apply_to_sums(british: Books) -> None:
    lines = [sale("0.33", tax="2") for _ in range(3)]
    made = british.save("Invoice", british.invoice(*lines, sale("10", tax="3")))
    # 20 % of 0.99 is 0.198; by line it would be 3 * 0.07.
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("0.2")
    assert made["TotalAmt"] == Decimal("11.19")
    assert made["GlobalTaxCalculation"] == "TaxExcluded"
    assert "TxnTaxCodeRef" not in made["TxnTaxDetail"]
    assert len(made["TxnTaxDetail"]["TaxLine"]) == 2


def test_tax_inclusive(british: Books) -> None:
    line = sale("100", tax="2", TaxInclusiveAmt="120")
    made = british.save("Invoice", british.invoice(line, GlobalTaxCalculation="TaxInclusive"))
    assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (120, 20)


def test_not_applicable(british: Books) -> None:
    none = {"GlobalTaxCalculation": "NotApplicable"}
    made = british.save("Invoice", british.invoice(sale("100"), **none))
    assert made["TotalAmt"] == 100
    error = british.fault(
        "invoice", british.invoice(sale("100"), **none, TxnTaxDetail={"TotalTax": 5})
    )
    assert error["code"] == "6170"
