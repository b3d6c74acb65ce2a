"""The other lists: accounts, items, terms, classes, tax codes, currencies ..."""

from __future__ import annotations

from desktop_app.simulator.quickbooks.schema.account_types import SUBTYPES
from desktop_app.simulator.quickbooks.schema.kinds import (
    COMMON,
    LIST_VERBS,
    READ_VERBS,
    Entity,
    Field,
    Fields,
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
    needed,
    obj,
    percent,
    quantity,
    ref,
    text,
    verbs,
)
from desktop_app.simulator.quickbooks.schema.names import NAME_FORBIDDEN

_PRICE_LIMIT = 99_999_999_999

ACCOUNT = Entity(
    "Account",
    "list",
    {
        **COMMON,
        "Name": needed(text(100, low=1, forbidden='":\t\n\r')),
        "AcctNum": text(20, forbidden=":"),
        "Description": text(100),
        "AccountType": choice(*SUBTYPES),
        "AccountSubType": text(100),
        "Classification": computed(text()),
        "SubAccount": computed(boolean()),
        "ParentRef": ref("Account"),
        "FullyQualifiedName": computed(text()),
        "Active": boolean(),
        "CurrencyRef": ref("Currency"),
        "TaxCodeRef": ref("TaxCode"),
        "TaxAccount": boolean(),
        "TxnLocationType": text(100),
        "OpeningBalance": amount(),
        "OpeningBalanceDate": day(),
        "CurrentBalance": computed(amount()),
        "CurrentBalanceWithSubAccounts": computed(amount()),
        "AccountAlias": text(100),
        "AcctNumExtn": text(100),
        "BankNum": text(100),
        "OnlineBankingEnabled": boolean(),
        "FIName": text(100),
        "JournalCodeRef": free(),
    },
    LIST_VERBS,
    "Accounts",
    name_field="Name",
)

ITEM = Entity(
    "Item",
    "list",
    {
        **COMMON,
        "Name": needed(text(100, low=1, forbidden=NAME_FORBIDDEN)),
        "Sku": text(100),
        "Description": text(4000),
        "Active": boolean(),
        "Type": choice("Service", "NonInventory", "Inventory", "Group", "Category", code="2120"),
        "FullyQualifiedName": computed(text()),
        "SubItem": boolean(),
        "ParentRef": ref("Item"),
        "Level": computed(integer()),
        "UnitPrice": Field(type="decimal", high=_PRICE_LIMIT),
        "RatePercent": decimal(),
        "PurchaseDesc": text(1000),
        "PurchaseCost": Field(type="decimal", high=_PRICE_LIMIT),
        "IncomeAccountRef": ref("Account"),
        "ExpenseAccountRef": ref("Account"),
        "AssetAccountRef": ref("Account"),
        "COGSAccountRef": ref("Account"),
        "Taxable": boolean(),
        "SalesTaxIncluded": boolean(),
        "PurchaseTaxIncluded": boolean(),
        "SalesTaxCodeRef": ref("TaxCode"),
        "PurchaseTaxCodeRef": ref("TaxCode"),
        "TaxClassificationRef": free(),
        "ClassRef": hidden(ref("Class")),
        "PrefVendorRef": ref("Vendor"),
        "TrackQtyOnHand": boolean(),
        "QtyOnHand": quantity(),
        "InvStartDate": day(),
        "ReorderPoint": quantity(),
        "AvgCost": decimal(),
        "QtyOnPurchaseOrder": computed(quantity()),
        "QtyOnSalesOrder": computed(quantity()),
        "ManPartNum": text(31),
        "UQCDisplayText": text(100),
        "UQCId": text(10),
        "ItemGroupDetail": free(),
        "PrintGroupedItems": boolean(),
        "AbatementRate": decimal(),
        "ReverseChargeRate": decimal(),
        "ServiceType": text(100),
        "ItemCategoryType": text(100),
        "Source": text(100),
        "PurchasePlanRef": free(),
        "SpecialItem": computed(boolean()),
        "SpecialItemType": computed(text()),
        "DeferredRevenue": boolean(),
        "TaxForms": free(),
        "UOMSetRef": free(),
        "HasVariants": computed(boolean()),
    },
    LIST_VERBS,
    "Items",
    name_field="Name",
)

