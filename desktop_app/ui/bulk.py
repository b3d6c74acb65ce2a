"""Changes of few rows at once; of many beside the window, after a backup: both take longer than a
frame."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.deciding import BULK
from desktop_app.ui import messages
from desktop_app.ui.mapping.desk import read_rows
from desktop_app.ui.shell import Shell


def change_rows(
    shell: Shell,
    view: QWidget,
    number: int,
    title: str,
    change: Callable[[], ChangeSet],
    *,
    on_done: Callable[[ChangeSet], object] = lambda changes: None,
    on_failure: Callable[[BridgeError], object] | None = None,
) -> None:
    """Make a change of *number* rows and publish it; then *on_done*.

    It is one transaction, so there is nothing to cancel half-way. on_failure replaces the notice
    in the window of *view*. Neither is called once *view* was closed.
    """

    def failed(error: BridgeError) -> None:
        there = isValid(view)
        if on_failure is not None and there:
            on_failure(error)
        else:
            messages.show_error(view if there else shell.window, error)

    def done(changes: ChangeSet) -> None:
        shell.publish(changes)
        if isValid(view):
            on_done(changes)

    def beside(_progress: Progress) -> ChangeSet:
        changes = change()
        for kind in changes.kinds:
            read_rows(shell.services, kind)  # made here, so that the pages find them ready
        return changes

    if number > BULK:
        shell.tasks.run(
            beside,
            title=f"{title} ({number:,})",
            on_success=done,
            on_failure=failed,
            exclusive="local",
            bulky=True,
        )
        return
    try:
        changes = change()
    except BridgeError as error:
        failed(error)
    else:
        done(changes)
