"""Choosing another target from outside the mapping tabs: the same dialog, the same rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.errors import BridgeError, RuleError
from desktop_app.services.api import Services
from desktop_app.ui import messages
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog


def ask_target(
    parent: QWidget,
    services: Services,
    kind: Kind,
    source_ids: Sequence[str],
    on_changed: Callable[[ChangeSet], object],
) -> ChangeMappingDialog | None:
    """Ask for a target for these rows and map them; None when none of them is in the list.

    A customer that another organization has is shared only after a question.
    """
    found = [services.review.row(kind, source_id) for source_id in source_ids]
    rows = [row for row in found if row is not None]
    if not rows:
        return None
    ids = [row.source.id for row in rows]

    def update(dialog: ChangeMappingDialog, target: Target, *, share: bool = False) -> None:
        try:
            changes = services.mapping.change(kind, ids, target.id, share=share)
        except RuleError as error:
            if kind.shares_targets or share:
                messages.show_error(dialog, error)
                return
            messages.confirm(
                dialog,
                title=error.title,
                text=f"{error.message}\n{error.advice}".strip(),
                action=f"Share the {kind.target_noun}",
                on_confirm=lambda: update(dialog, target, share=True),
                danger=True,
            )
        except BridgeError as error:
            messages.show_error(dialog, error)
        else:
            dialog.accept()
            on_changed(changes)

    dialog = ChangeMappingDialog(parent, kind, rows, services.mapping.choices(kind), update)
    dialog.open()
    return dialog
