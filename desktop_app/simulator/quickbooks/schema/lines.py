"""Transaction lines and headers that several transactions share."""

from __future__ import annotations

from desktop_app.simulator.quickbooks.schema.kinds import (
    COMMON,
    EMAIL,
    EMAILS,
    LINKED,
    MEMO,
    Field,
    Fields,
    address,
    amount,
    boolean,
    choice,
    computed,
    currency_code,
    day,
    decimal,
    free,
    hidden,
    integer,
    many,
    obj,
    percent,
    quantity,
    ref,
    text,
)

#: At most fifteen digits before the decimal places.
LINE_AMOUNT = Field(type="amount", low=-(10**15) + 1, high=10**15 - 1)

_MARKUP: Fields = {
    "PercentBased": boolean(),
    "Value": decimal(),
    "Percent": decimal(),
    "PriceLevelRef": free(),
    "MarkUpIncomeAccountRef": ref("Account"),
}

SALES_ITEM: Fields = {
    "ItemRef": ref("Item"),
    "ItemAccountRef": computed(ref("Account")),
    "Qty": quantity(),
    "UnitPrice": decimal(),
    "RatePercent": decimal(),
    "TaxCodeRef": ref("LineTaxCode"),
    "ClassRef": ref("Class"),
    "ServiceDate": day(),
    "TaxInclusiveAmt": amount(),
    "DiscountRate": decimal(),
    "DiscountAmt": amount(),
    "PriceLevelRef": free(),
    "MarkupInfo": obj(_MARKUP),
    "TaxClassificationRef": computed(free()),
    "DeferredRevenue": boolean(),
}

DESCRIPTION: Fields = {"ServiceDate": day(), "TaxCodeRef": ref("LineTaxCode")}

DISCOUNT: Fields = {
    "PercentBased": boolean(),
    "DiscountPercent": percent(),
    "DiscountAccountRef": ref("Account"),
    "Discount": free(),
    "DiscountRef": free(),
    "ClassRef": ref("Class"),
    "TaxCodeRef": ref("LineTaxCode"),
    "ServiceDate": day(),
}

_EXPENSE: Fields = {
    "CustomerRef": ref("Customer"),
    "ClassRef": ref("Class"),
    "TaxCodeRef": ref("LineTaxCode"),
    "BillableStatus": choice("Billable", "NotBillable", "HasBeenBilled", code="6320"),
    "TaxInclusiveAmt": amount(),
    "TaxAmount": amount(),
    "MarkupInfo": obj(_MARKUP),
}

ACCOUNT_EXPENSE: Fields = {**_EXPENSE, "AccountRef": ref("Account")}
ITEM_EXPENSE: Fields = {
    **_EXPENSE,
    "ItemRef": ref("Item"),
    "ItemAccountRef": computed(ref("Account")),
    "Qty": quantity(),
    "UnitPrice": decimal(),
    "RatePercent": decimal(),
    "PriceLevelRef": free(),
    "Received": quantity(),
}

_LINE: Fields = {
    "Id": text(20),
    "LineNum": integer(),
    "Description": text(4000),
    "Amount": LINE_AMOUNT,
    "Received": quantity(),
    "LinkedTxn": many(LINKED),
    "CustomField": free(),
    "CustomExtensions": free(),
    "LineEx": free(),
}


def line(details: dict[str, Fields]) -> dict[str, Field]:
    """A line that is one of several kinds. details: the value of DetailType to its content."""
    bodies: dict[str, Field] = {}
    for kind, fields in details.items():
        bodies["DescriptionLineDetail" if kind == "DescriptionOnly" else kind] = obj(fields)
    # An older spelling that published clients still send.
    if "SubTotalLineDetail" in details:
        bodies["SubtotalLineDetail"] = free()
    return {**_LINE, "DetailType": choice(*details), **bodies}


_PLAIN_SALES = {
    "SalesItemLineDetail": SALES_ITEM,
    "DescriptionOnly": DESCRIPTION,
    "DiscountLineDetail": DISCOUNT,
    "SubTotalLineDetail": {"ItemRef": free(), "ServiceDate": day()},
}
GROUP: Fields = {
    "GroupItemRef": ref("Item"),
    "ItemRef": ref("Item"),
    "Quantity": quantity(),
    "UOMRef": free(),
    "ServiceDate": day(),
    "Line": many(line(_PLAIN_SALES)),
}
SALES_LINE: Fields = line({**_PLAIN_SALES, "GroupLineDetail": GROUP})

