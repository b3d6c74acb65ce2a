"""The published client python-quickbooks against the simulator, unchanged but for the host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.objects import (
    Account,
    Attachable,
    AttachableRef,
    Bill,
    Class,
    CompanyInfo,
    CreditMemo,
    Customer,
    Department,
    Employee,
    Estimate,
    Invoice,
    Item,
    JournalEntry,
    Payment,
    PaymentLine,
    PaymentMethod,
    SalesReceipt,
    TaxAgency,
    TaxCode,
    TaxRate,
    Term,
    TimeActivity,
    Transfer,
    Vendor,
)
from quickbooks.objects.base import Address, CustomerMemo, EmailAddress, PhoneNumber, Ref
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.journalentry import JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxservice import TaxRateDetails, TaxService

from desktop_app.simulator.server import Simulator

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def connect(simulator: Simulator, company: int = 0) -> QuickBooks:
    """As its own handbook says, but for the two addresses."""
    said = simulator.announcement()
    app, books = said["apps"][0], said["companies"][company]
    auth = AuthClient(
        client_id=app["client_id"],
        client_secret=app["client_secret"],
        redirect_uri=app["redirect_uri"],
        environment=said["intuit_discovery"],
    )
    client = QuickBooks(
        auth_client=auth,
        refresh_token=books["refresh_token"],
        company_id=books["realm_id"],
        minorversion=75,
    )
    client.api_url_v3 = f"{said['quickbooks']}/v3"
    return client


@pytest.fixture(autouse=True)
def _loopback(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """oauthlib sends tokens over plain http only when told so; throttling is tested elsewhere."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    limits = simulator.quickbooks.limits
    monkeypatch.setattr(limits, "per_second", 0)
    monkeypatch.setattr(limits, "per_minute", 0)


@pytest.fixture
def qb(simulator: Simulator) -> Iterator[QuickBooks]:
    client = connect(simulator)
    yield client
    client.session.close()
    client.auth_client.close()
    assert simulator.errors == []


@pytest.fixture
def british(simulator: Simulator) -> Iterator[QuickBooks]:
    """The books with several currencies."""
    number = next(
        index for index, one in enumerate(simulator.seed.companies) if one.country == "GB"
    )
    client = connect(simulator, number)
    yield client
    client.session.close()
    client.auth_client.close()
    assert simulator.errors == []


def ref(value: str, name: str = "") -> Ref:
    made = Ref()
    made.value, made.name = value, name
    return made


def service_item(qb: QuickBooks) -> Item:
    return Item.filter(Type="Service", Active=True, qb=qb)[0]


def line(item: Item, amount: float = 100) -> SalesItemLine:
    made = SalesItemLine()
    made.LineNum = 1
    made.Description = "Managed services"
    made.Amount = amount
    made.SalesItemLineDetail = SalesItemLineDetail()
    made.SalesItemLineDetail.ItemRef = item.to_ref()
    return made


def new_customer(qb: QuickBooks, name: str = "Peer & Sons' Café") -> Customer:
    customer = Customer()
    customer.DisplayName = name
    return customer.save(qb=qb)


def new_invoice(qb: QuickBooks, number: str | None = None, amount: float = 100) -> Invoice:
    invoice = Invoice()
    invoice.DocNumber = number
    invoice.CustomerRef = Customer.all(max_results=1, qb=qb)[0].to_ref()
    invoice.Line.append(line(service_item(qb), amount))
    return invoice.save(qb=qb)


def account(qb: QuickBooks, kind: str) -> Account:
    return Account.filter(AccountType=kind, qb=qb)[0]


def test_customer(qb: QuickBooks) -> None:
    customer = Customer()
    customer.Title = "Ms"
    customer.GivenName = "Ada"
    customer.FamilyName = "Lovelace"
    customer.DisplayName = "Ada's Engines"
    customer.BillAddr = Address()
    customer.BillAddr.Line1 = "123 Main"
    customer.BillAddr.City = "City"
    customer.PrimaryPhone = PhoneNumber()
    customer.PrimaryPhone.FreeFormNumber = "555-555-5555"
    customer.PrimaryEmailAddr = EmailAddress()
    customer.PrimaryEmailAddr.Address = "ada@engines.example"
    saved = customer.save(qb=qb)
    assert int(saved.Id) > 0
    assert saved.SyncToken == "0"

    read = Customer.get(saved.Id, qb=qb)
    assert (read.DisplayName, read.GivenName) == ("Ada's Engines", "Ada")
    assert read.BillAddr.Line1 == "123 Main"
    assert read.PrimaryEmailAddr.Address == "ada@engines.example"
    assert Customer.filter(DisplayName="Ada's Engines", qb=qb)[0].Id == saved.Id
    assert [one.Id for one in Customer.choose(["Ada's Engines"], "DisplayName", qb=qb)] == [
        saved.Id
    ]

    read.CompanyName = "Engines Ltd"
    assert read.save(qb=qb).SyncToken == "1"
    assert Customer.get(saved.Id, qb=qb).CompanyName == "Engines Ltd"
    with pytest.raises(QuickbooksException, match="Stale Object"):
        read.save(qb=qb)


