"""What was sent, written before and after each call; and the carrier items."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
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
        self.guard = threading.RLock()
        self._latest: dict[int, MappingOf[str, Push]] = {}

    def all(self, workspace_id: int) -> MappingOf[str, Push]:
        """The latest push of each invoice; a snapshot that later saves do not change."""
        known = self._latest.get(workspace_id)  # without the lock, which a writer may hold
        if known is not None:
            return known
        table = models.Push
        query = table.select(*models.columns(table, PUSH)).order_by(table.sequence)
        with self.guard:
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
        self.save_all(workspace_id, [push])

    def save_all(self, workspace_id: int, pushes: Sequence[Push]) -> None:
        """Several as :meth:`save`, all in one transaction or none."""
        with self.guard:
            try:
                with self._database.writing():
                    for push in pushes:
                        self._save(workspace_id, push)
            except BaseException:
                self._latest.pop(workspace_id, None)
                raise
            self._remember(workspace_id, pushes)

    def withdraw(self, workspace_id: int, request_ids: Sequence[str]) -> None:
        """Take back what was written down and surely never sent."""
        with self.guard, self._database.writing():
            self._database.run_many(
                "DELETE FROM pushes WHERE workspace_id = ? AND request_id = ?"
                " AND state = 'sending'",
                [(workspace_id, request_id) for request_id in request_ids],
            )
            self._latest.pop(workspace_id, None)

    def _save(self, workspace_id: int, push: Push) -> None:
        table = models.Push
        found = self._database.row(
            table.select(table.workspace_id, table.invoice_id, table.realm_id).where(
                table.request_id == push.request_id
            )
        )
        if found is not None and found != (workspace_id, push.invoice_id, push.realm_id):
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

    @contextlib.contextmanager
    def set_aside(self) -> Iterator[None]:
        """While the database's content is replaced: nothing is saved, and what was read before
        is forgotten."""
        with self.guard:
            try:
                yield
            finally:
                self._latest.clear()

    def _remember(self, workspace_id: int, pushes: Sequence[Push]) -> None:
        known = self._latest.get(workspace_id)
        if known is None:
            return
        latest = dict(known)
        for push in pushes:
            last = latest.get(push.invoice_id)
            if last is not None and last.request_id != push.request_id:
                # Which of the two is the later one is the table's to say.
                del self._latest[workspace_id]
                return
            latest[push.invoice_id] = push
        self._latest[workspace_id] = MappingProxyType(latest)

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
