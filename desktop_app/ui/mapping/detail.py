"""The pane under the table: both records side by side, the candidates, this row's history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.creating import CreateDraft, CreateState
from desktop_app.domain.journal import JournalEntry
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import Target
from desktop_app.domain.review import Decision, target_label
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.ui.formats import instant_text
from desktop_app.ui.icons import icon, keep_icon
from desktop_app.ui.mapping.compare import compare
from desktop_app.ui.mapping.desk import there
from desktop_app.ui.mapping.words import Row, target_detail
from desktop_app.ui.shell import Shell
from desktop_app.ui.theme import Tone, scaled_font
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

PAUSE = 90
"""Milliseconds on a row before its details are looked up: moving on quickly costs nothing."""
HISTORY = 20
QWIDGETSIZE_MAX = (1 << 24) - 1
LOWEST = 96
"""What a column needs below its heading to be of use: four lines."""


class MappingDetail(QFrame):
    """Follows the current row; closed, it is a line with the row's name and a button.

    taken: a candidate was chosen here (target id). open_asked: its button was pressed.
    """

    taken = Signal(str)
    open_asked = Signal()

    def __init__(self, shell: Shell, kind: Kind) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self.row: Row | None = None
        self._candidates: tuple[Candidate, ...] = ()
        self._known_for = ""
        self._accounts: dict[str, str] | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("Details")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.look_now)
        self._lay_out()

    def _lay_out(self) -> None:
        self.title = Elided()
        self.title.setFont(scaled_font(1.1, bold=True))
        self.fold_button = Button("", self.open_asked.emit, role="link")
        self.fields = QTreeWidget()
        self.fields.setAccessibleName("Both records, field by field")
        self.fields.setHeaderLabels(["Field", "NinjaOne", "QuickBooks"])
        self.fields.setRootIsDecorated(False)
        self.fields.setUniformRowHeights(True)
        self.fields.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.fields.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.candidates = QListWidget()
        self.candidates.setAccessibleName("Candidates")
        wrap_lines(self.candidates)
        self.candidates.currentRowChanged.connect(lambda _: self._show_fields())
        self.candidates.itemActivated.connect(self._activated)
        self.candidates.installEventFilter(self)
        self.no_candidates = Text("", "muted")
        self.candidates_title = Heading("Candidates", 3)
        self.history = QListWidget()
        self.history.setAccessibleName("History of this row")
        self.history.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        wrap_lines(self.history)
        self.no_history = Text("Nothing was decided about this row yet.", "muted")
        self.body = QWidget()
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(_column(Heading("Both records", 3), self.fields), 5)
        row.addLayout(_column(self.candidates_title, self.candidates, self.no_candidates), 4)
        row.addLayout(_column(Heading("History", 3), self.history, self.no_history), 3)
        for part in (self.fields, self.candidates, self.history):
            part.setMinimumHeight(LOWEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 5, 10, 5)
        column.setSpacing(2)
        head = row_of(self.title, None, self.fold_button)
        column.addLayout(head)
        self.body.setContentsMargins(0, 0, 6, 6)
        column.addWidget(self.body, 1)
        self.opened = True

    # --- Open and closed ---------------------------------------------------------------------

    def set_open(self, opened: bool) -> None:
        """Show all of it, or the line with the row's name alone."""
        self.opened = opened
        self.body.setVisible(opened)
        name = "Hide details" if opened else "Show details"
        self.fold_button.setText(name)
        self.fold_button.setAccessibleName(name)
        keep_icon(self.fold_button, "chevron-down" if opened else "chevron-right", Tone.ACCENT)
        policy = QSizePolicy.Policy.Preferred if opened else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.setMinimumHeight(self.needed() if opened else self.closed_height())
        self.setMaximumHeight(QWIDGETSIZE_MAX if opened else self.closed_height())
        if opened and self.row is not None:
            self._pause.start()

    def needed(self) -> int:
        """The least height at which no part of it is cut off."""
        body = Heading("", 3).sizeHint().height() + 6 + LOWEST + 6
        return self.closed_height() + 2 + body

    def closed_height(self) -> int:
        return max(self.title.sizeHint().height(), self.fold_button.sizeHint().height()) + 10

    def set_tip(self, keys: str) -> None:
        """Which keys open and close it."""
        self.fold_button.setToolTip(f"Show or hide details ({keys})" if keys else "")

    # --- What it shows -----------------------------------------------------------------------

    def show_row(self, row: Row | None) -> None:
        """Show a row: what is known at once, what has to be looked up a moment later."""
        same = row is not None and self.row is not None and row == self.row
        self.row = row
        if same:
            return
        self._candidates = row.suggestion.candidates if row is not None and row.undecided else ()
        self._known_for = ""
        self._show_known()
        if row is None:
            self._pause.stop()
        elif self.opened and self.isVisible():
            self._pause.start()

    def look_now(self) -> None:
        """Look up all candidates and the history of the row."""
        self._pause.stop()
        row = self.row
        if row is None or self._known_for == row.id:
            return
        services = self._shell.services
        if row.undecided and there(services.suggest):
            self._candidates = services.suggest.candidates(self._kind, row.id)
        self._known_for = row.id
        history: Sequence[JournalEntry] = ()
        if there(services.review):
            history = services.review.row_history(self._kind, row.id, HISTORY)
        self._show_known()
        self._show_history(history)

    def candidate(self, number: int) -> Candidate | None:
        """The candidate of this number, from 1."""
        self.look_now()
        return self._candidates[number - 1] if 0 < number <= len(self._candidates) else None

    def marked_id(self) -> str:
        """The id of the candidate that is marked, "" for none."""
        self.look_now()
        place = self.candidates.currentRow()
        return self._candidates[place].target.id if 0 <= place < len(self._candidates) else ""

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if self.row is not None and self.opened:
            self._pause.start()

    def take_focus(self) -> None:
        self.look_now()
        target = self.candidates if self.candidates.count() else self.fields
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def holds_focus(self) -> bool:
        parts = (self.candidates, self.fields, self.history, self.fold_button)
        return any(part.hasFocus() for part in parts)

    def _show_known(self) -> None:
        row = self.row
        note = row.row.note if row is not None else ""  # a conflict, or why it was refused
        self.title.setText("  ·  ".join(filter(None, (row.name, note))) if row else "No row")
        self.candidates.blockSignals(True)
        self.candidates.clear()
        for number, candidate in enumerate(self._candidates, start=1):
            self.candidates.addItem(self._candidate_item(number, candidate))
        if self._candidates:
            self.candidates.setCurrentRow(0)
        self.candidates.blockSignals(False)
        self.candidates.setVisible(bool(self._candidates))
        self.no_candidates.setText(self._why_none())
        self.no_candidates.setVisible(not self._candidates)
        gap = ""
        if row is not None and row.undecided and len(self._candidates) > 1:
            gap = f"  ·  gap {row.suggestion.gap:.2f}"
        self.candidates_title.setText(f"Candidates{gap}")
        self.history.clear()
        self.history.setVisible(False)
        self.no_history.setVisible(False)
        self._show_fields()

    def _why_none(self) -> str:
        row = self.row
        if row is None:
            return ""
        creation = row.row.creation
        if row.decision is Decision.CREATE and creation is not None:
            if creation.state is CreateState.SENDING:
                return "Being created: QuickBooks has not answered yet. It is looked up first."
            return f"To be created as “{creation.draft.name}”. C changes it, Del drops it."
        if not row.undecided:
            return f"{row.decision.value}: there is nothing to choose. Clear it to choose again."
        return {
            SuggestionState.NOT_SEARCHED: "Not searched yet: nothing is known.",
            SuggestionState.FAILED: f"The search failed. {row.suggestion.problem}".strip(),
        }.get(row.suggestion.state, "No match. F2 chooses another, C creates it, X excludes it.")

    def _candidate_item(self, number: int, candidate: Candidate) -> QListWidgetItem:
        words = "; ".join(part for part in (candidate.caution, *candidate.reasons) if part)
        label = target_label(candidate.target)
        twins = sum(target_label(each.target) == label for each in self._candidates) > 1
        apart = target_detail(candidate.target) or f"id {candidate.target.id}"
        name = f"{label}, {apart}" if twins else label
        first = f"{number}  {name}  ·  {candidate.score:.2f}"
        item = QListWidgetItem("  ·  ".join(part for part in (first, words) if part))
        item.setToolTip("\n".join([first, target_detail(candidate.target), words]).strip())
        if candidate.caution:
            item.setIcon(icon("warning", Tone.WARNING))
        item.setData(Qt.ItemDataRole.UserRole, candidate.target.id)
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole,
            f"Candidate {number}, {name}, score {candidate.score:.2f}, {words}",
        )
        return item

    def _target(self) -> Target | None:
        """What the fields are compared with: the link, or the candidate that is marked."""
        row = self.row
        if row is None:
            return None
        if row.mapping is not None:
            return row.target
        if row.decision is Decision.CREATE and row.row.creation is not None:
            return _to_be(row.row.creation.draft)
        place = self.candidates.currentRow()
        return self._candidates[place].target if 0 <= place < len(self._candidates) else None

    def _show_fields(self) -> None:
        self.fields.clear()
        row = self.row
        if row is None:
            return
        for line in compare(row.row.source, self._target(), self._account_names()):
            mark = f"{line.field}, differs" if line.differs else line.field
            item = QTreeWidgetItem([mark, line.left, line.right])
            if line.differs:
                item.setIcon(0, icon("warning", Tone.WARNING))
            spoken = (
                f"{mark}: NinjaOne {line.left or 'nothing'}, QuickBooks {line.right or 'nothing'}"
            )
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
            for place, text in ((1, line.left), (2, line.right)):
                item.setToolTip(place, text)
            self.fields.addTopLevelItem(item)

    def _account_names(self) -> dict[str, str]:
        if self._kind is not Kind.ITEMS:
            return {}
        if self._accounts is None:
            choices = self._shell.services.mapping.choices(Kind.ACCOUNTS)
            self._accounts = {target.id: target_label(target) for target in choices}
        return self._accounts

    def forget(self) -> None:
        """The lists may have changed: look everything up again."""
        self._accounts = None
        self._known_for = ""
        if self.opened and self.isVisible() and self.row is not None:
            self._pause.start()

    def _show_history(self, entries: Sequence[JournalEntry]) -> None:
        self.history.clear()
        for entry in entries:
            text = f"{instant_text(entry.made_at)}  {entry.who}: {history_words(entry)}"
            item = QListWidgetItem(text)
            item.setToolTip("\n".join(part for part in (text, entry.evidence) if part))
            self.history.addItem(item)
        self.history.setVisible(bool(entries))
        self.no_history.setVisible(not entries)

    # --- Keys --------------------------------------------------------------------------------

    def _activated(self, item: QListWidgetItem) -> None:
        self.taken.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.candidates
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.text().isdigit()
        ):
            candidate = self.candidate(int(event.text()))
            if candidate is not None:
                self.taken.emit(candidate.target.id)
            return True
        return super().eventFilter(watched, event)


