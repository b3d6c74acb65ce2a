"""What happened to a sent invoice afterwards, in QuickBooks and in NinjaOne.

Pure: from the evidence of the sending, the last look at QuickBooks and NinjaOne's present invoice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop_app.domain.money import ZERO, cents, money_text, same_amount
from desktop_app.domain.proof import Difference, same_document, words
from desktop_app.domain.records import CreatedDocument, Invoice, InvoiceStatus


class Paid(StrEnum):
    """The word is what the screen shows."""

    OPEN = "Open"
    PART = "Part paid"
    PAID = "Paid"
    OVERDUE = "Overdue"
    NONE = ""  # a voided or deleted document owes nothing


class InQuickBooks(StrEnum):
    AS_SENT = "As sent"
    EDITED = "Edited in QuickBooks"
    VOIDED = "Voided in QuickBooks"
    DELETED = "Deleted in QuickBooks"


class InNinjaOne(StrEnum):
    AS_SENT = "As sent"
    CHANGED = "Changed in NinjaOne"
    ARCHIVED = "Archived in NinjaOne"
    GONE = "No longer in NinjaOne"


class Action(StrEnum):
    UPDATE = "Update"
    VOID = "Void"
    SEND_AGAIN = "Send again"
    LEAVE = "Leave"


class RemoteStatus(StrEnum):
    """Stored."""

    PRESENT = "present"
    VOIDED = "voided"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Remote:
    """A document of ours as QuickBooks last showed it. document: None once deleted."""

    entity: str
    qbo_id: str
    status: RemoteStatus
    document: CreatedDocument | None = None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """open_amount: what is still owed. left: a person said to leave it as it is now.

    mark: names this very state; a leave holds for one mark only.
    """

    invoice_id: str
    paid: Paid
    quickbooks: InQuickBooks
    ninjaone: InNinjaOne
    open_amount: Decimal
    changes: tuple[str, ...]
    actions: tuple[Action, ...]
    left: bool
    mark: str

    @property
    def needs_you(self) -> bool:
        return bool(self.actions) and not self.left

    @property
    def text(self) -> str:
        parts = [str(self.paid)] if self.paid else []
        if self.quickbooks is not InQuickBooks.AS_SENT:
            parts.append(str(self.quickbooks))
        if self.ninjaone is not InNinjaOne.AS_SENT:
            parts.append(str(self.ninjaone))
        return "; ".join(parts) + (" (left as it is)" if self.left else "")


def status_of(document: CreatedDocument) -> RemoteStatus:
    """A void leaves zeros and a note that begins with "Voided" (QuickBooks sheet 3.8)."""
    voided = document.total == ZERO and document.private_note.startswith("Voided")
    return RemoteStatus.VOIDED if voided else RemoteStatus.PRESENT


def source_of(invoice: Invoice) -> dict[str, Any]:
    """What of NinjaOne's invoice was sent, JSON-ready, to tell later changes from."""
    return {
        "number": invoice.number,
        "organization": invoice.organization_id,
        "date": _day(invoice.invoice_date),
        "due date": _day(invoice.due_date),
        "currency": invoice.currency,
        "discount": str(cents(invoice.discount)),
        "tax": str(cents(invoice.total_tax)),
        "total": str(cents(invoice.total)),
        "lines": None
        if invoice.lines is None
        else [
            [line.name, _plain(line.quantity), _plain(line.price), str(cents(line.amount)),
             line.product_id, line.description]
            for line in invoice.lines
        ],
    }  # fmt: skip


def ninjaone_changes(source: Mapping[str, Any], invoice: Invoice) -> tuple[str, ...]:
    """In words; () while the invoice is what was sent. Lines that are not known now say
    nothing."""
    now = source_of(invoice)
    found = [
        f"{name} was {source.get(name) or 'none'}, is {value or 'none'}"
        for name, value in now.items()
        if name != "lines" and source.get(name) != value
    ]
    before, lines = source.get("lines"), now["lines"]
    if before is not None and lines is not None:
        lists = [list(line) for line in before]
        if len(lists) != len(lines):
            found.append(f"lines were {len(lists)}, are {len(lines)}")
        found += [
            f"line {number} was changed ({one[0]})"
            for number, (one, other) in enumerate(zip(lists, lines, strict=False), start=1)
            if one != other
        ]
    return tuple(found)


