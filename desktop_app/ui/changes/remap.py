"""Choosing another target from outside the mapping tabs: the same dialog, the same rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.errors import BridgeError, RuleError
from desktop_app.ui import messages
from desktop_app.ui.bulk import change_rows
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.shell import Shell


def ask_target(
    parent: QWidget,
    shell: Shell,
    kind: Kind,
    source_ids: Sequence[str],
    on_done: Callable[[], object] = lambda: None,
) -> ChangeMappingDialog | None:
    """Ask for a target for these rows and map them; None when none of them is in the list.

    A customer that another organization has is shared only after a question. on_done: called once
    the change was published.
    """
    services = shell.services
    found = [services.review.row(kind, source_id) for source_id in source_ids]
    rows = [row for row in found if row is not None]
    if not rows:
        return None
    ids = [row.source.id for row in rows]

    def update(dialog: ChangeMappingDialog, target: Target, *, share: bool = False) -> None:
        def done(_changes: ChangeSet) -> None:
            dialog.accept()
            on_done()

        def failed(error: BridgeError) -> None:
            if not isinstance(error, RuleError) or kind.shares_targets or share:
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

        change_rows(
            shell,
            dialog,
            len(ids),
            "Map rows",
            lambda: services.mapping.change(kind, ids, target.id, share=share),
            on_done=done,
            on_failure=failed,
        )

    dialog = ChangeMappingDialog(
        parent,
        kind,
        rows,
        services.mapping.choices(kind),
        update,
        impact=ImpactText(shell) if len(rows) > 1 else None,
    )
    dialog.open()
    return dialog
