"""The one task helper: work off the window's thread, with progress and cancel.

Each task ends in exactly one of succeeded, failed, cancelled; the functions given for these are
called on the window's thread. Work runs in plain threads, because what it calls (HTTP, keyring,
storage) knows nothing of Qt.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.errors import BridgeError
from desktop_app.progress import Cancelled, Progress, Step
from desktop_app.ui import messages

log = logging.getLogger(__name__)

T = TypeVar("T")


class Outcome(StrEnum):
    """How a task ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class _End:
    outcome: Outcome
    result: Any = None
    error: BaseException | None = None


class _Collector:
    """Python's search for cycles, put off while very many records are made.

    It holds all threads, the window's too: at 100,000 records for half a second, again and again.
    Records have no cycles. Those that were made are left out of later searches as well.
    """

    _guard = threading.Lock()
    _tasks = 0

    @classmethod
    @contextlib.contextmanager
    def put_off(cls) -> Iterator[None]:
        with cls._guard:
            cls._tasks += 1
            gc.disable()
        try:
            yield
        finally:
            with cls._guard:
                cls._tasks -= 1
                if not cls._tasks:
                    gc.freeze()
                    gc.enable()


class Task(QObject, Generic[T]):
    """One run of an operation. Made by :meth:`Tasks.run` only."""

    progressed = Signal(object)  # Step, on the window's thread, at most one waiting at a time
    ended = Signal(object)  # Outcome, after the functions given to run() were called
    _step_waiting = Signal()
    _finished = Signal(object)

    def __init__(
        self,
        owner: QObject,
        operation: Callable[[Progress], T],
        title: str,
        exclusive: str,
        bulky: bool,
    ) -> None:
        super().__init__(owner)
        self.title = title
        self.exclusive = exclusive
        self._bulky = bulky
        self.step = Step(title)
        self.outcome: Outcome | None = None
        self.cancel_asked = False
        self._operation: Callable[[Progress], T] | None = operation
        self._progress = Progress(self._report)
        self._lock = threading.Lock()
        self._latest: Step | None = None
        self._thread = threading.Thread(target=self._work, name=f"task {title}", daemon=True)
        self._step_waiting.connect(self._show_step, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the operation to stop at its next step. No effect once it has ended."""
        if self.outcome is None and not self.cancel_asked:
            self.cancel_asked = True
            self._progress.cancel()
            self.progressed.emit(self.step)

    def _report(self, step: Step) -> None:
        # In the worker. Many reports may come within one frame: only the last is shown.
        with self._lock:
            first, self._latest = self._latest is None, step
        if first:
            self._step_waiting.emit()

    def _show_step(self) -> None:
        with self._lock:
            step, self._latest = self._latest, None
        if step is not None and self.outcome is None:
            self.step = step
            self.progressed.emit(step)

    def _work(self) -> None:
        operation, self._operation = self._operation, None  # it is not kept longer than needed
        assert operation is not None, "a task runs once"
        try:
            with _Collector.put_off() if self._bulky else contextlib.nullcontext():
                end = _End(Outcome.SUCCEEDED, operation(self._progress))
        except Cancelled:
            end = _End(Outcome.CANCELLED)
        except BaseException as error:
            end = _End(Outcome.FAILED, error=error)
        try:
            self._finished.emit(end)
        except RuntimeError:  # the window is gone; there is nobody left to tell
            log.debug("A task ended after its window had closed")
        del operation, end

    @property
    def running(self) -> bool:
        return self._thread.is_alive()


class Tasks(QObject):
    """All tasks of one window. *speaker* is the widget whose window shows failures."""

    started = Signal(object)  # Task
    ended = Signal(object)  # Task
    busy_changed = Signal(str)  # the exclusive name that became busy or free

    def __init__(self, speaker: QWidget) -> None:
        super().__init__(speaker)
        self._speaker = speaker
        self._running: list[Task[Any]] = []
        self._closing: Callable[[], object] | None = None

    def run(
        self,
        operation: Callable[[Progress], T],
        *,
        title: str,
        on_success: Callable[[T], object],
        on_failure: Callable[[BridgeError], object] | None = None,
        on_cancel: Callable[[], object] | None = None,
        exclusive: str = "",
        quiet: bool = False,
        bulky: bool = False,
    ) -> Task[T] | None:
        """Start *operation* in a thread. Call on the window's thread.

        exclusive: while a task of this name runs, another is refused with a notice and None is
        returned. on_failure replaces the notice that a failure shows by itself. quiet: work that
        the user did not ask for does not appear in the status area. bulky: work that makes a
        hundred thousand records or so, in seconds rather than hours.
        """
        if QThread.currentThread() is not self.thread():
            raise RuntimeError("Tasks are started on the window's thread")
        if self._closing is not None:
            return None
        other = self.busy(exclusive)
        if other is not None:
            messages.show_notice(
                self._speaker,
                "info",
                "Still at work",
                f"“{other.title}” has to end first. Cancel it in the status bar, or wait.",
                key=f"busy:{exclusive}",
                seconds=8,
            )
            return None
        task: Task[T] = Task(self, operation, title, exclusive, bulky)
        task.setProperty("quiet", quiet)

        def finish(end: _End) -> None:
            self._finish(task, end, on_success, on_failure, on_cancel, again)

        def again() -> None:
            self.run(
                operation,
                title=title,
                on_success=on_success,
                on_failure=on_failure,
                on_cancel=on_cancel,
                exclusive=exclusive,
                quiet=quiet,
                bulky=bulky,
            )

        # A plain function has no thread of its own to be queued to: the task's slot has.
        task._finished.connect(_Relay(task, finish).deliver, Qt.ConnectionType.QueuedConnection)
        self._running.append(task)
        self.started.emit(task)
        if exclusive:
            self.busy_changed.emit(exclusive)
        task._thread.start()
        return task

    def busy(self, exclusive: str) -> Task[Any] | None:
        """The running task of this exclusive name."""
        if not exclusive:
            return None
        return next((t for t in self._running if t.exclusive == exclusive), None)

    def running(self) -> tuple[Task[Any], ...]:
        return tuple(self._running)

    def cancel_all(self) -> None:
        for task in self._running:
            task.cancel()

    def shut_down(self, when_idle: Callable[[], object], *, at_most_ms: int = 10_000) -> None:
        """Start nothing more, cancel all, and call *when_idle* as soon as all have ended.

        What does not stop in time is left behind: its thread ends with the process, and services
        keep their data whole through that.
        """
        if self._closing is not None:
            return
        self._closing = when_idle
        self.cancel_all()
        QTimer.singleShot(at_most_ms if self._running else 0, self, self._close_now)

    def wait(self, seconds: float) -> bool:
        """Block until the threads have ended; for the very end of the program and for tests."""
        deadline = time.monotonic() + seconds
        for task in self._running:
            task._thread.join(max(0.0, deadline - time.monotonic()))
        return not any(task.running for task in self._running)

    def _close_now(self) -> None:
        if self._closing is not None:
            closing, self._closing = self._closing, lambda: None
            closing()

    def _finish(
        self,
        task: Task[T],
        end: _End,
        on_success: Callable[[T], object],
        on_failure: Callable[[BridgeError], object] | None,
        on_cancel: Callable[[], object] | None,
        again: Callable[[], None],
    ) -> None:
        if task.outcome is not None:
            return
        # Its thread has said that it is done, and may still be inside of Qt's emit: the task, which
        # is deleted below, must outlive that.
        task._thread.join()
        task.outcome = end.outcome
        self._running.remove(task)
        if task.exclusive:
            self.busy_changed.emit(task.exclusive)
        self.ended.emit(task)
        try:
            if self._closing is not None:
                if not self._running:
                    self._close_now()
            elif end.outcome is Outcome.SUCCEEDED:
                on_success(end.result)
            elif end.outcome is Outcome.CANCELLED:
                if on_cancel is not None:
                    on_cancel()
            else:
                self._failed(end.error, on_failure, again)
        finally:
            task.ended.emit(end.outcome)
            task.deleteLater()

    def _failed(
        self,
        error: BaseException | None,
        on_failure: Callable[[BridgeError], object] | None,
        again: Callable[[], None],
    ) -> None:
        if isinstance(error, BridgeError):
            if on_failure is not None:
                on_failure(error)
            else:
                messages.show_error(self._speaker, error, try_again=again)
            return
        # A mistake in the program: the crash report shows it, once.
        if error is not None:
            sys.excepthook(type(error), error, error.__traceback__)
        if on_failure is not None:
            on_failure(
                BridgeError(
                    "The program made a mistake while doing this. Nothing more was done.",
                    advice="An error report was opened. Try again; send the report if it stays.",
                    detail=type(error).__name__,
                )
            )


class _Relay(QObject):
    """Lives on the window's thread, so that a queued signal arrives there."""

    def __init__(self, parent: QObject, function: Callable[[_End], None]) -> None:
        super().__init__(parent)
        self._function: Callable[[_End], None] | None = function

    def deliver(self, end: _End) -> None:
        function, self._function = self._function, None  # with all that it refers to
        if function is not None:
            function(end)
