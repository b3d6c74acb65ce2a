"""Currencies: fixed for a customer, one for a transaction, none to choose without multicurrency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.rules.references import currency_ref
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

_ONE_ONLY = "You can only use one foreign currency per transaction."
_OFF = "Multi Currency should be enabled to perform this operation."


def _refuse_without_multicurrency(work: Work) -> None:
    """A request may name the currency only where there is a choice.

    An update may repeat what a read showed: clients send whole records back.
    """
    if work.company.multicurrency or "CurrencyRef" not in work.sent:
        return
    if work.creating or work.target("CurrencyRef") != work.company.home_currency:
        raise codes.business(_OFF, "CurrencyRef")


def settle_list_currency(work: Work) -> None:
    """The currency of a customer, vendor or account: the home currency unless chosen at creation.

    Raises:
        ServiceFault: 6000 where it is changed later, or given without multicurrency.
    """
    _refuse_without_multicurrency(work)
    company = work.company
    before = work.old_value("CurrencyRef")
    if before:
        if "CurrencyRef" in work.sent and work.target("CurrencyRef") != before["value"]:
            raise codes.business("The currency cannot be changed once it is set.", "CurrencyRef")
        work.values["CurrencyRef"] = before
        return
    code = work.target("CurrencyRef") or company.home_currency
    if code != company.home_currency and not any(
        one.get("Code") == code and one.get("Active") is not False
        for one in company.all("CompanyCurrency")
    ):
        raise codes.reference("Currencies", code, "CurrencyRef")
    work.values["CurrencyRef"] = currency_ref(company, code)


def settle_transaction_currency(work: Work, party: Json | None, *, rate_needed: bool) -> None:
    """Currency and exchange rate of a transaction. party: its customer or vendor.

    Raises:
        ServiceFault: 6000 for another currency than the party's, 2410 where a foreign rate is
            needed and missing.
    """
    _refuse_without_multicurrency(work)
    company, values = work.company, work.values
    if not company.multicurrency:
        values.pop("ExchangeRate", None)
        values["CurrencyRef"] = currency_ref(company, company.home_currency)
        return
    of_party = str((party or {}).get("CurrencyRef", {}).get("value") or "")
    code = work.target("CurrencyRef") or of_party or company.home_currency
    if of_party and code != of_party:
        raise codes.business(_ONE_ONLY, "CurrencyRef")
    values["CurrencyRef"] = currency_ref(company, code)
    if code == company.home_currency:
        values["ExchangeRate"] = 1
        return
    if not money.decimal_of(values.get("ExchangeRate")):
        if rate_needed:
            raise codes.refused("2410", "ExchangeRate is required.", "ExchangeRate")
        values["ExchangeRate"] = money.number(rate_on(company, code, values["TxnDate"]))


def rate_record(company: Company, code: str, day: str) -> Json | None:
    """The newest exchange rate of ``code`` that is not after ``day``, or the oldest there is."""
    rates = sorted(
        (one for one in company.all("ExchangeRate") if one.get("SourceCurrencyCode") == code),
        key=lambda one: str(one.get("AsOfDate", "")),
    )
    past = [one for one in rates if str(one.get("AsOfDate", "")) <= day]
    return past[-1] if past else (rates[0] if rates else None)


def rate_on(company: Company, code: str, day: str) -> Decimal:
    """Home units for one unit of ``code``; 1 where nobody ever set a rate."""
    record = rate_record(company, code, day)
    return money.decimal_of(record["Rate"]) if record else Decimal(1)
