"""An entry of the journal in words."""

from __future__ import annotations

from desktop_app.domain.journal import JournalEntry, RowState
from desktop_app.domain.records import Choice, How
from desktop_app.ui.formats import instant_text
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.theme import Tone

NOT_MAPPED = "not mapped"
EXCLUDED = "excluded"

HOW_MARKS = {
    How.BY_HAND: Mark("edit", Tone.MUTED),
    How.AUTO_MAP: Mark("auto-map", Tone.MUTED),
    How.CLEARED: Mark("unlink", Tone.MUTED),
    How.EXCLUDED: Mark("ban", Tone.MUTED),
    How.INCLUDED: Mark("plus", Tone.MUTED),
    How.KEPT: Mark("check", Tone.MUTED),
    How.REVERTED: Mark("back", Tone.MUTED),
    How.RESTORED: Mark("history", Tone.MUTED),
    How.IMPORT: Mark("import", Tone.MUTED),
    How.UNDO: Mark("undo", Tone.MUTED),
    How.REDO: Mark("redo", Tone.MUTED),
}
PLAIN = Mark("dot", Tone.MUTED)


def state_text(choice: str, target_label: str) -> str:
    """A row's state: the target's name, "excluded" or "not mapped"."""
    if choice == Choice.EXCLUDED:
        return EXCLUDED
    if not choice and not target_label:
        return NOT_MAPPED
    return f"{target_label} (shared)" if choice == Choice.SHARED else target_label


def before_text(entry: JournalEntry) -> str:
    return state_text(entry.from_choice, entry.from_target_label)


def after_text(entry: JournalEntry) -> str:
    return state_text(entry.to_choice, entry.to_target_label)


def row_text(state: RowState) -> str:
    return state_text(state.choice, state.target_label)


def how_text(entry: JournalEntry) -> str:
    """ "undo of Auto Map of 61 rows", else how alone."""
    word = {"undo": "undo", "redo": "redo"}.get(entry.action, entry.how.value)
    return f"{word} (offline)" if entry.offline else word


def evidence_text(entry: JournalEntry) -> str:
    """ "identical name · 0.93"."""
    score = f"{entry.score:.2f}" if entry.score is not None else ""
    return " · ".join(part for part in (entry.evidence, score) if part)


def who_text(entry: JournalEntry) -> str:
    """ "sam, decided by alex"."""
    return f"{entry.who}, decided by {entry.decided_by}" if entry.decided_by else entry.who


def sentence(entry: JournalEntry) -> str:
    """The row for a screen reader."""
    parts = [
        entry.source_label,
        f"from {before_text(entry)} to {after_text(entry)}",
        how_text(entry),
        f"by {who_text(entry)}",
        instant_text(entry.made_at),
        evidence_text(entry),
    ]
    return ", ".join(part for part in parts if part)
