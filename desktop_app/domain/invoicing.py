"""A NinjaOne invoice as a QuickBooks document (QuickBooks sheet 4.4, 4.5 and chapter 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.domain import texts
from desktop_app.domain.document_choices import DocumentChoices, MemoChoice
from desktop_app.domain.document_lines import BuiltLine, Writer, build_lines
from desktop_app.domain.expectation import Expectation
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, cents, money_text
from desktop_app.domain.numbering import document_number, plain_number
from desktop_app.domain.records import Company, Document, Invoice, Target, TaxChoice
from desktop_app.domain.tax import US_TAXABLE, TaxModel, TaxPlan, plan_tax, taxed_after_discount
from desktop_app.domain.totals import expected_tax, is_credit, reducing, wanted
from desktop_app.domain.tracking import on_header

Json = dict[str, Any]


def private_note(invoice: Invoice, marker: str, writer: Writer) -> str:
    """The internal note: the full number, and the marker by which the document is found again,
    which stays whole however long the number is."""
    end = f" | ref {marker}"
    head = f"NinjaOne invoice {plain_number(invoice)}"
    return f"{writer.text(head, texts.PRIVATE_NOTE_LIMIT - len(end), 'note')}{end}"


def build_document(invoice: Invoice, facts: Facts, marker: str) -> Document:
    """The document for an invoice that :func:`desktop_app.domain.checks.check` calls ready.

    marker: unique text of at most 50 characters. Raises ValueError for an invoice that is not
    ready, since no half document may exist.
    """
    return build_parts(invoice, facts, marker)[0]


def build_parts(
    invoice: Invoice, facts: Facts, marker: str
) -> tuple[Document, tuple[BuiltLine, ...]]:
    """The document and how each of its lines came about, to be shown side by side."""
    company = facts.company
    _, customer = facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
    if company is None or customer is None or not invoice.lines or invoice.invoice_date is None:
        raise ValueError(f"invoice {invoice.id} is not ready")
    choices = facts.handling.choices
    writer = Writer(company)
    tax = plan_tax(invoice, company, facts.tax_codes, facts.workspace.tax_choice, choices)
    lines = build_lines(invoice, facts, company, tax, writer)
    body: Json = {
        "CustomerRef": {"value": customer.id},
        "TxnDate": invoice.invoice_date.isoformat(),
        "PrivateNote": private_note(invoice, marker, writer),
        "EmailStatus": "NotSet",
        "Line": [line.body for line in lines],
    }
    if not is_credit(invoice):
        _add_dates(body, invoice, facts)
    number = document_number(invoice, company, choices)
    if number.text:
        body["DocNumber"] = number.text
    if number.note:
        writer.notes.append(number.note)
    _add_texts(body, invoice, choices, writer)
    for name, identity in on_header(invoice, facts, company).items():
        body[name] = {"value": identity}
    currency = _add_currency(body, invoice, customer, company, facts, writer)
    _add_tax(body, invoice, tax)
    if tax.note:
        writer.notes.append(tax.note)
    expectation = _expectation(invoice, customer, number.text, currency, tax, lines)
    total, own_tax = wanted(invoice, facts.workspace.tax_choice)
    if facts.workspace.tax_choice is TaxChoice.NONE and invoice.total_tax:
        writer.notes.append(
            f"It goes without NinjaOne's tax of {money_text(invoice.total_tax)}, as chosen in "
            "Settings."
        )
    writer.notes += _said(expectation, total, own_tax)
    document = Document(
        invoice_id=invoice.id,
        entity="CreditMemo" if is_credit(invoice) else "Invoice",
        body=body,
        expected_total=total,
        expected_tax=own_tax,
        notes=tuple(writer.notes),
        expectation=expectation,
    )
    return document, tuple(lines)


def _add_dates(body: Json, invoice: Invoice, facts: Facts) -> None:
    if invoice.due_date is None or invoice.invoice_date is None:
        return
    body["DueDate"] = invoice.due_date.isoformat()
    days = (invoice.due_date - invoice.invoice_date).days
    fitting = [t.id for t in facts.terms if t.active and t.due_days == days]
    if len(fitting) == 1:
        body["SalesTermRef"] = {"value": fitting[0]}


def _add_texts(body: Json, invoice: Invoice, choices: DocumentChoices, writer: Writer) -> None:
    memo = writer.text(_memo(invoice, choices), texts.MEMO_LIMIT, "message to the customer")
    if memo:
        body["CustomerMemo"] = {"value": memo}
    if invoice.bill_email:
        address = texts.one_email(invoice.bill_email)
        if address:
            body["BillEmail"] = {"Address": address}
        else:
            writer.notes.append(f"E-mail “{invoice.bill_email}” is not one address: left out.")


def _memo(invoice: Invoice, choices: DocumentChoices) -> str:
    if choices.memo is MemoChoice.NOTE:
        return invoice.note
    if choices.memo is MemoChoice.NONE:
        return ""
    period = " to ".join(d.isoformat() for d in (invoice.period_start, invoice.period_end) if d)
    return ", ".join(part for part in (invoice.agreement_name, period) if part)


def _add_currency(
    body: Json,
    invoice: Invoice,
    customer: Target,
    company: Company,
    facts: Facts,
    writer: Writer,
) -> str:
    """The document's currency. Named wherever QuickBooks has several (sheet 8.5)."""
    if not company.multicurrency:
        return company.home_currency or invoice.currency
    currency = invoice.currency or customer.currency or company.home_currency
    body["CurrencyRef"] = {"value": currency}
    if currency != company.home_currency and invoice.invoice_date is not None:
        rate = facts.handling.rates.get((currency, invoice.invoice_date))
        if rate is not None:
            body["ExchangeRate"] = rate
        else:
            writer.notes.append(f"QuickBooks uses its own exchange rate for {currency}.")
    return currency


