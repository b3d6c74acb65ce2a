"""What a mapping tab shows of a row, for each of the three kinds: columns, chips, filters."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from desktop_app.domain.kinds import Kind
from desktop_app.domain.review import Decision, Health, Where
from desktop_app.domain.suggestions import SuggestionState
from desktop_app.ui.formats import instant_text
from desktop_app.ui.mapping.evidence import (
    evidence_detail,
    evidence_mark,
    evidence_text,
    evidence_tooltip,
)
from desktop_app.ui.mapping.words import (
    DECISION_MARKS,
    HEALTH_MARKS,
    SOUND,
    SUGGESTION_MARKS,
    WHERE_MARKS,
    Row,
    gap_text,
    health,
    health_detail,
    health_text,
    health_tooltip,
    source_detail,
    speak,
    suggestion_detail,
    suggestion_text,
    suggestion_tooltip,
    target_detail,
    waiting_detail,
    waiting_rank,
    waiting_text,
    waiting_words,
)
from desktop_app.ui.tables.browser import ChipSpec, Facet
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty

__all__ = ["CHIPS", "FACETS", "KEYED_CHIPS", "source_detail", "spec_for", "target_detail"]

UNDECIDED, AMBIGUOUS, NO_MATCH, BROKEN = "undecided", "ambiguous", "none", "broken"
LINKED, EXCLUDED, NEW, NOT_SEARCHED, FAILED = "linked", "excluded", "new", "unsearched", "failed"
CONFLICT, STAGED = "conflict", "staged"

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(UNDECIDED, "Needs decision", "Neither mapped nor excluded"),
    ChipSpec(
        AMBIGUOUS, "Ambiguous", "Several candidates, or something speaks against the only one"
    ),
    ChipSpec(NO_MATCH, "No match", "Searched, and nothing similar is in QuickBooks"),
    ChipSpec(
        NOT_SEARCHED, "Not searched", "Whether there is a match is not known yet", optional=True
    ),
    ChipSpec(
        FAILED,
        "Search failed",
        "The search broke off: whether there is a match is not known",
        optional=True,
    ),
    ChipSpec(BROKEN, "Broken", "Mapped, but invoices cannot go or go wrong"),
    ChipSpec(CONFLICT, "Conflict", "Decided offline, and the fresh lists disagree", optional=True),
    ChipSpec(
        STAGED,
        "Staged",
        "Decided or to be created offline: checked again by the next refresh",
        optional=True,
    ),
    ChipSpec(LINKED, "Linked", "Mapped"),
    ChipSpec(EXCLUDED, "Excluded", "Held on purpose: not billed through QuickBooks"),
    ChipSpec(NEW, "New since last time", "Came with a refresh; nobody has decided about it yet"),
)
KEYED_CHIPS = ("", UNDECIDED, AMBIGUOUS, NO_MATCH, BROKEN, LINKED, EXCLUDED, NEW)
"""Ctrl+1 to Ctrl+8."""

FACETS = (
    Facet(
        "Decision",
        tuple((f"decision:{d.name}", d.value) for d in Decision),
        {f"decision:{d.name}": mark for d, mark in DECISION_MARKS.items()},
    ),
    Facet(
        "Suggestion",
        tuple((f"suggestion:{s.name}", s.value) for s in SuggestionState),
        {f"suggestion:{s.name}": mark for s, mark in SUGGESTION_MARKS.items()},
    ),
    Facet(
        "Health",
        tuple((f"health:{h.name}", h.value) for h in Health),
        {f"health:{h.name}": mark for h, mark in HEALTH_MARKS.items()},
    ),
    Facet(
        "Delivery",
        tuple((f"where:{w.name}", w.value) for w in Where if w is not Where.NOWHERE),
        {f"where:{w.name}": mark for w, mark in WHERE_MARKS.items()},
    ),
)

_SUGGESTION_CHIPS = {
    SuggestionState.AMBIGUOUS: AMBIGUOUS,
    SuggestionState.NONE: NO_MATCH,
    SuggestionState.NOT_SEARCHED: NOT_SEARCHED,
    SuggestionState.FAILED: FAILED,
}


@lru_cache(maxsize=1024)
def _tags_of(
    decision: Decision,
    suggestion: SuggestionState | None,
    state: Health | None,
    where: Where,
    new: bool,
) -> tuple[str, ...]:
    tags = [f"decision:{decision.name}", f"where:{where.name}"]
    if suggestion is not None:
        tags.append(f"suggestion:{suggestion.name}")
        tags += [UNDECIDED, *filter(None, [_SUGGESTION_CHIPS.get(suggestion)])]
    if state is not None:
        tags.append(f"health:{state.name}")
        tags += [BROKEN] if state not in SOUND else []
    if decision is Decision.LINKED:
        tags.append(LINKED)
    if decision is Decision.EXCLUDED:
        tags.append(EXCLUDED)
    if where is Where.CONFLICT:
        tags.append(CONFLICT)
    if where is Where.STAGED:
        tags.append(STAGED)
    if new:
        tags.append(NEW)
    return tuple(tags)


def _tags(row: Row) -> tuple[str, ...]:
    inner = row[0]
    decision = inner.decision
    if decision is Decision.UNDECIDED:
        return _tags_of(decision, row[1].state, None, inner.where, inner.new)
    return _tags_of(decision, None, health(inner), inner.where, inner.new)


def _health_mark(row: Row) -> Mark | None:
    state = health(row.row)
    return HEALTH_MARKS[state] if state is not None else None


# --- The table -------------------------------------------------------------------------------


def spec_for(kind: Kind) -> TableSpec[Row]:
    """The columns of one kind's tab: the same ones, with the words of the kind."""
    return TableSpec(
        name=f"mapping.{kind.value}",
        columns=(
            Column(
                "source",
                f"NinjaOne {kind.source_noun}",
                lambda row: row[0].source.name,
                width=185,
                flexible=True,
                detail=lambda row: source_detail(row.row.source),
                tooltip=_source_tooltip,
            ),
            Column(
                "decision",
                "Decision",
                lambda row: row[0].decision.value,
                width=114,
                mark=lambda row: DECISION_MARKS[row.decision],
                detail=lambda row: "new" if row[0].new else "",
            ),
            Column(
                "suggestion",
                "Suggestion",
                suggestion_text,
                width=120,
                sort=_suggestion_rank,
                mark=lambda row: SUGGESTION_MARKS[row.suggestion.state] if row.undecided else None,
                tooltip=suggestion_tooltip,
            ),
            Column(
                "target",
                f"QuickBooks {kind.target_noun}",
                lambda row: row[0].target_text,
                width=185,
                flexible=True,
                sort=lambda row: last_when_empty(row[0].target_text),
                detail=_target_detail,
                tooltip=_target_tooltip,
            ),
            Column(
                "waiting",
                "Waiting",
                lambda row: waiting_text(row[2]),
                width=114,
                sort=waiting_rank,
                detail=lambda row: waiting_detail(row.waiting),
                tooltip=lambda row: waiting_words(row.waiting),
                numeric=True,
            ),
            Column(
                "evidence",
                "Evidence",
                evidence_text,
                width=150,
                detail=evidence_detail,
                mark=evidence_mark,
                tooltip=evidence_tooltip,
                flexible=True,
                quiet=True,
            ),
            Column(
                "gap",
                "Gap",
                gap_text,
                width=52,
                sort=lambda row: row[1].gap if row.undecided else -1.0,
                tooltip=_gap_tooltip,
                numeric=True,
                quiet=True,
                hidden=True,
            ),
            Column(
                "health",
                "Health",
                health_text,
                width=112,
                sort=lambda row: last_when_empty(health_text(row)),
                mark=_health_mark,
                detail=health_detail,
                tooltip=health_tooltip,
            ),
            Column(
                "delivery",
                "Delivery",
                lambda row: row[0].where.value,
                width=108,
                mark=lambda row: WHERE_MARKS.get(row.row.where),
                tooltip=lambda row: row.row.note or row.row.where.value,
            ),
            Column(
                "changed",
                "Changed",
                _changed_text,
                width=140,
                sort=_changed_rank,
                detail=_changed_detail,
                quiet=True,
                hidden=True,
            ),
        ),
        identity=attrgetter("row.source.id"),
        search=_search_text,
        tags=_tags,
        speak=speak,
        two_lines=True,
    )


