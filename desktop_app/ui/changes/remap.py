"""Choosing another target from outside the mapping tabs: the same dialog, the same rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.errors import BridgeError, RuleError
from desktop_app.services.deciding import BULK
from desktop_app.ui import messages
from desktop_app.ui.bulk import make_change
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.shell import Shell


def ask_target(
    parent: QWidget,
    shell: Shell,
    kind: Kind,
    source_ids: Sequence[str],
    on_changed: Callable[[ChangeSet], object],
) -> ChangeMappingDialog | None:
    """Ask for a target for these rows and map them; None when none of them is in the list.

    A customer that another organization has is shared only after a question.
    """
    services = shell.services
    found = [services.review.row(kind, source_id) for source_id in source_ids]
    rows = [row for row in found if row is not None]
    if not rows:
        return None
    ids = [row.source.id for row in rows]

    many = len(ids) > BULK

    def update(box: QWidget, target: Target, *, share: bool = False) -> None:
        if many and isinstance(box, ChangeMappingDialog):  # it does not stay while they are written
            box.accept()
            box = parent

        def done(changes: ChangeSet) -> None:
            if isinstance(box, ChangeMappingDialog):
                box.accept()
            on_changed(changes)

        def failed(error: BridgeError) -> None:
            if not isinstance(error, RuleError) or kind.shares_targets or share:
                messages.show_error(box, error)
                return
            messages.confirm(
                box,
                title=error.title,
                text=f"{error.message}\n{error.advice}".strip(),
                action=f"Share the {kind.target_noun}",
                on_confirm=lambda: update(box, target, share=True),
                danger=True,
            )

        make_change(
            shell, box, len(ids), "Mapping rows",
            lambda: services.mapping.change(kind, ids, target.id, share=share),
            done=done, failed=failed,
        )  # fmt: skip

    dialog = ChangeMappingDialog(parent, kind, rows, services.mapping.choices(kind), update)
    dialog.open()
    return dialog
