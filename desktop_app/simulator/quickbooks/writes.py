"""Create, full and sparse update, delete and void: from a request's body to the stored record."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, effects, money, stamps
from desktop_app.simulator.quickbooks.money import decimal_of
from desktop_app.simulator.quickbooks.rules import lists, others, payments, people, purchases, sales
from desktop_app.simulator.quickbooks.rules.references import Resolver
from desktop_app.simulator.quickbooks.rules.work import Work
from desktop_app.simulator.quickbooks.schema import SALES_FORMS
from desktop_app.simulator.quickbooks.schema.kinds import Entity
from desktop_app.simulator.quickbooks.schema.walk import clean
from desktop_app.simulator.quickbooks.store import KEPT, Company
from desktop_app.simulator.quickbooks.switches import Switches

Json = dict[str, Any]

_ADDRESSES = ("BillAddr", "ShipAddr", "ShipFromAddr", "PrimaryAddr", "VendorAddr", "RemitToAddr")
_UNDATED = frozenset({"Attachable"})
#: Closing the books closes what posts to accounts.
_NON_POSTING = frozenset({"Estimate", "PurchaseOrder", "TimeActivity", "Attachable"})

RULES: dict[str, Callable[[Work], None]] = {
    "Customer": people.settle_person,
    "Vendor": people.settle_person,
    "Employee": people.settle_person,
    "Account": lists.settle_account,
    "Item": lists.settle_item,
    "Class": lists.settle_class,
    "Department": lists.settle_department,
    "Term": lists.settle_term,
    "PaymentMethod": lists.settle_plain,
    "TaxAgency": lists.settle_plain,
    "CompanyCurrency": lists.settle_company_currency,
    **dict.fromkeys(SALES_FORMS, sales.settle_sale),
    "Payment": payments.settle_payment,
    "BillPayment": payments.settle_payment,
    "Bill": purchases.settle_purchase,
    "VendorCredit": purchases.settle_purchase,
    "PurchaseOrder": purchases.settle_purchase,
    "Purchase": purchases.settle_purchase,
    "JournalEntry": others.settle_journal,
    "Transfer": others.settle_transfer,
    "Deposit": others.settle_deposit,
    "TimeActivity": others.settle_time,
    "Attachable": others.settle_attachable,
    "CreditCardPayment": others.settle_card_payment,
}


def operation_of(body: Json) -> str:
    """ "update" for a body that names a record, else "create"."""
    return "update" if str(body.get("Id") or "0") != "0" else "create"


def write(
    company: Company, entity: Entity, body: Json, include: frozenset[str], switches: Switches
) -> Json:
    """Create or update one record; returns it as stored.

    Raises:
        ServiceFault: whatever the schema and the rules refuse. Nothing is stored then.
    """
    operation = operation_of(body)
    if operation not in entity.verbs:
        raise codes.unsupported_operation(
            f"Operation {operation} on {entity.name} is not supported."
        )
    updating = operation == "update"
    switches.before_write(creating=not updating, changing=updating)
    old = existing(company, entity, body) if updating else None
    work = _work(company, entity, body, old, include)
    settle(work)
    _addresses(work)
    _off_by_cents(work, switches)
    if old is None:
        record = company.add(entity.name, work.values)
    else:
        record = company.replace(entity.name, str(old["Id"]), work.values)
    effects.after_write(company, entity.name, old, record)
    return company.records[entity.name][record["Id"]]


def existing(company: Company, entity: Entity, body: Json) -> Json:
    """The record that an update, delete or void is about.

    Raises:
        ServiceFault: 2020, 2030, 610, 5010.
    """
    identity = str(body.get("Id") or "")
    if not identity:
        raise codes.required("Id")
    record = find(company, entity, identity)
    token = body.get("SyncToken")
    if token is None or token == "":
        raise codes.required("SyncToken")
    if not str(token).isdigit():
        raise codes.invalid_value("2080", "SyncToken", token, "a whole number")
    if str(token) != str(record["SyncToken"]):
        raise codes.stale()
    return record


def find(company: Company, entity: Entity, identity: str) -> Json:
    """Raises ServiceFault: 2030 for an Id that is no number, 610 where there is none such."""
    record = company.get(entity.name, identity)
    if record is not None:
        return record
    if not identity.lstrip("-").isdigit():
        raise codes.not_a_number(identity)
    if company.was_deleted(entity.name, identity):
        raise codes.not_found(codes.DELETED)
    raise codes.not_found()


def _work(
    company: Company, entity: Entity, body: Json, old: Json | None, include: frozenset[str]
) -> Work:
    cleaned = clean(entity, body, Resolver(company, entity.name, old))
    sent = frozenset(cleaned.values)
    emptied = frozenset(cleaned.emptied)
    values: Json = {}
    if old is not None and str(body.get("sparse")).casefold() == "true":
        kept = entity.name_field
        values = {name: value for name, value in old.items() if name not in emptied or name == kept}
    elif old is not None:
        values = {
            name: value
            for name, value in old.items()
            if name in KEPT
            or name == "Active"
            or name not in entity.fields
            or entity.fields[name].read_only
        }
    values.update(cleaned.values)
    if old is None:
        for name, known in entity.fields.items():
            if known.required and values.get(name) in (None, ""):
                raise codes.required(name)
    return Work(company, entity.name, values, old, sent, emptied, include)


def settle(work: Work) -> None:
    """Defaults, dates and the rules of the record's family."""
    dated = work.entity in effects.DATED
    if dated and work.entity not in _UNDATED:
        if not work.values.get("TxnDate"):
            work.values["TxnDate"] = work.old_value("TxnDate") or work.today.isoformat()
        refuse_closed(work.company, work.entity, work.values, work.old)
        if "LinkedTxn" in work.values or (work.old or {}).get("LinkedTxn"):
            sales.settle_links(work)
        elif work.entity in SALES_FORMS:
            work.values["LinkedTxn"] = []
    RULES[work.entity](work)


