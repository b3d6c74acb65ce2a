"""Records that a person wants created in QuickBooks (the port CreationStore)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping as MappingOf

from desktop_app.domain.creating import CreateState, Creation
from desktop_app.domain.kinds import Kind
from desktop_app.errors import RuleError, StorageError
from desktop_app.storage import models, suggest_models
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.suggest_models import CREATION

_PUT = upsert("creations", ("workspace_id", *CREATION.columns), ("request_id",))


class SqlCreationStore:
    """Durable on return of save()."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, workspace_id: int) -> tuple[Creation, ...]:
        table = suggest_models.Creation
        query = (
            table.select(*models.columns(table, CREATION))
            .where(
                (table.workspace_id == workspace_id) & (table.state != CreateState.CREATED.value)
            )
            .order_by(table.sequence)
        )
        return tuple(CREATION.decode(self._database.rows(query)))

    def created(self, workspace_id: int) -> MappingOf[Kind, MappingOf[str, str]]:
        table = suggest_models.Creation
        query = (
            table.select(table.draft_kind, table.draft_source_id, table.target_id)
            .where(
                (table.workspace_id == workspace_id) & (table.state == CreateState.CREATED.value)
            )
            .order_by(table.sequence)
        )
        found: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind}
        for kind, source_id, target_id in self._database.rows(query):
            found[Kind(kind)][source_id] = target_id
        return found

    def save(self, workspace_id: int, creation: Creation) -> None:
        table = suggest_models.Creation
        same = table.select(
            table.workspace_id, table.realm_id, table.draft_kind, table.draft_source_id
        ).where(table.request_id == creation.request_id)
        draft = creation.draft
        with self._database.writing():
            found = self._database.row(same)
            wanted = (workspace_id, creation.realm_id, draft.kind.value, draft.source_id)
            if found is not None and tuple(found) != wanted:
                raise RuleError("This request id was already used for another record.")
            try:
                self._database.run(_PUT, (workspace_id, *CREATION.encode([creation])[0]))
            except StorageError as error:
                if _open_already(error):
                    raise RuleError(
                        f"“{draft.source_name}” is already being created or waits for it.",
                        advice="Look at the list of staged creations.",
                    ) from error
                raise

    def drop(self, workspace_id: int, request_id: str) -> None:
        table = suggest_models.Creation
        query = table.delete().where(
            (table.workspace_id == workspace_id) & (table.request_id == request_id)
        )
        with self._database.writing():
            self._database.run(query)


def _open_already(error: StorageError) -> bool:
    cause = error.__cause__
    return isinstance(cause, sqlite3.IntegrityError) and (
        cause.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE" and "draft_source_id" in str(cause)
    )
