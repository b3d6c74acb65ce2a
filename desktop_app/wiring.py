"""Builds the program on a profile: every store, adapter and service, made once and passed in.

Nothing else makes one of these, and nothing looks one up globally. What loads large libraries
(requests, pydantic, openpyxl) is deferred to its first use, so that the window opens soon.
"""

from __future__ import annotations

import contextlib
import getpass
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desktop_app import __version__, logs
from desktop_app.deferred import deferred
from desktop_app.domain.ports import SettingsStore
from desktop_app.online import adapters
from desktop_app.paths import Paths
from desktop_app.services.api import Service, Services
from desktop_app.services.api_documents import DocumentService
from desktop_app.services.api_exchange import ExchangeService
from desktop_app.services.auto_map import AutoMap
from desktop_app.services.backups import Backups
from desktop_app.services.connect import Connect
from desktop_app.services.connection import Connection
from desktop_app.services.create import Create
from desktop_app.services.deciding import Decider
from desktop_app.services.delivery import Ports, Sending
from desktop_app.services.handling import HandlingReader
from desktop_app.services.invoices import Invoices
from desktop_app.services.lessons import Lessons
from desktop_app.services.local import LocalFacts
from desktop_app.services.logins import Logins
from desktop_app.services.mapping import MappingDesk
from desktop_app.services.news import News
from desktop_app.services.preflight import Preflight
from desktop_app.services.rates import Rates
from desktop_app.services.refresh import Refresh
from desktop_app.services.review import ReviewDesk
from desktop_app.services.row_cache import RowCache
from desktop_app.services.row_suggestions import RowSuggestions
from desktop_app.services.suggest import Suggest
from desktop_app.services.tracking import Tracking, TrackLists
from desktop_app.services.watching import Watch
from desktop_app.services.workspaces import Workspaces
from desktop_app.settling import settling_in
from desktop_app.storage.backups import SqlBackups
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.creations import SqlCreationStore
from desktop_app.storage.database import Database
from desktop_app.storage.evidence import SqlEvidenceStore
from desktop_app.storage.handling import SqlHandlingStore
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.locks import FileLocks
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.memory import SqlPairMemory
from desktop_app.storage.news import SqlNewsStore
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.reading import PassingSettings, ReadingVault
from desktop_app.storage.settings import SqlSettingsStore, WindowSettings
from desktop_app.storage.suggestions import SqlSuggestionStore
from desktop_app.storage.vault import KeyringVault
from desktop_app.storage.workspaces import SqlWorkspaceStore

if TYPE_CHECKING:
    from desktop_app.simulator.server import Simulator
    from desktop_app.ui.shell import Context

log = logging.getLogger(__name__)


