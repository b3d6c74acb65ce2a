"""A backup in the place of a database that cannot be used any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.errors import DamagedData, StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.rescue import SqlRescue

from .samples import NOW, push
from .worlds import World


@pytest.fixture
def backup(file: Path) -> str:
    """Of a database in which more was mapped and sent afterwards."""
    world = World(file)
    world.link("1", "10")
    made = world.backups.make(BackupReason.BY_HAND, NOW)
    world.link("2", "20")
    world.pushes.save(world.id, push("i1", "r1"))
    world.database.close()
    return made.name


def rescue(file: Path) -> SqlRescue:
    return SqlRescue(file, file.parent / "backups")


def spoil_page(file: Path, table: str) -> None:
    with closing(sqlite3.connect(file)) as db:
        (page,) = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with file.open("rb+") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)


def requests(world: World) -> set[str]:
    return {each.request_id for each in world.pushes.all(world.id).values()}


def test_a_file_that_is_no_database_any_more(
    file: Path, backup: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("What was sent cannot be read")
    expect_log("in the place of a damaged database")
    with file.open("rb+") as stream:
        stream.write(b"garbage " * 100)
    spoilt = file.read_bytes()
    stale = file.with_name(file.name + "-wal")
    stale.write_bytes(b"of the damaged file")
    with pytest.raises(DamagedData) as caught:
        Database.open(file)
    assert "start it again: it then offers" in caught.value.advice
    found = rescue(file)
    assert [each.name for each in found.backups()] == [backup]
    done = found.put_in_place(backup, NOW)
    assert not done.sent_is_known
    assert (Path(done.aside) / file.name).read_bytes() == spoilt
    assert (Path(done.aside) / stale.name).read_bytes() == b"of the damaged file"
    world = World(file)
    assert world.links() == {"1": "10"}
    assert requests(world) == set()
    world.database.close()


def test_damage_that_is_met_while_running_is_looked_for_at_the_next_start(
    file: Path, backup: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("in the place of a damaged database")
    spoil_page(file, "journal")
    world = World(file)  # what is read at the start is whole
    with pytest.raises(DamagedData):
        world.mappings.journal(world.id)
    world.database.close()
    with pytest.raises(DamagedData):
        Database.open(file)
    done = rescue(file).put_in_place(backup, NOW)
    assert done.sent_is_known
    world = World(file)
    assert world.links() == {"1": "10"}
    assert requests(world) == {"r1"}, "what was sent could still be read"
    assert len(world.mappings.journal(world.id)) == 1
    world.database.close()
    assert not list(file.parent.glob("*.suspect"))


def test_a_false_alarm_is_forgotten(file: Path, backup: str) -> None:
    mark = file.with_name(file.name + ".suspect")
    mark.touch()
    Database.open(file).close()
    assert not mark.exists()


def test_what_was_sent_cannot_be_read(
    file: Path, backup: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("What was sent cannot be read")
    expect_log("in the place of a damaged database")
    spoil_page(file, "pushes")
    done = rescue(file).put_in_place(backup, NOW)
    assert not done.sent_is_known
    world = World(file)
    assert (world.links(), requests(world)) == ({"1": "10"}, set())
    world.database.close()


def test_a_backup_of_another_company_is_not_put_in_place(file: Path, backup: str) -> None:
    (file.parent / "other").mkdir()
    other = World(file.parent / "other" / file.name, realm="777")
    made = other.backups.make(BackupReason.BY_HAND, NOW)
    Path(other.backups.path(made.name)).replace(file.parent / "backups" / backup)
    other.database.close()
    spoil_page(file, "journal")
    before = file.read_bytes()
    with pytest.raises(StorageError, match="another profile"):
        rescue(file).put_in_place(backup, NOW)
    assert file.read_bytes() == before


def test_without_a_backup_it_begins_with_nothing(
    file: Path, backup: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("moved aside")
    (file.parent / "backups" / backup).unlink()
    file.write_bytes(b"garbage")
    found = rescue(file)
    assert found.backups() == ()
    done = found.start_anew(NOW)
    assert (Path(done.aside) / file.name).read_bytes() == b"garbage"
    world = World(file)
    assert world.links() == {}
    world.database.close()
