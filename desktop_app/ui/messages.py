"""The one module that speaks to the user: errors, questions, notices. Plain text throughout.

A notice that needs no answer is a bar at the top of the window (:class:`Banners`); a box is used
only for questions and where no such bar is in sight. Boxes are opened without a nested event loop:
what follows an answer is given as a function.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.errors import BridgeError
from desktop_app.ui.banners import Action, Banner, Banners, Choice
from desktop_app.ui.boxes import AskBox, ConfirmBox, ErrorBox, details_of

__all__ = [
    "Action",
    "Banner",
    "Banners",
    "Choice",
    "ask_text",
    "banners_of",
    "confirm",
    "details_of",
    "show_error",
    "show_notice",
]

log = logging.getLogger(__name__)


def banners_of(widget: QWidget | None) -> Banners | None:
    """The bar of the window in which *widget* stands, if that window has one."""
    if widget is None:
        return None
    found = widget.window().findChildren(Banners)
    return found[0] if found else None


def show_error(
    parent: QWidget | None,
    error: BridgeError,
    *,
    try_again: Action | None = None,
    choices: tuple[Choice, ...] = (),
) -> QWidget:
    """Show what happened and what to do; "Try again" only when that can help.

    choices: further ways out, as buttons on the notice.

    In a window with a notice bar it is a notice, elsewhere a box. Returns what was opened.
    """
    log.info("%s: %s (%s)", error.title, type(error).__name__, error.detail or "no detail")
    again = try_again if error.retryable else None
    text = "\n".join(part for part in (error.message, error.advice) if part)
    bar = banners_of(parent)
    if bar is None:
        box = ErrorBox(parent, error, again)
        box.open()
        return box
    banner = Banner(
        "error",
        error.title,
        text,
        choices=((Choice("Try again", again),) if again else ()) + choices,
        details=details_of(error),
    )
    bar.show_banner(banner, f"error:{error.title}:{error.message}")
    return banner


def show_notice(
    parent: QWidget | None,
    level: str,
    title: str,
    text: str = "",
    *,
    choices: tuple[Choice, ...] = (),
    key: str = "",
    seconds: int = 0,
    closable: bool = True,
    details: str = "",
) -> Banner | None:
    """A notice on the window's bar. level: info, good, warning, error. seconds > 0: it goes by
    itself (only for good news). None when the window has no bar."""
    bar = banners_of(parent)
    if bar is None:
        return None
    banner = Banner(level, title, text, choices=choices, closable=closable, details=details)
    bar.show_banner(banner, key)
    if seconds:
        timer = QTimer(banner)
        timer.setSingleShot(True)
        timer.timeout.connect(banner.dismiss)
        timer.start(seconds * 1000)
    return banner


def confirm(
    parent: QWidget | None,
    *,
    title: str,
    text: str,
    action: str,
    on_confirm: Action,
    on_cancel: Action | None = None,
    danger: bool = False,
    details: QWidget | None = None,
) -> ConfirmBox:
    """Ask; *action* names what the button does. Cancel, Esc and closing all mean no.

    *details* is an optional widget below the text (a list of what is concerned).
    """
    box = ConfirmBox(parent, title, text, action, danger=danger)
    if details is not None:
        box.column.addWidget(details)
    box.accepted.connect(lambda: on_confirm())
    if on_cancel is not None:
        box.rejected.connect(lambda: on_cancel())
    box.open()
    return box


def ask_text(
    parent: QWidget | None,
    *,
    title: str,
    text: str,
    action: str,
    on_text: Callable[[str], object],
    value: str = "",
) -> AskBox:
    """Ask for one line of text; *on_text* gets it trimmed, never empty."""
    box = AskBox(parent, title, text, value, action)
    box.accepted.connect(lambda: on_text(box.field.text().strip()))
    box.open()
    return box
