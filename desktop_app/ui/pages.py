"""Which pages the window has, in the order of the rail. A page's module is read when it is first
shown, so that the start stays short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.domain.kinds import Kind
from desktop_app.ui.shell import Page, Shell

MAPPING = "Mapping"
BILLING = "Billing"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """An entry of the rail and how to make its page. Pages of one section share a tab bar when
    the section is Mapping. rail: what the rail has room for, where the title is longer."""

    key: str
    title: str
    icon: str
    section: str
    make: Callable[[Shell], Page]
    rail: str = ""


def standard_pages(
    connect: Callable[[Shell], Page], settings: Callable[[Shell], Page]
) -> tuple[PageSpec, ...]:
    """The program's pages; the window makes the two that it is wired to itself."""
    return (
        PageSpec("integrations", "Integrations", "integrations", "", connect),
        *(PageSpec(kind.value, kind.label, kind.value, MAPPING, _mapping(kind)) for kind in Kind),
        PageSpec("changes", "Changes in QuickBooks", "changes", MAPPING, _changes, "Changes"),
        PageSpec("preflight", "Preflight", "preflight", BILLING, _preflight),
        PageSpec("invoices", "Invoices", "invoices", BILLING, _invoices),
        PageSpec("agreements", "Agreements", "agreements", BILLING, _agreements),
        PageSpec("month-end", "Month end", "month-end", BILLING, _month_end),
        PageSpec("settings", "Settings", "settings", "", settings),
    )


def _mapping(kind: Kind) -> Callable[[Shell], Page]:
    def make(shell: Shell) -> Page:
        from desktop_app.ui.mapping.page import MappingPage

        return MappingPage(shell, kind)

    return make


def _changes(shell: Shell) -> Page:
    from desktop_app.ui.changes.page import ChangesPage

    return ChangesPage(shell)


def _preflight(shell: Shell) -> Page:
    from desktop_app.ui.invoices.preflight import PreflightPage

    return PreflightPage(shell)


def _invoices(shell: Shell) -> Page:
    from desktop_app.ui.invoices.page import InvoicesPage

    return InvoicesPage(shell)


def _agreements(shell: Shell) -> Page:
    from desktop_app.ui.invoices.agreements import AgreementsPage

    return AgreementsPage(shell)


def _month_end(shell: Shell) -> Page:
    from desktop_app.ui.invoices.month_end import MonthEndPage

    return MonthEndPage(shell)
