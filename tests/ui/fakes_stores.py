"""Stand-ins for stores, adapters, locks and clock, all in memory."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import (
    Agreement,
    Choice,
    Company,
    How,
    Invoice,
    Mapping,
    MappingChange,
    Push,
    Source,
    Target,
    TaxCode,
    Workspace,
)
from desktop_app.progress import Progress
from tests.ui.fakes_sending import SalesDocuments

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REALM = "9130350000000001"


class FixedClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class MemorySettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return copy.deepcopy(self.values.get(name, default))

    def set(self, name: str, value: Any) -> None:
        self.values[name] = copy.deepcopy(value)


class MemoryWorkspaces:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def all(self) -> tuple[Workspace, ...]:
        return (self.workspace,)

    def get(self, workspace_id: int) -> Workspace:
        return self.workspace

    def current(self) -> Workspace:
        return self.workspace

    def open(self, workspace_id: int) -> Workspace:
        return self.workspace

    def create(self, name: str, like: Workspace | None = None) -> Workspace:
        raise NotImplementedError

    def save(self, workspace: Workspace) -> None:
        self.workspace = workspace


@dataclass
class MemoryCatalogue:
    source_list: list[Source] = field(default_factory=list)
    target_list: list[Target] = field(default_factory=list)
    agreement_list: list[Agreement] = field(default_factory=list)
    invoice_list: list[Invoice] = field(default_factory=list)
    the_company: Company | None = None
    tax_code_list: list[TaxCode] = field(default_factory=list)

    def apply(self, workspace_id: int, update: Any) -> None:
        raise NotImplementedError

    def sources(self, workspace_id: int, kind: Kind) -> tuple[Source, ...]:
        return tuple(s for s in self.source_list if s.kind is kind)

    def targets(self, workspace_id: int, kind: Kind) -> tuple[Target, ...]:
        return tuple(t for t in self.target_list if t.kind is kind)

    def put_target(self, workspace_id: int, target: Target) -> None:
        self.target_list = [
            t for t in self.target_list if (t.kind, t.id) != (target.kind, target.id)
        ]
        self.target_list.append(target)

    def company(self, workspace_id: int) -> Company | None:
        return self.the_company

    def terms(self, workspace_id: int) -> tuple[()]:
        return ()

    def tax_codes(self, workspace_id: int) -> tuple[TaxCode, ...]:
        return tuple(self.tax_code_list)

    def agreements(self, workspace_id: int) -> tuple[Agreement, ...]:
        return tuple(self.agreement_list)

    def invoices(self, workspace_id: int) -> tuple[Invoice, ...]:
        return tuple(self.invoice_list)

    def invoice(self, workspace_id: int, invoice_id: str) -> Invoice | None:
        return next((i for i in self.invoice_list if i.id == invoice_id), None)


class MemoryMappings:
    """Links, exclusions and an undo stack of whole steps."""

    def __init__(self) -> None:
        self.links: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
        self.held: dict[Kind, dict[str, Mapping]] = {kind: {} for kind in Kind}
        self.steps: list[tuple[dict[Kind, dict[str, Mapping]], ...]] = []

    def all(self, workspace_id: int, kind: Kind) -> dict[str, Mapping]:
        return dict(self.links[kind])

    def excluded(self, workspace_id: int, kind: Kind) -> dict[str, Mapping]:
        return dict(self.held[kind])

    def companies(self, workspace_id: int) -> frozenset[str]:
        return frozenset()

    def apply(
        self,
        workspace_id: int,
        changes: Iterable[MappingChange],
        who: str,
        when: datetime,
        **_: Any,
    ) -> None:
        self.steps.append(
            tuple({k: dict(found) for k, found in part.items()} for part in (self.links, self.held))
        )
        for change in changes:
            self.links[change.kind].pop(change.source_id, None)
            self.held[change.kind].pop(change.source_id, None)
            decided = Mapping(
                change.kind,
                change.source_id,
                change.target_id,
                change.target_label,
                change.how,
                who,
                when,
                change.choice,
                change.evidence,
            )
            if change.target_id:
                self.links[change.kind][change.source_id] = decided
            elif change.choice is Choice.EXCLUDED:
                self.held[change.kind][change.source_id] = decided

    def undo(
        self, workspace_id: int, who: str, when: datetime, **_: Any
    ) -> tuple[MappingChange, ...]:
        if not self.steps:
            return ()
        links, held = self.links, self.held
        self.links, self.held = self.steps.pop()
        return tuple(
            MappingChange(kind, source_id, source_id, "", "", How.UNDO)
            for kind in Kind
            for source_id in (links[kind].keys() ^ self.links[kind].keys())
            | (held[kind].keys() ^ self.held[kind].keys())
        )

    def redo(
        self, workspace_id: int, who: str, when: datetime, **_: Any
    ) -> tuple[MappingChange, ...]:
        return ()

    def can_undo(self, workspace_id: int) -> str:
        return "the last change" if self.steps else ""

    def can_redo(self, workspace_id: int) -> str:
        return ""

    def undo_size(self, workspace_id: int) -> int:
        if not self.steps:
            return 0
        links, held = self.steps[-1]
        return sum(
            len(now[kind].items() ^ then[kind].items())
            for now, then in ((self.links, links), (self.held, held))
            for kind in Kind
        )

    def redo_size(self, workspace_id: int) -> int:
        return 0


class MemoryPushes:
    def __init__(self) -> None:
        self.pushes: dict[str, Push] = {}
        self.carrier_items: dict[str, str] = {}

    def all(self, workspace_id: int) -> dict[str, Push]:
        return dict(self.pushes)

    def save(self, workspace_id: int, push: Push) -> None:
        self.pushes[push.invoice_id] = push

    def save_all(self, workspace_id: int, pushes: Iterable[Push]) -> None:
        self.pushes = {**self.pushes, **{push.invoice_id: push for push in pushes}}

    def withdraw(self, workspace_id: int, request_ids: Iterable[str]) -> None:
        gone = set(request_ids)
        self.pushes = {k: p for k, p in self.pushes.items() if p.request_id not in gone}

    def carriers(self, workspace_id: int) -> dict[str, str]:
        return dict(self.carrier_items)

    def set_carrier(self, workspace_id: int, account_id: str, item_id: str) -> None:
        self.carrier_items[account_id] = item_id


# --- The services on the other side ----------------------------------------------------------


class FakeQuickBooks(SalesDocuments):
    """Sales documents, and the service items that carry lines."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Target] = []

    def create_service_item(
        self, name: str, income_account_id: str, request_id: str, progress: Progress
    ) -> Target:
        item = Target(
            Kind.ITEMS,
            str(9000 + len(self.items)),
            name,
            name,
            type="Service",
            income_account_id=income_account_id,
        )
        self.items.append(item)
        return item


