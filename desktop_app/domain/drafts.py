"""A NinjaOne record as the QuickBooks customer or item that would be created from it.

Sources: QuickBooks sheet 4.1 and 4.3 for fields and limits, 8.8 for names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from desktop_app.domain import texts
from desktop_app.domain.creating import CreateDraft, NameUse
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO
from desktop_app.domain.names import equal_fold
from desktop_app.domain.records import Company, Invoice, Source
from desktop_app.domain.review import INCOME_TYPES, target_label

Json = dict[str, Any]

NAME_LIMIT = 100
"""QuickBooks takes longer display names, but its own pages and many integrations do not."""

SKU_LIMIT = 100
CREATED_TYPES = ("Service", "NonInventory")
"""Stock items need quantities and two more accounts: they are made in QuickBooks."""

_MOST = Decimal(99_999_999_999)
_REFUSED = re.compile(r"[:\t\r\n]")
_REFUSED_IN_ITEMS = re.compile(r'[:\t\r\n"]')
_LATIN_COUNTRIES = ("US", "USA", "")


def draft(source: Source, facts: Facts, newest: Invoice | None = None) -> CreateDraft:
    """newest: the organization's newest invoice, for e-mail, terms and currency."""
    company = facts.company or Company("", "")
    name, note = clean_name(source.name, source.kind, company)
    if source.kind is Kind.CUSTOMERS:
        return CreateDraft(
            kind=source.kind,
            source_id=source.id,
            source_name=source.name,
            name=name,
            company_name=name,
            email=texts.one_email((newest.bill_email if newest else "") or source.email),
            term_id=_term(newest, facts) or _active_term(company.default_term_id, facts),
            currency=_currency(newest, company),
            note=note,
        )
    _, account = facts.mapped(Kind.ACCOUNTS, source.account_id)
    usable = account is not None and account.active and account.type in INCOME_TYPES
    return CreateDraft(
        kind=source.kind,
        source_id=source.id,
        source_name=source.name,
        name=name,
        item_type="Service",
        income_account_id=account.id if account is not None and usable else "",
        price=source.price,
        sku=_text(source.code, company)[:SKU_LIMIT],
        taxable=_taxable(source, facts),
        description=texts.shorten(_text(source.description, company), texts.DESCRIPTION_LIMIT),
        note=note,
    )


def clean_name(text: str, kind: Kind, company: Company) -> tuple[str, str]:
    """A name that QuickBooks takes, and what was changed, in words ("" for nothing)."""
    refused = _REFUSED_IN_ITEMS if kind is Kind.ITEMS else _REFUSED
    cleaned = " ".join(refused.sub(" ", _text(text, company)).split())
    name = texts.shorten(cleaned, NAME_LIMIT)
    if name == " ".join(text.split()):
        return name, ""
    if name != cleaned:
        return name, f"Shortened to {NAME_LIMIT} characters."
    return name, "Characters that QuickBooks does not take in names were left out or replaced."


def problems(made: CreateDraft, facts: Facts) -> Iterator[str]:
    """What QuickBooks would refuse, as far as that is known here; in words, for the form."""
    company = facts.company
    if company is None:
        yield "The QuickBooks lists were never fetched. Refresh first."
        return
    noun = made.kind.target_noun
    if not made.name.strip():
        yield f"The {noun} needs a name."
    elif clean_name(made.name, made.kind, company)[0] != " ".join(made.name.split()):
        quotes = " or quotation mark" if made.kind is Kind.ITEMS else ""
        yield (
            f"The name may have at most {NAME_LIMIT} characters and no colon, tab{quotes} or "
            "character that QuickBooks cannot hold."
        )
    if made.kind is Kind.CUSTOMERS:
        yield from _customer_problems(made, facts, company)
    else:
        yield from _item_problems(made, facts)


def body(made: CreateDraft, company: Company) -> Json:
    """The record as it is sent: only fields with a value."""
    if made.kind is Kind.CUSTOMERS:
        customer: Json = {"DisplayName": made.name.strip()}
        if made.company_name:
            customer["CompanyName"] = made.company_name.strip()
        if made.email:
            customer["PrimaryEmailAddr"] = {"Address": made.email.strip()}
        if made.term_id:
            customer["SalesTermRef"] = {"value": made.term_id}
        if company.multicurrency and made.currency:  # refused where there is one currency only
            customer["CurrencyRef"] = {"value": made.currency}
        return customer
    item: Json = {
        "Name": made.name.strip(),
        "Type": made.item_type,
        "IncomeAccountRef": {"value": made.income_account_id},
    }
    if made.sku:
        item["Sku"] = made.sku.strip()
    if made.description:
        item["Description"] = made.description
    if made.price is not None:
        item["UnitPrice"] = made.price
    if company.country in _LATIN_COUNTRIES:  # elsewhere tax codes say it, line by line
        item["Taxable"] = made.taxable
    return item


