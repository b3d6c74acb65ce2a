"""A mapping tab: one class for Customers, Accounts and Items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.domain.creating import CREATABLE
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.domain.review import Decision
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.ui.creations.bar import WaitingBar
from desktop_app.ui.mapping.columns import CHIPS, FACETS, FAILED, KEYED_CHIPS, UNDECIDED, spec_for
from desktop_app.ui.mapping.commands import Commands
from desktop_app.ui.mapping.deciding import Deciding
from desktop_app.ui.mapping.desk import read_rows, there
from desktop_app.ui.mapping.detail import MappingDetail
from desktop_app.ui.mapping.keys import CANDIDATES, bindings_of
from desktop_app.ui.mapping.room import Room
from desktop_app.ui.mapping.row_menu import row_menu
from desktop_app.ui.mapping.searching import Searching
from desktop_app.ui.mapping.texts import HINTS, empty
from desktop_app.ui.mapping.words import Row, rows_text
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.tables.browser import Empty, RecordBrowser
from desktop_app.ui.widgets import GAP, Button, Elided, Heading, Text, row_of

LOW, NARROW = 430, 660
"""A page of fewer logical pixels goes without its hint, or has its tools below the title."""


class MappingPage(Page):
    """The table of one kind and what can be done with its rows.

    Actions work on the ticked rows, or on the selected ones if none is ticked; the keys that
    decide about one row work on the current one.
    """

    def __init__(self, shell: Shell, kind: Kind) -> None:
        super().__init__(shell)
        self.kind = kind
        self.key, self.title, self.icon = kind.value, kind.label, kind.value
        self.progress_text = Elided("", "muted")
        self.refusal = Elided("", "muted")
        self.auto_map_button = Button("Auto Map", self.auto_map, role="primary", icon="auto-map")
        self.hint = Text(HINTS[kind], "muted")
        self.ready_button = Button("", self.auto_map, role="link", icon="check")
        self.again_button = Button("", self.search_again, role="link", icon="refresh")
        self.browser: RecordBrowser[Row] = RecordBrowser(
            spec_for(kind),
            shell.services.settings,
            name=f"{kind.label} mapping",
            chips=CHIPS,
            placeholder=f"Search {kind.label.lower()}",
            empty=self._empty(),
            facets=FACETS,
            tools_apart=True,
        )
        self.table, self.model = self.browser.table, self.browser.model
        self.deciding = Deciding(self, shell, kind)
        self.waiting = WaitingBar(shell, (kind,))
        self.detail = MappingDetail(shell, kind)
        self.searching = Searching(shell, kind)
        self._make_bar()
        self._lay_out()
        self._make_actions()
        self.model.ticks_changed.connect(self._show_ticks)
        self.model.view_changed.connect(self._show_progress)
        self.table.current_changed.connect(self._show_detail)
        self.table.activated_row.connect(lambda identity: self._change([identity]))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.detail.taken.connect(self._take_target)
        self.detail.open_asked.connect(self.toggle_details)
        self.deciding.decided.connect(self._after_decision)
        self._show_ticks()

    def _make_bar(self) -> None:
        self.change_button = Button("Change Mapping", self.change_mapping, icon="edit")
        self.clear_button = Button("Clear Mapping", self.clear_mapping, icon="unlink")
        self.exclude_button = Button("Exclude", self.exclude, icon="ban")
        for place, button in enumerate(
            (self.change_button, self.clear_button, self.exclude_button), start=1
        ):
            self.browser.bar_layout.insertWidget(place, button)

    def _lay_out(self) -> None:
        self.room = Room(self.browser, self.detail, self.shell.services.settings)
        self.browser.search.setMinimumWidth(130)
        self.browser.search.setMaximumWidth(300)
        self._column = QVBoxLayout(self)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(GAP)
        self._top.addLayout(row_of(Heading(self.kind.label), self.progress_text, None), 1)
        tools = row_of(self.refusal, self.browser.facets, self.browser.search)
        tools.addWidget(self.auto_map_button)
        self._top.addLayout(tools)
        self._column.addLayout(self._top)
        self._hints = QWidget()
        self._hints.setLayout(row_of(self.hint, self.again_button, self.ready_button))
        self.hint.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._column.addWidget(self._hints)
        self._column.addWidget(self.waiting)
        self._column.addWidget(self.room.splitter, 1)
        self._fit()

    # --- The page's side ---------------------------------------------------------------------

    def concerned(self, changes: ChangeSet) -> bool:
        # What waits for a row hangs on the invoices.
        return changes.workspace or changes.invoices or self.kind in changes.kinds

    def refresh(self, changes: ChangeSet | None) -> None:
        self.browser.set_empty(self._empty())
        self.browser.set_records(read_rows(self.shell.services, self.kind, self.model.records))
        if not self.table.current_id() and self.model.rowCount():
            self.table.selectRow(0)
        self.waiting.look()
        self._show_refusal()
        self._show_progress()
        self._show_ticks()
        self.detail.forget()
        self._show_detail(self.table.current_id())
        self.searching.look_soon(changes)

    def page_actions(self) -> list[QAction]:
        return self.commands.menu_actions()

    def focus_on(self, what: object) -> None:
        """A source id: its row. A chip's tag: that filter. Several ids: exactly these, ticked."""
        if isinstance(what, str) and what in self.browser.chips:
            self.browser.choose(what)
        elif isinstance(what, str):
            self.reveal(what)
        elif isinstance(what, (list, tuple, frozenset)):
            self.browser.clear_filter()
            self.model.clear_ticks()
            self.model.set_ticked([str(identity) for identity in what], True)
            ticked = self.model.ticked()
            if ticked:
                self.table.show_row(ticked[0])

    def reveal(self, source_id: str) -> bool:
        """Bring a row into sight and make it current; False if there is no such source."""
        found = self.browser.reveal(source_id)
        if not found:
            self.shell.say(f"That {self.kind.source_noun} is no longer in NinjaOne.")
        return found

    def leaving(self) -> None:
        self.table.save_layout()
        self.room.keep()

    # --- Auto Map ----------------------------------------------------------------------------

    def auto_map(self) -> None:
        """Open the dialog, which looks at the ticked rows, those in view, or all."""
        from desktop_app.ui.mapping.auto_map import AutoMapDialog, Scope  # not without need

        if not there(self.shell.services.suggest) or not self.auto_map_button.isEnabled():
            return
        noun = f"{self.kind.source_noun}s"
        open_rows = sum(row.undecided for row in self.model.records)
        scopes = [Scope(f"All {open_rows:,} undecided {noun}", None)]
        shown = self.model.records_in_view()
        if len(shown) < len(self.model.records):
            ids = tuple(row.id for row in shown)
            scopes.append(Scope(f"The {len(ids):,} rows in view", ids))
        ticked = tuple(self.model.ticked())
        if ticked:
            plural = "" if len(ticked) == 1 else "s"
            scopes.insert(0, Scope(f"The {len(ticked):,} ticked row{plural}", ticked))
        AutoMapDialog(self, self.shell, self.kind, scopes).open()

    def search_again(self) -> None:
        """Search for suggestions anew."""
        self.searching.again()

    def _show_refusal(self) -> None:
        suggest = self.shell.services.suggest
        reason = self.shell.locked
        if not reason and there(suggest):
            reason = suggest.auto_map_refusal(self.kind)
        never = self.shell.services.workspaces.current().refreshed_at is None
        self.auto_map_button.setEnabled(not reason and there(suggest))
        tip = f"Link what fits, after you have looked at it ({self._keys.text('auto-map')})"
        self.auto_map_button.setToolTip(reason or tip)
        self.auto_map_button.setAccessibleDescription(reason)
        self.refusal.setText("" if never else reason)
        self.refusal.setVisible(bool(reason) and not never)

    # --- Deciding ----------------------------------------------------------------------------

    def change_mapping(self) -> None:
        """Ask for one target for the ticked or selected rows."""
        self.deciding.change(self._concerned())

    def clear_mapping(self) -> None:
        self.deciding.clear(self._concerned())

    def exclude(self) -> None:
        """Exclude the ticked or selected rows, or include them again."""
        self.deciding.exclude_or_include(self._concerned())

    def accept(self) -> None:
        """Take the current row's suggestion."""
        row = self._current()
        if row is not None:
            self.deciding.accept(row)

    def take(self, number: int) -> None:
        """Take the current row's candidate of this number."""
        row = self._current()
        if row is None:
            return
        self.detail.show_row(row)
        candidate = self.detail.candidate(number)
        if not row.undecided:
            self.shell.say(f"“{row.name}” is decided already: {row.decision.value.lower()}.")
        elif candidate is None:
            self.shell.say(f"“{row.name}” has no candidate {number}.")
        else:
            self.deciding.take(row, candidate)

    def _take_target(self, target_id: str) -> None:
        row = self._current()
        if row is None or not row.undecided:
            return
        for number in range(1, CANDIDATES + 1):
            candidate = self.detail.candidate(number)
            if candidate is not None and candidate.target.id == target_id:
                self.table.setFocus()
                self.deciding.take(row, candidate)
                return

    def _change(self, source_ids: Sequence[str]) -> None:
        self.deciding.change(self._records(source_ids))

    def _after_decision(self, source_ids: list[str]) -> None:
        """From the decided row the focus goes to the next undecided one in the filter."""
        if self.table.current_id() in source_ids:
            self.go_on()

    def go_on(self, step: int = 1) -> None:
        """To the next undecided row in view (step 1), or to the one before (-1)."""
        row = self.model.row_after(
            max(0, self.table.currentIndex().row()), lambda record: record.undecided, step
        )
        if row >= 0:
            self.table.step_to(row)
        else:
            current = self._current()
            if current is None or not current.undecided:
                self.shell.say("Nothing is left to decide in this view.")

    # --- Moving ------------------------------------------------------------------------------

    def next_area(self) -> None:
        """From the table to the details, the filters, and back."""
        if (self.table.hasFocus() and self.detail.opened) or not self.room.table_shown:
            self.detail.take_focus()
        elif self.detail.holds_focus() or self.table.hasFocus():
            self.browser.chips[self.browser.tag()].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.table.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, wherever the focus is on the page: back to the table, then no filter."""
        if event.key() != Qt.Key.Key_Escape or event.modifiers():
            super().keyPressEvent(event)
        elif not self.room.table_shown:
            self.toggle_details()
        elif self.detail.holds_focus():
            self.table.take_focus()
        else:
            self.browser.leave_or_clear()

    def toggle_details(self) -> None:
        """Show the details, in a low window in place of the table, or hide them."""
        had_focus = self.detail.holds_focus()
        self.room.toggle()
        if self.detail.opened:
            self._show_detail(self.table.current_id())
            if had_focus or not self.room.table_shown:
                self.detail.take_focus()
        elif had_focus:
            self.table.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Use the room there is."""
        low, narrow = self.height() < LOW, self.width() < NARROW
        self._hints.setVisible(not low)
        self._column.setContentsMargins(24, 8 if low else 18, 24, 8 if low else 18)
        self._column.setSpacing(8 if low else GAP)
        self.browser.set_low(low)
        down = QBoxLayout.Direction.TopToBottom
        self._top.setDirection(down if narrow else QBoxLayout.Direction.LeftToRight)

    def open_in_quickbooks(self) -> None:
        """Show the current row's target, or the candidate that is marked, in the user's browser."""
        row = self._current()
        if row is None:
            return
        self.detail.show_row(row)
        target_id = row.row.mapping.target_id if row.row.mapping else self.detail.marked_id()
        if not target_id:
            self.shell.say(f"“{row.name}” has no {self.kind.target_noun} to open.")
            return
        address = self.shell.services.mapping.web_address(self.kind, target_id)
        QDesktopServices.openUrl(QUrl(address))

    def show_keys(self) -> None:
        from desktop_app.ui.mapping.key_help import KeyHelp

        KeyHelp(self, self._keys, lambda: self.shell.go("settings", "keys")).open()

    # --- What is shown -----------------------------------------------------------------------

    def _current(self) -> Row | None:
        return self.model.record(self.table.current_id())

    def _concerned(self) -> list[Row]:
        return self._records(self.model.ticked() or self.table.selected_ids())

    def _records(self, source_ids: Sequence[str]) -> list[Row]:
        return [row for row in map(self.model.record, source_ids) if row is not None]

    def _show_detail(self, source_id: str) -> None:
        self.detail.show_row(self.model.record(source_id))

    def _show_ticks(self) -> None:
        ticked = self.model.ticked_records()
        self.clear_button.setVisible(any(row.mapping is not None or row.staged for row in ticked))
        include = bool(ticked) and all(row.decision is Decision.EXCLUDED for row in ticked)
        self.exclude_button.setText("Include" if include else "Exclude")
        self.exclude_button.setAccessibleName(self.exclude_button.text())
        self.exclude_button.setVisible(there(self.shell.services.review))
        if self.isVisible():
            self.room.fit()  # the bar with these buttons comes and goes

    def _show_progress(self) -> None:
        total, counts = len(self.model.records), self.model.counts()
        decided = total - counts[UNDECIDED]
        self.progress_text.setText(f"{decided:,} of {total:,} decided" if total else "")
        sure = counts[f"suggestion:{SuggestionState.STRONG.name}"]
        self.ready_button.setText(
            f"{sure:,} sure match{'' if sure == 1 else 'es'} ready: review and apply…"
        )
        self.ready_button.setVisible(sure > 0 and self.auto_map_button.isEnabled())
        failed = counts[FAILED]
        self.again_button.setText(f"The search failed for {rows_text(failed)}: search again")
        self.again_button.setVisible(failed > 0)
        for button in (self.ready_button, self.again_button):
            button.setAccessibleName(button.text())

    def _empty(self) -> Empty:
        refreshed = self.shell.services.workspaces.current().refreshed_at is not None
        return empty(self.kind, refreshed, lambda: self.shell.go("integrations"))

    # --- Actions and menu --------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._keys = bindings_of(self.shell)
        deciding = self.deciding
        work: dict[str, Callable[[], object]] = {
            "accept": self.accept,
            "change": self.change_mapping,
            "clear": self.clear_mapping,
            "exclude": self.exclude,
            "never": partial(self._with_current, deciding.never),
            "seen": lambda: deciding.seen(self._concerned()),
            "skip": self.go_on,
            "next": self.go_on,
            "previous": partial(self.go_on, -1),
            "area": self.next_area,
            "search": self.browser.focus_search,
            "open": self.open_in_quickbooks,
            "details": self.toggle_details,
            "auto-map": self.auto_map,
            "again": self.search_again,
            "tick-all": partial(self.model.tick_view, True),
            "columns": self.table.header().open_menu,
            "export": partial(self.shell.go, "exchange", ("export", self.kind)),
            "import": partial(self.shell.go, "exchange", ("import", self.kind)),
            "keys": self.show_keys,
        }
        if self.kind in CREATABLE:
            work["create"] = partial(self._with_current, deciding.create)
        for number in range(1, CANDIDATES + 1):
            work[f"candidate-{number}"] = partial(self.take, number)
        for number, tag in enumerate(KEYED_CHIPS, start=1):
            work[f"chip-{number}"] = partial(self._choose_chip, tag)
        self.commands = Commands(self, self.table, self._keys, work)

    def _with_current(self, work: Callable[[Row], object]) -> None:
        row = self._current()
        if row is not None:
            work(row)

    def _choose_chip(self, tag: str) -> None:
        self.browser.choose(tag)
        if not self.table.hasFocus() and not self.browser.search.hasFocus():
            self.table.take_focus()

    def _open_menu(self, point: QPoint) -> None:
        menu = row_menu(self, self.commands, self._concerned(), self._current())
        menu.popup(self.table.viewport().mapToGlobal(point))
