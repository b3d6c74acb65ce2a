"""Create in QuickBooks for the window: drafts, checks, staging, carrying out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain import auto_map, drafts
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
from desktop_app.domain.proposals import Candidate
from desktop_app.domain.records import ChangeSet, Source
from desktop_app.domain.shortlist import Shortlist
from desktop_app.errors import (
    BridgeError,
    NetworkError,
    ReconnectNeeded,
    RuleError,
    ServiceFault,
    UnknownOutcome,
)
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api import Service
from desktop_app.services.api_create import CreateReport
from desktop_app.services.auto_map import Recorder
from desktop_app.services.creating import (
    Creator,
    need_no_problems,
    need_undecided,
    new_request_id,
)
from desktop_app.services.local import LocalFacts
from desktop_app.services.logins import Logins
from desktop_app.services.reactions import STOPPING

NEAR = 0.25
"""Similar records from this score on are shown before something is created."""

NEAR_SHOWN = 5


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
        self._guard = threading.Lock()
        self._index: dict[Kind, tuple[object, object, Shortlist]] = {}

    # --- Looking -----------------------------------------------------------------------------

    def draft(self, kind: Kind, source_id: str) -> CreateDraft:
        facts = self._facts.get()
        if kind not in CREATABLE:
            raise RuleError("Accounts are made in QuickBooks.", advice="Then refresh.")
        source = facts.sources[kind].get(source_id)
        if source is None:
            raise RuleError("That record is no longer in NinjaOne's list.")
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

    # --- Creating ----------------------------------------------------------------------------

    def create(self, draft: CreateDraft, progress: Progress) -> ChangeSet:
        creator = self._creator()
        workspace = self._workspaces.current()
        with self._locks.hold(f"create-{workspace.id}", progress):
            earlier = self._earlier(draft)
            if earlier is not None and earlier.state is CreateState.SENDING:
                raise RuleError(
                    f"QuickBooks has not answered for “{draft.source_name}” yet.",
                    advice="It is looked up before anything is created again.",
                )
            creation = self._creation(draft, earlier)
            reused = earlier is not None and earlier.request_id == creation.request_id
            changes = creator.create(creation, progress, earlier=earlier if reused else None)
            if earlier is not None and earlier.request_id != creation.request_id:
                self._store.drop(workspace.id, earlier.request_id)
            return changes

    def stage(self, draft: CreateDraft) -> ChangeSet:
        facts = self._facts.get()
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
        creation = self._creation(draft, earlier)
        near = " ".join(c.target.id for c in self._near(draft, facts))
        self._store.save(facts.workspace.id, replace(creation, accepted=near))
        if earlier is not None and earlier.request_id != creation.request_id:
            self._store.drop(facts.workspace.id, earlier.request_id)
        return ChangeSet(
            kinds=frozenset({draft.kind}),
            source_ids=frozenset({draft.source_id}),
            text=f"“{draft.name}” will be created in QuickBooks once there is a connection",
        )

    def discard(self, request_ids: Sequence[str]) -> ChangeSet:
        workspace = self._workspaces.current().id
        chosen = [c for c in self.open() if c.request_id in set(request_ids)]
        dropped = [c for c in chosen if c.state is not CreateState.SENDING]
        for creation in dropped:
            self._store.drop(workspace, creation.request_id)
        return ChangeSet(
            kinds=frozenset(c.draft.kind for c in dropped),
            source_ids=frozenset(c.draft.source_id for c in dropped),
            text=f"Dropped {len(dropped)} of {len(chosen)}",
        )

    def carry_out(self, request_ids: Sequence[str] | None, progress: Progress) -> CreateReport:
        creator = self._creator()
        workspace = self._workspaces.current()
        held: list[tuple[Creation, str]] = []
        created = refused = tried = 0
        stopped = ""
        kinds: set[Kind] = set()
        rows: set[str] = set()
        with self._locks.hold(f"create-{workspace.id}", progress):
            staged = [
                c
                for c in self.open()
                if c.state is CreateState.STAGED
                and (request_ids is None or c.request_id in request_ids)
            ]
            try:
                for number, creation in enumerate(staged):
                    progress.report(f"Creating {creation.draft.name}", number, len(staged))
                    tried += 1
                    kinds.add(creation.draft.kind)
                    rows.add(creation.draft.source_id)
                    why = self._reason_to_hold(creation, workspace.realm_id)
                    if why:
                        held.append((creation, why))
                        continue
                    try:
                        creator.create(creation, progress, earlier=creation)
                        created += 1
                    except RuleError as error:
                        held.append((creation, error.message))
                    except ServiceFault as fault:
                        refused += 1
                        if fault.fault_class in STOPPING:
                            raise
            except Cancelled:
                stopped = "Cancelled."
            except BridgeError as error:  # no network, no login, an answer that was lost
                stopped = error.message
                tried -= not isinstance(error, ServiceFault | UnknownOutcome)
        left = len(staged) - tried
        text = f"{created} of {len(staged)} created in QuickBooks"
        for count, word in ((refused, "refused"), (len(held), "to be looked at"),
                            (left, "not tried")):  # fmt: skip
            if count:
                text += f"; {count} {word}"
        return CreateReport(
            created=created,
            refused=refused,
            held=tuple(held),
            left=left,
            stopped=stopped,
            changes=ChangeSet(frozenset(kinds), frozenset(rows), invoices=True, text=text),
            text=text,
        )

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
            text=settled[0].text if len(settled) == 1 else f"Looked up {len(settled)} creations",
        )

    # --- inside ---

    def _checked(self, draft: CreateDraft, facts: Facts, uses: tuple[NameUse, ...]) -> CreateCheck:
        taken = drafts.clashes(draft, uses)
        return CreateCheck(
            problems=tuple(drafts.problems(draft, facts)),
            clashes=taken,
            former=tuple(use for use in uses if use not in taken and not use.active),
            near=self._near(draft, facts),
        )

    def _near(self, draft: CreateDraft, facts: Facts) -> tuple[Candidate, ...]:
        if not draft.name.strip():
            return ()
        probe = Source(draft.kind, "", draft.name, code=draft.sku, email=draft.email)
        found = self._shortlist(draft.kind, facts).like(auto_map.source_record(probe))
        return tuple(c for c in found if c.score >= NEAR)[:NEAR_SHOWN]

    def _shortlist(self, kind: Kind, facts: Facts) -> Shortlist:
        """The index of the targets; kept while they and the links stay the same."""
        targets, links = facts.targets[kind], facts.mappings[kind]
        with self._guard:
            known = self._index.get(kind)
            if known is None or known[0] is not targets or known[1] is not links:
                data = replace(auto_map.lists(facts, kind, ()), sources=(), left=())
                made = known[2].with_(data) if known is not None else Shortlist(data)
                known = self._index[kind] = (targets, links, made)
            return known[2]

    def _reason_to_hold(self, creation: Creation, realm_id: str) -> str:
        """Why a staged creation is not carried out by itself, "" if it may be."""
        if creation.realm_id != realm_id:
            return "It was staged for another QuickBooks company."
        passed = set(creation.accepted.split())
        new = [
            c for c in self._near(creation.draft, self._facts.get()) if c.target.id not in passed
        ]
        if new:
            return f"“{new[0].target.full_name}”, which is similar, has appeared in QuickBooks."
        return ""

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
        reused = earlier is not None and earlier.state is CreateState.STAGED
        return Creation(
            request_id=earlier.request_id if earlier and reused else new_request_id(),
            realm_id=self._workspaces.current().realm_id,
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
