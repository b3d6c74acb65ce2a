"""A file's lines compared with the present: what each would do, or why it cannot."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from functools import cached_property

from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import equal_fold
from desktop_app.domain.records import Mapping, Source, Target
from desktop_app.domain.review import Decision, mappable, target_label
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import DiffRow, Outcome
from desktop_app.services.exchange.table import Line, moment_text

_REPORT = 5_000
BY_ID = "Found by its id"
EXCLUDED = Decision.EXCLUDED.value
_STATES = {each.casefold(): each for each in Decision} | {
    "": None, "linked": Decision.LINKED, "undecided": Decision.UNDECIDED,
    "unmapped": Decision.UNDECIDED,
}  # fmt: skip


@dataclass(frozen=True)
class Present:
    """One kind as it is now. company: the workspace's stamp (domain.stamps)."""

    kind: Kind
    sources: MappingOf[str, Source]
    targets: MappingOf[str, Target]
    links: MappingOf[str, Mapping]
    excluded: MappingOf[str, Mapping]
    company: str
    company_name: str

    @cached_property
    def source_names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for source in self.sources.values():
            found.setdefault(source.name.strip(), []).append(source.id)
        return found

    @cached_property
    def target_names(self) -> dict[str, list[str]]:
        """By the name that a person reads, and by the full name; exact."""
        found: dict[str, list[str]] = {}
        for target in self.targets.values():
            for name in {target_label(target).strip(), target.full_name.strip()}:
                found.setdefault(name, []).append(target.id)
        return found

    def now(self, source_id: str) -> tuple[str, str]:
        """The target's id and text; for an excluded row no id and its word."""
        link = self.links.get(source_id)
        if link is not None:
            target = self.targets.get(link.target_id)
            return link.target_id, target_label(target) if target else link.target_label
        return "", EXCLUDED if source_id in self.excluded else ""


