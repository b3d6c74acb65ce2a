"""A second program on a profile is told so; asked to, it reads, and changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bootstrap import staged
from desktop_app.cli import Options
from desktop_app.domain.kinds import Kind
from desktop_app.errors import AlreadyOpen, BridgeError, NetworkError, RuleError, VaultError
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Service, Services
from desktop_app.ui import app
from desktop_app.ui.boxes import ConfirmBox
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


@pytest.mark.parametrize("wanted", [True, False])
def test_the_question_of_a_second_program(qtbot: QtBot, wanted: bool) -> None:
    def answer() -> None:
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmBox))
        assert "nothing can be changed or sent" in box.text.text()
        (box.action_button if wanted else box.cancel_button).click()

    QTimer.singleShot(0, answer)
    assert app.ask_to_read(AlreadyOpen("Billing Bridge is already open.")) is wanted


def _start(profile: Path, *more: str) -> subprocess.Popen[str]:
    """The program itself, with a window that nobody sees."""
    return subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--profile-dir", str(profile), *more],
        cwd=Path(__file__).resolve().parents[1],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",  # not the user's own
        },
        stderr=subprocess.PIPE,
        text=True,
    )


def _until_it_says(file: Path, words: str, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if file.exists() and re.search(words, file.read_text()):
            return
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.05)
    raise AssertionError(f"{file.name} does not say {words}")


def test_two_processes_on_one_profile(tmp_path: Path) -> None:
    log = Paths.at(tmp_path).log_file
    first = _start(tmp_path)
    others = []
    try:
        _until_it_says(log, "Billing Bridge .* starts", first)
        second = _start(tmp_path)
        others.append(second)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "already open with this profile" in told
        assert "--read-only" in told
        assert (tmp_path / "data" / "billing-bridge.sqlite3").exists()
        third = _start(tmp_path, "--read-only")
        others.append(third)
        _until_it_says(log.with_stem("reading"), "Billing Bridge .* starts", third)
        assert first.poll() is None
    finally:
        for process in (first, *others):
            process.kill()
            process.communicate()
    again = _start(tmp_path)  # a program that was killed holds nothing up
    try:
        _until_it_says(log, "(?s)starts.*Billing Bridge .* starts", again)
    finally:
        again.kill()
        again.communicate()
