"""Exchange rates that documents in foreign currencies carry (QuickBooks sheet 8.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop_app.domain.facts import Facts
from desktop_app.domain.ports import Gateways
from desktop_app.domain.ports_handling import HandlingStore
from desktop_app.domain.records import Invoice
from desktop_app.progress import Progress
from desktop_app.services.api import Service
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins


def missing_rates(invoices: Sequence[Invoice], facts: Facts) -> set[tuple[str, date]]:
    """Currencies and days whose rate is not known yet."""
    company = facts.company
    if company is None or not company.multicurrency:
        return set()
    wanted = {
        (invoice.currency, invoice.invoice_date)
        for invoice in invoices
        if invoice.currency
        and invoice.currency != company.home_currency
        and invoice.invoice_date is not None
    }
    return wanted - set(facts.handling.rates)


class Rates:
    """Reads each rate once and keeps it."""

    def __init__(
        self, *, store: HandlingStore, facts: LocalFacts, logins: Logins, gateways: Gateways
    ) -> None:
        self._store = store
        self._facts = facts
        self._logins = logins
        self._gateways = gateways

    def read(self, invoices: Sequence[Invoice], progress: Progress) -> None:
        """Before a run: one metered read for each currency and day that is not known yet."""
        facts = self._facts.get()
        missing = sorted(missing_rates(invoices, facts))
        if not missing:
            return
        workspace = facts.workspace
        keeper = self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        quickbooks = self._gateways.quickbooks(workspace, keeper)
        try:
            for number, (currency, day) in enumerate(missing):
                progress.report(f"Exchange rate of {currency} on {day}", number, len(missing))
                rate = quickbooks.exchange_rate(currency, day, progress)
                self._store.put_rate(workspace.id, currency, day, rate)
        finally:
            self._facts.invalidate(Part.HANDLING)
