"""Showing widgets and knowing when they are painted."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

GIVE_UP = 60.0  # seconds


class _PaintWatch(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return False


def show_painted(widget: QWidget) -> None:
    """Show *widget* and return as soon as it has been painted and nothing waits to be done."""
    watch = _PaintWatch()
    widget.installEventFilter(watch)
    widget.show()
    end = time.monotonic() + GIVE_UP
    while not watch.painted:
        QApplication.processEvents()
        if time.monotonic() > end:
            raise TimeoutError("the window was not painted")
    QApplication.processEvents()
    widget.removeEventFilter(watch)


def open_empty_window() -> None:
    """The baseline: a main window with nothing in it, made, painted and closed."""
    window = QMainWindow()
    window.resize(1280, 800)
    show_painted(window)
    window.close()
