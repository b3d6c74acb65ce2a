"""Loads what the start left out, bit by bit while the window has nothing to do."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer

QUIET, PAUSE = 1500, 100
"""Milliseconds from the start to the first module, and between two of them."""
LATER = (
    "mapping.page",
    "mapping.auto_map",
    "mapping.change_mapping",
    "invoices.preflight",
    "invoices.page",
    "mapping.create",
    "changes.page",
    "invoices.agreements",
    "invoices.month_end",
    "exchange.desk",
    "history.window",
    "settings.page",
)
"""Pages and dialogs, in the order in which they are likely to be opened."""


class Ahead(QObject):
    """Each module takes less than a frame, and its page then opens without waiting for it."""

    def __init__(self, parent: QObject, names: Iterable[str] = LATER) -> None:
        super().__init__(parent)
        self._names = iter(names)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._load_one)
        QTimer.singleShot(QUIET, self._timer.start)

    def _load_one(self) -> None:
        name = next(self._names, None)
        if name is None:
            self._timer.stop()
        else:
            importlib.import_module(f"desktop_app.ui.{name}")
