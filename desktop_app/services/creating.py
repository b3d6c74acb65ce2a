"""Create in QuickBooks: one customer or item from a NinjaOne record, exactly once, and linked.

What will be created is written down with its request id before it is asked for, like an invoice
(services/sending.py). A creation whose answer never came stays SENDING until it was looked up by
its name, which nothing else had just before.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from datetime import timedelta

from desktop_app.domain import drafts
from desktop_app.domain.creating import CreateDraft, CreateState, Creation
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.names import equal_fold
from desktop_app.domain.ports import CatalogueStore, Clock, QuickBooksApi
from desktop_app.domain.ports_suggest import CreationStore
from desktop_app.domain.records import ChangeSet, How, MappingChange, Target
from desktop_app.domain.review import target_label
from desktop_app.errors import BridgeError, RuleError, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from desktop_app.services.auto_map import Recorder
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.reactions import STOPPING

log = logging.getLogger(__name__)

STILL_UNDER_WAY = timedelta(minutes=5)
"""QuickBooks ends a request after 120 s; see services.sending."""

NAME_TAKEN, TOO_LONG, WRONG_ACCOUNT = "6240", "2050", "6430"


class Creator:
    """Creates and settles for the open workspace, which is connected."""

    def __init__(
        self,
        *,
        store: CreationStore,
        catalogue: CatalogueStore,
        facts: LocalFacts,
        quickbooks: QuickBooksApi,
        clock: Clock,
        record: Recorder,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._facts = facts
        self._quickbooks = quickbooks
        self._clock = clock
        self._record = record

    def create(
        self, creation: Creation, progress: Progress, *, earlier: Creation | None = None
    ) -> ChangeSet:
        """Check live, create, link. earlier: the staged one that *creation* goes on with.

        Raises RuleError (a problem, a clash, a row decided in the meantime), ServiceFault
        (refused; the record says so), UnknownOutcome, NetworkError (nothing was sent and what is
        kept is as before).
        """
        facts = self._facts.get()
        draft = creation.draft
        need_undecided(draft, facts)
        need_no_problems(draft, facts)
        taken = drafts.clashes(draft, self._quickbooks.names(draft.kind, draft.name, progress))
        if taken:
            raise RuleError(
                " ".join(drafts.clash_text(use) for use in taken),
                title="The name is taken",
                advice=f"Link to the existing {draft.kind.target_noun}, or choose another name.",
            )
        sending = self._save(
            replace(creation, state=CreateState.SENDING, made_at=self._clock.now(), problem="")
        )
        company = facts.company
        assert company is not None  # need_no_problems has seen it
        try:
            # A cancel never interrupts a create: its answer must be heard.
            target = self._quickbooks.create_record(
                draft.kind, drafts.body(draft, company), creation.request_id, Progress()
            )
        except UnknownOutcome as error:
            log.warning("The answer for a creation was lost: %s", error.detail)
            raise
        except ServiceFault as fault:
            if fault.fault_class in STOPPING and earlier is not None:
                self._save(earlier)  # no fault of this record: it goes on waiting
                raise
            raise self._refused(sending, fault) from fault
        except BridgeError:  # nothing was sent: no login, no network
            self._restore(sending, earlier)
            raise
        return self._finish(sending, target)

    def settle(self, creation: Creation, progress: Progress) -> ChangeSet | None:
        """Look up what became of *creation* (SENDING); None while nothing can be said yet."""
        draft = creation.draft
        found = self._quickbooks.named(draft.kind, draft.name, progress)
        top = [t for t in found if equal_fold(t.full_name) == equal_fold(draft.name)]
        if top:
            return self._finish(creation, top[-1])
        if self._clock.now() - creation.made_at < STILL_UNDER_WAY:
            return None
        self._save(
            replace(
                creation,
                state=CreateState.REFUSED,
                finished_at=self._clock.now(),
                problem="It did not arrive in QuickBooks. It can be created again.",
            )
        )
        return ChangeSet(
            kinds=frozenset({draft.kind}),
            source_ids=frozenset({draft.source_id}),
            text=f"“{draft.name}” was not created",
        )

    def _finish(self, creation: Creation, target: Target) -> ChangeSet:
        """Keep the new record and link it; only then is the creation done, so that after a crash
        in between it is found again."""
        draft = creation.draft
        kind = draft.kind
        workspace = self._facts.get().workspace
        self._catalogue.put_target(workspace.id, target)
        self._facts.invalidate(Part.CATALOGUE)
        facts = self._facts.get()
        label = target_label(target)
        text = f"Created “{label}” in QuickBooks"
        changes = ChangeSet(
            kinds=frozenset({kind}), source_ids=frozenset({draft.source_id}), invoices=True
        )
        link = facts.mappings[kind].get(draft.source_id)
        problem = ""
        if link is None:
            linking = MappingChange(
                kind=kind,
                source_id=draft.source_id,
                source_label=draft.source_name,
                target_id=target.id,
                target_label=label,
                how=How.BY_HAND,
                evidence="created in QuickBooks from this record",
            )
            try:
                linked = self._record(kind, [linking], f"{text} and linked it")
                text = linked.text
            except RuleError as error:
                problem = f"Created, but not linked: {error.message}"
        elif link.target_id != target.id:
            problem = "Created, but not linked: the row was mapped in the meantime."
        self._save(
            replace(
                creation,
                state=CreateState.CREATED,
                finished_at=self._clock.now(),
                target_id=target.id,
                problem=problem,
            )
        )
        self._forget_refusals(draft)
        log.info("Created a %s in QuickBooks: id %s", kind.target_noun, target.id)
        return replace(changes, text=f"{text}. {problem}".rstrip(". ") if problem else text)

    def _forget_refusals(self, draft: CreateDraft) -> None:
        """Of earlier attempts for the same row."""
        workspace_id = self._facts.get().workspace.id
        for each in self._store.open(workspace_id):
            same = (each.draft.kind, each.draft.source_id) == (draft.kind, draft.source_id)
            if same and each.state is CreateState.REFUSED:
                self._store.drop(workspace_id, each.request_id)
        self._facts.invalidate(Part.CREATIONS)

    def _refused(self, sending: Creation, fault: ServiceFault) -> ServiceFault:
        words = self._words(sending.draft, fault)
        self._save(
            replace(
                sending,
                state=CreateState.REFUSED,
                finished_at=self._clock.now(),
                problem=words,
                reference=fault.reference,
            )
        )
        log.info("QuickBooks refused a creation: %s", fault.detail)
        fault.message = words
        return fault

    def _words(self, draft: CreateDraft, fault: ServiceFault) -> str:
        says = f" QuickBooks says: {fault.service_detail}" if fault.service_detail else ""
        if fault.code == NAME_TAKEN:
            try:
                uses = self._quickbooks.names(draft.kind, draft.name, Progress())
            except BridgeError:
                uses = ()
            named = " ".join(drafts.clash_text(use) for use in drafts.clashes(draft, uses))
            return named or f"{fault.message}{says}"
        if fault.code == TOO_LONG:
            return f"A text of “{draft.name}” is longer than QuickBooks allows.{says}"
        if fault.code == WRONG_ACCOUNT:
            account = self._facts.get().targets[Kind.ACCOUNTS].get(draft.income_account_id)
            name = target_label(account) if account else draft.income_account_id
            return f"Account “{name}” cannot be the income account of an item.{says}"
        return f"{fault.message}{says}"

    def _restore(self, sending: Creation, earlier: Creation | None) -> None:
        if earlier is not None:
            self._save(earlier)
        else:
            self._store.drop(self._facts.get().workspace.id, sending.request_id)
            self._facts.invalidate(Part.CREATIONS)

    def _save(self, creation: Creation) -> Creation:
        self._store.save(self._facts.get().workspace.id, creation)
        self._facts.invalidate(Part.CREATIONS)
        return creation


def new_request_id() -> str:
    return uuid.uuid4().hex


def need_undecided(draft: CreateDraft, facts: Facts) -> None:
    """Raises RuleError when the row is gone or was mapped."""
    if draft.source_id not in facts.sources[draft.kind]:
        raise RuleError(f"“{draft.source_name}” is no longer in NinjaOne's list.")
    if facts.is_excluded(draft.kind, draft.source_id):
        raise RuleError(
            f"“{draft.source_name}” is excluded: held on purpose.", advice="Include it first."
        )
    link = facts.mappings[draft.kind].get(draft.source_id)
    if link is not None:
        raise RuleError(
            f"“{draft.source_name}” is mapped to “{link.target_label}”.",
            advice="Clear the mapping first if a new record is really wanted.",
        )


def need_no_problems(draft: CreateDraft, facts: Facts) -> None:
    """Raises RuleError with all problems of the draft."""
    found = list(drafts.problems(draft, facts))
    if found:
        raise RuleError(" ".join(found), title="Not yet complete")
