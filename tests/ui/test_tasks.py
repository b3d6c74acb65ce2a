"""The task helper: exactly one outcome, on the window's thread, with progress and cancel."""

from __future__ import annotations

import gc
import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.errors import BridgeError, NetworkError
from desktop_app.progress import Progress, Step
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import Outcome, Task
from tests.ui.conftest import notices


def until_cancelled(progress: Progress) -> None:
    progress.wait(60)


def ended(qtbot: QtBot, task: Task[Any] | None) -> Outcome:
    assert task is not None
    with qtbot.waitSignal(task.ended, timeout=5000) as signal:
        pass
    assert signal.args is not None
    outcome: Outcome = signal.args[0]
    return outcome


def test_success_arrives_on_the_window_thread(shell: Shell, qtbot: QtBot) -> None:
    where: list[Any] = []
    results: list[int] = []

    def operation(progress: Progress) -> int:
        where.append(threading.current_thread())
        return 42

    def success(result: int) -> None:
        where.append(QThread.currentThread())
        results.append(result)

    task = shell.tasks.run(operation, title="Count", on_success=success)
    assert ended(qtbot, task) is Outcome.SUCCEEDED
    assert results == [42]
    assert where[0] is not threading.main_thread()
    assert where[1] is shell.tasks.thread()
    assert shell.tasks.running() == ()


def test_failure_shows_itself_and_can_be_tried_again(shell: Shell, qtbot: QtBot) -> None:
    answers: list[BridgeError | str] = [
        NetworkError("QuickBooks could not be reached.", detail="connect time-out"),
        "fine",
    ]
    results: list[str] = []

    def operation(progress: Progress) -> str:
        answer = answers.pop(0)
        if isinstance(answer, BridgeError):
            raise answer
        return answer

    task = shell.tasks.run(operation, title="Refresh", on_success=results.append)
    assert ended(qtbot, task) is Outcome.FAILED
    (banner,) = notices(shell.window)
    assert banner.title == "No connection"
    assert "could not be reached" in banner.text
    assert "connect time-out" in banner.details
    with qtbot.waitSignal(shell.tasks.ended):
        banner.buttons["Try again"].click()
    assert results == ["fine"]
    assert notices(shell.window) == []


def test_an_error_that_trying_again_cannot_mend_has_no_such_button(
    shell: Shell, qtbot: QtBot
) -> None:
    def operation(progress: Progress) -> None:
        raise BridgeError("The list has no end.")

    task = shell.tasks.run(operation, title="Read", on_success=lambda _: None)
    ended(qtbot, task)
    assert "Try again" not in notices(shell.window)[0].buttons


def test_own_failure_handler_replaces_the_notice(shell: Shell, qtbot: QtBot) -> None:
    seen: list[BridgeError] = []

    def operation(progress: Progress) -> None:
        raise NetworkError("No.")

    task = shell.tasks.run(
        operation, title="Read", on_success=lambda _: None, on_failure=seen.append
    )
    ended(qtbot, task)
    assert [e.message for e in seen] == ["No."]
    assert notices(shell.window) == []


def test_cancel_is_no_error(shell: Shell, qtbot: QtBot) -> None:
    told: list[str] = []
    task = shell.tasks.run(
        until_cancelled,
        title="Wait",
        on_success=lambda _: told.append("success"),
        on_failure=lambda _: told.append("failure"),
        on_cancel=lambda: told.append("cancel"),
    )
    assert task is not None
    task.cancel()
    assert ended(qtbot, task) is Outcome.CANCELLED
    assert told == ["cancel"]
    assert notices(shell.window) == []


def test_cancelling_what_has_already_succeeded_changes_nothing(shell: Shell, qtbot: QtBot) -> None:
    done = threading.Event()
    told: list[str] = []

    def operation(progress: Progress) -> None:
        done.set()

    task = shell.tasks.run(
        operation,
        title="Quick",
        on_success=lambda _: told.append("success"),
        on_cancel=lambda: told.append("cancel"),
    )
    assert task is not None
    assert done.wait(5)
    task.cancel()  # its answer is on the way: the outcome stands
    assert ended(qtbot, task) is Outcome.SUCCEEDED
    assert told == ["success"]


