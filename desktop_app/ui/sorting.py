"""How a table is sorted before a person has sorted it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from desktop_app.domain.ports import SettingsStore
from desktop_app.ui.tables.view import RecordTable


def newest_first(table: RecordTable[Any], settings: SettingsStore, key: str) -> None:
    """By the column *key*, the greatest first, unless a layout of this table was saved."""
    sorted_by(table, settings, key, Qt.SortOrder.DescendingOrder)


def sorted_by(
    table: RecordTable[Any],
    settings: SettingsStore,
    key: str,
    order: Qt.SortOrder = Qt.SortOrder.AscendingOrder,
) -> None:
    spec = table.records.spec
    if not settings.get(f"table.{spec.name}", None):
        place = next(n for n, column in enumerate(spec.columns, start=1) if column.key == key)
        table.sortByColumn(place, order)
