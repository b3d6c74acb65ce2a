"""Exact records, field by field: of one line, or of all that are about to be created."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from desktop_app.ui.creations.lines import WaitingLine


class ExactRecords(QTreeWidget):
    """As they are sent. One record is shown as its fields alone, several each under its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The exact records as they are sent")
        self.setHeaderLabels(["Field", "As it is sent"])
        self.setUniformRowHeights(True)
        self.setMinimumHeight(110)
        self.header().resizeSection(0, 200)

    def show_one(self, line: WaitingLine | None) -> None:
        self.clear()
        self.setRootIsDecorated(False)
        for field, value in line.fields if line is not None else ():
            self.addTopLevelItem(_item(field, value))

    def show_all(self, lines: Sequence[WaitingLine]) -> None:
        self.clear()
        self.setRootIsDecorated(True)
        for line in lines:
            draft = line.draft
            noun = draft.kind.target_noun.capitalize()
            top = QTreeWidgetItem([f"{noun} “{draft.name}”", f"for {draft.source_name}"])
            top.addChildren([_item(field, value) for field, value in line.fields])
            self.addTopLevelItem(top)
            top.setExpanded(True)


def _item(field: str, value: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([field, value])
    item.setToolTip(1, value)
    return item
