"""Account types, the classification of each, and the sub-types it allows."""

from __future__ import annotations

CLASSIFICATION: dict[str, str] = {
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
    "Non-Posting": "",
}

#: The first sub-type is the default of its type.
SUBTYPES: dict[str, list[str]] = {
    name: words.split()
    for name, words in {
        "Bank": "CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts",
        "Accounts Receivable": "AccountsReceivable",
        "Other Current Asset": "EmployeeCashAdvances AllowanceForBadDebts DevelopmentCosts"
        " Inventory OtherCurrentAssets PrepaidExpenses Retainage UndepositedFunds"
        " Investment_MortgageRealEstateLoans Investment_Other Investment_TaxExemptSecurities"
        " Investment_USGovernmentObligations LoansToOfficers LoansToOthers LoansToStockholders",
        "Fixed Asset": "FurnitureAndFixtures AccumulatedDepreciation AccumulatedAmortization"
        " AccumulatedDepletion Buildings DepletableAssets FixedAssetComputers"
        " FixedAssetCopiers FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo"
        " FixedAssetSoftware FixedAssetOtherToolsEquipment IntangibleAssets Land"
        " LeaseholdImprovements MachineryAndEquipment OtherFixedAssets Vehicles",
        "Other Asset": "Licenses AccumulatedAmortizationOfOtherAssets Goodwill LeaseBuyout"
        " OrganizationalCosts OtherLongTermAssets SecurityDeposits",
        "Accounts Payable": "AccountsPayable",
        "Credit Card": "CreditCard",
        "Other Current Liability": "OtherCurrentLiabilities DirectDepositPayable"
        " FederalIncomeTaxPayable InsurancePayable LineOfCredit LoanPayable GlobalTaxPayable"
        " GlobalTaxSuspense PayrollClearing PayrollTaxPayable PrepaidExpensesPayable"
        " RentsInTrustLiability SalesTaxPayable StateLocalIncomeTaxPayable"
        " TrustAccountsLiabilities DeferredRevenue",
        "Long Term Liability": "OtherLongTermLiabilities NotesPayable ShareholderNotesPayable",
        "Equity": "OpeningBalanceEquity AccumulatedAdjustment CommonStock EstimatedTaxes"
        " Healthcare OwnersEquity PaidInCapitalOrSurplus PartnerContributions"
        " PartnerDistributions PartnersEquity PersonalExpense PersonalIncome PreferredStock"
        " RetainedEarnings TreasuryStock",
        "Income": "OtherPrimaryIncome SalesOfProductIncome ServiceFeeIncome NonProfitIncome"
        " DiscountsRefundsGiven UnappliedCashPaymentIncome RevenueGeneral SalesRetail"
        " SalesWholesale CashReceiptIncome OperatingGrants OtherCurrentOperatingIncome"
        " OwnWorkCapitalized SavingsByTaxScheme",
        "Other Income": "OtherInvestmentIncome DividendIncome InterestEarned"
        " OtherMiscellaneousIncome TaxExemptInterest GainLossOnSaleOfFixedAssets"
        " GainLossOnSaleOfInvestments UnrealisedLossOnSecuritiesNetOfTax",
        "Cost of Goods Sold": "SuppliesMaterialsCogs CostOfLaborCos EquipmentRentalCos"
        " ShippingFreightDeliveryCos OtherCostsOfServiceCos CostOfSales FreightAndDeliveryCost",
        "Expense": "TravelMeals AdvertisingPromotional Auto BadDebts BankCharges"
        " CharitableContributions CommissionsAndFees CostOfLabor DuesSubscriptions"
        " Entertainment EntertainmentMeals EquipmentRental FinanceCosts GlobalTaxExpense"
        " IncomeTaxExpense Insurance InterestPaid LegalProfessionalFees ManagementCompensation"
        " OfficeGeneralAdministrativeExpenses OtherBusinessExpenses"
        " OtherMiscellaneousServiceCost OtherSellingExpenses PayrollExpenses"
        " PromotionalMeals RentOrLeaseOfBuildings RepairMaintenance"
        " ShippingFreightDelivery SuppliesMaterials TaxesPaid Travel"
        " UnappliedCashBillPaymentExpense Utilities",
        "Other Expense": "Depreciation Amortization ExchangeGainOrLoss OtherMiscellaneousExpense"
        " PenaltiesSettlements HomeOffice HomeOwnerRentalInsurance MortgageInterest"
        " OtherHomeOfficeExpenses OtherVehicleExpenses PriorPeriodItems RentAndLease"
        " TaxRoundoffGainOrLoss UtilitiesHomeOffice Vehicle VehicleInsurance VehicleLease"
        " VehicleLoan VehicleLoanInterest VehicleRegistration VehicleRepairs WashAndRoadServices",
        "Non-Posting": "NonPosting",
    }.items()
}

#: Sub-type to type, for a request that gives only the sub-type.
TYPE_OF_SUBTYPE: dict[str, str] = {
    subtype: name for name, subtypes in SUBTYPES.items() for subtype in subtypes
}
