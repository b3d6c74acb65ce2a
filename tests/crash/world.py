"""A push of sixty invoices that is killed again and again, and what must be true after it."""

from __future__ import annotations

import copy
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app import logs
from desktop_app.bootstrap import Stage
from desktop_app.domain.records import NinjaOneApp, NinjaOneGrant
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState
from desktop_app.simulator.quickbooks.limits import Limits
from desktop_app.simulator.server import Simulator
from desktop_app.wiring import Program as Opened
from tests.crash.process import Program
from tests.e2e import desk
from tests.support.keyrings import MemoryKeyring

INVOICES = 60
SERVICE = "Billing Bridge crash test"
BATCHES = (1, 2, 4, 7, 15, 30)
MOST_ATTEMPTS = 60  # of one push, before it counts as never ending

STARTS_ONLY = 0.15  # how often the program is started between two attempts, without sending
DELAY = "transport.delay"

FAULTS: tuple[dict[str, Any], ...] = (
    {"name": "transport.cut_after"},
    {"name": "transport.cut_before"},
    {"name": "transport.truncated"},
    {"name": "transport.bad_json"},
    {"name": "transport.html_error", "status": 502, "when": "after"},
    {"name": "transport.html_error", "status": 503, "when": "before"},
    {"name": DELAY, "seconds": 0.15, "when": "after"},
    {"name": DELAY, "seconds": 0.15, "when": "before"},
    {"name": "qbo.system_failure_after"},
    {"name": "qbo.system_failure"},
    {"name": "qbo.throttled"},
    {"name": "qbo.batch_item_throttled"},
)

NAMES = {fault["name"] for fault in FAULTS}


