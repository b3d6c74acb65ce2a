"""The document that goes to QuickBooks, checked to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.checks import check
from desktop_app.domain.document_choices import LongNumberChoice
from desktop_app.domain.facts import Facts
from desktop_app.domain.invoicing import build_document, build_parts
from desktop_app.domain.records import Invoice, TaxChoice
from tests.domain import builders as b


def body(invoice: Invoice, facts: Facts | None = None) -> Any:
    return build_document(invoice, facts or b.facts(), "m1").body


def test_the_whole_document() -> None:
    document = build_document(b.invoice(), b.facts(), "m1")
    assert document.body == {
        "CustomerRef": {"value": "58"},
        "TxnDate": "2026-11-02",
        "DueDate": "2026-12-02",
        "SalesTermRef": {"value": "3"},
        "DocNumber": "NB-1042",
        "PrivateNote": "NinjaOne invoice NB-1042 | ref m1",
        "BillEmail": {"Address": "ap@acme.example"},
        "EmailStatus": "NotSet",
        "Line": [
            {
                "LineNum": 1,
                "Description": "Managed workstation",
                "Amount": Decimal("1615.00"),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "19"},
                    "Qty": Decimal(38),
                    "UnitPrice": Decimal("42.5"),
                    "TaxCodeRef": {"value": "TAX"},
                },
            }
        ],
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "3"}, "TotalTax": Decimal("133.24")},
    }
    assert document.expected_total == Decimal("1748.24")
    assert document.expected_tax == Decimal("133.24")
    assert document.notes == ()


def test_a_line_discount_becomes_one_at_its_amount_with_the_truth_in_words() -> None:
    line = b.line(quantity=Decimal(1), price=Decimal(129), discount=Decimal(9), amount=Decimal(120))
    sent = body(b.invoice(line))["Line"][0]
    assert sent["Amount"] == Decimal("120.00")
    assert sent["SalesItemLineDetail"]["Qty"] == 1
    assert sent["SalesItemLineDetail"]["UnitPrice"] == Decimal(120)
    assert sent["Description"].endswith("(1 x 129, discount 9.00)")


def test_whole_discount_is_a_discount_line() -> None:
    invoice = b.invoice(discount=Decimal(10), total=Decimal("1738.24"))
    assert body(invoice)["Line"][-1] == {
        "Amount": Decimal("10.00"),
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False, "DiscountAccountRef": {"value": "86"}},
    }


def test_a_line_without_money_or_mapping_is_text_only() -> None:
    free = b.line(product_id="", account_id="", name="Welcome", quantity=Decimal(1),
                  price=Decimal(0), amount=Decimal(0), taxable=False)  # fmt: skip
    sent = body(b.invoice(b.line(), free))["Line"][1]
    assert sent == {
        "LineNum": 2,
        "Description": "Welcome",
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }


def test_never_a_money_line_without_item() -> None:
    with pytest.raises(ValueError, match="no item"):
        build_document(b.invoice(b.line(product_id="", account_id="", name="?")), b.facts(), "m")


def test_long_number_is_shortened_visibly() -> None:
    world = b.choosing(b.facts(), long_number=LongNumberChoice.END)
    document = build_document(b.invoice(number="X" * 3 + "123456789012345678901"), world, "m")
    assert document.body["DocNumber"] == "123456789012345678901"
    assert "XXX1234" in document.body["PrivateNote"]
    assert any("too long" in note for note in document.notes)


def test_without_a_number_quickbooks_numbers() -> None:
    document = build_document(b.invoice(number=""), b.facts(), "m")
    assert "DocNumber" not in document.body
    assert "INV-5012" in document.body["PrivateNote"]


def test_characters_and_addresses() -> None:
    line = b.line(description="“Été” 🙂 — ok")
    invoice = b.invoice(line, bill_email="a@b.example, c@d.example")
    document = build_document(invoice, b.facts(), "m")
    text = document.body["Line"][0]["Description"]
    assert text.encode("latin-1")
    assert 'Managed workstation - "Été"' in text
    assert "BillEmail" not in document.body
    assert len(document.notes) == 2


def test_terms_only_where_exactly_one_fits() -> None:
    assert "SalesTermRef" not in body(b.invoice(due_date=date(2026, 11, 30)))


def test_multicurrency_names_the_currency() -> None:
    world = b.with_company(b.facts(), multicurrency=True)
    assert body(b.invoice(), world)["CurrencyRef"] == {"value": "USD"}


def test_an_invoice_that_does_not_add_up_is_noted() -> None:
    document = build_document(b.invoice(total=Decimal("1748.25")), b.facts(), "m")
    assert document.expected_total == Decimal("1748.25")
    assert any("add up" in note for note in document.notes)


class TestTax:
    def test_exempt_lines(self) -> None:
        sent = body(b.invoice(b.line(), b.line(taxable=False)))
        codes = [x["SalesItemLineDetail"]["TaxCodeRef"]["value"] for x in sent["Line"]]
        assert codes == ["TAX", "NON"]

    def test_no_tax_at_all_sends_no_detail(self) -> None:
        assert "TxnTaxDetail" not in body(b.invoice(b.line(taxable=False)))

    def test_the_code_whose_rate_fits(self) -> None:
        invoice = b.invoice(tax_rate=Decimal("0.1"))
        assert body(invoice)["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "5"}

    def test_quickbooks_computes(self) -> None:
        world = b.with_tax_choice(b.facts(), TaxChoice.QUICKBOOKS)
        assert body(b.invoice(), world)["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "3"}}

    def test_none(self) -> None:
        document = build_document(b.invoice(), b.with_tax_choice(b.facts(), TaxChoice.NONE), "m")
        assert "TxnTaxDetail" not in document.body
        assert document.expected_total == Decimal("1615.00")
        assert document.expected_tax == 0

    def test_outside_the_us_every_line_names_a_code(self) -> None:
        world = replace(
            b.with_company(b.facts(), country="GB", tax_group_code_id=""), tax_codes=b.GB_CODES
        )
        invoice = b.invoice(b.line(), b.line(taxable=False), tax_rate=Decimal("0.2"))
        sent = body(invoice, world)
        codes = [x["SalesItemLineDetail"]["TaxCodeRef"]["value"] for x in sent["Line"]]
        assert codes == ["20", "10"]
        assert sent["GlobalTaxCalculation"] == "TaxExcluded"
        assert "TxnTaxDetail" not in sent
        assert check(replace(invoice, tax_rate=Decimal("0.07")), world) != ()

    def test_tax_without_a_taxable_line_blocks(self) -> None:
        invoice = b.invoice(b.line(taxable=False), total_tax=Decimal(5), total=Decimal(1620))
        assert check(invoice, b.facts()) != ()


amounts = st.decimals(min_value=Decimal("-500"), max_value=Decimal("5000"), places=3)
quantities = st.decimals(min_value=0, max_value=400, places=2)


@given(st.lists(st.tuples(quantities, amounts, st.integers(0, 900)), min_size=1, max_size=30))
def test_amount_is_always_price_times_quantity(
    cases: list[tuple[Decimal, Decimal, int]],
) -> None:
    """QuickBooks refuses any other line (6070), and the lines must keep NinjaOne's amounts."""
    cent = Decimal("0.01")
    lines = []
    for quantity, price, off in cases:
        gross = (quantity * price).quantize(cent, rounding=ROUND_HALF_UP)
        discount = Decimal(off) / 100
        lines.append(
            b.line(quantity=quantity, price=price, discount=discount, amount=gross - discount)
        )
    invoice = b.invoice(*lines)
    sign = -1 if invoice.total < 0 else 1  # a credit memo has positive amounts
    for one, original in zip(body(invoice)["Line"], lines, strict=True):
        detail = one["SalesItemLineDetail"]
        product = (detail["Qty"] * detail["UnitPrice"]).quantize(cent, rounding=ROUND_HALF_UP)
        assert product == one["Amount"] == sign * original.amount


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Рабочая станция", "Rabochaya stantsiya"),
        ("ΑΘΗΝΑ χώρα", "AThINA chora"),
        ("Łódź – “Đại”", 'Lódz - "Dai"'),
        ("管理 ok 🙂", "?? ok"),
    ],
)
def test_other_alphabets_are_written_in_latin_letters(text: str, written: str) -> None:
    line = b.line(description=text)
    document, lines = build_parts(b.invoice(line), b.facts(), "m1")
    assert lines[0].body["Description"] == f"Managed workstation - {written}"
    assert lines[0].changed == "Characters that QuickBooks cannot hold were replaced"
    assert document.notes == (
        "The text of 1 line had to be adapted to what QuickBooks can hold: see the lines.",
    )
    abroad = b.with_company(b.facts(tax_codes=b.GB_CODES), country="GB")
    fitting = b.invoice(line, tax_rate=Decimal("0.2"))
    assert build_document(fitting, abroad, "m1").body["Line"][0]["Description"].endswith(text)


def test_the_real_quantity_stays_readable_behind_a_long_text() -> None:
    line = b.line(name="x" * 5000, quantity=Decimal(3), price=Decimal(10), discount=Decimal(1),
                  amount=Decimal(29))  # fmt: skip
    _, (built,) = build_parts(b.invoice(line), b.facts(), "m1")
    text = built.body["Description"]
    assert len(text) == 4000
    assert text.endswith("... (3 x 10, discount 1.00)")
    assert built.changed.startswith("Sent as 1 x 29.00")
    assert built.changed.endswith("Shortened to 3,976 characters")
