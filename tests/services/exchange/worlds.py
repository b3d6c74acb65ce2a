"""Exchange over real stores: two profiles of one company, and their desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Source, Target
from desktop_app.domain.review import MappingRow
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Diff, DiffRow
from desktop_app.services.exchange.desk import ExchangeDesk
from desktop_app.services.local import LocalFacts
from desktop_app.services.mapping import MappingDesk
from desktop_app.storage.history import SqlHistory
from tests.services.fakes import FakeClock
from tests.storage.samples import update
from tests.storage.worlds import World

C = Kind.CUSTOMERS
HEADER = "NinjaOne id,NinjaOne name,QuickBooks id,QuickBooks name"


def organization(number: int | str, name: str = "") -> Source:
    return Source(C, str(number), name or f"Org {number}")


def customer(number: int | str, name: str = "", **more: object) -> Target:
    name = name or f"Customer {number}"
    made = Target(C, str(number), name, name, email="billing@example.com")
    return replace(made, **more)  # type: ignore[arg-type]


class Office:
    """One person's program."""

    def __init__(self, folder: Path, who: str = "anna") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.world = World(folder / "local.sqlite3")
        self.who = who
        self.clock = FakeClock()
        self.facts = LocalFacts(
            workspaces=self.world.workspaces,
            catalogue=self.world.catalogue,
            mappings=self.world.mappings,
            pushes=self.world.pushes,
        )
        gateways: Any = None  # never online
        self.mapping = MappingDesk(
            workspaces=self.world.workspaces,
            mappings=self.world.mappings,
            facts=self.facts,
            gateways=gateways,
            clock=self.clock,
            who=who,
        )
        self.made: list[BackupReason] = []
        self.desk = ExchangeDesk(
            workspaces=self.world.workspaces,
            mappings=self.world.mappings,
            facts=self.facts,
            history=SqlHistory(self.world.database),
            recorder=self.mapping,
            rows=self.mapping.rows,
            before=self.made.append,
            clock=self.clock,
            who=who,
        )

    def lists(self, sources: list[Source], targets: list[Target]) -> None:
        self.world.catalogue.apply(self.world.id, update(tuple(sources), tuple(targets)))
        self.facts.invalidate()

    def rows(self, kind: Kind) -> list[MappingRow]:
        return self.mapping.rows(kind)

    def link(self, *pairs: str) -> None:
        self.world.link(*pairs)
        self.facts.invalidate()

    def links(self) -> dict[str, str]:
        return self.world.links()

    # --- files ---

    def csv(self, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        file = self.folder / "in.csv"
        file.write_bytes("\r\n".join((header, *lines, "")).encode(encoding))
        return file

    def read(self, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Diff:
        file = self.csv(*lines, header=header, encoding=encoding)
        return self.desk.read_table(C, file, Progress())

    def one(self, *lines: str, header: str = HEADER) -> DiffRow:
        return self.read(*lines, header=header).rows[-1]

    def close(self) -> None:
        self.world.database.close()
