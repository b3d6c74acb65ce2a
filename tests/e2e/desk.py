"""A person at a desk without a window: the services, a filled-in sign-in, and the simulator."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.bootstrap import Stage, staged
from desktop_app.cli import Options
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Service, Services
from desktop_app.simulator.server import Simulator
from tests.simulator_fixtures import Browser

ADMIN = ("admin@tidewater.example", "demo-Password1")
TECHNICIAN = ("tech@tidewater.example", "ninja-sample")


@contextmanager
def demo_stage(folder: Path) -> Iterator[Stage]:
    """The demo's own set-up, on a profile in *folder*."""
    with staged(Options(profile_dir=folder, demo=True)) as stage:
        yield stage


def sign_in(services: Services, simulator: Simulator, service: Service) -> ChangeSet:
    """Begin, fill in the pages, finish."""
    request = services.connect.begin(service, Progress())
    return services.connect.finish(
        service, request, landed(simulator, service, request.url), Progress()
    )


def landed(simulator: Simulator, service: Service, url: str) -> str:
    """Fill in the pages that begin at *url*; the address at which they end."""
    browser = Browser(simulator.base)
    browser.open(url)
    if service is Service.QUICKBOOKS:
        browser.sign_in(*ADMIN)
        browser.submit("choose-company", realm_id=simulator.seed.companies[0].realm_id)
        browser.submit("connect")
    else:
        browser.sign_in(*TECHNICIAN)
        browser.submit("allow")
    browser.session.close()
    return browser.landed


def connect(services: Services, simulator: Simulator) -> None:
    sign_in(services, simulator, Service.QUICKBOOKS)
    sign_in(services, simulator, Service.NINJAONE)


def auto_map(services: Services) -> dict[Kind, int]:
    """Auto Map on all three tabs; how many rows were mapped."""
    mapped = {}
    for kind in Kind:
        run = services.suggest.propose(kind, None, Progress())
        sure = [(p.source.id, p.candidates[0].target.id) for p in run.proposals if p.ticked]
        services.suggest.apply(run, sure)
        mapped[kind] = len(sure)
    return mapped


def ids_in(services: Services, state: InvoiceState) -> list[str]:
    return [row.invoice.id for row in services.invoices.rows() if row.state is state]


def more_invoices(simulator: Simulator, models: Sequence[str], count: int) -> list[str]:
    """New invoices in NinjaOne, like the *models*, each with a number of its own; their ids.
    The program knows of them after a refresh."""
    records: dict[int, Any] = simulator.ninjaone.tenant.invoices
    first = max(records) + 1
    now = datetime.now(UTC).timestamp()
    for offset in range(count):
        made = copy.deepcopy(records[int(models[offset % len(models)])])
        made |= {"id": first + offset, "invoiceNumber": f"MORE-{offset + 1:05d}"}
        made |= {name: now for name in ("createTime", "updateTime") if name in made}
        records[first + offset] = made
    return [str(first + offset) for offset in range(count)]
