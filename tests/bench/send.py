"""A thousand invoices to QuickBooks, under the published limits, beside the best these allow.

Source of the limits: QuickBooks sheet, chapter 6. The simulator refuses what is above them.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keyring
from werkzeug.wrappers import Request, Response

from desktop_app import logs
from desktop_app.bootstrap import Stage
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from desktop_app.simulator.server import Simulator
from tests.bench.harness import Figure, Goal, Report
from tests.e2e import desk
from tests.support.keyrings import MemoryKeyring

INVOICES = 1000
MOST = 1.15  # times the best
MOST_READS = 0.1  # metered reads an invoice

PER_SECOND, PER_MINUTE = 10, 500
BATCHES_PER_MINUTE, ITEMS, OPERATIONS_PER_MINUTE = 40, 30, 800
A_MINUTE = min(BATCHES_PER_MINUTE * ITEMS, OPERATIONS_PER_MINUTE)
"""Invoices: forty batches of thirty would be 1,200, were it not for the limit on operations."""


def best_in_batches(invoices: int) -> float:
    """Seconds at least, with all limits taken as sliding windows and answers in no time: what is
    beyond one minute's operations waits for the minute to pass."""
    whole = math.ceil(invoices / A_MINUTE) - 1
    rest = math.ceil((invoices - whole * A_MINUTE) / ITEMS)
    return whole * 60 + rest / PER_SECOND


def best_one_by_one(invoices: int) -> float:
    whole = math.ceil(invoices / PER_MINUTE) - 1
    return whole * 60 + (invoices - whole * PER_MINUTE) / PER_SECOND


@dataclass
class SendReport(Report):
    """reads: metered ones. statuses: QuickBooks' answers by HTTP status."""

    reads: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    sent: int = 0

    def missed(self) -> list[Figure]:
        found = super().missed()
        for name, wrong in (
            ("invoices sent", self.sent != INVOICES),
            ("throttling answers", self.statuses[429] > 0),
            ("metered reads", self.reads > MOST_READS * INVOICES),
        ):
            if wrong:
                found.append(Figure(name, (0.0,), Goal(milliseconds=0)))
        return found

    def text(self) -> str:
        table = super().text().replace("x empty window", "x best allowed")
        calls = sum(self.statuses.values())
        missed = ", ".join(figure.name for figure in self.missed()) or "none"
        best = best_in_batches(INVOICES)
        lines = (
            f"sent: {self.sent:,} of {INVOICES:,} in {calls} calls",
            f"throttling answers: {self.statuses[429]} (goal: 0)",
            f"metered reads: {self.reads / INVOICES:.3f} an invoice (goal: at most {MOST_READS})",
            f"invoices a minute: {A_MINUTE}, by batches {BATCHES_PER_MINUTE} x {ITEMS}",
            f"best in batches: {best:.1f} s",
            f"best one by one: {best_one_by_one(INVOICES):.1f} s",
            f"goals missed: {missed}",
        )
        return "\n".join((table, *lines))


def measure() -> Report:
    keyring.set_keyring(MemoryKeyring())
    with TemporaryDirectory(prefix="bb-bench-", ignore_cleanup_errors=True) as folder:
        paths = Paths.at(Path(folder))
        paths.create()
        with (
            logs.started(paths.log_file) as running,
            Simulator("small", seed=1) as simulator,
            Stage(paths, running, "Billing Bridge bench", simulator).open() as program,
        ):
            return _measured(program.services, simulator)


def _measured(services: Services, simulator: Simulator) -> Report:
    realm = simulator.seed.companies[0].realm_id
    # The dearer case: QuickBooks takes a number twice, so numbers are asked for before they go.
    forms = simulator.quickbooks.company(realm).preferences["SalesFormsPrefs"]
    forms["CustomTxnNumbers"] = False
    desk.connect(services, simulator)
    services.refresh.refresh(Progress())
    desk.auto_map(services)
    needs = services.invoices.carrier_needs(desk.ids_in(services, InvoiceState.READY))
    services.invoices.create_carriers(needs, Progress())
    ready = [
        row.invoice.id
        for row in services.invoices.rows()
        if row.state is InvoiceState.READY and not row.blockers and row.invoice.number
    ]
    ids = desk.more_invoices(simulator, ready, INVOICES)
    services.refresh.refresh(Progress())
    reads = simulator.quickbooks.metered_reads(realm)
    statuses = _counted(simulator)
    run = services.sending.start(ids)
    begin = time.monotonic()
    told = run.run(Progress())
    seconds = time.monotonic() - begin
    report = SendReport("Sending", best_in_batches(INVOICES) * 1000)
    report.add(f"{INVOICES:,} invoices", [seconds * 1000], Goal(ratio=MOST))
    report.statuses = statuses
    report.reads = simulator.quickbooks.metered_reads(realm) - reads
    report.sent = told.sent + told.differs
    if told.stopped:
        report.notes.append(told.stopped)
    return report


def _counted(simulator: Simulator) -> Counter[int]:
    """QuickBooks' answers from now on, by status."""
    statuses: Counter[int] = Counter()
    serve = simulator.quickbooks.handle

    def handle(request: Request, grant: Any) -> Response:
        response = serve(request, grant)
        statuses[response.status_code] += 1
        return response

    simulator.quickbooks.handle = handle  # type: ignore[method-assign]
    return statuses