def aftermath(
    invoice_id: str,
    *,
    evidence: Mapping[str, Any],
    sent_total: Decimal,
    source: Mapping[str, Any],
    invoice: Invoice | None,
    remote: Remote | None,
    today: date,
    left_mark: str = "",
) -> Aftermath:
    """evidence: QuickBooks' JSON at the sending. source: see :func:`source_of` ({} if unknown).

    remote is None while QuickBooks was not looked at since.
    """
    body = dict(remote.document.body) if remote and remote.document else dict(evidence)
    quickbooks, edits = _in_quickbooks(evidence, remote)
    ninjaone, changes = _in_ninjaone(source, invoice)
    gone = quickbooks in (InQuickBooks.VOIDED, InQuickBooks.DELETED)
    owed = ZERO if gone else _balance(body, sent_total)
    paid = Paid.NONE if gone else _paid(body, owed, today)
    actions = _actions(paid, quickbooks, ninjaone)
    mark = _mark(quickbooks, edits, ninjaone, changes)
    return Aftermath(
        invoice_id=invoice_id,
        paid=paid,
        quickbooks=quickbooks,
        ninjaone=ninjaone,
        open_amount=owed,
        changes=(*((words(edits),) if edits else ()), *changes),
        actions=actions,
        left=bool(actions) and left_mark == mark,
        mark=mark,
    )


def _in_quickbooks(
    evidence: Mapping[str, Any], remote: Remote | None
) -> tuple[InQuickBooks, tuple[Difference, ...]]:
    if remote is None:
        return InQuickBooks.AS_SENT, ()
    if remote.status is RemoteStatus.DELETED or remote.document is None:
        return InQuickBooks.DELETED, ()
    if remote.status is RemoteStatus.VOIDED:
        return InQuickBooks.VOIDED, ()
    # A payment raises the SyncToken; only what the document says is an edit.
    edits = same_document(evidence, remote.document.body)
    return (InQuickBooks.EDITED if edits else InQuickBooks.AS_SENT), edits


def _in_ninjaone(
    source: Mapping[str, Any], invoice: Invoice | None
) -> tuple[InNinjaOne, tuple[str, ...]]:
    if invoice is None:
        return InNinjaOne.GONE, ()
    if invoice.status == InvoiceStatus.ARCHIVED:
        return InNinjaOne.ARCHIVED, ()
    changes = ninjaone_changes(source, invoice) if source else ()
    return (InNinjaOne.CHANGED if changes else InNinjaOne.AS_SENT), changes


def _balance(body: Mapping[str, Any], total: Decimal) -> Decimal:
    value = body.get("Balance", body.get("TotalAmt", total))
    return Decimal(value) if isinstance(value, int | Decimal) else total


def _paid(body: Mapping[str, Any], owed: Decimal, today: date) -> Paid:
    total = body.get("TotalAmt", ZERO)
    if owed == ZERO:
        return Paid.PAID if total else Paid.NONE
    try:
        due = date.fromisoformat(str(body.get("DueDate", "")))
    except ValueError:
        due = None
    if due is not None and due < today:
        return Paid.OVERDUE
    return Paid.OPEN if same_amount(owed, Decimal(total)) else Paid.PART


def _actions(paid: Paid, quickbooks: InQuickBooks, ninjaone: InNinjaOne) -> tuple[Action, ...]:
    if quickbooks in (InQuickBooks.VOIDED, InQuickBooks.DELETED):
        if ninjaone is InNinjaOne.AS_SENT or ninjaone is InNinjaOne.CHANGED:
            return (Action.SEND_AGAIN, Action.LEAVE)
        return ()  # away on both sides
    if ninjaone in (InNinjaOne.ARCHIVED, InNinjaOne.GONE):
        return (Action.VOID, Action.LEAVE)
    if quickbooks is InQuickBooks.EDITED or ninjaone is InNinjaOne.CHANGED:
        return (Action.UPDATE, Action.VOID, Action.LEAVE)
    return ()


def _mark(
    quickbooks: InQuickBooks,
    edits: tuple[Difference, ...],
    ninjaone: InNinjaOne,
    changes: tuple[str, ...],
) -> str:
    parts = [quickbooks.value, ninjaone.value, *(e.text for e in edits), *changes]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def amount_words(remote: Remote) -> str:
    """ "718.99 USD, open 100.00 USD" for a question before an action."""
    if remote.document is None:
        return "deleted"
    body = remote.document.body
    currency, owed = currency_of(body), _balance(body, remote.document.total)
    total = money_text(remote.document.total, currency)
    return f"{total}, open {money_text(owed, currency)}"


def currency_of(body: Mapping[str, Any]) -> str:
    """Of a document of QuickBooks; "" where it names none."""
    held = body.get("CurrencyRef")
    return str(held.get("value", "")) if isinstance(held, Mapping) else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
