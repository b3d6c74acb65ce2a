"""A database with all stores on it, and its backups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Workspace
from desktop_app.storage.backups import SqlBackups
from desktop_app.storage.catalogue import SqlCatalogueStore
from desktop_app.storage.database import Database
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.settings import SqlSettingsStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, link


def connected(
    workspace: Workspace, realm: str, name: str = "Acme MSP", client: str = "keys"
) -> Workspace:
    return replace(
        workspace,
        realm_id=realm,
        company_name=name,
        activated_at=NOW,
        quickbooks_connected=True,
        quickbooks_app=replace(workspace.quickbooks_app, client_id=client),
    )


class World:
    def __init__(
        self, file: Path, *, realm: str = "9130", name: str = "Acme MSP", company: bool = True
    ) -> None:
        self.database = Database.open(file)
        self.workspaces = SqlWorkspaceStore(self.database)
        self.mappings = SqlMappingStore(self.database)
        self.catalogue = SqlCatalogueStore(self.database)
        self.pushes = SqlPushStore(self.database)
        self.settings = SqlSettingsStore(self.database)
        stores = (self.mappings, self.catalogue, self.pushes, self.settings)
        self.backups = SqlBackups(
            self.database, file.parent / "backups", [store.set_aside for store in stores]
        )
        first = self.workspaces.current()
        self.id = first.id
        if company and not first.realm_id:
            self.workspaces.save(connected(first, realm, name))

    def link(self, *pairs: str) -> None:
        """Source, target, source, target, ..."""
        changes = [link(*pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)]
        self.mappings.apply(self.id, changes, "me", NOW)

    def links(self, workspace_id: int = 0) -> dict[str, str]:
        found = self.mappings.all(workspace_id or self.id, Kind.CUSTOMERS)
        return {source_id: each.target_id for source_id, each in found.items()}
