"""Starts the window. The composition root calls :func:`run` with everything built."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.domain.backups import Rescue
from desktop_app.errors import BridgeError
from desktop_app.services.api import Services
from desktop_app.ui.boxes import ErrorBox
from desktop_app.ui.crash import CrashReporter
from desktop_app.ui.icons import icon
from desktop_app.ui.rescue import RescueBox
from desktop_app.ui.shell import Context
from desktop_app.ui.theme import Tone, theme
from desktop_app.ui.window import MainWindow

TURN = 0.001
"""Seconds after which a busy worker lets the window's thread run. Each call of Qt into Python waits
for its turn anew, so that with Python's own 5 ms a single repaint would take ten times that."""


def application() -> QApplication:
    """The one QApplication, made the way the embedded browser and the theme need it."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QCoreApplication.setApplicationName("BillingBridge")
    QApplication.setApplicationDisplayName("Billing Bridge")
    QApplication.setDesktopFileName("billing-bridge")
    made = QApplication(sys.argv[:1])
    made.setQuitOnLastWindowClosed(True)
    return made


def create(services: Services, context: Context) -> MainWindow:
    """The window, not shown yet. For :func:`run`, the demo and tests."""
    app = application()
    theme().install(app)
    app.setWindowIcon(icon("bridge", Tone.ACCENT))
    return MainWindow(services, context)


def say(error: BridgeError) -> None:
    """Show why the program cannot start; returns when it was read."""
    theme().install(application())
    ErrorBox(None, error, None).exec()


def rescue(found: Rescue, error: BridgeError, now: Callable[[], datetime]) -> bool:
    """Offer a backup in place of damaged data; whether the program can start now."""
    app = application()
    theme().install(app)
    app.setWindowIcon(icon("bridge", Tone.ACCENT))
    box = RescueBox(found, error, now)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return box.exec() == RescueBox.DialogCode.Accepted


def run(services: Services, context: Context) -> int:
    """Show the window and serve until it is closed; the exit code."""
    app = application()
    reporter = CrashReporter(context)
    reporter.install()
    window = create(services, context)
    reporter.attach(window)
    window.show()

    # Ctrl+C in a terminal: Python hears it only when its interpreter runs now and then.
    def interrupted(_number: int, _frame: FrameType | None) -> None:
        window.close()

    before = signal.signal(signal.SIGINT, interrupted)
    turns = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    pulse = QTimer()
    pulse.timeout.connect(lambda: None)
    pulse.start(500)
    try:
        return app.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        sys.setswitchinterval(turns)
        window.tasks.wait(2)
        reporter.remove()
