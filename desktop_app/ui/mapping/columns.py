"""What a mapping tab shows of a row, for each of the three kinds."""

from __future__ import annotations

from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import money_text
from desktop_app.domain.records import Source, Target
from desktop_app.domain.review import INCOME_TYPES, ITEM_TYPES, Decision, Health, MappingRow
from desktop_app.ui.formats import instant_text
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone

OPEN, LINKED, ATTENTION = "open", "linked", "attention"
JUST_OPEN, JUST_LINKED = (OPEN,), (LINKED,)

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(OPEN, "Not mapped"),
    ChipSpec(LINKED, "Mapped"),
    ChipSpec(ATTENTION, "Needs attention", "Mapped, but something about the mapping is not right"),
)

DECISION_MARKS = {
    Decision.UNDECIDED: Mark("circle-dashed", Tone.MUTED),
    Decision.LINKED: Mark("check-circle", Tone.GOOD),
}

HEALTH_MARKS = {
    Health.RENAMED: Mark("rename", Tone.ACCENT),
    Health.INACTIVE: Mark("ban", Tone.WARNING),
    Health.MISSING: Mark("error", Tone.BAD),
    Health.UNSUITABLE: Mark("error", Tone.BAD),
    Health.SHARED: Mark("warning", Tone.WARNING),
}

CAUTION = Mark("warning", Tone.WARNING)


# --- One record in words ---------------------------------------------------------------------


def source_detail(source: Source) -> str:
    """What tells two sources of one name apart: code, price, e-mail."""
    parts = [source.code]
    if source.price is not None:
        parts.append(money_text(source.price))
    parts.append(source.email)
    if not source.active:
        parts.append("inactive in NinjaOne")
    return "  ·  ".join(part for part in parts if part)


def target_detail(target: Target) -> str:
    """What tells two targets of one name apart. An account's number is in its label already."""
    if target.kind is Kind.CUSTOMERS:
        parts = [target.company_name if target.company_name != target.name else ""]
        parts += [target.email, target.city]
    elif target.kind is Kind.ACCOUNTS:
        parts = [target.type]
    else:
        parts = [target.number, target.type]
        parts.append(money_text(target.price) if target.price is not None else "")
    return "  ·  ".join(part for part in parts if part)


def notes(row: MappingRow) -> tuple[str, Mark | None]:
    """What is not right about a mapping, in words and with its icon; ("", None) if nothing."""
    if row.mapping is None:
        return "", None
    if row.health is Health.UNSUITABLE and row.target is not None:
        return _unsuitable(row.target), HEALTH_MARKS[row.health]
    if row.health is not Health.OK:
        return row.health.value, HEALTH_MARKS[row.health]
    target = row.target
    if target is not None and target.kind is Kind.ACCOUNTS and target.type not in INCOME_TYPES:
        return f"Not an income account ({target.type})", CAUTION
    return "", None


def _unsuitable(target: Target) -> str:
    if target.subordinate:
        return "Is a sub-customer: cannot be used"
    if target.kind is Kind.ITEMS and target.type not in ITEM_TYPES:
        return "Is a category or bundle: cannot be used"
    if target.kind is Kind.ITEMS and not target.income_account_id:
        return "Item has no income account"
    return Health.UNSUITABLE.value


def _former_name(row: MappingRow) -> str:
    if row.health is Health.RENAMED and row.mapping is not None:
        return f"was “{row.mapping.target_label}”"
    return ""


def _notes_tooltip(row: MappingRow) -> str:
    text = notes(row)[0]
    if row.health is Health.RENAMED and row.mapping is not None:
        return f"{text}: it was “{row.mapping.target_label}” when it was mapped."
    return text


def speak(row: MappingRow) -> str:
    """ "Contoso, Mapped, to Contoso Ltd, Renamed in QuickBooks"."""
    parts = [row.source.name, row.decision.value]
    if row.mapping is not None:
        parts.append(f"to {row.target_text}")
    parts.append(notes(row)[0])
    return ", ".join(part for part in parts if part)


# --- The table -------------------------------------------------------------------------------


def spec_for(kind: Kind) -> TableSpec[MappingRow]:
    """The columns of one kind's tab: the same ones, with the words of the kind."""
    return TableSpec(
        name=f"mapping.{kind.value}",
        columns=(
            Column(
                "source",
                f"NinjaOne {kind.source_noun}",
                lambda row: row.source.name,
                width=290,
                flexible=True,
                detail=lambda row: source_detail(row.source),
                tooltip=_source_tooltip,
            ),
            Column(
                "target",
                f"QuickBooks {kind.target_noun}",
                lambda row: row.target_text,
                width=310,
                flexible=True,
                sort=lambda row: last_when_empty(row.target_text),
                detail=lambda row: target_detail(row.target) if row.target else "",
                tooltip=_target_tooltip,
            ),
            Column(
                "state",
                "State",
                lambda row: row.decision.value,
                width=120,
                mark=lambda row: DECISION_MARKS[row.decision],
            ),
            Column(
                "notes",
                "Notes",
                lambda row: notes(row)[0],
                width=190,
                sort=lambda row: last_when_empty(notes(row)[0]),
                mark=lambda row: notes(row)[1],
                detail=_former_name,
                tooltip=_notes_tooltip,
            ),
            Column(
                "changed",
                "Changed",
                lambda row: instant_text(row.mapping.changed_at) if row.mapping else "",
                width=240,
                flexible=True,
                sort=lambda row: row.mapping.changed_at.timestamp() if row.mapping else 0.0,
                detail=lambda row: f"{row.mapping.how}, {row.mapping.who}" if row.mapping else "",
                quiet=True,
            ),
        ),
        identity=lambda row: row.source.id,
        search=_search_text,
        tags=_tags,
        speak=speak,
    )


def _tags(row: MappingRow) -> tuple[str, ...]:
    if row.mapping is None:
        return JUST_OPEN
    if row.health is Health.OK and row.source.kind is not Kind.ACCOUNTS:
        return JUST_LINKED  # nearly all rows: without building their words
    return (LINKED, ATTENTION) if notes(row)[0] else JUST_LINKED


def _search_text(row: MappingRow) -> str:
    source, target = row.source, row.target
    text = f"{source.name} {source.code} {source.email}"
    if row.mapping is not None:
        text += f" {row.target_text}"
    if target is not None:
        text += f" {target.email} {target.company_name} {target.city} {target.number}"
    return text


def _source_tooltip(row: MappingRow) -> str:
    source = row.source
    lines = [source.name, source_detail(source), source.description]
    return "\n".join([line for line in lines if line] + [f"NinjaOne id {source.id}"])


def _target_tooltip(row: MappingRow) -> str:
    if row.mapping is None:
        return "Not mapped"
    lines = [row.target_text]
    if row.target is not None:
        lines.append(target_detail(row.target))
    return "\n".join([line for line in lines if line] + [f"QuickBooks id {row.mapping.target_id}"])
