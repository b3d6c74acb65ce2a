"""Restore points: made by name, and restored after a look at what that would change."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.domain.impact import LinkChange
from desktop_app.domain.journal import RestorePoint, RowState
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Choice
from desktop_app.errors import BridgeError
from desktop_app.services.api_review import RestorePreview
from desktop_app.ui import messages
from desktop_app.ui.formats import instant_text
from desktop_app.ui.history.words import row_text
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.shell import Shell
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import ChipSpec, Empty, RecordBrowser
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Heading, Text, row_of

HINT = (
    "The program makes a restore point before every Auto Map, import and bulk change. Restoring "
    "one puts all mappings back as they were then, as one step that Undo takes back."
)
BY_HAND, AUTOMATIC = "hand", "automatic"

POINTS: TableSpec[RestorePoint] = TableSpec(
    name="restore-points",
    columns=(
        Column(
            "name",
            "Name",
            lambda p: p.name,
            width=340,
            flexible=True,
            mark=lambda p: Mark("clock", Tone.MUTED) if p.automatic else Mark("user", Tone.ACCENT),
        ),
        Column("made", "Made", lambda p: _made(p), 170, flexible=True),
        Column(
            "when",
            "When",
            lambda p: instant_text(p.made_at),
            width=170,
            sort=lambda p: (p.made_at.timestamp(), p.id),
        ),
    ),
    identity=lambda p: str(p.id),
    search=lambda p: f"{p.name} {p.who}",
    tags=lambda p: (AUTOMATIC if p.automatic else BY_HAND,),
    speak=lambda p: f"{p.name}, made {_made(p)}, {instant_text(p.made_at)}",
)
CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(BY_HAND, "By hand"),
    ChipSpec(AUTOMATIC, "By the program"),
)


def _made(point: RestorePoint) -> str:
    return f"by the program, for {point.who}" if point.automatic else f"by {point.who}"


class RestorePoints(QWidget):
    """A tab of the history window."""

    def __init__(self, shell: Shell, window: QWidget) -> None:
        super().__init__()
        self._shell = shell
        self._speaker = window
        self.browser: RecordBrowser[RestorePoint] = RecordBrowser(
            POINTS,
            shell.services.settings,
            name="Restore points",
            chips=CHIPS,
            placeholder="Search restore points",
            empty=Empty("history", "No restore point yet", HINT),
            ticks=False,
        )
        self.table = self.browser.table
        newest_first(self.table, shell.services.settings, "when")
        self.make_button = Button("Make a restore point…", self.make, icon="plus")
        self.restore_button = Button("Restore…", self.restore, role="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(12)
        column.addWidget(Text(HINT, "muted"))
        column.addWidget(self.browser, 1)
        column.addLayout(row_of(self.make_button, None, self.restore_button))
        self.table.current_changed.connect(lambda _id: self._show_buttons())
        self.table.activated_row.connect(lambda _id: self.restore())
        self._busy = False

    def refresh(self) -> None:
        points = self._shell.services.review.restore_points()
        self.browser.set_records(points)
        if points and not self.table.current_id():
            self.table.show_row(str(points[0].id))
        self._show_buttons()

    def make(self) -> None:
        """One by name."""
        messages.ask_text(
            self._speaker,
            title="Make a restore point",
            text="All mappings as they are now, under a name that you will know again.",
            action="Make it",
            on_text=self._make,
        )

    def _make(self, name: str) -> None:
        try:
            point = self._shell.services.review.set_restore_point(name)
        except BridgeError as error:
            messages.show_error(self._speaker, error)
            return
        self._shell.say(f"Made the restore point “{point.name}”.")
        self.refresh()
        self.browser.reveal(str(point.id))

    def restore(self) -> None:
        """Look at what restoring the current point would change, then ask."""
        point = self.browser.model.record(self.table.current_id())
        if point is None or not self.restore_button.isEnabled():
            return
        review = self._shell.services.review
        task = self._shell.tasks.run(
            lambda progress: review.preview_restore(point.id, progress),
            title="Comparing the restore point with the present",
            on_success=self._preview,
            on_failure=lambda error: messages.show_error(self._speaker, error),
            exclusive="local",
        )
        self._wait_for(task is not None)
        if task is not None:
            task.ended.connect(lambda _outcome: self._wait_for(False))

    def _preview(self, preview: RestorePreview) -> None:
        if not preview.rows:
            messages.show_notice(
                self._speaker,
                "info",
                f"Nothing differs from “{preview.point.name}”",
                "All mappings are as they were then.",
                key="restore",
            )
            return
        dialog = PreviewDialog(self._speaker, preview, self._shell)
        dialog.accepted.connect(lambda: self._restore(preview.point))
        dialog.open()

    def _restore(self, point: RestorePoint) -> None:
        review = self._shell.services.review
        task = self._shell.tasks.run(
            lambda progress: review.restore(point.id, progress),
            title=f"Restoring “{point.name}”",
            on_success=lambda changes: self._restored(changes, point),
            on_failure=lambda error: messages.show_error(self._speaker, error),
            exclusive="local",
        )
        self._wait_for(task is not None)
        if task is not None:
            task.ended.connect(lambda _outcome: self._wait_for(False))

    def _restored(self, changes: ChangeSet, point: RestorePoint) -> None:
        self._shell.publish(changes)
        messages.show_notice(
            self._speaker,
            "good",
            f"Restored “{point.name}”",
            "It was one step: Undo takes it back.",
            key="restore",
            seconds=15,
        )

    def _wait_for(self, busy: bool) -> None:
        self._busy = busy
        self._show_buttons()

    def _show_buttons(self) -> None:
        why = self._shell.locked
        self.make_button.setEnabled(not why)
        self.make_button.setToolTip(why)
        chosen = bool(self.table.current_id())
        self.restore_button.setEnabled(chosen and not why and not self._busy)
        self.restore_button.setToolTip(why or "Shows first what would change")


Pair = tuple[RowState, RowState]

PREVIEW: TableSpec[Pair] = TableSpec(
    name="restore-preview",
    columns=(
        Column(
            "source",
            "NinjaOne record",
            lambda p: p[0].source_label or p[0].source_id,
            width=220,
            flexible=True,
            detail=lambda p: p[0].kind.source_noun,
        ),
        Column("now", "Now", lambda p: row_text(p[0]), 220, flexible=True),
        Column(
            "then",
            "After restoring",
            lambda p: row_text(p[1]),
            width=220,
            flexible=True,
            mark=lambda p: Mark("forward", Tone.MUTED),
        ),
    ),
    identity=lambda p: f"{p[0].kind.value}:{p[0].source_id}",
    search=lambda p: f"{p[0].source_label} {row_text(p[0])} {row_text(p[1])}",
    tags=lambda p: (p[0].kind.value,),
    speak=lambda p: (
        f"{p[0].source_label}, {p[0].kind.source_noun}, now {row_text(p[0])}, "
        f"after restoring {row_text(p[1])}"
    ),
)


class PreviewDialog(QDialog):
    """What restoring changes, row by row; accepted means: restore."""

    def __init__(self, parent: QWidget, preview: RestorePreview, shell: Shell) -> None:
        super().__init__(parent)
        number = len(preview.rows)
        rows = "1 row" if number == 1 else f"{number:,} rows"
        title = f"Restore “{preview.point.name}”?"
        self.setWindowTitle("Restore")
        self.setAccessibleName(f"{title} {rows} change.")
        self.resize(860, 560)
        heading = Heading(title, 2)
        heading.setWordWrap(True)
        self.browser: RecordBrowser[Pair] = RecordBrowser(
            PREVIEW,
            shell.services.settings,
            name="Rows that change",
            chips=[
                ChipSpec("", "All"),
                *(ChipSpec(kind.value, kind.label, optional=True) for kind in Kind),
            ],
            placeholder="Search these rows",
            empty=Empty("history", "Nothing changes", ""),
            ticks=False,
        )
        self.browser.set_records(preview.rows)
        self.cancel_button = Button("Cancel", self.reject)
        self.action_button = Button(f"Restore {rows}", self.accept, role="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(
            Text(
                f"{rows} differ from how they were on {instant_text(preview.point.made_at)}. "
                "All others stay. Undo takes the whole of it back.".replace(
                    "1 row differ", "1 row differs"
                ),
                "muted",
            )
        )
        column.addWidget(self.browser, 1)
        self.impact = ImpactText(shell)
        self.impact.show_changes(
            [
                LinkChange(
                    then.kind, then.source_id, then.target_id, then.choice == Choice.EXCLUDED
                )
                for _, then in preview.rows
            ]
        )
        column.addWidget(self.impact)
        column.addLayout(row_of(None, self.cancel_button, self.action_button, spacing=10))
        self.action_button.setFocus()
        self.finished.connect(self.deleteLater)
