"""An invoice beside its document, for the detail pane."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from decimal import Decimal
from typing import Any

from desktop_app.domain.document_choices import Track
from desktop_app.domain.document_lines import BuiltLine
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, money_text, same_amount
from desktop_app.domain.records import Document, Invoice, InvoiceLine, Push
from desktop_app.domain.review import target_label
from desktop_app.domain.tax import US_EXEMPT
from desktop_app.domain.totals import is_credit
from desktop_app.services.api_documents import DocumentView, LinePair, SumPair

Json = MappingOf[str, Any]
_SALES = "SalesItemLineDetail"
BY_TERMS = "(by the customer's terms)"


def view_of(
    invoice: Invoice, facts: Facts, document: Document, lines: tuple[BuiltLine, ...]
) -> DocumentView:
    """What would be sent."""
    return DocumentView(
        invoice=invoice,
        document=document,
        headers=_headers(invoice, facts, document.body, document.entity),
        lines=tuple(_pair(line.body, line.source, facts, line.changed) for line in lines),
        text=exact_json(document.body),
        notes=document.notes,
        sums=_sums(
            invoice,
            document.body,
            document.expectation.tax if document.expectation is not None else None,
            document.expectation.total if document.expectation is not None else None,
        ),
    )


def sent_view(invoice: Invoice, facts: Facts, push: Push) -> DocumentView:
    """What was sent, from its exact text, and the sums that QuickBooks answered."""
    body: Json = json.loads(push.payload, parse_float=Decimal)
    own = list(invoice.lines or ())
    rows = body.get("Line", [])
    pairs = [_pair(row, own[place] if place < len(own) else None, facts, "")
             for place, row in enumerate(rows)]  # fmt: skip
    return DocumentView(
        invoice=invoice,
        document=None,
        headers=_headers(invoice, facts, body, push.entity),
        lines=tuple(pairs),
        text=exact_json(body),
        notes=(),
        sent=True,
        sums=_sums(invoice, body, push.total_tax, push.total),
    )


def bare_view(invoice: Invoice) -> DocumentView:
    """An invoice that cannot go: its own side only."""
    lines = tuple(LinePair(line, "", "", None) for line in invoice.lines or ())
    return DocumentView(invoice, None, (), lines, "", (), sums=_sums(invoice, {}, None, None))


def _sums(
    invoice: Invoice, body: Json, tax: Decimal | None, total: Decimal | None
) -> tuple[SumPair, ...]:
    """tax, total: QuickBooks', None where they are not known (yet)."""
    sign = -1 if is_credit(invoice) else 1
    ours = sum((line.amount for line in invoice.lines or ()), ZERO) - invoice.discount
    theirs = None
    if body:
        theirs = ZERO
        for line in body.get("Line", ()):
            off = line.get("DetailType") == "DiscountLineDetail"
            theirs += (line.get("Amount") or ZERO) * (-1 if off else 1)
    net = "Lines less discount" if invoice.discount else "Lines"
    return tuple(
        SumPair(name, own, other, other is not None and not same_amount(sign * own, other))
        for name, own, other in (
            (net, ours, theirs), ("Tax", invoice.total_tax, tax), ("Total", invoice.total, total),
        )
    )  # fmt: skip


