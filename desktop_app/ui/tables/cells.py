"""What a cell of a table answers to each role of Qt."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from desktop_app.ui.icons import icon
from desktop_app.ui.tables.columns import Column, R, TableSpec

SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
DETAIL_ROLE = int(Qt.ItemDataRole.UserRole) + 3

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def cell_data(column: Column[R], record: R, role: int, spec: TableSpec[R]) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(record)
    if role == Qt.ItemDataRole.DecorationRole:
        mark = column.mark(record) if column.mark is not None else None
        return icon(mark.icon, mark.tone) if mark is not None else None
    if role == DETAIL_ROLE:
        return column.detail(record) if column.detail is not None else ""
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return RIGHT if column.numeric else LEFT
    if role == SORT_ROLE:
        return column.sort_value(record)
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.tooltip(record) if column.tooltip is not None else column.text(record)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return spec.speak(record) if column is spec.columns[0] else _spoken(column, record)
    return None


def _spoken(column: Column[R], record: R) -> str:
    """All that a cell says."""
    detail = column.detail(record) if column.detail is not None else ""
    return ", ".join(part for part in (column.text(record), detail) if part)
