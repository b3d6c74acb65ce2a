"""The process that is killed, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds for one attempt


class Program:
    """The process that is killed: started for each attempt, or forked from one that is loaded."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors
        self._file = errors.open("w")
        self._process: subprocess.Popen[str] | None = None

    def attempt(self, asked: dict[str, Any], after: float | None) -> tuple[list[str], int]:
        """What it said, and its exit code. after: seconds until it is killed."""
        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash._child"],
                cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._file,
            )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        said: list[str] = []
        pid = 0
        timer: threading.Timer | None = None
        try:
            for line in process.stdout:
                text = line.strip()
                if text.startswith("pid "):
                    pid = int(text[4:])
                elif text == "go" and after is not None:
                    timer = threading.Timer(after, _kill, (pid,))
                    timer.start()
                elif text.startswith("end "):
                    return said, int(text[4:])
                else:
                    said.append(text)
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
        code = process.wait(PATIENCE)  # where nothing forks, each attempt is a new process
        self._process = None
        return said, code

    def errors(self) -> str:
        self._file.flush()
        return self._errors.read_text()

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
        self._file.close()


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        os.kill(pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
