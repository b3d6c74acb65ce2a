"""The first-steps panel: what to click, in order, with a tick for what is done."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.api import Service
from desktop_app.ui.layouts import SideBySide
from desktop_app.ui.shell import Demo
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Card, Heading, IconButton, Picture, Text, row_of


@dataclass(frozen=True, slots=True)
class StepSpec:
    """key names it for tests and settings."""

    key: str
    title: str
    text: str
    button: str


STEPS = (
    StepSpec("keys", "Enter the app keys", "Once, for both services.", "App keys"),
    StepSpec("ninjaone", "Enable NinjaOne Billing", "Sign in to your instance.", "Enable"),
    StepSpec("quickbooks", "Enable QuickBooks", "Sign in as an administrator.", "Enable"),
    StepSpec("refresh", "Refresh", "Fetch both catalogues.", "Refresh"),
    StepSpec("map", "Auto Map", "Match equal names, confirm, map the rest.", "Open Customers"),
    StepSpec("send", "Rehearse, then send", "See every document before it goes.", "Open Invoices"),
)


class FirstSteps(Card):
    """chosen: the key of the step whose button was pressed. dismissed: the user hid the panel."""

    chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, demo: MappingOf[Service, Demo]) -> None:
        super().__init__(margin=20, spacing=12)
        self.setAccessibleName("First steps")
        self.progress = Text("", "muted")
        self.progress.setWordWrap(False)
        self.body.addLayout(
            row_of(
                Heading("First steps", 2),
                self.progress,
                None,
                IconButton("close", "Hide the first steps", self.dismissed.emit, 16),
            )
        )
        self.rows: dict[str, _Step] = {}
        half = (len(STEPS) + 1) // 2
        columns = [QWidget(), QWidget()]
        for column in columns:
            box = QVBoxLayout(column)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(10)
        for number, spec in enumerate(STEPS):
            row = _Step(number + 1, spec)
            row.button.clicked.connect(lambda _=False, key=spec.key: self.chosen.emit(key))
            self.rows[spec.key] = row
            beside = columns[number // half].layout()
            assert beside is not None
            beside.addWidget(row)
        both = SideBySide(*((column, 1) for column in columns), wide=720, spacing=10)
        self.body.addWidget(both)
        self.demo: Text | None = None
        if demo:
            lines = [f"{service.value}:  {one.words}" for service, one in demo.items()]
            self.demo = Text("\n".join(["Sample sign-ins of this demo", *lines]), selectable=True)
            inset = Card(role="inset", margin=10)
            inset.body.addLayout(row_of(Picture("key", Tone.ACCENT, 18), self.demo))
            self.body.addWidget(inset)

    def fill(self, done: dict[str, bool]) -> None:
        """Tick what is done; the first step that is not is the one to do now."""
        now = next((spec.key for spec in STEPS if not done[spec.key]), "")
        for key, row in self.rows.items():
            row.fill(done=done[key], now=key == now)
        self.progress.setText(f"{sum(done.values())} of {len(STEPS)} done")


class _Step(QWidget):
    def __init__(self, number: int, spec: StepSpec) -> None:
        super().__init__()
        self._spec = spec
        self.number = number
        self.mark = Picture("circle", Tone.MUTED, 20)
        self.title = Heading(f"{number}.  {spec.title}", 3)
        self.button = Button(spec.button, name=f"{spec.title}: {spec.button}")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        text = Text(spec.text, "muted")
        words.addWidget(text)
        row = row_of(self.mark)
        row.setContentsMargins(0, 4, 16, 4)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row)
        self.done = False

    def fill(self, *, done: bool, now: bool) -> None:
        self.done = done
        if done:
            self.mark.set_picture("check-circle", Tone.GOOD)
        else:
            self.mark.set_picture(
                "forward" if now else "circle", Tone.ACCENT if now else Tone.MUTED
            )
        state = "done" if done else "next" if now else "to do"
        self.mark.setAccessibleName(state)
        self.setAccessibleName(f"Step {self.number}, {self._spec.title}: {state}")
        self.button.setVisible(now)
