"""A push of sixty invoices that is killed again and again, and what must be true after it."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app import logs
from desktop_app.bootstrap import Stage
from desktop_app.domain.records import NinjaOneApp, NinjaOneGrant
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState
from desktop_app.simulator.quickbooks.limits import Limits
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program as Opened
from tests.e2e import desk
from tests.support.keyrings import MemoryKeyring

INVOICES = 60
SERVICE = "Billing Bridge crash test"
ROOT = Path(__file__).resolve().parents[2]
BATCHES = (1, 2, 4, 7, 15, 30)
PATIENCE = 60  # seconds for one attempt
MOST_ATTEMPTS = 60  # of one push, before it counts as never ending

FAULTS: tuple[dict[str, Any], ...] = (
    {"name": "transport.cut_after"},
    {"name": "transport.cut_before"},
    {"name": "transport.truncated"},
    {"name": "transport.bad_json"},
    {"name": "transport.html_error", "status": 502, "when": "after"},
    {"name": "transport.html_error", "status": 503, "when": "before"},
    {"name": "transport.delay", "seconds": 0.15, "when": "after"},
    {"name": "transport.delay", "seconds": 0.15, "when": "before"},
    {"name": "qbo.system_failure_after"},
    {"name": "qbo.system_failure"},
    {"name": "qbo.throttled"},
    {"name": "qbo.batch_item_throttled"},
)


class Program:
    """The process that is killed: started for each attempt, or forked from one that is loaded."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors
        self._file = errors.open("w")
        self._process: subprocess.Popen[str] | None = None

    def attempt(self, asked: dict[str, Any], after: float | None) -> tuple[list[str], int]:
        """What it said, and its exit code. after: seconds until it is killed."""
        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash._child"],
                cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._file,
            )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        said: list[str] = []
        pid = 0
        timer: threading.Timer | None = None
        try:
            for line in process.stdout:
                text = line.strip()
                if text.startswith("pid "):
                    pid = int(text[4:])
                elif text == "go" and after is not None:
                    timer = threading.Timer(after, _kill, (pid,))
                    timer.start()
                elif text.startswith("end "):
                    return said, int(text[4:])
                else:
                    said.append(text)
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
        code = process.wait(PATIENCE)  # where nothing forks, each attempt is a new process
        self._process = None
        return said, code

    def errors(self) -> str:
        self._file.flush()
        return self._errors.read_text()

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
        self._file.close()


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        os.kill(pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


@dataclass
class Tally:
    """What a series of kills came to."""

    kills: int = 0
    pushes: int = 0
    by_trace: int = 0
    left_open: int = 0  # requests that were under way when the program died
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        played = sum(self.faults.values())
        return (
            f"{self.kills} kills ({self.by_trace} at a chosen line, the others at a random moment)"
            f" during {self.pushes} pushes of {INVOICES} invoices, {self.left_open} requests under"
            f" way when killed, {played} answers lost, delayed or refused: 0 duplicates, 0 lost"
        )


class World:
    """One simulator and one prepared profile; each push starts from both as they were."""

    def __init__(self, simulator: Simulator, base: Path, ids: list[str], secrets: Any) -> None:
        self.simulator = simulator
        self.realm = simulator.seed.companies[0].realm_id
        self.ids = ids
        self._base = base
        self._program = Program(base.parent / "errors.txt")
        self._secrets = secrets
        self._before = set(self._company.records["Invoice"])
        self._saved = copy.deepcopy(simulator.quickbooks.dump())
        self.lines = 0

    def close(self) -> None:
        self._program.close()

    @property
    def _company(self) -> Any:
        return self.simulator.quickbooks.company(self.realm)

    def until(self, kills: int, rng: random.Random, folder: Path) -> Tally:
        """Whole pushes until the program was killed so often."""
        tally = Tally()
        if not self.lines:
            self._calibrate(folder / "calibrate")
        while tally.kills < kills:
            self._push(tally, kills, rng, folder / f"push{tally.pushes}")
            tally.pushes += 1
        return tally

    def _calibrate(self, profile: Path) -> None:
        self._begin(profile)
        told = self._attempt(profile, batch=7, trace=True, lines=None, after=None)
        assert told is not None, "the push that nobody killed did not end"
        self.lines = int(told["lines"])
        self._check_end(profile)

    def _push(self, tally: Tally, kills: int, rng: random.Random, profile: Path) -> None:
        self._begin(profile)
        for attempt in range(MOST_ATTEMPTS):
            killing = tally.kills < kills and attempt < MOST_ATTEMPTS - 20
            trace = killing and rng.random() < 0.5
            self._arm(rng, tally)
            told = self._attempt(
                profile,
                batch=rng.choice(BATCHES),
                trace=trace,
                lines=rng.randint(1, self.lines) if trace else None,
                after=rng.uniform(0.0, 0.7) if killing and not trace else None,
            )
            self.simulator.faults.clear()
            if told is None:
                tally.kills += 1
                tally.by_trace += trace
            tally.left_open += self._check(profile)
            if told is not None and self._finished(profile):
                break
        else:
            raise AssertionError(f"the push did not end in {MOST_ATTEMPTS} attempts")
        self._check_end(profile)

    def _begin(self, profile: Path) -> None:
        shutil.copytree(self._base, profile)
        self.simulator.quickbooks.load(copy.deepcopy(self._saved))

    def _arm(self, rng: random.Random, tally: Tally) -> None:
        for fault in rng.sample(FAULTS, rng.choice((0, 1, 1, 2))):
            params = {k: v for k, v in fault.items() if k != "name"}
            if fault["name"].startswith("transport."):
                params |= {"service": "quickbooks", "method": "POST"}
            self.simulator.faults.arm(fault["name"], times=rng.randint(1, 3), **params)
            tally.faults[fault["name"]] += 1

    def _attempt(
        self, profile: Path, *, batch: int, trace: bool, lines: int | None, after: float | None
    ) -> dict[str, Any] | None:
        """The program's last words; None when it was killed."""
        asked = {
            "profile": str(profile),
            "service": SERVICE,
            "secrets": self._secrets,
            "ids": self.ids,
            "batch": batch,
            "trace": trace,
            "lines": lines,
        }
        lines_said, code = self._program.attempt(asked, after)
        if code == 0 and lines_said and lines_said[-1].startswith("{"):
            return dict(json.loads(lines_said[-1]))
        killed = code != 0 and (after is not None or lines is not None)
        errors = self._program.errors()
        assert killed, f"it ended by itself ({code}): {lines_said} {errors}"
        assert "Traceback" not in errors, errors
        return None

    # --- What must be true -------------------------------------------------------------------

    def _documents(self) -> dict[str, str]:
        """QuickBooks id to the note, of what was made since the beginning."""
        company = self._company
        with company.lock:
            return {
                key: str(row.get("PrivateNote", ""))
                for key, row in company.records["Invoice"].items()
                if key not in self._before
            }

    def _pushes(self, profile: Path) -> list[tuple[str, str, str, str]]:
        with closing(sqlite3.connect(Paths.at(profile).database)) as db:
            return db.execute(
                "SELECT invoice_id, state, request_id, qbo_id FROM pushes ORDER BY sequence"
            ).fetchall()

    def _check(self, profile: Path) -> int:
        """After every attempt: nothing twice, and no document that the database does not know of.
        How many requests are under way."""
        made = self._documents()
        pushes = self._pushes(profile)
        stems = Counter(_stem(note) for note in made.values())
        assert all(count == 1 for count in stems.values()), f"sent twice: {stems.most_common(3)}"
        written = {request.partition(":")[0] for _, _, request, _ in pushes}
        assert set(stems) <= written, "a document that was not written down before"
        for invoice_id, state, request, qbo_id in pushes:
            if state in ("sent", "differs"):
                assert qbo_id in made, f"invoice {invoice_id} is said to be sent and is not there"
                assert request in made[qbo_id]
        return sum(state == "sending" for _, state, _, _ in pushes)

    def _finished(self, profile: Path) -> bool:
        done = {key for key, state, _, _ in self._pushes(profile) if state in ("sent", "differs")}
        return done >= set(self.ids)

    def _check_end(self, profile: Path) -> None:
        made, pushes = self._documents(), self._pushes(profile)
        latest = {invoice_id: (state, qbo_id) for invoice_id, state, _, qbo_id in pushes}
        assert set(latest) == set(self.ids)
        assert all(state in ("sent", "differs") for state, _ in latest.values()), latest
        assert sorted(qbo_id for _, qbo_id in latest.values()) == sorted(made)
        assert len(made) == INVOICES


@contextmanager
def world(folder: Path, keyring: MemoryKeyring) -> Iterator[World]:
    """A medium company, connected and mapped, with sixty invoices that are ready."""
    base = folder / "base"
    with ExitStack() as stack:
        simulator = stack.enter_context(Simulator("medium", seed=3))
        _without_limits(simulator)
        paths = Paths.at(base)
        paths.create()
        with logs.started(paths.log_file) as running:
            stage = Stage(paths, running, SERVICE, simulator)
            with stage.open() as program:
                services = program.services
                desk.connect(services, simulator)
                _without_rotation(program, simulator)
                services.refresh.refresh(Progress())
                desk.auto_map(services)
                ready = desk.ids_in(services, InvoiceState.READY)
                needs = services.invoices.carrier_needs(ready)
                services.invoices.create_carriers(needs, Progress())
                rows = {row.invoice.id: row for row in services.invoices.rows()}
                ids = [key for key in ready if not rows[key].blockers and rows[key].invoice.number]
        assert len(ids) >= INVOICES, f"only {len(ids)} are ready"
        secrets = [[*names, secret] for names, secret in keyring.entries.items()]
        made = World(simulator, base, ids[:INVOICES], secrets)
        stack.callback(made.close)
        yield made
        assert not simulator.errors, simulator.errors


def _without_rotation(program: Opened, simulator: Simulator) -> None:
    """Machine-to-machine keys for NinjaOne: a person's login is lost when the program dies
    between receiving a new refresh token and storing it, which is not what is tried here."""
    app = next(a for a in simulator.ninjaone.apps if a.type == "machine")
    before = program.services.workspaces.current().ninjaone_app
    program.services.connect.save_ninjaone_app(
        NinjaOneApp(before.base_url, app.client_id, NinjaOneGrant.MACHINE, app.redirect_uri),
        app.client_secret,
    )
    program.services.connect.connect_machine(Progress())


def _without_limits(simulator: Simulator) -> None:
    none = Limits.none()
    for name in ("per_second", "per_minute", "batches_per_minute", "company_batches_per_minute"):
        setattr(simulator.quickbooks.limits, name, getattr(none, name))


def _stem(note: str) -> str:
    return note.rpartition("ref ")[2].partition(":")[0]
