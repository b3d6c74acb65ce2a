"""Runs in a process of its own: opens a window, says when it is painted, and ends.

``empty``: a main window with nothing in it. ``loaded``: the same, after loading the modules that
the program's window needs. Anything else: the program, with those arguments; its event loop ends
once its window is painted and all that was waiting is done. Qt is loaded only when the program
loads it, since each module that comes after it costs more.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable

READY = "painted"


def ready() -> None:
    print(READY, time.time(), flush=True)


def run_empty() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    from tests.bench._window import show_painted

    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    show_painted(window)
    ready()
    window.close()
    application.quit()


class _WhenTheWindowComes:
    """An import hook: puts *then* before the program's first module that needs Qt."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "desktop_app.ui.app":
            sys.meta_path.remove(self)  # type: ignore[arg-type]
            self._then()


def end_once_painted() -> None:
    """Let the program's event loop end by itself."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QMainWindow

    class FirstPaint(QObject):
        painted = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
                self.painted = True
            return False

    def until_painted(*_: object) -> int:
        application = QApplication.instance()
        assert application is not None
        watch = FirstPaint()
        application.installEventFilter(watch)
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow)]
        for window in windows:
            window.update()
        while not watch.painted:
            QApplication.processEvents()
        QApplication.processEvents()
        ready()
        application.removeEventFilter(watch)
        for window in windows:
            window.close()
        QApplication.processEvents()
        return 0

    QApplication.exec = until_painted  # type: ignore[method-assign,assignment]


def run_program(arguments: list[str]) -> int:
    from desktop_app.cli import main

    sys.meta_path.insert(0, _WhenTheWindowComes(end_once_painted))  # type: ignore[arg-type]
    return main(arguments)


def load_program() -> None:
    """As the program does: without the garbage collector, and Qt last."""
    import gc

    gc.disable()
    for name in ("desktop_app.bootstrap", "desktop_app.ui.app", "desktop_app.ui.mapping.page"):
        importlib.import_module(name)


if __name__ == "__main__":
    if sys.argv[1] in ("empty", "loaded"):
        if sys.argv[1] == "loaded":
            load_program()
        run_empty()
    else:
        sys.exit(run_program(sys.argv[1:]))
