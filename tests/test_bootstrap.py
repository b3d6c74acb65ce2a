from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from desktop_app import bootstrap
from desktop_app.bootstrap import Stage, staged
from desktop_app.cli import Options
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Environment, NinjaOneGrant, QuickBooksApp
from desktop_app.errors import ConfigurationError, NetworkError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Service
from desktop_app.services.logins import secret_name
from desktop_app.simulator.server import Simulator
from desktop_app.storage.vault import SERVICE, service_name
from desktop_app.wiring import Program
from tests.support.keyrings import MemoryKeyring

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def stage_at(folder: Path, **options: object) -> Iterator[Stage]:
    with staged(Options(profile_dir=folder, **options)) as stage:  # type: ignore[arg-type]
        yield stage


def test_what_one_start_leaves_the_next_one_finds(tmp_path: Path) -> None:
    with stage_at(tmp_path) as stage, stage.open() as program:
        program.services.workspaces.rename("Month end")
        program.services.settings.set("width", 900)
        program.logins.set_client_secret(1, Service.QUICKBOOKS, "sesame-sesame")
    with stage_at(tmp_path) as stage, stage.open() as program:
        assert program.services.workspaces.current().name == "Month end"
        assert program.services.settings.get("width") == 900
        assert program.services.connect.has_secret(Service.QUICKBOOKS)
        assert program.services.mapping.rows(Kind.CUSTOMERS) == []
        assert program.services.invoices.rows() == []
        about = program.services.facts
        assert about["database"].startswith(str(tmp_path / "data"))
        assert "Keyring" in about["keyring"]


