"""Starts the window. The composition root calls :func:`run` with everything built."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from desktop_app.domain.backups import Rescue
from desktop_app.errors import AlreadyOpen, BridgeError
from desktop_app.services.api import Services
from desktop_app.ui.ahead import Ahead
from desktop_app.ui.boxes import ConfirmBox, ErrorBox
from desktop_app.ui.crash import CrashReporter
from desktop_app.ui.icons import WINDOW_SIZES, icon, renew_icons
from desktop_app.ui.shell import Context
from desktop_app.ui.theme import Tone, theme
from desktop_app.ui.window import MainWindow

SETTLED = 4000
"""Milliseconds after the start, when the local data were read."""
TURN = 0.0005
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
    made.screenAdded.connect(renew_icons)
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
    app.setWindowIcon(icon("bridge", Tone.ACCENT, WINDOW_SIZES))
    window = MainWindow(services, context)
    gc.enable()  # the start went without
    return window


def spare_long_lived(window: MainWindow) -> None:
    """What was read stays for long. Python would look at all of it again and again in search of
    dead cycles, which holds the window for 200 ms at 20,000 rows."""
    QTimer.singleShot(SETTLED, window, gc.freeze)
    window.refreshing.refreshed.connect(lambda _report: gc.freeze())


def say(error: BridgeError) -> None:
    """Show why the program cannot start; returns when it was read."""
    theme().install(application())
    ErrorBox(None, error, None).exec()


def rescue(found: Rescue, error: BridgeError, now: Callable[[], datetime]) -> bool:
    """Offer a backup in place of damaged data; whether the program can start now."""
    from desktop_app.ui.rescue import RescueBox  # not loaded without need

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
    Ahead(window)
    spare_long_lived(window)

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
