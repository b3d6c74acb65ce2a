"""A tiny company with known numbers, and a client that calls the engine in this process."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import simplejson
from werkzeug.test import Client as HttpClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import CompanySeed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.quickbooks.engine import QuickBooks
from desktop_app.simulator.quickbooks.limits import Limits
from desktop_app.simulator.tokens import TokenInfo

Json = dict[str, Any]

US, GB = "9341450000000001", "9341450000000002"
_STAMP = "2025-01-03T08:00:00-08:00"
SCOPES = frozenset({"com.intuit.quickbooks.accounting", "openid"})


def record(identity: str, **fields: Any) -> Json:
    return {
        "Id": identity,
        "SyncToken": "0",
        "domain": "QBO",
        "sparse": False,
        **fields,
        "MetaData": {"CreateTime": _STAMP, "LastUpdatedTime": _STAMP},
    }


def account(identity: str, name: str, kind: str, subtype: str, classification: str) -> Json:
    return record(
        identity,
        Name=name,
        FullyQualifiedName=name,
        Active=True,
        AccountType=kind,
        AccountSubType=subtype,
        Classification=classification,
        CurrentBalance=0,
    )


def customer(identity: str, name: str, currency: str = "USD", **more: Any) -> Json:
    fields = {
        "DisplayName": name,
        "FullyQualifiedName": name,
        "Active": True,
        "Job": False,
        "Level": 0,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "CurrencyRef": {"value": currency},
        **more,
    }
    return record(identity, **fields)


def item(identity: str, name: str, kind: str = "Service", **more: Any) -> Json:
    fields = {
        "Name": name,
        "FullyQualifiedName": name,
        "Active": True,
        "Type": kind,
        "Level": 0,
        "SubItem": False,
        **more,
    }
    if kind in {"Service", "NonInventory", "Inventory"}:
        fields.setdefault("IncomeAccountRef", {"value": "2", "name": "Services"})
    return record(identity, **{name: v for name, v in fields.items() if v is not None})


def _lists(currency: str) -> dict[str, list[Json]]:
    return {
        "Account": [
            account("1", "Receivables", "Accounts Receivable", "AccountsReceivable", "Asset"),
            account("2", "Services", "Income", "ServiceFeeIncome", "Revenue"),
            account("3", "Checking", "Bank", "Checking", "Asset"),
            account("4", "Undeposited", "Other Current Asset", "UndepositedFunds", "Asset"),
            account("5", "Payables", "Accounts Payable", "AccountsPayable", "Liability"),
            account("6", "Rent", "Expense", "RentOrLeaseOfBuildings", "Expense"),
            account("7", "Discounts", "Income", "DiscountsRefundsGiven", "Revenue"),
            account("8", "Card", "Credit Card", "CreditCard", "Liability"),
            account("9", "Costs", "Cost of Goods Sold", "SuppliesMaterialsCogs", "Expense"),
            account("10", "Stock", "Other Current Asset", "Inventory", "Asset"),
            {**account("11", "Old", "Income", "ServiceFeeIncome", "Revenue"), "Active": False},
        ],
        "Item": [
            item("1", "Services"),
            item("2", "Workstation", UnitPrice=Decimal("42.5"), Sku="WKS"),
            item("3", "Hardware", "Category"),
            item("4", "Starter Kit", "Group"),
            item("5", "Bought only", "NonInventory", IncomeAccountRef=None),
            item("6", "Retired (deleted)", Active=False),
            item(
                "7",
                "Dock",
                "Inventory",
                QtyOnHand=10,
                InvStartDate="2026-02-01",
                TrackQtyOnHand=True,
            ),
        ],
        "Customer": [
            customer("1", "Harbor Peak Dental", currency, SalesTermRef={"value": "3"}),
            customer("2", "O'Neil IT", currency, BillAddr={"Id": "9", "City": "Tacoma"}),
            customer("3", "Gone (deleted)", currency, Active=False),
            customer(
                "4",
                "Branch",
                currency,
                FullyQualifiedName="Harbor Peak Dental:Branch",
                Job=True,
                Level=1,
                ParentRef={"value": "1"},
            ),
        ],
        "Vendor": [
            record(
                "1",
                DisplayName="Paper Mill",
                Active=True,
                Balance=0,
                CurrencyRef={"value": currency},
            )
        ],
        "Employee": [record("1", DisplayName="Ada Byron", Active=True)],
        "Term": [
            record("1", Name="Due on receipt", Active=True, Type="STANDARD", DueDays=0),
            record("3", Name="Net 30", Active=True, Type="STANDARD", DueDays=30),
            record("4", Name="The 15th", Active=True, Type="DATE_DRIVEN", DayOfMonthDue=15),
        ],
        "TaxAgency": [record("1", DisplayName="The State")],
    }


def _preferences(currency: str, *, multi: bool) -> Json:
    return record(
        "1",
        AccountingInfoPrefs={
            "UseAccountNumbers": True,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "TrackDepartments": False,
            "BookCloseDate": "2025-12-31",
        },
        ProductAndServicesPrefs={"QuantityOnHand": True},
        SalesFormsPrefs={
            "CustomTxnNumbers": True,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "DefaultDiscountAccount": "7",
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "ETransactionPaymentEnabled": False,
            "AllowShipping": False,
        },
        TaxPrefs={"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "3"}},
        CurrencyPrefs={"MultiCurrencyEnabled": multi, "HomeCurrency": {"value": currency}},
        OtherPrefs={"NameValue": [{"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"}]},
    )


def _rates(*names: str) -> Json:
    return {
        "TaxRateDetail": [
            {"TaxRateRef": {"value": one}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
            for one in names
        ]
    }


def american() -> CompanySeed:
    entities = _lists("USD")
    entities["TaxRate"] = [
        record("4", Name="State", RateValue=Decimal("6.5"), Active=True),
        record("5", Name="City", RateValue=Decimal("2.25"), Active=True),
    ]
    entities["TaxCode"] = [
        record("TAX", Name="TAX", Active=True, Taxable=True, TaxGroup=False),
        record("NON", Name="NON", Active=True, Taxable=False, TaxGroup=False),
        record(
            "3", Name="State+City", Active=True, TaxGroup=True, SalesTaxRateList=_rates("4", "5")
        ),
        record("6", Name="State", Active=True, TaxGroup=True, SalesTaxRateList=_rates("4")),
        record("8", Name="CustomSalesTax", Active=True, TaxGroup=True),
    ]
    info = record("1", CompanyName="Tiny Books", LegalName="Tiny Books LLC", Country="US")
    return CompanySeed(US, "Tiny Books", "US", info, _preferences("USD", multi=False), entities)


def british() -> CompanySeed:
    entities = _lists("GBP")
    entities["TaxRate"] = [
        record("1", Name="Standard", RateValue=20, Active=True),
        record("2", Name="Zero", RateValue=0, Active=True),
    ]
    entities["TaxCode"] = [
        record("2", Name="20.0% S", Active=True, Taxable=True, SalesTaxRateList=_rates("1")),
        record("3", Name="0.0% Z", Active=True, Taxable=True, SalesTaxRateList=_rates("2")),
    ]
    entities["Customer"].append(customer("5", "Lyon SARL", "EUR"))
    entities["Vendor"].append(
        record("2", DisplayName="Papier SA", Active=True, CurrencyRef={"value": "EUR"})
    )
    entities["CompanyCurrency"] = [record("1", Code="EUR", Name="Euro", Active=True)]
    entities["ExchangeRate"] = [
        {
            "SourceCurrencyCode": "EUR",
            "TargetCurrencyCode": "GBP",
            "Rate": Decimal("0.85"),
            "AsOfDate": "2026-01-01",
        }
    ]
    info = record("1", CompanyName="Tiny Books UK", Country="GB")
    return CompanySeed(GB, "Tiny Books UK", "GB", info, _preferences("GBP", multi=True), entities)


class Refused(AssertionError):
    """The service answered with a Fault where the test expected none."""


class Books:
    """Calls the engine for one company, as one app."""

    def __init__(self, realm: str = US, limits: Limits | None = None) -> None:
        self.clock = SimClock()
        self.faults = Faults()
        self.engine = QuickBooks(
            self.clock, self.faults, [american(), british()], limits or Limits.none()
        )
        self.realm = realm
        self.grant: TokenInfo | None = TokenInfo("app", realm, "owner@books.example", SCOPES)
        self.http = HttpClient(self._application)

    def _application(self, environ: Json, start: Any) -> Any:
        request = Request(environ)
        return self.engine.handle(request, self.grant)(environ, start)

    @property
    def company(self) -> Any:
        return self.engine.company(self.realm)

    def prefer(self, group: str, **values: Any) -> None:
        """Set preferences behind the service's back."""
        preferences = copy.deepcopy(self.company.preferences)
        preferences.setdefault(group, {}).update(values)
        self.company.preferences = preferences

    # Raw calls

    def raw(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """One request; path is below the company."""
        headers = {
            "Authorization": "Bearer an-access-token",
            "Accept": "application/json",
            **more.pop("headers", {}),
        }
        headers = {name: value for name, value in headers.items() if value is not None}
        if body is not None and "data" not in more:
            more["data"] = simplejson.dumps(body, use_decimal=True)
            more.setdefault("content_type", "application/json")
        return self.http.open(
            f"/v3/company/{self.realm}/{path}", method=method, headers=headers, **more
        )

    @staticmethod
    def parsed(response: TestResponse) -> Json:
        parsed: Json = simplejson.loads(response.get_data(as_text=True), use_decimal=True)
        return parsed

    def answer(self, response: TestResponse) -> Json:
        parsed = self.parsed(response)
        if response.status_code != 200 or "Fault" in parsed:
            raise Refused(f"{response.status_code} {parsed}")
        return parsed

    # What works

    def get(self, path: str, **query: str) -> Json:
        return self.answer(self.raw("GET", path, query_string=query))

    def post(self, path: str, body: Json, **query: str) -> Json:
        return self.answer(self.raw("POST", path, body, query_string=query))

    def save(self, entity: str, body: Json, **query: str) -> Json:
        """Create or update; the record."""
        found: Json = self.post(entity.lower(), body, **query)[entity]
        return found

    def read(self, entity: str, identity: str) -> Json:
        found: Json = self.get(f"{entity.lower()}/{identity}")[entity]
        return found

    def change(self, entity: str, identity: str, **changes: Any) -> Json:
        """A sparse update with the current token."""
        token = self.company.get(entity, identity)["SyncToken"]
        return self.save(entity, {"Id": identity, "SyncToken": token, "sparse": True, **changes})

    def remove(self, entity: str, identity: str) -> Json:
        token = self.company.get(entity, identity)["SyncToken"]
        body = {"Id": identity, "SyncToken": token}
        found: Json = self.post(entity.lower(), body, operation="delete")[entity]
        return found

    def void(self, entity: str, identity: str) -> Json:
        token = self.company.get(entity, identity)["SyncToken"]
        body = {"Id": identity, "SyncToken": token}
        how = {"operation": "void"} if entity == "Invoice" else {"include": "void"}
        found: Json = self.post(entity.lower(), body, **how)[entity]
        return found

    def query(self, statement: str) -> Json:
        found: Json = self.get("query", query=statement)["QueryResponse"]
        return found

    def ids(self, statement: str) -> list[str]:
        """Ids that a query finds."""
        rows = [value for value in self.query(statement).values() if isinstance(value, list)]
        return [one["Id"] for one in rows[0]] if rows else []

    # What is refused

    def fault(self, path: str, body: Json, **query: str) -> Json:
        """The one error of a refused POST."""
        return self.error(self.raw("POST", path, body, query_string=query))

    def query_fault(self, statement: str) -> Json:
        return self.error(self.raw("GET", "query", query_string={"query": statement}))

    def error(self, response: TestResponse, status: int = 400) -> Json:
        """The one error of a refusal in the data service's envelope."""
        parsed = self.parsed(response)
        assert response.status_code == status, parsed
        assert set(parsed) == {"Fault", "time"}
        assert set(parsed["Fault"]) == {"Error", "type"}
        (error,) = parsed["Fault"]["Error"]
        assert set(error) == {"Message", "Detail", "code", "element"}
        found: Json = error
        return found

    # Documents

    def today(self, days: int = 0) -> str:
        return (self.clock.now() + timedelta(days=days)).date().isoformat()

    def invoice(self, *lines: Json, **fields: Any) -> Json:
        """The body of an invoice for customer 1."""
        return {
            "CustomerRef": {"value": "1"},
            "TxnDate": "2026-03-01",
            "Line": list(lines) or [sale("100")],
            **fields,
        }


def sale(amount: str, item_id: str | None = "2", tax: str | None = None, **detail: Any) -> Json:
    """A line of one item. detail: Qty, UnitPrice ... as text, made Decimal."""
    content: Json = {
        name: Decimal(value) if name in {"Qty", "UnitPrice", "TaxInclusiveAmt"} else value
        for name, value in detail.items()
    }
    if item_id is not None:
        content["ItemRef"] = {"value": item_id}
    if tax is not None:
        content["TaxCodeRef"] = {"value": tax}
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": content,
    }
