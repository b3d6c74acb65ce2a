"""Ties history, exchange, backups, lock, badge and counts to the window's actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabBar

from desktop_app.domain.kinds import Kind
from desktop_app.ui.actions import Actions
from desktop_app.ui.header import Header
from desktop_app.ui.rail import Rail
from desktop_app.ui.refreshing import Refreshing
from desktop_app.ui.shell import Page, Shell
from desktop_app.ui.standing import Standing
from desktop_app.ui.widgets import Button, Elided

if TYPE_CHECKING:
    from desktop_app.ui.exchange.desk import ExchangeDesk

CHANGES = "changes"
EXCHANGE = "exchange"
"""Not a page: pages ask :meth:`Shell.go` for it with ("export" or "import", kind)."""


class Reviewing(QObject):
    """current: the page that is shown, None before the first. made: the pages made so far."""

    def __init__(
        self,
        shell: Shell,
        actions: Actions,
        refreshing: Refreshing,
        *,
        header: Header,
        rail: Rail,
        tabs: QTabBar,
        tab_keys: list[str],
        counts: Elided,
        staged: Button,
        current: Callable[[], Page | None],
        made: Callable[[], dict[str, Page]],
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._rail, self._tabs, self._tab_keys = rail, tabs, tab_keys
        self._current, self._made = current, made
        has = shell.services.has
        actions.history.setEnabled(has("review"))
        actions.backups.setEnabled(has("backups"))
        exchange = (
            actions.export_table,
            actions.import_table,
            actions.save_changes,
            actions.open_changes,
            actions.print_report,
        )
        for action in exchange:
            action.setEnabled(has("exchange"))
        self._keys = {action: action.shortcuts() for action in exchange}
        actions.history.triggered.connect(self.show_history)
        actions.backups.triggered.connect(self.show_backups)
        actions.waiting.setEnabled(has("create") and has("review"))
        actions.waiting.triggered.connect(self._show_waiting)
        if has("exchange"):
            actions.export_table.triggered.connect(lambda: self.exchange.export_table())
            actions.import_table.triggered.connect(lambda: self.exchange.import_table())
            actions.save_changes.triggered.connect(lambda: self.exchange.save_change_set())
            actions.open_changes.triggered.connect(lambda: self.exchange.open_change_set())
            actions.print_report.triggered.connect(lambda: self.exchange.print_report())
        self.standing = Standing(
            shell,
            header,
            rail,
            counts,
            staged,
            changing=(actions.import_table, actions.open_changes),
            show_badge=self._show_badge,
            show_decided=self._show_decided,
            present=self.present,
            at_changes=lambda: getattr(self._current(), "key", "") == CHANGES,
        )
        refreshing.refreshed.connect(self.standing.refreshed)

    @cached_property
    def exchange(self) -> ExchangeDesk:
        from desktop_app.ui.exchange.desk import ExchangeDesk  # not loaded without need

        return ExchangeDesk(self._shell, lambda: self.present() or Kind.CUSTOMERS, self.ticked)

    def page_shown(self, page: Page) -> None:
        """A page that has one of these keys itself keeps it; Qt would do nothing for both."""
        taken = {keys.toString() for each in page.actions() for keys in each.shortcuts()}
        for action, own in self._keys.items():
            action.setShortcuts([keys for keys in own if keys.toString() not in taken])
        self.standing.page_shown()

    def exchange_asked(self, what: object) -> None:
        """Export or import one table, as a mapping tab asks for it."""
        if not self._shell.services.has("exchange") or not isinstance(what, tuple):
            return
        way, kind = what
        if way == "export":
            self.exchange.export_table(Kind(kind))
        else:
            self.exchange.import_table(Kind(kind))

    def present(self) -> Kind | None:
        """The kind of the mapping tab that is shown."""
        kind = getattr(self._current(), "kind", None)
        return kind if isinstance(kind, Kind) else None

    def ticked(self) -> dict[Kind, list[str]]:
        """Source ids of the rows that are ticked in the mapping tabs."""
        found = {}
        for key, page in self._made().items():
            model = getattr(page, "model", None)
            if key in set(Kind) and model is not None:
                ids = model.ticked()
                if ids:
                    found[Kind(key)] = list(ids)
        return found

    def show_history(self) -> None:
        from desktop_app.ui.history.window import HistoryWindow

        HistoryWindow.show_for(self._shell)

    def show_backups(self) -> None:
        from desktop_app.ui.backups import BackupsDialog

        BackupsDialog(self._shell).open()

    def _show_waiting(self) -> None:
        self.standing.show_waiting()

    def _show_badge(self, number: int) -> None:
        if CHANGES in self._rail.buttons:
            self._rail.set_badge(CHANGES, number)
        if CHANGES in self._tab_keys:
            title = "Changes in QuickBooks"
            text = f"{title} ({number:,})" if number else title
            self._tabs.setTabText(self._tab_keys.index(CHANGES), text)

    def _show_decided(self, kind: Kind, decided: int, total: int) -> None:
        if kind.value not in self._tab_keys:
            return
        place = self._tab_keys.index(kind.value)
        numbers = f"  {decided:,}/{total:,}" if total else ""
        self._tabs.setTabText(place, f"{kind.label}{numbers}")
        words = f"{decided:,} of {total:,} decided" if total else ""
        self._tabs.setTabToolTip(place, words)
        name = ", ".join(part for part in (kind.label, words) if part)
        self._tabs.setAccessibleTabName(place, name)
