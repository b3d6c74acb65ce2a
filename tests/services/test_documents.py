"""Choices kept, documents shown, runs rehearsed and exported, the month compared."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_app.domain.document_choices import (
    STANDARD,
    DiscountChoice,
    DocumentChoices,
    MemoChoice,
    NumberChoice,
    Track,
    Tracked,
    TrackRule,
)
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import BooksRead, Handling
from desktop_app.domain.invoicing import build_document, build_parts
from desktop_app.domain.money import money_text
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import Push, PushState, TaxChoice
from desktop_app.domain.report import Finding, MonthReport
from desktop_app.domain.reporting import month_report
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.api_documents import Outcome, RunTotal
from desktop_app.services.api_sending import SendPlan
from desktop_app.services.document_view import bare_view, exact_json, sent_view, view_of
from desktop_app.services.documents import _check
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoice_rows import invoice_rows
from desktop_app.services.rates import missing_rates
from desktop_app.services.report_files import report_html, report_tables
from desktop_app.services.run_rehearsal import Plan, rehearsal_tables, rehearse
from desktop_app.services.table_files import write_tables
from desktop_app.storage.database import Database
from desktop_app.storage.handling import SqlHandlingStore
from desktop_app.storage.settings import SqlSettingsStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.domain import builders as b
from tests.services.fakes import START

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


# --- Choices ---------------------------------------------------------------------------------


def test_choices_and_lists_survive(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "b.db")
    SqlWorkspaceStore(database).current()
    reader = HandlingReader(SqlHandlingStore(database), SqlSettingsStore(database))
    assert reader.read(1) == Handling(), "no list was read"
    chosen = DocumentChoices(
        discount=DiscountChoice.ITEM,
        discount_item_id="19",
        empty_number=NumberChoice.NINJAONE,
        memo=MemoChoice.PERIOD,
        classes=TrackRule("5", {"11": "6"}, {"1": ""}),
        hold_unknown=True,
    )
    reader.set_choices(1, chosen)
    found = (Tracked(Track.CLASS, "6", "Zoo"), Tracked(Track.CLASS, "5", "air", active=False))
    reader.set_tracked(1, Track.CLASS, found)
    assert reader.choices(1) == chosen
    assert reader.choices(2) == STANDARD
    read = reader.tracked(1, Track.CLASS)
    assert read is not None
    assert [each.name for each in read.values()] == ["air", "Zoo"]
    reader.set_tracked(1, Track.CLASS, ())
    assert reader.read(1).tracked == {Track.CLASS: {}}, "there are none: that is known, too"
    database.close()


def test_stored_choices_that_do_not_fit_are_as_by_default(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "b.db")
    settings = SqlSettingsStore(database)
    settings.set("documents/1", {"discount": "fax", "hold_unknown": "yes", "classes": 5, "x": 1})
    assert HandlingReader(SqlHandlingStore(database), settings).choices(1) == STANDARD
    database.close()


@pytest.mark.parametrize(
    "choices",
    [
        DocumentChoices(discount=DiscountChoice.ITEM, discount_item_id="?"),
        DocumentChoices(exempt_code_id="20"),
        DocumentChoices(taxable_code_id="?"),
    ],
)
def test_choices_that_could_only_block_are_refused(choices: DocumentChoices) -> None:
    world = b.with_company(b.facts(tax_codes=b.GB_CODES), country="GB")
    with pytest.raises(RuleError):
        _check(choices, world)
    # What was chosen once and has become unusable keeps nobody from choosing something else.
    stale = replace(world, handling=Handling(choices=choices))
    _check(replace(choices, memo=MemoChoice.NONE), stale)


# --- Documents by choice ---------------------------------------------------------------------


def body(world: Facts, **changes: Any) -> Any:
    return build_document(b.invoice(**changes), world, "m1").body


def test_a_credit_memo_has_positive_amounts_and_no_terms() -> None:
    line = b.line(quantity=Decimal(-2), price=Decimal("21.25"), amount=Decimal("-42.50"))
    document = build_document(b.invoice(line), b.facts(), "m1")
    assert document.entity == "CreditMemo"
    assert "DueDate" not in document.body
    assert "SalesTermRef" not in document.body
    sent = document.body["Line"][0]
    assert sent["Amount"] == Decimal("42.50")
    assert sent["SalesItemLineDetail"]["Qty"] == 2
    assert sent["SalesItemLineDetail"]["UnitPrice"] == Decimal("21.25")
    assert document.body["TxnTaxDetail"]["TotalTax"] == Decimal("3.51")
    assert (document.expected_total, document.expected_tax) == (Decimal("46.01"), Decimal("3.51"))
    assert document.expectation is not None
    assert document.expectation.total == Decimal("46.01")


def test_a_discount_as_lines_of_an_item_bears_its_share_of_the_tax() -> None:
    lines = (
        b.line(quantity=Decimal(1), price=Decimal(200), amount=Decimal(200)),
        b.line(quantity=Decimal(1), price=Decimal(100), amount=Decimal(100), taxable=False),
    )
    world = b.choosing(b.facts(), discount=DiscountChoice.ITEM, discount_item_id="19")
    after = {"discount": Decimal(30), "total_tax": Decimal("14.85"), "total": Decimal("284.85")}
    found = build_document(b.invoice(*lines, **after), world, "m").body["Line"][2:]
    assert [(x["Amount"], x["SalesItemLineDetail"]["TaxCodeRef"]["value"]) for x in found] == [
        (Decimal("-20.00"), "TAX"), (Decimal("-10.00"), "NON")
    ]  # fmt: skip
    before = after | {"total_tax": Decimal("16.50"), "total": Decimal("286.50")}
    found = build_document(b.invoice(*lines, **before), world, "m").body["Line"][2:]
    assert [(x["Amount"], x["SalesItemLineDetail"]["TaxCodeRef"]["value"]) for x in found] == [
        (Decimal("-30.00"), "NON")
    ]  # fmt: skip
    assert body(b.facts(), lines=lines, **after)["ApplyTaxAfterDiscount"] is True
    assert "ApplyTaxAfterDiscount" not in body(b.facts(), lines=lines, **before)


def test_quantities_with_many_decimals_travel_as_one() -> None:
    line = b.line(quantity=Decimal("0.333333"), price=Decimal(3), amount=Decimal("1.00"))
    sent = build_document(b.invoice(line), b.facts(), "m1").body["Line"][0]
    assert sent["SalesItemLineDetail"]["Qty"] == 1
    assert sent["SalesItemLineDetail"]["UnitPrice"] == Decimal("1.00")
    assert sent["Description"].endswith("(0.333333 x 3)")


def test_memo_number_class_and_location() -> None:
    period = {"period_start": NOVEMBER[0], "period_end": NOVEMBER[1], "agreement_name": "Care",
              "note": "Thanks"}  # fmt: skip
    assert body(b.facts(), **period)["CustomerMemo"] == {"value": "Thanks"}
    by_period = b.choosing(b.facts(), memo=MemoChoice.PERIOD)
    assert body(by_period, **period)["CustomerMemo"] == {"value": "Care, 2026-11-01 to 2026-11-30"}
    assert "CustomerMemo" not in body(b.choosing(b.facts(), memo=MemoChoice.NONE), **period)
    named = b.choosing(b.facts(), empty_number=NumberChoice.NINJAONE)
    assert body(named, number="")["DocNumber"] == "INV-5012"
    tracked = b.choosing(b.facts(), classes=TrackRule("5", {"11": "6"}), locations=TrackRule("9"))
    on = b.with_company(tracked, class_per_txn=True, track_departments=True)
    found = body(on)
    assert (found["ClassRef"], found["DepartmentRef"]) == ({"value": "6"}, {"value": "9"})
    per_line = body(b.with_company(tracked, class_per_line=True, track_departments=True))
    assert "ClassRef" not in per_line
    assert per_line["Line"][0]["SalesItemLineDetail"]["ClassRef"] == {"value": "6"}


def test_a_line_is_filed_by_its_account_code() -> None:
    """Its account code's class goes before the organization's; "" there means none at all; a
    discount, which has no account code, goes by the organization."""
    lines = (
        b.line(),
        b.line(product_id="202", account_id="1", name="Dock"),
        b.line(account_id="", product_id="201"),
    )
    rule = TrackRule("5", {"11": "6"}, {"5": "7", "1": ""})
    world = b.facts(
        mappings=b.links(b.link(b.ACME, b.CUSTOMER), b.link(b.WORKSTATION, b.ITEM),
                         b.link(b.DOCK, b.ITEM)),
    )  # fmt: skip
    world = b.choosing(b.with_company(world, class_per_line=True), classes=rule,
                       discount=DiscountChoice.ITEM, discount_item_id="19")  # fmt: skip
    found = body(world, lines=lines, discount=Decimal(10))["Line"]
    filed = [line["SalesItemLineDetail"].get("ClassRef", {}).get("value") for line in found]
    assert filed == ["7", None, "7", "6"], "a line without a code has its product's"
    whole = body(b.with_company(world, class_per_txn=True), lines=lines)
    assert whole["ClassRef"] == {"value": "6"}
    assert all("ClassRef" not in line["SalesItemLineDetail"] for line in whole["Line"])


def test_a_foreign_currency_carries_the_rate_that_was_read() -> None:
    euro = replace(b.CUSTOMER, currency="EUR")
    world = b.with_company(b.facts(targets=b.by_kind(euro, b.ITEM)), multicurrency=True)
    unread = build_document(b.invoice(currency="EUR"), world, "m1")
    assert "ExchangeRate" not in unread.body
    assert any("own exchange rate" in note for note in unread.notes)
    rates = {("EUR", date(2026, 11, 2)): Decimal("1.08412")}
    read = replace(world, handling=Handling(rates=rates))
    assert body(read, currency="EUR")["ExchangeRate"] == Decimal("1.08412")


def test_cents_that_quickbooks_rounds_otherwise_are_said_beforehand() -> None:
    lines = [b.line(quantity=Decimal(1), price=Decimal("0.13"), amount=Decimal("0.13"))] * 3
    invoice = b.invoice(*lines, tax_rate=Decimal("0.2"), total_tax=Decimal("0.09"),
                        total=Decimal("0.48"))  # fmt: skip
    world = replace(b.with_company(b.facts(), country="GB"), tax_codes=b.GB_CODES)
    document = build_document(invoice, world, "m1")
    assert document.expectation is not None
    assert document.expectation.tax == Decimal("0.08")
    assert document.expected_tax == Decimal("0.09")
    assert any("0.08 is expected, NinjaOne has 0.09" in note for note in document.notes)


# --- Side by side ----------------------------------------------------------------------------


def test_the_invoice_beside_its_document() -> None:
    invoice = b.invoice(b.line(), discount=Decimal(10), total=Decimal("1738.24"))
    world = b.facts(invoice)
    view = view_of(invoice, world, *build_parts(invoice, world, "m1"))
    assert [pair.item_text for pair in view.lines] == ["Recurring:Managed workstation", "Discount"]
    assert view.lines[0].ours is invoice.lines[0]  # type: ignore[index]
    assert view.lines[1].ours is None
    assert view.lines[1].amount == Decimal("-10.00")
    assert view.lines[0].detail == "38 x 42.5, tax TAX"
    assert ("Tax code", "8.25 %", "County (8.25 %)") in view.headers
    assert ("Terms", "", "Net 30") in view.headers
    parsed = json.loads(view.text, parse_float=Decimal)
    assert parsed["Line"][0]["Amount"] == Decimal("1615.00")
    assert '"Amount": 1615.00' in view.text
    assert [(pair.name, pair.ours, pair.theirs, pair.differs) for pair in view.sums] == [
        ("Lines less discount", Decimal(1605), Decimal("1605.00"), False),
        ("Tax", Decimal("133.24"), Decimal("133.24"), False),
        ("Total", Decimal("1738.24"), Decimal("1738.24"), False),
    ]
    push = replace(b.push_of(invoice, PushState.DIFFERS), payload=view.text,
                   total=Decimal("1738.25"), total_tax=Decimal("133.25"))  # fmt: skip
    sent = sent_view(invoice, world, push)
    assert sent.sent
    assert sent.headers == view.headers
    assert [p.amount for p in sent.lines] == [p.amount for p in view.lines]
    assert [pair.differs for pair in sent.sums] == [False, True, True], "as QuickBooks answered"
    bare = bare_view(invoice)
    assert bare.document is None
    assert [(pair.ours, pair.theirs) for pair in bare.sums][2] == (Decimal("1738.24"), None)


@pytest.mark.parametrize("way", list(DiscountChoice))
def test_the_sums_of_a_credit_memo_have_the_documents_own_signs(way: DiscountChoice) -> None:
    line = b.line(quantity=Decimal(-1), amount=Decimal("-42.50"))
    discount = Decimal(-2) if way is DiscountChoice.ITEM else Decimal(0)
    invoice = b.invoice(line, discount=discount, total_tax=Decimal(0), tax_rate=None,
                        total=Decimal("-42.50") - discount)  # fmt: skip
    world = b.choosing(b.facts(invoice), discount=way, discount_item_id="19")
    view = view_of(invoice, world, *build_parts(invoice, world, "m1"))
    assert [(pair.ours, pair.theirs, pair.differs) for pair in view.sums] == [
        (invoice.total, -invoice.total, False),
        (0, 0, False),
        (invoice.total, -invoice.total, False),
    ]  # fmt: skip


def test_exact_json_is_json() -> None:
    value = {"a": [], "b": {}, "c": [Decimal("1.50"), 2, None, True, "é\n"], "d": {"e": ""}}
    assert json.loads(exact_json(value), parse_float=Decimal) == value


# --- Rehearsal -------------------------------------------------------------------------------


def planned(asked: list[list[str]]) -> Plan:
    """What was asked goes to *asked*."""

    def plan(invoice_ids: Sequence[str]) -> SendPlan:
        asked.append(list(invoice_ids))
        return SendPlan(len(invoice_ids), 1, 0, 0, 1, f"{len(invoice_ids)} invoices")

    return plan


def test_a_rehearsal_and_its_files(tmp_path: Path) -> None:
    ready = b.invoice(id="1", number="N-1")
    credit = b.invoice(b.line(quantity=Decimal(-1), amount=Decimal("-42.50")), id="2", number="N-2")
    blocked = b.invoice(id="3", number="N-3", organization_id="?", organization_name="=cmd()")
    world = b.facts(ready, credit, blocked, handling=Handling(credit_totals={"2": credit.total}))
    asked: list[list[str]] = []
    found = rehearse(invoice_rows(world), world, planned(asked), Progress())
    assert found.going == 2
    assert found.totals == (
        RunTotal("USD", ready.total + credit.total, ready.total + credit.total, blocked.total),
    )
    assert asked == [["1", "2"]], "only what would be sent takes calls"
    assert "2 of 3 would be sent" in found.text
    assert "the same in QuickBooks" in found.text
    assert [(c.cause, c.count, c.amounts) for c in found.causes] == [
        (found.rows[2].reasons[0].rstrip("."), 1, (("USD", blocked.total),))
    ]
    assert found.rows[2].reasons == ("Organization “=cmd()” is not mapped to a customer.",)
    sheet = tmp_path / "run.xlsx"
    write_tables(sheet, rehearsal_tables(found), (".xlsx", ".csv"))
    book = openpyxl.load_workbook(sheet)
    assert book.sheetnames == ["Invoices", "Lines", "In the way", "Totals"]
    assert book["In the way"]["A2"].value == found.causes[0].cause
    assert book["Totals"]["A2"].value == "USD"
    rows = list(book["Invoices"].iter_rows(values_only=True))
    assert rows[1][2] == "N-1"
    assert Decimal(str(rows[1][6])) == ready.total
    assert rows[3][3] == "'=cmd()"
    assert all(cell.data_type != "f" for row in book["Invoices"].iter_rows() for cell in row)
    table = tmp_path / "run.csv"
    write_tables(table, rehearsal_tables(found), (".xlsx", ".csv"))
    with table.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert len(lines) == 4
    assert lines[2][6] == f"{credit.total:f}"
    with pytest.raises(RuleError):
        write_tables(tmp_path / "run.pdf", rehearsal_tables(found), (".xlsx", ".csv"))


def test_a_rehearsal_has_both_totals_of_each_invoice() -> None:
    """One that adds up, one that is a cent off, one whose tax does not go, one that waits for its
    carrier item, one that is in QuickBooks already."""
    even = b.invoice(id="1", number="N-1")
    off = b.invoice(id="2", number="N-2", total=even.total + Decimal("0.01"))
    carried = b.invoice(b.line(product_id="202", account_id="1", name="Dock"), id="3", number="N-3")
    there = b.invoice(id="4", number="N-4")
    world = b.facts(
        even, off, carried, there,
        pushes={"4": b.push_of(there, PushState.SENT)},
        mappings=b.links(b.link(b.ACME, b.CUSTOMER), b.link(b.WORKSTATION, b.ITEM),
                         b.link(b.HARDWARE, b.ACCOUNT)),
    )  # fmt: skip
    found = rehearse(invoice_rows(world), world, planned([]), Progress())
    assert [row.outcome for row in found.rows] == [
        Outcome.GOES, Outcome.GOES, Outcome.CARRIER, Outcome.STAYS,
    ]  # fmt: skip
    assert [row.difference for row in found.rows] == [0, Decimal("-0.01"), 0, None]
    assert (found.differing, found.uncertain) == (1, 0)
    (total,) = found.totals
    assert total.ninjaone == even.total + off.total + carried.total
    assert total.difference == Decimal("-0.01")
    assert total.blocked == there.total
    assert [(c.reason, c.count) for c in found.causes] == [
        (Reason.CARRIER_MISSING, 1), (Reason.COMPLETE, 1),
    ]  # fmt: skip

    untaxed = b.with_tax_choice(world, TaxChoice.NONE)
    found = rehearse(invoice_rows(untaxed), untaxed, planned([]), Progress())
    assert found.rows[0].difference == -even.total_tax, "what does not go is a difference, too"
    document = found.rows[0].document
    assert document is not None
    assert "without NinjaOne's tax" in " ".join(document.notes)

    automated = b.with_company(world, partner_tax=True)
    found = rehearse(invoice_rows(automated), automated, planned([]), Progress())
    assert found.uncertain == 2, "the engine may come to another tax"
    decided = b.with_tax_choice(automated, TaxChoice.QUICKBOOKS)
    found = rehearse(invoice_rows(decided), decided, planned([]), Progress())
    assert [row.expected for row in found.rows] == [None] * 4
    assert found.totals[0].difference == 0, "NinjaOne's counts where it cannot be told"


def test_each_exchange_rate_is_read_once() -> None:
    """By currency and day, however many invoices there are."""
    euro = replace(b.CUSTOMER, currency="EUR")
    invoices = [b.invoice(id=str(n), number=f"N-{n}", currency="EUR",
                          invoice_date=date(2026, 11, 2 + n // 40)) for n in range(80)]  # fmt: skip
    world = b.with_company(b.facts(*invoices, targets=b.by_kind(euro, b.ITEM)), multicurrency=True)
    assert len(missing_rates(invoices, world)) == 2
    single = b.with_company(world, multicurrency=False)
    assert missing_rates(invoices, single) == set()


# --- Month end -------------------------------------------------------------------------------


def sent(invoice: Any, qbo_id: str, **changes: Any) -> Push:
    values = {"qbo_id": qbo_id, "doc_number": invoice.number, "total": invoice.total,
              "total_tax": invoice.total_tax, "finished_at": START}  # fmt: skip
    return replace(b.push_of(invoice, PushState.SENT), **(values | changes))


def report(world: Facts, made_at: datetime = START) -> MonthReport:
    return month_report(world, *NOVEMBER, made_at, lambda invoice: "blocked")


def numbers(found: MonthReport, finding: Finding) -> list[str]:
    return [row.number or row.doc_number for row in found.of(finding)]


def test_the_month_in_four_parts() -> None:
    equal, other, missing = (b.invoice(id=str(n), number=f"N-{n}") for n in (1, 2, 3))
    archived = b.invoice(id="4", number="N-4", status="ARCHIVED")
    pending = b.invoice(id="5", number="N-5", status="PENDING")
    december = b.invoice(id="6", number="N-6", invoice_date=date(2026, 12, 1))
    gone = b.invoice(id="7", number="N-7")
    stranger = b.books_document(number="QB-9", total=Decimal(70))
    pushes = {"1": sent(equal, "101"), "2": sent(other, "102", total=other.total + Decimal("0.01")),
              "4": sent(archived, "104"), "7": sent(gone, "107")}  # fmt: skip
    world = b.facts(equal, other, missing, archived, pending, december, pushes=pushes,
                    handling=Handling(books=(stranger,)))  # fmt: skip
    found = report(world)
    assert numbers(found, Finding.EQUAL) == ["N-1"]
    assert numbers(found, Finding.DIFFERENT) == ["N-2"]
    assert numbers(found, Finding.MISSING) == ["N-3"]
    assert numbers(found, Finding.UNEXPECTED) == ["N-7", "N-4", "QB-9"]
    (different,) = found.of(Finding.DIFFERENT)
    assert different.why == "differs by 0.01 USD"
    assert [row.by_us for row in found.of(Finding.UNEXPECTED)] == [True, True, False]
    assert found.of(Finding.MISSING)[0].why == "blocked"
    (total,) = found.totals
    assert total.ninjaone == equal.total + other.total + missing.total
    assert total.quickbooks == 4 * equal.total + Decimal("70.01")
    assert dict(total.counts)[Finding.UNEXPECTED] == 3
    assert sum(c.ninjaone for c in found.customers) == total.ninjaone
    assert found.books_read_at is None


def test_what_was_read_from_quickbooks_counts_more_than_what_was_sent() -> None:
    edited, deleted, voided, elsewhere = (
        b.invoice(id=str(n), number=f"N-{n}") for n in range(1, 5)
    )
    done = b.invoice(id="5", number="N-5", status="COMPLETE")
    pushes = {n: sent(i, f"10{n}") for n, i in (("1", edited), ("2", deleted), ("3", voided))}
    ours = b.books_document(id="101", number="N-1", day=date(2026, 11, 2), total=Decimal(5))
    void = replace(ours, id="103", number="N-3", total=Decimal(0), note="Voided")
    theirs = replace(ours, id="900", number="N-4", total=elsewhere.total)
    read = BooksRead(*NOVEMBER, START + timedelta(hours=1))
    world = b.facts(edited, deleted, voided, elsewhere, done, pushes=pushes,
                    handling=Handling(books=(ours, void, theirs), reads=(read,)))  # fmt: skip
    found = report(world)
    assert numbers(found, Finding.DIFFERENT) == ["N-1"]
    assert [(r.number, r.why) for r in found.of(Finding.MISSING)] == [
        ("N-2", "Sent, and no longer in QuickBooks on that date"),
        ("N-3", "Sent, and voided in QuickBooks"),
        ("N-5", "Complete in NinjaOne, not found"),
    ]
    (equal,) = found.of(Finding.EQUAL)
    assert (equal.number, equal.by_us) == ("N-4", False)
    assert found.of(Finding.UNEXPECTED) == ()
    assert found.books_read_at == read.read_at


def test_another_number_in_ninjaone_since_is_a_difference() -> None:
    before = b.invoice(id="1", number="N-1")
    push = replace(sent(before, "101"), source=json.dumps({"number": "N-1"}))
    books = b.books_document(id="101", number=push.doc_number, day=before.invoice_date,
                             total=before.total)  # fmt: skip
    read = BooksRead(*NOVEMBER, START + timedelta(hours=1))
    handling = Handling(books=(books,), reads=(read,))
    same = report(b.facts(before, pushes={"1": push}, handling=handling))
    assert numbers(same, Finding.EQUAL) == ["N-1"]
    after = replace(before, number="N-2")
    (row,) = report(b.facts(after, pushes={"1": push}, handling=handling)).of(Finding.DIFFERENT)
    assert (row.number, row.why) == ("N-2", f"numbered {push.doc_number} in QuickBooks")
    (unread,) = report(b.facts(after, pushes={"1": push})).of(Finding.DIFFERENT)
    assert unread.why == row.why


def test_a_credit_memo_counts_negative_and_a_total_without_tax_is_no_difference() -> None:
    credit = b.invoice(b.line(quantity=Decimal(-1), amount=Decimal("-42.50")), id="1", number="N-1")
    world = b.facts(credit, pushes={"1": sent(credit, "101", total=-credit.total,
                                              entity="CreditMemo")})  # fmt: skip
    (row,) = report(world).of(Finding.EQUAL)
    assert row.quickbooks_total == credit.total
    plain = b.invoice(id="2", number="N-2")
    untaxed = sent(plain, "102", total=plain.total - plain.total_tax)
    without = b.with_tax_choice(b.facts(plain, pushes={"2": untaxed}), TaxChoice.NONE)
    assert numbers(report(without), Finding.EQUAL) == ["N-2"]


def test_the_report_as_files(tmp_path: Path) -> None:
    evil = b.invoice(id="1", number="<b>=1", organization_name="<script>alert(1)</script>",
                     organization_id="?")  # fmt: skip
    found = report(b.facts(evil))
    page = report_html(found)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert f"Approved, not in QuickBooks: 1 ({money_text(evil.total, 'USD')})" in page
    total = money_text(evil.total, "USD").replace(" ", "\xa0")
    assert f"<td><div align='right'>{total}</div></td>" in page
    assert "QuickBooks total" not in page  # nothing is there, so no column stands empty
    assert page.count("<th>Currency</th>") == 2  # all, and per customer
    file = tmp_path / "report.xlsx"
    write_tables(file, report_tables(found), (".xlsx",))
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Invoices", "Customers", "Totals"]
    assert Decimal(str(book["Totals"]["B2"].value)) == evil.total