class FakeNinjaOne:
    def __init__(self, catalogue: MemoryCatalogue) -> None:
        self.catalogue = catalogue

    def invoices(self, ids: Sequence[str], progress: Progress) -> tuple[Invoice, ...]:
        by_id = {i.id: i for i in self.catalogue.invoice_list}
        return tuple(by_id[i] for i in ids if i in by_id)


class FakeGateways:
    def __init__(self, quickbooks: FakeQuickBooks, ninjaone: FakeNinjaOne) -> None:
        self._quickbooks, self._ninjaone = quickbooks, ninjaone
        self.notes: dict[str, str] = {}

    def quickbooks(self, workspace: Workspace, tokens: Any) -> FakeQuickBooks:
        return self._quickbooks

    def ninjaone(self, workspace: Workspace, tokens: Any) -> FakeNinjaOne:
        return self._ninjaone

    def web_address(self, environment: Any, entity: str, qbo_id: str) -> str:
        return f"https://qbo.example/app/{entity.lower()}?id={qbo_id}"

    def ninjaone_writer(self, workspace: Workspace, tokens: Any) -> Any:
        return self

    def set_note(self, invoice_id: str, note: str, progress: Progress) -> None:
        self.notes[invoice_id] = note

    def agreement_address(self, app: Any, agreement_id: str) -> str:
        return f"https://ninjaone.example/#/agreements/{agreement_id}"


class NoLogins:
    def __init__(self) -> None:
        self.error: BaseException | None = None

    def keeper(self, workspace_id: int, service: Any) -> None:
        return None

    def used(self, workspace_id: int, error: BaseException | None = None) -> None:
        self.error = error

    def trouble(self, workspace_id: int) -> BaseException | None:
        return self.error


class NoLocks:
    def hold(self, name: str, progress: Progress | None = None) -> AbstractContextManager[None]:
        return nullcontext()


# --- The world -------------------------------------------------------------------------------
