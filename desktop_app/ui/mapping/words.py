"""A mapping row in words: what stands in its cells, and what a screen reader says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from typing import NamedTuple

from desktop_app.domain.creating import CreateState
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import money_text
from desktop_app.domain.records import How, Mapping, Source, Target
from desktop_app.domain.review import (
    INCOME_TYPES,
    ITEM_TYPES,
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

HINTS = {
    Kind.CUSTOMERS: "Map each NinjaOne organization to the QuickBooks customer it is billed as. "
    "Locations and sub-customers are not mapped.",
    Kind.ACCOUNTS: "Map each NinjaOne product type to an account of your chart of accounts. "
    "Income accounts come first. A product without an item of its own uses this account.",
    Kind.ITEMS: "Map each NinjaOne product to the QuickBooks item it is billed as. "
    "Categories and bundles are left out.",
}

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

TOLD = (Where.STAGED, Where.RECHECK, Where.CONFLICT, Where.SENDING, Where.REFUSED)
"""Deliveries that a screen reader is told."""

SOUND = frozenset({Health.OK, Health.RENAMED})
"""A link of any other health is broken, or must be looked at before it is relied on."""


class Row(NamedTuple):
    """One line of a mapping tab: the row itself, what is suggested for it, what waits for it."""

    row: MappingRow
    suggestion: Suggestion = NOT_SEARCHED
    waiting: Waiting = NOTHING

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
) -> list[Row]:
    """The three answers of the services side by side."""
    suggested, waits = suggestions.get, waiting.get
    return [
        Row(row, suggested(row.source.id, NOT_SEARCHED), waits(row.source.id, NOTHING))
        for row in rows
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


def health_text(row: MappingRow) -> str:
    found = health(row)
    if found is None:
        return ""
    target = row.target
    if target is not None:
        if found is Health.NOT_INCOME:
            return f"{found.value} ({target.type})"
        if found is Health.UNSUITABLE:
            return _unsuitable(target)
        if found is Health.CURRENCY and target.currency:
            return f"{found.value} ({target.currency})"
    return found.value


def _unsuitable(target: Target) -> str:
    if target.subordinate:
        return "Is a sub-customer: cannot be used"
    if target.kind is Kind.ITEMS and target.type not in ITEM_TYPES:
        return "Is a category or bundle: cannot be used"
    if target.kind is Kind.ITEMS and not target.income_account_id:
        return Health.NO_INCOME_ACCOUNT.value
    return Health.UNSUITABLE.value


def former_name(row: MappingRow) -> str:
    if row.health is Health.RENAMED and row.mapping is not None:
        return f"was “{row.mapping.target_label}”"
    return ""


def health_tooltip(row: MappingRow) -> str:
    text = health_text(row)
    if row.health is Health.RENAMED and row.mapping is not None:
        return f"{text}: it was “{row.mapping.target_label}” when it was mapped."
    return text


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


def evidence_text(row: Row) -> str:
    """ "0.93 similar" for a suggestion, "identical name" or "chosen by hand" for a link."""
    decided = row.row.decided or row.mapping
    if decided is not None:
        return decided.evidence or HOW_WORDS.get(decided.how, decided.how.value)
    if row.decision is Decision.CREATE and row.row.creation is not None:
        return f"to be created from this record, {row.row.creation.who}"
    best = row.suggestion.best
    if best is None or not row.undecided:
        return ""
    words = "; ".join(part for part in (best.caution, *best.reasons) if part)
    return f"{best.score:.2f}  {words}"


HOW_WORDS = {
    How.BY_HAND: "chosen by hand",
    How.AUTO_MAP: "Auto Map",
    How.EXCLUDED: "held on purpose",
    How.IMPORT: "imported",
}


def gap_text(row: Row) -> str:
    if not row.undecided or len(row.suggestion.candidates) < 2:
        return ""
    return f"{row.suggestion.gap:.2f}"


def waiting_text(waiting: Waiting) -> str:
    """ "4  ·  1,200.00 USD", "" when nothing waits."""
    if not waiting.invoices:
        return ""
    return "  ·  ".join([f"{waiting.invoices:,}", *sums(waiting)])


def sums(waiting: Waiting) -> list[str]:
    return [money_text(amount, currency) for currency, amount in waiting.amounts]


def invoices(number: int) -> str:
    return f"{number:,} invoice{'' if number == 1 else 's'}"


def waiting_words(waiting: Waiting) -> str:
    """ "4 approved invoices wait for it, 1,200.00 USD"."""
    if not waiting.invoices:
        return ""
    verb = "waits" if waiting.invoices == 1 else "wait"
    approved = invoices(waiting.invoices).replace(" ", " approved ", 1)
    return f"{approved} {verb} for it, {' and '.join(sums(waiting))}"


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
    parts = [row.name, DECISION_WORDS[row.decision](row)]
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
        parts.append(health_text(row.row))
    if row.row.where in TOLD:
        parts.append(row.row.where.value.lower())
    if row.waiting.invoices:
        parts.append(f"{invoices(row.waiting.invoices)} waiting")
    return ", ".join(part for part in parts if part)