def refuse_closed(company: Company, entity: str, *records: Json | None) -> None:
    """6210 for any date that is not after the day the books were closed."""
    closed = company.preference("AccountingInfoPrefs", "BookCloseDate")
    if not closed or entity in _NON_POSTING:
        return
    for record in records:
        if record and str(record.get("TxnDate") or "9999") <= str(closed):
            raise codes.books_closed()


def _addresses(work: Work) -> None:
    """Every address carries an Id of its own, kept while it is kept."""
    for name in _ADDRESSES:
        address = work.values.get(name)
        if isinstance(address, dict) and address:
            before = (work.old or {}).get(name) or {}
            identity = before.get("Id") or address.get("Id") or work.company.next_address()
            work.values[name] = {**address, "Id": str(identity)}


def _off_by_cents(work: Work, switches: Switches) -> None:
    if work.entity not in SALES_FORMS:
        return
    params = switches.take("qbo.total_off_by_a_cent")
    if params is None:
        return
    change = Decimal(str(params.get("cents", 1))) / 100
    for name in ("TotalAmt", "Balance", "RemainingCredit"):
        if name in work.values:
            work.values[name] = money.amount(decimal_of(work.values[name]) + change)
    detail = work.values.get("TxnTaxDetail", {})
    work.values["TxnTaxDetail"] = {
        **detail,
        "TotalTax": money.amount(decimal_of(detail.get("TotalTax")) + change),
    }


def delete(company: Company, entity: Entity, body: Json, switches: Switches) -> Json:
    """Delete a transaction for good; returns the short answer.

    Raises:
        ServiceFault: 500 for lists, 2020, 610, 5010, 6210, 6540.
    """
    if "delete" not in entity.verbs:
        raise codes.unsupported_operation(f"Operation delete on {entity.name} is not supported.")
    switches.before_write(creating=False, changing=True)
    record = existing(company, entity, body)
    refuse_closed(company, entity.name, record)
    payments.refuse_deposited(Work(company, entity.name, {}, record))
    effects.before_delete(company, entity.name, record)
    company.remove(entity.name, str(record["Id"]))
    return {"domain": "QBO", "status": "Deleted", "Id": str(record["Id"])}


def void(company: Company, entity: Entity, body: Json, switches: Switches) -> Json:
    """Void a transaction: kept, with every amount zero; returns it.

    Raises:
        ServiceFault: 500 where voiding is unknown, 2020, 610, 5010, 6210, 6450, 6540.
    """
    if "void" not in entity.verbs:
        raise codes.unsupported_operation(f"Operation void on {entity.name} is not supported.")
    switches.before_write(creating=False, changing=True)
    old = existing(company, entity, body)
    refuse_closed(company, entity.name, old)
    payments.refuse_deposited(Work(company, entity.name, {}, old))
    if entity.name == "Invoice" and _settled(old):
        raise codes.refused("6450", "The transaction is settled by a payment and cannot be voided.")
    record = company.replace(entity.name, str(old["Id"]), _voided(entity.name, old))
    effects.after_write(company, entity.name, old, record)
    return company.records[entity.name][record["Id"]]


def _settled(invoice: Json) -> bool:
    linked = any(link.get("TxnType") == "Payment" for link in invoice.get("LinkedTxn", []))
    return linked or sales.paid_already(invoice) != 0


def _voided(entity: str, old: Json) -> Json:
    values = dict(old)
    for name in ("TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "UnappliedAmt"):
        if name in values:
            values[name] = 0
    values.pop("Deposit", None)
    note = str(old.get("PrivateNote", ""))
    if not note.startswith("Voided"):
        values["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
    if entity in payments.DEBTS:
        values["Line"] = []
    else:
        values["Line"] = [_zero_line(line) for line in old.get("Line", [])]
        values["TxnTaxDetail"] = {"TotalTax": 0}
    return values


def _zero_line(line: Json) -> Json:
    zeroed = dict(line)
    if "Amount" in zeroed:
        zeroed["Amount"] = 0
    for kind in ("SalesItemLineDetail", "GroupLineDetail"):
        if kind in zeroed:
            detail = dict(zeroed[kind])
            for name in ("UnitPrice", "Qty", "Quantity", "TaxInclusiveAmt"):
                if name in detail:
                    detail[name] = 0
            if "Line" in detail:
                detail["Line"] = [_zero_line(one) for one in detail["Line"]]
            zeroed[kind] = detail
    return zeroed


def sent_by_mail(company: Company, entity: Entity, identity: str, address: str | None) -> Json:
    """E-mail a sales form: to ``address``, or to its BillEmail.

    Raises:
        ServiceFault: 610, 2210, 6420.
    """
    old = find(company, entity, identity)
    values = dict(old)
    if address:
        cleaned = clean(
            entity, {"BillEmail": {"Address": address}}, Resolver(company, entity.name, old)
        )
        values["BillEmail"] = cleaned.values["BillEmail"]
    if not values.get("BillEmail", {}).get("Address"):
        raise codes.refused("6420", "An e-mail address is required to send it.", "BillEmail")
    values["EmailStatus"] = "EmailSent"
    values["DeliveryInfo"] = {
        "DeliveryType": "Email",
        "DeliveryTime": stamps.meta_stamp(company.now),
    }
    return company.replace(entity.name, identity, values)