def test_never_two_of_one_exclusive_name(shell: Shell, qtbot: QtBot) -> None:
    names: list[str] = []
    shell.tasks.busy_changed.connect(names.append)
    first = shell.tasks.run(
        until_cancelled, title="Refresh", on_success=print, exclusive="quickbooks"
    )
    second = shell.tasks.run(
        until_cancelled, title="Send", on_success=print, exclusive="quickbooks"
    )
    other = shell.tasks.run(lambda p: 1, title="Sort", on_success=lambda _: None)
    assert first is not None
    assert second is None
    assert other is not None
    assert "Refresh" in notices(shell.window)[0].text
    assert shell.tasks.busy("quickbooks") is first
    first.cancel()
    ended(qtbot, first)
    assert shell.tasks.busy("quickbooks") is None
    assert names == ["quickbooks", "quickbooks"]


def test_many_reports_arrive_as_few_and_the_last_is_shown(shell: Shell, qtbot: QtBot) -> None:
    steps: list[Step] = []
    go = threading.Event()

    def operation(progress: Progress) -> None:
        for number in range(5000):
            progress.report("Items", number + 1, 5000)
        go.wait(5)

    task = shell.tasks.run(operation, title="Read", on_success=lambda _: None)
    assert task is not None
    task.progressed.connect(steps.append)
    qtbot.waitUntil(lambda: bool(steps) and steps[-1].done == 5000)
    go.set()
    ended(qtbot, task)
    assert len(steps) < 2500


def test_a_mistake_in_the_program_reaches_the_crash_hook_once(
    shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: crashes.append(error))
    seen: list[BridgeError] = []

    def operation(progress: Progress) -> None:
        raise KeyError("shape")

    task = shell.tasks.run(
        operation, title="Read", on_success=lambda _: None, on_failure=seen.append
    )
    assert ended(qtbot, task) is Outcome.FAILED
    assert [type(c) for c in crashes] == [KeyError]
    assert len(seen) == 1
    assert "shape" not in seen[0].message


def test_shutting_down_cancels_waits_and_starts_nothing_more(shell: Shell, qtbot: QtBot) -> None:
    told: list[str] = []
    task = shell.tasks.run(
        until_cancelled, title="Wait", on_success=lambda _: None, on_cancel=lambda: told.append("x")
    )
    assert task is not None
    idle: list[str] = []
    with qtbot.waitSignal(task.ended):
        shell.tasks.shut_down(lambda: idle.append("idle"))
    assert idle == ["idle"]
    assert told == []  # the window is closing: nobody is called back
    assert shell.tasks.run(until_cancelled, title="More", on_success=print) is None


def test_shutting_down_does_not_wait_for_ever(shell: Shell, qtbot: QtBot) -> None:
    release = threading.Event()
    shell.tasks.run(lambda p: release.wait(20), title="Deaf", on_success=print)
    idle: list[str] = []
    shell.tasks.shut_down(lambda: idle.append("idle"), at_most_ms=50)
    qtbot.waitUntil(lambda: idle == ["idle"])
    release.set()


def test_while_many_records_are_made_nothing_looks_for_cycles(shell: Shell, qtbot: QtBot) -> None:
    """The search holds the window's thread, too."""
    seen: list[bool] = []
    first_ends = threading.Event()

    def operation(progress: Progress) -> None:
        seen.append(gc.isenabled())
        first_ends.wait(10)

    def failing(progress: Progress) -> None:
        seen.append(gc.isenabled())
        raise NetworkError("Nothing was made.")

    frozen = gc.get_freeze_count()
    first = shell.tasks.run(operation, title="One", on_success=id, bulky=True)
    second = shell.tasks.run(failing, title="Two", on_success=id, on_failure=id, bulky=True)
    assert ended(qtbot, second) is Outcome.FAILED
    assert not gc.isenabled()
    first_ends.set()
    assert ended(qtbot, first) is Outcome.SUCCEEDED
    assert seen == [False, False]
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen


def test_a_task_outlives_its_thread(
    shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the end of the signal's emission in the thread would meet a deleted object."""
    work, alive = Task._work, list[bool]()

    def slow_to_end(self: Task[Any]) -> None:
        work(self)
        threading.Event().wait(0.2)

    monkeypatch.setattr(Task, "_work", slow_to_end)
    task: Task[Any] | None = None

    def success(result: object) -> None:
        assert task is not None
        alive.append(task._thread.is_alive())

    task = shell.tasks.run(lambda progress: 1, title="Count", on_success=success)
    assert ended(qtbot, task) is Outcome.SUCCEEDED
    assert alive == [False]
