"""QuickBooks' JSON as the program's records.

Source: QuickBooks sheet chapter 4. Fields without a value are absent from the JSON, so everything
but an id may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.records import Company, CreatedDocument, Target, TaxCode, Term
from desktop_app.integrations.quickbooks.faults import unreadable

Row = Mapping[str, Any]

_TOO_MUCH = Decimal(10) ** 15  # no amount; arithmetic to the cent stays exact below this

ENTITY = {Kind.CUSTOMERS: "Customer", Kind.ACCOUNTS: "Account", Kind.ITEMS: "Item"}


def target(kind: Kind, row: Row) -> Target:
    """A Customer, Account or Item. Raises ServiceFault when it has no id."""
    return {Kind.CUSTOMERS: _customer, Kind.ACCOUNTS: _account, Kind.ITEMS: _item}[kind](row)


def _customer(row: Row) -> Target:
    parent = text(row, "ParentRef", "value")
    return Target(
        kind=Kind.CUSTOMERS,
        id=record_id(row),
        name=text(row, "DisplayName"),
        full_name=text(row, "FullyQualifiedName") or text(row, "DisplayName"),
        active=flag(row, "Active", default=True),
        sync_token=text(row, "SyncToken"),
        parent_id=parent,
        # Projects and jobs show up as customers; none of them can be mapped.
        subordinate=bool(parent) or flag(row, "Job") or flag(row, "IsProject"),
        company_name=text(row, "CompanyName"),
        email=text(row, "PrimaryEmailAddr", "Address"),
        city=text(row, "BillAddr", "City"),
        currency=text(row, "CurrencyRef", "value"),
        taxable=flag(row, "Taxable"),
        term_id=text(row, "SalesTermRef", "value"),
    )


def _account(row: Row) -> Target:
    return Target(
        kind=Kind.ACCOUNTS,
        id=record_id(row),
        name=text(row, "Name"),
        full_name=text(row, "FullyQualifiedName") or text(row, "Name"),
        active=flag(row, "Active", default=True),
        sync_token=text(row, "SyncToken"),
        parent_id=text(row, "ParentRef", "value"),
        type=text(row, "AccountType"),
        subtype=text(row, "AccountSubType"),
        number=text(row, "AcctNum"),
        currency=text(row, "CurrencyRef", "value"),
    )


def _item(row: Row) -> Target:
    return Target(
        kind=Kind.ITEMS,
        id=record_id(row),
        name=text(row, "Name"),
        full_name=text(row, "FullyQualifiedName") or text(row, "Name"),
        active=flag(row, "Active", default=True),
        sync_token=text(row, "SyncToken"),
        parent_id=text(row, "ParentRef", "value"),
        type=text(row, "Type"),
        number=text(row, "Sku"),
        price=number(row, "UnitPrice"),
        income_account_id=text(row, "IncomeAccountRef", "value"),
        taxable=flag(row, "Taxable"),
        starts_on=day(row, "InvStartDate") if text(row, "Type") == "Inventory" else None,
    )


def company(realm_id: str, info: Row, preferences: Row) -> Company:
    """CompanyInfo and Preferences (4.8, 4.9); the home currency is in the latter."""
    accounting = _group(preferences, "AccountingInfoPrefs")
    sales = _group(preferences, "SalesFormsPrefs")
    tax = _group(preferences, "TaxPrefs")
    currency = _group(preferences, "CurrencyPrefs")
    others = {
        text(pair, "Name"): text(pair, "Value")
        for pair in _rows(_group(preferences, "OtherPrefs"), "NameValue")
    }
    partner_tax = tax.get("PartnerTaxEnabled")
    return Company(
        realm_id=realm_id,
        name=text(info, "CompanyName") or text(info, "LegalName"),
        country=text(info, "Country") or "US",
        home_currency=text(currency, "HomeCurrency", "value"),
        multicurrency=flag(currency, "MultiCurrencyEnabled"),
        book_close_date=day(accounting, "BookCloseDate"),
        custom_txn_numbers=flag(sales, "CustomTxnNumbers"),
        using_sales_tax=flag(tax, "UsingSalesTax"),
        partner_tax=None if partner_tax is None else _is_true(partner_tax),
        tax_group_code_id=text(tax, "TaxGroupCodeRef", "value"),
        allow_discount=flag(sales, "AllowDiscount"),
        discount_account_id=text(sales, "DefaultDiscountAccount"),
        use_account_numbers=flag(accounting, "UseAccountNumbers"),
        class_per_txn=flag(accounting, "ClassTrackingPerTxn"),
        class_per_line=flag(accounting, "ClassTrackingPerTxnLine"),
        track_departments=flag(accounting, "TrackDepartments"),
        default_term_id=text(sales, "DefaultTerms", "value"),
        default_item_id=others.get("SalesFormsPrefs.DefaultItem", ""),
    )


def term(row: Row) -> Term:
    days = number(row, "DueDays")
    return Term(
        id=record_id(row),
        name=text(row, "Name"),
        due_days=None if days is None else int(days),
        active=flag(row, "Active", default=True),
    )


def tax_code(row: Row, rates: Mapping[str, Decimal]) -> TaxCode:
    """rates: per cent by TaxRate id, active ones only."""
    details = _rows(_group(row, "SalesTaxRateList"), "TaxRateDetail")
    known = [rates.get(text(detail, "TaxRateRef", "value")) for detail in details]
    found = [rate for rate in known if rate is not None]
    return TaxCode(
        id=record_id(row),
        name=text(row, "Name"),
        taxable=flag(row, "Taxable"),
        group=flag(row, "TaxGroup"),
        active=flag(row, "Active", default=True),
        rate=sum(found, ZERO) if found else None,
    )


def tax_rate(row: Row, today: date) -> tuple[str, Decimal] | None:
    """(id, per cent) as it holds *today*; None for an inactive rate or one without value."""
    if not flag(row, "Active", default=True):
        return None
    value = number(row, "RateValue")
    for period in _rows(row, "EffectiveTaxRate"):
        begins, ends = day(period, "EffectiveDate"), day(period, "EndDate")
        if (begins is None or begins <= today) and (ends is None or today <= ends):
            value = number(period, "RateValue") if "RateValue" in period else value
    return None if value is None else (record_id(row), value)


def document(row: Row, reference: str) -> CreatedDocument:
    """An Invoice or CreditMemo. Raises ServiceFault when id or total is missing."""
    total = number(row, "TotalAmt")
    if total is None:
        raise unreadable("TotalAmt", reference)
    return CreatedDocument(
        id=record_id(row, reference),
        sync_token=text(row, "SyncToken"),
        doc_number=text(row, "DocNumber"),
        total=total,
        total_tax=number(_group(row, "TxnTaxDetail"), "TotalTax") or ZERO,
        customer_id=text(row, "CustomerRef", "value"),
        private_note=text(row, "PrivateNote"),
        reference=reference,
        body=row,
    )


def created_at(row: Row) -> str:
    """MetaData.CreateTime as text that sorts by time within one company; "" if unknown."""
    return text(row, "MetaData", "CreateTime")


def record_id(row: Row, reference: str = "") -> str:
    """Raises ServiceFault when *row* has none."""
    found = text(row, "Id")
    if not found:
        raise unreadable("Id", reference)
    return found


def _group(row: Row, name: str) -> Row:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _rows(row: Row, name: str) -> Iterator[Row]:
    value = row.get(name)
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))


def text(row: Row, *path: str) -> str:
    """The text at *path*, "" where there is none. Ids given as numbers become text."""
    value: Any = row
    for name in path:
        if not isinstance(value, Mapping):
            return ""
        value = value.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def flag(row: Row, name: str, *, default: bool = False) -> bool:
    value = row.get(name)
    return default if value is None else _is_true(value)


def number(row: Row, name: str) -> Decimal | None:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        found = Decimal(value)
    except ArithmeticError:
        return None
    return found if found.is_finite() and abs(found) < _TOO_MUCH else None


def day(row: Row, name: str) -> date | None:
    """A calendar date; of an instant, the date as it is written."""
    try:
        return datetime.fromisoformat(text(row, name)).date()
    except ValueError:
        return None
