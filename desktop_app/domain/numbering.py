"""Which number a document carries (QuickBooks sheet 8.7)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain import texts
from desktop_app.domain.document_choices import DocumentChoices, LongNumberChoice, NumberChoice
from desktop_app.domain.records import Company, Invoice


@dataclass(frozen=True, slots=True)
class Number:
    """text: the DocNumber to send, "" for none. problem, advice: why it cannot be sent so. note:
    how it was adapted."""

    text: str = ""
    problem: str = ""
    advice: str = ""
    note: str = ""


def plain_number(invoice: Invoice) -> str:
    """What the invoice is called where it has no number of its own (NinjaOne sheet 4.8)."""
    return invoice.number or f"INV-{invoice.id}"


def is_american(company: Company) -> bool:
    return company.country in ("US", "USA", "")


def document_number(invoice: Invoice, company: Company, choices: DocumentChoices) -> Number:
    number = invoice.number
    if not number.strip():
        if choices.empty_number is NumberChoice.QUICKBOOKS:
            return Number(
                note="The invoice has no number: QuickBooks gives it one if it numbers invoices."
            )
        return Number(
            text=plain_number(invoice)[-texts.DOC_NUMBER_LIMIT :],
            note=f"The invoice has no number: sent as {plain_number(invoice)}.",
        )
    plain = number.isascii() and number.isprintable() and number == number.strip()
    if plain and len(number) <= texts.DOC_NUMBER_LIMIT:
        return Number(number)
    fitted = texts.one_line(texts.latin1(number) if is_american(company) else number)
    if not fitted:
        return Number(
            problem=f"Number {number} has no character that QuickBooks can hold.",
            advice="Give the invoice another number in NinjaOne, then refresh.",
        )
    if len(fitted) <= texts.DOC_NUMBER_LIMIT:
        return Number(fitted, note=f"Number {number} is sent as {fitted}.")
    if choices.long_number is LongNumberChoice.HOLD:
        return Number(
            problem=f"Number {fitted} has {len(fitted)} characters; QuickBooks holds "
            f"{texts.DOC_NUMBER_LIMIT}.",
            advice="Give it a shorter number in NinjaOne, or choose in Settings to send the end "
            "of long numbers.",
        )
    end = fitted[-texts.DOC_NUMBER_LIMIT :].strip()
    return Number(end, note=f"Number {fitted} is too long for QuickBooks: sent as {end}.")
