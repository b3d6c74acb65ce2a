"""One step of the journal in the making: what a change comes to, and what is written of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop_app.domain.rechecks import Checked, Problem, overruled
from desktop_app.domain.records import Choice, Delivery, How, Mapping, MappingChange, Mode
from desktop_app.storage.codec import amount_text


def differs(change: MappingChange, now: Mapping | None) -> bool:
    if now is None or change.clears:
        return (now is None) == (not change.clears)
    if now.delivery is Delivery.CONFLICT:
        return True
    wanted = (_choice(change), change.target_id, change.target_label)
    return wanted != (now.choice, now.target_id, now.target_label)


def _choice(change: MappingChange) -> Choice:
    return change.choice if change.target_id else Choice.EXCLUDED


def made(
    change: MappingChange, before: Mapping | None, who: str, when: datetime, mode: Mode
) -> Mapping | None:
    """The decision that *change* asks for; None for "undecided"."""
    if change.clears:
        return None
    row = Mapping(
        change.kind, change.source_id, change.target_id,
        change.target_label if change.target_id else "",
        change.how, change.decided_by or who, when, _choice(change), change.evidence,
        mode.delivery, "", mode.company,
    )  # fmt: skip
    if before is not None and overruled(before, change.how, change.target_id):
        return replace(row, delivery=before.delivery, problem=Problem.OVERRULED.value)
    return row


def as_it_stood(row: Mapping, delivery: str, problem: str) -> Mapping:
    """A decision that Undo or Redo brings back. A conflict comes back as a conflict; one that was
    never checked waits for its check again."""
    if delivery == Delivery.CONFLICT:
        return replace(row, delivery=Delivery.CONFLICT, problem=problem)
    if delivery in (Delivery.STAGED, Delivery.RECHECK) and row.delivery is Delivery.SAVED:
        return replace(row, delivery=Delivery(delivery), problem=problem)
    return row


def after_check(check: Checked) -> Mapping:
    delivery = Delivery.CONFLICT if check.problem else Delivery.SAVED
    return replace(check.mapping, delivery=delivery, problem=check.problem)


def entry_values(
    change: MappingChange, before: Mapping | None, row: Mapping | None
) -> tuple[object, ...]:
    was = (
        (before.choice.value, before.target_id, before.target_label, before.delivery.value,
         before.problem)
        if before
        else ("", "", "", "", "")
    )  # fmt: skip
    new = (row.choice.value, row.target_id, row.target_label) if row else ("", "", "")
    score = amount_text(change.score) if change.score is not None else None
    return (
        change.kind.value, change.source_id, change.source_label, *was, *new,
        change.how.value, change.evidence, score, change.decided_by,
    )  # fmt: skip


_ONE_WAY = {
    How.AUTO_MAP: "Auto Map",
    How.IMPORT: "import",
    How.EXCLUDED: "exclusion",
    How.INCLUDED: "inclusion",
    How.KEPT: "keeping",
    How.REVERTED: "putting back",
    How.RESTORED: "restoring",
}


def step_label(changes: Sequence[MappingChange]) -> str:
    """What Undo and Redo call the step: "Auto Map of 61 rows"."""
    first = changes[0]
    what = _ONE_WAY.get(first.how, "clearing" if first.clears else "mapping")
    if any(
        c.how is not first.how or (c.clears != first.clears and c.how not in _ONE_WAY)
        for c in changes
    ):
        what = "changes"
    if len(changes) > 1:
        return f"{what} of {len(changes):,} rows"
    return f"{what} of {first.source_label or first.source_id}"
