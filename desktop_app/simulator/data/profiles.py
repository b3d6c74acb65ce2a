"""CompanyInfo, Preferences and the short lists (terms, classes, payment methods) of a company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop_app.simulator.data.books import Books
from desktop_app.simulator.data.seed import Json


@dataclass(frozen=True, slots=True)
class Profile:
    """What tells one company from another."""

    realm_id: str
    name: str
    legal_name: str
    country: str
    currency: str
    industry: str
    email: str
    address: tuple[str, str, str, str]  # line, city, region, postal code
    founded: date
    closed_until: date
    multicurrency: bool = False
    custom_numbers: bool = False
    account_numbers: bool = False
    class_tracking: bool = False
    departments: bool = False
    automated_tax: bool = False
    auto_apply_credit: bool = False
    offering: str = "QuickBooks Online Plus"


TERMS = (
    ("Due on receipt", 0),
    ("Net 15", 15),
    ("Net 30", 30),
    ("Net 60", 60),
    ("Net 10", 10),
)


def company_info(profile: Profile, books: Books, created: datetime) -> Json:
    """The CompanyInfo answer (QuickBooks sheet 4.8)."""
    line, city, region, postal = profile.address
    address = {
        "Id": "1",
        "Line1": line,
        "City": city,
        "CountrySubDivisionCode": region,
        "PostalCode": postal,
        "Country": profile.country,
    }
    return {
        "Id": "1",
        "SyncToken": "4",
        "domain": "QBO",
        "sparse": False,
        "CompanyName": profile.name,
        "LegalName": profile.legal_name,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": dict(address),
        "LegalAddr": dict(address),
        "CustomerCommunicationEmailAddr": {"Address": profile.email},
        "PrimaryPhone": {"FreeFormNumber": "(555) 010-0100"},
        "CompanyStartDate": books.calendar.day(profile.founded),
        "FiscalYearStartMonth": "April" if profile.country == "GB" else "January",
        "Country": profile.country,
        "Email": {"Address": profile.email},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": profile.industry},
            {"Name": "CompanyType", "Value": "Limited liability"},
            {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
            {"Name": "OfferingSku", "Value": profile.offering},
            {"Name": "PayrollFeature", "Value": "false"},
            {"Name": "AccountantFeature", "Value": "false"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
            {"Name": "AssignedTime", "Value": books.calendar.pacific(created)},
        ],
        "MetaData": {
            "CreateTime": books.calendar.pacific(created),
            "LastUpdatedTime": books.calendar.pacific(created),
        },
    }


def preferences(profile: Profile, books: Books, created: datetime, tax_code: str) -> Json:
    """The Preferences answer (QuickBooks sheet 4.9)."""
    accounts = books.by_name("Account")
    tax: Json = {"UsingSalesTax": True}
    if profile.country == "US":
        tax["TaxGroupCodeRef"] = {"value": tax_code}
    if profile.automated_tax:
        tax["PartnerTaxEnabled"] = True
    return {
        "Id": "1",
        "SyncToken": "5",
        "domain": "QBO",
        "sparse": False,
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "April" if profile.country == "GB" else "January",
            "TaxYearMonth": "January",
            "TaxForm": "6",
            "UseAccountNumbers": profile.account_numbers,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": profile.class_tracking,
            "TrackDepartments": profile.departments,
            "DepartmentTerminology": "Location",
            "CustomerTerminology": "Customers",
            "BookCloseDate": books.calendar.day(profile.closed_until),
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": profile.custom_numbers,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "DefaultDiscountAccount": accounts["Discounts given"]["Id"],
            "AllowEstimates": True,
            "AllowServiceDate": True,
            "AllowShipping": False,
            "AutoApplyCredit": profile.auto_apply_credit,
            "AutoApplyPayments": False,
            "IPNSupportEnabled": False,
            "ETransactionEnabledStatus": "NotApplicable",
            "ETransactionAttachPDF": False,
            "ETransactionPaymentEnabled": False,
            "EmailCopyToCompany": False,
            "UsingProgressInvoicing": False,
            "UsingPriceLevels": False,
            "DefaultTerms": {"value": "3"},
            "DefaultCustomerMessage": "Thank you for your business and have a great day!",
            "CustomField": [],
        },
        "EmailMessagesPrefs": {
            "InvoiceMessage": {
                "Subject": f"Invoice from {profile.name}",
                "Message": "Your invoice is attached. Please remit payment at your convenience.",
            },
            "EstimateMessage": {
                "Subject": f"Estimate from {profile.name}",
                "Message": "Please review the estimate below.",
            },
        },
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": True,
            "POCustomField": [],
        },
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": True,
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "TaxPrefs": tax,
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": profile.multicurrency,
            "HomeCurrency": {"value": profile.currency},
        },
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
                {"Name": "SalesFormsPrefs.AllowGratuity", "Value": "false"},
                {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
                {"Name": "WarnDuplicateBillNumber", "Value": "false"},
                {"Name": "WarnDuplicateJournalNumber", "Value": "false"},
                {"Name": "ProjectsEnabled", "Value": "true"},
                {
                    "Name": "AccountingInfoPrefs.ShowAccountNumbers",
                    "Value": str(profile.account_numbers).lower(),
                },
                {
                    "Name": "UncategorizedIncomeAccountId",
                    "Value": accounts["Uncategorized Income"]["Id"],
                },
                {
                    "Name": "UncategorizedExpenseAccountId",
                    "Value": accounts["Uncategorized Expense"]["Id"],
                },
                {
                    "Name": "UncategorizedAssetAccountId",
                    "Value": accounts["Uncategorized Asset"]["Id"],
                },
                {"Name": "DateFormatMnemonic", "Value": "DateFormat_US_MM_DD_YYYY"},
                {"Name": "NumberFormatMnemonic", "Value": "US_NB"},
                {"Name": "TimeTrackingFeatureEnabled", "Value": "true"},
                {"Name": "SignoutInactiveMinutes", "Value": "60"},
            ]
        },
        "MetaData": {
            "CreateTime": books.calendar.pacific(created),
            "LastUpdatedTime": books.calendar.pacific(created),
        },
    }


def short_lists(profile: Profile, books: Books, created: datetime) -> None:
    """Terms, payment methods, classes, departments and, with multicurrency, currencies."""
    for name, days in TERMS:
        books.add(
            "Term",
            {"Name": name, "Active": True, "Type": "STANDARD", "DiscountPercent": 0,
             "DueDays": days, "DiscountDays": 0},
            created,
        )  # fmt: skip
    for name, kind in (
        ("Cash", "NON_CREDIT_CARD"),
        ("Check", "NON_CREDIT_CARD"),
        ("Visa", "CREDIT_CARD"),
        ("MasterCard", "CREDIT_CARD"),
        ("Bank transfer", "NON_CREDIT_CARD"),
    ):
        books.add("PaymentMethod", {"Name": name, "Active": True, "Type": kind}, created)
    for name, parent in (("Managed", ""), ("Projects", ""), ("Cabling", "Projects")):
        _level("Class", "SubClass", name, parent, books, created)
    for name, parent in (("Head office", ""), ("North", ""), ("Workshop", "North")):
        _level("Department", "SubDepartment", name, parent, books, created)
    if profile.multicurrency:
        for code, name in (("EUR", "Euro"), ("USD", "United States Dollar")):
            books.add("CompanyCurrency", {"Code": code, "Name": name, "Active": True}, created)


def _level(entity: str, flag: str, name: str, parent: str, books: Books, created: datetime) -> None:
    body: Json = {"Name": name, flag: bool(parent), "FullyQualifiedName": name, "Active": True}
    if parent:
        above = books.by_name(entity)[parent]
        body["ParentRef"] = {"value": above["Id"], "name": parent}
        body["FullyQualifiedName"] = f"{parent}:{name}"
    books.add(entity, body, created)