def _to_be(draft: CreateDraft) -> Target:
    """The record that is to be created, as far as the pane compares it."""
    return Target(
        draft.kind,
        "",
        draft.name,
        draft.name,
        email=draft.email,
        company_name=draft.company_name,
        number=draft.sku,
        type=draft.item_type,
        price=draft.price,
        currency=draft.currency,
        income_account_id=draft.income_account_id,
    )


def history_words(entry: JournalEntry) -> str:
    """ "Not mapped → Contoso Ltd (Auto Map)"."""
    before = entry.from_target_label or _state_word(entry.from_choice)
    after = entry.to_target_label or _state_word(entry.to_choice)
    how = entry.how.value if entry.action == "change" else entry.action
    by = f", decided by {entry.decided_by}" if entry.decided_by else ""
    return f"{before} → {after} ({how}{by})"


def _state_word(choice: str) -> str:
    return "Excluded" if choice == "excluded" else "Not mapped"


def wrap_lines(view: QListWidget) -> None:
    """Long lines are broken, not scrolled to."""
    view.setWordWrap(True)
    view.setIconSize(QSize(16, 16))
    view.setSpacing(2)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setResizeMode(QListWidget.ResizeMode.Adjust)


def _column(heading: Heading, *parts: QWidget) -> QVBoxLayout:
    """The heading at the top, whichever of the parts below it are shown."""
    column = QVBoxLayout()
    column.setSpacing(6)
    heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    column.addWidget(heading)
    for part in parts:
        if isinstance(part, Text):
            part.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(part, 100)
    column.addStretch(1)
    return column