def _target_detail(row: Row) -> str:
    """Of a link, what tells twins apart; of an undecided row, in grey, what is suggested."""
    if row.undecided:
        return suggestion_detail(row)
    return target_detail(row.target) if row.target else ""


_RANKS = {state: rank for rank, state in enumerate(SuggestionState)}


def _suggestion_rank(row: Row) -> float:
    """Strong ones first, the better ones of a state before the others; decided rows last."""
    if not row.undecided:
        return 99.0
    best = row[1].best
    return _RANKS[row[1].state] + (0.0 if best is None else 0.9 * (1.0 - best.score))


def _changed_text(row: Row) -> str:
    decided = row[0].decided or row[0].mapping
    return instant_text(decided.changed_at) if decided else ""


def _changed_detail(row: Row) -> str:
    decided = row[0].decided or row[0].mapping
    return f"{decided.who}, {decided.how.value}" if decided else ""


def _changed_rank(row: Row) -> float:
    decided = row[0].decided or row[0].mapping
    return decided.changed_at.timestamp() if decided else 0.0


def _gap_tooltip(row: Row) -> str:
    text = gap_text(row)
    return f"{text}: the distance to the next best candidate" if text else ""


def _search_text(row: Row) -> str:
    inner = row[0]
    source, target = inner.source, inner.target
    text = f"{source.name} {source.code} {source.email}"
    if inner.mapping is not None:
        text += f" {inner.target_text}"
    if target is not None:
        text += f" {target.email} {target.company_name} {target.city} {target.number}"
    return text


def _source_tooltip(row: Row) -> str:
    source = row.row.source
    lines = [source.name, source_detail(source), source.description]
    return "\n".join([line for line in lines if line] + [f"NinjaOne id {source.id}"])


def _target_tooltip(row: Row) -> str:
    inner = row.row
    if row.undecided:
        return suggestion_tooltip(row) or inner.decision.value
    if inner.mapping is None:
        return f"{inner.decision.value}: {inner.target_text}".rstrip(": ")
    lines = [inner.target_text]
    if inner.target is not None:
        lines.append(target_detail(inner.target))
    if inner.note:
        lines.append(inner.note)
    return "\n".join(
        [line for line in lines if line] + [f"QuickBooks id {inner.mapping.target_id}"]
    )
