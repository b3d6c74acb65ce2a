"""A mapping tab: one class for Customers, Accounts and Items."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.domain.review import MappingRow, Proposal
from desktop_app.errors import BridgeError, RuleError
from desktop_app.progress import Progress
from desktop_app.ui import messages
from desktop_app.ui.icons import keep_icon
from desktop_app.ui.mapping.auto_map import AutoMapDialog, Search
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.columns import CHIPS, OPEN, spec_for
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import Button, Heading, Text, row_of

HINTS = {
    Kind.CUSTOMERS: "Map each NinjaOne organization to the QuickBooks customer it is billed as. "
    "Locations and sub-customers are not mapped.",
    Kind.ACCOUNTS: "Map each NinjaOne product type to an account of your chart of accounts. "
    "Income accounts come first. A product without an item of its own uses this account.",
    Kind.ITEMS: "Map each NinjaOne product to the QuickBooks item it is billed as. "
    "Categories and bundles are left out.",
}


class MappingPage(Page):
    """The table of one kind and what can be done with its rows.

    Actions work on the ticked rows, or on the selected ones if none is ticked.
    """

    def __init__(self, shell: Shell, kind: Kind) -> None:
        super().__init__(shell)
        self.kind = kind
        self.key, self.title, self.icon = kind.value, kind.label, kind.value
        self._service = shell.services.mapping
        self.progress_text = Text("", "muted")
        self.progress_text.setWordWrap(False)
        self.auto_map_button = Button(
            "Auto Map",
            self.auto_map,
            role="primary",
            icon="auto-map",
            tip="Link equal names, after you have looked at them (Ctrl+M)",
        )
        self.hint = Text(HINTS[kind], "muted")
        self.browser: RecordBrowser[MappingRow] = RecordBrowser(
            spec_for(kind),
            shell.services.settings,
            name=f"{kind.label} mapping",
            chips=CHIPS,
            placeholder=f"Search {kind.label.lower()}",
            empty=self._empty(),
        )
        self.table, self.model = self.browser.table, self.browser.model
        self.change_button = Button("Change Mapping", self.change_mapping, icon="edit")
        self.clear_button = Button("Clear Mapping", self.clear_mapping, icon="unlink")
        self.browser.bar_layout.insertWidget(1, self.change_button)
        self.browser.bar_layout.insertWidget(2, self.clear_button)

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        title = Heading(kind.label)
        column.addLayout(row_of(title, self.progress_text, None, self.auto_map_button))
        column.addWidget(self.hint)
        column.addWidget(self.browser, 1)

        self._make_actions()
        self.model.ticks_changed.connect(self._show_ticks)
        self.model.view_changed.connect(self._show_progress)
        self.table.activated_row.connect(lambda identity: self._change([identity]))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self._show_ticks()

    # --- The page's side ---------------------------------------------------------------------

    def concerned(self, changes: ChangeSet) -> bool:
        return changes.workspace or self.kind in changes.kinds

    def refresh(self, changes: ChangeSet | None) -> None:
        self.browser.set_empty(self._empty())
        self.browser.set_records(self._service.rows(self.kind))
        self._show_progress()
        self._show_ticks()

    def page_actions(self) -> list[QAction]:
        return list(self._actions)

    def focus_on(self, what: object) -> None:
        """A source id: its row. A chip's tag: that filter."""
        if isinstance(what, str) and what in self.browser.chips:
            self.browser.choose(what)
        elif isinstance(what, str):
            self.reveal(what)

    def reveal(self, source_id: str) -> bool:
        """Bring a row into sight and make it current; False if there is no such source."""
        found = self.browser.reveal(source_id)
        if not found:
            self.shell.say(f"That {self.kind.source_noun} is no longer in NinjaOne.")
        return found

    def leaving(self) -> None:
        self.table.save_layout()

    # --- Auto Map ----------------------------------------------------------------------------

    def auto_map(self) -> None:
        """Look for equal names among the ticked rows, or among all unmapped ones."""
        ticked = self.model.ticked() or None
        kind, service = self.kind, self._service

        def operation(progress: Progress) -> tuple[list[Proposal], int]:
            found = service.propose(kind, ticked, progress)
            return found, len(service.choices(kind))

        self.auto_map_button.setEnabled(False)
        task = self.shell.tasks.run(
            operation,
            title=f"Auto Map {kind.label}",
            on_success=lambda result: self._confirm(*result, ticked),
            exclusive="local",
        )
        if task is None:
            self.auto_map_button.setEnabled(True)
        else:
            task.ended.connect(lambda _outcome: self.auto_map_button.setEnabled(True))

    def _confirm(self, proposals: list[Proposal], targets: int, ticked: list[str] | None) -> None:
        found = {proposal.source.id for proposal in proposals}
        looked_at = self.model.ticked_records() if ticked else self.model.records
        left = [row for row in looked_at if row.mapping is None and row.source.id not in found]
        search = Search(self.kind, tuple(proposals), tuple(left), targets, ticked is not None)
        AutoMapDialog(self, search, self.shell.services.settings, self._link).open()

    def _link(self, proposals: list[Proposal]) -> None:
        self._publish(lambda: self._service.apply_proposals(self.kind, proposals))

    # --- Change Mapping ----------------------------------------------------------------------

    def change_mapping(self) -> None:
        """Ask for one target for the ticked or selected rows."""
        self._change(self._concerned_rows())

    def _change(self, source_ids: Sequence[str]) -> None:
        rows = [row for row in map(self.model.record, source_ids) if row is not None]
        if rows:
            choices = self._service.choices(self.kind)
            ChangeMappingDialog(self, self.kind, rows, choices, self._update).open()

    def _update(self, dialog: ChangeMappingDialog, target: Target) -> None:
        try:
            changes = self._service.change(self.kind, _ids(dialog.rows), target.id)
        except RuleError as error:
            if self.kind.shares_targets:
                messages.show_error(dialog, error)
            else:
                self._ask_to_share(dialog, target, error)
        except BridgeError as error:
            messages.show_error(dialog, error)
        else:
            dialog.accept()
            self.shell.publish(changes)

    def _ask_to_share(self, dialog: ChangeMappingDialog, target: Target, error: RuleError) -> None:
        def share() -> None:
            dialog.accept()
            self._publish(
                lambda: self._service.change(self.kind, _ids(dialog.rows), target.id, share=True)
            )

        messages.confirm(
            dialog,
            title=error.title,
            text=f"{error.message}\n{error.advice}".strip(),
            action=f"Share the {self.kind.target_noun}",
            on_confirm=share,
            danger=True,
        )

    # --- Clear Mapping -----------------------------------------------------------------------

    def clear_mapping(self) -> None:
        """One row at once (Undo exists); for many one question that names the count."""
        mapped = [row for row in self._records(self._concerned_rows()) if row.mapping is not None]
        if not mapped:
            self.shell.say("Nothing to clear: no such row is mapped.")
            return
        if len(mapped) == 1:
            self._clear(mapped)
            return
        noun = self.kind.source_noun
        messages.confirm(
            self,
            title=f"Clear {len(mapped):,} mappings?",
            text=f"{len(mapped):,} {noun}s will not be mapped any more, and invoices that need "
            "them will wait. Undo takes this back.",
            action=f"Clear {len(mapped):,} mappings",
            on_confirm=lambda: self._clear(mapped),
            danger=True,
        )

    def _clear(self, rows: Sequence[MappingRow]) -> None:
        self._publish(lambda: self._service.clear(self.kind, _ids(rows)))

    # --- Other -------------------------------------------------------------------------------

    def open_in_quickbooks(self) -> None:
        """Show the current row's target in the user's browser."""
        row = self.model.record(self.table.current_id())
        if row is not None and row.mapping is not None:
            address = self._service.web_address(self.kind, row.mapping.target_id)
            QDesktopServices.openUrl(QUrl(address))

    def _publish(self, change: Callable[[], ChangeSet]) -> None:
        try:
            changes = change()
        except BridgeError as error:
            messages.show_error(self, error)
        else:
            self.shell.publish(changes)

    def _concerned_rows(self) -> list[str]:
        return self.model.ticked() or self.table.selected_ids()

    def _records(self, source_ids: Sequence[str]) -> list[MappingRow]:
        return [row for row in map(self.model.record, source_ids) if row is not None]

    def _show_ticks(self) -> None:
        mapped = sum(row.mapping is not None for row in self.model.ticked_records())
        self.clear_button.setVisible(mapped > 0)

    def _show_progress(self) -> None:
        total = len(self.model.records)
        mapped = total - self.model.counts()[OPEN]
        self.progress_text.setText(f"{mapped:,} of {total:,} mapped" if total else "")

    def _empty(self) -> Empty:
        noun = self.kind.source_noun
        if self.shell.services.workspaces.current().refreshed_at is None:
            return Empty(
                self.kind.value,
                "Not refreshed yet",
                f"NinjaOne {noun}s and QuickBooks {self.kind.target_noun}s are listed here after "
                "the first refresh. Connect both services on the Integrations page, then refresh.",
                "Open Integrations",
                lambda: self.shell.go("integrations"),
            )
        return Empty(
            self.kind.value,
            f"No {noun}s",
            f"NinjaOne has no {noun}s. What you add there appears after the next refresh.",
        )

    # --- Actions and menu --------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.auto_map_action = self._action("Auto Map…", "auto-map", "Ctrl+M", self.auto_map)
        self.change_action = self._action("Change Mapping…", "edit", "F2", self.change_mapping)
        self.clear_action = self._action("Clear Mapping", "unlink", "Del", self.clear_mapping)
        self.search_action = self._action(
            "Search", "search", QKeySequence.StandardKey.Find, self.browser.focus_search
        )
        self.tick_action = self._action(
            "Tick all rows in view", "check", "Ctrl+Shift+A", lambda: self.model.tick_view(True)
        )
        self.open_action = self._action("Open in QuickBooks", "external", "", self._open_current)
        self._actions = [
            self.auto_map_action,
            self.change_action,
            self.clear_action,
            self.open_action,
            self.tick_action,
            self.search_action,
        ]
        letter = QAction("Open in QuickBooks", self)
        letter.setShortcut("O")  # in the table only: elsewhere it is a letter
        letter.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        letter.triggered.connect(self._open_current)
        self.table.addAction(letter)

    def _action(
        self,
        text: str,
        icon: str,
        keys: str | QKeySequence.StandardKey,
        work: Callable[[], object],
    ) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        if keys in ("F2", "Del"):  # what changes rows needs the focus here, the others do not
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: work())
        keep_icon(action, icon)
        self.addAction(action)
        return action

    def _open_current(self) -> None:
        self.open_in_quickbooks()

    def _open_menu(self, point: QPoint) -> None:
        rows = self._records(self._concerned_rows())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.change_action, self.clear_action])
        menu.addSeparator()
        menu.addActions([self.open_action, self.tick_action])
        # The actions themselves stay usable by key: only this menu says what makes sense now.
        mapped = any(row.mapping is not None for row in rows)
        current = self.model.record(self.table.current_id())
        self.change_action.setEnabled(bool(rows))
        self.clear_action.setEnabled(mapped)
        self.open_action.setEnabled(current is not None and current.mapping is not None)
        menu.aboutToHide.connect(self._enable_actions)
        menu.popup(self.table.viewport().mapToGlobal(point))

    def _enable_actions(self) -> None:
        for action in self._actions:
            action.setEnabled(True)


def _ids(rows: Sequence[MappingRow]) -> list[str]:
    return [row.source.id for row in rows]
