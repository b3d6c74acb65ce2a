"""A row of a file as the change that is written, with the grounds that the journal keeps."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop_app.domain.records import Choice, How, MappingChange
from desktop_app.services.api_exchange import Diff, DiffRow


def change_of(row: DiffRow, diff: Diff, approver: str) -> MappingChange:
    """Who decided and who approved are both kept: the approver is the step's *who* as well.

    A change set has a checksum; what a table says of who decided is told as the table's word.
    """
    decided_by = row.who or diff.author
    parts = [f"imported from {diff.title}"]
    decided = " ".join(
        part
        for part in (
            f"by {decided_by}" if decided_by else "",
            f"on {_moment(row.decided)}" if row.decided else "",
        )
        if part
    )
    if decided:
        parts.append(f"decided {decided}" if diff.change_set else f"it says: decided {decided}")
    if diff.change_set:
        parts.append(f"approved by {approver}")
    if row.evidence:
        parts.append(row.evidence)
    return MappingChange(
        kind=row.kind,
        source_id=row.source_id,
        source_label=row.source_text,
        target_id=row.wanted_id,
        target_label=row.wanted_text if row.wanted_id else "",
        how=How.IMPORT,
        evidence="; ".join(parts),
        choice=Choice.EXCLUDED if row.excludes else Choice.LINKED,
        decided_by=decided_by,
    )


def _moment(text: str) -> str:
    """An ISO text (UTC where it does not say) as a person reads it; any other text as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = found.astimezone(UTC) if found.tzinfo else found
    return f"{moment:%Y-%m-%d %H:%M} UTC"