def shown(made: CreateDraft, facts: Facts) -> tuple[tuple[str, str], ...]:
    """The body field by field; references with the name of what they point at."""
    result: list[tuple[str, str]] = []
    for name, value in body(made, facts.company or Company("", "")).items():
        text = _shown(value)
        if name == "IncomeAccountRef":
            account = facts.targets[Kind.ACCOUNTS].get(made.income_account_id)
            text = f"{target_label(account)} (id {account.id})" if account else text
        elif name == "SalesTermRef":
            term = next((t for t in facts.terms if t.id == made.term_id), None)
            text = f"{term.name} (id {term.id})" if term else text
        result.append((name, text))
    return tuple(result)


def local_uses(made: CreateDraft, facts: Facts) -> tuple[NameUse, ...]:
    """Records of the local list that have the name or, inactive now, had it. Names are unique
    under one parent, and what is created has none."""
    entity = {Kind.CUSTOMERS: "Customer", Kind.ITEMS: "Item"}[made.kind]
    wanted = equal_fold(made.name)
    names = (wanted, f"{wanted} (deleted)")
    return tuple(
        NameUse(entity, t.id, t.full_name, t.active)
        for t in facts.targets[made.kind].values()
        if len(t.full_name) <= len(made.name) + 20 and equal_fold(t.full_name) in names
    )


def clashes(made: CreateDraft, uses: tuple[NameUse, ...]) -> tuple[NameUse, ...]:
    """Those that have the very name; QuickBooks would refuse with 6240."""
    wanted = equal_fold(made.name)
    return tuple(use for use in uses if equal_fold(use.name) == wanted)


def clash_text(use: NameUse) -> str:
    """ "The vendor “Acme” (inactive) has this name." """
    state = "" if use.active else " (inactive)"
    return f"The {use.entity.lower()} “{use.name}”{state} has this name in QuickBooks."


def _customer_problems(made: CreateDraft, facts: Facts, company: Company) -> Iterator[str]:
    if len(made.company_name) > NAME_LIMIT:
        yield f"The company name may have at most {NAME_LIMIT} characters."
    if made.email and not texts.one_email(made.email):
        yield "The e-mail must be exactly one address."
    if made.term_id and not any(t.id == made.term_id and t.active for t in facts.terms):
        yield "The terms are not in QuickBooks, or inactive there."
    if company.multicurrency and made.currency and not re.fullmatch("[A-Z]{3}", made.currency):
        yield "The currency must be a code of three letters, such as USD."


def _item_problems(made: CreateDraft, facts: Facts) -> Iterator[str]:
    if made.item_type not in CREATED_TYPES:
        yield "Choose the type Service or NonInventory."
    account = facts.targets[Kind.ACCOUNTS].get(made.income_account_id)
    if account is None:
        yield "Choose the income account."
    elif not account.active:
        yield f"Account “{target_label(account)}” is inactive in QuickBooks."
    elif account.type not in INCOME_TYPES:
        yield f"Account “{target_label(account)}” is no income account ({account.type})."
    if made.price is not None and not (made.price.is_finite() and ZERO <= made.price <= _MOST):
        yield "The price must be zero or more, and a number that QuickBooks can hold."
    if len(made.sku) > SKU_LIMIT:
        yield f"The SKU may have at most {SKU_LIMIT} characters."
    if len(made.description) > texts.DESCRIPTION_LIMIT:
        yield f"The description may have at most {texts.DESCRIPTION_LIMIT} characters."


def _text(text: str, company: Company) -> str:
    return texts.latin1(text) if company.country in _LATIN_COUNTRIES else text


def _term(newest: Invoice | None, facts: Facts) -> str:
    """The only active term that fits the invoice's due date."""
    if newest is None or newest.due_date is None or newest.invoice_date is None:
        return ""
    days = (newest.due_date - newest.invoice_date).days
    fitting = [t.id for t in facts.terms if t.active and t.due_days == days]
    return fitting[0] if len(fitting) == 1 else ""


def _active_term(term_id: str, facts: Facts) -> str:
    return term_id if any(t.id == term_id and t.active for t in facts.terms) else ""


def _currency(newest: Invoice | None, company: Company) -> str:
    if not company.multicurrency:
        return ""
    return (newest.currency if newest else "") or company.home_currency


def _taxable(source: Source, facts: Facts) -> bool:
    """As the newest line of the product that tells."""
    for invoice in facts.invoices:
        for line in invoice.lines or ():
            if line.product_id == source.id and line.taxable is not None:
                return line.taxable
    return False


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_shown(each) for each in value.values())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
