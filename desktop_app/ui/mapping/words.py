"""A mapping row in words: what stands in its cells, and what a screen reader says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from itertools import repeat
from typing import Any, NamedTuple

from desktop_app.domain.creating import CreateState
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import money_text
from desktop_app.domain.records import Mapping, Source, Target
from desktop_app.domain.review import (
    INCOME_TYPES,
    Decision,
    Health,
    MappingRow,
    Where,
    target_label,
)
from desktop_app.domain.suggestions import NOT_SEARCHED, Suggestion, SuggestionState
from desktop_app.domain.waiting import NOTHING, Waiting
from desktop_app.ui.tables.columns import Mark
from desktop_app.ui.theme import Tone

DECISION_MARKS = {
    Decision.UNDECIDED: Mark("circle-dashed", Tone.MUTED),
    Decision.LINKED: Mark("check-circle", Tone.GOOD),
    Decision.CREATE: Mark("plus", Tone.ACCENT),
    Decision.EXCLUDED: Mark("ban", Tone.MUTED),
}

SUGGESTION_MARKS = {
    SuggestionState.STRONG: Mark("check", Tone.GOOD),
    SuggestionState.LIKELY: Mark("link", Tone.ACCENT),
    SuggestionState.AMBIGUOUS: Mark("help", Tone.WARNING),
    SuggestionState.NONE: Mark("minus", Tone.MUTED),
    SuggestionState.NOT_SEARCHED: Mark("clock", Tone.MUTED),
    SuggestionState.FAILED: Mark("error", Tone.BAD),
}

GOOD_HEALTH = Mark("check", Tone.GOOD)
HEALTH_MARKS = {
    Health.OK: GOOD_HEALTH,
    Health.RENAMED: Mark("rename", Tone.ACCENT),
    Health.INACTIVE: Mark("ban", Tone.WARNING),
    Health.DELETED: Mark("trash", Tone.BAD),
    Health.MERGED: Mark("error", Tone.BAD),
    Health.MISSING: Mark("error", Tone.BAD),
    Health.UNSUITABLE: Mark("error", Tone.BAD),
    Health.WRONG_TYPE: Mark("error", Tone.BAD),
    Health.NO_INCOME_ACCOUNT: Mark("error", Tone.BAD),
    Health.NOT_INCOME: Mark("warning", Tone.WARNING),
    Health.CURRENCY: Mark("error", Tone.BAD),
    Health.SHARED: Mark("warning", Tone.WARNING),
}

WHERE_MARKS = {
    Where.SAVED: Mark("folder", Tone.MUTED),
    Where.CHECKED: Mark("check", Tone.GOOD),
    Where.RECHECK: Mark("refresh", Tone.WARNING),
    Where.STAGED: Mark("offline", Tone.WARNING),
    Where.CONFLICT: Mark("error", Tone.BAD),
    Where.SENDING: Mark("send", Tone.WARNING),
    Where.IN_QUICKBOOKS: Mark("check-circle", Tone.GOOD),
    Where.REFUSED: Mark("error", Tone.BAD),
}

HEALTH_WORDS = {
    Health.OK: "OK",
    Health.RENAMED: "Renamed",
    Health.INACTIVE: "Inactive",
    Health.DELETED: "Deleted",
    Health.MERGED: "Merged",
    Health.MISSING: "Not found",
    Health.UNSUITABLE: "Cannot be used",
    Health.WRONG_TYPE: "Wrong type",
    Health.NO_INCOME_ACCOUNT: "No income account",
    Health.NOT_INCOME: "Not an income type",
    Health.CURRENCY: "Other currency",
}
"""What there is room for in a cell; its tool tip says it in full."""
TOLD = (Where.STAGED, Where.RECHECK, Where.CONFLICT, Where.SENDING, Where.REFUSED)
"""Deliveries that a screen reader is told."""

SOUND = frozenset({Health.OK, Health.RENAMED})
"""A link of any other health is broken, or must be looked at before it is relied on."""


class Row(NamedTuple):
    """One line of a mapping tab: the row itself, what is suggested for it, what waits for it, and
    how many other rows have the same target."""

    row: MappingRow
    suggestion: Suggestion = NOT_SEARCHED
    waiting: Waiting = NOTHING
    others: int = 0

    @property
    def id(self) -> str:
        return self.row.source.id

    @property
    def name(self) -> str:
        return self.row.source.name

    @property
    def decision(self) -> Decision:
        return self.row.decision

    @property
    def undecided(self) -> bool:
        return self.row.decision is Decision.UNDECIDED

    @property
    def staged(self) -> bool:
        """Whether a record is to be created for it and was not asked for yet."""
        creation = self.row.creation
        return (
            creation is not None
            and creation.state is CreateState.STAGED
            and (self.row.decision is Decision.CREATE)
        )

    @property
    def mapping(self) -> Mapping | None:
        return self.row.mapping

    @property
    def target(self) -> Target | None:
        return self.row.target


def composed(
    rows: Sequence[MappingRow],
    suggestions: MappingOf[str, Suggestion],
    waiting: MappingOf[str, Waiting],
    known: Sequence[Row] = (),
) -> list[Row]:
    """The three answers of the services side by side, and how many rows share each target.

    known: what was composed before; of rows that are the same as then, the same records come
    again, so that whoever compares them is done at once.
    """
    ids = [row.source.id for row in rows]
    targets = [row.mapping.target_id if row.mapping is not None else "" for row in rows]
    users = Counter(targets)
    users[""] = 1
    suggested = map(suggestions.get, ids, repeat(NOT_SEARCHED))
    waits = map(waiting.get, ids, repeat(NOTHING))
    shares = map(users.__getitem__, targets)
    nobody = repeat((None, None, None, None))
    before: Iterable[Any] = known if len(known) == len(rows) else nobody
    return [
        old
        if old[0] is row and old[1] is suggestion and old[2] is wait and old[3] == share - 1
        else Row(row, suggestion, wait, share - 1)
        for old, row, suggestion, wait, share in zip(
            before, rows, suggested, waits, shares, strict=False
        )
    ]


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


# --- The facts of a row ----------------------------------------------------------------------


def health(row: MappingRow) -> Health | None:
    """None unless it is linked. An account that is no income account works, with a warning."""
    if row.mapping is None:
        return None
    target = row.target
    if (
        row.health is Health.OK
        and row.source.kind is Kind.ACCOUNTS
        and target is not None
        and target.type not in INCOME_TYPES
    ):
        return Health.NOT_INCOME
    return row.health


def health_text(row: Row) -> str:
    """In a cell's few words."""
    found = health(row.row)
    if found is None:
        return ""
    if found is Health.SHARED:
        return f"Also used by {rows_text(row.others or 1)}"
    return HEALTH_WORDS[found]


