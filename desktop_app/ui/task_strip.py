"""The status area's view of running work: what, how far, and Cancel. Never in the way."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop_app.progress import Step
from desktop_app.ui.tasks import Task, Tasks
from desktop_app.ui.widgets import Button, Elided


class TaskStrip(QWidget):
    """Shows the newest running task that is not quiet; appears only after a moment, so that
    short work does not flicker."""

    def __init__(self, tasks: Tasks, delay_ms: int = 150) -> None:
        super().__init__()
        self._tasks = tasks
        self._shown: Task[Any] | None = None
        self.text = Elided()
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(180)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = Button("Cancel", self._cancel, role="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self.setMinimumWidth(420)
        self.hide()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(delay_ms)
        self._delay.timeout.connect(self.show)
        tasks.started.connect(self._started)
        tasks.ended.connect(self._ended)

    def _started(self, task: Task[Any]) -> None:
        if task.property("quiet"):
            return
        task.progressed.connect(lambda step: self._step(task, step))
        self._take(task)

    def _take(self, task: Task[Any]) -> None:
        self._shown = task
        self._step(task, task.step)
        if not self.isVisible():
            self._delay.start()

    def _step(self, task: Task[Any], step: Step) -> None:
        if task is not self._shown:
            return
        if task.cancel_asked:
            self.text.setText("Cancelling…")
        elif step.total:
            self.text.setText(f"{step.text}: {step.done:,} of {step.total:,}")
        else:
            self.text.setText(step.text or task.title)
        self.bar.setRange(0, step.total or 0)
        self.bar.setValue(min(step.done, step.total or 0))
        self.cancel.setEnabled(not task.cancel_asked)
        self.cancel.setAccessibleName(f"Cancel: {task.title}")

    def _ended(self, task: Task[Any]) -> None:
        if task is not self._shown:
            return
        rest = [t for t in self._tasks.running() if not t.property("quiet")]
        if rest:
            self._take(rest[-1])
        else:
            self._shown = None
            self._delay.stop()
            self.hide()

    def _cancel(self) -> None:
        if self._shown is not None:
            self._shown.cancel()
