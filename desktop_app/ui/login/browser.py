"""The embedded browser: address and lock, Back, Reload, the page, and words when it fails."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.login.page import SignInPage
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.login.redirects import shown_address
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import EmptyState, IconButton, Picture

# Where Intuit and NinjaOne show that they do not know a client ID or redirect address: such a
# sign-in never redirects back (sections 1.3 and 1.2 of the sheets).
ERROR_PAGES = ("/oauth2/error", "/ws/oauth/error")
_REFUSED = (
    "The sign-in page refused the request. Usually the client ID or the redirect address in App"
    " keys differs from what is registered; “Nothing happening?” tells more."
)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Browser(QWidget):
    """One page with its bar. Pop-ups open in windows of the same kind.

    arrived: where the sign-in ended. trouble: words for the hint line.
    """

    arrived = Signal(str)
    trouble = Signal(str)

    def __init__(self, home: WebHome, redirect_uri: str, page: SignInPage | None = None) -> None:
        super().__init__()
        self._home = home
        self.popups: list[Popup] = []
        self.view = QWebEngineView()
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAccessibleName("Sign-in page")
        if page is None:
            page = SignInPage(home.profile(), redirect_uri, self._popup, self)
            page.redirected.connect(self.arrived)
        self.page = page
        self.view.setPage(page)

        self.back = IconButton("back", "Back", self._go_back)
        self.reload = IconButton("refresh", "Reload", self.load_again)
        self.lock = Picture("unlock", Tone.MUTED, 18)
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setAccessibleName("Address of the page")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Page is loading")
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 8, 12, 8)
        row.setSpacing(6)
        row.addWidget(self.back)
        row.addWidget(self.reload)
        row.addSpacing(6)
        row.addWidget(self.lock)
        row.addWidget(self.address, 1)

        self.error = EmptyState("offline", "", "", "Try again", self.load_again)
        holder = QWidget()
        self.stack = QStackedLayout(holder)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.error)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.progress)
        column.addWidget(holder, 1)

        self._wanted = QUrl()
        page.urlChanged.connect(self._moved)
        page.loadStarted.connect(self._started)
        page.loadProgress.connect(self.progress.setValue)
        page.loadFinished.connect(self._finished)
        page.failed.connect(self._failed)
        page.refused.connect(self._certificate)
        page.blocked.connect(
            lambda scheme: self.trouble.emit(
                f"The page wanted to open another program ({scheme}). That was not allowed."
            )
        )
        page.status.connect(self._status)
        page.renderProcessTerminated.connect(self._crashed)
        self._moved(page.url())

    def open(self, address: str) -> None:
        """Load the sign-in page."""
        self._wanted = QUrl(address)
        self.stack.setCurrentWidget(self.view)
        self.page.load(self._wanted)

    def load_again(self) -> None:
        self.stack.setCurrentWidget(self.view)
        if self.page.url().isEmpty() or self.page.url().toString() == "about:blank":
            self.page.load(self._wanted)
        else:
            self.page.triggerAction(QWebEnginePage.WebAction.Reload)

    def _go_back(self) -> None:
        self.stack.setCurrentWidget(self.view)
        self.page.triggerAction(QWebEnginePage.WebAction.Back)

    def _popup(self, page: SignInPage) -> None:
        popup = Popup(self._home, page, self.window())
        popup.browser.trouble.connect(self.trouble)
        self.popups.append(popup)
        popup.finished.connect(lambda: self.popups.remove(popup) if popup in self.popups else None)
        popup.show()

    # The bar.

    def _moved(self, url: QUrl) -> None:
        self.address.setText(shown_address(url.toString()))
        self.address.setCursorPosition(0)
        if url.scheme() == "https":
            look = ("lock", Tone.GOOD, "Encrypted connection")
        elif url.host() in LOOPBACK:
            look = ("unlock", Tone.MUTED, "A page on this machine; not encrypted")
        elif url.scheme() == "http":
            look = ("unlock", Tone.BAD, "Not encrypted: others may read what you type")
        else:
            look = ("unlock", Tone.MUTED, "No page yet")
        self.lock.set_picture(look[0], look[1])
        self.lock.setToolTip(look[2])
        self.lock.setAccessibleName(look[2])
        self.back.setEnabled(self.page.history().canGoBack())
        if url.path().endswith(ERROR_PAGES):
            self.trouble.emit(_REFUSED)

    def _started(self) -> None:
        self.progress.setValue(0)
        self.progress.show()

    def _finished(self, _fine: bool) -> None:
        # A refused redirect, too, ends with False: what failed is told by failed() and others.
        self.progress.hide()
        self.back.setEnabled(self.page.history().canGoBack())

    # When it fails.

    def _say(self, title: str, text: str) -> None:
        self.error.say(title, text, "Try again")
        self.stack.setCurrentWidget(self.error)

    def _failed(self, _technical: str) -> None:
        self._say(
            "The sign-in page could not be reached",
            "Check the network, and whether a proxy or filter keeps intuit.com or your NinjaOne"
            " address from loading. Then try again. Reviewing mappings works without a network.",
        )

    def _certificate(self, host: str, description: str) -> None:
        self._say(
            "The connection is not safe",
            f"The certificate of {host} was not accepted ({description}). Nothing was sent there."
            " Check the date and time of this computer, and ask whoever runs your network whether"
            " it opens encrypted connections.",
        )

    def _crashed(self) -> None:
        self._say(
            "The page stopped working",
            "Try again. If it happens each time, use your own browser for the sign-in.",
        )

    def _status(self, code: int) -> None:
        if code >= 500:
            self.trouble.emit(
                f"The sign-in service answered with an error of its own ({code}). Wait a minute,"
                " then choose Reload."
            )
        else:
            self.trouble.emit(_REFUSED)


class Popup(QDialog):
    """A window that a sign-in page opened."""

    def __init__(self, home: WebHome, page: SignInPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Sign in")
        self.setAccessibleName("Sign-in pop-up")
        self.resize(620, 640)
        self.browser = Browser(home, "", page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.browser)
        page.windowCloseRequested.connect(self.close)
        page.titleChanged.connect(lambda title: self.setWindowTitle(title or "Sign in"))
        home.lodge(self)
