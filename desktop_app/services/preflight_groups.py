"""Invoices by what holds them back: one group for each cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from desktop_app.domain.facts import Facts
from desktop_app.domain.money import ZERO
from desktop_app.domain.preflight import NOT_GOING, Blocker, Reason
from desktop_app.domain.records import Invoice
from desktop_app.services.api import InvoiceRow, InvoiceState
from desktop_app.services.api_preflight import Jump, Page, PreflightGroup, Weight

_QUESTIONS = frozenset({Reason.CARRIER_MISSING, Reason.CREDIT_MEMO})
_ORDER = {weight: place for place, weight in enumerate(Weight)}
_PAGES = {
    Reason.AGREEMENT_NOT_UPDATED: Page.AGREEMENTS,
    Reason.AGREEMENT_UNKNOWN: Page.AGREEMENTS,
    Reason.CREDIT_MEMO: Page.INVOICES,
    Reason.REFUSED: Page.INVOICES,
    Reason.NUMBER: Page.INVOICES,
    Reason.NUMBER_TAKEN: Page.INVOICES,
    Reason.NUMBER_UNFIT: Page.SETTINGS,
    Reason.DISCOUNT: Page.SETTINGS,
    Reason.TAX: Page.SETTINGS,
    Reason.TRACKING: Page.SETTINGS,
    Reason.NOT_CONNECTED: Page.INTEGRATIONS,
    Reason.OTHER_COMPANY: Page.INTEGRATIONS,
}
_APART = frozenset({Reason.TAX, Reason.TRACKING, Reason.NOT_CONNECTED, Reason.OTHER_COMPANY,
                    Reason.UNKNOWN_STATUS, Reason.CURRENCY})  # fmt: skip
"""Reasons whose words are the cause: other words are another group."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at on an invoice that goes all the same."""

    reason: Reason
    cause: str
    advice: str
    subject: str = ""


@dataclass(slots=True)
class _Group:
    reason: Reason
    weight: Weight
    cause: str
    advice: str
    jump: Jump | None
    ids: list[str] = field(default_factory=list)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    alone: int = 0

    def add(self, invoice: Invoice, *, alone: bool) -> None:
        if self.ids and self.ids[-1] == invoice.id:
            return  # a second blocker of the same cause
        self.ids.append(invoice.id)
        currency = invoice.currency
        self.amounts[currency] = self.amounts.get(currency, ZERO) + invoice.total
        self.alone += alone


class Grouper:
    """Collects rows one by one; :meth:`groups` sorts them."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._groups: dict[tuple[str, ...], _Group] = {}

    def add(self, row: InvoiceRow) -> None:
        blockers = row.blockers
        alone = len(blockers) == 1
        for blocker in blockers:
            self._group(blocker).add(row.invoice, alone=alone)
        if row.state is InvoiceState.REFUSED and row.push is not None:
            text = row.push.problem or "without saying why"
            key = (Reason.REFUSED.value, text)
            if key not in self._groups:
                self._groups[key] = _Group(
                    Reason.REFUSED, Weight.BLOCKED, f"QuickBooks refused it: {text}",
                    "Mend the cause, then send again.", Jump(Page.INVOICES),
                )  # fmt: skip
            self._groups[key].add(row.invoice, alone=not blockers)

    def warn(self, invoice: Invoice, warned: Warned) -> None:
        key = ("warning", warned.reason.value, warned.subject)
        group = self._groups.get(key)
        if group is None:
            page = _PAGES.get(warned.reason)
            jump = Jump(page or Page.INVOICES, None, (warned.subject,) if warned.subject else ())
            group = self._groups[key] = _Group(
                warned.reason, Weight.WARNING, warned.cause, warned.advice, jump
            )
        group.add(invoice, alone=False)

    def groups(self) -> list[PreflightGroup]:
        found = [
            PreflightGroup(
                key=":".join(key),
                reason=group.reason,
                weight=group.weight,
                cause=group.cause.rstrip("."),
                advice=group.advice,
                invoice_ids=tuple(group.ids),
                amounts=tuple(sorted(group.amounts.items())),
                alone=group.alone,
                jump=group.jump,
            )
            for key, group in self._groups.items()
        ]
        found.sort(key=lambda g: (_ORDER[g.weight], -_largest(g), -g.count, g.key))
        return found

    def _group(self, blocker: Blocker) -> _Group:
        key = _key(blocker)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(
                blocker.reason,
                _weight(blocker.reason),
                blocker.cause or blocker.text,
                blocker.advice,
                _jump(blocker),
            )
        return group


def _key(blocker: Blocker) -> tuple[str, ...]:
    reason = blocker.reason.value
    if blocker.kind is not None:
        return (reason, blocker.kind.value, blocker.source_id)
    if blocker.subject:
        return (reason, blocker.subject)
    if blocker.reason in _APART:
        return (reason, blocker.cause or blocker.text)
    return (reason,)


def _weight(reason: Reason) -> Weight:
    if reason in NOT_GOING:
        return Weight.NOT_GOING
    if reason in _QUESTIONS:
        return Weight.QUESTION
    return Weight.HELD if reason is Reason.HELD else Weight.BLOCKED


def _jump(blocker: Blocker) -> Jump | None:
    if blocker.kind is not None:
        return Jump(Page.MAPPING, blocker.kind, (blocker.source_id,))
    page = _PAGES.get(blocker.reason)
    if page is None:
        return None
    return Jump(page, None, (blocker.subject,) if blocker.subject else ())


def _largest(group: PreflightGroup) -> Decimal:
    return max((abs(amount) for _, amount in group.amounts), default=ZERO)