class SystemClock:
    """The port Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Program:
    """One opened program: its services, and what the window is shown besides."""

    services: Services
    paths: Paths
    logging: logs.Logging
    offline: bool
    vault: KeyringVault
    logins: Logins
    facts: LocalFacts
    workspaces: SqlWorkspaceStore
    settings: SettingsStore
    read_only: bool = False

    def context(self, simulator: Simulator | None) -> Context:
        from desktop_app.ui.shell import Context, Demo

        demo = {}
        if simulator is not None:
            # People who may connect, and are not asked for a second factor.
            technician = next(
                t for t in simulator.ninjaone.sign_ins() if t["billing"] and not t["otp"]
            )
            user = next(u for u in simulator.seed.users if u.admin_of and u.otp is None)
            demo = {
                Service.NINJAONE: Demo(technician["email"], technician["password"]),
                Service.QUICKBOOKS: Demo(user.email, user.password),
            }
        return Context(
            web_profile_dir=self.paths.web,
            log=self.logging.memory,
            log_file=self.logging.file,
            data_dir=self.paths.data,
            version=__version__,
            demo=demo,
            offline=self.offline,
            read_only=self.read_only,
            redact=logs.redact,
        )


@contextlib.contextmanager
def opened(
    paths: Paths,
    running: logs.Logging,
    *,
    service: str,
    offline: bool = False,
    read_only: bool = False,
    prepare: Callable[[Program], None] = lambda program: None,
) -> Iterator[Program]:
    """Build everything on a profile whose folders exist; closed again at the end.

    read_only: beside a program that is open on the same profile: every change is refused, nothing
    goes online, and what is shown is as it was at the start.

    service: the name of the keyring's entries. prepare: called before anything else uses the
    program. Raises BridgeError in words.
    """
    with ExitStack() as stack:
        database = Database.open(paths.database, read_only=read_only)
        stack.callback(database.close)
        workspaces = SqlWorkspaceStore(database)
        catalogue = SqlCatalogueStore(database)
        mappings = SqlMappingStore(database)
        pushes = SqlPushStore(database)
        evidence = SqlEvidenceStore(database, pushes)
        kept = SqlSettingsStore(database)
        settings: SettingsStore = PassingSettings(kept) if read_only else kept
        memory = SqlPairMemory(database)
        vault = (ReadingVault if read_only else KeyringVault)(service, seen=logs.hide)
        locks = FileLocks(paths.data / "locks")
        clock = SystemClock()
        intuit, ninjaone, gateways = adapters(
            stack, lambda: sending.asks_management(), offline=offline or read_only
        )
        news = SqlNewsStore(database)
        handling = SqlHandlingStore(database)
        reader = HandlingReader(handling, settings)
        creations = SqlCreationStore(database)
        facts = LocalFacts(
            workspaces=workspaces,
            catalogue=catalogue,
            mappings=mappings,
            pushes=pushes,
            news=news,
            handling=reader.read,
            creations=creations,
        )
        logins = Logins(
            workspaces=workspaces,
            vault=vault,
            locks=locks,
            intuit=intuit,
            ninjaone=ninjaone,
            clock=clock,
        )
        stack.callback(logins.aside.wait)  # before what a late login is stored with is closed
        backups = Backups(
            store=SqlBackups(
                database,
                paths.backups,
                [
                    store.set_aside
                    for store in (mappings, catalogue, pushes, evidence, kept, memory)
                ],
            ),
            workspaces=workspaces,
            locks=locks,
            clock=clock,
            facts=facts,
            settle=logins.reconcile,
            gather=lambda: services.review.gather(),
        )
        who = _who()
        lessons = Lessons(workspaces=workspaces, memory=memory, clock=clock, who=who)
        refresh = Refresh(
            workspaces=workspaces,
            catalogue=catalogue,
            logins=logins,
            gateways=gateways,
            locks=locks,
            clock=clock,
            facts=facts,
            news=News(mappings=mappings, store=news),
            watch=Watch(pushes, evidence),
            tracked=TrackLists(reader),
            gather=lambda: services.review.gather(),
        )
        row_cache = RowCache(facts)
        decider = Decider(
            workspaces=workspaces,
            mappings=mappings,
            facts=facts,
            clock=clock,
            who=who,
            connection=Connection(started_offline=offline, last_problem=lambda: refresh.problem),
            lessons=lessons,
            before=backups.before,
            rows=row_cache,
        )
        desk = MappingDesk(
            workspaces=workspaces,
            mappings=mappings,
            facts=facts,
            gateways=gateways,
            clock=clock,
            who=who,
            decider=decider,
            row_cache=row_cache,
        )
        suggest = Suggest(
            facts=facts,
            auto=AutoMap(
                facts=facts,
                mappings=mappings,
                lessons=lessons,
                clock=clock,
                record=desk.record,
                last_problem=lambda: refresh.problem,
            ),
            rows=RowSuggestions(
                facts=facts,
                mappings=mappings,
                lessons=lessons,
                store=SqlSuggestionStore(database),
            ),
        )
        rates = Rates(store=handling, facts=facts, logins=logins, gateways=gateways)
        sending = Sending(
            Ports(
                workspaces=workspaces,
                pushes=pushes,
                evidence=evidence,
                facts=facts,
                logins=logins,
                gateways=gateways,
                locks=locks,
                settings=settings,
                clock=clock,
                prepare=rates.read,
            )
        )
        invoices = Invoices(
            workspaces=workspaces,
            catalogue=catalogue,
            pushes=pushes,
            facts=facts,
            logins=logins,
            gateways=gateways,
            locks=locks,
            clock=clock,
            sending=sending,
        )

        def documents() -> DocumentService:
            from desktop_app.services.documents import Documents

            return Documents(
                invoices=invoices,
                store=handling,
                handling=reader,
                facts=facts,
                logins=logins,
                gateways=gateways,
                clock=clock,
                plan=sending.plan,
            )

        def exchange() -> ExchangeService:
            from desktop_app.services.exchange.desk import ExchangeDesk

            return ExchangeDesk(
                workspaces=workspaces,
                mappings=mappings,
                facts=facts,
                history=SqlHistory(database),
                recorder=desk,
                rows=desk.rows,
                before=backups.before,
                clock=clock,
                who=who,
            )

        services = Services(
            workspaces=Workspaces(
                store=workspaces, copy_secrets=logins.copy_client_secrets, facts=facts
            ),
            connect=Connect(
                workspaces=workspaces,
                catalogue=catalogue,
                logins=logins,
                intuit=intuit,
                ninjaone=ninjaone,
                gateways=gateways,
                facts=facts,
            ),
            refresh=refresh,
            mapping=desk,
            suggest=suggest,
            create=Create(
                workspaces=workspaces,
                catalogue=catalogue,
                store=creations,
                facts=facts,
                logins=logins,
                gateways=gateways,
                locks=locks,
                clock=clock,
                record=desk.record,
                who=who,
            ),
            review=ReviewDesk(
                facts=facts,
                rows=row_cache,
                decider=decider,
                mappings=mappings,
                history=SqlHistory(database),
                news=news,
                clock=clock,
            ),
            invoices=invoices,
            preflight=Preflight(
                invoices=invoices,
                store=handling,
                facts=facts,
                gateways=gateways,
                clock=clock,
                who=who,
            ),
            documents=deferred(documents),
            tracking=Tracking(handling=reader, facts=facts, logins=logins, gateways=gateways),
            exchange=deferred(exchange),
            backups=backups,
            sending=sending,
            settings=WindowSettings(settings),
            facts=_about(paths),
        )
        program = Program(
            services=services,
            paths=paths,
            logging=running,
            offline=offline or read_only,
            vault=vault,
            logins=logins,
            facts=facts,
            workspaces=workspaces,
            settings=settings,
            read_only=read_only,
        )
        prepare(program)
        stack.enter_context(settling_in(program, read_only=read_only))
        yield program


def _who() -> str:
    """Who changes mappings, for the journal: the name that the system knows the user by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such name in a bare environment
        return "unknown"


def _about(paths: Paths) -> dict[str, Any]:
    """Lines for the About box, beside the versions that it looks up itself."""
    return {
        "database": f"{paths.database} (SQLite {sqlite3.sqlite_version})",
        "log_folder": str(paths.log),
        "browser_folder": str(paths.web),
        "keyring": "not asked yet",
    }
