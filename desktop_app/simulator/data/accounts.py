"""Charts of accounts: (name, parent, account type, sub-type, number)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartAccount:
    name: str
    type: str
    subtype: str
    number: str = ""
    parent: str = ""  # FullyQualifiedName of the parent, which stands before it
    active: bool = True

    @property
    def full_name(self) -> str:
        return f"{self.parent}:{self.name}" if self.parent else self.name


_CHART = """
Checking|Bank|Checking|1000
Savings|Bank|Savings|1010
Money Market|Bank|MoneyMarket|1020
Petty Cash|Bank|CashOnHand|
Accounts Receivable (A/R)|Accounts Receivable|AccountsReceivable|1100
Undeposited Funds|Other Current Asset|UndepositedFunds|1150
Inventory Asset|Other Current Asset|Inventory|1200
Prepaid Expenses|Other Current Asset|PrepaidExpenses|1250
Employee Advances|Other Current Asset|EmployeeCashAdvances|
Uncategorized Asset|Other Current Asset|OtherCurrentAssets|
Truck|Fixed Asset|Vehicles|1500
Truck:Original Cost|Fixed Asset|Vehicles|
Truck:Depreciation|Fixed Asset|AccumulatedDepreciation|
Computer Equipment|Fixed Asset|OtherFixedAssets|1550
Computer Equipment:Original Cost|Fixed Asset|OtherFixedAssets|
Computer Equipment:Depreciation|Fixed Asset|AccumulatedDepreciation|
Security Deposits|Other Asset|SecurityDeposits|
Accounts Payable (A/P)|Accounts Payable|AccountsPayable|2000
Mastercard|Credit Card|CreditCard|2100
Visa|Credit Card|CreditCard|2110
Sales Tax Payable|Other Current Liability|SalesTaxPayable|2200
Deferred Revenue|Other Current Liability|DeferredRevenue|2300
Loan Payable|Other Current Liability|LoanPayable|
Payroll Clearing|Other Current Liability|PayrollClearing|
Notes Payable|Long Term Liability|NotesPayable|2700
Opening Balance Equity|Equity|OpeningBalanceEquity|
Owner's Equity|Equity|OwnersEquity|3000
Retained Earnings|Equity|RetainedEarnings|
Services|Income|ServiceFeeIncome|4000
Sales of Product Income|Income|SalesOfProductIncome|4010
Hardware|Income|SalesOfProductIncome|4100
Software|Income|SalesOfProductIncome|4110
Managed Services|Income|ServiceFeeIncome|4200
Managed Services:Managed Devices|Income|ServiceFeeIncome|4300
Managed Services:Managed Users|Income|ServiceFeeIncome|4310
Managed Services:Security|Income|ServiceFeeIncome|4320
Managed Services:Labor|Income|ServiceFeeIncome|
Backup & Recovery|Income|ServiceFeeIncome|4400
Cloud Hosting|Income|ServiceFeeIncome|4720
Labor Billed|Income|ServiceFeeIncome|4200-1
Support Hours|Income|ServiceFeeIncome|4210
Projects|Income|ServiceFeeIncome|4500
Projects:Labor|Income|ServiceFeeIncome|
Projects:Materials|Income|SalesOfProductIncome|
Telephony|Income|ServiceFeeIncome|4600
Training Income|Income|ServiceFeeIncome|
Discounts given|Income|DiscountsRefundsGiven|4900
Billable Expense Income|Income|ServiceFeeIncome|
Unapplied Cash Payment Income|Income|UnappliedCashPaymentIncome|
Uncategorized Income|Income|ServiceFeeIncome|
Fax Services|Income|ServiceFeeIncome||inactive
Cost of Goods Sold|Cost of Goods Sold|SuppliesMaterialsCogs|5000
Cost of Goods Sold:Resale Hardware|Cost of Goods Sold|SuppliesMaterialsCogs|5100
Cost of Goods Sold:Licenses|Cost of Goods Sold|OtherCostsOfServiceCos|5110
Cost of Goods Sold:Data Center|Cost of Goods Sold|OtherCostsOfServiceCos|5120
Cost of Goods Sold:Subcontractors|Cost of Goods Sold|CostOfLaborCos|5130
Cost of Goods Sold:Freight|Cost of Goods Sold|ShippingFreightDeliveryCos|
Advertising|Expense|AdvertisingPromotional|6000
Automobile|Expense|Auto|6010
Automobile:Fuel|Expense|Auto|
Automobile:Repairs|Expense|Auto|
Bank Charges|Expense|BankCharges|6020
Commissions & fees|Expense|OtherMiscellaneousServiceCost|
Dues & Subscriptions|Expense|DuesSubscriptions|6040
Equipment Rental|Expense|EquipmentRental|
Insurance|Expense|Insurance|6060
Insurance:Workers Compensation|Expense|Insurance|
Interest Paid|Expense|InterestPaid|
Job Expenses|Expense|OtherMiscellaneousServiceCost|6080
Job Expenses:Labor|Expense|CostOfLabor|
Job Expenses:Materials|Expense|SuppliesMaterials|
Legal & Professional Fees|Expense|LegalProfessionalFees|6100
Legal & Professional Fees:Accounting|Expense|LegalProfessionalFees|
Legal & Professional Fees:Lawyer|Expense|LegalProfessionalFees|
Maintenance and Repair|Expense|RepairMaintenance|6120
Meals and Entertainment|Expense|EntertainmentMeals|
Office Expenses|Expense|OfficeGeneralAdministrativeExpenses|6140
Office Expenses:Software|Expense|OfficeGeneralAdministrativeExpenses|
Office Expenses:Supplies|Expense|OfficeGeneralAdministrativeExpenses|
Payroll Expenses|Expense|PayrollExpenses|6160
Promotional|Expense|AdvertisingPromotional|
Rent or Lease|Expense|RentOrLeaseOfBuildings|6200
Taxes & Licenses|Expense|TaxesPaid|6220
Travel|Expense|Travel|6240
Uncategorized Expense|Expense|OtherMiscellaneousServiceCost|
Utilities|Expense|Utilities|6300
Utilities:Gas and Electric|Expense|Utilities|
Utilities:Telephone|Expense|Utilities|
Interest Earned|Other Income|InterestEarned|7000
Miscellaneous|Other Expense|OtherMiscellaneousExpense|8000
"""

# Each department of a larger company repeats these under its own parent.
_DEPARTMENT_ACCOUNTS = (
    ("Labor", "CostOfLabor"),
    ("Materials", "SuppliesMaterials"),
    ("Training", "OtherMiscellaneousServiceCost"),
    ("Travel", "Travel"),
    ("Telephone", "Utilities"),
    ("Rent", "RentOrLeaseOfBuildings"),
    ("Software", "OfficeGeneralAdministrativeExpenses"),
)


def chart(count: int) -> list[ChartAccount]:
    """*count* accounts: the hand-written chart, then departments' expense and income accounts.

    A parent always stands before its sub-accounts.
    """
    made = [_parse(line) for line in _CHART.strip().splitlines()]
    branch = 0
    while len(made) < count:
        branch += 1
        parent = f"Branch {branch:02d}"
        block = [
            ChartAccount(parent, "Expense", "OtherMiscellaneousServiceCost", f"9{branch:02d}0")
        ]
        block += [
            ChartAccount(name, "Expense", subtype, parent=parent)
            for name, subtype in _DEPARTMENT_ACCOUNTS
        ]
        block.append(
            ChartAccount(
                f"Branch {branch:02d} Sales", "Income", "ServiceFeeIncome", f"49{branch:02d}"
            )
        )
        made += block[: count - len(made)]
    return made


def _parse(line: str) -> ChartAccount:
    path, kind, subtype, number, *flags = line.split("|")
    parent, _, name = path.rpartition(":")
    return ChartAccount(name, kind, subtype, number, parent, active=not flags)


CLASSIFICATION = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
}


def short_chart() -> list[ChartAccount]:
    """The chart of a small company that is no MSP, for any country."""
    left_out = ("Managed Services", "Projects", "Backup & Recovery", "Cloud Hosting", "Telephony")
    return [
        account
        for account in chart(0)
        if not account.full_name.startswith(left_out) and account.active
    ]
