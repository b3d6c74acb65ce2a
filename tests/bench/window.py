"""How long the real window is held: the program on a profile of 20,000 organizations."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import Shiboken

from desktop_app.bootstrap import staged
from desktop_app.cli import Options
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.ui import app
from desktop_app.ui.ahead import LATER
from desktop_app.ui.mapping.columns import UNDECIDED
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.window import MainWindow
from tests.bench._profile import make_profile
from tests.bench._window import open_empty_window, show_painted
from tests.bench.harness import Goal, Report, rounds

ROWS, INVOICES = 20_000, 5_000
MANY = 5_000
ROUNDS = 5
QUIET = 0.5  # seconds without a task after which an action has had all its consequences
FRAME = Goal(milliseconds=50)
EVERYTHING = ChangeSet(kinds=frozenset(Kind), invoices=True, workspace=True)


class Watcher:
    """Does something in the window and tells the longest time that it did not answer."""

    def __init__(self, window: MainWindow, report: Report) -> None:
        self._window, self._report = window, report

    def add(
        self,
        name: str,
        action: Callable[[], object],
        before: Callable[[], object] = lambda: None,
        count: int = ROUNDS,
    ) -> None:
        held = []
        for _ in range(count):
            before()
            self._longest(lambda: None)
            held.append(self._longest(action))
        self._report.add(name, held, FRAME)

    def _longest(self, action: Callable[[], object]) -> float:
        """Milliseconds of the longest turn of the event loop, from *action* until all is quiet."""
        longest, turn, end = 0.0, action, time.perf_counter() + QUIET
        while time.perf_counter() < end:
            start = time.perf_counter()
            turn()
            now = time.perf_counter()
            longest = max(longest, (now - start) * 1000)
            if self._window.tasks.running():
                end = now + QUIET
            turn = QApplication.processEvents
        return longest


def measure() -> Report:
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with TemporaryDirectory(prefix="bb-bench-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder) / "profile"
        make_profile(profile, ROWS, INVOICES)
        app.application()
        baseline = sorted(rounds(ROUNDS, open_empty_window))[ROUNDS // 2]
        report = Report(f"The window held, {ROWS:,} rows and {INVOICES:,} invoices", baseline)
        options = Options(profile_dir=profile, offline=True)
        with staged(options) as stage, stage.open(offline=True) as program:
            window = app.create(program.services, program.context(None))
            show_painted(window)
            for name in LATER:  # this and the next two as the program does
                importlib.import_module(f"desktop_app.ui.{name}")
            gc.freeze()
            sys.setswitchinterval(app.TURN)
            _measure(window, Watcher(window, report))
            window.close()
            QApplication.processEvents()
            Shiboken.delete(window)  # with its clocks, before the data that they read are closed
    return report


def _measure(window: MainWindow, watch: Watcher) -> None:
    for key in ("accounts", "items", "changes", "preflight", "invoices", "agreements", "month-end"):
        watch.add(f"{key}, first time", lambda key=key: window.go(key), count=1)
    watch.add("customers, again", lambda: window.go("customers"), lambda: window.go("items"))
    page = window.page("customers")
    assert isinstance(page, MappingPage)
    undo, redo = window.actions_.undo.trigger, window.actions_.redo.trigger

    page.browser.choose(UNDECIDED)
    page.go_on()
    watch.add("take a candidate, go on", lambda: page.take(1))
    watch.add("undo it", undo)
    watch.add("redo it", redo)
    watch.add("exclude a row", page.exclude)
    page.browser.choose("")
    watch.add(
        "type a word in the search", lambda: page.browser.search.setText("dental"), _emptied(page)
    )
    page.browser.search.setText("")
    watch.add("tick all", lambda: page.model.tick_view(True), lambda: page.model.tick_view(False))
    page.model.tick_view(False)

    linked = [row for row in page.model.records if row.mapping is not None][:MANY]
    watch.add(f"clear {MANY:,} rows", lambda: page.deciding._clear(linked), count=1)
    watch.add(f"undo {MANY:,} rows", undo, count=1)
    watch.add(f"redo {MANY:,} rows", redo, count=1)
    watch.add("undo again", undo, count=1)
    watch.add("open Auto Map", page.auto_map, lambda: _close_dialogs(window), count=3)
    _close_dialogs(window)
    watch.add("open History", window.reviewing.show_history, count=1)
    watch.add("everything changed", lambda: window.apply(EVERYTHING))


def _emptied(page: MappingPage) -> Callable[[], object]:
    return lambda: page.browser.search.setText("")


def _close_dialogs(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.reject()
