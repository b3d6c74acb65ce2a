"""Everything that decides what happens to an invoice, gathered from local data."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from functools import cached_property

from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import equal_fold
from desktop_app.domain.records import (
    Agreement,
    Company,
    Invoice,
    InvoiceLine,
    Mapping,
    Push,
    PushState,
    Source,
    Target,
    TaxCode,
    Term,
    Workspace,
)


@dataclass(frozen=True)
class Facts:
    """Local data of one workspace at one moment. carriers: QuickBooks account id to item id."""

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

    def mapped(self, kind: Kind, source_id: str) -> tuple[Mapping | None, Target | None]:
        """The link of a source and its target; the target is None when it has vanished."""
        mapping = self.mappings[kind].get(source_id)
        return mapping, self.targets[kind].get(mapping.target_id) if mapping else None

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

    def others_numbered(self, invoice: Invoice) -> list[Invoice]:
        """Other approved or sent invoices that carry the same number."""
        same = self._by_number.get(invoice.number, []) if invoice.number else []
        return [other for other in same if other.id != invoice.id]

    @cached_property
    def _ids_by_name(self) -> dict[Kind, dict[str, str]]:
        return {kind: unique_names(self.sources[kind].values()) for kind in self.sources}

    @cached_property
    def _by_number(self) -> dict[str, list[Invoice]]:
        result: dict[str, list[Invoice]] = {}
        for invoice in self.invoices:
            push = self.pushes.get(invoice.id)
            there = push is not None and push.state is not PushState.REFUSED
            if invoice.number and (invoice.status == "APPROVED" or there):
                result.setdefault(invoice.number, []).append(invoice)
        return result


def unique_names(sources: Iterable[Source]) -> dict[str, str]:
    """Folded name to id, for names that only one source has."""
    found: dict[str, list[str]] = {}
    for source in sources:
        found.setdefault(equal_fold(source.name), []).append(source.id)
    return {name: ids[0] for name, ids in found.items() if name and len(ids) == 1}
