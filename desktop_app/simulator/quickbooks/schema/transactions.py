"""Every transaction of the API."""

from __future__ import annotations

from desktop_app.simulator.quickbooks.schema.kinds import (
    COMMON,
    LINKED,
    TXN_VERBS,
    Entity,
    Fields,
    address,
    amount,
    boolean,
    choice,
    computed,
    day,
    decimal,
    email,
    free,
    hidden,
    instant,
    integer,
    many,
    needed,
    obj,
    ref,
    text,
    verbs,
)
from desktop_app.simulator.quickbooks.schema.lines import (
    DESCRIPTION,
    LINE_AMOUNT,
    PRINT_STATUS,
    PURCHASE_LINE,
    SALES,
    TXN,
    line,
)

_VOIDABLE = verbs("create read query update delete void")


def _transaction(name: str, fields: Fields, allowed: frozenset[str] = TXN_VERBS) -> Entity:
    return Entity(name, "transaction", fields, allowed, "Txns")


INVOICE = _transaction(
    "Invoice",
    {
        **SALES,
        "DueDate": day(),
        "Deposit": amount(),
        "DepositToAccountRef": ref("Account"),
        "ARAccountRef": ref("Account"),
        "AllowIPNPayment": boolean(),
        "AllowOnlinePayment": boolean(),
        "AllowOnlineCreditCardPayment": boolean(),
        "AllowOnlineACHPayment": boolean(),
        "AllowOnlinePayPalPayment": boolean(),
        "EInvoiceStatus": computed(text()),
        "ECloudStatusTimeStamp": computed(instant()),
        "InvoiceLinkSecurityCode": computed(text()),
        "InvoiceLinkExpiryDate": computed(instant()),
        "CustomerMsgRef": free(),
        "CallbackURL": free(),
    },
    _VOIDABLE,
)
CREDIT_MEMO = _transaction(
    "CreditMemo",
    {
        **SALES,
        "RemainingCredit": computed(amount()),
        "PaymentMethodRef": ref("PaymentMethod"),
        "DepositToAccountRef": ref("Account"),
        "ARAccountRef": ref("Account"),
        "InvoiceRef": ref("Invoice"),
    },
)
_RECEIPT: Fields = {
    **SALES,
    "PaymentMethodRef": ref("PaymentMethod"),
    "PaymentRefNum": text(21),
    "PaymentType": text(30),
    "DepositToAccountRef": ref("Account"),
    "CreditCardPayment": free(),
    "CheckPayment": free(),
}
SALES_RECEIPT = _transaction("SalesReceipt", _RECEIPT, _VOIDABLE)
REFUND_RECEIPT = _transaction("RefundReceipt", {**_RECEIPT, "BillEmail": free()})
ESTIMATE = _transaction(
    "Estimate",
    {
        **SALES,
        "TxnStatus": choice("Accepted", "Closed", "Pending", "Rejected", "Converted"),
        "DueDate": day(),
        "ExpirationDate": day(),
        "AcceptedBy": text(100),
        "AcceptedDate": day(),
    },
)

_PAYMENT_LINE: Fields = {
    "Id": text(20),
    "LineNum": integer(),
    "Description": text(),
    "Amount": LINE_AMOUNT,
    "LinkedTxn": many(LINKED),
    "LineEx": free(),
    "CustomField": free(),
    "DetailType": text(50),
    "PaymentLineDetail": free(),
}
PAYMENT = _transaction(
    "Payment",
    {
        **TXN,
        "CustomerRef": ref("Customer"),
        "ProjectRef": hidden(ref("Customer")),
        "TotalAmt": amount(),
        "UnappliedAmt": computed(amount()),
        "ProcessPayment": boolean(),
        "PaymentRefNum": text(21),
        "PaymentMethodRef": ref("PaymentMethod"),
        "DepositToAccountRef": ref("Account"),
        "ARAccountRef": ref("Account"),
        "CreditCardPayment": free(),
        "TaxExemptionRef": computed(free()),
        "Line": many(_PAYMENT_LINE),
    },
    _VOIDABLE,
)

