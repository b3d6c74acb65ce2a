"""A second program on a profile is told so; asked to, it reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.bootstrap import staged
from desktop_app.cli import Options
from desktop_app.domain.kinds import Kind
from desktop_app.errors import BridgeError, NetworkError, RuleError, VaultError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Service, Services
from tests.e2e import desk
from tests.support.keyrings import MemoryKeyring


def test_the_second_program_only_reads(
    tmp_path: Path, memory_keyring: MemoryKeyring, allow_log: Callable[[str], None]
) -> None:
    allow_log("could not be told of the disconnect")
    with desk.demo_stage(tmp_path) as stage, stage.open() as first:
        assert stage.simulator is not None
        desk.connect(first.services, stage.simulator)
        first.services.refresh.refresh(Progress())
        desk.auto_map(first.services)
        rows = first.services.invoices.rows()
        with (
            pytest.raises(BridgeError, match="already open") as told,
            staged(Options(profile_dir=tmp_path)),
        ):
            pass
        assert "--read-only" in told.value.advice
        secrets = dict(memory_keyring.entries)
        with (
            staged(Options(profile_dir=tmp_path, read_only=True)) as reading,
            reading.open() as second,
        ):
            services = second.services
            assert second.offline
            assert len(services.invoices.rows()) == len(rows)
            assert services.workspaces.current().company_name == "Tidewater IT Services"
            _changes_nothing(services)
            services.settings.set("window", {"width": 7})
            assert services.settings.get("window") == {"width": 7}
        assert first.services.settings.get("window") is None
        assert dict(memory_keyring.entries) == secrets
        # The first one goes on as before.
        ready = desk.ids_in(first.services, InvoiceState.READY)
        assert first.services.sending.start(ready[:2]).run(Progress()).sent > 0


def _changes_nothing(services: Services) -> None:
    row = next(r for r in services.mapping.rows(Kind.CUSTOMERS) if r.mapping)
    ready = desk.ids_in(services, InvoiceState.READY)
    for change in (
        lambda: services.mapping.clear(Kind.CUSTOMERS, [row.source.id]),
        lambda: services.mapping.undo(),
        lambda: services.workspaces.rename("Other"),
        lambda: services.workspaces.create("Other"),
        lambda: services.sending.start(ready).run(Progress()),
        lambda: services.connect.disconnect(Service.QUICKBOOKS, Progress()),
        lambda: services.refresh.refresh(Progress()),
    ):
        try:
            report = change()
        except (RuleError, NetworkError, VaultError):
            continue
        assert getattr(report, "sent", None) == 0, change  # a run tells why it stopped
