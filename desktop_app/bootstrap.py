"""Starts the program on the profile that was asked for: alone on it, with its log, and in the demo
with the simulator beside it.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import __version__, logs
from desktop_app.domain.records import Environment, NinjaOneApp, NinjaOneGrant, QuickBooksApp
from desktop_app.errors import (
    AlreadyOpen,
    BridgeError,
    ConfigurationError,
    DamagedData,
    VaultError,
)
from desktop_app.paths import Paths
from desktop_app.services.api import Service
from desktop_app.storage.locks import only_program
from desktop_app.storage.rescue import SqlRescue
from desktop_app.storage.vault import KeyringVault, service_name
from desktop_app.wiring import Program, SystemClock, opened

if TYPE_CHECKING:
    from desktop_app.cli import Options
    from desktop_app.simulator.server import Simulator

log = logging.getLogger(__name__)

DEMO_MARK = "demo"  # the setting that says a profile may be joined to the simulator


@dataclass
class Stage:
    """One profile and, for the demo, one simulator. The program can be opened on it again and
    again: a restart finds what the one before it left."""

    paths: Paths
    logging: logs.Logging
    service: str
    simulator: Simulator | None = None
    read_only: bool = False
    _vaults: list[KeyringVault] = field(default_factory=list)

    @contextlib.contextmanager
    def open(self, *, offline: bool = False) -> Iterator[Program]:
        """The program, built anew; its window is the caller's to open."""
        with opened(
            self.paths,
            self.logging,
            service=self.service,
            offline=offline,
            read_only=self.read_only,
            prepare=self._prepare,
        ) as program:
            yield program

    def _prepare(self, program: Program) -> None:
        self._vaults.append(program.vault)
        if self.simulator is not None:
            join(program, self.simulator)

    def clear_keyring(self) -> None:
        """Take back what was stored: a throw-away profile leaves no trace."""
        vault = KeyringVault(self.service)
        for name in {name for each in self._vaults for name in each.stored}:
            try:
                vault.delete(name)
            except VaultError as error:
                log.warning("An entry of the keyring stays behind: %s", error.message)


@contextlib.contextmanager
def staged(options: Options) -> Iterator[Stage]:
    """The profile that *options* ask for, held by this program alone, with its log."""
    throw_away = options.profile_dir is None and (
        options.temp_profile or options.demo or options.smoke_test
    )
    with ExitStack() as stack:
        if throw_away:
            paths = stack.enter_context(Paths.temporary())
        else:
            paths = Paths.at(options.profile_dir) if options.profile_dir else Paths.default()
            paths.create()
        folder = paths.data.parent if throw_away else options.profile_dir
        lock = None if options.read_only else only_program(paths.data)
        if lock is not None:
            stack.callback(lock.release)
        elif not options.read_only:
            raise AlreadyOpen(
                "Billing Bridge is already open with this profile.",
                advice="Use the window that is open. To look at the same data beside it, start with"
                " --read-only; to use another profile, with --profile-dir DIR.",
            )
        running = stack.enter_context(_logging(paths, options))
        log.info("Billing Bridge %s starts%s", __version__, " offline" if options.offline else "")
        simulator = stack.enter_context(_simulator(options, paths)) if options.demo else None
        stage = Stage(paths, running, service_name(folder), simulator, options.read_only)
        if throw_away:
            stack.callback(stage.clear_keyring)
        yield stage


@contextlib.contextmanager
def _logging(paths: Paths, options: Options) -> Iterator[logs.Logging]:
    debug = options.debug
    # Two programs cannot rotate one file.
    file = paths.log_file.with_stem("reading") if options.read_only else paths.log_file
    with logs.started(file, debug=debug == ()) as running:
        chosen = [logging.getLogger(f"{logs.ROOT_NAME}.{name}") for name in debug or ()]
        for each in chosen:
            each.setLevel(logging.DEBUG)
        try:
            yield running
        finally:
            for each in chosen:
                each.setLevel(logging.NOTSET)


@contextlib.contextmanager
def _simulator(options: Options, paths: Paths) -> Iterator[Simulator]:
    """In this process. With a profile that stays, its world stays, too."""
    from desktop_app.simulator.server import Simulator  # not loaded without need
    from desktop_app.simulator.state import StateError

    state = paths.data / "simulator.json" if options.profile_dir else None
    try:
        simulator = Simulator(options.size, options.seed, state_file=state)
    except StateError as error:
        raise ConfigurationError(
            "The sample services of this profile cannot be used again.",
            advice="Start with the same --size and --seed as before, or with another"
            " --profile-dir.",
            detail=str(error),
        ) from error
    with simulator:
        yield simulator
    for trace in simulator.errors:
        log.error("The simulator failed: %s", trace)


