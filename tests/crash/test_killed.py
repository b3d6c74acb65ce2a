"""Killed at any instruction, an invoice goes exactly once, and the next start knows the truth."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.crash.world import world
from tests.support.keyrings import MemoryKeyring

KILLS = int(os.environ.get("CRASH_KILLS", "200" if hasattr(os, "fork") else "25"))
"""A longer series: CRASH_KILLS=2000 python3 dev.py test tests/crash. Where the system cannot fork,
each attempt loads the program anew."""


def test_a_push_killed_again_and_again(
    tmp_path: Path, memory_keyring: MemoryKeyring, rng: random.Random, seed: int
) -> None:
    with world(tmp_path, memory_keyring) as made:
        tally = made.until(KILLS, rng, tmp_path)
    print(f"seed {seed}: {tally.text}")
    assert tally.kills >= KILLS
    assert tally.left_open > 0, "no kill met a request under way, so nothing was tried"
    assert tally.lost > 0
    assert tally.delayed > 0