def test_a_secret_is_nowhere_but_in_the_keyring(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    with stage_at(tmp_path) as stage, stage.open() as program:
        app = QuickBooksApp("client", Environment.SANDBOX, "http://localhost:8765/callback")
        program.services.connect.save_quickbooks_app(app, "planted-secret-0815")
        bootstrap.log.info("by mistake: %s", "planted-secret-0815")
    assert list(memory_keyring.entries.values()) == ["planted-secret-0815"]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"planted-secret-0815" not in file.read_bytes(), file


def test_profiles_have_logins_of_their_own(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    for name in ("a", "b"):
        with stage_at(tmp_path / name) as stage, stage.open() as program:
            program.logins.set_client_secret(1, Service.QUICKBOOKS, f"secret of {name}")
    services = {service for service, _ in memory_keyring.entries}
    assert services == {service_name(tmp_path / "a"), service_name(tmp_path / "b")}
    with staged(Options()) as stage:
        assert stage.service == SERVICE


def test_a_throw_away_profile_leaves_no_trace(memory_keyring: MemoryKeyring) -> None:
    with staged(Options(temp_profile=True)) as stage:
        root = stage.paths.data.parent
        for _ in range(2):  # a restart in between
            with stage.open() as program:
                program.logins.set_client_secret(1, Service.NINJAONE, "sesame-sesame")
        assert memory_keyring.entries
        assert root.is_dir()
    assert memory_keyring.entries == {}
    assert not root.exists()


def test_offline_nothing_is_asked(tmp_path: Path) -> None:
    with stage_at(tmp_path) as stage, stage.open(offline=True) as program:
        assert program.context(None).offline
        app = QuickBooksApp("client", Environment.SANDBOX, "http://localhost:8765/callback")
        program.services.connect.save_quickbooks_app(app, "sesame-sesame")
        store = program.workspaces
        store.save(
            replace(
                store.current(),
                realm_id="1",
                quickbooks_connected=True,
                ninjaone_connected=True,
            )
        )
        program.facts.invalidate()
        asked: list[Callable[[], object]] = [
            lambda: program.services.connect.begin(Service.QUICKBOOKS, Progress()),
            lambda: program.services.connect.test_quickbooks_keys(app, "x" * 20, Progress()),
            lambda: program.services.refresh.refresh(Progress()),
        ]
        for ask in asked:
            with pytest.raises(NetworkError, match="offline"):
                ask()
        assert program.services.mapping.web_address(Kind.CUSTOMERS, "7").startswith("https://")


def test_a_login_that_is_gone_is_not_called_connected(tmp_path: Path) -> None:
    with stage_at(tmp_path) as stage:
        with stage.open() as program:
            workspace = program.services.workspaces.current()
            program.workspaces.save(replace(workspace, quickbooks_connected=True))
        keyring.set_keyring(fail.Keyring())
        with stage.open() as program:
            assert not program.services.workspaces.current().quickbooks_connected
            assert program.services.connect.keyring_notice()


def test_the_demo_is_joined_to_the_simulator(memory_keyring: MemoryKeyring) -> None:
    with staged(Options(demo=True)) as stage:
        assert stage.simulator is not None
        urls = stage.simulator.urls
        with stage.open() as program:
            workspace = program.services.workspaces.current()
            assert workspace.quickbooks_app.environment is Environment.CUSTOM
            assert workspace.quickbooks_app.discovery_url == urls["intuit_discovery"]
            assert workspace.ninjaone_app.base_url == urls["ninjaone"]
            for service in Service:
                assert program.services.connect.ready_to_enable(service) == ""
            demo = program.context(stage.simulator).demo
            assert set(demo) == set(Service)
            assert all("@" in one.email for one in demo.values())
            said = program.services.connect.test_quickbooks_keys(
                workspace.quickbooks_app, "", Progress()
            )
            assert said
        port = stage.simulator.port
    assert memory_keyring.entries == {}
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()


def test_the_demo_keeps_its_world_in_a_profile_that_stays(tmp_path: Path) -> None:
    with stage_at(tmp_path, demo=True) as stage, stage.open():
        pass
    with stage_at(tmp_path, demo=True) as stage, stage.open() as program:
        assert stage.simulator is not None
        app = program.services.workspaces.current().quickbooks_app
        assert app.api_url == stage.simulator.urls["quickbooks"]
    with (
        pytest.raises(ConfigurationError, match="sample services"),
        stage_at(tmp_path, demo=True, seed=2),
    ):
        pass


def test_the_demo_does_not_touch_a_real_profile(tmp_path: Path) -> None:
    app = QuickBooksApp("real-client", Environment.SANDBOX, "http://localhost:8765/callback")
    with stage_at(tmp_path) as stage, stage.open() as program:
        program.services.connect.save_quickbooks_app(app, "sesame-sesame")
    with (
        stage_at(tmp_path, demo=True) as stage,
        pytest.raises(ConfigurationError, match="real services"),
        stage.open(),
    ):
        pass
    with stage_at(tmp_path) as stage, stage.open() as program:
        assert program.services.workspaces.current().quickbooks_app == app


def test_debugging_one_part(tmp_path: Path) -> None:
    with stage_at(tmp_path, debug=("storage",)):
        bootstrap.log.debug("from bootstrap")
        bootstrap.logging.getLogger("desktop_app.storage.database").debug("from storage")
    written = (tmp_path / "log" / "billing-bridge.log").read_text()
    assert "from storage" in written
    assert "from bootstrap" not in written


def test_a_failing_check_of_the_smoke_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    def broken(stage: Stage) -> str:
        raise RuntimeError("no such plugin")

    for name in ("_check_window", "_check_browser"):
        monkeypatch.setattr(bootstrap, name, broken)
    expect_log("The smoke test of the window failed")
    expect_log("The smoke test of the browser failed")
    lines: list[str] = []
    with stage_at(tmp_path) as stage:
        assert bootstrap.smoke_test(stage, lines.append) == 1
    assert [line.partition(" (")[0] for line in lines[:2]] == ["database: ok", "keyring: ok"]
    assert lines[2:] == ["window: FAILED: no such plugin", "browser: FAILED: no such plugin"]


def test_the_smoke_test_of_the_whole_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--smoke-test"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    names = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert names == ["database", "keyring", "window", "browser"]


def _connected(program: Program, simulator: Simulator) -> None:
    """What signing in would leave: both logins, of a company activated a while ago."""
    told = simulator.announcement()
    company = told["companies"][0]
    machine = next(each for each in told["ninjaone_apps"] if each["type"] == "machine")
    workspace = program.workspaces.current()
    token = secret_name(workspace.id, Service.QUICKBOOKS, "refresh-token")
    program.vault.set(token, company["refresh_token"])
    program.logins.set_client_secret(workspace.id, Service.NINJAONE, machine["client_secret"])
    program.workspaces.save(
        replace(
            workspace,
            realm_id=company["realm_id"],
            company_name=company["name"],
            activated_at=datetime.now(UTC) - timedelta(days=60),
            quickbooks_connected=True,
            ninjaone_app=replace(
                workspace.ninjaone_app,
                client_id=machine["client_id"],
                grant=NinjaOneGrant.MACHINE,
            ),
        )
    )
    program.facts.invalidate()
    program.services.connect.connect_machine(Progress())


def test_the_whole_job_through_all_layers_and_a_restart_without_a_network() -> None:
    with staged(Options(demo=True)) as stage:
        assert stage.simulator is not None
        with stage.open() as program:
            _connected(program, stage.simulator)
            services = program.services
            first = services.refresh.refresh(Progress())
            assert first.full
            assert all(read == counted for _, read, counted in first.counts)
            for kind in Kind:
                run = services.suggest.propose(kind, None, Progress())
                sure = [(p.source.id, p.candidates[0].target.id) for p in run.proposals if p.ticked]
                assert sure
                services.suggest.apply(run, sure)
            ready = [
                row
                for row in services.invoices.rows()
                if row.state is InvoiceState.READY and not row.blockers
            ]
            report = services.invoices.send([row.invoice.id for row in ready[:2]], Progress())
            assert (report.sent, report.differs, report.refused, report.uncertain) == (2, 0, 0, 0)
            again = services.invoices.send([row.invoice.id for row in ready[:2]], Progress())
            assert again.sent == 0
            mapped = {kind: services.mapping.rows(kind) for kind in Kind}
            invoices = services.invoices.rows()
        with stage.open(offline=True) as program:
            services = program.services
            assert services.workspaces.current().quickbooks_connected
            assert {kind: services.mapping.rows(kind) for kind in Kind} == mapped
            assert services.invoices.rows() == invoices
            assert services.mapping.undo().kinds == {Kind.ITEMS}
        assert stage.simulator.errors == []
