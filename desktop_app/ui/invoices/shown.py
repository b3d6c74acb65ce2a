"""The rows of the Invoices page: an invoice's state, its proof, and what became of it since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from desktop_app.domain.aftermath import Aftermath
from desktop_app.domain.proof import Proof, Verdict
from desktop_app.services.api import InvoiceRow, Services

_values: Callable[[InvoiceRow], tuple[Any, ...]] = attrgetter(
    *(field.name for field in fields(InvoiceRow))
)


@dataclass(frozen=True, slots=True)
class ShownRow(InvoiceRow):
    """proof, after: None until it was sent. picked: another page asked to see it."""

    proof: Proof | None = None
    after: Aftermath | None = None
    picked: bool = False

    @property
    def verified(self) -> bool:
        return self.proof is not None and self.proof.verdict is Verdict.VERIFIED

    @property
    def proof_text(self) -> str:
        """ "Verified", "Differs by 0.01 in tax: ...", "" for what was not compared."""
        if self.proof is None:
            return ""
        return f"{self.proof.text[:1].upper()}{self.proof.text[1:]}"

    @property
    def since_text(self) -> str:
        """ "Part paid; Changed in NinjaOne", "" for what was not sent."""
        return self.after.text if self.after is not None else ""

    @property
    def needs_you(self) -> bool:
        return self.after is not None and self.after.needs_you


class Shower:
    """Makes the rows; one that is as it was before stays the same object, so that only what
    differs is painted again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: dict[str, tuple[InvoiceRow, ShownRow]] = {}

    def rows(self, picked: Collection[str] = ()) -> list[ShownRow]:
        proofs: Mapping[str, Proof] = {}
        afters: Mapping[str, Aftermath] = {}
        if self._services.has("sending"):
            proofs, afters = self._services.sending.proofs(), self._services.sending.aftermaths()
        before, self._made = self._made, {}
        shown = []
        for row in self._services.invoices.rows():
            key = row.invoice.id
            proof, after, wanted = proofs.get(key), afters.get(key), key in picked
            known = before.get(key)
            if (
                known is not None
                and known[0] is row
                and known[1].proof is proof
                and known[1].after == after
                and known[1].picked == wanted
            ):
                made = known[1]
            else:
                values: tuple[Any, ...] = (*_values(row), proof, after, wanted)
                made = ShownRow(*values)
            self._made[key] = (row, made)
            shown.append(made)
        return shown
