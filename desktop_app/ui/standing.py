"""What stands around the pages of the mappings: the lock, the badge, and the counts below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from desktop_app.domain.creating import CREATABLE, CreateState, Creation
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.domain.review import Where
from desktop_app.services.api import RefreshReport
from desktop_app.ui import messages
from desktop_app.ui.creations.lines import pending_text
from desktop_app.ui.header import Header
from desktop_app.ui.mapping.columns import STAGED
from desktop_app.ui.rail import Rail
from desktop_app.ui.shell import Shell
from desktop_app.ui.widgets import Button, Elided

LOCKED, CONFLICTS, WAITING = "wrong-company", "conflicts", "waiting-creations"
UNCHECKED = "unchecked"


class Standing(QObject):
    """Looks again after every change; each look is short.

    changing: actions that are switched off, with the reason as tool tip, while the mappings are
    locked. show_badge: called with the number of changes to look at; show_decided: with a kind and
    how many of its rows are decided, and how many there are. present: the kind of the tab that is
    open, None on another page. at_changes: whether the page of changes is shown.
    """

    def __init__(
        self,
        shell: Shell,
        header: Header,
        rail: Rail,
        counts: Elided,
        staged: Button,
        *,
        changing: Sequence[QAction],
        show_badge: Callable[[int], object],
        show_decided: Callable[[Kind, int, int], object],
        present: Callable[[], Kind | None],
        at_changes: Callable[[], bool],
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._header = header
        self._rail = rail
        self._counts = counts
        self._staged = staged
        staged.hide()
        staged.clicked.connect(self._show_staged)
        self._changing = {action: action.toolTip() for action in changing}
        self._show_badge = show_badge
        self._show_decided = show_decided
        self._decided: dict[Kind, tuple[int, int]] = {}
        self._present = present
        self._at_changes = at_changes
        self._was_locked = ""
        self._told = 0
        self._told_waiting = ""
        self._told_unchecked = 0
        shell.offline_changed.connect(lambda _now: self.look())
        shell.changed.connect(self.look)

    def look(self, changes: ChangeSet | None = None) -> None:
        """Read from the services and show."""
        if not self._shell.services.has("review"):
            self._counts.setText("")
            return
        review = self._shell.services.review
        self._show_lock(review.locked())
        self._show_badge(len(review.changes()))
        self._show_conflicts(len(review.conflicts()))
        for kind in Kind:
            if changes is None or changes.workspace or kind in changes.kinds:
                self._count_decided(kind)
        self._show_unchecked(self._unchecked())
        if self._told_waiting and self._told_waiting != pending_text(self._pending()):
            self._tell_waiting()
        self.show_counts()

    def refreshed(self, report: RefreshReport) -> None:
        """Keep how complete the lists were; tell of conflicts anew even if they are as many."""
        kept = {name: [name, read, counted] for name, read, counted in report.counts}
        for entry in self._kept_counts():
            kept.setdefault(entry[0], entry)  # a list of which only the changes were fetched
        self._shell.services.settings.set(self._counts_setting(), list(kept.values()))
        self._told = 0
        self.look()
        self._tell_waiting()

    # --- The lock ----------------------------------------------------------------------------

    def _show_lock(self, why: str) -> None:
        self._header.show_lock(why)
        for action, tip in self._changing.items():
            if why:
                action.setEnabled(False)
                action.setToolTip(why)
            elif self._was_locked:
                action.setEnabled(True)
                action.setToolTip(tip)
        bar = messages.banners_of(self._shell.window)
        if why and why != self._was_locked:
            messages.show_notice(
                self._shell.window,
                "error",
                "These mappings can only be looked at",
                why,
                choices=(
                    messages.Choice(
                        "Open Integrations", lambda: self._shell.go("integrations"), keep=True
                    ),
                ),
                key=LOCKED,
                closable=False,
            )
        elif not why and bar is not None:
            bar.remove(LOCKED)
        self._was_locked = why

    # --- Conflicts ---------------------------------------------------------------------------

    def _show_conflicts(self, number: int) -> None:
        bar = messages.banners_of(self._shell.window)
        if self._at_changes():  # the page has a bar of its own
            if bar is not None:
                bar.remove(CONFLICTS)
        elif number > self._told:
            from desktop_app.ui.changes.conflicts import conflicts_text, open_stepper

            messages.show_notice(
                self._shell.window,
                "warning",
                conflicts_text(number),
                "They do not count for sending until you have looked at them.",
                choices=(
                    messages.Choice("Review one by one", lambda: open_stepper(self._shell)),
                    messages.Choice("Show the changes", lambda: self._shell.go("changes")),
                ),
                key=CONFLICTS,
            )
        elif number < self._told and bar is not None:
            bar.remove(CONFLICTS)
        self._told = number

    # --- Not checked yet ---------------------------------------------------------------------

    def _unchecked(self) -> int:
        """What was decided offline and could be checked now."""
        now = self._shell.services.workspaces.current()
        online = not (self._shell.context.offline or self._shell.offline)
        if not (online and now.quickbooks_connected and now.ninjaone_connected):
            return 0
        new = sum(
            c.state is CreateState.STAGED
            and (now.refreshed_at is None or c.made_at > now.refreshed_at)
            for c in self._pending()
        )
        return self._shell.services.review.staged() + new

    def _show_unchecked(self, number: int) -> None:
        bar = messages.banners_of(self._shell.window)
        if number and number != self._told_unchecked:
            verb = "decision made offline is" if number == 1 else "decisions made offline are"
            messages.show_notice(
                self._shell.window,
                "info",
                f"{number:,} {verb} not checked yet",
                "A refresh compares with fresh lists. Until then nothing of it counts for sending.",
                choices=(messages.Choice("Refresh now", self._shell.refresh_requested.emit),),
                key=UNCHECKED,
            )
        elif not number and bar is not None:
            bar.remove(UNCHECKED)
        self._told_unchecked = number

    # --- Counts ------------------------------------------------------------------------------

    def _count_decided(self, kind: Kind) -> None:
        decided, total = self._shell.services.review.decided(kind)
        self._decided[kind] = decided, total
        self._show_decided(kind, decided, total)

    def page_shown(self) -> None:
        """Another page is shown: what it tells itself is not told twice."""
        bar = messages.banners_of(self._shell.window)
        if self._at_changes() and bar is not None:
            bar.remove(CONFLICTS)
        if self._told_waiting:
            self._tell_waiting()
        self.show_counts()

    def show_counts(self) -> None:
        """ "28 undecided · list complete (1,243 of 1,243)", of the tab that is open; beside it how
        much is staged, which leads there."""
        if not self._shell.services.has("review"):
            return
        kind = self._present()
        self._count_staged()
        parts = []
        if kind is not None:
            decided, total = self._decided.get(kind, (0, 0))
            parts.append(f"{total - decided:,} undecided")
            parts.append(self._completeness(kind))
        self._counts.setText(" · ".join(part for part in parts if part))

    def _count_staged(self) -> None:
        decisions = self._shell.services.review.staged()
        waiting = sum(c.state is CreateState.STAGED for c in self._pending())
        number = decisions + waiting
        self._staged.setText(f"{number:,} staged")
        self._staged.setVisible(number > 0)
        tips = [f"{decisions:,} decided offline: the next refresh checks them"] * bool(decisions)
        tips += [f"{waiting:,} to be created in QuickBooks"] * bool(waiting)
        self._staged.setToolTip("\n".join(tips))
        self._staged.setAccessibleName(f"{number:,} staged. {'. '.join(tips)}")

    def _pending(self) -> tuple[Creation, ...]:
        services = self._shell.services
        return services.create.pending() if services.has("create") else ()

    def _show_staged(self) -> None:
        """What waits to be created, or else the rows that were decided offline."""
        if self._pending():
            self.show_waiting()
            return
        present = self._present()
        kinds = [present, *Kind] if present is not None else list(Kind)
        rows = self._shell.services.review.rows
        for kind in kinds:
            if any(row.where is Where.STAGED for row in rows(kind)):
                self._shell.go(kind.value, STAGED)
                return

    def show_waiting(self) -> None:
        from desktop_app.ui.creations.window import WaitingWindow

        WaitingWindow.show_for(self._shell)

    def _tell_waiting(self) -> None:
        """On a page that has no line of its own about it."""
        told = self._at_changes() or self._present() in CREATABLE
        words = "" if told else pending_text(self._pending())
        bar = messages.banners_of(self._shell.window)
        self._told_waiting = words
        if words:
            messages.show_notice(
                self._shell.window,
                "info",
                f"{words[:1].upper()}{words[1:]}",
                "Nothing is created before you have looked at it and confirmed it.",
                choices=(messages.Choice("Look at them", self.show_waiting),),
                key=WAITING,
            )
        elif bar is not None:
            bar.remove(WAITING)

    def _completeness(self, kind: Kind) -> str:
        for name, read, counted in self._kept_counts():
            if name == f"QuickBooks {kind.label.lower()}":
                whole = "list complete" if read == counted else "list NOT complete"
                return f"{whole} ({read:,} of {counted:,})"
        return ""

    def _counts_setting(self) -> str:
        return f"refresh.counts.{self._shell.services.workspaces.current().id}"

    def _kept_counts(self) -> list[list[Any]]:
        kept = self._shell.services.settings.get(self._counts_setting(), [])
        entries = kept if isinstance(kept, list) else []
        return [e for e in entries if isinstance(e, list) and len(e) == 3]
