"""Uncaught errors, from whichever thread: shown once each, with what to do and a safe report."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.errors import BridgeError
from desktop_app.ui import messages
from desktop_app.ui.boxes import Box
from desktop_app.ui.shell import Context
from desktop_app.ui.widgets import Text

log = logging.getLogger(__name__)

_LOG_LINES = 40


class CrashReporter(QObject):
    """Takes the place of Python's hooks between :meth:`install` and :meth:`remove`."""

    _raised = Signal(str, str)  # key of the traceback, report
    _told = Signal(object)  # BridgeError
    shown = Signal(object)  # CrashBox

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._parent: QWidget | None = None
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._hooks: tuple[Callable[..., object], ...] = ()
        self.boxes: list[CrashBox] = []
        # The hooks run in the thread that failed: only a queued signal may lead to a widget.
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        sys.unraisablehook = self._caught_unraisable

    def remove(self) -> None:
        if self._hooks:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
            self._hooks = ()

    def attach(self, window: QWidget) -> None:
        """Boxes belong to this window from now on."""
        self._parent = window

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        # Where it happened makes the traceback distinct, not what its message says.
        frames = traceback.extract_tb(trace)
        key = kind.__name__ + "".join(f"{f.filename}:{f.lineno};" for f in frames)
        with self._lock:
            known = key in self._seen
            self._seen.add(key)
        log.error("Uncaught error%s\n%s", " (again)" if known else "", text)
        if isinstance(error, BridgeError):  # it has words of its own, such as of a full disk
            self._told.emit(error)
        elif not known:
            self._raised.emit(key, self.report(text))

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _caught_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def report(self, trace: str) -> str:
        """What a developer needs and nothing more: versions, traceback, last log lines."""
        lines = [
            f"Billing Bridge {self._context.version}",
            f"Python {platform.python_version()}, PySide6 {pyside_version}",
            platform.platform(),
            "",
            trace.rstrip(),
        ]
        if self._context.log is not None:
            recent = self._context.log.lines()[-_LOG_LINES:]
            lines += ["", f"Last {len(recent)} log lines:", *(line.text for line in recent)]
        return self._context.redact("\n".join(lines))

    def _tell(self, error: BridgeError) -> None:
        messages.show_error(self._parent, error)

    def _show(self, _key: str, report: str) -> None:
        box = CrashBox(self._parent, report)
        self.boxes.append(box)
        box.finished.connect(lambda: self.boxes.remove(box))
        box.open()
        self.shown.emit(box)


class CrashBox(Box):
    """One uncaught error, with the report that may be sent on."""

    def __init__(self, parent: QWidget | None, report: str) -> None:
        super().__init__(
            parent,
            "error",
            "The program made a mistake",
            "What you saved is safe: every change was written when it was made. You can go on; if"
            " something looks wrong, close the program and start it again.",
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Error report")
        self.report.setMinimumSize(640, 260)
        self.report.setTabChangesFocus(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.column.addWidget(
            Text(
                "To have it mended, copy this report and send it with a few words on what you did."
                " Secrets are left out; read it through if you like.",
                "muted",
            )
        )
        self.column.addWidget(self.report)
        self.copy_button = self.add_button("Copy report", self._copy)
        self.close_button = self.add_button("Go on", self.accept, role="primary")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy_button.setText("Copied")
