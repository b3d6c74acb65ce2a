"""Runs in a process of its own: opens a window, says when it is painted, and ends.

``empty``: a main window with nothing in it. Anything else: the program, with those arguments; its
event loop ends once its window is painted and all that was waiting is done.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

READY = "painted"


def ready() -> None:
    print(READY, time.time(), flush=True)


def run_empty() -> None:
    from tests.bench._window import show_painted

    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    show_painted(window)
    ready()
    window.close()
    application.quit()


class _FirstPaint(QObject):
    painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            self.painted = True
        return False


def run_program(arguments: list[str]) -> int:
    from desktop_app.cli import main

    def until_painted(*_: object) -> int:
        """In the place of QApplication.exec."""
        application = QApplication.instance()
        assert application is not None
        watch = _FirstPaint()
        application.installEventFilter(watch)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QMainWindow):
                window.update()
        while not watch.painted:
            QApplication.processEvents()
        QApplication.processEvents()
        ready()
        application.removeEventFilter(watch)
        for window in QApplication.topLevelWidgets():
            window.close()
        QApplication.processEvents()
        return 0

    QApplication.exec = until_painted  # type: ignore[method-assign,assignment]
    return main(arguments)


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        run_empty()
    else:
        sys.exit(run_program(sys.argv[1:]))
