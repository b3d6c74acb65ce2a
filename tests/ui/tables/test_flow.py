"""Chips in several lines are never cut off by what stands below them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.tables.flow import FlowLayout


def test_every_line_has_its_room(qtbot: QtBot) -> None:
    splitter = QSplitter(Qt.Orientation.Vertical)
    qtbot.addWidget(splitter)
    top, chips, below = QWidget(), QWidget(), QTextEdit()
    flow = FlowLayout(chips)
    for number in range(12):
        flow.addWidget(QPushButton(f"Chip number {number}"))
    column = QVBoxLayout(top)
    column.addWidget(chips)
    column.addWidget(QTextEdit(), 1)
    splitter.addWidget(top)
    splitter.addWidget(below)
    below.setMinimumHeight(200)
    for width in (900, 320, 600):
        splitter.resize(width, 420)
        splitter.show()
        qtbot.waitUntil(lambda: chips.height() >= flow.heightForWidth(chips.width()))
        last = flow.itemAt(11).geometry()
        assert chips.rect().contains(last)
    assert chips.height() < 200  # and no more than that once there is room again
