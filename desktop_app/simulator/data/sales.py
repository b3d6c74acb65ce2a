"""What is already in a company's books: invoices, payments, estimates and a few others.

Totals, balances and the customers' balances agree with each other. All transactions share one
Id counter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from desktop_app.simulator.data.amounts import ZERO, cents, extended
from desktop_app.simulator.data.books import Books, currency_ref, ref
from desktop_app.simulator.data.calendar import REFERENCE, noon
from desktop_app.simulator.data.profiles import TERMS, Profile
from desktop_app.simulator.data.seed import Json
from desktop_app.simulator.data.taxes import TaxModel

# Yesterday: whatever the hour of the connection, nothing here lies after it.
LAST_DAY = REFERENCE.date() - timedelta(days=1)
LAST_ID = 144  # so that the next transaction of a small company is 145
EXCHANGE_RATES = {("EUR", "GBP"): Decimal("0.86214"), ("USD", "GBP"): Decimal("0.78931")}


@dataclass
class _Pending:
    """A transaction that waits for its Id, which follows the date."""

    day: date
    build: Callable[[str], object]


class SalesMaker:
    """Writes fourteen months of a company's sales."""

    def __init__(self, books: Books, profile: Profile, tax: TaxModel, random: Random) -> None:
        self._books = books
        self._profile = profile
        self._tax = tax
        self._random = random
        self._customers = [record for record in books.all("Customer") if record["Active"]]
        self._by_id = {record["Id"]: record for record in self._customers}
        self._items = [
            record
            for record in books.all("Item")
            if record["Active"]
            and record["Type"] in ("Service", "NonInventory")
            and "IncomeAccountRef" in record
        ][:60]
        self._accounts = books.by_name("Account")
        self._vendors = books.all("Vendor")
        self._doc_number = 1001
        self._pending: list[_Pending] = []

    def write(self, invoices: int) -> None:
        """*invoices* invoices with their payments, and a share of every other kind."""
        for _ in range(invoices - 1):
            self._plan_invoice()
        others = (
            ("Estimate", max(4, invoices // 12)),
            ("SalesReceipt", max(3, invoices // 20)),
            ("CreditMemo", max(2, invoices // 30)),
            ("Bill", max(5, invoices // 10)),
            ("JournalEntry", 2),
        )
        for entity, count in others:
            for _ in range(count):
                self._plan_other(entity)
        self._pending.sort(key=lambda pending: pending.day)
        self._pending.append(_Pending(LAST_DAY, lambda i: self._invoice(i, LAST_DAY)))
        first = max(1, LAST_ID + 1 - len(self._pending))
        for number, pending in enumerate(self._pending, start=first):
            pending.build(str(number))
        self._sum_up()

    def _plan_invoice(self) -> None:
        age = int(self._random.triangular(1, 420, 60))
        day = REFERENCE.date() - timedelta(days=age)
        made: list[Json] = []
        self._pending.append(_Pending(day, lambda i: made.append(self._invoice(i, day))))
        share = self._random.random()
        if age > 45 and share < 0.85:
            part = Decimal(1)
        elif share < 0.12:
            part = Decimal("0.5")
        else:
            return
        paid = min(day + timedelta(days=self._random.randrange(5, 40)), LAST_DAY)
        self._pending.append(_Pending(paid, lambda i: self._payment(i, paid, made[0], part)))

    def _plan_other(self, entity: str) -> None:
        day = REFERENCE.date() - timedelta(days=self._random.randrange(2, 300))
        build: Callable[[str, date], object] = {
            "Estimate": self._estimate,
            "SalesReceipt": self._sales_receipt,
            "CreditMemo": self._credit_memo,
            "Bill": self._bill,
            "JournalEntry": self._journal_entry,
        }[entity]
        self._pending.append(_Pending(day, lambda i: build(i, day)))

    # --- Sales ---------------------------------------------------------------------------

    def _sale(self, entity: str, record_id: str, day: date, extra: Json) -> Json:
        """A transaction with item lines for a random customer. Balance is left to the caller."""
        random = self._random
        customer = random.choice(self._customers)
        lines: list[Json] = []
        taxed: list[tuple[Decimal, str]] = []
        for position in range(1, random.randrange(2, 5)):
            item = random.choice(self._items)
            price = item["UnitPrice"] or Decimal(random.randrange(20, 200))
            quantity = Decimal(random.randrange(1, 12))
            amount = extended(quantity, price)
            code = self._tax.line_code(item["Taxable"] or self._tax.per_line)
            taxed.append((amount, code))
            lines.append(
                {
                    "Id": str(position),
                    "LineNum": position,
                    "Description": item["Description"],
                    "Amount": amount,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": ref(item),
                        "UnitPrice": price,
                        "Qty": quantity,
                        "ItemAccountRef": dict(item["IncomeAccountRef"]),
                        "TaxCodeRef": {"value": code},
                    },
                }
            )
        subtotal = sum((amount for amount, _ in taxed), ZERO)
        lines.append(
            {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
        )
        detail = self._tax.detail(taxed)
        total = subtotal + detail["TotalTax"]
        currency = customer["CurrencyRef"]["value"]
        body: Json = {
            "DocNumber": self._number(),
            "TxnDate": self._books.calendar.day(day),
            "CurrencyRef": currency_ref(currency),
            "CustomerRef": ref(customer, customer["DisplayName"]),
            "BillAddr": dict(customer["BillAddr"]),
            "CustomField": [],
            "LinkedTxn": [],
            "ApplyTaxAfterDiscount": False,
            "PrintStatus": "NotSet",
            "EmailStatus": "NotSet",
            "Line": lines,
            "TxnTaxDetail": detail,
            "TotalAmt": total,
        }
        if self._tax.per_line:
            body["GlobalTaxCalculation"] = "TaxExcluded"
        if self._profile.multicurrency:
            rate = EXCHANGE_RATES.get((currency, self._books.currency), Decimal(1))
            body["ExchangeRate"] = rate
            body["HomeTotalAmt"] = cents(total * rate)
        return self._books.add(entity, body | extra, noon(day), record_id=record_id)

    def _invoice(self, record_id: str, day: date) -> Json:
        made = self._sale("Invoice", record_id, day, {"FreeFormAddress": True})
        customer = self._customer(made)
        term = int(customer["SalesTermRef"]["value"])
        due = day + timedelta(days=TERMS[term - 1][1])
        made |= {
            "SalesTermRef": dict(customer["SalesTermRef"]),
            "DueDate": self._books.calendar.day(due),
            "Balance": made["TotalAmt"],
            "AllowIPNPayment": False,
            "AllowOnlinePayment": False,
            "AllowOnlineCreditCardPayment": False,
            "AllowOnlineACHPayment": False,
        }
        if "PrimaryEmailAddr" in customer:
            made["BillEmail"] = dict(customer["PrimaryEmailAddr"])
        if "HomeTotalAmt" in made:
            made["HomeBalance"] = made["HomeTotalAmt"]
        return made

    def _payment(self, record_id: str, day: date, invoice: Json, part: Decimal) -> None:
        amount = cents(invoice["TotalAmt"] * part)
        rate = invoice.get("ExchangeRate", Decimal(1))
        invoice["Balance"] -= amount
        invoice["LinkedTxn"].append({"TxnId": record_id, "TxnType": "Payment"})
        invoice["SyncToken"] = str(int(invoice["SyncToken"]) + 1)
        if "HomeBalance" in invoice:
            invoice["HomeBalance"] = cents(invoice["Balance"] * rate)
        invoice["MetaData"]["LastUpdatedTime"] = self._books.calendar.pacific(noon(day))
        body: Json = {
            "TxnDate": self._books.calendar.day(day),
            "CustomerRef": dict(invoice["CustomerRef"]),
            "CurrencyRef": dict(invoice["CurrencyRef"]),
            "DepositToAccountRef": {"value": self._accounts["Undeposited Funds"]["Id"]},
            "PaymentMethodRef": {"value": self._random.choice(("1", "2", "3", "5"))},
            "TotalAmt": amount,
            "UnappliedAmt": ZERO,
            "ProcessPayment": False,
            "Line": [
                {"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
            ],
            "LinkedTxn": [],
        }
        if self._profile.multicurrency:
            body["ExchangeRate"] = rate
        self._books.add("Payment", body, noon(day), record_id=record_id)

    def _estimate(self, record_id: str, day: date) -> None:
        until = self._books.calendar.day(day + timedelta(days=30))
        status = self._random.choice(("Pending", "Accepted", "Rejected"))
        self._sale("Estimate", record_id, day, {"TxnStatus": status, "ExpirationDate": until})

    def _sales_receipt(self, record_id: str, day: date) -> None:
        deposit = {"value": self._accounts["Checking"]["Id"], "name": "Checking"}
        self._sale(
            "SalesReceipt",
            record_id,
            day,
            {"Balance": ZERO, "DepositToAccountRef": deposit, "PaymentMethodRef": {"value": "3"}},
        )

    def _credit_memo(self, record_id: str, day: date) -> None:
        made = self._sale("CreditMemo", record_id, day, {})
        made["Balance"] = made["RemainingCredit"] = made["TotalAmt"]

    # --- Purchases and the rest ----------------------------------------------------------

    def _bill(self, record_id: str, day: date) -> None:
        random = self._random
        vendor = random.choice(self._vendors)
        amount = Decimal(random.randrange(2_000, 90_000)) / 100
        expense = self._accounts[random.choice(("Rent or Lease", "Utilities", "Advertising"))]
        line_detail: Json = {
            "AccountRef": ref(expense),
            "BillableStatus": "NotBillable",
            "TaxCodeRef": {"value": self._tax.exempt_code},
        }
        body: Json = {
            "VendorRef": ref(vendor),
            "TxnDate": self._books.calendar.day(day),
            "DueDate": self._books.calendar.day(day + timedelta(days=30)),
            "CurrencyRef": currency_ref(self._books.currency),
            "APAccountRef": ref(self._accounts["Accounts Payable (A/P)"]),
            "LinkedTxn": [],
            "Line": [
                {
                    "Id": "1",
                    "LineNum": 1,
                    "Amount": amount,
                    "DetailType": "AccountBasedExpenseLineDetail",
                    "AccountBasedExpenseLineDetail": line_detail,
                }
            ],
            "TotalAmt": amount,
            "Balance": amount,
        }
        if self._tax.per_line:
            body["GlobalTaxCalculation"] = "TaxExcluded"
        vendor["Balance"] += amount
        self._books.add("Bill", body, noon(day), record_id=record_id)

    def _journal_entry(self, record_id: str, day: date) -> None:
        amount = Decimal(self._random.randrange(10_000, 90_000)) / 100
        sides = (("Debit", "Prepaid Expenses"), ("Credit", "Savings"))
        self._books.add(
            "JournalEntry",
            {
                "Adjustment": False,
                "DocNumber": f"JE{record_id}",
                "TxnDate": self._books.calendar.day(day),
                "CurrencyRef": currency_ref(self._books.currency),
                "Line": [
                    {
                        "Id": str(position),
                        "Amount": amount,
                        "DetailType": "JournalEntryLineDetail",
                        "JournalEntryLineDetail": {
                            "PostingType": side,
                            "AccountRef": ref(self._accounts[account]),
                        },
                    }
                    for position, (side, account) in enumerate(sides)
                ],
                "TotalAmt": amount,
            },
            noon(day),
            record_id=record_id,
        )

    # --- Balances ------------------------------------------------------------------------

    def _sum_up(self) -> None:
        """Balances of customers (their jobs included) and of the two control accounts."""
        by_id = {record["Id"]: record for record in self._books.all("Customer")}
        for entity, sign in (("Invoice", 1), ("CreditMemo", -1)):
            for transaction in self._books.all(entity):
                amount = transaction["Balance"] * sign
                customer = by_id[transaction["CustomerRef"]["value"]]
                customer["Balance"] += amount
                customer["BalanceWithJobs"] += amount
                while "ParentRef" in customer:
                    customer = by_id[customer["ParentRef"]["value"]]
                    customer["BalanceWithJobs"] += amount
        self._set_balance("Accounts Receivable (A/R)", self._receivable())
        owed = sum((bill["Balance"] for bill in self._books.all("Bill")), ZERO)
        self._set_balance("Accounts Payable (A/P)", -owed)
        self._set_balance("Checking", Decimal("41207.55"))
        self._set_balance("Savings", Decimal("18500.00"))

    def _receivable(self) -> Decimal:
        """In home currency."""
        due = ZERO
        for entity, sign in (("Invoice", 1), ("CreditMemo", -1)):
            for made in self._books.all(entity):
                due += sign * cents(made["Balance"] * made.get("ExchangeRate", Decimal(1)))
        return due

    def _set_balance(self, account: str, amount: Decimal) -> None:
        record = self._accounts[account]
        record["CurrentBalance"] = amount
        record["CurrentBalanceWithSubAccounts"] = amount

    def _customer(self, transaction: Json) -> Json:
        return self._by_id[transaction["CustomerRef"]["value"]]

    def _number(self) -> str:
        number = str(self._doc_number)
        self._doc_number += 1
        return number
