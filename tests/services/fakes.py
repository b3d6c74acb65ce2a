"""Ports in memory, for tests of one service at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import simplejson

from desktop_app.domain.ports import TokenSet
from desktop_app.domain.records import CreatedDocument, Document, Push, Workspace
from desktop_app.errors import VaultError
from desktop_app.progress import Progress

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **parts: float) -> None:
        self.time += timedelta(**parts)


class MemoryVault:
    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.failing = False
        self.log: list[str] = []

    persistent = True
    backend = "memory"

    def get(self, name: str) -> str | None:
        return self.secrets.get(name)

    def set(self, name: str, secret: str) -> None:
        if self.failing:
            raise VaultError("The keyring is locked.")
        self.log.append(f"set {secret}")
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)

    def keep_for_now(self, name: str, secret: str) -> None:
        self.secrets[name] = secret


class ThreadLocks:
    def __init__(self) -> None:
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(name, threading.RLock())
        with lock:
            yield


class MemoryWorkspaces:
    def __init__(self, *workspaces: Workspace) -> None:
        self.saved = {w.id: w for w in workspaces}
        self.current_id = workspaces[0].id

    def all(self) -> tuple[Workspace, ...]:
        return tuple(self.saved.values())

    def get(self, workspace_id: int) -> Workspace:
        return self.saved[workspace_id]

    def current(self) -> Workspace:
        return self.saved[self.current_id]

    def open(self, workspace_id: int) -> Workspace:
        self.current_id = workspace_id
        return self.current()

    def create(self, name: str, like: Workspace | None = None) -> Workspace:
        created = Workspace(max(self.saved) + 1, name)
        self.saved[created.id] = created
        return created

    def save(self, workspace: Workspace) -> None:
        self.saved[workspace.id] = workspace


class MemoryPushes:
    """Keeps every saved version, so that a test sees the order of writing."""

    def __init__(self) -> None:
        self.history: list[Push] = []
        self.on_save: Callable[[Push], None] = lambda push: None

    def all(self, workspace_id: int) -> dict[str, Push]:
        return {push.invoice_id: push for push in self.history}

    def save(self, workspace_id: int, push: Push) -> None:
        self.on_save(push)
        self.history.append(push)

    def save_all(self, workspace_id: int, pushes: Sequence[Push]) -> None:
        for push in pushes:
            self.save(workspace_id, push)

    def withdraw(self, workspace_id: int, request_ids: Sequence[str]) -> None:
        self.history = [push for push in self.history if push.request_id not in request_ids]

    def carriers(self, workspace_id: int) -> dict[str, str]:
        return {}

    def set_carrier(self, workspace_id: int, account_id: str, item_id: str) -> None:
        raise AssertionError("not used")


class ScriptedQuickBooks:
    """Holds documents; each create follows the next step of *script*.

    A step is None (created and answered), "lost" (created, answer lost), or an exception (raised,
    nothing created).
    """

    metered_reads = 0

    def __init__(self, *script: Any) -> None:
        self.script: list[Any] = list(script)
        self.documents: list[CreatedDocument] = []
        self.events: list[str] = []
        self.off_by = Decimal(0)

    def encode(self, document: Document) -> str:
        return simplejson.dumps(document.body, use_decimal=True)

    def repeat(
        self,
        entity: str,
        payload: str,
        request_id: str,
        progress: Progress,
        *,
        allow_duplicate: bool = False,
    ) -> CreatedDocument:
        self.events.append(f"create {request_id}")
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception) and not getattr(step, "after_commit", False):
            raise step
        body = simplejson.loads(payload, use_decimal=True)
        tax = Decimal(body.get("TxnTaxDetail", {}).get("TotalTax", 0)) + self.off_by
        net = sum((Decimal(line.get("Amount", 0)) for line in body["Line"]), Decimal(0))
        body["TxnTaxDetail"] = {"TotalTax": tax}
        body["TotalAmt"] = net + tax
        created = CreatedDocument(
            id=str(145 + len(self.documents)),
            sync_token="0",
            doc_number=body.get("DocNumber", ""),
            total=net + tax,
            total_tax=tax,
            customer_id=body["CustomerRef"]["value"],
            private_note=body["PrivateNote"],
            reference="tid-1",
            body=body,
        )
        self.documents.append(created)
        if isinstance(step, Exception):
            raise step
        return created

    def find_numbers(
        self, entity: str, numbers: Sequence[str], progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        self.events.append("find numbers")
        return tuple(d for d in self.documents if d.doc_number in numbers)

    def find_documents(
        self, entity: str, doc_number: str, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        self.events.append(f"find {doc_number}")
        return tuple(d for d in self.documents if d.doc_number == doc_number)

    def find_by_note(
        self, entity: str, marker: str, since: datetime, progress: Progress
    ) -> tuple[CreatedDocument, ...]:
        self.events.append("find by note")
        return tuple(d for d in self.documents if marker in d.private_note)


class RotatingSignIn:
    """Every refresh gives the next token; a token used twice is dead."""

    def __init__(self, clock: FakeClock, vault: MemoryVault) -> None:
        self.clock = clock
        self.vault = vault
        self.calls: list[str] = []
        self.errors: list[Exception] = []
        self.valid = "rt-0"

    def refresh(self, app: Any, secret: str, refresh_token: str) -> TokenSet:
        self.calls.append(refresh_token)
        if self.errors:
            raise self.errors.pop(0)
        assert refresh_token == self.valid, "a superseded token was used"
        number = len(self.calls)
        self.valid = f"rt-{number}"
        now = self.clock.now()
        return TokenSet(f"at-{number}", now + timedelta(hours=1), self.valid,
                        now + timedelta(days=100))  # fmt: skip


def ids(values: Sequence[Any]) -> list[str]:
    return [value.id for value in values]
