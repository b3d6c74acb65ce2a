"""The program, without its window, sending in a process that is made to be killed.

Each line of its standard input is one attempt, a JSON object; each runs in a process of its own
where the system can fork (what takes long, loading the libraries, is done once). Prints "pid N",
"go" before it sends, the report at its end, and "end CODE". With ``lines`` an attempt kills itself
after so many lines of the program's own code.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import keyring

from desktop_app import logs, wiring
from desktop_app.integrations.gateways import Adapters
from desktop_app.integrations.http import Patience
from desktop_app.integrations.quickbooks.pacing import Pace
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services import outbox, send_run
from desktop_app.services.delivery import Sending
from tests.support.keyrings import MemoryKeyring

WATCHED = tuple(os.sep + part + os.sep for part in ("services", "storage", "integrations"))
QUIET = timedelta(seconds=1)


class Executioner:
    """Counts lines of the program in this thread; kills the process at the one asked for."""

    def __init__(self, lines: int | None) -> None:
        self.lines = lines
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if "desktop_app" not in name or not any(part in name for part in WATCHED):
            return None
        return self._line

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.seen += 1
        if self.lines is not None and self.seen >= self.lines:
            die()
        return self._line


def die() -> None:
    """At once: nothing is tidied up."""
    if sys.platform == "win32":
        os._exit(9)
    os.kill(os.getpid(), signal.SIGKILL)


def attempt(asked: dict[str, Any]) -> None:
    backend = MemoryKeyring()
    backend.entries = {(service, name): secret for service, name, secret in asked["secrets"]}
    keyring.set_keyring(backend)
    outbox.STILL_UNDER_WAY = QUIET
    send_run.BATCH_LIMIT = asked["batch"]
    Sending.pauses = (0.02, 0.05)
    wiring.Adapters = functools.partial(  # type: ignore[misc,assignment]
        Adapters,
        quickbooks=Patience(connect=5, read=20, attempts=3, backoff=0.02),
        pace=Pace(10_000, 100_000, throttle_pause=0.05, throttle_jitter=0.01,
                  batches_per_minute=10_000, operations_per_minute=100_000),
    )  # fmt: skip
    paths = Paths.at(Path(asked["profile"]))
    paths.create()
    with (
        logs.started(paths.log_file) as running,
        wiring.opened(paths, running, service=asked["service"]) as program,
    ):
        print("go", flush=True)
        executioner = Executioner(asked["lines"])
        if asked["trace"]:
            sys.settrace(executioner)
        report = program.services.sending.start(asked["ids"]).run(Progress())
        sys.settrace(None)
        print(json.dumps({"text": report.text, "stopped": report.stopped,
                          "lines": executioner.seen}), flush=True)  # fmt: skip


def main() -> None:
    for line in sys.stdin:
        if not hasattr(os, "fork"):
            print(f"pid {os.getpid()}", flush=True)
            attempt(json.loads(line))
            return
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                print(f"pid {os.getpid()}", flush=True)
                attempt(json.loads(line))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(f"end {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
