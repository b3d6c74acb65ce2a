"""Workspaces: app settings, the company joined, and which one is open."""

from __future__ import annotations

import dataclasses
from typing import Any

from desktop_app.domain.records import Workspace
from desktop_app.errors import StorageError
from desktop_app.storage import models
from desktop_app.storage.database import Database
from desktop_app.storage.models import WORKSPACE

FIRST_NAME = "Workspace 1"


class SqlWorkspaceStore:
    """The port WorkspaceStore. One workspace is open at any time; the first is made on demand."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened = database.compiled(self._select().where(models.Workspace.opened == 1))

    def all(self) -> tuple[Workspace, ...]:
        """In the order they were made."""
        rows = self._database.rows(self._select().order_by(models.Workspace.id))
        return tuple(WORKSPACE.decode(rows))

    def get(self, workspace_id: int) -> Workspace:
        """Raises StorageError when there is none."""
        row = self._database.row(self._select().where(models.Workspace.id == workspace_id))
        if row is None:
            raise StorageError(f"There is no workspace with the number {workspace_id}.")
        return WORKSPACE.decode([row])[0]

    def current(self) -> Workspace:
        opened = self._database.row(*self._opened)
        if opened is not None:
            return WORKSPACE.decode([opened])[0]
        with self._database.writing():
            every = self.all()  # another thread may have been quicker
            first = every[0] if every else self.create(FIRST_NAME)
            return self.open(first.id)

    def open(self, workspace_id: int) -> Workspace:
        with self._database.writing():
            workspace = self.get(workspace_id)
            table = models.Workspace
            self._database.run(table.update(opened=0).where(table.id != workspace_id))
            self._database.run(table.update(opened=1).where(table.id == workspace_id))
            return workspace

    def create(self, name: str, like: Workspace | None = None) -> Workspace:
        fresh = Workspace(id=0, name=name)
        if like is not None:
            fresh = dataclasses.replace(
                fresh,
                quickbooks_app=like.quickbooks_app,
                ninjaone_app=like.ninjaone_app,
                tax_choice=like.tax_choice,
            )
        values = WORKSPACE.encode_one(fresh)
        del values["id"]
        with self._database.writing():
            number = self._database.insert(models.Workspace.insert(opened=0, **values))
        return dataclasses.replace(fresh, id=number)

    def save(self, workspace: Workspace) -> None:
        """Raises StorageError when it does not exist, or when its company or its activation, once
        set, would change."""
        values = WORKSPACE.encode_one(workspace)
        del values["id"]
        table = models.Workspace
        with self._database.writing():
            if not self._database.run(table.update(**values).where(table.id == workspace.id)):
                raise StorageError(f"There is no workspace with the number {workspace.id}.")

    def _select(self) -> Any:
        return models.Workspace.select(*models.columns(models.Workspace, WORKSPACE))
