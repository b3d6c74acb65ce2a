"""The embedded browser's own storage: cookies are kept between sign-ins, until forgotten."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject

if TYPE_CHECKING:  # QtWebEngine is read when the first sign-in opens, not at the start
    from PySide6.QtWebEngineCore import QWebEngineDownloadRequest, QWebEngineProfile


class WebHome(QObject):
    """Makes the browser's profile when first needed and takes it down in the right order.

    Each storage is a numbered folder below *folder*. Forgetting starts the next one, because a
    storage in use cannot be removed on every system; old ones are swept when one is opened.
    """

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._profile: QWebEngineProfile | None = None
        self._guests: list[QObject] = []
        self.plain_agent = True  # user agent without the name of the embedded browser

    def profile(self) -> QWebEngineProfile:
        """The one profile; a second on the same folder would corrupt it."""
        from PySide6.QtWebEngineCore import QWebEngineProfile

        if self._profile is None:
            number = self._numbers()[-1] if self._numbers() else 1
            for old in self._numbers()[:-1]:
                shutil.rmtree(self._storage(old), ignore_errors=True)
            made = QWebEngineProfile(f"sign-in-{number}")
            made.setPersistentStoragePath(str(self._storage(number)))
            made.setCachePath(str(self._storage(number) / "cache"))
            made.setPersistentCookiesPolicy(
                QWebEngineProfile.PersistentCookiesPolicy.AllowPersistentCookies
            )
            made.setPersistentPermissionsPolicy(
                QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
            )
            made.setSpellCheckEnabled(False)
            made.downloadRequested.connect(_refuse_download)
            self._profile = made
        agent = QWebEngineProfile.defaultProfile().httpUserAgent()
        self._profile.setHttpUserAgent(without_engine(agent) if self.plain_agent else agent)
        return self._profile

    def lodge(self, guest: QObject) -> None:
        """Remember a window with pages of this profile: it has to go before the profile does."""
        self._guests.append(guest)
        guest.destroyed.connect(lambda: self._left(guest))

    def forget(self) -> None:
        """Forget all cookies, cached files and storage of web sites. Ends an open sign-in."""
        if self._profile is not None:
            self._profile.cookieStore().deleteAllCookies()
            self._profile.clearHttpCache()
        self.close()
        numbers = self._numbers()
        fresh = (numbers[-1] if numbers else 0) + 1
        self._storage(fresh).mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in numbers:
            shutil.rmtree(self._storage(old), ignore_errors=True)

    def close(self) -> None:
        """Destroy the windows with their pages, then the profile."""
        for guest in list(self._guests):
            _destroy(guest)
        self._guests.clear()
        if self._profile is not None:
            _destroy(self._profile)
            self._profile = None

    def _left(self, guest: QObject) -> None:
        with contextlib.suppress(ValueError):
            self._guests.remove(guest)

    def _numbers(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        names = (re.fullmatch(r"browser-(\d+)", each.name) for each in self._folder.iterdir())
        return sorted(int(name.group(1)) for name in names if name)

    def _storage(self, number: int) -> Path:
        return self._folder / f"browser-{number}"


def without_engine(agent: str) -> str:
    """Some sign-in pages turn away browsers that they do not know by name."""
    return re.sub(r"\s*QtWebEngine/\S+", "", agent)


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()


def _destroy(thing: QObject) -> None:
    """Delete now rather than at the next turn of the event loop."""
    with contextlib.suppress(RuntimeError):  # gone already
        thing.deleteLater()
        QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete.value)
