"""The page of the embedded browser: what it may open, and where a sign-in ends.

Nothing of what a page says or where it goes is logged: addresses carry codes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDesktopMediaRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineRegisterProtocolHandlerRequest,
    QWebEngineSettings,
)

from desktop_app.ui.login.redirects import same_place

log = logging.getLogger(__name__)

_ABORTED = -3  # Chromium's ERR_ABORTED: a navigation that was refused or overtaken


class SignInPage(QWebEnginePage):
    """One page of a sign-in; pop-ups are pages of the same class.

    redirected: the address the sign-in ended at, emitted once for a sign-in, before anything is
    requested from that address. refused: host and reason of a certificate that was not accepted.
    blocked: the scheme of a navigation that is not http(s). failed: a load error's words.
    """

    redirected = Signal(str)
    refused = Signal(str, str)
    blocked = Signal(str)
    failed = Signal(str)
    status = Signal(int)  # HTTP status of an error page

    def __init__(
        self,
        profile: QWebEngineProfile,
        redirect_uri: str,
        open_popup: Callable[[SignInPage], None],
        parent: QObject | None = None,
        opener: SignInPage | None = None,
    ) -> None:
        super().__init__(profile, parent)
        self._redirect_uri = redirect_uri
        self._open_popup = open_popup
        self._first: SignInPage = opener._first if opener is not None else self
        self._over = False  # of the first page: the redirect was seen
        settings = self.settings()
        attribute = QWebEngineSettings.WebAttribute
        settings.setAttribute(attribute.ErrorPageEnabled, False)  # the window has its own words
        settings.setAttribute(attribute.LocalContentCanAccessRemoteUrls, False)
        settings.setAttribute(attribute.LocalContentCanAccessFileUrls, False)
        settings.setAttribute(attribute.PluginsEnabled, False)
        settings.setAttribute(attribute.PdfViewerEnabled, False)
        settings.setAttribute(attribute.ScreenCaptureEnabled, False)
        settings.setAttribute(attribute.JavascriptCanOpenWindows, True)  # second factors do
        # Other programs (mailto:, an app's own scheme) are never started from a sign-in page.
        settings.setUnknownUrlSchemePolicy(
            QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes
        )
        self.certificateError.connect(self._certificate)
        self.permissionRequested.connect(self._deny)
        self.fileSystemAccessRequested.connect(self._refuse_files)
        self.registerProtocolHandlerRequested.connect(self._refuse_handler)
        self.desktopMediaRequested.connect(self._refuse_media)
        self.loadingChanged.connect(self._loading)

    # What it may open.

    def acceptNavigationRequest(
        self, url: QUrl | str, type: QWebEnginePage.NavigationType, main_frame: bool
    ) -> bool:
        address = QUrl(url)
        first = self._first
        if main_frame and same_place(
            address.toString(QUrl.ComponentFormattingOption.FullyEncoded), self._redirect_uri
        ):
            if not first._over:  # a double navigation must not use the code twice
                first._over = True
                first.redirected.emit(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return False
        if first._over and main_frame:
            return False
        if address.scheme() in ("http", "https") or address.toString() == "about:blank":
            return True
        # Frames of sign-in pages hold scripts' own documents; they reach nothing outside.
        if not main_frame and address.scheme() in ("blob", "data", "about"):
            return True
        log.info("A page wanted to open a %s address; it was refused", address.scheme())
        self.blocked.emit(address.scheme())
        return False

    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        popup = SignInPage(
            self.profile(), self._redirect_uri, self._open_popup, self._first, opener=self
        )
        self._open_popup(popup)
        return popup

    @property
    def over(self) -> bool:
        """Whether the sign-in has reached its end."""
        return self._first._over

    # What it is refused.

    def _certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()  # the failed load that follows is told in words

    def _deny(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _refuse_files(self, request: QWebEngineFileSystemAccessRequest) -> None:
        request.reject()

    def _refuse_handler(self, request: QWebEngineRegisterProtocolHandlerRequest) -> None:
        request.reject()

    def _refuse_media(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()

    def chooseFiles(
        self,
        mode: QWebEnginePage.FileSelectionMode,
        old_files: Sequence[str],
        mime_types: Sequence[str],
    ) -> list[str]:
        return []

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        line: int,
        source: str,
    ) -> None:
        log.debug("The page wrote to its console (%s)", level.name)

    def _loading(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() != QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus or self.over:
            return
        domain = info.errorDomain()
        if domain == QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain:
            self.status.emit(info.errorCode())
        elif domain == QWebEngineLoadingInfo.ErrorDomain.CertificateErrorDomain:
            self.refused.emit(info.url().host(), info.errorString())
        elif info.errorCode() != _ABORTED:
            self.failed.emit(info.errorString())
