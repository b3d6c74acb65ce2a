"""Reviewing over real stores, with a catalogue that a test refreshes at will."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import (
    Agreement,
    CatalogueUpdate,
    Company,
    Invoice,
    Source,
    Target,
    TargetUpdate,
)
from desktop_app.errors import BridgeError, NetworkError
from desktop_app.services.api import InvoiceState
from desktop_app.services.connection import Connection
from desktop_app.services.deciding import Decider
from desktop_app.services.invoice_rows import invoice_row
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.news import News, Noted
from desktop_app.services.review import ReviewDesk
from desktop_app.services.row_cache import RowCache
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.news import SqlNewsStore
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.workspaces import SqlWorkspaceStore
from tests.domain import builders as b

START = b.ACTIVATED + timedelta(days=2)


@dataclass
class Clock:
    """A minute goes by with every look."""

    time: datetime = START

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


@dataclass
class World:
    """One workspace. *sources* and *targets* are what the services have now; :meth:`refresh`
    brings them in as a refresh does."""

    file: Path
    sources: list[Source] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    problem: BridgeError | None = None
    started_offline: bool = False
    clock: Clock = field(default_factory=Clock)
    backups: list[BackupReason] = field(default_factory=list)
    no_backup: BridgeError | None = None

    def __post_init__(self) -> None:
        self.open()
        workspace = self.workspaces.current()
        self.workspaces.save(replace(b.WORKSPACE, id=workspace.id, name=workspace.name))
        self.facts.invalidate()

    def open(self) -> None:
        """Build everything on the file, as a start does."""
        self.database = Database.open(self.file)
        self.workspaces = SqlWorkspaceStore(self.database)
        self.catalogue = SqlCatalogueStore(self.database)
        self.mappings = SqlMappingStore(self.database)
        self.history = SqlHistory(self.database)
        self.news = SqlNewsStore(self.database)
        self.facts = LocalFacts(
            workspaces=self.workspaces,
            catalogue=self.catalogue,
            mappings=self.mappings,
            pushes=SqlPushStore(self.database),
            news=self.news,
        )
        rows = RowCache(self.facts)
        decider = Decider(
            workspaces=self.workspaces,
            mappings=self.mappings,
            facts=self.facts,
            clock=self.clock,
            who="ann",
            connection=Connection(
                started_offline=self.started_offline, last_problem=lambda: self.problem
            ),
            before=self._backup,
            rows=rows,
        )
        self.decider = decider
        no_gateways: Any = None
        self.desk = MappingDesk(
            workspaces=self.workspaces,
            mappings=self.mappings,
            facts=self.facts,
            gateways=no_gateways,
            clock=self.clock,
            who="ann",
            decider=decider,
            row_cache=rows,
        )
        self.review = ReviewDesk(
            facts=self.facts,
            rows=rows,
            decider=decider,
            mappings=self.mappings,
            history=self.history,
            news=self.news,
            clock=self.clock,
        )

    def _backup(self, reason: BackupReason) -> None:
        if self.no_backup is not None:
            raise self.no_backup
        self.backups.append(reason)

    def close(self) -> None:
        self.database.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def go_offline(self) -> None:
        self.problem = NetworkError("No answer.")

    def refresh(
        self, *, complete: bool = True, deleted: Iterable[str] = (), company: Company = b.US
    ) -> Noted:
        """As services.refresh does it. complete: whole lists; else a change capture, which gives
        whole records and says nothing of those that are gone."""
        known = {t.id: t for kind in Kind for t in self.catalogue.targets(1, kind)}
        updates = tuple(
            TargetUpdate(
                kind,
                tuple(
                    t for t in self.targets if t.kind is kind and (complete or known.get(t.id) != t)
                ),
                complete,
                frozenset(deleted),
            )
            for kind in Kind
        )
        update = CatalogueUpdate(
            sources=tuple(self.sources),
            agreements=(Agreement("71", "Managed Care", "11", accounting_action="SYNC"),),
            invoices=tuple(self.invoices),
            targets=updates,
            company=company,
            terms=(),
            tax_codes=b.TAX_CODES,
            fetched_at=self.clock.now(),
            checkpoint=self.clock.now(),
        )
        news = News(mappings=self.mappings, store=self.news)
        found = news.found(self.facts.get(), update.sources, update.targets)
        noted: list[Noted] = []
        self.catalogue.apply(
            1, update, lambda: noted.append(news.write(1, found, update.fetched_at))
        )
        news.finish(1, noted[0])
        self.problem = None
        self.facts.invalidate()
        return noted[0]

    def put(self, record: Source | Target) -> None:
        """Add it, or replace the one with its kind and id."""
        records: list[Any] = self.sources if isinstance(record, Source) else self.targets
        records[:] = [r for r in records if (r.kind, r.id) != (record.kind, record.id)]
        records.append(record)

    def drop(self, record: Source | Target) -> None:
        records: list[Any] = self.sources if isinstance(record, Source) else self.targets
        records[:] = [r for r in records if (r.kind, r.id) != (record.kind, record.id)]

    def links(self, kind: Kind = Kind.CUSTOMERS) -> dict[str, str]:
        """Source id to target id; what memory and file have to agree on."""
        found = self.mappings.all(1, kind)
        fresh = SqlMappingStore(self.database)
        assert found == fresh.all(1, kind)
        assert self.mappings.excluded(1, kind) == fresh.excluded(1, kind)
        return {source: mapping.target_id for source, mapping in found.items()}


C = Kind.CUSTOMERS
ZETA = Source(C, "12", "Zeta Labs")
ZETA_CUSTOMER = Target(C, "59", "Zeta Labs", "Zeta Labs", currency="USD")


def usual(file: Path) -> World:
    """One organization with an invoice and one without, their customers, a product, an account."""
    made = World(
        file,
        sources=[b.ACME, ZETA, b.WORKSTATION, b.DEVICES],
        targets=[b.CUSTOMER, ZETA_CUSTOMER, b.ITEM, b.ACCOUNT],
        invoices=[b.invoice()],
    )
    made.refresh()
    return made


def state(world: World) -> tuple[InvoiceState, set[Reason]]:
    facts = world.facts.get()
    row = invoice_row(facts.invoices[0], facts)
    return row.state, {blocker.reason for blocker in row.blockers}


def ready(world: World) -> None:
    world.desk.change(C, ["11"], "58")
    world.desk.change(Kind.ITEMS, ["201"], "19")
    assert state(world) == (InvoiceState.READY, set())
