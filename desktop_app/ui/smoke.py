"""What the smoke test asks of Qt: that the window opens and the embedded browser shows a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer, QUrl, qVersion
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, qWebEngineChromiumVersion
from PySide6.QtWebEngineWidgets import QWebEngineView

from desktop_app.services.api import Services
from desktop_app.ui import app
from desktop_app.ui.shell import Context

PAGE = "data:text/html,<title>ready</title><p>Billing Bridge"
PATIENCE_MS = 60_000  # the browser's first start on a busy machine


class SmokeFailure(Exception):
    """What did not work, in words."""


def check_window(services: Services, context: Context) -> str:
    """Open the program's own window, look at what it painted, close it; its size."""
    window = app.create(services, context)
    window.show()
    try:
        turned = _wait(lambda done: QTimer.singleShot(0, window, done))
        picture = window.grab().toImage()
        if not turned or not window.isVisible():
            raise SmokeFailure("it did not show")
        step = max(1, picture.width() // 60)
        colours = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), step)
            for y in range(0, picture.height(), step)
        }
        if len(colours) < 3:
            raise SmokeFailure("it stayed empty")
        return f"{window.width()} x {window.height()}"
    finally:
        window.tasks.wait(30)
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def check_browser() -> str:
    """Load a page from a data address and run a script in it; the versions. Raises SmokeFailure."""
    app.application()
    profile = QWebEngineProfile()  # off the record
    view = QWebEngineView()
    page = QWebEnginePage(profile, view)
    view.setPage(page)
    try:
        view.resize(320, 200)
        view.show()
        loaded: list[bool] = []
        ended: list[str] = []
        answers: list[object] = []

        def load(done: Callable[[], None]) -> None:
            def finished(worked: bool) -> None:
                loaded.append(worked)
                done()

            def died(status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
                ended.append(f"{status.name}, {code}")
                done()

            page.loadFinished.connect(finished)
            page.renderProcessTerminated.connect(died)
            page.load(QUrl(PAGE))

        def ask(done: Callable[[], None]) -> None:
            def answered(answer: object) -> None:
                answers.append(answer)
                done()

            page.runJavaScript("document.title + (20 + 1) * 2", 0, answered)

        if not _wait(load):
            raise SmokeFailure("a page was not loaded in time")
        if ended:
            raise SmokeFailure(f"its process ended ({ended[0]})")
        if not loaded[0]:
            raise SmokeFailure("a page could not be loaded")
        if not _wait(ask) or answers != ["ready42"]:
            raise SmokeFailure(f"a script in the page did not run ({answers})")
    finally:
        # The page goes before its profile, and both before Qt does.
        view.close()
        for each in (view, profile):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    chromium = cast("str", qWebEngineChromiumVersion())  # whose type is given as bytes
    return f"Qt {qVersion()!s}, Chromium {chromium}"


def _wait(start: Callable[[Callable[[], None]], None]) -> bool:
    """Start something and turn the event loop until it says it is done; False after too long."""
    loop = QEventLoop()
    finished: list[bool] = []

    def done() -> None:
        finished.append(True)
        loop.quit()

    start(done)
    if not finished:
        QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
        loop.exec()
    return bool(finished)
