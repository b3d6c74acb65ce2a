"""Hands and eyes for a window: click, type, wait until something is so, take a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)

PATIENCE = 60.0  # seconds; a slow machine's first page in the embedded browser takes the longest
LOOK_EVERY = 20  # milliseconds


class Stuck(Exception):
    """What was waited for did not come."""


def wait_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    """Let the window work until *condition* is true. Raises Stuck with *what* otherwise."""
    if condition():
        return
    loop = QEventLoop()
    look, end = QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    end.setSingleShot(True)
    end.timeout.connect(lambda: loop.exit(1))
    look.start(LOOK_EVERY)
    end.start(int(seconds * 1000))
    late = loop.exec()
    look.stop()
    end.stop()
    if late and not condition():
        raise Stuck(f"waited {seconds:.0f} s for: {what}")


def click(button: QWidget) -> None:
    """A real click in the middle of *button*, once it can be clicked."""
    name = button.accessibleName() or type(button).__name__
    wait_until(lambda: button.isVisible() and button.isEnabled(), f"“{name}” can be clicked")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(field: QWidget, text: str) -> None:
    """Type *text* into *field*."""
    field.setFocus()
    QTest.keyClicks(field, text)


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def dialog(kind: type[W], titled: str = "") -> W:
    """The open dialog of this class with *titled* in its title, once it is there."""
    found: list[W] = []

    def look() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind)
                    and w.isVisible() and titled in w.windowTitle()]  # fmt: skip
        return bool(found)

    wait_until(look, f"a {kind.__name__} opens")
    found[0].activateWindow()  # without a display nobody else does
    wait_until(found[0].isActiveWindow, f"the {kind.__name__} takes the keys")
    return found[0]


def settle() -> None:
    """Let what is waiting be painted."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


class WebPage:
    """A page in the embedded browser."""

    def __init__(self, page: QWebEnginePage) -> None:
        self._page = page

    def ask(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        answer: list[Any] = []
        self._page.runJavaScript(script, answer.append)
        wait_until(lambda: answer, "the page answers")
        return answer[0]

    def wait_for(self, name: str) -> None:
        """Until the page that calls itself *name* has been loaded."""
        script = "document.readyState === 'complete' && document.body.dataset.page"
        wait_until(lambda: self.ask(script) == name, f"the page “{name}”")

    def fill(self, name: str, text: str) -> None:
        self.ask(f"document.querySelector('[name={name}]').value = {text!r}; true")

    def choose(self, name: str, value: str) -> None:
        """A radio button by its value."""
        self.ask(f"document.querySelector('[name={name}][value=\"{value}\"]').checked = true; true")

    def push(self, button: str) -> None:
        self.ask(f"setTimeout(() => document.getElementById({button!r}).click(), 0); true")


class Album:
    """Numbered pictures in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.taken: list[str] = []

    def take(self, widget: QWidget, name: str) -> None:
        """A picture of *widget* as the user sees it."""
        settle()
        file = f"{len(self.taken) + 1:02d}-{name}.png"
        if not widget.grab().save(str(self._folder / file)):
            raise Stuck(f"the picture {file} could not be saved")
        self.taken.append(file)
