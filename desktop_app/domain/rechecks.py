"""What a refresh says about decisions that were made offline or on an old list."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.catalogue import What
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Blocker, Reason
from desktop_app.domain.records import Choice, Delivery, How, Mapping, Source, Target
from desktop_app.domain.review import mappable, target_label

UNCHECKED = (Delivery.STAGED, Delivery.RECHECK)


class Problem(StrEnum):
    """What a check found; the code is stored with the mapping."""

    GONE = "gone"
    INACTIVE = "inactive"
    RENAMED = "renamed"
    UNSUITABLE = "unsuitable"
    TAKEN = "taken"
    OVERRULED = "overruled"
    SOURCE_GONE = "source-gone"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Checked:
    """What becomes of one decision. problem: "" when it is fine."""

    mapping: Mapping
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """One kind's records by id, as the decision was made (before) and as fetched (now)."""

    sources: MappingOf[str, Source]
    before: MappingOf[str, Target]
    now: MappingOf[str, Target]


def check(mappings: MappingOf[str, Mapping], lists: Lists) -> list[Checked]:
    """Every decision of one kind that waits for a check. Others are left alone, and so are
    conflicts that nobody has settled yet."""
    users: dict[str, list[Mapping]] = {}
    waiting = [m for m in mappings.values() if m.delivery in UNCHECKED]
    if not waiting:
        return []
    for each in mappings.values():
        if each.target_id:
            users.setdefault(each.target_id, []).append(each)
    return [Checked(each, _problem(each, lists, users.get(each.target_id, []))) for each in waiting]


def _problem(mapping: Mapping, lists: Lists, users: list[Mapping]) -> str:
    if mapping.source_id not in lists.sources:
        return Problem.SOURCE_GONE.value
    if mapping.problem:  # an import took the place of what was decided here
        return mapping.problem
    if mapping.choice is Choice.EXCLUDED:
        return ""
    target = lists.now.get(mapping.target_id)
    if target is None:
        return Problem.GONE.value
    if not target.active:
        return Problem.INACTIVE.value
    seen = lists.before.get(target.id)
    if not mappable(target) or _lost_its_account(seen, target):
        return Problem.UNSUITABLE.value
    if seen is not None and seen.currency and target.currency not in ("", seen.currency):
        return Problem.CURRENCY.value
    if seen is not None and target_label(seen) != target_label(target):
        return Problem.RENAMED.value
    if seen is None and mapping.target_label != target_label(target):
        return Problem.RENAMED.value
    if _taken(mapping, users):
        return Problem.TAKEN.value
    return ""


def _lost_its_account(seen: Target | None, target: Target) -> bool:
    """Invoice lines with an item that has no income account are refused."""
    return (
        target.kind is Kind.ITEMS
        and seen is not None
        and bool(seen.income_account_id)
        and not target.income_account_id
    )


def _taken(mapping: Mapping, users: list[Mapping]) -> bool:
    """Whether another organization has the customer too, which nobody agreed to."""
    if mapping.kind.shares_targets or mapping.choice is Choice.SHARED:
        return False
    return any(
        other.source_id != mapping.source_id and other.choice is not Choice.SHARED
        for other in users
    )


def problem_text(
    problem: str, mapping: Mapping, target: Target | None, vanished: What | None = None
) -> str:
    """What the check found, in a sentence. *target*: as it is now; vanished: how it went away,
    where that is known."""
    noun = mapping.kind.target_noun
    label = mapping.target_label
    now = target_label(target) if target is not None else ""
    merged = vanished is What.MERGED
    gone = "was merged into another record" if merged else "is no longer"
    currency = target.currency if target is not None else ""
    words = {
        Problem.GONE: f"The {noun} “{label}” {gone} in QuickBooks.",
        Problem.CURRENCY: f"The {noun} “{label}” now has the currency {currency}.",
        Problem.INACTIVE: f"The {noun} “{label}” was made inactive in QuickBooks.",
        Problem.RENAMED: f"The {noun} “{label}” is now called “{now}”.",
        Problem.UNSUITABLE: f"The {noun} “{label}” cannot be mapped any more: {_why_not(target)}.",
        Problem.TAKEN: f"Another {mapping.kind.source_noun} is mapped to “{label}” too.",
        Problem.OVERRULED: "An import replaced what had been decided here offline.",
        Problem.SOURCE_GONE: f"The {mapping.kind.source_noun} is no longer in NinjaOne.",
    }
    return words[Problem(problem)] if problem else ""


def doubt(mapping: Mapping, target: Target | None) -> Blocker | None:
    """Why a decision does not count for sending yet, None if it does."""
    if mapping.delivery is Delivery.STAGED:
        return Blocker(
            Reason.UNCHECKED,
            f"“{mapping.target_label}” was chosen offline and is not checked yet.",
            "Refresh: every decision made offline is then checked.",
            mapping.kind,
            mapping.source_id,
        )
    if mapping.delivery is Delivery.CONFLICT:
        return Blocker(
            Reason.CONFLICT,
            f"Decided offline, and it no longer fits: "
            f"{problem_text(mapping.problem, mapping, target)}",
            "Keep it, choose another one, or clear it.",
            mapping.kind,
            mapping.source_id,
        )
    return None


def _why_not(target: Target | None) -> str:
    if target is None:
        return "it is gone"
    if target.kind is Kind.CUSTOMERS:
        return "it became a sub-customer"
    if mappable(target):
        return "it has no income account any more"
    return f"it became a {target.type.lower() or 'record of another type'}"


def can_keep(problem: str) -> bool:
    """Whether the link can go on as it is once a person has looked at it."""
    return problem in (Problem.RENAMED, Problem.TAKEN, Problem.OVERRULED, Problem.CURRENCY)


def overruled(before: Mapping | None, how: How, target_id: str) -> bool:
    """Whether an import replaces, with something else, a decision that is still unchecked."""
    return (
        how is How.IMPORT
        and before is not None
        and before.delivery in UNCHECKED
        and before.how is not How.IMPORT
        and before.target_id != target_id
    )