TERM = Entity(
    "Term",
    "list",
    {
        **COMMON,
        "Name": needed(text(31, low=1)),
        "Active": boolean(),
        "Type": choice("STANDARD", "DATE_DRIVEN"),
        "DueDays": integer(0, 999),
        "DiscountDays": integer(0, 999),
        "DiscountPercent": percent(),
        "DayOfMonthDue": integer(1, 31),
        "DueNextMonthDays": integer(0, 999),
        "DiscountDayOfMonth": integer(1, 31),
    },
    LIST_VERBS,
    "Terms",
    name_field="Name",
)


def _tree(sub: str, parent: str) -> Fields:
    return {
        **COMMON,
        "Name": needed(text(100, low=1, forbidden=NAME_FORBIDDEN)),
        sub: boolean(),
        "ParentRef": ref(parent),
        "FullyQualifiedName": computed(text()),
        "Active": boolean(),
        "Address": free(),
    }


CLASS = Entity(
    "Class", "list", _tree("SubClass", "Class"), LIST_VERBS, "Klasses", name_field="Name"
)
DEPARTMENT = Entity(
    "Department",
    "list",
    _tree("SubDepartment", "Department"),
    LIST_VERBS,
    "Depts",
    name_field="Name",
)

PAYMENT_METHOD = Entity(
    "PaymentMethod",
    "list",
    {
        **COMMON,
        "Name": needed(text(31, low=1)),
        "Active": boolean(),
        "Type": choice("CREDIT_CARD", "NON_CREDIT_CARD"),
    },
    LIST_VERBS,
    "PaymentMethods",
    name_field="Name",
)

_RATE_LIST: Fields = {
    "TaxRateDetail": many(
        {
            "TaxRateRef": ref("TaxRate"),
            "TaxTypeApplicable": choice("TaxOnAmount", "TaxOnAmountPlusTax", "TaxOnTax"),
            "TaxOrder": integer(),
            "TaxOnTaxOrder": integer(),
        }
    ),
    "originatingGroupId": text(100),
}

TAX_CODE = Entity(
    "TaxCode",
    "list",
    {
        **COMMON,
        "Name": text(100),
        "Description": text(100),
        "Active": boolean(),
        "Hidden": boolean(),
        "Taxable": boolean(),
        "TaxGroup": boolean(),
        "TaxCodeConfigType": text(30),
        "SalesTaxRateList": obj(_RATE_LIST),
        "PurchaseTaxRateList": obj(_RATE_LIST),
    },
    READ_VERBS,
    "TaxCodes",
    cdc=False,
    name_field="Name",
)

TAX_RATE = Entity(
    "TaxRate",
    "list",
    {
        **COMMON,
        "Name": text(100),
        "Description": text(100),
        "Active": boolean(),
        "RateValue": decimal(),
        "AgencyRef": ref("TaxAgency"),
        "TaxReturnLineRef": free(),
        "EffectiveTaxRate": free(),
        "SpecialTaxType": text(30),
        "DisplayType": text(30),
        "OriginalTaxRate": text(30),
    },
    READ_VERBS,
    "TaxRates",
    cdc=False,
    name_field="Name",
)

TAX_AGENCY = Entity(
    "TaxAgency",
    "list",
    {
        **COMMON,
        "DisplayName": needed(text(100, low=1)),
        "TaxRegistrationNumber": text(100),
        "TaxTrackedOnSales": boolean(),
        "TaxTrackedOnPurchases": boolean(),
        "LastFileDate": computed(day()),
        "TaxAgencyConfig": computed(text()),
        "TaxRegistrationType": text(100),
    },
    verbs("create read query"),
    "TaxAgencies",
    cdc=False,
    name_field="DisplayName",
)

COMPANY_CURRENCY = Entity(
    "CompanyCurrency",
    "list",
    {
        **COMMON,
        "Code": needed(currency_code()),
        "Name": text(100),
        "Active": boolean(),
    },
    LIST_VERBS,
    "CompanyCurrencies",
    name_field="Code",
)

BUDGET = Entity(
    "Budget",
    "list",
    {
        **COMMON,
        "Name": text(100),
        "StartDate": day(),
        "EndDate": day(),
        "BudgetType": choice("ProfitAndLoss"),
        "BudgetEntryType": choice("Monthly", "Quarterly", "Annually"),
        "Active": boolean(),
        "BudgetDetail": free(),
    },
    READ_VERBS,
    "Budgets",
    name_field="Name",
)

ENTITIES = [
    ACCOUNT,
    ITEM,
    TERM,
    CLASS,
    DEPARTMENT,
    PAYMENT_METHOD,
    TAX_CODE,
    TAX_RATE,
    TAX_AGENCY,
    COMPANY_CURRENCY,
    BUDGET,
]
