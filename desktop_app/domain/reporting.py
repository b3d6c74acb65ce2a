"""Makes the month-end report from local data.

An invoice and a document belong together when it was sent from here (by its id), or else when a
document of QuickBooks carries its number and belongs to its customer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from desktop_app.domain.facts import Facts
from desktop_app.domain.handling import BooksDocument
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, money_text, same_amount
from desktop_app.domain.numbering import plain_number
from desktop_app.domain.records import Invoice, InvoiceStatus, Push, PushState
from desktop_app.domain.report import Finding, MonthReport, ReportRow, ReportTotal
from desktop_app.domain.review import target_label
from desktop_app.domain.totals import is_credit, wanted

APPROVED = frozenset({InvoiceStatus.APPROVED, InvoiceStatus.COMPLETE, InvoiceStatus.FAILED})
"""What was approved once: complete and failed ones were (NinjaOne sheet 4.6)."""

_ORDER = {finding: place for place, finding in enumerate(Finding)}
Why = Callable[[Invoice], str]


def month_report(facts: Facts, start: date, end: date, made_at: datetime, why: Why) -> MonthReport:
    """why: the reason, in words, that an approved invoice is not in QuickBooks."""
    maker = _Maker(facts, start, end, why)
    rows = sorted(
        maker.rows(),
        key=lambda r: (_ORDER[r.finding], r.customer.casefold(), r.number or r.doc_number),
    )
    customers: dict[tuple[str, str], list[ReportRow]] = {}
    currencies: dict[tuple[str, str], list[ReportRow]] = {}
    for row in rows:
        customers.setdefault((row.customer, row.currency), []).append(row)
        currencies.setdefault(("", row.currency), []).append(row)
    company = facts.company.name if facts.company is not None else facts.workspace.company_name
    return MonthReport(
        start=start,
        end=end,
        company=company,
        made_at=made_at,
        rows=tuple(rows),
        customers=_totals(sorted(customers.items(), key=lambda c: (c[0][0].casefold(), c[0][1]))),
        totals=_totals(sorted(currencies.items())),
        books_read_at=_read_at(facts, start, end),
    )


def _read_at(facts: Facts, start: date, end: date) -> datetime | None:
    """The last reading that covers the whole period."""
    covering = [r.read_at for r in facts.handling.reads if r.start <= start and r.end >= end]
    return max(covering, default=None)


def _totals(groups: Iterable[tuple[tuple[str, str], list[ReportRow]]]) -> tuple[ReportTotal, ...]:
    return tuple(
        ReportTotal(
            customer=customer,
            currency=currency,
            ninjaone=sum((r.ninjaone_total or ZERO for r in rows), ZERO),
            quickbooks=sum((r.quickbooks_total or ZERO for r in rows), ZERO),
            counts=tuple((f, sum(r.finding is f for r in rows)) for f in Finding),
        )
        for (customer, currency), rows in groups
    )


class _Maker:
    def __init__(self, facts: Facts, start: date, end: date, why: Why) -> None:
        self._facts = facts
        self._start = start
        self._end = end
        self._why = why
        self._books = {(one.entity, one.id): one for one in facts.handling.books}
        self._matched: set[tuple[str, str]] = set()

    def rows(self) -> Iterator[ReportRow]:
        for invoice in self._facts.invoices:
            if self._inside(invoice.invoice_date):
                row = self._invoice(invoice)
                if row is not None:
                    yield row
        for invoice_id, push in self._facts.pushes.items():
            if invoice_id not in self._facts.places and _is_there(push):
                row = self._orphan(push)
                if row is not None:
                    yield row
        ours = {(push.entity, push.qbo_id) for push in self._facts.pushes.values() if push.qbo_id}
        for key, one in self._books.items():
            known = key in self._matched or key in ours or one.voided
            if not known and self._inside(one.day):
                yield self._stranger(one)

    def _inside(self, day: date | None) -> bool:
        return day is not None and self._start <= day <= self._end

    def _covered(self, day: date | None) -> datetime | None:
        """When the documents of that day were last read from QuickBooks."""
        if day is None:
            return None
        return max((r.read_at for r in self._facts.handling.reads if r.start <= day <= r.end),
                   default=None)  # fmt: skip

    def _invoice(self, invoice: Invoice) -> ReportRow | None:
        push = self._facts.pushes.get(invoice.id)
        if push is not None and push.state is PushState.SENDING:
            return self._row(Finding.MISSING, invoice, why="Sent, and its answer was lost: "
                             "being looked up")  # fmt: skip
        if push is not None and _is_there(push):
            return self._ours(invoice, push)
        if invoice.status not in APPROVED:
            return None
        stranger = self._by_number(invoice)
        if stranger is not None:
            self._matched.add((stranger.entity, stranger.id))
            return self._both(invoice, stranger, by_us=False)
        if invoice.status == InvoiceStatus.APPROVED:
            return self._row(Finding.MISSING, invoice, why=self._why(invoice))
        if self._covered(invoice.invoice_date) is None:
            return None  # it may be there: nobody has looked
        return self._row(
            Finding.MISSING, invoice, why=f"{invoice.status.title()} in NinjaOne, not found"
        )

    def _ours(self, invoice: Invoice, push: Push) -> ReportRow:
        key = (push.entity, push.qbo_id)
        found = self._books.get(key)
        self._matched.add(key)
        total = push.total or ZERO
        number = push.doc_number
        if found is not None:
            total, number = found.total, found.number
        signed = -total if push.entity == "CreditMemo" else total
        if invoice.status not in APPROVED:
            return self._row(
                Finding.UNEXPECTED, invoice, push, number, signed,
                f"{invoice.status.title()} in NinjaOne, sent from here",
            )  # fmt: skip
        if found is not None and found.voided:
            return self._row(Finding.MISSING, invoice, why="Sent, and voided in QuickBooks")
        read_at = self._covered(invoice.invoice_date)
        sent_at = push.finished_at or push.started_at
        if found is None and read_at is not None and read_at > sent_at:
            return self._row(
                Finding.MISSING, invoice, why="Sent, and no longer in QuickBooks on that date"
            )
        if found is not None:
            return self._both(invoice, found, by_us=True, push=push)
        why = self._amounts(invoice, signed)
        if _renumbered(invoice, push):
            why += f"{'; ' if why else ''}numbered {number or 'not at all'} in QuickBooks"
        finding = Finding.DIFFERENT if why else Finding.EQUAL
        return self._row(finding, invoice, push, number, signed, why)

    def _both(
        self, invoice: Invoice, found: BooksDocument, *, by_us: bool, push: Push | None = None
    ) -> ReportRow:
        signed = _signed(found)
        problems = [self._amounts(invoice, signed)]
        _, customer = self._facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
        if customer is not None and found.customer_id != customer.id:
            problems.append(f"customer {found.customer_name or found.customer_id}")
        if found.day != invoice.invoice_date:
            problems.append(f"dated {found.day}")
        if push is not None and (found.number != push.doc_number or _renumbered(invoice, push)):
            problems.append(f"numbered {found.number or 'not at all'} in QuickBooks")
        if found.voided:
            problems.append("voided")
        why = "; ".join(filter(None, problems))
        return ReportRow(
            Finding.DIFFERENT if why else Finding.EQUAL,
            customer=self._customer(invoice),
            currency=invoice.currency or found.currency,
            day=invoice.invoice_date,
            invoice_id=invoice.id,
            number=plain_number(invoice),
            ninjaone_total=invoice.total,
            entity=found.entity,
            qbo_id=found.id,
            doc_number=found.number,
            quickbooks_total=signed,
            why=why if by_us or not why else f"not sent from here; {why}",
            by_us=by_us,
        )

    def _amounts(self, invoice: Invoice, signed: Decimal) -> str:
        total, _ = wanted(invoice, self._facts.workspace.tax_choice)
        expected = -total if is_credit(invoice) else total
        if same_amount(expected, signed):
            return ""
        return f"differs by {money_text(abs(signed - expected), invoice.currency)}"

    def _row(
        self,
        finding: Finding,
        invoice: Invoice,
        push: Push | None = None,
        number: str = "",
        total: Decimal | None = None,
        why: str = "",
    ) -> ReportRow:
        return ReportRow(
            finding,
            customer=self._customer(invoice),
            currency=invoice.currency,
            day=invoice.invoice_date,
            invoice_id=invoice.id,
            number=plain_number(invoice),
            ninjaone_total=None if finding is Finding.UNEXPECTED else invoice.total,
            entity=push.entity if push else "",
            qbo_id=push.qbo_id if push else "",
            doc_number=number,
            quickbooks_total=total,
            why=why,
            by_us=None if push is None else True,
        )

    def _orphan(self, push: Push) -> ReportRow | None:
        """A document of ours whose invoice is no longer in NinjaOne."""
        key = (push.entity, push.qbo_id)
        found = self._books.get(key)
        day = found.day if found is not None else push.started_at.date()
        if not self._inside(day) or (found is not None and found.voided):
            return None
        self._matched.add(key)
        total = found.total if found is not None else push.total or ZERO
        return ReportRow(
            Finding.UNEXPECTED,
            customer=found.customer_name if found is not None else "",
            currency=found.currency if found is not None else self._home(),
            day=day,
            invoice_id=push.invoice_id,
            entity=push.entity,
            qbo_id=push.qbo_id,
            doc_number=found.number if found is not None else push.doc_number,
            quickbooks_total=-total if push.entity == "CreditMemo" else total,
            why="Sent from here; no longer in NinjaOne",
            by_us=True,
        )

    def _stranger(self, one: BooksDocument) -> ReportRow:
        return ReportRow(
            Finding.UNEXPECTED,
            customer=one.customer_name,
            currency=one.currency or self._home(),
            day=one.day,
            entity=one.entity,
            qbo_id=one.id,
            doc_number=one.number,
            quickbooks_total=_signed(one),
            why="Not sent from here",
            by_us=False,
        )

    def _by_number(self, invoice: Invoice) -> BooksDocument | None:
        _, customer = self._facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
        entity = "CreditMemo" if is_credit(invoice) else "Invoice"
        for one in self._facts.strangers_numbered(self._facts.number_of(invoice)):
            fits = customer is None or one.customer_id == customer.id
            if one.entity == entity and fits and (one.entity, one.id) not in self._matched:
                return one
        return None

    def _customer(self, invoice: Invoice) -> str:
        _, customer = self._facts.mapped(Kind.CUSTOMERS, invoice.organization_id)
        return target_label(customer) if customer is not None else invoice.organization_name

    def _home(self) -> str:
        return self._facts.company.home_currency if self._facts.company is not None else ""


def _renumbered(invoice: Invoice, push: Push) -> bool:
    """Whether NinjaOne gave it another number since it was sent."""
    source = json.loads(push.source) if push.source else {}
    return bool(source.get("number", invoice.number) != invoice.number)


def _is_there(push: Push) -> bool:
    return push.state in (PushState.SENT, PushState.DIFFERS)


def _signed(one: BooksDocument) -> Decimal:
    """A credit memo counts negative."""
    return -one.total if one.entity == "CreditMemo" else one.total
