"""Every fault code of QuickBooks Online: how to react, and what to tell the user.

Source: QuickBooks sheet 5.2, 5.3 and 5.4. The class of a code decides what the program does; the
words say what happened and what the user can do. The service's own words are shown beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.errors import FaultClass

_TOKEN, _CONNECTION, _COMPANY = FaultClass.TOKEN, FaultClass.CONNECTION, FaultClass.COMPANY
_TRANSIENT, _THROTTLED, _STALE = FaultClass.TRANSIENT, FaultClass.THROTTLED, FaultClass.STALE
_DATA, _DEFECT = FaultClass.DATA, FaultClass.DEFECT


@dataclass(frozen=True, slots=True)
class Words:
    """What one code means. All three texts are whole and end where they end."""

    fault_class: FaultClass
    title: str
    message: str
    advice: str


RECONNECT = "Open Integrations and choose Reconnect. Mappings and history are kept."
RECONNECT_ADMIN = (
    "Open Integrations, choose Reconnect and sign in as an administrator of the QuickBooks company."
)
REFRESH = "Refresh, then look at the mappings of this invoice and send it again."
LATER = "Wait a few minutes, then try again."
REPORT = (
    "This points to a defect in the program. Please report it with the reference in the details."
)
IN_QUICKBOOKS = "Change it in QuickBooks, then try again."
IN_NINJAONE = "Correct the invoice in NinjaOne, refresh, and send it again."

_BAD_REQUEST = "The program sent something that QuickBooks does not understand"


def _defect(what: str) -> Words:
    return Words(_DEFECT, "Request not understood", f"{_BAD_REQUEST}: {what}.", REPORT)


def _data(title: str, message: str, advice: str) -> Words:
    return Words(_DATA, title, message, advice)


_AUTH = Words(
    _TOKEN, "Please reconnect", "QuickBooks no longer accepts the saved login.", RECONNECT
)
_FAILED = Words(
    _TRANSIENT, "QuickBooks could not do it", "QuickBooks could not carry out the request.", LATER
)
_CLOSED = _data(
    "The books are closed",
    "The invoice's date lies in a period whose books are closed in QuickBooks.",
    "Change the closing date in QuickBooks, or give the invoice a later date in NinjaOne.",
)
_TAX_RESERVED = _data(
    "Tax code not usable",
    "The tax code is one that QuickBooks keeps for its automated sales tax.",
    "Choose another way of sending tax in the settings, then send again.",
)
_ATTACHMENT = _defect("an attachment (the program sends none)")
_TIME = _defect("a time activity (the program sends none)")
_BUDGET = _defect("a budget (the program sends none)")

TABLE: dict[str, Words] = {
    "100": _AUTH,
    "110": _AUTH,
    "120": Words(
        _CONNECTION,
        "The connected user lost access",
        "The user who connected QuickBooks may no longer use this company.",
        RECONNECT_ADMIN,
    ),
    "130": Words(
        _CONNECTION,
        "Wrong environment",
        "The app keys belong to another environment than the company: development keys work with"
        " sandbox companies only, production keys with live companies only.",
        "Check the environment and the app keys on the Integrations page, then reconnect.",
    ),
    "140": Words(
        _COMPANY,
        "Company locked",
        "QuickBooks has locked this company.",
        "Sign in to QuickBooks to see why, or ask QuickBooks' support.",
    ),
    "150": Words(
        _COMPANY,
        "Company under maintenance",
        "QuickBooks is doing maintenance on this company.",
        "Wait an hour, then try again.",
    ),
    "400": _defect("a malformed request"),
    "500": _defect("an operation that this kind of record does not have"),
    "600": Words(
        _TRANSIENT,
        "Sent before",
        "QuickBooks has seen this request's id before.",
        "The program looks up what became of it. Try again after that.",
    ),
    "610": _data(
        "Something is no longer there",
        "A customer, item or account that the invoice uses was deleted or made inactive in"
        " QuickBooks.",
        REFRESH,
    ),
    "620": _data("Cannot be linked", "QuickBooks could not link the transactions.", IN_QUICKBOOKS),
    "630": _data(
        "Already there", "QuickBooks already has such a record.", "Refresh, then compare."
    ),
    "700": _data("Parent not usable", "The parent of a record is not valid.", REFRESH),
    "800": _data("Still in use", "Other records in QuickBooks depend on this one.", IN_QUICKBOOKS),
    "900": _defect("a record that is its own parent"),
    "1000": _FAILED,
    "1010": _FAILED,
    "1020": _FAILED,
    "1040": _defect("too many requests at once"),
    "1050": _defect("a wrong content type"),
    "2000": _defect("an unknown kind of record"),
    "2010": _defect("an unknown field"),
    "2020": _data(
        "Something is missing",
        "QuickBooks requires a field that the invoice does not have.",
        IN_NINJAONE,
    ),
    "2030": _defect("an id that is no number"),
    "2040": _data(
        "Characters not allowed", "A text holds characters that QuickBooks refuses.", IN_NINJAONE
    ),
    "2050": _data(
        "Text too long", "A text is longer or shorter than QuickBooks allows.", IN_NINJAONE
    ),
    "2060": _defect("a date in a wrong form"),
    "2070": _defect("an impossible date"),
    "2080": _defect("a number in a wrong form"),
    "2090": _defect("a number out of range"),
    "2100": _defect("a decimal number in a wrong form"),
    "2110": _defect("a decimal number out of range"),
    "2120": _defect("a type that is not allowed here"),
    "2130": _defect("a request id in a wrong form"),
    "2140": _defect("an amount in a wrong form"),
    "2150": _defect("a percentage in a wrong form"),
    "2160": _defect("a quantity in a wrong form"),
    "2170": _defect("a value that is not on QuickBooks' list"),
    "2180": _defect("a text out of range"),
    "2190": _defect("a date out of range"),
    "2200": _defect("a web address in a wrong form"),
    "2210": _data(
        "E-mail address not valid",
        "QuickBooks does not accept the invoice's e-mail address.",
        IN_NINJAONE,
    ),
    "2220": _defect("a currency in a wrong form"),
    "2230": _defect("a yes-or-no value in a wrong form"),
    "2240": _defect("a number out of range"),
    "2250": _data("No lines", "The invoice has no lines that can be sent.", IN_NINJAONE),
    "2260": _defect("a line without posting type"),
    "2270": _defect("a tax without what it applies to"),
    "2280": _defect("a tax without amount"),
    "2290": _data(
        "Negative amount", "QuickBooks refuses a negative amount in this place.", IN_NINJAONE
    ),
    "2300": _defect("debits that differ from credits"),
    "2410": _data(
        "Exchange rate missing",
        "QuickBooks needs the currency or the exchange rate of this invoice.",
        "Enter the exchange rate in QuickBooks, then send again.",
    ),
    "2500": _data(
        "Not found in QuickBooks",
        "The invoice refers to a customer, item or account that QuickBooks does not have (any"
        " more); it may have been merged with another.",
        REFRESH,
    ),
    "2600": _defect("fields that exclude each other"),
    "3000": _defect("a custom field"),
    "3001": Words(
        _THROTTLED,
        "QuickBooks asks to slow down",
        "QuickBooks has received too many requests for this company.",
        "Wait a few minutes, then try again. If it stays so, the Intuit app may have used up its"
        " monthly allowance of reads: its page at Intuit's developer site shows that.",
    ),
    "3100": Words(
        _CONNECTION,
        "Not authorised for this company",
        "The app is not authorised for this QuickBooks company: it was disconnected there, or the"
        " app keys belong to another environment.",
        RECONNECT,
    ),
    "3200": _AUTH,
    "3202": _defect("an empty token"),
    "4000": _defect("a query that cannot be read"),
    "4001": _defect("a query that is not valid"),
    "4002": _defect("a query that cannot be processed"),
    "5000": _defect("a field that is no longer supported"),
    "5010": Words(
        _STALE,
        "Changed meanwhile",
        "The record was changed in QuickBooks in the meantime.",
        "Refresh, then try again.",
    ),
    "5020": Words(
        _CONNECTION,
        "No permission in QuickBooks",
        "The connected user may not do this in QuickBooks.",
        RECONNECT_ADMIN,
    ),
    "5030": _data(
        "Not part of this QuickBooks",
        "The company's QuickBooks plan or settings do not have this feature.",
        "Switch the feature on in QuickBooks, or change the invoice so that it is not needed.",
    ),
    "6000": _data(
        "QuickBooks refused the invoice",
        "A rule of QuickBooks forbids this invoice as it is.",
        "Read what QuickBooks says below, correct it there or in NinjaOne, then send again.",
    ),
    "6010": _defect("an account without type"),
    "6020": _ATTACHMENT,
    "6030": _ATTACHMENT,
    "6040": _ATTACHMENT,
    "6041": _ATTACHMENT,
    "6050": _ATTACHMENT,
    "6060": _defect("an opening balance without date"),
    "6070": _data(
        "A line does not add up",
        "QuickBooks multiplied quantity and price of a line and came to another amount.",
        IN_NINJAONE,
    ),
    "6080": _defect("a record without name"),
    "6090": _data("Discount missing", "A discount has neither amount nor percentage.", IN_NINJAONE),
    "6100": _data(
        "Tax code not valid",
        "QuickBooks does not accept the tax code of a line.",
        "Refresh, choose how tax is sent in the settings, then send again.",
    ),
    "6110": _data("Payment attached", "A card payment hangs on this transaction.", IN_QUICKBOOKS),
    "6120": _data("Payment attached", "A card payment hangs on this transaction.", IN_QUICKBOOKS),
    "6130": _data(
        "Billed with the parent", "The customer's parent has linked invoices.", IN_QUICKBOOKS
    ),
    "6140": _data(
        "Number already used",
        "QuickBooks already has a document with this invoice's number.",
        "Look at that document in QuickBooks. If it is another invoice, change the number of one"
        " of the two.",
    ),
    "6150": _data("Parent missing", "A sub-customer or sub-item has no parent.", IN_QUICKBOOKS),
    "6160": _TAX_RESERVED,
    "6170": _data(
        "Tax not allowed",
        "The invoice says that no tax applies and carries tax all the same.",
        "Choose how tax is sent in the settings, then send again.",
    ),
    "6180": _data("Too many levels", "QuickBooks allows five levels at most.", IN_QUICKBOOKS),
    "6190": Words(
        _COMPANY,
        "QuickBooks subscription ended",
        "The company's QuickBooks subscription has ended, or there is a billing problem; it takes"
        " no new data.",
        "Renew the subscription in QuickBooks. Nothing is sent until then.",
    ),
    "6200": _CLOSED,
    "6210": _CLOSED,
    "6220": _data(
        "Still has a balance", "A record with a balance cannot be made inactive.", IN_QUICKBOOKS
    ),
    "6230": _TAX_RESERVED,
    "6240": _data(
        "Name already taken",
        "Another customer, vendor, employee or item in QuickBooks has this name.",
        "Map to the existing record, or rename one of the two in QuickBooks.",
    ),
    "6250": _data(
        "Customer not usable",
        "The QuickBooks customer does not exist any more or is inactive.",
        "Make the customer active in QuickBooks or change the mapping, then refresh and send.",
    ),
    "6270": _data(
        "Stock item starts later",
        "The invoice is dated before the start date of a stock item on it.",
        "Change the item's start date in QuickBooks, or map the product to another item.",
    ),
    "6280": _data(
        "Unbilled expenses", "The customer has unbilled expenses in QuickBooks.", IN_QUICKBOOKS
    ),
    "6290": _defect("an employee or vendor in a wrong place"),
    "6300": _defect("a missing employee or vendor"),
    "6310": _defect("a billable line without customer"),
    "6320": _defect("a billable status"),
    **{str(code): _TIME for code in range(6330, 6400, 10)},
    "6400": _data("Linked to an invoice", "Deleting this would break an invoice.", IN_QUICKBOOKS),
    "6420": _data(
        "E-mail address missing",
        "QuickBooks wants an e-mail address, because the invoice is to be mailed.",
        "Enter a bill-to e-mail address for the customer, then send again.",
    ),
    "6430": _data(
        "Account not suitable",
        "The account is of a type that cannot be used here.",
        "Map to an income account, then try again.",
    ),
    "6440": _data(
        "Line without item", "A line with an amount has neither item nor account.", REFRESH
    ),
    "6450": _data("Cannot be voided", "The transaction is settled already.", IN_QUICKBOOKS),
    "6460": _defect("a deposit that differs from the card amount"),
    "6470": _data(
        "Tax rate not usable",
        "The tax rate or the account for its liability is not in order in QuickBooks.",
        IN_QUICKBOOKS,
    ),
    "6480": _data("Matched with the bank", "The transaction is matched already.", IN_QUICKBOOKS),
    "6490": _BUDGET,
    "6500": _BUDGET,
    "6510": _BUDGET,
    "6520": _data(
        "Not enough stock",
        "A stock item on the invoice has no quantity on hand in QuickBooks.",
        "Map the product to a service or non-stock item, or correct the stock in QuickBooks.",
    ),
    "6530": _defect("a card number (the program sends none)"),
    "6540": _data(
        "In a bank deposit", "The transaction is part of a bank deposit already.", IN_QUICKBOOKS
    ),
    "10000": Words(
        _TRANSIENT,
        "QuickBooks is not available",
        "QuickBooks had a failure of its own while handling the request.",
        LATER,
    ),
    "10100": _defect("a query with too large a result"),
    "10200": Words(
        _COMPANY,
        "Company was reset",
        "The QuickBooks company was reset: its records have new ids.",
        "Make a new workspace for the company as it is now.",
    ),
}
