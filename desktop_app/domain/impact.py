"""What a bulk change would do to invoices, told before it is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Invoice
from desktop_app.domain.waiting import Waiting


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One wanted change: link the source to target_id, or clear it ("")."""

    kind: Kind
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True)
class Impact:
    """ready, blocked: unsent invoices that become so, with count and amounts. still_blocked: that
    depend on a changed row and go on being blocked. sent: documents in QuickBooks (or under way)
    that depend on a changed row and are not changed by this."""

    ready: Waiting = field(default_factory=Waiting)
    blocked: Waiting = field(default_factory=Waiting)
    still_blocked: Waiting = field(default_factory=Waiting)
    ready_invoices: tuple[Invoice, ...] = ()
    blocked_invoices: tuple[Invoice, ...] = ()
    sent_invoices: tuple[Invoice, ...] = ()

    @property
    def sent(self) -> int:
        return len(self.sent_invoices)
