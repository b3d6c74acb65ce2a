"""Everything that decides what happens to an invoice, gathered from local data."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from functools import cached_property

from desktop_app.domain.catalogue import What
from desktop_app.domain.creating import CreateState, Creation
from desktop_app.domain.handling import PLAIN, BooksDocument, Handling
from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import equal_fold
from desktop_app.domain.numbering import document_number
from desktop_app.domain.records import (
    Agreement,
    Company,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    Mapping,
    Push,
    PushState,
    Source,
    Target,
    TaxCode,
    Term,
    Workspace,
)
from desktop_app.domain.stamps import lock_text


@dataclass(frozen=True)
class Facts:
    """Local data of one workspace at one moment.

    carriers: QuickBooks account id to item id. mappings: links; excluded: what is held on purpose.
    vanished: how targets that rows still point at went away. fresh: sources that came with a
    refresh and that nobody has looked at yet. creations: by source id, what is to be created in
    QuickBooks and is not there yet; created: the id of what was created from a source.
    """

    workspace: Workspace
    company: Company | None
    sources: MappingOf[Kind, MappingOf[str, Source]]
    targets: MappingOf[Kind, MappingOf[str, Target]]
    mappings: MappingOf[Kind, MappingOf[str, Mapping]]
    agreements: MappingOf[str, Agreement] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    tax_codes: tuple[TaxCode, ...] = ()
    carriers: MappingOf[str, str] = field(default_factory=dict)
    pushes: MappingOf[str, Push] = field(default_factory=dict)
    invoices: tuple[Invoice, ...] = ()
    excluded: MappingOf[Kind, MappingOf[str, Mapping]] = field(default_factory=dict)
    companies: frozenset[str] = frozenset()  # the stamps of the decisions
    vanished: MappingOf[Kind, MappingOf[str, What]] = field(default_factory=dict)
    fresh: MappingOf[Kind, frozenset[str]] = field(default_factory=dict)  # new source ids
    handling: Handling = PLAIN
    creations: MappingOf[Kind, MappingOf[str, Creation]] = field(default_factory=dict)
    created: MappingOf[Kind, MappingOf[str, str]] = field(default_factory=dict)

    def keep_indexes(self, before: Facts) -> None:
        """Take over what *before* found out from the very same records, rather than look at
        20,000 of them again."""
        for name, parts in _INDEXES.items():
            if name in before.__dict__ and all(
                getattr(self, part) is getattr(before, part) for part in parts
            ):
                self.__dict__[name] = before.__dict__[name]

    def mapped(self, kind: Kind, source_id: str) -> tuple[Mapping | None, Target | None]:
        """The link of a source and its target; the target is None when it has vanished."""
        mapping = self.mappings[kind].get(source_id)
        return mapping, self.targets[kind].get(mapping.target_id) if mapping else None

    def is_excluded(self, kind: Kind, source_id: str) -> bool:
        return source_id in self.excluded.get(kind, ())

    def to_be_created(self, kind: Kind, source_id: str) -> Creation | None:
        """What a person wants created for the source and is not in QuickBooks yet."""
        found = self.creations.get(kind, {}).get(source_id)
        return None if found is None or found.state is CreateState.REFUSED else found

    @cached_property
    def locked(self) -> str:
        """Why mappings can only be looked at, "" if they can be changed."""
        return lock_text(self.workspace, self.company, self.companies)

    @cached_property
    def currencies(self) -> dict[str, set[str]]:
        """Organization id to the currencies of its approved invoices."""
        found: dict[str, set[str]] = {}
        for invoice in self.invoices:
            if invoice.currency and invoice.status == InvoiceStatus.APPROVED:
                found.setdefault(invoice.organization_id, set()).add(invoice.currency)
        return found

    def product_of(self, line: InvoiceLine) -> str:
        """The line's product id, by id or else by an exact, unique name ("" for none).

        Source: NinjaOne sheet 4.8.
        """
        return line.product_id or self._ids_by_name[Kind.ITEMS].get(equal_fold(line.name), "")

    def account_of(self, line: InvoiceLine) -> str:
        """The line's account code id: its own, or its product's ("" for none)."""
        if line.account_id:
            return line.account_id
        product = self.sources[Kind.ITEMS].get(self.product_of(line))
        return product.account_id if product else ""

    def others_numbered(self, invoice: Invoice, number: str) -> list[Invoice]:
        """Other invoices that may go or were sent and whose document carries *number*, too."""
        return [other for other in self.numbered(number) if other.id != invoice.id]

    def numbered(self, number: str) -> list[Invoice]:
        """All that may go or were sent and whose document carries *number*."""
        return self._by_number.get(number, []) if number else []

    def strangers_numbered(self, number: str) -> list[BooksDocument]:
        """Documents of QuickBooks with that number that were not sent from here, as last read."""
        return self._strangers.get(number, []) if number else []

    @property
    def stranger_numbers(self) -> Iterable[str]:
        """The numbers of all those."""
        return self._strangers

    def number_of(self, invoice: Invoice) -> str:
        """The number that QuickBooks has for it, or that it would be sent with; "" for none."""
        push = self.pushes.get(invoice.id)
        if push is not None and push.state is not PushState.REFUSED and push.doc_number:
            return push.doc_number
        company = self.company or Company("", "")
        return document_number(invoice, company, self.handling.choices).text

    @cached_property
    def _ids_by_name(self) -> dict[Kind, dict[str, str]]:
        return {kind: unique_names(self.sources[kind].values()) for kind in self.sources}

    @cached_property
    def _by_number(self) -> dict[str, list[Invoice]]:
        result: dict[str, list[Invoice]] = {}
        for invoice in self.invoices:
            push = self.pushes.get(invoice.id)
            there = push is not None and push.state is not PushState.REFUSED
            if there or self._may_go(invoice):
                number = self.number_of(invoice)
                if number:
                    result.setdefault(number, []).append(invoice)
        return result

    @cached_property
    def dependents(self) -> dict[tuple[str, str], list[int]]:
        """What an invoice depends on, as (mapping or "agreement", source id), to the places of
        such invoices in *invoices*."""
        result: dict[tuple[str, str], list[int]] = {}
        for place, invoice in enumerate(self.invoices):
            keys = {(Kind.CUSTOMERS.value, invoice.organization_id),
                    ("agreement", invoice.agreement_id)}  # fmt: skip
            for line in invoice.lines or ():
                keys.add((Kind.ITEMS.value, self.product_of(line)))
                keys.add((Kind.ACCOUNTS.value, self.account_of(line)))
            for key in keys:
                result.setdefault(key, []).append(place)
        return result

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each invoice is in *invoices*."""
        return {invoice.id: place for place, invoice in enumerate(self.invoices)}

    def _may_go(self, invoice: Invoice) -> bool:
        activated = self.workspace.activated_at
        return (
            invoice.status == InvoiceStatus.APPROVED
            and activated is not None
            and invoice.created_at is not None
            and invoice.created_at >= activated
        )

    @cached_property
    def _strangers(self) -> dict[str, list[BooksDocument]]:
        ours = {push.qbo_id for push in self.pushes.values() if push.qbo_id}
        # One whose answer was lost may be ours as well: its marker says so.
        markers = {push.request_id for push in self.pushes.values()}
        result: dict[str, list[BooksDocument]] = {}
        for document in self.handling.books:
            marker = document.note.rpartition("| ref ")[2].strip()
            if document.id not in ours and marker not in markers and document.number:
                result.setdefault(document.number, []).append(document)
        return result


_INDEXES = {
    "currencies": ("invoices",),
    "places": ("invoices",),
    "dependents": ("invoices", "sources"),
    "_ids_by_name": ("sources",),
    "_by_number": ("invoices", "pushes", "workspace", "company", "handling"),
    "_strangers": ("pushes", "handling"),
}
"""What each index is made of."""


def unique_names(sources: Iterable[Source]) -> dict[str, str]:
    """Folded name to id, for names that only one source has."""
    found: dict[str, list[str]] = {}
    for source in sources:
        found.setdefault(equal_fold(source.name), []).append(source.id)
    return {name: ids[0] for name, ids in found.items() if name and len(ids) == 1}
