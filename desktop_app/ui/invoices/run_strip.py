"""The progress of a run above the list: how far, how fast, how long yet; Pause and Cancel."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar

from desktop_app.progress import Step
from desktop_app.services.api_sending import RunState, RunStatus, SendRun
from desktop_app.ui.tasks import Task
from desktop_app.ui.widgets import Button, Elided, row_of

LOOK_MS = 250
CANCELLING = "Cancelling: what is under way is finished first"


class RunStrip(QFrame):
    """Follows one task at a time, hidden in between. ended: it follows none any more."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._task: Task[Any] | None = None
        self._run: SendRun | None = None
        self.text = Elided()
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.pause_button = Button("Pause", self._pause_or_resume, name="Pause the run")
        self.cancel_button = Button("Cancel", self._cancel, name="Cancel the run")
        box = row_of(self.text, self.bar, self.pause_button, self.cancel_button)
        box.setContentsMargins(14, 8, 10, 8)
        box.setStretch(0, 3)
        box.setStretch(1, 2)
        self.setLayout(box)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._look)
        self.hide()

    def follow(self, task: Task[Any], run: SendRun | None = None) -> None:
        """Show *task* until it ends. run: the sending that it carries out, which can be paused."""
        self._task, self._run = task, run
        self.pause_button.setVisible(run is not None)
        self.pause_button.setEnabled(run is not None)
        self.cancel_button.setEnabled(True)
        task.progressed.connect(self._step)
        task.ended.connect(lambda _outcome: self._end(task))
        self._step(task.step)
        self.show()
        if run is not None:
            self._clock.start()

    def _step(self, step: Step) -> None:
        task = self._task
        if task is None:
            return
        if self._run is not None:
            self._look()
            return
        text = f"{step.text} ({step.done:,} of {step.total:,})" if step.total else step.text
        self._show(CANCELLING if task.cancel_asked else text, step.done, step.total or 0)

    def _look(self) -> None:
        if self._run is None or self._task is None:
            return
        status = self._run.status()
        paused = status.state is RunState.PAUSED
        self.pause_button.setText("Resume" if self._asked_to_pause else "Pause")
        self.pause_button.setAccessibleName(f"{self.pause_button.text()} the run")
        text = CANCELLING if self._task.cancel_asked else status_text(status)
        if self._asked_to_pause and not paused and not self._task.cancel_asked:
            text = "Pausing: what is under way is finished first"
        self._show(text, status.done, status.total)

    def _show(self, text: str, done: int, total: int) -> None:
        self.text.setText(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    _asked_to_pause = False

    def _pause_or_resume(self) -> None:
        if self._run is None:
            return
        if self._asked_to_pause:
            self._run.resume()
        else:
            self._run.pause()
        self._asked_to_pause = not self._asked_to_pause
        self._look()

    def _cancel(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        if self._run is not None:
            self._run.cancel()  # it may be waiting while paused
        self.cancel_button.setEnabled(False)
        self.pause_button.setEnabled(False)
        self._step(self._task.step)

    def _end(self, task: Task[Any]) -> None:
        if task is not self._task:
            return
        self._clock.stop()
        self._task = self._run = None
        self._asked_to_pause = False
        self.pause_button.setText("Pause")
        self.pause_button.setAccessibleName("Pause the run")
        self.hide()
        self.ended.emit()


def status_text(status: RunStatus) -> str:
    """ "Sending: 12 of 60, about 20 s left  ·  480 a minute  ·  2 refused"."""
    parts = [status.text]
    if status.state is RunState.WAITING and status.now:
        parts = [f"{status.now} ({status.done:,} of {status.total:,})"]
    elif status.rate is not None:
        parts.append(f"{status.rate:,.0f} a minute")
    for count, word in ((status.differs, "differ"), (status.refused, "refused"),
                        (status.skipped, "passed over")):  # fmt: skip
        if count:
            parts.append(f"{count:,} {word}")
    return "  ·  ".join(parts)
