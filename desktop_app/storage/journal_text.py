"""The index of the journal's words: what goes in, and how a person's words are looked up.

Words are found by their beginning, in any case and with or without accents.
"""

from __future__ import annotations

from desktop_app.domain.records import Mapping, MappingChange

INDEX_ENTRY = "INSERT INTO journal_text (rowid, text) VALUES (?, ?)"


def entry_number(step: int, position: int) -> int:
    """The index's row number of one entry; in the order of the journal."""
    return (step << 20) | position


def entry_text(change: MappingChange, before: Mapping | None, label: str, who: str) -> str:
    """What one entry is found by; the same as in the migration that made the index."""
    return " ".join(
        (
            change.source_label,
            before.target_label if before is not None else "",
            change.target_label if change.target_id else "",
            change.evidence,
            change.how.value,
            change.decided_by,
            label,
            who,
        )
    )


def match_text(text: str) -> str:
    """The index's own query for entries that hold all words of *text*; "" when it has none."""
    words = [word.replace('"', " ") for word in text.split()]
    return " ".join(f'"{word}"*' for word in words if any(c.isalnum() for c in word))
