"""The sign-in window: embedded browser, the way round it, help, waiting and outcome."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.ports import SignInRequest
from desktop_app.errors import BridgeError
from desktop_app.services.api import Service
from desktop_app.ui.login.browser import Browser
from desktop_app.ui.login.help_text import HELP, HINT_AFTER_A_WHILE
from desktop_app.ui.login.paste import PastePanel
from desktop_app.ui.login.profile import WebHome
from desktop_app.ui.shell import Demo
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import (
    MARGIN,
    Button,
    Card,
    Elided,
    Heading,
    Picture,
    Text,
    row_of,
    scrolling,
)

HINT_SECONDS = 75


def open_in_system_browser(address: str) -> bool:
    return QDesktopServices.openUrl(QUrl(address))


class SignInWindow(QDialog):
    """One sign-in. arrived: the address it ended at; cancelled: the user closed it before that;
    again: the user wants to begin anew after a failure."""

    arrived = Signal(str)
    cancelled = Signal()
    again = Signal()
    cancel_work = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        home: WebHome,
        service: Service,
        request: SignInRequest,
        *,
        demo: Demo | None = None,
        hint_seconds: float = HINT_SECONDS,
        open_address: Callable[[str], bool] = open_in_system_browser,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(f"Sign in to {service.value}")
        self.setAccessibleName(f"Sign in to {service.value}")
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(1000, screen.width() - 40), min(780, screen.height() - 60))
        self._service = service
        self._finished = False
        home.lodge(self)

        self.stack = QStackedWidget()
        self.browser = Browser(home, request.redirect_uri)
        self.paste = PastePanel(request, open_address)
        self.help = self._help_page(service)
        self.working = self._working_page()
        self.outcome = self._outcome_page()
        for each in (self.browser, self.paste, self.help, self.working, self.outcome):
            self.stack.addWidget(each)

        self.hint_bar = QFrame()
        self.hint_bar.setProperty("banner", "info")
        self.hint = Text("")
        hint_row = QHBoxLayout(self.hint_bar)
        hint_row.setContentsMargins(14, 8, 14, 8)
        hint_row.addWidget(Picture("info", Tone.ACCENT, 18))
        hint_row.addWidget(self.hint, 1)
        self.hint_bar.hide()

        self.help_button = Button("Nothing happening?", self.show_help, role="link", icon="help")
        self.own_button = Button("Use my own browser", self.show_paste, role="link")
        self.back_button = Button("Back to the sign-in page", self.show_browser, role="link")
        self.cancel_button = Button("Cancel", self.reject)
        footer = QFrame()
        footer.setProperty("role", "header")
        foot = QHBoxLayout(footer)
        foot.setContentsMargins(14, 10, 14, 10)
        foot.setSpacing(10)
        for button in (self.help_button, self.own_button, self.back_button):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        self._footer = footer

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if demo is not None:
            column.addWidget(_demo_strip(demo))
        column.addWidget(self.stack, 1)
        column.addWidget(self.hint_bar)
        column.addWidget(footer)

        self.browser.arrived.connect(self._arrived)
        self.browser.trouble.connect(self.show_hint)
        self.paste.arrived.connect(self._arrived)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(round(hint_seconds * 1000))
        self._slow.timeout.connect(lambda: self.show_hint(HINT_AFTER_A_WHILE[service]))
        self._slow.start()
        self.show_browser()
        self.browser.open(request.url)

    # What it shows.

    def show_browser(self) -> None:
        self._turn_to(self.browser)
        self.browser.view.setFocus()

    def show_paste(self) -> None:
        self._turn_to(self.paste)
        self.paste.open_button.setFocus()

    def show_help(self) -> None:
        self._turn_to(self.help)

    def show_hint(self, text: str) -> None:
        """A line above the buttons; it interrupts nothing."""
        if not self._finished:
            self.hint.setText(text)
            self.hint_bar.show()

    def show_working(self, text: str) -> None:
        """While the code is exchanged."""
        self._work_text.setText(text)
        self.stack.setCurrentWidget(self.working)

    def show_outcome(self, error: BridgeError) -> None:
        """The sign-in failed: what happened and what to do, with a way to begin anew."""
        self._outcome_title.setText(error.title)
        self._outcome_text.setText(error.message)
        self._outcome_advice.setText(error.advice)
        self._outcome_advice.setVisible(bool(error.advice))
        self.stack.setCurrentWidget(self.outcome)
        self._footer.hide()
        self.hint_bar.hide()
        self.again_button.setFocus()

    def _turn_to(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        self.own_button.setVisible(page is not self.paste)
        self.help_button.setVisible(page is not self.help)
        self.back_button.setVisible(page is not self.browser)

    # What happens.

    def _arrived(self, address: str) -> None:
        if self._finished:
            return
        self._finished = True
        self._slow.stop()
        self.hint_bar.hide()
        for button in (self.help_button, self.own_button, self.back_button):
            button.hide()
        self.show_working("Finishing the sign-in")
        self.arrived.emit(address)

    def finish(self) -> None:
        """Close without telling anybody: the sign-in has ended."""
        self._finished = True
        self.done(QDialog.DialogCode.Accepted)

    def reject(self) -> None:
        """Cancel, Esc, and the window's own close button."""
        self._slow.stop()
        if self.stack.currentWidget() is self.working:
            self.cancel_button.setEnabled(False)
            self.cancel_work.emit()  # the task's end decides what is shown next
            return
        if not self._finished:
            self._finished = True
            self.cancelled.emit()
        super().reject()

    # Its parts.

    def _help_page(self, service: Service) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN * 2, MARGIN, MARGIN * 2, MARGIN)
        column.setSpacing(14)
        column.addWidget(Heading("If nothing happens", 1))
        for title, text in HELP[service]:
            column.addWidget(Heading(title, 3))
            column.addWidget(Text(text))
        column.addStretch(1)
        area = scrolling(content)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that keys scroll it
        return area

    def _working_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        self._work_text = Heading("", 2)
        self._work_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._work_text)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setFixedWidth(260)
        bar.setAccessibleName("Finishing the sign-in")
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _outcome_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        card = Card(margin=28)
        card.setMaximumWidth(620)
        self._outcome_title = Heading("", 2)
        self._outcome_text = Text("", selectable=True)
        self._outcome_advice = Text("", "muted", selectable=True)
        card.body.addLayout(row_of(Picture("error", Tone.BAD, 28), self._outcome_title, None))
        card.body.addWidget(self._outcome_text)
        card.body.addWidget(self._outcome_advice)
        self.again_button = Button("Start again", self.again.emit, role="primary")
        self.close_button = Button("Close", self.reject)
        card.body.addSpacing(8)
        card.body.addLayout(row_of(None, self.close_button, self.again_button))
        row = row_of(None, card, None)
        row.setStretch(1, 10)
        column.addLayout(row)
        column.addStretch(2)
        return page


def _demo_strip(demo: Demo) -> QWidget:
    strip = QFrame()
    strip.setProperty("role", "bar")
    row = QHBoxLayout(strip)
    row.setContentsMargins(14, 8, 14, 8)
    row.addWidget(Picture("key", Tone.MUTED, 18))
    label = Elided(f"Demo sign-in:  {demo.words}")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(label)
    row.addStretch(1)
    return strip