def test_query_paging_and_count(qb: QuickBooks, simulator: Simulator) -> None:
    total = Customer.count(qb=qb)
    everybody = Customer.all(max_results=1000, order_by="Id", qb=qb)
    assert len(everybody) == total > 20
    pages = [
        one.Id
        for start in range(1, total + 1, 10)
        for one in Customer.where(
            "Active IN (true)", order_by="Id", start_position=start, max_results=10, qb=qb
        )
    ]
    assert pages == [one.Id for one in everybody]
    assert Customer.count("Active = false", qb=qb) >= 1
    assert Customer.query("SELECT * FROM Customer WHERE Id = '0'", qb=qb) == []
    with pytest.raises(ValidationException) as caught:
        Customer.where("Nonsense = 'x'", qb=qb)
    assert caught.value.error_code == 4001


def test_item_and_account(qb: QuickBooks) -> None:
    income = Account()
    income.Name = "Peer income"
    income.AccountSubType = "ServiceFeeIncome"
    income = income.save(qb=qb)
    assert income.AccountType == "Income"
    assert income.FullyQualifiedName == "Peer income"

    item = Item()
    item.Name = "Peer hours"
    item.Type = "Service"
    item.Sku = "PEER-1"
    item.UnitPrice = 95.5
    item.IncomeAccountRef = income.to_ref()
    item = item.save(qb=qb)
    assert Item.get(item.Id, qb=qb).IncomeAccountRef.value == income.Id
    assert [one.Sku for one in Item.all(max_results=1000, qb=qb) if one.Id == item.Id] == ["PEER-1"]

    item.UnitPrice = 101
    assert item.save(qb=qb).UnitPrice == 101
    income.Name = "Peer income, renamed"
    assert income.save(qb=qb).Name == "Peer income, renamed"


def test_inventory_item(qb: QuickBooks) -> None:
    item = Item()
    item.Name = "Peer stock"
    item.Type = "Inventory"
    item.TrackQtyOnHand = True
    item.QtyOnHand = 10
    item.InvStartDate = "2026-06-01"
    item.IncomeAccountRef = account(qb, "Income").to_ref()
    item.ExpenseAccountRef = account(qb, "Cost of Goods Sold").to_ref()
    item.AssetAccountRef = account(qb, "Other Current Asset").to_ref()
    saved = item.save(qb=qb)
    assert (saved.Type, saved.QtyOnHand) == ("Inventory", 10)


