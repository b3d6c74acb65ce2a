"""What a cell of a table answers to each role of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
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


def tick_data(record: R, role: int, spec: TableSpec[R], *, ticked: bool) -> Any:
    """The check box's answer."""
    if role == Qt.ItemDataRole.CheckStateRole:
        return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{'Ticked' if ticked else 'Not ticked'}: {spec.speak(record)}"
    return None


def header_data(column: Column[R] | None, role: int) -> Any:
    """column: None for that of the check boxes."""
    if column is None:
        words = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole
        return "Tick all rows in view" if role in words else None
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return column.title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return RIGHT if column.numeric else LEFT
    return None


def runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of each unbroken run of ascending, not of no, *rows*."""
    starts = [rows[0]] + [b for a, b in pairwise(rows) if b != a + 1]
    ends = [a for a, b in pairwise(rows) if b != a + 1] + [rows[-1]]
    return list(zip(starts, ends, strict=True))
