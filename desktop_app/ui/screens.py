"""Sizes of dialogs on small and scaled screens."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

FRAME = QSize(24, 56)
"""What the window system puts around a dialog, and a little air."""


def within(wanted: QSize, room: QSize) -> QSize:
    """The size for a dialog that would like to be *wanted*, on a screen of *room*."""
    return wanted.boundedTo(room - FRAME)


def resize_dialog(dialog: QDialog, width: int, height: int) -> None:
    """Make a dialog as large as it likes to be, but no larger than its screen: at 200 % a usual
    screen has little more than 900 by 500 logical pixels."""
    room = dialog.screen().availableSize()
    parent = dialog.parentWidget()
    if parent is not None:  # a window may be larger than the screen where there is none
        room = room.expandedTo(parent.window().size())
    dialog.resize(within(QSize(width, height), room))
