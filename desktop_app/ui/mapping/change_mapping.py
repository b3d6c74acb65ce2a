"""Change Mapping: type the name as it is in QuickBooks or pick it from the list, then Update."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import Target
from desktop_app.domain.review import MappingRow, target_label
from desktop_app.ui.mapping.choice_list import ChoiceList
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.mapping.typeahead import TargetIndex
from desktop_app.ui.mapping.words import source_detail
from desktop_app.ui.screens import resize_dialog
from desktop_app.ui.tables.view import FOLD_PAUSE, FOLD_STEP
from desktop_app.ui.widgets import Button, Heading, SearchField, Text, row_of

PAGE = 8
STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: PAGE,
    Qt.Key.Key_PageUp: -PAGE,
}
NAMED = 3
"""So many names of ticked rows are written out."""


class ChangeMappingDialog(QDialog):
    """Asks for one target for *rows*; *on_update* is called with it and closes the dialog itself,
    since it may have to ask whether a customer is to be shared.

    candidates: of a single row, shown first while nothing is typed. on_create: offered as the last
    line, called with the name; None where nothing can be created. impact: follows the choice.
    """

    def __init__(
        self,
        parent: QWidget,
        kind: Kind,
        rows: Sequence[MappingRow],
        choices: Sequence[Target],
        on_update: Callable[[ChangeMappingDialog, Target], object],
        *,
        candidates: Sequence[Candidate] = (),
        on_create: Callable[[str], object] | None = None,
        impact: ImpactText | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.rows = tuple(rows)
        self._on_update = on_update
        self._on_create = on_create
        self._candidates = tuple(candidate.target for candidate in candidates)
        self.impact = impact
        self._index = TargetIndex(kind, choices)
        self.setWindowTitle("Change Mapping")
        self.setAccessibleName("Change Mapping")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        resize_dialog(self, 620, 520)

        heading = Heading(_names(kind, self.rows), 2)
        heading.setWordWrap(True)
        self.present = Text(_present(kind, self.rows), "muted")
        self.field = SearchField(f"Type the {kind.target_noun}'s name as it is in QuickBooks")
        self.field.setAccessibleName(f"QuickBooks {kind.target_noun}")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._find)
        self.list = ChoiceList()
        self.list.clicked.connect(self._show_choice)
        self.list.doubleClicked.connect(lambda _: self._update())
        self.list.selectionModel().currentChanged.connect(self._show_choice)
        self.hint = Text("", "muted")
        self.hint.setMinimumHeight(self.hint.fontMetrics().height() * 2)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.cancel_button = Button("Cancel", self.reject)
        self.update_button = Button("Update", self._update, role="primary")
        self.update_button.setDefault(True)

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        column.addWidget(heading)
        column.addWidget(self.present)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        if impact is not None:
            column.addWidget(impact)
        column.addLayout(row_of(None, self.cancel_button, self.update_button, spacing=10))

        # A long list is made ready for searching between two frames, not before the first.
        self._folding = QTimer(self)
        self._folding.setInterval(FOLD_PAUSE)
        self._folding.timeout.connect(self._fold_some)
        self._folding.start()
        self._find()
        linked = {row.mapping.target_id for row in self.rows if row.mapping is not None}
        if len(linked) == 1:
            self.list.choose(self.list.choices.row_of(linked.pop()))
        self._show_choice()
        self.field.setFocus()

    def chosen(self) -> Target | None:
        return self.list.chosen()

    def _fold_some(self) -> None:
        if not self._index.fold_ahead(FOLD_STEP):
            self._folding.stop()

    def _find(self) -> None:
        typed = self.field.text()
        found = self._index.find(typed)
        words = typed.strip()
        self.list.choices.show_found(
            found,
            typed,
            suggested=() if words else self._candidates,
            create=self._new_name(words),
        )
        self._found = found
        # Nothing typed: nothing is chosen for the user.
        self.list.choose(self.list.choices.first_active() if words else -1)
        self._show_choice()

    def _new_name(self, typed: str) -> str:
        """What the last line would create."""
        if self._on_create is None:
            return ""
        return typed or self.rows[0].source.name

    def _show_choice(self) -> None:
        target = self.chosen()
        create = self.list.choices.create_at(self.list.currentIndex().row())
        self.update_button.setEnabled(target is not None or create is not None)
        self.update_button.setText("Update" if create is None else "Create…")
        self.update_button.setAccessibleName(self.update_button.text())
        self.hint.setText(self._hint(target))
        if self.impact is not None:
            chosen = target.id if target is not None else ""
            self.impact.show_changes(
                [LinkChange(self.kind, row.source.id, chosen) for row in self.rows]
                if chosen
                else []
            )
        self.hint.set_role("warning" if target is not None and not target.active else "muted")

    def _hint(self, target: Target | None) -> str:
        noun, typed = self.kind.target_noun, self.field.text().strip()
        if target is not None:
            if not target.active:
                return (
                    f"“{target_label(target)}” is inactive: invoices cannot go to it until it is "
                    "made active in QuickBooks."
                )
            return f"Update maps to “{target_label(target)}”."
        if not len(self._index):
            return f"No {noun}s are known yet: refresh first."
        if typed and not self._found.total:
            return (
                f"No {noun} matches “{typed}”. If it is new in QuickBooks, refresh; your text "
                "stays here."
            )
        return f"{len(self._index):,} {noun}s. Words may come in any order."

    def _update(self) -> None:
        target = self.chosen()
        create = self.list.choices.create_at(self.list.currentIndex().row())
        if target is not None:
            self._on_update(self, target)
        elif create is not None and self._on_create is not None:
            self.accept()
            self._on_create(create.name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.field
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            key = Qt.Key(event.key())
            if key in STEPS:
                self.list.step(STEPS[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._update()
                return True
        return super().eventFilter(watched, event)


def _names(kind: Kind, rows: Sequence[MappingRow]) -> str:
    if len(rows) == 1:
        return rows[0].source.name
    names = [row.source.name for row in rows[:NAMED]]
    more = len(rows) - len(names)
    return f"{len(rows):,} {kind.source_noun}s: {', '.join(names)}" + (
        f" and {more:,} more" if more else ""
    )


def _present(kind: Kind, rows: Sequence[MappingRow]) -> str:
    if len(rows) == 1:
        row = rows[0]
        about = source_detail(row.source)
        state = f"Mapped to “{row.target_text}”" if row.mapping is not None else "Not mapped yet"
        return f"{state}  ·  {about}" if about else state
    mapped = sum(row.mapping is not None for row in rows)
    return f"{mapped:,} of them are mapped already. All get the {kind.target_noun} you choose."
