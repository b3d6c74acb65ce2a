"""Create in QuickBooks for the window: drafts, checks, staging, carrying out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain import drafts
from desktop_app.domain.creating import (
    CREATABLE,
    CreateCheck,
    CreateDraft,
    CreateState,
    Creation,
    NameUse,
)
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import (
    CatalogueStore,
    Clock,
    Gateways,
    Locks,
    QuickBooksApi,
    WorkspaceStore,
)
from desktop_app.domain.ports_suggest import CreationStore
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import NetworkError, ReconnectNeeded, RuleError
from desktop_app.progress import Progress
from desktop_app.services.api import Service
from desktop_app.services.api_create import CreateReport, WaitingCreation
from desktop_app.services.auto_map import Recorder
from desktop_app.services.carrying_out import CarryingOut
from desktop_app.services.creating import (
    Creator,
    need_no_problems,
    need_undecided,
    new_request_id,
)
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.logins import Logins
from desktop_app.services.near import NearRecords


class Create:
    """Implements services.api_create.CreateService. who: the name kept with a creation."""

    def __init__(
        self,
        *,
        workspaces: WorkspaceStore,
        catalogue: CatalogueStore,
        store: CreationStore,
        facts: LocalFacts,
        logins: Logins,
        gateways: Gateways,
        locks: Locks,
        clock: Clock,
        record: Recorder,
        who: str,
    ) -> None:
        self._workspaces = workspaces
        self._catalogue = catalogue
        self._store = store
        self._facts = facts
        self._logins = logins
        self._gateways = gateways
        self._locks = locks
        self._clock = clock
        self._record = record
        self._who = who
        self._near = NearRecords()
        self._carrying_out = CarryingOut(
            store=store, facts=facts, locks=locks, near=self._near, creator=self._creator
        )

    # --- Looking -----------------------------------------------------------------------------

    def draft(self, kind: Kind, source_id: str) -> CreateDraft:
        facts = self._facts.get()
        if kind not in CREATABLE:
            raise RuleError("Accounts are made in QuickBooks.", advice="Then refresh.")
        source = facts.sources[kind].get(source_id)
        if source is None:
            raise RuleError("That record is no longer in NinjaOne's list.")
        earlier = facts.creations.get(kind, {}).get(source_id)
        if earlier is not None and earlier.realm_id == facts.workspace.realm_id:
            _need_answer(earlier)
            need_undecided(earlier.draft, facts)
            return earlier.draft
        newest = next((i for i in facts.invoices if i.organization_id == source_id), None)
        made = drafts.draft(source, facts, newest if kind is Kind.CUSTOMERS else None)
        need_undecided(made, facts)
        return made

    def fields(self, draft: CreateDraft) -> tuple[tuple[str, str], ...]:
        return drafts.shown(draft, self._facts.get())

    def check_locally(self, draft: CreateDraft) -> CreateCheck:
        facts = self._facts.get()
        return self._checked(draft, facts, drafts.local_uses(draft, facts))

    def check(self, draft: CreateDraft, progress: Progress) -> CreateCheck:
        facts = self._facts.get()
        local = drafts.local_uses(draft, facts)
        if not facts.workspace.quickbooks_connected or not draft.name.strip():
            return self._checked(draft, facts, local)
        quickbooks = self._quickbooks()
        try:
            found = quickbooks.names(draft.kind, draft.name.strip(), progress)
        except (NetworkError, ReconnectNeeded):
            return self._checked(draft, facts, local)
        # What QuickBooks says now counts; the local list may be older.
        checked = self._checked(draft, facts, found)
        return replace(checked, live=True, reads=quickbooks.metered_reads)

    def open(self) -> tuple[Creation, ...]:
        return self._store.open(self._workspaces.current().id)

    def pending(self) -> tuple[Creation, ...]:
        facts = self._facts.get()
        return tuple(
            creation
            for kind in CREATABLE
            for source_id, creation in facts.creations.get(kind, {}).items()
            if source_id not in facts.mappings[kind] and not facts.is_excluded(kind, source_id)
        )

    # --- Creating ----------------------------------------------------------------------------

    def create(self, draft: CreateDraft, progress: Progress) -> ChangeSet:
        self._allowed()
        creator = self._creator()
        workspace = self._workspaces.current()
        with self._locks.hold(f"create-{workspace.id}", progress):
            earlier = self._earlier(draft)
            if earlier is not None:
                _need_answer(earlier)
            creation = self._creation(draft, earlier)
            reused = earlier is not None and earlier.request_id == creation.request_id
            changes = creator.create(creation, progress, earlier=earlier if reused else None)
            if earlier is not None and earlier.request_id != creation.request_id:
                self._drop(workspace.id, earlier)
            return changes

    def stage(self, draft: CreateDraft) -> ChangeSet:
        facts = self._allowed()
        need_undecided(draft, facts)
        need_no_problems(draft, facts)
        taken = drafts.clashes(draft, drafts.local_uses(draft, facts))
        if taken:
            raise RuleError(
                drafts.clash_text(taken[0]),
                title="The name is taken",
                advice=f"Link to the existing {draft.kind.target_noun}, or choose another name.",
            )
        earlier = self._earlier(draft)
        if earlier is not None:
            _need_answer(earlier)
        creation = self._creation(draft, earlier)
        near = " ".join(c.target.id for c in self._near.of(draft, facts))
        self._store.save(facts.workspace.id, replace(creation, accepted=near))
        self._facts.invalidate(Part.CREATIONS)
        if earlier is not None and earlier.request_id != creation.request_id:
            self._drop(facts.workspace.id, earlier)
        return ChangeSet(
            kinds=frozenset({draft.kind}),
            source_ids=frozenset({draft.source_id}),
            invoices=True,  # why they wait is told anew
            text=f"“{draft.name}” will be created in QuickBooks once there is a connection",
        )

    def discard(self, request_ids: Sequence[str]) -> ChangeSet:
        workspace = self._allowed().workspace.id
        chosen = [c for c in self.open() if c.request_id in set(request_ids)]
        dropped = [c for c in chosen if c.state is not CreateState.SENDING]
        for creation in dropped:
            self._drop(workspace, creation)
        names = f"“{dropped[0].draft.name}”" if len(dropped) == 1 else f"{len(dropped)} records"
        text = f"Will not create {names}" if dropped else "Nothing was dropped"
        if len(dropped) < len(chosen):
            text += f"; {len(chosen) - len(dropped)} under way, which has to be looked up first"
        return ChangeSet(
            kinds=frozenset(c.draft.kind for c in dropped),
            source_ids=frozenset(c.draft.source_id for c in dropped),
            invoices=bool(dropped),
            text=text,
        )

    def waiting(self, progress: Progress) -> tuple[WaitingCreation, ...]:
        return self._carrying_out.waiting(progress)

    def carry_out(self, request_ids: Sequence[str] | None, progress: Progress) -> CreateReport:
        self._allowed()
        return self._carrying_out.carry_out(request_ids, progress)

    def settle(self, progress: Progress) -> ChangeSet:
        waiting = [c for c in self.open() if c.state is CreateState.SENDING]
        workspace = self._workspaces.current()
        waiting = [c for c in waiting if c.realm_id == workspace.realm_id]
        if not waiting:
            return ChangeSet()
        creator = self._creator()
        settled: list[ChangeSet] = []
        with self._locks.hold(f"create-{workspace.id}", progress):
            for number, creation in enumerate(waiting):
                progress.report("Looking up what became of it", number, len(waiting))
                changes = creator.settle(creation, progress)
                if changes is not None:
                    settled.append(changes)
        return ChangeSet(
            kinds=frozenset().union(*(c.kinds for c in settled)),
            source_ids=frozenset().union(*(c.source_ids for c in settled)),
            invoices=bool(settled),
            text=_settled_text(settled),
        )

    # --- inside ---

    def _checked(self, draft: CreateDraft, facts: Facts, uses: tuple[NameUse, ...]) -> CreateCheck:
        taken = drafts.clashes(draft, uses)
        return CreateCheck(
            problems=tuple(drafts.problems(draft, facts)),
            clashes=taken,
            former=tuple(use for use in uses if use not in taken and not use.active),
            near=self._near.of(draft, facts),
        )

    def _allowed(self) -> Facts:
        """Local data, if anything may be created for this workspace; else RuleError in words."""
        facts = self._facts.get()
        if facts.locked:
            raise RuleError(facts.locked, title="Another company's mappings")
        return facts

    def _drop(self, workspace_id: int, creation: Creation) -> None:
        self._store.drop(workspace_id, creation.request_id)
        self._facts.invalidate(Part.CREATIONS)

    def _earlier(self, draft: CreateDraft) -> Creation | None:
        return next(
            (
                c
                for c in reversed(self.open())
                if (c.draft.kind, c.draft.source_id) == (draft.kind, draft.source_id)
            ),
            None,
        )

    def _creation(self, draft: CreateDraft, earlier: Creation | None) -> Creation:
        """A staged one goes on under its request id, which was never sent; what was refused gets
        a new one."""
        realm_id = self._workspaces.current().realm_id
        reused = earlier is not None and (earlier.state, earlier.realm_id) == (
            CreateState.STAGED,
            realm_id,
        )
        return Creation(
            request_id=earlier.request_id if earlier and reused else new_request_id(),
            realm_id=realm_id,
            state=CreateState.STAGED,
            draft=draft,
            who=self._who,
            made_at=self._clock.now(),
        )

    def _creator(self) -> Creator:
        return Creator(
            store=self._store,
            catalogue=self._catalogue,
            facts=self._facts,
            quickbooks=self._quickbooks(),
            clock=self._clock,
            record=self._record,
        )

    def _quickbooks(self) -> QuickBooksApi:
        workspace = self._workspaces.current()
        if not workspace.quickbooks_connected:
            raise ReconnectNeeded("QuickBooks is not connected in this workspace.")
        return self._gateways.quickbooks(
            workspace, self._logins.keeper(workspace.id, Service.QUICKBOOKS)
        )


def _settled_text(settled: Sequence[ChangeSet]) -> str:
    if not settled:
        return "Not in QuickBooks yet: it is looked up again later"
    return settled[0].text if len(settled) == 1 else f"Looked up {len(settled)} creations"


def _need_answer(creation: Creation) -> None:
    """Raises RuleError for one that was asked for and not answered."""
    if creation.state is CreateState.SENDING:
        raise RuleError(
            f"QuickBooks has not answered for “{creation.draft.source_name}” yet.",
            advice="It is looked up before anything is created again.",
        )