def _headers(
    invoice: Invoice, facts: Facts, body: Json, entity: str
) -> tuple[tuple[str, str, str], ...]:
    customer = facts.targets[Kind.CUSTOMERS].get(_value(body, "CustomerRef"))
    terms = {term.id: term.name for term in facts.terms}
    credit = entity == "CreditMemo"
    tax = body.get("TxnTaxDetail", {})
    sent_tax = money_text(tax["TotalTax"]) if "TotalTax" in tax else ""
    if not sent_tax and _taxed(body):
        sent_tax = "(QuickBooks computes)"
    rows = [
        ("Document", "Invoice", "Credit memo" if credit else "Invoice"),
        ("Customer", invoice.organization_name, target_label(customer) if customer else ""),
        ("Number", invoice.number, body.get("DocNumber") or "(QuickBooks numbers)"),
        ("Date", str(invoice.invoice_date or ""), body.get("TxnDate", "")),
        ("Due", str(invoice.due_date or ""), body.get("DueDate", "" if credit else BY_TERMS)),
        ("Terms", "", terms.get(_value(body, "SalesTermRef"), "")),
        ("Currency", invoice.currency, _currency(facts, body)),
        ("Exchange rate", "", str(body.get("ExchangeRate", ""))),
        ("Tax", money_text(invoice.total_tax), sent_tax),
        ("Tax code", _percent(invoice), _tax_code(facts, _value(tax, "TxnTaxCodeRef"))),
        ("Class", "", _tracked(facts, Track.CLASS, _value(body, "ClassRef"))),
        ("Location", "", _tracked(facts, Track.LOCATION, _value(body, "DepartmentRef"))),
        ("E-mail", invoice.bill_email, body.get("BillEmail", {}).get("Address", "")),
        ("Message", invoice.note, _value(body, "CustomerMemo")),
        ("Private note", "", body.get("PrivateNote", "")),
    ]  # fmt: skip
    return tuple(row for row in rows if row[1] or row[2])


def _taxed(body: Json) -> bool:
    """Whether any of it names a tax code that may tax."""
    lines = (line.get(_SALES, {}) for line in body.get("Line", ()))
    return any(_value(line, "TaxCodeRef") not in ("", US_EXEMPT) for line in lines)


def _pair(body: Json, source: InvoiceLine | None, facts: Facts, changed: str) -> LinePair:
    detail = body.get(_SALES, {})
    item = facts.targets[Kind.ITEMS].get(_value(detail, "ItemRef"))
    kind = body.get("DetailType")
    text = target_label(item) if item is not None else _value(detail, "ItemRef")
    if kind == "DiscountLineDetail":
        text = "Discount"
    elif kind == "DescriptionOnly":
        text = "Text only"
    parts = []
    if detail.get("Qty") is not None:
        parts.append(f"{_plain(detail['Qty'])} x {_plain(detail['UnitPrice'])}")
    code = _value(detail, "TaxCodeRef")
    if code:
        parts.append(f"tax {_tax_code(facts, code)}")
    name = _tracked(facts, Track.CLASS, _value(detail, "ClassRef"))
    if name:
        parts.append(f"class {name}")
    account = facts.targets[Kind.ACCOUNTS].get(item.income_account_id) if item else None
    amount = body.get("Amount")
    return LinePair(
        ours=source,
        item_text=text,
        description=body.get("Description", ""),
        amount=-amount if amount is not None and kind == "DiscountLineDetail" else amount,
        detail=", ".join(parts),
        changed=changed,
        account=target_label(account) if account is not None else "",
    )


def _value(body: Json, name: str) -> str:
    held = body.get(name)
    return str(held.get("value", "")) if isinstance(held, MappingOf) else ""


def _plain(value: Decimal | int) -> str:
    return f"{Decimal(value).normalize():f}"


def _currency(facts: Facts, body: Json) -> str:
    """A company of one currency has no choice, so the document names none."""
    home = facts.company.home_currency if facts.company is not None else ""
    return _value(body, "CurrencyRef") or (f"({home})" if home else "")


def _percent(invoice: Invoice) -> str:
    return f"{_plain(invoice.tax_rate * 100)} %" if invoice.tax_rate is not None else ""


def _tax_code(facts: Facts, code: str) -> str:
    """The code with its rate: bare ids tell nobody anything."""
    known = next((each for each in facts.tax_codes if each.id == code), None)
    if known is None or known.name == code:
        return code
    return known.name if known.rate is None else f"{known.name} ({_plain(known.rate)} %)"


def _tracked(facts: Facts, track: Track, identity: str) -> str:
    known = facts.handling.tracked.get(track, {})
    return known[identity].name if identity in known else identity


def exact_json(value: Any, margin: str = "") -> str:
    """Indented JSON whose numbers keep every digit."""
    inner = f"{margin}  "
    if isinstance(value, MappingOf) and value:
        lines = (f"{inner}{json.dumps(k)}: {exact_json(v, inner)}" for k, v in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if isinstance(value, list | tuple) and value:
        return "[\n" + ",\n".join(inner + exact_json(v, inner) for v in value) + f"\n{margin}]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)
