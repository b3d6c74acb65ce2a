"""Backups as the window uses them: in turn with sending and refreshing, logins settled after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import PushState
from desktop_app.errors import StorageError, VaultError
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.backups import Backups
from desktop_app.services.local import LocalFacts
from tests.services.fakes import FakeClock, ThreadLocks
from tests.storage.samples import push
from tests.storage.worlds import World


class Desk:
    def __init__(self, folder: Path) -> None:
        self.world = world = World(folder / "local.sqlite3")
        self.clock, self.locks = FakeClock(), ThreadLocks()
        self.facts = LocalFacts(
            workspaces=world.workspaces,
            catalogue=world.catalogue,
            mappings=world.mappings,
            pushes=world.pushes,
        )
        self.settled = 0
        self.gathered: list[Any] = []
        self.vault_fails = False
        self.service = Backups(
            store=world.backups,
            workspaces=world.workspaces,
            locks=self.locks,
            clock=self.clock,
            facts=self.facts,
            settle=self.settle,
            gather=lambda: self.gathered.append(self.facts.get().mappings[Kind.CUSTOMERS]),
        )

    def settle(self) -> None:
        self.settled += 1
        if self.vault_fails:
            raise VaultError("The keyring is locked.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.world.database.close()


def test_make_list_and_restore_by_name(desk: Desk) -> None:
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    assert made.reason is BackupReason.BY_HAND
    desk.clock.advance(minutes=1)
    later = desk.service.before(BackupReason.BULK)
    assert [each.name for each in desk.service.all(Progress())] == [later.name, made.name]
    desk.world.link("1", "12")
    desk.world.pushes.save(desk.world.id, push("i1", "r1", PushState.SENT))
    assert desk.facts.get().mappings[Kind.CUSTOMERS]["1"].target_id == "12"
    report = desk.service.restore(made.name, Progress())
    assert desk.facts.get().mappings[Kind.CUSTOMERS]["1"].target_id == "11"
    assert set(desk.facts.get().pushes) == {"i1"}
    assert desk.settled == 1
    assert [found["1"].target_id for found in desk.gathered] == ["11"], "before the screens ask"
    assert report.changes.workspace
    assert report.changes.invoices
    assert report.changes.kinds == frozenset(Kind)
    assert report.text.startswith("Restored the backup of 2026-11-20 09:00 UTC")
    assert "1 newer record of sent invoices" in report.text


def test_a_file_from_elsewhere(desk: Desk, tmp_path: Path) -> None:
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    elsewhere = (desk.service.folder() / made.name).rename(tmp_path / "my backup.db")
    desk.world.link("1", "12")
    assert dict(desk.service.inspect(elsewhere, Progress()).mappings)[Kind.CUSTOMERS] == 1
    desk.service.restore(elsewhere, Progress())
    assert desk.world.links() == {"1": "11"}
    with pytest.raises(StorageError, match="not there"):
        desk.service.restore(made.name, Progress())


def test_a_keyring_that_does_not_answer_spoils_nothing(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("could not be compared")
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    desk.world.link("1", "12")
    desk.vault_fails = True
    desk.service.restore(made.name, Progress())
    assert desk.world.links() == {"1": "11"}


def test_cancelling_too_late_is_not_called_cancelled(desk: Desk) -> None:
    """What is restored is restored, whatever was asked for meanwhile."""
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    desk.world.link("1", "12")
    progress = Progress()
    settle = desk.settle

    def cancelling() -> None:
        progress.cancel()
        settle()

    desk.service._settle = cancelling
    desk.service.restore(made.name, progress)
    assert desk.world.links() == {"1": "11"}


def test_a_restore_waits_until_sending_has_ended(desk: Desk) -> None:
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    desk.world.link("1", "12")
    waiting = threading.Event()
    progress = Progress(lambda step: waiting.set())
    with ThreadPoolExecutor(1) as pool:
        with desk.locks.hold(f"push-{desk.world.id}"):
            restored = pool.submit(desk.service.restore, made.name, progress)
            assert waiting.wait(30)
            assert desk.world.links() == {"1": "12"}
        restored.result(30)
    assert desk.world.links() == {"1": "11"}


def test_cancelled_before_it_began(desk: Desk) -> None:
    desk.world.link("1", "11")
    made = desk.service.make(Progress())
    desk.world.link("1", "12")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.service.restore(made.name, progress)
    assert desk.world.links() == {"1": "12"}


def test_changes_during_a_restore_are_made_after_it_or_before(desk: Desk) -> None:
    """Decisions of another thread never mix the two contents."""
    desk.world.link(*[text for n in range(200) for text in (str(n), f"old{n}")])
    made = desk.service.make(Progress())
    desk.world.link(*[text for n in range(200) for text in (str(n), f"new{n}")])
    stop = threading.Event()

    def decide() -> int:
        count = 0
        while not stop.is_set():
            desk.world.link("x", f"t{count}")
            count += 1
        return count

    with ThreadPoolExecutor(1) as pool:
        deciding = pool.submit(decide)
        for _ in range(3):
            desk.service.restore(made.name, Progress())
        stop.set()
        assert deciding.result(30) > 0
    links = desk.world.links()
    assert {links[str(n)] for n in range(200)} == {f"old{n}" for n in range(200)}
    rows = desk.world.database.rows("SELECT source_id, target_id FROM mappings")
    assert dict(rows) == links  # what is remembered is what is stored
