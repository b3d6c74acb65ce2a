"""Layouts for wide and narrow windows, and for a list with its details below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QSplitter, QWidget


def one_above(top: QWidget, below: QWidget) -> QSplitter:
    """Both under each other, with a handle in between; spare room is for the upper one."""
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(10)
    splitter.addWidget(top)
    splitter.addWidget(below)
    splitter.setStretchFactor(0, 1)
    return splitter


class SideBySide(QWidget):
    """Parts in a row from *wide* logical pixels on, otherwise in a column.

    Its smallest width is that of the column, so that an area that scrolls up and down only can
    hold it.
    """

    def __init__(self, *parts: tuple[QWidget, int], wide: int, spacing: int = 16) -> None:
        """parts: widgets and their shares of the width."""
        super().__init__()
        self._wide = wide
        self._parts = [part for part, _share in parts]
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)
        for part, share in parts:
            self._box.addWidget(part, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        in_row = event.size().width() >= self._wide
        direction = QBoxLayout.Direction.LeftToRight if in_row else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != direction:
            self._box.setDirection(direction)
            for part in self._parts:
                top = Qt.AlignmentFlag.AlignTop if in_row and part.property("top") else None
                self._box.setAlignment(part, top or Qt.AlignmentFlag(0))
            self.updateGeometry()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        smallest = self._box.minimumSize()
        width = max((part.minimumSizeHint().width() for part in self._parts), default=0)
        return QSize(max(width, *(part.minimumWidth() for part in self._parts)), smallest.height())
