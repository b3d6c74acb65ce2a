"""Starts the window. The composition root calls :func:`run` with everything built."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from desktop_app.errors import AlreadyOpen
from desktop_app.services.api import Services
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.crash import CrashReporter
from desktop_app.ui.icons import icon
from desktop_app.ui.shell import Context
from desktop_app.ui.theme import Tone, theme
from desktop_app.ui.window import MainWindow


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


def ask_to_read(error: AlreadyOpen) -> bool:
    """Before there is a window: whether to open one that only reads."""
    app = application()
    theme().install(app)
    app.setWindowIcon(icon("bridge", Tone.ACCENT))
    box = ConfirmBox(
        None,
        error.title,
        f"{error.message} In a second window its data can be looked at, as it is now: nothing can"
        " be changed or sent there.",
        "Look at the data",
    )
    app.setQuitOnLastWindowClosed(False)
    try:
        return box.exec() == QDialog.DialogCode.Accepted
    finally:
        app.setQuitOnLastWindowClosed(True)


def create(services: Services, context: Context) -> MainWindow:
    """The window, not shown yet. For :func:`run`, the demo and tests."""
    app = application()
    theme().install(app)
    app.setWindowIcon(icon("bridge", Tone.ACCENT))
    return MainWindow(services, context)


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
    pulse = QTimer()
    pulse.timeout.connect(lambda: None)
    pulse.start(500)
    try:
        return app.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        window.tasks.wait(2)
        reporter.remove()
