"""The small questions before a file is asked for: which table, which rows, which paper."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as MappingOf
from datetime import datetime, time, timedelta

from PySide6.QtCore import QLocale
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from desktop_app.domain.kinds import Kind
from desktop_app.errors import BridgeError
from desktop_app.ui.boxes import Box
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Text

PAPERS = (("A4", QPageSize.PageSizeId.A4), ("Letter", QPageSize.PageSizeId.Letter))

Rows = MappingOf[Kind, Collection[str]]


class KindBox(Box):
    """Which of the three tables."""

    def __init__(
        self,
        parent: QWidget,
        *,
        title: str,
        text: str,
        present: Kind,
        on_kind: Callable[[Kind], object],
    ) -> None:
        super().__init__(parent, "info", title, text)
        self.group = QButtonGroup(self)
        self.radios: dict[Kind, QRadioButton] = {}
        for kind in Kind:
            radio = QRadioButton(f"{kind.label} ({kind.source_noun}s)")
            radio.setAccessibleName(radio.text())
            radio.setChecked(kind is present)
            self.group.addButton(radio)
            self.radios[kind] = radio
            self.column.addWidget(radio)
        self.add_button("Cancel", self.reject)
        self.action_button = self.add_button("Choose file…", self.accept, role="primary")
        self.action_button.setDefault(True)
        self.accepted.connect(lambda: on_kind(self.kind()))
        self.radios[present].setFocus()

    def kind(self) -> Kind:
        return next(kind for kind, radio in self.radios.items() if radio.isChecked())


class ChangeSetBox(Box):
    """Which decisions go into a change set, and a remark for the colleague."""

    def __init__(
        self,
        shell: Shell,
        ticked: Rows,
        on_rows: Callable[[Rows, str], object],
    ) -> None:
        super().__init__(
            shell.window,
            "info",
            "Save a change set",
            "One file with your decisions. A colleague opens it, sees what it would change, and "
            "approves it; who decided and who approved are both kept.",
        )
        self._shell = shell
        now = shell.context.now()
        midnight = datetime.combine(now.astimezone().date(), time()).astimezone()
        spans = (
            ("Decided today", midnight),
            ("Decided in the last 7 days", midnight - timedelta(days=6)),
            ("Decided in the last 30 days", midnight - timedelta(days=29)),
        )
        self.which = QComboBox()
        self.which.setAccessibleName("Which decisions")
        self._since: list[datetime | None] = []
        number = sum(map(len, ticked.values()))
        if number:
            self.which.addItem(f"The ticked rows ({number:,})")
            self._since.append(None)
        for text, since in spans:
            self.which.addItem(text)
            self._since.append(since)
        self._ticked = ticked
        self._rows: Rows = {}
        self._round = 0  # which choice an answer belongs to
        self.count = Text("", "muted")
        self.remark = QLineEdit()
        self.remark.setAccessibleName("Remark")
        self.remark.setPlaceholderText("What your colleague should know (may stay empty)")
        self.remark.setMaxLength(200)
        for caption, field in (("&Which decisions", self.which), ("&Remark", self.remark)):
            label = QLabel(caption)
            label.setBuddy(field)
            self.column.addWidget(label)
            self.column.addWidget(field)
            if field is self.which:
                self.column.addWidget(self.count)
        self.add_button("Cancel", self.reject)
        self.action_button = self.add_button("Choose file…", self.accept, role="primary")
        self.action_button.setDefault(True)
        self.which.currentIndexChanged.connect(self._show)
        self.accepted.connect(lambda: on_rows(self.rows(), self.remark.text().strip()))
        self.finished.connect(self._leave)
        self._show()
        self.which.setFocus()

    def rows(self) -> Rows:
        """Those of the choice, once they were found."""
        return self._rows

    def _show(self) -> None:
        """Find the rows of the choice, beside the window: a busy month has a long journal."""
        self._round += 1
        mine, since = self._round, self._since[self.which.currentIndex()]
        if since is None:
            self._found(mine, self._ticked)
            return
        self.count.setText("Counting…")
        self.action_button.setEnabled(False)
        exchange = self._shell.services.exchange
        self._shell.tasks.run(
            lambda _progress: exchange.decided_since(since),
            title="Looking for decisions",
            on_success=lambda rows: self._found(mine, rows),
            on_failure=lambda error: self._failed(mine, error),
            quiet=True,
        )

    def _leave(self) -> None:
        """What comes in now is for nobody."""
        self._round += 1

    def _failed(self, mine: int, error: BridgeError) -> None:
        if mine == self._round:
            self.count.setText(f"{error.message} {error.advice}".strip())

    def _found(self, mine: int, rows: Rows) -> None:
        if mine != self._round:
            return
        self._rows = rows
        parts = [f"{len(ids):,} {kind.source_noun}s" for kind, ids in rows.items() if ids]
        self.count.setText(" · ".join(parts) or "No decision: choose a longer time.")
        self.action_button.setEnabled(bool(parts))


class ReportBox(Box):
    """Which tables the review report holds, and on which paper."""

    def __init__(
        self, parent: QWidget, on_choice: Callable[[tuple[Kind, ...], QPageSize], object]
    ) -> None:
        super().__init__(
            parent,
            "info",
            "Print the review report",
            "A PDF with every mapping, who decided it and why, and a place to sign.",
        )
        self.boxes: dict[Kind, QCheckBox] = {}
        for kind in Kind:
            box = QCheckBox(kind.label)
            box.setAccessibleName(kind.label)
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._show())
            self.boxes[kind] = box
            self.column.addWidget(box)
        self.paper = QComboBox()
        self.paper.setAccessibleName("Paper")
        for name, _ in PAPERS:
            self.paper.addItem(name)
        self.paper.setCurrentIndex([size for _, size in PAPERS].index(usual_paper()))
        label = QLabel("&Paper")
        label.setBuddy(self.paper)
        self.column.addWidget(label)
        self.column.addWidget(self.paper)
        self.add_button("Cancel", self.reject)
        self.action_button = self.add_button("Choose file…", self.accept, role="primary")
        self.action_button.setDefault(True)
        self.action_button.setFocus()
        self.accepted.connect(lambda: on_choice(self.kinds(), self.page_size()))

    def page_size(self) -> QPageSize:
        return QPageSize(PAPERS[self.paper.currentIndex()][1])

    def kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind, box in self.boxes.items() if box.isChecked())

    def _show(self) -> None:
        self.action_button.setEnabled(bool(self.kinds()))


def usual_paper(locale: QLocale | None = None) -> QPageSize.PageSizeId:
    """Letter where inches are used in offices (US, Canada, Mexico, Philippines ...), else A4.

    Source of the list of territories: CLDR supplemental data, paperSize.
    """
    place = QLocale.territoryToCode((locale or QLocale.system()).territory())
    letter = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"]
    return QPageSize.PageSizeId.Letter if place in letter else QPageSize.PageSizeId.A4
