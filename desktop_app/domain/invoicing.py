"""A NinjaOne invoice as a QuickBooks document (QuickBooks sheet 4.4 and chapter 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.domain import texts
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.lines import plan_line
from desktop_app.domain.money import ZERO, cents, line_amount, money_text, same_amount
from desktop_app.domain.records import Document, Invoice, InvoiceLine, Target, TaxChoice
from desktop_app.domain.tax import TaxPlan, line_taxable, plan_tax

Json = dict[str, Any]


def note_of(invoice: Invoice, marker: str) -> str:
    """The internal note: the full number, and the marker by which the document is found again."""
    return f"NinjaOne invoice {invoice.number or f'INV-{invoice.id}'} | ref {marker}"


def build_document(invoice: Invoice, facts: Facts, marker: str) -> Document:
    """The document for an invoice that :func:`desktop_app.domain.checks.check` calls ready.

    marker: unique text of at most 50 characters. Raises ValueError for an invoice that is not
    ready, since no half document may exist.
    """
    company = facts.company
    _, customer = facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
    if company is None or customer is None or not invoice.lines or invoice.invoice_date is None:
        raise ValueError(f"invoice {invoice.id} is not ready")
    writer = _Writer(plain=company.country in ("US", "USA", ""))
    tax = plan_tax(invoice, company, facts.tax_codes, facts.workspace.tax_choice)
    lines = [_line(line, number, invoice, facts, tax, writer)
             for number, line in enumerate(invoice.lines, start=1)]  # fmt: skip
    if invoice.discount:
        lines.append(_discount(invoice.discount, company.discount_account_id))
    body: Json = {
        "CustomerRef": {"value": customer.id},
        "TxnDate": invoice.invoice_date.isoformat(),
        "PrivateNote": writer.text(note_of(invoice, marker), texts.PRIVATE_NOTE_LIMIT, "note"),
        "EmailStatus": "NotSet",
        "Line": lines,
    }
    _add_dates(body, invoice, facts)
    _add_number(body, invoice, writer)
    if invoice.note:
        memo = writer.text(invoice.note, texts.MEMO_LIMIT, "message to the customer")
        body["CustomerMemo"] = {"value": memo}
    if invoice.bill_email:
        address = texts.one_email(invoice.bill_email)
        if address:
            body["BillEmail"] = {"Address": address}
        else:
            writer.notes.append(f"E-mail “{invoice.bill_email}” is not one address: left out.")
    if company.multicurrency and invoice.currency:
        body["CurrencyRef"] = {"value": invoice.currency}
    if tax.global_calculation:
        body["GlobalTaxCalculation"] = tax.global_calculation
    if tax.header_code or tax.total is not None:
        detail: Json = {}
        if tax.header_code:
            detail["TxnTaxCodeRef"] = {"value": tax.header_code}
        if tax.total is not None:
            detail["TotalTax"] = cents(tax.total)
        body["TxnTaxDetail"] = detail
    no_tax = facts.workspace.tax_choice is TaxChoice.NONE
    expected_tax = ZERO if no_tax else cents(invoice.total_tax)
    net = sum((cents(line.amount) for line in invoice.lines), ZERO) - cents(invoice.discount)
    expected = cents(invoice.total - invoice.total_tax) if no_tax else cents(invoice.total)
    if not same_amount(net + expected_tax, expected):
        writer.notes.append(
            f"NinjaOne's total is {money_text(expected)}, but its lines, discount and tax add up "
            f"to {money_text(net + expected_tax)}."
        )
    return Document(
        invoice_id=invoice.id,
        entity="Invoice",
        body=body,
        expected_total=expected,
        expected_tax=expected_tax,
        notes=tuple(writer.notes),
    )


class _Writer:
    """Fits texts to QuickBooks and keeps a note of each visible change."""

    def __init__(self, *, plain: bool) -> None:
        self._plain = plain
        self.notes: list[str] = []

    def text(self, text: str, limit: int, where: str) -> str:
        fitted = texts.latin1(text) if self._plain else text
        if fitted != text:
            self.notes.append(f"Characters that QuickBooks cannot hold were replaced ({where}).")
        short = texts.shorten(fitted, limit)
        if short != fitted:
            self.notes.append(f"Shortened to {limit} characters ({where}).")
        return short


def _line(
    line: InvoiceLine, number: int, invoice: Invoice, facts: Facts, tax: TaxPlan, writer: _Writer
) -> Json:
    item = plan_line(line, facts).item
    if item is None:
        if line.amount != ZERO:
            raise ValueError(f"line {number} of invoice {invoice.id} has no item")
        text = writer.text(_description(line), texts.DESCRIPTION_LIMIT, f"line {number}")
        return {
            "LineNum": number,
            "Description": text,
            "DetailType": "DescriptionOnly",
            "DescriptionLineDetail": {},
        }
    amount = cents(line.amount)
    quantity, price, description = line.quantity, line.price, _description(line)
    if line_amount(quantity, price) != amount:
        # A line discount or proration: Amount must equal UnitPrice x Qty (fault 6070).
        description = f"{description} ({_number(quantity)} x {_number(price)}" + (
            f", discount {money_text(line.discount)})" if line.discount else ")"
        )
        quantity, price = Decimal(1), amount
    return {
        "LineNum": number,
        "Description": writer.text(description, texts.DESCRIPTION_LIMIT, f"line {number}"),
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": _detail(item, quantity, price, line, invoice, tax),
    }


def _detail(
    item: Target,
    quantity: Decimal,
    price: Decimal,
    line: InvoiceLine,
    invoice: Invoice,
    tax: TaxPlan,
) -> Json:
    detail: Json = {"ItemRef": {"value": item.id}, "Qty": quantity, "UnitPrice": price}
    code = tax.line_code(line_taxable(line, invoice))
    if code:
        detail["TaxCodeRef"] = {"value": code}
    return detail


def _description(line: InvoiceLine) -> str:
    parts = [line.name] if line.name else []
    if line.description and line.description != line.name:
        parts.append(line.description)
    return " - ".join(parts)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _discount(amount: Decimal, account_id: str) -> Json:
    detail: Json = {"PercentBased": False}
    if account_id:
        detail["DiscountAccountRef"] = {"value": account_id}
    return {
        "Amount": cents(amount),
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": detail,
    }


def _add_dates(body: Json, invoice: Invoice, facts: Facts) -> None:
    if invoice.due_date is None or invoice.invoice_date is None:
        return
    body["DueDate"] = invoice.due_date.isoformat()
    days = (invoice.due_date - invoice.invoice_date).days
    fitting = [t.id for t in facts.terms if t.active and t.due_days == days]
    if len(fitting) == 1:
        body["SalesTermRef"] = {"value": fitting[0]}


def _add_number(body: Json, invoice: Invoice, writer: _Writer) -> None:
    """The number travels as DocNumber; one that is too long keeps its end, visibly."""
    if not invoice.number:
        writer.notes.append("The invoice has no number: QuickBooks gives it one if it numbers.")
        return
    number = writer.text(invoice.number, 1000, "number")
    if len(number) > texts.DOC_NUMBER_LIMIT:
        cut = number[-texts.DOC_NUMBER_LIMIT :]
        writer.notes.append(f"Number {number} is too long for QuickBooks: sent as {cut}.")
        number = cut
    body["DocNumber"] = number