PURCHASE_LINE: Fields = line(
    {
        "AccountBasedExpenseLineDetail": ACCOUNT_EXPENSE,
        "ItemBasedExpenseLineDetail": ITEM_EXPENSE,
        "DescriptionOnly": DESCRIPTION,
        "SubTotalLineDetail": {"ItemRef": free()},
        "TDSLineDetail": {"TDSSectionTypeId": integer()},
    }
)

TAX_LINE: Fields = {
    "Id": text(20),
    "LineNum": integer(),
    "Description": text(),
    "Amount": amount(),
    "DetailType": text(50),
    "TaxLineDetail": obj(
        {
            "TaxRateRef": ref("TaxRate"),
            "PercentBased": boolean(),
            "TaxPercent": decimal(),
            "NetAmountTaxable": amount(),
            "TaxInclusiveAmount": amount(),
            "OverrideDeltaAmount": amount(),
            "ServiceDate": day(),
        }
    ),
}

TXN_TAX: Field = obj(
    {
        "DefaultTaxCodeRef": free(),
        "TxnTaxCodeRef": ref("TaxCode"),
        "TotalTax": amount(),
        "TaxLine": many(TAX_LINE),
        "TaxReviewStatus": text(50),
        "UseAutomatedSalesTax": boolean(),
    }
)

TXN: Fields = {
    **COMMON,
    "DocNumber": text(21),
    "TxnDate": day(),
    "PrivateNote": text(4000),
    "TxnStatus": text(100),
    "TxnSource": text(100),
    "TransactionLocationType": text(100),
    "CurrencyRef": ref("Currency"),
    "ExchangeRate": decimal(),
    "HomeTotalAmt": computed(amount()),
    "DepartmentRef": ref("Department"),
    "LinkedTxn": many(LINKED),
    "RecurDataRef": computed(free()),
    "RecurringInfo": computed(free()),
    "TaxFormType": text(100),
    "TaxFormNum": text(100),
    "GlobalTaxCalculation": choice("TaxExcluded", "TaxInclusive", "NotApplicable"),
    "TxnTaxDetail": TXN_TAX,
    "AttachableRef": free(),
    "domain": hidden(text(10)),
}

_SEND = ("NotSet", "NeedToSend", "EmailSent", "PermanentlyFailedToSend")
_PRINT = ("NotSet", "NeedToPrint", "PrintComplete")

SALES: Fields = {
    **TXN,
    "CustomerRef": ref("Customer"),
    "ProjectRef": hidden(ref("Customer")),
    "CustomerMemo": obj(MEMO),
    "BillAddr": address(),
    "ShipAddr": address(),
    "ShipFromAddr": address(),
    "RemitToRef": free(),
    "ClassRef": hidden(ref("Class")),
    "SalesTermRef": ref("Term"),
    "ShipMethodRef": free(),
    "ShipDate": day(),
    "TrackingNum": text(31),
    "PONumber": text(30),
    "FOB": text(30),
    "SalesRepRef": free(),
    "FreeFormAddress": computed(boolean()),
    "TotalAmt": computed(amount()),
    "Balance": computed(amount()),
    "HomeBalance": computed(amount()),
    "ApplyTaxAfterDiscount": boolean(),
    "PrintStatus": choice(*_PRINT),
    "EmailStatus": choice(*_SEND),
    "BillEmail": obj(EMAIL),
    "BillEmailCc": obj(EMAILS),
    "BillEmailBcc": obj(EMAILS),
    "TaxExemptionRef": computed(free()),
    "DeliveryInfo": computed(free()),
    "InvoiceLink": computed(text()),
    "Line": many(SALES_LINE),
    "DiscountRate": decimal(),
    "DiscountAmt": amount(),
    "GovtTxnRefIdentifier": text(100),
    "CustomExtensions": free(),
    "OverrideTaxAmount": free(),
    "TaxRegime": free(),
}

PRINT_STATUS = choice(*_PRINT)
CURRENCY_CODE = currency_code()
