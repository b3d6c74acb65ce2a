"""Which workspace is open, and its small settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import WorkspaceStore
from desktop_app.domain.records import ChangeSet, TaxChoice, Workspace
from desktop_app.errors import RuleError
from desktop_app.services.local import LocalFacts

EVERYTHING = ChangeSet(kinds=frozenset(Kind), invoices=True, workspace=True)


class Workspaces:
    """Implements services.api.WorkspaceService. *copy_secrets* copies the app secrets
    from one workspace id to another."""

    def __init__(
        self,
        *,
        store: WorkspaceStore,
        copy_secrets: Callable[[int, int], None],
        facts: LocalFacts,
    ) -> None:
        self._store = store
        self._copy_secrets = copy_secrets
        self._facts = facts

    def current(self) -> Workspace:
        return self._store.current()

    def all(self) -> tuple[Workspace, ...]:
        return self._store.all()

    def open(self, workspace_id: int) -> ChangeSet:
        opened = self._store.open(workspace_id)
        self._facts.invalidate()
        return replace(EVERYTHING, text=f"Opened workspace “{opened.name}”")

    def create(self, name: str) -> ChangeSet:
        current = self._store.current()
        created = self._store.create(self._valid(name), like=current)
        self._copy_secrets(current.id, created.id)
        return self.open(created.id)

    def rename(self, name: str) -> ChangeSet:
        renamed = replace(self._store.current(), name=self._valid(name))
        self._store.save(renamed)
        return ChangeSet(workspace=True, text=f"Renamed to “{renamed.name}”")

    def set_tax_choice(self, choice: TaxChoice) -> ChangeSet:
        self._store.save(replace(self._store.current(), tax_choice=choice))
        self._facts.invalidate()
        return ChangeSet(workspace=True, invoices=True, text="Way of sending tax saved")

    def _valid(self, name: str) -> str:
        tidy = " ".join(name.split())
        if not tidy:
            raise RuleError("A workspace needs a name.", advice="Type a name.")
        current = self._store.current()
        if any(w.name == tidy and w.id != current.id for w in self._store.all()):
            raise RuleError(
                f"There is already a workspace called “{tidy}”.", advice="Choose another name."
            )
        return tidy