class _Refused(Exception):
    """Why a line cannot be used."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    source_id: str
    target_id: str = ""  # "" with excludes False: to be cleared
    excludes: bool = False
    reason: str = ""
    sure: bool = True  # whether it may be ticked without a look
    stays: bool = False  # as it is now, whatever that is


def compare(present: Present, lines: Sequence[Line], progress: Progress) -> list[DiffRow]:
    """One DiffRow for each line, in their order, with keys from 0.

    Who decided, when and why is taken from a line unless it stands there of the present decision
    and the line asks for another one: then somebody has changed an exported line, and what it says
    of the old decision is not true of the new one.
    """
    rows: list[DiffRow] = []
    seen: dict[str, int] = {}  # source id to the place of its first line
    conflicting: set[str] = set()
    for key, line in enumerate(lines):
        if key % _REPORT == 0:
            progress.report("Comparing", key, len(lines))
        row = _row(present, key, line)
        first = seen.setdefault(row.source_id, key) if row.outcome is not Outcome.REFUSED else key
        if first != key:
            other = rows[first]
            if (row.wanted_id, row.excludes) == (other.wanted_id, other.excludes):
                row = _refuse(row, f"The same as line {other.line:,}")
            else:
                conflicting.add(row.source_id)
                row = _refuse(row, f"Line {other.line:,} says otherwise about the same row")
        rows.append(row)
    for source_id in conflicting:
        first = seen[source_id]
        rows[first] = _refuse(rows[first], "A later line says otherwise about the same row")
    return _refuse_sharing(present, rows)


def _row(present: Present, key: int, line: Line) -> DiffRow:
    who, decided, evidence = line.who, line.when, line.evidence
    source_id = line.source_id
    try:
        source_id = _source(present, line)
        source = present.sources[source_id]
        now_id, now_text = present.now(source_id)
        wanted = _named_otherwise(line, source, _wanted(present, line, source_id, now_id))
    except _Refused as why:
        known = present.sources.get(source_id)
        now_id, now_text = present.now(source_id) if known else ("", "")
        return DiffRow(
            key, line.number, present.kind, Outcome.REFUSED, source_id,
            known.name if known else line.source_name or source_id, now_id, now_text,
            line.target_id, line.target_name, reason=str(why), who=who, decided=decided,
            evidence=evidence,
        )  # fmt: skip
    if wanted.stays:
        text, same = now_text, True
    elif wanted.excludes:
        text = EXCLUDED
        same = source_id in present.excluded
    elif wanted.target_id:
        same = wanted.target_id == now_id
        text = now_text if same else target_label(present.targets[wanted.target_id])
    else:
        text = ""
        same = not now_id and not now_text
    if same:
        outcome = Outcome.UNCHANGED
    elif not text:
        outcome = Outcome.CLEARED
    else:
        outcome = Outcome.CHANGED if now_text else Outcome.NEW
    if not same and _is_of_the_present(present, source_id, line):
        who = decided = evidence = ""
    return DiffRow(
        key, line.number, present.kind, outcome, source_id, source.name, now_id, now_text,
        wanted.target_id, text, wanted.excludes, wanted.reason,
        wanted.sure and not same, who, decided, evidence,
    )  # fmt: skip


def _state(line: Line) -> Decision | None:
    try:
        return _STATES[line.state.casefold()]
    except KeyError:
        words = ", ".join(f"“{each}”" for each in Decision if each is not Decision.CREATE)
        raise _Refused(f"“{line.state}” is no state: write {words} or nothing") from None


def _is_of_the_present(present: Present, source_id: str, line: Line) -> bool:
    found = present.links.get(source_id) or present.excluded.get(source_id)
    return found is not None and (line.who, line.when) == (found.who, moment_text(found.changed_at))


def _source(present: Present, line: Line) -> str:
    noun = present.kind.source_noun
    if line.kind and line.kind.casefold() != present.kind.label.casefold():
        raise _Refused(f"This line is about {line.kind}, not {present.kind.label}")
    if line.company and present.company and line.company != present.company:
        other = line.company_name.strip() or line.company
        raise _Refused(f"Belongs to another company: {other}")
    if line.source_id:
        source_id = _id(line.source_id, present.sources)
        if not source_id:
            raise _Refused(f"NinjaOne has no {noun} with the id {_told(line.source_id)}")
        return source_id
    name = line.source_name.strip()
    if not name:
        raise _Refused(f"The line names no {noun}")
    found = present.source_names.get(name, [])
    if not found:
        raise _Refused(f"NinjaOne has no {noun} called exactly “{name}”")
    if len(found) > 1:
        raise _Refused(f"{len(found)} {noun}s are called “{name}”: the id is needed")
    return found[0]


def _named_otherwise(line: Line, source: Source, wanted: _Wanted) -> _Wanted:
    """A column that slipped in a spreadsheet puts one client's customer beside another's id."""
    name = line.source_name.strip()
    if not (line.source_id and name) or equal_fold(name) == equal_fold(source.name):
        return wanted
    reason = f"the file calls the {source.kind.source_noun} “{name}”"
    reason = f"{wanted.reason}; {reason}" if wanted.reason else reason[:1].upper() + reason[1:]
    return replace(wanted, sure=False, reason=reason)


def _wanted(present: Present, line: Line, source_id: str, now_id: str) -> _Wanted:
    noun = present.kind.target_noun
    state = _state(line)
    named = bool(line.target_id or line.target_name.strip())
    if state is Decision.EXCLUDED:
        if named:
            raise _Refused(f"Says “{EXCLUDED}” and names a {noun}: empty one of them")
        return _Wanted(source_id, excludes=True)
    if not named:
        if state is Decision.CREATE:
            # The file waits for a record of its own: it may have been created and linked since.
            return _Wanted(source_id, now_id, stays=True)
        if state is Decision.LINKED:
            return _Wanted(source_id, reason=f"The file names no {noun}", sure=False)
        return _Wanted(source_id)
    if line.target_id and line.target_id == now_id:
        if state is Decision.UNDECIDED:
            return _Wanted(
                source_id, reason=f"Says “{line.state}”, and names its {noun}", sure=False
            )
        return _Wanted(source_id, now_id)  # it may stay, whatever became of its target
    target, reason, sure = _target(present, line)
    if target.id != now_id:
        if not target.active:
            raise _Refused(f"The {noun} “{target_label(target)}” is inactive in QuickBooks")
        if not mappable(target):
            raise _Refused(f"“{target_label(target)}” cannot be mapped: {_why_not(target)}")
    return _Wanted(source_id, target.id, reason=reason, sure=sure)


def _target(present: Present, line: Line) -> tuple[Target, str, bool]:
    """By the id; without one by an exact name that only one record has."""
    noun = present.kind.target_noun
    name = line.target_name.strip()
    if line.target_id:
        target = present.targets.get(_id(line.target_id, present.targets))
        if target is None:
            raise _Refused(f"QuickBooks has no {noun} with the id {_told(line.target_id)}")
        names = {equal_fold(each) for each in (target_label(target), target.full_name, target.name)}
        if name and equal_fold(name) not in names:
            return target, f"Found by its id; the file calls it “{name}”", False
        return target, BY_ID, True
    found = present.target_names.get(name, [])
    if not found:
        raise _Refused(f"QuickBooks has no {noun} called exactly “{name}”")
    if len(found) > 1:
        raise _Refused(f"{len(found)} {noun}s are called “{name}”: the QuickBooks id is needed")
    return present.targets[found[0]], "Found by its name", True


def _id(text: str, known: Container[str]) -> str:
    """The id that *text* means, "" for none: some programs write 13 as 13.0."""
    found = text if text in known else re.sub(r"\.0+$", "", text)
    return found if found in known else ""


def _told(text: str) -> str:
    shortened = re.fullmatch(r"\d[.,]\d+E\+\d+", text, re.IGNORECASE)
    return f"{text}: a spreadsheet has shortened it" if shortened else text


def _why_not(target: Target) -> str:
    if target.kind is Kind.CUSTOMERS:
        return "it is a sub-customer or project"
    return f"it is a {target.type.lower() or 'record of another type'}"


def _refuse(row: DiffRow, why: str) -> DiffRow:
    return replace(row, outcome=Outcome.REFUSED, reason=why, ticked=False)


def _refuse_sharing(present: Present, rows: list[DiffRow]) -> list[DiffRow]:
    """Two organizations on one customer bill one client for another."""
    clashes = sharing(present, rows)
    if not clashes:
        return rows
    noun = present.kind.source_noun
    return [
        _refuse(row, f"“{row.wanted_text}” would also belong to the {noun} “{clashes[row.key]}”")
        if row.key in clashes
        else row
        for row in rows
    ]


def sharing(present: Present, rows: Iterable[DiffRow]) -> dict[int, str]:
    """Keys of the rows that would share a customer once all *rows* are applied, each with the name
    of another organization on it."""
    if present.kind.shares_targets:
        return {}
    moving = [row for row in rows if row.applicable]
    if not moving:
        return {}
    moved = {row.source_id for row in moving}
    staying: dict[str, str] = {
        link.target_id: source_id
        for source_id, link in present.links.items()
        if source_id not in moved
    }
    two: dict[str, list[DiffRow]] = {}  # at most two rows for each customer
    for row in moving:
        if row.wanted_id and len(users := two.setdefault(row.wanted_id, [])) < 2:
            users.append(row)
    found = {}
    for row in moving:
        if not row.wanted_id:
            continue
        stays = staying.get(row.wanted_id)
        others = [each for each in two[row.wanted_id] if each.source_id != row.source_id]
        if stays is not None:
            known = present.sources.get(stays)
            found[row.key] = known.name if known else stays
        elif others:
            found[row.key] = others[0].source_text
    return found
