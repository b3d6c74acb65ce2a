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
    parent = _text(row, "ParentRef", "value")
    return Target(
        kind=Kind.CUSTOMERS,
        id=record_id(row),
        name=_text(row, "DisplayName"),
        full_name=_text(row, "FullyQualifiedName") or _text(row, "DisplayName"),
        active=_flag(row, "Active", default=True),
        sync_token=_text(row, "SyncToken"),
        parent_id=parent,
        # Projects and jobs show up as customers; none of them can be mapped.
        subordinate=bool(parent) or _flag(row, "Job") or _flag(row, "IsProject"),
        company_name=_text(row, "CompanyName"),
        email=_text(row, "PrimaryEmailAddr", "Address"),
        city=_text(row, "BillAddr", "City"),
        currency=_text(row, "CurrencyRef", "value"),
        taxable=_flag(row, "Taxable"),
        term_id=_text(row, "SalesTermRef", "value"),
    )


def _account(row: Row) -> Target:
    return Target(
        kind=Kind.ACCOUNTS,
        id=record_id(row),
        name=_text(row, "Name"),
        full_name=_text(row, "FullyQualifiedName") or _text(row, "Name"),
        active=_flag(row, "Active", default=True),
        sync_token=_text(row, "SyncToken"),
        parent_id=_text(row, "ParentRef", "value"),
        type=_text(row, "AccountType"),
        subtype=_text(row, "AccountSubType"),
        number=_text(row, "AcctNum"),
        currency=_text(row, "CurrencyRef", "value"),
    )


def _item(row: Row) -> Target:
    return Target(
        kind=Kind.ITEMS,
        id=record_id(row),
        name=_text(row, "Name"),
        full_name=_text(row, "FullyQualifiedName") or _text(row, "Name"),
        active=_flag(row, "Active", default=True),
        sync_token=_text(row, "SyncToken"),
        parent_id=_text(row, "ParentRef", "value"),
        type=_text(row, "Type"),
        number=_text(row, "Sku"),
        price=_number(row, "UnitPrice"),
        income_account_id=_text(row, "IncomeAccountRef", "value"),
        taxable=_flag(row, "Taxable"),
    )


def company(realm_id: str, info: Row, preferences: Row) -> Company:
    """CompanyInfo and Preferences (4.8, 4.9); the home currency is in the latter."""
    accounting = _group(preferences, "AccountingInfoPrefs")
    sales = _group(preferences, "SalesFormsPrefs")
    tax = _group(preferences, "TaxPrefs")
    currency = _group(preferences, "CurrencyPrefs")
    others = {
        _text(pair, "Name"): _text(pair, "Value")
        for pair in _rows(_group(preferences, "OtherPrefs"), "NameValue")
    }
    partner_tax = tax.get("PartnerTaxEnabled")
    return Company(
        realm_id=realm_id,
        name=_text(info, "CompanyName") or _text(info, "LegalName"),
        country=_text(info, "Country") or "US",
        home_currency=_text(currency, "HomeCurrency", "value"),
        multicurrency=_flag(currency, "MultiCurrencyEnabled"),
        book_close_date=_day(accounting, "BookCloseDate"),
        custom_txn_numbers=_flag(sales, "CustomTxnNumbers"),
        using_sales_tax=_flag(tax, "UsingSalesTax"),
        partner_tax=None if partner_tax is None else _is_true(partner_tax),
        tax_group_code_id=_text(tax, "TaxGroupCodeRef", "value"),
        allow_discount=_flag(sales, "AllowDiscount"),
        discount_account_id=_text(sales, "DefaultDiscountAccount"),
        use_account_numbers=_flag(accounting, "UseAccountNumbers"),
        class_per_txn=_flag(accounting, "ClassTrackingPerTxn"),
        class_per_line=_flag(accounting, "ClassTrackingPerTxnLine"),
        track_departments=_flag(accounting, "TrackDepartments"),
        default_term_id=_text(sales, "DefaultTerms", "value"),
        default_item_id=others.get("SalesFormsPrefs.DefaultItem", ""),
    )


def term(row: Row) -> Term:
    days = _number(row, "DueDays")
    return Term(
        id=record_id(row),
        name=_text(row, "Name"),
        due_days=None if days is None else int(days),
        active=_flag(row, "Active", default=True),
    )


def tax_code(row: Row, rates: Mapping[str, Decimal]) -> TaxCode:
    """rates: per cent by TaxRate id, active ones only."""
    details = _rows(_group(row, "SalesTaxRateList"), "TaxRateDetail")
    known = [rates.get(_text(detail, "TaxRateRef", "value")) for detail in details]
    found = [rate for rate in known if rate is not None]
    return TaxCode(
        id=record_id(row),
        name=_text(row, "Name"),
        taxable=_flag(row, "Taxable"),
        group=_flag(row, "TaxGroup"),
        active=_flag(row, "Active", default=True),
        rate=sum(found, ZERO) if found else None,
    )


def tax_rate(row: Row, today: date) -> tuple[str, Decimal] | None:
    """(id, per cent) as it holds *today*; None for an inactive rate or one without value."""
    if not _flag(row, "Active", default=True):
        return None
    value = _number(row, "RateValue")
    for period in _rows(row, "EffectiveTaxRate"):
        begins, ends = _day(period, "EffectiveDate"), _day(period, "EndDate")
        if (begins is None or begins <= today) and (ends is None or today <= ends):
            value = _number(period, "RateValue") if "RateValue" in period else value
    return None if value is None else (record_id(row), value)


def document(row: Row, reference: str) -> CreatedDocument:
    """An Invoice or CreditMemo. Raises ServiceFault when id or total is missing."""
    total = _number(row, "TotalAmt")
    if total is None:
        raise unreadable("TotalAmt", reference)
    return CreatedDocument(
        id=record_id(row, reference),
        sync_token=_text(row, "SyncToken"),
        doc_number=_text(row, "DocNumber"),
        total=total,
        total_tax=_number(_group(row, "TxnTaxDetail"), "TotalTax") or ZERO,
        customer_id=_text(row, "CustomerRef", "value"),
        private_note=_text(row, "PrivateNote"),
        reference=reference,
        body=row,
    )


def created_at(row: Row) -> str:
    """MetaData.CreateTime as text that sorts by time within one company; "" if unknown."""
    return _text(row, "MetaData", "CreateTime")


def record_id(row: Row, reference: str = "") -> str:
    """Raises ServiceFault when *row* has none."""
    found = _text(row, "Id")
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


def _text(row: Row, *path: str) -> str:
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


def _flag(row: Row, name: str, *, default: bool = False) -> bool:
    value = row.get(name)
    return default if value is None else _is_true(value)


def _number(row: Row, name: str) -> Decimal | None:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        found = Decimal(value)
    except ArithmeticError:
        return None
    return found if found.is_finite() and abs(found) < _TOO_MUCH else None


def _day(row: Row, name: str) -> date | None:
    """A calendar date; of an instant, the date as it is written."""
    try:
        return datetime.fromisoformat(_text(row, name)).date()
    except ValueError:
        return None