@dataclass
class Tally:
    """What a series of kills came to."""

    kills: int = 0
    pushes: int = 0
    by_trace: int = 0
    left_open: int = 0  # requests that were under way when the program died
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def delayed(self) -> int:
        return self.faults[DELAY]

    @property
    def lost(self) -> int:
        return self.faults.total() - self.delayed

    @property
    def text(self) -> str:
        return (
            f"{self.kills} kills ({self.by_trace} at a chosen line, the others at a random moment)"
            f" during {self.pushes} pushes of {INVOICES} invoices, {self.left_open} requests under"
            f" way when killed, {self.lost} answers lost or refused, {self.delayed} delayed:"
            " 0 duplicates, 0 lost"
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
        self._keys: dict[str, set[str]] = {}
        self._lines = 0  # of a whole push, and its seconds
        self._seconds = 0.0
        self._listen()

    def close(self) -> None:
        self._program.close()

    @property
    def _company(self) -> Any:
        return self.simulator.quickbooks.company(self.realm)

    def until(self, kills: int, rng: random.Random, folder: Path) -> Tally:
        """Whole pushes until the program was killed so often."""
        tally = Tally()
        if not self._lines:
            self._calibrate(folder / "calibrate")
        while tally.kills < kills:
            profile = folder / f"push{tally.pushes}"
            self._push(tally, kills, rng, profile)
            shutil.rmtree(profile)
            tally.pushes += 1
        return tally

    def _calibrate(self, profile: Path) -> None:
        """How long a push takes that nobody kills, in lines and in seconds."""
        for trace in (True, False):
            self._begin(profile, strict=True)
            told = self._attempt(profile, batch=7, trace=trace)
            assert told is not None, "the push that nobody killed did not end"
            self._lines = self._lines or int(told["lines"])
            self._seconds = float(told["seconds"])
            self._check_end(profile)
            shutil.rmtree(profile)

    def _push(self, tally: Tally, kills: int, rng: random.Random, profile: Path) -> None:
        self._begin(profile, strict=rng.random() < 0.5)
        for attempt in range(MOST_ATTEMPTS):
            killing = tally.kills < kills and attempt < MOST_ATTEMPTS - 20
            trace = killing and rng.random() < 0.5
            self._arm(rng)
            # What is left takes a part of the whole, so that few attempts end by themselves.
            share = 0.3 + 0.8 * (1 - self._done(profile) / INVOICES)
            told = self._attempt(
                profile,
                batch=rng.choice(BATCHES),
                trace=trace,
                lines=rng.randint(1, max(1, round(self._lines * share))) if trace else None,
                after=rng.uniform(0.0, self._seconds * share) if killing and not trace else None,
            )
            if told is None:
                tally.kills += 1
                tally.by_trace += trace
            tally.left_open += self._check(profile)
            tally.faults.update({n: self.simulator.faults.taken(n) for n in NAMES})
            self.simulator.faults.clear()
            if rng.random() < STARTS_ONLY:
                self._start(profile)
            if told is not None and self._done(profile) == INVOICES:
                break
        else:
            raise AssertionError(f"the push did not end in {MOST_ATTEMPTS} attempts")
        self._check_end(profile)

    def _start(self, profile: Path) -> None:
        """The program is started, and nothing is sent: what it then says is true."""
        assert self._attempt(profile, send=False) is not None
        self._check(profile)

    def _begin(self, profile: Path, *, strict: bool) -> None:
        """strict: QuickBooks refuses a number that it has. Otherwise nothing but the program's
        own care keeps an invoice from being made twice."""
        shutil.copytree(self._base, profile)
        self.simulator.quickbooks.load(self._saved)  # records are replaced, never changed
        company = self._company
        forms = {**company.preferences["SalesFormsPrefs"], "CustomTxnNumbers": strict}
        company.preferences = {**company.preferences, "SalesFormsPrefs": forms}
        self._keys.clear()

    def _arm(self, rng: random.Random) -> None:
        for fault in rng.sample(FAULTS, rng.choice((0, 1, 1, 2))):
            params = {k: v for k, v in fault.items() if k != "name"}
            if fault["name"].startswith("transport."):
                params |= {"service": "quickbooks", "method": "POST"}
            self.simulator.faults.arm(fault["name"], times=rng.randint(1, 3), **params)

    def _listen(self) -> None:
        """Note the request id under which each invoice arrives, whatever becomes of the call."""
        dispatch = self.simulator._dispatch

        def noting(request: Request) -> Response:
            if request.method == "POST" and request.path.startswith("/v3/"):
                for marker, key in _sent_in(request):
                    self._keys.setdefault(marker, set()).add(key)
            return dispatch(request)

        self.simulator._dispatch = noting  # type: ignore[method-assign]

    def _attempt(
        self,
        profile: Path,
        *,
        batch: int = 30,
        trace: bool = False,
        lines: int | None = None,
        after: float | None = None,
        send: bool = True,
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
            "send": send,
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
        """After every attempt: nothing twice, each document is of a request that is known to be
        sent or under way, and what is said to be sent is there. How many are under way."""
        made = self._documents()
        pushes = self._pushes(profile)
        stems = Counter(_stem(note) for note in made.values())
        assert all(count == 1 for count in stems.values()), f"sent twice: {stems.most_common(3)}"
        for marker, keys in self._keys.items():
            assert len(keys) == 1, f"{marker} went under several request ids: {keys}"
        states = {request: state for _, state, request, _ in pushes}
        for note in made.values():
            state = states.get(_marker(note))
            assert state is not None, "a document that was not written down before"
            assert state in ("sending", "sent", "differs"), (
                f"it is there, and is said to be {state}"
            )
        for invoice_id, state, request, qbo_id in pushes:
            if state in ("sent", "differs"):
                assert qbo_id in made, f"invoice {invoice_id} is said to be sent and is not there"
                assert request in made[qbo_id]
        return sum(state == "sending" for _, state, _, _ in pushes)

    def _done(self, profile: Path) -> int:
        return len(
            {key for key, state, _, _ in self._pushes(profile) if state in ("sent", "differs")}
        )

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
    for each in fields(none):
        setattr(simulator.quickbooks.limits, each.name, getattr(none, each.name))


def _sent_in(request: Request) -> Iterator[tuple[str, str]]:
    """(marker, what QuickBooks knows the request by) of each invoice in a POST."""
    body, request_id = json.loads(request.data), request.args.get("requestid", "")
    items = body.get("BatchItemRequest")
    if items is None:
        yield _marker(str(body.get("PrivateNote", ""))), request_id
        return
    for item in items:
        if "Invoice" in item:
            yield (
                _marker(str(item["Invoice"].get("PrivateNote", ""))),
                f"{request_id}:{item['bId']}",
            )


def _marker(note: str) -> str:
    return note.rpartition("ref ")[2]


def _stem(note: str) -> str:
    return _marker(note).partition(":")[0]
