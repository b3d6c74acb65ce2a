"""Invoices by what holds them back: one group for each cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import ZERO, by_currency
from desktop_app.domain.preflight import NOT_GOING, Blocker, Reason
from desktop_app.domain.records import Invoice, InvoiceStatus
from desktop_app.services.api import InvoiceRow, InvoiceState
from desktop_app.services.api_preflight import (
    Amounts,
    Jump,
    Page,
    PreflightGroup,
    Tally,
    Weight,
)

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
_PARTS = {Reason.TAX: "tax", Reason.TRACKING: "tracking"}
"""Which part of the settings; the others are among the documents' own."""
_APART = frozenset({Reason.TAX, Reason.TRACKING, Reason.NOT_CONNECTED, Reason.OTHER_COMPANY,
                    Reason.UNKNOWN_STATUS, Reason.CURRENCY})  # fmt: skip
"""Reasons whose words are the cause: other words are another group."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at on an invoice that goes all the same. subject: an agreement's id, or
    what else tells causes apart. kind, source_id: the mapping row that mends it."""

    reason: Reason
    cause: str
    advice: str
    subject: str = ""
    kind: Kind | None = None
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class _Cause:
    """One cause as one invoice has it; key names the group."""

    key: tuple[str, ...]
    reason: Reason
    weight: Weight
    text: str
    advice: str
    jump: Jump | None
    alone: bool = False


@dataclass(slots=True)
class _Group:
    """members: place of the row to (invoice id, currency, total, whether nothing else holds it).
    made: what was handed out, until it changes."""

    cause: _Cause
    members: dict[int, tuple[str, str, Decimal, bool]] = field(default_factory=dict)
    made: PreflightGroup | None = None


class Grouper:
    """Groups of all rows, kept up to date: a decision looks only at the rows that it changed."""

    def __init__(self, warnings: Callable[[Invoice, Facts], Iterable[Warned]]) -> None:
        self._warnings = warnings
        self._rows: list[InvoiceRow] = []
        self._causes: list[tuple[tuple[str, ...], ...]] = []
        self._groups: dict[tuple[str, ...], _Group] = {}

    def update(self, rows: list[InvoiceRow], facts: Facts) -> None:
        """*rows*: those before, each the same object where nothing changed."""
        changed = list(range(len(rows)))
        if len(rows) == len(self._rows):
            changed = [n for n, row in enumerate(rows) if row is not self._rows[n]]
        if len(rows) != len(self._rows) or len(changed) > len(rows) // 2:
            self._groups, self._causes = {}, [()] * len(rows)
            changed = list(range(len(rows)))
        for place in changed:
            self._replace(place, rows[place], facts)
        self._rows = rows

    def groups(self) -> list[PreflightGroup]:
        found = [group.made or _made(group) for group in self._groups.values()]
        found.sort(key=lambda g: (_ORDER[g.weight], -_largest(g), -g.count, g.key))
        return found

    def _replace(self, place: int, row: InvoiceRow, facts: Facts) -> None:
        for key in self._causes[place]:
            group = self._groups[key]
            group.members.pop(place, None)
            group.made = None
            if not group.members:
                del self._groups[key]
        causes = {cause.key: cause for cause in self._of(row, facts)}
        self._causes[place] = tuple(causes)
        invoice = row.invoice
        for key, cause in causes.items():
            known = self._groups.get(key)
            if known is None:
                known = self._groups[key] = _Group(cause)
            known.cause, known.made = cause, None
            known.members[place] = (invoice.id, invoice.currency, invoice.total, cause.alone)

    def _of(self, row: InvoiceRow, facts: Facts) -> Iterator[_Cause]:
        blockers = row.blockers
        alone = len({_key(blocker) for blocker in blockers}) == 1
        for blocker in blockers:
            yield _Cause(
                _key(blocker),
                blocker.reason,
                _weight(blocker.reason),
                blocker.cause or blocker.text,
                blocker.advice,
                jump_of(blocker),
                alone,
            )
        if row.state is InvoiceState.REFUSED and row.push is not None:
            text = row.push.problem or "without saying why"
            yield _Cause(
                (Reason.REFUSED.value, text),
                Reason.REFUSED,
                Weight.BLOCKED,
                f"QuickBooks refused it: {text}",
                "Mend the cause, then send again.",
                Jump(Page.INVOICES),
                not blockers,
            )
        if row.state is InvoiceState.READY:
            for warned in self._warnings(row.invoice, facts):
                if warned.kind is not None:
                    jump = Jump(Page.MAPPING, warned.kind, (warned.source_id,))
                else:
                    page = _PAGES.get(warned.reason, Page.INVOICES)
                    jump = Jump(page, None, (warned.subject,) if warned.subject else ())
                yield _Cause(
                    ("warning", warned.reason.value, warned.subject),
                    warned.reason,
                    Weight.WARNING,
                    warned.cause,
                    warned.advice,
                    jump,
                )


