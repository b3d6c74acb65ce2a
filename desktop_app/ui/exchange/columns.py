"""What the table shows of a file compared with the present."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop_app.services.api_exchange import DiffRow, Outcome
from desktop_app.ui.formats import instant_text
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone

MARKS = {
    Outcome.NEW: Mark("plus", Tone.GOOD),
    Outcome.CHANGED: Mark("edit", Tone.ACCENT),
    Outcome.CLEARED: Mark("unlink", Tone.WARNING),
    Outcome.UNCHANGED: Mark("check", Tone.MUTED),
    Outcome.REFUSED: Mark("x-circle", Tone.BAD),
}
TIPS = {
    Outcome.NEW: "Not mapped now, mapped afterwards",
    Outcome.CHANGED: "Mapped to another record afterwards",
    Outcome.CLEARED: "Mapped now, not mapped afterwards",
    Outcome.UNCHANGED: "The file says what is so already",
    Outcome.REFUSED: "Cannot be applied; the reason is beside it",
}
ORDER = list(Outcome)
NOTHING = "not mapped"

CHIPS = (
    ChipSpec("", "All"),
    *(ChipSpec(outcome.value, outcome.value, TIPS[outcome]) for outcome in Outcome),
)


def diff_spec(*, change_set: bool) -> TableSpec[DiffRow]:
    """A change set also says who decided each row, when and why."""
    columns: list[Column[DiffRow]] = [
        Column(
            "source",
            "NinjaOne record",
            lambda r: r.source_text or f"(id {r.source_id or 'missing'})",
            width=220 if change_set else 200,
            flexible=True,
            detail=lambda r: r.kind.source_noun if change_set else "",
            tooltip=lambda r: f"{r.source_text}\nNinjaOne id {r.source_id or 'missing'}",
        ),
        Column(
            "outcome",
            "Outcome",
            lambda r: r.outcome.value,
            width=116,
            sort=lambda r: ORDER.index(r.outcome),
            mark=lambda r: MARKS[r.outcome],
            tooltip=lambda r: TIPS[r.outcome],
        ),
        Column("now", "Now", lambda r: r.now_text or NOTHING, 180, flexible=True),
        Column(
            "wanted",
            "Afterwards",
            _afterwards,
            width=180,
            flexible=True,
        ),
        Column("reason", "Reason", lambda r: r.reason, 190 if change_set else 230, flexible=True),
    ]
    if change_set:
        columns += [
            Column("who", "Decided by", _decided, width=230, flexible=True, quiet=True),
            Column("evidence", "Grounds", lambda r: r.evidence, 150, flexible=True, quiet=True),
        ]
    columns.append(
        Column(
            "line",
            "No." if change_set else "Line",
            lambda r: f"{r.line:,}",
            width=64,
            sort=lambda r: r.line,
            numeric=True,
            quiet=True,
        )
    )
    return TableSpec(
        name="diff.changes" if change_set else "diff.table",
        columns=tuple(columns),
        identity=lambda r: str(r.key),
        search=lambda r: f"{r.source_text} {r.now_text} {r.wanted_text} {r.reason} {r.who}",
        tags=lambda r: (r.outcome.value,),
        speak=_speak,
    )


def _afterwards(row: DiffRow) -> str:
    if row.outcome in (Outcome.REFUSED, Outcome.UNCHANGED):
        return row.wanted_text
    return row.wanted_text or NOTHING


def _decided(row: DiffRow) -> str:
    return ", ".join(part for part in (row.who, _moment(row.decided)) if part)


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return instant_text(found if found.tzinfo else found.replace(tzinfo=UTC))


def _speak(row: DiffRow) -> str:
    parts = [
        f"Line {row.line}",
        row.source_text,
        row.outcome.value,
        f"now {row.now_text or NOTHING}",
        f"afterwards {_afterwards(row)}" if row.applicable else "",
        row.reason,
        f"decided by {_decided(row)}" if row.who else "",
    ]
    return ", ".join(part for part in parts if part)