def test_invoice_from_birth_to_void(qb: QuickBooks) -> None:
    invoice = Invoice()
    invoice.DocNumber = "PEER-1"
    invoice.CustomerRef = Customer.all(max_results=1, qb=qb)[0].to_ref()
    invoice.CustomerMemo = CustomerMemo()
    invoice.CustomerMemo.value = "Thank you"
    invoice.Line.append(line(service_item(qb), 100))
    saved = invoice.save(qb=qb)
    assert saved.TotalAmt == saved.Balance == 100
    assert saved.DocNumber == "PEER-1"
    assert saved.CustomerMemo.value == "Thank you"
    assert [one.DetailType for one in saved.Line] == ["SalesItemLineDetail", "SubTotalLineDetail"]

    saved.PrivateNote = "checked"
    saved = saved.save(qb=qb)
    assert (saved.SyncToken, saved.PrivateNote) == ("1", "checked")

    assert saved.download_pdf(qb=qb).startswith(b"%PDF-")
    sent = saved.send(qb=qb, send_to="ap@client.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"

    saved = Invoice.get(saved.Id, qb=qb)
    assert saved.email_sent
    saved.void(qb=qb)
    voided = Invoice.get(saved.Id, qb=qb)
    assert (voided.TotalAmt, voided.Balance) == (0, 0)
    assert "Voided" in voided.PrivateNote


def test_invoice_deleted(qb: QuickBooks) -> None:
    saved = new_invoice(qb)
    assert saved.delete(qb=qb)["Invoice"]["status"] == "Deleted"
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(saved.Id, qb=qb)


def test_request_id_is_passed_on(qb: QuickBooks) -> None:
    invoice = Invoice()
    invoice.CustomerRef = Customer.all(max_results=1, qb=qb)[0].to_ref()
    invoice.Line.append(line(service_item(qb)))
    first = invoice.save(qb=qb, request_id="peer-request-1")
    invoice.Id = None
    assert invoice.save(qb=qb, request_id="peer-request-1").Id == first.Id


def test_payment(qb: QuickBooks) -> None:
    invoice = new_invoice(qb, amount=120)
    payment = Payment()
    payment.CustomerRef = invoice.CustomerRef
    payment.TotalAmt = 120
    settled = PaymentLine()
    settled.Amount = 120
    settled.LinkedTxn.append(invoice.to_linked_txn())
    payment.Line.append(settled)
    paid = payment.save(qb=qb)
    assert paid.UnappliedAmt == 0
    after = Invoice.get(invoice.Id, qb=qb)
    assert (after.Balance, after.SyncToken) == (0, "1")
    with pytest.raises(QuickbooksException):
        after.void(qb=qb)
    paid.void(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 120
    Payment.get(paid.Id, qb=qb).delete(qb=qb)


def test_other_sales_forms(qb: QuickBooks) -> None:
    customer = new_customer(qb)
    estimate = Estimate()
    estimate.CustomerRef = customer.to_ref()
    estimate.Line.append(line(service_item(qb), 55.25))
    estimate = estimate.save(qb=qb)
    assert (estimate.TotalAmt, estimate.TxnStatus) == (55.25, "Pending")
    memo = CreditMemo()
    memo.CustomerRef = customer.to_ref()
    memo.Line.append(line(service_item(qb), 20))
    assert memo.save(qb=qb).RemainingCredit == 20
    receipt = SalesReceipt()
    receipt.CustomerRef = customer.to_ref()
    receipt.Line.append(line(service_item(qb), 30))
    receipt = receipt.save(qb=qb)
    assert receipt.TotalAmt == 30
    receipt.void(qb=qb)
    assert SalesReceipt.get(receipt.Id, qb=qb).TotalAmt == 0
    assert Customer.get(customer.Id, qb=qb).Balance == -20


def test_vendor_bill_and_employee(qb: QuickBooks) -> None:
    vendor = Vendor()
    vendor.DisplayName = "Peer wholesale"
    vendor.CompanyName = "Peer wholesale"
    vendor = vendor.save(qb=qb)
    assert Vendor.get(vendor.Id, qb=qb).DisplayName == "Peer wholesale"

    bill = Bill()
    bill.VendorRef = vendor.to_ref()
    spent = AccountBasedExpenseLine()
    spent.Amount = 200
    spent.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    spent.AccountBasedExpenseLineDetail.AccountRef = account(qb, "Expense").to_ref()
    bill.Line.append(spent)
    bill = bill.save(qb=qb)
    assert bill.Balance == bill.TotalAmt == 200

    employee = Employee()
    employee.GivenName = "John"
    employee.FamilyName = "Smith-Peer"
    employee = employee.save(qb=qb)
    assert Employee.get(employee.Id, qb=qb).DisplayName == "John Smith-Peer"

    time = TimeActivity()
    time.NameOf = "Employee"
    time.EmployeeRef = employee.to_ref()
    time.Hours, time.Minutes = 1, 30
    time.TxnDate = "2026-11-20"
    time = time.save(qb=qb)
    assert TimeActivity.get(time.Id, qb=qb).Hours == 1
    with pytest.raises(QuickbooksException) as caught:
        new_customer(qb, "Peer wholesale")
    assert caught.value.error_code == 6240


def test_journal_entry_and_transfer(qb: QuickBooks) -> None:
    journal = JournalEntry()
    for posting, kind in (("Debit", "Expense"), ("Credit", "Bank")):
        one = JournalEntryLine()
        one.Amount = 100
        one.JournalEntryLineDetail = JournalEntryLineDetail()
        one.JournalEntryLineDetail.PostingType = posting
        one.JournalEntryLineDetail.AccountRef = account(qb, kind).to_ref()
        journal.Line.append(one)
    journal = journal.save(qb=qb)
    assert len(JournalEntry.get(journal.Id, qb=qb).Line) == 2

    transfer = Transfer()
    transfer.Amount = 100
    transfer.FromAccountRef = account(qb, "Bank").to_ref()
    transfer.ToAccountRef = account(qb, "Credit Card").to_ref()
    assert transfer.save(qb=qb).Amount == 100


def test_batch(qb: QuickBooks) -> None:
    customers = []
    for number in range(35):
        customer = Customer()
        customer.DisplayName = f"Peer batch {number}"
        customers.append(customer)
    made = batch_create(customers, qb=qb)
    assert (len(made.successes), len(made.faults)) == (35, 0)
    for one in made.successes[:3]:
        one.CompanyName = "All of them"
    made.successes[3].SyncToken = "7"
    changed = batch_update(made.successes[:4], qb=qb)
    assert (len(changed.successes), len(changed.faults)) == (3, 1)
    assert changed.faults[0].Error[0].code == "5010"
    gone = batch_delete([new_invoice(qb), new_invoice(qb)], qb=qb)
    assert len(gone.successes) == 2


def test_change_data_capture(qb: QuickBooks, simulator: Simulator) -> None:
    begin = (simulator.clock.now() - timedelta(seconds=2)).isoformat()
    customer = new_customer(qb)
    invoice = new_invoice(qb)
    invoice.delete(qb=qb)
    changes = change_data_capture([Customer, Invoice, Item], begin, qb=qb)
    assert [one.Id for one in changes.Customer] == [customer.Id]
    assert [(one.Id, one.status) for one in changes.Invoice] == [(invoice.Id, "Deleted")]
    assert not hasattr(changes, "Item")


def test_company_info_and_preferences(qb: QuickBooks, simulator: Simulator) -> None:
    company = simulator.seed.companies[0]
    assert CompanyInfo.get(1, qb=qb).CompanyName == company.name
    assert CompanyInfo.all(qb=qb)[0].Country == "US"
    preferences = Preferences.get(qb=qb)
    assert preferences.CurrencyPrefs.HomeCurrency.value == "USD"
    preferences.AccountingInfoPrefs.TrackDepartments = True
    preferences.AccountingInfoPrefs.ClassTrackingPerTxn = True
    assert Preferences.save(preferences, qb=qb).AccountingInfoPrefs.TrackDepartments is True

    department = Department()
    department.Name = "Peer Harbour"
    assert department.save(qb=qb).FullyQualifiedName == "Peer Harbour"
    klass = Class()
    klass.Name = "Peer Projects"
    assert Class.get(klass.save(qb=qb).Id, qb=qb).Name == "Peer Projects"


def test_small_lists(qb: QuickBooks) -> None:
    term = Term()
    term.Name, term.DueDays = "Peer 45", 45
    term = term.save(qb=qb)
    assert Term.get(term.Id, qb=qb).DueDays == 45
    method = PaymentMethod()
    method.Name = "Peer barter"
    assert method.save(qb=qb).Type == "NON_CREDIT_CARD"
    assert {one.Name for one in PaymentMethod.all(qb=qb)} >= {"Peer barter"}


def test_attachable_note(qb: QuickBooks) -> None:
    invoice = new_invoice(qb)
    note = Attachable()
    note.Note = "See the contract"
    link = AttachableRef()
    link.EntityRef = ref(invoice.Id)
    link.EntityRef.type = "Invoice"
    note.AttachableRef.append(link)
    note.save(qb=qb)
    read = Attachable.get(note.Id, qb=qb)
    assert read.Note == "See the contract"
    assert read.AttachableRef[0].EntityRef.value == invoice.Id
    read.delete(qb=qb)


def test_taxes(qb: QuickBooks) -> None:
    assert {one.Id for one in TaxCode.all(qb=qb)} >= {"TAX", "NON"}
    assert TaxRate.all(qb=qb)[0].RateValue is not None
    agency = TaxAgency()
    agency.DisplayName = "Peer county"
    agency = agency.save(qb=qb)

    rate = TaxRateDetails()
    rate.TaxRateName = "Peer county 8"
    rate.RateValue = 8
    rate.TaxAgencyId = agency.Id
    service = TaxService()
    service.TaxCode = "Peer code"
    service.TaxRateDetails.append(rate)
    service.save(qb=qb)
    assert [one.Name for one in TaxCode.all(qb=qb) if one.Name == "Peer code"] == ["Peer code"]


def test_currencies(british: QuickBooks, qb: QuickBooks) -> None:
    rates = ExchangeRate.all(qb=british)
    assert rates
    rates[0].Rate = 1.25
    assert rates[0].save(qb=british).Rate == 1.25
    currency = CompanyCurrency()
    currency.Code, currency.Name = "CHF", "Swiss Franc"
    assert CompanyCurrency.get(currency.save(qb=british).Id, qb=british).Code == "CHF"
    with pytest.raises(QuickbooksException, match="multicurrency"):
        CompanyCurrency.from_json({"Code": "CHF"}).save(qb=qb)


def test_decimals_sent_as_text(simulator: Simulator) -> None:
    """With use_decimal the client writes amounts as JSON strings; the service reads both."""
    client = connect(simulator)
    client.use_decimal = True
    saved = new_invoice(client, amount=Decimal("19.99"))  # type: ignore[arg-type]
    assert saved.TotalAmt == Decimal("19.99")
    client.session.close()
    client.auth_client.close()


def test_wrong_token(qb: QuickBooks) -> None:
    qb.session.token["access_token"] = qb.session.access_token = "x" * 40
    with pytest.raises(AuthorizationException):
        Customer.all(qb=qb)