def health_detail(row: Row) -> str:
    """What there is to add: the former name, the type, how many rows share a sound target."""
    found, target = health(row.row), row.target
    if found is Health.RENAMED:
        return former_name(row.row)
    if found in (Health.NOT_INCOME, Health.WRONG_TYPE) and target is not None:
        return target.type
    if found is Health.CURRENCY and target is not None:
        return target.currency
    if found is Health.OK and row.others:
        return f"shared by {row.others + 1:,}"
    return ""


def former_name(row: MappingRow) -> str:
    if row.health is Health.RENAMED and row.mapping is not None:
        return f"was “{row.mapping.target_label}”"
    return ""


def health_tooltip(row: Row) -> str:
    """In full."""
    found, target = health(row.row), row.target
    if found is None:
        return ""
    text = found.value
    if found is Health.SHARED:
        text = health_text(row)
    elif found is Health.RENAMED and row.row.mapping is not None:
        text = f"{text}: it was “{row.row.mapping.target_label}” when it was mapped."
    elif target is not None:
        if found in (Health.NOT_INCOME, Health.WRONG_TYPE):
            text = f"{text} ({target.type})"
        elif found is Health.CURRENCY and target.currency:
            text = f"{text} ({target.currency})"
        elif found is Health.UNSUITABLE and target.subordinate:
            text = "Is a sub-customer: cannot be used"
    if found is not Health.SHARED and row.others:
        text = f"{text}\nAlso used by {rows_text(row.others)}."
    return text


