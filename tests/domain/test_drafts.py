"""The record that would be created from a NinjaOne one, and what QuickBooks would refuse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain import drafts
from desktop_app.domain.creating import CreateDraft, NameUse
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Source, Target
from tests.domain import builders as b

DOCK_DRAFT = CreateDraft(
    Kind.ITEMS, "202", "Laptop dock", "Laptop dock", item_type="Service", income_account_id="80"
)
ACME_DRAFT = CreateDraft(Kind.CUSTOMERS, "11", "Acme Dental", "Acme Dental")


def org(name: str) -> Source:
    return Source(Kind.CUSTOMERS, "12", name)


def problems(draft: CreateDraft, facts: Facts | None = None) -> str:
    return " ".join(drafts.problems(draft, facts or b.facts()))


def test_a_customer_takes_mail_and_terms_from_the_newest_invoice() -> None:
    made = drafts.draft(b.ACME, b.facts(), b.invoice())
    assert made.name == made.company_name == "Acme Dental"
    assert made.email == "ap@acme.example"
    assert made.term_id == "3"  # 30 days
    assert made.currency == ""  # one currency only
    assert made.note == ""
    assert problems(made) == ""
    assert drafts.body(made, b.US) == {
        "DisplayName": "Acme Dental",
        "CompanyName": "Acme Dental",
        "PrimaryEmailAddr": {"Address": "ap@acme.example"},
        "SalesTermRef": {"value": "3"},
    }


def test_a_customer_of_a_company_with_many_currencies_has_one() -> None:
    facts = b.with_company(b.facts(), multicurrency=True)
    assert facts.company is not None
    made = drafts.draft(b.ACME, facts, b.invoice(currency="EUR"))
    assert drafts.body(made, facts.company)["CurrencyRef"] == {"value": "EUR"}
    assert drafts.draft(b.ACME, facts).currency == "USD"
    assert "three letters" in problems(replace(made, currency="euro"), facts)


def test_without_an_invoice_the_company_s_own_terms() -> None:
    facts = b.with_company(b.facts(), default_term_id="4")
    assert drafts.draft(b.ACME, facts).term_id == "4"
    assert drafts.draft(b.ACME, b.with_company(b.facts(), default_term_id="99")).term_id == ""


@pytest.mark.parametrize("mail", ["a@b.example; c@d.example", "nobody", "x" * 100 + "@b.example"])
def test_a_mail_that_is_not_one_address_is_left_out(mail: str) -> None:
    assert drafts.draft(b.ACME, b.facts(), b.invoice(bill_email=mail)).email == ""
    assert "e-mail" in problems(replace(ACME_DRAFT, email=mail))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Acme: Dental\t2", "Acme Dental 2"),
        ("Łódź – “IT”", 'Lódz - "IT"'),
        ("x" * 120, "x" * 97 + "..."),
    ],
)
def test_names_are_cleaned_visibly(name: str, clean: str) -> None:
    made = drafts.draft(org(name), b.facts())
    assert made.name == clean
    assert made.note
    assert made.source_name == name
    assert problems(made) == ""
    assert problems(replace(made, name=name)) != ""


def test_another_country_keeps_its_letters() -> None:
    facts = b.with_company(b.facts(), country="PL")
    assert drafts.draft(org("Łódź IT"), facts).name == "Łódź IT"


def test_an_item_takes_the_account_of_its_code() -> None:
    source = replace(b.DOCK, price=Decimal("149.90"), code="D-1", description="USB-C")
    facts = b.facts(
        b.invoice(b.line(product_id="202", taxable=True)),
        mappings=b.links(b.link(b.HARDWARE, b.ACCOUNT)),
    )
    made = drafts.draft(source, facts)
    assert problems(made, facts) == ""
    assert drafts.body(made, b.US) == {
        "Name": "Laptop dock",
        "Type": "Service",
        "IncomeAccountRef": {"value": "80"},
        "Sku": "D-1",
        "Description": "USB-C",
        "UnitPrice": Decimal("149.90"),
        "Taxable": True,
    }
    assert dict(drafts.shown(made, facts))["IncomeAccountRef"] == "Hardware Sales (id 80)"
    assert "Taxable" not in drafts.body(made, replace(b.US, country="GB"))


def test_an_account_that_cannot_be_an_item_s_is_not_taken() -> None:
    expense = replace(b.ACCOUNT, type="Expense")
    facts = b.facts(
        targets=b.by_kind(b.CUSTOMER, expense), mappings=b.links(b.link(b.HARDWARE, expense))
    )
    made = drafts.draft(b.DOCK, facts)
    assert made.income_account_id == ""
    assert "Choose the income account" in problems(made, facts)
    assert "is no income account (Expense)" in problems(
        replace(made, income_account_id="80"), facts
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": 'a "b"'}, "quotation mark"),
        ({"item_type": "Inventory"}, "type"),
        ({"price": Decimal(-1)}, "price"),
        ({"price": Decimal("NaN")}, "price"),
        ({"sku": "x" * 101}, "SKU"),
        ({"description": "x" * 4001}, "description"),
    ],
)
def test_what_an_item_may_not_be(changes: dict[str, Any], words: str) -> None:
    assert problems(DOCK_DRAFT) == ""
    assert words in problems(replace(DOCK_DRAFT, **changes))


def test_nothing_is_known_before_the_first_refresh() -> None:
    assert "Refresh" in problems(ACME_DRAFT, b.facts(company=None))


def test_the_local_list_knows_who_has_the_name_and_who_had_it() -> None:
    former = Target(Kind.CUSTOMERS, "60", "ACME dental (deleted)", "ACME dental (deleted)",
                    active=False)  # fmt: skip
    facts = b.facts(targets=b.by_kind(b.CUSTOMER, former))
    uses = drafts.local_uses(ACME_DRAFT, facts)
    assert {use.id for use in uses} == {"58", "60"}
    (taken,) = drafts.clashes(ACME_DRAFT, uses)
    assert taken == NameUse("Customer", "58", "Acme Dental")
    assert drafts.clash_text(taken) == "The customer “Acme Dental” has this name in QuickBooks."
    # The same name under a category is another one.
    assert drafts.clashes(replace(DOCK_DRAFT, name=b.ITEM.name), drafts.local_uses(
        replace(DOCK_DRAFT, name=b.ITEM.name), b.facts())) == ()  # fmt: skip
