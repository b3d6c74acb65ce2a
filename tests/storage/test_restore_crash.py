"""A program that is killed while it restores has either the old content or the new one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.kinds import Kind

from .samples import NOW, source, target, update
from .worlds import World

ROOT = Path(__file__).resolve().parents[2]
KILLS = 12
ROWS = 1500

CHILD = """
import contextlib, sys
from pathlib import Path
from tests.storage.samples import NOW
from tests.storage.worlds import World

def say(word):
    print(word, flush=True)

@contextlib.contextmanager
def noted():
    say("replacing")
    yield
    say("replaced")

world = World(Path(sys.argv[1]))
world.backups._set_aside += (noted,)
say("ready")
while True:
    for file in sys.argv[2:]:
        say("begin")
        world.backups.restore(file, NOW, lambda: None)
"""


def content(world: World) -> tuple[object, ...]:
    assert world.database.row("PRAGMA integrity_check") == ("ok",)
    assert world.database.rows("PRAGMA foreign_key_check") == []
    sources = tuple(each.name for each in world.catalogue.sources(world.id, Kind.CUSTOMERS))
    journal = tuple((each.step, each.to_target_id) for each in world.mappings.journal(world.id))
    links = tuple(sorted(world.links().items()))
    return hash(sources), hash(journal), hash(links), len(sources), len(links)


def test_killed_at_any_moment(file: Path, seed: int, rng: random.Random) -> None:
    print(f"seed {seed}")
    world = World(file)
    states, backups = [], []
    for name in ("Old", "New"):
        rows = tuple(source(n, name=f"{name} {n}") for n in range(ROWS))
        world.catalogue.apply(world.id, update(rows, tuple(target(n) for n in range(ROWS))))
        world.link(*[text for n in range(ROWS) for text in (str(n), f"{name}{n}")])
        kept = file.parent / f"{name}.sqlite3"  # out of reach of the rule that deletes old ones
        made = world.backups.make(BackupReason.BY_HAND, NOW)
        Path(world.backups.path(made.name)).rename(kept)
        backups.append(str(kept))
        states.append(content(world))
    world.database.close()
    assert states[0] != states[1]
    for _ in range(KILLS):
        _kill_within(file, backups, rng)
        opened = World(file)
        found = content(opened)
        assert found in states
        opened.link("1", "after")  # it can be worked with
        opened.mappings.undo(opened.id, "me", NOW)
        opened.backups.restore(backups[states.index(found)], NOW, lambda: None)
        assert content(opened) == found
        assert not list(Path(opened.backups.folder).glob("*.part*"))
        opened.database.close()


def _kill_within(file: Path, backups: list[str], rng: random.Random) -> None:
    """Start restoring again and again, and kill it somewhere in the third restore or its step."""
    first, second = rng.sample(backups, 2)
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(file), first, second],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        word = rng.choice(["begin", "replacing", "replacing"])
        wanted = rng.randint(1, 3)
        while wanted:
            said = process.stdout.readline().strip()
            assert said, "the program ended by itself"
            wanted -= said == word
        try:
            process.wait(timeout=rng.uniform(0, 0.25 if word == "begin" else 0.06))
        except subprocess.TimeoutExpired:
            pass
        else:
            raise AssertionError("the program ended by itself")
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