def rows_text(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def suggestion_text(row: Row) -> str:
    """ "" once it is decided: then there is nothing to suggest."""
    return row.suggestion.state.value if row.undecided else ""


def suggestion_detail(row: Row) -> str:
    """What it is, or how many there are to choose from, or why the search failed."""
    if not row.undecided:
        return ""
    found = row.suggestion
    if found.state is SuggestionState.FAILED:
        return found.problem
    if found.state is SuggestionState.AMBIGUOUS and len(found.candidates) > 1:
        return f"{len(found.candidates)} candidates"
    if found.best is not None and found.state is not SuggestionState.NONE:
        return target_label(found.best.target)
    return ""


def suggestion_tooltip(row: Row) -> str:
    if not row.undecided:
        return ""
    found = row.suggestion
    lines = [found.state.value]
    if found.problem:
        lines.append(found.problem)
    if found.state is SuggestionState.NOT_SEARCHED:
        lines.append("Whether there is a match is not known yet.")
    for number, candidate in enumerate(found.candidates, start=1):
        words = "; ".join(part for part in (candidate.caution, *candidate.reasons) if part)
        lines.append(f"{number}  {target_label(candidate.target)}  {candidate.score:.2f}  {words}")
    return "\n".join(lines)


def gap_text(row: Row) -> str:
    if not row.undecided or len(row.suggestion.candidates) < 2:
        return ""
    return f"{row.suggestion.gap:.2f}"


def waiting_text(waiting: Waiting) -> str:
    """ "1,200.00 USD": the first of the amounts; "" when nothing waits."""
    if not waiting.invoices:
        return ""
    return sums(waiting)[0] if waiting.amounts else waiting_count(waiting)


def waiting_detail(waiting: Waiting) -> str:
    """ "4 invoices", "7 lines", or the second currency's amount."""
    if not waiting.amounts:
        return ""
    further = sums(waiting)[1:]
    if not further:
        return waiting_count(waiting)
    return further[0] if len(further) == 1 else f"and {len(further)} more currencies"


def waiting_count(waiting: Waiting) -> str:
    """For a customer invoices, for an item or an account lines."""
    if not waiting.invoices:
        return ""
    if waiting.lines:
        return f"{waiting.lines:,} line{'' if waiting.lines == 1 else 's'}"
    return invoices(waiting.invoices)


def sums(waiting: Waiting) -> list[str]:
    return [money_text(amount, currency) for currency, amount in waiting.amounts]


def invoices(number: int) -> str:
    return f"{number:,} invoice{'' if number == 1 else 's'}"


def waiting_words(waiting: Waiting) -> str:
    """ "4 approved invoices wait for it (7 lines), 1,200.00 USD"."""
    if not waiting.invoices:
        return ""
    verb = "waits" if waiting.invoices == 1 else "wait"
    approved = invoices(waiting.invoices).replace(" ", " approved ", 1)
    lines = f" ({waiting_count(waiting)})" if waiting.lines else ""
    return f"{approved} {verb} for it{lines}, {' and '.join(sums(waiting))}"


def waiting_rank(row: Row) -> int:
    """For sorting: by the greatest amount, then by how many."""
    if not row.waiting.invoices:
        return 0
    return int(row.waiting.largest * 100) * 1_000_000 + row.waiting.invoices


# --- A row in one sentence -------------------------------------------------------------------

DECISION_WORDS: dict[Decision, Callable[[Row], str]] = {
    Decision.UNDECIDED: lambda row: "undecided",
    Decision.LINKED: lambda row: f"mapped to {row.row.target_text}",
    Decision.CREATE: lambda row: f"to be created as {row.row.target_text}",
    Decision.EXCLUDED: lambda row: "excluded",
}


def speak(row: Row) -> str:
    """ "Contoso, undecided, likely match Contosso Ltd, score 0.93, 4 invoices waiting"."""
    parts = [row.name, "new" if row.row.new else "", DECISION_WORDS[row.decision](row)]
    if row.undecided:
        found = row.suggestion
        words = found.state.value.lower()
        if found.best is not None and found.acceptable:
            words += f" {target_label(found.best.target)}, score {found.best.score:.2f}"
        elif found.candidates:
            words += f", {len(found.candidates)} candidates"
        parts.append(words)
    state = health(row.row)
    if state is not None and state is not Health.OK:
        parts.append(health_tooltip(row).replace("\n", ", ").rstrip("."))
    if row.row.where in TOLD:
        parts.append(row.row.where.value.lower())
    if row.waiting.invoices:
        parts.append(f"{invoices(row.waiting.invoices)} waiting")
    return ", ".join(part for part in parts if part)
