"""One line for each record that waits to be created, and what became of it in a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from desktop_app.domain.creating import CREATABLE, CreateDraft, CreateState, Creation
from desktop_app.services.api_create import CreateResult, Outcome, Standing, WaitingCreation
from desktop_app.ui.formats import instant_text
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone

READY, LOOK, DONE = "ready", "look", "done"

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(READY, "Ready", "Nothing speaks against creating it"),
    ChipSpec(LOOK, "Needs a look", "It is not created as it stands"),
    ChipSpec(DONE, "Created", "Created in the last run", optional=True),
)

_STANDING_MARKS = {
    Standing.READY: Mark("check", Tone.GOOD),
    Standing.LOOK: Mark("warning", Tone.WARNING),
    Standing.OLD_LISTS: Mark("refresh", Tone.WARNING),
    Standing.UNDER_WAY: Mark("clock", Tone.WARNING),
    Standing.REFUSED: Mark("error", Tone.BAD),
    Standing.SUPERSEDED: Mark("minus", Tone.MUTED),
    Standing.ELSEWHERE: Mark("lock", Tone.MUTED),
}
_OUTCOME_MARKS = {
    Outcome.CREATED: Mark("check-circle", Tone.GOOD),
    Outcome.HELD: Mark("warning", Tone.WARNING),
    Outcome.REFUSED: Mark("error", Tone.BAD),
    Outcome.UNKNOWN: Mark("clock", Tone.WARNING),
    Outcome.NOT_TRIED: Mark("minus", Tone.MUTED),
}


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """waiting: as it stands now, None once it was created. result: of the last run."""

    creation: Creation
    fields: tuple[tuple[str, str], ...]
    waiting: WaitingCreation | None = None
    result: CreateResult | None = None

    @property
    def id(self) -> str:
        return self.creation.request_id

    @property
    def draft(self) -> CreateDraft:
        return self.creation.draft

    @property
    def ready(self) -> bool:
        """Whether it may be asked for."""
        return self.waiting is not None and self.waiting.standing is Standing.READY

    @property
    def fresh(self) -> bool:
        """Ready, and nothing was found against it in the last run."""
        return self.ready and (self.result is None or self.result.outcome is Outcome.NOT_TRIED)

    @property
    def state(self) -> str:
        if self.result is not None and self._told_by_result:
            return self.result.outcome.value
        return self.waiting.standing.value if self.waiting is not None else ""

    @property
    def reason(self) -> str:
        if self.result is not None and self._told_by_result:
            return self.result.text
        return self.waiting.reason if self.waiting is not None else ""

    @property
    def mark(self) -> Mark:
        if self.result is not None and self._told_by_result:
            return _OUTCOME_MARKS[self.result.outcome]
        return _STANDING_MARKS[self.waiting.standing if self.waiting else Standing.READY]

    @property
    def _told_by_result(self) -> bool:
        """A check that was made since the run may know better."""
        return self.waiting is None or self.ready


def lines_of(
    waiting: Sequence[WaitingCreation],
    results: MappingOf[str, CreateResult],
    fields: MappingOf[str, tuple[tuple[str, str], ...]],
) -> list[WaitingLine]:
    """What waits, and what the last run created. fields: the exact records by request id."""
    made = [
        WaitingLine(result.creation, fields.get(request_id, ()), None, result)
        for request_id, result in results.items()
        if result.outcome is Outcome.CREATED
    ]
    done = {line.id for line in made}
    return made + [
        WaitingLine(each.creation, each.fields, each, results.get(each.creation.request_id))
        for each in waiting
        if each.creation.request_id not in done
    ]


def pending_text(pending: Iterable[Creation]) -> str:
    """ "2 customers and 1 item wait to be created in QuickBooks; 1 was refused", "" for none."""
    creations = list(pending)
    parts = []
    staged = [c for c in creations if c.state is CreateState.STAGED]
    if staged:
        verb = "waits" if len(staged) == 1 else "wait"
        parts.append(f"{nouns(c.draft for c in staged)} {verb} to be created in QuickBooks")
    for state, one, many in (
        (CreateState.SENDING, "is being looked up", "are being looked up"),
        (CreateState.REFUSED, "was refused", "were refused"),
    ):
        number = sum(c.state is state for c in creations)
        if number:
            noun = "" if parts else " creation" if number == 1 else " creations"
            parts.append(f"{number:,}{noun} {one if number == 1 else many}")
    return "; ".join(parts)


def nouns(drafts: Iterable[CreateDraft]) -> str:
    """ "2 customers and 1 item"."""
    kinds = [draft.kind for draft in drafts]
    counted = [(kind, kinds.count(kind)) for kind in CREATABLE if kind in kinds]
    return " and ".join(
        f"{number:,} {kind.target_noun}{'' if number == 1 else 's'}" for kind, number in counted
    )


def _tags(line: WaitingLine) -> tuple[str, ...]:
    if line.waiting is None:
        return (DONE,)
    return (READY,) if line.fresh else (LOOK,)


def _speak(line: WaitingLine) -> str:
    draft = line.draft
    parts = [draft.name, draft.kind.target_noun, f"for {draft.source_name}", line.state]
    return ", ".join(part for part in (*parts, line.reason) if part)


LINES: TableSpec[WaitingLine] = TableSpec(
    name="waiting-creations",
    columns=(
        Column(
            "record",
            "New record",
            lambda line: line.draft.name,
            width=220,
            flexible=True,
            detail=lambda line: line.draft.kind.target_noun,
        ),
        Column("source", "For", lambda line: line.draft.source_name, width=190, flexible=True),
        Column(
            "state",
            "State",
            lambda line: line.state,
            width=170,
            mark=lambda line: line.mark,
            tooltip=lambda line: line.reason or line.state,
        ),
        Column(
            "reason",
            "Why",
            lambda line: line.reason,
            width=280,
            flexible=True,
            tooltip=lambda line: line.reason,
        ),
        Column(
            "staged",
            "Staged",
            lambda line: instant_text(line.creation.made_at),
            width=136,
            sort=lambda line: line.creation.made_at.timestamp(),
            detail=lambda line: line.creation.who,
            quiet=True,
        ),
    ),
    identity=lambda line: line.id,
    search=lambda line: f"{line.draft.name} {line.draft.source_name} {line.reason}",
    tags=_tags,
    speak=_speak,
)
