"""Under which class and location documents go: for all, by organization, by account code."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from desktop_app.domain.document_choices import Track
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.services.api_tracking import RuleRow, Standing
from desktop_app.ui import messages
from desktop_app.ui.shell import Shell
from desktop_app.ui.tables.browser import ChipSpec, Empty, RecordBrowser
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import MARGIN, Button, Card, Heading, Text, row_of

OWN, WRONG = "own", "wrong"
AS_DEFAULT = "*"
"""Stands for "no rule of its own"; QuickBooks' ids are numbers."""

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(Kind.CUSTOMERS, "Organizations"),
    ChipSpec(Kind.ACCOUNTS, "Account codes", "Each line goes by its account code", optional=True),
    ChipSpec(OWN, "Own rule", "With a rule of their own"),
    ChipSpec(WRONG, "To be mended", "A rule that QuickBooks cannot follow", optional=True),
)


def _tags(row: RuleRow) -> tuple[str, ...]:
    tags: list[str] = [row.place[0]]
    tags += [OWN] if row.own else []
    return (*tags, WRONG) if row.problem else tuple(tags)


def _what(row: RuleRow) -> str:
    return row.place[0].source_noun.capitalize()


def _track_column(track: Track) -> Column[RuleRow]:
    def text(row: RuleRow) -> str:
        return row.texts.get(track, "")

    return Column(
        track.value,
        track.noun.capitalize(),
        text,
        width=190,
        sort=lambda row: (track not in row.own, text(row).casefold()),
        mark=lambda row: Mark("check", Tone.ACCENT) if track in row.own else None,
        tooltip=lambda row: "Its own rule" if track in row.own else "",
    )


RULES: TableSpec[RuleRow] = TableSpec(
    name="track-rules",
    columns=(
        Column(
            "name",
            "Name",
            lambda row: row.name,
            width=240,
            sort=lambda row: (row.place[0] is not Kind.CUSTOMERS, row.name.casefold()),
            flexible=True,
        ),
        Column("what", "Kind", _what, width=110, quiet=True),
        *(_track_column(track) for track in Track),
        Column(
            "problem",
            "Problem",
            lambda row: row.problem,
            width=220,
            flexible=True,
            sort=lambda row: last_when_empty(row.problem),
            mark=lambda row: Mark("warning", Tone.WARNING) if row.problem else None,
        ),
    ),
    identity=lambda row: f"{row.place[0]}:{row.place[1]}",
    search=lambda row: f"{row.name} {' '.join(row.texts.values())}",
    tags=_tags,
    speak=lambda row: (
        f"{_what(row)} {row.name}, "
        + ", ".join(f"{track.noun} {text}" for track, text in row.texts.items())
        + f" {row.problem}".rstrip()
    ),
)
FIRST_TRACK_COLUMN = 3  # after the tick, the name and the kind


