"""Loading pages and dialogs in idle time."""

from __future__ import annotations

import importlib.util

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.ui import ahead


def test_one_after_another_once_the_window_is_quiet(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(ahead, "QUIET", 0)
    monkeypatch.setattr(ahead, "PAUSE", 0)
    monkeypatch.setattr(ahead.importlib, "import_module", loaded.append)
    parent = QObject()
    loader = ahead.Ahead(parent)
    assert loaded == []
    qtbot.waitUntil(lambda: len(loaded) == len(ahead.LATER))
    qtbot.waitUntil(lambda: not loader._timer.isActive())
    assert loaded == [f"desktop_app.ui.{name}" for name in ahead.LATER]


def test_all_of_them_are_there() -> None:
    missing = [n for n in ahead.LATER if importlib.util.find_spec(f"desktop_app.ui.{n}") is None]
    assert missing == []