_SUPPLIER: Fields = {
    **TXN,
    "VendorRef": ref("Vendor"),
    "APAccountRef": ref("Account"),
    "TotalAmt": computed(amount()),
    "Line": many(PURCHASE_LINE),
    "IncludeInAnnualTPAR": boolean(),
}
BILL = _transaction(
    "Bill",
    {
        **_SUPPLIER,
        "VendorAddr": address(),
        "RemitToAddr": address(),
        "DueDate": day(),
        "SalesTermRef": ref("Term"),
        "Balance": computed(amount()),
        "HomeBalance": computed(amount()),
    },
)
VENDOR_CREDIT = _transaction(
    "VendorCredit", {**_SUPPLIER, "VendorAddr": address(), "Balance": computed(amount())}
)
PURCHASE_ORDER = _transaction(
    "PurchaseOrder",
    {
        **_SUPPLIER,
        "VendorAddr": address(),
        "ShipAddr": address(),
        "ShipTo": ref("Customer"),
        "ShipMethodRef": free(),
        "DueDate": day(),
        "POEmail": obj({"Address": email()}),
        "EmailStatus": choice("NotSet", "NeedToSend", "EmailSent"),
        "ReplyEmail": free(),
        "Memo": text(4000),
        "POStatus": choice("Open", "Closed"),
        "ClassRef": hidden(ref("Class")),
        "TaxCodeRef": free(),
        "SalesTermRef": ref("Term"),
    },
)
PURCHASE = _transaction(
    "Purchase",
    {
        **TXN,
        "PaymentType": choice("Cash", "Check", "CreditCard"),
        "AccountRef": ref("Account"),
        "EntityRef": ref("*"),
        "Credit": boolean(),
        "RemitToAddr": address(),
        "PaymentMethodRef": ref("PaymentMethod"),
        "PaymentRefNum": text(21),
        "PrintStatus": PRINT_STATUS,
        "TotalAmt": computed(amount()),
        "PurchaseEx": free(),
        "Print": boolean(),
        "IncludeInAnnualTPAR": boolean(),
        "Line": many(PURCHASE_LINE),
    },
)
BILL_PAYMENT = _transaction(
    "BillPayment",
    {
        **TXN,
        "VendorRef": ref("Vendor"),
        "PayType": choice("Check", "CreditCard"),
        "CheckPayment": obj({"BankAccountRef": ref("Account"), "PrintStatus": PRINT_STATUS}),
        "CreditCardPayment": obj({"CCAccountRef": ref("Account"), "CCDetail": free()}),
        "APAccountRef": ref("Account"),
        "TotalAmt": amount(),
        "ProcessBillPayment": boolean(),
        "Line": many(_PAYMENT_LINE),
    },
    _VOIDABLE,
)
DEPOSIT = _transaction(
    "Deposit",
    {
        **TXN,
        "DepositToAccountRef": ref("Account"),
        "TotalAmt": computed(amount()),
        "CashBack": obj(
            {"AccountRef": ref("Account"), "Amount": amount(), "Memo": text(4000)},
        ),
        "Line": many(
            {
                **line(
                    {
                        "DepositLineDetail": {
                            "Entity": free(),
                            "AccountRef": ref("Account"),
                            "ClassRef": ref("Class"),
                            "PaymentMethodRef": ref("PaymentMethod"),
                            "CheckNum": text(21),
                            "TxnType": text(30),
                            "TaxCodeRef": ref("LineTaxCode"),
                            "TaxApplicableOn": choice("Sales", "Purchase"),
                        }
                    }
                ),
                "DepositToAccountRef": free(),
            }
        ),
    },
)
TRANSFER = _transaction(
    "Transfer",
    {
        **TXN,
        "FromAccountRef": ref("Account"),
        "ToAccountRef": ref("Account"),
        "Amount": amount(),
    },
)
JOURNAL_ENTRY = _transaction(
    "JournalEntry",
    {
        **TXN,
        "Adjustment": boolean(),
        "TotalAmt": computed(amount()),
        "HomeCurrencyAdjustment": boolean(),
        "EnteredInHomeCurrency": boolean(),
        "Line": many(
            line(
                {
                    "JournalEntryLineDetail": {
                        "PostingType": choice("Debit", "Credit"),
                        "AccountRef": ref("Account"),
                        "ClassRef": ref("Class"),
                        "DepartmentRef": ref("Department"),
                        "Entity": obj(
                            {
                                "Type": choice("Customer", "Vendor", "Employee"),
                                "EntityRef": ref("*"),
                            }
                        ),
                        "TaxCodeRef": ref("LineTaxCode"),
                        "TaxApplicableOn": choice("Sales", "Purchase"),
                        "TaxAmount": amount(),
                        "TaxInclusiveAmt": amount(),
                        "BillableStatus": choice("Billable", "NotBillable", "HasBeenBilled"),
                        "JournalCodeRef": free(),
                    },
                    "DescriptionOnly": DESCRIPTION,
                }
            )
        ),
    },
)
TIME_ACTIVITY = _transaction(
    "TimeActivity",
    {
        **COMMON,
        "TxnDate": day(),
        "NameOf": needed(choice("Employee", "Vendor", "Other")),
        "EmployeeRef": ref("Employee"),
        "VendorRef": ref("Vendor"),
        "OtherNameRef": free(),
        "CustomerRef": ref("Customer"),
        "ProjectRef": hidden(ref("Customer")),
        "DepartmentRef": ref("Department"),
        "ItemRef": ref("Item"),
        "ClassRef": hidden(ref("Class")),
        "PayrollItemRef": free(),
        "BillableStatus": choice("Billable", "NotBillable", "HasBeenBilled", code="6320"),
        "Taxable": boolean(),
        "HourlyRate": decimal(),
        "CostRate": decimal(),
        "Hours": integer(0, 8760),
        "Minutes": integer(0, 59),
        "Seconds": integer(0, 59),
        "BreakHours": integer(0, 8760),
        "BreakMinutes": integer(0, 59),
        "BreakSeconds": integer(0, 59),
        "StartTime": instant(),
        "EndTime": instant(),
        "Description": text(4000),
        "TransactionLocationType": text(100),
        "LinkedTxn": free(),
    },
)
ATTACHABLE = _transaction(
    "Attachable",
    {
        **COMMON,
        "FileName": text(1000),
        "Note": text(2000),
        "Category": text(100),
        "ContentType": text(100),
        "PlaceName": text(2000),
        "Tag": text(2000),
        "Lat": text(100),
        "Long": text(100),
        "Size": computed(integer()),
        "FileAccessUri": computed(text()),
        "TempDownloadUri": computed(text()),
        "ThumbnailFileAccessUri": computed(text()),
        "ThumbnailTempDownloadUri": computed(text()),
        "AttachableRef": many(
            {
                "EntityRef": ref("*"),
                "LineInfo": text(100),
                "IncludeOnSend": boolean(),
                "Inactive": boolean(),
                "NoRefOnly": boolean(),
                "Ref": free(),
                "CustomField": free(),
            }
        ),
    },
)
CREDIT_CARD_PAYMENT = _transaction(
    "CreditCardPayment",
    {
        **TXN,
        "Amount": needed(amount()),
        "BankAccountRef": needed(ref("Account")),
        "CreditCardAccountRef": needed(ref("Account")),
        "VendorRef": ref("Vendor"),
        "CheckNum": text(21),
        "PrintStatus": PRINT_STATUS,
        "Memo": text(4000),
    },
)

ENTITIES = [
    INVOICE,
    CREDIT_MEMO,
    SALES_RECEIPT,
    REFUND_RECEIPT,
    ESTIMATE,
    PAYMENT,
    BILL,
    BILL_PAYMENT,
    PURCHASE,
    PURCHASE_ORDER,
    VENDOR_CREDIT,
    DEPOSIT,
    TRANSFER,
    JOURNAL_ENTRY,
    TIME_ACTIVITY,
    ATTACHABLE,
    CREDIT_CARD_PAYMENT,
]