def _made(group: _Group) -> PreflightGroup:
    members = [group.members[place] for place in sorted(group.members)]
    cause = group.cause
    group.made = PreflightGroup(
        key=":".join(cause.key),
        reason=cause.reason,
        weight=cause.weight,
        cause=cause.text.rstrip("."),
        advice=cause.advice,
        invoice_ids=tuple(member[0] for member in members),
        amounts=by_currency((member[1], member[2]) for member in members),
        alone=sum(member[3] for member in members),
        jump=cause.jump,
    )
    return group.made


def amounts_of(invoices: Iterable[Invoice]) -> Amounts:
    """NinjaOne's totals by currency."""
    return by_currency((invoice.currency, invoice.total) for invoice in invoices)


class Standing(Enum):
    READY = auto()
    ASKS = auto()
    THERE = auto()
    BLOCKED = auto()
    HELD = auto()
    BEFORE = auto()


class Tallies:
    """Counts and amounts of approved invoices by where they stand, kept up to date likewise."""

    def __init__(self) -> None:
        self._rows: list[InvoiceRow] = []
        self._counts: dict[tuple[Standing, str], list[Any]] = {}

    def update(self, rows: list[InvoiceRow]) -> None:
        if len(rows) != len(self._rows):
            self._counts = {}
            for row in rows:
                self._count(row, 1)
        else:
            for old, new in zip(self._rows, rows, strict=True):
                if old is not new:
                    self._count(old, -1)
                    self._count(new, 1)
        self._rows = rows

    def of(self, *standings: Standing) -> Tally:
        found = {key: sums for key, sums in self._counts.items() if key[0] in standings and sums[0]}
        return Tally(
            sum(count for count, _ in found.values()),
            by_currency((currency, amount) for (_, currency), (_, amount) in found.items()),
        )

    def _count(self, row: InvoiceRow, by: int) -> None:
        standing = standing_of(row)
        if standing is not None:
            sums = self._counts.setdefault((standing, row.invoice.currency), [0, ZERO])
            sums[0] += by
            sums[1] += by * row.invoice.total


def standing_of(row: InvoiceRow) -> Standing | None:
    """Where an approved invoice stands; None for others."""
    if row.invoice.status != InvoiceStatus.APPROVED:
        return None
    if row.state is InvoiceState.READY:
        return Standing.ASKS if row.blockers else Standing.READY
    return {
        InvoiceState.SENT: Standing.THERE,
        InvoiceState.DIFFERS: Standing.THERE,
        InvoiceState.UNCERTAIN: Standing.THERE,
        InvoiceState.HELD: Standing.HELD,
        InvoiceState.NOT_GOING: Standing.BEFORE,
    }.get(row.state, Standing.BLOCKED)


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


def jump_of(blocker: Blocker) -> Jump | None:
    """Where it is mended; None where no screen does."""
    if blocker.kind is not None:
        return Jump(Page.MAPPING, blocker.kind, (blocker.source_id,))
    page = _PAGES.get(blocker.reason)
    if page is None:
        return None
    part = _PARTS.get(blocker.reason, "documents") if page is Page.SETTINGS else ""
    return Jump(page, None, (blocker.subject,) if blocker.subject else (), part)


def _largest(group: PreflightGroup) -> Decimal:
    return max((abs(amount) for _, amount in group.amounts), default=ZERO)