def _add_tax(body: Json, invoice: Invoice, tax: TaxPlan) -> None:
    if tax.global_calculation:
        body["GlobalTaxCalculation"] = tax.global_calculation
    detail: Json = {}
    if tax.header_code:
        detail["TxnTaxCodeRef"] = {"value": tax.header_code}
    if tax.total is not None:
        detail["TotalTax"] = cents(tax.total)
    if detail:
        body["TxnTaxDetail"] = detail
    if _discount_before_tax(body, invoice, tax):
        body["ApplyTaxAfterDiscount"] = True


def _discount_before_tax(body: Json, invoice: Invoice, tax: TaxPlan) -> bool:
    """The United States' own switch; elsewhere a discount line always reduces the tax."""
    own = any(line["DetailType"] == "DiscountLineDetail" for line in body["Line"])
    return own and tax.taxable_code == US_TAXABLE and taxed_after_discount(invoice)


def _expectation(
    invoice: Invoice,
    customer: Target,
    number: str,
    currency: str,
    tax: TaxPlan,
    lines: list[BuiltLine],
) -> Expectation:
    expected = tuple(line.expected for line in lines if line.expected is not None)
    discount = sum((line.amount for line in expected if line.is_discount), ZERO)
    net = sum((line.amount for line in expected if not line.is_discount), ZERO)
    money = [(line.taxable, line.expected.amount) for line in lines
             if line.expected is not None and not line.expected.is_discount]  # fmt: skip
    assert invoice.invoice_date is not None
    return Expectation(
        customer_id=customer.id,
        number=number,
        day=invoice.invoice_date,
        currency=currency,
        lines=expected,
        net=net - discount,
        tax=expected_tax(tax, money, reducing(invoice, tax, discount)),
        exact=tax.total is not None and tax.model is not TaxModel.US_AUTOMATED,
    )


def _said(expectation: Expectation, total: Decimal, tax: Decimal) -> list[str]:
    """Every difference from NinjaOne's amounts that can be told beforehand."""
    said = []
    if expectation.tax is None:
        said.append("QuickBooks' automated sales tax decides the tax; it is compared afterwards.")
    elif cents(expectation.tax) != tax:
        said.append(
            f"QuickBooks computes the tax: {money_text(expectation.tax)} is expected, NinjaOne has "
            f"{money_text(tax)}."
        )
    added = expectation.net + (tax if expectation.tax is None else expectation.tax)
    off = cents(added) - total
    if off and off != (ZERO if expectation.tax is None else expectation.tax - tax):
        said.append(
            f"NinjaOne's total is {money_text(total)}, but its lines, discount and tax add up to "
            f"{money_text(expectation.net + tax)}."
        )
    return said
