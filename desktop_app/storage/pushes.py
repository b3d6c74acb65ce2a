"""What was sent, written before and after each call; and the carrier items."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from desktop_app.domain.records import Push
from desktop_app.errors import RuleError, StorageError
from desktop_app.storage import models
from desktop_app.storage.database import Database, upsert
from desktop_app.storage.models import PUSH

_INSERT = upsert("pushes", ("workspace_id", *PUSH.columns), ("request_id",))
_CARRIER = upsert(
    "carriers", ("workspace_id", "account_id", "item_id"), ("workspace_id", "account_id")
)


class SqlPushStore:
    """The port PushStore. Durable on return of save()."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.RLock()
        self._latest: dict[int, MappingOf[str, Push]] = {}

    def all(self, workspace_id: int) -> MappingOf[str, Push]:
        """The latest push of each invoice; a snapshot that later saves do not change."""
        known = self._latest.get(workspace_id)  # without the lock, which a writer may hold
        if known is not None:
            return known
        table = models.Push
        query = table.select(*models.columns(table, PUSH)).order_by(table.sequence)
        with self._guard:
            pushes = PUSH.decode(
                self._database.rows(query.where(table.workspace_id == workspace_id))
            )
            known = MappingProxyType({push.invoice_id: push for push in pushes})
            self._latest[workspace_id] = known
            return known

    def save(self, workspace_id: int, push: Push) -> None:
        """Insert, or replace the one of the same request id.

        Raises RuleError when another request of the same invoice is under way, or when the request
        id belongs to another invoice.
        """
        table = models.Push
        same = table.select(table.workspace_id, table.invoice_id, table.realm_id).where(
            table.request_id == push.request_id
        )
        with self._guard:
            with self._database.writing():
                found = self._database.row(same)
                wanted = (workspace_id, push.invoice_id, push.realm_id)
                if found is not None and found != wanted:
                    raise RuleError("This request id was already used for another invoice.")
                try:
                    self._database.run(_INSERT, (workspace_id, *PUSH.encode([push])[0]))
                except StorageError as error:
                    if _under_way(error):
                        raise RuleError(
                            "This invoice is being sent already.",
                            advice="Wait until the program has found out what became of it.",
                        ) from error
                    raise
            self._remember(workspace_id, push)

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: nothing is saved, and what was read before
        is forgotten."""
        with self._guard:
            try:
                yield
            finally:
                self._latest.clear()

    def _remember(self, workspace_id: int, push: Push) -> None:
        known = self._latest.get(workspace_id)
        if known is None:
            return
        last = known.get(push.invoice_id)
        if last is None or last.request_id == push.request_id:
            self._latest[workspace_id] = MappingProxyType({**known, push.invoice_id: push})
        else:  # which of the two is the later one is the table's to say
            del self._latest[workspace_id]

    def carriers(self, workspace_id: int) -> MappingOf[str, str]:
        table = models.Carrier
        query = table.select(table.account_id, table.item_id)
        return dict(self._database.rows(query.where(table.workspace_id == workspace_id)))

    def set_carrier(self, workspace_id: int, account_id: str, item_id: str) -> None:
        with self._database.writing():
            self._database.run(_CARRIER, (workspace_id, account_id, item_id))


def _under_way(error: StorageError) -> bool:
    cause = error.__cause__
    return isinstance(cause, sqlite3.IntegrityError) and (
        cause.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE" and "pushes.invoice_id" in str(cause)
    )
