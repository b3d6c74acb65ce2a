"""Small interface settings: JSON values by name."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import simplejson

from desktop_app.domain.ports import SettingsStore
from desktop_app.errors import StorageError
from desktop_app.storage import models
from desktop_app.storage.database import Database, upsert

log = logging.getLogger(__name__)

_UPSERT = upsert("settings", ("name", "value"), ("name",))


class WindowSettings:
    """Settings of the window's own, where a full disk is no reason to fail: what cannot be written
    lasts until the program closes."""

    def __init__(self, kept: SettingsStore) -> None:
        self._kept = kept
        self._waiting: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self._waiting[name] if name in self._waiting else self._kept.get(name, default)

    def set(self, name: str, value: Any) -> None:
        try:
            self._kept.set(name, value)
        except StorageError as error:
            log.warning("The setting %s was not saved: %s", name, error.message)
            self._waiting[name] = value
        else:
            self._waiting.pop(name, None)


class SqlSettingsStore:
    """The port SettingsStore. Read once, then answered from memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._texts: dict[str, str] | None = None

    def get(self, name: str, default: Any = None) -> Any:
        """A fresh copy of the value; *default* when it was never set or cannot be read."""
        with self._guard:
            text = self._all().get(name)
        if text is None:
            return default
        try:
            return simplejson.loads(text, parse_float=Decimal)
        except ValueError:  # a window's position is not worth an error
            log.warning("The setting %s could not be read; its default is used", name)
            return default

    def set(self, name: str, value: Any) -> None:
        """Raises TypeError for what JSON cannot hold."""
        text = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
        with self._guard:
            if self._all().get(name) == text:
                return
            with self._database.writing():
                self._database.run(_UPSERT, (name, text))
            self._all()[name] = text

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced; what was read before is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._texts = None

    def _all(self) -> dict[str, str]:
        if self._texts is None:
            query = models.Setting.select(models.Setting.name, models.Setting.value)
            self._texts = dict(self._database.rows(query))
        return self._texts
