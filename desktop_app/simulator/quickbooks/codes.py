"""Every fault of the data service: one constructor each, with the texts that were observed.

Codes, messages and HTTP statuses follow chapter 5 of the reference sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_app.simulator.quickbooks.money import grouped, parse

Json = dict[str, Any]

_MESSAGES = {
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "120": "Authorization Failure",
    "400": "MalformedRequest",
    "500": "Unsupported Operation",
    "600": "Duplicate Request Id",
    "610": "Object Not Found",
    "620": "Transaction Cannot Be Linked",
    "700": "Invalid Parent Reference",
    "800": "Object Has Dependents",
    "900": "Parent Cannot Be Its Own Child",
    "1040": "Batch Size Exceeded",
    "1050": "Unsupported Content Type",
    "2000": "Invalid Object Name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String, illegal characters",
    "2050": "Invalid String Length",
    "2060": "Invalid Date Format",
    "2070": "Invalid Date",
    "2080": "Invalid Number Format",
    "2090": "Invalid Number",
    "2100": "Invalid Decimal Format",
    "2110": "Invalid Decimal",
    "2120": "Invalid Type",
    "2130": "Invalid Request Id Format",
    "2140": "Invalid Amount",
    "2150": "Invalid Percent",
    "2160": "Invalid Quantity",
    "2170": "Invalid Enumeration",
    "2180": "Invalid String Range",
    "2190": "Invalid Date Range",
    "2200": "Invalid Web Address",
    "2210": "Invalid Email Address Format",
    "2220": "Invalid Currency",
    "2230": "Invalid Boolean",
    "2240": "Invalid Number Range",
    "2250": "Transaction Has No Lines",
    "2260": "Posting Type Is Missing",
    "2270": "Tax Applicable On Is Missing",
    "2280": "Tax Amount Is Missing",
    "2290": "Negative Amount Is Not Supported",
    "2300": "Debits And Credits Do Not Balance",
    "2410": "Currency Or Exchange Rate Is Missing",
    "2500": "Invalid Reference Id",
    "2600": "Conflicting Elements",
    "3000": "Invalid Custom Field",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "5030": "Feature Not Supported Error",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Account Type Or Subtype Is Required",
    "6060": "Opening Balance Date Is Required",
    "6070": "Amount calculation incorrect in the request",
    "6080": "Name Is Required",
    "6090": "Discount Amount Or Percent Is Required",
    "6100": "Invalid Tax Code On Line",
    "6140": "Duplicate Document Number Error",
    "6150": "Parent Reference Is Required",
    "6160": "Reserved Tax Code",
    "6170": "Tax Detail Is Not Allowed",
    "6180": "Hierarchy Level Exceeded",
    "6190": "Invalid Company Status",
    "6210": "Account Period Closed, Cannot Update Through Services API",
    "6220": "Delete List Has Balance Error",
    "6230": "Reserved Tax Code",
    "6240": "Duplicate Name Exists Error",
    "6250": "InvalidSalesCustomer",
    "6270": "InventoryTxnDatedBeforeItemStartDate",
    "6290": "Employee Or Vendor Is Not Valid",
    "6300": "Employee Or Vendor Is Required",
    "6310": "Customer Is Required When Billable",
    "6320": "Invalid Billable Status",
    "6330": "Time Activity Is Not Valid",
    "6420": "Email address is required",
    "6430": "Invalid account type used",
    "6440": "Transaction Detail Information Required",
    "6450": "Attempt to Void Transaction failed",
    "6520": "Quantity On Hand Is Required",
    "6540": "Deposited transaction cannot be changed",
    "10000": "An application error has occurred while processing your request",
}

CLOSED_BOOKS = (
    "The account period has closed and the account books cannot be updated through the QBO"
    " Services API. Please use the QBO website to make these changes."
)
STALE = (
    "Stale Object Error : You and root were working on this at the same time. root finished"
    " before you did, so your work was not saved."
)
INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. Check the fields"
    " with accounts, customers, items, vendors or employees."
)
DELETED = "Object Not Found : Another user has deleted this transaction."
SUBSCRIPTION = (
    "Subscription period has ended or canceled or there was a billing problem : You can't add"
    " data to QuickBooks Online Plus because your trial or subscription period ended or there"
    " was a billing problem."
)
THROTTLED = "The request limit was reached. Try again later"


@dataclass
class ServiceFault(Exception):
    """A refusal of the data service, ready to be enveloped. Nothing was changed."""

    code: str
    detail: str
    element: str = ""
    status: int = 400
    kind: str = "ValidationFault"
    message: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.detail}"

    def envelope(self) -> Json:
        """The value of "Fault"."""
        error = {
            "Message": self.message or _MESSAGES[self.code],
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }
        return {"Error": [error], "type": self.kind}


def malformed(detail: str) -> ServiceFault:
    return ServiceFault("400", detail, kind="SystemFault")


def unsupported_operation(detail: str) -> ServiceFault:
    return ServiceFault("500", detail)


def request_id_reused(request_id: str) -> ServiceFault:
    detail = f"Request id {request_id} has already been used for another operation."
    return ServiceFault("600", detail)


def not_found(detail: str = INACTIVE, element: str = "") -> ServiceFault:
    return ServiceFault("610", detail, element)


def cannot_link(detail: str) -> ServiceFault:
    return ServiceFault("620", detail, "LinkedTxn")


def batch_too_big(limit: int, supplied: int) -> ServiceFault:
    detail = f"Batch exceeds the maximum of {limit} items. Supplied: {supplied}"
    return ServiceFault("1040", detail)


def content_type(sent: str) -> ServiceFault:
    return ServiceFault("1050", f"Content type is neither XML nor JSON: {sent or 'none'}")


def unknown_object(name: str) -> ServiceFault:
    return ServiceFault("2000", f"Unknown object: {name}")


def unknown_property(name: str) -> ServiceFault:
    detail = f'Property Name:Unrecognized field "{name}"; specified value is not supported'
    return ServiceFault("2010", f"{detail} or valid")


def unreadable_property(name: str, reason: str) -> ServiceFault:
    return ServiceFault("2010", f"Property Name:{name}: {reason} is unsupported or invalid", name)


def required(name: str) -> ServiceFault:
    return ServiceFault("2020", f"Required parameter {name} is missing in the request", name)


def invalid_value(code: str, element: str, supplied: object, expected: str) -> ServiceFault:
    """2030 to 2240: a value that is not of its type, or out of its range."""
    return ServiceFault(code, f"{element} should be {expected}. Supplied value:{supplied}", element)


def not_a_number(identity: str) -> ServiceFault:
    return ServiceFault("2030", f"Id should be a valid number. Supplied value:{identity}", "Id")


def string_length(element: str, low: int, high: int, supplied: int) -> ServiceFault:
    detail = f"Length exceeds limit. Min:{low} Max:{high} supplied:{supplied}"
    return ServiceFault("2050", detail, element)


def reference(family: str, value: object, element: str) -> ServiceFault:
    """family: the plural the service uses: Names, Accounts, Items, Klasses, Depts ..."""
    detail = f"Invalid Reference Id : {family} element id {value} not found"
    return ServiceFault("2500", detail, element)


def conflicting(detail: str, element: str = "") -> ServiceFault:
    return ServiceFault("2600", detail, element)


def query_parse(detail: str) -> ServiceFault:
    return ServiceFault("4000", f"QueryParserError: {detail}")


def query_invalid(detail: str) -> ServiceFault:
    return ServiceFault("4001", f"QueryValidationError: {detail}")


def stale() -> ServiceFault:
    return ServiceFault("5010", STALE)


def feature(detail: str, element: str = "") -> ServiceFault:
    return ServiceFault("5030", f"Feature Not Supported Error : {detail}", element)


def business(detail: str, element: str = "") -> ServiceFault:
    return ServiceFault("6000", f"Business Validation Error: {detail}", element)


def amount_mismatch(supplied: object) -> ServiceFault:
    value = parse(supplied)
    shown = grouped(value) if value is not None else supplied
    return ServiceFault(
        "6070", f"Amount is not equal to UnitPrice * Qty. Supplied value:{shown}", "Line.Amount"
    )


def duplicate_number(number: str, entity: str, holder: str) -> ServiceFault:
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has"
        f" already been used. DocNumber={number} is assigned to TxnType={entity} with"
        f" TxnId={holder}"
    )
    return ServiceFault("6140", detail, "DocNumber")


def duplicate_name(holder: str) -> ServiceFault:
    return ServiceFault("6240", f"The name supplied already exists. : Id={holder}")


def books_closed() -> ServiceFault:
    return ServiceFault("6210", CLOSED_BOOKS)


def has_balance(what: str) -> ServiceFault:
    detail = f"This {what} cannot be deleted because it has a non-zero balance"
    return ServiceFault("6220", f"Delete List Has Balance Error : {detail}")


def inactive_customer(name: str) -> ServiceFault:
    detail = (
        f"The customer {name} does not exist or is inactive: the customer you have specified has"
        " been deleted. You cannot create or edit a transaction with a deleted customer."
    )
    return ServiceFault("6250", detail, "CustomerRef")


def account_type(detail: str, element: str) -> ServiceFault:
    return ServiceFault("6430", f"Invalid account type: {detail}", element)


def refused(code: str, detail: str, element: str = "") -> ServiceFault:
    """Any other code of the list, with a detail in plain words."""
    return ServiceFault(code, detail, element)


def observed(code: str) -> ServiceFault:
    """A refusal with the detail that was seen for its code, or with its message alone."""
    known = {
        "120": lost_right(),
        "610": not_found(),
        "2500": reference("Names", "99", "CustomerRef"),
        "5010": stale(),
        "6190": company_status(),
        "6210": books_closed(),
        "6240": ServiceFault(
            "6240",
            "Another customer, vendor or employee is already using this name. Please use a"
            " different name.",
        ),
        "10000": system_failure(),
    }
    return known.get(code) or ServiceFault(code, _MESSAGES[code])


def lost_right(status: int = 403) -> ServiceFault:
    detail = ": -11014-You do not have access to use QuickBooks Online Plus."
    return ServiceFault("120", detail, status=status, kind="AuthorizationFault")


def company_status(status: int = 403) -> ServiceFault:
    return ServiceFault("6190", SUBSCRIPTION, status=status)


def company_locked() -> ServiceFault:
    return ServiceFault("140", "The company is locked out.", status=403, kind="AuthorizationFault")


def maintenance() -> ServiceFault:
    return ServiceFault("150", "The company is under maintenance.", status=503, kind="SystemFault")


def throttled() -> ServiceFault:
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return ServiceFault("3001", THROTTLED, status=429, kind="SystemFault", message=message)


def system_failure(detail: str = "An unexpected error occurred.") -> ServiceFault:
    return ServiceFault("10000", f"System Failure Error: {detail}", status=500, kind="SystemFault")
