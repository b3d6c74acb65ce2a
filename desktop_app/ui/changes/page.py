"""Changes in QuickBooks: one line for each changed record that mapped rows stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout

from desktop_app.domain.catalogue import Side, What
from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.services.api_review import CatalogueChange
from desktop_app.ui import messages
from desktop_app.ui.bulk import change_rows
from desktop_app.ui.changes.columns import CHANGES, CHIPS
from desktop_app.ui.changes.conflicts import ConflictBar
from desktop_app.ui.changes.detail import ChangeDetail
from desktop_app.ui.changes.remap import ask_target
from desktop_app.ui.creations.bar import WaitingBar
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import Button, Elided, Heading, Text, row_of

HINT = (
    "Keep leaves the mappings of a changed record as they are, Re-map chooses another record, "
    "Clear takes them away. Undo takes back what that does to mappings."
)
KEEP_RENAMES = "Keep all renames"


class ChangesPage(Page):
    """Actions work on the ticked lines, or on the selected ones if none is ticked."""

    key, title, icon = "changes", "Changes in QuickBooks", "changes"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._review = shell.services.review
        self.summary = Elided("", "muted")
        self.renames_button = Button(KEEP_RENAMES, self.keep_renames, icon="check")
        self.conflicts = ConflictBar(shell)
        self.waiting = WaitingBar(shell)
        self.browser: RecordBrowser[CatalogueChange] = RecordBrowser(
            CHANGES,
            shell.services.settings,
            name="Changed records",
            chips=CHIPS,
            placeholder="Search changes",
            empty=Empty(
                "check-circle",
                "Nothing has changed",
                "When a refresh finds that a mapped record was renamed, merged, made inactive or "
                "deleted, it is listed here with the rows and invoices it touches.",
            ),
        )
        self.table, self.model = self.browser.table, self.browser.model
        newest_first(self.table, shell.services.settings, "amount")  # the costly ones first
        self.keep_button = Button("Keep", self.keep, icon="check", name="Keep the ticked ones")
        self.remap_button = Button("Re-map", self.remap, icon="edit", name="Re-map the ticked ones")
        self.clear_button = Button("Clear", self.clear, icon="unlink", name="Clear the ticked ones")
        for place, button in enumerate(
            (self.keep_button, self.remap_button, self.clear_button), start=1
        ):
            self.browser.bar_layout.insertWidget(place, button)
        self.detail = ChangeDetail(
            keep=lambda: self._keep(self._current()),
            remap=lambda: self._remap(self._current()),
            clear=lambda: self._clear(self._current()),
            show_row=self.show_row,
            open_record=self.open_record,
        )

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addLayout(row_of(Heading(self.title), self.summary, None, self.renames_button))
        column.addWidget(Text(HINT, "muted"))
        column.addWidget(self.conflicts)
        column.addWidget(self.waiting)
        column.addWidget(self.browser, 1)
        column.addWidget(self.detail)

        self._make_actions()
        self.table.current_changed.connect(lambda _id: self._show_current())
        self.model.ticks_changed.connect(self._show_current)
        self.table.activated_row.connect(lambda _id: self.remap())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)

    # --- The page's side ---------------------------------------------------------------------

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.workspace or changes.invoices or bool(changes.kinds)

    def refresh(self, changes: ChangeSet | None) -> None:
        row = self.table.currentIndex().row()
        found = self._review.changes()
        self.browser.set_records(found)
        if not self.table.current_id() and self.model.rowCount():
            # What was current has been settled: the line that took its place comes next.
            next_row = max(0, min(row, self.model.rowCount() - 1))
            self.table.show_row(self.model.id_at(next_row))
        serious = sum(not change.harmless for change in found)
        renames = sum(change.what is What.RENAMED for change in found)
        self.summary.setText(
            f"{len(found):,} to look at, {serious:,} of them need a decision" if found else ""
        )
        self.renames_button.setText(f"{KEEP_RENAMES} ({renames:,})" if renames else KEEP_RENAMES)
        self.renames_button.setAccessibleName(self.renames_button.text())
        self._renames = renames
        self.conflicts.look()
        self.waiting.look()
        self._show_current()
        self._show_lock()

    def page_actions(self) -> list[QAction]:
        return list(self._actions)

    def focus_on(self, what: object) -> None:
        """ "conflicts": the stepper. A chip's tag: that filter. A change's id: its line."""
        if what == "conflicts":
            self.conflicts.step_through()
        elif isinstance(what, str) and what in self.browser.chips:
            self.browser.choose(what)
        elif isinstance(what, str):
            self.browser.reveal(what)

    def leaving(self) -> None:
        self.table.save_layout()

    # --- What can be done --------------------------------------------------------------------

    def keep(self) -> None:
        self._keep(self._concerned_changes())

    def remap(self) -> None:
        self._remap(self._concerned_changes())

    def clear(self) -> None:
        self._clear(self._concerned_changes())

    def keep_renames(self) -> None:
        """Everything that was only renamed, as one undo step."""
        if self._renames:
            self._change(self._renames, "Keep renames", self._review.keep_all_renames)
        else:
            self.shell.say("Nothing to keep: no record was only renamed.")

    def _keep(self, changes: Sequence[CatalogueChange]) -> None:
        if changes:
            ids = [change.id for change in changes]
            rows = sum(len(change.source_ids) for change in changes)
            self._change(rows, "Keep changes", lambda: self._review.keep_changes(ids))

    def _remap(self, changes: Sequence[CatalogueChange]) -> None:
        kinds = {change.kind for change in changes}
        if len(kinds) > 1:
            self.shell.say(
                "Re-map works on one kind at a time: tick customers, accounts or items only."
            )
        elif self.shell.locked:
            self.shell.say(self.shell.locked)
        elif changes:
            kind = kinds.pop()
            ids = _source_ids(changes)
            if ask_target(self, self.shell, kind, ids) is None:
                self.shell.say(f"No {kind.source_noun} in the list stands on this record.")

    def _clear(self, changes: Sequence[CatalogueChange]) -> None:
        wanted: dict[Kind, list[str]] = {}
        for kind in Kind:
            ids = _source_ids([change for change in changes if change.kind is kind])
            if ids:
                wanted[kind] = ids
        rows = sum(map(len, wanted.values()))
        if not rows:
            self.shell.say("Nothing to clear: no row stands on it any more.")
        elif rows == 1:
            self._clear_all(wanted)
        else:
            impact = ImpactText(self.shell)
            impact.show_changes([LinkChange(kind, i) for kind in wanted for i in wanted[kind]])
            messages.confirm(
                self,
                title=f"Clear {rows:,} mappings?",
                text=f"{rows:,} rows will not be mapped any more. Undo takes this back.",
                action=f"Clear {rows:,} mappings",
                on_confirm=lambda: self._clear_all(wanted),
                danger=True,
                details=impact,
            )

    def _clear_all(self, wanted: dict[Kind, list[str]]) -> None:
        mapping, rows = self.shell.services.mapping, sum(map(len, wanted.values()))
        self._change(rows, "Clear mappings", lambda: mapping.clear_all(wanted))

    def show_row(self, kind: Kind, source_id: str) -> None:
        """Open a touched row in its mapping tab."""
        self.shell.go(kind.value, source_id)

    def open_record(self) -> None:
        """Show the current record in QuickBooks, in the user's browser."""
        for change in self._current():
            if change.side is Side.QUICKBOOKS:
                address = self.shell.services.mapping.web_address(change.kind, change.record_id)
                QDesktopServices.openUrl(QUrl(address))

    def _change(self, rows: int, title: str, work: Callable[[], ChangeSet]) -> None:
        change_rows(self.shell, self, rows, title, work)

    def _current(self) -> list[CatalogueChange]:
        change = self.model.record(self.table.current_id())
        return [change] if change is not None else []

    def _concerned_changes(self) -> list[CatalogueChange]:
        ids = self.model.ticked() or self.table.selected_ids()
        found = [self.model.record(identity) for identity in ids]
        return [change for change in found if change is not None]

    # --- What is shown -----------------------------------------------------------------------

    def _show_current(self) -> None:
        current = self._current()
        # While lines are ticked the bar acts on them; two sets of buttons would be one too many.
        self.detail.setVisible(bool(current) and not self.model.ticked())
        if current:
            change = current[0]
            ids = change.source_ids[: self.detail.LIMIT]
            names = {i: self._name(change.kind, i) or change.label for i in ids}
            self.detail.show_change(change, names, locked=self.shell.locked)

    def _name(self, kind: Kind, source_id: str) -> str:
        row = self._review.row(kind, source_id)
        return row.source.name if row is not None else ""  # no longer in NinjaOne

    def _show_lock(self) -> None:
        why = self.shell.locked
        for button in (self.keep_button, self.remap_button, self.clear_button):
            button.setEnabled(not why)
            button.setToolTip(why)
        self.renames_button.setEnabled(not why and self._renames > 0)
        self.renames_button.setToolTip(why or "Their mappings go on under the new names")
        for action in self._changing:
            action.setEnabled(not why)
            action.setToolTip(why or action.text())

    # --- Actions and menu --------------------------------------------------------------------

    _renames = 0

    def _make_actions(self) -> None:
        new, table = self.new_action, self.table
        self.keep_action = new("Keep", "check", "K", self.keep, table)
        self.remap_action = new("Re-map…", "edit", "F2", self.remap, table)
        self.clear_action = new("Clear", "unlink", "Del", self.clear, table)
        self.renames_action = new(KEEP_RENAMES, "check", "", self.keep_renames)
        self.open_action = new("Open in QuickBooks", "external", "O", self.open_record, table)
        self.search_action = new(
            "Search", "search", QKeySequence.StandardKey.Find, self.browser.focus_search
        )
        self._changing = [
            self.keep_action,
            self.remap_action,
            self.clear_action,
            self.renames_action,
        ]
        self._actions = [*self._changing, self.open_action, self.search_action]

    def _open_menu(self, point: QPoint) -> None:
        if not self._concerned_changes():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._changing[:3])
        menu.addSeparator()
        menu.addAction(self.open_action)
        menu.popup(self.table.viewport().mapToGlobal(point))


def _source_ids(changes: Sequence[CatalogueChange]) -> list[str]:
    """Each id once, in the order of the lines."""
    return list(dict.fromkeys(i for change in changes for i in change.source_ids))
