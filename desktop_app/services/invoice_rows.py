"""What will happen to each invoice, and why not: one named state for each."""

from __future__ import annotations

from collections import defaultdict

from desktop_app.domain.checks import (
    check,
    held_on_purpose,
    holds_back,
    is_not_going,
    is_unknown,
    only_carriers_missing,
)
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, by_currency, money_text
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Agreement, Invoice, InvoiceStatus, Push, PushState
from desktop_app.domain.review import target_label
from desktop_app.services.api import AgreementRow, InvoiceRow, InvoiceState
from desktop_app.services.touched import touched_places

PUSHED = {
    PushState.SENDING: InvoiceState.UNCERTAIN,
    PushState.SENT: InvoiceState.SENT,
    PushState.DIFFERS: InvoiceState.DIFFERS,
}

SETTING_WORDS = {
    "SYNC": "Syncs with the accounting tool",
    "COMPLETE": "Marks invoices as completed",
    "NONE": "Does nothing with invoices",
}


HOLDING = frozenset({Reason.AGREEMENT_NOT_UPDATED, Reason.AGREEMENT_UNKNOWN})


def invoice_rows(facts: Facts) -> list[InvoiceRow]:
    return [invoice_row(invoice, facts) for invoice in facts.invoices]


def updated_rows(rows: list[InvoiceRow], before: Facts, now: Facts) -> list[InvoiceRow]:
    """The rows of *now*, made from those of *before*.

    After a single decision only the invoices that depend on it are looked at: all of 20,000 would
    hold the window.
    """
    touched = touched_places(before, now)
    if touched is None:
        return invoice_rows(now)
    result = list(rows)
    for place in touched:
        result[place] = invoice_row(now.invoices[place], now)
    return result


def invoice_row(invoice: Invoice, facts: Facts) -> InvoiceRow:
    push = facts.pushes.get(invoice.id)
    customer = _customer_text(invoice, facts)
    if push is not None and push.state in PUSHED:
        return InvoiceRow(
            invoice, PUSHED[push.state], _push_text(push, invoice), (), push, customer
        )
    blockers = check(invoice, facts)
    if is_not_going(blockers):
        state = InvoiceState.NOT_GOING
    elif held_on_purpose(blockers):
        state = InvoiceState.HELD
    elif blockers and not only_carriers_missing(blockers):
        state = InvoiceState.BLOCKED
    elif push is not None:
        return InvoiceRow(invoice, InvoiceState.REFUSED, push.problem, blockers, push, customer)
    else:
        state = InvoiceState.READY
    return InvoiceRow(invoice, state, _reason(blockers), blockers, push, customer)


def sendable(row: InvoiceRow) -> bool:
    """Ready, or refused before and now without a blocker. Carriers may still be missing."""
    return row.state in (InvoiceState.READY, InvoiceState.REFUSED)


def agreement_rows(facts: Facts, rows: list[InvoiceRow]) -> list[AgreementRow]:
    waiting: dict[str, list[Invoice]] = defaultdict(list)
    for row in rows:
        if any(blocker.reason in HOLDING for blocker in row.blockers):
            waiting[row.invoice.agreement_id].append(row.invoice)
    return [
        _agreement_row(agreement, facts, waiting.get(agreement.id, []))
        for agreement in facts.agreements.values()
    ]


def _agreement_row(agreement: Agreement, facts: Facts, held: list[Invoice]) -> AgreementRow:
    action = agreement.accounting_action
    marked = action is None and agreement.id in facts.handling.updated
    unknown = is_unknown(agreement, facts)
    setting, advice = SETTING_WORDS.get(action or "", action or ""), ""
    if marked:
        setting = "Marked as updated"
    elif unknown:
        setting = "NinjaOne does not tell"
        advice = "Look in NinjaOne that it syncs with the accounting tool."
    elif holds_back(agreement):
        advice = "In NinjaOne, edit the agreement and choose to sync with the accounting tool."
    return AgreementRow(
        agreement=agreement,
        setting=setting,
        holds_back=holds_back(agreement) or (unknown and facts.handling.choices.hold_unknown),
        advice=advice,
        waiting=len(held),
        waiting_amounts=by_currency((invoice.currency, invoice.total) for invoice in held),
        can_mark=action is None,
        marked=marked,
    )


def _customer_text(invoice: Invoice, facts: Facts) -> str:
    mapping, customer = facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
    if customer is not None:
        return target_label(customer)
    return mapping.target_label if mapping is not None else ""


def _push_text(push: Push, invoice: Invoice) -> str:
    if push.state is PushState.SENDING:
        return "QuickBooks has not answered; it is looked up before anything is sent again."
    if push.state is PushState.DIFFERS:
        return push.problem
    number = push.doc_number or "without number"
    text = f"QuickBooks invoice {number}, {money_text(push.total or ZERO, invoice.currency)}"
    if invoice.status == InvoiceStatus.FAILED:
        text += ". NinjaOne calls it failed: its own integration seems to be on."
    return text


def _reason(blockers: tuple[Blocker, ...]) -> str:
    if not blockers:
        return ""
    more = len(blockers) - 1
    return blockers[0].text + (f" (and {more} more)" if more else "")
