"""From the command to a painted window, beside an empty window of the same Python and Qt."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench._child import READY
from tests.bench.harness import Goal, Report

ROUNDS = 5
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
        used = ("--offline", "--profile-dir", str(Path(folder) / "used"))
        time_to_paint("empty")  # files into the system's cache
        first = time_to_paint(*used)
        empty, program, fresh = [], [], []
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits all alike
            empty.append(time_to_paint("empty"))
            program.append(time_to_paint(*used))
            fresh.append(time_to_paint("--offline", "--temp-profile"))
    baseline = sorted(empty)[ROUNDS // 2]
    report = Report("Start", baseline)
    report.add("empty window", empty)
    report.add("program, profile used before", program, GOAL)
    report.add("program, new profile", fresh)
    report.add("program, its very first start here", [first])
    return report
