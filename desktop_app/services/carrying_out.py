"""Carrying out what was staged without a connection: checked again, then created one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.domain import drafts
from desktop_app.domain.creating import CreateState, Creation
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Locks
from desktop_app.domain.ports_suggest import CreationStore
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import BridgeError, RuleError, ServiceFault, UnknownOutcome
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api_create import (
    CreateReport,
    CreateResult,
    Outcome,
    Standing,
    WaitingCreation,
)
from desktop_app.services.creating import Creator, need_undecided
from desktop_app.services.local import LocalFacts
from desktop_app.services.near import NearRecords
from desktop_app.services.reactions import STOPPING

READS = {Kind.CUSTOMERS: 3, Kind.ITEMS: 1}
"""Metered reads that the look for the name takes: one for each list that shares names."""


class CarryingOut:
    """For the open workspace. creator: raises ReconnectNeeded without a connection."""

    def __init__(
        self,
        *,
        store: CreationStore,
        facts: LocalFacts,
        locks: Locks,
        near: NearRecords,
        creator: Callable[[], Creator],
    ) -> None:
        self._store = store
        self._facts = facts
        self._locks = locks
        self._near = near
        self._creator = creator

    # --- Looking -----------------------------------------------------------------------------

    def waiting(self, progress: Progress) -> tuple[WaitingCreation, ...]:
        facts = self._facts.get()
        found = []
        creations = self._store.open(facts.workspace.id)
        for number, creation in enumerate(creations):
            progress.report("Checking what waits to be created", number, len(creations))
            standing, reason = self._standing(creation, facts)
            if standing is Standing.SUPERSEDED and creation.state is CreateState.REFUSED:
                continue  # nobody has to do anything about it
            found.append(
                WaitingCreation(
                    creation=creation,
                    standing=standing,
                    reason=reason,
                    fields=drafts.shown(creation.draft, facts),
                    reads=READS[creation.draft.kind],
                )
            )
        return tuple(found)

    def _standing(self, creation: Creation, facts: Facts) -> tuple[Standing, str]:
        draft = creation.draft
        if creation.realm_id != facts.workspace.realm_id:
            return Standing.ELSEWHERE, "It was staged for another QuickBooks company."
        if creation.state is CreateState.SENDING:
            return Standing.UNDER_WAY, (
                "QuickBooks was asked and has not answered. It is looked up by its name before "
                "anything is created again."
            )
        try:
            need_undecided(draft, facts)
        except RuleError as error:
            return Standing.SUPERSEDED, error.message
        if creation.state is CreateState.REFUSED:
            return Standing.REFUSED, creation.problem
        refreshed_at = facts.workspace.refreshed_at
        if refreshed_at is None or refreshed_at < creation.made_at:
            return Standing.OLD_LISTS, (
                "The lists are older than it. Refresh, so that it is compared with fresh ones."
            )
        why = self._objection(creation, facts)
        return (Standing.LOOK, why) if why else (Standing.READY, "")

    def _objection(self, creation: Creation, facts: Facts) -> str:
        """What local data say against it, "" for nothing."""
        draft = creation.draft
        problems = list(drafts.problems(draft, facts))
        if problems:
            return " ".join(problems)
        taken = drafts.clashes(draft, drafts.local_uses(draft, facts))
        if taken:
            return drafts.clash_text(taken[0])
        passed = set(creation.accepted.split())
        new = [c for c in self._near.of(draft, facts) if c.target.id not in passed]
        if new:
            return f"“{new[0].target.full_name}”, which is similar, has appeared in QuickBooks."
        return ""

    # --- Creating ----------------------------------------------------------------------------

    def carry_out(self, request_ids: Sequence[str] | None, progress: Progress) -> CreateReport:
        creator = self._creator()
        workspace = self._facts.get().workspace
        results: list[CreateResult] = []
        stopped = ""
        with self._locks.hold(f"create-{workspace.id}", progress):
            staged = [
                c
                for c in self._store.open(workspace.id)
                if c.state is CreateState.STAGED
                and (request_ids is None or c.request_id in request_ids)
            ]
            try:
                for number, creation in enumerate(staged):
                    progress.report(f"Creating {creation.draft.name}", number, len(staged))
                    result, stopped = self._one(creator, creation, progress)
                    results.append(result)
                    if stopped:
                        break
            except Cancelled:
                stopped = "Cancelled."
            except BridgeError as error:  # no network, no login: nothing was sent
                stopped = error.message
        tried = {result.creation.request_id for result in results}
        results += [
            CreateResult(c, Outcome.NOT_TRIED, stopped) for c in staged if c.request_id not in tried
        ]
        return _report(results, stopped)

    def _one(
        self, creator: Creator, creation: Creation, progress: Progress
    ) -> tuple[CreateResult, str]:
        """What became of one, and why the run has to stop ("" if it goes on)."""
        standing, why = self._standing(creation, self._facts.get())
        if standing is not Standing.READY:
            return CreateResult(creation, Outcome.HELD, why), ""
        try:
            changes = creator.create(creation, progress, earlier=creation)
        except RuleError as error:
            return CreateResult(creation, Outcome.HELD, error.message), ""
        except UnknownOutcome as error:
            return CreateResult(creation, Outcome.UNKNOWN, error.message), error.message
        except ServiceFault as fault:
            stops = fault.fault_class in STOPPING
            outcome = Outcome.NOT_TRIED if stops else Outcome.REFUSED
            if not stops and self._is_staged(creation):  # the look for the name failed
                outcome = Outcome.HELD
            return CreateResult(creation, outcome, fault.message), fault.message if stops else ""
        return CreateResult(creation, Outcome.CREATED, changes.text), ""

    def _is_staged(self, creation: Creation) -> bool:
        return any(
            c.request_id == creation.request_id and c.state is CreateState.STAGED
            for c in self._store.open(self._facts.get().workspace.id)
        )


_WORDS = {
    Outcome.REFUSED: "refused",
    Outcome.HELD: "to be looked at",
    Outcome.UNKNOWN: "being looked up",
    Outcome.NOT_TRIED: "not tried",
}


def _report(results: Sequence[CreateResult], stopped: str) -> CreateReport:
    created = sum(each.outcome is Outcome.CREATED for each in results)
    text = f"{created} of {len(results)} created in QuickBooks"
    for outcome, word in _WORDS.items():
        count = sum(each.outcome is outcome for each in results)
        if count:
            text += f"; {count} {word}"
    tried = [each.creation.draft for each in results if each.outcome is not Outcome.NOT_TRIED]
    changes = ChangeSet(
        kinds=frozenset(draft.kind for draft in tried),
        source_ids=frozenset(draft.source_id for draft in tried),
        invoices=bool(tried),
        text=text,
    )
    return CreateReport(results=tuple(results), stopped=stopped, changes=changes, text=text)
