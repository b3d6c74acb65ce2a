"""Notices that need no answer: bars at the top of the window. See :mod:`.messages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.icons import keep_icon
from desktop_app.ui.theme import Tone, scaled_font
from desktop_app.ui.widgets import Button, Elided, Fold, IconButton, Picture, Text, row_of

Action = Callable[[], object]

LOOK = {
    "info": ("info", Tone.ACCENT),
    "good": ("check-circle", Tone.GOOD),
    "warning": ("warning", Tone.WARNING),
    "error": ("error", Tone.BAD),
}
PRESSING = ("error", "warning", "info", "good")
"""Which notice stays in sight where there is no room for all."""
ICON = 18
GAP = 10
LOW = 620
"""A window of fewer logical pixels shows one notice, and in one line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button on a banner. keep: the banner stays after it was pressed."""

    text: str
    action: Action
    keep: bool = False


class Banner(QFrame):
    """One notice: icon, title, text and buttons in one line, and an optional fold with details.

    A text that is longer than its line is cut there, with a button that opens it below; a notice
    that stands alone is opened from the start.
    """

    closed = Signal()

    def __init__(
        self,
        level: str,
        title: str,
        text: str = "",
        *,
        choices: tuple[Choice, ...] = (),
        details: str = "",
        closable: bool = True,
    ) -> None:
        super().__init__()
        self.level, self.title, self.text, self.details = level, title, text, details
        self._roomy = True
        self._asked: bool | None = None
        self._state: tuple[bool, bool, bool] | None = None
        self.setProperty("banner", level)
        self.setAccessibleName(f"{title}. {text}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._heading = Elided(title)
        self._heading.setFont(scaled_font(1.0, bold=True))
        self._line = Elided(" ".join(text.split()))
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._body = Text(text, selectable=True)
        self._make_actions(choices)
        self.more_button = IconButton("chevron-right", "Show the whole notice", self.toggle, 16)
        self._head = QHBoxLayout()
        self._head.setSpacing(GAP)
        icon, tone = LOOK[level]
        self._head.addWidget(Picture(icon, tone, ICON))
        self._head.addWidget(self._heading)
        self._head.addWidget(self._line, 1)
        self._head.addWidget(self._actions)
        self._head.addWidget(self.more_button)
        self.close_button: IconButton | None = None
        if closable:
            self.close_button = IconButton("close", "Close this notice", self.dismiss, 16)
            self._head.addWidget(self.close_button)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self._column.addWidget(self._body)
        if details:
            self._column.addWidget(self.fold)
            self.fold.setVisible(False)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(14, 2, 6, 2)
        self._outer.setSpacing(0)
        self._outer.addLayout(self._head)
        self._outer.addLayout(self._column)
        self._arrange()

    def _make_actions(self, choices: tuple[Choice, ...]) -> None:
        self.buttons: dict[str, Button] = {}
        self._actions = QWidget()
        row = row_of(spacing=4)
        self._actions.setLayout(row)
        for choice in choices:
            button = Button(choice.text, role="link")
            button.clicked.connect(lambda _=False, c=choice: self._chosen(c))
            self.buttons[choice.text] = button
            row.addWidget(button)
        if self.details:
            button = Button("Copy", self._copy, role="link", name="Copy the message")
            self.buttons["Copy"] = button
            row.addWidget(button)
            self.fold = Fold("Details", details_field(self.details))
            row.addWidget(self.fold.button)
        row.addStretch(1)
        if not self.buttons:  # to show it would make a window of it: it has no parent yet
            self._actions.hide()
        self._actions.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    # --- How much of it is shown -------------------------------------------------------------

    @property
    def opened(self) -> bool:
        """Whether all of the text is to be read."""
        return self._body.isVisibleTo(self) or self._fits()

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for a text of several lines, as long as nobody asked for it."""
        if roomy != self._roomy:
            self._roomy = roomy
            self._arrange()

    def toggle(self) -> None:
        """Open the text below its line, or close it."""
        self._asked = not self._body.isVisibleTo(self)
        self._arrange()

    def _fits(self) -> bool:
        """Whether the whole text has room in the line."""
        wanted = self._line.fontMetrics().horizontalAdvance(" ".join(self.text.split()))
        return wanted + 6 <= self._room()

    def _room(self) -> int:
        """What the line has for the text, without the button that opens it."""
        used = ICON + self._heading.sizeHint().width() + 2 * GAP
        if self.close_button is not None:
            used += self.close_button.sizeHint().width() + GAP
        if not self._below() and self.buttons:
            used += self._actions.sizeHint().width() + GAP
        margins = self._outer.contentsMargins()
        return self.width() - used - margins.left() - margins.right()

    def _below(self) -> bool:
        """Whether the buttons need a line of their own."""
        wanted = self._heading.sizeHint().width() + self._actions.sizeHint().width()
        return bool(self.buttons) and wanted > self.width() - 140

    def _arrange(self) -> None:
        fits, below = self._fits(), self._below()
        full = self._roomy if self._asked is None else self._asked
        opened = bool(self.text) and not fits and full
        state = fits, below, opened
        if state == self._state:
            return
        self._state = state  # before the layout comes back with it
        self._line.setText("" if opened else " ".join(self.text.split()))
        self._body.setVisible(opened)
        self.more_button.setVisible(bool(self.text) and not fits)
        self._column.setContentsMargins(ICON + GAP, 0, 0, 4 if opened or below else 0)
        name = "Show less of the notice" if opened else "Show the whole notice"
        self.more_button.setAccessibleName(name)
        self.more_button.setToolTip(name)
        keep_icon(self.more_button, "chevron-down" if opened else "chevron-right")
        home = self._column if below else self._head
        if home.indexOf(self._actions) < 0:
            (self._head if below else self._column).removeWidget(self._actions)
            home.insertWidget(1 if below else 3, self._actions)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            if event.type() == QEvent.Type.Resize:
                self._arrange()
            self._set_height()
        return super().event(event)

    def _set_height(self) -> None:
        """The size hint of wrapping text is made for a narrow width: take no more than it needs."""
        layout = self._outer
        wrapped = layout.hasHeightForWidth()
        hint = layout.totalHeightForWidth(self.width()) if wrapped else -1
        wanted = hint if hint > 0 else layout.totalSizeHint().height()
        if wanted != self.minimumHeight() or wanted != self.maximumHeight():
            self.setFixedHeight(wanted)
        if layout.geometry().height() != self.height():
            layout.invalidate()  # it was laid out for the height before
            layout.activate()

    # --- What its buttons do -----------------------------------------------------------------

    def dismiss(self) -> None:
        """Take the notice away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def _chosen(self, choice: Choice) -> None:
        if not choice.keep:
            self.dismiss()
        choice.action()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(
            "\n".join(part for part in (self.title, self.text, self.details) if part)
        )


class Banners(QWidget):
    """The place at the top of a window where notices stand, the newest last, at most four.

    Two are in sight: the newest, which answers what was done just now, and the most pressing; in
    a low window one of them. A line below says how many more there are and opens them. A notice
    of a *key* that is shown already replaces the earlier one.
    """

    LIMIT = 4

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._shown: dict[str, Banner] = {}
        self._count = 0
        self._all = False
        self._watched: QWidget | None = None
        self.more_button = Button("", self.toggle, role="link", icon="chevron-right")
        self._box.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.more_button.setVisible(False)
        self.setVisible(False)

    def show_banner(self, banner: Banner, key: str = "") -> None:
        """Add a notice; unkeyed ones are dropped, oldest first, when there are too many."""
        if not key:
            self._count += 1
            key = f"#{self._count}"
        self.remove(key)
        self._shown[key] = banner
        banner.closed.connect(lambda: self._forget(key, banner))
        self._box.insertWidget(self._box.count() - 1, banner)
        passing = [k for k in self._shown if k.startswith("#")]
        if len(self._shown) > self.LIMIT and passing:
            self.remove(passing[0])
        self.setVisible(True)
        self._arrange()

    def remove(self, key: str) -> None:
        """Take away the notice of this key, if it is there."""
        if key in self._shown:
            self._shown[key].dismiss()

    def shown(self) -> tuple[Banner, ...]:
        """The present notices, oldest first, in sight or not."""
        return tuple(self._shown.values())

    def keyed(self, key: str) -> Banner | None:
        return self._shown.get(key)

    def toggle(self) -> None:
        """Show all notices, or only those that have to be in sight."""
        self._all = not self._all
        self._arrange()

    def _forget(self, key: str, banner: Banner) -> None:
        if self._shown.get(key) is banner:
            del self._shown[key]
        self._box.removeWidget(banner)
        self.setVisible(bool(self._shown))
        self._arrange()

    # --- How many are in sight ---------------------------------------------------------------

    def _low(self) -> bool:
        return self.window().height() < LOW

    def _in_sight(self) -> list[Banner]:
        notices = list(self._shown.values())
        room = 1 if self._low() else 2
        if self._all or len(notices) <= room:
            return notices
        *others, newest = notices
        others.reverse()  # of equally pressing ones the newer
        others.sort(key=lambda each: PRESSING.index(each.level))
        standing = not list(self._shown)[-1].startswith("#")
        if room == 1 and standing and _more_pressing(others[0], newest):
            return others[:1]
        return [newest, *others[: room - 1]]

    def _arrange(self) -> None:
        notices, chosen = self.shown(), self._in_sight()
        for banner in notices:
            banner.set_roomy(len(notices) == 1 and not self._low())
            banner.setVisible(banner in chosen)
        hidden = len(notices) - len(chosen)
        self._all = self._all and len(notices) > (1 if self._low() else 2)
        self.more_button.setVisible(hidden > 0 or self._all)
        text = "Show fewer notices"
        if not self._all:
            text = f"{hidden:,} more notice{'' if hidden == 1 else 's'}"
        self.more_button.setText(text)
        self.more_button.setAccessibleName(text)
        icon = "chevron-down" if self._all else "chevron-right"
        keep_icon(self.more_button, icon, Tone.ACCENT)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.ParentChange):
            window = self.window()
            if window is not self._watched and window is not self:
                window.installEventFilter(self)
                self._watched = window
            self._arrange()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._watched:
            self._arrange()
        return super().eventFilter(watched, event)


def _more_pressing(one: Banner, other: Banner) -> bool:
    return PRESSING.index(one.level) < PRESSING.index(other.level)


def details_field(text: str) -> QPlainTextEdit:
    """What a Details fold opens."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName("Details")
    field.setTabChangesFocus(True)
    field.setMaximumHeight(96)
    return field
