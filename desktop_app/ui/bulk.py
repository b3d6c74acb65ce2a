"""Changes of mappings from the window: few rows at once, many beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError
from desktop_app.services.deciding import BULK
from desktop_app.ui import messages
from desktop_app.ui.shell import Shell


def make_change(
    shell: Shell,
    speaker: QWidget,
    number: int,
    title: str,
    work: Callable[[], ChangeSet],
    *,
    done: Callable[[ChangeSet], object] | None = None,
    failed: Callable[[BridgeError], object] | None = None,
) -> bool:
    """Make a change of *number* rows, and hand it to *done* (the window, if none is given).

    Many rows are written in a task, after a backup: both take longer than the window may wait. It
    is one transaction, so there is nothing to cancel half-way. Answers whether the change was
    made, or at least begun.
    """
    done = done or shell.publish

    def refused(error: BridgeError) -> None:
        if failed is not None:
            failed(error)
        else:
            messages.show_error(speaker, error)

    if number > BULK:
        task = shell.tasks.run(
            lambda _progress: work(),
            title=f"{title} ({number:,})",
            on_success=done,
            on_failure=refused,
            exclusive="local",
            bulky=True,
        )
        return task is not None
    try:
        changes = work()
    except BridgeError as error:
        refused(error)
        return False
    done(changes)
    return True
