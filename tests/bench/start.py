"""From the command to a painted window, beside an empty window of the same Python and Qt."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench._child import READY
from tests.bench._profile import make_profile
from tests.bench.harness import NO_GOAL, Goal, Report

ROUNDS = 5
ROWS, INVOICES = 5_000, 2_000
GOAL = Goal(ratio=1.6)


def time_to_paint(*arguments: str) -> float:
    """Milliseconds from starting a process to its painted window."""
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    begin = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench._child", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith(READY)]
    if done.returncode != 0 or not told:
        raise SystemExit(f"the window was not painted:\n{done.stdout}{done.stderr}")
    return (float(told[0].split()[1]) - begin) * 1000


def measure() -> Report:
    with TemporaryDirectory(prefix="bb-bench-", ignore_cleanup_errors=True) as folder:
        used = Path(folder) / "used"
        make_profile(used, ROWS, INVOICES)
        starts = {
            "empty window": ("empty",),
            "empty window, the program's modules loaded": ("loaded",),
            f"table of {ROWS:,} rows": ("--offline", "--profile-dir", str(used)),
            "new profile": ("--offline", "--temp-profile"),
        }
        for arguments in starts.values():
            time_to_paint(*arguments)  # files into the system's cache
        taken: dict[str, list[float]] = {name: [] for name in starts}
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits all alike
            for name, arguments in starts.items():
                taken[name].append(time_to_paint(*arguments))
    report = Report("Start", sorted(taken["empty window"])[ROUNDS // 2])
    for name, times in taken.items():
        report.add(name, times, GOAL if name.startswith("table") else NO_GOAL)
    report.notes.append("Loading the program's own modules is the floor of any start.")
    return report