def join(program: Program, simulator: Simulator) -> None:
    """Enter the simulator's keys and addresses in every workspace of a demo profile.

    Raises ConfigurationError for a profile that was used with the real services.
    """
    store, settings = program.workspaces, program.settings
    store.current()
    every = store.all()
    if not settings.get(DEMO_MARK, default=False):
        if any(w.quickbooks_app.client_id or w.ninjaone_app.client_id for w in every):
            raise ConfigurationError(
                "This profile is joined to the real services, so the demo does not touch it.",
                advice="Start the demo without --profile-dir, or with an empty folder.",
            )
        settings.set(DEMO_MARK, value=True)
    told = simulator.announcement()
    app = told["apps"][0]
    native = next(each for each in told["ninjaone_apps"] if each["type"] == "native")
    for workspace in every:
        program.logins.set_client_secret(workspace.id, Service.QUICKBOOKS, app["client_secret"])
        store.save(
            replace(
                workspace,
                quickbooks_app=QuickBooksApp(
                    client_id=app["client_id"],
                    environment=Environment.CUSTOM,
                    redirect_uri=app["redirect_uri"],
                    discovery_url=told["intuit_discovery"],
                    api_url=told["quickbooks"],
                ),
                ninjaone_app=NinjaOneApp(
                    base_url=told["ninjaone"],
                    client_id=native["client_id"],
                    grant=NinjaOneGrant.NATIVE,
                    redirect_uri=native["redirect_uri"],
                ),
            )
        )
    program.facts.invalidate()


# --- Running ---------------------------------------------------------------------------------


def run(options: Options) -> int:
    """The whole program; its exit code. Raises BridgeError or OSError when it cannot start."""
    with staged(options) as stage:
        if options.smoke_test:
            return smoke_test(stage)
        if options.headless and options.out is not None:
            return _drive(stage, options.out)
        with ExitStack() as stack:
            try:
                program = stack.enter_context(stage.open(offline=options.offline))
            except DamagedData as error:
                if stage.read_only or not _seen() or not _rescued(stage, error):
                    raise
                program = stack.enter_context(stage.open(offline=options.offline))
            # Here, because loading Qt takes longer than all the rest, which runs beside it.
            from desktop_app.ui import app

            return app.run(program.services, program.context(stage.simulator))


def say(title: str, message: str, advice: str) -> None:
    """In a box, before there is a window or instead of one."""
    from desktop_app.ui import app

    app.say(BridgeError(message, title=title, advice=advice))


def _rescued(stage: Stage, error: DamagedData) -> bool:
    """Whether a backup is in the place of the damaged data now."""
    from desktop_app.ui import app

    found = SqlRescue(stage.paths.database, stage.paths.backups)
    return app.rescue(found, error, SystemClock().now)


def _seen() -> bool:
    """Whether there is somebody to ask (the headless demo and tests have nobody)."""
    return os.environ.get("QT_QPA_PLATFORM", "") not in ("offscreen", "minimal")


def ask_to_read(error: AlreadyOpen) -> bool:
    """Whether the user wants to look at the data beside the program that is open."""
    from desktop_app.ui import app

    return app.ask_to_read(error)


def _drive(stage: Stage, out: Path) -> int:
    """The whole job in the real window, offscreen; *stage* lets it restart the program."""
    driver: Callable[[Stage, Path], int] = importlib.import_module("desktop_app.demo").run
    return driver(stage, out)


def smoke_test(stage: Stage, say: Callable[[str], None] = print) -> int:
    """Whether everything works that a broken installation would lack; one line for each check.

    Returns 0 when all did, 1 otherwise.
    """
    checks = (
        ("database", _check_database),
        ("keyring", _check_keyring),
        ("window", _check_window),
        ("browser", _check_browser),
    )
    failed = 0
    for name, check in checks:
        try:
            said = f"ok ({check(stage)})"
        except Exception as error:  # whatever it is, the other checks are still wanted
            log.exception("The smoke test of the %s failed", name)
            said = f"FAILED: {logs.redact(str(error)) or type(error).__name__}"
            failed += 1
        say(f"{name}: {said}")
    return 1 if failed else 0


def _check_database(stage: Stage) -> str:
    with stage.open(offline=True) as program:
        program.settings.set("smoke-test", {"number": 7})
    with stage.open(offline=True) as program:
        if program.settings.get("smoke-test") != {"number": 7}:
            raise RuntimeError("what was written is not there after opening it again")
    return f"SQLite {sqlite3.sqlite_version}"


def _check_keyring(stage: Stage) -> str:
    vault = KeyringVault(stage.service)
    vault.set("smoke-test", "not a secret")
    kept = vault.get("smoke-test") == "not a secret"
    vault.delete("smoke-test")
    if not kept or vault.get("smoke-test") is not None:
        raise RuntimeError(f"{vault.backend} did not keep, or did not forget, an entry")
    return vault.backend if vault.persistent else "none usable: logins last until the end"


def _check_window(stage: Stage) -> str:
    from desktop_app.ui import smoke

    with stage.open(offline=True) as program:
        return smoke.check_window(program.services, program.context(None))


def _check_browser(stage: Stage) -> str:
    from desktop_app.ui import smoke

    return smoke.check_browser()
