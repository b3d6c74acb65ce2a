"""CompanyInfo, Preferences and ExchangeRate: one object, or no Id of their own."""

from __future__ import annotations

from desktop_app.simulator.quickbooks.schema.kinds import (
    COMMON,
    EMAIL,
    WEB,
    Entity,
    Field,
    address,
    currency_code,
    day,
    decimal,
    free,
    needed,
    obj,
    phone,
    text,
    verbs,
)

COMPANY_INFO = Entity(
    "CompanyInfo",
    "single",
    {
        **COMMON,
        "CompanyName": needed(text(1024)),
        "LegalName": text(1024),
        "CompanyAddr": address(),
        "LegalAddr": address(),
        "CustomerCommunicationAddr": address(),
        "CustomerCommunicationEmailAddr": obj(EMAIL),
        "PrimaryPhone": phone(),
        "Fax": phone(),
        "Email": obj(EMAIL),
        "WebAddr": obj(WEB),
        "Country": text(10),
        "CompanyStartDate": day(),
        "EmployerId": text(100),
        "FiscalYearStartMonth": text(20),
        "TaxYearStartMonth": text(20),
        "SupportedLanguages": text(100),
        "DefaultTimeZone": text(100),
        "MultiByteCharsSupported": free(),
        "CompanyEmailAddr": free(),
        "QBVersion": free(),
        "NameValue": free(),
    },
    verbs("read query update"),
    "CompanyInfo",
    cdc=False,
)

_GROUPS = (
    "AccountingInfoPrefs",
    "AdvancedInventoryPrefs",
    "ProductAndServicesPrefs",
    "SalesFormsPrefs",
    "PrintDocumentPrefs",
    "EmailMessagesPrefs",
    "VendorAndPurchasesPrefs",
    "TimeTrackingPrefs",
    "TaxPrefs",
    "FinanceChargesPrefs",
    "CurrencyPrefs",
    "ReportPrefs",
    "OtherPrefs",
)

PREFERENCES = Entity(
    "Preferences",
    "single",
    {**COMMON, **{group: free() for group in _GROUPS}},
    verbs("read query update"),
    "Preferences",
    cdc=False,
)

EXCHANGE_RATE = Entity(
    "ExchangeRate",
    "rate",
    {
        **COMMON,
        "SourceCurrencyCode": needed(currency_code()),
        "TargetCurrencyCode": currency_code(),
        "Rate": needed(decimal()),
        "AsOfDate": day(),
    },
    verbs("read query update"),
    "ExchangeRates",
    cdc=False,
)

#: What a taxservice/taxcode request may hold.
TAX_SERVICE: dict[str, Field] = {
    "Id": text(20),
    "TaxCode": needed(text(100)),
    "TaxCodeId": text(20),
    "TaxRateDetails": free(),
    "Fault": free(),
    "domain": text(10),
    "sparse": free(),
}
TAX_RATE_DETAIL: dict[str, Field] = {
    "TaxRateName": text(100),
    "TaxRateId": text(20),
    "RateValue": decimal(),
    "TaxAgencyId": text(20),
    "TaxApplicableOn": Field(type="enumeration", values=frozenset({"Sales", "Purchase", "Other"})),
}

ENTITIES = [COMPANY_INFO, PREFERENCES, EXCHANGE_RATE]