class TrackingSettings(QWidget):
    """What is chosen applies at once; invoices follow."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.defaults: dict[Track, QComboBox] = {}
        self.reasons: dict[Track, Text] = {}
        self.setters: dict[Track, QComboBox] = {}
        self.read_button = Button("Read them from QuickBooks", self._read, icon="refresh")
        self.browser: RecordBrowser[RuleRow] = RecordBrowser(
            RULES,
            shell.services.settings,
            name="Rules for classes and locations",
            chips=CHIPS,
            placeholder="Search the rules",
            empty=Empty("customers", "No organizations", "They are listed after a refresh."),
        )
        self.table, self.model = self.browser.table, self.browser.model
        self.set_buttons: dict[Track, Button] = {}
        for place, track in enumerate(Track):
            box = self.setters[track] = QComboBox()
            box.setAccessibleName(f"{track.noun.capitalize()} for the ticked rows")
            box.setMinimumWidth(170)
            button = Button(f"Set {track.noun}")
            button.clicked.connect(lambda _=False, t=track: self._set(t))
            self.set_buttons[track] = button
            self.browser.bar_layout.insertWidget(2 * place + 1, box)
            self.browser.bar_layout.insertWidget(2 * place + 2, button)
        self.model.ticks_changed.connect(self._show_ticks)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 18, MARGIN, MARGIN)
        column.setSpacing(14)
        column.addWidget(self._card())
        column.addWidget(self.browser, 1)
        self._spare = column.count()
        column.addStretch(0)
        self._column = column

    def fill(self) -> None:
        """Show what is kept now."""
        if not self._shell.services.has("tracking"):
            return
        standings = [self._shell.services.tracking.standing(track) for track in Track]
        for standing in standings:
            self._show_standing(standing)
        used = [standing.ruled or not standing.reason for standing in standings]
        for place, shown in enumerate(used, start=FIRST_TRACK_COLUMN):
            self.table.setColumnHidden(place, not shown)
        self.browser.setVisible(any(used))
        self._column.setStretch(self._spare, 0 if any(used) else 1)
        if any(used):
            self.browser.set_records(self._shell.services.tracking.rows())
        self._show_ticks()

    # --- Parts -------------------------------------------------------------------------------

    def _card(self) -> Card:
        card = Card()
        card.body.addLayout(row_of(Heading("Classes and locations", 2), None, self.read_button))
        card.body.addWidget(
            Text(
                "What documents are filed under in QuickBooks. The rule of an organization goes "
                "before the default, and that of a line's account code before both.",
                "muted",
            )
        )
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(6)
        for number, track in enumerate(Track):
            box = self.defaults[track] = QComboBox()
            caption = Text(f"Default {track.noun}")
            caption.setWordWrap(False)
            box.setAccessibleName(caption.text())
            box.setMinimumWidth(180)
            box.activated.connect(lambda _, t=track: self._set_default(t))
            reason = self.reasons[track] = Text("", "muted")
            form.addWidget(caption, 0, 2 * number)
            form.addWidget(box, 0, 2 * number + 1)
            form.addWidget(reason, 1, 2 * number, 1, 2)
            form.setColumnStretch(2 * number + 1, 1)
        card.body.addLayout(form)
        return card

    def _show_standing(self, standing: Standing) -> None:
        track, box = standing.track, self.defaults[standing.track]
        box.clear()
        box.addItem("None", "")
        for one in standing.choices:
            box.addItem(one.name, one.id)
        if standing.fixed and box.findData(standing.fixed) < 0:
            box.addItem(f"{standing.fixed_text} (cannot be used)", standing.fixed)
        box.setCurrentIndex(max(0, box.findData(standing.fixed)))
        box.setEnabled(not standing.reason or bool(standing.fixed))
        box.setAccessibleDescription(standing.reason)
        words = standing.problem or standing.reason
        if not words and track is Track.CLASS:
            words = (
                "QuickBooks has one for each line."
                if standing.per_line
                else ("QuickBooks has one for the whole document.")
            )
        text = self.reasons[track]
        text.setText(words)
        text.setVisible(bool(words))
        text.set_role("warning" if standing.problem else "muted")
        setter, chosen = self.setters[track], self.setters[track].currentData()
        setter.clear()
        setter.addItem("As the default", AS_DEFAULT)
        if not standing.reason:
            setter.addItem("None", "")
            for one in standing.choices:
                setter.addItem(one.name, one.id)
        setter.setCurrentIndex(max(0, setter.findData(chosen)))
        for part in (setter, self.set_buttons[track]):
            part.setVisible(not standing.reason or standing.ruled)

    def _show_ticks(self) -> None:
        ticked = self.model.ticked_records()
        accounts = sum(row.place[0] is Kind.ACCOUNTS for row in ticked)
        for part in (self.setters[Track.LOCATION], self.set_buttons[Track.LOCATION]):
            part.setEnabled(accounts < len(ticked))
        note = ""
        if accounts and not self.setters[Track.LOCATION].isHidden():
            note = "account codes have no location"
        self.browser.note_ticked(note)

    # --- Choosing ----------------------------------------------------------------------------

    def _set_default(self, track: Track) -> None:
        identity = str(self.defaults[track].currentData() or "")
        self._apply(lambda: self._shell.services.tracking.set_default(track, identity))

    def _set(self, track: Track) -> None:
        chosen = str(self.setters[track].currentData())
        identity = None if chosen == AS_DEFAULT else chosen
        places = [row.place for row in self.model.ticked_records()]
        self._apply(lambda: self._shell.services.tracking.set_rule(track, places, identity))

    def _apply(self, work: Callable[[], ChangeSet]) -> None:
        try:
            changes = work()
        except BridgeError as error:
            messages.show_error(self, error)
            self.fill()
        else:
            self._shell.publish(changes)
            self.fill()

    def _read(self) -> None:
        self._shell.tasks.run(
            self._shell.services.tracking.read,
            title="Read classes and locations",
            on_success=self._shell.publish,
            exclusive="quickbooks",
        )
