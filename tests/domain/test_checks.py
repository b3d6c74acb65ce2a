"""Every reason that keeps an invoice from going, one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from desktop_app.domain.checks import MAX_LINES, check, is_not_going, only_carriers_missing
from desktop_app.domain.creating import CreateDraft, CreateState, Creation
from desktop_app.domain.document_choices import (
    DiscountChoice,
    LongNumberChoice,
    Track,
    Tracked,
    TrackRule,
)
from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import Handling
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Agreement, Invoice, PushState, TaxChoice
from tests.domain import builders as b


def reasons(invoice: Invoice, facts: Facts) -> list[Reason]:
    return [blocker.reason for blocker in check(invoice, facts)]


def only(invoice: Invoice, facts: Facts) -> Blocker:
    found = check(invoice, facts)
    assert len(found) == 1, found
    return found[0]


def test_a_clean_invoice_is_ready() -> None:
    assert check(b.invoice(), b.facts()) == ()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("PENDING", Reason.NOT_APPROVED),
        ("COMPLETE", Reason.COMPLETE),
        ("FAILED", Reason.FAILED),
        ("ARCHIVED", Reason.ARCHIVED),
        ("ON_HOLD", Reason.UNKNOWN_STATUS),
        ("approved", Reason.UNKNOWN_STATUS),
    ],
)
def test_only_approved_invoices_go(status: str, reason: Reason) -> None:
    found = check(b.invoice(status=status, organization_id="unmapped"), b.facts())
    assert [x.reason for x in found] == [reason]
    assert is_not_going(found)


def test_an_unknown_status_is_shown_raw() -> None:
    assert "ON_HOLD" in only(b.invoice(status="ON_HOLD"), b.facts()).text


def test_created_before_activation_is_never_sent() -> None:
    before = b.invoice(created_at=b.ACTIVATED - timedelta(microseconds=1))
    assert reasons(before, b.facts()) == [Reason.BEFORE_ACTIVATION]
    assert check(b.invoice(created_at=b.ACTIVATED), b.facts()) == ()


def test_without_any_creation_time_it_is_not_sent() -> None:
    assert reasons(b.invoice(created_at=None), b.facts()) == [Reason.BEFORE_ACTIVATION]


def test_never_connected() -> None:
    world = b.facts(workspace=replace(b.WORKSPACE, activated_at=None))
    assert reasons(b.invoice(), world) == [Reason.NOT_CONNECTED]
    assert reasons(b.invoice(), b.facts(company=None)) == [Reason.NOT_CONNECTED]


def test_lists_of_another_company_are_not_used() -> None:
    world = b.with_company(b.facts(), realm_id="other")
    assert reasons(b.invoice(), world) == [Reason.OTHER_COMPANY]


@pytest.mark.parametrize("action", ["NONE", "COMPLETE"])
def test_an_agreement_that_was_not_updated_holds_its_invoices(action: str) -> None:
    world = b.facts(agreements={"71": Agreement("71", "Care", accounting_action=action)})
    blocker = only(b.invoice(), world)
    assert blocker.reason is Reason.AGREEMENT_NOT_UPDATED
    assert "Care" in blocker.text


@pytest.mark.parametrize("agreements", [{}, {"71": Agreement("71", "Care")}])
def test_a_setting_that_the_service_does_not_tell_does_not_block(
    agreements: dict[str, Agreement],
) -> None:
    assert check(b.invoice(), b.facts(agreements=agreements)) == ()


def test_customer_unmapped_points_at_its_row() -> None:
    blocker = only(b.invoice(), b.facts(mappings=b.links(b.link(b.WORKSTATION, b.ITEM))))
    assert (blocker.reason, blocker.kind, blocker.source_id) == (
        Reason.CUSTOMER_UNMAPPED,
        Kind.CUSTOMERS,
        "11",
    )


@pytest.mark.parametrize(
    "customer",
    [None, replace(b.CUSTOMER, active=False), replace(b.CUSTOMER, subordinate=True)],
    ids=["vanished", "inactive", "sub-customer"],
)
def test_customer_unusable(customer: object) -> None:
    world = b.facts(targets=b.by_kind(*[t for t in (customer, b.ITEM) if t]))
    assert reasons(b.invoice(), world) == [Reason.CUSTOMER_UNUSABLE]


def test_currency_of_customer_and_invoice_must_agree() -> None:
    assert reasons(b.invoice(currency="EUR"), b.facts()) == [Reason.CURRENCY]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"active": False}, "inactive"),
        ({"type": "Category"}, "category"),
        ({"type": "Group"}, "group"),
        ({"income_account_id": ""}, "no income account"),
    ],
)
def test_an_item_that_cannot_be_used_blocks(changes: dict[str, object], words: str) -> None:
    broken = replace(b.ITEM, **changes)  # type: ignore[arg-type]
    blocker = only(b.invoice(), b.facts(targets=b.by_kind(b.CUSTOMER, broken)))
    assert blocker.reason is Reason.ITEM_UNUSABLE
    assert words in blocker.text
    assert (blocker.kind, blocker.source_id) == (Kind.ITEMS, "201")


def test_what_waits_to_be_created_is_said() -> None:
    def wanted(kind: Kind, source_id: str, state: CreateState) -> Facts:
        draft = CreateDraft(kind, source_id, "Acme Dental", "Acme")
        made = Creation("r1", "9341", state, draft, "ann", b.ACTIVATED)
        mappings = b.links(
            b.link(b.WORKSTATION, b.ITEM) if kind is Kind.CUSTOMERS else b.link(b.ACME, b.CUSTOMER)
        )
        return b.facts(mappings=mappings, creations={kind: {source_id: made}})

    blocker = only(b.invoice(), wanted(Kind.CUSTOMERS, "11", CreateState.STAGED))
    assert blocker.reason is Reason.CUSTOMER_UNMAPPED
    assert "waits to be created in QuickBooks as “Acme”" in blocker.text
    assert "Waiting to Be Created" in blocker.advice
    item = only(b.invoice(), wanted(Kind.ITEMS, "201", CreateState.SENDING))
    assert "is being created in QuickBooks as “Acme”" in item.text
    refused = only(b.invoice(), wanted(Kind.CUSTOMERS, "11", CreateState.REFUSED))
    assert "is not mapped" in refused.text


def test_ten_lines_of_one_unmapped_product_are_one_reason() -> None:
    line = b.line(product_id="202", name="Laptop dock", account_id="1")
    blocker = only(b.invoice(line, line, line), b.facts())
    assert (blocker.reason, blocker.source_id) == (Reason.ITEM_UNMAPPED, "202")


def test_a_line_without_product_points_at_its_account_code() -> None:
    blocker = only(b.invoice(b.line(product_id="", name="Ad hoc", account_id="1")), b.facts())
    assert (blocker.kind, blocker.source_id) == (Kind.ACCOUNTS, "1")


def test_a_line_with_neither_blocks() -> None:
    blocker = only(b.invoice(b.line(product_id="", name="Ad hoc", account_id="")), b.facts())
    assert blocker.reason is Reason.ITEM_UNMAPPED
    assert blocker.kind is None


def test_a_mapped_account_code_needs_its_carrier_once() -> None:
    mappings = b.links(b.link(b.ACME, b.CUSTOMER), b.link(b.HARDWARE, b.ACCOUNT))
    invoice = b.invoice(b.line(product_id="202", account_id=""))
    found = check(invoice, b.facts(mappings=mappings))
    assert [x.reason for x in found] == [Reason.CARRIER_MISSING]
    assert only_carriers_missing(found)
    with_carrier = b.facts(
        mappings=mappings,
        targets=b.by_kind(b.CUSTOMER, b.ACCOUNT, b.CARRIER),
        carriers={"80": "40"},
    )
    assert check(invoice, with_carrier) == ()


def test_an_unusable_account_blocks() -> None:
    mappings = b.links(b.link(b.ACME, b.CUSTOMER), b.link(b.HARDWARE, b.ACCOUNT))
    gone = b.facts(mappings=mappings, targets=b.by_kind(b.CUSTOMER))
    assert reasons(b.invoice(b.line(product_id="202")), gone) == [Reason.ITEM_UNMAPPED]
    line = b.line(product_id="202", account_id="1")
    assert reasons(b.invoice(line), gone) == [Reason.ACCOUNT_UNUSABLE]


def test_lines() -> None:
    assert reasons(b.invoice(lines=None), b.facts()) == [Reason.LINES_UNKNOWN]
    assert reasons(b.invoice(lines=()), b.facts()) == [Reason.NO_LINES]
    many = b.invoice(*[b.line()] * (MAX_LINES + 1))
    assert reasons(many, b.facts()) == [Reason.TOO_MANY_LINES]


def test_a_negative_total_waits_until_it_is_approved_as_a_credit_memo() -> None:
    line = b.line(quantity=Decimal(-1), amount=Decimal("-42.5"))
    negative = b.invoice(line)
    assert reasons(negative, b.facts()) == [Reason.CREDIT_MEMO]
    approved = b.facts(handling=Handling(credit_totals={negative.id: negative.total}))
    assert check(negative, approved) == ()
    other_total = replace(negative, total=negative.total - 1)
    assert reasons(other_total, approved) == [Reason.CREDIT_MEMO]  # the approval has lapsed


def test_lines_that_come_to_less_than_nothing_whatever_the_total_says() -> None:
    line = b.line(quantity=Decimal(-1), amount=Decimal("-42.5"), taxable=False)
    assert reasons(b.invoice(line, total=Decimal(5)), b.facts()) == [Reason.NEGATIVE_TOTAL]


def test_a_tax_that_would_pull_the_total_below_zero() -> None:
    lines = [
        b.line(quantity=Decimal(1), price=amount, amount=amount, taxable=amount < 0)
        for amount in (Decimal(-10), Decimal(10))
    ]
    invoice = b.invoice(*lines, total_tax=Decimal(0), total=Decimal(0))
    computing = b.with_tax_choice(b.facts(), TaxChoice.QUICKBOOKS)
    assert reasons(invoice, computing) == [Reason.NEGATIVE_TOTAL]
    assert check(invoice, b.facts()) == ()  # NinjaOne's amount is sent: nothing


def test_numbers_that_do_not_fit() -> None:
    long = b.invoice(number="X" * 3 + "123456789012345678901")
    assert reasons(long, b.facts()) == [Reason.NUMBER_UNFIT]
    end = b.choosing(b.facts(), long_number=LongNumberChoice.END)
    assert check(long, end) == ()
    twin = b.invoice(id="7", number="Y" * 3 + "123456789012345678901")
    assert reasons(long, replace(end, invoices=(long, twin))) == [Reason.NUMBER]
    assert reasons(b.invoice(number="\U0001f642"), b.facts()) == [Reason.NUMBER_UNFIT]


def test_a_number_that_is_in_quickbooks_and_not_ours() -> None:
    stranger = b.books_document(number="NB-1042")
    world = b.facts(handling=Handling(books=(stranger,)))
    assert reasons(b.invoice(), world) == [Reason.NUMBER_TAKEN]
    ours = b.push_of(b.invoice(id="1"), PushState.SENT)
    sent = replace(world, pushes={"1": replace(ours, qbo_id=stranger.id, doc_number="NB-9")})
    assert check(b.invoice(), sent) == ()
    memo = b.facts(handling=Handling(books=(replace(stranger, entity="CreditMemo"),)))
    assert check(b.invoice(), memo) == ()


def test_an_agreement_that_nobody_vouches_for_waits_where_that_is_wanted() -> None:
    silent = {"71": Agreement("71", "Care")}
    assert check(b.invoice(), b.facts(agreements=silent)) == ()
    holding = b.choosing(b.facts(agreements=silent), hold_unknown=True)
    assert reasons(b.invoice(), holding) == [Reason.AGREEMENT_UNKNOWN]
    marked = replace(holding, handling=replace(holding.handling, updated=frozenset({"71"})))
    assert check(b.invoice(), marked) == ()


def tracked(world: Facts, *found: Tracked) -> Facts:
    """These were read."""
    by_track = {track: {one.id: one for one in found if one.track is track} for track in Track}
    return replace(world, handling=replace(world.handling, tracked=by_track))


MANAGED = Tracked(Track.CLASS, "5", "Managed")
OLD = Tracked(Track.CLASS, "6", "Old", active=False)


def test_class_and_location_rules() -> None:
    rule = TrackRule(fixed="5", by_organization={"12": "6"})
    world = b.choosing(tracked(b.facts(), MANAGED, OLD), classes=rule)
    assert reasons(b.invoice(), world) == [Reason.TRACKING]  # switched off in QuickBooks
    (blocker,) = check(b.invoice(), world)
    assert "class “Managed”, but QuickBooks does not track classes" in blocker.text
    on = b.with_company(world, class_per_txn=True)
    assert check(b.invoice(), on) == ()
    other = b.invoice(organization_id="12")
    assert Reason.TRACKING in reasons(other, on), "inactive"
    lost = tracked(on, OLD)
    (blocker,) = check(b.invoice(), lost)
    assert "no longer there" in blocker.text
    assert reasons(b.invoice(), tracked(on)) == [Reason.TRACKING], "all were deleted"
    unread = replace(on, handling=replace(on.handling, tracked={}))
    (blocker,) = check(b.invoice(), unread)
    assert (blocker.reason, blocker.advice) == (Reason.TRACKING, "Refresh.")


def test_a_class_by_account_code_blocks_only_the_lines_that_carry_it() -> None:
    rule = TrackRule(by_account={"5": "5", "1": "6"})
    world = b.choosing(tracked(b.facts(), MANAGED, OLD), classes=rule)
    assert check(b.invoice(), world) == (), "without classes by line it has no meaning"
    on = b.with_company(world, class_per_line=True)
    assert check(b.invoice(), on) == ()
    hardware = b.line(account_id="1")
    assert reasons(b.invoice(hardware), on) == [Reason.TRACKING]
    note = b.line(name="Notes", account_id="1", product_id="", amount=Decimal(0), price=Decimal(0))
    assert check(b.invoice(b.line(), note), on) == (), "a line of text has no class"


def test_a_rule_of_none_goes_before_the_default() -> None:
    rule = TrackRule(fixed="6", by_organization={"11": ""})
    world = b.choosing(tracked(b.facts(), OLD), classes=rule)
    assert check(b.invoice(), b.with_company(world, class_per_txn=True)) == ()


def test_an_unknown_home_currency() -> None:
    world = b.with_company(b.facts(), home_currency="")
    assert reasons(b.invoice(), world) == [Reason.CURRENCY]


def test_amounts_beyond_measure() -> None:
    line = b.line(quantity=Decimal(1), price=Decimal(10) ** 14, amount=Decimal(10) ** 14)
    assert reasons(b.invoice(line), b.facts()) == [Reason.AMOUNT]


def test_stock_cannot_be_sold_before_it_starts() -> None:
    stock = replace(b.ITEM, type="Inventory", starts_on=date(2026, 11, 3))
    world = b.facts(targets=b.by_kind(b.CUSTOMER, stock, b.ACCOUNT))
    blocker = only(b.invoice(), world)
    assert (blocker.reason, blocker.source_id) == (Reason.ITEM_UNUSABLE, "201")
    assert "its stock starts on 2026-11-03, after the invoice's date (2026-11-02)" in blocker.text
    assert "2026-11-02" not in blocker.cause, "it is told of all such invoices"
    assert check(b.invoice(invoice_date=date(2026, 11, 3)), world) == ()
    discounted = b.invoice(discount=Decimal(5), total=Decimal("1743.24"))
    as_item = b.choosing(world, discount=DiscountChoice.ITEM, discount_item_id="19")
    assert Reason.DISCOUNT in reasons(discounted, as_item)


def test_an_item_without_a_kind() -> None:
    world = b.facts(targets=b.by_kind(b.CUSTOMER, replace(b.ITEM, type=""), b.ACCOUNT))
    assert "QuickBooks does not tell its kind" in only(b.invoice(), world).text


def test_an_inactive_account_for_discounts() -> None:
    account = replace(b.ACCOUNT, id="86", name="Discounts given", active=False)
    world = b.facts(targets=b.by_kind(b.CUSTOMER, b.ITEM, account))
    discounted = b.invoice(discount=Decimal(5), total=Decimal("1743.24"))
    assert reasons(discounted, world) == [Reason.DISCOUNT]
    assert check(b.invoice(), world) == ()


def test_discount_needs_the_preference() -> None:
    discounted = b.invoice(discount=Decimal(5), total=Decimal("1743.24"))
    assert check(discounted, b.facts()) == ()
    off = b.with_company(b.facts(), allow_discount=False)
    assert reasons(discounted, off) == [Reason.DISCOUNT]


def test_dates() -> None:
    early = b.invoice(due_date=date(2026, 11, 1))
    assert reasons(early, b.facts()) == [Reason.DATES]
    assert reasons(b.invoice(invoice_date=None), b.facts()) == [Reason.DATES]
    closed = b.invoice(invoice_date=date(2025, 12, 31), due_date=None)
    assert reasons(closed, b.facts()) == [Reason.PERIOD_CLOSED]
    day_after = b.invoice(invoice_date=date(2026, 1, 1), due_date=None)
    assert check(day_after, b.facts()) == ()


def test_two_invoices_of_one_number_block_each_other() -> None:
    twin = b.invoice(id="5013")
    world = b.facts(b.invoice(), twin)
    assert reasons(b.invoice(), world) == [Reason.NUMBER]
    old = replace(twin, created_at=b.ACTIVATED - timedelta(days=1))
    assert check(b.invoice(), b.facts(b.invoice(), old)) == ()


def test_a_number_that_was_already_sent_blocks() -> None:
    sent = b.invoice(id="5013", status="COMPLETE")
    world = b.facts(b.invoice(), sent, pushes={"5013": b.push_of(sent, PushState.SENT)})
    assert reasons(b.invoice(), world) == [Reason.NUMBER]


def test_tax_that_cannot_be_expressed_blocks() -> None:
    off = b.with_company(b.facts(), using_sales_tax=False)
    assert reasons(b.invoice(), off) == [Reason.TAX]
    assert check(b.invoice(), b.with_tax_choice(off, TaxChoice.NONE)) == ()


def test_all_reasons_are_told_at_once() -> None:
    world = b.facts(
        mappings=b.links(),
        agreements={"71": Agreement("71", "Care", accounting_action="NONE")},
    )
    found = reasons(b.invoice(due_date=date(2020, 1, 1)), world)
    assert found == [
        Reason.AGREEMENT_NOT_UPDATED,
        Reason.CUSTOMER_UNMAPPED,
        Reason.ITEM_UNMAPPED,
        Reason.DATES,
    ]
