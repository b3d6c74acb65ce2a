"""What a person does with the rows of a mapping tab: take, change, clear, exclude, create.

Dialogs are loaded when they are first opened, so that the start stays short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.domain.creating import CREATABLE
from desktop_app.domain.impact import LinkChange
from desktop_app.domain.kinds import Kind
from desktop_app.domain.proposals import Candidate, evidence
from desktop_app.domain.records import ChangeSet, Target
from desktop_app.domain.review import Decision, target_label
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.errors import BridgeError, RuleError
from desktop_app.ui import messages
from desktop_app.ui.bulk import change_rows
from desktop_app.ui.mapping.desk import there
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.mapping.words import Row, invoices
from desktop_app.ui.shell import Shell

if TYPE_CHECKING:
    from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
    from desktop_app.ui.mapping.create import CreateDialog


class Deciding(QObject):
    """decided: source ids, after a decision about a single row; the page then goes on.

    Bulk changes say first what they would do to invoices. view: the widget that dialogs belong to.
    """

    decided = Signal(list)

    def __init__(self, view: QWidget, shell: Shell, kind: Kind) -> None:
        super().__init__(view)
        self._view, self._shell, self._kind = view, shell, kind

    # --- Taking a candidate ------------------------------------------------------------------

    def accept(self, row: Row) -> bool:
        """Take what is suggested; False, with the reason in the status bar, where it is not for
        the program to say."""
        found = row.suggestion
        if not row.undecided:
            self._shell.say(f"“{row.name}” is decided already: {row.decision.value.lower()}.")
            return False
        if found.best is None or not found.acceptable:
            self._shell.say(f"“{row.name}”: {_why_not(row)}")
            return False
        return self.take(row, found.best)

    def take(self, row: Row, candidate: Candidate) -> bool:
        """Link one row to a candidate."""
        return self._link(self._view, [row], candidate.target, lambda: None, taken=candidate)

    # --- Change Mapping ----------------------------------------------------------------------

    def change(self, rows: Sequence[Row]) -> None:
        """Ask for one target for all of these rows."""
        from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog

        if not rows or self._refused():
            return
        kind = self._kind
        first = rows[0]
        candidates: Sequence[Candidate] = ()
        if len(rows) == 1 and there(self._shell.services.suggest) and first.undecided:
            candidates = self._shell.services.suggest.candidates(kind, first.id)
        dialog = ChangeMappingDialog(
            self._view,
            kind,
            [row.row for row in rows],
            self._shell.services.mapping.choices(kind),
            lambda box, target: self._update(box, rows, target),
            candidates=candidates,
            on_create=(lambda text: self.create(first, text)) if self.can_create(rows) else None,
            impact=ImpactText(self._shell) if len(rows) > 1 else None,
        )
        dialog.open()

    def _update(self, dialog: ChangeMappingDialog, rows: Sequence[Row], target: Target) -> None:
        self._link(dialog, rows, target, dialog.accept)

    def _link(
        self,
        parent: QWidget,
        rows: Sequence[Row],
        target: Target,
        close: Callable[[], object],
        *,
        share: bool = False,
        taken: Candidate | None = None,
    ) -> bool:
        """Link; a customer that another organization has is shared only after a question. Whether
        it is done already.

        taken: the candidate, whose score and reasons go into the journal.
        """
        kind, ids = self._kind, [row.id for row in rows]
        linked = False

        def change() -> ChangeSet:
            return self._shell.services.mapping.change(
                kind,
                ids,
                target.id,
                share=share,
                evidence=evidence(taken) if taken is not None else "",
                score=Decimal(f"{taken.score:.4f}") if taken is not None else None,
            )

        def done(_changes: ChangeSet) -> None:
            nonlocal linked
            linked = True
            close()
            if len(ids) == 1:
                self.decided.emit(ids)

        def failed(error: BridgeError) -> None:
            if (
                not isinstance(error, RuleError)
                or kind.shares_targets
                or share
                or self._shell.locked
            ):
                messages.show_error(parent, error)
            else:
                messages.confirm(
                    parent,
                    title=error.title,
                    text=f"{error.message}\n{error.advice}".strip(),
                    action=f"Share the {kind.target_noun}",
                    on_confirm=lambda: self._link(
                        parent, rows, target, close, share=True, taken=taken
                    ),
                    danger=True,
                )

        change_rows(
            self._shell, parent, len(ids), "Map rows", change, on_done=done, on_failure=failed
        )
        return linked

    # --- Clear Mapping -----------------------------------------------------------------------

    def clear(self, rows: Sequence[Row]) -> None:
        """One row at once (Undo exists); for many one question that names the count."""
        mapped = [row for row in rows if row.mapping is not None]
        staged = [row for row in rows if row.staged]
        if not mapped and not staged:
            self._shell.say("Nothing to clear: no such row is mapped.")
            return
        if self._refused():
            return
        if staged:
            self._drop_staged(staged, lambda: self._ask_to_clear(mapped))
        else:
            self._ask_to_clear(mapped)

    def _drop_staged(self, rows: Sequence[Row], then: Callable[[], object]) -> None:
        """What is to be created is dropped after a question: Undo does not bring it back."""
        ids = [row.row.creation.request_id for row in rows if row.row.creation is not None]
        named = (
            f"“{rows[0].name}”" if len(rows) == 1 else f"{len(rows):,} {self._kind.source_noun}s"
        )

        def drop() -> None:
            self._publish(lambda: self._shell.services.create.discard(ids))
            then()

        messages.confirm(
            self._view,
            title=f"Create nothing for {named}?",
            text="What was entered for QuickBooks is dropped; Undo does not bring it back.",
            action="Discard",
            on_confirm=drop,
            danger=True,
        )

    def _ask_to_clear(self, mapped: Sequence[Row]) -> None:
        if not mapped:
            return
        if len(mapped) == 1:
            self._clear(mapped)
            return
        noun, number = self._kind.source_noun, f"{len(mapped):,}"
        self._ask_with_impact(
            mapped,
            title=f"Clear {number} mappings?",
            text=f"{number} {noun}s will not be mapped any more. Undo takes this back.",
            action=f"Clear {number} mappings",
            on_confirm=lambda: self._clear(mapped),
        )

    def _clear(self, rows: Sequence[Row]) -> None:
        ids = [row.id for row in rows]
        self._change_all(
            ids, "Clear mappings", lambda: self._shell.services.mapping.clear(self._kind, ids)
        )

    # --- Exclude and include -----------------------------------------------------------------

    def exclude_or_include(self, rows: Sequence[Row]) -> None:
        """Exclude what is not excluded; if all are, make them undecided again."""
        review, kind = self._shell.services.review, self._kind
        if not rows or not there(review) or self._refused():
            return
        ids = [row.id for row in rows]
        if all(row.decision is Decision.EXCLUDED for row in rows):
            self._include(rows)
            return
        rows = [row for row in rows if row.decision is not Decision.EXCLUDED]
        ids = [row.id for row in rows]
        waiting = len(review.touched(kind, ids).invoice_ids)
        noun = kind.source_noun

        def exclude() -> None:
            if len(ids) > 1:
                self._change_all(ids, "Exclude rows", lambda: review.exclude(kind, ids))
            elif self._publish(lambda: review.exclude(kind, ids)) is not None:
                self.decided.emit(ids)

        if not waiting and len(ids) == 1:
            exclude()
            return
        what = f"“{rows[0].name}”" if len(rows) == 1 else f"{len(rows):,} {noun}s"
        text = "Excluded rows are held on purpose: they are not billed through QuickBooks."
        if waiting:
            verb = "depends" if waiting == 1 else "depend"
            approved = invoices(waiting).replace(" ", " approved ", 1)
            text = f"{approved} {verb} on {what} and will be held on purpose."
        self._ask_with_impact(
            rows,
            title=f"Exclude {what}?",
            text=f"{text} Include, or Undo, takes this back.",
            action="Exclude",
            on_confirm=exclude,
            excludes=True,
        )

    def _include(self, rows: Sequence[Row]) -> None:
        """One row at once; many after a look at what that does."""
        review, kind, ids = self._shell.services.review, self._kind, [row.id for row in rows]

        def include() -> None:
            self._change_all(ids, "Include rows", lambda: review.include(kind, ids))

        if len(ids) == 1:
            include()
            return
        what = f"{len(ids):,} {kind.source_noun}s"
        self._ask_with_impact(
            rows,
            title=f"Include {what}?",
            text=f"{what} will be undecided again. Undo takes this back.",
            action="Include",
            on_confirm=include,
        )

    # --- Create and reject -------------------------------------------------------------------

    def can_create(self, rows: Sequence[Row]) -> bool:
        return (
            len(rows) == 1
            and self._kind in CREATABLE
            and there(self._shell.services.create)
            and rows[0].mapping is None
        )

    def create(self, row: Row, name: str = "") -> None:
        """Open the form for one row; *name* instead of the source's own."""
        if self._kind not in CREATABLE:
            self._shell.say("Accounts are created in QuickBooks itself; then refresh.")
            return
        if row.mapping is not None:
            self._shell.say(f"“{row.name}” is mapped already. Clear its mapping first.")
            return
        if not there(self._shell.services.create) or self._refused():
            return
        from desktop_app.ui.mapping.create import CreateDialog

        try:
            draft = self._shell.services.create.draft(self._kind, row.id)
        except BridgeError as error:
            messages.show_error(self._view, error)
            return

        def link(target: Target, box: CreateDialog) -> None:
            self._link(box, [row], target, lambda: self._linked_instead(box, row))

        dialog = CreateDialog(self._view, self._shell, draft, name=name, on_link=link)
        dialog.created.connect(lambda: self.decided.emit([row.id]))
        dialog.open()

    def _linked_instead(self, box: CreateDialog, row: Row) -> None:
        """What was staged or refused for the row has been decided with it."""
        box.accept()
        creation = row.row.creation
        if creation is not None:
            service = self._shell.services.create
            self._publish(lambda: replace(service.discard([creation.request_id]), text=""))

    def never(self, row: Row) -> None:
        """Never suggest the first candidate for this row again."""
        best = row.suggestion.best
        if not row.undecided or best is None:
            self._shell.say("There is no suggestion to reject.")
            return
        suggest = self._shell.services.suggest
        self._publish(lambda: suggest.reject(self._kind, [(row.id, best.target.id)]))

    def seen(self, rows: Sequence[Row]) -> None:
        """Take rows out of “New since last time” that are to stay undecided."""
        review, ids = self._shell.services.review, [row.id for row in rows if row.row.new]
        if not ids or not there(review):
            self._shell.say("None of these rows is new.")
        elif not self._refused():
            self._change_all(ids, "Not new any more", lambda: review.dismiss_new(self._kind, ids))

    # --- Inside ------------------------------------------------------------------------------

    def _ask_with_impact(
        self,
        rows: Sequence[Row],
        *,
        title: str,
        text: str,
        action: str,
        on_confirm: Callable[[], object],
        excludes: bool = False,
    ) -> None:
        impact = ImpactText(self._shell)
        impact.show_changes([LinkChange(self._kind, row.id, excludes=excludes) for row in rows])
        messages.confirm(
            self._view,
            title=title,
            text=text,
            action=action,
            on_confirm=on_confirm,
            danger=True,
            details=impact,
        )

    def _refused(self) -> bool:
        """Whether mappings are locked; says so."""
        reason = self._shell.locked
        if reason:
            messages.show_notice(
                self._view, "warning", "Mappings can only be looked at", reason, key="locked"
            )
        return bool(reason)

    def _publish(self, change: Callable[[], ChangeSet]) -> ChangeSet | None:
        try:
            changes = change()
        except BridgeError as error:
            messages.show_error(self._view, error)
            return None
        self._shell.publish(changes)
        return changes

    def _change_all(self, ids: Sequence[str], title: str, change: Callable[[], ChangeSet]) -> None:
        change_rows(self._shell, self._view, len(ids), title, change)


def _why_not(row: Row) -> str:
    """Why no key may accept what is suggested."""
    found = row.suggestion
    number = len(found.candidates)
    if found.state is SuggestionState.AMBIGUOUS:
        if number == 1 and found.best is not None:
            why = found.best.caution or "it is not certain"
            return f"{why} ({target_label(found.best.target)}). Press 1 to take it all the same."
        return f"ambiguous, {number} candidates. Take one with 1 to {min(number, 9)}, or press F2."
    return {
        SuggestionState.NOT_SEARCHED: "not searched yet.",
        SuggestionState.FAILED: f"the search failed. {found.problem}".rstrip(),
    }.get(found.state, "no match. Press F2 to choose, C to create it, X to exclude it.")
